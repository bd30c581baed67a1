"""Consents count at once and one by one; the access log shows people what staff did, and nothing else."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import actions, queries
from accounts.events import ConsentChanged
from accounts.models import Consent, Person
from consumers.streams import replay
from hearthside import audit, clock
from hearthside.errors import NotFound, SignedOut
from hearthside.models import AuditEntry, LogEvent
from tests.accounts.conftest import Browser, write

pytestmark = pytest.mark.django_db

People = Callable[..., Person]
SignedIn = Callable[..., tuple[Browser, Person]]
NOTHING = {"models": False, "push": False, "statistics": False, "summaries": False}


def say(person: Person, purpose: str, given: bool) -> None:
    """Say yes or no."""
    write(partial(actions.set_consent, person, purpose=purpose, given=given))


def given_access(person: Person | None, about: Person, verb: str = "plan.read", **more: Any) -> AuditEntry:
    """An audit entry of `person` about somebody."""
    thing = f"plan:{uuid.uuid4()}"
    write(partial(audit.record, person, verb, thing, about=about, **more))
    return AuditEntry.objects.get(thing=thing)


def test_who_was_never_asked_says_no(signed_in: SignedIn) -> None:
    browser, me = signed_in("member")
    assert queries.consents_of(me) == NOTHING
    assert not any(queries.has_consent(me.pk, purpose) for purpose in NOTHING)
    lines = browser.get("/api/me/consents").json()["consents"]
    assert lines == [{"purpose": purpose, "given": False, "at": None} for purpose in NOTHING]


def test_yes_and_no_hold_at_once(signed_in: SignedIn) -> None:
    browser, me = signed_in("member")
    for number, given in enumerate((True, False, True)):
        answer = browser.command("consent.set", f"nonce-{number:04}", purpose="models", given=given)
        assert answer.json() == {"purpose": "models", "given": given, "duplicate": False}
        assert queries.has_consent(me.pk, "models") is given
        assert queries.consents_of(me) == {**NOTHING, "models": given}
        line, *_ = browser.get("/api/me/consents").json()["consents"]
        assert (line["given"], line["at"] is not None) == (given, True)


def test_a_no_that_was_said_is_told_from_one_that_was_not(signed_in: SignedIn) -> None:
    browser, _ = signed_in("member")
    browser.command("consent.set", purpose="push", given=False)
    lines = {line["purpose"]: line for line in browser.get("/api/me/consents").json()["consents"]}
    assert (lines["push"]["given"], lines["push"]["at"] is None) == (False, False)
    assert (lines["models"]["given"], lines["models"]["at"]) == (False, None)


def test_consents_are_ones_own(person: People) -> None:
    me, other = person("member"), person("member", "other@example.org")
    say(me, "models", True)
    assert queries.has_consent(me.pk, "models")
    assert not queries.has_consent(other.pk, "models")
    assert not queries.has_consent(uuid.uuid4(), "models")


def test_a_no_counts_after_a_clock_was_moved_back(person: People, at: Callable[[float], None]) -> None:
    me = person("member")
    at(3600)
    say(me, "models", True)
    at(0)
    say(me, "models", False)
    assert not queries.has_consent(me.pk, "models")
    assert not queries.consents_of(me)["models"]


def test_two_answers_in_one_moment_keep_their_order(person: People) -> None:
    me = person("member")
    with clock.as_of(clock.now()):
        for given in (True, False, True, False, True):
            say(me, "models", given)
            assert queries.has_consent(me.pk, "models") is given


def test_asking_takes_one_statement(person: People) -> None:

    me = person("member")
    say(me, "models", True)
    with CaptureQueriesContext(connection) as ran:
        queries.has_consent(me.pk, "models")
    assert len(ran) == 1


def test_the_history_stays_and_the_same_answer_adds_nothing(person: People) -> None:
    me = person("member")
    for given in (True, True, False, False):
        say(me, "push", given)
    assert [row.given for row in Consent.objects.order_by("at")] == [True, False]
    assert LogEvent.objects.filter(stream=me.stream, type="consent.changed").count() == 2
    verbs = AuditEntry.objects.order_by("at").values_list("verb", "reason", "actor", "about")
    assert list(verbs) == [
        ("consent.given", "push", me.pk, me.pk),
        ("consent.withdrawn", "push", me.pk, me.pk),
    ]


def test_replay_tells_what_holds_now(person: People) -> None:
    me = person("member")
    say(me, "models", True)
    say(me, "push", True)
    say(me, "models", False)
    told = [row.event for row in replay(me.stream, 0)]
    assert told == [
        ConsentChanged(purpose="models", given=False),
        ConsentChanged(purpose="push", given=True),
        ConsentChanged(purpose="models", given=False),
    ]


@pytest.mark.parametrize(
    "data", [{"purpose": "models"}, {"purpose": "sale", "given": True}, {"given": True}, {}]
)
def test_what_is_no_consent_is_refused(signed_in: SignedIn, data: dict[str, Any]) -> None:
    browser, _ = signed_in("member")
    answer = browser.command("consent.set", **data)
    assert (answer.status_code, answer.json()["type"]) == (422, "invalid")
    assert not Consent.objects.exists()


def test_signed_out_nobody_has_privacy_pages(person: People) -> None:
    for path in ("/api/me/consents", "/api/me/access"):
        assert Browser().get(path).status_code == 401
    me = person("member")
    Person.objects.filter(pk=me.pk).update(is_active=False)
    with pytest.raises(SignedOut):
        say(me, "models", True)


def test_the_access_log_says_who_read_what(signed_in: SignedIn, person: People) -> None:
    browser, me = signed_in("member")
    leader, admin = person("facilitator"), person("admin")
    with clock.as_of(clock.now() - timedelta(hours=1)):
        first = given_access(leader, me, "plan.read", reason="care")
    second = given_access(admin, me, "review.decided", reason="hide:kindness")
    page = browser.get("/api/me/access").json()
    assert page["more"] is False
    assert [(line["id"], line["who"], line["role"], line["verb"]) for line in page["entries"]] == [
        (str(second.id), "Admin", "admin", "review.decided"),
        (str(first.id), "Facilitator", "facilitator", "plan.read"),
    ]
    assert page["entries"][1]["thing"] == first.thing
    assert page["entries"][1]["reason"] == "care"
    assert page["entries"][1]["at"] < page["entries"][0]["at"]


def test_the_access_log_shows_nothing_else(signed_in: SignedIn, person: People) -> None:
    browser, me = signed_in("member")
    leader, peer = person("facilitator"), person("member", "peer@example.org")
    given_access(leader, peer)
    given_access(me, me)
    given_access(None, me)
    given_access(peer, me, "report.sent")
    given_access(leader, me, "report.sent")
    assert browser.get("/api/me/access").json() == {"entries": [], "more": False}
    given_access(leader, me)
    assert len(browser.get("/api/me/access").json()["entries"]) == 1


def test_the_access_log_comes_in_pages(
    signed_in: SignedIn, person: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "ACCESS_PAGE", 2)
    browser, me = signed_in("member")
    leader = person("facilitator")
    with clock.as_of(clock.now()):  # all in one moment: the order must hold all the same
        made = {str(given_access(leader, me).id) for _ in range(5)}
    read: list[str] = []
    more, params = True, ""
    while more:
        page = browser.get(f"/api/me/access{params}").json()
        read += [line["id"] for line in page["entries"]]
        more, params = page["more"], f"?before={read[-1]}"
    assert len(read) == 5
    assert set(read) == made


def test_anothers_line_is_no_place_in_ones_log(signed_in: SignedIn, person: People) -> None:
    browser, me = signed_in("member")
    leader, peer = person("facilitator"), person("member", "peer@example.org")
    theirs = given_access(leader, peer)
    for line in (theirs.id, uuid.uuid4()):
        assert browser.get(f"/api/me/access?before={line}").status_code == 404
        with pytest.raises(NotFound):
            queries.list_access(me, before=line)
    assert browser.get("/api/me/access?before=x").status_code == 422
    mine = given_access(leader, me)
    assert browser.get(f"/api/me/access?before={mine.id}").json()["entries"] == []
