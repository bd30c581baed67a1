"""Series and single sessions: planned, moved, changed, called off, for one session alone and for all from one on."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from community.jobs import make_sessions
from community.models import Series, Session
from community.recurrence import local_of, write_local
from hearthside.models import LogEvent
from tests.community.given_sessions import (
    MONDAY,
    at,
    given_series,
    given_session,
    move_on,
    sessions_of,
    the_session,
    told,
)
from tests.given import (
    Browser,
    act,
    given_group,
    given_member,
    leader_of,
    outcome_of,
    problem_of,
)

pytestmark = pytest.mark.django_db


def walls(series: str) -> list[str]:
    """The wall-clock times of a series' planned sessions."""
    rows = [row for row in sessions_of(series) if row.state == "planned"]
    return [write_local(local_of(row.starts_at, row.time_zone)) for row in rows]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
def test_half_a_year_of_sessions_across_a_change_of_the_clocks(zone: str) -> None:
    with at(MONDAY):
        made = given_series(given_group(), time_zone=zone)
    rows = sessions_of(made["series"])
    assert made["sessions"] == len(rows)
    assert len(rows) == (26 if "Lord" in zone else 27), "the last one is half an hour too late"
    assert {write_local(local_of(row.starts_at, zone))[-5:] for row in rows} == {"18:00"}
    assert len({row.starts_at.hour * 60 + row.starts_at.minute for row in rows}) == 2
    assert all(row.ends_at - row.starts_at == timedelta(minutes=90) for row in rows)
    assert str(rows[0].id) == made["first"]


def test_the_job_makes_what_is_ahead_and_nothing_twice() -> None:
    with at(MONDAY):
        made = given_series(given_group())
    with at(MONDAY + timedelta(days=70)):
        make_sessions.call()
        make_sessions.call()
    rows = sessions_of(made["series"])
    assert len(rows) == 36
    slots = [row.slot for row in rows]
    assert all(
        b - a in (timedelta(days=7), timedelta(days=7, hours=-1)) for a, b in pairwise(slots) if a and b
    )
    with at(MONDAY):  # the clock was put back: nothing is made again, nothing goes
        make_sessions.call()
    assert len(sessions_of(made["series"])) == 36


def test_a_rule_that_ends_makes_no_more() -> None:
    with at(MONDAY):
        made = given_series(given_group(), rrule="FREQ=WEEKLY;BYDAY=TH;COUNT=3")
    with at(MONDAY + timedelta(days=100)):
        make_sessions.call()
    assert len(sessions_of(made["series"])) == 3


def test_everybody_else_is_told_once_of_a_whole_series() -> None:
    with at(MONDAY):
        group = given_group()
        member, leader = given_member(group).person, leader_of(group)
        made = given_series(group, agenda="**Breathe** first")
    (notice,) = told(member)
    assert (notice.kind, notice.link, notice.group) == (
        "session.changed",
        f"/groups/{group.id}/sessions",
        group.id,
    )
    assert told(leader) == []
    logged = LogEvent.objects.filter(stream=group.stream, type="session.changed")
    assert [row.object_id for row in logged] == [made["first"]]
    with at(MONDAY):
        act(leader, "series.change", series=made["series"], version=1, place="Room 2")
    (notice,) = told(member)
    assert notice.key.endswith(":2"), "what was said before is taken back"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"rrule": "FREQ=YEARLY"}, "rrule"),
        ({"begins_local": "2026-12-04T18:00"}, "begins_local"),
        ({"begins_local": "2026-11-26T18:00"}, "begins_local"),
        ({"begins_local": "2028-11-30T18:00"}, "begins_local"),
        ({"begins_local": "tomorrow"}, "begins_local"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"minutes": 5}, "minutes"),
        ({"minutes": 600}, "minutes"),
        ({"title": " "}, "title"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"link": "https://"}, "link"),
        ({"agenda": "x" * 10_001}, "agenda"),
    ],
)
def test_what_does_not_fit_is_refused_by_field(fields: dict[str, str], field: str) -> None:
    with at(MONDAY):
        group = given_group()
        data = {
            "group": group.id,
            "rrule": "FREQ=WEEKLY;BYDAY=TH",
            "begins_local": "2026-12-03T18:00",
            "time_zone": "Europe/Berlin",
            "title": "Evening",
            **fields,
        }
        problem = problem_of(leader_of(group), "series.plan", **data)
    assert (problem["type"], list(problem["fields"])) == ("invalid", [field])
    assert not Series.objects.exists()


def test_one_session_moved_alone_stays_when_its_series_moves() -> None:
    with at(MONDAY):
        group = given_group()
        member, leader = given_member(group).person, leader_of(group)
        made = given_series(group, rrule="FREQ=WEEKLY;BYDAY=TH;COUNT=5")
        second = sessions_of(made["series"])[1]
        moved = act(
            leader,
            "session.move",
            session=second.id,
            version=1,
            starts_local="2026-12-09T10:00",
            minutes=60,
            why="The room is taken",
        )
        assert (moved["starts_at"], moved["version"]) == ("2026-12-09T09:00:00.000Z", 2)
        row = the_session(second.id)
        assert (row.changed_alone, row.why, row.sequence) == (True, "The room is taken", 1)
        assert told(member)[-1].link == f"/sessions/{second.id}"
        third = sessions_of(made["series"])[2]
        act(leader, "session.change", session=third.id, version=1, agenda="Only this time")
        act(leader, "session.cancel", session=sessions_of(made["series"])[3].id, version=1, why="Holiday")
        act(
            leader,
            "series.change",
            series=made["series"],
            version=1,
            begins_local="2026-12-04T19:00",
            agenda="New",
            why="Daniel's new hours",
        )
    assert [write_local(local_of(r.starts_at, r.time_zone)) for r in sessions_of(made["series"])] == [
        "2026-12-04T19:00",
        "2026-12-09T10:00",
        "2026-12-18T19:00",
        "2026-12-24T18:00",
        "2027-01-01T19:00",
    ]
    rows = sessions_of(made["series"])
    assert [row.agenda for row in rows] == ["New", "New", "Only this time", "New", "New"]
    assert [row.state for row in rows] == ["planned", "planned", "planned", "cancelled", "planned"]
    assert [row.id for row in rows][1] == second.id
    assert rows[0].why == "Daniel's new hours"
    assert rows[1].why == "The room is taken"
    series = Series.objects.get()
    assert (series.rrule, series.version) == ("FREQ=WEEKLY;BYDAY=FR;COUNT=5", 2)


def test_a_change_counts_from_the_session_that_was_named() -> None:
    with at(MONDAY):
        group = given_group()
        leader = leader_of(group)
        made = given_series(group, rrule="FREQ=WEEKLY;BYDAY=TH;COUNT=4")
        before = sessions_of(made["series"])
        change = {
            "series": made["series"],
            "from": before[2].id,
            "begins_local": "2026-12-17T20:00",
            "minutes": 60,
        }
        act(leader, "series.change", version=1, **change)
    assert walls(made["series"]) == [
        "2026-12-03T18:00",
        "2026-12-10T18:00",
        "2026-12-17T20:00",
        "2026-12-24T20:00",
    ]
    rows = sessions_of(made["series"])
    assert [row.id for row in rows] == [row.id for row in before], "calendars follow the same entries"
    assert [row.sequence for row in rows] == [0, 0, 1, 1]
    assert [(row.ends_at - row.starts_at).seconds // 60 for row in rows] == [90, 90, 60, 60]


def test_a_change_by_which_they_meet_less_often_calls_off_the_rest() -> None:
    with at(MONDAY):
        group = given_group()
        made = given_series(group)
        act(
            leader_of(group),
            "series.change",
            series=made["series"],
            version=1,
            rrule="FREQ=WEEKLY;INTERVAL=2;BYDAY=TH;COUNT=3",
        )
    assert walls(made["series"]) == ["2026-12-03T18:00", "2026-12-17T18:00", "2026-12-31T18:00"]
    assert Session.objects.filter(state="cancelled", slot=None).count() == 24
    with at(MONDAY):
        shown = Browser(leader_of(group)).get("/api/sessions").json()["sessions"]
    assert {row["state"] for row in shown[2:]} == {"planned"} or len(shown) < 10


def test_a_change_by_which_they_meet_more_often_makes_more() -> None:
    with at(MONDAY):
        group = given_group()
        made = given_series(group, rrule="FREQ=WEEKLY;BYDAY=TH;COUNT=2")
        act(
            leader_of(group),
            "series.change",
            series=made["series"],
            version=1,
            rrule="FREQ=WEEKLY;BYDAY=TU,TH;COUNT=4",
        )
    assert walls(made["series"]) == [
        "2026-12-03T18:00",
        "2026-12-08T18:00",
        "2026-12-10T18:00",
        "2026-12-15T18:00",
    ]


def test_the_zone_of_a_series_can_change() -> None:
    with at(MONDAY):
        group = given_group()
        made = given_series(group)
        act(leader_of(group), "series.change", series=made["series"], version=1, time_zone="America/New_York")
    rows = sessions_of(made["series"])
    assert {write_local(local_of(row.starts_at, "America/New_York"))[-5:] for row in rows} == {"18:00"}


def test_ending_a_series_from_now_and_from_later() -> None:
    with at(MONDAY):
        group = given_group()
        member, leader = given_member(group).person, leader_of(group)
        made = given_series(group)
        third = sessions_of(made["series"])[2]
        answer = act(
            leader, "series.end", series=made["series"], version=1, why="Summer", **{"from": third.id}
        )
        assert answer["sessions"] == 2
        assert Series.objects.get().rrule.endswith("UNTIL=20261210T180000")
        make_sessions.call()
        assert walls(made["series"]) == ["2026-12-03T18:00", "2026-12-10T18:00"]
        assert outcome_of(leader, "series.end", series=made["series"], version=1) == "stale"
        act(leader, "series.end", series=made["series"], version=2, why="Done")
        assert walls(made["series"]) == []
        assert outcome_of(leader, "series.change", series=made["series"], version=3, title="x") == "closed"
        assert [notice.kind for notice in told(member)] == ["session.changed"]
        page = Browser(member).get(f"/api/groups/{group.id}/sessions").json()
    assert page["series"] == []
    assert {row["state"] for row in page["sessions"]} == {"cancelled"}
    assert len(page["sessions"]) == 2, "what lies far ahead of an ended series is no news"


def test_what_has_begun_or_is_over_keeps_its_time() -> None:
    with at(MONDAY):
        group = given_group()
        leader = leader_of(group)
        session = given_session(group)
        move = {"session": session.id, "starts_local": "2026-12-05T18:00"}
        assert outcome_of(leader, "session.move", version=7, **move) == "stale"
        assert (
            outcome_of(leader, "session.move", version=1, **{**move, "starts_local": "2026-11-01T18:00"})
            == "invalid"
        )
        live = move_on(session, "arrive", "live")
        assert outcome_of(leader, "session.move", version=live.version, **move) == "closed"
        assert outcome_of(leader, "session.cancel", session=session.id, version=live.version) == "closed"
        other = given_session(group)
    with at(MONDAY + timedelta(days=10)):
        assert (
            outcome_of(
                leader,
                "session.move",
                version=1,
                **{**move, "session": other.id, "starts_local": "2026-12-20T18:00"},
            )
            == "closed"
        )
        assert outcome_of(leader, "session.cancel", session=other.id, version=1) == "closed"
        assert outcome_of(leader, "session.change", session=other.id, version=1, agenda="What we did") == "ok"


def test_a_cancelled_session_stays_so() -> None:
    with at(MONDAY):
        group = given_group()
        leader = leader_of(group)
        session = given_session(group)
        done = act(leader, "session.cancel", session=session.id, version=1, why="Snow")
        assert (done["state"], done["version"]) == ("cancelled", 2)
        for command, data in (
            ("session.move", {"starts_local": "2026-12-05T18:00"}),
            ("session.change", {"title": "x"}),
            ("session.cancel", {}),
        ):
            assert outcome_of(leader, command, session=session.id, version=2, **data) == "closed"
        assert (
            outcome_of(leader, "session.rhythm", session=session.id, version=2, rhythm="arrive") == "closed"
        )


def test_only_place_and_link_are_news() -> None:
    with at(MONDAY):
        group = given_group()
        member, leader = given_member(group).person, leader_of(group)
        session = given_session(group)
        first = told(member)
        act(leader, "session.change", session=session.id, version=1, agenda="# Sleep\n<script>x</script>")
        assert told(member) == first
        act(leader, "session.change", session=session.id, version=2, link="https://meet.example.org/a")
        assert [notice.id for notice in told(member)] != [notice.id for notice in first]
        page = Browser(member).get(f"/api/sessions/{session.id}").json()
    assert page["agenda_html"] == "<h3>Sleep</h3>\n<p>&lt;script&gt;x&lt;/script&gt;</p>"
    assert page["agenda"] == "", "the source is for who changes it"


def test_closing_a_group_calls_off_what_it_had_ahead() -> None:
    with at(MONDAY):
        group = given_group()
        member, leader = given_member(group).person, leader_of(group)
        given_series(group)
        given_session(group)
        act(leader, "group.close", group=group.id)
        make_sessions.call()
        assert not Session.objects.filter(state="planned").exists()
        assert told(member) == []
        data = {
            "group": group.id,
            "starts_local": "2026-12-03T18:00",
            "time_zone": "Europe/Berlin",
            "title": "x",
        }
        assert outcome_of(leader, "session.plan", **data) == "closed"


def test_lists_hold_one_s_own_in_the_order_of_time() -> None:
    with at(MONDAY):
        group = given_group(name="Circle")
        member = given_member(group).person
        given_session(group, begins="2026-12-20T18:00")
        given_session(group, begins="2026-12-01T18:00")
        given_session(given_group())
        rows = Browser(member).get("/api/sessions").json()["sessions"]
        assert [row["starts_at"][:10] for row in rows] == ["2026-12-01", "2026-12-20"]
        assert (rows[0]["group_name"], rows[0]["you_lead"], rows[0]["with"]) == ("Circle", False, None)
        few = Browser(member).get(
            "/api/sessions", **{"from": "2026-12-02T00:00:00Z", "until": "2026-12-30T00:00:00Z"}
        )
        assert [row["starts_at"][:10] for row in few.json()["sessions"]] == ["2026-12-20"]
    with at(datetime.fromisoformat("2026-12-10T00:00:00+00:00")):
        path = f"/api/groups/{group.id}/sessions"
        past = Browser(member).get(path, past="true").json()["sessions"]
        ahead = Browser(member).get(path).json()["sessions"]
    assert [row["starts_at"][:10] for row in past + ahead] == ["2026-12-01", "2026-12-20"]


@pytest.mark.parametrize("name", ["from", "until"])
@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00", "soon"])
def test_moments_out_of_reach_are_refused(name: str, moment: str) -> None:
    browser = Browser(given_member(given_group()).person)
    assert browser.client.get(f"/api/sessions?{name}={moment}").status_code == 422


def test_newcomers_of_a_group_that_hides_its_past_do_not_see_it() -> None:
    with at(MONDAY):
        group = given_group(newcomers_see="from_joining")
        old = given_session(group)
    with at(MONDAY + timedelta(days=7)):
        early = given_member(group).person
        browser = Browser(early)
        assert browser.get(f"/api/sessions/{old.id}").status_code == 404
        assert browser.get(f"/api/groups/{group.id}/sessions", past="true").json()["sessions"] == []
        assert Browser(leader_of(group)).get(f"/api/sessions/{old.id}").status_code == 200
