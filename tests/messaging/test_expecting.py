"""What somebody may expect where they write: the days away of who answers, and who stands in until when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.contacts.actions import update_availability
from accounts.contacts.away import today
from hearthside.live import Write, write
from tests.given import given_person
from tests.messaging.given import given_client, given_contact

pytestmark = pytest.mark.django_db


def test_days_away_and_cover_are_told_to_the_client() -> None:
    therapist, stand_in, member = given_person("facilitator"), given_person("facilitator"), given_person()
    given_contact(therapist, member)
    client = given_client(member)
    room = client.open_pair(str(therapist.pk))
    assert client.must("get", f"conversations/{room}")["away_until"] is None
    last = today() + timedelta(days=3)
    changes = {"away_from": today(), "away_until": last, "away_note": "In the hills.", "cover": stand_in.pk}
    write(
        Write(
            lambda: update_availability(therapist, therapist.pk, version=0, changes=changes),
            streams=(therapist.stream,),
        )
    )
    told = client.must("get", f"conversations/{room}")
    assert (told["away_until"], told["away_note"]) == (last.isoformat(), "In the hills.")
    rows = {row["reason"]: row for row in client.must("get", "contacts")["contacts"]}
    assert rows["therapist"]["away_until"] == last.isoformat()
    assert rows["cover"]["person"] == str(stand_in.pk)
    assert rows["cover"]["cover_for"] == rows["therapist"]["name"]
    assert rows["cover"]["until"] > last.isoformat()
