"""Reports of sealed messages: one message goes, proven, to somebody outside the conversation; no other does."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from accounts.models import Person
from community.models import Group, Membership
from hearthside.clock import now
from hearthside.errors import Closed, Denied, Invalid, NotFound, Unproven
from hearthside.live import Answer
from messaging import franking
from messaging.ids import room_of
from messaging.models import Conversation
from messaging.queries.reports import recipients_of, stamped_event
from moderation import jobs
from moderation.actions.followup import WAITS, due_at
from moderation.actions.items import Signal, open_item
from moderation.looking import WORRY, group_of, leaders_outside, lookers
from moderation.models import ReviewItem, ReviewSignal, SealedMessage, SealedReport
from moderation.models.review import TargetKind
from moderation.queries.reporters import accuracy_of
from moderation.review_data import review_data
from moderation.screening import Lane

Form = SealedReport.Form
NOBODY = "Nobody who may look at this can open it on a device yet. You can send its words with your report instead."
OWN = "This is your own message. You can take it back."


@dataclass(frozen=True)
class Sealed:
    """What a report says: the message, why, and in the open form what opens its commitment."""

    conversation: UUID
    event: UUID
    form: str
    category: str
    note: str = ""
    pt: str | None = None
    fk: str | None = None


@dataclass(frozen=True)
class Proven:
    """A message as its stamp covers it, not stored yet, and the group it belongs to; None for the practice."""

    message: SealedMessage
    group: Group | None


def prove(person: Person, report: Sealed) -> Proven:
    """Check everything about a report that can be checked; also before the write, as it names who will be told.

    Raises NotFound for a message that the person could not read, Denied for their own, Invalid for words in the sealed
    form, Unproven without our stamp or for words that are not what was sent, Closed when nobody could open it.
    """
    found = stamped_event(person, report.conversation, report.event)
    conversation = Conversation.objects.filter(id=report.conversation).first()
    if found is None or conversation is None:
        raise NotFound
    what = found.what
    if what.sender == person.pk:
        raise Denied(OWN)
    if not found.good:
        raise Unproven
    check_words(report, what.commitment)
    message = SealedMessage(
        event=what.event,
        conversation=what.conversation,
        circle=conversation.kind == Conversation.Kind.CIRCLE,
        sender=Person.objects.get(pk=what.sender),
        device=what.device,
        at=what.at,
        commitment=what.commitment,
    )
    group = group_of(message.sender, person)
    if report.form == Form.SEALED:
        opens = recipients_of(conversation)
        if not opens:
            raise Closed(NOBODY, reason="nobody_opens")
        leaders = set(leaders_outside(group, message).values_list("pk", flat=True))
        message.with_admins = bool(opens - leaders)
    return Proven(message, group)


def check_words(report: Sealed, commitment: str) -> None:
    """Raise Unproven unless the words of an open report are just what was committed to; Invalid where none belong."""
    if report.form == Form.SEALED:
        if report.pt is not None or report.fk is not None:
            raise Invalid(
                fields={"pt": "In this form the words go to the devices of who looks, and never to us."}
            )
        return
    if report.pt is None or report.fk is None:
        raise Invalid(fields={"pt": "An open report has the words, and the key that proves them."})
    if not franking.opens(commitment, room_of(report.conversation), report.pt, report.fk):
        raise Unproven


def send_sealed_report(person: Person, report: Sealed) -> Answer:
    """Report a message: one report for each person and message, and one item for all of them.

    Again is the same report; words that were sealed before may be sent openly later. Raises what `prove` raises.
    """
    proven = prove(person, report)
    message = SealedMessage.objects.select_for_update().filter(event=report.event).first()
    if message is None:
        message = proven.message
        message.save(force_insert=True)
    elif proven.message.with_admins and not message.with_admins:
        message.with_admins = True
        message.save(update_fields=["with_admins"])
    item = ReviewItem.objects.filter(target_kind=TargetKind.SEALED, target_id=message.event).first()
    group = item.group if item is not None else proven.group
    row = message.reports.filter(by=person).first()
    if row is None or (row.form == Form.SEALED and report.form == Form.OPEN):
        row = row or SealedReport(message=message, by=person)
        row.form, row.category, row.note, row.pt = report.form, report.category, report.note, report.pt
        row.at, row.looked_at = now(), None
        row.save()
        item = _open(message, group, person, report.category)
    return {
        "received": True,
        "report": str(row.id),
        "looks": who_looks(group, message, with_lead=item is not None and item.with_lead),
    }


def _open(message: SealedMessage, group: Group | None, person: Person, category: str) -> ReviewItem:
    """Put the message into the conduct lane, and tell who looks; without an admin outside, the clinical lead."""
    reporter = _member(group, person)
    lane = Lane.CARE if category == WORRY else Lane.CONDUCT  # how soon somebody should have looked
    signal = Signal(
        source=ReviewSignal.Source.MEMBER,
        reason=category,
        score=review_data().weights[category] * (accuracy_of(reporter) if reporter else 1.0),
        by=reporter,
    )
    item = open_item(
        group=group,
        lane=Lane.CONDUCT.value,
        target_kind=TargetKind.SEALED,
        target_id=message.event,
        topic=None,
        author=_member(group, message.sender),
        snapshot={},
        signals=(signal,),
        due_at=due_at(lane, group) if group else now() + WAITS[lane],
        with_lead=who_looks(group, message) == "clinical_lead",
    )
    if who_looks(group, message) in ("admins", "clinical_lead"):
        jobs.mail_sealed_report.enqueue(str(item.id))
    return item


def who_looks(group: Group | None, message: SealedMessage, *, with_lead: bool = False) -> str:
    """Who looks at a report of this message, for whoever reports: facilitators, admins, clinical_lead or nobody."""
    if leaders_outside(group, message).exists():
        return "facilitators"
    people = lookers(group, message, with_lead=with_lead)
    if not people:
        return "nobody"
    return "admins" if any(person.role == Person.Role.ADMIN for person in people) else "clinical_lead"


def _member(group: Group | None, person: Person) -> Membership | None:
    """The person as the group knows them, also when they have left it; None for the practice's items."""
    if group is None:
        return None
    return Membership.objects.select_related("person", "group").filter(group=group, person=person).first()
