"""May we quote you? One question for one sentence, a yes that can become a no, and the sentence gone then."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from accounts.models import Person
from community.access_summaries import access_own_quote, access_quotable
from community.actions.summary_telling import notice_key
from community.events import SummaryChanged
from community.models import Membership, Post, QuoteRequest, Session, Summary, SummaryVersion
from community.queries.summary_material import asked_in, counts, ours_of
from community.summarising.quoting import leaves_part, sections_without, sections_without_runs, stands_in
from community.summarising.reading import folded_words
from community.summarising.sections import Section, pack, pack_drafted, unpack, unpack_drafted
from hearthside import audit
from hearthside.clock import now
from hearthside.errors import Closed, Invalid, NotFound
from hearthside.live import Answer, announce
from notify.actions.giving import give_notice, withdraw_notices
from notify.actions.reading import read_notices

State = QuoteRequest.State
FEWEST_WORDS = 2


def ask_quote(person: Person, *, session_id: UUID, post_id: UUID, sentence: str) -> Answer:
    """Ask a member whether one sentence of their post may stand in the summary; the same question is asked once.

    Raises NotFound, Denied, Invalid for what the post does not say, Closed when they said no.
    """
    session, facilitator, post = access_quotable(person, session_id, post_id)
    if len(folded_words(sentence)) < FEWEST_WORDS or not stands_in(sentence, post.body):
        raise Invalid(fields={"sentence": "The post does not say this."})
    words = folded_words(sentence)
    asked = QuoteRequest.objects.filter(session=session, post=post)
    quote = next((row for row in asked if folded_words(row.sentence) == words), None)
    if quote is not None and quote.state == State.NO:
        raise Closed("They would rather not be quoted with this. Please do not ask again.")
    if quote is None:
        quote = QuoteRequest.objects.create(
            session=session, post=post, member=post.author, asked_by=facilitator, sentence=sentence
        )
        audit.record(
            person, "quote.asked", f"quote:{quote.id}", group=session.group_id, about=post.author.person_id
        )
        give_notice(
            [post.author.person],
            kind="quote.asked",
            key=f"quote:{quote.id}",
            link="/quotes",
            about=facilitator.group.name,
            group=session.group_id,
            by=person,
        )
        hint(session)
    return {"quote": str(quote.id), "state": quote.state}


def answer_quote(person: Person, *, quote_id: UUID, yes: bool) -> Answer:
    """Say yes or no about a sentence of one's own, at any time; a no takes it out of wherever it stands, at once.

    Raises NotFound, also for a question whose sentence is gone.
    """
    quote = access_own_quote(person, quote_id)
    if not quote.sentence:
        raise NotFound
    read_notices(person, f"quote:{quote.id}")
    state = State.YES if yes else State.NO
    if quote.state != state:
        before, quote.state, quote.answered_at = quote.state, state, now()
        quote.save(update_fields=["state", "answered_at"])
        if state == State.NO:
            take_out(quote, everywhere=before == State.YES)
        hint(quote.session)
    return {"quote": str(quote.id), "state": quote.state}


def drop_quotes(post: Post) -> None:
    """Take the sentences of a post that was withdrawn out of every summary, and forget them."""
    for quote in QuoteRequest.objects.select_related("session__group").filter(post=post):
        if not quote.sentence:
            continue
        take_out(quote)
        quote.sentence, quote.state = "", State.NO
        quote.save(update_fields=["sentence", "state"])
        withdraw_notices(f"quote:{quote.id}")
        hint(quote.session)


def drop_runs(post: Post, bodies: Sequence[str]) -> None:
    """Take what else a member's post of a live room says out of the group's summaries, as far as it is not out yet.

    Once it is erased, no check knows its words. What is out passed the check, and says what it says without them.
    """
    session = Session.objects.filter(topic=post.topic_id).exclude(group=None).first()
    if session is None or session.group_id is None or post.author.role != Membership.Role.MEMBER:
        return
    given = [sentence for those in asked_in(session.group_id).given.values() for sentence in those]
    for summary in Summary.objects.select_related("session__group").filter(session__group=session.group_id):
        if _take_runs_out_of(summary, bodies, given):
            hint(summary.session)


def _take_runs_out_of(summary: Summary, bodies: Sequence[str], given: Sequence[str]) -> bool:
    """Remove runs of these bodies from a working copy and the approvals that are not out; whether anything changed."""
    versions = list(SummaryVersion.objects.filter(summary=summary))
    out = [one for row in versions if row.number == summary.published_number for one in unpack(row.sections)]
    ours = [*ours_of(summary.session), *given, *unpack_drafted(summary.drafted).values()]
    ours += [text for one in out for text in (one.heading, one.text)]

    def cleaned(packed: str) -> str:
        sections = unpack(packed)
        for body in bodies:
            sections = sections_without_runs(sections, body, ours=ours)
        return pack(sections) if sections != unpack(packed) else packed

    changed = False
    for row in versions:
        new = cleaned(row.sections) if row.published_at is None else row.sections
        if new != row.sections:
            changed, row.sections = True, new
            row.save(update_fields=["sections"])
    new = cleaned(summary.sections)
    if new == summary.sections and not changed:
        return False
    summary.sections = new
    if summary.state == Summary.State.APPROVED:
        summary.move_to(Summary.State.DRAFT)
    summary.version += 1
    summary.save()
    return True


def settle_quotes(post_id: UUID) -> Answer:
    """Take the sentences of a post out of every summary that it does not say any more, or is not shown with."""
    quotes = QuoteRequest.objects.select_related("session__group", "post").filter(
        post=post_id, state=State.YES
    )
    gone = [quote for quote in quotes if quote.sentence and not counts(quote)]
    for quote in gone:
        take_out(quote)
        hint(quote.session)
    return {"gone": len(gone)}


def take_out(quote: QuoteRequest, *, everywhere: bool = True) -> None:
    """Remove a sentence from the summary of its session, or `everywhere` in the group, where a yes let it stand."""
    session = quote.session
    found = Summary.objects.select_related("session__group")
    for summary in (
        found.filter(session__group=session.group_id) if everywhere else found.filter(session=session)
    ):
        if _take_out_of(summary, quote.sentence) and summary.session_id != session.id:
            hint(summary.session)


def _take_out_of(summary: Summary, sentence: str) -> bool:
    """Remove a sentence from a working copy and every approval; whether anything changed.

    What was approved must be approved again; what is out says that it was corrected. Where a part of the sentence is
    left, that may tell whose it was, its facilitators are asked to look.
    """
    old = unpack(summary.sections)
    new = sections_without(old, sentence)
    changed = new != old
    left = leaves_part(new, sentence)
    drafted = [Section(key, "", "", text) for key, text in unpack_drafted(summary.drafted).items()]
    summary.sections, summary.drafted = pack(new), pack_drafted(sections_without(drafted, sentence))
    if (changed or left) and summary.state == Summary.State.APPROVED:
        summary.move_to(Summary.State.DRAFT)
    was_out = False
    for version in SummaryVersion.objects.filter(summary=summary):
        old = unpack(version.sections)
        new = sections_without(old, sentence)
        is_out = version.number == summary.published_number > 0
        if is_out and leaves_part(new, sentence):
            left = was_out = True
        if new != old:
            changed, was_out = True, was_out or is_out
            version.sections = pack(new)
            version.save(update_fields=["sections"])
            if is_out:
                summary.corrected_at = now()
    summary.asks = summary.asks or was_out or left
    if was_out:
        ask_facilitators(summary.session, summary)
    if changed or left:
        summary.version += 1
        summary.save()
    return changed or left


def ask_facilitators(session: Session, summary: Summary) -> None:
    """Ask the group's facilitators to look at a published summary that a sentence has gone from."""
    leaders = Membership.objects.select_related("person", "group").filter(
        group=session.group_id, state=Membership.State.ACTIVE, role=Membership.Role.FACILITATOR
    )
    for leader in leaders.order_by("id"):
        give_notice(
            [leader.person],
            kind="quote.withdrawn",
            key=notice_key(summary, f"quote:{summary.published_number}"),
            link=f"/sessions/{session.id}/summary",
            about=leader.group.name,
            group=session.group_id,
        )


def hint(session: Session) -> None:
    """Say to the group's screens that a session's summary has something to fetch, where there is one."""
    summary = Summary.objects.select_related("session__group").filter(session=session).first()
    if summary is not None and summary.session.group is not None:
        announce(summary.session.group.stream, SummaryChanged.of(summary), object_id=summary.id)
