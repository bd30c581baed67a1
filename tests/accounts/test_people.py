"""People, the practice and the demo accounts: who sees and changes what."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, override_settings

from accounts import actions, queries
from accounts.models import Invitation, Person, Practice, SignIn
from hearthside import live
from hearthside.config import read_config
from hearthside.errors import Denied, NotFound, SignedOut, Stale
from hearthside.models import LogEvent
from tests.accounts.conftest import Browser, write

pytestmark = pytest.mark.django_db

People = Callable[..., Person]
SignedIn = Callable[..., tuple[Browser, Person]]
STAFF = [("admin", 200), ("facilitator", 200), ("member", 403)]


@pytest.mark.parametrize(("role", "status"), STAFF)
@pytest.mark.parametrize("path", ["/api/people", "/api/practice"])
def test_staff_read(signed_in: SignedIn, path: str, role: str, status: int) -> None:
    browser, _ = signed_in(role)
    answer = browser.get(path)
    assert answer.status_code == status
    if status != 200:
        assert answer.json()["type"] == "denied"
    assert Browser().get(path).status_code == 401


def test_the_people_screen(signed_in: SignedIn, person: People) -> None:
    admin_browser, admin = signed_in("admin")
    staff_browser, facilitator = signed_in("facilitator")
    member = person("member")
    for maker, email in (
        (admin, "a@example.org"),
        (facilitator, "f@example.org"),
        (admin, "gone@example.org"),
    ):
        write(partial(actions.make_invitation, maker, email=email, name="N"))
    gone = Invitation.objects.get(email="gone@example.org")
    write(partial(actions.revoke_invitation, admin, gone.pk))

    seen = admin_browser.get("/api/people").json()
    rows = {row["id"]: row for row in seen["people"]}
    assert rows[str(admin.pk)]["you"]
    assert rows[str(admin.pk)]["may"] == []
    assert rows[str(member.pk)]["may"] == ["person.deactivate"]
    assert seen["may_invite"] == ["admin", "facilitator", "member"]
    assert [row["email"] for row in seen["invitations"]] == ["a@example.org", "f@example.org"]
    assert all(row["may"] for row in seen["invitations"])
    assert [bool(row["link"]) for row in seen["invitations"]] == [True, False]  # a link lets its holder in
    assert seen["invitations"][0]["invited_by"] == "Admin"

    seen = staff_browser.get("/api/people").json()
    assert all(row["may"] == [] for row in seen["people"])
    assert seen["may_invite"] == []
    assert [bool(row["link"]) for row in seen["invitations"]] == [False, True]
    assert [bool(row["may"]) for row in seen["invitations"]] == [False, True]


def test_expired_invitations_show_no_link(signed_in: SignedIn, at: Callable[[float], None]) -> None:
    _, admin = signed_in("admin")
    write(partial(actions.make_invitation, admin, email="a@example.org"))
    Invitation.objects.update(invited_by=None)
    at(15 * 86400)
    (row,) = queries.list_people(admin)["invitations"]
    assert (row["state"], row["link"], row["invited_by"]) == ("expired", None, None)


@pytest.mark.parametrize("command", ["person.deactivate", "person.reactivate"])
@pytest.mark.parametrize(("role", "status"), [("admin", 200), ("facilitator", 403), ("member", 403)])
def test_only_admins_close_and_open_accounts(
    signed_in: SignedIn, person: People, command: str, role: str, status: int
) -> None:
    browser, _ = signed_in(role)
    somebody = person("member", "somebody@example.org")
    Person.objects.filter(pk=somebody.pk).update(is_active=command == "person.deactivate")
    assert browser.command(command, person=str(somebody.pk)).status_code == status
    somebody.refresh_from_db()
    assert somebody.is_active == ((command == "person.deactivate") == (status != 200))
    absent = browser.command(command, "nonce-0002", person=str(uuid.uuid4()))
    assert absent.status_code == (404 if status == 200 else 403)
    assert browser.command(command, "nonce-0003", person="me").status_code == 422


def test_closing_an_account_ends_its_sign_ins(signed_in: SignedIn) -> None:
    admin, _ = signed_in("admin")
    browser, somebody = signed_in("member")
    answer = admin.command("person.deactivate", person=str(somebody.pk)).json()
    assert answer == {"person": str(somebody.pk), "active": False, "duplicate": False}
    signin = SignIn.objects.get(person=somebody)
    assert signin.reason == "deactivated"
    assert browser.get("/api/me").status_code == 401
    types = LogEvent.objects.filter(stream=somebody.stream).order_by("seq").values_list("type", flat=True)
    assert list(types) == ["signin.ended", "person.updated"]
    admin.command("person.deactivate", "nonce-0002", person=str(somebody.pk))
    admin.command("person.reactivate", "nonce-0003", person=str(somebody.pk))
    admin.command("person.reactivate", "nonce-0004", person=str(somebody.pk))
    assert len(types.all()) == 3
    assert browser.get("/api/me").status_code == 401
    assert browser.sign_in(somebody.email).status_code == 200


def test_one_admin_always_remains(signed_in: SignedIn, person: People) -> None:
    browser, admin = signed_in("admin")
    other = person("admin", "other@example.org")
    answer = browser.command("person.deactivate", person=str(admin.pk))
    assert (answer.status_code, answer.json()["type"]) == (403, "denied")
    close = partial(actions.deactivate_person, admin, other.pk)
    live.write(live.Write(close, streams=(other.stream,)))
    with pytest.raises(SignedOut):
        live.write(live.Write(partial(actions.deactivate_person, other, admin.pk)))
    assert Person.objects.filter(role="admin", is_active=True).get() == admin


def test_deactivated_people_are_signed_out_even_with_a_live_row(signed_in: SignedIn) -> None:
    browser, somebody = signed_in("member")
    Person.objects.filter(pk=somebody.pk).update(is_active=False)
    assert browser.get("/api/me").status_code == 401
    assert queries.find_live_signin(SignIn.objects.get().pk) is None


@pytest.mark.parametrize("role", ["admin", "facilitator", "member"])
def test_everybody_changes_their_own_name(signed_in: SignedIn, role: str) -> None:
    browser, somebody = signed_in(role)
    answer = browser.command("me.update", name=" Ada  Lov ", time_zone="Asia/Tokyo").json()
    assert (answer["name"], answer["time_zone"], answer["role"]) == ("Ada Lov", "Asia/Tokyo", role)
    event = LogEvent.objects.get(stream=somebody.stream)
    assert (event.type, event.object_id) == ("person.updated", str(somebody.pk))


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"name": ""},
        {"name": "x" * 81},
        {"name": "a\x00b"},
        {"time_zone": "Mars/Olympus"},
        {"email": "x@example.org"},
        {"role": "admin"},
    ],
)
def test_what_one_cannot_be(signed_in: SignedIn, data: dict[str, str]) -> None:
    browser, somebody = signed_in("member")
    assert browser.command("me.update", **data).status_code == 422
    somebody.refresh_from_db()
    assert (somebody.name, somebody.role) == ("Member", "member")


@pytest.mark.parametrize(("role", "status"), [("admin", 200), ("facilitator", 403), ("member", 403)])
def test_only_admins_change_the_practice(signed_in: SignedIn, role: str, status: int) -> None:
    browser, _ = signed_in(role)
    answer = browser.command("practice.update", version=1, name="Elm House", region="ie", mail_from="")
    assert answer.status_code == status
    practice = Practice.objects.get()
    expected = ("Elm House", "IE", 2) if status == 200 else ("Linden House", "GB", 1)
    assert (practice.name, practice.region, practice.version) == expected


def test_an_older_version_of_the_practice_is_refused(signed_in: SignedIn) -> None:
    browser, admin = signed_in("admin")
    assert browser.command("practice.update", version=1, name="Elm House").json()["version"] == 2
    late = browser.command("practice.update", "nonce-0002", version=1, name="Oak House")
    assert (late.status_code, late.json()["type"]) == (409, "stale")
    assert late.json()["current"]["name"] == "Elm House"
    with pytest.raises(Stale):
        live.write(live.Write(partial(actions.update_practice, admin, version=3, changes={"name": "X"})))


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"region": "GBR"},
        {"region": "1é"},
        {"time_zone": ""},
        {"mail_from": "nobody"},
        {"mail_from": f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.org"},
        {"name": "\u202e\ud7ff" + "\ue000"},
    ],
)
def test_what_a_practice_cannot_be(signed_in: SignedIn, data: dict[str, str]) -> None:
    browser, _ = signed_in("admin")
    assert browser.command("practice.update", version=1, **data).status_code == 422


def test_a_practice_before_init(person: People) -> None:
    admin = person("admin")
    Practice.objects.all().delete()
    assert queries.describe_practice(admin)["name"] == "Hearthside"
    change = partial(actions.update_practice, admin, version=1, changes={"name": "Elm House"})
    assert live.write(live.Write(change))["name"] == "Elm House"


def test_the_action_looks_at_the_role_again(person: People) -> None:
    admin = person("admin")
    Person.objects.update(role="member")
    with pytest.raises(Denied):
        live.write(live.Write(partial(actions.update_practice, admin, version=1, changes={"name": "X"})))


def test_demo_accounts_are_listed_in_demo_mode_only(person: People, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = person("facilitator", demo_about="Leads two groups")
    Person.objects.filter(pk=shown.pk).update(demo_about="Leads two groups")
    person("member")
    browser = Browser()
    answer = browser.get("/api/demo/accounts")
    if not settings.HEARTHSIDE.demo:
        assert answer.status_code == 404
    config = settings.HEARTHSIDE
    on = read_config({"HEARTHSIDE_DEMO": "1", "HEARTHSIDE_DATA": str(config.data)})
    with override_settings(HEARTHSIDE=on):
        assert browser.get("/api/demo/accounts").json() == [
            {
                "name": "Facilitator",
                "role": "facilitator",
                "email": shown.email,
                "password": queries.demo_password(shown.email),
                "about": "Leads two groups",
            }
        ]
    off = read_config({"HEARTHSIDE_DATA": str(config.data)})
    with override_settings(HEARTHSIDE=off):
        answer = browser.get("/api/demo/accounts")
        assert (answer.status_code, answer.json()["type"]) == (404, "not_found")
        with pytest.raises(NotFound):
            queries.list_demo_accounts()


def test_demo_passwords_are_long_and_stay() -> None:
    one = queries.demo_password("Rosa@example.org")
    assert one == queries.demo_password("rosa@example.org")
    assert one != queries.demo_password("ruth@example.org")
    assert len(one) == 20


def test_a_session_made_for_load_tests_signs_in(person: People) -> None:
    somebody = person("member")
    made = live.write(live.Write(lambda: actions.open_session(somebody)))
    client = Client()
    client.cookies["sessionid"] = made["session"]
    me: Any = client.get("/api/me").json()
    assert (me["person"]["id"], me["signin"]["id"]) == (str(somebody.pk), made["signin"])


def test_rows_show_no_names_or_addresses(person: People) -> None:
    somebody = person("member", "secret@example.org")
    made = live.write(live.Write(lambda: actions.open_session(somebody)))
    rows = (
        somebody,
        SignIn.objects.get(),
        Practice.objects.get(),
        Invitation(email="secret@example.org", accepted_at=somebody.created_at),
    )
    for row in rows:
        for text in (repr(row), str(row)):
            assert "secret" not in text
            assert "Member" not in text
            assert "Linden" not in text
            assert made["session"] not in text


def test_an_address_is_kept_in_one_form() -> None:
    somebody = Person(email=" Rosa@Example.org ", name="R", password="x")
    somebody.clean()
    assert somebody.email == "rosa@example.org"
