"""Who looks after whom in the demo practice, and who is away soon."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from accounts.contacts.actions import update_availability
from accounts.contacts.away import today
from accounts.models import Person
from community.actions.clients import assign_client
from moderation.demo_content import PracticeText


def assign_demo_clients(content: PracticeText, people: Mapping[str, Person]) -> None:
    """Assign each client by the practice's admin; inside one live.write."""
    admin = next(person for person in people.values() if person.role == Person.Role.ADMIN)
    for text in content.clients:
        for client in text.clients:
            assign_client(
                admin, client_id=people[client].pk, therapist_id=people[text.therapist].pk, lane=text.lane
            )


def plan_demo_time_away(content: PracticeText, people: Mapping[str, Person]) -> None:
    """Let those of the staff who will be away say so; inside one live.write."""
    for text in content.away:
        staff, begin = people[text.person], today() + timedelta(days=text.in_days)
        changes = {
            "reply_days": text.reply_days,
            "away_from": begin,
            "away_until": begin + timedelta(days=text.days - 1),
            "away_note": text.note,
            "cover": people[text.cover].pk,
        }
        update_availability(staff, staff.pk, version=0, changes=changes)
