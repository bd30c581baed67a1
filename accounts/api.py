"""The HTTP door to people, invitations and the practice: reads as routes, acts as commands."""

import datetime
import uuid
from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import AfterValidator, StringConstraints

from accounts import actions, queries
from accounts.access import access_admin, access_invitation, access_person, signin_of
from accounts.contacts.queries import streams_about
from accounts.doors import availability, factors, privacy
from accounts.models import Invitation, Person
from accounts.tidy import check_email, check_name, check_region, check_time_zone
from hearthside import live
from hearthside.api import READ_PROBLEMS, ProblemAnswer
from hearthside.commands import Command, Data, Done
from hearthside.errors import Invalid
from hearthside.text import words

Name = Annotated[str, AfterValidator(check_name)]
Email = Annotated[str, AfterValidator(check_email)]
TimeZone = Annotated[str, AfterValidator(check_time_zone)]
Region = Annotated[str, AfterValidator(check_region)]
CareWords = Annotated[str, StringConstraints(max_length=10_000), AfterValidator(words)]
SignedBy = Annotated[
    str, StringConstraints(max_length=200), AfterValidator(lambda text: " ".join(text.split()))
]
RoleName = Literal["admin", "facilitator", "member"]
STAFF_PROBLEMS = {**READ_PROBLEMS, 403: ProblemAnswer}

router = Router(tags=["people"])
router.add_router("", privacy.router)
router.add_router("", availability.router)
router.add_router("", factors.router)


class SelfAnswer(Schema):
    """A person as they see themselves."""

    id: str
    name: str
    email: str
    role: str
    time_zone: str


class PracticeBrief(Schema):
    """What everybody knows of the practice."""

    name: str
    time_zone: str
    region: str


class SigninAnswer(Schema):
    """The sign-in behind the request; it ends after `idle_seconds` without input."""

    id: str
    idle_seconds: int
    staff: bool


class MeAnswer(Schema):
    """Who is signed in, where, and until when."""

    person: SelfAnswer
    practice: PracticeBrief
    signin: SigninAnswer
    factor: factors.FactorBrief
    welcomed: bool
    demo: bool
    now: str


class PracticeAnswer(PracticeBrief):
    """The practice's settings; public address and mail server are the operator's to set."""

    mail_from: str
    public_url: str
    mail_configured: bool
    version: int
    care_words: str
    care_signed_by: str
    care_signed_on: str | None
    clinical_lead: str | None


class PersonRow(Schema):
    """A person as staff see them; `may` names the commands that are open to whoever asks."""

    id: str
    name: str
    email: str
    role: str
    active: bool
    created_at: str
    you: bool
    may: list[str]


class InvitationRow(Schema):
    """An invitation that is not used yet; `link` only for whoever made it."""

    id: str
    email: str
    name: str
    role: str
    state: str
    invited_by: str | None
    created_at: str
    sent_at: str | None
    expires_at: str
    link: str | None
    may: list[str]


class PeopleAnswer(Schema):
    """Everybody, the open and expired invitations, and the roles whoever asks may invite."""

    people: list[PersonRow]
    invitations: list[InvitationRow]
    may_invite: list[str]


class DemoAccount(Schema):
    """One account of the demo practice."""

    name: str
    role: str
    email: str
    password: str
    about: str


@router.get("/me", response={200: MeAnswer, **READ_PROBLEMS}, operation_id="me", summary="Who is signed in")
def get_me(request: HttpRequest) -> Any:
    """The person, their practice and their sign-in."""
    return queries.describe_me(signin_of(request))


@router.get(
    "/practice", response={200: PracticeAnswer, **STAFF_PROBLEMS}, operation_id="practice", summary="Settings"
)
def get_practice(request: HttpRequest) -> Any:
    """The practice's settings, for staff."""
    return queries.describe_practice(signin_of(request).person)


@router.get(
    "/people", response={200: PeopleAnswer, **STAFF_PROBLEMS}, operation_id="people", summary="Everybody here"
)
def get_people(request: HttpRequest) -> Any:
    """People and invitations, for staff."""
    return queries.list_people(signin_of(request).person)


@router.get(
    "/demo/accounts",
    auth=None,
    response={200: list[DemoAccount], 404: ProblemAnswer},
    operation_id="demo.accounts",
    summary="The demo practice's accounts; not found outside demo mode",
)
def get_demo_accounts(request: HttpRequest) -> Any:
    """Accounts to try the product with."""
    return queries.list_demo_accounts()


class MeData(Data):
    """What a person may change about themselves."""

    name: Name | None = None
    time_zone: TimeZone | None = None


class MeDone(Done, SelfAnswer):
    """The person as they now are."""


class PracticeData(Data):
    """New settings on top of the version that was read."""

    version: int
    name: Name | None = None
    time_zone: TimeZone | None = None
    region: Region | Literal[""] | None = None
    mail_from: Email | Literal[""] | None = None
    care_words: CareWords | None = None
    care_signed_by: SignedBy | None = None
    care_signed_on: datetime.date | None = None
    clinical_lead: uuid.UUID | None = None


class PracticeDone(Done, PracticeAnswer):
    """The settings as they now are."""


class InviteData(Data):
    """Whom to invite, and as what."""

    email: Email
    name: Name | Literal[""] = ""
    role: RoleName


class InvitationData(Data):
    """Which invitation."""

    invitation: uuid.UUID


class InvitationDone(Done):
    """The invitation; `link` while it is open, to be copied by whoever made it."""

    id: str
    state: str
    link: str | None


class PersonData(Data):
    """Which person."""

    person: uuid.UUID


class PersonDone(Done):
    """Whether the account is now open."""

    person: str
    active: bool


def changes_in(data: Data, *names: str, emptied: Sequence[str] = ()) -> dict[str, Any]:
    """The fields that were given; raises Invalid when none was. Those of `emptied` count with null, too."""
    changes = {name: getattr(data, name) for name in names if getattr(data, name) is not None}
    changes |= {name: getattr(data, name) for name in emptied}
    if not changes:
        raise Invalid(fields={"data": "There is nothing to change in this."})
    return changes


def show_invitation(person: Person, invitation: Invitation) -> live.Answer:
    """The answer that every act on an invitation gives."""
    is_open = invitation.state == Invitation.State.OPEN and queries.may_hold_link(person, invitation)
    return {
        "id": str(invitation.pk),
        "state": invitation.state.value,
        "link": queries.link_of(invitation) if is_open else None,
    }


def report_activity(person: Person, data: Data) -> live.Write:
    """Input on the page: the door that took the command has counted it already."""
    return live.Write(dict)


def update_me(person: Person, data: MeData) -> live.Write:
    """Change one's own name or time zone."""
    changes = changes_in(data, "name", "time_zone")
    return live.Write(partial(actions.update_me, person, changes=changes), streams=(person.stream,))


def end_welcome(person: Person, data: Data) -> live.Write:
    """The first steps were gone through or skipped."""
    return live.Write(partial(actions.end_welcome, person), streams=(person.stream,))


def update_practice(person: Person, data: PracticeData) -> live.Write:
    """Change the practice's settings."""
    access_admin(person)
    emptied = [name for name in ("care_signed_on", "clinical_lead") if name in data.model_fields_set]
    changes = changes_in(
        data, "name", "time_zone", "region", "mail_from", "care_words", "care_signed_by", emptied=emptied
    )
    return live.Write(partial(actions.update_practice, person, version=data.version, changes=changes))


def invite_person(person: Person, data: InviteData) -> live.Write:
    """Invite somebody to the practice."""
    access_admin(person)
    return live.Write(
        lambda: show_invitation(
            person, actions.invite_to_practice(person, email=data.email, name=data.name, role=data.role)
        )
    )


def resend_invitation(person: Person, data: InvitationData) -> live.Write:
    """Send an invitation again."""
    access_invitation(person, data.invitation)
    return live.Write(lambda: show_invitation(person, actions.resend_invitation(person, data.invitation)))


def revoke_invitation(person: Person, data: InvitationData) -> live.Write:
    """Take an invitation back."""
    access_invitation(person, data.invitation)
    return live.Write(lambda: show_invitation(person, actions.revoke_invitation(person, data.invitation)))


def deactivate_person(person: Person, data: PersonData) -> live.Write:
    """Close somebody's account."""
    target = access_person(person, data.person)
    return live.Write(partial(actions.deactivate_person, person, target.pk), streams=streams_about(target))


def reactivate_person(person: Person, data: PersonData) -> live.Write:
    """Open somebody's account again."""
    target = access_person(person, data.person)
    return live.Write(partial(actions.reactivate_person, person, target.pk), streams=streams_about(target))


COMMANDS: tuple[Command, ...] = (
    Command("me.update", "Change your own name or time zone", MeData, MeDone, update_me),
    Command("welcome.done", "Say that the first steps were gone through or skipped", Data, Done, end_welcome),
    Command("activity.report", "Say that somebody is at the page", Data, Done, report_activity),
    Command("practice.update", "Change the practice's settings", PracticeData, PracticeDone, update_practice),
    Command("person.invite", "Invite somebody to the practice", InviteData, InvitationDone, invite_person),
    Command(
        "invitation.resend", "Send again; older links end", InvitationData, InvitationDone, resend_invitation
    ),
    Command(
        "invitation.revoke", "Take an invitation back", InvitationData, InvitationDone, revoke_invitation
    ),
    Command("person.deactivate", "Close an account at once", PersonData, PersonDone, deactivate_person),
    Command("person.reactivate", "Open an account again", PersonData, PersonDone, reactivate_person),
    *privacy.COMMANDS,
    *availability.COMMANDS,
    *factors.COMMANDS,
)
