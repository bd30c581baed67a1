"""Small models to ask: one that knows some words, and some that fail in each way a model can."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Sequence
from typing import Any

from moderation.classifiers.outputs import LABELS
from moderation.classifiers.plain import plain

CALM = dict.fromkeys(LABELS, 0.01)


class Words:
    """Knows a few words and scores by them; counts its calls and remembers the sizes of its batches."""

    name = "words"
    version = "1"

    def __init__(self, known: dict[str, dict[str, float]] | None = None, seconds: float = 0.0) -> None:
        self.known, self.seconds = known or {}, seconds
        self.batches: list[int] = []
        self.threads: set[int] = set()

    def score(self, texts: Sequence[str]) -> list[dict[str, float]]:
        self.batches.append(len(texts))
        self.threads.add(threading.get_ident())
        time.sleep(self.seconds)
        return [self.row(text) for text in texts]

    def row(self, text: str) -> dict[str, float]:
        """The scores of one text."""
        row = dict(CALM)
        for word, scores in self.known.items():
            if word in text:
                row.update(scores)
        return row


class Answering:
    """Answers what it is given, sound or not."""

    name = "answering"
    version = "1"

    def __init__(self, rows: Any) -> None:
        self.rows = rows

    def score(self, texts: Sequence[str]) -> list[dict[str, float]]:
        rows: list[dict[str, float]] = self.rows
        return rows


class Throwing:
    """Breaks, with the text in what it throws."""

    name = "throwing"
    version = "1"

    def __init__(self, kind: type[BaseException] = RuntimeError) -> None:
        self.kind = kind

    def score(self, texts: Sequence[str]) -> list[dict[str, float]]:
        raise self.kind(texts[0])


class Hanging:
    """Hangs until it is let go, then answers calmly."""

    name = "hanging"
    version = "1"

    def __init__(self) -> None:
        self.go = threading.Event()

    def score(self, texts: Sequence[str]) -> list[dict[str, float]]:
        self.go.wait(60)
        return [dict(CALM) for _ in texts]


class Summing(Words):
    """Adds up what each known word weighs, read behind its disguise, and answers the sum as odds, as real models do."""

    name = "summing"

    def __init__(self, known: dict[str, float], output: str = "insult", seconds: float = 0.0) -> None:
        super().__init__(seconds=seconds)
        self.weights, self.output = known, output
        self.texts: list[str] = []

    def row(self, text: str) -> dict[str, float]:
        """The scores of one text."""
        self.texts.append(text)
        words = plain(text).casefold()
        total = sum(weight for word, weight in self.weights.items() if word in words) - 4.0
        return {**CALM, self.output: round(1 / (1 + math.exp(-total)), 4)}
