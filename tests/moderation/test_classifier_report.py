"""`hearthside classifier report`: right counts, plain sentences where there is nothing, and never anybody's words."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from community.models import Membership
from hearthside import __main__ as command
from hearthside.clock import now
from moderation import sampling
from moderation.classifiers.local import FOLDER
from moderation.models import ReviewItem, Screening, ThresholdShift
from moderation.words import RULES_VERSION
from tests.given import act, given_circle, given_group, given_member
from tests.moderation.given_flagging import (
    VERSION,
    EveryLot,
    agree,
    given_flagged,
    given_read,
    given_sampled,
    read_by,
)
from tests.moderation.given_models import Words
from tests.moderation.given_review import decide
from tests.moderation.given_steps import given_decision, given_screening
from tests.moderation.given_trial import CANARY, INSULT, Other, run_trial, try_out, use_setting

pytestmark = pytest.mark.django_db
Printed = pytest.CaptureFixture[str]


@pytest.fixture
def author() -> Membership:
    return given_member(given_group(name=f"The {CANARY} group"), name=f"Mx {CANARY}")


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """The exit status of `hearthside ...`."""
    monkeypatch.setattr("sys.argv", ["hearthside", *words])
    before = os.umask(0o022)
    try:
        return command.main()
    finally:
        os.umask(before)


def report(monkeypatch: pytest.MonkeyPatch, capsys: Printed, *words: str) -> str:
    """What the report prints."""
    assert run(monkeypatch, "classifier", "report", *words) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    return printed.out


def numbers(monkeypatch: pytest.MonkeyPatch, capsys: Printed, *words: str) -> dict[str, Any]:
    """What it prints as JSON."""
    found: dict[str, Any] = json.loads(report(monkeypatch, capsys, "--json", *words))
    return found


def test_a_practice_in_which_nothing_happened(monkeypatch: pytest.MonkeyPatch, capsys: Printed) -> None:
    assert report(monkeypatch, capsys) == (
        "The classifier of this practice, the last 30 days.\n"
        "Setting: rules. Rules alone decide.\n"
        "No model has read anything here so far.\n"
        "\n"
        "No model is on trial.\n"
    )
    found = numbers(monkeypatch, capsys)
    del found["since"]
    assert found == {
        "days": 30, "classifier": "rules", "model_version": "", "rows": 0, "other_versions": [], "unchecked": 0,
        "flags": None, "recall": None, "drift": None, "on_trial": "", "shadow": None, "shifts": [],
    }  # fmt: skip


def test_a_model_that_never_answers(
    author: Membership, monkeypatch: pytest.MonkeyPatch, capsys: Printed, settings: Any
) -> None:
    use_setting(settings, classifier="local")
    for _ in range(3):
        given_screening(author, kind="none", rules=["unchecked", "model_missing"])
    given_screening(author)
    given_screening(author, rules=["unchecked", "model_late"], at=now() - timedelta(days=31))
    said = report(monkeypatch, capsys)
    assert (
        "Posts and new words that could not be checked: 3.\nNo model has read anything here so far." in said
    )


def test_a_model_that_has_said_nothing(
    author: Membership, monkeypatch: pytest.MonkeyPatch, capsys: Printed, settings: Any
) -> None:
    use_setting(settings, classifier="local", classifier_shadow="/models/autumn")
    given_read(author)
    said = report(monkeypatch, capsys)
    for sentence in (
        "Setting: local.\n",
        f"Model that read last: {VERSION}. Texts it read: 1 ",
        "The model has spoken up about nothing.",
        "What flagging finds: not yet known. 0 of 0 drawn texts decided, 0 missed; 20 are needed.",
        "Drift: too few texts to say (1 texts in 7 days, 0 in the 28 before; 200 are needed on either side).",
        "On trial: autumn.\nIt has read nothing in these days.",
        "Thresholds are the same in every group.",
    ):
        assert sentence in said, sentence


def test_what_was_flagged_and_decided(
    author: Membership, monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    elsewhere = given_member(given_group())
    for wrong in (True, True, False, None):
        given_flagged(author, "insult", wrong=wrong)
    given_flagged(elsewhere, "insult", wrong=False)
    given_flagged(elsewhere, "threat", wrong=True)
    given_flagged(author, "insult", wrong=True, version="words-0")
    old = now() - timedelta(days=40)
    given_flagged(author, "threat").signals.update(at=old)
    given_read(author, 3)
    given_read(author, 2, at=old)
    found = numbers(monkeypatch, capsys)
    assert (found["model_version"], found["rows"]) == (VERSION, 10)
    assert found["other_versions"] == [{"version": "words-0", "rows": 1}]
    assert found["flags"] == {
        "texts": {"flagged": 6, "decided": 5, "false_alarms": 3, "rate": 0.6},
        "outputs": [
            {"output": "insult", "flagged": 5, "decided": 4, "false_alarms": 2, "rate": 0.5},
            {"output": "threat", "flagged": 1, "decided": 1, "false_alarms": 1, "rate": 1.0},
        ],
    }
    said = report(monkeypatch, capsys)
    assert "insult             5        4             2   50.0 %" in said
    assert "Read by words-0: 1." in said
    wide = numbers(monkeypatch, capsys, "--days", "60")
    assert (wide["rows"], wide["flags"]["outputs"][1]["flagged"]) == (12, 2)


def test_the_samples_of_all_groups_are_taken_together(
    author: Membership, monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    elsewhere = given_member(given_group())
    for member, kept, hidden in ((author, 14, 1), (elsewhere, 9, 0)):
        for number in range(kept + hidden):
            given_sampled(member, "hide" if number < hidden else "keep")
        given_read(member, 88)
        for _ in range(4):
            given_flagged(member, wrong=False)
    given_sampled(author)
    found = numbers(monkeypatch, capsys)["recall"]
    assert {name: found[name] for name in ("drawn", "decided", "missed", "found")} == {
        "drawn": 25, "decided": 24, "missed": 1, "found": 8
    }  # fmt: skip
    # of 25 drawn and 176 others 1 in 24 was missed
    assert found["estimate"]["value"] == pytest.approx(8 / (8 + 201 / 24), abs=1e-4)
    assert found["estimate"]["low"] < found["estimate"]["value"] < found["estimate"]["high"]
    said = report(monkeypatch, capsys)
    assert f"What flagging finds: {100 * found['estimate']['value']:.1f} % (90 % interval " in said
    assert "24 of 25 drawn texts decided, 1 missed." in said


def test_drift_and_shifts(author: Membership, monkeypatch: pytest.MonkeyPatch, capsys: Printed) -> None:
    rows = [
        Screening(
            target_kind="post", target_id=author.id, group=author.group, author=author, kind="none",
            action="clear", lane="none", rules_version=RULES_VERSION, model_version=VERSION, milliseconds=12,
            scores={"insult": score, "acute": 0.0}, at=now() - timedelta(days=days),
        )
        for days, score in ((1, 0.95), (10, 0.05))
        for _ in range(200)
    ]  # fmt: skip
    Screening.objects.bulk_create(rows)
    shift: dict[str, Any] = {"group": author.group, "decided": 41, "false_alarms": 30}
    ThresholdShift.objects.create(output="insult", shift=0.031, model_version=VERSION, **shift)
    ThresholdShift.objects.create(output="threat", shift=0.0, model_version=VERSION, **shift)
    ThresholdShift.objects.create(output="sexual", shift=0.05, model_version="words-0", **shift)
    found = numbers(monkeypatch, capsys)
    assert {row["output"]: row["reading"] for row in found["drift"]["outputs"]} == {
        "insult": "moved", "acute": "steady"
    }  # fmt: skip
    group = str(author.group_id)
    assert found["shifts"] == [
        {"group": group, "output": "insult", "shift": 0.031, "decided": 41, "false_alarms": 30}
    ]
    said = report(monkeypatch, capsys)
    assert "moved" in said
    assert f"insult  +0.031       41            30  {group}" in said


def test_a_trial(author: Membership, monkeypatch: pytest.MonkeyPatch, capsys: Printed, settings: Any) -> None:
    use_setting(settings, classifier="local", classifier_shadow="local")
    both: dict[str, Any] = {
        "model_version": VERSION,
        "rules_version": RULES_VERSION,
        "rules": [],
        "shadow_version": "other-1",
    }
    calm: dict[str, Any] = {"kind": "none", "action": "clear"}
    for kind, action, count in (("none", "clear", 3), ("attack", "hold", 1)):
        for _ in range(count):
            given_screening(author, **both, **calm, shadow_kind=kind, shadow_action=action)
    assert numbers(monkeypatch, capsys)["shadow"]["same_action"] == 0.75
    said = report(monkeypatch, capsys)
    for sentence in (
        "On trial: local.\nother-1 read 4 texts; compared 4, failed on 0, left out 0.\n",
        "Same action: 75.0 %. Same class: 75.0 %.",
        "It would hold 1 that were shown, and show 0 that were held.",
        "none           4         3     3",
        "Other class on trial: none to attack 1.",
    ):
        assert sentence in said, sentence


def test_no_words_of_anybody(monkeypatch: pytest.MonkeyPatch, capsys: Printed, settings: Any) -> None:
    circle = given_circle()
    member, leader = circle.people["member"], circle.people["facilitator"]
    agree(member)
    try_out(monkeypatch, settings, Other())
    monkeypatch.setattr(sampling, "lots", EveryLot())
    read_by(monkeypatch, Words({CANARY: INSULT}))
    held = act(member, "post.submit", topic=circle.topic.id, body=f"You {CANARY}")
    drawn = act(member, "post.submit", topic=circle.topic.id, body="The gorse is in bloom")
    decide(leader, ReviewItem.objects.get(target_id=drawn["id"]), "hide", message="It is about gorse.")
    assert held["state"] == "held"
    run_trial()
    found = numbers(monkeypatch, capsys)
    assert (found["flags"]["texts"]["flagged"], found["recall"]["drawn"], found["shadow"]["read"]) == (
        1,
        1,
        2,
    )
    said = report(monkeypatch, capsys) + json.dumps(found)
    for words in (CANARY, "gorse", member.name, leader.name, "Tuesday circle"):
        assert words not in said


@pytest.mark.parametrize("days", ["0", "-1", "3651", "a week", "1.5"])
def test_days_of_another_form(monkeypatch: pytest.MonkeyPatch, capsys: Printed, days: str) -> None:
    with pytest.raises(SystemExit) as ended:
        run(monkeypatch, "classifier", "report", f"--days={days}")
    assert ended.value.code == 2
    assert "a number from 1 to 3650 is needed" in capsys.readouterr().err


def test_a_database_that_is_not_prepared_exits_2(monkeypatch: pytest.MonkeyPatch, capsys: Printed) -> None:
    with transaction.atomic():
        connection.cursor().execute("ALTER TABLE moderation_screening RENAME TO moderation_away")
        assert run(monkeypatch, "classifier", "report") == 2
        transaction.set_rollback(True)
    assert "Start Hearthside once" in capsys.readouterr().err


def test_check_names_a_model_on_trial_that_is_not_whole(
    monkeypatch: pytest.MonkeyPatch, capsys: Printed, settings: Any, tmp_path: Path
) -> None:
    use_setting(settings, classifier_shadow=str(tmp_path))
    assert run(monkeypatch, "check") == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("HEARTHSIDE_CLASSIFIER_SHADOW cannot be tried: The model in ")
    assert str(tmp_path) in printed.err
    assert "serves without it" in printed.err
    use_setting(settings, classifier_shadow=str(FOLDER))
    assert run(monkeypatch, "check") == 0


def test_decisions_that_changed(author: Membership, monkeypatch: pytest.MonkeyPatch, capsys: Printed) -> None:
    item = given_flagged(author, "insult", wrong=False)
    assert numbers(monkeypatch, capsys)["flags"]["texts"]["false_alarms"] == 0
    given_decision(item, "overturn", "approved")
    assert numbers(monkeypatch, capsys)["flags"]["texts"]["false_alarms"] == 1
