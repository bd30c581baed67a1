"""Encrypted files: begun, put in chunk by chunk, finished when what arrived is what was announced."""

from __future__ import annotations

import hashlib
import uuid
from datetime import timedelta

from django.db.models import Sum
from django.db.models.functions import Length

from accounts.models import Person
from hearthside.clock import now
from hearthside.errors import Closed, Invalid, NotFound, TooLarge
from hearthside.live import Answer
from messaging.access import access_conversation, access_own_blob, require_open
from messaging.ids import encode
from messaging.models import Blob, BlobChunk

MOST_FILE = 25 * 1024 * 1024
MOST_PERSON = 500 * 1024 * 1024
MOST_CHUNK = 256 * 1024
MOST_CHUNKS = 400


def begin_blob(person: Person, *, conversation_id: uuid.UUID, size: int, chunks: int, sha256: str) -> Answer:
    """Begin a file of a conversation; raises NotFound, Closed, TooLarge over a file's or a person's room."""
    place = access_conversation(person, conversation_id)
    require_open(place)
    if not 0 < size <= MOST_FILE or not 0 < chunks <= MOST_CHUNKS or chunks * MOST_CHUNK < size:
        raise TooLarge("A file has 25 MiB at most, in chunks of 256 KiB at most.")
    held = Blob.objects.filter(owner=person).aggregate(held=Sum("size"))["held"] or 0
    if held + size > MOST_PERSON:
        raise TooLarge("Your files here take 500 MiB. Take some away first.")
    conversation = place.conversation
    blob = Blob(
        conversation=conversation,
        owner=person,
        size=size,
        chunks=chunks,
        sha256=sha256,
        made_seq=conversation.head,
        expires_at=now() + timedelta(seconds=conversation.timer_seconds)
        if conversation.timer_seconds
        else None,
    )
    blob.save(force_insert=True)
    return {"id": str(blob.id)}


def keep_chunk(person: Person, blob_id: uuid.UUID, n: int, data: bytes) -> Answer:
    """Keep one chunk of one's own unfinished file; the same place again is written anew.

    Raises NotFound, Closed for a finished file, TooLarge when more comes than was announced.
    """
    blob = access_own_blob(person, blob_id)
    if blob.done:
        raise Closed("This file is finished.")
    if n >= blob.chunks or not data or len(data) > MOST_CHUNK:
        raise TooLarge
    others = blob.parts.exclude(n=n).aggregate(held=Sum(Length("data")))["held"] or 0
    if others + len(data) > blob.size:
        raise TooLarge
    BlobChunk.objects.update_or_create(blob=blob, n=n, defaults={"data": data})
    return {}


def finish_blob(person: Person, blob_id: uuid.UUID) -> Answer:
    """Finish one's own file when every byte is there; raises NotFound, or Invalid for anything else than announced."""
    blob = access_own_blob(person, blob_id)
    if blob.done:
        return {}
    digest, size, places = hashlib.sha256(), 0, 0
    for part in blob.parts.order_by("n").iterator(chunk_size=4):
        digest.update(part.data)
        size, places = size + len(part.data), places + 1
    if (size, places) != (blob.size, blob.chunks) or encode(digest.digest()) != blob.sha256:
        raise Invalid(fields={"sha256": "What arrived is not what was announced."})
    blob.done = True
    blob.save(update_fields=["done"])
    return {}


def remove_blob(person: Person, blob_id: uuid.UUID) -> Answer:
    """Take one's own file away for everybody; who has left may still do this. Raises NotFound."""
    gone, _ = Blob.objects.filter(pk=blob_id, owner=person).delete()
    if not gone:
        raise NotFound
    return {}
