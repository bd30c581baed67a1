"""Reads about second factors and about the places somebody is signed in at."""

from __future__ import annotations

import uuid
from typing import Any

from allauth.mfa.models import Authenticator

from accounts import activity
from accounts.factors import codes, passkeys
from accounts.factors.standing import Kind, describe_factor
from accounts.models import Person, SignIn
from hearthside import clock
from hearthside.wire import stamp


def find_passkeys(person_id: uuid.UUID) -> list[str]:
    """The credentials of somebody's passkeys."""
    rows = Authenticator.objects.filter(user=person_id, type=Kind.WEBAUTHN).order_by("pk")
    return [row.data["credential"] for row in rows]


def list_factors(person: Person) -> dict[str, Any]:
    """Somebody's own factors for their screen; no secret is in it."""
    rows = list(Authenticator.objects.filter(user=person.pk).order_by("pk"))
    place = passkeys.home()
    recovery = next((row for row in rows if row.type == Kind.RECOVERY_CODES), None)
    return {
        **describe_factor(person),
        "totp": next((_describe(row) for row in rows if row.type == Kind.TOTP), None),
        "passkeys": [
            {"id": row.pk, "name": row.data["name"], **_describe(row)}
            for row in rows
            if row.type == Kind.WEBAUTHN
        ],
        "recovery": recovery and {"left": len(recovery.data["codes"]), "total": codes.RECOVERY_CODES},
        "passkeys_at": place[1] if place else None,
    }


def _describe(row: Authenticator) -> dict[str, Any]:
    """Since when a factor is there, and when it was last used."""
    return {
        "since": stamp(row.created_at),
        "used_at": stamp(row.last_used_at) if row.last_used_at else None,
    }


def list_places(signin: SignIn) -> dict[str, Any]:
    """Where the person is signed in now: the asking place first, then by last input."""
    at = clock.now()
    rows = SignIn.objects.select_related("person").filter(person=signin.person_id, ended_at=None)
    living = [row for row in rows if activity.is_live(row, at)]
    living.sort(key=lambda row: (row.pk != signin.pk, -activity.last_input(row).timestamp(), row.pk))
    return {"places": [_describe_place(row, here=row.pk == signin.pk) for row in living]}


def _describe_place(row: SignIn, *, here: bool) -> dict[str, Any]:
    """One place; codes, which the screens put into words."""
    browser, _, system = row.device.partition(" ")
    return {
        "id": row.pk,
        "here": here,
        "since": stamp(row.created_at),
        "active_at": stamp(activity.last_input(row)),
        "browser": browser.strip("-"),
        "system": system.strip("-"),
    }
