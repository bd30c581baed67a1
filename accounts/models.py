"""Rows about people: the practice, its people, invitations to it and sign-ins."""

import secrets
import uuid
from datetime import timedelta

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from accounts.tidy import tidy_email
from hearthside import clock
from hearthside.fields import EncryptedTextField

INVITATION_LIFETIME = timedelta(days=14)
IDLE_STAFF = timedelta(minutes=15)
IDLE_MEMBER = timedelta(minutes=60)


class Practice(models.Model):
    """The one practice that this installation serves."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    name = models.CharField(max_length=200)
    time_zone = models.CharField(max_length=64, default="UTC")
    region = models.CharField(max_length=2, blank=True, default="")
    mail_from = models.EmailField(blank=True, default="")
    created_at = models.DateTimeField(default=clock.now)
    clinical_lead = models.ForeignKey(
        "accounts.Person", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    care_words = EncryptedTextField(null=True)
    """The practice's own words on the support card, else the default ones."""
    care_signed_by = models.CharField(max_length=200, blank=True, default="")
    care_signed_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="practice_only_one")]

    def __repr__(self) -> str:
        return "<Practice>"

    __str__ = __repr__


class Role(models.TextChoices):
    """What somebody is in the practice; what they are in a group is their membership's matter."""

    ADMIN = "admin"
    FACILITATOR = "facilitator"
    MEMBER = "member"


class Person(AbstractBaseUser):
    """Somebody who can sign in."""

    Role = Role

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=16, choices=Role.choices, default=Role.MEMBER)
    is_active = models.BooleanField(default=True)
    time_zone = models.CharField(max_length=64, blank=True, default="")
    created_at = models.DateTimeField(default=clock.now)
    welcomed_at = models.DateTimeField(null=True)  # when the first steps were gone through or skipped
    demo_about = models.TextField(blank=True, default="")

    objects = BaseUserManager["Person"]()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "id"]

    def __repr__(self) -> str:
        return f"<Person {self.id} {self.role}>"

    __str__ = __repr__

    def clean(self) -> None:
        """Keep the address in the one form it is looked up by."""
        super().clean()
        self.email = tidy_email(self.email)

    @property
    def is_staff_role(self) -> bool:
        """True for those who run groups or the practice."""
        return self.role in (Role.ADMIN, Role.FACILITATOR)

    @property
    def stream(self) -> str:
        """The name of this person's private stream."""
        return f"person:{self.id}"

    @property
    def idle_limit(self) -> timedelta:
        """How long a sign-in of this person lasts without input."""
        return IDLE_STAFF if self.is_staff_role else IDLE_MEMBER


class Invitation(models.Model):
    """A promise that one e-mail address may join the practice, for a while.

    The token in the link is derived from id and generation with a server key and never stored, so a copy of
    the database opens no door. Sending it again raises the generation, which ends every older link.
    """

    class State(models.TextChoices):
        """What may still be done with an invitation; derived, never stored."""

        OPEN = "open"
        ACCEPTED = "accepted"
        REVOKED = "revoked"
        EXPIRED = "expired"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(db_index=True)
    name = models.CharField(max_length=200, blank=True, default="")
    role = models.CharField(max_length=16, choices=Role.choices, default=Role.MEMBER)
    invited_by = models.ForeignKey(
        Person, null=True, on_delete=models.SET_NULL, related_name="invitations_made"
    )
    created_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(
        Person, null=True, on_delete=models.SET_NULL, related_name="invitations_accepted"
    )
    generation = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["created_at", "id"]

    def __repr__(self) -> str:
        return f"<Invitation {self.id} {self.state}>"

    __str__ = __repr__

    @property
    def state(self) -> State:
        """Where the invitation stands now."""
        if self.accepted_at is not None:
            return self.State.ACCEPTED
        if self.revoked_at is not None:
            return self.State.REVOKED
        if self.expires_at <= clock.now():
            return self.State.EXPIRED
        return self.State.OPEN


def new_signin_id() -> str:
    """A random id of 32 hexadecimal digits."""
    return secrets.token_hex(16)


class SignIn(models.Model):
    """One browser in which a person is signed in.

    Its id stands in the session's data, so it stays the same when the session key changes. It is safe to show
    and to send: it is not the key and opens nothing.
    """

    class Reason(models.TextChoices):
        """Why a sign-in ended."""

        SIGNED_OUT = "signed_out"
        IDLE = "idle"
        PASSWORD = "password"
        DEACTIVATED = "deactivated"
        ELSEWHERE = "elsewhere"  # by the person, from another place
        FACTORS = "factors"  # their second factor was reset for them

    class Way(models.TextChoices):
        """How somebody shows that it is they; the strongest thing they showed counts."""

        PASSWORD = "password"
        TOTP = "totp"
        PASSKEY = "passkey"
        RECOVERY = "recovery"

    id = models.CharField(primary_key=True, max_length=64, default=new_signin_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="sign_ins")
    created_at = models.DateTimeField(default=clock.now)
    active_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=16, choices=Reason.choices, blank=True, default="")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=16, choices=Way.choices, blank=True, default="")
    device = models.CharField(max_length=40, blank=True, default="")
    """Kind of browser and system, no closer (accounts/devices.py)."""

    class Meta:
        indexes = [
            models.Index(
                fields=["active_at"],
                condition=models.Q(ended_at__isnull=True),
                name="signin_live_by_activity",
            )
        ]

    def __repr__(self) -> str:
        return f"<SignIn {self.id[:8]} person={self.person_id}>"

    __str__ = __repr__


class Consent(models.Model):
    """One yes or no to one purpose; the newest row of a purpose counts, the older ones are its history."""

    class Purpose(models.TextChoices):
        """What a person says yes or no to, one by one."""

        MODELS = "models"  # models read my posts; without it rules alone decide
        PUSH = "push"
        STATISTICS = "statistics"
        SUMMARIES = (
            "summaries"  # what I write in a live room is read for the themes of its summary; never quoted
        )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    given = models.BooleanField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["person", "purpose", "at"])]

    def __repr__(self) -> str:
        return f"<Consent {self.id} {self.purpose}>"

    __str__ = __repr__


# Contacts: who may write sealed messages to whom


class Contact(models.Model):
    """That two people may write to each other in sealed conversations, and why (docs/how/contacts.md).

    For `therapist`, `office` and `cover`, `one` is the staff side and `other` the client; for `group` the two stand in
    the order of their ids. A row is never opened again: who may write anew gets a new one.
    """

    class Reason(models.TextChoices):
        """Why they may."""

        THERAPIST = "therapist"
        OFFICE = "office"
        COVER = "cover"
        GROUP = "group"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    one = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=16, choices=Reason.choices)
    group = models.UUIDField(null=True)
    name_of_one = EncryptedTextField()  # what `other` sees
    name_of_other = EncryptedTextField()  # what `one` sees
    covers = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="covered_by")
    begins_at = models.DateTimeField(default=clock.now)
    until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(one=models.F("other")), name="contact_of_two"),
            models.UniqueConstraint(
                fields=["one", "other", "reason"],
                condition=models.Q(ended_at__isnull=True, covers__isnull=True),
                name="one_contact_per_reason",
            ),
            models.UniqueConstraint(
                fields=["covers"], condition=models.Q(ended_at__isnull=True), name="one_cover_per_contact"
            ),
        ]

    def __repr__(self) -> str:
        return f"<Contact {self.id} {self.reason}>"

    __str__ = __repr__

    @property
    def lane(self) -> str:
        """Whose post it is: clinical, administrative, or members'. A cover has that of what it covers."""
        if self.reason == Contact.Reason.COVER and self.covers is not None:
            return self.covers.lane
        return {"therapist": "clinical", "office": "administrative", "group": "members"}[self.reason]


class Parting(models.Model):
    """That two people do not write to each other now, whatever contacts they have: so it was decided.

    They stand in the order of their ids. `cause` is what was decided about, so undoing one decision leaves another.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    one = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    cause = models.UUIDField()
    at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["one", "other", "cause"],
                condition=models.Q(ended_at__isnull=True),
                name="one_parting_per_cause",
            )
        ]

    def __repr__(self) -> str:
        return f"<Parting {self.id}>"

    __str__ = __repr__


class Availability(models.Model):
    """What clients may expect of one of the staff: how soon they answer, when they are away and who covers.

    The days are calendar days of the practice's time zone; `away_until` is the last one away.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="availability")
    reply_days = models.PositiveSmallIntegerField(default=2)  # working days
    away_from = models.DateField(null=True)
    away_until = models.DateField(null=True)
    away_note = EncryptedTextField()  # clients read it
    cover = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    version = models.PositiveIntegerField(default=0)

    def __repr__(self) -> str:
        return f"<Availability {self.id}>"

    __str__ = __repr__
