"""The door to a member's own posts that the group does not see."""

import uuid
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from community.schemas_files import FileRow
from hearthside.api import READ_PROBLEMS, ProblemAnswer
from hearthside.commands import Command
from moderation.queries.mine import list_mine

router = Router(tags=["moderation"])
COMMANDS: tuple[Command, ...] = ()


class Wait(Schema):
    """How long it may take; `duty` says whether somebody is on duty, `back_at` when somebody is again."""

    due_at: str | None
    duty: Literal["on", "off", "unknown"]
    back_at: str | None


class TalkWord(Schema):
    """One message between the author and a facilitator."""

    by_name: str
    you: bool
    text: str
    at: str


class SecondLookRow(Schema):
    """A second look: where it stands, or until when it may be asked for."""

    state: Literal["open", "upheld", "overturned", "withdrawn"] | None
    answer: str | None
    may_ask_until: str | None


class MinePost(Schema):
    """An own post that waits, was not shown or is hidden; `revision`: new words for a post that is shown as it was."""

    id: str
    state: Literal["held", "rejected", "hidden"]
    topic: str
    body: str
    html: str
    content_note: str | None
    files: list[FileRow]
    reply_to: str | None
    written_at: str
    seq: int | None
    version: int
    revision: bool
    reason: str = Field(description="why, in one sentence")
    message: str | None = Field(description="what the facilitator wrote with the decision")
    policy: str | None
    wait: Wait | None
    talk: list[TalkWord]
    asked: bool
    can: list[Literal["edit", "withdraw", "talk", "second_look"]]
    second_look: SecondLookRow | None


class MinePage(Schema):
    """Own posts of one topic that the group does not see, oldest first."""

    posts: list[MinePost]


@router.get(
    "/topics/{topic_id}/mine",
    response={200: MinePage, 409: ProblemAnswer, **READ_PROBLEMS},
    operation_id="topic.mine",
)
def get_mine(request: HttpRequest, topic_id: uuid.UUID) -> Any:
    """The person's own posts of a topic that wait, were not shown or are hidden."""
    return list_mine(request.auth, topic_id)  # type: ignore[attr-defined]
