"""What is decided about a reported sealed message, what it does, how it is taken back, and who hears of it."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.contacts import may_write
from accounts.models import Person
from community.actions.member_messages import settle_group
from hearthside import mail
from hearthside.audit_model import AuditEntry
from moderation import jobs
from moderation.models import ReviewItem, SecondLook, Step
from tests.given import Browser, act, given_member, given_person, outcome_of, problem_of
from tests.moderation.given_review import announced, decide, deciding, given_lead, inside, ruling
from tests.moderation.given_sealed import (
    Talk,
    given_circle_talk,
    given_members_talk,
    given_talk,
    item_of,
    proof_of,
    report,
)

pytestmark = pytest.mark.django_db


def given_reported(talk: Talk | None = None) -> tuple[Talk, ReviewItem]:
    """A therapist's message that their client has reported."""
    talk = talk or given_talk()
    report(talk)
    return talk, item_of(talk)


def flags(person: Person) -> list[dict[str, Any]]:
    """What somebody reads about their own words."""
    return list(Browser(person).get("/api/me/flags").json()["flags"])


def closed(talk: Talk, which: str = "reporter") -> str | None:
    """Whether the conversation takes something new from one of the two, and if not why."""
    client = talk.reporter if which == "reporter" else talk.sender
    reason: str | None = client.must("get", f"conversations/{talk.room}")["closed"]
    return reason


# Nothing to do


def test_no_action_changes_nothing_and_the_sender_never_hears_of_it() -> None:
    talk, item = given_reported()
    told = announced(talk.accused.stream)
    item = decide(talk.admin, item, "dismiss")
    assert item.state == "ignored"
    assert announced(talk.accused.stream) == told
    assert flags(talk.accused) == []
    assert closed(talk) is None
    assert AuditEntry.objects.get(verb="review.decided").about is None
    assert announced(talk.person.stream)[-1] == "report.stated"


# A word with the sender


def test_a_word_with_the_sender_is_under_their_flags() -> None:
    talk, item = given_reported()
    assert deciding(talk.admin, item, "speak", message="") == "invalid"
    item = decide(talk.admin, item, "speak", message="Please write to her as you would talk in the room.")
    assert item.state == "rejected"
    assert announced(talk.accused.stream)[-1] == "message.stated"
    (flag,) = flags(talk.accused)
    assert (flag["target_kind"], flag["group"], flag["words"]) == ("sealed", None, None)
    assert flag["message"]["message"] == talk.event
    decision = flag["decision"]
    assert decision["message"] == "Please write to her as you would talk in the room."
    assert flag["may_ask_until"] is not None
    assert (flags(talk.person), closed(talk)) == ([], None)
    assert AuditEntry.objects.get(verb="review.decided").about == talk.accused.pk


# The end of the contact


def test_the_end_of_a_contact_closes_the_conversation_for_both_and_can_be_undone() -> None:
    talk, item = given_reported()
    item = decide(talk.admin, item, "end_contact")
    assert not may_write(talk.accused, talk.person)
    assert (closed(talk), closed(talk, "sender")) == ("contact_over", "contact_over")
    sealed = talk.sender.ask("get", "contacts").data["contacts"]
    assert talk.reporter.person not in [row["person"] for row in sealed]
    for stream in (talk.accused.stream, talk.person.stream):
        assert {"contact.changed", "sealed.waiting"} <= set(announced(stream))
    line = Browser(talk.admin).get("/api/practice/review", state="decided").json()["lines"][0]
    assert line["post_state"] == "contact_ended"
    decide(talk.admin, item, "restore")
    assert may_write(talk.accused, talk.person)
    assert (closed(talk), closed(talk, "sender")) == (None, None)
    talk.sender.say(talk.room, "I am sorry.")


def test_who_is_kept_apart_is_not_assigned_again() -> None:
    talk, item = given_reported()
    item = decide(talk.admin, item, "end_contact")
    again = {"client": talk.person.pk, "therapist": talk.accused.pk, "lane": "administrative"}
    assert "therapist" in problem_of(talk.admin, "client.assign", **again)["fields"]
    decide(talk.admin, item, "restore")
    assert outcome_of(talk.admin, "client.assign", **again) == "ok"


def test_a_groups_switch_does_not_join_them_again() -> None:
    talk, item = given_reported(given_members_talk())
    version = talk.group.version
    act(talk.leader, "group.update", group=talk.group.id, version=version, switches={"member_messages": True})
    decide(talk.leader, item, "end_contact")
    inside(lambda: settle_group(talk.group))
    assert not may_write(talk.accused, talk.person)
    decide(talk.leader, item, "restore")
    assert may_write(talk.accused, talk.person)


def test_undoing_one_decision_leaves_the_other() -> None:
    talk, first = given_reported()
    talk.event = talk.sender.say(talk.room, "Another one.")["event_id"]
    report(talk)
    second = item_of(talk)
    for item in (first, second):
        decide(talk.admin, item, "end_contact")
    decide(talk.admin, first, "restore")
    assert not may_write(talk.accused, talk.person)
    decide(talk.admin, second, "restore")
    assert may_write(talk.accused, talk.person)


def test_a_circle_goes_on_without_the_sender() -> None:
    talk, third = given_circle_talk()
    report(talk)
    decide(talk.leader, item_of(talk), "end_contact")
    assert closed(talk, "sender") == "removed"
    assert closed(talk) is None
    assert third.must("get", f"conversations/{talk.room}")["closed"] is None
    assert may_write(talk.accused, Person.objects.get(pk=third.person)), "with whom nothing was reported"


# The end of an account


def test_an_admin_closes_the_account_and_opens_it_again() -> None:
    talk, item = given_reported()
    item = decide(talk.admin, item, "deactivate")
    assert not Person.objects.get(pk=talk.accused.pk).is_active
    assert closed(talk) == "alone"
    decide(talk.admin, item, "restore")
    assert Person.objects.get(pk=talk.accused.pk).is_active
    assert closed(talk) is None


def test_whose_account_was_closed_hears_of_it_by_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    monkeypatch.setattr(mail, "send", lambda to, subject, text: sent.append(to))
    talk, item = given_reported()
    item = decide(talk.admin, item, "deactivate")
    jobs.mail_account_closed.call(str(item.target_id))
    assert sent == [talk.accused.email]
    decide(talk.admin, item, "restore")
    jobs.mail_account_closed.call(str(item.target_id))
    assert len(sent) == 1


def test_a_facilitator_closes_no_account() -> None:
    talk, item = given_reported(given_members_talk())
    assert deciding(talk.leader, item, "deactivate") == "closed"
    Person.objects.filter(pk=talk.leader.pk).update(role="admin")
    assert deciding(talk.leader, item, "deactivate") == "ok"
    Person.objects.filter(pk=talk.leader.pk).update(role="facilitator")
    assert deciding(talk.leader, item, "restore") == "closed"


# Steps, where a group looks


def test_a_step_can_follow_from_it_in_the_group() -> None:
    talk, item = given_reported(given_members_talk())
    assert item.author is not None
    words = {"policy": "no_attacks", "reason": "x", "message": "We talked about this."}
    place = {"group": talk.group.id, "member": item.author.id, "item": item.id}
    assert outcome_of(talk.leader, "step.take", kind="reminder", **place, **words) == "ok"
    assert Step.objects.get().item == item
    other = {**place, "member": given_member(talk.group).id}
    assert outcome_of(talk.leader, "step.take", kind="reminder", **other, **words) == "not_found"


def test_who_somebody_worries_about_is_talked_with_and_nothing_counts_against_them() -> None:
    talk = given_members_talk("I cannot go on like this.")
    report(talk, category="worried")
    item = item_of(talk)
    assert [choice["name"] for choice in page(talk.leader, item)["choices"]] == ["dismiss", "speak"]
    assert deciding(talk.leader, item, "end_contact") == "closed"
    assert item.author is not None
    step = {"group": talk.group.id, "member": item.author.id, "item": item.id, "kind": "reminder"}
    words = {"policy": "no_attacks", "reason": "x", "message": "We talked about this."}
    assert outcome_of(talk.leader, "step.take", **step, **words) == "invalid"
    assert item.due_at is not None
    report(talk, "open", category="attack")
    assert len(page(talk.leader, item)["choices"]) == 2, "the same report stays what it was"


# Versions and second looks


def test_two_at_once() -> None:
    talk, item = given_reported()
    other = given_person("admin")
    decide(other, item, "dismiss")
    problem = problem_of(
        talk.admin, "review.decide", item=item.id, version=item.version, **ruling("end_contact")
    )
    assert problem["type"] == "stale"
    assert problem["decision"]["by_name"] == other.name
    assert may_write(talk.accused, talk.person)


def ask(person: Person, talk: Talk) -> str:
    """How asking for a second look ends."""
    return outcome_of(person, "second_look.ask", message=talk.event, words="It was a joke between us.")


def test_the_sender_asks_for_a_second_look_and_another_admin_answers() -> None:
    talk, item = given_reported()
    other = given_person("admin")
    item = decide(talk.admin, item, "end_contact")
    for who in (talk.person, talk.admin, given_person()):
        assert ask(who, talk) == "not_found"
    assert ask(talk.accused, talk) == "ok"
    look = SecondLook.objects.get()
    assert (look.asked_by, look.first_reviewer, look.state) == (None, talk.admin, "open")
    assert not item_of(talk).with_lead
    assert deciding(talk.admin, item, "uphold") == "denied"
    assert deciding(other, item, "uphold", message="We read it again, and it stays for now.") == "ok"
    look.refresh_from_db()
    assert (look.state, look.answer) == ("upheld", "We read it again, and it stays for now.")
    assert not may_write(talk.accused, talk.person)
    assert flags(talk.accused)[0]["second_look"]["state"] == "upheld"
    assert ask(talk.accused, talk) == "closed"


def test_a_second_look_that_is_granted_gives_the_contact_back() -> None:
    talk, item = given_reported(given_members_talk())
    other = given_member(talk.group, role="facilitator").person
    decide(talk.leader, item, "end_contact")
    assert ask(talk.accused, talk) == "ok"
    decide(other, item, "restore")
    assert may_write(talk.accused, talk.person)
    assert SecondLook.objects.get().state == "overturned"
    assert flags(talk.accused)[0]["decision"]["choice"] == "restore"


def test_without_another_admin_the_clinical_lead_answers() -> None:
    talk, item = given_reported()
    lead = given_lead(given_person("facilitator"))
    decide(talk.admin, item, "speak")
    assert outcome_of(lead, "review.open", item=item.id) == "not_found"
    assert ask(talk.accused, talk) == "ok"
    assert item_of(talk).with_lead
    assert deciding(lead, item, "uphold") == "ok"


def test_a_lead_in_the_conversation_answers_nothing() -> None:
    talk, item = given_reported()
    given_lead(talk.accused)
    decide(talk.admin, item, "speak")
    assert ask(talk.accused, talk) == "ok"
    assert outcome_of(talk.accused, "review.open", item=item.id) == "not_found"
    assert [choice["name"] for choice in page(talk.admin, item)["choices"]] == ["restore"]


def page(person: Person, item: ReviewItem) -> dict[str, Any]:
    """The item's page."""
    return dict(Browser(person).get(f"/api/review/{item.id}").json())


def test_no_second_look_where_nothing_was_decided_against_them() -> None:
    talk, item = given_reported()
    assert ask(talk.accused, talk) == "not_found"
    item = decide(talk.admin, item, "dismiss")
    assert ask(talk.accused, talk) == "not_found", "that there was a report is not told"
    talk.event = talk.sender.say(talk.room, "Another one.")["event_id"]
    report(talk)
    item = decide(talk.admin, item_of(talk), "end_contact")
    decide(talk.admin, item, "restore")
    assert ask(talk.accused, talk) == "closed"


def test_a_request_can_be_taken_back() -> None:
    talk, item = given_reported()
    decide(talk.admin, item, "speak")
    assert ask(talk.accused, talk) == "ok"
    assert outcome_of(talk.accused, "second_look.withdraw", message=talk.event) == "ok"
    assert item_of(talk).state == "rejected"


def test_a_new_report_after_a_decision_opens_it_again_with_its_history() -> None:
    talk, third = given_circle_talk()
    report(talk)
    decide(talk.leader, item_of(talk), "dismiss")
    report(talk, by=Person.objects.get(pk=third.person), **proof_of(third, talk.room, talk.event))
    item = item_of(talk)
    assert (item.state, item.decisions.count()) == ("pending", 1)


# Numbers and mail


def test_the_groups_numbers_have_it() -> None:
    talk, item = given_reported(given_members_talk())
    path = f"/api/groups/{talk.group.id}/metrics"
    before = Browser(talk.leader).get(path)
    assert before.status_code == 200
    assert (before.json()["reports"], before.json()["waiting"]["n"]) == (1, 1)
    decide(talk.leader, item, "end_contact")
    assert Browser(talk.leader).get(path).json()["decisions"] == {"end_contact": 1}


def test_who_looks_for_the_practice_is_mailed_and_nobody_in_the_conversation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: list[tuple[str, str]] = []
    monkeypatch.setattr(mail, "send", lambda to, subject, text: sent.append((to, text)))
    talk = given_talk()
    Person.objects.filter(pk=talk.accused.pk).update(role="admin")
    report(talk)
    item = item_of(talk)
    jobs.mail_sealed_report.call(str(item.id))
    assert [to for to, _ in sent] == [talk.admin.email]
    assert all(name not in sent[0][1] for name in (talk.accused.name, talk.person.name, "believe"))
    decide(talk.admin, item, "dismiss")
    sent.clear()
    jobs.mail_sealed_report.call(str(item.id))
    assert sent == []
