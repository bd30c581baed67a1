"""The word lists: tied to their version, readable, kind; and the small language they are written in."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.ruling import sentence_for
from moderation.words import RULES_VERSION
from moderation.words.lists import FOLDER, digest, load, rules, sets
from moderation.words.phrases import END, Found, Phrases
from moderation.words.reading import KINDS

# When a list changes: raise RULES_VERSION in moderation/words/__init__.py and put the new digest here.
VERSIONS = {"rules-6": "d5b710694a82d5875a353c64d6cca0bacc358373086a0a389f43be713075fc18"}
MARKS = {
    "reporter_after",
    "reporter",
    "hedge",
    "denies",
    "recent",
    "long_ago",
    "better",
    "see_you",
    "leaving",
    "laugh",
    "letter",
}
OTHERS = {"past", "contact", "soon", "usual_dose"}
BLAMING = re.compile(
    r"\b(you must|forbidden|violat|offen[cd]|inappropriate|banned|abusive|warning|rule)", re.I
)


def test_the_version_is_that_of_the_lists() -> None:
    assert {RULES_VERSION: digest()} == VERSIONS


def test_a_changed_list_has_another_digest(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    before = digest()
    for path in FOLDER.glob("*.toml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr("moderation.words.lists.FOLDER", tmp_path)
    assert digest() == before
    (tmp_path / "risk.toml").write_text("# another\n")
    assert digest() != before


def test_every_rule_is_of_a_known_kind() -> None:
    assert {rule.kind for rule in rules()} == {*KINDS, *MARKS, *OTHERS}
    for rule in rules():
        assert rule.says, rule.code
        assert re.fullmatch(r"[a-z_]{3,40}", rule.code)
        assert rule.kind != "risk" or 1 <= rule.severity <= 3
        assert set(rule.unless) <= MARKS


def test_phrases_hold_plain_words_only() -> None:
    written = re.compile(r"[a-z0-9'@_😂🤣. ,()\[\]|<>{}\n]+")
    for rule in rules():
        for phrase in rule.says:
            assert written.fullmatch(phrase), phrase
            assert set(re.findall(r"\{(\w+)\}", phrase)) <= set(sets()), phrase


def test_every_verdict_has_a_kind_short_sentence() -> None:
    spoken = {"risk", "past", "method", "attack"}
    for rule in rules():
        if rule.kind in spoken or rule.lane:
            assert sentence_for(rule.code, "risk" if rule.kind in ("past", "recovery") else rule.kind)
    for code in ("email", "phone", "handle", "messenger", "address", "identity"):
        assert sentence_for(code, "contact")
    sentences = load("sentences")["sentences"]
    for code, sentence in sentences.items():
        assert sentence.endswith("."), code
        assert len(sentence) <= 200, code
        assert not BLAMING.search(sentence), code
        assert grade(sentence) <= 6.0, (code, grade(sentence))


def grade(text: str) -> float:
    """The reading grade of a text by Flesch and Kincaid, syllables counted as groups of vowels."""
    words = re.findall(r"[A-Za-z']+", text)
    sentences = max(1, len(re.findall(r"[.!?]+", text)))
    syllables = sum(max(1, len(re.findall(r"[aeiouy]+", re.sub(r"e\b", "", word.lower())))) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


def test_the_grade_can_fail() -> None:
    assert (
        grade("Your contribution constitutes an unacceptable violation of community participation standards.")
        > 12
    )
    assert grade("You can change it here.") < 3


def found(phrase: str, text: str, **named: str) -> list[Found]:
    """Where a phrase is found in words, with the ends of the sentence around them."""
    return list(Phrases([phrase], named).find([END, *text.split(), END]))


@pytest.mark.parametrize(
    ("phrase", "text", "there"),
    [
        ("a b", "x a b y", True),
        ("a b", "a x b", False),
        ("a (b|c d) e", "a c d e", True),
        ("a (b|c d) e", "a c e", False),
        ("a [b] c", "a c", True),
        ("a .. c", "a x y c", True),
        ("a .. c", "a x y z c", False),
        ("a .. c", "a x , y c", False),
        ("a .. c", "a x , c", True),
        ("a ... c", "a 1 2 3 4 5 c", True),
        ("a _ c", "a x c", True),
        ("a _ c", "a c", False),
        ("< a", "a", True),
        ("< a", "x a", False),
        ("a >", "x a", True),
        ("a >", "a x", False),
        ("a b", "a , b", True),
        ("a , b", "a b", False),
        ("a , b", "a , b", True),
        ("{few} b", "two b", True),
        ("@num b", "12 b", False),
    ],
)
def test_the_language_of_phrases(phrase: str, text: str, there: bool) -> None:
    assert bool(found(phrase, text, few="one | two")) is there


def test_words_may_count_as_two() -> None:
    phrases = Phrases(["@num b", "@name is"], {})
    assert len(list(phrases.find(["12 @num", "b"]))) == 1
    assert len(list(phrases.find(["will @name", "is"]))) == 1
    assert list(phrases.find(["will", "is"])) == []


def test_the_nearest_beginning_is_told() -> None:
    assert found("a [b] ... c", "a a x c") == [Found(0, 2, 4)]


@pytest.mark.parametrize("phrase", ["a (b", "a b)", "a [b", "a ]"])
def test_brackets_must_match(phrase: str) -> None:
    with pytest.raises(ValueError, match="bracket"):
        Phrases([phrase], {})


WORDS = st.lists(st.sampled_from(["a", "b", "c", "x", ",", END]), max_size=12)


@given(WORDS, st.sampled_from(["a b", "a [x] b", "a .. c", "(a|b) c", "a b (>|c)", "< a _ b"]))
@settings(max_examples=300, deadline=None)
def test_forgetting_changes_nothing(signs: list[str], phrase: str) -> None:
    fresh, used = Phrases([phrase], {}), Phrases([phrase, "x a", "b b"], {})
    used._forget()
    expected = list(fresh.find(signs))
    assert [one for one in used.find(signs) if one.phrase == 0] == expected
    used._forget()
    assert [one for one in used.find(signs) if one.phrase == 0] == expected


def test_states_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moderation.words.phrases.MOST_STATES", 10)
    phrases = Phrases(["a ... b ... c", "b ... a ... c"], {})
    signs = [word for number in range(400) for word in ("a", "b", "x")[: number % 3 + 1]]
    assert sum(1 for _ in phrases.find([*signs, "c"])) == 2
    assert len(phrases._states) <= 12
