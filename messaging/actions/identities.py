"""Keeping somebody's identity: the three cross-signing keys, and the signatures that hang on them."""

from __future__ import annotations

import json
from typing import Any

from accounts.access import access_self
from accounts.models import Person
from hearthside.errors import BadKeys, ReauthenticationNeeded
from hearthside.live import Answer
from messaging.access import access_device
from messaging.actions.ledger import append_entry
from messaging.actions.telling import note_pairs, wake_for_sync
from messaging.identity_checks import Identity, Signed, check_identity, check_signed
from messaging.models import BackupVersion, CrossSigningKey, KeySignature, LedgerEntry
from messaging.queries.keys import device_public_keys, identity_of
from messaging.queries.people import reached_by, watchers_of

Usage = CrossSigningKey.Usage


def keep_identity(person: Person, value: dict[str, Any], *, fresh: bool) -> Answer:
    """Keep an identity: the first, the same again, or new lower keys under the same master.

    Another master needs `fresh` proof of who asks; it ends the old identity's signatures and backup. Raises BadKeys
    or ReauthenticationNeeded.
    """
    access_self(person)
    identity = check_identity(person.pk, value, device_public_keys(person))
    held = identity_of(person.pk)
    if held == identity.public:
        keep_master_signatures(person, identity)
        return {}
    replaced = bool(held) and held[Usage.MASTER] != identity.public[Usage.MASTER]
    if replaced:
        if not fresh:
            raise ReauthenticationNeeded
        forget_identity(person)
    for usage, key in identity.keys.items():
        CrossSigningKey.objects.update_or_create(
            person=person, usage=usage, defaults={"public": identity.public[usage], "key": json.dumps(key)}
        )
    drop_old_signatures(person, identity)
    keep_master_signatures(person, identity)
    if replaced or not held:
        append_entry(person.pk, LedgerEntry.Kind.IDENTITY, identity.public[Usage.MASTER])
    wake_for_sync(note_pairs([(watcher, person.pk) for watcher in watchers_of(person)]))
    return {}


def forget_identity(person: Person) -> None:
    """End what hangs on an identity that is replaced: signatures by and over it, and its backup."""
    old = list(CrossSigningKey.objects.filter(person=person).values_list("public", flat=True))
    KeySignature.objects.filter(owner=person, target__in=old).delete()
    for version in BackupVersion.objects.filter(person=person, deleted=False):
        version.sessions.all().delete()
        version.deleted = True
        version.save(update_fields=["deleted"])


def drop_old_signatures(person: Person, identity: Identity) -> None:
    """Remove signatures by keys that are not of this identity; those of devices stay."""
    good = {f"ed25519:{public}" for public in identity.public.values()} | set(device_public_keys(person))
    KeySignature.objects.filter(signer=person).exclude(signer_key__in=good).delete()


def keep_master_signatures(person: Person, identity: Identity) -> None:
    """Keep the signatures of the person's own devices over their master key."""
    rows = [
        KeySignature(
            signer=person,
            signer_key=key_id,
            owner=person,
            target=identity.public[Usage.MASTER],
            signature=signature,
        )
        for key_id, signature in identity.master_signatures.items()
    ]
    KeySignature.objects.bulk_create(rows, ignore_conflicts=True)


def keep_signatures(person: Person, device_id: str, value: Any) -> Answer:
    """Keep signatures over one's own devices and identity and over others' identities, all or none.

    Raises BadKeys when one is not by a key of the person's own, over exactly what is kept here.
    """
    access_device(person, device_id)
    signed = check_signed(person, value)
    if reached_by(person, {one.owner for one in signed}) != {one.owner for one in signed}:
        raise BadKeys
    for one in signed:
        keep_signature(person, one)
    own = any(one.owner == person.pk for one in signed)
    pairs = [(watcher, person.pk) for watcher in watchers_of(person)] if own else []
    pairs += [(person.pk, one.owner) for one in signed]
    wake_for_sync(note_pairs(pairs))
    return {"failures": {}}


def keep_signature(person: Person, one: Signed) -> None:
    """Keep one checked signature in place of the one before by the same key."""
    KeySignature.objects.update_or_create(
        signer=person,
        signer_key=one.signer_key,
        owner_id=one.owner,
        target=one.target,
        defaults={"signature": one.signature},
    )
