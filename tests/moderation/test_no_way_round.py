"""Nothing is shown without a Clearance: over random acts of every role, with every command, on posts in every state."""

from __future__ import annotations

import random
import types
import typing
from collections import Counter
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic_core import PydanticUndefined

from accounts.models import Person
from community.models import Post, Revision
from hearthside import commands
from hearthside.errors import Problem
from moderation.models import ReviewDecision, ReviewItem, Screening
from tests.given import Circle, act, given_circle, given_topic, the_post

pytestmark = pytest.mark.django_db
CALM = "I sat in the garden and listened to the rain"
ATTACK = "You are a worthless idiot and nobody wants you here"
ROLES = (
    "facilitator",
    "facilitator",
    "member",
    "member",
    "peer",
    "admin",
    "other group's member",
    "former member",
)
# Commands that end the example's people or group rather than touch words; each has tests of its own.
LEFT_OUT = {
    "group.close", "group.leave", "member.remove", "person.deactivate", "practice.update", "person.invite",
    "group.open", "group.invite", "invitation.resend", "invitation.revoke", "agreement.publish", "step.check",
}  # fmt: skip
OF_WORDS = (
    "post.",
    "revision.",
    "review.",
    "second_look.",
    "report.",
    "flag.",
)  # drawn more often than the rest
SHOWING = {"publish", "restore", "keep"}
tried: Counter[str] = Counter()
shown: Counter[str] = Counter()


class Scene:
    """A circle with a post in every state and an item about each, as if each had come there in its own way."""

    def __init__(self) -> None:
        self.circle: Circle = given_circle()
        self.topic = given_topic(self.circle.group)
        author = self.circle.member_id("member")
        self.posts = []
        for number, state in enumerate(Post.State.values):
            shown_once = state in ("published", "hidden", "withdrawn")
            post = Post(topic=self.topic, author_id=author, state=state, body=CALM, html=CALM)
            if shown_once:
                post.seq, post.at = 1000 + number, post.written_at
                post.cleared_by = "screening/before"
            post.save()
            self.posts.append(post.id)
        published = self.posts[Post.State.values.index("published")]
        self.revision = Revision.objects.create(post_id=published, body=ATTACK, html=ATTACK)
        self.items = [self.item("post", post) for post in self.posts]
        self.items.append(self.item("revision", self.revision.id))

    def item(self, kind: str, target: UUID) -> UUID:
        """A pending item about something of the member's."""
        row = ReviewItem.objects.create(
            group=self.circle.group,
            lane="conduct",
            target_kind=kind,
            target_id=target,
            topic=self.topic,
            author_id=self.circle.member_id("member"),
            snapshot="{}",
        )
        return row.id

    def shown(self) -> dict[UUID, tuple[str, str]]:
        """What the group reads now: body and what cleared it, by post."""
        rows = Post.objects.filter(topic__group=self.circle.group, state=Post.State.PUBLISHED)
        return {row.id: (row.body, row.cleared_by) for row in rows}


def value_for(name: str, kind: Any, scene: Scene, draw: random.Random) -> Any:
    """A likely value for a command's field: ids of the scene, versions that fit, words good and bad."""
    some: dict[str, list[Any]] = {
        "post": [*scene.posts],
        "topic": [scene.topic.id, scene.circle.topic.id],
        "group": [scene.circle.group.id],
        "item": scene.items,
        "member": [scene.circle.member_id("member"), scene.circle.member_id("peer")],
        "person": [scene.circle.people["member"].pk],
        "version": [1, 1, 2, 3],
        "choice": ["publish", "reject", "reword", "keep", "hide", "restore", "uphold", "dismiss"],
        "policy": ["kind_words", "no_attacks"],
        "reason": ["because", "unkind", "private"],
        "body": [CALM, ATTACK],
        "title": ["Rivers"],
        "text": [CALM],
        "words": [CALM],
        "message": ["", CALM],
        "outcome": [""],
        "items": [[{"item": str(item), "version": 1} for item in scene.items]],
    }
    if name in some:
        return draw.choice(some[name])
    args = typing.get_args(kind)
    if typing.get_origin(kind) is typing.Literal:
        return draw.choice(args)
    if isinstance(kind, types.UnionType) or type(None) in args:
        return None
    plain = kind if isinstance(kind, type) else args[0] if args else str
    return {bool: True, int: 1, str: "x", UUID: uuid4(), list: [], dict: {}}.get(plain, "x")


def data_for(command: commands.Command, scene: Scene, draw: random.Random) -> dict[str, Any]:
    """Data that the command may well take."""
    found = {}
    for name, field in command.data.model_fields.items():
        needed = field.default is PydanticUndefined and field.default_factory is None
        if name != "nonce" and (needed or draw.random() < 0.5):
            value = value_for(name, field.annotation, scene, draw)
            if value is not None:
                found[name] = value
    return found


def cleared(scene: Scene, post: UUID) -> bool:
    """Whether there is a reason for what the group reads: a clear verdict on it, or a person's decision to show it."""
    row = the_post(post)
    source, _, rest = row.cleared_by.partition("/")
    if row.cleared_by == "screening/before":
        return (
            row.body == CALM
        )  # cleared once with these words: hidden or taken back, and shown again as it was
    if source == "screening":
        return Screening.objects.filter(target_id=post, action="clear").exists()
    item = ReviewItem.objects.filter(id=UUID(rest)).first() if source == "review" else None
    decided = ReviewDecision.objects.filter(item=item, choice__in=SHOWING) if item else None
    return decided is not None and decided.exists()


@pytest.mark.parametrize("seed", range(8))
def test_nothing_is_shown_without_a_reason(seed: int) -> None:
    draw, scene = random.Random(seed), Scene()
    table = [row for name, row in sorted(commands.table().items()) if name not in LEFT_OUT]
    likely = [row for row in table if row.name.startswith(OF_WORDS)]
    likely += 12 * [commands.find_command("review.decide")]  # most of what is drawn for it does not fit
    held = scene.items[Post.State.values.index("held")]
    ruling = {"item": held, "version": 1, "choice": "publish", "policy": "kind_words", "reason": "it is kind"}
    for number in range(150):
        command = draw.choice(likely if draw.random() < 0.8 else table)
        role, data = draw.choice(ROLES), data_for(command, scene, draw)
        if number == 0:  # one that is sure to show something
            command, role, data = commands.find_command("review.decide"), "facilitator", ruling
        before = scene.shown()
        try:
            act(scene.circle.people[role], command.name, **data)
            tried[command.name] += 1
        except Problem:
            pass
        for post, now_there in scene.shown().items():
            if before.get(post) != now_there:
                assert cleared(scene, post), f"{command.name} as {role} showed a post"
                shown[command.name] += 1


def test_the_acts_were_not_all_refused() -> None:
    assert tried, "this looks back at the test above: run the whole file"
    assert {"post.submit", "post.edit", "post.withdraw", "review.open", "review.decide"} <= set(tried)
    assert {"post.submit", "review.decide"} <= set(shown)


@pytest.mark.parametrize("role", sorted(set(ROLES)))
@pytest.mark.parametrize("state", ["pending", "refused", "rejected", "held"])
def test_an_author_cannot_restore_what_was_never_shown(role: str, state: str) -> None:
    scene = Scene()
    post = scene.posts[Post.State.values.index(state)]
    person: Person = scene.circle.people[role]
    with pytest.raises(Problem):
        act(person, "post.restore", post=post)
    assert the_post(post).state == state
