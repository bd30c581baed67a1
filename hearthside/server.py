"""Daphne, with the fan-out port that the hub writes ready frames to, and close frames that say why."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

from daphne.http_protocol import WebRequest
from daphne.server import Server
from daphne.ws_protocol import WebSocketProtocol

from hearthside.errors import Busy
from hearthside.limits import FILE_BODIES_BYTES, FILE_BODY_SECONDS, FILE_FORM_BYTES, SEALED_BYTES

FILES = b"/api/files"  # where pictures and PDFs are sent
EXTENSION = "hearthside.fanout"


class BoundedRequest(WebRequest):
    """A request whose body stays in memory, where Twisted would put a long one into a file of the temporary folder.

    What comes after the longest body that we take is thrown away unread; the request is refused by its length. Whose
    a body is, is known only when all of it is here: so files on their way share what room there is, and are not waited
    for without end. One that finds no room is let go of and answered `busy`.
    """

    in_flight = 0  # bytes of all files' bodies that this process holds
    held = 0
    crowded = False
    ending: Any = None

    def gotLength(self, length: int | None) -> None:
        """The head is read: make room for the body, and for a long one only where files are sent."""
        self.content = BytesIO()
        path = bytes(self.channel._path).partition(b"?")[0]
        self.is_file = path == FILES
        self.most = FILE_FORM_BYTES if self.is_file else SEALED_BYTES
        if self.is_file:
            from twisted.internet import reactor  # Daphne has chosen one by now

            clock: Any = reactor
            self.ending = clock.callLater(FILE_BODY_SECONDS, self.give_up)

    def handleContentChunk(self, data: bytes) -> None:
        """Keep a part of the body, up to one byte more than fits, and a file's while there is room for it."""
        kept = data[: self.most + 1 - self.content.tell()]
        if self.is_file and not self.crowded:
            self.crowded = BoundedRequest.in_flight + len(kept) > FILE_BODIES_BYTES
            if self.crowded:
                self.let_go()
                self.content = BytesIO()
            else:
                self.held += len(kept)
                BoundedRequest.in_flight += len(kept)
        if not self.crowded:
            self.content.write(kept)

    def give_up(self) -> None:
        """A file's body that is too long on its way is waited for no longer."""
        self.ending = None
        if self.channel is not None:
            self.channel.loseConnection()

    def let_go(self) -> None:
        """Make the room free that the body took."""
        BoundedRequest.in_flight -= self.held
        self.held = 0

    def process(self) -> Any:
        """The body is here: have it answered, or say that there was no room for it."""
        self.stop_waiting()
        if not self.crowded:
            return super().process()
        self.setResponseCode(Busy.status)
        self.setHeader(b"Content-Type", b"application/problem+json")
        self.setHeader(b"Retry-After", b"5")
        self.write(json.dumps(Busy(retry_after_ms=5000).as_dict()).encode())
        self.finish()
        return None

    def stop_waiting(self) -> None:
        """The body is here, or will never be."""
        if self.ending is not None:
            self.ending.cancel()
            self.ending = None

    def finish(self) -> None:
        """Answered: its room is free."""
        self.let_go()
        super().finish()

    def connectionLost(self, reason: Any) -> None:
        """Nobody is there any more: its room is free."""
        self.stop_waiting()
        self.let_go()
        super().connectionLost(reason)


class FanoutPort:
    """Writes ready, unmasked frames to one socket's transport, past the framing of every single receiver."""

    __slots__ = ("_protocol",)

    def __init__(self, protocol: WebSocketProtocol) -> None:
        self._protocol = protocol

    def write(self, frame: bytes) -> None:
        """Send a frame, if the socket is open: straight to the kernel when nothing waits before it.

        Twisted's own write arms and disarms the poller for every frame of every member (docs/how/measuring.md). What
        the kernel does not take goes the usual way, so nothing overtakes. Only plain TCP is served here; TLS ends at
        the proxy before it.
        """
        protocol = self._protocol
        if protocol.state != protocol.STATE_OPEN:
            return
        transport = protocol.transport
        if transport.dataBuffer or transport._tempDataBuffer or transport.disconnecting:
            transport.write(frame)
            return
        try:
            sent = transport.socket.send(frame)
        except (BlockingIOError, InterruptedError):
            sent = 0
        except OSError:
            return  # the line is gone; the transport's own reading finds out
        if sent < len(frame):
            transport.write(frame[sent:])

    def backlog(self) -> int:
        """Bytes the transport still holds, because the client did not take them."""
        transport = self._protocol.transport
        return len(transport.dataBuffer) - transport.offset + transport._tempDataLen


class LiveServer(Server):
    """Daphne's server with the ASGI extension `hearthside.fanout` and close reasons."""

    failed = ""

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        """Offer the fan-out port to WebSocket applications."""
        if scope["type"] == "websocket":
            scope.setdefault("extensions", {})[EXTENSION] = FanoutPort(protocol)
        return super().create_application(protocol, scope)

    async def handle_reply(self, protocol: Any, message: dict[str, Any]) -> None:
        """Pass the close reason on, which Daphne leaves out and the clients decide by."""
        if message["type"] == "websocket.close" and protocol.state == protocol.STATE_OPEN:
            if protocol in self.connections:
                protocol.sendClose(code=message.get("code") or 1000, reason=message.get("reason") or "")
            return
        await super().handle_reply(protocol, message)

    def kill_all_applications(self) -> None:
        """Nothing yet: Daphne would cut everybody off while the sockets say goodbye. See `end_applications`."""

    def end_applications(self) -> None:
        """Cancel what still runs, once the process has stopped."""
        for details in self.connections.values():
            if (running := details.get("application_instance")) is not None:
                running.cancel()

    def listen_success(self, port: Any) -> None:
        """Have frames that break the protocol answered by their close code, and long bodies kept out of files."""
        super().listen_success(port)
        self.ws_factory.setProtocolOptions(
            failByDrop=False, allowNullOrigin=True
        )  # whose origin is our own check
        build = self.http_factory.buildProtocol

        def build_bounded(address: Any) -> Any:
            protocol = build(address)
            protocol.requestFactory = BoundedRequest
            return protocol

        self.http_factory.buildProtocol = build_bounded

    def listen_error(self, failure: Any) -> None:
        """Remember why listening failed, for the command to say."""
        self.failed = failure.getErrorMessage()
        self.stop()
