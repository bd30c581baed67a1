"""Decisions: a person says what becomes of another person's words, why, and by which line of the agreement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from accounts.models import Person
from hearthside import audit
from hearthside.clock import now
from hearthside.errors import Closed, Denied, Invalid, Problem, Stale
from hearthside.live import Answer
from hearthside.text import is_visible
from hearthside.wire import stamp
from moderation.access import access_item, access_queue
from moderation.actions import outcomes, sealed_outcomes
from moderation.actions.care import close_alert
from moderation.actions.items import announce_item, renew_items
from moderation.actions.noticing import tell_decided
from moderation.actions.second_looks import answer_second_look, settle_elsewhere
from moderation.looking import about_whom
from moderation.models import ReviewDecision, ReviewItem
from moderation.models.review import TargetKind
from moderation.queries.choices import CHOICES, Choice, choices_for
from moderation.queries.mine import TOLD
from moderation.queries.order import as_lines
from moderation.queries.people import name_for
from moderation.review_data import review_data

State = ReviewItem.State
# What an item becomes; "reword" leaves it open until the author has found other words.
AFTER = {
    "publish": State.APPROVED,
    "reject": State.REJECTED,
    "reword": State.PENDING,
    "keep": State.APPROVED,
    "hide": State.REJECTED,
    "restore": State.APPROVED,
    "uphold": State.REJECTED,
    "close": State.APPROVED,
    "dismiss": State.IGNORED,
    "speak": State.REJECTED,
    "end_contact": State.REJECTED,
    "deactivate": State.REJECTED,
}
# What a choice does to the words themselves.
DOES: dict[str, Callable[[ReviewItem, Person], None]] = {
    "publish": outcomes.publish_held,
    "reject": outcomes.reject_held,
    "reword": outcomes.ask_reword,
    "hide": outcomes.hide_published,
    "restore": outcomes.give_back,
    "speak": sealed_outcomes.speak_with,
    "end_contact": sealed_outcomes.end_contact,
    "deactivate": sealed_outcomes.close_account,
}
BULK = ("publish", "keep")
MOST_AT_ONCE = 50


@dataclass(frozen=True)
class Ruling:
    """What is decided: a choice, a policy line's code, why (for staff), what the author is told, how care ended."""

    choice: str
    policy: str = ""
    reason: str = ""
    message: str = ""
    outcome: str = ""


def decide(person: Person, *, item_id: UUID, version: int, ruling: Ruling) -> Answer:
    """Decide about an item, as it was read at `version`; the author is told kindly.

    Raises NotFound, Stale with what another reviewer decided, Denied or Closed for a choice that is not there, Invalid.
    """
    item = access_item(person, item_id)
    check_version(item, version)
    choice = find_choice(person, item, ruling.choice)
    check_ruling(choice, ruling)
    return settle(person, item, ruling)


def settle(person: Person, item: ReviewItem, ruling: Ruling) -> Answer:
    """Carry out a ruling that was checked: the words, the row, the audit trail, the queue."""
    second = item.second_look and item.state == State.PENDING
    message = ruling.message.strip() or review_data().messages[ruling.choice]
    decision = ReviewDecision(item=item, by=person, choice=ruling.choice, before=item.state)
    decision.policy, decision.outcome = ruling.policy, ruling.outcome
    decision.reason, decision.message = ruling.reason, message
    if second:
        answer_second_look(item, person, ruling.choice, reason=ruling.reason, message=message)
    elif ruling.choice in DOES:
        DOES[ruling.choice](item, person)
    if item.lane == ReviewItem.Lane.CARE:
        close_alert(item, person)
    _move(item, ruling.choice)
    decision.after = item.state
    decision.save()
    tell_decided(item, decision)
    if ruling.choice in ("restore", "publish"):
        settle_elsewhere(item, message)
    write_down(person, item, ruling)
    announce_item(item)
    if item.target_kind == TargetKind.SEALED:
        tell_sealed(item, ruling.choice)
    elif second or ruling.choice in DOES:
        renew_items(item.target_kind, item.target_id, besides=item.id)
    return {"item": str(item.id), "state": item.state, "version": item.version}


def write_down(person: Person, item: ReviewItem, ruling: Ruling) -> None:
    """Enter the decision in the audit trail.

    That a report came to nothing stays out of the author's own access log: it would say that there was one.
    """
    told = ruling.choice in TOLD or item.lane == ReviewItem.Lane.CARE
    about = about_whom(item) if told else None
    audit.record(
        person,
        "review.decided",
        f"{item.target_kind}:{item.target_id}",
        group=item.group_id,
        about=about,
        reason=":".join(filter(None, (ruling.choice, ruling.policy or ruling.outcome))),
    )


def tell_sealed(item: ReviewItem, choice: str) -> None:
    """Tell the sender of a message what they are told of, and who reported it that somebody looked."""
    if choice in TOLD:
        sealed_outcomes.tell_sender(item)
    sealed_outcomes.tell_reporters(item)


def _move(item: ReviewItem, choice: str) -> None:
    """Put the item where the choice leaves it; one that was decided before goes by way of pending."""
    if item.state != State.PENDING:
        item.move_to(State.PENDING)
    if AFTER[choice] != State.PENDING:
        item.move_to(AFTER[choice])
        item.decided_at, item.second_look = now(), False
    item.waiting_on_author = choice == "reword"
    item.first_look_at = item.first_look_at or now()
    item.lease_by, item.lease_until = None, None
    item.version += 1
    item.save()


def check_version(item: ReviewItem, version: int) -> None:
    """Raise Stale, with the item as it is and the last decision about it, unless it was read as it is now."""
    if item.version == version:
        return
    last = ReviewDecision.objects.select_related("by").filter(item=item).order_by("-at", "-id").first()
    decision = None
    if last is not None:
        decision = {
            "choice": last.choice,
            "by_name": name_for(item, last.by),
            "at": stamp(last.at),
        }
    raise Stale(current=as_lines([item])[0], decision=decision)


def find_choice(person: Person, item: ReviewItem, name: str) -> Choice:
    """The choice of that name, if it is among what this person may decide; raises Denied or Closed."""
    for choice in choices_for(person, item):
        if choice.name == name:
            return choice
    if name == "uphold" and item.second_look:
        raise Denied(
            "A second look at your own decision is answered by somebody else. You can still restore it."
        )
    raise Closed("This does not fit what the item is about now. Please look at it again.")


def check_ruling(choice: Choice, ruling: Ruling) -> None:
    """Raise Invalid for what a decision needs and does not have."""
    data, fields = review_data(), {}
    if not is_visible(ruling.reason):
        fields["reason"] = "Say in a few words why. Facilitators read it, the author does not."
    if choice.needs_policy and not ruling.policy:
        fields["policy"] = "Choose the line of the agreement that this is about."
    elif ruling.policy and ruling.policy not in data.policies:
        fields["policy"] = "There is no such line. Please load the page again."
    if choice.needs_message and not is_visible(ruling.message):
        fields["message"] = "Tell the author why, in your own words."
    if choice.needs_outcome and ruling.outcome not in data.outcomes:
        fields["outcome"] = "Choose how this ended."
    if not choice.needs_outcome and ruling.outcome:
        fields["outcome"] = "Only what is closed with care has an outcome."
    if fields:
        raise Invalid(fields=fields)


def decide_many(
    person: Person, *, group_id: UUID, items: Sequence[tuple[UUID, int]], ruling: Ruling
) -> Answer:
    """Decide the same harmless thing about several items of the asked lane; what does not fit is left, and why.

    Raises NotFound for a group the person does not lead, Invalid for any other choice, more than 50, or no reason.
    """
    access_queue(person, group_id)
    if ruling.choice not in BULK:
        raise Invalid(fields={"choice": "Only showing and keeping can be decided for several at once."})
    if len(items) > MOST_AT_ONCE:
        raise Invalid(fields={"items": f"At most {MOST_AT_ONCE} at once."})
    check_ruling(CHOICES[ruling.choice], ruling)
    decided: list[str] = []
    left: list[dict[str, str]] = []
    for item_id, version in dict(items).items():
        try:
            item = access_item(person, item_id)
            if why := why_one_by_one(person, item, group_id):
                left.append({"item": str(item_id), "why": why})
                continue
            decide(person, item_id=item_id, version=version, ruling=ruling)
            decided.append(str(item_id))
        except Problem as problem:  # raised before anything of this item is written
            left.append({"item": str(item_id), "why": problem.slug})
    return {"decided": decided, "left": left}


def why_one_by_one(person: Person, item: ReviewItem, group_id: UUID) -> str | None:
    """Why an item is not decided together with others: another lane or group looks at it, or somebody has it open."""
    if item.group_id != group_id or item.lane != ReviewItem.Lane.ASKED or item.severity:
        return "lane"
    if item.leased and item.lease_by is not None and item.lease_by.person_id != person.pk:
        return "taken"
    also = ReviewItem.objects.filter(
        target_kind=item.target_kind, target_id=item.target_id, state=State.PENDING
    ).exclude(id=item.id)
    return "also_elsewhere" if also.exists() else None
