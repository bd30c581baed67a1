"""Web Push over a real connection: sealed for the browser, signed by the practice, and it gives nobody away."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest

from hearthside import clock
from notify.models import Delivery, PushDevice, PushKey
from notify.posting import Forbidden, connect, is_outside
from tests.given import Browser, given_person
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
