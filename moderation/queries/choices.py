"""What may be decided about an item, worked out once: the buttons and `decide` both ask here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from accounts.models import Person
from moderation.access import is_admin, reviewer_in
from moderation.looking import is_worry
from moderation.models import CareAlert, ReviewItem, SecondLook
from moderation.models.review import TargetKind
from moderation.queries.lines import target_states


@dataclass(frozen=True)
class Choice:
    """One thing a reviewer can decide: its name, its key, and what must be given with it besides a reason."""

    name: str
    key: str
    needs_policy: bool = True
    needs_message: bool = False
    needs_outcome: bool = False


CHOICES = {
    choice.name: choice
    for choice in (
        Choice("publish", "p"),
        Choice("reject", "r"),
        Choice("reword", "w"),
        Choice("keep", "k"),
        Choice("hide", "h"),
        Choice("restore", "u"),
        Choice("uphold", "x", needs_message=True),
        Choice("close", "c", needs_policy=False, needs_outcome=True),
        Choice("dismiss", "d"),
        Choice("speak", "s", needs_message=True),
        Choice("end_contact", "e"),
        Choice("deactivate", "f"),
    )
}


class Role(StrEnum):
    """As what somebody stands before an item."""

    FACILITATOR = "facilitator"
    FIRST = "first_reviewer"  # whose decision somebody else is asked to look at
    LEAD = "clinical_lead"  # from outside the group
    ADMIN = "admin"  # from outside the group, or where there is none


@dataclass(frozen=True)
class Situation:
    """Everything the choices depend on; `target` is the state of the post, revision or sealed message, or None."""

    lane: str
    pending: bool
    kind: str
    target: str | None
    second_look: bool
    severity: int
    role: Role
    called: bool = False  # whether somebody was called for help and it is not over
    admin: bool = False  # whether they may close accounts, whatever they are here
    worried: bool = False  # whether all who reported a sealed message did so out of worry about its sender


GRAVE = 2  # from this severity on, or once somebody was called, a care item is closed with an outcome
ONLY_DISMISS = ("dismiss",)
OPEN: dict[str | None, tuple[str, ...]] = {
    "held": ("publish", "reject", "reword"),
    "published": ("keep", "hide", "dismiss"),
    "hidden": ("restore", "dismiss"),
    "rejected": ("restore", "dismiss"),
}
SECOND_LOOK: dict[str | None, tuple[str, ...]] = {
    "hidden": ("restore", "uphold"),
    "rejected": ("restore", "uphold"),
    "published": ("keep",),  # shown again by another way meanwhile
    None: ("restore", "uphold"),  # a step
}
DECIDED: dict[str | None, tuple[str, ...]] = {
    "published": ("hide",),
    "hidden": ("restore",),
    "rejected": ("restore",),
}
UNDONE_BY_ADMINS = "account_closed"
NAMES = (TargetKind.TOPIC, TargetKind.NAME)  # a title or a name is changed by renaming, not by a decision


def names_for(at: Situation) -> tuple[str, ...]:
    """The names of what may be decided in a situation."""
    if at.kind == TargetKind.SEALED:
        return names_for_sealed(at)
    if at.lane == ReviewItem.Lane.CARE:
        if not at.pending:
            return ()
        return ("close",) if at.called or at.severity >= GRAVE else ("close", "dismiss")
    if at.second_look and at.pending:
        names = SECOND_LOOK.get(at.target, ("uphold",))
        return tuple(name for name in names if name != "uphold" or at.role is not Role.FIRST)
    if not at.pending:
        return DECIDED.get(at.target, ()) if at.role is not Role.LEAD else ()
    if at.target is None:
        return ("keep", "dismiss") if at.kind in NAMES else ONLY_DISMISS
    return OPEN.get(at.target, ONLY_DISMISS)


def names_for_sealed(at: Situation) -> tuple[str, ...]:
    """The same about a sealed message: its words stay where they are, and `target` is what is in force over it.

    Only an admin closes an account, or opens it again. Somebody one worries about loses nothing.
    """
    may_undo = at.admin or at.target != UNDONE_BY_ADMINS
    if at.pending and at.second_look:
        undo = ("restore",) if may_undo else ()
        return undo if at.role is Role.FIRST else (*undo, "uphold")
    if at.pending and at.worried:
        return ("dismiss", "speak")
    if at.pending:
        return ("dismiss", "speak", "end_contact", *(("deactivate",) if at.admin else ()))
    return ("restore",) if at.target is not None and may_undo and at.role is not Role.LEAD else ()


def choices_for(person: Person, item: ReviewItem) -> tuple[Choice, ...]:
    """What this person may decide about the item now; they must have come by `access_item`."""
    return tuple(CHOICES[name] for name in names_for(situation_of(person, item)))


def situation_of(person: Person, item: ReviewItem) -> Situation:
    """How the item stands, and as what the person stands before it."""
    return Situation(
        lane=item.lane,
        pending=item.state == ReviewItem.State.PENDING,
        kind=item.target_kind,
        target=target_states([item]).get(item.target_id),
        second_look=item.second_look,
        severity=item.severity,
        role=role_of(person, item),
        called=CareAlert.objects.filter(item=item, closed_at=None).exists(),
        admin=item.target_kind == TargetKind.SEALED and is_admin(person),
        worried=is_worry(item),
    )


def role_of(person: Person, item: ReviewItem) -> Role:
    """First reviewer before everything else: nobody answers a second look at their own decision."""
    look = open_look(item)
    if look is not None and look.first_reviewer_id == person.pk:
        return Role.FIRST
    if reviewer_in(person, item) is not None:
        return Role.FACILITATOR
    return Role.ADMIN if item.target_kind == TargetKind.SEALED and is_admin(person) else Role.LEAD


def open_look(item: ReviewItem) -> SecondLook | None:
    """The second look that waits for its answer, if there is one."""
    if not item.second_look:
        return None
    return (
        SecondLook.objects.select_related("first_reviewer", "decision", "step")
        .filter(item=item, state=SecondLook.State.OPEN)
        .first()
    )
