"""Whether somebody has a second factor, must have one, and how they can show that it is they."""

from __future__ import annotations

import uuid

from allauth.mfa.models import Authenticator
from django.conf import settings

from accounts.models import Person, SignIn

Kind = Authenticator.Type
REAL = (Kind.TOTP, Kind.WEBAUTHN)  # recovery codes only stand in for one of these


def has_factor(person_id: uuid.UUID) -> bool:
    """Whether somebody signs in with a second factor."""
    return bool(Authenticator.objects.filter(user=person_id, type__in=REAL).exists())


def who_has_factor() -> set[uuid.UUID]:
    """Everybody with a second factor."""
    return set(Authenticator.objects.filter(type__in=REAL).values_list("user_id", flat=True))


def is_factor_required(person: Person) -> bool:
    """Whether somebody must have one: all staff, outside demo mode."""
    return person.is_staff_role and not settings.HEARTHSIDE.demo


def lacks_factor(person: Person) -> bool:
    """Whether somebody must set a factor up before anything else."""
    return is_factor_required(person) and not has_factor(person.pk)


def describe_factor(person: Person) -> dict[str, bool]:
    """What the front end must know at once."""
    return {"required": is_factor_required(person), "set": has_factor(person.pk)}


def ways_of(person_id: uuid.UUID) -> list[str]:
    """How somebody can confirm that it is they: by a factor when they have one, else by their password."""
    rows = {row.type: row for row in Authenticator.objects.filter(user=person_id)}
    ways = []
    if Kind.TOTP in rows:
        ways.append(SignIn.Way.TOTP.value)
    if Kind.WEBAUTHN in rows:
        ways.append(SignIn.Way.PASSKEY.value)
    if not ways:
        return [SignIn.Way.PASSWORD.value]
    if Kind.RECOVERY_CODES in rows and rows[Kind.RECOVERY_CODES].data["codes"]:
        ways.append(SignIn.Way.RECOVERY.value)
    return ways
