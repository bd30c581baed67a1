"""Changing group rules: who may, what fits, versions, the order of modes, limits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from hearthside.audit_model import AuditEntry
from moderation.actions.group_rules import record_matches
from moderation.group_rules import Hit
from moderation.models import GroupRule, GroupRuleVersion
from moderation.models.review import TargetKind
from moderation.rule_shapes import KEYWORDS, LIMITS, PATTERNS, RULES
from tests.given import (
    Browser,
    act,
    given_circle,
    given_group,
    given_member,
    given_person,
    leader_of,
    outcome_of,
    problem_of,
)
from tests.moderation.given_rules import given_rule, rule_data, the_rule

pytestmark = pytest.mark.django_db


def test_only_its_facilitators_see_and_change_a_groups_rules() -> None:
    circle = given_circle()
    elsewhere = given_group().memberships.get(role="facilitator").person
    people = {**circle.people, "other group's facilitator": elsewhere}
    expected = {
        "facilitator": "ok",
        "member": "denied",
        "peer": "denied",
        "admin": "not_found",
        "other group's member": "not_found",
        "other group's facilitator": "not_found",
        "former member": "not_found",
        "removed": "not_found",
        "deactivated": "not_found",
    }
    assert set(people) == set(expected)
    status = {"ok": 200, "denied": 403, "not_found": 404}
    for who, outcome in expected.items():
        rule = given_rule(circle.group, circle.people["facilitator"], mode="off")
        person, here = people[who], {"rule": rule.id, "version": rule.version}
        assert outcome_of(person, "rule.save", group=circle.group.id, **rule_data()) == outcome, who
        assert outcome_of(person, "rule.switch", mode="shadow", **here) == outcome, who
        if who == "facilitator":
            continue
        change = rule_data(name="Other")
        assert outcome_of(person, "rule.save", group=circle.group.id, **here, **change) == outcome, who
        assert outcome_of(person, "rule.archive", **here) == outcome, who
        assert the_rule(rule.id).version == rule.version
        if who == "deactivated":
            continue  # has no sign-in to ask with
        browser = Browser(person)
        for path in (
            f"/api/groups/{circle.group.id}/rules",
            f"/api/rules/{rule.id}/preview",
            f"/api/rules/{rule.id}/history",
        ):
            assert browser.get(path).status_code == status[outcome], (who, path)


def test_a_rule_of_another_group_is_not_changed_through_ones_own() -> None:
    leader = given_person("facilitator")
    one, other = given_group(leader), given_group(leader)
    rule = given_rule(one, mode="off")
    here = {"group": other.id, "rule": rule.id, "version": rule.version}
    assert outcome_of(leader, "rule.save", **here, **rule_data(name="Other")) == "not_found"
    assert outcome_of(leader, "rule.save", **{**here, "group": one.id}, **rule_data(name="Other")) == "ok"


def test_a_rule_that_is_not_there() -> None:
    leader = leader_of(given_group())
    assert outcome_of(leader, "rule.switch", rule=uuid4(), version=1, mode="on") == "not_found"
    assert Browser(leader).get(f"/api/rules/{uuid4()}/preview").status_code == 404


def test_a_new_rule_is_off_and_every_change_is_a_version(moved: Callable[[float], None]) -> None:
    group = given_group()
    leader = leader_of(group)
    first = act(leader, "rule.save", group=group.id, **rule_data())
    assert (first["mode"], first["version"], first["previewed"]) == ("off", 1, False)
    moved(60)
    second = act(leader, "rule.save", group=group.id, rule=first["id"], version=1, **rule_data(name="Plants"))
    third = act(leader, "rule.switch", rule=first["id"], version=2, mode="shadow")
    assert (second["version"], third["version"], third["mode"]) == (2, 3, "shadow")
    rows = Browser(leader).get(f"/api/rules/{first['id']}/history").json()["versions"]
    assert [(row["version"], row["mode"], row["name"]) for row in rows] == [
        (3, "shadow", "Plants"),
        (2, "off", "Plants"),
        (1, "off", "Flowers"),
    ]
    assert {row["by_name"] for row in rows} == {group.memberships.get(role="facilitator").name}
    assert rows[0]["at"] > rows[2]["at"]


def test_saving_the_same_again_or_switching_to_the_same_mode_is_no_change() -> None:
    rule = given_rule(given_group(), mode="shadow")
    leader = leader_of(rule.group)
    here = {"rule": rule.id, "version": rule.version}
    same = act(leader, "rule.save", group=rule.group_id, **here, **rule_data())
    again = act(leader, "rule.switch", **here, mode="shadow")
    assert {same["version"], again["version"], the_rule(rule.id).version} == {rule.version}
    assert GroupRuleVersion.objects.filter(rule=rule).count() == rule.version


def test_a_change_keeps_the_mode() -> None:
    rule = given_rule(given_group(), mode="on")
    change = rule_data(fail_mode="hold")
    here = {"group": rule.group_id, "rule": rule.id, "version": rule.version}
    answer = act(leader_of(rule.group), "rule.save", **here, **change)
    assert (answer["mode"], answer["fail_mode"], answer["version"]) == ("on", "hold", rule.version + 1)


def test_a_stale_version_is_told_what_the_rule_is_now() -> None:
    rule = given_rule(given_group(), mode="off")
    leader = leader_of(rule.group)
    old = {"rule": rule.id, "version": rule.version}
    act(leader, "rule.switch", **old, mode="shadow")
    for command, data in (
        ("rule.save", {"group": rule.group_id, **rule_data(name="Mine")}),
        ("rule.switch", {"mode": "on"}),
        ("rule.archive", {}),
    ):
        problem = problem_of(leader, command, **old, **data)
        assert problem["type"] == "stale"
        assert (problem["current"]["version"], problem["current"]["mode"]) == (rule.version + 1, "shadow")
        assert problem["current"]["name"] == "Flowers"
    without = problem_of(leader, "rule.save", group=rule.group_id, rule=rule.id, **rule_data(name="Mine"))
    assert set(without["fields"]) == {"version"}


def modes(rule: GroupRule, *steps: str) -> str:
    """How the last of some switches ends."""
    outcome = "ok"
    for step in steps:
        version = the_rule(rule.id).version
        leader = leader_of(rule.group)
        outcome = outcome_of(leader, "rule.switch", rule=rule.id, version=version, mode=step)
    return outcome


@pytest.mark.parametrize(
    ("steps", "outcome", "mode"),
    [
        (("shadow",), "ok", "shadow"),
        (("on",), "closed", "off"),
        (("shadow", "on"), "ok", "on"),
        (("shadow", "off", "on"), "ok", "on"),
        (("shadow", "on", "shadow"), "ok", "shadow"),
        (("shadow", "on", "off", "on"), "ok", "on"),
        (("off",), "ok", "off"),
        (("loud",), "invalid", "off"),
    ],
)
def test_a_rule_goes_on_in_order(steps: tuple[str, ...], outcome: str, mode: str) -> None:
    rule = given_rule(given_group(), mode="off")
    assert modes(rule, *steps) == outcome
    assert the_rule(rule.id).mode == mode


def test_a_rule_that_was_changed_since_its_shadow_goes_through_it_again() -> None:
    rule = given_rule(given_group(), mode="shadow")
    modes(rule, "off")
    leader, now_is = leader_of(rule.group), the_rule(rule.id)
    here = {"group": rule.group_id, "rule": rule.id}
    act(leader, "rule.save", **here, version=now_is.version, **rule_data(name="Called otherwise"))
    assert modes(rule, "on", "off") == "ok"
    version = the_rule(rule.id).version
    act(leader, "rule.save", **here, version=version, **rule_data(actions=["hold"]))
    assert modes(rule, "on") == "closed"
    assert modes(rule, "shadow", "on") == "ok"


def test_a_rule_whose_matches_were_read_goes_on() -> None:
    rule = given_rule(given_group(), mode="off")
    leader = leader_of(rule.group)
    assert modes(rule, "on") == "closed"
    Browser(leader).get(f"/api/rules/{rule.id}/preview")
    (row,) = Browser(leader).get(f"/api/groups/{rule.group_id}/rules").json()["rules"]
    assert row["previewed"]
    assert modes(rule, "on") == "ok"
    entry = AuditEntry.objects.get(verb="rules.previewed")
    assert (entry.thing, entry.actor, entry.group) == (f"rule:{rule.id}", leader.pk, rule.group_id)


def test_what_was_read_of_an_older_version_opens_nothing() -> None:
    rule = given_rule(given_group(), mode="off")
    leader = leader_of(rule.group)
    Browser(leader).get(f"/api/rules/{rule.id}/preview")
    here = {"group": rule.group_id, "rule": rule.id, "version": 1}
    act(leader, "rule.save", **here, **rule_data(trigger={"kind": "contact"}))
    assert modes(rule, "on") == "closed"


def test_an_archived_rule_is_gone_and_its_matches_stay() -> None:
    rule = given_rule(given_group())
    leader = leader_of(rule.group)
    record_matches([Hit(rule.id, rule.version, "Flowers")], TargetKind.POST, uuid4())
    answer = act(leader, "rule.archive", rule=rule.id, version=rule.version)
    assert answer["id"] == str(rule.id)
    assert Browser(leader).get(f"/api/groups/{rule.group_id}/rules").json()["rules"] == []
    assert modes(rule, "on") == "not_found"
    assert the_rule(rule.id).archived_at is not None
    assert rule.matches.count() == 1
    assert GroupRuleVersion.objects.filter(rule=rule, version=answer["version"], mode="off").exists()


def test_in_a_closed_group_rules_can_be_read_only() -> None:
    rule = given_rule(given_group(), mode="off")
    leader = leader_of(rule.group)
    act(leader, "group.close", group=rule.group_id)
    assert outcome_of(leader, "rule.save", group=rule.group_id, **rule_data()) == "closed"
    assert modes(rule, "shadow") == "closed"
    assert len(Browser(leader).get(f"/api/groups/{rule.group_id}/rules").json()["rules"]) == 1


def test_the_list_counts_thirty_days(moved: Callable[[float], None]) -> None:
    rule = given_rule(given_group())
    record_matches([Hit(rule.id, 1, "Flowers")], TargetKind.POST, uuid4())
    moved(31 * 86_400)
    hits = [Hit(rule.id, 1, "Flowers"), Hit(rule.id, 1, "Flowers", shadow=True)]
    record_matches([*hits, hits[1]], TargetKind.POST, uuid4())
    page = Browser(leader_of(rule.group)).get(f"/api/groups/{rule.group_id}/rules").json()
    (row,) = page["rules"]
    assert (row["matches_30d"], row["shadow_30d"]) == (1, 2)
    assert {name: row[name] for name in rule_data()} == rule_data(
        trigger={**rule_data()["trigger"], "allow": [], "evasions": True}
    )
    assert page["limits"] == LIMITS


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("an unknown kind", {"trigger": {"kind": "mood"}}, "trigger"),
    ("no kind", {"trigger": {}}, "trigger"),
    ("no trigger", {"trigger": None}, "trigger"),
    ("an unknown action", {"actions": ["shout"]}, "actions.0"),
    ("no action", {"actions": []}, "actions"),
    ("an unknown event", {"event": "think"}, "event"),
    ("an unknown field", {"colour": "red"}, "colour"),
    ("a field of another kind", {"trigger": {"kind": "contact", "words": ["a"]}}, "trigger.plain.words"),
    ("no words", {"trigger": {"kind": "keyword", "words": []}}, "trigger.keyword.words"),
    ("a star alone", {"trigger": {"kind": "keyword", "words": ["ab", "*"]}}, "trigger.keyword.words.1"),
    ("a star inside", {"trigger": {"kind": "keyword", "words": ["a*b"]}}, "trigger.keyword.words.0"),
    ("one letter and a star", {"trigger": {"kind": "keyword", "words": ["a*"]}}, "trigger.keyword.words.0"),
    ("marks only", {"trigger": {"kind": "keyword", "words": ["?!"]}}, "trigger.keyword.words.0"),
    ("a long word", {"trigger": {"kind": "keyword", "words": ["a" * 61]}}, "trigger.keyword.words.0"),
    (
        "a long allowed word",
        {"trigger": {"kind": "keyword", "words": ["ab"], "allow": ["b" * 61]}},
        "trigger.keyword.allow.0",
    ),
    (
        "too many words",
        {"trigger": {"kind": "keyword", "words": [f"word{n}" for n in range(KEYWORDS + 1)]}},
        "trigger.keyword.words",
    ),
    (
        "too many patterns",
        {"trigger": {"kind": "pattern", "patterns": ["a"] * (PATTERNS + 1)}},
        "trigger.pattern.patterns",
    ),
    (
        "a long pattern",
        {"trigger": {"kind": "pattern", "patterns": ["a" * 261]}},
        "trigger.pattern.patterns.0",
    ),
    (
        "a reference back",
        {"trigger": {"kind": "pattern", "patterns": [r"(a)\1"]}},
        "trigger.pattern.patterns.0",
    ),
    (
        "an unknown label",
        {"trigger": {"kind": "label", "label": "x", "threshold": 0.5}},
        "trigger.label.label",
    ),
    (
        "no probability",
        {"trigger": {"kind": "label", "label": "threat", "threshold": 1.5}},
        "trigger.label.threshold",
    ),
    ("no posts", {"trigger": {"kind": "rate", "posts": 0, "minutes": 5}}, "trigger.rate.posts"),
    ("no hours", {"trigger": {"kind": "hour", "from": 5, "to": 5}}, "trigger.hour"),
    ("midnight to midnight", {"trigger": {"kind": "hour", "from": 0, "to": 0}}, "trigger.hour"),
    ("a late hour", {"trigger": {"kind": "hour", "from": 24, "to": 5}}, "trigger.hour.from"),
    ("no name", {"name": "  "}, "name"),
    ("a long nudge", {"nudge": "a" * 301}, "nudge"),
    ("an unknown fail mode", {"fail_mode": "panic"}, "fail_mode"),
    ("members exempt", {"exempt": ["member"]}, "exempt.0"),
    ("a note on names", {"event": "profile", "actions": ["content_note"]}, "actions"),
    (
        "a rate of names",
        {"event": "profile", "trigger": {"kind": "rate", "posts": 3, "minutes": 5}},
        "trigger",
    ),
]


@pytest.mark.parametrize(("changes", "field"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_what_does_not_fit_is_refused_by_field(changes: dict[str, Any], field: str) -> None:
    group = given_group()
    problem = problem_of(leader_of(group), "rule.save", group=group.id, **rule_data(**changes))
    assert problem["type"] == "invalid"
    assert list(problem["fields"]) == [field]
    assert problem["fields"][field].endswith(".")
    assert not GroupRule.objects.filter(group=group).exists()


def test_what_just_fits_is_taken() -> None:
    group = given_group()
    leader = leader_of(group)
    words = [f"{number:060d}" for number in range(KEYWORDS)]
    full = {"kind": "keyword", "words": words, "allow": words[:3]}
    saved = act(leader, "rule.save", group=group.id, **rule_data(trigger=full))
    assert saved["trigger"]["words"] == words
    ten = {"kind": "pattern", "patterns": [f"{number}{'a' * 259}" for number in range(PATTERNS)]}
    assert outcome_of(leader, "rule.save", group=group.id, **rule_data(trigger=ten)) == "ok"
    twice = {"kind": "keyword", "words": ["tulip", " tulip "]}
    assert act(leader, "rule.save", group=group.id, **rule_data(trigger=twice))["trigger"]["words"] == [
        "tulip"
    ]


def test_a_group_has_so_many_rules_and_no_more() -> None:
    group = given_group()
    leader = leader_of(group)
    for number in range(RULES):
        last = act(leader, "rule.save", group=group.id, **rule_data(name=f"Rule {number}"))
    assert outcome_of(leader, "rule.save", group=group.id, **rule_data()) == "closed"
    here = {"group": group.id, "rule": last["id"], "version": 1}
    assert outcome_of(leader, "rule.save", **here, **rule_data(name="Changed")) == "ok"
    act(leader, "rule.archive", rule=last["id"], version=2)
    assert outcome_of(leader, "rule.save", group=group.id, **rule_data()) == "ok"


def test_the_other_door_says_the_same() -> None:
    group = given_group()
    hours = {"kind": "hour", "from": 22, "to": 6}
    browser = Browser(leader_of(group))
    answer = browser.command("rule.save", group=group.id, **rule_data(trigger=hours))
    assert (answer.status_code, answer.json()["trigger"]) == (200, hours)
    wrong = browser.command("rule.save", group=group.id, **rule_data(trigger={"kind": "mood"}))
    assert (wrong.status_code, list(wrong.json()["fields"])) == (422, ["trigger"])
    assert "mood" not in wrong.content.decode()
    member = Browser(given_member(group).person)
    assert member.command("rule.save", group=group.id, **rule_data()).status_code == 403
