"""A member's own flags: what spoke up about their words, and "this is not so"."""

import uuid
from functools import partial
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import AfterValidator, StringConstraints

from hearthside.api import READ_PROBLEMS
from hearthside.commands import Command, Data, Done
from hearthside.live import Write
from hearthside.text import words
from moderation.access import access_flag
from moderation.actions.contests import contest_flag
from moderation.actions.heard import hearing
from moderation.queries.flags import list_flags

router = Router(tags=["moderation"])

Words = Annotated[str, StringConstraints(max_length=2000), AfterValidator(words)]


class Score(Schema):
    """What a model saw, from 0 to 1."""

    label: str
    score: float


class FlagDecision(Schema):
    """What a facilitator decided and wrote to the author."""

    choice: str
    policy: str | None
    message: str | None
    at: str


class OwnLook(Schema):
    """A second look that the member asked for."""

    state: str
    words: str
    answer: str | None


class SentMessage(Schema):
    """A sealed message of the member's own."""

    conversation: str
    message: str
    sent_at: str


class FlagRow(Schema):
    """One flag: what spoke up about the member's own words, and what was decided.

    For a sealed message there is `message`, and no group where the practice looked.
    """

    id: str
    at: str
    target_kind: str
    post: str | None
    group: str | None
    group_name: str | None
    message: SentMessage | None
    topic: str | None
    words: str | None
    kind: str
    action: str
    severity: int
    why: list[str]
    scores: list[Score]
    rules_version: str
    model_version: str
    contested_at: str | None
    may_contest: bool
    decision: FlagDecision | None
    second_look: OwnLook | None
    may_ask_until: str | None


class OwnStep(Schema):
    """A step about the member, as they see it."""

    id: str
    kind: str
    group: str
    group_name: str
    policy: str | None
    message: str
    at: str
    ends_at: str | None
    fades_at: str | None
    check_in_at: str | None
    lifted_at: str | None
    counts: bool
    second_look: OwnLook | None
    may_ask_until: str | None


class FlagPage(Schema):
    """A page of flags, newest first; the first page has the steps."""

    flags: list[FlagRow]
    steps: list[OwnStep]
    more: bool


class ContestFlag(Data):
    """Contest what screening thought of one's own words; the words are for the facilitators."""

    screening: uuid.UUID
    words: Words = ""


class Contested(Done):
    """That it was contested, and when."""

    screening: str
    contested_at: str


@router.get("/me/flags", response={200: FlagPage, **READ_PROBLEMS}, operation_id="me.flags")
def get_flags(request: HttpRequest, before: uuid.UUID | None = None) -> Any:
    """What spoke up about the person's own words and what was decided; `before` is the last flag of the page before."""
    return list_flags(request.auth, before)  # type: ignore[attr-defined]


def prepare_contest(person: Any, data: ContestFlag) -> Write:
    """Contesting: the group's facilitators are told."""
    row = access_flag(person, data.screening)
    action = partial(contest_flag, person, screening_id=data.screening, words=data.words.strip())
    heard = hearing(action, row.author, data.words, nonce=data.nonce)
    return Write(heard, (row.group.review_stream,))


COMMANDS = (
    Command(
        "flag.contest",
        "Contest what screening thought of one's own words.",
        ContestFlag,
        Contested,
        prepare_contest,
    ),
)
