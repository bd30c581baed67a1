"""Which streams there are, who may join them, and how their events are read again from rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from accounts.events import ConsentChanged, ContactChanged, PersonUpdated, SigninEnded
from accounts.models import Consent, Person
from accounts.queries import has_consent
from community.access import access_group, require_agreed
from community.events import MemberLeft
from community.queries.replay import rebuild as rebuild_community
from hearthside.api import read_id
from hearthside.errors import NotFound
from hearthside.hub import Revocation
from hearthside.live import Announced
from hearthside.models import LogEvent, Stream
from hearthside.wire import Event, Skipped
from messaging.events import rebuild as rebuild_sealed
from moderation.access import access_queue
from moderation.events import ReviewUpdated
from moderation.queries.replay import rebuild as rebuild_review
from notify.events import rebuild as rebuild_notices

NAME = re.compile(r"(group|person|review):[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MOST_REPLAYED = 300  # events a recovery answers; beyond that the client fetches a snapshot (WIRE)


@dataclass(frozen=True)
class Entry:
    """How a person stands in a stream: what is too early for them, and which membership they read as."""

    visible_from: int = 0
    member: str | None = None


def check_name(name: str) -> None:
    """Raise NotFound for what names no stream; an id can be spelt in several ways, a stream has one name."""
    if not NAME.fullmatch(name):
        raise NotFound


def access_stream(person: Person, name: str) -> Entry:
    """How the person may read the stream of that name; raises NotFound or AgreementNeeded."""
    check_name(name)
    kind, _, text = name.partition(":")
    if kind == "group":
        member = access_group(person, read_id(text))
        require_agreed(member, current=False)
        return Entry(visible_from=member.visible_from, member=str(member.id))
    if kind == "review":
        return Entry(member=str(access_queue(person, read_id(text)).id))
    if kind == "person" and text == str(person.pk):
        return Entry()
    raise NotFound


def read_heads(names: Sequence[str]) -> dict[str, int]:
    """The newest sequence number of each stream that has one."""
    heads: dict[str, int] = {}
    for start in range(0, len(names), 500):
        part = names[start : start + 500]
        heads.update(Stream.objects.filter(name__in=part).values_list("name", "seq"))
    return heads


@dataclass(frozen=True)
class Position:
    """Where a stream stands: its newest sequence number, and up to which it was trimmed."""

    head: int
    trimmed: int


def read_position(name: str) -> Position:
    """The stream's position; a stream nobody wrote to yet stands at 0."""
    row = Stream.objects.filter(name=name).first()
    return Position(row.seq, row.trimmed) if row else Position(0, 0)


def replay(name: str, after: int, most: int = MOST_REPLAYED) -> list[Announced]:
    """Up to `most` events after a sequence number, in order, from rows as they now are.

    An event whose row is gone stays in its place as a blank.
    """
    rows = list(LogEvent.objects.filter(stream=name, seq__gt=after).order_by("seq")[:most])
    events: dict[UUID, Event] = {
        **rebuild_community(rows),
        **rebuild_accounts(rows),
        **rebuild_review(rows),
        **rebuild_sealed(rows),
        **rebuild_notices(rows),
    }
    return [
        Announced(
            stream=row.stream,
            seq=row.seq,
            event=events.get(row.id, Skipped()),
            id=str(row.id),
            at=row.at,
            about_seq=row.about_seq,
            actor=row.actor,
            nonce=row.nonce,
        )
        for row in rows
    ]


def rebuild_accounts(rows: Sequence[LogEvent]) -> dict[UUID, Event]:
    """The events about people themselves, from their rows as they now are."""
    wanted = {row.object_id for row in rows if row.type == "person.updated"}
    people = {str(person.pk): person for person in Person.objects.filter(pk__in=wanted)} if wanted else {}
    wanted = {row.object_id for row in rows if row.type == "consent.changed"}
    consents = {str(row.pk): row for row in Consent.objects.filter(pk__in=wanted)} if wanted else {}
    made: dict[UUID, Event] = {}
    for row in rows:
        if row.type == "consent.changed" and (consent := consents.get(row.object_id)):
            given = has_consent(consent.person_id, consent.purpose)
            made[row.id] = ConsentChanged(purpose=consent.purpose, given=given)
        elif row.type == "signin.ended":
            made[row.id] = SigninEnded(signin=row.object_id)
        elif row.type == "contact.changed":
            made[row.id] = ContactChanged()
        elif row.type == "person.updated" and (person := people.get(row.object_id)):
            made[row.id] = PersonUpdated(name=person.name, role=person.role, active=person.is_active)
    return made


def kept_from(event: Event) -> str | None:
    """The membership that an event is kept from: nobody hears of what waits in the queue about themselves."""
    return event.author if isinstance(event, ReviewUpdated) else None


def revokes(event: Event) -> Revocation | None:
    """What an event takes away from sockets that are open."""
    match event:
        case MemberLeft(member=member, state=state):
            return Revocation(member=member, final=state != "active")
        case SigninEnded(signin=signin):
            return Revocation(signin=signin)
        case PersonUpdated(active=False):
            return Revocation(person=True)
    return None
