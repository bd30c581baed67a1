"""The doors to live rooms: presence, rounds, questions, and what facilitators do there."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from accounts.models import Person
from community import schemas_session_commands as shapes
from community.access_sessions import access_follow_up, access_room, access_room_to_lead
from community.actions import presence, rooms
from hearthside.commands import Command
from hearthside.live import Write


def in_room(action: Callable[..., Any], *names: str, lead: bool = False) -> Callable[[Any, Any], Write]:
    """`prepare` for an action in a room that takes the data's fields of these names; `lead`: for facilitators."""

    def prepare(person: Person, data: Any) -> Write:
        access = access_room_to_lead if lead else access_room
        session, _ = access(person, data.session)
        fields = {name: getattr(data, name) for name in names}
        return room_write(session.group_id, partial(action, person, session_id=data.session, **fields))

    return prepare


def room_write(group_id: uuid.UUID | None, action: Callable[[], Any]) -> Write:
    """A write that the group's stream tells of."""
    return Write(action, (f"group:{group_id}",))


def prepare_finish(person: Person, data: shapes.FinishFollowUp) -> Write:
    """Ticking a line of the follow-up list off."""
    _, part = access_follow_up(person, data.id)
    act = partial(rooms.finish_follow_up, person, follow_up_id=data.id, done=data.done)
    return room_write(part.session.group_id, act)


COMMANDS: tuple[Command, ...] = (
    Command(
        "session.rhythm",
        "Move a session on in its rhythm",
        shapes.SetRhythm,
        shapes.SessionDone,
        in_room(rooms.set_rhythm, "version", "rhythm", lead=True),
    ),
    Command(
        "session.arrive", "Come into the room", shapes.SessionOnly, shapes.InRoom, in_room(presence.arrive)
    ),
    Command(
        "session.here",
        "Still be in the room",
        shapes.StillHere,
        shapes.InRoom,
        in_room(presence.still_here, "away"),
    ),
    Command(
        "session.leave", "Leave the room", shapes.SessionOnly, shapes.InRoom, in_room(presence.leave_room)
    ),
    Command(
        "session.hand",
        "Raise one's hand in the room",
        shapes.RaiseHand,
        shapes.HandDone,
        in_room(presence.raise_hand, "up"),
    ),
    Command(
        "check_in.ask",
        "Ask everybody in the room how they are",
        shapes.SessionOnly,
        shapes.RoomDone,
        in_room(rooms.ask_check_in, lead=True),
    ),
    Command(
        "session.check_in",
        "Answer that, for the facilitators alone",
        shapes.CheckIn,
        shapes.RoomDone,
        in_room(rooms.check_in, "word", "words"),
    ),
    Command(
        "round.set",
        "Let people speak in turn",
        shapes.SetRound,
        shapes.RoundDone,
        in_room(rooms.set_round, "order", lead=True),
    ),
    Command(
        "round.next", "Pass the word on", shapes.SessionOnly, shapes.RoundDone, in_room(rooms.next_in_round)
    ),
    Command(
        "room.pause",
        "Pause the room, or let it go on",
        shapes.PauseRoom,
        shapes.PauseDone,
        in_room(rooms.pause_room, "paused", lead=True),
    ),
    Command(
        "room.slow",
        "Slow the room down",
        shapes.SlowRoom,
        shapes.SlowDone,
        in_room(rooms.slow_room, "seconds", lead=True),
    ),
    Command(
        "follow_up.add",
        "Note something to come back to",
        shapes.AddFollowUp,
        shapes.FollowUpDone,
        in_room(rooms.add_follow_up, "words", lead=True),
    ),
    Command(
        "follow_up.done",
        "Tick that off",
        shapes.FinishFollowUp,
        shapes.FollowUpDone,
        prepare_finish,
    ),
)
