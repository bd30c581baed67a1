"""Groups as their screens need them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Count

from accounts.access import InvitationOver
from accounts.models import Invitation, Person
from accounts.queries import get_practice, link_of
from community.access import access_as_facilitator, access_group, paused
from community.events import shown_switches
from community.models import Agreement, Block, Group, GroupInvitation, Membership
from community.queries.topics import topics_of
from hearthside.errors import NotFound
from hearthside.live import epoch
from hearthside.models import Stream
from hearthside.wire import stamp

Active = Membership.State.ACTIVE


def list_groups(person: Person) -> list[dict[str, Any]]:
    """The person's groups with their topics and what is unread, by name; closed ones last."""
    members = list(
        Membership.objects.select_related("group").filter(person=person, person__is_active=True, state=Active)
    )
    counts = dict(
        Membership.objects.filter(group__in=[member.group_id for member in members], state=Active)
        .values_list("group")
        .annotate(count=Count("id"))
    )
    leaders = Membership.objects.filter(
        group__in=[member.group_id for member in members], state=Active, role=Membership.Role.FACILITATOR
    )
    names: dict[UUID, list[str]] = {}
    for leader in leaders:
        names.setdefault(leader.group_id, []).append(leader.name)
    rows = []
    for member in members:
        topics = topics_of(member) if member.agreement_version else []
        rows.append(
            {
                **group_head(member),
                "member_count": counts.get(member.group_id, 0),
                "facilitators": sorted(names.get(member.group_id, [])),
                "unread": sum(topic["unread"] for topic in topics),
                "topics": topics,
            }
        )
    return sorted(rows, key=lambda row: (row["closed"], row["name"].casefold()))


def group_head(member: Membership) -> dict[str, Any]:
    """What every screen says of a group, for one of its members."""
    group = member.group
    return {
        "id": str(group.id),
        "name": group.name,
        "description": group.description,
        "role": member.role,
        "membership": str(member.id),
        "closed": group.closed_at is not None,
        "agreement": {
            "version": group.agreement_version,
            "accepted": member.agreement_version >= group.agreement_version,
            "ever": member.agreement_version > 0,
        },
    }


def read_group(person: Person, group_id: UUID) -> dict[str, Any]:
    """One group as its screen starts from it: the offset is read first, so events after it can only repeat.

    Raises NotFound.
    """
    member = access_group(person, group_id)
    group = member.group
    offset = Stream.objects.filter(name=group.stream).values_list("seq", flat=True).first() or 0
    agreement = Agreement.objects.filter(group=group, version=group.agreement_version).first()
    head = group_head(member)
    head["agreement"]["text"] = agreement.text if agreement else ""
    return {
        **head,
        "version": group.version,
        "newcomers_see": group.newcomers_see,
        "switches": shown_switches(group),
        "first_posts": group.first_posts,
        "paused_until": stamp(member.paused_until) if member.paused_until and paused(member) else None,
        "posts_held": member.posts_held,
        "files_wait": not member.is_facilitator,
        "blocked": list_blocked(member),
        "members": list_members(member),
        "topics": topics_of(member) if head["agreement"]["ever"] else [],
        "stream": {"name": group.stream, "offset": offset, "epoch": epoch()},
    }


def list_blocked(member: Membership) -> list[str]:
    """Whose posts the member does not want to see; nobody else is told."""
    return [str(pk) for pk in Block.objects.filter(owner=member).values_list("blocked_id", flat=True)]


def list_members(member: Membership) -> list[dict[str, Any]]:
    """Everybody who is or was in the group, by the names they go by there: old posts need them too."""
    rows = Membership.objects.filter(group_id=member.group_id)
    people = [
        {
            "id": str(row.id),
            "name": row.name,
            "role": row.role,
            "state": row.state,
            "you": row.id == member.id,
        }
        for row in rows
    ]
    return sorted(people, key=lambda row: (row["role"] != "facilitator", row["name"].casefold()))


def list_invitations(person: Person, group_id: UUID) -> list[dict[str, Any]]:
    """The group's invitations that are not used yet, with their links, for its facilitators."""
    access_as_facilitator(person, group_id)
    rows = GroupInvitation.objects.select_related("invitation").filter(
        group_id=group_id, invitation__accepted_at=None, invitation__revoked_at=None
    )
    return [
        {
            "id": str(row.invitation.id),
            "email": row.invitation.email,
            "name": row.invitation.name,
            "role": row.role,
            "state": row.invitation.state.value,
            "expires_at": stamp(row.invitation.expires_at),
            "link": link_of(row.invitation) if row.invitation.state == Invitation.State.OPEN else None,
        }
        for row in rows.order_by("invitation__created_at")
    ]


def show_invitation(invitation: Invitation) -> dict[str, Any]:
    """What somebody who opened an invitation's link reads before joining.

    Raises NotFound when the group has closed, InvitationOver to who joined by it and is not in the group any more.
    """
    to_group = GroupInvitation.objects.select_related("group").filter(invitation=invitation).first()
    group = to_group.group if to_group else None
    if group is not None and invitation.accepted_at is not None:
        there = Membership.objects.filter(person=invitation.accepted_by, group=group, state=Active)
        if not there.exists():
            raise InvitationOver("This invitation has been used. Ask for a new one.", why="used")
    if group is not None and group.closed_at is not None:
        raise NotFound("This group has closed. The invitation leads nowhere any more.")
    agreement = (
        Agreement.objects.filter(group=group, version=group.agreement_version).first() if group else None
    )
    return {
        "practice": get_practice().name,
        "group": {"id": str(group.id), "name": group.name, "facilitators": leaders_of(group)}
        if group
        else None,
        "email": invitation.email,
        "name": invitation.name,
        "role": to_group.role if to_group else invitation.role,
        "has_account": Person.objects.filter(email=invitation.email).exists(),
        "agreement": {"version": agreement.version, "text": agreement.text} if agreement else None,
        "expires_at": stamp(invitation.expires_at),
    }


def leaders_of(group: Group) -> list[str]:
    """The names of the group's facilitators."""
    rows = Membership.objects.filter(group=group, state=Active, role=Membership.Role.FACILITATOR)
    return sorted(row.name for row in rows)
