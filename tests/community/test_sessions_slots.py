"""The places of a series' sessions: one session each, also when the series changes while the job makes later ones."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection, connections, transaction

from community.jobs import make_sessions
from community.recurrence import local_of
from tests.community.given_sessions import MONDAY, at, given_series, sessions_of
from tests.given import act, given_group, leader_of, outcome_of, problem_of


@pytest.mark.django_db
def test_a_change_onto_the_time_of_an_earlier_session_is_refused_kindly() -> None:
    with at(MONDAY):
        group = given_group()
        made = given_series(group)
        first, second, *_ = sessions_of(made["series"])
        before = [(row.id, row.slot, row.starts_at) for row in sessions_of(made["series"])]
        change = {"series": made["series"], "version": 1, "from": second.id}
        problem = problem_of(leader_of(group), "series.change", **change, begins_local="2026-12-03T18:00")
        assert problem["type"] == "invalid"
        assert "earlier session of this series" in problem["fields"]["begins_local"]
        assert [(row.id, row.slot, row.starts_at) for row in sessions_of(made["series"])] == before
        daily = {"rrule": "FREQ=DAILY", "begins_local": "2026-12-02T18:00"}
        assert outcome_of(leader_of(group), "series.change", **change, **daily) == "invalid"
        assert (
            outcome_of(leader_of(group), "series.change", **change, begins_local="2026-12-03T20:00") == "ok"
        )
        act(
            leader_of(group),
            "series.change",
            series=made["series"],
            version=2,
            begins_local="2026-12-03T18:00",
        )
    assert sessions_of(made["series"])[0].id == first.id


@pytest.mark.django_db(transaction=True)
def test_the_job_makes_nothing_by_a_rule_that_is_being_changed() -> None:
    with at(MONDAY):
        group = given_group()
        made = given_series(group)
    later = MONDAY + timedelta(days=70)

    def run_job() -> None:
        with at(later):
            make_sessions.call()
        if connection.vendor == "postgresql":
            connections.close_all()

    job = Thread(target=run_job)
    with at(later):
        with transaction.atomic():
            act(
                leader_of(group),
                "series.change",
                series=made["series"],
                version=1,
                rrule="FREQ=WEEKLY;BYDAY=FR",
            )
            if connection.vendor == "postgresql":  # SQLite has one writer, who takes one after another
                job.start()
                job.join(timeout=2)
                assert job.is_alive(), "it waits for the change"
        if connection.vendor == "postgresql":
            job.join(timeout=20)
        else:
            run_job()
        ahead = [row for row in sessions_of(made["series"]) if row.starts_at > later]
    assert len(ahead) > 25
    assert {local_of(row.starts_at, row.time_zone).weekday() for row in ahead} == {4}
