"""The process that cleans one file: raw bytes in, a line of JSON and clean bytes out.

It imports nothing that knows a person, has no database, may write no file, and gets little time and memory. What a
crafted file does to a decoder, it does here.
"""

from __future__ import annotations

import json
import resource
import sys

from community.cleaning.sniffing import Cleaned, Refused, sniff

MEMORY = 1536 * 1024 * 1024
SECONDS = 25


def confine() -> None:
    """Take from this process what it does not need."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def clean(data: bytes) -> Cleaned:
    """The clean file; raises Refused."""
    form = sniff(data)
    if form == "PDF":
        from community.cleaning.documents import clean_document

        return clean_document(data)
    from community.cleaning.pictures import clean_picture

    return clean_picture(data, form)


def main() -> int:
    """Clean what comes in; answers the exit code."""
    confine()
    out = sys.stdout.buffer
    try:
        done = clean(sys.stdin.buffer.read())
    except Refused as refusal:
        out.write(json.dumps({"refused": refusal.code}).encode())
        return 0
    head = {
        "kind": done.kind,
        "type": done.type,
        "width": done.width,
        "height": done.height,
        "size": len(done.data),
    }
    out.write(json.dumps(head).encode() + b"\n" + done.data + done.small)
    return 0


if __name__ == "__main__":
    sys.exit(main())
