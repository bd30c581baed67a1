"""Letters: they say nothing, lead where they should, and can be stopped from where they are read."""

from __future__ import annotations

import json
import re
import uuid
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client

from hearthside import limits
from hearthside.models import LogEvent
from notify.kinds import KINDS
from notify.models import NoticeChoice
from notify.tokens import make_token, read_token
from tests.given import Browser, given_person
from tests.moderation.given_care import Mailbox, given_practice
from tests.notify.given import given_notice, run_after, states

pytestmark = pytest.mark.django_db
# What would tell somebody who glances at a phone or a mail what kind of practice this is.
TELLING = re.compile(
    r"therap|session|summar|group|circle|message|assignment|homework|appointment|facilitator|care\b|clinic|mental|"
    r"health|crisis|counsel|quote|draft|resource|post",
    re.IGNORECASE,
)


def newest_mail() -> EmailMessage:
    folder = django_settings.HEARTHSIDE.data / "mail"
    paths = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    return message_from_bytes(paths[-1].read_bytes(), policy=policy.default)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "care.called"])
def test_no_letter_says_what_it_is_about(kind: str) -> None:
    given_practice(name="Harbour House")
    ann = given_person("facilitator", name="Ann Archer")
    from tests.given import act

    act(ann, "notice.choose", kind=kind, channel="mail", on=True)
    notice = given_notice(ann, kind, about="Tuesday circle", link="/summaries/7", push=False)
    run_after(minutes=16)
    assert states(notice)["mail"] == ("sent", "")
    mail = newest_mail()
    told = re.sub(r"https?://\S+/unsubscribe/\S+", "", f"{mail['Subject']}\n{mail.get_content()}")
    assert TELLING.search(told) is None, told
    for secret in ("Ann", "Archer", "Tuesday", "summaries"):
        assert secret not in mail.as_string()
    assert "Harbour House" in told


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_no_push_says_what_it_is_about(kind: Any) -> None:
    assert TELLING.search(kind.words) is None
    assert 0 < len(kind.words) < 80


def test_the_link_leads_its_own_person_there_and_nobody_else() -> None:
    ann, ben = given_person(), given_person("admin")
    notice = given_notice(ann, link="/summaries/7")
    for person, leads in ((ann, "/summaries/7"), (ben, "/notices"), (None, "/notices")):
        answer = Browser(person).get(f"/n/{notice.id}")
        assert (answer.status_code, answer["Location"]) == (302, leads)
    assert Browser(ann).get(f"/n/{uuid.uuid4()}")["Location"] == "/notices"
    assert Browser(ann).get("/api/notices").json()["unread"] == 1, "following a link changes nothing"


def unsubscribe_address(mail: EmailMessage) -> str:
    address = str(mail["List-Unsubscribe"]).strip().strip("<>")
    assert address in mail.get_content()
    return address.removeprefix(django_settings.HEARTHSIDE.public_url)


def test_one_click_from_a_mail_program_ends_that_kind_of_letter_and_no_other() -> None:
    ann = given_person()
    given_notice(ann, push=False)
    run_after()
    mail = newest_mail()
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"
    address = unsubscribe_address(mail)
    program = Client(enforce_csrf_checks=True)
    answer = program.post(address, {"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, answer.json()) == (200, {"kind": "summary.published", "on": False})
    assert program.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    off, other = given_notice(ann, push=False), given_notice(ann, "summary.corrected", push=False)
    run_after()
    assert (states(off)["mail"], states(other)["mail"]) == (("skipped", "choice"), ("sent", ""))


def test_looking_at_the_link_changes_nothing_and_the_page_can_take_it_back() -> None:
    ann = given_person()
    token = make_token(ann.pk, "summary.published")
    page = Client(enforce_csrf_checks=True)
    for method in ("get", "head"):
        getattr(page, method)(f"/unsubscribe/{token}")
    shown = page.get(f"/api/unsubscribe/{token}").json()
    assert (shown["kind"], shown["on"]) == ("summary.published", True)
    page.post(f"/unsubscribe/{token}")
    assert page.get(f"/api/unsubscribe/{token}").json()["on"] is False
    back = page.post(f"/unsubscribe/{token}", json.dumps({"on": True}), content_type="application/json")
    assert back.json() == {"kind": "summary.published", "on": True}
    assert page.get(f"/api/unsubscribe/{token}").json()["on"] is True


def test_a_token_is_for_one_person_and_one_kind_and_nobody_makes_one_up() -> None:
    ann, ben = given_person(), given_person()
    token = make_token(ann.pk, "summary.published")
    first, _, second = token.partition(".")
    assert read_token(token) == (ann.pk, "summary.published")
    swapped = f"{make_token(ben.pk, 'summary.published').partition('.')[0]}.{second}"
    bad = [
        swapped,
        f"{first}.{second[:-2]}AA",
        first,
        f"{first}.",
        f".{second}",
        "x",
        "ä.ä",
        "a" * 3000,
        f"{token}x",
    ]
    for forged in bad:
        assert Client().post(f"/unsubscribe/{forged}").status_code == 404, forged
        assert Client().get(f"/api/unsubscribe/{forged}").status_code == 404, forged
    assert "summary" not in token
    assert Client().post(f"/unsubscribe/{token}").status_code == 200
    assert Client().put(f"/unsubscribe/{token}").status_code == 404


def test_calls_to_help_cannot_be_unsubscribed() -> None:
    ann = given_person("facilitator")
    assert Client().post(f"/unsubscribe/{make_token(ann.pk, 'care.called')}").status_code == 404


@pytest.mark.parametrize("body", [b"{", b"[" * 5000, b'{"on": "true"}', b'{"on": 1}', b"\xff", b"x" * 5000])
def test_whatever_else_is_posted_ends_the_letters(body: bytes) -> None:
    token = make_token(given_person().pk, "summary.published")
    answer = Client().post(f"/unsubscribe/{token}", body, content_type="application/json")
    assert (answer.status_code, answer.json()["on"]) == (200, False)


def test_a_letter_has_the_id_of_its_delivery(box: Mailbox) -> None:
    from notify.models import Delivery

    notice = given_notice(given_person(), push=False)
    run_after()
    assert str(Delivery.objects.get(notice=notice).id) in str(newest_mail()["Message-ID"])


def test_a_link_that_is_posted_to_again_and_again_writes_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_limiter", limits.Limiter(""))
    ann, ben = given_person(), given_person()
    address = f"/unsubscribe/{make_token(ann.pk, 'summary.published')}"

    def heard() -> int:
        return LogEvent.objects.filter(stream=ann.stream, type="notices.changed").count()

    answers = [Client().post(address) for _ in range(21)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429]
    assert answers[-1]["Retry-After"]
    assert heard() == NoticeChoice.objects.filter(person=ann).count() == 1
    assert Client().post(f"/unsubscribe/{make_token(ann.pk, 'post.decided')}").status_code == 429
    assert Client().post(f"/unsubscribe/{make_token(ben.pk, 'summary.published')}").status_code == 200
    assert Client().post("/unsubscribe/made.up").status_code == 404
    on = Client().post(
        f"/unsubscribe/{make_token(ben.pk, 'post.decided')}", '{"on": true}', content_type="application/json"
    )
    assert (on.status_code, NoticeChoice.objects.filter(person=ben).count()) == (200, 1), "it was on already"
