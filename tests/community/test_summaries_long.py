"""Looking through a summary takes as long as the summary is: four times the text, four times the time."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from community.reading_grade import reading_grade
from community.summarising.drafting import agenda_lines
from community.summarising.names_check import Guarded, find_given_away
from community.summarising.quoting import find_repeated, sentences_of, without_sentence
from community.summarising.sections import TEXT_CHARACTERS, Section

GUARDED = Guarded(("Juniper", "Jo", "Mary-Ann Lee", "小明"), ("willow.h88",), ("a", "Room 4"))
SPELT = (
    *(
        "a",
        "a.",
        "a@",
        "a-",
        "a at ",
        "a dot ",
        "x(at)x",
        "a@b.",
        "@ab ",
        "www.",
        "t.me/",
        "1",
        "1 ",
        "1-",
        "+1(",
    ),
    *(
        "one ",
        "Jo ",
        "Mary Ann ",
        "小明",
        "é",
        "\u200b",
        "a'",
        ".",
        "a!)",
        " ",
        "\n",
        "a\n",
        "- ",
        "> ",
        "*a",
        "`a",
    ),
    *("&#97;", "[a](", "\N{SEEDLING}Jo ", "aB1"),
)
SMALL = TEXT_CHARACTERS // 4


def check(text: str) -> None:
    """The whole look at a text against a post that says the same, part of which was given."""
    sections = [Section("s", "own", text[:120], text)]
    find_given_away(sections, GUARDED)
    find_repeated(sections, [(text, (text[:400], text[:2]))], ours=())


def read(text: str) -> None:
    """What else is done with the words of members and facilitators."""
    sentences_of(text)
    agenda_lines(text)
    without_sentence(text, text[:400])
    reading_grade(text + "x", "en")


def seconds(call: Callable[[str], None], text: str) -> float:
    """The quickest of two, so that a busy machine does not count."""
    found = []
    for _ in range(2):
        begun = time.thread_time()
        call(text)
        found.append(time.thread_time() - begun)
    return min(found)


@pytest.mark.parametrize("call", [check, read])
@pytest.mark.parametrize("spelt", SPELT)
def test_time_grows_with_the_length(spelt: str, call: Callable[[str], None]) -> None:
    check("é")  # what is made once
    short, long = (seconds(call, (spelt * size)[:size]) for size in (SMALL, 4 * SMALL))
    assert long < 9 * short + 0.01
