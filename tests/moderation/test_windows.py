"""Long texts in windows: every token is read, no word is cut in two, and the loudest window decides."""

from __future__ import annotations

from itertools import groupby, pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from moderation.classifiers.linear import BUCKETS, Linear, features
from moderation.classifiers.outputs import OUTPUTS
from moderation.classifiers.windows import (
    MOST_WINDOWS,
    OVERLAP,
    TOKENS,
    Window,
    cut,
    highest,
    most_telling,
    read_all,
    stretches,
)

lengths = st.lists(st.integers(1, 12) | st.integers(1, 60), min_size=1, max_size=60)


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    """Words of one and two pieces, with a mark at both ends."""
    vocabulary = {
        word: number for number, word in enumerate(["[UNK]", "<", ">", "rain", "##fall", "storm", "you"])
    }
    made = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.post_processor = processors.TemplateProcessing(single="< $A >", special_tokens=[("<", 1), (">", 2)])
    return made


@given(lengths)
def test_every_token_is_in_a_window_and_no_word_in_two_halves(lengths: list[int]) -> None:
    words = [number for number, length in enumerate(lengths) for _ in range(length)]
    room, overlap = 20, 5
    found = list(stretches(words, room, overlap))
    assert found[0][0] == 0
    assert found[-1][1] == len(words)
    for begin, end in found:
        assert 0 < end - begin <= room
        if begin and words[begin - 1] == words[begin]:
            assert lengths[words[begin]] > room - overlap  # a word for which there was no room
        if end < len(words) and words[end - 1] == words[end]:
            assert lengths[words[end]] > room - overlap
    for (begin, end), (following, _) in pairwise(found):
        assert begin < following <= end
    for number, group in groupby(range(len(words)), key=lambda at: words[at]):
        tokens = list(group)
        if lengths[number] <= room - overlap:
            assert any(begin <= tokens[0] and tokens[-1] < end for begin, end in found)


@given(st.integers(1, 400))
def test_windows_overlap(count: int) -> None:
    found = list(stretches(range(count), TOKENS - 2, OVERLAP))
    assert all(end - following >= OVERLAP for (_, end), (following, _) in pairwise(found))
    assert all(end - begin == TOKENS - 2 for begin, end in found) or len(found) == 1


def test_a_short_text_is_one_window(tokenizer: Tokenizer) -> None:
    for words in ("", "you storm", "you " * (TOKENS - 2)):
        encoding = tokenizer.encode(words)
        assert cut(words, encoding, 3) == [Window(3, tuple(encoding.ids), words)]


def test_a_window_has_the_words_of_its_tokens(tokenizer: Tokenizer) -> None:
    words = "you rainfall " * 200
    found = cut(words, tokenizer.encode(words))
    assert len(found) > 3
    for window in found:
        assert tuple(tokenizer.encode(window.words).ids) == window.ids
        assert len(window.ids) <= TOKENS


def test_of_very_many_the_telling_ones_are_read(tmp_path: Path) -> None:
    weights = np.zeros((BUCKETS, len(OUTPUTS)), dtype=np.float16)
    weights[features("storm")] = 1
    np.savez(tmp_path / "linear.npz", weights=weights, bias=np.zeros(len(OUTPUTS), dtype=np.float32))
    linear = Linear(tmp_path / "linear.npz")
    windows = [
        Window(0, (number,), "storm" if number in (5, 90) else f"rain {number}") for number in range(100)
    ]
    found = most_telling(windows, linear)
    assert len(found) == MOST_WINDOWS
    assert windows[5] in found
    assert windows[90] in found
    assert found == sorted(found, key=windows.index)
    assert most_telling(windows[:MOST_WINDOWS], linear) == windows[:MOST_WINDOWS]


def test_scores_come_back_to_their_texts() -> None:
    windows = [Window(number // 2, tuple(range(100 - number)), str(number)) for number in range(40)]
    sizes = []

    def read(some: list[Window]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
        sizes.append(len(some))
        return np.array([[int(window.words) / 100] * len(OUTPUTS) for window in some], dtype=np.float32)

    found = read_all(windows, 20, read)
    assert [round(float(row[0]), 2) for row in found] == [(2 * number + 1) / 100 for number in range(20)]
    assert sizes == [16, 16, 8]
    assert read_all([], 0, read) == []


def test_what_quiets_is_taken_from_the_loudest_window() -> None:
    scores = np.zeros((2, len(OUTPUTS)), dtype=np.float32)
    scores[0, OUTPUTS.index("recovery")] = 0.9
    scores[1, OUTPUTS.index("toxicity")] = 0.8
    scores[0, OUTPUTS.index("insult")] = 0.3
    row = dict(zip(OUTPUTS, highest(scores), strict=True))
    assert row["toxicity"] == pytest.approx(0.8)
    assert row["insult"] == pytest.approx(0.3)
    assert row["recovery"] == 0
