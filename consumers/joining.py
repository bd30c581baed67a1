"""The reads behind a connect and a subscribe; they run in the reads' own threads."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from accounts.models import Person
from accounts.queries import find_live_signin
from consumers.frames import Subscribe
from consumers.streams import (
    MOST_REPLAYED,
    Entry,
    access_stream,
    check_name,
    kept_from,
    read_position,
    replay,
)
from consumers.tickets import Bearer
from hearthside.hub import data_of, sees
from hearthside.live import Announced, epoch


@dataclass(frozen=True)
class Session:
    """Whose socket it is, and where their private stream stands."""

    person: Person
    head: int


def read_session(bearer: Bearer) -> Session | None:
    """The session behind a ticket; None once the sign-in has ended."""
    head = read_position(
        f"person:{bearer.person}"
    ).head  # first: a sign-in that ends after it comes as an event
    signin = find_live_signin(bearer.signin)
    if signin is None or str(signin.person_id) != bearer.person:
        return None
    return Session(signin.person, head)


@dataclass(frozen=True)
class Joined:
    """What a subscribe answers (JSON), how the port stands, and up to where it was given everything."""

    entry: Entry
    result: bytes
    head: int


def join_stream(person: Person, asked: Subscribe) -> Joined:
    """Read where the stream stands, check access, read what was missed up to there, in this order.

    So whoever loses access was either refused here, or is told by an event that is still to come.
    Recovery answers up to 300 events when the epoch is ours and the offset is within the log; otherwise
    `recovered: false`, and the client fetches a snapshot. Raises NotFound or AgreementNeeded.
    """
    check_name(asked.channel)  # before the database sees it: PostgreSQL takes no zero byte
    position = read_position(asked.channel)
    entry = access_stream(person, asked.channel)
    now_epoch = epoch()
    same = asked.epoch in ("", now_epoch) and position.trimmed <= asked.offset <= position.head
    missed: list[Announced] = []
    recovered = asked.recover and same and position.head - asked.offset <= MOST_REPLAYED
    if recovered and position.head > asked.offset:
        missed = replay(asked.channel, asked.offset, position.head - asked.offset)
    body = {
        "recoverable": True,
        "positioned": True,
        "epoch": now_epoch,
        "offset": position.head,
        "recovered": recovered,
        "was_recovering": asked.recover,
        "publications": [publication(event, entry) for event in missed],
    }
    return Joined(entry, msgspec.json.encode(body), position.head)


def publication(event: Announced, entry: Entry) -> dict[str, object]:
    """One missed event, or the blank for what is before the reader's time."""
    full = sees(entry.visible_from, event.about_seq)
    if full and entry.member is not None:
        full = kept_from(event.event) != entry.member
    return {"data": msgspec.Raw(data_of(event, full=full)), "offset": event.seq}
