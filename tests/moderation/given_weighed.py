"""Builders for tests of the words that weighed most: a model that knows a few, and items about a text."""

from __future__ import annotations

from typing import Any

import pytest

from moderation import explaining
from moderation.actions.items import Signal
from moderation.models import ReviewItem
from moderation.words import RULES_VERSION
from tests.given import Circle, given_circle, given_post
from tests.moderation.given_flagging import agree, read_by
from tests.moderation.given_models import Summing
from tests.moderation.given_review import given_item, member_of

WORDS = "Honestly, you people are like that. It is so dreary 🌧️ and l a s t l y dull."
MODEL = Signal(source="model", reason="model_insult", score=0.9, by_version="summing-1")
RULE = Signal(source="rule", reason="insult", score=1.0, by_version=RULES_VERSION)


@pytest.fixture
def circle() -> Circle:
    return given_circle()


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Summing:
    """A model that knows dreary things, read by from here on, however busy the machine is."""
    monkeypatch.setattr(explaining, "SLOW_SECONDS", 30.0)
    monkeypatch.setattr(explaining, "DEADLINE_SECONDS", 30.0)
    monkeypatch.setattr(explaining, "SECONDS", 30.0)
    model = Summing({"you people": 3.0, "dreary": 5.0})
    read_by(monkeypatch, model)
    return model


def put(row: Any, **fields: Any) -> None:
    """Change a row."""
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()


def given_words(circle: Circle, body: str = WORDS, *signals: Signal, consent: bool = True) -> ReviewItem:
    """An item about a post of the circle's member; a model spoke up unless told."""
    agree(circle.people["member"], given=consent)
    post = given_post(circle.topic, circle.people["peer"], "calm")
    author = member_of(circle.group, circle.people["member"])
    put(post, author=author, body=body, html=f"<p>{body}</p>")
    return given_item(post, signals=signals or (MODEL,))


def phrases(rows: list[dict[str, Any]]) -> dict[str, list[str]]:
    """The words of each reason."""
    return {row["label"]: [span["words"] for span in row["spans"]] for row in rows}
