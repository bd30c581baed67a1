"""Every door of summaries: who may, and absent and foreign that cannot be told apart."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from community.models import Membership, Session, Summary
from hearthside.clock import now
from tests.community.given_summaries import PLAIN, Evening, given_evening, given_session, given_words, mark
from tests.given import (
    OUTSIDERS,
    Browser,
    Circle,
    act,
    given_circle,
    given_topic,
    leader_of,
    outcome_of,
    problem_of,
)

pytestmark = pytest.mark.django_db
SAID = "I walked by the sea on Sunday morning."


def given_standings(*, out: bool) -> tuple[Evening, Circle, dict[str, Any]]:
    """A summary in a group with somebody of every standing; `member` wrote, `peer` was absent."""
    circle = given_circle()
    lead = leader_of(circle.group)
    topic = given_topic(circle.group, lead, title="Live room")
    session = given_session(circle.group, topic)
    member = Membership.objects.get(id=circle.member_id("member"))
    peer = Membership.objects.get(id=circle.member_id("peer"))
    mark(session, member, "present")
    mark(session, peer, "absent")
    post = given_words(topic, member, SAID)
    evening = Evening(circle.group, session, topic, lead, [member], [peer])
    evening.draft()
    asked = act(lead, "quote.ask", session=session.id, post=post.id, sentence=SAID)
    if out:
        evening.published()
    return evening, circle, {"post": post.id, "quote": asked["quote"]}


def data_of(evening: Evening, ids: dict[str, Any], command: str) -> dict[str, Any]:
    """Data that fits a command."""
    summary = evening.summary()
    at = {"summary": summary.id, "version": summary.version}
    table: dict[str, dict[str, Any]] = {
        "summary.draft": {"session": evening.session.id},
        "summary.save": {**at, "sections": PLAIN},
        "summary.approve": at,
        "summary.publish": at,
        "summary.correct": {**at, "sections": PLAIN},
        "summary.withdraw": at,
        "summary.read": {"summary": summary.id},
        "summary.share_reading": {"summary": summary.id, "on": True},
        "quote.ask": {"session": evening.session.id, "post": ids["post"], "sentence": SAID},
        "quote.answer": {"quote": ids["quote"], "yes": True},
    }
    return table[command]


# command: what the facilitator, the member who came and the one who did not are answered before it is out, and after
TABLE = {
    "summary.draft": (("ok", "denied", "denied"), ("ok", "denied", "denied")),
    "summary.save": (("ok", "not_found", "not_found"), ("ok", "denied", "denied")),
    "summary.approve": (("summary_blocked", "not_found", "not_found"), ("closed", "denied", "denied")),
    "summary.publish": (("closed", "not_found", "not_found"), ("ok", "denied", "denied")),
    "summary.correct": (("closed", "not_found", "not_found"), ("ok", "denied", "denied")),
    "summary.withdraw": (("ok", "not_found", "not_found"), ("ok", "denied", "denied")),
    "summary.read": (("not_found", "not_found", "not_found"), ("ok", "ok", "ok")),
    "summary.share_reading": (("not_found", "not_found", "not_found"), ("not_found", "not_found", "ok")),
    "quote.ask": (("ok", "denied", "denied"), ("ok", "denied", "denied")),
    "quote.answer": (("not_found", "ok", "not_found"), ("not_found", "ok", "not_found")),
}


@pytest.mark.parametrize("out", [False, True], ids=["before it is out", "when it is out"])
@pytest.mark.parametrize("command", TABLE)
def test_commands(command: str, out: bool) -> None:
    evening, circle, ids = given_standings(out=out)
    if command == "summary.approve" and not out:
        Summary.objects.filter(id=evening.summary().id).update(state="draft")
        evening.save([{**PLAIN[0], "text": SAID}])
    found = {}
    for who in ("peer", "member", "facilitator"):
        found[who] = outcome_of(circle.people[who], command, **data_of(evening, ids, command))
    assert (found["facilitator"], found["member"], found["peer"]) == TABLE[command][out]


@pytest.mark.parametrize("command", TABLE)
def test_outside_the_group_everything_is_absent(command: str) -> None:
    evening, circle, ids = given_standings(out=True)
    data = data_of(evening, ids, command)
    nowhere: dict[str, Any] = {
        name: uuid4() for name in ("summary", "session", "post", "quote") if name in data
    }
    absent = problem_of(circle.people["facilitator"], command, **{**data, **nowhere})
    assert absent["type"] == "not_found"
    for who in OUTSIDERS:
        assert problem_of(circle.people[who], command, **data) == absent, who
        assert problem_of(circle.people[who], command, **{**data, **nowhere}) == absent, who


# path: what the facilitator, the member who came and the one who did not are answered before it is out, and after
READS = {
    "/api/sessions/{session}/draft": ((200, 403, 403), (200, 403, 403)),
    "/api/sessions/{session}/preview": ((200, 403, 403), (200, 403, 403)),
    "/api/sessions/{session}/quotable": ((200, 403, 403), (200, 403, 403)),
    "/api/summaries/{summary}": ((404, 404, 404), (200, 200, 200)),
    "/api/summaries/{summary}/print": ((404, 404, 404), (200, 403, 403)),
}


@pytest.mark.parametrize("out", [False, True], ids=["before it is out", "when it is out"])
@pytest.mark.parametrize("path", READS)
def test_reads(path: str, out: bool) -> None:
    evening, circle, _ = given_standings(out=out)
    full = path.format(session=evening.session.id, summary=evening.summary().id)
    nowhere = path.format(session=uuid4(), summary=uuid4())
    absent = Browser(circle.people["facilitator"]).get(nowhere)
    assert absent.status_code == 404
    found = tuple(
        Browser(circle.people[who]).get(full).status_code for who in ("facilitator", "member", "peer")
    )
    assert found == READS[path][out]
    for who in OUTSIDERS:
        if who != "deactivated":
            answer = Browser(circle.people[who]).get(full)
            assert (answer.status_code, answer.content) == (404, absent.content), who
    for browser in (Browser(), Browser(circle.people["deactivated"])):
        assert browser.get(full).status_code == 401


def test_the_lists_hold_only_one_s_own() -> None:
    evening, circle, ids = given_standings(out=True)
    seen = {
        who: [row["id"] for row in Browser(circle.people[who]).get("/api/summaries").json()["summaries"]]
        for who in (
            "facilitator",
            "member",
            "peer",
            "other group's member",
            "former member",
            "removed",
            "admin",
        )
    }
    mine = [str(evening.summary().id)]
    assert seen == {
        "facilitator": mine,
        "member": mine,
        "peer": mine,
        "other group's member": [],
        "former member": [],
        "removed": [],
        "admin": [],
    }
    unread = {
        who: len(Browser(circle.people[who]).get("/api/summaries?unread=1").json()["summaries"])
        for who in ("facilitator", "member", "peer")
    }
    assert unread == {"facilitator": 0, "member": 0, "peer": 1}
    for who, quotes in (("member", [ids["quote"]]), ("peer", []), ("facilitator", [])):
        rows = Browser(circle.people[who]).get("/api/quotes").json()["quotes"]
        assert [row["id"] for row in rows] == quotes, who


def test_drafts_wait_for_facilitators_only() -> None:
    evening, circle, _ = given_standings(out=False)
    path = "/api/summaries?drafts=1"
    (row,) = Browser(evening.lead).get(path).json()["drafts"]
    assert (row["session"]["id"], row["state"], row["absent"]) == (str(evening.session.id), "draft", 1)
    assert Browser(circle.people["member"]).get(path).json()["drafts"] == []
    evening.published()
    assert Browser(evening.lead).get(path).json()["drafts"] == []


def test_who_joins_later_reads_what_is_of_their_time() -> None:
    evening, circle, _ = given_standings(out=True)
    later = circle.people["peer"]
    path = f"/api/summaries/{evening.summary().id}"
    assert Browser(later).get(path).status_code == 200
    Membership.objects.filter(person=later).update(visible_from=1, joined_at=now())
    assert Browser(later).get(path).status_code == 404
    assert outcome_of(later, "summary.read", summary=evening.summary().id) == "not_found"
    assert Browser(later).get("/api/summaries").json()["summaries"] == []
    Membership.objects.filter(person=later).update(joined_at=evening.session.ends_at - timedelta(minutes=1))
    assert Browser(later).get(path).status_code == 200


def test_who_joins_later_cannot_tell_an_earlier_session_from_none() -> None:
    evening, circle, _ = given_standings(out=False)
    member, session = circle.people["peer"], evening.session.id
    assert outcome_of(member, "summary.draft", session=session) == "denied"
    Membership.objects.filter(person=member).update(visible_from=1, joined_at=now())
    assert outcome_of(member, "summary.draft", session=session) == "not_found"
    for page in ("draft", "quotable"):
        answers = [Browser(member).get(f"/api/sessions/{key}/{page}") for key in (session, uuid4())]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].json() == answers[1].json()
    Membership.objects.filter(person=evening.lead).update(visible_from=1, joined_at=now())
    assert Browser(evening.lead).get(f"/api/sessions/{session}/draft").status_code == 200


def test_before_the_agreement_no_summary_is_read() -> None:
    evening, circle, _ = given_standings(out=True)
    person = circle.people["peer"]
    Membership.objects.filter(person=person).update(agreement_version=0)
    assert Browser(person).get(f"/api/summaries/{evening.summary().id}").status_code == 409
    assert outcome_of(person, "summary.read", summary=evening.summary().id) == "agreement_needed"
    assert Browser(person).get("/api/summaries").json()["summaries"] == []


def test_a_session_of_two_has_no_summary() -> None:
    circle = given_circle()
    lead, client = circle.people["facilitator"], circle.people["member"]
    session = Session.objects.create(
        therapist=lead,
        client=client,
        starts_at=now() - timedelta(hours=2),
        ends_at=now() - timedelta(hours=1),
        time_zone="UTC",
    )
    for person in (lead, client):
        assert outcome_of(person, "summary.draft", session=session.id) == "not_found"
        assert Browser(person).get(f"/api/sessions/{session.id}/draft").status_code == 404


def test_a_draft_is_made_of_a_session_that_has_begun() -> None:
    evening = given_evening(ago=-timedelta(hours=1))
    assert outcome_of(evening.lead, "summary.draft", session=evening.session.id) == "closed"
    Session.objects.filter(id=evening.session.id).update(began_at=now())
    assert outcome_of(evening.lead, "summary.draft", session=evening.session.id) == "ok"
    other = given_evening()
    Session.objects.filter(id=other.session.id).update(state="cancelled")
    assert outcome_of(other.lead, "summary.draft", session=other.session.id) == "closed"


def test_in_a_closed_group_a_summary_can_only_be_read_and_taken_back() -> None:
    evening = given_evening()
    evening.published()
    act(evening.lead, "group.close", group=evening.group.id)
    summary = evening.summary()
    at = {"summary": summary.id, "version": summary.version}
    assert outcome_of(evening.lead, "summary.draft", session=evening.session.id) == "closed"
    assert outcome_of(evening.lead, "summary.correct", sections=PLAIN, **at) == "closed"
    assert Browser(evening.absent[0].person).get(f"/api/summaries/{summary.id}").status_code == 200
    assert outcome_of(evening.lead, "summary.withdraw", **at) == "ok"
    assert Browser(evening.absent[0].person).get(f"/api/summaries/{summary.id}").json()["sections"] == []


def test_a_preview_is_what_the_member_will_read() -> None:
    evening = given_evening()
    evening.draft()
    evening.save()
    member = evening.absent[0]
    path = f"/api/sessions/{evening.session.id}/preview"
    preview = Browser(evening.lead).get(f"{path}?as_member={member.id}").json()
    assert Browser(evening.lead).get(f"{path}?as_member={uuid4()}").status_code == 404
    evening.do("summary.approve")
    evening.do("summary.publish")
    read = Browser(member.person).get(f"/api/summaries/{evening.summary().id}").json()
    changes = {name for name in read if read[name] != preview[name]}
    assert changes == {"published_at", "number", "may_share_reading"}
    assert (preview["you_lead"], preview["you_were_absent"]) == (False, True)
