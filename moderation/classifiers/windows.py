"""Long texts in windows: where they are cut, which ones are read, and what their scores say of the whole text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from moderation.classifiers.linear import Linear
from moderation.classifiers.outputs import OUTPUTS

if TYPE_CHECKING:
    from tokenizers import Encoding

TOKENS = 128  # in a window, the two marks at its ends too
OVERLAP = 32  # tokens, or a few more, that a window shares with the one before
MOST_WINDOWS = 5  # of one text that a model reads: what a slow machine reads within the deadline
MOST_CHARACTERS = 24_000  # of one text that are looked at; a post has at most 20,000
TOGETHER = 16  # windows in one call of a model
LOUD = (
    "toxicity",
    "identity_attack",
    "threat",
    "sexual",
    "self_harm",
    "attack",
    "method",
    "concern",
    "acute",
)
LOUDEST = tuple(map(OUTPUTS.index, LOUD))
QUIETING = tuple(OUTPUTS.index(name) for name in ("recovery", "spoken"))

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Window:
    """A stretch of a text: its tokens with the marks at both ends, and its characters."""

    text: int
    ids: tuple[int, ...]
    words: str


def cut(words: str, encoding: Encoding, number: int = 0) -> list[Window]:
    """The windows of text `number`, in order; `encoding` is what the tokenizer made of its words, with both marks.

    No word is cut in two, unless it is longer than a window: half a word may be another word.
    """
    ids, offsets = encoding.ids, encoding.offsets
    if len(ids) <= TOKENS:
        return [Window(number, tuple(ids), words)]
    return [
        Window(
            number,
            (ids[0], *ids[1 + begin : 1 + end], ids[-1]),
            words[offsets[1 + begin][0] : offsets[end][1]],
        )
        for begin, end in stretches(encoding.word_ids[1:-1], TOKENS - 2, OVERLAP)
    ]


def stretches(words: Sequence[int | None], room: int, overlap: int) -> Iterator[tuple[int, int]]:
    """From where to where windows of at most `room` tokens reach; `words` has the number of each token's word."""

    def start_of_word(at: int) -> int:
        while at > 0 and words[at - 1] == words[at]:
            at -= 1
        return at

    count, begin = len(words), 0
    while begin + room < count:
        whole = start_of_word(begin + room)
        end = whole if whole > begin else begin + room
        yield begin, end
        following = start_of_word(end - overlap) if end - overlap > begin else begin
        begin = following if following > begin else end
    last = count - room
    while 0 < last < begin and words[last - 1] == words[last]:
        last += 1
    yield max(0, min(begin, last)), count  # the last one reaches back as far as it has room


def most_telling(windows: list[Window], linear: Linear) -> list[Window]:
    """The windows that a model reads: of very many those in which the linear model sees most, in order."""
    if len(windows) <= MOST_WINDOWS:
        return windows
    telling = [float(linear.logits(window.words, pieces=False)[list(LOUDEST)].max()) for window in windows]
    chosen = sorted(range(len(windows)), key=lambda at: -telling[at])[:MOST_WINDOWS]
    return [windows[at] for at in sorted(chosen)]


def read_all(windows: Sequence[Window], texts: int, read: Callable[[list[Window]], Floats]) -> list[Floats]:
    """The scores of each text, in order, from those that `read` gives to a few windows of like length at a time."""
    order = sorted(range(len(windows)), key=lambda at: len(windows[at].ids))
    scores = np.zeros((len(windows), len(OUTPUTS)), dtype=np.float32)
    for start in range(0, len(order), TOGETHER):
        some = order[start : start + TOGETHER]
        scores[some] = read([windows[at] for at in some])
    owners = np.array([window.text for window in windows])
    return [highest(scores[owners == number]) for number in range(texts)]


def highest(scores: Floats) -> Floats:
    """The scores of a text from those of its windows: the highest; what quiets, from the loudest window alone."""
    found = scores.max(axis=0)
    loudest = scores[:, LOUDEST].max(axis=1).argmax()
    found[list(QUIETING)] = scores[loudest][list(QUIETING)]
    return np.asarray(found)
