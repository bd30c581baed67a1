"""The doors to summaries of sessions, and to the questions about quotes."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from accounts.models import Person
from community import schemas_summaries as schemas
from community import schemas_summary_commands as data_of
from community.access_summaries import (
    access_open_summary,
    access_own_quote,
    access_quotable,
    access_session_to_summarise,
    access_summary,
    access_summary_to_edit,
)
from community.actions import quotes, summaries, summary_reading
from community.models import Summary
from community.queries import summaries as pages
from community.queries.sessions import streams_in
from community.queries.summary_drafts import draft_row, list_drafts, list_quotable, read_draft
from community.queries.summary_due import fresh_draft
from community.queries.summary_material import check, find_problems
from community.summarising.printing import print_page
from community.summarising.sections import Section, too_long, unpack
from hearthside.api import READ_PROBLEMS, ProblemAnswer
from hearthside.commands import Command
from hearthside.errors import Invalid, Stale
from hearthside.live import Answer, Write

PROBLEMS = {**READ_PROBLEMS, 403: ProblemAnswer, 409: ProblemAnswer}
GIVES_AWAY = "This would name somebody, tell how to reach them, or repeat them. Please put it in other words."

Action = Callable[[], Answer]

router = Router(tags=["summaries"])


@router.get(
    "/sessions/{session_id}/draft",
    response={200: schemas.DraftAnswer, **PROBLEMS},
    operation_id="session.draft",
    summary="The summary of a session as its facilitators work on it",
)
def get_draft(request: HttpRequest, session_id: uuid.UUID) -> Any:
    """The working copy, its source, what stands in its way, and whom it is for."""
    return read_draft(request.auth, session_id)  # type: ignore[attr-defined]


@router.get(
    "/sessions/{session_id}/preview",
    response={200: schemas.SummaryPage, **PROBLEMS},
    operation_id="session.preview",
    summary="The working copy as a member would read it",
)
def get_preview(request: HttpRequest, session_id: uuid.UUID, as_member: uuid.UUID | None = None) -> Any:
    """For its facilitators; `as_member` is a membership, by default of somebody who was absent."""
    return pages.preview_summary(request.auth, session_id, as_member)  # type: ignore[attr-defined]


@router.get(
    "/sessions/{session_id}/quotable",
    response={200: schemas.QuotableAnswer, **PROBLEMS},
    operation_id="session.quotable",
    summary="The sentences of a live room that its authors may be asked for",
)
def get_quotable(request: HttpRequest, session_id: uuid.UUID) -> Any:
    """For its facilitators."""
    return list_quotable(request.auth, session_id)  # type: ignore[attr-defined]


@router.get(
    "/summaries",
    response={200: schemas.SummaryList, **PROBLEMS},
    operation_id="summaries.list",
    summary="Published summaries of one's groups",
)
def get_summaries(
    request: HttpRequest,
    unread: bool = False,
    drafts: bool = False,
    group: uuid.UUID | None = None,
    before: uuid.UUID | None = None,
) -> Any:
    """The newest first; `unread` of missed sessions only, `drafts` what waits for the facilitator who asks."""
    person = request.auth  # type: ignore[attr-defined]
    if drafts:
        return list_drafts(person)
    return pages.list_summaries(person, unread=unread, group=group, before=before)


@router.get(
    "/summaries/{summary_id}",
    response={200: schemas.SummaryPage, **PROBLEMS},
    operation_id="summary.show",
    summary="A summary, for one of the group",
)
def get_summary(request: HttpRequest, summary_id: uuid.UUID) -> Any:
    """What is out, and what of it concerns the reader."""
    return pages.read_summary(request.auth, summary_id)  # type: ignore[attr-defined]


@router.get(
    "/summaries/{summary_id}/print",
    response={200: None, **PROBLEMS},
    operation_id="summary.print",
    summary="A page to print for members without the portal",
)
def get_print(request: HttpRequest, summary_id: uuid.UUID) -> HttpResponse:
    """For its facilitators: a plain page of HTML."""
    row = pages.printed_summary(request.auth, summary_id)  # type: ignore[attr-defined]
    return HttpResponse(print_page(row), content_type="text/html; charset=utf-8")


@router.get(
    "/quotes",
    response={200: schemas.OwnQuotes, **PROBLEMS},
    operation_id="quotes.list",
    summary="The questions about one's own sentences",
)
def get_quotes(request: HttpRequest, session: uuid.UUID | None = None) -> Any:
    """Those without an answer first."""
    return pages.list_own_quotes(request.auth, session=session)  # type: ignore[attr-defined]


def read_sections(data: data_of.SummarySections) -> list[Section]:
    """The sections as sent; raises Invalid for more than a summary may hold."""
    sections = [Section(one.id, one.kind, one.heading, one.text) for one in data.sections]
    if problem := too_long(sections):
        raise Invalid(fields={"sections": problem})
    return sections


def with_page(summary: Summary, version: int, action: Action) -> Action:
    """The action, whose Stale brings the editor's page: that is made here, because it has no place in a write.

    Where somebody is quicker between this and the write, the Stale names the version alone.
    """
    if summary.version == version:
        return action
    page = draft_row(summary.session, summary)

    def act() -> Answer:
        try:
            return action()
        except Stale as stale:
            if stale.extra.get("version") == page["version"]:
                stale.extra["current"] = page
            raise

    return act


def prepare_draft(person: Person, data: data_of.SessionOnly) -> Write:
    """Drafting: the reading and weighing is done here, before the write."""
    session, member = access_session_to_summarise(person, data.session)
    action = partial(summaries.draft_summary, person, session_id=data.session, fresh=fresh_draft(session))
    return Write(action, (member.group.stream,))


def prepare_save(person: Person, data: data_of.SummarySections) -> Write:
    """Saving the working copy: it is checked here, and the answer says where."""
    summary, member = access_open_summary(person, data.summary)
    sections = read_sections(data)
    action = partial(
        summaries.save_summary,
        person,
        summary_id=data.summary,
        version=data.version,
        sections=sections,
        checked=check(summary.session, sections),
    )
    return Write(with_page(summary, data.version, action), (member.group.stream,))


def prepare_approve(person: Person, data: data_of.SummaryAt) -> Write:
    """Approving: the working copy is checked here, and again in the write if anything has changed since."""
    summary, member = access_open_summary(person, data.summary)
    action = partial(
        summaries.approve_summary,
        person,
        summary_id=data.summary,
        version=data.version,
        checked=check(summary.session, unpack(summary.sections)),
    )
    return Write(with_page(summary, data.version, action), (member.group.stream,))


def prepare_publish(person: Person, data: data_of.SummaryAt) -> Write:
    """Publishing: the absent are told in the same transaction."""
    summary, member = access_open_summary(person, data.summary)
    action = partial(
        summaries.publish_summary,
        person,
        summary_id=data.summary,
        version=data.version,
        checked=check(summary.session, unpack(summary.sections)),
    )
    return Write(with_page(summary, data.version, action), streams_in(member.group_id))


def prepare_correct(person: Person, data: data_of.SummarySections) -> Write:
    """Correcting: checked as an approval is, and told to the absent in the same transaction."""
    summary, member = access_open_summary(person, data.summary)
    sections = read_sections(data)
    action = partial(
        summaries.correct_summary,
        person,
        summary_id=data.summary,
        version=data.version,
        sections=sections,
        checked=check(summary.session, sections),
    )
    return Write(with_page(summary, data.version, action), streams_in(member.group_id))


def prepare_withdraw(person: Person, data: data_of.WithdrawSummary) -> Write:
    """Taking back: whoever had a notice of it is told; the reason gives nobody away and repeats no member either."""
    summary, member = access_summary_to_edit(person, data.summary)
    why = data.why.strip()
    if find_problems(summary.session, [Section("why", "own", "", why)]):
        raise Invalid(fields={"why": GIVES_AWAY})
    action = partial(
        summaries.withdraw_summary, person, summary_id=data.summary, version=data.version, why=why
    )
    told = {f"person:{pk}" for pk in summary.readers.values_list("member__person_id", flat=True)}
    asked = {f"person:{pk}" for pk in summary.session.quotes.values_list("member__person_id", flat=True)}
    return Write(
        with_page(summary, data.version, action), tuple(sorted({*streams_in(member.group_id), *told, *asked}))
    )


def prepare_read(person: Person, data: data_of.SummaryOnly) -> Write:
    """Reading: the person's notices of it are read too."""
    access_summary(person, data.summary)
    action = partial(summary_reading.read_summary, person, summary_id=data.summary)
    return Write(action, (person.stream,))


def prepare_share(person: Person, data: data_of.ShareReading) -> Write:
    """Letting it be seen that one has read it, or not."""
    access_summary(person, data.summary)
    return Write(partial(summary_reading.share_reading, person, summary_id=data.summary, on=data.on))


def prepare_ask(person: Person, data: data_of.AskQuote) -> Write:
    """Asking for a sentence: its author gets a notice."""
    _, member, post = access_quotable(person, data.session, data.post)
    action = partial(
        quotes.ask_quote, person, session_id=data.session, post_id=data.post, sentence=data.sentence
    )
    return Write(action, (member.group.stream, post.author.person.stream))


def prepare_answer(person: Person, data: data_of.AnswerQuote) -> Write:
    """Answering: the facilitators are told when a published summary loses a sentence."""
    quote = access_own_quote(person, data.quote)
    action = partial(quotes.answer_quote, person, quote_id=data.quote, yes=data.yes)
    return Write(action, tuple(sorted({*streams_in(quote.member.group_id), person.stream})))


def row(name: str, summary: str, data: Any, prepare: Callable[[Any, Any], Write], done: Any) -> Command:
    """One of the commands below."""
    return Command(name, summary, data, done, prepare)


COMMANDS: tuple[Command, ...] = (
    row("summary.draft", "Make or renew a draft", data_of.SessionOnly, prepare_draft, data_of.SummaryDone),
    row("summary.save", "Save the working copy", data_of.SummarySections, prepare_save, data_of.SummaryDone),
    row("summary.approve", "Approve it", data_of.SummaryAt, prepare_approve, data_of.SummaryDone),
    row("summary.publish", "Give it to the group", data_of.SummaryAt, prepare_publish, data_of.SummaryDone),
    row("summary.correct", "Correct it", data_of.SummarySections, prepare_correct, data_of.SummaryDone),
    row("summary.withdraw", "Take it back", data_of.WithdrawSummary, prepare_withdraw, data_of.SummaryDone),
    row("summary.read", "Note that one has read it", data_of.SummaryOnly, prepare_read, data_of.ReadDone),
    row(
        "summary.share_reading",
        "Let facilitators see that one has read it",
        data_of.ShareReading,
        prepare_share,
        data_of.ShareDone,
    ),
    row("quote.ask", "Ask for a sentence", data_of.AskQuote, prepare_ask, data_of.QuoteDone),
    row(
        "quote.answer",
        "Say yes or no to being quoted",
        data_of.AnswerQuote,
        prepare_answer,
        data_of.QuoteDone,
    ),
)
