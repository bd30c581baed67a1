"""A model on trial: it reads what was written lately, beside the model in use, and nobody sees what it says.

It is asked by a job, one text at a time, in a thread of its own that may hang. Whatever it does, no post waits for it.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from uuid import UUID

import structlog
from django.conf import settings

from hearthside.config import SHADOWS
from moderation.classing import NO_SHIFTS
from moderation.judging import names_in
from moderation.models import Screening
from moderation.queries.own_words import OwnWords, own_words
from moderation.queries.shadow import find_unread
from moderation.ruling import verdict_of
from moderation.scoring import Failed, Model, make_model, sound
from moderation.shifting import shifts_in
from moderation.weighing import weigh
from moderation.words import read

TOGETHER = 8  # texts whose opinions are kept in one write
MOST_TEXTS = 48  # in one run of the job
MOST_SECONDS = 10.0  # for one run of the job; the text that is being read may take longer
TEXT_SECONDS = 5.0  # for one text, after which the model counts as broken
REST_SECONDS = 3600.0  # that a model which failed is left alone
LONGEST_VERSION = 80  # characters of a version that a row has room for

log = structlog.get_logger("hearthside.shadow")


@dataclass(frozen=True)
class Opinion:
    """What a model on trial made of the text of one screening; no scores, kind and action where it failed on it."""

    screening: UUID
    version: str
    scores: Mapping[str, float] = field(default_factory=dict)
    kind: str = ""
    action: str = ""


class Trial:
    """One model on trial, loaded when it is first asked."""

    def __init__(self, setting: str) -> None:
        self.setting = setting
        self._model: Model | None = None
        self._asking: threading.Thread | None = None
        self._rests_until = 0.0

    def rests(self) -> bool:
        """Whether it is left alone, because it failed within the hour."""
        return time.monotonic() < self._rests_until

    def hangs(self) -> bool:
        """Whether a text that it was asked about is not answered still."""
        return self._asking is not None and self._asking.is_alive()

    def load(self) -> str:
        """The version of the model, loaded if it is not yet; raises what loading it raises."""
        if self._model is None:
            self._model = make_trial_model(self.setting)
        return f"{self._model.name}-{self._model.version}"[:LONGEST_VERSION]

    def score(self, text: str) -> Mapping[str, float]:
        """The scores of a text; raises Failed, also for a model that hangs."""
        model = self._model
        answers: list[object] = []
        assert model is not None, "a trial is loaded before it is asked"

        def ask() -> None:
            with contextlib.suppress(BaseException):  # what it throws may quote the text
                answers.append(model.score([text]))

        self._asking = threading.Thread(target=ask, name="classifier-trial", daemon=True)
        self._asking.start()
        self._asking.join(TEXT_SECONDS)
        if self._asking.is_alive():
            raise Failed("model_late")
        return sound(answers[0] if answers else None, 1)[0]

    def rest(self, code: str, *, version: str = "", row: str = "") -> None:
        """Leave it alone for an hour, and say so once."""
        self._rests_until = time.monotonic() + REST_SECONDS
        log.error("classifier_shadow_failed", code=code, model=version, row=row)


def make_trial_model(setting: str) -> Model:
    """The model that HEARTHSIDE_CLASSIFIER_SHADOW names; raises BadModel, or what loading a broken file raises."""
    if setting in SHADOWS:
        model = make_model(setting)
        assert model is not None, "these kinds have a model"
        return model
    from moderation.classifiers.local import LocalModel  # onnxruntime takes a second to import

    return LocalModel(Path(setting))


@cache
def trial_of(setting: str) -> Trial:
    """The one trial of this process for a setting."""
    return Trial(setting)


def find_trial_problem(setting: str) -> str:
    """What keeps a model from being tried, in a sentence; empty when it reads a text."""
    try:
        sound(make_trial_model(setting).score(["ready"]), 1)
    except Failed:
        return "The model answers no sound scores."
    except Exception as problem:
        said = str(problem) if isinstance(problem, ValueError) else ""
        return said or f"The model cannot be loaded ({type(problem).__name__})."
    return ""


def read_lately() -> Iterator[list[Opinion]]:
    """What the model on trial says of some texts that it has not read so far, a few at a time.

    At most so many texts and seconds a run; between two texts it rests as long as it worked. A model that fails on a
    text is left alone for an hour, and that text is not tried again.
    """
    setting = settings.HEARTHSIDE.classifier_shadow
    trial = trial_of(setting) if setting else None
    if trial is None or trial.rests():
        return
    try:
        version = trial.load()
    except Exception:
        trial.rest("model_missing")
        return
    if trial.hangs():
        trial.rest("model_late", version=version)
        return
    until, left = time.monotonic() + MOST_SECONDS, MOST_TEXTS
    while left > 0 and time.monotonic() < until and not (trial.rests() or trial.hangs()):
        rows = find_unread(version, min(TOGETHER, left))
        left -= len(rows)
        opinions = list(ask(trial, version, rows, until))
        if not opinions:
            return
        yield opinions


def ask(trial: Trial, version: str, rows: list[Screening], until: float) -> Iterator[Opinion]:
    """What the trial makes of each row's text, until it fails or the time is over.

    That is the verdict as it would have been: by the rules and these scores, in the row's group.
    """
    words = own_words([(row.target_kind, row.target_id) for row in rows], {row.author_id for row in rows})
    for row in rows:
        text = words.get((row.target_kind, row.target_id), OwnWords()).words
        began = time.monotonic()
        if not text or began > until:
            continue
        names, shifts = names_in(row.group), shifts_in(row.group_id).get(version, NO_SHIFTS)
        try:
            scores = trial.score(text)
            reading = read(text, names)
            verdict = weigh(verdict_of(reading), scores, version, reading, shifts)
        except Exception as problem:
            code = problem.code if isinstance(problem, Failed) else "rules_broken"
            trial.rest(code, version=version, row=str(row.id))
            yield Opinion(row.id, version)
            return
        yield Opinion(row.id, version, dict(scores), verdict.kind.value, verdict.action.value)
        time.sleep(min(1.0, time.monotonic() - began))
