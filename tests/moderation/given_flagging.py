"""Builders for tests of the drawing by chance, of what flagging finds, and of a group's own thresholds."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from accounts.models import Person
from community.models import Group, Membership
from hearthside.clock import now
from moderation import sampling, scoring, shifting
from moderation.actions.items import Signal
from moderation.models import ReviewItem, Screening
from moderation.scoring import Model, Scorer
from tests.given import Browser, Circle, act, given_post, leader_of
from tests.moderation.given_models import Words
from tests.moderation.given_steps import given_decision, given_item, given_screening

VERSION = "words-1"


class EveryLot(Random):
    """Falls on everybody."""

    def random(self) -> float:
        return 0.0


def read_by(monkeypatch: pytest.MonkeyPatch, model: Model | None = None) -> Scorer:
    """Have a model read from here on; a calm one unless told. Shifts are looked up each time."""
    scorer = Scorer(model or Words())
    monkeypatch.setattr(scoring, "current_scorer", lambda: scorer)
    monkeypatch.setattr(shifting, "KEPT_SECONDS", 0.0)
    return scorer


def draw_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the lot fall on every text from here on."""
    monkeypatch.setattr(sampling, "lots", EveryLot())


def agree(person: Person, *, given: bool = True) -> None:
    """Let models read somebody's posts, or not any more."""
    act(person, "consent.set", purpose="models", given=given)


def given_drawn(circle: Circle, who: str = "member", body: str = "") -> ReviewItem:
    """A post of somebody who lets models read that was drawn by chance, and its item; draw all before."""
    agree(circle.people[who])
    post = given_post(circle.topic, circle.people[who], body)
    return ReviewItem.objects.select_related("group", "author").get(target_id=post.id)


def given_read(author: Membership, count: int = 1, **fields: Any) -> list[Screening]:
    """What a model read and nothing spoke up about."""
    quiet = {"kind": "none", "action": "clear", "lane": "none", "rules": [], "model_version": VERSION}
    return [given_screening(author, **{**quiet, **fields}) for _ in range(count)]


def given_sampled(author: Membership, choice: str | None = None, **fields: Any) -> Screening:
    """A text that was drawn, with its item, decided so unless nothing is told."""
    (row,) = given_read(author, sampled=True, **fields)
    drawn = Signal(source="system", reason="sample", by_version=VERSION)
    item = given_item(author, target=row.target_id, signals=(drawn,))
    if choice is not None:
        after = {"hide": "rejected", "dismiss": "ignored"}.get(choice, "approved")
        given_decision(item, choice, after)
    return row


def given_flagged(
    author: Membership,
    output: str = "insult",
    *,
    wrong: bool | None = None,
    version: str = VERSION,
    **fields: Any,
) -> ReviewItem:
    """A text that an output of the model spoke up about, decided as a false alarm or as right, or not at all."""
    row = given_screening(author, model_version=version)
    signal = Signal(source="model", reason=f"model_{output}", score=0.9, by_version=version)
    item = given_item(author, target=row.target_id, signals=(signal,))
    if wrong is not None:
        given_decision(item, "publish" if wrong else "reject", "approved" if wrong else "rejected", **fields)
    return item


def given_decisions(author: Membership, output: str, *, wrong: int, right: int, **fields: Any) -> None:
    """So many decided flags of an output."""
    for number in range(wrong + right):
        given_flagged(author, output, wrong=number < wrong, **{"at": now(), **fields})


def flagging(group: Group) -> dict[str, Any]:
    """The part of the page of numbers about flagging, for the group's leader, by the HTTP door."""
    answer = Browser(leader_of(group)).get(f"/api/groups/{group.id}/metrics")
    assert answer.status_code == 200, answer.content
    return dict(answer.json()["flagging"])
