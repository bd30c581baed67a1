"""Who may say how soon somebody of the staff answers and when they are away."""

from __future__ import annotations

import uuid

from accounts.access import access_staff
from accounts.models import Person, Role
from hearthside.errors import NotFound


def access_availability(person: Person, person_id: uuid.UUID | None = None) -> Person:
    """Whose availability the acting person looks after: their own, and as an admin any of the active staff's.

    Raises Denied for members, NotFound for absent, for those who are no staff, and for other staff unless admin.
    """
    me = access_staff(person)
    if person_id is None or person_id == me.pk:
        return me
    staff = Person.objects.filter(pk=person_id, is_active=True).first() if me.role == Role.ADMIN else None
    if staff is None or not staff.is_staff_role:
        raise NotFound
    return staff
