"""Which members may write to each other in private: they share a group that lets them, and none blocked the other."""

from __future__ import annotations

from collections.abc import Collection
from itertools import combinations
from uuid import UUID

from django.db.models import Q

from accounts.contacts.actions import GroupNames, Pair
from accounts.models import Contact
from community.models import Block, Group, Membership

Active = Membership.State.ACTIVE
SWITCH = "member_messages"


def pair_of(one: UUID, other: UUID) -> Pair:
    """Two people in the order in which a contact names them."""
    return (one, other) if one < other else (other, one)


def open_groups() -> list[Group]:
    """The groups whose members may write to each other now, the oldest first."""
    rows = Group.objects.filter(closed_at=None, **{f"switches__{SWITCH}": True})
    return list(rows.order_by("opened_at", "id"))


def allowed_pairs(pairs: Collection[Pair]) -> dict[Pair, GroupNames]:
    """Those of the pairs that may, and by which group and names.

    Two who share several such groups know each other by the one their contact has already, else by the oldest. A block
    between them counts wherever it was made: in another group they may go by other names, but are the same people.
    """
    people = {person for pair in pairs for person in pair}
    groups = open_groups() if people else []
    if not groups:
        return {}
    names: dict[UUID, dict[UUID, str]] = {group.id: {} for group in groups}
    members = Membership.objects.filter(
        group__in=groups, person__in=people, state=Active, role=Membership.Role.MEMBER
    )
    for row in members:
        names[row.group_id][row.person_id] = row.name
    blocked = blocked_pairs(people)
    standing = standing_groups(people)
    found: dict[Pair, GroupNames] = {}
    for pair in set(pairs) - blocked:
        shared = [group.id for group in groups if names[group.id].keys() >= set(pair)]
        if shared:
            group = standing[pair] if standing.get(pair) in shared else shared[0]
            found[pair] = GroupNames(group, names[group][pair[0]], names[group][pair[1]])
    return found


def blocked_pairs(people: Collection[UUID]) -> set[Pair]:
    """The pairs of whom one has blocked the other, where that is still theirs to undo."""
    rows = Block.objects.filter(
        owner__person__in=people, blocked__person__in=people, owner__state=Active
    ).values_list("owner__person", "blocked__person")
    return {pair_of(owner, blocked) for owner, blocked in rows}


def standing_groups(people: Collection[UUID]) -> dict[Pair, UUID]:
    """The group of each open contact among these people."""
    rows = Contact.objects.filter(
        reason=Contact.Reason.GROUP, ended_at=None, one__in=people, other__in=people
    )
    return {
        (row.one_id, row.other_id): row.group for row in rows.only("one_id", "other_id", "group") if row.group
    }


def pairs_in(group: Group) -> set[Pair]:
    """Every two members of the group, and everybody whose contact it is."""
    members = Membership.objects.filter(group=group, state=Active, role=Membership.Role.MEMBER)
    people = members.values_list("person_id", flat=True)
    contacts = Contact.objects.filter(group=group.id, ended_at=None).values_list("one_id", "other_id")
    return {pair_of(one, other) for one, other in combinations(people, 2)} | set(contacts)


def pairs_with(person: UUID) -> set[Pair]:
    """The person with everybody they share such a group with, or have an open contact with."""
    mine = Membership.objects.filter(person=person, state=Active, role=Membership.Role.MEMBER)
    groups = [group.id for group in open_groups()]
    shared = Membership.objects.filter(
        group__in=mine.filter(group__in=groups).values("group"), state=Active, role=Membership.Role.MEMBER
    )
    others = set(shared.values_list("person_id", flat=True)) - {person}
    contacts = Contact.objects.filter(Q(one=person) | Q(other=person), ended_at=None)
    standing = contacts.filter(reason=Contact.Reason.GROUP).values_list("one_id", "other_id")
    return {pair_of(person, other) for other in others} | set(standing)
