"""The classes A to E on many example sentences: what the rules make of each, and what follows for its author."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from moderation.ruling import rule_on
from moderation.verdicts import Action, Context, Kind, Lane
from moderation.words import read

SENTENCES = tomllib.loads((Path(__file__).parent / "sentences.toml").read_text(encoding="utf-8"))
NAMES = ("Rowan", "Priya K")
HERE = Context("person", "group", "topic", names=NAMES)
SEVERITIES = {"worry": 1, "danger": 2, "acute": 3}


def rows(kind: str, *parts: str) -> list[str]:
    """The sentences of a class."""
    return [text for part in parts or SENTENCES[kind] for text in SENTENCES[kind][part]]


def test_there_are_enough_sentences() -> None:
    counts = {kind: len(rows(kind)) for kind in SENTENCES}
    assert min(counts.values()) >= 40
    assert sum(counts.values()) >= 250
    every = [text for kind in SENTENCES for text in rows(kind)]
    assert len(set(every)) == len(every)


@pytest.mark.parametrize("part", SEVERITIES)
def test_first_person_risk_stays_and_somebody_looks(part: str) -> None:
    for text in rows("risk", part):
        verdict = rule_on(text, HERE)
        assert (verdict.action, verdict.kind, verdict.lane) == (Action.CLEAR, Kind.RISK, Lane.CARE), text
        assert verdict.severity == SEVERITIES[part], text
        assert Lane.CONDUCT not in verdict.lanes, text
        assert not any(reason.holds for reason in verdict.reasons), text


def test_method_is_held_in_two_lanes() -> None:
    for text in rows("method"):
        verdict = rule_on(text, HERE)
        assert (verdict.action, verdict.kind, verdict.severity) == (Action.HOLD, Kind.METHOD, 3), text
        assert verdict.lanes[:2] == (Lane.CARE, Lane.CONDUCT), text
        assert verdict.clearance is None


def test_attack_is_held_for_conduct_only() -> None:
    for text in rows("attack"):
        verdict = rule_on(text, HERE)
        assert (verdict.action, verdict.kind, verdict.severity) == (Action.HOLD, Kind.ATTACK, 0), text
        assert verdict.lanes == (Lane.CONDUCT,), text
        assert verdict.reasons[0].sentence.endswith("You can change it here."), text


def test_recovery_and_grief_are_shown() -> None:
    for text in rows("recovery"):
        verdict = rule_on(text, HERE)
        assert (verdict.action, verdict.kind, verdict.lanes) == (Action.CLEAR, Kind.RECOVERY, ()), text
        assert verdict.severity == 0, text


def test_idiom_report_and_everyday_talk_are_shown() -> None:
    for text in rows("spoken"):
        verdict = rule_on(text, HERE)
        assert (verdict.action, verdict.lanes, verdict.severity) == (Action.CLEAR, (), 0), text
        assert verdict.kind in (Kind.SPOKEN, Kind.NONE), text


@pytest.mark.parametrize("code", [part for part in SENTENCES["privacy"] if part != "none"])
def test_privacy_is_held_in_its_own_lane(code: str) -> None:
    for text in rows("privacy", code):
        verdict = rule_on(text, HERE)
        assert (verdict.action, verdict.lanes) == (Action.HOLD, (Lane.PRIVACY,)), text
        assert code in {reason.rule for reason in verdict.reasons}, text


def test_what_only_looks_like_contact_is_shown() -> None:
    for text in rows("privacy", "none"):
        assert rule_on(text, HERE).action is Action.CLEAR, text


def test_disclosure_wins_over_attack_and_privacy() -> None:
    for harm in rows("risk", "danger")[:8]:
        verdict = rule_on(f"{harm} You are all idiots. Call me on 07700 900456.", HERE)
        assert (verdict.action, verdict.kind) == (Action.CLEAR, Kind.RISK), harm
        assert verdict.lanes == (Lane.CARE, Lane.PRIVACY), harm
    both = rule_on("I want to die. What is the easiest way to die?", HERE)
    assert (both.action, both.kind, both.lanes) == (Action.HOLD, Kind.METHOD, (Lane.CARE, Lane.CONDUCT))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("I want to die", "I don't want to die"),
        ("I want to kill myself", "I would never kill myself"),
        ("I want to die", "Two years ago I wanted to die, today I am glad I stayed"),
        ("I want to die", "My brother wants to die"),
        ("I want to die", "Do you ever want to die? You can tell us."),
        ("I want to die", 'He said: "I want to die." Then he laughed.'),
        ("I could kill myself", "I could kill myself laughing"),
        ("I cut myself again last night", "I cut myself shaving again last night"),
        ("I have been having suicidal thoughts", "We spoke about my suicidal thoughts last year"),
        ("I am suicidal", "I am not suicidal"),
    ],
)
def test_the_same_words_mean_something_else(said: str, meant: str) -> None:
    assert rule_on(said, HERE).kind is Kind.RISK
    verdict = rule_on(meant, HERE)
    assert verdict.kind in (Kind.RECOVERY, Kind.SPOKEN, Kind.NONE)
    assert (verdict.action, verdict.severity) == (Action.CLEAR, 0)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("You are stupid", "You are not stupid"),
        ("You are stupid", 'She told me, "You are stupid"'),
        ("You are worthless", "Don't let anyone tell you that you are worthless"),
        ("Rowan is an idiot", "My cousin is an idiot"),
        ("Kill yourself", "He told me to kill myself"),
        ("Nobody likes you", "It is not true that nobody likes you"),
        ("You faggot", "They called me a faggot"),
        ("Fuck you", "Fuck you, anxiety"),
        ("You are a liar", "Dear anxiety, you are a liar"),
        ("You are crazy", "You are crazy good at this"),
    ],
)
def test_the_same_insult_is_none(said: str, meant: str) -> None:
    assert rule_on(said, HERE).kind is Kind.ATTACK
    assert rule_on(meant, HERE).action is Action.CLEAR


def test_a_quotation_is_no_way_round() -> None:
    for text in (
        '"You are an idiot."',
        "> you are an idiot",
        'I say: "you are an idiot" and I mean you, you idiot',
    ):
        assert rule_on(text, HERE).kind is Kind.ATTACK, text
    assert rule_on('"You are an idiot', HERE).kind is Kind.ATTACK


def test_a_member_is_known_by_name() -> None:
    for text in (
        "Rowan is a moron",
        "rowan is a moron",
        "ROWAN is a moron",
        "Priya is a moron",
        "@Rowan you moron",
    ):
        expected = Action.CLEAR if text.startswith("rowan") else Action.HOLD  # a tree too, without a capital
        assert rule_on(text, HERE).action is expected, text
    assert rule_on("Rowan is a moron", Context("p", "g")).action is Action.CLEAR


def test_somebody_in_danger_is_looked_at() -> None:
    for text in (
        "My friend is going to kill herself tonight, what do I do?",
        "Somebody in this group said he wants to end his life",
        "Priya wrote that she can't go on, I am worried she will kill herself",
    ):
        verdict = rule_on(text, HERE)
        assert (verdict.action, verdict.kind, verdict.lane) == (Action.CLEAR, Kind.RECOVERY, Lane.CARE), text
        assert verdict.severity == 1
    assert rule_on("My friend was going to kill herself three years ago", HERE).lanes == ()


def test_a_note_is_suggested_for_detail_only() -> None:
    assert rule_on("I have the pills in front of me.", HERE).content_note
    assert rule_on("I cut myself again last night", HERE).content_note == "Self-harm"
    assert rule_on("I want to die", HERE).content_note == ""
    assert rule_on("Good morning", HERE).content_note == ""


def test_doses_of_every_day_are_none() -> None:
    assert rule_on("I took 30 tablets", HERE).severity == 3
    for text in (
        "I took 2 tablets",
        "I have taken 12 tablets a day for my heart since May",
        "I take 40 mg of lithium",
    ):
        assert rule_on(text, HERE).kind is Kind.NONE, text


def test_who_is_spoken_of() -> None:
    assert (read("I slept well").own, read("I slept well").directed) == (True, False)
    assert (read("you slept well").own, read("you slept well").directed) == (False, True)
    assert read("Rowan slept well", NAMES).directed


@pytest.mark.parametrize(
    "text", ["", " ", "\n\n", "\u200b", "🙂", "....", "?!", "@", "\x00", "a" * 20_000, "\ud800"]
)
def test_odd_texts_are_read(text: str) -> None:
    assert rule_on(text, HERE).action is Action.CLEAR
