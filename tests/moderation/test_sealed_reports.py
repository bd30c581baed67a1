"""Reports of sealed messages: only what was sent can be reported, and it goes to nobody who is in the conversation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Person
from hearthside.audit_model import AuditEntry
from messaging import franking
from messaging.models import SealedEvent
from moderation.actions.forgetting import forget_reported_words
from moderation.models import ReviewItem, SealedMessage, SealedReport
from tests.given import Browser, given_member, outcome_of, problem_of
from tests.messaging.given import given_client, given_contact
from tests.messaging.sealing import b64, unb64
from tests.moderation.given_review import announced, decide, inside, the_item
from tests.moderation.given_sealed import (
    Talk,
    bare,
    given_circle_talk,
    given_members_talk,
    given_talk,
    item_of,
    proof_of,
    report,
    send_sealed,
)

pytestmark = pytest.mark.django_db
OPEN = {"form": "open", "category": "attack"}


def nothing_came() -> bool:
    """Whether no report was kept at all."""
    return not (
        ReviewItem.objects.filter(target_kind="sealed").exists()
        or SealedMessage.objects.exists()
        or SealedReport.objects.exists()
    )


# What is reported must be what was sent


def test_an_open_report_of_what_was_sent_is_taken() -> None:
    talk = given_talk()
    answer = report(talk)
    assert (answer["received"], answer["looks"]) == (True, "admins")
    item = item_of(talk)
    assert (item.lane, item.state, item.group, item.author) == ("conduct", "pending", None, None)
    row = SealedReport.objects.get()
    assert (str(row.id), row.by, row.form, row.category, row.note) == (
        answer["report"], talk.person, "open", "attack", "It frightened me.",
    )  # fmt: skip
    assert "Nobody will believe you." in str(row.pt)


FORGED: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "other words": lambda proof: {**proof, "pt": proof["pt"].replace("Nobody", "Everybody")},
    "no words": lambda proof: {**proof, "pt": ""},
    "another key": lambda proof: {**proof, "fk": b64(bytes(32))},
    "a key of 31 bytes": lambda proof: {**proof, "fk": b64(unb64(proof["fk"])[:31])},
    "a key of 33 bytes": lambda proof: {**proof, "fk": b64(unb64(proof["fk"]) + b"\0")},
    "a key that is no base64": lambda proof: {**proof, "fk": "?" * 43},
    "a key with padding": lambda proof: {**proof, "fk": proof["fk"] + "="},
    "an empty key": lambda proof: {**proof, "fk": ""},
}


@pytest.mark.parametrize("how", FORGED)
def test_forged_words_are_refused(how: str) -> None:
    talk = given_talk()
    proof = proof_of(talk.reporter, talk.room, talk.event)
    assert outcome_of(talk.person, "sealed.report", **OPEN, **talk.place, **FORGED[how](proof)) == "unproven"
    assert nothing_came()
    assert outcome_of(talk.person, "sealed.report", **OPEN, **talk.place, **proof) == "ok"


def test_the_words_of_another_message_or_room_are_refused() -> None:
    talk, other = given_talk(), given_talk("Something else.")
    second = talk.sender.say(talk.room, "A kind word.")["event_id"]
    talk.reporter.read(talk.room)
    kind = proof_of(talk.reporter, talk.room, second)
    elsewhere = proof_of(other.reporter, other.room, other.event)
    for proof in (kind, elsewhere):
        assert outcome_of(talk.person, "sealed.report", **OPEN, **talk.place, **proof) == "unproven"
    assert nothing_came()


CHANGED: dict[str, Callable[[Talk], dict[str, Any]]] = {
    "another sender": lambda talk: {"sender": talk.admin},
    "another time": lambda talk: {"at": SealedEvent.objects.get(pk=bare(talk.event)).at + 1},
    "another device": lambda talk: {"device_id": "A" * 16},
    "another commitment": lambda talk: {
        "commitment": franking.commit(f"!{talk.room}:hearthside", '{"k":"text"}', bytes(32))
    },
    "no stamp": lambda talk: {"stamp": ""},
    "a stamp of nobody's": lambda talk: {"stamp": b64(bytes(32))},
    "a key we never had": lambda talk: {"stamp_key_id": "nobodys"},
}


@pytest.mark.parametrize("how", CHANGED)
@pytest.mark.parametrize("form", ["open", "sealed"])
def test_what_is_not_under_our_stamp_is_refused(how: str, form: str) -> None:
    talk = given_talk()
    given_client(talk.admin)
    proof = proof_of(talk.reporter, talk.room, talk.event) if form == "open" else {}
    fields = {"form": form, "category": "attack", **talk.place, **proof}
    assert SealedEvent.objects.filter(pk=bare(talk.event)).update(**CHANGED[how](talk)) == 1
    assert outcome_of(talk.person, "sealed.report", **fields) == "unproven"
    assert nothing_came()


def test_the_form_says_whether_there_are_words() -> None:
    talk = given_talk()
    given_client(talk.admin)
    proof = proof_of(talk.reporter, talk.room, talk.event)
    sealed = {"form": "sealed", "category": "attack", **talk.place}
    assert outcome_of(talk.person, "sealed.report", **sealed, **proof) == "invalid"
    assert outcome_of(talk.person, "sealed.report", **OPEN, **talk.place) == "invalid"
    assert outcome_of(talk.person, "sealed.report", **OPEN, **talk.place, pt=proof["pt"]) == "invalid"
    unknown = {**OPEN, "category": "boring"}
    assert outcome_of(talk.person, "sealed.report", **unknown, **talk.place, **proof) == "invalid"
    assert nothing_came()
    assert outcome_of(talk.person, "sealed.report", **sealed) == "ok"


# Whose it is to report


def test_only_who_could_read_it_reports_it_and_never_their_own() -> None:
    talk, late = given_circle_talk()
    proof = proof_of(talk.reporter, talk.room, talk.event)
    fields = {**OPEN, **talk.place, **proof}
    stranger = given_member(talk.group).person
    for who in (stranger, talk.admin, talk.leader):
        assert outcome_of(who, "sealed.report", **fields) == "not_found"
    assert outcome_of(talk.accused, "sealed.report", **fields) == "denied"
    absent = {**fields, "event": "$" + "0" * 8 + talk.event[9:]}
    assert outcome_of(talk.person, "sealed.report", **absent) == "not_found"
    assert nothing_came()
    assert outcome_of(Person.objects.get(pk=late.person), "sealed.report", **fields) == "ok"


def test_what_was_sent_before_one_came_or_after_one_left_is_not_there() -> None:
    talk, third = given_circle_talk()
    newcomer = given_member(talk.group).person
    for client in (talk.sender, talk.reporter, third):
        given_contact(Person.objects.get(pk=client.person), newcomer, reason="group", group=talk.group.id)
    talk.sender.must("post", f"conversations/{talk.room}/members", {"add": [str(newcomer.pk)]})
    fields = {**OPEN, **talk.place, **proof_of(talk.reporter, talk.room, talk.event)}
    assert outcome_of(newcomer, "sealed.report", **fields) == "not_found"
    third.must("post", f"conversations/{talk.room}/leave")
    later = talk.sender.say(talk.room, "After she left.")["event_id"]
    after = {**fields, "event": later, **proof_of(talk.reporter, talk.room, later)}
    gone = Person.objects.get(pk=third.person)
    assert outcome_of(gone, "sealed.report", **after) == "not_found"
    assert outcome_of(gone, "sealed.report", **fields) == "ok", "what was hers stays hers to report"


def test_a_message_that_was_erased_can_still_be_reported() -> None:
    talk = given_talk()
    proof = proof_of(talk.reporter, talk.room, talk.event)
    talk.sender.must("delete", f"conversations/{talk.room}/messages/{bare(talk.event)}")
    assert outcome_of(talk.person, "sealed.report", **OPEN, **talk.place, **proof) == "ok"


def test_again_is_the_same_report() -> None:
    talk = given_talk()
    given_client(talk.admin)
    first = report(talk, "sealed")
    version = item_of(talk).version
    assert report(talk, "sealed", note="Once more.") == first
    assert (SealedReport.objects.count(), item_of(talk).version) == (1, version)
    opened = report(talk)
    assert opened == first, "the words may follow, under the same report"
    row = SealedReport.objects.get()
    assert (row.form, row.pt is not None) == ("open", True)
    report(talk, "sealed")
    assert SealedReport.objects.get().pt is not None, "and they stay"


def test_two_reports_of_one_message_are_one_item() -> None:
    talk, third = given_circle_talk()
    report(talk)
    proof = proof_of(third, talk.room, talk.event)
    report(talk, by=Person.objects.get(pk=third.person), **proof)
    assert ReviewItem.objects.filter(target_kind="sealed").count() == 1
    assert SealedReport.objects.count() == 2
    assert item_of(talk).signals.count() == 2


# The sealed form


def test_in_the_sealed_form_the_words_reach_a_device_and_never_the_server() -> None:
    talk = given_talk()
    admin = given_client(talk.admin)
    answer = report(talk, "sealed")
    recipients = talk.reporter.must("get", f"report_recipients?conversation={talk.room}")["recipients"]
    assert recipients == [admin.person]
    send_sealed(talk, answer["report"], admin)
    event = admin.must("get", "sync?since=")["to_device"]["events"][-1]
    kind, content, _ = admin.open_for_me(event)  # it checks whose device sent it
    assert (kind, content["report"]) == ("hs.report", answer["report"])
    message = SealedMessage.objects.get()
    assert franking.opens(message.commitment, f"!{talk.room}:hearthside", content["pt"], content["fk"])
    assert "Nobody will believe you." in content["pt"]
    assert SealedReport.objects.get().pt is None


def test_when_nobody_could_open_it_the_sealed_form_is_not_taken() -> None:
    talk = given_talk()
    problem = problem_of(talk.person, "sealed.report", form="sealed", category="attack", **talk.place)
    assert (problem["type"], problem["reason"]) == ("closed", "nobody_opens")
    assert nothing_came()
    given_client(talk.admin)
    assert report(talk, "sealed")["looks"] == "admins"


# The page


def page(person: Person, item: ReviewItem) -> dict[str, Any]:
    """The item's page as somebody's browser gets it."""
    answer = Browser(person).get(f"/api/review/{item.id}")
    assert answer.status_code == 200
    return dict(answer.json())


def test_the_page_says_what_is_proven_and_has_words_once_it_was_opened() -> None:
    talk = given_talk()
    report(talk)
    item = item_of(talk)
    before = page(talk.admin, item)
    sealed = before["sealed"]
    assert (sealed["sender_name"], sealed["proven"], sealed["circle"]) == (talk.accused.name, True, False)
    assert sealed["message"] == talk.event
    row = sealed["reports"][0]
    assert (row["by_name"], row["note"], row["pt"], sealed["commitment"]) == (
        talk.person.name,
        None,
        None,
        None,
    )
    assert (before["before"], before["after"], before["snapshot"], before["now"]) == ([], [], None, None)
    assert (before["group"], before["author_name"]) == ("", talk.accused.name)
    assert outcome_of(talk.admin, "review.open", item=item.id) == "ok"
    row = page(talk.admin, item)["sealed"]["reports"][0]
    assert row["note"] == "It frightened me."
    assert "Nobody will believe you." in row["pt"]


def test_what_is_changed_after_the_report_is_no_longer_proven() -> None:
    talk = given_talk()
    report(talk)
    SealedEvent.objects.filter(pk=bare(talk.event)).update(at=1)
    assert page(talk.admin, item_of(talk))["sealed"]["proven"] is False


def test_what_they_wrote_to_the_group_is_not_shown_with_it() -> None:
    talk = given_members_talk()
    report(talk)
    item = item_of(talk)
    assert outcome_of(talk.leader, "review.open", item=item.id) == "ok"
    card = page(talk.leader, item)["author_card"]
    assert (card["recent"], card["steps"]) == ([], [])


def test_a_look_is_counted_and_audited_and_says_nothing_to_the_sender() -> None:
    talk = given_talk()
    report(talk)
    item = item_of(talk)
    assert outcome_of(talk.admin, "review.open", item=item.id) == "ok"
    entry = AuditEntry.objects.get(verb="review.opened")
    assert (entry.actor, entry.thing, entry.group, entry.about) == (
        talk.admin.pk, f"sealed:{bare(talk.event)}", None, None,
    )  # fmt: skip
    assert Browser(talk.admin).get("/api/practice/review").json()["exposure_today"] == 1


def test_the_words_go_when_a_second_look_can_no_longer_be_asked_for(moved: Any) -> None:
    talk = given_talk()
    report(talk)
    decide(talk.admin, item_of(talk), "dismiss")
    assert inside(lambda: forget_reported_words())["forgotten"] == 0
    moved(21 * 24 * 3600)
    assert inside(lambda: forget_reported_words())["forgotten"] == 1
    row = SealedReport.objects.get()
    assert (row.pt, row.note) == (None, "It frightened me.")


def test_what_one_reported_is_there_with_whether_somebody_looked() -> None:
    talk = given_talk()
    report(talk)
    mine = Browser(talk.person).get("/api/me/reports").json()["reports"]
    assert [(row["message"], row["looked_at"]) for row in mine] == [(talk.event, None)]
    assert Browser(talk.accused).get("/api/me/reports").json() == {"reports": []}
    decide(talk.admin, item_of(talk), "dismiss")
    assert Browser(talk.person).get("/api/me/reports").json()["reports"][0]["looked_at"]
    assert announced(talk.person.stream)[-1] == "report.stated"
    assert the_item(item_of(talk).id).state == "ignored"
