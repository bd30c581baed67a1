"""The words that weighed most, for who looks after an item and for the author of a flag: two reads."""

import uuid
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from hearthside.api import READ_PROBLEMS
from hearthside.commands import Command
from moderation.queries.weighed import read_own_weighed, read_weighed

router = Router(tags=["moderation"])
COMMANDS: tuple[Command, ...] = ()


class WeighedSpan(Schema):
    """A phrase: from which character of the text on, up to which, what it weighed, and its words."""

    start: int = Field(description="in characters of the plain text, as Unicode counts them")
    end: int
    weight: float = Field(description="fall of the output's log odds without the phrase; 1 for a rule's")
    words: str


class WeighedReason(Schema):
    """One thing that spoke up: its code, what that means, the signals that say so, and its phrases in order."""

    label: str
    what: str
    signals: list[str]
    spans: list[WeighedSpan]


class WeighedWords(Schema):
    """What weighed most: by which model, or none; whether by the versions that spoke up; whether time sufficed."""

    by: str
    current: bool
    whole: bool
    outputs: list[WeighedReason]
    rules: list[WeighedReason]


@router.get(
    "/review/{item_id}/weighed",
    response={200: WeighedWords, **READ_PROBLEMS},
    operation_id="review.weighed",
    summary="The words of an opened item that weighed most",
)
def get_weighed(request: HttpRequest, item_id: uuid.UUID) -> Any:
    """The words that weighed most; not found until the item's words were asked for today."""
    return read_weighed(request.auth, item_id)  # type: ignore[attr-defined]


@router.get(
    "/me/flags/{flag_id}/weighed",
    response={200: WeighedWords, **READ_PROBLEMS},
    operation_id="me.flag_weighed",
    summary="The words of one's own flag that weighed most",
)
def get_own_weighed(request: HttpRequest, flag_id: uuid.UUID) -> Any:
    """The words that weighed most in one's own words."""
    return read_own_weighed(request.auth, flag_id)  # type: ignore[attr-defined]
