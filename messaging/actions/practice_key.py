"""The practice key: announced and ended by admins, copies sealed to it by staff, and taken out with a reason."""

from __future__ import annotations

import uuid

from accounts.access import access_admin, access_self
from accounts.models import Person
from hearthside import audit, clock
from hearthside.errors import Denied, NotFound, Stale
from hearthside.live import Answer
from messaging import jobs
from messaging.actions.telling import wake_for_conversation
from messaging.models import ConversationMember, KeyCopy, KeyCopyOpening, PracticeKey
from messaging.queries.members import active_ids
from messaging.queries.practice_key import STAFF, current_copies, fits


def announce_key(person: Person, *, public_key: str, key_id: str) -> Answer:
    """Make this the practice key; copies for another one open nothing any more and go. Raises Denied."""
    admin = access_admin(person)
    KeyCopy.objects.exclude(key_id=key_id).delete()
    values = {"public_key": public_key, "key_id": key_id, "announced_at": clock.now()}
    PracticeKey.objects.update_or_create(pk=1, defaults=values)
    audit.record(admin, "practice_key.made", "practice_key:1")
    return {}


def end_key(person: Person) -> Answer:
    """End the practice key, with every copy. Raises Denied, NotFound when there is none."""
    admin = access_admin(person)
    KeyCopy.objects.all().delete()
    gone, _ = PracticeKey.objects.all().delete()
    if not gone:
        raise NotFound
    audit.record(admin, "practice_key.ended", "practice_key:1")
    return {}


def keep_copy(person: Person, *, key_id: str, version: int, box: str) -> Answer:
    """Keep the person's own recovery key, sealed. Raises Denied for members, Stale when it is for other keys."""
    me = access_self(person)
    if me.role not in STAFF:
        raise Denied("Only staff leave a copy with the practice.")
    if not fits(me, key_id, version):
        raise Stale("The practice's key or your recovery key has changed. Look again.")
    values = {"key_id": key_id, "version": version, "box": box, "made_at": clock.now()}
    KeyCopy.objects.update_or_create(person=me, defaults=values)
    audit.record(me, "key_copy.made", f"person:{me.pk}", about=me)
    return {}


def drop_copy(person: Person) -> Answer:
    """Take one's own copy back."""
    me = access_self(person)
    gone, _ = KeyCopy.objects.filter(person=me).delete()
    if gone:
        audit.record(me, "key_copy.ended", f"person:{me.pk}", about=me)
    return {}


def open_copy(person: Person, *, person_id: uuid.UUID, reason: str) -> Answer:
    """Hand a copy to an admin. Its owner is told by mail; they and all who write with them see it from then on.

    Raises Denied, NotFound without a copy that opens. The reason is boxed; the audit names the row alone.
    """
    admin = access_admin(person)
    copy = current_copies().filter(person_id=person_id).select_related("person").first()
    if copy is None:
        raise NotFound
    opening = KeyCopyOpening(person=copy.person, by=admin, reason=reason, at=clock.now())
    opening.save(force_insert=True)
    thing = f"key_copy_opening:{opening.id}"
    audit.record(admin, "key_copy.opened", thing, about=copy.person)
    places = ConversationMember.objects.filter(person_id=person_id).order_by("conversation_id")
    told = set()
    for conversation_id in places.values_list("conversation_id", flat=True):
        others = set(active_ids(conversation_id)) - {person_id}
        wake_for_conversation(others, conversation_id)
        told |= others
    for other in sorted(told):
        audit.record(admin, "key_copy.opened", thing, about=other)
    jobs.tell_copy_opened.enqueue(str(person_id))
    return {"box": copy.box, "key_id": copy.key_id, "version": copy.version}
