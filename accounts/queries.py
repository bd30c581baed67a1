"""Reads about people, invitations, sign-ins and the practice, shaped for the screens that ask."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import Q

from accounts import activity, tokens
from accounts.access import InvitationOver, access_staff
from accounts.care_settings import describe_care
from accounts.factors.standing import describe_factor, who_has_factor
from accounts.models import (
    IDLE_MEMBER,
    IDLE_STAFF,
    Consent,
    Invitation,
    Person,
    Practice,
    Role,
    SignIn,
)
from accounts.tidy import tidy_email
from hearthside import clock, crypto
from hearthside.errors import NotFound
from hearthside.models import AuditEntry
from hearthside.rows import columns, read_row
from hearthside.wire import stamp

SYLLABLES = tuple(first + second for first in "bdfgklmnprstvz" for second in "aeiou")

ACCESS_PAGE = 50
STAFF_ROLES = (Role.ADMIN, Role.FACILITATOR)
_NEWEST_CONSENT = (
    f"SELECT {columns(Consent, 'c')} FROM accounts_consent c "  # nosec B608
    "WHERE c.person_id = %s AND c.purpose = %s ORDER BY c.at DESC, c.id DESC LIMIT 1"
)


def get_practice() -> Practice:
    """The practice; before `hearthside init` one that only has the product's name."""
    return Practice.objects.first() or Practice(name="Hearthside")


def name_of(person: Person) -> str:
    """What the sign-in library calls a person by."""
    return person.name


def find_person(email: str) -> Person | None:
    """Whoever signs in with this address, deactivated people too."""
    return Person.objects.filter(email=tidy_email(email)).first()


def find_live_signin(signin_id: str) -> SignIn | None:
    """The sign-in with its person while it is alive: not ended, not idle too long, its person active."""
    signin = SignIn.objects.select_related("person").filter(pk=signin_id).first()
    return signin if signin is not None and activity.is_live(signin, clock.now()) else None


def find_idle_signins() -> list[SignIn]:
    """The sign-ins that have gone without input too long and are not ended yet, with their people."""
    at = clock.now()
    quiet = Q(active_at__lte=at - IDLE_MEMBER) | Q(
        active_at__lte=at - IDLE_STAFF, person__role__in=(Role.ADMIN, Role.FACILITATOR)
    )
    rows = SignIn.objects.select_related("person").filter(quiet, ended_at=None)
    return [row for row in rows if not activity.is_live(row, at)]


def token_of(invitation: Invitation) -> str:
    """The token in the invitation's link."""
    return tokens.make_token(invitation)


def link_of(invitation: Invitation) -> str:
    """The invitation's link, to be mailed or copied."""
    return f"{settings.HEARTHSIDE.public_url}/invite/{token_of(invitation)}"


def invitation_by_token(token: str, *, person: Person | None = None) -> Invitation:
    """The open invitation behind a link, or one that `person` has accepted already.

    Raises NotFound for a forged or unknown token, InvitationOver to whoever holds a real one that is over.
    """
    read = tokens.read_token(token)
    invitation = Invitation.objects.filter(pk=read[0]).first() if read else None
    generation = tokens.generation_of(invitation, read[1]) if read and invitation else None
    if invitation is None or generation is None:
        raise NotFound
    if person is not None and invitation.accepted_by_id == person.pk:
        return invitation
    match invitation.state:
        case Invitation.State.ACCEPTED:
            raise InvitationOver(
                "This invitation has been used. Sign in with the account you made.", why="used"
            )
        case Invitation.State.REVOKED:
            raise InvitationOver("This invitation was taken back. Ask whoever sent it to you.", why="revoked")
        case Invitation.State.EXPIRED:
            raise InvitationOver("This invitation has expired. Ask for a new one.", why="expired")
    if generation != invitation.generation:
        raise InvitationOver(
            "A newer invitation has been sent. Use the link in the latest mail.", why="replaced"
        )
    return invitation


def may_hold_link(me: Person, invitation: Invitation) -> bool:
    """Whether somebody may copy an invitation's link: only who made it.

    Who holds a link can join with it under the invited address, so an admin who saw a facilitator's links could enter
    a group that is not theirs. Admins send such an invitation again, by mail, or take it back.
    """
    return invitation.invited_by_id == me.pk


def describe_me(signin: SignIn) -> dict[str, Any]:
    """What the front end must know about whoever is signed in."""
    person, practice = signin.person, get_practice()
    return {
        "person": describe_self(person),
        "practice": {
            "name": practice.name,
            "time_zone": practice.time_zone,
            "region": practice.region,
        },
        "signin": {
            "id": signin.id,
            "idle_seconds": int(person.idle_limit.total_seconds()),
            "staff": person.is_staff_role,
        },
        "factor": describe_factor(person),
        "welcomed": person.welcomed_at is not None,
        "demo": bool(settings.HEARTHSIDE.demo),
        "now": stamp(clock.now()),
    }


def describe_self(person: Person) -> dict[str, Any]:
    """A person as they see themselves; an unset time zone is the practice's."""
    return {
        "id": str(person.id),
        "name": person.name,
        "email": person.email,
        "role": person.role,
        "time_zone": person.time_zone or get_practice().time_zone,
    }


def describe_practice(person: Person) -> dict[str, Any]:
    """The practice's settings, for staff; raises Denied."""
    access_staff(person)
    practice = get_practice()
    return {
        "name": practice.name,
        "time_zone": practice.time_zone,
        "region": practice.region,
        "mail_from": practice.mail_from,
        "public_url": settings.HEARTHSIDE.public_url,
        "mail_configured": bool(settings.HEARTHSIDE.mail_url),
        "version": practice.version,
        **describe_care(practice),
    }


def list_people(person: Person) -> dict[str, Any]:
    """Everybody in the practice and the invitations not used yet, for staff; raises Denied.

    `may` lists what the asking person can do with each row, so the screen draws just that.
    """
    me = access_staff(person)
    waiting = Invitation.objects.filter(accepted_at=None, revoked_at=None).select_related("invited_by")
    factors = who_has_factor() if me.role == Role.ADMIN else set()
    return {
        "people": [describe_person(me, row, factor=row.pk in factors) for row in Person.objects.all()],
        "invitations": [describe_invitation(me, row) for row in waiting],
        "may_invite": [str(role) for role in Role] if me.role == Role.ADMIN else [],
    }


def describe_person(me: Person, row: Person, *, factor: bool = False) -> dict[str, Any]:
    """A person as staff see them; `factor` says whether there is a second factor that an admin could reset."""
    may = ["person.deactivate" if row.is_active else "person.reactivate"]
    if factor:
        may.append("person.reset_factors")
    return {
        "id": str(row.id),
        "name": row.name,
        "email": row.email,
        "role": row.role,
        "active": row.is_active,
        "created_at": stamp(row.created_at),
        "you": row.pk == me.pk,
        "may": may if me.role == Role.ADMIN and row.pk != me.pk else [],
    }


def describe_invitation(me: Person, row: Invitation) -> dict[str, Any]:
    """An invitation as staff see it; the link only for whoever made it."""
    mine = me.role == Role.ADMIN or row.invited_by_id == me.pk
    is_open = row.state == Invitation.State.OPEN
    return {
        "id": str(row.id),
        "email": row.email,
        "name": row.name,
        "role": row.role,
        "state": row.state.value,
        "invited_by": row.invited_by.name if row.invited_by else None,
        "created_at": stamp(row.created_at),
        "sent_at": stamp(row.sent_at) if row.sent_at else None,
        "expires_at": stamp(row.expires_at),
        "link": link_of(row) if is_open and may_hold_link(me, row) else None,
        "may": ["invitation.resend", "invitation.revoke"] if mine else [],
    }


def has_consent(person_id: uuid.UUID, purpose: str) -> bool:
    """Whether somebody says yes to a purpose now; who never said anything says no. One statement."""
    found = read_row(_NEWEST_CONSENT, (person_id, purpose), Consent)
    return found is not None and found[0].given


def who_consents(people: Iterable[uuid.UUID], purpose: str) -> set[uuid.UUID]:
    """Which of these people say yes to a purpose now."""
    rows = Consent.objects.filter(person__in=list(people), purpose=purpose).order_by("at", "id")
    newest = dict(rows.values_list("person", "given"))
    return {person for person, given in newest.items() if given}


def consents_of(person: Person) -> dict[str, bool]:
    """Each purpose and whether the person says yes to it now."""
    newest = Consent.objects.filter(person=person).order_by("at", "id").values_list("purpose", "given")
    return {str(purpose): False for purpose in Consent.Purpose} | dict(newest)


def list_consents(person: Person) -> dict[str, Any]:
    """Each purpose for the person's own screen, and since when it is so."""
    rows = Consent.objects.filter(person=person).order_by("at", "id")
    newest = {row.purpose: row for row in rows}
    return {
        "consents": [
            {
                "purpose": str(purpose),
                "given": purpose in newest and newest[purpose].given,
                "at": stamp(newest[purpose].at) if purpose in newest else None,
            }
            for purpose in Consent.Purpose
        ]
    }


def list_access(person: Person, *, before: uuid.UUID | None = None) -> dict[str, Any]:
    """What staff read and decided about the person, newest first; raises NotFound for a `before` not of theirs.

    What a member did is never shown, nor any report, whoever made it: who reported stays unknown.
    """
    staff = AuditEntry.objects.filter(about=person.pk, actor_role__in=STAFF_ROLES)
    shown = staff.exclude(actor=person.pk).exclude(verb__startswith="report.")
    if before is not None:
        last = shown.filter(pk=before).first()
        if last is None:
            raise NotFound
        shown = shown.filter(Q(at__lt=last.at) | Q(at=last.at, id__lt=last.id))
    rows = list(shown.order_by("-at", "-id")[: ACCESS_PAGE + 1])
    names = {str(one.pk): one.name for one in Person.objects.filter(pk__in={row.actor for row in rows})}
    return {
        "entries": [
            {
                "id": str(row.id),
                "at": stamp(row.at),
                "who": names.get(str(row.actor), ""),
                "role": row.actor_role,
                "verb": row.verb,
                "thing": row.thing,
                "reason": row.reason,
            }
            for row in rows[:ACCESS_PAGE]
        ],
        "more": len(rows) > ACCESS_PAGE,
    }


def demo_password(email: str) -> str:
    """The password of a demo account: derived from this installation's key, so nobody can guess another's."""
    drawn = crypto.mac("demo-password", tidy_email(email))
    parts = [SYLLABLES[byte % len(SYLLABLES)] for byte in drawn[:9]]
    return "-".join("".join(parts[start : start + 3]) for start in (0, 3, 6))


def list_demo_accounts() -> list[dict[str, Any]]:
    """The demo practice's accounts for the sign-in page; raises NotFound outside demo mode."""
    if not settings.HEARTHSIDE.demo:
        raise NotFound
    people = Person.objects.filter(is_active=True).exclude(demo_about="").order_by("created_at", "name")
    return [
        {
            "name": row.name,
            "role": row.role,
            "email": row.email,
            "password": demo_password(row.email),
            "about": row.demo_about,
        }
        for row in people
    ]
