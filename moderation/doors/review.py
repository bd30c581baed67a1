"""The review queue's door; and members' reports, their talk about own posts, and second looks."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router

from accounts.models import Person
from community.access import access_post
from hearthside.api import READ_PROBLEMS
from hearthside.commands import Command
from hearthside.live import Answer, Write
from messaging.ids import read_name
from moderation import review_commands as commands
from moderation import review_schemas as shapes
from moderation.access import access_item, access_queue
from moderation.actions import decisions, leases, reports, second_looks, talk
from moderation.actions.decisions import Ruling
from moderation.actions.heard import hearing, listen
from moderation.disclosures import grave
from moderation.looking import sealed_of
from moderation.models import ReviewItem
from moderation.models.review import TargetKind
from moderation.queries.review import read_overview, read_practice_queue, read_queue
from moderation.queries.review_item import read_item
from moderation.queries.sealed import decision_streams, look_streams

router = Router(tags=["review"])


@router.get(
    "/review",
    response={200: shapes.Overview, **READ_PROBLEMS},
    operation_id="review.overview",
    summary="What waits in each group the person leads",
)
def get_overview(request: HttpRequest) -> Any:
    """What waits for this person."""
    return read_overview(request.auth)  # type: ignore[attr-defined]


@router.get(
    "/practice/review",
    response={200: shapes.PracticePage, **READ_PROBLEMS},
    operation_id="review.practice",
    summary="What the practice's admins look at: reports of sealed messages that belong to no group",
)
def get_practice_queue(
    request: HttpRequest,
    state: Literal["pending", "decided"] = "pending",
    lane: shapes.Lane | None = None,
    before: Annotated[uuid.UUID | None, Query(description="the last line that is known")] = None,
) -> Any:
    """What waits, in its order, or what was decided, newest first."""
    person = request.auth  # type: ignore[attr-defined]
    return read_practice_queue(person, state=state, lane=lane, before=before)


@router.get(
    "/groups/{group_id}/review",
    response={200: shapes.QueuePage, **READ_PROBLEMS},
    operation_id="review.queue",
    summary="A group's queue, for its facilitators",
)
def get_queue(
    request: HttpRequest,
    group_id: uuid.UUID,
    state: Literal["pending", "decided"] = "pending",
    lane: shapes.Lane | None = None,
    source: shapes.Source | None = None,
    before: Annotated[uuid.UUID | None, Query(description="the last line that is known")] = None,
) -> Any:
    """What waits, in its order, or what was decided, newest first."""
    person = request.auth  # type: ignore[attr-defined]
    return read_queue(person, group_id, state=state, lane=lane, source=source, before=before)


@router.get(
    "/review/{item_id}",
    response={200: shapes.ItemPage, **READ_PROBLEMS},
    operation_id="review.show",
    summary="One item with everything around it",
)
def get_item(request: HttpRequest, item_id: uuid.UUID) -> Any:
    """One item; its words only after it was opened today."""
    return read_item(request.auth, item_id)  # type: ignore[attr-defined]


def look_streams_of(item: ReviewItem) -> tuple[str, ...]:
    """The streams that opening and letting go of an item announce on."""
    if item.target_kind == TargetKind.SEALED:
        return look_streams(item)
    return (item.own_group.review_stream,)


def streams_of(item: ReviewItem) -> set[str]:
    """The streams that a decision about an item may announce on."""
    message = sealed_of(item)
    if message is not None:
        return set(decision_streams(item, message))
    found = {item.own_group.stream, item.own_group.review_stream}
    return found | {item.author.person.stream} if item.author else found


def prepare_open(person: Person, data: commands.OpenItem) -> Write:
    """Opening."""
    item = access_item(person, data.item)
    action = partial(leases.look_at, person, item_id=data.item, anyway=data.anyway)
    return Write(action, look_streams_of(item))


def prepare_release(person: Person, data: commands.ItemOnly) -> Write:
    """Letting go."""
    item = access_item(person, data.item)
    return Write(partial(leases.let_go, person, item_id=data.item), look_streams_of(item))


def prepare_next(person: Person, data: commands.NextItem) -> Write:
    """The next item."""
    stream = access_queue(person, data.group).group.review_stream
    return Write(partial(leases.take_next, person, group_id=data.group, lane=data.lane), (stream,))


def prepare_decide(person: Person, data: commands.Decide) -> Write:
    """A decision."""
    item = access_item(person, data.item)
    ruling = Ruling(data.choice, data.policy, data.reason, data.message, data.outcome)
    action = partial(decisions.decide, person, item_id=data.item, version=data.version, ruling=ruling)
    return Write(action, tuple(sorted(streams_of(item))))


def prepare_decide_many(person: Person, data: commands.DecideMany) -> Write:
    """Several decisions at once: the streams of every author are named."""
    group = access_queue(person, data.group).group
    items = ReviewItem.objects.select_related("group", "author__person").filter(
        id__in=[row.item for row in data.items], group=group
    )
    streams = {group.stream, group.review_stream}.union(*(streams_of(item) for item in items))
    action = partial(
        decisions.decide_many,
        person,
        group_id=data.group,
        items=[(row.item, row.version) for row in data.items],
        ruling=Ruling(data.choice, data.policy, data.reason),
    )
    return Write(action, tuple(sorted(streams)))


def prepare_talk(person: Person, data: commands.TalkToAuthor) -> Write:
    """Words for an author."""
    item = access_item(person, data.item)
    action = partial(talk.talk_to_author, person, item_id=data.item, text=data.text)
    return Write(action, tuple(sorted(streams_of(item))))


def prepare_hand_over(person: Person, data: commands.HandOver) -> Write:
    """A note for the next reviewer."""
    access_queue(person, data.group)
    return Write(partial(talk.hand_over, person, group_id=data.group, text=data.text))


def prepare_report(person: Person, data: commands.SendReport) -> Write:
    """A report."""
    post, member = access_post(person, data.post)
    action = partial(
        reports.send_report,
        person,
        post_id=data.post,
        reason=data.reason,
        words=data.words,
        unsafe=data.unsafe,
        danger=grave(listen(member, data.words, nonce=data.nonce), asking=False),
    )
    return Write(action, (post.topic.group.review_stream,))


def prepare_author_talk(person: Person, data: commands.TalkAsAuthor) -> Write:
    """Words of an author."""
    post, member = access_post(person, data.post)
    action = partial(talk.talk_as_author, person, post_id=data.post, text=data.text)
    heard = hearing(action, member, data.text, nonce=data.nonce, card=True)
    return Write(heard, (person.stream, post.topic.group.review_stream))


def prepare_ask(person: Person, data: commands.AskSecondLook) -> Write:
    """A request for a second look."""
    about = about_of(data)
    asked = second_looks.find_asked(person, **about)
    action: Callable[[], Answer] = partial(second_looks.ask_second_look, person, words=data.words, **about)
    streams = {person.stream, *asked.streams}
    if asked.author is not None:
        action = hearing(action, asked.author, data.words, nonce=data.nonce)
        streams.add(asked.author.group.review_stream)
    return Write(action, tuple(sorted(streams)))


def about_of(data: commands.AboutDecision) -> dict[str, uuid.UUID | None]:
    """What a request for a second look names."""
    message = read_name(data.message) if data.message else None
    return {"post_id": data.post, "step_id": data.step, "message_id": message}


def prepare_withdraw(person: Person, data: commands.AboutDecision) -> Write:
    """Taking that request back."""
    about = about_of(data)
    asked = second_looks.find_asked(person, **about)
    action = partial(second_looks.withdraw_second_look, person, **about)
    return Write(action, tuple(sorted({person.stream, *asked.streams})))


COMMANDS = (
    Command("review.open", "Show an item's words.", commands.OpenItem, commands.OpenedAnswer, prepare_open),
    Command(
        "review.release",
        "Let go of an item.",
        commands.ItemOnly,
        commands.ItemAnswer,
        prepare_release,
    ),
    Command("review.next", "Take the next item.", commands.NextItem, commands.NextAnswer, prepare_next),
    Command(
        "review.decide", "Decide about an item.", commands.Decide, commands.DecidedAnswer, prepare_decide
    ),
    Command(
        "review.decide_many",
        "Decide the same harmless thing about several items.",
        commands.DecideMany,
        commands.DecidedMany,
        prepare_decide_many,
    ),
    Command(
        "review.talk", "Write to an item's author.", commands.TalkToAuthor, commands.ItemAnswer, prepare_talk
    ),
    Command(
        "review.hand_over",
        "Leave a note above the queue.",
        commands.HandOver,
        commands.NoteAnswer,
        prepare_hand_over,
    ),
    Command("report.send", "Report somebody's post.", commands.SendReport, commands.Received, prepare_report),
    Command(
        "post.talk",
        "Write to the facilitators about one's own post.",
        commands.TalkAsAuthor,
        commands.TalkAnswer,
        prepare_author_talk,
    ),
    Command(
        "second_look.ask",
        "Ask for a second look.",
        commands.AskSecondLook,
        commands.SecondLookAnswer,
        prepare_ask,
    ),
    Command(
        "second_look.withdraw",
        "Take that request back.",
        commands.AboutDecision,
        commands.SecondLookAnswer,
        prepare_withdraw,
    ),
)
