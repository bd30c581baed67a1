"""Steps of the ladder: taken, checked and lifted. Only a person takes one; thresholds propose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from accounts.models import Person
from community.access import require_open
from community.actions.members import remove_member
from community.models import Membership
from hearthside import audit
from hearthside.clock import now
from hearthside.errors import Closed, Invalid, Stale
from hearthside.live import Answer, announce
from hearthside.text import is_visible
from moderation import ladder
from moderation.access import access_standing, access_step
from moderation.causes import check_cause
from moderation.events import StepChanged
from moderation.jobs import prompt_check_in
from moderation.models import ReviewItem, SecondLook, Step
from moderation.queries.standing import step_row
from moderation.review_data import review_data

Kind = Step.Kind
NEEDS_POLICY = (Kind.REMINDER, Kind.PAUSE, Kind.POSTS_HELD, Kind.LEAVE)
LATEST_CHECK_IN = timedelta(days=90)


@dataclass(frozen=True)
class Wanted:
    """A step as a facilitator asks for it; `days` is for a pause, `marks` for a step with a list."""

    kind: str
    reason: str
    policy: str = ""
    message: str = ""
    days: int | None = None
    check_in_at: datetime | None = None
    item: UUID | None = None
    marks: Sequence[Mapping[str, Any]] = ()


def note_read(person: Person, *, group_id: UUID, member_id: UUID) -> Answer:
    """Write down that a facilitator reads somebody's steps; raises NotFound or Denied."""
    member = access_standing(person, group_id, member_id)
    audit.record(
        person, "history.read", f"member:{member.id}", group=group_id, about=member.person_id, reason="steps"
    )
    return {}


def take_step(person: Person, *, group_id: UUID, member_id: UUID, wanted: Wanted) -> Answer:
    """Take a step about a member and tell them, unless it is a note.

    Raises NotFound, Denied for facilitators and for oneself, Closed for what runs already, Invalid for what is missing
    and for a cause that can be none.
    """
    member = access_standing(person, group_id, member_id)
    require_open(member.group)
    if member.state != Membership.State.ACTIVE:
        raise Closed("They are not in the group any more.")
    check_words(wanted)
    item = check_cause(wanted.item, member)
    check_not_twice(wanted.kind, member, item)
    moment = now()
    step = Step(group=member.group, member=member, kind=wanted.kind, by=person, item=item, at=moment)
    step.policy, step.reason, step.message = wanted.policy, wanted.reason, wanted.message
    set_times(step, wanted)
    ladder.mark_list(step, wanted.marks)
    step.save()
    carry_out(step, member)
    if step.check_in_at is not None:
        prompt_check_in.using(run_after=step.check_in_at).enqueue(str(step.id))
    tell(step, member)
    write_down(person, "step.taken", step, member)
    return finish(person, step, member)


def check_step(person: Person, *, step_id: UUID, version: int, marks: Sequence[Mapping[str, Any]]) -> Answer:
    """Mark lines of a step's list: the check-in of a pause, or what is handed over before leaving.

    The last line of leaving ends the membership. Raises NotFound, Stale, Invalid, or Closed for a step that is over.
    """
    step = access_step(person, step_id)
    check_version(step, version)
    if not ladder.lines_of(step.kind):
        raise Invalid(fields={"step": "This step has no list."})
    if step.lifted_at is not None or (step.kind == Kind.LEAVE and step.ends_at is not None):
        raise Closed("This step is over, so its list stays as it is.")
    ladder.mark_list(step, marks)
    step.version += 1
    step.save()
    write_down(person, "step.checked", step, step.member)
    return finish(person, step, step.member)


def lift_step(person: Person, *, step_id: UUID, version: int, reason: str) -> Answer:
    """Lift a step: what it set ends, and it is never counted again. Raises NotFound, Stale, Invalid or Closed."""
    step = access_step(person, step_id)
    check_version(step, version)
    if not is_visible(reason):
        raise Invalid(fields={"reason": "Say in a few words why it is lifted."})
    if step.lifted_at is not None:
        raise Closed("This step has been lifted already.")
    undo_step(step, person, reason)
    return step_answer(step, ended=False)


def undo_step(step: Step, person: Person, reason: str) -> None:
    """Lift a step inside an action whose Write names its member's own stream; a second look that is granted ends here.

    Raises Closed for leaving that is done: somebody who has left can only be invited again.
    """
    member = step.member
    if step.kind == Kind.LEAVE and step.ends_at is not None:
        raise Closed("They have left the group. You can invite them again.")
    step.lifted_at, step.lifted_by, step.lift_reason = now(), person, reason
    step.version += 1
    step.save()
    if step.kind == Kind.PAUSE and member.paused_until == step.ends_at:
        member.paused_until = None
        member.save(update_fields=["paused_until"])
    if step.kind == Kind.POSTS_HELD:
        member.posts_held = False
        member.save(update_fields=["posts_held"])
    tell(step, member)
    write_down(person, "step.lifted", step, member)


def check_words(wanted: Wanted) -> None:
    """Raise Invalid for a step without its reason, its message to the member, or the line of the agreement."""
    fields = {}
    if not is_visible(wanted.reason):
        fields["reason"] = "Say in a few words why. Facilitators read it, the member does not."
    if wanted.kind == Kind.NOTE and is_visible(wanted.message):
        fields["message"] = "A note is for facilitators only: the member would not get this message."
    if wanted.kind != Kind.NOTE and not is_visible(wanted.message):
        fields["message"] = "Write a few words to the member, so that they hear it from you."
    if (wanted.policy or wanted.kind in NEEDS_POLICY) and wanted.policy not in review_data().policies:
        fields["policy"] = "Choose the line of the agreement that this is about."
    if wanted.days is not None and wanted.kind != Kind.PAUSE:
        fields["days"] = "Only a pause has a number of days."
    if wanted.marks and not ladder.lines_of(wanted.kind):
        fields["checklist"] = "This step has no list."
    if fields:
        raise Invalid(fields=fields)


def check_not_twice(kind: str, member: Membership, item: ReviewItem | None) -> None:
    """Raise Closed for a step that runs already, or a second reminder about the same thing."""
    there = Step.objects.filter(member=member, kind=kind, lifted_at=None)
    said = {
        Kind.PAUSE: "They are paused already. Lift that pause first, or let it end.",
        Kind.POSTS_HELD: "Their posts wait for a facilitator already.",
        Kind.LEAVE: "They are leaving already: the list of what is handed over is open.",
    }
    if kind in said and any(ladder.runs(step, now()) for step in there):
        raise Closed(said[Kind(kind)])
    if kind == Kind.REMINDER and item is not None and there.filter(item=item).exists():
        raise Closed("They had a reminder about this already. One thing counts once.")


def set_times(step: Step, wanted: Wanted) -> None:
    """When a step fades, ends and is checked in on; raises Invalid for a time that does not fit."""
    rules, fields = ladder.ladder(), {}
    if step.kind == Kind.REMINDER:
        step.fades_at = step.at + rules.fades_after
    if step.kind == Kind.PAUSE:
        days = rules.usual_pause if wanted.days is None else wanted.days
        if not rules.shortest_pause <= days <= rules.longest_pause:
            fields["days"] = f"A pause lasts {rules.shortest_pause} to {rules.longest_pause} days."
        else:
            step.ends_at = step.at + timedelta(days=days)
            step.check_in_at = ladder.check_in_before(step.at, step.ends_at)
    if wanted.check_in_at is not None:
        if wanted.kind == Kind.NOTE:
            fields["check_in_at"] = "A note has no check-in."
        elif not step.at < wanted.check_in_at <= step.at + LATEST_CHECK_IN:
            fields["check_in_at"] = "Choose a time that is still to come, within 90 days."
        elif step.ends_at is not None and wanted.check_in_at > step.ends_at:
            fields["check_in_at"] = "Check in before the pause ends."
        step.check_in_at = wanted.check_in_at
    if fields:
        raise Invalid(fields=fields)


def carry_out(step: Step, member: Membership) -> None:
    """Set on the membership what the step is about."""
    if step.kind == Kind.PAUSE:
        member.paused_until = step.ends_at
        member.save(update_fields=["paused_until"])
    if step.kind == Kind.POSTS_HELD:
        member.posts_held = True
        member.save(update_fields=["posts_held"])


def finish(person: Person, step: Step, member: Membership) -> Answer:
    """Answer with the step; end the membership first when the last line of leaving is done. Raises Closed."""
    if step.kind != Kind.LEAVE or not ladder.ends_membership(step):
        return step_answer(step, ended=False)
    cares = ReviewItem.objects.filter(
        author=member, lane=ReviewItem.Lane.CARE, state=ReviewItem.State.PENDING
    )
    if cares.exists():
        raise Closed(
            "Somebody still has to answer a cry for help of theirs. Close that with an outcome first."
        )
    if SecondLook.objects.filter(step=step, state=SecondLook.State.OPEN).exists():
        raise Closed("They asked for a second look at this. It is answered before anything ends.")
    if member.state == Membership.State.ACTIVE:
        remove_member(person, group_id=member.group_id, member_id=member.id)
    step.ends_at = now()
    step.save(update_fields=["ends_at"])
    tell(step, member)
    write_down(person, "step.ended", step, member)
    return step_answer(step, ended=True)


def check_version(step: Step, version: int) -> None:
    """Raise Stale when somebody changed the step since it was read."""
    if step.version != version:
        raise Stale(current=step_row(step))


def tell(step: Step, member: Membership) -> None:
    """Have the member's screens look anew; a note is for staff only."""
    if step.kind != Kind.NOTE:
        announce(member.person.stream, StepChanged.of(step), object_id=step.id)


def write_down(person: Person, verb: str, step: Step, member: Membership) -> None:
    """Enter the act in the audit trail; a note stays out of the member's own access log, as it is for staff only."""
    about = None if step.kind == Kind.NOTE else member.person_id
    audit.record(person, verb, f"step:{step.id}", group=step.group_id, about=about, reason=step.kind)


def step_answer(step: Step, *, ended: bool) -> Answer:
    """A step's acknowledgement; `ended` is true when the membership ended with it."""
    return {"step": str(step.id), "kind": step.kind, "version": step.version, "ended": ended}
