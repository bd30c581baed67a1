"""A small linear model over words, pairs of words and pieces of words: it knows rare words that the encoder cuts up."""

from __future__ import annotations

import re
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

BUCKETS = 1 << 17
WORDS = re.compile(r"[a-z0-9']+|[!?]")
LONGEST_WORD = 24  # letters of a word that are looked at
PIECES = (3, 4, 5)


def features(text: str, *, pieces: bool = True) -> list[int]:
    """The buckets of what stands in a text, each once, in order; pieces of words take most of the time."""
    words = [word[:LONGEST_WORD] for word in WORDS.findall(text.lower())]
    found = set()
    before = "^"
    for word in words:
        found.add(f"w {word}")
        found.add(f"p {before} {word}")
        before = word
    for word in set(words) if pieces else ():
        edged = f"<{word}>"
        for size in PIECES:
            for at in range(len(edged) - size + 1):
                found.add(edged[at : at + size])
    return sorted({zlib.crc32(feature.encode()) & (BUCKETS - 1) for feature in found})


class Linear:
    """Weights of `linear.npz`: one column an output."""

    def __init__(self, path: Path) -> None:
        with np.load(path, allow_pickle=False) as stored:
            self._weights: NDArray[np.float16] = stored["weights"]
            self._bias: NDArray[np.float32] = stored["bias"]

    def logits(self, text: str, *, pieces: bool = True) -> NDArray[np.float32]:
        """One logit an output; by whole words alone it is a rough one."""
        buckets = features(text, pieces=pieces)
        if not buckets:
            return self._bias
        summed = self._weights[buckets].astype(np.float32).sum(axis=0)
        return np.asarray(summed / np.sqrt(len(buckets)) + self._bias, dtype=np.float32)
