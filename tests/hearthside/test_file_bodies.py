"""Bodies of files before anybody knows whose they are: they share one room, and are not waited for without end."""

from __future__ import annotations

from typing import Any

from twisted.internet.error import ConnectionDone
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from twisted.web import http

from hearthside.limits import FILE_BODIES_BYTES, FILE_FORM_BYTES
from hearthside.server import BoundedRequest


class Listening:
    """What a request tells the server of itself."""

    def protocol_connected(self, protocol: Any) -> None:
        """Somebody came."""

    def protocol_disconnected(self, protocol: Any) -> None:
        """Somebody went."""


def begun(sent: int, *, length: int = FILE_FORM_BYTES, path: str = "/api/files") -> tuple[Any, Any]:
    """A line on which so much of a body has come, and what was answered on it."""
    factory: Any = http.HTTPFactory()
    factory.server = Listening()
    line: Any = factory.buildProtocol(None)
    answered: Any = StringTransport()  # type: ignore[no-untyped-call]
    line._channel.requestFactory = BoundedRequest
    line.makeConnection(answered)
    line.dataReceived(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n".encode())
    line.dataReceived(b"x" * sent)
    return line, answered


def end(line: Any) -> None:
    """The line is gone."""
    line.connectionLost(Failure(ConnectionDone()))  # type: ignore[no-untyped-call]


def test_files_on_their_way_share_one_room() -> None:
    lines = [begun(FILE_FORM_BYTES - 1)[0] for _ in range(FILE_BODIES_BYTES // FILE_FORM_BYTES)]
    try:
        assert BoundedRequest.in_flight == FILE_BODIES_BYTES - len(lines)
        late, answered = begun(1000, length=1000)
        assert answered.value().startswith(b"HTTP/1.1 503 ")
        assert b"Retry-After: 5" in answered.value()
        assert b'"type": "busy"' in answered.value()
        end(late)
        half, unanswered = begun(5000)
        assert (half._channel.requests[0].content.tell(), unanswered.value()) == (0, b"")
        end(half)
        other, _ = begun(100, path="/api/post.submit")
        assert other._channel.requests[0].content.tell() == 100, "only files are bounded together"
        end(other)
    finally:
        for line in lines:
            end(line)
    assert BoundedRequest.in_flight == 0


def test_a_file_is_not_waited_for_without_end() -> None:
    line, answered = begun(10)
    request = line._channel.requests[0]
    waiting = request.ending
    assert waiting.active()
    request.give_up()
    assert answered.disconnecting
    waiting.cancel()
    end(line)
    line, _ = begun(10)
    waiting = line._channel.requests[0].ending
    end(line)
    assert not waiting.active()
    assert BoundedRequest.in_flight == 0
