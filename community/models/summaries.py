"""Rows about the summary of a session: its working copy, what was approved, who may want to read it, and quotes."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models

from community.models.groups import IllegalMove, Membership, Post
from community.models.sessions import Session
from hearthside.clock import now
from hearthside.fields import EncryptedTextField


class Summary(models.Model):
    """What those who missed a session read of it. `sections` is the facilitators' working copy and never leaves:
    readers get a `SummaryVersion` that was approved and published.
    """

    class State(models.TextChoices):
        """How far it has come."""

        DRAFT = "draft"
        APPROVED = "approved"
        PUBLISHED = "published"
        WITHDRAWN = "withdrawn"

    MOVES: dict[str, frozenset[str]] = {
        State.DRAFT: frozenset({State.APPROVED, State.WITHDRAWN}),
        State.APPROVED: frozenset({State.DRAFT, State.PUBLISHED, State.WITHDRAWN}),
        State.PUBLISHED: frozenset({State.WITHDRAWN}),
        State.WITHDRAWN: frozenset({State.DRAFT}),
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="summary")
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)  # rises with every change
    sections = EncryptedTextField()  # the working copy, as summarising/sections.py writes it
    drafted = EncryptedTextField()  # what the draft said, by kind: tells what a facilitator has changed
    number = models.PositiveIntegerField(default=0)  # of the newest approval
    published_number = models.PositiveIntegerField(default=0)  # of the approval that is out; 0: none is
    made_at = models.DateTimeField(default=now)
    saved_at = models.DateTimeField(default=now)
    saved_by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    approved_by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    approved_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    corrected_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = EncryptedTextField()  # in words for the readers
    asks = models.BooleanField(default=False)  # a quote was taken out of it: a facilitator should look

    def __repr__(self) -> str:
        return f"<Summary {self.id} {self.state} v{self.version}>"

    __str__ = __repr__

    def move_to(self, state: Any) -> None:
        """Change the state; raises IllegalMove, naming both, for a move the table does not have."""
        if state not in Summary.MOVES[self.state]:
            raise IllegalMove(f"a summary that is {self.state} cannot become {state}")
        self.state = state


class SummaryVersion(models.Model):
    """One approval: the text as somebody approved it. Emptied when the summary is withdrawn."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    summary = models.ForeignKey(Summary, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    sections = EncryptedTextField()
    approved_by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    approved_at = models.DateTimeField(default=now)
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["summary", "number"], name="one_summary_version_per_number")
        ]

    def __repr__(self) -> str:
        return f"<SummaryVersion {self.id} {self.number}>"

    __str__ = __repr__


class SummaryReader(models.Model):
    """An absent member who was told of a summary, and whether they have read it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    summary = models.ForeignKey(Summary, on_delete=models.CASCADE, related_name="readers")
    member = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="summaries_missed")
    told_at = models.DateTimeField(default=now)
    read_number = models.PositiveIntegerField(default=0)  # the newest version they have opened
    read_at = models.DateTimeField(null=True)
    shares_reading = models.BooleanField(default=False)  # their facilitators may see that it was they
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["summary", "member"], name="one_reader_per_summary")]

    def __repr__(self) -> str:
        return f"<SummaryReader {self.id}>"

    __str__ = __repr__


class QuoteRequest(models.Model):
    """The question to a member whether one sentence of theirs may stand in the summary, and the answer."""

    class State(models.TextChoices):
        """What the member said; a yes can become a no at any time."""

        ASKED = "asked"
        YES = "yes"
        NO = "no"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="quotes")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="quotes")
    member = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="quotes")
    asked_by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    sentence = EncryptedTextField()  # empty once its post or the summary was withdrawn
    state = models.CharField(max_length=5, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField(default=now)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["session", "asked_at"])]

    def __repr__(self) -> str:
        return f"<QuoteRequest {self.id} {self.state}>"

    __str__ = __repr__
