"""What the relay does again and again, and its mail."""

from __future__ import annotations

import uuid

from accounts.models import Person
from accounts.queries import get_practice
from hearthside import live, mail
from hearthside.jobs import task
from messaging.actions import upkeep
from messaging.letters import write_copy_opened
from messaging.queries.members import streams_of_due


@task()
def expire_events() -> None:
    """Erase timed messages whose time is over."""
    while live.write(live.Write(upkeep.expire_events, streams_of_due()))["more"]:
        pass


@task()
def drop_blobs() -> None:
    """Remove timed files whose time is over, and unfinished ones."""
    while live.write(live.Write(upkeep.drop_blobs))["more"]:
        pass


@task()
def trim_old() -> None:
    """Forget old changes of device lists and old transactions."""
    live.write(live.Write(upkeep.trim_old))


@task()
def tell_copy_opened(person_id: str) -> None:
    """Mail somebody that an admin took out the copy of their recovery key."""
    person = Person.objects.filter(pk=uuid.UUID(person_id)).first()
    if person is not None:
        letter = write_copy_opened(get_practice())
        mail.send(person.email, letter.subject, letter.text)
