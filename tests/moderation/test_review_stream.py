"""The queue's own stream: what was read once and every event after it equal what is read now, whatever is done; and
every row moves as its table says, and no other way."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from community.events import MemberLeft
from community.models import Post, Revision
from consumers.streams import read_position, replay, revokes
from hearthside import live
from hearthside.commands import find_command, prepare_command, read_data
from hearthside.errors import NotFound, Problem
from hearthside.live import Announced
from moderation.access import access_item
from moderation.events import ReviewUpdated
from moderation.models import ReviewItem, SecondLook
from moderation.queries.choices import CHOICES, choices_for
from moderation.queries.order import line_of
from moderation.queries.review import read_queue
from tests.community.test_query_counts import statements
from tests.given import (
    Circle,
    act,
    as_json,
    fresh_nonce,
    given_circle,
    given_member,
    given_person,
    given_post,
)
from tests.moderation.given_review import given_held, given_item, given_lead, ruling, the_item

pytestmark = pytest.mark.django_db
Lines = dict[str, dict[str, Any]]
Kind = type[ReviewItem] | type[SecondLook] | type[Post] | type[Revision]
KINDS: tuple[Kind, ...] = (ReviewItem, SecondLook, Post, Revision)
DECIDED = frozenset(ReviewItem.State) - {ReviewItem.State.PENDING}


def fresh(circle: Circle) -> Lines:
    """What waits, as the queue's page has it now."""
    page = read_queue(circle.people["facilitator"], circle.group.id)
    assert not page["more"]
    return {line["id"]: {**line, "author_name": None} for line in page["lines"]}


def take(lines: Lines, event: Announced) -> None:
    """Apply one event, as a screen does."""
    if not isinstance(event.event, ReviewUpdated):
        return
    line = line_of(event.event, ReviewItem())
    if line["state"] == "pending":
        lines[line["id"]] = line
    else:
        lines.pop(line["id"], None)


def states() -> dict[tuple[Kind, Any], str]:
    """The state of every row that has a table of moves."""
    return {(model, row.pk): str(row.state) for model in KINDS for row in model._default_manager.all()}


@dataclass
class Life:
    """What happens about a circle's posts: acts drawn at random, of everybody who may, in no sensible order."""

    circle: Circle
    draw: random.Random
    heard: Lines
    again: Lines
    seq: int
    posts: list[Any] = field(default_factory=list)
    done: set[str] = field(default_factory=set)

    @classmethod
    def begin(cls, seed: int) -> Life:
        """A circle with a second facilitator and a clinical lead; a reader who starts with an empty queue."""
        circle = given_circle()
        circle.people["second"] = given_member(circle.group, role="facilitator").person
        circle.people["lead"] = given_lead(given_person("admin"))
        given_item(circle.post)
        head = read_position(circle.group.review_stream).head
        return cls(circle, random.Random(seed), fresh(circle), fresh(circle), head, [circle.post.id])

    def act(self, who: str, name: str, /, **data: Any) -> bool:
        """Run a command, check every move it made, and let both readers hear of it; False when it was refused."""
        before = states()
        row, person = find_command(name), self.circle.people[who]
        announced: list[Announced] = []
        try:
            prepared = prepare_command(row, person, read_data(row, as_json({"nonce": fresh_nonce(), **data})))
            assert isinstance(prepared, live.Write)
            with transaction.atomic():
                outcome = live.run_action(prepared)
            announced, answer = outcome.announced, outcome.answer or {}
        except Problem:
            answer = {}
        if name == "post.submit" and "id" in answer:
            self.posts.append(answer["id"])
        self.check_moves(before)
        for event in announced:
            if event.stream == self.circle.group.review_stream:
                take(self.heard, event)
        for event in replay(self.circle.group.review_stream, self.seq):
            take(self.again, event)
        self.seq = read_position(self.circle.group.review_stream).head
        now = fresh(self.circle)
        assert self.heard == now, f"events of {name}"
        assert self.again == now, f"recovery after {name}"
        self.done |= {name} if answer else set()
        return bool(answer)

    def check_moves(self, before: dict[tuple[Kind, Any], str]) -> None:
        """Every row that changed its state did so by its table; an item that is decided anew passes through pending."""
        for (model, pk), after in states().items():
            if (model, pk) not in before:
                assert after in ("pending", "held", "open", "published"), "where a row begins"
                continue
            was = before[(model, pk)]
            turned = model is ReviewItem and was in DECIDED and after in DECIDED
            assert after == was or turned or after in model.MOVES[was], (model, was, after)

    def post(self) -> Any:
        return self.draw.choice(self.posts)

    def item(self) -> ReviewItem:
        """An item, also one that is decided."""
        return self.draw.choice(
            list(ReviewItem.objects.filter(group=self.circle.group).order_by("opened_at"))
        )

    def reviewer(self) -> str:
        return self.draw.choice(("facilitator", "second", "second", "lead"))

    def write(self) -> None:
        data = {"body": f"words {self.draw.random()}", "ask_first": self.draw.random() < 0.6}
        self.act("member", "post.submit", topic=self.circle.topic.id, **data)

    def edit(self) -> None:
        post = Post.objects.get(id=self.post())
        self.act("member", "post.edit", post=post.id, version=post.version, body=f"new {self.draw.random()}")

    def take_back(self) -> None:
        shown = [post.id for post in Post.objects.filter(id__in=self.posts, state="published")]
        post = self.draw.choice(shown or self.posts)
        if self.act("member", "post.withdraw", post=post) and self.draw.random() < 0.8:
            self.act("member", "post.restore", post=post)

    def report(self) -> None:
        reason = self.draw.choice(("unkind", "private", "worried"))
        who = self.draw.choice(("peer", "second"))
        self.act(who, "report.send", post=self.post(), reason=reason, unsafe=self.draw.random() < 0.2)

    def decide(self) -> None:
        """Decide anything at all: it is done exactly when it is among the choices."""
        who, item = self.reviewer(), self.item()
        choice = self.draw.choice(list(CHOICES))
        may = choice in self.choices(who, item)
        done = self.act(who, "review.decide", item=item.id, version=item.version, **ruling(choice))
        assert done is may, (who, choice, item, item.second_look)

    def choices(self, who: str, item: ReviewItem) -> list[str]:
        """The names of what somebody may decide; none about what they may not see."""
        try:
            found = access_item(self.circle.people[who], item.id)
        except NotFound:
            return []
        return [choice.name for choice in choices_for(self.circle.people[who], found)]

    def decide_well(self) -> None:
        """Decide something that is among the choices."""
        who, item = self.draw.choice(("facilitator", "second")), self.item()
        if names := self.choices(who, item):
            choice = self.draw.choice(names)
            assert self.act(who, "review.decide", item=item.id, version=item.version, **ruling(choice))

    def open(self) -> None:
        item = self.item()
        self.act(self.reviewer(), "review.open", item=item.id, anyway=self.draw.random() < 0.5)
        if self.draw.random() < 0.5:
            self.act("facilitator", "review.release", item=item.id)

    def next(self) -> None:
        self.act(self.draw.choice(("facilitator", "second")), "review.next", group=self.circle.group.id)

    def many(self) -> None:
        items = [{"item": item.id, "version": item.version} for item in ReviewItem.objects.all()]
        data = {"group": self.circle.group.id, "policy": "in_keeping", "reason": "x"}
        self.act("second", "review.decide_many", items=items[:50], choice="publish", **data)

    def talk(self) -> None:
        self.act("second", "review.talk", item=self.item().id, text="Hello")
        self.act("member", "post.talk", post=self.post(), text="Hello")

    def ask(self) -> None:
        for post in self.posts:
            if self.act("member", "second_look.ask", post=post, words="Please.") and self.draw.random() < 0.3:
                self.act("member", "second_look.withdraw", post=post)


ACTS = (
    "write", "write", "edit", "take_back", "report", "report", "decide", "decide", "decide_well", "decide_well",
    "decide_well", "open", "next", "many", "talk", "ask", "ask",
)  # fmt: skip

EVERYTHING_BY = {
    "post.submit": "write",
    "post.edit": "edit",
    "post.withdraw": "take_back",
    "post.restore": "take_back",
    "report.send": "report",
    "review.decide": "decide_well",
    "review.decide_many": "many",
    "review.open": "open",
    "review.release": "open",
    "review.next": "next",
    "review.talk": "talk",
    "post.talk": "talk",
    "second_look.ask": "ask",
    "second_look.withdraw": "ask",
}
EVERYTHING = frozenset(EVERYTHING_BY)


@settings(
    max_examples=6,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(acts=st.lists(st.sampled_from(ACTS), min_size=10, max_size=30), seed=st.integers(0, 2**32))
def test_whatever_is_done_states_and_events_equal_what_is_read(acts: list[str], seed: int) -> None:
    life = Life.begin(seed)
    for name in acts:
        getattr(life, name)()


def test_a_long_life_has_every_act_in_it() -> None:
    life = Life.begin(7)
    for name in ACTS * 3:
        getattr(life, name)()
    for _ in range(40):  # what chance has left out so far
        missing = sorted(EVERYTHING - life.done)
        if missing:
            life.write()
            getattr(life, EVERYTHING_BY[missing[0]])()
    assert life.done >= EVERYTHING


def test_who_stops_leading_is_told_on_the_stream_that_closes_for_them() -> None:
    circle = given_circle()
    leader = circle.people["facilitator"]
    other = given_member(circle.group, role="facilitator")
    given_item(circle.post)
    act(leader, "member.remove", group=circle.group.id, member=other.id)
    last = replay(circle.group.review_stream, 0)[-1]
    revoked = revokes(last.event)
    assert revoked is not None
    assert (revoked.member, revoked.final) == (str(other.id), True)


def test_who_leaves_by_themselves_too_but_members_are_not_spoken_of() -> None:
    circle = given_circle()
    other = given_member(circle.group, role="facilitator")
    act(circle.people["peer"], "group.leave", group=circle.group.id)
    assert replay(circle.group.review_stream, 0) == []
    act(other.person, "group.leave", group=circle.group.id)
    (last,) = replay(circle.group.review_stream, 0)
    assert isinstance(last.event, MemberLeft)
    assert last.event.member == str(other.id)


def test_a_page_of_events_takes_as_many_statements_as_one() -> None:
    circle = given_circle()
    given_item(circle.post)
    few = statements(lambda: replay(circle.group.review_stream, 0))
    for _ in range(4):
        given_item(given_post(circle.topic, circle.people["member"]), lane="conduct")
    assert len(replay(circle.group.review_stream, 0)) == 5
    assert statements(lambda: replay(circle.group.review_stream, 0)) == few


def test_an_event_carries_no_words() -> None:
    circle = given_circle()
    _, item = given_held(circle.topic, circle.people["member"], "An unmistakable sentence.")
    (event,) = [one.event for one in replay(circle.group.review_stream, 0)]
    assert isinstance(event, ReviewUpdated)
    assert event.item == str(item.id)
    assert "unmistakable" not in repr(event)


def test_new_words_have_to_be_read_before_anybody_decides() -> None:
    circle = given_circle()
    item = given_item(circle.post)
    care = given_item(circle.post, lane="care")
    act(circle.people["member"], "post.edit", post=circle.post.id, version=1, body="Quite other words")
    assert the_item(item.id).version == item.version + 1
    assert the_item(care.id).version == care.version, "a call is answered, whatever else was written"
