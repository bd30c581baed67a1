"""How a model on trial is compared with the verdicts that counted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from hearthside.clock import now
from moderation.queries.shadow import read_agreement
from moderation.words import RULES_VERSION
from tests.given import given_group, given_member
from tests.moderation.given_flagging import VERSION
from tests.moderation.given_steps import given_screening, member_of

pytestmark = pytest.mark.django_db


def test_agreement() -> None:
    author = given_member(given_group())
    leader = member_of(author.group, author.group.memberships.get(role="facilitator").person)
    same: dict[str, Any] = {
        "model_version": VERSION,
        "rules_version": RULES_VERSION,
        "rules": [],
        "shadow_version": "other-1",
    }
    pairs = [
        (("none", "clear"), ("none", "clear"), 5),
        (("none", "clear"), ("attack", "hold"), 2),
        (("attack", "hold"), ("spoken", "clear"), 1),
        (("recovery", "clear"), ("spoken", "clear"), 1),
        (("attack", "hold"), ("attack", "hold"), 1),
    ]
    for (kind, action), (shadow_kind, shadow_action), count in pairs:
        shadow: dict[str, Any] = {"shadow_kind": shadow_kind, "shadow_action": shadow_action}
        for _ in range(count):
            given_screening(author, kind=kind, action=action, **same, **shadow)
    hold: dict[str, Any] = {"shadow_kind": "attack", "shadow_action": "hold"}
    aside: list[dict[str, Any]] = [
        {"rules": ["premoderated"]},
        {"rules": ["3f0c6f5e-8f6b-4a39-9f0e-6f2d5a1c0b7e"]},
        {"rules": ["unchecked", "model_late"]},
        {"model_version": "words-0"},
        {"rules_version": "rules-0"},
    ]
    for fields in aside:
        given_screening(author, **{**same, **hold, **fields})
    given_screening(leader, **same, **hold)
    given_screening(author, **same)  # it failed on that one
    given_screening(author, **{**same, **hold, "shadow_version": "other-0", "at": now() - timedelta(days=2)})
    given_screening(author, **{**same, **hold, "at": now() - timedelta(days=9)})
    found = read_agreement(VERSION, now() - timedelta(days=7))
    assert found is not None
    classes = {row.pop("class"): row for row in found.pop("classes")}
    assert found == {
        "version": "other-1", "read": 17, "failed": 1, "left_out": 6, "compared": 10,
        "same_action": 0.7, "same_class": 0.6, "would_hold": 2, "would_clear": 1,
        "class_moves": [
            {"from": "none", "to": "attack", "n": 2},
            {"from": "attack", "to": "spoken", "n": 1},
            {"from": "recovery", "to": "spoken", "n": 1},
        ],
    }  # fmt: skip
    assert classes["none"] == {"in_use": 7, "on_trial": 5, "both": 5}
    assert classes["attack"] == {"in_use": 2, "on_trial": 3, "both": 1}
    assert classes["spoken"] == {"in_use": 0, "on_trial": 2, "both": 0}
    assert set(classes) == {"none", "risk", "method", "attack", "recovery", "spoken"}


def test_where_nothing_was_on_trial_there_is_nothing_to_compare() -> None:
    assert read_agreement("", now() - timedelta(days=7)) is None
