"""Typed events, their frames, and the TypeScript made from them.

An event's frame is `{v, type, id, seq, at, actor, nonce?, ...typed body}` (WIRE). Bodies are closed msgspec structs: an
undeclared field fails where the event is made, not on somebody's screen.
"""

from __future__ import annotations

import types
import typing
from datetime import UTC, datetime
from typing import Any, Union

import msgspec

VERSION = 1


class Event(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type"):
    """Base of every live event's body; the tag is its past-tense name with a dot."""


class Skipped(Event, frozen=True, tag="skipped"):
    """Stands in for an event that a newcomer may not see, so that the sequence has no gap."""


_body = msgspec.json.Encoder()


def stamp(moment: datetime) -> str:
    """A moment as the wire spells it: UTC, milliseconds, Z."""
    there = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return there.isoformat(timespec="milliseconds")[:-6] + "Z"


def event_type(event: Event | type[Event]) -> str:
    """The event's type, for example `post.published`."""
    return str(event.__struct_config__.tag)


def frame_event(
    event: Event, *, event_id: str, seq: int, at: datetime, actor: str | None, nonce: str | None = None
) -> bytes:
    """The event as JSON bytes: the header all share, then the typed body."""
    actor_text = f'"{actor}"' if actor else "null"
    nonce_text = f'"nonce":{msgspec.json.encode(nonce).decode()},' if nonce else ""
    head = (
        f'{{"v":{VERSION},"id":"{event_id}","seq":{seq},"at":"{stamp(at)}","actor":{actor_text},{nonce_text}'
    )
    return head.encode() + _body.encode(event)[1:]


def frame_skipped(seq: int) -> bytes:
    """The blank frame for a port that may not see the event at `seq`."""
    return b'{"v":%d,"type":"skipped","seq":%d}' % (VERSION, seq)


def all_events() -> list[type[Event]]:
    """Every declared event type, by name; complete once the apps' events modules are imported."""
    found: list[type[Event]] = []
    waiting: list[type[Event]] = [Event]
    while waiting:
        for kind in waiting.pop().__subclasses__():
            waiting.append(kind)
            if "." in event_type(kind):  # a body shared by several types has a bare noun as its tag
                found.append(kind)
    return sorted(found, key=event_type)


def to_typescript(kind: Any) -> str:
    """The TypeScript spelling of a field's Python type; raises TypeError for one the wire does not know."""
    simple = {str: "string", int: "number", float: "number", bool: "boolean", type(None): "null"}
    if kind in simple:
        return simple[kind]
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin in (Union, types.UnionType):
        return " | ".join(to_typescript(part) for part in args)
    if origin is typing.Literal:
        return " | ".join(f'"{value}"' for value in args)
    if origin in (list, tuple):
        return f"({to_typescript(args[0])})[]"
    if origin is dict:
        return f"Record<string, {to_typescript(args[1])}>"
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        hints = typing.get_type_hints(kind)
        fields = (f"{name}: {to_typescript(hints[name])}" for name in kind.__struct_fields__)
        return "{ " + "; ".join(fields) + " }"
    raise TypeError(f"no TypeScript for {kind!r}")


def typescript() -> str:
    """The whole of frontend/src/wire.ts."""
    lines = [
        "// Made by `hearthside wire` from the events modules; do not edit.",
        "",
        "export interface Frame {",
        "  v: 1;",
        "  id: string;",
        "  seq: number;",
        "  at: string;",
        "  actor: string | null;",
        "  nonce?: string;",
        "}",
        "",
        "export interface Skipped {",
        "  v: 1;",
        '  type: "skipped";',
        "  seq: number;",
        "}",
    ]
    for kind in all_events():
        lines += ["", f"export interface {kind.__name__} extends Frame {{", f'  type: "{event_type(kind)}";']
        hints = typing.get_type_hints(kind)
        lines += [f"  {name}: {to_typescript(hints[name])};" for name in kind.__struct_fields__]
        lines.append("}")
    names = ["Skipped", *(kind.__name__ for kind in all_events())]
    lines += ["", "export type LiveEvent =", *(f"  | {name}" for name in names)]
    lines[-1] += ";"
    return "\n".join(lines) + "\n"
