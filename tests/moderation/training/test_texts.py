"""Our own texts: readable, whole, in one split by pair, and saying nothing that an evaluation text says."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import pytest

from moderation.classifiers.outputs import OUTPUTS
from moderation.training.judged import HELD_OUT, blind_rows
from moderation.training.leaks import find_leaks, without_leaks
from moderation.training.rows import Row, own_rows, percent
from moderation.training.texts import BadText, read_file, read_texts


def a_row(text: str, row_id: str = "x") -> Row:
    """A row that says so."""
    return Row(row_id, text, {}, 1.0, "own", "family", "train", row_id)


def test_there_are_thousands_of_every_kind() -> None:
    texts = read_texts()
    kinds = Counter(text.kind for text in texts)
    assert len(texts) > 3000
    assert min(kinds[kind] for kind in ("none", "risk", "attack", "recovery", "spoken")) > 300
    assert kinds["method"] > 60


def test_no_text_is_there_twice_with_another_truth() -> None:
    seen: dict[str, set[tuple[object, ...]]] = defaultdict(set)
    for text in (*read_texts(), *read_texts(HELD_OUT)):
        seen[text.text.casefold()].add((text.kind, text.labels))
    assert [text for text, truths in seen.items() if len(truths) > 1] == []


def test_pairs_have_two_halves_in_one_split() -> None:
    sides: dict[str, Counter[str]] = defaultdict(Counter)
    for text in read_texts():
        if not text.group.startswith(text.file):
            sides[text.group.rpartition(":")[0]][text.family] += 1
    uneven = {pair: dict(counts) for pair, counts in sides.items() if len(set(counts.values())) != 1}
    assert uneven == {}
    splits = defaultdict(set)
    for row in own_rows():
        splits[row.group].add(row.split)
    assert all(len(found) == 1 for found in splits.values())


def test_some_are_kept_aside() -> None:
    counts = Counter(row.split for row in own_rows())
    assert 0.06 < counts["eval"] / counts.total() < 0.14
    assert counts["calibrate"] > 100


def test_what_is_trained_on_says_nothing_that_was_written_blind() -> None:
    blind = blind_rows()
    assert len(blind) > 700
    train = [row for row in own_rows() if row.split != "eval"]
    kept = without_leaks(train, blind)
    assert find_leaks(kept, blind) == []
    assert len(train) - len(kept) < 30


def test_a_leak_is_found_and_what_everybody_says_is_none() -> None:
    said = a_row("You are the reason that nobody comes on Tuesdays any more", "a")
    again = a_row("you are the reason nobody comes on Tuesdays any more!!", "b")
    other = a_row("You are the reason I came back on Tuesday", "c")
    assert [leak.train for leak in find_leaks([said, other], [again])] == ["a"]
    assert without_leaks([said, other], [again]) == [other]
    assert find_leaks([a_row("thank you")], [a_row("Thank you", "y")]) == []


def test_targets_follow_from_the_header(tmp_path: Path) -> None:
    path = tmp_path / "some.txt"
    path.write_text(
        "[family=goading kind=method labels=toxicity,harassment]\ndo it\n"
        "[family=now kind=risk labels=self_harm severity=2]\nI will\n"
        "[family=friend kind=recovery labels=none concern=yes]\nShe said goodbye\n",
        encoding="utf-8",
    )
    goading, now, friend = (text.targets for text in read_file(path))
    assert {name for name in OUTPUTS if goading[name]} == {"toxicity", "harassment", "method", "attack"}
    assert {name for name in OUTPUTS if now[name]} == {"self_harm", "acute"}
    assert {name for name in OUTPUTS if friend[name]} == {"recovery", "concern"}


@pytest.mark.parametrize(
    "words",
    [
        "a post before any header",
        "[family=x kind=attack]\ny",
        "[family=x kind=rude labels=none]\ny",
        "[family=x kind=attack labels=rudeness]\ny",
        "[family=x kind=risk labels=self_harm]\ny",
        "[family=x kind=none labels=none severity=2]\ny",
        "[family=x kind=attack labels=self_harm,toxicity]\ny",
        "[family=x kind=attack labels=insult]\ny",
        "[family=x kind=none labels=none mood=sad]\ny",
    ],
)
def test_a_wrong_header_is_named(words: str, tmp_path: Path) -> None:
    path = tmp_path / "wrong.txt"
    path.write_text(words, encoding="utf-8")
    with pytest.raises(BadText, match=r"wrong\.txt:1"):
        list(read_file(path))


def test_a_split_hangs_on_the_key_alone() -> None:
    assert percent("one", "salt") == percent("one", "salt")
    assert 0 <= percent("another", "salt") < 100
