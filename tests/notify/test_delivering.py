"""What is sent, and what is not: by choice, when it was read, and never twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Person
from hearthside import clock
from hearthside.job_model import Job
from notify.actions.planning import path_of
from notify.kinds import KINDS
from notify.models import Delivery
from tests.given import Browser, act, given_person, outcome_of, problem_of
from tests.moderation.given_care import Mailbox
from tests.notify.endpoint import Service
from tests.notify.given import (
    add_device,
    due,
    given_notice,
    given_notices,
    run_after,
    run_at,
    states,
    withdraw,
)

pytestmark = pytest.mark.django_db
STAFF_KINDS = {"draft.ready", "quote.withdrawn", "assignment.handed_in", "care.called"}


def choices(person: Person) -> dict[str, dict[str, Any]]:
    return {row["kind"]: row for row in Browser(person).get("/api/notices/choices").json()["kinds"]}


def test_everybody_gets_exactly_one_push_and_one_mail(service: Service, box: Mailbox) -> None:
    people = [given_person() for _ in range(3)]
    for number, person in enumerate(people):
        add_device(Browser(person), service.url(str(number)))
    given_notices(people, key="summary:1")
    given_notices(people, key="summary:1")
    for minutes in (0, 14, 15, 16, 60):
        run_after(minutes=minutes)
    assert sorted(push.path for push in service.pushes) == ["/0", "/1", "/2"]
    assert sorted(to for to, _, _ in box.fresh()) == sorted(person.email for person in people)


def test_without_a_browser_the_mail_goes_at_once(box: Mailbox) -> None:
    ann = given_person()
    notice = given_notice(ann)
    run_after()
    assert states(notice) == {"push": ("skipped", "consent"), "mail": ("sent", "")}
    assert len(box.fresh()) == 1


def test_with_one_the_mail_waits_until_it_stays_unread(service: Service, box: Mailbox) -> None:
    ann = given_person()
    add_device(Browser(ann), service.url("phone"))
    begun = clock.now()
    read, unread = given_notice(ann), given_notice(ann)
    run_at(begun + timedelta(seconds=1))
    assert (len(service.pushes), box.fresh()) == (2, [])
    assert timedelta(minutes=15) <= due(unread, "mail") - begun <= timedelta(minutes=15, seconds=5)
    act(ann, "notice.read", id=read.id)
    run_at(begun + timedelta(minutes=16))
    assert (states(read)["mail"], states(unread)["mail"]) == (("skipped", "read"), ("sent", ""))
    assert len(box.fresh()) == 1


def test_a_message_that_waits_is_pushed_after_a_moment_and_mailed_after_a_quarter(
    service: Service, box: Mailbox
) -> None:
    ann = given_person()
    add_device(Browser(ann), service.url("phone"))
    begun = clock.now()
    read, unread = given_notice(ann, "message.waiting"), given_notice(ann, "message.waiting")
    run_at(begun + timedelta(seconds=10))
    act(ann, "notice.read", id=read.id)
    run_at(begun + timedelta(seconds=25))
    assert states(read)["push"] == ("skipped", "read"), "who reads along is not pushed"
    assert states(unread)["push"] == ("sent", "")
    run_at(begun + timedelta(minutes=14))
    assert box.fresh() == []
    run_at(begun + timedelta(minutes=16))
    assert len(box.fresh()) == 1


@pytest.mark.parametrize("channel", ["push", "mail"])
def test_a_kind_that_is_not_wanted_on_a_channel_is_not_sent_there(
    service: Service, box: Mailbox, channel: str
) -> None:
    ann = given_person()
    add_device(Browser(ann), service.url("phone"))
    act(ann, "notice.choose", kind="summary.published", channel=channel, on=False)
    off, other = given_notice(ann), given_notice(ann, "summary.corrected")
    run_after(minutes=16)
    assert states(off)[channel] == ("skipped", "choice")
    assert states(other)[channel] == ("sent", "")
    assert (len(service.pushes), len(box.fresh())) == ((1, 2) if channel == "push" else (2, 1))
    act(ann, "notice.choose", kind="summary.published", channel=channel, on=True)
    again = given_notice(ann)
    run_after(minutes=16)
    assert states(again)[channel] == ("sent", "")


def test_what_is_off_by_default_can_be_turned_on(box: Mailbox) -> None:
    ann = given_person()
    before = given_notice(ann, "resource.shared")
    run_after()
    assert (states(before)["mail"], box.fresh()) == (("skipped", "choice"), [])
    act(ann, "notice.choose", kind="resource.shared", channel="mail", on=True)
    row = choices(ann)["resource.shared"]
    assert (row["mail"], row["mail_default"], row["fixed"]) == (True, False, False)
    given_notice(ann, "resource.shared")
    run_after()
    assert len(box.fresh()) == 1


def test_a_choice_is_ones_own(box: Mailbox) -> None:
    ann, ben = given_person(), given_person()
    act(ann, "notice.choose", kind="summary.published", channel="mail", on=False)
    given_notices([ann, ben])
    run_after()
    assert [to for to, _, _ in box.fresh()] == [ben.email]


def test_members_choose_among_their_kinds_and_calls_are_fixed() -> None:
    member, leader = given_person(), given_person("facilitator")
    assert set(choices(member)) == set(KINDS) - STAFF_KINDS
    assert set(choices(leader)) == set(KINDS)
    assert choices(leader)["care.called"]["fixed"]
    wanted = {"channel": "push", "on": False}
    assert outcome_of(member, "notice.choose", kind="care.called", **wanted) == "not_found"
    assert outcome_of(member, "notice.choose", kind="no.such", **wanted) == "not_found"
    assert "always" in problem_of(leader, "notice.choose", kind="care.called", **wanted)["fields"]["kind"]
    assert outcome_of(leader, "notice.choose", kind="draft.ready", **wanted) == "ok"
    for bad in ({"kind": "x" * 25}, {"channel": "fax"}, {"on": "perhaps"}, {"more": 1}):
        assert outcome_of(leader, "notice.choose", **{"kind": "draft.ready", **wanted, **bad}) == "invalid"


def test_what_was_taken_back_is_not_sent(service: Service, box: Mailbox) -> None:
    ann = given_person()
    add_device(Browser(ann), service.url("phone"))
    notice = given_notice(ann, "session.reminder", key="session:1:1700000000:1h")
    withdraw("session:1:1700000000:1h", ann)
    run_after(minutes=20)
    assert states(notice) == {"push": ("skipped", "withdrawn"), "mail": ("skipped", "withdrawn")}
    assert (service.pushes, box.fresh()) == ([], [])


def test_a_closed_account_is_not_written_to(box: Mailbox) -> None:
    ann = given_person()
    notice = given_notice(ann)
    Person.objects.filter(pk=ann.pk).update(is_active=False)
    run_after()
    assert states(notice)["mail"] == ("skipped", "account_closed")
    assert box.fresh() == []


def test_what_could_not_leave_for_days_is_not_sent_any_more(box: Mailbox) -> None:
    ann = given_person()
    notice = given_notice(ann)
    run_after(days=4)
    assert states(notice)["mail"] == ("skipped", "late")
    assert box.fresh() == []


def test_a_channel_can_be_ruled_out_for_good() -> None:
    ann = given_person()
    assert set(states(given_notice(ann, mail=False))) == {"push"}
    assert set(states(given_notice(ann, push=False))) == {"mail"}


def test_outside_demo_mode_without_a_mail_server_there_is_no_mail(settings: Any) -> None:
    from dataclasses import replace

    settings.HEARTHSIDE = replace(settings.HEARTHSIDE, demo=False, mail_url="")
    notice = given_notice(given_person())
    run_after()
    assert states(notice)["mail"] == ("skipped", "no_mail_server")


def test_a_mail_server_that_is_away_is_asked_again(settings: Any) -> None:
    from dataclasses import replace

    settings.HEARTHSIDE = replace(settings.HEARTHSIDE, mail_url="smtp://127.0.0.1:9")
    notice = given_notice(given_person())
    begun = clock.now()
    run_at(begun)
    assert states(notice)["mail"] == ("waiting", "unreachable")
    settings.HEARTHSIDE = replace(settings.HEARTHSIDE, mail_url="")
    run_at(begun + timedelta(seconds=20))
    assert states(notice)["mail"] == ("sent", "")


def test_the_log_is_ones_own_and_has_no_words(service: Service, box: Mailbox) -> None:
    ann, ben = given_person(), given_person("admin")
    notice = given_notice(ann, about="Anxiety and sleep")
    run_after()
    answer = Browser(ann).get("/api/notices/log")
    rows = answer.json()["deliveries"]
    assert {(row["channel"], row["state"], row["why"], row["kind"]) for row in rows} == {
        ("push", "skipped", "consent", "summary.published"),
        ("mail", "sent", "", "summary.published"),
    }
    assert b"Anxiety" not in answer.content
    assert Browser(ben).get("/api/notices/log").json() == {"deliveries": [], "more": False}
    row = Delivery.objects.filter(notice=notice).first()
    assert row is not None
    assert Browser(ben).get("/api/notices/log", before=str(row.id)).status_code == 404


def test_the_log_has_pages() -> None:
    ann = given_person()
    for _ in range(30):
        given_notice(ann)
    browser, found = Browser(ann), []
    page = browser.get("/api/notices/log").json()
    while True:
        found += [row["id"] for row in page["deliveries"]]
        if not page["more"]:
            break
        page = browser.get("/api/notices/log", before=found[-1]).json()
    assert len(found) == len(set(found)) == 60


def test_jobs_carry_ids_only() -> None:
    ann = given_person(name="Ann Archer")
    given_notice(ann, about="Anxiety and sleep", link="/summaries/7")
    written = repr(list(Job.objects.filter(path=path_of(urgent=False)).values()))
    assert Job.objects.filter(path=path_of(urgent=False)).count() == 2
    for secret in ("Ann", "Anxiety", "summaries", ann.email):
        assert secret not in written


def test_what_no_job_looks_after_is_taken_up() -> None:
    from notify.jobs import take_up_stuck

    notice = given_notice(given_person(), push=False)
    Job.objects.filter(path=path_of(urgent=False)).delete()
    with clock.as_of(clock.now() + timedelta(minutes=9)):
        take_up_stuck.call()
        assert not Job.objects.filter(path=path_of(urgent=False)).exists()
    with clock.as_of(clock.now() + timedelta(minutes=11)):
        take_up_stuck.call()
    run_after(minutes=11)
    assert states(notice)["mail"] == ("sent", "")


def test_what_was_given_up_half_way_is_in_doubt_and_the_rest_is_left_to_the_operator() -> None:
    from notify.jobs import take_up_stuck

    half, whole = given_notice(given_person(), push=False), given_notice(given_person(), push=False)
    Delivery.objects.filter(notice=half).update(state="started", started_at=clock.now())
    Job.objects.filter(path=path_of(urgent=False)).update(given_up_at=clock.now())
    with clock.as_of(clock.now() + timedelta(minutes=11)):
        take_up_stuck.call()
    assert states(half)["mail"] == ("doubt", "cut_off")
    assert states(whole)["mail"] == ("waiting", "")
    assert run_after(minutes=11) == 0
