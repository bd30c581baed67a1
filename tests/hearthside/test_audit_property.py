"""Whatever is changed in whichever row or line, somebody who runs `audit verify` hears of it."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from hearthside.audit_codes import spell
from hearthside.audit_verify import verify
from hearthside.models import AuditEntry, AuditSeal
from tests.hearthside.given_audit import checkpoints, damage, given_trail

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("audit_file")]

COUNT = 5
texts = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=16)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1))  # noqa: DTZ001  stored without a zone
ids = st.uuids() | st.none()
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "id": st.uuids(),
    "at": moments,
    "actor": ids,
    "actor_role": texts,
    "verb": texts,
    "thing": texts,
    "group": ids,
    "about": ids,
    "reason": texts,
    "tag": st.text("0123456789abcdef", min_size=64, max_size=64) | texts,
}
SEAL_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "sequence": st.integers(-3, 2 * COUNT) | st.integers(-(2**63), 2**63 - 1),
    "entry": st.uuids(),
    "mac": st.text("0123456789abcdef", min_size=64, max_size=64) | texts,
}
CALM = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)


@contextlib.contextmanager
def trail() -> Iterator[None]:
    """A whole trail, damaged inside; after it the damage must be found, and is undone."""
    with transaction.atomic():
        checkpoints().unlink(missing_ok=True)
        given_trail(COUNT, runs=2)
        assert verify().damage == []
        yield
        assert verify().kinds - {"guard"}
        transaction.set_rollback(True)


@CALM
@given(data=st.data())
def test_any_other_value_in_any_entry_is_found(data: st.DataObject) -> None:
    with trail():
        row = data.draw(st.sampled_from(list(AuditEntry.objects.order_by("at", "id"))))
        column = data.draw(st.sampled_from(sorted(VALUES)))
        value = data.draw(VALUES[column])
        old = getattr(row, column)
        moment = value.replace(tzinfo=UTC) if isinstance(value, datetime) else value
        assume((None if old is None else spell(old)) != (None if moment is None else spell(moment)))
        sql = f'UPDATE hearthside_auditentry SET "{column}" = %s WHERE id = %s'
        assert damage(sql, [moment if connection.vendor == "postgresql" else value, row.id]) == 1


@CALM
@given(data=st.data())
def test_any_other_value_in_any_seal_is_found(data: st.DataObject) -> None:
    with trail():
        row = data.draw(st.sampled_from(list(AuditSeal.objects.order_by("sequence"))))
        column = data.draw(st.sampled_from(sorted(SEAL_VALUES)))
        taken = set(AuditSeal.objects.values_list(column, flat=True))
        value = data.draw(SEAL_VALUES[column].filter(lambda value: value not in taken))
        sql = f"UPDATE hearthside_auditseal SET {column} = %s WHERE sequence = %s"
        assert damage(sql, [value, row.sequence]) == 1


@CALM
@given(data=st.data())
def test_any_rows_taken_out_are_found(data: st.DataObject) -> None:
    with trail():
        rows = data.draw(st.sets(st.integers(1, COUNT), min_size=1))
        which = data.draw(st.sampled_from(["entries", "seals", "both"]))
        for seal in AuditSeal.objects.filter(sequence__in=rows):
            if which != "seals":
                damage("DELETE FROM hearthside_auditentry WHERE id = %s", [seal.entry])
            if which != "entries":
                damage("DELETE FROM hearthside_auditseal WHERE sequence = %s", [seal.sequence])


@CALM
@given(data=st.data())
def test_any_other_order_is_found(data: st.DataObject) -> None:
    with trail():
        order = data.draw(st.permutations(range(1, COUNT + 1)).filter(lambda found: found != sorted(found)))
        column = data.draw(st.sampled_from(["sequence", "entry"]))
        before = list(AuditSeal.objects.order_by("sequence"))
        if column == "sequence":
            damage("UPDATE hearthside_auditseal SET sequence = sequence + 1000")
            for seal, place in zip(before, order, strict=True):
                damage(
                    "UPDATE hearthside_auditseal SET sequence = %s WHERE sequence = %s",
                    [place, seal.sequence + 1000],
                )
        else:
            for seal in before:
                damage(
                    "UPDATE hearthside_auditseal SET entry = %s WHERE sequence = %s", [uuid.uuid4(), seal.pk]
                )
            for seal, place in zip(before, order, strict=True):
                damage("UPDATE hearthside_auditseal SET entry = %s WHERE sequence = %s", [seal.entry, place])


@CALM
@given(data=st.data())
def test_any_byte_of_the_checkpoints_is_found(data: st.DataObject) -> None:
    with trail():
        text = checkpoints().read_bytes()
        place = data.draw(st.integers(0, len(text) - 1))
        act = data.draw(st.sampled_from(["change", "take out", "put in", "cut"]))
        byte = bytes([data.draw(st.integers(0, 255).filter(lambda found: found != text[place]))])
        rest = {
            "change": byte + text[place + 1 :],
            "take out": text[place + 1 :],
            "put in": byte + text[place:],
        }
        checkpoints().write_bytes(text[:place] + rest.get(act, b""))
