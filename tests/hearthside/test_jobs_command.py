"""`hearthside jobs`: what was given up is listed without words, and can be tried again."""

from __future__ import annotations

import json
import sys
import uuid

import pytest

from hearthside import clock, jobs_command
from hearthside.job_model import Job
from hearthside.jobs import run_due_jobs
from tests.hearthside.given_jobs import SECRET, fail, names, note, ran

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clean() -> None:
    ran.clear()


def given_up(thing: str = "a", *, task: object = fail) -> Job:
    """A job that failed on its last try."""
    result = task.enqueue(thing)  # type: ignore[attr-defined]
    Job.objects.filter(pk=result.id).update(attempts=11)
    run_due_jobs()
    return Job.objects.get(pk=result.id)


def test_nothing_was_given_up() -> None:
    assert jobs_command.run_given_up(as_json=False) == (jobs_command.NONE, 0)
    assert jobs_command.run_given_up(as_json=True) == (json.dumps({"given_up": []}, indent=1), 0)


def test_what_was_given_up_is_listed_with_ids_and_no_words() -> None:
    job = given_up()
    text, status = jobs_command.run_given_up(as_json=False)
    assert status == 1
    for shown in (str(job.pk), "tests.hearthside.given_jobs.fail", "after 12 tries", "LookupError"):
        assert shown in text
    assert SECRET not in text
    (row,) = json.loads(jobs_command.run_given_up(as_json=True)[0])["given_up"]
    assert (row["id"], row["ids"], row["tries"]) == (str(job.pk), ["a"], 12)


def test_it_is_tried_again_from_the_first_try() -> None:
    job = given_up()
    text, status = jobs_command.run_again(str(job.pk))
    assert (status, "given_jobs.fail" in text) == (0, True)
    assert run_due_jobs() == 1
    again = Job.objects.get(path=job.path)
    assert (again.attempts, again.given_up_at) == (1, None)
    assert names() == ["a", "a"]


def test_one_that_waits_anew_stands_for_both() -> None:
    job = given_up()
    fail.enqueue("a")
    assert jobs_command.run_again(str(job.pk))[1] == 0
    assert Job.objects.filter(path=job.path).count() == 1


def test_others_are_not_touched() -> None:
    note.enqueue("waits")
    waits = Job.objects.get()
    for job_id in (str(waits.pk), str(uuid.uuid4()), "no id", ""):
        assert jobs_command.run_again(job_id) == ("No job of that id was given up.", 1)
    assert Job.objects.get().due_at <= clock.now()


def test_the_command_line_knows_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from hearthside.__main__ import main

    job = given_up()
    for arguments, status, shown in (
        (["given-up"], 1, str(job.pk)),
        (["again", str(job.pk)], 0, "tried again"),
        (["given-up", "--json"], 0, "[]"),
    ):
        monkeypatch.setattr(sys, "argv", ["hearthside", "jobs", *arguments])
        assert main() == status
        assert shown in capsys.readouterr().out
