"""The reads behind a connect and a subscribe; they run in the reads' own threads."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from accounts.models import Person
from accounts.queries import find_live_signin
from consumers.frames import Subscribe
from consumers.streams import MOST_REPLAYED, Entry, access_stream, read_position, replay
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
    signin = find_live_signin(bearer.signin)
    if signin is None or str(signin.person_id) != bearer.person:
        return None
    return Session(signin.person, read_position(signin.person.stream).head)


@dataclass(frozen=True)
class Joined:
    """What a subscribe answers (JSON), how the port stands, and up to where it was given everything."""

    entry: Entry
    result: bytes
    head: int


def join_stream(person: Person, asked: Subscribe) -> Joined:
    """Check access and read what was missed.

    Recovery answers up to 300 events when the epoch is ours and the offset is within the log; otherwise
    `recovered: false`, and the client fetches a snapshot. Raises NotFound or AgreementNeeded.
    """
    entry = access_stream(person, asked.channel)
    position = read_position(asked.channel)
    now_epoch = epoch()
    same = asked.epoch in ("", now_epoch) and position.trimmed <= asked.offset <= position.head
    missed: list[Announced] = []
    recovered = asked.recover and same and position.head - asked.offset <= MOST_REPLAYED
    head = position.head
    if recovered and position.head > asked.offset:
        missed = replay(asked.channel, asked.offset)
        head = missed[-1].seq if missed else position.head
    body = {
        "recoverable": True,
        "positioned": True,
        "epoch": now_epoch,
        "offset": head,
        "recovered": recovered,
        "was_recovering": asked.recover,
        "publications": [publication(event, entry) for event in missed],
    }
    return Joined(entry, msgspec.json.encode(body), head)


def publication(event: Announced, entry: Entry) -> dict[str, object]:
    """One missed event, or the blank for what is before the reader's time."""
    full = sees(entry.visible_from, event.about_seq)
    return {"data": msgspec.Raw(data_of(event, full=full)), "offset": event.seq}
