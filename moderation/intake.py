"""The one way in for what people write: access, length, sanitising and screening, then the write.

Nothing else makes a Clearance, so there is no path to a screen that goes round this file.
"""

from __future__ import annotations

from functools import partial
from uuid import UUID

from accounts.models import Person
from community.access import access_own_post, access_topic_to_write
from community.actions.posts import add_post, edit_post, post_as_answer, publish_post, set_aside
from community.models import Membership, Post, Topic
from hearthside.errors import Invalid
from hearthside.limits import POST_CHARACTERS
from hearthside.live import Answer, Write
from hearthside.text import is_visible
from moderation.markdown import render
from moderation.screening import Action, Context, Verdict, screen

NOTE_CHARACTERS = 120
NOTHING = "Write something first."


def prepare_submit(
    person: Person, *, topic_id: UUID, body: str, reply_to: UUID | None, content_note: str, nonce: str = ""
) -> Write:
    """Check, render and screen a new post; the write checks access again.

    `nonce` is the client's, by which a post that is sent again after a failure is known not to be a repeat.
    Raises NotFound, Closed, AgreementNeeded or Invalid.
    """
    topic, member = access_topic_to_write(person, topic_id)
    check_words(body, content_note)
    check_note(topic, content_note)
    check_reply(topic, member, reply_to)
    html = render_words(body)
    context = Context(str(person.pk), str(topic.group_id), str(topic.id), nonce)
    verdict = screen(f"{content_note}\n{body}", context)
    action = partial(
        submit_post,
        person,
        topic_id=topic_id,
        body=body,
        html=html,
        content_note=content_note,
        reply_to=reply_to,
        verdict=verdict,
    )
    shown = verdict.action is Action.CLEAR
    return Write(action, (topic.group.stream,) if shown else (topic.group.stream, person.stream))


def submit_post(
    person: Person,
    *,
    topic_id: UUID,
    body: str,
    html: str,
    content_note: str,
    reply_to: UUID | None,
    verdict: Verdict,
) -> Answer:
    """Write a screened post and do with it what the verdict says."""
    topic, member = access_topic_to_write(person, topic_id)
    check_reply(topic, member, reply_to)
    post = add_post(topic, member, body=body, html=html, content_note=content_note, reply_to=reply_to)
    if verdict.clearance is not None:
        publish_post(post, verdict.clearance)
        return {**post_as_answer(post), "reason": None}
    state = Post.State.HELD if verdict.action is Action.HOLD else Post.State.REFUSED
    set_aside(post, state, source=f"{verdict.reasons[0].rule}/{verdict.model_version}")
    return {**post_as_answer(post), "reason": verdict.reasons[0].sentence}


def prepare_edit(person: Person, *, post_id: UUID, version: int, body: str, content_note: str) -> Write:
    """Check, render and screen the new words of a post; words that are not clear leave the old ones in place.

    Raises NotFound, Denied, Closed, Stale or Invalid.
    """
    post, _ = access_own_post(person, post_id)
    check_words(body, content_note)
    if content_note != post.content_note:
        check_note(post.topic, content_note)
    html = render_words(body)
    context = Context(str(person.pk), str(post.topic.group_id), str(post.topic_id))
    verdict = screen(f"{content_note}\n{body}", context)
    if verdict.clearance is None:
        raise Invalid(fields={"body": verdict.reasons[0].sentence})
    action = partial(
        edit_post,
        person,
        post_id=post_id,
        version=version,
        body=body,
        html=html,
        content_note=content_note,
        clearance=verdict.clearance,
    )
    return Write(action, (post.topic.group.stream,))


def check_words(body: str, content_note: str) -> None:
    """Raise Invalid for nothing, or for more than fits."""
    if not is_visible(body):
        raise Invalid(fields={"body": NOTHING})
    if len(body) > POST_CHARACTERS:
        raise Invalid(
            fields={"body": f"This is longer than {POST_CHARACTERS:,} characters. Send it in two parts."}
        )
    if len(content_note) > NOTE_CHARACTERS:
        raise Invalid(fields={"content_note": f"A content note has at most {NOTE_CHARACTERS} characters."})


def check_note(topic: Topic, content_note: str) -> None:
    """Raise Invalid for a content note where the group has switched them off."""
    if content_note and not topic.group.allows("content_notes"):
        raise Invalid(fields={"content_note": "This group does not use content notes."})


def render_words(body: str) -> str:
    """The post's HTML; raises Invalid for Markdown that shows nothing, such as a link's definition alone."""
    html = render(body)
    if not html:
        raise Invalid(fields={"body": NOTHING})
    return html


def check_reply(topic: Topic, member: Membership, reply_to: UUID | None) -> None:
    """Raise Invalid unless the post that is answered is in the same topic and the author can see it."""
    if reply_to is None:
        return
    seen = Post.objects.filter(id=reply_to, topic=topic, seq__gte=max(member.visible_from, 1))
    if not seen.exists():
        raise Invalid(fields={"reply_to": "The post you answer is not in this topic."})
