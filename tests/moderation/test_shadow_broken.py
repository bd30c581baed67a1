"""A model on trial that is broken or missing: said once an hour, and in nobody's way."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from hearthside.clock import now
from hearthside.config import read_config
from moderation import shadowing
from moderation.classifiers import BadModel
from moderation.classifiers.local import FOLDER
from moderation.classifiers.outputs import OUTPUTS
from moderation.queries.shadow import read_agreement
from moderation.shadowing import find_trial_problem
from tests.given import Circle, given_circle, given_post
from tests.moderation.given_flagging import VERSION, agree
from tests.moderation.given_models import Answering, Hanging, Throwing
from tests.moderation.given_trial import CANARY, Other, counted_loads, read_rows, run_trial, try_out

pytestmark = pytest.mark.django_db
WORDS = f"You and your {CANARY}"


@pytest.fixture
def circle() -> Circle:
    """A circle whose member lets models read."""
    made = given_circle()
    agree(made.people["member"])
    return made


FAULTY: dict[str, tuple[Any, str]] = {
    "crashes": (Throwing(), "model_broken"),
    "exits": (Throwing(SystemExit), "model_broken"),
    "answers nonsense": (Answering([{"spam": 0.1}]), "model_broken"),
    "hangs": (Hanging(), "model_late"),
}


@pytest.mark.parametrize("name", FAULTY)
def test_a_broken_one_is_left_alone_for_an_hour(
    circle: Circle,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    model, code = FAULTY[name]
    try_out(monkeypatch, settings, model)
    monkeypatch.setattr(shadowing, "TEXT_SECONDS", 0.1)
    posts = [
        given_post(circle.topic, circle.people["member"], WORDS),
        given_post(circle.topic, circle.people["member"], WORDS),
    ]
    began = time.monotonic()
    for _ in range(3):
        run_trial()
    assert time.monotonic() - began < 10
    (row,) = read_rows(f"{model.name}-1")
    assert (row.target_id, row.shadow_scores, row.shadow_action) == (posts[1].id, {}, "")
    assert caplog.text.count("classifier_shadow_failed") == 1
    assert all(said in caplog.text for said in (code, f"{model.name}-1", str(row.id)))
    assert CANARY not in caplog.text
    assert given_post(circle.topic, circle.people["member"], WORDS).state == "published"


def test_after_an_hour_the_next_text_is_tried(
    circle: Circle, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    try_out(monkeypatch, settings, Throwing())
    monkeypatch.setattr(shadowing, "REST_SECONDS", 0.0)
    for _ in range(2):
        given_post(circle.topic, circle.people["member"], WORDS)
    run_trial()
    run_trial()
    assert len(read_rows("throwing-1")) == 2
    found = read_agreement(VERSION, now() - timedelta(days=1))
    assert found is not None
    assert (found["read"], found["failed"], found["compared"], found["same_action"]) == (2, 2, 0, None)


def test_one_that_hangs_still_is_not_asked_again(
    circle: Circle, monkeypatch: pytest.MonkeyPatch, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    model = Hanging()
    try_out(monkeypatch, settings, model)
    monkeypatch.setattr(shadowing, "TEXT_SECONDS", 0.1)
    monkeypatch.setattr(shadowing, "REST_SECONDS", 0.0)
    for _ in range(2):
        given_post(circle.topic, circle.people["member"], WORDS)
    run_trial()
    run_trial()
    assert (len(read_rows("hanging-1")), caplog.text.count("model_late")) == (1, 2)
    model.go.set()
    time.sleep(0.1)
    run_trial()
    assert [row.shadow_action for row in read_rows("hanging-1")] == ["clear", ""]


def test_one_that_cannot_be_loaded_is_tried_once_an_hour(
    circle: Circle, monkeypatch: pytest.MonkeyPatch, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    try_out(monkeypatch, settings, Other())
    given_post(circle.topic, circle.people["member"], WORDS)
    with counted_loads(monkeypatch, BadModel("no such folder")) as tried:
        run_trial()
        run_trial()
        assert (len(tried), caplog.text.count("classifier_shadow_failed")) == (1, 1)
        monkeypatch.setattr(shadowing.trial_of(tried[0]), "_rests_until", 0.0)
        run_trial()
        assert (len(tried), caplog.text.count("classifier_shadow_failed")) == (2, 2)
    assert read_rows() == []


def test_a_folder_that_is_not_whole_is_named(tmp_path: Path) -> None:
    assert str(tmp_path / "none") in find_trial_problem(str(tmp_path / "none"))
    (tmp_path / "linear.npz").write_bytes(b"other")
    facts = {"sha256": {"linear.npz": "0" * 64}, "outputs": OUTPUTS}
    (tmp_path / "model.json").write_text(json.dumps(facts))
    assert "linear.npz" in find_trial_problem(str(tmp_path))
    assert "DETOXIFY" in find_trial_problem("detoxify")


def test_a_whole_folder_is_fine() -> None:
    assert find_trial_problem(str(FOLDER)) == ""


def test_what_the_setting_takes(tmp_path: Path) -> None:
    assert read_config({}).classifier_shadow == ""
    assert django_settings.HEARTHSIDE.classifier_shadow == ""
    for kind in ("local", "detoxify"):
        assert read_config({"HEARTHSIDE_CLASSIFIER_SHADOW": kind}).classifier_shadow == kind
    folder = f"{tmp_path}/../{tmp_path.name}/"
    assert read_config({"HEARTHSIDE_CLASSIFIER_SHADOW": folder}).classifier_shadow == str(tmp_path)


def test_words_that_break_the_rules_are_not_tried_again(
    circle: Circle, monkeypatch: pytest.MonkeyPatch, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    try_out(monkeypatch, settings, Other())

    def broken(text: str, names: tuple[str, ...]) -> Any:
        raise RecursionError(text)

    given_post(circle.topic, circle.people["member"], WORDS)
    monkeypatch.setattr(shadowing, "read", broken)
    monkeypatch.setattr(shadowing, "REST_SECONDS", 0.0)
    run_trial()
    run_trial()
    assert [row.shadow_action for row in read_rows()] == [""]
    assert caplog.text.count("rules_broken") == 1
    assert CANARY not in caplog.text
