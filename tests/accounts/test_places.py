"""Where somebody is signed in: what is shown of it, and signing out from elsewhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts.devices import read_device
from accounts.models import Person, SignIn
from hearthside.models import LogEvent
from tests.accounts.conftest import LOGIN, PASSWORD, Browser

pytestmark = pytest.mark.django_db

SignedIn = Callable[..., tuple[Browser, Person]]
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (FIREFOX, "firefox windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/18.0 Mobile/15E148 Safari/604.1",
            "safari iphone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 "
            "Mobile Safari/537.36",
            "chrome android",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/138.0 Safari/537.36 Edg/138.0",
            "edge windows",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1", "safari mac"),
        ("curl/8.0", "- -"),
        ("", "- -"),
    ],
)
def test_a_device_is_known_no_closer_than_this(agent: str, device: str) -> None:
    assert read_device(agent) == device


def sign_in_with(agent: str, person: Person) -> Browser:
    """Sign in with a browser that says what it is."""
    browser = Browser()
    browser.client.defaults["HTTP_USER_AGENT"] = agent
    assert browser.send(LOGIN, {"email": person.email, "password": PASSWORD}).status_code == 200
    return browser


def test_places_show_this_one_first_and_nothing_of_others(signed_in: SignedIn) -> None:
    here, somebody = signed_in("member")
    signed_in("admin")
    sign_in_with(FIREFOX, somebody)
    places = here.get("/api/me/places").json()["places"]
    assert [(row["here"], row["browser"], row["system"]) for row in places] == [
        (True, "", ""),
        (False, "firefox", "windows"),
    ]
    assert set(places[0]) == {"id", "here", "since", "active_at", "browser", "system"}
    assert places[0]["id"] == here.get("/api/me").json()["signin"]["id"]


def test_no_address_and_no_agent_is_kept() -> None:
    kept = {field.name for field in SignIn._meta.concrete_fields}
    assert kept == {
        "id", "person", "created_at", "active_at", "ended_at", "reason", "confirmed_at", "confirmed_by", "device",
    }  # fmt: skip


def test_one_place_is_signed_out_from_another(signed_in: SignedIn) -> None:
    here, somebody = signed_in("member")
    there = sign_in_with(FIREFOX, somebody)
    place = there.get("/api/me").json()["signin"]["id"]
    assert here.command("signin.end", signin=place).json()["ended"] is True
    assert there.get("/api/me").status_code == 401
    assert here.get("/api/me").status_code == 200
    assert SignIn.objects.get(pk=place).reason == "elsewhere"
    said = LogEvent.objects.filter(stream=somebody.stream, type="signin.ended")
    assert [row.object_id for row in said] == [place]
    assert here.command("signin.end", "nonce-0002", signin=place).json()["ended"] is False
    assert len(here.get("/api/me/places").json()["places"]) == 1


def test_everywhere_else_is_signed_out(signed_in: SignedIn) -> None:
    here, somebody = signed_in("member")
    others = [sign_in_with(FIREFOX, somebody) for _ in range(2)]
    keep = here.get("/api/me").json()["signin"]["id"]
    assert here.command("signins.end_others", keep=keep).json()["ended"] == 2
    assert [one.get("/api/me").status_code for one in (here, *others)] == [200, 401, 401]


def test_places_of_others_are_not_there(signed_in: SignedIn) -> None:
    here, _ = signed_in("member")
    other, _ = signed_in("admin")
    theirs = other.get("/api/me").json()["signin"]["id"]
    for name, data in (("signin.end", {"signin": theirs}), ("signins.end_others", {"keep": theirs})):
        answer = here.command(name, f"nonce-{name}", **data)
        assert (answer.status_code, answer.json()["type"]) == (404, "not_found")
    assert here.command("signin.end", "nonce-0009", signin="nonsense").status_code == 422
    assert other.get("/api/me").status_code == 200
