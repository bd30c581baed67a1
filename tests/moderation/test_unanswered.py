"""Nobody is left unanswered: disclosures and questions without a reply come to the facilitators, once and quietly."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from accounts.models import Person
from community.models import Group, Membership, Post, Topic
from moderation.models import CareAlert, ReviewItem, ReviewSignal, Screening
from moderation.queries.unanswered import asks
from tests.given import act, given_ended, given_group, given_member, given_post, given_topic, leader_of
from tests.moderation.given_care import run_at

pytestmark = pytest.mark.django_db

JOB = "moderation.jobs.ask_after_unanswered"


@pytest.fixture
def group() -> Group:
    """An open group."""
    return given_group()


@pytest.fixture
def topic(group: Group) -> Topic:
    """A topic of it."""
    return given_topic(group)


@pytest.fixture
def mia(group: Group) -> Person:
    """A member."""
    return given_member(group).person


def disclosed(post: Post) -> Post:
    """The post, with a screening that heard a danger in it."""
    Screening.objects.create(
        target_kind="post",
        target_id=post.id,
        group=post.topic.group,
        author=post.author,
        kind="risk",
        action="clear",
        lane="care",
        severity=1,
        rules_version="rules-1",
    )
    return post


def hours_after(post: Post, hours: float) -> datetime:
    """A moment that many hours after it was shown."""
    assert post.at is not None
    return post.at + timedelta(hours=hours)


def lanes_about(post: Post) -> list[str]:
    """In which lanes somebody was asked to look at the post because it had no reply."""
    told = ReviewSignal.objects.filter(reason="unanswered", source="system", item__target_id=post.id)
    return sorted(told.values_list("item__lane", flat=True))


def test_a_question_comes_after_a_day(topic: Topic, mia: Person) -> None:
    post = given_post(topic, mia, "How do you all get through Sundays?")
    run_at(hours_after(post, 23.9), JOB)
    assert lanes_about(post) == []
    run_at(hours_after(post, 24.1), JOB)
    assert lanes_about(post) == ["asked"]
    item = ReviewItem.objects.get(target_id=post.id)
    assert (item.state, item.author_id, item.topic_id) == ("pending", post.author_id, topic.id)


def test_a_disclosure_comes_after_four_hours_and_pages_nobody(topic: Topic, mia: Person) -> None:
    post = disclosed(given_post(topic, mia, "It was a bad night again."))
    run_at(hours_after(post, 3.9), JOB)
    assert lanes_about(post) == []
    run_at(hours_after(post, 4.1), JOB)
    assert lanes_about(post) == ["care"]
    assert not CareAlert.objects.exists()


def test_what_asks_nothing_waits_for_nothing(topic: Topic, mia: Person) -> None:
    post = given_post(topic, mia, "A quiet week for once.")
    run_at(hours_after(post, 100), JOB)
    assert lanes_about(post) == []


def test_it_comes_once_for_a_post(topic: Topic, mia: Person) -> None:
    post = disclosed(given_post(topic, mia, "Is anybody there?"))
    for hours in (4.1, 5, 25, 48):
        run_at(hours_after(post, hours), JOB)
    assert lanes_about(post) == ["care"]
    assert ReviewItem.objects.count() == 1


def test_any_later_post_of_somebody_else_is_a_reply(group: Group, topic: Topic, mia: Person) -> None:
    post = given_post(topic, mia, "Does it get easier?")
    given_post(topic, given_member(group).person, "It did for me.")
    run_at(hours_after(post, 30), JOB)
    assert lanes_about(post) == []


def test_ones_own_next_post_is_no_reply(topic: Topic, mia: Person) -> None:
    post = given_post(topic, mia, "Does it get easier?")
    given_post(topic, mia, "Just wondering.")
    run_at(hours_after(post, 30), JOB)
    assert lanes_about(post) == ["asked"]


def test_a_reply_that_was_taken_back_is_no_reply(group: Group, topic: Topic, mia: Person) -> None:
    post = given_post(topic, mia, "Does it get easier?")
    other = given_member(group).person
    reply = given_post(topic, other, "No.")
    act(other, "post.withdraw", post=reply.id)
    run_at(hours_after(post, 30), JOB)
    assert lanes_about(post) == ["asked"]


def test_a_post_in_another_topic_is_no_reply(group: Group, topic: Topic, mia: Person) -> None:
    post = given_post(topic, mia, "Does it get easier?")
    given_post(given_topic(group, title="Elsewhere"), given_member(group).person, "Hello.")
    run_at(hours_after(post, 30), JOB)
    assert lanes_about(post) == ["asked"]


@pytest.mark.parametrize("why", ["closed", "left", "facilitator", "old", "withdrawn"])
def test_nobody_is_asked_about(group: Group, topic: Topic, mia: Person, why: str) -> None:
    author = leader_of(group) if why == "facilitator" else mia
    post = given_post(topic, author, "Does it get easier?")
    if why == "closed":
        act(leader_of(group), "group.close", group=group.id)
    elif why == "left":
        given_ended(Membership.objects.select_related("group", "person").get(person=mia), "left")
    elif why == "withdrawn":
        act(mia, "post.withdraw", post=post.id)
    run_at(hours_after(post, 24 * 8 if why == "old" else 30), JOB)
    assert lanes_about(post) == []


def test_what_was_closed_with_an_outcome_is_asked_about_quietly(topic: Topic, mia: Person) -> None:
    post = disclosed(given_post(topic, mia, "It was a bad night again."))
    run_at(hours_after(post, 4.1), JOB)
    ReviewSignal.objects.all().delete()
    ReviewItem.objects.filter(target_id=post.id).update(state="approved")
    run_at(hours_after(post, 5), JOB)
    assert lanes_about(post) == ["asked"]
    assert ReviewItem.objects.get(target_id=post.id, lane="care").state == "approved"


@pytest.mark.parametrize(
    "body",
    [
        "Why?", "Is it me?!", "Really? 🙂", 'She said "why?"', "هل أنت هناك؟", "你好吗？", "Is this normal? Thanks.",
        "Anyone else?\n\nI have tried everything.", "Does it help?  \n", "Any tips? Thank you all",
    ],
)  # fmt: skip
def test_what_asks(body: str) -> None:
    assert asks(body)


@pytest.mark.parametrize(
    "body",
    [
        "No.", "> Are you there?\n\nYes.", "See https://example.org/?page=2 for more", "",
        "Why? Because I had to, and because nobody else would do it for me, as you all know by now.",
    ],
)  # fmt: skip
def test_what_asks_nothing(body: str) -> None:
    assert not asks(body)
