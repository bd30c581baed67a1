"""A stale snapshot and the events after it must equal a fresh snapshot, whatever happened and whatever the line did."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import hearthside.urls  # noqa: F401  imports every app's events
from hearthside.wire import all_events, event_type
from tests.client import LiveClient
from tests.consumers.given import Room, email_of, load_member, open_room
from tests.consumers.reading import NeedsFetch, Reading
from tests.server import Server, SignedIn

Json = dict[str, Any]
seen: Counter[str] = Counter()
GUEST = 1  # the load group's member who comes and goes
# Of the person's own stream alone: test_own_stream.py, test_revocation.py and moderation's tests.
OF_PEOPLE = {
    "signin.ended", "person.updated", "membership.changed", "post.stated", "agreement.accepted", "blocks.changed",
    "consent.changed", "care.paged", "care.settled", "step.changed", "contact.changed", "sealed.waiting",
    "conversation.read", "device.removed", "message.stated", "report.stated", "review.sealed", "notices.changed",
    "assignment.changed",
}  # fmt: skip
OF_REVIEW = {"review.updated"}  # tests/moderation/test_review_stream.py


async def fetch(person: SignedIn, group: str) -> Reading:
    """A snapshot: the page first, so that what comes after it can only repeat."""

    def read() -> Reading:
        page = person.get(f"/api/groups/{group}").raise_for_status().json()
        posts: dict[str, list[Json]] = {}
        for topic in page["topics"]:
            answer = person.get(f"/api/topics/{topic['id']}/posts", limit=100).raise_for_status().json()
            assert not answer["more"]
            posts[topic["id"]] = answer["posts"]
        return Reading(page, posts)

    return await asyncio.to_thread(read)


@dataclass
class Reader:
    """Somebody who reads along on a line that drops, and never fetches what the events should have told them."""

    person: SignedIn
    group: str
    client: LiveClient
    reading: Reading
    own: str
    taken: int = 0
    taken_own: int = 0
    drops: int = 0

    @classmethod
    async def begin(cls, room: Room, person: SignedIn) -> Reader:
        """Snapshot, then subscribe from its offset."""
        own = f"person:{person.get('/api/me').json()['person']['id']}"
        client = LiveClient(room.server.socket_url, person.ticket)
        await client.connect()
        await client.subscribe(own)
        reading = await fetch(person, room.group)
        made = cls(person, room.group, client, reading, own)
        answer = await client.subscribe(room.stream, since=reading.seq, epoch=reading.page["stream"]["epoch"])
        assert answer["recovered"]
        return made

    async def drop(self) -> None:
        """Lose the line; what happens now is learnt at the return."""
        if self.client.connected:
            self.drops += 1
            await self.client.drop()

    async def back(self) -> None:
        """Come back, when the line was lost."""
        if not self.client.connected:
            assert await self.client.resume() == {}, "every stream is recovered"

    async def catch_up(self, head: int) -> None:
        """Be where the stream is and apply what came."""
        await self.back()
        stream = self.client.streams[f"group:{self.group}"]
        await self.client.until(lambda: stream.offset >= head)
        for event in stream.events[self.taken :]:
            seen[event["type"]] += 1
            try:
                self.reading.take(event)
            except NeedsFetch:
                page = (await fetch(self.person, self.group)).page
                self.reading.page["agreement"] = page["agreement"]
        self.taken = len(stream.events)
        own = self.client.streams[self.own]
        for event in own.events[self.taken_own :]:
            seen[event["type"]] += 1
            self.reading.take_own(event)
        self.taken_own = len(own.events)


@dataclass
class Life:
    """What happens in a room during one example: acts drawn at random, some of which do not fit and are refused."""

    room: Room
    draw: random.Random
    guest: SignedIn
    posts: list[Json] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)

    def act(self, person: SignedIn, name: str, /, **data: Any) -> Json:
        """Run a command over HTTP; a refusal is part of life and answers {}."""
        answer = person.post(f"/api/{name}", nonce=f"{self.draw.getrandbits(96):024x}", **data)
        assert answer.status_code < 500, answer.text
        self.done[name] += answer.is_success
        return dict(answer.json()) if answer.is_success else {}

    def anybody(self) -> SignedIn:
        """The host or the guest."""
        return self.draw.choice((self.room.host, self.guest))

    def page(self) -> Json:
        """The room as the host reads it."""
        return dict(self.room.host.get(f"/api/groups/{self.room.group}").json())

    def post(self) -> None:
        reply = self.draw.choice([None, *[post["id"] for post in self.posts[-3:]]])
        topic = self.draw.choice(self.topics)
        note = self.draw.choice([None, "a note"])
        made = self.act(
            self.anybody(), "post.submit", topic=topic, body=self.words(), reply_to=reply, content_note=note
        )
        if made:
            self.posts.append(made)

    def words(self) -> str:
        return f"{self.draw.choice(('Hello', '**Strong**', 'ä 🙂', '<b>x</b>'))} {self.draw.random()}"

    def edit(self) -> None:
        for post in self.draw.sample(self.posts, min(1, len(self.posts))):
            post["version"] = self.act(
                self.anybody(), "post.edit", post=post["id"], version=post["version"], body=self.words()
            ).get("version", post["version"])

    def withdraw(self) -> None:
        self._each("post.withdraw")

    def restore(self) -> None:
        self._each("post.restore")

    def _each(self, name: str) -> None:
        for post in self.draw.sample(self.posts, min(2, len(self.posts))):
            for person in (self.room.host, self.guest):
                post["version"] = self.act(person, name, post=post["id"]).get("version", post["version"])

    def topic(self) -> None:
        made = self.act(
            self.anybody(), "topic.create", group=self.room.group, title=f"Topic {self.draw.random()}"
        )
        if made:
            self.topics.append(made["id"])

    def retitle(self) -> None:
        topic = self.draw.choice(self.page()["topics"])
        changes = {"title": f"New {self.draw.random()}", "pinned": self.draw.random() < 0.5}
        locked = {"locked": self.draw.random() < 0.2, "slow_seconds": self.draw.choice((0, 0, 1))}
        self.act(
            self.anybody(), "topic.update", topic=topic["id"], version=topic["version"], **changes, **locked
        )

    def read(self) -> None:
        topic = self.draw.choice(self.topics)
        self.act(self.anybody(), "topic.read", topic=topic, seq=self.draw.randrange(60))

    def rename(self) -> None:
        self.act(self.anybody(), "member.rename", group=self.room.group, name=f"Name {self.draw.random()}")

    def settings(self) -> None:
        page = self.page()
        changes: Json = self.draw.choice(
            (
                {"name": f"Group {self.draw.random()}"},
                {"description": f"About {self.draw.random()}"},
                {"newcomers_see": self.draw.choice(("all", "from_joining"))},
                {"switches": {"members_start_topics": self.draw.random() < 0.5}},
                {"first_posts": self.draw.choice((0, 0, 3))},
            )
        )
        self.act(self.room.host, "group.update", group=self.room.group, version=page["version"], **changes)

    def agreement(self) -> None:
        made = self.act(
            self.room.host, "agreement.publish", group=self.room.group, text="Kindness first. " * 3
        )
        if self.draw.random() < 0.7:
            self.act(self.guest, "agreement.accept", group=self.room.group, version=made["version"])

    def hide(self) -> None:
        """Somebody reports a post, and the host hides it, or shows it again."""
        for post in self.draw.sample(self.posts, min(2, len(self.posts))):
            reporter = self.witness or self.guest
            self.act(reporter, "report.send", post=post["id"], reason="unkind", words="", unsafe=False)
        queue = f"/api/groups/{self.room.group}/review"
        waiting = self.room.host.get(queue).json()["lines"]
        decided = self.room.host.get(queue, state="decided").json()["lines"]
        for line, choices in [(line, ("hide", "hide", "keep")) for line in waiting] + [
            (line, ("restore", "hide")) for line in decided[:2]
        ]:
            version = self.act(self.room.host, "review.open", item=line["id"]).get("version", line["version"])
            why = {"policy": "kind_words", "reason": "it reads unkindly", "message": ""}
            choice = self.draw.choice(choices) if self.done["review.decide"] else "hide"
            self.act(self.room.host, "review.decide", item=line["id"], version=version, choice=choice, **why)

    def meet(self) -> None:
        """A session with a live room, which is a topic of the group, and the draft of its summary."""
        starts = datetime.now(UTC) - timedelta(minutes=5)
        when = {"starts_local": f"{starts:%Y-%m-%dT%H:%M}", "time_zone": "UTC", "minutes": 60}
        words = {"title": "An evening", "place": "", "link": "", "agenda": "- The week"}
        host, group = self.room.host, self.room.group
        session = self.act(host, "session.plan", group=group, **when, **words).get("session")
        if session:
            version = host.get(f"/api/sessions/{session}").json()["version"]
            self.act(host, "session.rhythm", session=session, version=version, rhythm="live")
            self.act(host, "session.here", session=session)
            self.act(host, "summary.draft", session=session)

    def resource(self) -> None:
        """Something that the group makes together."""
        about = {"title": "What helps", "language": "en", "source": "", "review_date": None, "words": ""}
        self.act(self.room.host, "resource.add", group=self.room.group, **about)

    def leave(self) -> None:
        self.act(self.guest, "group.leave", group=self.room.group)

    def remove(self) -> None:
        members = [row["id"] for row in self.page()["members"] if row["state"] == "active" and not row["you"]]
        if members and self.draw.random() < 0.5:
            reader = self.reader_member
            members = [member for member in members if member != reader]
            for member in members[:1]:
                self.act(self.room.host, "member.remove", group=self.room.group, member=member)

    def join(self) -> None:
        if self.guest.get(f"/api/groups/{self.room.group}").status_code == 404:
            self.room.join(self.guest, email_of(self.room.server, GUEST))

    def close(self) -> None:
        self.act(self.room.host, "group.close", group=self.room.group)

    reader_member = ""
    witness: SignedIn | None = None


ACTS = (
    "post", "post", "post", "edit", "edit", "withdraw", "restore", "topic", "retitle", "read", "rename",
    "settings", "agreement", "hide", "hide", "leave", "remove", "join", "join", "drop", "drop", "back", "look",
    "meet", "resource",
)  # fmt: skip


async def live_through(server: Server, host: SignedIn, acts: list[str], seed: int) -> None:
    """Play the acts with three readers on bad lines, then compare each with a fresh snapshot."""
    draw = random.Random(seed)
    newcomers_see = draw.choice(("all", "from_joining"))
    room = await asyncio.to_thread(open_room, server, host, newcomers_see=newcomers_see)
    guest, member = load_member(server, GUEST), load_member(server, 2)
    life = Life(room, draw, guest, topics=[room.topic], witness=member)
    for _ in range(3):
        await asyncio.to_thread(life.post)  # from before the others' time, when newcomers see from joining
    life.reader_member = await asyncio.to_thread(room.join, member, email_of(server, 2))
    await asyncio.to_thread(room.join, guest, email_of(server, GUEST))
    readers = [await Reader.begin(room, host), await Reader.begin(room, member)]
    steps: dict[str, Callable[[], Awaitable[None]]] = {
        "drop": lambda: draw.choice(readers).drop(),
        "back": lambda: draw.choice(readers).back(),
        "look": lambda: compare(readers, room),
    }
    try:
        for name in [*acts, "look"]:
            step = steps.get(name)
            await (step() if step else asyncio.to_thread(getattr(life, name)))
        if draw.random() < 0.2:
            await asyncio.to_thread(life.close)
            await compare(readers, room)
    finally:
        for reader in readers:
            await reader.client.close()


async def compare(readers: list[Reader], room: Room) -> None:
    """Each reader's state, made of a stale snapshot and events, against a fresh one."""
    for reader in readers:
        fresh = await fetch(reader.person, room.group)
        await reader.catch_up(fresh.seq)
        assert reader.reading.seq == fresh.seq
        assert reader.reading.shown() == {**fresh.shown(), "topics": derived(fresh)}


def derived(fresh: Reading) -> list[Json]:
    """The topics as the server derived them, not as this reading does."""
    return sorted(fresh.page["topics"], key=lambda row: str(row["id"]))


@settings(
    max_examples=8,
    deadline=None,
    database=None,
    derandomize=False,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(acts=st.lists(st.sampled_from(ACTS), min_size=8, max_size=30), seed=st.integers(0, 2**32))
async def test_events_keep_a_stale_snapshot_true(
    server: Server, host: SignedIn, acts: list[str], seed: int
) -> None:
    await live_through(server, host, acts, seed)


async def test_every_act_in_one_life(server: Server, host: SignedIn) -> None:
    order = [
        "post",
        "post",
        "post",
        "drop",
        "hide",
        "hide",
        "edit",
        "withdraw",
        "back",
        "restore",
        "topic",
        "drop",
        "retitle",
        "read",
        "meet",
        "resource",
    ]
    ends = [
        "look",
        "settings",
        "agreement",
        "leave",
        "drop",
        "join",
        "remove",
        "join",
        "rename",
        "post",
        "look",
    ]
    for seed in range(2):
        await live_through(server, host, [*order * 2, *ends * 2, "close"], seed)


def test_every_event_type_was_seen() -> None:
    assert seen, "this looks back at the others of this file: run the whole of it"
    of_groups = {event_type(kind) for kind in all_events()} - OF_PEOPLE - OF_REVIEW
    assert of_groups - set(seen) == set(), "each event type must have been part of a life"
