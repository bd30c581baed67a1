"""Daphne, with the fan-out port that the hub writes ready frames to, and close frames that say why."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from daphne.http_protocol import WebRequest
from daphne.server import Server
from daphne.ws_protocol import WebSocketProtocol

from hearthside.limits import FILE_FORM_BYTES, SEALED_BYTES

FILES = b"/api/files"  # where pictures and PDFs are sent
EXTENSION = "hearthside.fanout"


class BoundedRequest(WebRequest):
    """A request whose body stays in memory, where Twisted would put a long one into a file of the temporary folder.

    What comes after the longest body that we take is thrown away unread; the request is refused by its length.
    """

    def gotLength(self, length: int | None) -> None:
        """The head is read: make room for the body, and for a long one only where files are sent."""
        self.content = BytesIO()
        path = bytes(self.channel._path).partition(b"?")[0]
        self.most = FILE_FORM_BYTES if path == FILES else SEALED_BYTES

    def handleContentChunk(self, data: bytes) -> None:
        """Keep a part of the body, up to one byte more than fits."""
        self.content.write(data[: self.most + 1 - self.content.tell()])


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
