"""Builders for tests of summaries: a session that has been, who came, what was written, and a summary of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from accounts.models import Person
from community.actions.posts import add_post, publish_post
from community.models import (
    Attendance,
    Clearance,
    Group,
    Membership,
    Post,
    Session,
    Summary,
    Topic,
)
from hearthside import live
from hearthside.clock import now
from notify.models import Notice
from tests.given import act, given_group, given_member, given_person, given_topic

AGENDA = "# Tonight\n- How the week was\n- Nights and what helps"
PLAIN = [
    {
        "id": "own1",
        "kind": "own",
        "heading": "In short",
        "text": "We were glad to meet. It was a quiet evening.",
    }
]


@dataclass
class Evening:
    """A session that is over, in a group with two who came, two who did not, and a facilitator."""

    group: Group
    session: Session
    topic: Topic
    lead: Person
    present: list[Membership]
    absent: list[Membership]
    more: dict[str, Any] = field(default_factory=dict)

    def draft(self) -> dict[str, Any]:
        """Make or renew the draft."""
        return act(self.lead, "summary.draft", session=self.session.id)

    def summary(self) -> Summary:
        """The summary as it is now."""
        return Summary.objects.select_related("session").get(session=self.session)

    def save(self, sections: list[dict[str, Any]] | None = None) -> dict[str, Any]:
        """Save a working copy."""
        summary = self.summary()
        return act(
            self.lead,
            "summary.save",
            summary=summary.id,
            version=summary.version,
            sections=sections if sections is not None else PLAIN,
        )

    def do(self, command: str, **data: Any) -> dict[str, Any]:
        """A facilitator's command at the newest version."""
        summary = self.summary()
        return act(self.lead, command, summary=summary.id, version=summary.version, **data)

    def published(self, sections: list[dict[str, Any]] | None = None) -> Summary:
        """A summary that is out."""
        self.draft()
        self.save(sections)
        self.do("summary.approve")
        self.do("summary.publish")
        return self.summary()

    def notices(self, person: Person | None = None, **more: Any) -> list[Notice]:
        """The notices about the summary that stand."""
        rows = Notice.objects.filter(kind__startswith="summary", withdrawn_at=None, **more)
        return list(rows.filter(person=person) if person else rows)


def given_session(
    group: Group, topic: Topic | None, *, ago: timedelta = timedelta(hours=3), **more: Any
) -> Session:
    """A session of the group that began some time ago and took 90 minutes."""
    starts = now() - ago
    data: dict[str, Any] = {
        "starts_at": starts,
        "ends_at": starts + timedelta(minutes=90),
        "time_zone": "Europe/London",
        "title": "Weekly session",
        "agenda": AGENDA,
        **more,
    }
    return Session.objects.create(group=group, topic=topic, **data)


def given_evening(*, present: int = 2, absent: int = 2, **more: Any) -> Evening:
    """An evening with a live room; nobody has said yes to anything yet."""
    lead = given_person("facilitator", name="Ottilie Lead")
    group = given_group(lead)
    topic = given_topic(group, lead, title="Live room")
    session = given_session(group, topic, **more)
    came = [given_member(group) for _ in range(present)]
    missed = [given_member(group) for _ in range(absent)]
    for member in came:
        mark(session, member, "present")
    for member in missed:
        mark(session, member, "absent")
    return Evening(group, session, topic, lead, came, missed)


def mark(session: Session, member: Membership, state: str) -> None:
    """Write down how a member's evening was."""
    Attendance.objects.update_or_create(session=session, member=member, defaults={"state": state})


def say_yes(person: Person, purpose: str = "summaries", *, given: bool = True) -> None:
    """Let what one writes be read for summaries, or not any more."""
    act(person, "consent.set", purpose=purpose, given=given)


def given_words(topic: Topic, member: Membership, body: str, *, state: str = "published") -> Post:
    """A post that was shown, without the screening that these tests are not about."""
    made: dict[str, Post] = {}

    def write() -> live.Answer:
        post = add_post(topic, member, body=body, html="", content_note="", reply_to=None)
        publish_post(post, Clearance("test", "1"))
        made["post"] = post
        return {}

    live.write(live.Write(write, (topic.group.stream,)))
    if state != "published":
        Post.objects.filter(pk=made["post"].pk).update(state=state)
        made["post"].refresh_from_db()
    return made["post"]
