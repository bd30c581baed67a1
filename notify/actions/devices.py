"""Browsers that somebody lets us wake, and the key by which they know that it is us."""

from __future__ import annotations

import base64
from uuid import UUID

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.db.models import F

from accounts.access import access_self
from accounts.actions import set_consent
from accounts.models import Consent, Person, SignIn
from accounts.queries import has_consent
from hearthside.clock import now
from hearthside.errors import Closed, Invalid, NotFound
from hearthside.live import Answer
from notify.access import access_push_device
from notify.devices import (
    COUNTED_EVERY,
    MOST_DEVICES,
    MOST_UNREACHABLE,
    hash_of,
    is_alive,
    same_service,
    standing_of,
)
from notify.models import PushDevice, PushKey
from notify.outcome import Browsers
from notify.queries.choices import living_devices


def add_device(
    person: Person, signin: SignIn, *, endpoint: str, p256dh: str, auth: str, name: str, again: bool = False
) -> Answer:
    """Let this browser be woken, which is also a yes to the purpose "push".

    A page says it `again` whenever it opens, which is no yes: a no that was said meanwhile stands. A browser that
    somebody else used before is theirs no more: who knows its keys has it in their hands. Raises Closed for too many
    and after a no, Invalid for an address that is another browser's.
    """
    me = access_self(person)
    if again and not has_consent(me.pk, Consent.Purpose.PUSH):
        raise Closed("You said no to notices on your devices.")
    row = PushDevice.objects.filter(endpoint_hash=hash_of(endpoint)).first()
    if row is not None and row.person_id != me.pk and (row.p256dh, row.auth) != (p256dh, auth):
        raise Invalid(fields={"endpoint": "This address belongs to another browser."})
    if row is None:
        if len(living_devices(me)) >= MOST_DEVICES:
            raise Closed("That is all the devices there is room for. Remove one you no longer use.")
        row = PushDevice(endpoint=endpoint, endpoint_hash=hash_of(endpoint))
    row.person, row.signin, row.standing = me, signin.pk, standing_of(me)
    row.p256dh, row.auth, row.name, row.at = p256dh, auth, name, now()
    row.unreachable, row.unreachable_at = 0, None
    row.save()
    if not again:
        set_consent(me, purpose=Consent.Purpose.PUSH, given=True)
    return {"id": str(row.id)}


def renew_device(*, old: str, endpoint: str, p256dh: str, auth: str) -> Answer:
    """Follow a browser whose push service gave it another address.

    Knowing the old one, which nobody else is told, is the proof. Raises NotFound for an address that is no living
    browser's, and for a new one of another service.
    """
    row = PushDevice.objects.select_related("person").filter(endpoint_hash=hash_of(old)).first()
    signin = SignIn.objects.filter(pk=row.signin).first() if row else None
    if row is None or not is_alive(row, row.person, signin) or not same_service(old, endpoint):
        raise NotFound
    known = PushDevice.objects.filter(endpoint_hash=hash_of(endpoint)).exclude(pk=row.pk).first()
    if known is not None and known.person_id != row.person_id:
        raise NotFound
    if known is not None:  # its page was faster
        row.delete()
        return {}
    row.endpoint, row.endpoint_hash, row.p256dh, row.auth = endpoint, hash_of(endpoint), p256dh, auth
    row.unreachable, row.unreachable_at = 0, None
    row.save()
    return {}


def remove_device(person: Person, device_id: UUID) -> Answer:
    """Wake this browser no more; raises NotFound."""
    device = access_push_device(person, device_id)
    device.delete()
    return {"id": str(device_id)}


def note_answers(browsers: Browsers) -> None:
    """Remove browsers that are gone, and count those whose address nobody answers at, once an hour at most.

    Inside the receipt of a push.
    """
    PushDevice.objects.filter(id__in=browsers.gone).delete()
    heard = PushDevice.objects.filter(id__in=browsers.heard, unreachable__gt=0)
    heard.update(unreachable=0, unreachable_at=None)
    moment = now()
    silent = PushDevice.objects.filter(id__in=browsers.silent, unreachable__lt=MOST_UNREACHABLE)
    silent = silent.exclude(unreachable_at__gt=moment - COUNTED_EVERY, unreachable_at__lte=moment)
    silent.update(unreachable=F("unreachable") + 1, unreachable_at=moment)


def ensure_push_key() -> Answer:
    """The practice's key pair for Web Push, made once and kept: with another one every browser would be lost."""
    row = PushKey.objects.filter(pk=1).first()
    if row is None:
        key = ec.generate_private_key(ec.SECP256R1())
        point = key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        secret = key.private_numbers().private_value.to_bytes(32, "big")
        row = PushKey(private=as_text(secret), public=as_text(point))
        row.save(force_insert=True)
    return {"public": row.public}


def as_text(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
