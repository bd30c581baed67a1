"""What somebody wants to be told of, on which channel, when not, and on which devices."""

from __future__ import annotations

import uuid
from typing import Any

from accounts.access import access_self
from accounts.models import Person, SignIn
from accounts.queries import get_practice
from hearthside.wire import stamp
from notify.devices import is_alive
from notify.kinds import KINDS, Kind
from notify.models import Delivery, NoticeChoice, PushDevice, PushKey, QuietHours
from notify.quiet import Hours

Channel = Delivery.Channel


def read_choices(person: Person, *, signin: str = "") -> dict[str, Any]:
    """Everything for the person's own screen; `signin` is the sign-in that asks."""
    me = access_self(person)
    chosen = choices_of(me.pk)
    return {
        "kinds": [
            describe_kind(kind, chosen) for kind in KINDS.values() if me.is_staff_role or not kind.staff
        ],
        "quiet": describe_quiet(QuietHours.objects.filter(person=me).first(), zone_of(me)),
        "push": {
            "key": PushKey.objects.values_list("public", flat=True).first() or "",
            "devices": [describe_device(row, signin) for row in living_devices(me)],
        },
        "names": {"in_mail": False},
    }


def choices_of(person_id: uuid.UUID) -> dict[tuple[str, str], bool]:
    """What the person has chosen, by kind and channel."""
    rows = NoticeChoice.objects.filter(person_id=person_id)
    return {(kind, channel): on for kind, channel, on in rows.values_list("kind", "channel", "on")}


def is_wanted(kind: Kind, channel: str, chosen: dict[tuple[str, str], bool]) -> bool:
    """Whether a kind goes out on a channel; an urgent one always does."""
    default = kind.push if channel == Channel.PUSH else kind.mail
    return default if kind.urgent else chosen.get((kind.name, channel), default)


def describe_kind(kind: Kind, chosen: dict[tuple[str, str], bool]) -> dict[str, Any]:
    """One kind as the person has it; `fixed` ones cannot be chosen."""
    return {
        "kind": kind.name,
        "push": is_wanted(kind, Channel.PUSH, chosen),
        "mail": is_wanted(kind, Channel.MAIL, chosen),
        "push_default": kind.push,
        "mail_default": kind.mail,
        "fixed": kind.urgent,
    }


def zone_of(person: Person) -> str:
    """The zone of the person's clock: their own, else the practice's."""
    return person.time_zone or get_practice().time_zone


def describe_quiet(row: QuietHours | None, zone: str) -> dict[str, Any] | None:
    """Quiet hours on the clock of a zone; None without any."""
    if row is None:
        return None
    return {"begins": f"{row.begins:%H:%M}", "ends": f"{row.ends:%H:%M}", "time_zone": zone}


def read_group_quiet(group_id: uuid.UUID) -> dict[str, Any] | None:
    """A group's quiet hours, on the practice's clock."""
    row = QuietHours.objects.filter(group=group_id).first()
    return describe_quiet(row, get_practice().time_zone) if row else None


def hours_for(person: Person, group_id: uuid.UUID | None) -> list[Hours]:
    """The quiet hours that hold back a notice to a person about a group."""
    rows = list(QuietHours.objects.filter(person=person))
    if group_id is not None:
        rows += QuietHours.objects.filter(group=group_id)
    practice = get_practice() if rows else None
    return [
        Hours(
            row.begins,
            row.ends,
            (person.time_zone if row.person_id else "") or (practice.time_zone if practice else "UTC"),
        )
        for row in rows
    ]


def living_devices(person: Person) -> list[PushDevice]:
    """The person's devices that may still be woken, the newest first."""
    rows = list(PushDevice.objects.filter(person=person).order_by("-at", "-id"))
    signins = SignIn.objects.in_bulk({row.signin for row in rows}) if rows else {}
    return [row for row in rows if is_alive(row, person, signins.get(row.signin))]


def describe_device(row: PushDevice, signin: str) -> dict[str, Any]:
    """A device for its own person."""
    return {
        "id": str(row.id),
        "name": row.name,
        "at": stamp(row.at),
        "this": bool(signin) and row.signin == signin,
    }


def read_letter_choice(person_id: uuid.UUID, kind: str) -> bool:
    """Whether somebody gets this kind as mail now."""
    return is_wanted(KINDS[kind], Channel.MAIL, choices_of(person_id))
