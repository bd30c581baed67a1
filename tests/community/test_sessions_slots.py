"""The places of a series' sessions: one session each."""

from __future__ import annotations

import pytest

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
