"""A person's calendar feed: making its address, and taking it back."""

from __future__ import annotations

import secrets

from django.conf import settings

from accounts.access import access_self
from accounts.models import Person
from community.calendar_feed import hash_of, standing_of
from community.models import CalendarToken
from hearthside.clock import now
from hearthside.live import Answer

TOKEN_BYTES = 16


def make_calendar(person: Person) -> Answer:
    """Make a new address, shown this once; an older one opens nothing from now on."""
    me = access_self(person)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    CalendarToken.objects.filter(person=me).delete()
    CalendarToken.objects.create(person=me, hash=hash_of(token), standing=standing_of(me), made_at=now())
    return {"url": f"{settings.HEARTHSIDE.public_url}/calendar/{token}.ics"}


def revoke_calendar(person: Person) -> Answer:
    """Let the address open nothing any more; without one nothing changes."""
    me = access_self(person)
    CalendarToken.objects.filter(person=me).delete()
    return {"made_at": None}
