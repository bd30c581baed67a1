"""The notice centre: one row for one thing, read on one device and so on all, and nobody else's."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hearthside import clock
from hearthside.models import LogEvent
from notify.kinds import KINDS
from notify.models import Delivery, Notice
from tests.given import Browser, act, given_group, given_member, given_person, leader_of, outcome_of
from tests.notify.given import given_notice, given_notices, withdraw

pytestmark = pytest.mark.django_db


def centre(person: Any, **params: Any) -> dict[str, Any]:
    answer = Browser(person).get("/api/notices", **params)
    assert answer.status_code == 200
    return dict(answer.json())


def heard(person: Any) -> int:
    return LogEvent.objects.filter(stream=person.stream, type="notices.changed").count()


def test_a_notice_is_there_with_its_link_and_name() -> None:
    ann = given_person()
    notice = given_notice(ann, "resource.shared", about="Sleep diary", link="/resources/7")
    row = centre(ann)["notices"][0]
    assert row == {
        "id": str(notice.id),
        "kind": "resource.shared",
        "about": "Sleep diary",
        "link": "/resources/7",
        "at": row["at"],
        "read": False,
    }
    assert centre(ann)["unread"] == 1
    assert heard(ann) == 1


def test_the_same_thing_is_told_once() -> None:
    ann, ben = given_person(), given_person()
    given_notice(ann, key="summary:1")
    again = given_notices([ann, ben], key="summary:1")
    assert [notice.person_id for notice in again] == [ben.pk]
    assert (len(centre(ann)["notices"]), len(centre(ben)["notices"])) == (1, 1)
    assert Delivery.objects.count() == 4


def test_somebody_whose_account_is_closed_gets_none() -> None:
    gone = given_person(active=False)
    assert given_notices([gone]) == []


def test_reading_on_one_device_reads_on_all() -> None:
    ann = given_person()
    notice = given_notice(ann)
    phone, desk = Browser(ann), Browser(ann)
    assert phone.command("notice.read", id=notice.id).json()["id"] == str(notice.id)
    assert desk.get("/api/notices").json()["unread"] == 0
    assert heard(ann) == 2
    assert phone.command("notice.read", id=notice.id).status_code == 200
    assert heard(ann) == 2, "read is read: nobody is told again"


def test_reading_all() -> None:
    ann, ben = given_person(), given_person()
    for _ in range(3):
        given_notices([ann, ben])
    assert act(ann, "notice.read_all")["read"] == 3
    assert act(ann, "notice.read_all")["read"] == 0
    assert (centre(ann)["unread"], centre(ben)["unread"]) == (0, 3)


def test_another_persons_notice_and_one_that_is_not_there_answer_the_same() -> None:
    ann, ben = given_person(), given_person("admin")
    notice = given_notice(ann)
    answers = {}
    for what, notice_id in {"foreign": notice.id, "absent": uuid.uuid4()}.items():
        browser = Browser(ben)
        read = browser.command("notice.read", id=notice_id)
        page = browser.get("/api/notices", before=str(notice_id))
        answers[what] = (read.status_code, read.json(), page.status_code, page.json())
    assert answers["foreign"] == answers["absent"]
    assert answers["foreign"][0] == answers["foreign"][2] == 404
    assert centre(ann)["unread"] == 1
    assert outcome_of(ann, "notice.read", id=notice.id) == "ok"


def test_what_is_no_longer_true_is_not_shown() -> None:
    ann = given_person()
    notice = given_notice(ann, key="session:9:24h")
    withdraw("session:9:24h", ann)
    assert centre(ann) == {"notices": [], "unread": 0, "more": False}
    assert outcome_of(ann, "notice.read", id=notice.id) == "not_found"


def test_pages_follow_each_other() -> None:
    ann = given_person()
    made = [given_notice(ann).id for _ in range(7)]
    found: list[str] = []
    params: dict[str, Any] = {"limit": 3}
    while True:
        page = centre(ann, **params)
        assert page["unread"] == 7
        found += [row["id"] for row in page["notices"]]
        if not page["more"]:
            break
        params["before"] = found[-1]
    assert found == [str(one) for one in reversed(made)]


@pytest.mark.parametrize("params", [{"limit": -1}, {"limit": 101}, {"before": "x"}, {"limit": "many"}])
def test_odd_questions_are_refused(params: dict[str, Any]) -> None:
    assert Browser(given_person()).get("/api/notices", **params).status_code == 422


def test_a_bell_asks_for_the_count_alone() -> None:
    ann = given_person()
    for _ in range(2):
        given_notice(ann)
    assert centre(ann, limit=0) == {"notices": [], "unread": 2, "more": True}


def test_signed_out_sees_nothing() -> None:
    for path in ("/api/notices", "/api/notices/choices", "/api/notices/log", "/api/notices/doubts"):
        assert Browser().get(path).status_code == 401


def test_as_many_queries_for_many_notices_as_for_few() -> None:
    counts = []
    for many in (2, 40):
        ann = given_person()
        for _ in range(many):
            given_notice(ann)
        browser = Browser(ann)
        found = []
        for path in ("/api/notices", "/api/notices/choices", "/api/notices/log"):
            browser.get(path)
            with CaptureQueriesContext(
                connection,
            ) as seen:
                browser.get(path, **({"limit": 100} if path == "/api/notices" else {}))
            found.append(len(seen))
        counts.append(found)
    assert counts[0] == counts[1]


def test_giving_costs_little_more_for_many_people() -> None:
    def cost(people: int) -> int:
        wanted = [given_person() for _ in range(people)]
        with CaptureQueriesContext(connection) as seen:
            given_notices(wanted)
        return len(seen)

    few, many = cost(2), cost(12)
    assert many - few <= 10 * 3, "three statements a person: their stream, its number, the event's row"


def test_after_ninety_days_it_is_gone(moved: Any) -> None:
    from notify.jobs import forget_old

    ann = given_person()
    old = given_notice(ann)
    moved(timedelta(days=89).total_seconds())
    young = given_notice(ann)
    forget_old.call()
    assert Notice.objects.count() == 2
    moved(timedelta(days=91).total_seconds())
    forget_old.call()
    assert list(Notice.objects.all()) == [young]
    assert not Delivery.objects.filter(notice_id=old.id).exists()
    assert clock.now() > young.at


@pytest.mark.parametrize("goes", ["leaves", "is removed"])
def test_who_is_in_a_group_no_more_has_no_notices_of_it(goes: str) -> None:
    group, other = given_group(), given_group()
    gone, stays = given_member(group), given_member(group)
    of_group = [kind.name for kind in KINDS.values() if not kind.urgent]
    for kind in of_group:
        given_notices([gone.person, stays.person], kind, group=group.id)
    given_notices([gone.person], "assignment.given", group=other.id)
    given_notices([gone.person], "appointment.asked")
    call = given_notice(gone.person, "care.called", group=group.id)
    if goes == "leaves":
        act(gone.person, "group.leave", group=group.id)
    else:
        act(leader_of(group), "member.remove", group=group.id, member=gone.id)
    left = Browser(gone.person).get("/api/notices").json()["notices"]
    assert {row["kind"] for row in left} == {"assignment.given", "appointment.asked", "care.called"}
    assert len(left) == 3
    assert len(Browser(stays.person).get("/api/notices").json()["notices"]) == len(of_group)
    call.refresh_from_db()
    assert call.withdrawn_at is None, "a call is ended by who looks after it"
