"""Safety plans: saved by one person, read by whom they allow, each reading on record."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Person
from community.models import Membership
from hearthside.audit_model import AuditEntry
from moderation.actions.plans import LINE_CHARACTERS, MOST_LINES
from moderation.models import SafetyPlan
from moderation.queries.plans import is_plan_shared
from tests.given import (
    STANDINGS,
    Browser,
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
from tests.moderation.given_care import person_called

pytestmark = pytest.mark.django_db

STEPS = [
    ["I stop sleeping"],
    ["Walk", "Music"],
    ["The library"],
    ["Ruth"],
    ["116 123"],
    ["Ask Sam to keep it"],
]
EMPTY: list[list[str]] = [[], [], [], [], [], []]


def plan_of(person: Person) -> dict[str, Any]:
    """One's own plan as it arrives."""
    return dict(Browser(person).get("/api/me/safety-plan").json())


def read_by(person: Person, member: Membership) -> Any:
    """Somebody's attempt to read a member's plan."""
    return Browser(person).get(f"/api/groups/{member.group_id}/members/{member.id}/safety-plan")


def test_before_there_is_one_a_plan_is_six_empty_steps() -> None:
    assert plan_of(given_person()) == {"steps": EMPTY, "version": 0, "updated_at": None, "shared_with": []}


def test_a_plan_is_saved_and_read_and_changed() -> None:
    person = given_person()
    assert act(person, "safety_plan.save", version=0, steps=STEPS)["version"] == 1
    read = plan_of(person)
    assert (read["steps"], read["version"], read["shared_with"]) == (STEPS, 1, [])
    assert read["updated_at"]
    act(person, "safety_plan.save", version=1, steps=EMPTY)
    assert (plan_of(person)["steps"], plan_of(person)["version"]) == (EMPTY, 2)


def test_lines_are_tidied() -> None:
    answer = act(
        given_person(), "safety_plan.save", version=0, steps=[["  a  b\n", "", " \u200b "], *EMPTY[1:]]
    )
    assert answer["steps"][0] == ["a b"]


def test_a_plan_from_another_device_is_not_overwritten() -> None:
    person = given_person()
    act(person, "safety_plan.save", version=0, steps=STEPS)
    problem = problem_of(person, "safety_plan.save", version=0, steps=EMPTY)
    assert (problem["type"], problem["current"]["steps"]) == ("stale", STEPS)
    assert plan_of(person)["steps"] == STEPS


@pytest.mark.parametrize(
    ("steps", "field"),
    [
        (STEPS[:5], "steps"),
        ([*STEPS, []], "steps"),
        ([["x"] * (MOST_LINES + 1), *EMPTY[1:]], "steps.0"),
        ([*EMPTY[:5], ["x" * (LINE_CHARACTERS + 1)]], "steps.5"),
    ],
)
def test_what_does_not_fit_is_named(steps: list[list[str]], field: str) -> None:
    problem = problem_of(given_person(), "safety_plan.save", version=0, steps=steps)
    assert list(problem["fields"]) == [field]


def test_the_most_that_fits() -> None:
    full = [["x" * LINE_CHARACTERS] * MOST_LINES] * 6
    assert outcome_of(given_person(), "safety_plan.save", version=0, steps=full) == "ok"


def test_a_plan_lies_in_a_box() -> None:
    person = given_person()
    act(person, "safety_plan.save", version=0, steps=STEPS)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT steps FROM moderation_safetyplan")
        (kept,) = cursor.fetchone()
    assert b"library" not in bytes(kept)
    assert "library" in SafetyPlan.objects.get(person=person).steps


def shared_member() -> Membership:
    """A member who shares their plan with the group's facilitators."""
    member = given_member(given_group())
    act(member.person, "safety_plan.save", version=0, steps=STEPS)
    answer = act(member.person, "safety_plan.share", group=member.group_id, shared=True)
    assert answer["shared_with"] == [str(member.group_id)]
    return member


def test_facilitators_read_a_shared_plan_and_the_member_sees_that_they_did() -> None:
    member = shared_member()
    leader = leader_of(member.group)
    answer = read_by(leader, member)
    assert (answer.status_code, answer.json()["steps"], answer.json()["name"]) == (200, STEPS, member.name)
    (entry,) = AuditEntry.objects.filter(verb="plan.read")
    assert (entry.actor, entry.about, entry.group) == (leader.id, member.person_id, member.group_id)


def test_a_plan_that_is_not_shared_is_nobodys() -> None:
    member = given_member(given_group())
    act(member.person, "safety_plan.save", version=0, steps=STEPS)
    assert read_by(leader_of(member.group), member).status_code == 404
    assert not AuditEntry.objects.filter(verb="plan.read").exists()


def test_sharing_ends_at_once() -> None:
    member = shared_member()
    answer = act(member.person, "safety_plan.share", group=member.group_id, shared=False)
    assert answer["shared_with"] == []
    assert read_by(leader_of(member.group), member).status_code == 404
    assert not is_plan_shared(member.group_id, member.person_id)


def test_sharing_is_with_one_group_only() -> None:
    member = shared_member()
    other = given_member(given_group(), member.person)
    assert read_by(leader_of(other.group), other).status_code == 404
    assert read_by(leader_of(other.group), member).status_code == 404


def test_who_leaves_shares_no_longer_and_coming_back_does_not_share_again() -> None:
    member = shared_member()
    leader = leader_of(member.group)
    given_ended(member, "left")
    assert read_by(leader, member).status_code == 404
    assert plan_of(member.person)["shared_with"] == []
    assert outcome_of(member.person, "safety_plan.share", group=member.group_id, shared=False) == "ok"
    given_member(member.group, member.person)
    assert read_by(leader, member).status_code == 404


def test_sharing_needs_a_plan_and_a_group() -> None:
    member = given_member(given_group())
    assert outcome_of(member.person, "safety_plan.share", group=member.group_id, shared=True) == "invalid"
    act(member.person, "safety_plan.save", version=0, steps=STEPS)
    assert outcome_of(member.person, "safety_plan.share", group=given_group().id, shared=True) == "not_found"


@pytest.mark.parametrize("who", [*STANDINGS, "peer", "a former facilitator"])
def test_who_reads_a_shared_plan(who: str) -> None:
    circle = given_circle()
    member = Membership.objects.get(group=circle.group, person=circle.people["member"])
    act(member.person, "safety_plan.save", version=0, steps=STEPS)
    act(member.person, "safety_plan.share", group=circle.group.id, shared=True)
    gone = given_member(circle.group, given_person("facilitator", name="Gone"), role="facilitator")
    given_ended(gone, "left")
    person = person_called(circle.group, "Gone") if who == "a former facilitator" else circle.people[who]
    status = read_by(person, member).status_code
    assert status == {"facilitator": 200, "deactivated": 401}.get(who, 404)
