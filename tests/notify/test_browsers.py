"""Browsers that may be woken: whose they are, and when they end."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.test import Client

from accounts import actions
from accounts.models import Consent, Person, SignIn
from accounts.queries import has_consent
from hearthside import live
from notify.models import PushDevice
from tests.given import Browser, act, given_person, outcome_of
from tests.notify.endpoint import Service
from tests.notify.given import Keys, add_device, given_notice, run_after, states, subscription

pytestmark = pytest.mark.django_db
HOUR = 3600


def test_a_browser_belongs_to_whoever_signed_in_there_last(service: Service) -> None:
    ann, ben, keys = given_person(), given_person(), Keys()
    add_device(Browser(ann), service.url("shared"), keys)
    add_device(Browser(ben), service.url("shared"), keys)
    first, second = given_notice(ann), given_notice(ben)
    run_after()
    assert (states(first)["push"], states(second)["push"]) == (("skipped", "no_device"), ("sent", ""))
    assert service.pushes[0].opened(keys)["tag"] == str(second.id)


def test_nobody_takes_over_a_browser_whose_keys_they_do_not_have(service: Service) -> None:
    ann, eve = given_person(), given_person()
    add_device(Browser(ann), service.url("phone"))
    taken = Browser(eve).command("push.add", **subscription(service.url("phone"), Keys()))
    assert taken.status_code == 422
    assert PushDevice.objects.get().person == ann


def test_devices_are_listed_and_removed_by_their_own_person_only(service: Service) -> None:
    ann, eve = given_person(), given_person("admin")
    phone, desk = Browser(ann), Browser(ann)
    one, other = add_device(phone, service.url("phone")), add_device(desk, service.url("desk"))
    listed = desk.get("/api/notices/choices").json()["push"]["devices"]
    assert {(row["id"], row["this"]) for row in listed} == {(str(one), False), (str(other), True)}
    assert {row["name"] for row in listed} == {"Firefox, phone"}
    assert outcome_of(eve, "push.remove", id=one) == "not_found"
    assert outcome_of(ann, "push.remove", id=one) == "ok"
    assert outcome_of(ann, "push.remove", id=one) == "not_found"
    assert PushDevice.objects.get().id == other


def test_a_page_that_opens_says_no_yes(service: Service) -> None:
    ann, keys = given_person(), Keys()
    phone = Browser(ann)
    data = subscription(service.url("phone"), keys)
    early = phone.command("push.add", **data, again=True)
    assert (early.status_code, early.json()["type"]) == (409, "closed")
    assert phone.command("push.add", **data).status_code == 200
    assert phone.command("push.add", **data, again=True).status_code == 200
    assert has_consent(ann.pk, "push")
    act(ann, "consent.set", purpose="push", given=False)
    late = phone.command("push.add", **data, again=True)
    assert (late.status_code, late.json()["type"]) == (409, "closed"), "the page was opened before the no"
    assert not has_consent(ann.pk, "push")
    assert phone.command("push.add", **data).status_code == 200, "a press is a yes"
    assert has_consent(ann.pk, "push")


def test_there_is_room_for_ten_browsers(service: Service) -> None:
    browser = Browser(given_person())
    for number in range(10):
        add_device(browser, service.url(str(number)))
    more = browser.command("push.add", **subscription(service.url("11"), Keys()))
    assert (more.status_code, more.json()["type"]) == (409, "closed")


def end_signin(person: Person, reason: str) -> None:
    row = SignIn.objects.get(person=person)
    live.write(live.Write(partial(actions.end_signin, row.pk, reason), (person.stream,)))


@pytest.mark.parametrize(
    ("reason", "woken"),
    [("signed_out", False), ("elsewhere", False), ("deactivated", False), ("factors", False), ("idle", True)],
)
def test_a_browser_ends_with_its_sign_in_but_not_by_time(service: Service, reason: str, woken: bool) -> None:
    ann = given_person()
    add_device(Browser(ann), service.url("phone"))
    end_signin(ann, reason)
    notice = given_notice(ann)
    run_after()
    assert states(notice)["push"] == (("sent", "") if woken else ("skipped", "no_device"))
    assert len(service.pushes) == int(woken)
    from notify.jobs import drop_devices

    drop_devices.call()
    assert PushDevice.objects.count() == int(woken)


def test_a_new_password_ends_every_browser_also_idle_ones(service: Service) -> None:
    ann = given_person()
    add_device(Browser(ann), service.url("phone"))
    end_signin(ann, "idle")
    live.write(
        live.Write(partial(actions.set_password, Person.objects.get(pk=ann.pk), "!new"), (ann.stream,))
    )
    notice = given_notice(ann)
    run_after()
    assert states(notice)["push"] == ("skipped", "no_device")


def test_a_browser_not_seen_for_long_is_left_alone(service: Service, moved: Any) -> None:
    ann = given_person()
    add_device(Browser(ann), service.url("phone"))
    moved(91 * 24 * HOUR)
    notice = given_notice(ann)
    run_after()
    assert states(notice)["push"] == ("skipped", "no_device")


def test_adding_a_browser_is_a_yes_and_a_no_holds_at_once(service: Service) -> None:
    ann = given_person()
    add_device(Browser(ann), service.url("phone"))
    assert has_consent(ann.pk, Consent.Purpose.PUSH)
    act(ann, "consent.set", purpose="push", given=False)
    notice = given_notice(ann)
    run_after()
    assert states(notice)["push"] == ("skipped", "consent")
    assert service.pushes == []


def test_push_add_needs_a_sign_in() -> None:
    assert outcome_of(given_person(), "push.add", **subscription("https://push.example.org/x", Keys())) == (
        "signed_out"
    )


def renewed(old: str, endpoint: str, keys: Keys) -> Any:
    """What the service worker's call answers, from a browser without any sign-in or cookie."""
    sent = {**subscription(endpoint, keys), "old": old}
    del sent["name"]
    return Client(enforce_csrf_checks=True).post("/api/push/renew", sent, content_type="application/json")


def test_a_browser_is_followed_to_its_new_address(service: Service) -> None:
    ann, keys = given_person(), Keys()
    device = add_device(Browser(ann), service.url("before"))
    end_signin(ann, "idle")
    assert renewed(service.url("before"), service.url("after"), keys).status_code == 200
    notice = given_notice(ann)
    run_after()
    assert [push.path for push in service.pushes] == ["/after"]
    assert service.pushes[0].opened(keys)["tag"] == str(notice.id)
    assert PushDevice.objects.get().id == device
    assert renewed(service.url("before"), service.url("third"), keys).status_code == 404


def test_nobody_else_moves_a_browser_and_not_to_another_service(service: Service) -> None:
    ann, ben = given_person(), given_person()
    add_device(Browser(ann), service.url("ann"))
    add_device(Browser(ben), service.url("ben"))
    for old, new in (
        (service.url("unknown"), service.url("mine")),
        (service.url("ann"), "https://push.evil.example/x"),
        (service.url("ann"), service.url("ben")),
        ("", service.url("mine")),
    ):
        assert renewed(old, new, Keys()).status_code == 404, (old, new)
    assert renewed(service.url("ann"), "https://10.0.0.1/x", Keys()).status_code == 422
    end_signin(ann, "signed_out")
    assert renewed(service.url("ann"), service.url("later"), Keys()).status_code == 404


def test_a_page_that_was_faster_wins(service: Service) -> None:
    ann, keys = given_person(), Keys()
    browser = Browser(ann)
    add_device(browser, service.url("before"))
    after = add_device(browser, service.url("after"), keys)
    assert renewed(service.url("before"), service.url("after"), keys).status_code == 200
    assert PushDevice.objects.get().id == after
