"""The pinned subset of the Centrifugo client protocol (JSON, version 2) that the socket speaks.

Reference: the public documentation of the protocol and the official clients. A frame holds one command a line; an
empty object is the answer to a ping.
"""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

from hearthside.hub import Payload
from hearthside.limits import COMMANDS_PER_FRAME, FRAME_BYTES, SUBSCRIBES_PER_FRAME

PING = Payload(b"{}")
PING_SECONDS = 25
PONG_SECONDS = 8
MAX_DEPTH = 16

# Close codes (WIRE): under 3500 the client comes back, from 3500 on it does not.
SHUTDOWN, NO_PONG, SLOW, TOO_MANY = 3001, 3012, 3008, 3013
BAD_TICKET, BAD_FRAME, REVOKED = 3500, 3501, 3503


class BadFrame(Exception):
    """A frame that cannot be read; the reason is plain text for the close frame."""


class FrameError(Exception):
    """A command that is answered with an error of the protocol."""

    def __init__(self, code: int, message: str, *, temporary: bool = False) -> None:
        super().__init__(message)
        self.code, self.message, self.temporary = code, message, temporary


def internal() -> FrameError:
    """Something broke on our side; the client may try again."""
    return FrameError(100, "internal server error", temporary=True)


def denied() -> FrameError:
    """Absent, or not theirs: the same answer."""
    return FrameError(103, "permission denied")


def expired() -> FrameError:
    """The ticket is forged, used or too old: the client fetches another."""
    return FrameError(109, "token expired")


class Connect(msgspec.Struct):
    """Open the conversation with a ticket."""

    token: str = ""


class Subscribe(msgspec.Struct):
    """Join a stream, from a place that was reached before when `recover` is set."""

    channel: str
    recover: bool = False
    epoch: str = ""
    offset: int = 0


class Unsubscribe(msgspec.Struct):
    """Leave a stream."""

    channel: str


class Rpc(msgspec.Struct):
    """Run one of the product's commands."""

    method: str
    data: msgspec.Raw = msgspec.Raw(b"{}")


class Call(msgspec.Struct):
    """One line of a frame."""

    id: int = 0
    connect: Connect | None = None
    subscribe: Subscribe | None = None
    unsubscribe: Unsubscribe | None = None
    rpc: Rpc | None = None
    ping: dict[str, Any] | None = None


HALF_PAIR = re.compile(r"\\u[dD][89a-fA-F]")  # or a whole one, spelt as escapes
_decoder = msgspec.json.Decoder(Call)


def depth_of(text: str) -> int:
    """How deep brackets nest, strings aside; cheap, and before any parser sees the text."""
    deepest = depth = 0
    inside = escaped = False
    for char in text:
        if inside:
            if escaped:
                escaped = False
            elif char == "\\":
                escaped = True
            elif char == '"':
                inside = False
        elif char == '"':
            inside = True
        elif char in "{[":
            depth += 1
            deepest = max(deepest, depth)
        elif char in "}]":
            depth -= 1
    return deepest


def read_frame(text: str) -> list[Call]:
    """The commands of a frame; a pong is a Call without an id. Raises BadFrame."""
    if len(text) > FRAME_BYTES or len(text.encode()) > FRAME_BYTES:
        raise BadFrame(f"a frame has at most {FRAME_BYTES} bytes")
    lines = [line for line in text.split("\n") if line.strip()]
    if not lines:
        raise BadFrame("the frame is empty")
    if len(lines) > COMMANDS_PER_FRAME + SUBSCRIBES_PER_FRAME:
        raise BadFrame(f"a frame has at most {COMMANDS_PER_FRAME} commands")
    if text.count("{") + text.count("[") > MAX_DEPTH and max(map(depth_of, lines)) > MAX_DEPTH:
        raise BadFrame("the frame nests too deeply")
    calls = [read_call(line) for line in lines]
    if sum(call.subscribe is None for call in calls) > COMMANDS_PER_FRAME:
        raise BadFrame(f"a frame has at most {COMMANDS_PER_FRAME} commands")
    return calls


def read_call(line: str) -> Call:
    """One command; raises BadFrame for what is not JSON, or not of the protocol's shape.

    Half a surrogate pair, which a browser sends when text was cut inside an emoji, becomes U+FFFD.
    """
    try:
        call = _decoder.decode(mend(line) if HALF_PAIR.search(line) else line)
    except (msgspec.MsgspecError, RecursionError, ValueError):
        raise BadFrame("this is not a command of the protocol") from None
    if not 0 <= call.id < 2**53:
        raise BadFrame("a command's id is a positive number")
    return call


def mend(line: str) -> str:
    """The same JSON without half surrogate pairs; raises ValueError for what is not JSON."""
    plain = json.dumps(json.loads(line), ensure_ascii=False)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def method_of(call: Call) -> str | None:
    """Which of the known methods a call names; None for an unknown one."""
    for name in ("rpc", "subscribe", "unsubscribe", "connect", "ping"):
        if getattr(call, name) is not None:
            return name
    return None


def reply(call_id: int, method: str, result: bytes) -> Payload:
    """The answer to a command; `result` is JSON."""
    return Payload(b'{"id":%d,"%s":%s}' % (call_id, method.encode(), result))


def error_reply(call_id: int, error: FrameError) -> Payload:
    """The protocol's error for a command."""
    body = {"code": error.code, "message": error.message}
    if error.temporary:
        body["temporary"] = True
    return Payload(b'{"id":%d,"error":%s}' % (call_id, msgspec.json.encode(body)))


def unsubscribed(stream: str, *, final: bool) -> Payload:
    """The push that ends a subscription: under 2500 for good, from 2500 on the client subscribes again."""
    code, reason = (2000, "access ended") if final else (2500, "subscribe again")
    body = {"channel": stream, "unsubscribe": {"code": code, "reason": reason}}
    return Payload(b'{"push":%s}' % msgspec.json.encode(body))
