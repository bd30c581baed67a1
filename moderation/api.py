"""Moderation's doors: what members write enters here."""

import uuid
from importlib import import_module
from typing import Annotated, Any

from ninja import Router
from pydantic import AfterValidator, StringConstraints

from community.schemas import PostAnswer, Version
from hearthside.commands import Command, Data
from hearthside.live import Write
from hearthside.text import words
from moderation.intake import prepare_edit, prepare_submit

router = Router(tags=["moderation"])

# The doors take more than the limits, so that intake can say kindly what is too long and by how much.
Body = Annotated[str, StringConstraints(max_length=60_000), AfterValidator(words)]
Note = Annotated[str, StringConstraints(max_length=1000), AfterValidator(words)]


class SubmitPost(Data):
    """A new post: Markdown, at most 20,000 characters."""

    topic: uuid.UUID
    body: Body
    reply_to: uuid.UUID | None = None
    content_note: Note | None = None


class EditPost(Data):
    """New words for one's own post; `version` is the one that was edited."""

    post: uuid.UUID
    version: Version
    body: Body
    content_note: Note | None = None


class SubmitAnswer(PostAnswer):
    """The acknowledgement; `reason` says why a post is held or refused."""

    reason: str | None = None


def submit(person: Any, data: SubmitPost) -> Write:
    """A new post."""
    return prepare_submit(
        person,
        topic_id=data.topic,
        body=data.body,
        reply_to=data.reply_to,
        content_note=" ".join((data.content_note or "").split()),
        nonce=data.nonce,
    )


def edit(person: Any, data: EditPost) -> Write:
    """New words."""
    return prepare_edit(
        person,
        post_id=data.post,
        version=data.version,
        body=data.body,
        content_note=" ".join((data.content_note or "").split()),
    )


OWN = (
    Command("post.submit", "Write a post.", SubmitPost, SubmitAnswer, submit),
    Command("post.edit", "Change one's own post.", EditPost, PostAnswer, edit),
)
# Each further door of moderation is a module of moderation/doors with a router and a table of its own.
DOORS: tuple[str, ...] = ()
_doors = [import_module(f"moderation.doors.{name}") for name in DOORS]
for _door in _doors:
    router.add_router("", _door.router)
COMMANDS = (*OWN, *(command for door in _doors for command in door.COMMANDS))
