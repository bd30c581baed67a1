"""Builders for tests of a model on trial, and a post's canary that no report and no log may repeat."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from moderation import jobs, scoring, shadowing
from moderation.models import Screening
from moderation.scoring import Model
from tests.moderation.given_flagging import read_by
from tests.moderation.given_models import Words

CANARY = "heliotrope"
INSULT = {"insult": 0.99}


class Other(Words):
    """A model of another version, on trial; it remembers what it read."""

    name = "other"

    def __init__(self, known: dict[str, dict[str, float]] | None = None, seconds: float = 0.0) -> None:
        super().__init__(known, seconds)
        self.texts: list[str] = []

    def row(self, text: str) -> dict[str, float]:
        """The scores of one text."""
        self.texts.append(text)
        return super().row(text)


def use_setting(settings: Any, **values: Any) -> None:
    """Have these values of the operator's from here on."""
    settings.HEARTHSIDE = replace(settings.HEARTHSIDE, **values)


def try_out(monkeypatch: pytest.MonkeyPatch, settings: Any, model: Model) -> Model:
    """Put a model on trial, beside a calm one in use that is given all the time it wants."""
    monkeypatch.setattr(scoring, "DEADLINE_SECONDS", 30.0)
    read_by(monkeypatch)
    use_setting(settings, classifier_shadow=f"trial-{uuid4().hex}")
    monkeypatch.setattr(shadowing, "make_trial_model", lambda setting: model)
    return model


def run_trial() -> None:
    """Run the job once."""
    jobs.read_in_shadow.call()


def read_rows(version: str = "other-1") -> list[Screening]:
    """The rows that a model on trial has read, oldest first."""
    return list(Screening.objects.filter(shadow_version=version).order_by("at"))


@contextmanager
def counted_loads(monkeypatch: pytest.MonkeyPatch, problem: Exception) -> Iterator[list[str]]:
    """A model on trial that cannot be loaded; what is kept says how often it was tried."""
    tried: list[str] = []

    def broken(setting: str) -> Model:
        tried.append(setting)
        raise problem

    monkeypatch.setattr(shadowing, "make_trial_model", broken)
    yield tried
