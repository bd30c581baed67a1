"""Whose notices, devices and deliveries these are; absent and not theirs get the same answer."""

from __future__ import annotations

import uuid

from django.db.models import Q

from accounts.access import access_self, access_staff
from accounts.models import Person
from hearthside.errors import NotFound
from notify.models import Delivery, Notice, PushDevice
from notify.queries.leading import groups_led_by


def access_notice(person: Person, notice_id: uuid.UUID) -> Notice:
    """One of the person's own notices, read ones too; raises NotFound, also for one that is no longer true."""
    access_self(person)
    notice = Notice.objects.filter(pk=notice_id, person=person, withdrawn_at=None).first()
    if notice is None:
        raise NotFound
    notice.person = person
    return notice


def access_push_device(person: Person, device_id: uuid.UUID) -> PushDevice:
    """One of the person's own devices; raises NotFound."""
    access_self(person)
    device = PushDevice.objects.filter(pk=device_id, person=person).first()
    if device is None:
        raise NotFound
    return device


ADMINS_ONLY = frozenset({"summary.published", "summary.corrected", "summary.waiting"})
"""Kinds that go to those who have not read something: a doubt of one would tell a group's facilitators who that is."""


def doubtful_for(person: Person) -> Q:
    """Which deliveries in doubt are the person's to settle; raises Denied for members.

    An admin's are all; a facilitator's those of groups they lead, and outside groups of what they caused themselves,
    without those that would say who has not read a summary.
    """
    me = access_staff(person)
    open_ones = Q(state=Delivery.State.DOUBT, notice__read_at=None, notice__withdrawn_at=None)
    if me.role == Person.Role.ADMIN:
        return open_ones
    theirs = Q(notice__by=me, notice__group=None) | Q(notice__group__in=groups_led_by(me))
    return open_ones & theirs & ~Q(notice__kind__in=ADMINS_ONLY)


def access_doubt(person: Person, delivery_id: uuid.UUID) -> Delivery:
    """A delivery in doubt that is theirs to settle; raises Denied or NotFound."""
    rows = Delivery.objects.filter(doubtful_for(person)).select_related("notice")
    delivery = rows.filter(pk=delivery_id).first()
    if delivery is None:
        raise NotFound
    return delivery
