"""The model that ships: whole, in order, bounded, and of the opinion it should be where that is plain."""

from __future__ import annotations

import json
import shutil
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.classifiers import BadModel
from moderation.classifiers.linear import BUCKETS, features
from moderation.classifiers.local import FOLDER, LocalModel
from moderation.classifiers.outputs import ABUSE, OUTPUTS
from moderation.classifiers.windows import MOST_WINDOWS, TOKENS
from moderation.ruling import rule_on
from moderation.scoring import sound
from moderation.verdicts import Action, Context, Kind, Verdict
from moderation.weighing import weigh
from moderation.words import read

HERE = Context("person", "group")
DULL = "On Tuesday we walked along the canal and looked at the boats, and then there was cake. "


@cache
def the_model() -> LocalModel:
    """The model that ships, loaded once."""
    return LocalModel()


def judged(text: str) -> Verdict:
    """What rules and model together make of a text."""
    model = the_model()
    return weigh(rule_on(text, HERE), model.score([text])[0], model.version, read(text))


def test_it_answers_all_outputs_soundly() -> None:
    rows = sound(the_model().score(["hello", "", "   ", "🐷", "x" * 3000]), 5)
    assert all(set(row) == set(OUTPUTS) for row in rows)
    assert the_model().score([]) == []


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(max_size=300), min_size=1, max_size=20))
def test_any_texts_are_scored_in_order(texts: list[str]) -> None:
    assert len(sound(the_model().score(texts), len(texts))) == len(texts)


def test_company_changes_nothing_that_matters() -> None:
    texts = [
        "You are a waste of space and nobody likes you",
        "see you at six",
        DULL * 40,
        "i cut myself again",
    ]
    together = the_model().score(texts)
    for text, row in zip(texts, together, strict=True):
        alone = the_model().score([text])[0]
        assert all(abs(alone[name] - row[name]) < 0.15 for name in OUTPUTS)


def test_the_same_text_has_the_same_scores() -> None:
    assert the_model().score(["you again"]) == the_model().score(["you again"])


# Plain cases with a wide margin: int8 may differ a little by processor.
@pytest.mark.parametrize(
    "text",
    [
        "We were all so much happier in the weeks when you stayed at home, take the hint.",
        "You make up your illness to get attention, and everybody here laughs about you afterwards.",
        "People like that breed like rats and should be sent back where they came from.",
    ],
)
def test_an_attack_without_a_bad_word_is_held(text: str) -> None:
    assert rule_on(text, HERE).action is Action.CLEAR
    verdict = judged(text)
    assert (verdict.action, verdict.kind) == (Action.HOLD, Kind.ATTACK)


@pytest.mark.parametrize(
    "text",
    [
        "I've written a letter to each of the boys and tonight I won't have to carry this any more.",
        "i keep thinking everyone would breathe easier if i just wasn't around",
    ],
)
def test_a_veiled_cry_brings_somebody_and_stays(text: str) -> None:
    verdict = judged(text)
    assert (verdict.action, verdict.kind) == (Action.CLEAR, Kind.RISK)


@pytest.mark.parametrize(
    "text",
    [
        "My dad called me a worthless piece of shit every night of my childhood.",
        "As a trans woman with bipolar I was scared to join, and you have all been lovely.",
        "Two years ago today I survived my attempt. This morning I fed the birds.",
        "This week was fucking awful and I'm so glad it's over.",
        "Saying 'retarded' is not okay in here, please find another word.",
        "That sounds so hard. You are not a burden, and nobody here thinks you're stupid.",
        "I would kill for a decent night's sleep.",
        DULL,
    ],
)
def test_who_speaks_of_their_own_life_is_left_in_peace(text: str) -> None:
    verdict = judged(text)
    assert verdict.action is Action.CLEAR
    assert not any(reason.source == "model" for reason in verdict.reasons)


@pytest.mark.parametrize("place", [0.0, 0.5, 1.0])
def test_a_cry_in_a_long_post_is_heard(place: float) -> None:
    cry = "I don't want to be alive any more and tonight I am going to end it. "
    before = int(60 * place)
    verdict = judged(DULL * before + cry + DULL * (60 - before))
    assert (verdict.action, verdict.kind, verdict.severity > 1) == (Action.CLEAR, Kind.RISK, True)


def test_a_long_text_is_read_in_windows_that_overlap_and_are_not_too_many() -> None:
    model = the_model()
    assert len(model.windows("short")) == 1
    some = model.windows(DULL * 10)
    assert len(some) > 1
    assert max(len(window.ids) for window in some) <= TOKENS
    assert len(model.windows(DULL * 230)) == MOST_WINDOWS
    told = " ".join(window.words for window in model.windows(DULL * 12))
    assert told.count("cake") >= 12


def test_the_telling_windows_of_a_very_long_text_are_read() -> None:
    hidden = DULL * 110 + "you are a stupid worthless bitch and i will kill you " + DULL * 110
    found = the_model().windows(hidden)
    assert len(found) == MOST_WINDOWS
    assert any("bitch" in window.words for window in found)
    assert max(the_model().score([hidden])[0][label] for label in ABUSE) > 0.5


@pytest.mark.parametrize("name", ["encoder.int8.onnx", "linear.npz", "tokenizer.json"])
def test_a_file_that_is_not_the_one_named_is_refused(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(FOLDER, folder)
    LocalModel(folder)
    changed = bytearray((folder / name).read_bytes())
    changed[len(changed) // 2] ^= 1
    (folder / name).write_bytes(bytes(changed))
    with pytest.raises(BadModel, match=name):
        LocalModel(folder)


def test_a_folder_that_is_not_whole_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadModel, match="not whole"):
        LocalModel(tmp_path)
    facts = json.loads((FOLDER / "model.json").read_text(encoding="utf-8"))
    shutil.copytree(FOLDER, tmp_path / "other")
    facts["outputs"] = facts["outputs"][::-1]
    (tmp_path / "other" / "model.json").write_text(json.dumps(facts), encoding="utf-8")
    with pytest.raises(BadModel, match="outputs"):
        LocalModel(tmp_path / "other")


@given(st.text(max_size=200))
def test_features_are_buckets_each_once(text: str) -> None:
    found = features(text)
    assert found == sorted(set(found))
    assert all(0 <= bucket < BUCKETS for bucket in found)
