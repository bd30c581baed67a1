"""The one way in for what people write: access, length, sanitising and screening, then the write.

Nothing but this and a facilitator's decision (moderation/actions/outcomes.py) makes a Clearance, so there is no path to
a screen that goes round them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from uuid import UUID

from accounts.models import Person
from community.access import access_own_post, access_topic_to_write
from community.access_files import access_loose
from community.actions.erasure import ERASE_AFTER
from community.actions.files import attach_files, bind_files
from community.actions.posts import (
    add_post,
    post_as_answer,
    publish_post,
    restore_post,
    set_aside,
    withdraw_post,
)
from community.actions.posts_in_review import drop_revision
from community.models import Membership, Post, Topic
from hearthside.clock import now
from hearthside.errors import Busy, Invalid, SlowMode
from hearthside.limits import POST_CHARACTERS
from hearthside.live import Answer, Write
from hearthside.markdown import render
from hearthside.text import is_visible
from moderation.actions.followup import follow_up, snapshot_of
from moderation.actions.items import return_items, withdraw_items
from moderation.jobs import forget_withdrawn
from moderation.judging import Judgement, judge, waits_for_somebody
from moderation.models.review import TargetKind
from moderation.screening import Action

NOTE_CHARACTERS = 120
NOTHING = "Write something first."
NO_ALTS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Words:
    """A post's words, checked and rendered."""

    body: str
    html: str
    content_note: str

    @property
    def text(self) -> str:
        """Everything that others would read."""
        return f"{self.content_note}\n{self.body}"


@dataclass(frozen=True)
class Files:
    """The files that a post is to have, in order, and what they show in their author's words."""

    ids: tuple[UUID, ...] = ()
    alts: Mapping[str, str] = field(default_factory=dict)


def prepare_submit(
    person: Person,
    *,
    topic_id: UUID,
    body: str,
    reply_to: UUID | None,
    content_note: str,
    ask_first: bool = False,
    files: Sequence[UUID] = (),
    alts: Mapping[str, str] = NO_ALTS,
    nonce: str = "",
) -> Write:
    """Check, render and screen a new post; the write checks access again.

    `files` are own files that hang on nothing yet, `alts` what they show, which is screened with the words; a member's
    post that has files waits for a facilitator. `nonce` is the client's, by which a post that is sent again after a
    failure is known not to be a repeat.
    Raises NotFound, Closed, Paused, SlowMode, AgreementNeeded, FileGone or Invalid.
    """
    topic, member = access_topic_to_write(person, topic_id)
    if files:
        access_loose(person, files)
    with_files = Files(tuple(files), {name: text for name, text in alts.items() if text})
    words = check_words(body, content_note, alone=not files)
    check_note(topic, content_note)
    check_reply(topic, member, reply_to)
    check_pace(topic, member)
    judgement = judge(
        member,
        topic,
        "\n".join((words.text, *with_files.alts.values())),
        event="send",
        act=nonce,
        ask_first=ask_first,
        has_files=bool(files),
    )
    action = partial(
        submit_post,
        person,
        topic_id=topic_id,
        words=words,
        reply_to=reply_to,
        judgement=judgement,
        files=with_files,
    )
    return Write(action, streams_for(judgement, member))


def streams_for(judgement: Judgement, member: Membership) -> tuple[str, ...]:
    """The streams that a judged text's write announces on."""
    group = member.group
    if judgement.quiet:
        return (group.stream,)
    return (group.stream, group.review_stream, member.person.stream)


def submit_post(
    person: Person,
    *,
    topic_id: UUID,
    words: Words,
    reply_to: UUID | None,
    judgement: Judgement,
    files: Files,
) -> Answer:
    """Write a screened post and do with it what the verdict says."""
    topic, member = access_topic_to_write(person, topic_id)
    check_reply(topic, member, reply_to)
    check_pace(topic, member)
    check_room(member, judgement)
    verdict = judgement.verdict
    post = add_post(
        topic,
        member,
        body=words.body,
        html=words.html,
        content_note=words.content_note or noted(topic, verdict.content_note),
        reply_to=reply_to,
    )
    refused = verdict.action is Action.REFUSE
    rows = access_loose(person, files.ids) if files.ids and not refused else []
    attach_files(post, rows, files.alts)
    if verdict.clearance is not None:
        publish_post(post, verdict.clearance)
    else:
        state = Post.State.REFUSED if refused else Post.State.HELD
        set_aside(post, state, source=f"{verdict.reasons[0].rule}/{verdict.version}"[:80])
    bind_files(post, rows)
    support = follow_up(
        judgement,
        target_kind=TargetKind.POST,
        target_id=post.id,
        group=member.group,
        topic=topic,
        author=member,
        snapshot=snapshot_of(post),
    )
    return {**post_as_answer(post), "reason": judgement.sentence, "support": support}


def noted(topic: Topic, content_note: str) -> str:
    """The note that screening puts above a detailed disclosure, where the group uses notes."""
    return content_note if topic.group.allows("content_notes") else ""


def prepare_withdraw(person: Person, *, post_id: UUID) -> Write:
    """Taking a post back ends what waits about it; raises NotFound, Denied or Closed."""
    _, member = access_own_post(person, post_id)
    streams = (member.group.stream, member.group.review_stream, person.stream)
    return Write(partial(take_back, person, post_id=post_id), streams)


def take_back(person: Person, *, post_id: UUID) -> Answer:
    """Take one's own post back, with new words of it that wait; the care lane goes on caring."""
    answer = withdraw_post(person, post_id=post_id)
    withdraw_items(TargetKind.POST, post_id)
    post, _ = access_own_post(person, post_id)
    if (revision := drop_revision(post)) is not None:
        withdraw_items(TargetKind.REVISION, revision.id)
    forget_withdrawn.using(run_after=now() + ERASE_AFTER).enqueue(str(post_id))
    return answer


def prepare_restore(person: Person, *, post_id: UUID) -> Write:
    """Undoing that, within 10 seconds; raises NotFound, Denied or Closed."""
    _, member = access_own_post(person, post_id)
    streams = (member.group.stream, member.group.review_stream, person.stream)
    return Write(partial(give_back, person, post_id=post_id), streams)


def give_back(person: Person, *, post_id: UUID) -> Answer:
    """Show a post again that its author took back a moment ago, and what waited about it waits again."""
    post, _ = access_own_post(person, post_id)
    taken_back = post.withdrawn_at
    answer = restore_post(person, post_id=post_id)
    if taken_back is not None:
        return_items(TargetKind.POST, post_id, since=taken_back)
    return answer


def check_words(body: str, content_note: str, *, alone: bool = True) -> Words:
    """The words, rendered; raises Invalid for nothing, for more than fits, and for Markdown that shows nothing.

    Words that do not stand `alone`, because a file goes with them, may be none.
    """
    if not alone and not is_visible(body):
        body = ""
    elif not is_visible(body):
        raise Invalid(fields={"body": NOTHING})
    if len(body) > POST_CHARACTERS:
        raise Invalid(
            fields={"body": f"This is longer than {POST_CHARACTERS:,} characters. Send it in two parts."}
        )
    if len(content_note) > NOTE_CHARACTERS:
        raise Invalid(fields={"content_note": f"A content note has at most {NOTE_CHARACTERS} characters."})
    html = render(body)
    if not html and body:
        raise Invalid(fields={"body": NOTHING})
    return Words(body, html, content_note)


def check_note(topic: Topic, content_note: str) -> None:
    """Raise Invalid for a content note where the group has switched them off."""
    if content_note and not topic.group.allows("content_notes"):
        raise Invalid(fields={"content_note": "This group does not use content notes."})


def check_reply(topic: Topic, member: Membership, reply_to: UUID | None) -> None:
    """Raise Invalid unless the post that is answered is in the same topic and the author can see it."""
    if reply_to is None:
        return
    seen = Post.objects.filter(id=reply_to, topic=topic, seq__gte=max(member.visible_from, 1))
    if not seen.exists():
        raise Invalid(fields={"reply_to": "The post you answer is not in this topic."})


def check_room(member: Membership, judgement: Judgement) -> None:
    """Raise Busy when posts began to wait for a facilitator while these words were judged: they are judged again."""
    if judgement.verdict.clearance is not None and waits_for_somebody(member):
        raise Busy(retry_after_ms=50)


def check_pace(topic: Topic, member: Membership) -> None:
    """Raise SlowMode for a member who wrote in a slow topic a moment ago; a refused post does not count."""
    if not topic.slow_seconds or member.is_facilitator:
        return
    written = Post.objects.filter(topic=topic, author=member).exclude(state=Post.State.REFUSED)
    last = written.order_by("-written_at").values_list("written_at", flat=True).first()
    wait = topic.slow_seconds - (now() - last).total_seconds() if last else 0
    if wait > 0:
        raise SlowMode(retry_after_ms=int(wait * 1000) + 1)
