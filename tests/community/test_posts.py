"""Posts: which states follow which, editing, taking back, undo, and words that go for good."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.actions import erasure
from community.actions.posts import add_post, publish_post, set_aside
from community.events import PostPublished
from community.models import Clearance, IllegalMove, Membership, Post
from hearthside import live
from hearthside.job_model import Job
from hearthside.jobs import run_due_jobs
from hearthside.models import LogEvent
from moderation.screening import RULES_VERSION
from tests.given import (
    Browser,
    act,
    given_group,
    given_member,
    given_post,
    given_topic,
    leader_of,
    outcome_of,
    problem_of,
    the_post,
)

LEGAL = {
    "pending": {"published", "held", "refused"},
    "held": {"published", "rejected", "withdrawn"},
    "published": {"hidden", "withdrawn"},
    "hidden": {"published"},
    "withdrawn": {"published"},
    "refused": set(),
    "rejected": {"published"},  # a second look
}
STATES = st.sampled_from(sorted(LEGAL))


@given(STATES, st.lists(STATES, max_size=12))
def test_only_legal_moves(start: str, wanted: list[str]) -> None:
    post = Post(state=start)
    for state in wanted:
        before = post.state
        if state in LEGAL[before]:
            post.move_to(state)
            assert post.state == state
            assert post.shown == (state == "published")
        else:
            with pytest.raises(IllegalMove, match=f"{before} cannot become {state}"):
                post.move_to(state)
            assert post.state == before


def test_the_table_of_moves_is_whole() -> None:
    assert {str(state): set(map(str, moves)) for state, moves in Post.MOVES.items()} == LEGAL
    assert set(LEGAL) == set(Post.State.values)


@pytest.fixture
def member(db: None) -> Membership:
    """A member of a group with a topic."""
    group = given_group()
    given_topic(group)
    return given_member(group)


@pytest.fixture
def post(member: Membership) -> Post:
    """A post of theirs."""
    return given_post(member.group.topics.get(), member.person, "what I wrote", content_note="sleep")


def last_event(stream: str) -> LogEvent:
    return LogEvent.objects.filter(stream=stream).order_by("-seq")[0]


@pytest.mark.django_db
def test_a_post_is_shown_at_the_next_number(member: Membership) -> None:
    before = last_event(member.group.stream).seq
    answer = act(member.person, "post.submit", topic=member.group.topics.get().id, body="*hello*")
    post, event = the_post(answer["id"]), last_event(member.group.stream)
    assert (answer["seq"], answer["state"], answer["reason"]) == (before + 1, "published", None)
    assert (post.html, post.seq, post.cleared_by) == (
        "<p><em>hello</em></p>",
        before + 1,
        f"screening/{RULES_VERSION}",
    )
    assert (event.type, event.seq, event.about_seq, event.actor) == (
        "post.published",
        post.seq,
        post.seq,
        str(member.id),
    )
    assert event.at == post.at


@pytest.mark.django_db
def test_an_unpublished_post_has_no_event(member: Membership) -> None:
    topic = member.group.topics.get()
    post = add_post(topic, member, body="b", html="b", content_note="", reply_to=None)
    with pytest.raises(AssertionError, match="only a published post"):
        PostPublished.of(post)

    def hold() -> live.Answer:
        set_aside(post, Post.State.HELD, source="test/1")
        return {}

    live.write(live.Write(hold))
    assert (the_post(post.id).state, the_post(post.id).seq) == ("held", None)
    assert last_event(member.person.stream).type == "post.stated"
    page = Browser(leader_of(member.group)).get(f"/api/topics/{topic.id}/posts").json()
    assert page == {"posts": [], "more": False}
    held = the_post(post.id)

    def publish() -> live.Answer:
        publish_post(held, Clearance("test", "2"))
        return {}

    live.write(live.Write(publish, (member.group.stream,)))
    assert the_post(post.id).cleared_by == "test/2"
    assert last_event(member.group.stream).seq == the_post(post.id).seq


@pytest.mark.django_db
def test_a_held_post_is_withdrawn_and_does_not_come_back(member: Membership, post: Post) -> None:
    Post.objects.filter(pk=post.pk).update(state="held", seq=None, at=None)
    head = last_event(member.group.stream).seq
    answer = act(member.person, "post.withdraw", post=post.id)
    assert (answer["state"], answer["seq"]) == ("withdrawn", None)
    assert last_event(member.group.stream).seq == head
    assert last_event(member.person.stream).type == "post.stated"
    assert outcome_of(member.person, "post.restore", post=post.id) == "closed"


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["refused", "rejected", "hidden"])
def test_what_is_not_shown_cannot_be_changed(member: Membership, post: Post, state: str) -> None:
    Post.objects.filter(pk=post.pk).update(state=state)
    assert outcome_of(member.person, "post.edit", post=post.id, version=1, body="x") == "closed"
    assert outcome_of(member.person, "post.withdraw", post=post.id) == "closed"
    assert outcome_of(member.person, "post.restore", post=post.id) == "closed"


@pytest.mark.django_db
def test_editing(member: Membership, post: Post) -> None:
    answer = act(member.person, "post.edit", post=post.id, version=1, body="**new**")
    edited = the_post(post.id)
    assert (answer["version"], edited.version, edited.seq) == (2, 2, post.seq)
    assert (edited.body, edited.html, edited.content_note) == (
        "**new**",
        "<p><strong>new</strong></p>",
        "",
    )
    assert edited.edited_at is not None
    event = last_event(member.group.stream)
    assert (event.type, event.about_seq) == ("post.edited", post.seq)
    assert event.seq > (post.seq or 0)
    assert outcome_of(member.person, "post.edit", post=post.id, version=1, body="x") == "stale"
    assert outcome_of(member.person, "post.edit", post=post.id, version=2, body="x") == "ok"


@pytest.mark.django_db
def test_taking_back_and_undo(member: Membership, post: Post, moved: Callable[[float], None]) -> None:
    answer = act(member.person, "post.withdraw", post=post.id)
    assert (answer["state"], answer["seq"], answer["version"]) == ("withdrawn", None, 2)
    assert act(member.person, "post.withdraw", post=post.id)["version"] == 2
    (row,) = Browser(leader_of(member.group)).get(f"/api/topics/{post.topic_id}/posts").json()["posts"]
    assert (row["state"], row["body"], row["html"], row["content_note"]) == ("withdrawn", None, None, None)
    assert Browser(leader_of(member.group)).get(f"/api/posts/{post.id}").json()["body"] is None
    assert Browser(member.person).get(f"/api/posts/{post.id}").json()["body"] == "what I wrote"
    assert outcome_of(member.person, "post.edit", post=post.id, version=2, body="x") == "closed"
    moved(9)
    answer = act(member.person, "post.restore", post=post.id)
    assert (answer["state"], answer["seq"], answer["version"]) == ("published", post.seq, 3)
    assert act(member.person, "post.restore", post=post.id)["version"] == 3
    restored = the_post(post.id)
    assert (restored.body, restored.seq, restored.at) == (post.body, post.seq, post.at)
    types = LogEvent.objects.filter(stream=member.group.stream).order_by("seq").values_list("type", flat=True)
    assert list(types)[-3:] == ["post.published", "post.withdrawn", "post.restored"]


@pytest.mark.django_db
def test_undo_ends_and_the_words_go(member: Membership, post: Post, moved: Callable[[float], None]) -> None:
    act(member.person, "post.withdraw", post=post.id)
    moved(16)
    assert outcome_of(member.person, "post.restore", post=post.id) == "closed"
    run_due_jobs()
    assert the_post(post.id).body == "what I wrote"
    moved(26)
    run_due_jobs()
    gone = the_post(post.id)
    assert (gone.body, gone.html, gone.content_note, gone.seq) == ("", "", "", post.seq)
    assert outcome_of(member.person, "post.restore", post=post.id) == "closed"


@pytest.mark.django_db
def test_a_restored_post_keeps_its_words(
    member: Membership, post: Post, moved: Callable[[float], None]
) -> None:
    act(member.person, "post.withdraw", post=post.id)
    act(member.person, "post.restore", post=post.id)
    moved(60)
    run_due_jobs()
    assert the_post(post.id).body == "what I wrote"


@pytest.mark.django_db
def test_taken_back_twice_the_words_go_too(
    member: Membership, post: Post, moved: Callable[[float], None]
) -> None:
    """The second withdrawal joins the first one's job, which comes before its undo is over."""
    act(member.person, "post.withdraw", post=post.id)
    moved(8)
    act(member.person, "post.restore", post=post.id)
    moved(14)
    act(member.person, "post.withdraw", post=post.id)
    moved(26)
    assert run_due_jobs() == 2  # the words', and those of their copies in the queue
    assert the_post(post.id).body == "what I wrote"
    moved(52)
    run_due_jobs()
    assert the_post(post.id).body == ""
    assert not Job.objects.filter(path__contains="erase", finished_at=None).exists()


@pytest.mark.django_db
def test_there_is_nothing_to_erase_in_what_is_not_there(post: Post) -> None:
    assert erasure.erase_words(post.id) == {"erased": False, "wait": False}
    assert not erasure.may_undo(post)


@pytest.mark.django_db
def test_replies(member: Membership, post: Post) -> None:
    topic, other = post.topic, given_topic(member.group, title="Other")
    reply = given_post(topic, leader_of(member.group), reply_to=post.id)
    assert reply.reply_to == post.id
    act(member.person, "post.withdraw", post=post.id)
    given_post(topic, leader_of(member.group), reply_to=post.id)
    elsewhere = given_topic(given_group())
    foreign = given_post(elsewhere, leader_of(elsewhere.group))
    for wrong in (topic.id, foreign.id, given_post(other, member.person).id):
        problem = problem_of(member.person, "post.submit", topic=topic.id, body="x", reply_to=wrong)
        assert list(problem["fields"]) == ["reply_to"]


@pytest.mark.django_db
def test_content_notes(member: Membership, post: Post) -> None:
    note = {"topic": post.topic_id, "body": "x"}
    answer = act(member.person, "post.submit", **note, content_note="  loss \n and   grief ")
    assert the_post(answer["id"]).content_note == "loss and grief"
    problem = problem_of(member.person, "post.submit", **note, content_note="x" * 121)
    assert list(problem["fields"]) == ["content_note"]
    leader = leader_of(member.group)
    act(leader, "group.update", group=member.group_id, version=1, switches={"content_notes": False})
    assert list(problem_of(member.person, "post.submit", **note, content_note="x")["fields"]) == [
        "content_note"
    ]
    assert outcome_of(member.person, "post.submit", **note, content_note=" ") == "ok"
    kept = {"post": post.id, "body": "again"}
    problem = problem_of(member.person, "post.edit", **kept, version=1, content_note="other")
    assert list(problem["fields"]) == ["content_note"]
    assert outcome_of(member.person, "post.edit", **kept, version=1, content_note="sleep") == "ok"


@pytest.mark.django_db
@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from(["edit", "withdraw", "restore"]), min_size=1, max_size=8))
def test_any_order_of_acts_keeps_place_and_versions(acts: list[str]) -> None:
    group = given_group()
    topic, person = given_topic(group), leader_of(group)
    post = given_post(topic, person)
    shown, version = True, 1
    for kind in acts:
        before = last_event(group.stream).seq
        data = {"version": version, "body": f"words {version}"} if kind == "edit" else {}
        outcome = outcome_of(person, f"post.{kind}", post=post.id, **data)
        changes = {"edit": shown, "withdraw": shown, "restore": not shown}[kind]
        version += changes
        shown = {"edit": shown, "withdraw": False, "restore": True}[kind]
        row = the_post(post.id)
        assert outcome == ("closed" if kind == "edit" and not changes else "ok")
        assert (row.version, row.shown, row.seq, row.at) == (version, shown, post.seq, post.at)
        assert last_event(group.stream).seq == before + changes
