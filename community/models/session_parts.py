"""Rows that go with a session: what people say in and around it, and the calendars that follow it."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from community.models.groups import IllegalMove, Membership
from community.models.sessions import Session
from hearthside.clock import now
from hearthside.fields import EncryptedTextField


class CheckIn(models.Model):
    """What a member answered when the facilitators asked how everybody is; they alone read it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="check_ins")
    member = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="session_check_ins")
    asked_at = models.DateTimeField()  # which asking it answers
    word = EncryptedTextField()  # "1" to "5", or nothing
    words = EncryptedTextField()
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "member", "asked_at"], name="one_check_in_per_asking")
        ]

    def __repr__(self) -> str:
        return f"<CheckIn {self.id}>"

    __str__ = __repr__


class FollowUp(models.Model):
    """Something that the facilitators mean to come back to after a session; they alone read it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="follow_ups")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    words = EncryptedTextField()
    done_at = models.DateTimeField(null=True)
    at = models.DateTimeField(default=now)

    def __repr__(self) -> str:
        return f"<FollowUp {self.id}>"

    __str__ = __repr__


class Intention(models.Model):
    """What somebody wants from a session, for nobody's eyes but their own."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="intentions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    words = EncryptedTextField()
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "person"], name="one_intention_per_session")
        ]

    def __repr__(self) -> str:
        return f"<Intention {self.id}>"

    __str__ = __repr__


class Feedback(models.Model):
    """How a session was for somebody, in four numbers; others see averages of several people only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="feedback")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    marks = EncryptedTextField()  # JSON: the four numbers
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "person"], name="one_feedback_per_session")]

    def __repr__(self) -> str:
        return f"<Feedback {self.id}>"

    __str__ = __repr__


class RescheduleRequest(models.Model):
    """A client's wish for another time of an appointment; nothing moves before the other side says yes."""

    class State(models.TextChoices):
        """Whose turn it is, or how it ended."""

        ASKED = "asked"  # the therapist's turn
        PROPOSED = "proposed"  # the client's turn
        ACCEPTED = "accepted"
        DECLINED = "declined"
        WITHDRAWN = "withdrawn"  # by the client
        OVERTAKEN = "overtaken"  # the appointment was moved or cancelled in the meantime

    OPEN = (State.ASKED, State.PROPOSED)
    MOVES: dict[str, frozenset[str]] = {
        State.ASKED: frozenset(
            {State.PROPOSED, State.ACCEPTED, State.DECLINED, State.WITHDRAWN, State.OVERTAKEN}
        ),
        State.PROPOSED: frozenset(
            {State.ASKED, State.ACCEPTED, State.DECLINED, State.WITHDRAWN, State.OVERTAKEN}
        ),
        State.ACCEPTED: frozenset(),
        State.DECLINED: frozenset(),
        State.WITHDRAWN: frozenset(),
        State.OVERTAKEN: frozenset(),
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="requests")
    state = models.CharField(max_length=9, choices=State.choices, default=State.ASKED)
    proposals = models.JSONField(default=list)  # wall-clock times on the table, in the session's time zone
    version = models.PositiveIntegerField(default=1)
    at = models.DateTimeField(default=now)
    changed_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session"],
                condition=Q(state__in=("asked", "proposed")),
                name="one_open_request_per_session",
            )
        ]

    def __repr__(self) -> str:
        return f"<RescheduleRequest {self.id} {self.state}>"

    __str__ = __repr__

    def move_to(self, state: Any) -> None:
        """Change the state; raises IllegalMove, naming both, for a move the table does not have."""
        if state not in RescheduleRequest.MOVES[self.state]:
            raise IllegalMove(f"a request that is {self.state} cannot become {state}")
        self.state = state


class RequestLine(models.Model):
    """What one of the two said to a wish for another time, and which times they proposed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    request = models.ForeignKey(RescheduleRequest, on_delete=models.CASCADE, related_name="lines")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    answer = models.CharField(max_length=10)  # ask, propose, accept, decline, take_back
    words = EncryptedTextField()
    proposals = models.JSONField(default=list)  # wall-clock times in the session's time zone
    at = models.DateTimeField(default=now)

    def __repr__(self) -> str:
        return f"<RequestLine {self.id} {self.answer}>"

    __str__ = __repr__


class CalendarToken(models.Model):
    """The one living address under which a calendar program reads a person's sessions; of it, only a hash."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_token"
    )
    hash = models.CharField(max_length=64, unique=True)
    standing = models.CharField(
        max_length=64
    )  # a tag of how the person signed in then: a new password ends it
    made_at = models.DateTimeField(default=now)

    def __repr__(self) -> str:
        return f"<CalendarToken {self.id}>"

    __str__ = __repr__
