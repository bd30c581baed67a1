"""Rows of pictures and PDFs: what came in was cleaned before, and lies here sealed, in parts."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from community.models.groups import Post
from community.models.resources import Resource
from hearthside.clock import now
from hearthside.fields import EncryptedTextField


class StoredFile(models.Model):
    """One picture or PDF, which hangs on one thing at most; on nothing, only who sent it can have it."""

    class Kind(models.TextChoices):
        """What it is."""

        PICTURE = "picture"
        PDF = "pdf"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="files")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    type = models.CharField(max_length=32)  # the media type that we made, never the one that was claimed
    name = EncryptedTextField()
    alt = EncryptedTextField()  # what it shows, in the words of who sent it
    size = models.PositiveIntegerField()
    small_size = models.PositiveIntegerField(default=0)  # of the small picture; 0: there is none
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    done = models.BooleanField(default=False)  # every part is here
    post = models.ForeignKey(Post, null=True, on_delete=models.CASCADE, related_name="files")
    resource = models.ForeignKey(Resource, null=True, on_delete=models.CASCADE, related_name="files")
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(post=None) | Q(resource=None), name="file_hangs_on_one_thing")
        ]

    def __repr__(self) -> str:
        return f"<StoredFile {self.id} {self.kind}>"

    __str__ = __repr__

    @property
    def hangs(self) -> bool:
        """Whether it hangs on anything."""
        return self.post_id is not None or self.resource_id is not None


class FilePart(models.Model):
    """A sealed part of a file, bound to its file, its place and how many there are."""

    id = models.BigAutoField(primary_key=True)
    file = models.ForeignKey(StoredFile, on_delete=models.CASCADE, related_name="parts")
    small = models.BooleanField(default=False)  # of the small picture
    n = models.PositiveSmallIntegerField()
    data = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "small", "n"], name="one_part_per_place")]

    def __repr__(self) -> str:
        return f"<FilePart {self.file_id} {self.n}>"

    __str__ = __repr__
