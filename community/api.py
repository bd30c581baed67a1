"""The community's HTTP door and its rows in the command table."""

import uuid
from functools import partial
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router

from accounts.queries import invitation_by_token
from community import schemas
from community.access import (
    access_as_facilitator,
    access_group,
    access_member,
    access_opening,
    access_topic,
)
from community.actions import blocks, groups, members, topics
from community.doors import (
    assignments,
    clients,
    files,
    quiet_hours,
    resources,
    rooms,
    sessions,
    summaries,
)
from community.models import Membership
from community.queries.groups import list_groups, list_invitations, read_group, show_invitation
from community.queries.posts import MOST, list_posts, read_own_words
from community.queries.sessions import streams_in
from community.queries.topics import read_topic
from hearthside.api import READ_PROBLEMS, ProblemAnswer
from hearthside.commands import Command
from hearthside.live import Write
from messaging.queries.members import streams_of_circles

router = Router(tags=["community"])
for door in (clients, quiet_hours, sessions, summaries, files, resources, assignments):
    router.add_router("", door.router)
Place = Annotated[int | None, Query(ge=0, le=2**53 - 1, description="a sequence number, exclusive")]


@router.get("/groups", response={200: schemas.GroupList, **READ_PROBLEMS}, operation_id="groups.list")
def get_groups(request: HttpRequest) -> Any:
    """The person's groups with topics and unread counts."""
    return {"groups": list_groups(request.auth)}  # type: ignore[attr-defined]


@router.get(
    "/groups/{group_id}", response={200: schemas.GroupPage, **READ_PROBLEMS}, operation_id="group.show"
)
def get_group(request: HttpRequest, group_id: uuid.UUID) -> Any:
    """One group: members, topics, settings, and where its stream stands."""
    return read_group(request.auth, group_id)  # type: ignore[attr-defined]


@router.get(
    "/groups/{group_id}/invitations",
    response={200: schemas.InvitationList, 403: ProblemAnswer, **READ_PROBLEMS},
    operation_id="group.invitations",
)
def get_invitations(request: HttpRequest, group_id: uuid.UUID) -> Any:
    """The group's open invitations, for its facilitators."""
    return {"invitations": list_invitations(request.auth, group_id)}  # type: ignore[attr-defined]


@router.get(
    "/invitations/{token}",
    response={200: schemas.InvitationPage, 409: ProblemAnswer, **READ_PROBLEMS},
    operation_id="invitation.show",
    auth=None,
)
def get_invitation(request: HttpRequest, token: str) -> Any:
    """What an invitation's link leads to, for whoever holds it."""
    person = request.user if request.user.is_authenticated else None
    return show_invitation(invitation_by_token(token, person=person))


@router.get(
    "/topics/{topic_id}",
    response={200: schemas.TopicPage, 409: ProblemAnswer, **READ_PROBLEMS},
    operation_id="topic.show",
)
def get_topic(request: HttpRequest, topic_id: uuid.UUID) -> Any:
    """One topic and where reading goes on."""
    return read_topic(request.auth, topic_id)  # type: ignore[attr-defined]


@router.get(
    "/topics/{topic_id}/posts",
    response={200: schemas.PostPage, 409: ProblemAnswer, **READ_PROBLEMS},
    operation_id="topic.posts",
)
def get_posts(
    request: HttpRequest,
    topic_id: uuid.UUID,
    before: Place = None,
    after: Place = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
) -> Any:
    """A page of posts, newest first."""
    return list_posts(request.auth, topic_id, before=before, after=after, limit=limit)  # type: ignore[attr-defined]


@router.get(
    "/posts/{post_id}",
    response={200: schemas.OwnPost, 409: ProblemAnswer, **READ_PROBLEMS},
    operation_id="post.show",
)
def get_post(request: HttpRequest, post_id: uuid.UUID) -> Any:
    """One post; its author gets its words in every state."""
    return read_own_words(request.auth, post_id)  # type: ignore[attr-defined]


def prepare_open(person: Any, data: schemas.OpenGroup) -> Write:
    """Opening a group: its id is chosen here, so that its stream can be named."""
    access_opening(person)
    group_id = uuid.uuid4()
    action = partial(
        groups.open_group,
        person,
        group_id=group_id,
        name=data.name,
        description=data.description,
        newcomers_see=data.newcomers_see,
        member_name=data.member_name or person.name,
    )
    return Write(action, (f"group:{group_id}", person.stream))


def prepare_remove(person: Any, data: schemas.MemberOnly) -> Write:
    """Removing somebody: their own stream is told too."""
    member, _ = access_member(person, data.group, data.member)
    action = partial(members.remove_member, person, group_id=data.group, member_id=data.member)
    return Write(action, leaving_streams(member))


def prepare_leave(person: Any, data: schemas.GroupOnly) -> Write:
    """Leaving: a facilitator leaves the review queue too."""
    member = access_group(person, data.group)
    action = partial(members.leave_group, person, group_id=data.group)
    return Write(action, leaving_streams(member))


def leaving_streams(member: Membership) -> tuple[str, ...]:
    """The group's streams, and those of everybody in a sealed circle that the member goes from with the group."""
    circles = streams_of_circles(member.person)
    return tuple(sorted({member.group.stream, member.group.review_stream, member.person.stream, *circles}))


def prepare_block(action: Any, person: Any, data: schemas.MemberOnly) -> Write:
    """Folding somebody's posts away, or not: told to the person's own screens only."""
    access_group(person, data.group)
    return Write(partial(action, person, group_id=data.group, member_id=data.member), (person.stream,))


def given(data: Any, *besides: str) -> dict[str, Any]:
    """The optional fields that were sent with a value."""
    return {name: value for name, value in data.dict(exclude=set(besides)).items() if value is not None}


def in_group(action: Any, *names: str, own: bool = False) -> Any:
    """`prepare` for an action inside one group that takes the data's fields of these names."""

    def prepare(person: Any, data: Any) -> Write:
        access_group(person, data.group)
        fields = {name: getattr(data, name) for name in names}
        streams = (f"group:{data.group}", person.stream) if own else (f"group:{data.group}",)
        return Write(partial(action, person, group_id=data.group, **fields), streams)

    return prepare


def prepare_close(person: Any, data: schemas.GroupOnly) -> Write:
    """Closing: whoever was told of a session ahead is told that it is off."""
    access_group(person, data.group)
    return Write(partial(groups.close_group, person, group_id=data.group), streams_in(data.group))


def prepare_group_update(person: Any, data: schemas.UpdateGroup) -> Write:
    """Changing settings: only what was sent."""
    access_as_facilitator(person, data.group)
    changes = given(data, "nonce", "group", "version")
    action = partial(groups.update_group, person, group_id=data.group, version=data.version, changes=changes)
    return Write(action, (f"group:{data.group}",))


def prepare_read(person: Any, data: schemas.MarkRead) -> Write:
    """Moving the read mark: told to the person's own other tabs."""
    access_topic(person, data.topic)
    return Write(partial(topics.move_read_mark, person, topic_id=data.topic, seq=data.seq), (person.stream,))


COMMANDS = (
    Command("group.open", "Open a group.", schemas.OpenGroup, schemas.OpenedGroup, prepare_open),
    Command(
        "group.update",
        "Change a group's settings.",
        schemas.UpdateGroup,
        schemas.GroupAnswer,
        prepare_group_update,
    ),
    Command("group.close", "End a group.", schemas.GroupOnly, schemas.GroupAnswer, prepare_close),
    Command(
        "group.invite",
        "Invite an address into a group.",
        schemas.InviteToGroup,
        schemas.GroupInvited,
        in_group(members.invite_to_group, "email", "name", "role"),
    ),
    Command(
        "agreement.accept",
        "Accept the group agreement.",
        schemas.AcceptAgreement,
        schemas.AgreementVersion,
        in_group(members.accept_agreement, "version", own=True),
    ),
    Command(
        "agreement.publish",
        "Give the agreement new words.",
        schemas.PublishAgreement,
        schemas.AgreementVersion,
        in_group(groups.publish_agreement, "text"),
    ),
    Command(
        "group.leave",
        "Leave a group.",
        schemas.GroupOnly,
        schemas.GroupDone,
        prepare_leave,
    ),
    Command("member.remove", "Take somebody out.", schemas.MemberOnly, schemas.GroupDone, prepare_remove),
    Command(
        "member.block",
        "Fold somebody's posts away in one's own view.",
        schemas.MemberOnly,
        schemas.BlockAnswer,
        partial(prepare_block, blocks.block_member),
    ),
    Command(
        "member.unblock",
        "Show somebody's posts again.",
        schemas.MemberOnly,
        schemas.BlockAnswer,
        partial(prepare_block, blocks.unblock_member),
    ),
    Command("topic.read", "Mark as read.", schemas.MarkRead, schemas.ReadAnswer, prepare_read),
    *clients.COMMANDS,
    *quiet_hours.COMMANDS,
    *sessions.COMMANDS,
    *rooms.COMMANDS,
    *summaries.COMMANDS,
    *files.COMMANDS,
    *resources.COMMANDS,
    *assignments.COMMANDS,
)
