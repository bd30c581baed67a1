"""The process that cleans one file: raw bytes in, a line of JSON and clean bytes out.

It imports nothing that knows a person, has no database, opens no file and no line, and gets little time and memory.
What a crafted file does to a decoder, it does here.
"""

from __future__ import annotations

import codecs
import json
import sys
from collections.abc import Callable
from functools import partial

from community.cleaning.confining import confine
from community.cleaning.sniffing import Cleaned, Refused, sniff

SPELLINGS = ("ascii", "latin-1", "cp1252", "utf-8", "utf-16", "utf-16-be", "utf-16-le", "utf-32")


def cleaner_of(form: str) -> Callable[[bytes], Cleaned]:
    """What cleans this kind of file, with all that it will use loaded."""
    for spelling in SPELLINGS:
        codecs.lookup(spelling)
    if form == "PDF":
        from community.cleaning.documents import clean_document

        return clean_document
    from PIL import Image

    from community.cleaning.pictures import clean_picture

    Image.init()
    return partial(clean_picture, form=form)


def main() -> int:
    """Clean what comes in; answers the exit code. Nothing of the file is read before the process is confined."""
    out = sys.stdout.buffer
    try:
        data = sys.stdin.buffer.read()
        clean = cleaner_of(sniff(data))
        confine()
        done = clean(data)
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
