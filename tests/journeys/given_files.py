"""Pictures and PDFs for the journeys: a photograph with what a phone writes into it, and a small document."""

from __future__ import annotations

import io
from typing import Any

import httpx
import pikepdf
from PIL import Image, ImageDraw
from playwright.sync_api import FilePayload

from tests.server import SignedIn

MAKER = "Hearthphone 7"
GPS = 0x8825


def photograph(width: int = 900, height: int = 600) -> bytes:
    """A JPEG with a camera's name, a place and a time in it."""
    picture = Image.new("RGB", (width, height), (126, 158, 140))
    pen = ImageDraw.Draw(picture)
    for at, tone in ((0.2, (222, 214, 198)), (0.45, (96, 84, 72)), (0.7, (232, 226, 212))):
        pen.rectangle((at * width, 0, at * width + width * 0.05, height), fill=tone)
    exif = Image.Exif()
    exif[0x010F] = MAKER
    exif[0x0132] = "2026:11:01 21:40:00"
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (52.0, 31.0, 12.0)
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif, quality=88)
    return out.getvalue()


def document() -> bytes:
    """A PDF with an author's name in it."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.docinfo["/Author"] = MAKER
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def chosen(name: str, media_type: str, data: bytes) -> FilePayload:
    """A file as the browser's chooser gives it."""
    return {"name": name, "mimeType": media_type, "buffer": data}


def send_file(person: SignedIn, name: str, media_type: str, data: bytes) -> dict[str, Any]:
    """Send a file over HTTP, as the page does; answers what the server says of it."""
    headers = {"X-CSRFToken": person.csrf}
    answer: httpx.Response = person.http.post(
        "/api/files", files={"file": (name, data, media_type)}, headers=headers
    )
    return dict(answer.raise_for_status().json())
