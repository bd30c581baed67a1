"""Who looks at a reported sealed message: nobody who is or was in the conversation, whatever they are besides."""

from __future__ import annotations

import pytest

from accounts.models import Person
from hearthside.models import LogEvent
from messaging.models import ConversationMember
from moderation.models import ReviewItem
from tests.given import Browser, given_group, given_member, given_person, outcome_of
from tests.moderation.given_review import announced, given_lead
from tests.moderation.given_sealed import given_circle_talk, given_members_talk, given_talk, item_of, report

pytestmark = pytest.mark.django_db


def sees(person: Person, item: ReviewItem) -> bool:
    """Whether the item is there for somebody: its page, its commands, the lists."""
    browser = Browser(person)
    page = browser.get(f"/api/review/{item.id}").status_code == 200
    assert (outcome_of(person, "review.open", item=item.id, anyway=True) == "ok") is page
    overview = browser.get("/api/review").json()
    lines = [line["id"] for line in overview["lead"]]
    for row in overview["groups"]:
        lines += [line["id"] for line in browser.get(f"/api/groups/{row['group']}/review").json()["lines"]]
    if overview["practice"]:
        lines += [line["id"] for line in browser.get("/api/practice/review").json()["lines"]]
    assert (str(item.id) in lines) is page
    return page


def test_a_therapists_message_goes_to_admins_who_are_not_in_the_conversation() -> None:
    talk = given_talk()
    given_member(given_group(talk.accused), talk.person)
    report(talk)
    item = item_of(talk)
    assert announced(talk.admin.stream) == ["review.sealed"]
    assert sees(talk.admin, item)
    for who in (talk.accused, talk.person, given_person("facilitator"), given_person()):
        assert not sees(who, item)
    assert "review.sealed" not in announced(talk.accused.stream)


def test_an_accused_admin_neither_sees_it_nor_decides() -> None:
    talk = given_talk()
    Person.objects.filter(pk=talk.accused.pk).update(role="admin")
    report(talk)
    item = item_of(talk)
    assert not sees(talk.accused, item)
    assert Browser(talk.accused).get("/api/review").json()["practice"] is None
    fields = {"version": item.version, "choice": "dismiss", "policy": "in_keeping", "reason": "x"}
    assert outcome_of(talk.accused, "review.decide", item=item.id, **fields) == "not_found"
    assert sees(talk.admin, item)


def test_without_an_admin_outside_it_is_the_clinical_leads_and_else_it_waits() -> None:
    talk = given_talk()
    Person.objects.filter(pk=talk.admin.pk).update(is_active=False)
    Person.objects.filter(pk=talk.accused.pk).update(role="admin")
    given_lead(talk.accused)
    assert report(talk)["looks"] == "nobody"
    item = item_of(talk)
    assert not sees(talk.accused, item)
    assert sees(given_person("admin"), item), "whoever comes later finds it"
    second = talk.sender.say(talk.room, "And again.")["event_id"]
    talk.reporter.read(talk.room)
    Person.objects.filter(role="admin").exclude(pk=talk.accused.pk).update(is_active=False)
    lead = given_lead(given_person("facilitator"))
    talk.event = second
    assert report(talk)["looks"] == "clinical_lead"
    assert sees(lead, item_of(talk))


def test_members_message_goes_to_their_groups_facilitators() -> None:
    talk = given_members_talk()
    assert report(talk)["looks"] == "facilitators"
    item = item_of(talk)
    assert item.group == talk.group
    assert item.author is not None
    assert item.author.person == talk.accused
    assert sees(talk.leader, item)
    for who in (talk.accused, talk.person, talk.admin, given_person("facilitator")):
        assert not sees(who, item)


def test_a_facilitator_who_is_in_the_circle_is_no_judge_of_it() -> None:
    talk, _ = given_circle_talk()
    insider = given_member(talk.group, role="facilitator").person
    ConversationMember.objects.create(conversation_id=talk.room, person=insider, state="left")
    report(talk)
    item = item_of(talk)
    assert sees(talk.leader, item)
    assert not sees(insider, item)
    assert not LogEvent.objects.filter(stream=f"review:{talk.group.id}").exists()
    Person.objects.filter(pk=talk.leader.pk).update(is_active=False)
    assert not sees(insider, item)
    assert sees(talk.admin, item), "with no facilitator left outside, an admin looks"
    (line,) = Browser(talk.admin).get("/api/practice/review").json()["lines"]
    assert (line["group"], line["group_name"]) == (str(talk.group.id), talk.group.name)


def test_the_counts_of_a_queue_leave_out_what_one_may_not_see() -> None:
    talk, _ = given_circle_talk()
    insider = given_member(talk.group, role="facilitator").person
    ConversationMember.objects.create(conversation_id=talk.room, person=insider)
    report(talk)
    counts = [
        Browser(person).get("/api/review").json()["groups"][0]["counts"]["conduct"]
        for person in (talk.leader, insider)
    ]
    assert counts == [1, 0]
