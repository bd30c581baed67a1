"""Held posts past their time: the next facilitator is told, once a level, and nothing is ever shown by time."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from accounts.models import Person
from community.models import Group, Membership, Post
from hearthside import clock
from moderation.actions.items import Signal, open_item
from moderation.models import OverdueCall, ReviewItem
from tests.given import given_ended, given_group, given_member, given_person, given_topic
from tests.moderation.given_care import (
    Mailbox,
    act_in,
    all_week,
    given_practice,
    given_slot,
    leader,
    run_at,
)

pytestmark = pytest.mark.django_db

JOB = "moderation.jobs.tell_overdue"


@pytest.fixture
def group() -> Group:
    """A group led by Ann, who is on duty, with Ben as the backup and Cleo off duty; Dora is the clinical lead."""
    given_practice(clinical_lead=given_person("admin", name="Dora"), time_zone="UTC")
    group = given_group(given_person("facilitator", name="Ann"))
    all_week(group.memberships.get())
    all_week(leader(group, "Ben"), order="backup")
    leader(group, "Cleo")
    return group


def given_held(group: Group, *, due_in: timedelta = timedelta(hours=2)) -> ReviewItem:
    """A member's post that waits, with its item in the queue."""
    member = given_member(group)
    topic = given_topic(group)
    post = Post(
        topic=topic, author=member, state=Post.State.HELD, body="held words", html="<p>held words</p>"
    )
    post.save()

    def held() -> ReviewItem:
        return open_item(
            group=group, lane="conduct", target_kind="post", target_id=post.id, topic=topic, author=member,
            snapshot={}, signals=[Signal("rule", "attack", 1.0)], due_at=clock.now() + due_in,
        )  # fmt: skip

    item: ReviewItem = act_in(group, held)
    return item


def past(item: ReviewItem, minutes: float) -> datetime:
    """So many minutes past the time it was promised."""
    assert item.due_at is not None
    return item.due_at + timedelta(minutes=minutes)


def told(item: ReviewItem) -> list[tuple[int, str]]:
    """Who was told at which level."""
    rows = OverdueCall.objects.filter(item=item).order_by("level", "person__name")
    return [(row.level, row.person.name) for row in rows.select_related("person")]


def test_each_hour_the_next_are_told_and_it_stays_held(group: Group) -> None:
    item = given_held(group)
    run_at(past(item, -1), JOB)
    assert told(item) == []
    run_at(past(item, 0), JOB)
    run_at(past(item, 30), JOB)
    assert told(item) == [(0, "Ann")]
    run_at(past(item, 61), JOB)
    assert told(item) == [(0, "Ann"), (1, "Ben")]
    run_at(past(item, 125), JOB)
    assert told(item)[2:] == [(2, "Ann"), (2, "Ben"), (2, "Cleo")]
    run_at(past(item, 5000), JOB)
    assert len(told(item)) == 5
    assert Post.objects.get(id=item.target_id).state == "held"


def test_the_mail_says_where_to_look_and_nothing_else(group: Group) -> None:
    box = Mailbox()
    item = given_held(group)
    run_at(past(item, 0), JOB)
    ((to, subject, text),) = box.fresh()
    assert to == Person.objects.get(name="Ann").email
    assert f"/review/{item.id}" in text
    for secret in ("held words", group.name, "attack"):
        assert secret not in subject + text
    assert OverdueCall.objects.get().mailed_at is not None


def test_a_night_without_duty_passes_in_silence(group: Group) -> None:
    group.duty_slots.all().delete()
    item = given_held(group)
    assert item.due_at is not None
    tomorrow = (item.due_at.weekday() + 1) % 7
    given_slot(Membership.objects.get(group=group, person__name="Cleo"), tomorrow, "09:00", "17:00")
    run_at(past(item, 0), JOB)
    assert told(item) == []
    morning = (item.due_at + timedelta(days=1)).replace(hour=9, minute=30)
    run_at(morning, JOB)
    assert told(item) == [(0, "Cleo")]


@pytest.mark.parametrize("why", ["decided", "leased", "waiting on author", "not held"])
def test_nobody_is_told_of_what_does_not_wait_for_them(group: Group, why: str) -> None:
    item = given_held(group)
    ann = Membership.objects.get(group=group, person__name="Ann")
    changes: dict[str, dict[str, object]] = {
        "decided": {"state": "approved"},
        "leased": {"lease_by": ann, "lease_until": past(item, 9)},
        "waiting on author": {"waiting_on_author": True},
    }
    if why == "not held":
        Post.objects.filter(id=item.target_id).update(state="published")
    else:
        ReviewItem.objects.filter(id=item.id).update(**changes[why])
    run_at(past(item, 1), JOB)
    assert told(item) == []


def test_a_new_promise_has_calls_of_its_own(group: Group) -> None:
    item = given_held(group)
    run_at(past(item, 0), JOB)
    ReviewItem.objects.filter(id=item.id).update(due_at=past(item, 300))
    item.refresh_from_db()
    run_at(past(item, -10), JOB)
    assert told(item) == [(0, "Ann")]
    run_at(past(item, 0), JOB)
    assert told(item) == [(0, "Ann"), (0, "Ann")]


def test_without_a_facilitator_the_clinical_lead_is_told_and_may_look(group: Group) -> None:
    item = given_held(group)
    for one in Membership.objects.filter(group=group, role="facilitator").select_related("person", "group"):
        given_ended(one, "left")
    run_at(past(item, 0), JOB)
    assert told(item) == [(0, "Dora")]
    assert ReviewItem.objects.get(id=item.id).with_lead
