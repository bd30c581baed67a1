"""Things to do between sessions: given, written in private, handed in, answered, and told of once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from accounts.models import Practice
from community.jobs import remind_of_due
from community.models import Assignment, Membership, Session, Submission
from community.queries.assignments import assignments_of, list_assignments, read_assignment
from hearthside.clock import now
from hearthside.models import LogEvent
from notify.models import Notice
from tests.community.given_assignments import given_assignment, given_client_of, hand_in, page_of, write
from tests.community.test_query_counts import statements
from tests.given import (
    Browser,
    Circle,
    act,
    given_circle,
    given_ended,
    given_member,
    given_person,
    outcome_of,
    problem_of,
)

pytestmark = pytest.mark.django_db
OUTSIDE = ("other group's member", "former member", "removed", "admin")


@pytest.fixture
def circle() -> Circle:
    """A group with somebody of every standing."""
    return given_circle()


def notices(person: Any, kind: str) -> list[Notice]:
    """The notices of a kind that somebody has, and that still are true."""
    return list(Notice.objects.filter(person=person, kind=kind, withdrawn_at=None))


def member_of(circle: Circle, who: str) -> Membership:
    """Somebody's membership."""
    return Membership.objects.select_related("person", "group").get(pk=circle.member_id(who))


# The whole way


def test_from_giving_to_answered(circle: Circle) -> None:
    leader, member = circle.people["facilitator"], circle.people["member"]
    given = given_assignment(circle.group)
    line = Browser(member).get("/api/assignments").json()["own"][0]
    assert (line["state"], line["late"], line["by_name"]) == (
        "open",
        False,
        member_of(circle, "facilitator").name,
    )
    assert [notice.link for notice in notices(member, "assignment.given")] == [f"/assignments/{given.pk}"]
    assert write(member, given, "I *went*") == 2
    assert page_of(member, given).json()["own"]["state"] == "working"
    act(member, "homework.hand_in", assignment=given.pk, version=2)
    page = page_of(leader, given).json()
    row = next(row for row in page["subs"] if row["words"])
    assert (row["state"], row["html"]) == ("handed_in", "<p>I <em>went</em></p>")
    assert len(notices(leader, "assignment.handed_in")) == 1
    answer = act(leader, "homework.answer", submission=row["id"], words="Where to?", revise=True)
    assert answer["state"] == "working"
    assert notices(leader, "assignment.handed_in") == [], "it waits for nobody any more"
    own = page_of(member, given).json()["own"]
    assert (own["state"], own["answers"][0]["words"], own["answers"][0]["revise"]) == (
        "revise",
        "Where to?",
        True,
    )
    hand_in(member, given, "I went to the river.")
    act(leader, "homework.answer", submission=row["id"], words="Thank you.")
    own = page_of(member, given).json()["own"]
    assert own["state"] == "answered"
    assert [each["words"] for each in own["answers"]] == ["Where to?", "Thank you."]
    assert len(notices(member, "assignment.answered")) == 2


def test_nobody_reads_what_is_being_written(circle: Circle) -> None:
    leader, member, peer = (circle.people[who] for who in ("facilitator", "member", "peer"))
    given = given_assignment(circle.group)
    fresh = page_of(leader, given).json()
    write(member, given, "not yet")
    assert page_of(leader, given).json() == fresh, "not even that somebody has begun"
    row = Submission.objects.get(assignment=given, person=member)
    data = {"submission": row.pk, "words": "Hm."}
    absent = problem_of(leader, "homework.answer", submission=uuid4(), words="Hm.")
    assert problem_of(leader, "homework.answer", **data) == absent
    hand_in(member, given, "now it is")
    write_more = outcome_of(member, "homework.save", assignment=given.pk, version=4, words="more")
    assert write_more == "closed"
    act(member, "homework.reopen", assignment=given.pk)
    assert "now it is" not in page_of(leader, given).content.decode()
    assert notices(leader, "assignment.handed_in") == []
    hand_in(member, given, "third time")
    assert len(notices(leader, "assignment.handed_in")) == 1, "handed in anew is told anew"
    page = page_of(peer, given).json()
    assert page["subs"] == []
    assert "third time" not in str(page)
    assert outcome_of(peer, "homework.answer", **data) == "not_found"
    act(leader, "homework.answer", **data)
    assert outcome_of(member, "homework.reopen", assignment=given.pk) == "closed"


def test_another_device_was_ahead(circle: Circle) -> None:
    member = circle.people["member"]
    given = given_assignment(circle.group)
    write(member, given, "from the phone")
    stale = problem_of(member, "homework.save", assignment=given.pk, version=1, words="from the desk")
    assert (stale["type"], stale["current"]["words"], stale["current"]["version"]) == (
        "stale",
        "from the phone",
        2,
    )
    assert problem_of(member, "homework.hand_in", assignment=given.pk, version=1)["type"] == "stale"
    assert Submission.objects.get(assignment=given, person=member).words == "from the phone"
    assert outcome_of(circle.people["peer"], "homework.hand_in", assignment=given.pk, version=1) == "invalid"


def test_who_does_what(circle: Circle) -> None:
    given = given_assignment(circle.group)
    row = hand_in(circle.people["member"], given)
    table: dict[str, tuple[dict[str, Any], tuple[str, str, str]]] = {
        "assignment.give": ({"group": circle.group.id, "title": "x"}, ("ok", "denied", "denied")),
        "assignment.change": (
            {"assignment": given.pk, "version": 1, "title": "y"},
            ("ok", "denied", "denied"),
        ),
        "homework.save": ({"assignment": given.pk, "version": 1, "words": "z"}, ("denied", "closed", "ok")),
        "homework.answer": ({"submission": row.pk, "words": "w"}, ("ok", "not_found", "not_found")),
        "homework.reopen": ({"assignment": given.pk}, ("denied", "closed", "ok")),
        "homework.hand_in": ({"assignment": given.pk, "version": 2}, ("denied", "closed", "ok")),
        "assignment.take_back": ({"assignment": given.pk}, ("ok", "denied", "denied")),
    }
    for command, (data, wanted) in table.items():
        nowhere: dict[str, Any] = {
            name: uuid4() for name in ("group", "assignment", "submission") if name in data
        }
        absent = problem_of(circle.people["facilitator"], command, **{**data, **nowhere})
        assert absent["type"] == "not_found", command
        for who in OUTSIDE:
            assert problem_of(circle.people[who], command, **data) == absent, (command, who)
        order = ("peer", "member", "facilitator")
        found = {who: outcome_of(circle.people[who], command, **data) for who in order}
        assert (found["facilitator"], found["member"], found["peer"]) == wanted, command


def test_who_reads_it(circle: Circle) -> None:
    given = given_assignment(circle.group, members=[circle.member_id("member")])
    absent = page_of(circle.people["member"], uuid4())
    assert absent.status_code == 404
    for who in ("facilitator", "member"):
        assert page_of(circle.people[who], given).status_code == 200
    for who in (*OUTSIDE, "peer"):
        answer = page_of(circle.people[who], given)
        assert (answer.status_code, answer.content) == (404, absent.content), who
        lists = Browser(circle.people[who]).get("/api/assignments").json()
        assert (lists["own"], lists["given"]) == ([], []), who
    assert Browser().get("/api/assignments").status_code == 401


# To whom


def test_all_are_those_who_are_there_now(circle: Circle) -> None:
    given = given_assignment(circle.group)
    late = given_member(circle.group)
    rows = {row.person_id for row in Submission.objects.filter(assignment=given)}
    assert rows == {circle.people["member"].pk, circle.people["peer"].pk}
    assert page_of(late.person, given).status_code == 404
    assert notices(late.person, "assignment.given") == []
    for members in ([], [circle.member_id("facilitator")], [circle.member_id("removed")], [uuid4()]):
        data = {"group": circle.group.id, "title": "x", "members": members}
        assert outcome_of(circle.people["facilitator"], "assignment.give", **data) == "invalid"
    given_ended(member_of(circle, "peer"), "left")
    assert page_of(circle.people["peer"], given).status_code == 404


def test_a_therapist_gives_to_their_client_as_long_as_they_are() -> None:
    therapist, other, admin = (given_person(role) for role in ("facilitator", "facilitator", "admin"))
    client = given_person()
    data = {"client": client.pk, "title": "Sleep diary"}
    assert outcome_of(therapist, "assignment.give", **data) == "not_found"
    given_client_of(therapist, client, admin)
    given = Assignment.objects.get(pk=act(therapist, "assignment.give", **data)["id"])
    assert outcome_of(other, "assignment.give", **data) == "not_found"
    assert outcome_of(admin, "assignment.give", **data) == "not_found"
    assert outcome_of(therapist, "assignment.give", title="x") == "invalid"
    row = hand_in(client, given, "Slept badly")
    line = Browser(therapist).get("/api/assignments").json()["given"][0]
    assert (line["client_name"], line["given"], line["handed_in"], line["waiting"]) == (client.name, 1, 1, 1)
    assert page_of(therapist, given).json()["subs"][0]["words"] == "Slept badly"
    for who in (other, admin):
        assert page_of(who, given).status_code == 404
        assert outcome_of(who, "homework.answer", submission=row.pk, words="x") == "not_found"
    act(admin, "client.unassign", client=client.pk, therapist=therapist.pk)
    assert page_of(therapist, given).status_code == 404
    assert outcome_of(therapist, "homework.answer", submission=row.pk, words="x") == "not_found"
    assert page_of(client, given).json()["own"]["words"] == "Slept badly"


def test_a_therapist_is_told_of_what_is_handed_in_only_while_they_treat_the_client() -> None:
    therapist, client, admin = given_person("facilitator"), given_person(), given_person("admin")
    given_client_of(therapist, client, admin)
    first, second = (
        Assignment.objects.get(
            pk=act(therapist, "assignment.give", client=client.pk, title=title, words="x")["id"]
        )
        for title in ("Sleep diary", "A walk")
    )
    hand_in(client, first)
    assert [notice.link for notice in notices(therapist, "assignment.handed_in")] == [
        f"/assignments/{first.pk}"
    ]
    act(admin, "client.unassign", client=client.pk, therapist=therapist.pk)
    told = notices(therapist, "assignment.handed_in")
    heard = LogEvent.objects.filter(stream=therapist.stream, type="assignment.changed").count()
    hand_in(client, second)
    act(client, "homework.reopen", assignment=second.pk)
    assert notices(therapist, "assignment.handed_in") == told
    assert LogEvent.objects.filter(stream=therapist.stream, type="assignment.changed").count() == heard > 0
    given_client_of(therapist, client, admin)
    hand_in(client, second)
    assert len(notices(therapist, "assignment.handed_in")) == len(told) + 1


def test_an_answer_is_not_told_to_who_has_left(circle: Circle) -> None:
    leader = circle.people["facilitator"]
    given = given_assignment(circle.group)
    rows = {who: hand_in(circle.people[who], given) for who in ("member", "peer")}
    given_ended(member_of(circle, "peer"), "left")
    told = LogEvent.objects.filter(stream=circle.people["peer"].stream)
    before = told.count()
    for row in rows.values():
        act(leader, "homework.answer", submission=row.pk, words="Thank you")
    assert notices(circle.people["peer"], "assignment.answered") == []
    assert told.count() == before
    assert len(notices(circle.people["member"], "assignment.answered")) == 1


def test_a_closed_group_reads_only(circle: Circle) -> None:
    given = given_assignment(circle.group)
    write(circle.people["member"], given, "half")
    act(circle.people["facilitator"], "group.close", group=circle.group.id)
    assert page_of(circle.people["member"], given).json()["may"] == []
    for who, command, data in (
        ("member", "homework.save", {"version": 2, "words": "x"}),
        ("facilitator", "assignment.change", {"version": 1, "title": "x"}),
    ):
        assert outcome_of(circle.people[who], command, assignment=given.pk, **data) == "closed"


# When


def test_the_due_time_is_the_practice_s_clock(circle: Circle) -> None:
    Practice.objects.update_or_create(pk=1, defaults={"name": "Practice", "time_zone": "Europe/Vienna"})
    for local in ("2027-03-27T18:00", "2027-03-28T18:00"):  # the clocks change in the night between
        due = given_assignment(circle.group, due_local=local).due_at
        assert due is not None
        assert due.astimezone(ZoneInfo("Europe/Vienna")).strftime("%Y-%m-%dT%H:%M") == local
    for wrong in ("soon", "2027-03-28T18:00Z", "1066-01-01T00:00"):
        data = {"group": circle.group.id, "title": "x", "due_local": wrong}
        assert outcome_of(circle.people["facilitator"], "assignment.give", **data) == "invalid", wrong


def local_in(**more: Any) -> str:
    """The practice's wall clock after a while (its zone is UTC here)."""
    return (now() + timedelta(**more)).strftime("%Y-%m-%dT%H:%M")


def test_a_day_before_exactly_once(circle: Circle, moved: Any) -> None:
    member, peer = circle.people["member"], circle.people["peer"]
    given = given_assignment(circle.group, due_local=local_in(days=3))
    hand_in(peer, given)
    remind_of_due.call()
    assert notices(member, "assignment.due") == []
    moved(2 * 86_400 + 600)
    for _ in range(3):
        remind_of_due.call()
    assert [notice.link for notice in notices(member, "assignment.due")] == [f"/assignments/{given.pk}"]
    assert notices(peer, "assignment.due") == [], "it is handed in"
    moved(4 * 86_400)
    remind_of_due.call()
    assert Notice.objects.filter(kind="assignment.due").count() == 1
    line = Browser(member).get("/api/assignments").json()["own"][0]
    assert line["late"]
    shown = str(page_of(circle.people["facilitator"], given).json()["subs"]) + str(
        Browser(circle.people["facilitator"]).get("/api/assignments").json()["given"]
    )
    assert "late" not in shown, "no flag and no count for the staff"
    assert hand_in(member, given).state == "handed_in", "late is welcome"


def test_moved_and_taken_back_leave_no_old_reminder(circle: Circle, moved: Any) -> None:
    leader, member = circle.people["facilitator"], circle.people["member"]
    given = given_assignment(circle.group, due_local=local_in(hours=30))
    moved(7 * 3600)
    remind_of_due.call()
    assert len(notices(member, "assignment.due")) == 1
    later = local_in(days=5)
    act(leader, "assignment.change", assignment=given.pk, version=1, due_local=later)
    assert notices(member, "assignment.due") == []
    remind_of_due.call()
    assert notices(member, "assignment.due") == []
    moved(5 * 86_400)
    remind_of_due.call()
    assert len(notices(member, "assignment.due")) == 1
    hand_in(circle.people["peer"], given)
    act(leader, "assignment.take_back", assignment=given.pk)
    assert not Notice.objects.filter(withdrawn_at=None, key__startswith="assignment:").exists()
    moved(6 * 86_400)
    remind_of_due.call()
    assert not Notice.objects.filter(withdrawn_at=None, key__startswith="assignment:").exists()


def test_given_for_tomorrow_needs_no_reminder(circle: Circle) -> None:
    given_assignment(circle.group, due_local=local_in(hours=5))
    remind_of_due.call()
    assert not Notice.objects.filter(kind="assignment.due").exists()


def test_taken_back_vanishes_but_not_what_somebody_wrote(circle: Circle) -> None:
    given = given_assignment(circle.group)
    write(circle.people["member"], given, "my words")
    act(circle.people["facilitator"], "assignment.take_back", assignment=given.pk)
    assert page_of(circle.people["peer"], given).status_code == 404
    page = page_of(circle.people["member"], given).json()
    assert (page["taken_back"], page["own"]["words"], page["may"]) == (True, "my words", [])
    assert (
        outcome_of(circle.people["member"], "homework.save", assignment=given.pk, version=2, words="")
        == "closed"
    )


def test_notices_tell_nothing(circle: Circle) -> None:
    given = given_assignment(circle.group, title="Canary title", words="canary words")
    hand_in(circle.people["member"], given, "canary answer")
    for notice in Notice.objects.all():
        assert "anary" not in f"{notice.key} {notice.link} {notice.kind}"


def test_what_concerns_a_member_of_a_session(circle: Circle) -> None:
    member = member_of(circle, "member")
    begins = datetime(2026, 12, 3, 18, tzinfo=UTC)
    session = Session.objects.create(
        group=circle.group, starts_at=begins, ends_at=begins + timedelta(hours=1), time_zone="UTC"
    )
    mine = given_assignment(circle.group, session=session.pk, members=[member.pk], title="With it")
    given_assignment(circle.group, members=[circle.member_id("peer")], title="Another's")
    given_assignment(circle.group, due_local="2026-12-10T18:00", title="After it")
    found = assignments_of(member, session)
    assert [(row["title"], row["state"]) for row in found] == [("After it", "open"), ("With it", "open")]
    act(circle.people["facilitator"], "assignment.take_back", assignment=mine.pk)
    assert [row["title"] for row in assignments_of(member, session)] == ["After it"]
    elsewhere = given_circle()
    wrong = {"group": elsewhere.group.id, "title": "x", "session": session.pk}
    assert outcome_of(elsewhere.people["facilitator"], "assignment.give", **wrong) == "invalid"


def test_lists_do_not_grow_with_what_is_there(circle: Circle) -> None:
    leader, member = circle.people["facilitator"], circle.people["member"]
    given = given_assignment(circle.group)

    def counts() -> list[int]:
        return [
            statements(lambda: list_assignments(member)),
            statements(lambda: list_assignments(leader)),
            statements(lambda: read_assignment(leader, given.pk)),
        ]

    few = counts()
    hand_in(given_member(circle.group).person, given_assignment(circle.group))
    hand_in(member, given)
    assert counts() == few
    assert max(few) <= 12
