"""Members: inviting, joining under the agreement, names, leaving, removing."""

from __future__ import annotations

from uuid import UUID

from accounts.actions import accept_invitation as accept_into_practice
from accounts.actions import make_invitation, resend_invitation
from accounts.models import Invitation, Person
from accounts.queries import find_person, invitation_by_token, link_of
from community.access import access_as_facilitator, access_group, access_member, access_open_group
from community.actions.member_messages import settle_member
from community.actions.presence import leave_sessions
from community.actions.summary_telling import take_back_from
from community.events import AgreementAccepted, MemberJoined, MemberLeft, MemberRenamed, MembershipChanged
from community.models import FormerName, Group, GroupInvitation, Membership
from hearthside import audit
from hearthside.clock import now
from hearthside.errors import AgreementNeeded, Closed, Denied, Invalid, Stale
from hearthside.live import Answer, announce, next_seq
from hearthside.text import look_alike
from messaging.actions.members import drop_lost
from notify.actions.giving import withdraw_of_group

State = Membership.State


def invite_to_group(person: Person, *, group_id: UUID, email: str, name: str, role: str) -> Answer:
    """Invite an address into the group by mail and link.

    Raises Denied for members, Invalid when that address is in the group already. An open invitation of the same
    address is sent again instead of making a second one.
    """
    member = access_as_facilitator(person, group_id)
    if member.group.closed_at is not None:
        raise Closed("This group has closed: nobody can join it any more.")
    address = email.strip().lower()
    if Membership.objects.filter(group_id=group_id, state=State.ACTIVE, person__email=address).exists():
        raise Invalid(fields={"email": "This person is in the group already."})
    open_one = open_invitation(person, group_id, email=address, role=role)
    if open_one is not None:
        invitation = resend_invitation(person, open_one.id)
    else:
        practice_role = role_in_practice(address, role)
        invitation = make_invitation(person, email=address, name=name, role=practice_role)
        GroupInvitation.objects.create(invitation=invitation, group_id=group_id, role=role)
    return {"id": str(invitation.id), "link": link_of(invitation), "email": invitation.email}


def open_invitation(person: Person, group_id: UUID, *, email: str, role: str) -> Invitation | None:
    """The person's own invitation of that address into the group that is still open."""
    rows = GroupInvitation.objects.select_related("invitation").filter(
        group_id=group_id, role=role, invitation__email=email, invitation__invited_by=person
    )
    return next((row.invitation for row in rows if row.invitation.state == Invitation.State.OPEN), None)


def role_in_practice(email: str, role: str) -> str:
    """What an invited address becomes in the practice; raises Invalid when a member is asked to lead a group."""
    known = find_person(email)
    if role != Membership.Role.FACILITATOR:
        return Person.Role.MEMBER
    if known is None:
        return Person.Role.FACILITATOR
    if not known.is_staff_role:
        raise Invalid(
            fields={"role": "This person is a member of the practice. An admin decides who leads groups."}
        )
    return Person.Role.MEMBER


def accept_invitation(person: Person, *, token: str, name: str | None, agreement: int | None) -> Answer:
    """Join by an invitation; repeating it answers the same.

    `name` is what the person goes by in the group, `agreement` the version that was read. Raises NotFound for a token
    that opens nothing, Denied for somebody else's, AgreementNeeded or Stale when that is not the newest agreement.
    """
    invitation = invitation_by_token(token, person=person)
    to_group = GroupInvitation.objects.select_related("group").filter(invitation=invitation).first()
    used = invitation.state == Invitation.State.ACCEPTED
    accept_into_practice(person, token)
    if to_group is None:
        return {"group": None, "membership": None}
    if used:
        there = Membership.objects.filter(person=person, group=to_group.group, state=State.ACTIVE).first()
        return {
            "group": str(there.group_id) if there else None,
            "membership": str(there.id) if there else None,
        }
    member = join_group(person, to_group.group, role=to_group.role, name=name or "", agreement=agreement)
    return {"group": str(member.group_id), "membership": str(member.id)}


def join_group(person: Person, group: Group, *, role: str, name: str, agreement: int | None) -> Membership:
    """Make the person an active member, or bring back one who left; who is in it already stays as they are."""
    if group.closed_at is not None:
        raise Closed("This group has closed: nobody can join it any more.")
    member = Membership.objects.filter(person=person, group=group).first()
    if member is not None and member.state == State.ACTIVE:
        return member
    if agreement is None:
        raise AgreementNeeded(group=str(group.id), agreement_version=group.agreement_version)
    if agreement != group.agreement_version:
        raise Stale(
            "The agreement has changed since you opened it. Please read it again.",
            agreement_version=group.agreement_version,
        )
    member = member or Membership(person=person, group=group)
    member.group = group
    chosen = free_name(group, name, besides=member.id)
    if not member._state.adding:
        keep_former_name(member, chosen)
    member.name = chosen
    member.state, member.role, member.joined_at = State.ACTIVE, role, now()
    member.agreement_version = agreement
    seq = next_seq(group.stream)
    hides_past = (
        group.newcomers_see == Group.NewcomersSee.FROM_JOINING and role != Membership.Role.FACILITATOR
    )
    member.visible_from = seq if hides_past else 0
    member.save()
    settle_member(member)
    announce(group.stream, MemberJoined.of(member), object_id=member.id, actor=member.id, seq=seq)
    announce(person.stream, MembershipChanged.of(member), object_id=member.id)
    return member


def free_name(group: Group, name: str, *, besides: UUID) -> str:
    """The name, if nobody else in the group goes by it; raises Invalid otherwise."""
    tidy = " ".join(name.split())
    if not tidy:
        raise Invalid(fields={"name": "Choose a name for this group. It need not be your own."})
    others = Membership.objects.filter(group=group, state=State.ACTIVE).exclude(id=besides)
    if any(look_alike(other.name, tidy) for other in others):
        raise Invalid(fields={"name": "Somebody in this group goes by that name. Please choose another."})
    return tidy


def accept_agreement(person: Person, *, group_id: UUID, version: int) -> Answer:
    """Accept the group agreement; raises Stale when `version` is not the newest."""
    member = access_group(person, group_id)
    newest = member.group.agreement_version
    if version != newest:
        raise Stale(
            "The agreement has changed since you opened it. Please read it again.", agreement_version=newest
        )
    member.agreement_version = version
    member.save(update_fields=["agreement_version"])
    announce(person.stream, AgreementAccepted.of(member), object_id=member.id)
    return {"version": version}


def rename_member(person: Person, *, group_id: UUID, name: str) -> Answer:
    """Go by another name in the group; raises Invalid when somebody else does."""
    member = access_open_group(person, group_id)
    chosen = free_name(member.group, name, besides=member.id)
    keep_former_name(member, chosen)
    member.name = chosen
    member.save(update_fields=["name"])
    settle_member(member)
    announce(member.group.stream, MemberRenamed.of(member), object_id=member.id, actor=member.id)
    return {"name": member.name}


def keep_former_name(member: Membership, name: str) -> None:
    """Keep the name somebody goes by until now, once, when they take another: summaries must not say it either."""
    known = {row.name for row in FormerName.objects.filter(member=member)}
    if member.name != name and member.name not in known:
        FormerName.objects.create(member=member, name=member.name)


def leave_group(person: Person, *, group_id: UUID) -> Answer:
    """Leave: what was written stays, access ends at once; raises Denied for the only facilitator of an open group."""
    member = access_group(person, group_id)
    if member.is_facilitator and member.group.closed_at is None and not other_facilitators(member):
        raise Denied("You are this group's only facilitator. Invite another one first, or close the group.")
    _end_membership(member, State.LEFT, actor=member)
    return {"group": str(group_id)}


def remove_member(person: Person, *, group_id: UUID, member_id: UUID) -> Answer:
    """Take somebody out of the group, at once, and take back every invitation they could return by.

    Raises Denied for members, NotFound for who is not in it.
    """
    member, facilitator = access_member(person, group_id, member_id)
    if member.id == facilitator.id:
        raise Denied("To go yourself, use Leave.")
    _end_membership(member, State.REMOVED, actor=facilitator)
    about = member.person_id
    audit.record(person, "member.removed", f"member:{member.id}", group=group_id, about=about)
    ways_back = Invitation.objects.filter(
        to_group__group_id=group_id, email=member.person.email, accepted_at=None
    )
    ways_back.filter(revoked_at=None).update(revoked_at=now())
    return {"group": str(group_id)}


def other_facilitators(member: Membership) -> bool:
    """Whether somebody else leads the member's group."""
    others = Membership.objects.filter(
        group_id=member.group_id, state=State.ACTIVE, role=Membership.Role.FACILITATOR, person__is_active=True
    )
    return others.exclude(id=member.id).exists()


def _end_membership(member: Membership, state: str, *, actor: Membership) -> None:
    """End access and say so on the group's stream, on which the hub closes the member's ports, and to the person."""
    member.state = state
    member.save(update_fields=["state"])
    settle_member(member)
    drop_lost(member.person)
    leave_sessions(member)
    take_back_from(member)
    withdraw_of_group(member.person, member.group_id)
    announce(member.group.stream, MemberLeft.of(member), object_id=member.id, actor=actor.id)
    if member.is_facilitator:  # this closes the ports of the review queue
        announce(member.group.review_stream, MemberLeft.of(member), object_id=member.id, actor=actor.id)
    announce(member.person.stream, MembershipChanged.of(member), object_id=member.id)
