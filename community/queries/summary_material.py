"""What a draft is made of, and what its check must know: the group's names, and members' words in live rooms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from uuid import UUID

from django.db.models import Count, F, Max, QuerySet, Sum

from accounts.models import Consent
from accounts.queries import who_consents
from community.models import Attendance, FormerName, Membership, Post, QuoteRequest, Revision, Session
from community.queries.concerns import readings_of, tasks_of
from community.summarising.drafting import Material, NextDate
from community.summarising.names_check import Guarded, find_given_away
from community.summarising.quoting import find_repeated, stands_in
from community.summarising.sections import Section
from community.summarising.shown import Found
from community.summarising.themes import Utterance, find_themes

Mark = tuple[object, ...]


def material_of(session: Session) -> Material:
    """Everything the draft of a session is made of; of what members wrote, only what those who agreed to it wrote."""
    members = members_in(session)
    agreed = who_consents([member.person_id for member in members], Consent.Purpose.SUMMARIES)
    authors = [member.id for member in members if member.person_id in agreed]
    posts = (
        shown_posts(session).filter(author__in=authors).order_by("seq") if authors else Post.objects.none()
    )
    said = [Utterance(author=str(post.author_id), text=post.body) for post in posts]
    return Material(
        agenda=session.agenda,
        themes=tuple(find_themes(said)),
        tasks=tasks_of(session),
        readings=readings_of(session),
        next_date=next_date(session),
        time_zone=session.time_zone,
        asked=len(members),
        consenting=len(authors),
    )


def shown_posts(session: Session) -> QuerySet[Post]:
    """What the group reads in a session's live room."""
    return Post.objects.filter(topic=session.topic_id or UUID(int=0), state=Post.State.PUBLISHED)


def members_in(session: Session) -> list[Membership]:
    """The members who came to a session or wrote in its live room."""
    came = Attendance.objects.filter(session=session).exclude(state__in=Attendance.ABSENTEES)
    ids = set(came.values_list("member_id", flat=True))
    ids |= set(shown_posts(session).values_list("author_id", flat=True))
    return list(Membership.objects.filter(id__in=ids, role=Membership.Role.MEMBER).order_by("id"))


def absent_members(session: Session) -> list[Membership]:
    """The members a summary is for: they were marked absent or excused, and are still in the group."""
    return absent_of([session])[session.id]


def absent_of(sessions: Sequence[Session]) -> dict[UUID, list[Membership]]:
    """The same of several sessions, by session, in one question."""
    rows = Attendance.objects.select_related("member__person", "member__group").filter(
        session__in=[session.id for session in sessions],
        state__in=Attendance.ABSENTEES,
        member__group=F("session__group"),
        member__state=Membership.State.ACTIVE,
        member__role=Membership.Role.MEMBER,
        member__person__is_active=True,
    )
    found: dict[UUID, list[Membership]] = {session.id: [] for session in sessions}
    for row in rows.order_by("member_id"):
        found[row.session_id].append(row.member)
    return found


def next_date(session: Session) -> NextDate | None:
    """The group's next session after this one that is to take place."""
    later = Session.objects.filter(
        group=session.group_id, state=Session.State.PLANNED, starts_at__gt=session.starts_at
    )
    row = later.order_by("starts_at").first()
    if row is None:
        return None
    return NextDate(str(row.id), row.title, row.starts_at, row.ends_at, row.time_zone)


def guarded_of(session: Session) -> Guarded:
    """The names that everybody who is or was a member goes by or went by in the group, and their handles."""
    names: set[str] = set()
    handles: set[str] = set()
    rows = Membership.objects.select_related("person").filter(
        group=session.group_id, role=Membership.Role.MEMBER
    )
    for row in rows:
        names |= {row.name, row.person.name}
        handles.add(row.person.email.partition("@")[0])
    former = FormerName.objects.filter(member__group=session.group_id, member__role=Membership.Role.MEMBER)
    names |= {row.name for row in former}
    known = tuple(text for text in (session.place, session.link) if text.strip())
    return Guarded(tuple(sorted(names - {""})), tuple(sorted(handles - {""})), known)


@dataclass(frozen=True)
class Asked:
    """The sentences of a group's members that somebody was asked for: those that may stand, by post, and the others."""

    given: dict[UUID, list[str]]
    withheld: tuple[str, ...]


def asked_in(group_id: UUID) -> Asked:
    """What came of the questions of a group. A yes counts for a post that is shown and still says the sentence."""
    given: dict[UUID, list[str]] = {}
    withheld = []
    for quote in QuoteRequest.objects.select_related("post").filter(session__group=group_id):
        if counts(quote):
            given.setdefault(quote.post_id, []).append(quote.sentence)
        elif quote.sentence:
            withheld.append(quote.sentence)
    return Asked(given, tuple(withheld))


def counts(quote: QuoteRequest) -> bool:
    """Whether a sentence may stand in a summary now."""
    return (
        quote.state == QuoteRequest.State.YES
        and quote.post.shown
        and stands_in(quote.sentence, quote.post.body)
    )


def room_posts(group_id: UUID, given: dict[UUID, list[str]]) -> Iterator[tuple[str, Sequence[str]]]:
    """What members ever wrote in the group's live rooms, in whatever state, with the sentences that may be quoted."""
    rooms = {"topic__session__group": group_id, "author__role": Membership.Role.MEMBER}
    for post in Post.objects.filter(**rooms).only("body").iterator(chunk_size=500):
        yield post.body, given.get(post.id, ())
    for revision in Revision.objects.filter(
        post__topic__session__group=group_id, post__author__role=Membership.Role.MEMBER
    ):
        yield revision.body, ()


def ours_of(session: Session) -> list[str]:
    """The facilitators' own texts about a session, whose words are nobody else's."""
    titles = [task.title for task in tasks_of(session)]
    return [session.agenda, *titles, *(reading.title for reading in readings_of(session))]


def find_problems(session: Session, sections: Iterable[Section]) -> list[Found]:
    """Every place in these sections that stops an approval, in the order in which they are read."""
    assert session.group_id is not None
    written = [one for one in sections if one.heading or one.text]
    guarded = guarded_of(session)
    found = find_given_away(written, guarded)
    asked = asked_in(session.group_id)
    posts = room_posts(session.group_id, asked.given)
    given = chain.from_iterable(asked.given.values())
    found += find_repeated(written, posts, ours=ours_of(session), withheld=asked.withheld, given=given)
    order = {section.id: at for at, section in enumerate(written)}
    return sorted(found, key=lambda one: (order[one.section], one.field, one.start, one.why))


@dataclass(frozen=True)
class Checked:
    """The outcome of a check: of which words, and what the group's names, quotes and live rooms were then."""

    mark: Mark
    said: tuple[tuple[str, str, str], ...]
    problems: tuple[Found, ...]


def check(session: Session, sections: Iterable[Section]) -> Checked:
    """Check sections, outside the write: it reads everything that was ever written in the group's live rooms."""
    mark, those = mark_of(session), list(sections)
    return Checked(mark, said_in(those), tuple(find_problems(session, those)))


def said_in(sections: Iterable[Section]) -> tuple[tuple[str, str, str], ...]:
    """What a check reads of sections."""
    return tuple((one.id, one.heading, one.text) for one in sections)


def checked_again(checked: Checked, session: Session, sections: Iterable[Section]) -> Checked:
    """The same outcome if it is of these words and nothing it depends on has changed since, else a new one.

    For use inside the write: what was checked before it may not be what is there now.
    """
    those = list(sections)
    same = said_in(those) == checked.said and mark_of(session) == checked.mark
    return checked if same else check(session, those)


def mark_of(session: Session) -> Mark:
    """What tells whether a check still holds: cheap to read, and different when anything it depends on differs."""
    rooms = Post.objects.filter(topic__session__group=session.group_id)
    posts = rooms.aggregate(Count("id"), Sum("version"), Max("at"), Max("written_at"))
    quotes = QuoteRequest.objects.filter(session__group=session.group_id).order_by("id")
    revisions = Revision.objects.filter(post__topic__session__group=session.group_id).count()
    return (
        tuple(sorted(posts.items())),
        tuple(quotes.values_list("id", "state")),
        revisions,
        guarded_of(session),
        session.agenda,
    )
