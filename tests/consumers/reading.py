"""One reading of the events: a group as a client knows it, from a snapshot and what follows.

The state test holds it against a fresh snapshot; a client in another language may be written after it.
"""

from __future__ import annotations

import copy
from typing import Any

Json = dict[str, Any]
SETTINGS = ("name", "description", "version", "newcomers_see", "switches", "first_posts", "closed")
TOPIC = ("title", "pinned", "locked", "slow_seconds", "version", "created_by", "session")
HINTS = (
    "session",
    "room",
    "summary",
    "resource",
)  # these say which page to fetch anew; the group's is another
MEMBER = ("name", "role", "state")


class NeedsFetch(Exception):
    """Something that an event tells of but does not carry: the client fetches a snapshot."""


class Reading:
    """A group page, the posts of its topics, and the place in the stream up to which they are known."""

    def __init__(self, page: Json, posts: dict[str, list[Json]]) -> None:
        """Begin from what the reads answered; the page was read before the posts."""
        self.page = copy.deepcopy(page)
        self.seq = int(page["stream"]["offset"])
        self.members = {row["id"]: row for row in self.page["members"]}
        self.topics = {row["id"]: row for row in self.page["topics"]}
        self.posts = {topic: {row["id"]: dict(row) for row in rows} for topic, rows in posts.items()}

    def take(self, event: Json) -> None:
        """Apply one event of the group's stream; raises NeedsFetch, or AssertionError for a gap."""
        if event["seq"] <= self.seq:
            return  # already part of the snapshot
        assert event["seq"] == self.seq + 1, f"a gap: {self.seq} and then {event['seq']}"
        self.seq = event["seq"]
        kind, _, what = event["type"].partition(".")
        {
            "skipped": lambda: None,
            "post": lambda: self._post(event),
            "topic": lambda: self._topic(event),
            "member": lambda: self._member(event),
            "group": lambda: self._group(event),
            "agreement": lambda: self._agreement(event),
            **dict.fromkeys(HINTS, lambda: None),
        }[kind]()
        assert what or kind == "skipped"

    def take_own(self, event: Json) -> None:
        """Apply one event of the reader's own stream that is about this group."""
        if event["type"] == "read.moved" and (topic := self.topics.get(event["topic"])):
            topic["read_seq"] = max(topic["read_seq"], event["read_seq"])

    def _post(self, event: Json) -> None:
        names = (
            "topic",
            "state",
            "author",
            "body",
            "html",
            "edited_at",
            "reply_to",
            "content_note",
            "version",
            "files",
        )
        post = {
            "id": event["post"],
            "seq": event["post_seq"],
            "at": event["posted_at"],
            **{name: event[name] for name in names},
        }
        known = self.posts.setdefault(event["topic"], {})
        if post["id"] not in known or known[post["id"]]["version"] <= post["version"]:
            known[post["id"]] = post

    def _topic(self, event: Json) -> None:
        topic = self.topics.setdefault(event["topic"], {"id": event["topic"], "read_seq": 0, "version": 0})
        if topic["version"] <= event["version"]:
            topic |= {name: event[name] for name in TOPIC}

    def _member(self, event: Json) -> None:
        mine = {"id": event["member"], "you": event["member"] == self.page["membership"]}
        member = self.members.setdefault(event["member"], mine)
        member |= {name: event[name] for name in MEMBER}

    def _group(self, event: Json) -> None:
        if self.page["version"] <= event["version"]:
            self.page |= {name: event[name] for name in SETTINGS}

    def _agreement(self, event: Json) -> None:
        raise NeedsFetch("the agreement's words are in the snapshot")

    def shown(self) -> Json:
        """What the screens show, in one order, with what is derived worked out anew."""
        topics = [{**row, **self._derived(row["id"])} for row in self.topics.values()]
        posts = {
            topic: sorted(rows.values(), key=lambda row: row["seq"])
            for topic, rows in self.posts.items()
            if rows
        }
        settings = {name: self.page[name] for name in (*SETTINGS, "id", "role", "membership", "agreement")}
        return {
            **settings,
            "members": sorted(self.members.values(), key=lambda row: row["id"]),
            "topics": sorted(topics, key=lambda row: str(row["id"])),
            "posts": posts,
        }

    def _derived(self, topic: str) -> Json:
        """Unread and newest of a topic, from its posts and the read mark."""
        rows = sorted(self.posts.get(topic, {}).values(), key=lambda row: row["seq"])
        shown = [row for row in rows if row["state"] == "published"]
        mark, me = self.topics[topic]["read_seq"], self.page["membership"]
        return {
            "unread": sum(row["seq"] > mark and row["author"] != me for row in shown),
            "last_seq": shown[-1]["seq"] if shown else 0,
            "last_at": shown[-1]["at"] if shown else None,
        }
