"""Rows about sessions: the series they come from, who came, and what goes with each of them."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from community.models.groups import Group, IllegalMove, Membership, Topic
from hearthside.clock import now
from hearthside.fields import EncryptedTextField


class Series(models.Model):
    """A rule by which a group meets again and again, in a time zone of its own."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="series")
    rrule = models.CharField(max_length=300)  # RFC 5545, without DTSTART
    begins_local = models.DateTimeField()  # wall-clock time in `time_zone`, kept as if it were UTC
    time_zone = models.CharField(max_length=64)
    minutes = models.PositiveSmallIntegerField(default=90)
    title = EncryptedTextField()
    place = EncryptedTextField()
    link = EncryptedTextField()
    agenda = EncryptedTextField()
    version = models.PositiveIntegerField(default=1)
    ended_at = models.DateTimeField(null=True)  # nothing is planned by it any more
    made_until = models.DateTimeField(null=True)  # its sessions are rows up to here
    created_at = models.DateTimeField(default=now)

    def __repr__(self) -> str:
        return f"<Series {self.id}>"

    __str__ = __repr__


class Session(models.Model):
    """One meeting: of a group, or of a therapist and a client."""

    class State(models.TextChoices):
        """Whether it takes place."""

        PLANNED = "planned"
        CANCELLED = "cancelled"

    class Rhythm(models.TextChoices):
        """Where the group is around this session; each sets who may write in its live room."""

        PREPARE = "prepare"
        ARRIVE = "arrive"
        LIVE = "live"
        CLOSING = "closing"
        REFLECT = "reflect"
        QUIET = "quiet"

    MEETING = frozenset({Rhythm.ARRIVE, Rhythm.LIVE, Rhythm.CLOSING})
    MOVES: dict[str, frozenset[str]] = {
        Rhythm.PREPARE: frozenset({Rhythm.ARRIVE, Rhythm.LIVE}),
        Rhythm.ARRIVE: frozenset({Rhythm.PREPARE, Rhythm.LIVE}),
        Rhythm.LIVE: frozenset({Rhythm.CLOSING, Rhythm.REFLECT}),
        Rhythm.CLOSING: frozenset({Rhythm.LIVE, Rhythm.REFLECT}),
        Rhythm.REFLECT: frozenset({Rhythm.CLOSING, Rhythm.QUIET}),
        Rhythm.QUIET: frozenset({Rhythm.REFLECT}),
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    series = models.ForeignKey(Series, null=True, on_delete=models.SET_NULL, related_name="sessions")
    slot = models.DateTimeField(null=True)  # when the series had it; stays when the session is moved
    group = models.ForeignKey(Group, null=True, on_delete=models.CASCADE, related_name="sessions")
    therapist = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="appointments_held"
    )
    client = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="appointments"
    )
    topic = models.OneToOneField(Topic, null=True, on_delete=models.SET_NULL, related_name="session")
    state = models.CharField(max_length=9, choices=State.choices, default=State.PLANNED)
    rhythm = models.CharField(max_length=8, choices=Rhythm.choices, default=Rhythm.PREPARE)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    time_zone = models.CharField(max_length=64)
    title = EncryptedTextField()
    place = EncryptedTextField()
    link = EncryptedTextField()
    agenda = EncryptedTextField()
    why = EncryptedTextField()  # for what it was moved or cancelled, in words for the members
    changed_alone = models.BooleanField(default=False)  # moved or cancelled: its series' times pass it by
    own_fields = models.JSONField(default=list)  # of its words, those that a change of the series passes by
    round_order = models.JSONField(default=list)  # memberships in turn, the first one now; empty: freely
    check_in_asked_at = models.DateTimeField(null=True)  # the question that is open, or was the last
    room_told_at = models.DateTimeField(null=True)  # when its room's screens last heard of a change
    sequence = models.PositiveIntegerField(default=0)  # of its calendar entry: rises with every change
    version = models.PositiveIntegerField(default=1)
    set_at = models.DateTimeField(
        default=now
    )  # when it got the time it has: what is sooner needs no reminder
    day_told_at = models.DateTimeField(null=True)  # the reminder 24 h ahead has gone out for this time
    hour_told_at = models.DateTimeField(null=True)  # and the one 1 h ahead
    began_at = models.DateTimeField(null=True)
    over_at = models.DateTimeField(null=True)
    reflect_until = models.DateTimeField(null=True)  # up to when members write after the session
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "slot"], name="one_session_per_slot"),
            models.CheckConstraint(
                condition=Q(group__isnull=False, therapist=None, client=None)
                | Q(group=None, therapist__isnull=False, client__isnull=False),
                name="session_of_a_group_or_of_two",
            ),
        ]
        indexes = [
            models.Index(fields=["group", "starts_at"]),
            models.Index(fields=["starts_at"], condition=Q(state="planned"), name="session_planned_by_start"),
        ]

    def __repr__(self) -> str:
        return f"<Session {self.id} {self.state} {self.rhythm}>"

    __str__ = __repr__

    @property
    def room_open(self) -> bool:
        """Whether people meet in its live room now."""
        return self.state == Session.State.PLANNED and self.rhythm in Session.MEETING

    @property
    def begun(self) -> bool:
        """Whether it has begun, in its room or by the clock."""
        return self.began_at is not None or self.starts_at <= now()

    @property
    def over(self) -> bool:
        """Whether its time has passed."""
        return self.ends_at <= now()

    def move_rhythm(self, rhythm: Any) -> None:
        """Change the rhythm; raises IllegalMove, naming both, for a move the table does not have."""
        if rhythm not in Session.MOVES[self.rhythm]:
            raise IllegalMove(f"a session in {self.rhythm} cannot go to {rhythm}")
        self.rhythm = rhythm


class Attendance(models.Model):
    """Whether a member came to a session, as a facilitator wrote it down."""

    class State(models.TextChoices):
        """How it was. Losing the connection is none of these: that shows in `Presence`."""

        PRESENT = "present"
        LATE = "late"
        LEFT_EARLY = "left_early"
        EXCUSED = "excused"
        ABSENT = "absent"

    ABSENTEES = frozenset({State.EXCUSED, State.ABSENT})

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="attendance")
    member = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="attendance")
    state = models.CharField(max_length=10, choices=State.choices)
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "member"], name="one_attendance_per_member")
        ]

    def __repr__(self) -> str:
        return f"<Attendance {self.id} {self.state}>"

    __str__ = __repr__


class Presence(models.Model):
    """That a member's browser is in a live room: arrived, still heard of, or gone by their own choice."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="presences")
    member = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="presences")
    arrived_at = models.DateTimeField(default=now)
    heard_at = models.DateTimeField(default=now)  # the last sign of life; older than LOST_AFTER: line lost
    lost_at = models.DateTimeField(null=True)  # the line is lost since then; losing it is not leaving
    away_at = models.DateTimeField(
        null=True
    )  # the page said that it is out of sight: phones then stop its timers
    left_at = models.DateTimeField(null=True)
    lost_times = models.PositiveSmallIntegerField(default=0)
    hand_at = models.DateTimeField(null=True)  # raised since then

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "member"], name="one_presence_per_member")]

    def __repr__(self) -> str:
        return f"<Presence {self.id}>"

    __str__ = __repr__
