"""Rows of encrypted files, in chunks as they were sent."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from hearthside.clock import now
from messaging.models.conversations import Conversation


class Blob(models.Model):
    """One encrypted file of a conversation; name, kind and key are inside the message that speaks of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="blobs")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    size = models.PositiveIntegerField()
    chunks = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    made_seq = models.BigIntegerField()  # the conversation's head when it was begun
    done = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        indexes = [models.Index(fields=["owner"])]

    def __repr__(self) -> str:
        return f"<Blob {self.id}>"

    __str__ = __repr__


class BlobChunk(models.Model):
    """A part of an encrypted file."""

    id = models.BigAutoField(primary_key=True)
    blob = models.ForeignKey(Blob, on_delete=models.CASCADE, related_name="parts")
    n = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["blob", "n"], name="one_chunk_per_place")]

    def __repr__(self) -> str:
        return f"<BlobChunk {self.blob_id} {self.n}>"

    __str__ = __repr__
