"""The socket's door to the command table (hearthside/commands.py): decode, prepare in a thread, write, answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import structlog

from accounts.actions import note_activity
from accounts.models import Person
from accounts.queries import find_live_signin
from hearthside import live
from hearthside.commands import Command, find_command, prepare_command, read_data
from hearthside.errors import Busy, Problem

log = structlog.get_logger("hearthside.commands")
Run = Callable[..., Awaitable[Any]]


class _Topic(msgspec.Struct):
    """The part of a command's data that says which lane it runs in."""

    topic: str = ""


_topic = msgspec.json.Decoder(_Topic)


def topic_of(data: msgspec.Raw) -> str:
    """The lane of a command: those about one topic run in order, the others beside each other."""
    try:
        return _topic.decode(data).topic
    except msgspec.MsgspecError:
        return ""


async def answer_command(run: Run, person: Person, signin: str, name: str, data: msgspec.Raw) -> bytes:
    """Run one command and answer its result, or its problem under `error`, as JSON."""
    try:
        command = find_command(name)
        prepared, activity = await run(prepare, command, person, signin, data)
        answer = await live.write_soon(prepared) if isinstance(prepared, live.Write) else prepared
        if activity is not None:
            await live.write_soon(activity)
        return msgspec.json.encode(answer)
    except Problem as problem:
        return msgspec.json.encode({"error": problem.as_dict()})
    except Exception:
        log.exception("command_failed", command=name)
        return msgspec.json.encode({"error": Busy().as_dict()})


def prepare(
    command: Command, person: Person, signin: str, data: msgspec.Raw
) -> tuple[live.Answer | live.Write, live.Write | None]:
    """Everything of a command before its write, and the note that somebody is at the page, when one is due."""
    raw = msgspec.json.decode(data)
    row = find_live_signin(signin) if command.fresh or command.signed else None
    prepared = prepare_command(command, person, read_data(command, raw), signin=row)
    return prepared, note_activity(signin, command.name)
