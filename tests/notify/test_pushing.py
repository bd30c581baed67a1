"""Web Push over a real connection: sealed for the browser, signed by the practice, and it gives nobody away."""

from __future__ import annotations

import time
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.test import Client

from accounts import actions
from accounts.models import Consent, Person, SignIn
from accounts.queries import has_consent
from hearthside import clock, live
from notify.models import Delivery, PushDevice, PushKey
from notify.posting import Forbidden, connect, is_outside
from tests.given import Browser, act, given_person, outcome_of
from tests.moderation.given_care import given_practice
from tests.notify.endpoint import Service
from tests.notify.given import Keys, add_device, given_notice, run_after, run_at, states, subscription

pytestmark = pytest.mark.django_db
HOUR = 3600


def test_a_push_opens_with_the_browsers_keys_and_says_nothing(service: Service) -> None:
    given_practice(name="Harbour Practice", mail_from="office@harbour.example")
    ann, keys = given_person(name="Ann Archer"), Keys()
    browser = Browser(ann)
    public = browser.get("/api/notices/choices").json()["push"]["key"]
    add_device(browser, service.url("phone"), keys)
    notice = given_notice(ann, "session.reminder", about="Tuesday circle", link="/sessions/7")
    run_after()
    (push,) = service.pushes
    assert push.opened(keys) == {
        "v": 1,
        "title": "Harbour Practice",
        "body": "A reminder for you.",
        "link": "/sessions/7",
        "tag": str(notice.id),
    }
    claims, key = push.signed()
    assert key == public
    assert (claims["aud"], claims["sub"]) == (service.base, "mailto:office@harbour.example")
    assert 0 < claims["exp"] - time.time() <= 24 * HOUR
    assert (push.headers["urgency"], push.headers["content-encoding"]) == ("normal", "aes128gcm")
    assert 0 < int(push.headers["ttl"]) <= 12 * HOUR
    assert push.headers["topic"] == notice.id.hex
    assert states(notice)["push"] == ("sent", "")
    for secret in ("Ann", "Archer", "Tuesday"):
        assert secret.encode() not in push.body
    assert run_after(minutes=5) == 0
    assert len(service.pushes) == 1


def test_the_key_pair_is_made_once_and_its_secret_is_kept_sealed(service: Service) -> None:
    first = Browser(given_person()).get("/api/notices/choices").json()["push"]["key"]
    assert Browser(given_person()).get("/api/notices/choices").json()["push"]["key"] == first
    row = PushKey.objects.get()
    stored = PushKey.objects.values_list("private", flat=True).get()
    assert len(row.private) == 43
    assert row.private.encode() not in bytes(stored)


def test_all_browsers_are_woken_and_one_that_took_it_is_enough(service: Service) -> None:
    ann = given_person()
    for name in ("phone", "desk", "tablet"):
        add_device(Browser(ann), service.url(name))
    service.answers = {"desk": 410, "tablet": 503}
    notice = given_notice(ann)
    run_after()
    assert states(notice)["push"] == ("sent", "")
    assert {push.path for push in service.pushes} == {"/phone", "/desk", "/tablet"}
    assert run_after(minutes=1) == 0, "nobody gets it twice because another browser was busy"
    assert PushDevice.objects.count() == 2, "the one that is gone was removed"


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_removed_and_the_mail_waits_no_longer(
    service: Service, box: Any, status: int
) -> None:
    ann = given_person()
    add_device(Browser(ann), service.url("phone"))
    service.answers = {"phone": status}
    notice = given_notice(ann)
    run_after()
    assert states(notice)["push"] == ("failed", "gone")
    assert not PushDevice.objects.exists()
    run_after(seconds=1)
    assert [to for to, _, _ in box.fresh()] == [ann.email]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_service_is_asked_again_later(service: Service, status: int) -> None:
    ann = given_person()
    add_device(Browser(ann), service.url("phone"))
    service.answers = {"phone": status}
    notice = given_notice(ann)
    begun = clock.now()
    run_at(begun)
    assert states(notice)["push"] == ("waiting", "busy")
    assert run_at(begun + timedelta(seconds=10)) == 0
    service.answers = {}
    run_at(begun + timedelta(seconds=20))
    assert (states(notice)["push"], len(service.pushes)) == (("sent", ""), 2)


def test_it_waits_as_long_as_it_is_asked_to_within_an_hour(service: Service) -> None:
    ann = given_person()
    add_device(Browser(ann), service.url("phone"))
    service.answers, service.headers = {"phone": 429}, {"Retry-After": "600"}
    notice = given_notice(ann)
    begun = clock.now()
    run_at(begun)
    row = Delivery.objects.get(notice=notice, channel="push")
    assert timedelta(seconds=599) <= row.due_at - begun <= timedelta(seconds=602)
    service.headers = {"Retry-After": "864000"}
    run_at(row.due_at)
    later = Delivery.objects.get(id=row.id)
    assert later.due_at - row.due_at <= timedelta(hours=1, seconds=1)


def test_it_is_given_up_after_some_tries(service: Service) -> None:
    ann = given_person()
    add_device(Browser(ann), service.url("phone"))
    service.answers = {"phone": 503}
    notice = given_notice(ann, mail=False)
    for _ in range(20):
        row = Delivery.objects.get(notice=notice)
        run_at(row.due_at)
    assert states(notice)["push"] == ("failed", "busy")
    assert len(service.pushes) == 8


def test_no_answer_is_a_doubt_and_never_a_second_push(service: Service) -> None:
    ann = given_person()
    add_device(Browser(ann), service.url("phone"))
    service.answers = {"phone": 0}
    notice = given_notice(ann)
    run_after()
    assert states(notice)["push"] == ("doubt", "no_answer")
    for hours in (1, 24):
        run_after(hours=hours)
    assert len(service.pushes) == 1


def test_an_urgent_one_without_an_answer_is_sent_again(service: Service) -> None:
    ann = given_person("facilitator")
    add_device(Browser(ann), service.url("phone"))
    service.answers = {"phone": 0}
    notice = given_notice(ann, "care.called", mail=False)
    run_after()
    assert states(notice)["push"] == ("waiting", "no_answer")
    service.answers = {}
    run_after(seconds=20)
    assert (states(notice)["push"], len(service.pushes)) == (("sent", ""), 2)
    assert {push.headers["topic"] for push in service.pushes} == {notice.id.hex}, (
        "one takes the other's place"
    )
    assert service.pushes[0].headers["urgency"] == "high"


def test_a_redirect_is_never_followed(service: Service) -> None:
    ann = given_person()
    add_device(Browser(ann), service.url("phone"))
    service.answers, service.headers = {"phone": 307}, {"Location": service.url("elsewhere")}
    notice = given_notice(ann)
    run_after()
    assert states(notice)["push"] == ("failed", "refused")
    assert [push.path for push in service.pushes] == ["/phone"]


def test_a_service_that_is_away_is_tried_again(service: Service) -> None:
    ann = given_person()
    add_device(Browser(ann), "http://127.0.0.1:9/phone")
    notice = given_notice(ann)
    run_after()
    assert states(notice)["push"] == ("waiting", "unreachable")


REFUSED = [
    "http://push.example.org/x",  # not sealed on the way
    "https://127.0.0.1/x",
    "https://10.0.0.7/x",
    "https://[::1]/x",
    "https://[fd00::1]/x",
    "https://0x7f000001/x",
    "https://2130706433/x",
    "https://localhost/x",
    "https://intranet/x",
    "https://push.example.org:8443/x",
    "https://ann:secret@push.example.org/x",
    "http://127.0.0.1@evil.example/x",
    "ftp://push.example.org/x",
    "https://push.example.org/a b",
    "https://push.example.org/\n",
    "https://push.example.org:x/",
    "javascript:alert(1)",
    "",
    "https://push.example.org/" + "x" * 1000,
]


@pytest.mark.parametrize("endpoint", REFUSED)
def test_addresses_that_are_not_asked(endpoint: str) -> None:
    browser = Browser(given_person())
    answer = browser.command("push.add", **subscription(endpoint, Keys()))
    assert (answer.status_code, answer.json()["type"]) == (422, "invalid")
    assert not PushDevice.objects.exists()
    allowed = browser.command("push.add", **subscription("https://push.example.org/x", Keys()))
    assert allowed.status_code == 200


def test_outside_demo_mode_this_machine_is_no_push_service(settings: Any, service: Service) -> None:
    from dataclasses import replace

    settings.HEARTHSIDE = replace(settings.HEARTHSIDE, demo=False)
    answer = Browser(given_person()).command("push.add", **subscription(service.url("phone"), Keys()))
    assert answer.status_code == 422


def test_keys_that_are_none_are_refused() -> None:
    browser, good = Browser(given_person()), subscription("https://push.example.org/x", Keys())
    zero = "BA" + "A" * 85
    for field, value in {
        "p256dh": zero,
        "auth": "AAAA",
        "name": "  ",
    }.items():
        answer = browser.command("push.add", **{**good, field: value})
        assert (answer.status_code, list(answer.json()["fields"])) == (422, [field])
    for field, length in {"p256dh": 200, "auth": 100, "name": 81}.items():
        assert browser.command("push.add", **{**good, field: "A" * length}).status_code == 422
    assert browser.command("push.add", **good).status_code == 200


@pytest.mark.parametrize(
    ("address", "outside"),
    [
        ("93.184.216.34", True),
        ("2606:4700::1111", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),  # where clouds keep their machines' secrets
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("64:ff9b::a00:1", False),
        ("2002:0a00:0001::", False),
    ],
)
def test_which_addresses_are_outside(address: str, outside: bool) -> None:
    assert is_outside(address) is outside


def test_a_name_that_leads_inside_is_not_connected_to() -> None:
    with pytest.raises(Forbidden):
        connect("localhost", 443, tls=True, inside=False)


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
