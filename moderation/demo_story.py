"""The story of one demo group: its content, played in the order of time through the product's actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from accounts.models import Person
from community.actions.groups import open_group, publish_agreement, update_group
from community.actions.members import join_group
from community.actions.topics import create_topic, move_read_mark, update_topic
from community.models import Group, Post
from hearthside import clock
from hearthside.live import Answer
from moderation.demo_content import GroupText, MemberText, PostText, TopicText, moment_of
from moderation.intake import prepare_submit
from moderation.rewording import prepare_edit

Step = tuple[datetime, Callable[[], None]]


def tell_group(
    group_id: UUID, text: GroupText, people: Mapping[str, Person], host: str, *, zone: ZoneInfo
) -> None:
    """Open the group and let its story happen, up to the present moment; inside one live.write."""
    story = _Story(group_id, text, people, host, zone, clock.now())
    for moment, step in sorted(story.steps(), key=lambda pair: pair[0]):
        if moment <= story.now:
            with clock.as_of(moment):
                step()
    story.note_reading()


@dataclass
class _Story:
    """What has happened in the group so far, by the names and keys that the content uses."""

    group_id: UUID
    text: GroupText
    people: Mapping[str, Person]
    host: str
    zone: ZoneInfo
    now: datetime
    topics: dict[str, UUID] = field(default_factory=dict)
    posts: dict[str, UUID] = field(default_factory=dict)
    heads: dict[str, int] = field(default_factory=dict)  # newest sequence number by topic
    reading: dict[str, tuple[datetime, dict[str, int]]] = field(
        default_factory=dict
    )  # by member, at their last post

    def steps(self) -> list[Step]:
        """Everything that happens, each with its moment."""
        found: list[Step] = [(self.at(self.text.opened), self.open)]
        for member in self.text.members:
            if member.person != self.host:
                found.append((self.at(member.joined), lambda m=member: self.join(m)))  # type: ignore[misc]
        for topic in self.text.topics:
            found.append((self.at(topic.opened), lambda t=topic: self.start(t)))  # type: ignore[misc]
            for post in topic.posts:
                found.append((self.at(post.at), lambda t=topic, p=post: self.say(t, p)))  # type: ignore[misc]
                if post.edited:
                    found.append((self.at(post.edited), lambda t=topic, p=post: self.edit(t, p)))  # type: ignore[misc]
        return found

    def at(self, text: str) -> datetime:
        """The moment that a time in the content names."""
        return moment_of(text, now=self.now, zone=self.zone)

    def person(self, name: str) -> Person:
        """Who goes by that name in this group."""
        return self.people[next(member.person for member in self.text.members if member.name == name)]

    def open(self) -> None:
        """The group opens, with its own agreement."""
        host = self.people[self.host]
        name = next(member.name for member in self.text.members if member.person == self.host)
        open_group(
            host,
            group_id=self.group_id,
            name=self.text.name,
            description=self.text.description,
            newcomers_see=self.text.newcomers_see,
            member_name=name,
        )
        publish_agreement(host, group_id=self.group_id, text=self.text.agreement.strip())
        if self.text.member_messages:
            changes = {"switches": {"member_messages": True}}
            update_group(host, group_id=self.group_id, version=1, changes=changes)

    def join(self, member: MemberText) -> None:
        """Somebody joins under the agreement."""
        group = Group.objects.get(pk=self.group_id)
        version = group.agreement_version
        join_group(self.people[member.person], group, role=member.role, name=member.name, agreement=version)

    def start(self, topic: TopicText) -> None:
        """Somebody starts a topic; a facilitator may pin it."""
        starter = self.person(topic.by)
        made = create_topic(starter, group_id=self.group_id, title=topic.title)
        self.topics[topic.title] = UUID(made["id"])
        if topic.pinned:
            update_topic(
                starter, topic_id=UUID(made["id"]), version=made["version"], changes={"pinned": True}
            )

    def say(self, topic: TopicText, post: PostText) -> None:
        """Somebody writes a post, screened like any other."""
        author, topic_id, words = self.person(post.by), self.topics[topic.title], post.before or post.text
        write = prepare_submit(
            author,
            topic_id=topic_id,
            body=words.strip(),
            reply_to=self.posts.get(post.reply_to),
            content_note=post.note,
        )
        answer: Answer = write.action()
        if answer["seq"] is None:
            return  # held: it waits for a facilitator like anybody's post
        self.posts[post.key or post.at + topic.title] = UUID(answer["id"])
        self.heads[topic.title] = answer["seq"]
        self.reading[post.by] = clock.now(), dict(self.heads)

    def edit(self, topic: TopicText, post: PostText) -> None:
        """Its author puts a post into the words it has now."""
        post_id = self.posts.get(post.key or post.at + topic.title)
        if post_id is not None:
            version, text = Post.objects.get(id=post_id).version, post.text.strip()
            prepare_edit(
                self.person(post.by), post_id=post_id, version=version, body=text, content_note=post.note
            ).action()

    def note_reading(self) -> None:
        """Everybody has read what stood there when they last wrote; what came later is new to them."""
        for name, (moment, heads) in self.reading.items():
            with clock.as_of(moment):
                for title, seq in heads.items():
                    move_read_mark(self.person(name), topic_id=self.topics[title], seq=seq)
