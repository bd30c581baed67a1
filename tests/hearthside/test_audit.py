"""What is written down, when, and what is refused: an entry is there exactly when its act is."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from functools import partial

import pytest

from hearthside import audit, clock, live
from hearthside.audit_codes import FIELDS, entry_tag
from hearthside.errors import Denied
from hearthside.models import AuditEntry, AuditSeal, AuditWaiting
from tests.given import given_person
from tests.hearthside.given_audit import given_entry

pytestmark = pytest.mark.django_db


def test_an_entry_has_ids_and_codes() -> None:
    leader, member = given_person("facilitator"), given_person()
    group, post = uuid.uuid4(), uuid.uuid4()
    moment = datetime(2026, 5, 4, 3, 2, 1, 50, tzinfo=UTC)
    with clock.as_of(moment):
        entry = given_entry(
            leader, "post.hidden", f"post:{post}", group=group, about=member, reason="kindness.2"
        )
    assert (entry.at, entry.actor, entry.actor_role) == (moment, leader.pk, "facilitator")
    assert (entry.verb, entry.thing, entry.reason) == ("post.hidden", f"post:{post}", "kindness.2")
    assert (entry.group, entry.about) == (group, member.pk)
    assert entry.tag == entry_tag([getattr(entry, name) for name in FIELDS])
    assert AuditWaiting.objects.get().entry == entry.id
    assert not AuditSeal.objects.exists()


def test_what_hearthside_does_by_itself_has_no_actor() -> None:
    entry = given_entry(None, "step.ended", "step:7")
    assert (entry.actor, entry.actor_role, entry.about, entry.group) == (None, "system", None, None)


def test_an_entry_goes_with_an_action_that_fails() -> None:
    def act() -> live.Answer:
        audit.record(None, "a.b", "post:1")
        raise Denied

    with pytest.raises(Denied):
        live.write(live.Write(act))
    assert not AuditEntry.objects.exists()
    assert not AuditWaiting.objects.exists()


def test_outside_an_action_there_is_no_entry() -> None:
    with pytest.raises(RuntimeError):
        audit.record(None, "a.b", "post:1")


@pytest.mark.parametrize(
    ("verb", "thing", "reason"),
    [
        ("Review decided", "post:1", ""),
        ("a.b", "just words", ""),
        ("a.b", "post:he wrote", ""),
        ("a.b", "post:1", "because she said so"),
        ("a.b", "post:1", "x" * 81),
        ("", "post:1", ""),
    ],
)
def test_words_are_refused(verb: str, thing: str, reason: str) -> None:
    with pytest.raises(ValueError):
        live.write(live.Write(partial(_record, verb, thing, reason)))
    assert not AuditEntry.objects.exists()


def _record(verb: str, thing: str, reason: str) -> live.Answer:
    audit.record(None, verb, thing, reason=reason)
    return {}
