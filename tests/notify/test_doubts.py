"""What nobody can know is on a list, and a person who asked settles it."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from accounts.models import Person
from hearthside.audit_model import AuditEntry
from hearthside.models import LogEvent
from notify.models import Delivery
from notify.queries.deliveries import settlers_of
from tests.given import Browser, act, given_group, given_member, given_person, leader_of, outcome_of
from tests.moderation.given_care import Mailbox
from tests.notify.endpoint import Service
from tests.notify.given import add_device, given_notice, run_after, states

pytestmark = pytest.mark.django_db


def doubtful(person: Person, **more: Any) -> Delivery:
    """A mail that may or may not have come."""
    notice = given_notice(person, **{"kind": "quote.asked", "push": False, **more})
    Delivery.objects.filter(notice=notice).update(state="doubt", why="no_answer", tries=1)
    return Delivery.objects.get(notice=notice)


def listed(person: Person) -> list[str]:
    return [row["id"] for row in Browser(person).get("/api/notices/doubts").json()["deliveries"]]


def test_staff_see_what_they_caused_or_lead_and_admins_all() -> None:
    group = given_group()
    leader, other, admin = leader_of(group), given_person("facilitator"), given_person("admin")
    member = given_member(group).person
    about_group = doubtful(member, group=group.id)
    by_other = doubtful(member, by=other)
    by_nobody = doubtful(member)
    assert listed(leader) == [str(about_group.id)]
    assert listed(other) == [str(by_other.id)]
    assert set(listed(admin)) == {str(row.id) for row in (about_group, by_other, by_nobody)}
    assert Browser(member).get("/api/notices/doubts").status_code == 403


def test_who_leads_a_group_no_more_settles_nothing_of_it(service: Service) -> None:
    group = given_group()
    first, second = leader_of(group), given_member(group, role="facilitator")
    member = given_member(group).person
    row, own = doubtful(member, group=group.id, by=first), doubtful(member, by=first)
    assert set(listed(first)) == {str(row.id), str(own.id)}
    assert [person.pk for person in settlers_of(row) if person.role == "facilitator"] == sorted(
        (first.pk, second.person_id)
    )
    act(first, "group.leave", group=group.id)
    assert listed(first) == [str(own.id)], "what was about no group stays with whoever caused it"
    assert outcome_of(first, "delivery.settle", id=row.id, came=True) == "not_found"
    assert [person.pk for person in settlers_of(row) if person.role == "facilitator"] == [second.person_id]
    assert [person.pk for person in settlers_of(own)] == [first.pk]
    assert outcome_of(second.person, "delivery.settle", id=row.id, came=True) == "ok"


@pytest.mark.parametrize("kind", ["summary.published", "summary.corrected", "summary.waiting"])
def test_a_doubt_does_not_tell_facilitators_who_has_not_read_a_summary(kind: str) -> None:
    group, admin = given_group(), given_person("admin")
    leader, member = leader_of(group), given_member(group).person
    other = doubtful(member, group=group.id)
    row, own = doubtful(member, kind=kind, group=group.id, by=leader), doubtful(member, kind=kind, by=leader)
    assert listed(leader) == [str(other.id)]
    assert set(listed(admin)) == {str(one.id) for one in (row, own, other)}
    for one in (row, own):
        assert [person.pk for person in settlers_of(one)] == [admin.pk]
        assert outcome_of(leader, "delivery.settle", id=one.id, came=True) == "not_found"
    assert {person.pk for person in settlers_of(other)} == {admin.pk, leader.pk}
    assert outcome_of(admin, "delivery.settle", id=row.id, came=True) == "ok"
    assert outcome_of(leader, "delivery.settle", id=other.id, came=True) == "ok"


def test_a_doubt_names_whom_it_was_for_and_not_what_about() -> None:
    admin, member = given_person("admin"), given_person(name="Ann Archer")
    row = doubtful(member, about="Anxiety and sleep")
    answer = Browser(admin).get("/api/notices/doubts")
    (shown,) = answer.json()["deliveries"]
    assert (shown["name"], shown["channel"], shown["why"]) == ("Ann Archer", "mail", "no_answer")
    assert shown["id"] == str(row.id)
    assert b"Anxiety" not in answer.content


def test_what_was_read_or_taken_back_is_no_doubt_any_more() -> None:
    admin, member = given_person("admin"), given_person()
    row = doubtful(member)
    assert listed(admin) == [str(row.id)]
    act(member, "notice.read_all")
    assert listed(admin) == []
    assert outcome_of(admin, "delivery.settle", id=row.id, came=True) == "not_found"


def test_it_came(box: Mailbox) -> None:
    admin, member = given_person("admin"), given_person()
    row = doubtful(member)
    assert act(admin, "delivery.settle", id=row.id, came=True)["state"] == "sent"
    run_after()
    assert box.fresh() == []
    assert listed(admin) == []
    entry = AuditEntry.objects.get(verb="delivery.settled")
    assert (entry.thing, entry.reason) == (f"delivery:{row.id}", "came")


def test_it_did_not_come_and_is_sent_once_more(box: Mailbox) -> None:
    admin, member = given_person("admin"), given_person()
    row = doubtful(member)
    assert act(admin, "delivery.settle", id=row.id, came=False)["state"] == "waiting"
    run_after()
    run_after(minutes=5)
    assert [to for to, _, _ in box.fresh()] == [member.email]
    assert states(row.notice)["mail"] == ("sent", "")


def test_only_who_may_settles() -> None:
    group = given_group()
    member = given_member(group).person
    row = doubtful(member, group=group.id)
    assert outcome_of(member, "delivery.settle", id=row.id, came=True) == "denied"
    stranger = given_person("facilitator")
    foreign = outcome_of(stranger, "delivery.settle", id=row.id, came=True)
    absent = outcome_of(stranger, "delivery.settle", id=uuid.uuid4(), came=True)
    assert foreign == absent == "not_found"
    assert outcome_of(leader_of(group), "delivery.settle", id=row.id, came=True) == "ok"
    assert outcome_of(leader_of(group), "delivery.settle", id=row.id, came=True) == "not_found"


def test_who_may_settle_hears_of_a_doubt_and_of_its_end(service: Service) -> None:
    group = given_group()
    leader, admin, other = leader_of(group), given_person("admin"), given_person("facilitator")
    member = given_member(group).person
    add_device(Browser(member), service.url("phone"))
    service.answers = {"phone": 0}

    def heard(person: Person) -> int:
        return LogEvent.objects.filter(stream=person.stream, type="notices.changed").count()

    notice = given_notice(member, "quote.asked", group=group.id)
    before = [heard(person) for person in (leader, admin, other)]
    run_after()
    assert states(notice)["push"] == ("doubt", "no_answer")
    assert [heard(person) for person in (leader, admin, other)] == [before[0] + 1, before[1] + 1, before[2]]
    act(leader, "delivery.settle", id=listed(leader)[0], came=True)
    assert [heard(person) for person in (leader, admin, other)] == [before[0] + 2, before[1] + 2, before[2]]
