"""Rows of things to do between two sessions: what was given, what came of it, and what was answered."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from community.models.groups import Group, IllegalMove, Membership
from community.models.resources import Resource
from community.models.sessions import Session
from hearthside.clock import now
from hearthside.fields import EncryptedTextField


class Assignment(models.Model):
    """Something to do: given to members of a group by who leads it, or to a client by their therapist."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    group = models.ForeignKey(Group, null=True, on_delete=models.CASCADE, related_name="assignments")
    client = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="assignments"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="assignments_given"
    )
    by_name = EncryptedTextField()  # what they go by there
    session = models.ForeignKey(Session, null=True, on_delete=models.SET_NULL, related_name="assignments")
    resource = models.ForeignKey(Resource, null=True, on_delete=models.SET_NULL, related_name="assignments")
    title = EncryptedTextField()
    words = EncryptedTextField()
    html = EncryptedTextField()
    due_at = models.DateTimeField(null=True, db_index=True)
    version = models.PositiveIntegerField(default=1)
    given_at = models.DateTimeField(default=now)
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(group__isnull=False, client=None) | Q(group=None, client__isnull=False),
                name="assignment_of_a_group_or_a_client",
            )
        ]

    def __repr__(self) -> str:
        return f"<Assignment {self.id}>"

    __str__ = __repr__


class Submission(models.Model):
    """What one person makes of an assignment; the staff read the copy that was handed in, never what is in work."""

    class State(models.TextChoices):
        """Whose turn it is."""

        WORKING = "working"
        HANDED_IN = "handed_in"
        ANSWERED = "answered"

    MOVES: dict[str, frozenset[str]] = {
        State.WORKING: frozenset({State.HANDED_IN}),
        State.HANDED_IN: frozenset({State.WORKING, State.ANSWERED}),
        State.ANSWERED: frozenset({State.WORKING}),
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="submissions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="submissions")
    member = models.ForeignKey(
        Membership, null=True, on_delete=models.CASCADE, related_name="submissions"
    )  # None: a client's own
    state = models.CharField(max_length=9, choices=State.choices, default=State.WORKING)
    revise = models.BooleanField(default=False)  # it was asked for once more
    words = EncryptedTextField()
    handed_words = EncryptedTextField()  # the copy that the staff read
    handed_html = EncryptedTextField()
    round = models.PositiveIntegerField(default=0)  # how often it was handed in
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(null=True)
    handed_in_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    reminded_of = models.DateTimeField(null=True)  # the due time that a reminder went out for

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assignment", "person"], name="one_submission_per_person")
        ]

    def __repr__(self) -> str:
        return f"<Submission {self.id} {self.state}>"

    __str__ = __repr__

    def move_to(self, state: Any) -> None:
        """Change the state; raises IllegalMove, naming both, for a move the table does not have."""
        if state not in Submission.MOVES[self.state]:
            raise IllegalMove(f"a submission that is {self.state} cannot become {state}")
        self.state = state


class HomeworkAnswer(models.Model):
    """What one of the staff answered to what was handed in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="answers")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    by_name = EncryptedTextField()
    words = EncryptedTextField()
    html = EncryptedTextField()
    revise = models.BooleanField(default=False)
    at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["at"]

    def __repr__(self) -> str:
        return f"<HomeworkAnswer {self.id}>"

    __str__ = __repr__
