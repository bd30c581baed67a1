"""Alerts: who is called when, once each, through restarts and moved clocks, until somebody has it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Person
from community.models import Group, Membership
from hearthside import clock
from hearthside.jobs import run_due_jobs
from hearthside.models import LogEvent
from moderation import letters
from moderation.actions.care import close_alert
from moderation.models import CareAlert, CarePage, ReviewItem, ReviewSignal
from moderation.queries.care import describe_alert, rebuild_care
from tests.given import act, given_ended, given_group, given_member, given_person, outcome_of, problem_of
from tests.moderation.given_care import (
    Mailbox,
    act_in,
    after,
    alert_of,
    all_week,
    cry_again,
    events_of,
    given_cry,
    given_practice,
    given_slot,
    leader,
    pages_of,
    person_called,
    run_at,
    verbs,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def group() -> Group:
    """A group led by Ann, who is on duty, with Ben as the backup and Cleo off duty; Dora is the clinical lead."""
    given_practice(clinical_lead=given_person("admin", name="Dora"))
    group = given_group(given_person("facilitator", name="Ann"))
    all_week(group.memberships.get())
    all_week(leader(group, "Ben"), order="backup")
    leader(group, "Cleo")
    return group


@pytest.fixture
def member(group: Group) -> Membership:
    """Who cries for help."""
    return given_member(group, given_person(name="Mia"))


def test_each_level_calls_the_next(group: Group, member: Membership) -> None:
    item = given_cry(member)
    run_due_jobs()
    assert pages_of(item) == [(0, "Ann")]
    run_at(after(item, 9.9))
    assert pages_of(item) == [(0, "Ann")]
    run_at(after(item, 10))
    assert pages_of(item) == [(0, "Ann"), (1, "Ben")]
    run_at(after(item, 20))
    assert pages_of(item)[2:] == [(2, "Ann"), (2, "Ben"), (2, "Cleo"), (2, "Dora")]
    assert not alert_of(item).failed_at
    run_at(after(item, 30))
    assert pages_of(item)[6:] == [(3, "Ann"), (3, "Ben"), (3, "Cleo"), (3, "Dora")]
    assert alert_of(item).failed_at == after(item, 30)


def test_the_clinical_lead_sees_it_from_the_third_level_on(group: Group, member: Membership) -> None:
    item = given_cry(member)
    dora = Person.objects.get(name="Dora")
    run_at(after(item, 10))
    run_at(after(item, 10))
    assert not ReviewItem.objects.get(id=item.id).with_lead
    assert outcome_of(dora, "care.acknowledge", item=item.id, version=1) == "not_found"
    run_at(after(item, 20))
    assert ReviewItem.objects.get(id=item.id).with_lead
    assert outcome_of(dora, "care.acknowledge", item=item.id, version=1) == "ok"


def test_nobody_is_called_twice_for_a_level(group: Group, member: Membership) -> None:
    item = given_cry(member)
    for minutes in (0, 0, 5, 10, 10, 15, 20, 20, 30, 30, 90):
        run_at(after(item, minutes))
    pages = pages_of(item)
    assert len(pages) == len(set(pages)) == 10
    assert events_of(person_called(group, "Ann")) == ["care.paged"] * 3
    assert events_of(person_called(group, "Ben")) == ["care.paged"] * 3
    assert events_of(member.person) == []


def test_a_clock_far_ahead_skips_no_level(group: Group, member: Membership) -> None:
    item = given_cry(member)
    for _ in range(5):
        run_at(after(item, 500))
    assert [level for level, _ in pages_of(item)] == [0, 1, 2, 2, 2, 2, 3, 3, 3, 3]
    assert alert_of(item).failed_at is not None


def test_a_failure_is_recorded_and_stays_open_and_loud(group: Group, member: Membership) -> None:
    item = given_cry(member)
    box = Mailbox()
    for minutes in (0, 10, 20):
        run_at(after(item, minutes))
    box.fresh()
    run_at(after(item, 30))
    assert ("care.failed", "nobody_answered") in verbs(group)
    assert ReviewItem.objects.get(id=item.id).state == "pending"
    told = box.fresh()
    wanted = {person_called(group, name).email for name in ("Ann", "Ben", "Cleo")}
    assert {to for to, _, _ in told} == wanted | {Person.objects.get(name="Dora").email}
    assert all("Nobody has answered in time" in text for _, _, text in told)
    assert outcome_of(person_called(group, "Cleo"), "care.acknowledge", item=item.id, version=1) == "ok"


def test_acknowledging_stops_the_calls_and_tells_everybody_called(group: Group, member: Membership) -> None:
    item = given_cry(member)
    run_at(after(item, 0))
    run_at(after(item, 10))
    before = ReviewItem.objects.get(id=item.id).version
    answer = act(person_called(group, "Ben"), "care.acknowledge", item=item.id, version=before)
    assert (answer["version"], answer["acknowledged_by"], answer["yours"]) == (before + 1, "Ben", True)
    run_due_jobs()
    for name in ("Ann", "Ben"):
        assert events_of(person_called(group, name)) == ["care.paged", "care.settled"]
    assert events_of(person_called(group, "Cleo")) == []
    run_at(after(item, 60))
    assert pages_of(item) == [(0, "Ann"), (1, "Ben")]
    row = ReviewItem.objects.get(id=item.id)
    assert (row.state, alert_of(item).closed_at) == ("pending", None)
    assert ("care.acknowledged", "") in verbs(group)


def test_the_second_to_acknowledge_is_told_who_was_first(group: Group, member: Membership) -> None:
    item = given_cry(member)
    act(person_called(group, "Ann"), "care.acknowledge", item=item.id, version=1)
    answer = act(person_called(group, "Cleo"), "care.acknowledge", item=item.id, version=1)
    assert (answer["acknowledged_by"], answer["yours"]) == ("Ann", False)
    assert alert_of(item).acknowledged_by == person_called(group, "Ann")


def test_only_the_groups_facilitators_acknowledge(group: Group, member: Membership) -> None:
    item = given_cry(member)
    elsewhere = given_group(given_person("facilitator"))
    strangers = {
        "the author": member.person,
        "another member": given_member(group).person,
        "a facilitator of another group": elsewhere.memberships.get().person,
        "an admin": given_person("admin"),
        "the clinical lead, before it is shared": Person.objects.get(name="Dora"),
        "one who left": given_ended(leader(group, "Gone"), "left").person,
    }
    for who, person in strangers.items():
        assert outcome_of(person, "care.acknowledge", item=item.id, version=1) == "not_found", who
    assert alert_of(item).acknowledged_at is None


def test_closing_ends_the_calls_and_tells_everybody_called(group: Group, member: Membership) -> None:
    item = given_cry(member)
    run_due_jobs()
    ann = person_called(group, "Ann")
    act_in(group, lambda: close_alert(item, ann))
    run_due_jobs()
    assert events_of(ann) == ["care.paged", "care.settled"]
    run_at(after(item, 60))
    assert pages_of(item) == [(0, "Ann")]
    assert problem_of(ann, "care.acknowledge", item=item.id, version=1)["type"] == "closed"


def test_closing_what_nobody_was_called_to_does_nothing(group: Group, member: Membership) -> None:
    item = given_cry(member)
    CareAlert.objects.all().delete()
    act_in(group, lambda: close_alert(item, member.person))
    assert not CareAlert.objects.exists()


def test_a_new_cry_after_closing_starts_again_from_the_first(group: Group, member: Membership) -> None:
    item = given_cry(member)
    run_due_jobs()
    act_in(group, lambda: close_alert(item, person_called(group, "Ann")))
    cry_again(item)
    run_due_jobs()
    assert pages_of(item) == [(0, "Ann"), (0, "Ann")]
    assert alert_of(item).round == 2
    shown = describe_alert(item)
    assert shown is not None
    assert [page["name"] for page in shown["pages"]] == ["Ann"]


def test_a_further_cry_joins_the_calls_that_run(group: Group, member: Membership) -> None:
    item = given_cry(member)
    run_due_jobs()
    started = alert_of(item).started_at
    cry_again(item, severity=3)
    run_due_jobs()
    assert pages_of(item) == [(0, "Ann")]
    assert (alert_of(item).started_at, alert_of(item).round) == (started, 1)


@pytest.mark.parametrize(
    ("minutes", "severity", "again"), [(5, 2, False), (5, 3, True), (11, 2, True), (11, 1, True)]
)
def test_a_new_cry_on_what_somebody_has(
    group: Group, member: Membership, minutes: int, severity: int, again: bool
) -> None:
    item = given_cry(member)
    run_due_jobs()
    act(person_called(group, "Ann"), "care.acknowledge", item=item.id, version=1)
    moment = clock.now() + timedelta(minutes=minutes)
    with clock.as_of(moment):
        cry_again(item, severity=severity)
        run_due_jobs()
    assert pages_of(item) == [(0, "Ann")] * (2 if again else 1)


@pytest.mark.parametrize("how", ["left", "deactivated", "no slot"])
def test_with_nobody_on_duty_every_facilitator_is_called_at_once(
    group: Group, member: Membership, how: str
) -> None:
    ann = Membership.objects.get(group=group, person__name="Ann")
    ben = Membership.objects.get(group=group, person__name="Ben")
    for one in (ann, ben):
        if how == "left":
            given_ended(one, "left")
        elif how == "deactivated":
            Person.objects.filter(pk=one.person_id).update(is_active=False)
        else:
            group.duty_slots.all().delete()
    item = given_cry(member)
    run_due_jobs()
    names = ["Ann", "Ben", "Cleo"] if how == "no slot" else ["Cleo"]
    assert pages_of(item) == [(0, name) for name in names]


def test_off_hours_call_every_facilitator_too(group: Group, member: Membership) -> None:
    group.duty_slots.all().delete()
    tomorrow = (clock.now().weekday() + 2) % 7
    given_slot(Membership.objects.get(group=group, person__name="Ann"), tomorrow, "09:00", "10:00")
    item = given_cry(member)
    run_due_jobs()
    assert pages_of(item) == [(0, "Ann"), (0, "Ben"), (0, "Cleo")]


def test_without_a_backup_the_others_are_called(group: Group, member: Membership) -> None:
    group.duty_slots.filter(order="backup").delete()
    item = given_cry(member)
    run_at(after(item, 0))
    run_at(after(item, 10))
    assert pages_of(item) == [(0, "Ann"), (1, "Ben"), (1, "Cleo")]


def test_a_backup_alone_is_called_first(group: Group, member: Membership) -> None:
    group.duty_slots.filter(order="first").delete()
    item = given_cry(member)
    run_at(after(item, 0))
    run_at(after(item, 10))
    assert pages_of(item) == [(0, "Ben"), (1, "Ann"), (1, "Cleo")]


def test_a_single_facilitator_is_called_again(member: Membership) -> None:
    alone = given_group(given_person("facilitator", name="Solo"))
    item = given_cry(given_member(alone))
    for minutes in (0, 10, 20):
        run_at(after(item, minutes))
    assert pages_of(item) == [(0, "Solo"), (1, "Solo"), (2, "Dora"), (2, "Solo")]


def test_nobody_answers_their_own_cry(group: Group) -> None:
    ann = Membership.objects.select_related("group", "person").get(group=group, person__name="Ann")
    item = given_cry(ann)
    for minutes in (0, 10, 20, 30):
        run_at(after(item, minutes))
    assert "Ann" not in {name for _, name in pages_of(item)}
    assert pages_of(item)[0] == (0, "Ben")


def test_without_a_facilitator_the_clinical_lead_is_called_at_once(group: Group, member: Membership) -> None:
    for one in Membership.objects.filter(group=group, role="facilitator").select_related("person", "group"):
        given_ended(one, "left")
    item = given_cry(member)
    run_due_jobs()
    assert pages_of(item) == [(2, "Dora")]
    assert ReviewItem.objects.get(id=item.id).with_lead
    run_at(after(item, 30))
    assert alert_of(item).failed_at is not None


def test_with_nobody_at_all_it_fails_at_once_and_the_admins_are_told(
    group: Group, member: Membership
) -> None:
    for one in Membership.objects.filter(group=group, role="facilitator").select_related("person", "group"):
        given_ended(one, "left")
    given_practice(clinical_lead=None)
    box = Mailbox()
    item = given_cry(member)
    run_due_jobs()
    assert pages_of(item) == []
    assert alert_of(item).failed_at is not None
    assert ("care.failed", "nobody_there") in verbs(group)
    admins = Person.objects.filter(role="admin", is_active=True).values_list("email", flat=True)
    mail = box.fresh()
    assert {to for to, _, _ in mail} == set(admins)
    assert all("name a clinical lead" in text for _, _, text in mail)


def test_mail_names_nobody_and_says_nothing_of_the_words(group: Group, member: Membership) -> None:
    box = Mailbox()
    item = given_cry(member)
    for minutes in (0, 10, 20, 30):
        run_at(after(item, minutes))
    mail = box.fresh()
    assert len(mail) == 10
    for _, subject, text in mail:
        assert letters.link_of(str(item.id)) in text
        for secret in ("Mia", member.name, group.name, "the words", "risk"):
            assert secret not in subject + text
    assert CarePage.objects.filter(mailed_at=None).count() == 0


def test_no_mail_goes_to_whoever_was_settled_before_it_left(group: Group, member: Membership) -> None:
    box = Mailbox()
    item = given_cry(member)
    with clock.as_of(after(item, 0)):
        from moderation.actions.paging import page_due

        act_in(group, lambda: page_due(alert_of(item).id))
        act(person_called(group, "Ann"), "care.acknowledge", item=item.id, version=1)
        run_due_jobs()
    assert box.fresh() == []


def test_events_are_read_again_from_rows(group: Group, member: Membership) -> None:
    item = given_cry(member, severity=3)
    run_due_jobs()
    ann = person_called(group, "Ann")
    act(ann, "care.acknowledge", item=item.id, version=1)
    run_due_jobs()
    rows = list(LogEvent.objects.filter(stream=ann.stream).order_by("seq"))
    made = [event for row in rows if (event := rebuild_care(rows).get(row.id))]
    paged, settled = made
    assert (paged.item, paged.group, paged.severity, paged.level) == (str(item.id), str(group.id), 3, 0)  # type: ignore[attr-defined]
    assert settled.item == str(item.id)  # type: ignore[attr-defined]


def test_the_queue_hears_of_acknowledging_and_sharing(group: Group, member: Membership) -> None:
    item = given_cry(member)

    def heard() -> int:
        return LogEvent.objects.filter(stream=group.review_stream, type="review.updated").count()

    before = heard()
    act(person_called(group, "Ann"), "care.acknowledge", item=item.id, version=1)
    assert heard() == before + 1


def test_telling_calls_the_facilitators_about_the_member(group: Group, member: Membership) -> None:
    answer = act(member.person, "care.tell", group=group.id, words="Please ring me")
    assert (answer["received"], answer["duty"]["state"]) == (True, "on")
    item = ReviewItem.objects.get(target_kind="member", target_id=member.id, lane="care")
    assert item.severity >= 1
    run_due_jobs()
    assert pages_of(item) == [(0, "Ann")]
    signal = ReviewSignal.objects.get(item=item)
    assert (signal.source, signal.by, signal.words) == ("self", member, "Please ring me")


def test_telling_twice_keeps_both_words_in_one_item(group: Group, member: Membership) -> None:
    act(member.person, "care.tell", group=group.id, words="Please ring me")
    act(member.person, "care.tell", group=group.id)
    act(member.person, "care.tell", group=group.id, words="It is worse")
    item = ReviewItem.objects.get(target_kind="member", lane="care")
    assert ReviewSignal.objects.get(item=item).words == "Please ring me\n\nIt is worse"


def test_telling_is_open_to_whoever_is_in_the_group_and_to_nobody_else(group: Group) -> None:
    paused = given_member(group)
    Membership.objects.filter(id=paused.id).update(paused_until=clock.now() + timedelta(days=3))
    assert outcome_of(paused.person, "care.tell", group=group.id) == "ok"
    assert outcome_of(given_person(), "care.tell", group=group.id) == "not_found"
    gone = given_ended(given_member(group), "left")
    assert outcome_of(gone.person, "care.tell", group=group.id) == "not_found"
    assert outcome_of(paused.person, "care.tell", group=group.id, words="x" * 2001) == "invalid"
    act(person_called(group, "Ann"), "group.close", group=group.id)
    assert outcome_of(paused.person, "care.tell", group=group.id) == "ok"
