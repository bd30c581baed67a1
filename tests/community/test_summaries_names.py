"""Names, contacts and repeated words: what stops a summary, and what must not."""

from __future__ import annotations

import pytest

from community.summarising.names_check import Guarded, find_given_away
from community.summarising.quoting import (
    find_repeated,
    sections_without,
    sentences_of,
    stands_in,
    without_sentence,
)
from community.summarising.sections import Section

NAMES = (
    "Juniper",
    "Mary-Ann Lee",
    "José Álvarez",
    "Hope",
    "Will",
    "Quiet River",
    "Jo",
    "Willow the Brave",
    "O'Brien",
    "blue_fox22",
    "小明",
    "April",
)
GUARDED = Guarded(NAMES, ("willow.h88", "rain"), ("Room 4, ring 020 7946 0958",))


def found_in(text: str, guarded: Guarded = GUARDED) -> list[tuple[str, str]]:
    """What the check finds in a text: why, and the words."""
    section = Section("s", "own", "", text)
    return [(one.why, one.words) for one in find_given_away([section], guarded)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Juniper spoke about sleep.", "Juniper"),
        ("we heard juniper on this", "juniper"),
        ("JUNIPER was kind", "JUNIPER"),
        ("Juniper's week was hard", "Juniper's"),
        ("Juniper’s week was hard", "Juniper’s"),
        ("Junipers week", "Junipers"),
        ("the Ju\u200bniper way", "Ju\u200bniper"),
        ("Mary spoke", "Mary"),
        ("we thanked ann", "ann"),
        ("Mary Ann Lee", "Mary Ann Lee"),
        ("Jose was there", "Jose"),
        ("JOSÉ was there", "JOSÉ"),
        ("Jose\u0301 was there", "Jose\u0301"),
        ("Alvarez called", "Alvarez"),
        ("Hope told us", "Hope"),
        ("with Hope and others", "Hope"),
        ("HOPE", "HOPE"),
        ("Hope's plan", "Hope's"),
        ("then Will laughed", "Will"),
        ("Will you come?", "Will"),
        ("a quiet river", "quiet river"),
        ("thanks to River", "River"),
        ("Jo was late", "Jo"),
        ("Willow's garden", "Willow's"),
        ("Brave was brave", "Brave"),
        ("O’Brien agreed", "O’Brien"),
        ("Blue Fox22 wrote", "Blue Fox22"),
        ("我和小明去", "小明"),
        ("\u0408uniper", "\u0408uniper"),
        ("April was here", "April"),
    ],
)
def test_names_are_found(text: str, words: str) -> None:
    assert ("name", words) in found_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "there is hope, and will to go on",
        "we hope that you will come",
        "a river ran by the quiet house",
        "the brave and the fearful",
        "the next session",
        "leeway, maryland, joseph, junipero-like",
        "jo-jo the toy and the joke",
        "Thursday 2 April 2027, 18:00 to 19:30 (Europe/London)",
        "On April 2 we meet",
        "The group spoke about sleep and work.",
        "Not all of us slept",
        "willing, hopeful, riverside",
    ],
)
def test_false_alarms(text: str) -> None:
    assert found_in(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "call 07700 900123",
        "call +44 7700 900123",
        "(020) 7946-0957",
        "0770.090.0123",
        "555-867-5309",
        "write to me@example.org",
        "me (at) example (dot) org",
        "me [at] example.org",
        "me at example dot org",
        "me at gmail",
        "on insta @willow_h",
        "find me at instagram.com/willow",
        "wa.me/447700900123",
        "oh double seven zero nine oh oh one two three",
        "it is willow.h88 there",
    ],
)
def test_contacts_are_found(text: str) -> None:
    assert [why for why, _ in found_in(text)][:1] == ["contact"]


@pytest.mark.parametrize(
    "text",
    [
        "Thursday 3 December 2026, 18:00 to 19:30 (Europe/London)",
        "on 2026-12-03 at 18:00",
        "03/12/2026",
        "3.12.2026",
        "call 116 123 at any time",
        "exercise 4-7-8, three times",
        "one two three breaths",
        "Room 4, ring 020 7946 0958",
        "look out for rain",
        "We met at home. Then we walked.",
        "at 18:00. The next one",
        "pages 12 to 15",
        "half past six at the latest",
    ],
)
def test_what_is_no_contact(text: str) -> None:
    assert found_in(text) == []


def test_places_are_counted_as_browsers_count() -> None:
    text = "\N{SEEDLING} Juniper grew"
    (one,) = find_given_away([Section("s", "own", "Juniper", text)], Guarded(("Juniper",)))[1:]
    assert (one.field, one.start, one.end, one.words) == ("text", 3, 10, "Juniper")
    spelt = text.encode("utf-16-le")
    assert spelt[2 * one.start : 2 * one.end].decode("utf-16-le") == "Juniper"


SAID = "Honestly, I have not slept through a single night since the move to the coast."


def repeated(text: str, *, given: tuple[str, ...] = (), ours: tuple[str, ...] = ()) -> list[str]:
    """The members' words in a text."""
    section = Section("s", "own", "", text)
    return [one.words for one in find_repeated([section], [(SAID, given)], ours=ours)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One of us has not slept through a single night lately.", ["not slept through a single night"]),
        ("HAVE NOT SLEPT THROUGH A SINGLE", ["HAVE NOT SLEPT THROUGH A SINGLE"]),
        ("not **slept** through, a single — night", ["not **slept** through, a single — night"]),
        ("not slept\nthrough a\n- single night", ["not slept\nthrough a\n- single night"]),
        (SAID, [SAID[:-1]]),
        ("slept through a single night", []),
        ("not slept through a single long night", []),
        ("", []),
    ],
)
def test_six_words_in_a_row_are_theirs(text: str, found: list[str]) -> None:
    assert repeated(text) == found


def test_a_sentence_that_was_given_may_stand() -> None:
    assert repeated(f"Somebody said: “{SAID}”", given=(SAID,)) == []
    part = "I have not slept through a single night"
    assert repeated(f"“{part}”", given=(part,)) == []
    assert repeated(SAID, given=(part,)) != []
    assert repeated(SAID, given=("something else that was never written here",)) != []


def test_words_of_the_agenda_are_nobody_s() -> None:
    assert (
        repeated("not slept through a single night", ours=("Who has not slept through a single night?",))
        == []
    )


def test_sentences_and_taking_them_out() -> None:
    body = (
        "> Earlier words.\n\n**I slept.** Then I walked by the sea! Why?\n- it helped me more than pills did"
    )
    assert sentences_of(body) == [
        "Earlier words.",
        "I slept.",
        "Then I walked by the sea!",
        "it helped me more than pills did",
    ]
    assert all(stands_in(one, body) for one in sentences_of(body))
    text = "One of us: “then I walked by the sea”. Then we closed."
    assert without_sentence(text, "Then I walked by the sea!") == "One of us: “[…]”. Then we closed."
    assert without_sentence("we walked", "Then I walked by the sea!") == "we walked"


SEEN = Guarded(("Sarah", "Sam", "Anna1990", "JuneK", "Pip", "Les"), ("sarahk9",))


@pytest.mark.parametrize(
    "text",
    [
        "S&#97;rah spoke",
        "Sa**r**ah spoke",
        "Sa`r`ah",
        "S[a](https://example.org)rah",
        "Sa\u200erah",
        "Sa\u2062rah",
        "Sa\u061crah",
        "Sa\u3164rah",
        "Sarah\u3164spoke",
        "Sarah\u2800spoke",
        "\u24c8arah",
        "\U0001f162\U0001f170rah",
        "\U0001f1f8arah",
        "S\u0251rah",
        "Sarahꜱ",
        "\ua731\u1d00\u0280\u1d00\u029c",
        "\uff33arah",
        "SarahK",
        "Sarah2",
        "Sams worry",
        "a Pips worry",
        "Anna spoke",
        "JuneB spoke",
        "[write](https://example.org/%53arah)",
        "fine\n\n- S&#97;m and others",
    ],
)
def test_names_are_found_as_readers_see_them(text: str) -> None:
    assert [why for why, _ in found_in(text, SEEN)] == ["name"]


@pytest.mark.parametrize(
    "text",
    ["[write](mailto:%73am%40example.org)", "07700 900&#49;23", "me\\@example.org", "0770\u200b0 900123"],
)
def test_contacts_are_found_as_readers_see_them(text: str) -> None:
    assert "contact" in [why for why, _ in found_in(text, SEEN)]


@pytest.mark.parametrize(
    "text",
    [
        "less is more, this too",
        "**bold** and `code`, 1. first, [the site](https://example.org/a%20b)",
        "Bread &amp; butter\n\n> quiet\n\n3. three",
        "\u2013 \N{SEEDLING} caf\u00e9",
    ],
)
def test_what_is_seen_gives_no_false_alarm(text: str) -> None:
    assert found_in(text, SEEN) == []


def test_what_is_written_and_seen_is_told_once_and_by_its_line() -> None:
    assert found_in("**Sarah** spoke", SEEN) == [("name", "Sarah")]
    assert found_in("[me@example.org](mailto:me@example.org)", SEEN) == [("contact", "me@example.org")] * 2
    text = "Quiet.\n\nThen S&#97;rah spoke.\nSarah left."
    assert sorted(found_in(text, SEEN)) == [("name", "Sarah"), ("name", "Then S&#97;rah spoke.")]


@pytest.mark.parametrize(
    "texts",
    [
        ["have not sl&#101;pt through a single"],
        ["not [slept](https://example.org) through a single night"],
        ["I have not", "slept through a"],
        ["1. have not slept\n2. through a single"],
    ],
)
def test_six_words_are_theirs_however_they_are_put(texts: list[str]) -> None:
    sections = [Section(f"s{at}", "own", "", text) for at, text in enumerate(texts)]
    assert {one.why for one in find_repeated(sections, [(SAID, ())], ours=())} == {"verbatim"}
    assert find_repeated(sections, [(SAID, (SAID,))], ours=()) == []


def test_a_heading_between_two_sections_is_no_way_round() -> None:
    sections = [Section("a", "own", "First", "I have not"), Section("b", "own", "Then", "slept through a")]
    found = find_repeated(sections, [(SAID, ())], ours=())
    assert [(one.section, one.words) for one in found] == [("a", "I have not"), ("b", "slept through a")]


def test_a_sentence_that_is_only_seen_is_taken_out_with_its_text() -> None:
    section = Section("s", "own", "", "We met. Not slept thr&#111;ugh a single night.")
    (left,) = sections_without([section], "not slept through a single night")
    assert left.text == "[…]"
