"""Invitations: made, mailed, used once by the one they are for; everybody else learns nothing."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from accounts import actions, queries, tokens
from accounts.access import InvitationOver
from accounts.models import Invitation, Person, SignIn
from hearthside import live
from hearthside.errors import Closed, Denied, Invalid, NotFound, Problem, SignedOut
from tests.accounts.conftest import PASSWORD, Browser, link_in, write

pytestmark = pytest.mark.django_db

SIGNUP = "/_allauth/browser/v1/auth/signup"
DAY = 86400

People = Callable[..., Person]
SignedIn = Callable[..., tuple[Browser, Person]]
At = Callable[[float], None]
Letters = Callable[[], list[Any]]


def invite(person: People, email: str = "new@example.org", role: str = "member") -> Invitation:
    """An admin's invitation."""
    admin = queries.find_person("admin@example.org") or person("admin")
    made: Invitation = write(partial(actions.make_invitation, admin, email=email, name="New", role=role))
    return made


def sign_up(invitation: str, **more: Any) -> Any:
    """Sign up in a fresh browser."""
    data = {"email": "new@example.org", "password": PASSWORD, "name": "Nia", "invitation": invitation}
    return Browser().send(SIGNUP, {**data, **more})


@pytest.mark.parametrize("role", ["member", "facilitator", "admin"])
def test_joining(person: People, letters: Letters, role: str) -> None:
    browser = Browser()
    person("admin")
    browser.sign_in("admin@example.org")
    made = browser.command("person.invite", email="New@Example.org", role=role).json()
    (letter,) = letters()
    assert letter["To"] == "new@example.org"
    assert link_in(letter) == made["link"]
    assert Invitation.objects.get().sent_at is not None

    newcomer = Browser()
    data = {"email": "New@Example.org", "password": PASSWORD, "name": "  Nia  Wren "}
    answer = newcomer.send(SIGNUP, {**data, "invitation": made["link"].rpartition("/")[2]})
    assert answer.status_code == 200
    me = newcomer.get("/api/me").json()["person"]
    assert (me["email"], me["role"], me["name"]) == ("new@example.org", role, "Nia Wren")
    joined = Person.objects.get(pk=me["id"])
    assert EmailAddress.objects.get(user=joined).verified
    assert SignIn.objects.filter(person=joined).count() == 1
    assert letters() == []

    token = queries.token_of(Invitation.objects.get())
    for _ in range(2):
        assert write(partial(actions.accept_invitation, joined, token)).accepted_by == joined
    assert Browser().sign_in("new@example.org").status_code == 200


def test_the_letter_says_nothing_about_care(person: People, letters: Letters) -> None:
    invite(person)
    text = letters()[0].as_string().lower()
    for word in ("therap", "group", "client", "patient", "health", "session", "clinic", "counsel"):
        assert word not in text
    assert "linden house" in text


def test_the_letter_names_whom_to_ask(person: People, letters: Letters) -> None:
    admin = person("admin")
    write(partial(actions.update_practice, admin, version=1, changes={"mail_from": "desk@example.org"}))
    invite(person)
    assert "Questions? Write to desk@example.org." in letters()[0].get_content()


def test_name_of_the_invitation_is_taken_when_none_is_given(person: People) -> None:
    assert sign_up(queries.token_of(invite(person)), name="").status_code == 200
    assert Person.objects.get(email="new@example.org").name == "New"


@pytest.mark.parametrize(
    ("more", "param", "code"),
    [
        ({"email": "admin@example.org"}, "email", "invitation_email"),
        ({"email": "other@example.org"}, "email", "invitation_email"),
        ({"email": ""}, "email", "invitation_email"),
        ({"email": None}, "email", "invitation_email"),
        ({"invitation": "forged"}, "invitation", "not_found"),
        ({"invitation": ""}, "invitation", "required"),
        ({"invitation": None}, "invitation", "required"),
        ({"password": "short"}, "password", "password_too_short"),
        ({"password": "password123"}, "password", "password_too_common"),
        ({"password": "nightingale", "name": "Nightingale"}, "password", "password_too_similar"),
        ({"password": ""}, "password", "required"),
        ({"name": "\u0007"}, "name", "invalid"),
        ({"name": "x" * 81}, "name", "invalid"),
    ],
)
def test_sign_up_is_refused_with_one_kind_reason(
    person: People, more: dict[str, Any], param: str, code: str
) -> None:
    token = queries.token_of(invite(person))
    answer = sign_up(**{"invitation": token, **more})
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["param"], error["code"]) == (400, param, code)
    assert not Person.objects.filter(email="new@example.org").exists()


def test_nameless_invitation_needs_a_name(person: People) -> None:
    made = write(partial(actions.make_invitation, person("admin"), email="new@example.org"))
    (error,) = sign_up(queries.token_of(made), name=" ").json()["errors"]
    assert (error["param"], error["code"]) == ("name", "required")


def test_no_stranger_learns_whether_an_address_has_an_account(person: People) -> None:
    person("member")
    token = queries.token_of(invite(person))
    for invitation in ("forged", "", token):
        known = sign_up(invitation, email="member@example.org").json()
        unknown = sign_up(invitation, email="nobody@example.org").json()
        assert known == unknown


def test_somebody_with_an_account_is_told_to_sign_in(person: People) -> None:
    person("member", "new@example.org")
    (error,) = sign_up(queries.token_of(invite(person))).json()["errors"]
    assert (error["param"], error["code"]) == ("email", "email_taken")


def test_signed_in_people_cannot_sign_up(person: People, signed_in: SignedIn) -> None:
    browser, _ = signed_in("member")
    data = {"email": "new@example.org", "password": PASSWORD, "invitation": queries.token_of(invite(person))}
    assert browser.send(SIGNUP, data).status_code == 409


def test_sign_up_is_closed_when_no_form_has_looked(practice: Any) -> None:
    assert (
        Browser().get("/_allauth/browser/v1/config").json()["data"]["account"]["is_open_for_signup"] is False
    )


def test_double_sign_up_makes_one_person(person: People, monkeypatch: pytest.MonkeyPatch) -> None:
    made = invite(person)
    token = queries.token_of(made)

    def meanwhile(password: str) -> str:
        if not queries.find_person("new@example.org"):
            join = partial(actions.join_by_invitation, token, email="new@example.org", name="First")
            live.write(live.Write(partial(join, password_hash="x")))
        return make_password(password)

    monkeypatch.setattr("accounts.adapter.make_password", meanwhile)
    answer = sign_up(token)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "invalid")
    assert Person.objects.get(email="new@example.org").name == "First"


def test_join_looks_at_the_address_again(person: People) -> None:
    token = queries.token_of(invite(person))
    with pytest.raises(Invalid):
        write(partial(actions.join_by_invitation, token, email="x@example.org", name="X", password_hash="x"))


def over(token: str, person: Person | None = None) -> str:
    """Why an invitation cannot be used, as its bearer is told."""
    with pytest.raises(InvitationOver) as caught:
        queries.invitation_by_token(token, person=person)
    return str(caught.value.extra["why"])


def test_an_invitation_ends(person: People, at: At) -> None:
    admin, joined = person("admin"), person("member", "new@example.org")
    first = invite(person)
    token = queries.token_of(first)
    assert queries.invitation_by_token(token) == first

    at(14 * DAY - 5)
    assert queries.invitation_by_token(token).state == "open"
    at(14 * DAY + 5)
    assert over(token) == "expired"
    assert sign_up(token).json()["errors"][0]["code"] == "invitation_over"

    renewed = write(partial(actions.resend_invitation, admin, first.pk))
    assert over(token) == "replaced"
    token = queries.token_of(renewed)
    assert queries.invitation_by_token(token) == first

    write(partial(actions.accept_invitation, joined, token))
    assert over(token) == "used"
    assert over(token, person=admin) == "used"
    assert queries.invitation_by_token(token, person=joined) == first
    for act in (actions.resend_invitation, actions.revoke_invitation):
        with pytest.raises(Closed):
            write(partial(act, admin, first.pk))

    second = invite(person)
    for _ in range(2):
        assert write(partial(actions.revoke_invitation, admin, second.pk)).state == "revoked"
    assert over(queries.token_of(second)) == "revoked"
    with pytest.raises(Closed):
        write(partial(actions.resend_invitation, admin, second.pk))


def test_forged_tokens_are_not_found(person: People) -> None:
    made = invite(person)
    good = queries.token_of(made)
    absent = tokens.make_token(Invitation(id=uuid.uuid4()))
    other = queries.token_of(invite(person, "b@example.org"))
    head, _, tail = good.partition(".")
    swapped = f"{head}.{other.partition('.')[2]}"
    for token in (
        "",
        ".",
        "a.b",
        good[:-2],
        good + "A",
        head,
        swapped,
        absent,
        f"é.{tail}",
        f"{head}.{'A' * 43}",
    ):
        with pytest.raises(NotFound):
            queries.invitation_by_token(token)


def test_only_its_address_accepts(person: People) -> None:
    token = queries.token_of(invite(person))
    with pytest.raises(Denied):
        write(partial(actions.accept_invitation, person("member"), token))
    assert Invitation.objects.get().state == "open"


def test_no_mail_for_what_is_over(person: People, letters: Letters) -> None:
    admin = person("admin")
    taken_back = invite(person)
    write(partial(actions.revoke_invitation, admin, taken_back.pk))
    again = invite(person, "b@example.org")
    write(partial(actions.resend_invitation, admin, again.pk))
    (letter,) = letters()
    assert letter["To"] == "b@example.org"
    assert link_in(letter) == queries.link_of(Invitation.objects.get(pk=again.pk))


@pytest.mark.parametrize("role", ["admin", "facilitator", "member"])
def test_who_may_invite_whom(person: People, role: str) -> None:
    inviter = person(role)
    allowed = {"admin": {"admin", "facilitator", "member"}, "facilitator": {"member"}, "member": set()}[role]
    for number, invited in enumerate(("admin", "facilitator", "member")):
        work = partial(actions.make_invitation, inviter, email=f"n{number}@example.org", role=invited)
        if invited in allowed:
            assert write(work).invited_by == inviter
        else:
            with pytest.raises(Denied):
                write(work)


@pytest.mark.parametrize(("role", "status"), [("admin", 200), ("facilitator", 403), ("member", 403)])
def test_only_admins_invite_to_the_practice(signed_in: SignedIn, role: str, status: int) -> None:
    browser, _ = signed_in(role)
    assert browser.command("person.invite", email="new@example.org", role="member").status_code == status
    assert Invitation.objects.count() == (status == 200)


def test_inviting_to_the_practice_twice(signed_in: SignedIn, at: At) -> None:
    browser, admin = signed_in("admin")
    for number, email in enumerate((admin.email, "new@example.org", "new@example.org")):
        answer = browser.command("person.invite", f"nonce-000{number}", email=email, role="member")
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["email"])
    assert [row.email for row in Invitation.objects.all()] == ["new@example.org"]


def test_an_expired_invitation_can_be_made_anew(person: People, at: At) -> None:
    admin = person("admin")
    work = partial(actions.invite_to_practice, admin, email="new@example.org", name="", role="member")
    write(work)
    at(15 * DAY)
    assert write(work).state == "open"


@pytest.mark.parametrize(
    ("role", "own", "outcome"),
    [
        ("admin", True, None),
        ("admin", False, None),
        ("facilitator", True, None),
        ("facilitator", False, NotFound),
        ("member", False, Denied),
    ],
)
@pytest.mark.parametrize("act", [actions.resend_invitation, actions.revoke_invitation])
def test_whose_invitations_one_may_touch(
    person: People, role: str, own: bool, outcome: type[Problem] | None, act: Any
) -> None:
    somebody = person(role, "somebody@example.org")
    maker = somebody if own else person("facilitator", "maker@example.org")
    made = write(partial(actions.make_invitation, maker, email="new@example.org"))
    if outcome is None:
        assert write(partial(act, somebody, made.pk)).pk == made.pk
        outcome = NotFound
    else:
        with pytest.raises(outcome):
            write(partial(act, somebody, made.pk))
    with pytest.raises(outcome):
        write(partial(act, somebody, uuid.uuid4()))


def test_an_admin_does_not_get_a_facilitators_link(signed_in: SignedIn, person: People) -> None:
    browser, _ = signed_in("admin")
    made = write(partial(actions.make_invitation, person("facilitator", "f@x.example"), email="n@x.example"))
    again = browser.command("invitation.resend", invitation=str(made.pk)).json()
    assert (again["state"], again["link"]) == ("open", None)
    assert browser.get("/api/people").json()["invitations"][0]["link"] is None


def test_resend_and_revoke_by_command(signed_in: SignedIn) -> None:
    browser, _ = signed_in("admin")
    made = browser.command("person.invite", email="new@example.org", name="Nia", role="member").json()
    again = browser.command("invitation.resend", "nonce-0002", invitation=made["id"]).json()
    assert (again["id"], again["state"], again["duplicate"]) == (made["id"], "open", False)
    assert again["link"] != made["link"]
    assert browser.command("invitation.resend", "nonce-0002", invitation=made["id"]).json() == {
        **again,
        "duplicate": True,
    }
    gone = browser.command("invitation.revoke", "nonce-0003", invitation=made["id"]).json()
    assert (gone["state"], gone["link"]) == ("revoked", None)
    assert browser.command("invitation.revoke", "nonce-0004", invitation="nothing").status_code == 422
    assert browser.command("invitation.revoke", "nonce-0005", invitation=str(uuid.uuid4())).status_code == 404


def test_first_admin(db: None, letters: Letters) -> None:
    first = actions.create_practice("Linden House", "Anna@Example.org")
    second = actions.create_practice("Ignored", "anna@example.org")
    assert queries.get_practice().name == "Linden House"
    assert over(queries.token_of(first)) == "revoked"
    assert (second.role, second.email, second.invited_by) == ("admin", "anna@example.org", None)
    assert link_in(letters()[0]) == queries.link_of(second)
    token = queries.token_of(second)
    assert sign_up(token, email="anna@example.org").status_code == 200
    with pytest.raises(Closed):
        actions.create_practice("Linden House", "eve@example.org")


def test_the_deactivated_do_nothing(person: People) -> None:
    admin = person("admin")
    Person.objects.update(is_active=False)
    with pytest.raises(SignedOut):
        write(partial(actions.make_invitation, admin, email="new@example.org"))
