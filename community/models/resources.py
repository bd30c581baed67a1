"""Rows of what is worth reading: the practice's library, and what groups write together."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from community.models.groups import Group, IllegalMove, Membership
from hearthside.clock import now
from hearthside.fields import EncryptedTextField

LEASE = timedelta(minutes=15)


class Resource(models.Model):
    """Something to read. Without a group it belongs to the practice's library; with one, that group wrote it."""

    class State(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft"
        PUBLISHED = "published"
        WITHDRAWN = "withdrawn"

    MOVES: dict[str, frozenset[str]] = {
        State.DRAFT: frozenset({State.PUBLISHED, State.WITHDRAWN}),
        State.PUBLISHED: frozenset({State.PUBLISHED, State.WITHDRAWN}),
        State.WITHDRAWN: frozenset({State.PUBLISHED}),
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    group = models.ForeignKey(Group, null=True, on_delete=models.CASCADE, related_name="resources")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    title = EncryptedTextField()
    source = EncryptedTextField()
    language = models.CharField(max_length=35, default="en")  # BCP 47
    review_date = models.DateField(null=True)  # when staff should read it again
    grade = models.FloatField(null=True)  # of its words, as community/reading_grade.py counts it
    words = EncryptedTextField()
    html = EncryptedTextField()
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=now)
    updated_at = models.DateTimeField(default=now)
    published_at = models.DateTimeField(null=True)

    def __repr__(self) -> str:
        return f"<Resource {self.id} {self.state}>"

    __str__ = __repr__

    @property
    def kind(self) -> str:
        """Whose it is: the library's or a group's."""
        return "group" if self.group_id else "library"

    def move_to(self, state: Any) -> None:
        """Change the state; raises IllegalMove, naming both, for a move the table does not have."""
        if state not in Resource.MOVES[self.state]:
            raise IllegalMove(f"a resource that is {self.state} cannot become {state}")
        self.state = state


class ResourceShare(models.Model):
    """That a group, or one client, may read something of the library."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="shares")
    group = models.ForeignKey(Group, null=True, on_delete=models.CASCADE, related_name="+")
    client = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="resources_shared"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(group=None, client__isnull=False) | Q(group__isnull=False, client=None),
                name="share_with_one",
            ),
            models.UniqueConstraint(fields=["resource", "group"], name="one_resource_per_group"),
            models.UniqueConstraint(fields=["resource", "client"], name="one_resource_per_client"),
        ]

    def __repr__(self) -> str:
        return f"<ResourceShare {self.id}>"

    __str__ = __repr__


class ResourceSection(models.Model):
    """A part of what a group writes together. It has one writer; the group reads the copy that was published."""

    class State(models.TextChoices):
        """Whether its writer lets it stand."""

        WRITING = "writing"
        WITHDRAWN = "withdrawn"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="sections")
    place = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WRITING)
    owner = models.ForeignKey(
        Membership, null=True, on_delete=models.SET_NULL, related_name="sections"
    )  # whose words these are: nobody else writes here while there are any
    taken_until = models.DateTimeField(null=True)  # a lease that saving renews
    heading = EncryptedTextField()
    words = EncryptedTextField()
    credit = models.BooleanField(default=False)  # the writer wants to be named
    published_heading = EncryptedTextField(null=True)  # the copy that the group reads; null: not published
    published_words = EncryptedTextField(null=True)
    published_html = EncryptedTextField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )  # only they undo it
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["place", "created_at"]

    def __repr__(self) -> str:
        return f"<ResourceSection {self.id} {self.state}>"

    __str__ = __repr__

    @property
    def leased(self) -> bool:
        """Whether its writer has it open just now."""
        return self.owner_id is not None and self.taken_until is not None and self.taken_until > now()

    @property
    def held(self) -> bool:
        """Whether it is somebody's: they have it open, or their words are in it."""
        return self.owner_id is not None and (self.leased or bool(self.words) or self.published)

    @property
    def published(self) -> bool:
        """Whether the group reads a copy of it."""
        return self.published_words is not None and self.state == self.State.WRITING
