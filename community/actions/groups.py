"""Groups: opening, settings, the agreement, closing."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from accounts.models import Person
from community.access import access_as_facilitator, access_opening, require_open
from community.actions.member_messages import check_switch, settle_group, switch_member_messages
from community.actions.session_telling import cancel_ahead
from community.events import (
    AgreementPublished,
    GroupClosed,
    GroupUpdated,
    MemberJoined,
    MembershipChanged,
    shown_switches,
)
from community.models import Agreement, Group, Membership
from hearthside.clock import now
from hearthside.errors import Invalid, Stale
from hearthside.live import Answer, announce


@cache
def default_agreement() -> str:
    """The agreement a new group starts with (community/data/agreement.md)."""
    return (Path(__file__).parent.parent / "data" / "agreement.md").read_text()


def open_group(
    person: Person, *, group_id: UUID, name: str, description: str, newcomers_see: str, member_name: str
) -> Answer:
    """Open a group with its first agreement and the person as its facilitator; raises SignedOut or Denied."""
    access_opening(person)
    group = Group.objects.create(
        id=group_id, name=name, description=description, newcomers_see=newcomers_see, agreement_version=1
    )
    Agreement.objects.create(group=group, version=1, text=default_agreement())
    member = Membership.objects.create(
        person=person, group=group, role=Membership.Role.FACILITATOR, name=member_name, agreement_version=1
    )
    announce(group.stream, MemberJoined.of(member), object_id=member.id, actor=member.id)
    announce(person.stream, MembershipChanged.of(member), object_id=member.id)
    return {"group": str(group.id), "membership": str(member.id)}


def update_group(person: Person, *, group_id: UUID, version: int, changes: dict[str, Any]) -> Answer:
    """Change a group's settings; raises Stale with what they are now when `version` is not the newest."""
    member = access_as_facilitator(person, group_id)
    group = member.group
    require_open(group)
    if group.version != version:
        raise Stale(current=group_as_dict(group))
    switches = changes.get("switches", {})
    if set(switches) - set(shown_switches(group)):
        raise Invalid(fields={"switches": "There is no switch of that name."})
    check_switch(group, switches)
    before = group.allows("member_messages")
    for name, value in changes.items():
        setattr(group, name, value if name != "switches" else {**group.switches, **switches})
    group.version += 1
    group.save()
    switch_member_messages(person, group, before)
    announce(group.stream, GroupUpdated.of(group), object_id=group.id, actor=member.id)
    return group_as_dict(group)


def group_as_dict(group: Group) -> Answer:
    """A group's settings as an answer."""
    return {
        "id": str(group.id),
        "name": group.name,
        "description": group.description,
        "newcomers_see": group.newcomers_see,
        "switches": shown_switches(group),
        "first_posts": group.first_posts,
        "version": group.version,
        "closed": group.closed_at is not None,
    }


def close_group(person: Person, *, group_id: UUID) -> Answer:
    """End a group: everybody can still read, nobody writes; closing a closed group changes nothing."""
    member = access_as_facilitator(person, group_id)
    group = member.group
    if group.closed_at is None:
        group.closed_at = now()
        group.version += 1
        group.save(update_fields=["closed_at", "version"])
        settle_group(group)
        cancel_ahead(group)
        announce(group.stream, GroupClosed.of(group), object_id=group.id, actor=member.id)
    return group_as_dict(group)


def publish_agreement(person: Person, *, group_id: UUID, text: str) -> Answer:
    """Give the agreement a new version; its author has accepted it, everybody else is asked before the next post."""
    member = access_as_facilitator(person, group_id)
    group = member.group
    require_open(group)
    group.agreement_version += 1
    group.save(update_fields=["agreement_version"])
    agreement = Agreement.objects.create(group=group, version=group.agreement_version, text=text)
    member.agreement_version = agreement.version
    member.save(update_fields=["agreement_version"])
    announce(group.stream, AgreementPublished.of(agreement), object_id=agreement.id, actor=member.id)
    return {"version": agreement.version}
