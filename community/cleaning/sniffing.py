"""What a file is by its first bytes; its name and what a browser says of it count for nothing."""

from __future__ import annotations

from dataclasses import dataclass


class Refused(Exception):
    """A file that we do not keep; `code` is kind, broken, locked or big."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Cleaned:
    """A file as we keep it: its media type, its bytes, and for a picture its measures and a small one of it."""

    kind: str
    type: str
    data: bytes
    small: bytes = b""
    width: int | None = None
    height: int | None = None


def sniff(data: bytes) -> str:
    """JPEG, PNG, WEBP, GIF or PDF; raises Refused for everything else.

    The mark must be the very first thing: a file that is something else before it is a PDF is none.
    """
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WEBP"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if data.startswith(b"%PDF-"):
        return "PDF"
    raise Refused("kind")
