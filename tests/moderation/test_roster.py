"""The duty roster as its facilitators read and save it."""

from __future__ import annotations

from typing import Any

import pytest

from community.models import Group, Membership
from moderation.actions.duty import MOST_SLOTS
from moderation.models import DutySlot
from tests.given import (
    STANDINGS,
    Browser,
    Circle,
    act,
    given_circle,
    given_ended,
    given_group,
    given_member,
    given_person,
    leader_of,
    outcome_of,
    problem_of,
)
from tests.moderation.given_care import given_practice, leader, verbs

pytestmark = pytest.mark.django_db


@pytest.fixture
def group() -> Group:
    """A group led by Ann."""
    given_practice(time_zone="Europe/Berlin")
    return given_group(given_person("facilitator", name="Ann"), member_name="Ann")


def slot(member: Membership, **more: Any) -> dict[str, Any]:
    """One slot as it is sent."""
    return {
        "member": member.id, "order": "first", "weekday": 0, "starts": "09:00", "ends": "17:00", **more
    }  # fmt: skip


def roster_of(group: Group) -> dict[str, Any]:
    """The roster as its facilitator reads it."""
    answer = Browser(leader_of(group)).get(f"/api/groups/{group.id}/roster")
    assert answer.status_code == 200
    return dict(answer.json())


def test_a_roster_is_saved_as_a_whole(group: Group) -> None:
    ann, ben = group.memberships.get(), leader(group, "Ben")
    assert roster_of(group) == {
        "slots": [],
        "version": 0,
        "time_zone": "Europe/Berlin",
        "now": {"state": "unknown", "names": [], "until": None, "back_at": None},
    }
    answer = act(
        ann.person,
        "roster.save",
        group=group.id,
        version=0,
        slots=[slot(ann), slot(ben, order="backup", weekday=6, starts="22:00", ends="06:30")],
    )
    assert answer["version"] == 1
    read = roster_of(group)
    assert [
        (row["name"], row["order"], row["weekday"], row["starts"], row["ends"]) for row in read["slots"]
    ] == [
        ("Ann", "first", 0, "09:00", "17:00"),
        ("Ben", "backup", 6, "22:00", "06:30"),
    ]
    act(ben.person, "roster.save", group=group.id, version=1, slots=[slot(ben)])
    assert [row["name"] for row in roster_of(group)["slots"]] == ["Ben"]
    assert ("roster.saved", "") in verbs(group)


def test_an_older_version_is_refused_with_the_roster_as_it_is(group: Group) -> None:
    ann = group.memberships.get()
    act(ann.person, "roster.save", group=group.id, version=0, slots=[slot(ann)])
    problem = problem_of(ann.person, "roster.save", group=group.id, version=0, slots=[])
    assert (problem["type"], problem["current"]["version"]) == ("stale", 1)
    assert DutySlot.objects.count() == 1


def test_an_empty_roster_is_no_roster(group: Group) -> None:
    ann = group.memberships.get()
    act(ann.person, "roster.save", group=group.id, version=0, slots=[slot(ann)])
    answer = act(ann.person, "roster.save", group=group.id, version=1, slots=[])
    assert (answer["now"]["state"], answer["version"]) == ("unknown", 2)


def test_only_active_facilitators_of_the_group_can_be_on_duty(group: Group) -> None:
    ann = group.memberships.get()
    gone = given_ended(leader(group, "Gone"), "left")
    elsewhere = given_group(given_person("facilitator")).memberships.get()
    for place, wrong in enumerate((given_member(group), gone, elsewhere)):
        problem = problem_of(
            ann.person, "roster.save", group=group.id, version=0, slots=[slot(ann), slot(wrong)]
        )
        assert list(problem["fields"]) == ["slots.1.member"], place
    assert not DutySlot.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"weekday": 7}, {"weekday": -1}, {"starts": "24:00"}, {"ends": "9:00"}, {"starts": "09:60"},
        {"order": "third"}, {"starts": "09:00:30"}, {"unknown": 1},
    ],
)  # fmt: skip
def test_slots_that_no_week_has_are_refused(group: Group, wrong: dict[str, Any]) -> None:
    ann = group.memberships.get()
    assert (
        outcome_of(ann.person, "roster.save", group=group.id, version=0, slots=[slot(ann, **wrong)])
        == "invalid"
    )


def test_a_roster_has_at_most_a_hundred_slots(group: Group) -> None:
    ann = group.memberships.get()
    many = [slot(ann)] * (MOST_SLOTS + 1)
    assert "slots" in problem_of(ann.person, "roster.save", group=group.id, version=0, slots=many)["fields"]
    assert outcome_of(ann.person, "roster.save", group=group.id, version=0, slots=many[1:]) == "ok"


def test_whoever_left_is_not_on_the_roster_any_more(group: Group) -> None:
    ann, ben = group.memberships.get(), leader(group, "Ben")
    act(ann.person, "roster.save", group=group.id, version=0, slots=[slot(ann), slot(ben)])
    given_ended(ben, "left")
    assert [row["name"] for row in roster_of(group)["slots"]] == ["Ann"]


def test_a_closed_group_keeps_its_roster_as_it_is(group: Group) -> None:
    ann = group.memberships.get()
    act(ann.person, "group.close", group=group.id)
    assert outcome_of(ann.person, "roster.save", group=group.id, version=0, slots=[]) == "closed"
    assert roster_of(group)["version"] == 0


@pytest.fixture
def circle() -> Circle:
    """A group with one person of every standing towards it."""
    return given_circle()


@pytest.mark.parametrize("who", STANDINGS)
def test_who_reads_and_saves_the_roster(circle: Circle, who: str) -> None:
    person, allowed = circle.people[who], who == "facilitator"
    outcome = outcome_of(person, "roster.save", group=circle.group.id, version=0, slots=[])
    assert (outcome == "ok") is allowed
    assert allowed or outcome == "not_found"
    status = Browser(person).get(f"/api/groups/{circle.group.id}/roster").status_code
    assert status == (200 if allowed else 401 if who == "deactivated" else 404)
