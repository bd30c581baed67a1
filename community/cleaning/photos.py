"""Photos that lie in a document, without what their camera wrote into them; the picture itself is not touched."""

from __future__ import annotations

import re

from community.cleaning.sniffing import Refused

NEXT_MARK = re.compile(
    rb"\xff[^\x00\xd0-\xd7\xff]"
)  # the end of a scan: what else follows 0xff there is picture
LENGTHLESS = {0x01, *range(0xD0, 0xD8)}
SCAN, END = 0xDA, 0xD9
BOXES_KEPT = {
    b"jP  ", b"ftyp", b"jp2h", b"jp2c", b"ihdr", b"bpcc", b"colr", b"pclr", b"cmap", b"cdef", b"res ", b"rreq",
}  # fmt: skip
CODESTREAM, TILE, COMMENT = b"\xff\x4f", 0x90, 0x64


def bare_jpeg(data: bytes) -> bytes:
    """A JPEG with what its picture needs: no EXIF, XMP, IPTC, comments, small pictures, nor anything behind its end.

    Raises Refused for what does not read as one.
    """
    at = data.find(b"\xff\xd8", 0, 64)
    if at < 0:
        raise Refused("broken")
    out, at = bytearray(b"\xff\xd8"), at + 2
    while at + 1 < len(data):
        if data[at] != 0xFF:
            raise Refused("broken")
        kind = data[at + 1]
        if kind == 0xFF:  # filling
            at += 1
            continue
        if kind == END:
            break
        if kind in LENGTHLESS:
            at += 2
            continue
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if length < 2:
            raise Refused("broken")
        end = at + 2 + length
        out += kept_part(kind, data[at:end])
        at = end
        if kind == SCAN:
            found = NEXT_MARK.search(data, at)
            end = found.start() if found else len(data)
            out += data[at:end]
            at = end
    return bytes(out) + b"\xff\xd9"


def kept_part(kind: int, part: bytes) -> bytes:
    """A part of a JPEG as it stays: of what programs add, only its measures, its profile, and its kind of colours."""
    if kind == 0xE0 and part[4:9] == b"JFIF\0" and len(part) >= 16:
        return b"\xff\xe0\x00\x10" + part[4:16] + b"\0\0"  # without the small picture
    if kind == 0xE2 and part[4:16] == b"ICC_PROFILE\0":
        return part
    if kind == 0xEE and part[4:9] == b"Adobe":
        return part
    return b"" if 0xE0 <= kind <= 0xEF or kind == 0xFE else part


def bare_jpeg2000(data: bytes) -> bytes:
    """A JPEG 2000 with what its picture needs: no boxes of XML, EXIF or other things, no comments in its head.

    Raises Refused for what does not read as one.
    """
    if data.startswith(CODESTREAM):
        return without_comments(data)
    out, at = bytearray(), 0
    while at + 8 <= len(data):
        length, kind, head = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8], 8
        if length == 1:
            length, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        end = len(data) if length == 0 else at + length
        if end < at + head:
            raise Refused("broken")
        if kind in BOXES_KEPT:
            inside = data[at + head : end]
            inside = without_comments(inside) if kind == b"jp2c" else inside
            out += (len(inside) + 8).to_bytes(4, "big") + kind + inside
        at = end
    if b"jp2c" not in out:
        raise Refused("broken")
    return bytes(out)


def without_comments(stream: bytes) -> bytes:
    """A codestream without the comments of its main head."""
    if not stream.startswith(CODESTREAM):
        raise Refused("broken")
    out, at = bytearray(CODESTREAM), 2
    while at + 4 <= len(stream) and stream[at] == 0xFF and stream[at + 1] != TILE:
        end = at + 2 + int.from_bytes(stream[at + 2 : at + 4], "big")
        if end < at + 4:
            raise Refused("broken")
        if stream[at + 1] != COMMENT:
            out += stream[at:end]
        at = end
    return bytes(out) + stream[at:]
