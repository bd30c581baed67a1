"""Asking a model: at most so long, at most so many threads, and nothing believed that is not sound.

Rules run in the caller's thread. A model runs here, in threads of its own, a few texts at a time. It may hang, break or
answer nonsense: whoever asked is told which, in time, and the text is held.
"""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol

import structlog
from django.conf import settings

from moderation.classifiers import BadModel
from moderation.classifiers.outputs import ASPECTS, LABELS

DEADLINE_SECONDS = 0.25  # for a whole screening, rules and all
BATCH = 16  # texts in one call of the model ...
BATCH_CHARACTERS = 6_000  # ... and about so many characters, so that a long text keeps no short one waiting
WINDOW_SECONDS = 0.005  # how long a first text waits for others
MOST_THREADS = 4  # the one that works, and those that hung
HUNG_SECONDS = 1.0  # a call that takes longer has its thread replaced
SHORT_CHARACTERS = 1_000  # up to which a text should be scored in time on any machine
FAILURES = 5  # in a row; then nobody is kept waiting ...
REST_SECONDS = 5.0  # ... for this long, after which one text is tried
LABELLED, ANSWERED = frozenset(LABELS), frozenset((*LABELS, *ASPECTS))
log = structlog.get_logger("hearthside.scoring")


class Model(Protocol):
    """Something that scores texts: all labels of LABELS, each from 0 to 1, and the ASPECTS it knows.

    A label it does not know is 0; an aspect it does not know is absent.
    """

    name: str
    version: str

    def score(self, texts: Sequence[str]) -> list[dict[str, float]]:
        """One row for each text, in order."""
        ...


class Failed(Exception):
    """A model did not answer soundly; `code` says how: model_late, model_broken, model_resting, model_missing."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(eq=False)
class Job:
    """One text that waits for its scores."""

    text: str
    done: threading.Event = field(default_factory=threading.Event)
    scores: Mapping[str, float] | None = None
    left: bool = False  # whoever asked has gone
    passed: bool = False  # shorter ones were taken before it


@dataclass
class Worker:
    """One thread that calls the model; `since` when its call began, nothing while it waits."""

    since: float | None = None
    replaced: bool = False


def sound(rows: object, count: int) -> list[dict[str, float]]:
    """The rows, if they are what was asked for; raises Failed for anything else."""
    if not isinstance(rows, list) or len(rows) != count:
        raise Failed("model_broken")
    for row in rows:
        if not isinstance(row, dict) or not LABELLED <= set(row) <= ANSWERED:
            raise Failed("model_broken")
        for value in row.values():
            numeric = isinstance(value, float | int) and not isinstance(value, bool)
            if not numeric or not math.isfinite(value) or not 0.0 <= value <= 1.0:
                raise Failed("model_broken")
    return rows


class Scorer:
    """Asks one model on behalf of many threads."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.version = f"{model.name}-{model.version}"
        self._lock = threading.Condition()
        self._waiting: deque[Job] = deque()
        self._workers: list[Worker] = []
        self._failures = 0
        self._rests_until = 0.0

    def score(self, text: str, seconds: float, *, counts: bool = True) -> Mapping[str, float]:
        """The scores of a text within so many seconds; raises Failed.

        `counts` says whether being late counts against the model. A long text never does: else whoever writes a few of
        them would have everybody's posts held while the model rests.
        """
        if seconds <= 0:
            raise Failed("model_late")
        job = Job(text)
        with self._lock:
            if time.monotonic() < self._rests_until:
                raise Failed("model_resting")
            self._waiting.append(job)
            self._staff()
            self._lock.notify()
        if not job.done.wait(max(0.0, seconds)):
            with self._lock:
                job.left = True
                if counts and len(text) <= SHORT_CHARACTERS:
                    self._count(False)
            raise Failed("model_late")
        if job.scores is None:
            raise Failed("model_broken")
        return job.scores

    @property
    def threads(self) -> int:
        """How many threads there are, hung ones too; at most MOST_THREADS."""
        with self._lock:
            return len(self._workers)

    def _staff(self) -> None:
        """See that somebody works: start a thread when each there is hangs, as long as there are not too many."""
        moment = time.monotonic()
        for worker in self._workers:
            if worker.since is not None and moment - worker.since > HUNG_SECONDS and not worker.replaced:
                worker.replaced = True
                log.error("model_hangs", model=self.version)
        at_work = [worker for worker in self._workers if not worker.replaced]
        if not at_work and len(self._workers) < MOST_THREADS:
            worker = Worker()
            self._workers.append(worker)
            threading.Thread(target=self._work, args=(worker,), name="scoring", daemon=True).start()

    def _work(self, worker: Worker) -> None:
        """Score what waits, until replaced."""
        while True:
            with self._lock:
                worker.since = None
                if worker.replaced:
                    self._workers.remove(worker)
                    return
                while not self._waiting:
                    self._lock.wait()
            time.sleep(WINDOW_SECONDS)
            with self._lock:
                batch = self._take()
                worker.since = time.monotonic()
            if batch:
                self._score(batch)

    def _take(self) -> list[Job]:
        """The next texts of those who still wait: the short ones first, but none is passed over twice."""
        jobs = [job for job in self._waiting if not job.left]
        taken: list[Job] = []
        room = BATCH_CHARACTERS
        for job in sorted(jobs[:BATCH], key=lambda job: (not job.passed, 0 if job.passed else len(job.text))):
            if taken and len(job.text) > room:
                job.passed = True
            else:
                taken.append(job)
                room -= len(job.text)
        gone = set(map(id, taken))
        self._waiting.clear()
        self._waiting.extend(job for job in jobs if id(job) not in gone)
        return sorted(taken, key=lambda job: len(job.text))

    def _score(self, batch: list[Job]) -> None:
        """Call the model; when a batch fails, each text alone, so that one cannot spoil it for the others."""
        try:
            rows = sound(self.model.score([job.text for job in batch]), len(batch))
        except BaseException as problem:  # whatever a model throws, its thread lives on
            if len(batch) > 1:
                for job in batch:
                    if not job.left:
                        self._score([job])
                return
            log.error("model_failed", model=self.version, problem=type(problem).__name__)
            rows = [{}]
        with self._lock:
            if not all(job.left for job in batch):
                self._count(bool(rows[0]))
        for job, row in zip(batch, rows, strict=True):
            job.scores = row or None
            job.done.set()

    def _count(self, well: bool) -> None:
        """Count failures in a row; after too many nobody waits for a while."""
        self._failures = 0 if well else self._failures + 1
        if self._failures >= FAILURES:
            self._rests_until = time.monotonic() + REST_SECONDS
            self._failures = FAILURES - 1  # the first one tried after the rest decides
            log.error("model_rests", model=self.version)


def make_model(kind: str) -> Model | None:
    """The model that HEARTHSIDE_CLASSIFIER asks for: the one switch. `rules` and `off` have none.

    Raises BadModel for one that this installation does not have whole.
    """
    match kind:
        case "rules" | "off":
            return None
        case "local":
            from moderation.classifiers.local import LocalModel  # onnxruntime takes a second to import

            return LocalModel()
        case "detoxify":
            from moderation.classifiers.detoxify import make_detoxify  # torch is an extra

            return make_detoxify(settings.HEARTHSIDE)
        case _:
            raise BadModel(f"There is no classifier {kind!r}.")


@cache
def scorer_for(kind: str) -> Scorer | None:
    """The one scorer of this process for a kind of model; raises BadModel."""
    model = make_model(kind)
    return Scorer(model) if model else None


def current_scorer() -> Scorer | None:
    """What scores at present; nothing when rules alone decide. Raises Failed for a model that is not there."""
    try:
        return scorer_for(settings.HEARTHSIDE.classifier)
    except BadModel as problem:
        raise Failed("model_missing") from problem
