"""Clients and those who look after them, as the staff's screens show them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from accounts.access import access_staff
from accounts.contacts.away import is_away, today
from accounts.contacts.queries import (
    assigned_to,
    availability_of,
    clients_of,
    covers_now,
    describe_staff,
)
from accounts.models import Contact, Person, Role
from community.access_clients import access_client, led_members, possible_therapists
from hearthside.wire import stamp


def list_clients(person: Person) -> dict[str, Any]:
    """The members whose therapists somebody may see, with them: an admin everybody's, a facilitator their groups'.

    One's own clients are there in any case, but of one who is in no group of one's own only that. Raises Denied.
    """
    me = access_staff(person)
    mine = clients_of(me)
    if me.role == Role.ADMIN:
        members = Person.objects.filter(role=Role.MEMBER, is_active=True)
        reach = set(members.values_list("pk", flat=True))
    else:
        reach = set(led_members(me).values_list("person_id", flat=True))
    rows = assigned_to(reach) + [row for row in mine if row.other_id not in reach]
    lines: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for row, line in zip(rows, describe_lines(me, rows), strict=True):
        lines[row.other_id].append(line)
    ids = reach | set(lines)
    return {
        "clients": [
            {"person": str(each), "contacts": lines[each], "may": ["client.assign"] if each in reach else []}
            for each in sorted(ids)
        ],
        "yours": [
            {"contact": str(row.pk), "person": str(row.other_id), "name": row.name_of_other, "lane": row.lane}
            for row in mine
        ],
    }


def describe_lines(me: Person, rows: Iterable[Contact]) -> list[dict[str, Any]]:
    """Each contact with whether they are away just now, and who covers."""
    contacts = list(rows)
    known = availability_of(row.one_id for row in contacts)
    covers, day = covers_now(contacts), today()
    lines = []
    for row in contacts:
        expected = known.get(row.one_id)
        away = expected.away_until if expected and is_away(expected, day) else None
        lines.append(
            {
                "contact": str(row.pk),
                "person": str(row.one_id),
                "name": row.name_of_one,
                "lane": row.lane,
                "since": stamp(row.begins_at),
                "you": row.one_id == me.pk,
                "away_until": away.isoformat() if away else None,
                "covered_by": covers[row.pk].name_of_one if row.pk in covers else None,
            }
        )
    return lines


def read_client(person: Person, client_id: UUID) -> dict[str, Any]:
    """One client with who looks after them and who else could; raises Denied, NotFound or Invalid."""
    client, me = access_client(person, client_id)
    staff = list(possible_therapists(me, client))
    may_end = {row.pk for row in staff} | {me.pk}
    rows = assigned_to([client.pk])
    lines = describe_lines(me, rows)
    for row, line in zip(rows, lines, strict=True):
        line["may"] = ["client.unassign"] if row.one_id in may_end else []
    known = availability_of(row.pk for row in staff)
    return {
        "person": str(client.pk),
        "name": client.name,
        "contacts": lines,
        "staff": [{**describe_staff(row, known.get(row.pk)), "you": row.pk == me.pk} for row in staff],
    }
