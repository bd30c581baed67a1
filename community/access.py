"""Who may see and do what in a group. Nothing fetches a row for a person in any other way.

Absent and not-yours give the same NotFound; only somebody who is in the group is told that an act is not theirs.
"""

from __future__ import annotations

from typing import cast
from uuid import UUID

from accounts.access import access_self
from accounts.models import Person
from community.models import Group, Membership, Post, Session, Topic
from community.room_rules import refusal
from hearthside.clock import now
from hearthside.errors import AgreementNeeded, Closed, Denied, NotFound, Paused
from hearthside.rows import columns, read_row
from hearthside.wire import stamp

Active = Membership.State.ACTIVE

_WHOSE = """
    JOIN community_membership m ON m.group_id = g.id
    JOIN accounts_person p ON p.id = m.person_id
    WHERE {id} = %s AND p.id = %s AND p.is_active = %s AND m.state = %s
"""
_THOSE = f"{columns(Membership, 'm')}, {columns(Group, 'g')}"
# Made of column names only; values always go as parameters.
_MEMBER = f"SELECT {_THOSE} FROM community_group g {_WHOSE.format(id='g.id')}"  # nosec B608
_FROM = f"FROM community_topic t JOIN community_group g ON g.id = t.group_id {_WHOSE.format(id='t.id')}"
_TOPIC = f"SELECT {columns(Topic, 't')}, {_THOSE} {_FROM}"  # nosec B608


def access_opening(person: Person) -> Person:
    """The person as they are now, when they may open groups; raises SignedOut, or Denied for members."""
    row = access_self(person)
    if not row.is_staff_role:
        raise Denied("Only facilitators and admins open groups.")
    return row


def access_group(person: Person, group_id: UUID) -> Membership:
    """The person's active membership of the group (`.group` is loaded); raises NotFound."""
    found = read_row(_MEMBER, (group_id, person.pk, True, Active.value), Membership, Group)
    if found is None:
        raise NotFound
    member, member.group = found
    member.person = person
    return cast(Membership, member)


def access_as_facilitator(person: Person, group_id: UUID) -> Membership:
    """The same for somebody who leads the group; raises NotFound, or Denied for its members."""
    member = access_group(person, group_id)
    if not member.is_facilitator:
        raise Denied("Only this group's facilitators can do this.")
    return member


def access_open_group(person: Person, group_id: UUID) -> Membership:
    """The same for a group that is not closed; raises NotFound or Closed."""
    member = access_group(person, group_id)
    require_open(member.group)
    return member


def require_open(group: Group) -> None:
    """Raise Closed for a group that has ended."""
    if group.closed_at is not None:
        raise Closed("This group has closed. You can still read what was written here.")


def require_agreed(member: Membership, *, current: bool) -> None:
    """Raise AgreementNeeded before the agreement is accepted; `current` asks for its newest version."""
    needed = member.group.agreement_version if current else min(1, member.group.agreement_version)
    if member.agreement_version < needed:
        raise AgreementNeeded(group=str(member.group_id), agreement_version=member.group.agreement_version)


def paused(member: Membership) -> bool:
    """Whether the member reads but does not write for now; a pause ends by itself."""
    return member.paused_until is not None and member.paused_until > now()


def require_writing(member: Membership) -> None:
    """Raise Paused for a member whose writing rests until a date."""
    if paused(member):
        assert member.paused_until is not None
        raise Paused(until=stamp(member.paused_until))


def access_topic(person: Person, topic_id: UUID) -> tuple[Topic, Membership]:
    """The topic and the person's membership, for reading; raises NotFound or AgreementNeeded.

    The live room of a session that was over before somebody joined a group that hides its past is not there for them.
    """
    found = read_row(_TOPIC, (topic_id, person.pk, True, Active.value), Topic, Membership, Group)
    if found is None:
        raise NotFound
    topic, member, member.group = found
    member.person = person
    topic.group = member.group
    if over_before(member, topic):
        raise NotFound
    require_agreed(member, current=False)
    return cast(Topic, topic), cast(Membership, member)


def over_before(member: Membership, topic: Topic) -> bool:
    """Whether the topic is the live room of a session from before the member's time, in a group that hides that."""
    if not member.visible_from or topic.of_session is None:
        return False
    return Session.objects.filter(id=topic.of_session, ends_at__lt=member.joined_at).exists()


def access_topic_to_write(person: Person, topic_id: UUID) -> tuple[Topic, Membership]:
    """The same for writing in it; raises also Closed for a closed group or a locked topic."""
    topic, member = access_topic(person, topic_id)
    require_open(topic.group)
    require_agreed(member, current=True)
    require_writing(member)
    if topic.locked and not member.is_facilitator:
        raise Closed("A facilitator has locked this topic. You can read it, or write in another one.")
    require_room(topic, member)
    return topic, member


def require_room(topic: Topic, member: Membership, *, turn: bool = True) -> None:
    """Raise RoomClosed or NotYourTurn where the topic is a live room that does not take the member's words now.

    `turn`: also whether a round has come to them; what they wrote before may be changed at any turn.
    """
    if topic.of_session is None or member.is_facilitator:
        return
    session = Session.objects.filter(id=topic.of_session).first()
    problem = refusal(session, member, turn=turn) if session is not None else None
    if problem is not None:
        raise problem


def access_post(person: Person, post_id: UUID) -> tuple[Post, Membership]:
    """A post that the person may see; raises NotFound for others' unpublished and for what is before their time."""
    post = Post.objects.select_related("topic").filter(id=post_id).first()
    if post is None:
        raise NotFound
    topic, member = access_topic(person, post.topic_id)
    post.topic = topic
    mine = post.author_id == member.id
    if not mine and (post.seq is None or post.seq < member.visible_from):
        raise NotFound
    return post, member


def access_own_post(person: Person, post_id: UUID) -> tuple[Post, Membership]:
    """The person's own post, in a group that is open; raises NotFound, Denied for another's, or Closed."""
    post, member = access_post(person, post_id)
    if post.author_id != member.id:
        raise Denied("Only its author can change a post.")
    require_open(member.group)
    return post, member


def access_member(person: Person, group_id: UUID, member_id: UUID) -> tuple[Membership, Membership]:
    """Another active member, and the facilitator who asks; raises NotFound or Denied."""
    facilitator = access_as_facilitator(person, group_id)
    member = (
        Membership.objects.select_related("group", "person")
        .filter(id=member_id, group_id=group_id, state=Active)
        .first()
    )
    if member is None:
        raise NotFound
    return member, facilitator
