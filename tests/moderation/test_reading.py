"""What somebody reads in a bad hour is easy to read: at most grade 6, text by text."""

from __future__ import annotations

import re

import pytest

from moderation.care_data import care_data, read_care
from tests.house.source import ROOT
from tests.reading import count_syllables, grade, hard_words

MOST = 6.0
STRINGS = ROOT / "frontend" / "src" / "strings"
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"|`((?:[^`\\]|\\.)*)`')
SECTIONS = {
    "support card": ("en_care.ts", "card"),
    "tell my facilitator": ("en_care.ts", "tell"),
    "safety plan": ("en_care.ts", "plan"),
    "grounding": ("en_care.ts", "grounding"),
    "crisis": ("en_core.ts", "crisis"),
    "sealed support card": ("en_talk.ts", "care"),
}


def section(source: str, name: str) -> str:
    """The top-level section of that name in a strings file."""
    found = re.search(rf"^  {name}: \{{\n(.*?)^  \}},", source, flags=re.DOTALL | re.MULTILINE)
    assert found, f"there is no section {name}"
    return found[1]


def spoken(source: str) -> str:
    """The sentences of a strings file, a line each: quoted texts of several words, `${...}` left out."""
    found = [double or back for double, back in QUOTED.findall(source)]
    texts = [re.sub(r"\$\{[^}]*\}", "x", text) for text in found]
    return "\n".join(text for text in texts if len(text.split()) > 2)


def read_texts() -> dict[str, str]:
    """What is read in a bad hour, by what it is for."""
    texts = {
        what: spoken(section((STRINGS / file).read_text(encoding="utf-8"), name))
        for what, (file, name) in SECTIONS.items()
    }
    return {"card's words": "\n".join(care_data().card), **texts}


@pytest.mark.parametrize("what", ["card's words", *SECTIONS])
def test_what_is_read_in_a_bad_hour_is_easy(what: str) -> None:
    text = read_texts()[what]
    assert len(text.splitlines()) > 2
    assert grade(text) <= MOST, f"{what}: grade {grade(text):.1f}, look at {hard_words(text)}"


def test_no_single_text_is_hard() -> None:
    """A hard sentence cannot hide among easy ones; very short ones are measured with the rest only."""
    for what, text in read_texts().items():
        for line in text.splitlines():
            if len(line.split()) > 9:
                assert grade(line) <= MOST + 4, f"{what}, grade {grade(line):.1f}: {line}"
    for paragraph in care_data().card:
        assert grade(paragraph) <= MOST + 1, f"{grade(paragraph):.1f}: {paragraph}"


def test_the_other_words_of_care_are_easy_as_a_whole() -> None:
    text = spoken((STRINGS / "en_care.ts").read_text(encoding="utf-8"))
    assert len(text.splitlines()) > 50
    assert grade(text) <= MOST, f"grade {grade(text):.1f}, look at {hard_words(text)[:20]}"


@pytest.mark.parametrize(
    "word",
    [
        "suicidal thoughts are shameful",
        "you must promise",
        "do not be silly",
        "other people have it worse",
        "overdose",
    ],
)
def test_the_card_never_shames_demands_or_names_a_method(word: str) -> None:
    for text in read_texts().values():
        assert word not in text.casefold()


def test_the_measure_tells_easy_from_hard() -> None:
    assert grade("The cat sat on the mat. It was warm.") < 2
    hard = (
        "The administration of psychotherapeutic interventions necessitates interdisciplinary collaboration."
    )
    assert grade(hard) > 15
    assert "interdisciplinary" in hard_words(hard)
    assert grade("Go. Stop. Sit.") < grade(
        "Go and stop and sit and stay and look and wait and listen and think."
    )
    with pytest.raises(ValueError, match="nothing to read"):
        grade("112 999 …")


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("help", 1), ("safe", 1), ("people", 2), ("number", 2), ("courage", 2), ("hospital", 3), ("yourself", 2),
        ("facilitator", 5), ("emergency", 4), ("someone", 2), ("asked", 1), ("wanted", 2), ("being", 2),
        ("nearest", 2), ("trouble", 2), ("breathe", 1), ("experts", 2), ("services", 3), ("don't", 1),
    ],
)  # fmt: skip
def test_syllables(word: str, count: int) -> None:
    assert count_syllables(word) == count


def test_the_file_is_signed_and_has_its_times() -> None:
    care = care_data()
    assert care.signed_by
    assert [level.total_seconds() / 60 for level in care.times.levels] == [0, 10, 20, 30]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("backup_minutes = 10", "backup_minutes = 20"),
        ("card_hours = 12", "card_hours = 0"),
        ("words = [", "words = []\nunused = ["),
        ('signed_by = "The', 'signed_by = ""  # "The'),
    ],
)
def test_a_file_that_cannot_work_is_refused(old: str, new: str) -> None:
    text = (ROOT / "moderation" / "data" / "care.toml").read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(ValueError, match=r"care\.toml"):
        read_care(text.replace(old, new))
