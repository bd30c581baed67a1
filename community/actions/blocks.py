"""Blocking somebody: their posts are folded away in one's own view, and nobody else knows."""

from __future__ import annotations

from uuid import UUID

from accounts.models import Person
from community.access import access_group
from community.actions.member_messages import settle_two
from community.events import BlocksChanged
from community.models import Block, Membership
from community.queries.groups import list_blocked
from hearthside.errors import Denied, NotFound
from hearthside.live import Answer, announce


def block_member(person: Person, *, group_id: UUID, member_id: UUID) -> Answer:
    """Fold somebody's posts away; raises NotFound for who is not in the group, Denied for facilitators and oneself.

    A facilitator's posts hold what everybody must be able to read.
    """
    member = access_group(person, group_id)
    other = Membership.objects.filter(id=member_id, group_id=group_id).first()
    if other is None:
        raise NotFound
    if other.id == member.id or other.is_facilitator:
        raise Denied("You can hide other members' posts from your view, not your own or a facilitator's.")
    if not Block.objects.filter(owner=member, blocked=other).exists():
        Block.objects.create(owner=member, blocked=other)
        settle_two(member.person_id, other.person_id)
        _tell(member)
    return {"group": str(group_id), "blocked": list_blocked(member)}


def unblock_member(person: Person, *, group_id: UUID, member_id: UUID) -> Answer:
    """Show somebody's posts again; who is not blocked stays as they are."""
    member = access_group(person, group_id)
    gone, _ = Block.objects.filter(owner=member, blocked_id=member_id).delete()
    if gone:
        other = Membership.objects.get(id=member_id)
        settle_two(member.person_id, other.person_id)
        _tell(member)
    return {"group": str(group_id), "blocked": list_blocked(member)}


def _tell(member: Membership) -> None:
    """Say to the member's own screens that the list has changed."""
    announce(member.person.stream, BlocksChanged.of(member), object_id=member.id)
