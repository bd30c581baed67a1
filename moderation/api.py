"""Moderation's doors: what members write enters here."""

from importlib import import_module
from typing import Any

from ninja import Router

from community.models import Post
from community.schemas import PostAnswer, PostOnly
from hearthside.commands import Command
from hearthside.live import Write
from moderation import schemas
from moderation.actions.heard import heard_if_refused
from moderation.intake import prepare_restore, prepare_submit, prepare_withdraw
from moderation.naming import prepare_join, prepare_rename, prepare_topic, prepare_topic_update
from moderation.rewording import prepare_edit, prepare_keep_old

router = Router(tags=["moderation"])


def note_of(text: str | None) -> str:
    """A content note as one line."""
    return " ".join((text or "").split())


def submit(person: Any, data: schemas.SubmitPost) -> Write:
    """A new post."""
    with heard_if_refused(person, data.topic, data.body, nonce=data.nonce):
        return prepare_submit(
            person,
            topic_id=data.topic,
            body=data.body,
            reply_to=data.reply_to,
            content_note=note_of(data.content_note),
            ask_first=data.ask_first,
            files=data.files,
            alts={name: " ".join(text.split()) for name, text in data.alts.items()},
            nonce=data.nonce,
        )


def edit(person: Any, data: schemas.EditPost) -> Write:
    """New words."""
    topic = Post.objects.filter(id=data.post).values_list("topic_id", flat=True).first()
    with heard_if_refused(person, topic, data.body, nonce=data.nonce):
        return prepare_edit(
            person,
            post_id=data.post,
            version=data.version,
            body=data.body,
            content_note=note_of(data.content_note),
        )


def withdraw(person: Any, data: PostOnly) -> Write:
    """Taking back."""
    return prepare_withdraw(person, post_id=data.post)


def restore(person: Any, data: PostOnly) -> Write:
    """Undoing that."""
    return prepare_restore(person, post_id=data.post)


def keep_old_words(person: Any, data: PostOnly) -> Write:
    """The old words stay, and the new ones wait no longer."""
    return prepare_keep_old(person, post_id=data.post)


def start_topic(person: Any, data: schemas.CreateTopic) -> Write:
    """A new topic."""
    return prepare_topic(person, group_id=data.group, title=data.title, nonce=data.nonce)


def update_topic(person: Any, data: schemas.UpdateTopic) -> Write:
    """A changed topic: only what was sent."""
    sent = data.dict(exclude={"nonce", "topic", "version"})
    changes = {name: value for name, value in sent.items() if value is not None}
    return prepare_topic_update(
        person, topic_id=data.topic, version=data.version, changes=changes, nonce=data.nonce
    )


def rename(person: Any, data: schemas.RenameMember) -> Write:
    """Another name."""
    return prepare_rename(person, group_id=data.group, name=data.name, nonce=data.nonce)


def join(person: Any, data: schemas.AcceptInvitation) -> Write:
    """Joining."""
    return prepare_join(person, token=data.token, name=data.name, agreement=data.agreement, nonce=data.nonce)


OWN = (
    Command("post.submit", "Write a post.", schemas.SubmitPost, schemas.SubmitAnswer, submit),
    Command("post.edit", "Change one's own post.", schemas.EditPost, schemas.EditAnswer, edit),
    Command("post.withdraw", "Take a post back.", PostOnly, PostAnswer, withdraw),
    Command("post.restore", "Undo taking back, within 10 seconds.", PostOnly, PostAnswer, restore),
    Command(
        "revision.withdraw",
        "Take back new words that wait, and keep the old ones.",
        PostOnly,
        PostAnswer,
        keep_old_words,
    ),
    Command("topic.create", "Start a topic.", schemas.CreateTopic, schemas.TopicAnswer, start_topic),
    Command(
        "topic.update",
        "Rename, pin, lock or slow a topic.",
        schemas.UpdateTopic,
        schemas.TopicAnswer,
        update_topic,
    ),
    Command(
        "member.rename", "Go by another name in the group.", schemas.RenameMember, schemas.MemberName, rename
    ),
    Command("invitation.accept", "Join by an invitation.", schemas.AcceptInvitation, schemas.Joined, join),
)
# Each further door of moderation is a module of moderation/doors with a router and a table of its own.
DOORS: tuple[str, ...] = (
    "posts",
    "standing",
    "care",
    "flags",
    "metrics",
    "group_rules",
    "review",
    "sealed_reports",
    "weighed",
)
_doors = [import_module(f"moderation.doors.{name}") for name in DOORS]
for _door in _doors:
    router.add_router("", _door.router)
COMMANDS = (*OWN, *(command for door in _doors for command in door.COMMANDS))
