"""Pictures and PDFs for tests, and the door they are sent by."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.models import Person
from tests.given import Browser

PLACE = b"SECRET-PLACE-48.2082N"


def picture(form: str = "JPEG", size: tuple[int, int] = (1200, 800), **more: Any) -> bytes:
    """A picture with a gradient, so that turning it shows."""
    made = Image.radial_gradient("L").resize(size)
    mode = "P" if form == "GIF" else "RGB"
    out = BytesIO()
    Image.merge("RGB", (made, made, made)).convert(mode).save(out, form, **more)
    return out.getvalue()


def with_gps(orientation: int = 1) -> bytes:
    """A photo as a phone makes it: turned, and with the place, the maker and a comment in it."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = PLACE.decode()
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[29] = "N", (48.0, 12.0, 29.5), PLACE.decode()
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">' + PLACE + b"</x:xmpmeta>"
    return picture(exif=exif, comment=PLACE, xmp=xmp)


def document(pages: int = 1, **root: Any) -> bytes:
    """A PDF with these keys in its root."""
    pdf = pikepdf.new()
    for _ in range(pages):
        pdf.add_blank_page()
    for key, value in root.items():
        pdf.Root[f"/{key}"] = value
    out = BytesIO()
    pdf.save(out)
    return out.getvalue()


def send(person: Person, data: bytes, name: str = "photo.jpg", **headers: str) -> Any:
    """Send a file as the front end does."""
    browser = Browser(person)
    headers = {"X-CSRFToken": browser.csrf(), **headers}
    return browser.client.post("/api/files", {"file": SimpleUploadedFile(name, data)}, headers=headers)


def sent(person: Person, data: bytes = b"", name: str = "photo.jpg") -> str:
    """Send a file that is taken; its id."""
    answer = send(person, data or picture(), name)
    assert answer.status_code == 201, answer.content
    return str(answer.json()["id"])


def fetch(person: Person, file: str, **params: Any) -> Any:
    """A file's bytes, or the problem."""
    return Browser(person).get(f"/api/files/{file}", **params)
