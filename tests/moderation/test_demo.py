"""The demo practice: content that fits together, made once, told as the past, for the people it promises."""

from __future__ import annotations

import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.actions import create_person
from accounts.models import Person, SignIn
from accounts.queries import has_consent
from community.jobs import remind_due, remind_unread
from community.models import (
    Assignment,
    Attendance,
    Group,
    Membership,
    Post,
    Resource,
    Session,
    Submission,
    Summary,
    Topic,
)
from hearthside import clock
from hearthside.errors import Closed
from hearthside.jobs import run_due_jobs
from hearthside.models import LogEvent
from moderation.demo import make_demo
from moderation.demo_content import GroupText, moment_of, read_demo
from moderation.models import ReviewItem, Screening
from notify.models import Delivery, Notice

LONDON = ZoneInfo("Europe/London")
SUNDAY_NIGHT = datetime(2026, 11, 22, 23, 50, tzinfo=UTC)


def words(text: str) -> int:
    return len(text.split())


@pytest.mark.parametrize("group", read_demo().groups, ids=lambda group: group.name)
def test_content_fits_together(group: GroupText) -> None:
    def at(text: str) -> datetime:
        return moment_of(text, now=SUNDAY_NIGHT, zone=LONDON)

    joined = {member.name: at(member.joined) for member in group.members}
    for topic in group.topics:
        moments = [at(post.at) for post in topic.posts]
        assert moments == sorted(set(moments)), topic.title
        assert at(topic.opened) <= moments[0], topic.title
        keys: set[str] = set()
        for post in topic.posts:
            assert joined[post.by] < at(post.at), (topic.title, post.at)
            assert not post.reply_to or post.reply_to in keys, (topic.title, post.at)
            assert bool(post.edited) == bool(post.before), (topic.title, post.at)
            keys.add(post.key)


def test_content_has_many_voices() -> None:
    posts = [
        (group.name, post) for group in read_demo().groups for topic in group.topics for post in topic.posts
    ]
    voices = Counter((group, post.by) for group, post in posts)
    assert 130 <= len(posts) <= 220
    assert min(voices.values()) >= 3
    assert sum(count for (_, name), count in voices.items() if name in ("Hannah", "Daniel")) < len(posts) / 5
    assert sum(1 for _, post in posts if words(post.text) < 12) > 15
    assert sum(1 for _, post in posts if words(post.text) > 60) > 8
    assert any(post.note for _, post in posts)
    assert any(post.edited for _, post in posts)
    assert any("\n- " in post.text or "\n1. " in post.text for _, post in posts)


def test_a_time_names_the_same_weekday_whenever_it_is_read() -> None:
    for day in range(14):
        now = SUNDAY_NIGHT + timedelta(days=day)
        moment = moment_of("w3 Tue 21:40", now=now, zone=LONDON).astimezone(LONDON)
        assert (moment.weekday(), moment.hour, moment.minute) == (1, 21, 40)
        assert timedelta(days=14) < now - moment < timedelta(days=28)
    with pytest.raises(ValueError):
        moment_of("yesterday", now=SUNDAY_NIGHT, zone=LONDON)


@pytest.mark.timed
@pytest.mark.django_db
def test_demo_is_made_quickly() -> None:
    begun = time.monotonic()
    make_demo()
    assert time.monotonic() - begun < 6, "three seconds on a quiet machine"


@pytest.mark.django_db
def test_demo_is_made_once() -> None:
    first = make_demo()
    posts = Post.objects.count()
    assert make_demo() == first
    assert Post.objects.count() == posts
    assert Counter(row["role"] for row in first) == {"admin": 1, "facilitator": 2, "member": 7}
    assert sorted(len(row["groups"]) for row in first if row["role"] == "member") == [1, 2, 2, 2, 2, 2, 2]
    assert all(set(row) == {"role", "email", "password", "person", "groups"} for row in first)
    for row in first:
        person = Person.objects.get(pk=row["person"])
        for group in row["groups"]:
            topics = Topic.objects.filter(group_id=group["id"]).values_list("id", flat=True)
            assert {str(topic) for topic in topics} == set(group["topics"])
            assert Membership.objects.filter(person=person, group_id=group["id"], state="active").exists()
    member = Person.objects.get(email="priya@demo.example")
    assert member.check_password(next(row["password"] for row in first if row["email"] == member.email))


@pytest.mark.django_db
def test_talk_lies_in_the_past_in_the_order_of_time() -> None:
    begun = clock.now()
    make_demo()
    for group in Group.objects.all():
        posts = list(Post.objects.filter(topic__group=group).order_by("seq"))
        assert {post.state for post in posts} == {"published", "held"}
        posts = [post for post in posts if post.seq]
        assert [post.at for post in posts] == sorted(post.at for post in posts if post.at)
        assert all(post.at == post.written_at and post.at < begun for post in posts)
        assert begun - posts[-1].written_at < timedelta(days=5), "something new whenever it is made"
        logged = LogEvent.objects.filter(stream=group.stream, type="post.published").order_by("seq")
        assert [(event.seq, event.at) for event in logged] == [(post.seq, post.at) for post in posts]
        assert any(post.edited_at and post.edited_at > post.written_at for post in posts)


@pytest.mark.django_db
def test_only_what_is_meant_to_wait_waits() -> None:
    """Weeks of made-up talk, and not one of it kept back or flagged by mistake."""
    make_demo()
    waiting = Counter(ReviewItem.objects.filter(state="pending").values_list("lane", flat=True))
    assert waiting == {"care": 1, "conduct": 2, "privacy": 1, "asked": 2}
    assert Post.objects.filter(state="held").count() == 4
    assert Screening.objects.exclude(action="clear").filter(kind="attack").count() == 1
    assert all(has_consent(person.pk, "models") for person in Person.objects.exclude(demo_about=""))


@pytest.mark.django_db
def test_both_groups_met_and_meet_again() -> None:
    make_demo()
    at = clock.now()
    groups = Group.objects.filter(series__isnull=False).distinct()
    assert groups.count() == 2
    for group in groups:
        past = Session.objects.filter(group=group, ends_at__lt=at).order_by("-starts_at")
        members = Membership.objects.filter(group=group, role="member").count()
        assert past.count() >= 4
        marks = Counter(Attendance.objects.filter(session=past[0]).values_list("state", flat=True))
        assert marks == {"present": members - 3, "late": 1, "absent": 1, "excused": 1}
        ahead = Session.objects.filter(group=group, starts_at__gt=at, state="planned").order_by("starts_at")
        assert ahead[0].starts_at - at < timedelta(days=7)
        assert timedelta(weeks=25) < ahead.order_by("-starts_at")[0].starts_at - at <= timedelta(weeks=26)
        local = ahead[0].starts_at.astimezone(LONDON)
        assert (local.weekday(), local.hour) in ((1, 18), (3, 19))
    assert Session.objects.filter(therapist__isnull=False, starts_at__gt=at).count() == 2
    assert not Notice.objects.filter(kind__startswith="session.").exists()
    remind_due.call()
    assert not Notice.objects.filter(kind="session.reminder").exists(), "the demo begins without a flood"


@pytest.mark.django_db
def test_who_missed_the_last_time_can_read_what_it_was_about() -> None:
    make_demo()
    (summary,) = Summary.objects.all()
    assert summary.session.group is not None
    assert (summary.session.group.name, summary.state) == ("Tuesday evening group", "published")
    told = Notice.objects.filter(kind="summary.published").values_list("person__email", flat=True)
    assert sorted(told) == ["ellie@demo.example", "sian@demo.example"]
    while run_due_jobs():
        pass
    with clock.as_of(clock.now() + timedelta(days=4)):
        remind_unread.call()
    assert set(Delivery.objects.values_list("state", flat=True)) == {"skipped"}, "nothing is sent of it"
    assert not Notice.objects.filter(kind="summary.waiting").exists()


@pytest.mark.django_db
def test_load_members_share_one_hash_and_have_a_session_each(client: object) -> None:
    rows = [row for row in make_demo(3) if row.get("load")]
    assert [row["email"] for row in rows] == [f"load{n}@demo.example" for n in (1, 2, 3)]
    assert len({Person.objects.get(pk=row["person"]).password for row in rows}) == 1
    assert len({row["session"] for row in rows}) == 3
    assert SignIn.objects.count() == 3
    again = [row for row in make_demo(5) if row.get("load")]
    assert [row["person"] for row in again[:3]] == [row["person"] for row in rows]
    assert {str(row["groups"]) for row in again} == {str(rows[0]["groups"])}
    assert len(again[0]["groups"][0]["topics"]) == 1


@pytest.mark.django_db
def test_a_real_practice_is_left_alone() -> None:
    create_person(email="ruth@practice.example", name="Ruth", role="admin", password_hash="!")
    with pytest.raises(Closed) as refused:
        make_demo()
    assert "real practice" in refused.value.detail
    assert Person.objects.count() == 1


@pytest.mark.django_db
def test_there_is_something_to_read_and_something_to_do() -> None:
    with clock.as_of(datetime(2026, 11, 27, 12, 0, tzinfo=UTC)):  # a Friday: both handed in, one answered
        make_demo()
        library = Resource.objects.filter(group=None)
        assert {resource.state for resource in library} == {"published"}
        assert library.count() == 2
        together = Resource.objects.get(group__isnull=False)
        sections = together.sections.order_by("place")
        assert together.state == "published"
        assert [(row.credit, bool(row.published_words)) for row in sections] == [(True, True), (False, True)]
        (task,) = Assignment.objects.all()
        assert task.due_at is not None
        assert task.resource is not None
        assert task.due_at > clock.now()
        rows = Submission.objects.select_related("member").exclude(state="working")
        assert {row.member.name: row.state for row in rows if row.member} == {
            "Wren": "answered",
            "Otter": "handed_in",
        }
        while run_due_jobs():
            pass
    assert set(Delivery.objects.values_list("state", flat=True)) == {"skipped"}, "nothing is sent of it"
