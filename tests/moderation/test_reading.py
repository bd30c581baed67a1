"""What somebody reads in a bad hour is easy to read: at most grade 6, card by card."""

from __future__ import annotations

import re

import pytest

from moderation.care_data import care_data, read_care
from tests.house.source import ROOT
from tests.reading import count_syllables, grade, hard_words

MOST = 6.0
STRINGS = ROOT / "frontend" / "src" / "strings" / "en_care.ts"
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"|`((?:[^`\\]|\\.)*)`')


def shipped_texts() -> dict[str, str]:
    """The texts of moderation/data/care.toml, by what they are for."""
    care = care_data()
    steps = zip(care.plan_titles, care.plan_prompts, strict=True)
    return {
        "card": "\n".join(care.card),
        "safety plan": "\n".join(f"{title}.\n{prompt}" for title, prompt in steps),
        "grounding": "\n".join(care.grounding),
        "crisis": "\n".join(care.crisis),
    }


def spoken(source: str) -> str:
    """The sentences of a strings file, a line each: quoted texts of several words, `${...}` left out."""
    found = [double or back for double, back in QUOTED.findall(source)]
    texts = [re.sub(r"\$\{[^}]*\}", "x", text) for text in found]
    return "\n".join(text for text in texts if len(text.split()) > 2)


@pytest.mark.parametrize("what", ["card", "safety plan", "grounding", "crisis"])
def test_the_shipped_texts_are_easy(what: str) -> None:
    text = shipped_texts()[what]
    assert grade(text) <= MOST, f"{what}: grade {grade(text):.1f}, look at {hard_words(text)}"


def test_no_single_paragraph_of_the_card_is_hard() -> None:
    for paragraph in (*care_data().card, *care_data().crisis, *care_data().grounding):
        assert grade(paragraph) <= MOST + 1, f"{grade(paragraph):.1f}: {paragraph}"


def test_the_screens_words_are_easy() -> None:
    text = spoken(STRINGS.read_text(encoding="utf-8"))
    assert len(text.splitlines()) > 20
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
    for text in shipped_texts().values():
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


def test_the_texts_are_signed_and_complete() -> None:
    care = care_data()
    assert care.signed_by
    assert len(care.plan_titles) == 6
    assert [level.total_seconds() / 60 for level in care.times.levels] == [0, 10, 20, 30]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("backup_minutes = 10", "backup_minutes = 20"),
        ("card_hours = 12", "card_hours = 0"),
        ('  "Signs that a bad time is coming",\n', ""),
        ('signed_by = "The', 'signed_by = ""  # "The'),
    ],
)
def test_a_file_that_cannot_work_is_refused(old: str, new: str) -> None:
    text = (ROOT / "moderation" / "data" / "care.toml").read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(ValueError, match=r"care\.toml|safety plan"):
        read_care(text.replace(old, new))
