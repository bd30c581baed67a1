"""Every change to people, invitations, sign-ins and the practice; each runs inside live.write."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from accounts import activity, jobs
from accounts.access import (
    access_admin,
    access_invitation,
    access_inviting,
    access_person,
    access_self,
)
from accounts.care_settings import check_care
from accounts.contacts.actions import rename_in_contacts, settle_every_cover, tell_contacts
from accounts.contacts.queries import streams_about
from accounts.events import ConsentChanged, PersonUpdated, SigninEnded
from accounts.models import (
    INVITATION_LIFETIME,
    Consent,
    Invitation,
    Person,
    Practice,
    Role,
    SignIn,
)
from accounts.queries import describe_practice, describe_self, find_person, get_practice, invitation_by_token
from accounts.tidy import tidy_email
from hearthside import audit, clock, live
from hearthside.errors import Closed, Denied, Invalid, Stale

SIGNIN_KEY = "signin"  # where a session's data names its sign-in
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


# The practice


def create_practice(name: str, admin_email: str) -> Invitation:
    """Make the practice and an invitation for its first admin; for the command line, runs its own live.write.

    Run again, it renews that invitation. Raises Closed once an admin has joined.
    """
    answer = live.write(live.Write(lambda: found_practice(name, admin_email)))
    return Invitation.objects.get(pk=answer["invitation"])


def found_practice(name: str, admin_email: str) -> live.Answer:
    """The action of create_practice."""
    if Person.objects.filter(role=Role.ADMIN, is_active=True).exists():
        raise Closed("This practice has an admin already. They can invite others.")
    ensure_practice(name)
    open_ones = Invitation.objects.filter(role=Role.ADMIN, invited_by=None, accepted_at=None, revoked_at=None)
    open_ones.update(revoked_at=clock.now())
    invitation = _make_invitation(None, tidy_email(admin_email), "", Role.ADMIN)
    return {"invitation": str(invitation.pk)}


def ensure_practice(name: str, *, time_zone: str = "UTC", region: str = "") -> Practice:
    """The one practice, made with these settings when it is not there yet."""
    practice, _ = Practice.objects.get_or_create(
        pk=1, defaults={"name": name, "time_zone": time_zone, "region": region}
    )
    return practice


def update_practice(person: Person, *, version: int, changes: Mapping[str, Any]) -> live.Answer:
    """Change the practice's settings as an admin.

    Raises Denied, Stale when `version` is an older one, Invalid for care settings that do not fit together.
    """
    access_admin(person)
    practice = Practice.objects.select_for_update().first() or ensure_practice(get_practice().name)
    if practice.version != version:
        raise Stale(current=describe_practice(person))
    checked = check_care(practice, changes)
    for field, value in checked.items():
        setattr(practice, field, value)
    practice.version += 1
    practice.save(update_fields=[*checked, "version"])
    if "time_zone" in checked:
        settle_every_cover()
    audit.record(person, "practice.updated", "practice:1")
    return describe_practice(person)


# People


def create_person(
    *,
    email: str,
    name: str,
    role: str,
    password_hash: str,
    time_zone: str = "",
    demo_about: str = "",
) -> Person:
    """Add somebody; `password_hash` is made beforehand, because making it is slow on purpose."""
    return Person.objects.create(
        email=tidy_email(email),
        name=name,
        role=role,
        password=password_hash,
        time_zone=time_zone,
        demo_about=demo_about,
        welcomed_at=clock.now() if demo_about else None,  # the demo practice's people know the place
    )


def update_me(person: Person, *, changes: Mapping[str, str]) -> live.Answer:
    """Change one's own name or time zone, and tell one's other screens."""
    me = access_self(person)
    for field, value in changes.items():
        setattr(me, field, value)
    me.save(update_fields=list(changes))
    if "name" in changes:
        rename_in_contacts(me)
    _announce_person(me)
    return describe_self(me)


def end_welcome(person: Person) -> live.Answer:
    """Note that the first steps were gone through or skipped; no device offers them by itself again."""
    me = access_self(person)
    if me.welcomed_at is None:
        me.welcomed_at = clock.now()
        me.save(update_fields=["welcomed_at"])
        _announce_person(me)
    return {}


def set_consent(person: Person, *, purpose: str, given: bool) -> live.Answer:
    """Say yes or no to a purpose; it holds from the commit on.

    A new row is always later than the one before, even when a clock was moved back, because the newest one counts.
    """
    me = access_self(person)
    last = me.consents.filter(purpose=purpose).order_by("at", "id").last()
    if last is None or last.given != given:
        at = max(clock.now(), last.at + timedelta(microseconds=1)) if last else clock.now()
        row = Consent.objects.create(person=me, purpose=purpose, given=given, at=at)
        live.announce(me.stream, ConsentChanged(purpose=purpose, given=given), object_id=row.pk)
        verb = "consent.given" if given else "consent.withdrawn"
        audit.record(me, verb, f"consent:{row.pk}", about=me, reason=purpose)
    return {"purpose": purpose, "given": given}


def deactivate_person(person: Person, person_id: uuid.UUID) -> live.Answer:
    """Close somebody's account as an admin and end their sign-ins at once.

    Nobody can do it to themselves, so one admin always remains: admins' rows are locked first, so that two of
    them cannot close each other's account at the same moment. Raises Denied and NotFound.
    """
    list(Person.objects.select_for_update().filter(role=Role.ADMIN).order_by("pk").values_list("pk"))
    target = access_person(person, person_id)
    if target.pk == person.pk:
        raise Denied("You cannot close your own account. Ask another admin.")
    if target.is_active:
        target.is_active = False
        target.save(update_fields=["is_active"])
        end_signins_of(target, SignIn.Reason.DEACTIVATED)
        _announce_person(target)
        tell_contacts(set(streams_about(target)) - {target.stream})
    return {"person": str(target.pk), "active": False}


def reactivate_person(person: Person, person_id: uuid.UUID) -> live.Answer:
    """Open somebody's account again as an admin; raises Denied and NotFound."""
    target = access_person(person, person_id)
    if not target.is_active:
        target.is_active = True
        target.save(update_fields=["is_active"])
        _announce_person(target)
        tell_contacts(set(streams_about(target)) - {target.stream})
    return {"person": str(target.pk), "active": True}


def _announce_person(person: Person) -> None:
    """Tell a person's own screens what they now are."""
    event = PersonUpdated(name=person.name, role=person.role, active=person.is_active)
    live.announce(person.stream, event, object_id=person.pk)


# Invitations


def invite_to_practice(person: Person, *, email: str, name: str, role: str) -> Invitation:
    """Invite somebody to the practice as an admin.

    Raises Denied, and Invalid when the address belongs to somebody or has an open invitation already.
    """
    access_admin(person)
    address = tidy_email(email)
    if find_person(address):
        raise Invalid(fields={"email": "Somebody with this address is part of the practice already."})
    waiting = Invitation.objects.filter(
        email=address, accepted_at=None, revoked_at=None, expires_at__gt=clock.now()
    )
    if waiting.exists():
        raise Invalid(fields={"email": "This address has an open invitation. You can send that one again."})
    return make_invitation(person, email=address, name=name, role=role)


def make_invitation(person: Person, *, email: str, name: str = "", role: str = Role.MEMBER) -> Invitation:
    """Make an invitation and send it; for groups too, where the address may have an account already.

    Raises Denied when `person` may not invite for that role.
    """
    inviter = access_inviting(person, role)
    return _make_invitation(inviter, tidy_email(email), name, role)


def _make_invitation(inviter: Person | None, email: str, name: str, role: str) -> Invitation:
    """Write the row and leave the mail to a job."""
    invitation = Invitation.objects.create(
        email=email, name=name, role=role, invited_by=inviter, expires_at=clock.now() + INVITATION_LIFETIME
    )
    jobs.send_invitation.enqueue(str(invitation.pk), invitation.generation)
    return invitation


def resend_invitation(person: Person, invitation_id: uuid.UUID) -> Invitation:
    """Send an invitation again for another 14 days; the older link stops working.

    Raises Denied, NotFound, and Closed when it was used or taken back.
    """
    invitation = access_invitation(person, invitation_id)
    if invitation.state not in (Invitation.State.OPEN, Invitation.State.EXPIRED):
        raise Closed("This invitation was used or taken back. You can make a new one.")
    invitation.generation += 1
    invitation.expires_at = clock.now() + INVITATION_LIFETIME
    invitation.sent_at = None
    invitation.save(update_fields=["generation", "expires_at", "sent_at"])
    jobs.send_invitation.enqueue(str(invitation.pk), invitation.generation)
    return invitation


def revoke_invitation(person: Person, invitation_id: uuid.UUID) -> Invitation:
    """Take an invitation back; raises Denied, NotFound, and Closed when it was used."""
    invitation = access_invitation(person, invitation_id)
    if invitation.state == Invitation.State.ACCEPTED:
        raise Closed("This invitation was used. You can close the account instead.")
    if invitation.revoked_at is None:
        invitation.revoked_at = clock.now()
        invitation.save(update_fields=["revoked_at"])
    return invitation


def mark_invitation_sent(invitation_id: str, generation: int) -> live.Answer:
    """Write down that the mail of this sending has left."""
    sent = Invitation.objects.filter(pk=invitation_id, generation=generation)
    return {"sent": sent.update(sent_at=clock.now())}


def join_by_invitation(token: str, *, email: str, name: str, password_hash: str) -> live.Answer:
    """Make the person an invitation is for; the invitation stays open until they accept it.

    Raises NotFound, InvitationOver, and Invalid when the address differs or has an account.
    """
    invitation = invitation_by_token(token)
    if tidy_email(email) != invitation.email:
        raise Invalid(fields={"email": "This invitation was sent to another address."})
    if find_person(email):
        raise Invalid(fields={"email": "This address has an account. Sign in with it."})
    person = create_person(email=email, name=name, role=invitation.role, password_hash=password_hash)
    return {"person": str(person.pk)}


def accept_invitation(person: Person, token: str) -> Invitation:
    """Use an invitation up; may be repeated by whoever used it.

    Raises NotFound, InvitationOver, and Denied when it was sent to another address.
    """
    me = access_self(person)
    invitation = invitation_by_token(token, person=me)
    if invitation.email != me.email:
        raise Denied("This invitation was sent to another address. Sign in with that one.")
    if invitation.accepted_at is None:
        invitation.accepted_at, invitation.accepted_by = clock.now(), me
        invitation.save(update_fields=["accepted_at", "accepted_by"])
    return invitation


# Sign-ins


def begin_signin(person: Person, *, by: str = "", device: str = "") -> live.Answer:
    """Note that a browser has signed in, what it showed (a SignIn.Way) and its kind."""
    at = clock.now() if by else None
    row = SignIn.objects.create(person=person, confirmed_at=at, confirmed_by=by, device=device)
    return {"signin": row.pk}


def end_signin(signin_id: str, reason: str) -> live.Answer:
    """End one sign-in; the sockets that came through it close. Does nothing when it has ended."""
    signin = SignIn.objects.select_related("person").filter(pk=signin_id, ended_at=None).first()
    if signin is not None:
        _end(signin, reason)
    return {"ended": signin is not None}


def end_if_idle(signin_id: str) -> live.Answer:
    """End one sign-in unless there was input after all."""
    signin = SignIn.objects.select_related("person").get(pk=signin_id)
    idle = signin.ended_at is None and not activity.is_live(signin, clock.now())
    if idle:
        _end(signin, SignIn.Reason.IDLE)
    return {"ended": idle}


def end_signins_of(person: Person, reason: str, *, keep: str = "") -> None:
    """End every sign-in of a person but `keep`."""
    for signin in person.sign_ins.filter(ended_at=None).exclude(pk=keep):
        _end(signin, reason)


def _end(signin: SignIn, reason: str) -> None:
    """Close the row and say so."""
    signin.ended_at, signin.reason = clock.now(), reason
    signin.save(update_fields=["ended_at", "reason"])
    live.announce(signin.person.stream, SigninEnded(signin=signin.pk), object_id=signin.pk)


def note_activity(signin_id: str, command: str = "") -> live.Write | None:
    """Count input on a sign-in: None while the last minute's note will do, else the Write to make.

    `command` is what the input was; those that a page sends by itself do not count.
    """
    if not activity.counts_as_input(command, signin_id) or not activity.note(signin_id, clock.now()):
        return None
    return live.Write(lambda: record_activity(signin_id))


def record_activity(signin_id: str) -> live.Answer:
    """Write down that there was input now; a sign-in that is over stays so."""
    signin = SignIn.objects.select_related("person").filter(pk=signin_id).first()
    at = clock.now()
    alive = signin is not None and activity.is_live(signin, at)
    if alive:
        SignIn.objects.filter(pk=signin_id).update(active_at=at)
    return {"alive": alive}


def set_password(person: Person, password_hash: str, *, keep: str = "") -> live.Answer:
    """Replace a password and end every sign-in but `keep`."""
    person.password = password_hash
    person.save(update_fields=["password"])
    end_signins_of(person, SignIn.Reason.PASSWORD, keep=keep)
    return {"person": str(person.pk)}


def ask_for_reset(person: Person | None) -> live.Answer:
    """Have a reset link mailed; for an unknown address the same work is done for nobody and takes as long."""
    jobs.send_password_reset.enqueue(str(person.pk if person else uuid.uuid4()))
    return {}


def open_session(person: Person) -> live.Answer:
    """A signed-in session made without the sign-in page, for load tests: `session` is the cookie's value."""
    store = SessionStore()
    store[SESSION_KEY] = str(person.pk)
    store[BACKEND_SESSION_KEY] = BACKEND
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store[SIGNIN_KEY] = begin_signin(person)["signin"]
    store.create()
    return {"session": store.session_key, "signin": store[SIGNIN_KEY]}
