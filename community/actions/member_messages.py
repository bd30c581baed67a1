"""Members who write to each other in private: contacts that follow the group's switch, who is in it, and blocks."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from accounts.contacts.actions import Pair, place_group_contacts
from accounts.models import Person
from community.models import Group, Membership
from community.queries.pairs import SWITCH, allowed_pairs, pair_of, pairs_in, pairs_with
from hearthside import audit
from hearthside.errors import Invalid

MOST_MEMBERS = 40


def check_switch(group: Group, switches: Mapping[str, bool]) -> None:
    """Raise Invalid where members are to write to each other in a group too large for that."""
    if not switches.get(SWITCH) or group.allows(SWITCH):
        return
    members = Membership.objects.filter(
        group=group, state=Membership.State.ACTIVE, role=Membership.Role.MEMBER
    )
    if members.count() > MOST_MEMBERS:
        raise Invalid(
            fields={
                SWITCH: f"This group has more than {MOST_MEMBERS} members. Private messages are for small groups, "
                "where people know each other. You could open a smaller group for those who want it."
            }
        )


def switch_member_messages(person: Person, group: Group, before: bool) -> None:
    """Let the contacts follow, and write down who let or stopped it, when the switch is not as it was before."""
    now = group.allows(SWITCH)
    if now == before:
        return
    settle_group(group)
    audit.record(person, "messages.opened" if now else "messages.closed", f"group:{group.id}", group=group)


def settle_group(group: Group) -> None:
    """Bring every pair of the group into line."""
    _settle(pairs_in(group))


def settle_member(member: Membership) -> None:
    """Bring everybody's contact with this member into line: they came, went or go by another name."""
    _settle(pairs_with(member.person_id))


def settle_two(one: UUID, other: UUID) -> None:
    """Bring these two into line: one blocked the other, or no longer does."""
    _settle({pair_of(one, other)})


def _settle(pairs: set[Pair]) -> None:
    """Make the contacts of these pairs what the groups allow now."""
    if pairs:
        place_group_contacts(pairs, allowed_pairs(pairs))
