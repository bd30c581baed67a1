"""What is kept of a picture or a PDF: what one sees, and nothing else."""

from __future__ import annotations

import zlib
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from PIL import Image

from community.cleaning.photos import bare_jpeg
from community.cleaning.running import clean_apart
from community.cleaning.sniffing import Refused
from community.models import StoredFile
from tests.community.given_files import PLACE, document, fetch, picture, send, with_gps
from tests.given import (
    given_person,
)

pytestmark = pytest.mark.django_db


def opened(data: bytes) -> Image.Image:
    """A picture to look at."""
    return Image.open(BytesIO(data))


@pytest.mark.parametrize("turn", [1, 3, 6, 8])
def test_a_photo_tells_nothing_but_what_one_sees(turn: int) -> None:
    raw = with_gps(turn)
    assert raw.count(PLACE) >= 3, "the test must send what it looks for"
    person = given_person()
    answer = send(person, raw).json()
    whole, small = fetch(person, answer["id"]).content, fetch(person, answer["id"], small=1).content
    for data in (whole, small):
        seen = opened(data)
        assert PLACE not in data
        assert b"Exif" not in data
        assert b"http://ns.adobe.com" not in data
        assert not seen.getexif()
        assert set(seen.info) <= {
            "jfif",
            "jfif_version",
            "jfif_unit",
            "jfif_density",
            "progressive",
            "progression",
        }
    upright = (1200, 800) if turn in (1, 3) else (800, 1200)
    assert opened(whole).size == upright == (answer["width"], answer["height"])
    assert max(opened(small).size) == 640


def test_turning_shows() -> None:
    top = Image.new("RGB", (60, 40), "white")
    top.paste("black", (0, 0, 60, 10))
    exif = Image.Exif()
    exif[0x0112] = 6  # shown as if turned a quarter to the right
    out = BytesIO()
    top.save(out, "JPEG", exif=exif)
    seen = opened(clean_apart(out.getvalue()).data).convert("L")
    assert seen.size == (40, 60)
    rows = seen.tobytes()
    assert rows[30 * 40 + 35] < 60 < 200 < rows[30 * 40 + 5]


@pytest.mark.parametrize(
    ("form", "type_", "more"),
    [
        ("JPEG", "image/jpeg", {}),
        ("PNG", "image/png", {}),
        ("WEBP", "image/webp", {}),
        ("GIF", "image/png", {"comment": PLACE}),
    ],
)
def test_kinds_of_pictures(form: str, type_: str, more: dict[str, Any]) -> None:
    done = clean_apart(picture(form, (300, 200), **more))
    assert (done.kind, done.type, done.width, done.height) == ("picture", type_, 300, 200)
    assert done.small == b"", "a small picture needs no smaller one"
    assert PLACE not in done.data
    assert f"image/{str(opened(done.data).format).lower()}" == type_


def test_of_a_moving_picture_the_first_frame_stays() -> None:
    frames = [Image.new("RGB", (50, 50), colour) for colour in ("red", "blue", "green")]
    for form in ("GIF", "WEBP"):
        out = BytesIO()
        frames[0].save(out, form, save_all=True, append_images=frames[1:])
        seen = opened(clean_apart(out.getvalue()).data)
        assert getattr(seen, "n_frames", 1) == 1
        red, _, blue = seen.convert("RGB").getpixel((25, 25))  # type: ignore[misc]
        assert red > 200 > 60 > blue


def test_see_through_stays_and_big_ones_become_smaller() -> None:
    out = BytesIO()
    Image.new("RGBA", (5000, 100), (255, 0, 0, 0)).save(out, "PNG")
    done = clean_apart(out.getvalue())
    seen = opened(done.data)
    assert seen.mode == "RGBA"
    assert seen.getpixel((5, 5))[3] == 0  # type: ignore[index]
    assert done.width == 2560


def test_a_bomb_is_refused_before_it_unfolds() -> None:
    row = b"\0" * (1 + 30_000 // 8)
    head = (30_000).to_bytes(4, "big") * 2 + bytes((1, 0, 0, 0, 0))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    packed = zlib.compress(row * 30_000, 9)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    assert len(bomb) < 500_000
    person = given_person()
    answer = send(person, bomb)
    assert (answer.status_code, answer.json()["type"], answer.json()["why"]) == (422, "file_broken", "big")
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"\x00\x00\x00\x18ftypheic" + b"\0" * 100,
        b"PK\x03\x04" + document(),
        b"hello\n" + document(),
        b"\n" + picture(size=(10, 10)),
        b"BM" + b"\0" * 100,
        b"II*\0" + b"\0" * 100,
    ],
    ids=["nothing", "svg", "html", "heic", "zip with a pdf", "pdf later on", "late jpeg", "bmp", "tiff"],
)
def test_what_is_no_picture_or_pdf_by_its_first_bytes_is_refused(data: bytes) -> None:
    answer = send(given_person(), data, "holiday.jpg")
    assert (answer.status_code, answer.json()["type"]) == (422, "file_kind")
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize(
    "data",
    [
        b"GIF89a/*" + b"\0" * 20 + b"*/=alert(1)//",
        b"\xff\xd8\xff\xe0<script>alert(1)</script>",
        picture()[:400],
        b"\x89PNG\r\n\x1a\n<html>",
        b"RIFF\x10\0\0\0WEBPVP8 junk",
        b"%PDF-1.7\n<script>alert(1)</script>",
    ],
    ids=["gif and script", "jpeg and html", "torn", "png and html", "webp", "pdf and html"],
)
def test_what_only_begins_like_one_is_refused(data: bytes) -> None:
    answer = send(given_person(), data)
    assert (answer.status_code, answer.json()["type"], answer.json()["why"]) == (422, "file_broken", "broken")
    assert not StoredFile.objects.exists()


def test_what_hangs_behind_a_picture_is_not_kept() -> None:
    tail = b"PK\x03\x04<script>alert(1)</script>"
    for form in ("JPEG", "PNG", "GIF"):
        done = clean_apart(picture(form, (40, 40)) + tail)
        assert b"script" not in done.data
        assert b"PK\x03\x04" not in done.data


# PDFs


def armed() -> bytes:
    """A PDF with everything that acts, hides or tells."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    page = pdf.pages[0].obj
    name, made = pikepdf.Name, pikepdf.Dictionary
    script = pdf.make_indirect(made(S=name.JavaScript, JS="app.alert('SCRIPT')"))
    pdf.Root.OpenAction = script
    pdf.Root.AA = made(WC=script)
    pdf.Root.AcroForm = made(
        Fields=pikepdf.Array([pdf.make_indirect(made(FT=name.Tx, T="field", AA=made(K=script)))]),
        XFA="SCRIPT",
        CO=pikepdf.Array([]),
    )
    page.AA = made(O=made(S=name.Launch, F="calc.exe"))
    photo = pikepdf.Stream(pdf, with_gps())
    photo.Type, photo.Subtype, photo.Filter = name.XObject, name.Image, name.DCTDecode
    photo.Width, photo.Height, photo.ColorSpace, photo.BitsPerComponent = 1200, 800, name.DeviceRGB, 8
    photo.Metadata = pikepdf.Stream(pdf, PLACE)
    page.Resources = made(XObject=made(P=photo))
    rect = pikepdf.Array([0, 0, 9, 9])
    links = [
        made(S=name.URI, URI="https://example.org/help"),
        made(S=name.URI, URI="javascript:alert('SCRIPT')"),
        made(S=name.SubmitForm, F="https://evil.example/SCRIPT"),
        made(S=name.GoToR, F="other.pdf", Next=script),
        made(S=name.URI, URI="https://example.org/more", Next=pikepdf.Array([script])),
    ]
    notes = [made(Type=name.Annot, Subtype=name.Link, Rect=rect, A=action) for action in links]
    enclosed = pikepdf.Stream(pdf, b"ENCLOSED " + PLACE)
    spec = made(Type=name.Filespec, F="x.exe", EF=made(F=enclosed))
    notes.append(made(Type=name.Annot, Subtype=name.FileAttachment, Rect=rect, FS=spec))
    page.Annots = pikepdf.Array([pdf.make_indirect(note) for note in notes])
    pdf.attachments["secret.txt"] = b"ENCLOSED " + PLACE
    pdf.docinfo["/Author"] = PLACE.decode()
    with pdf.open_metadata() as meta:
        meta["dc:creator"] = [PLACE.decode()]
    page.PieceInfo = made(Word=made(Private=PLACE.decode()))
    out = BytesIO()
    pdf.save(out)
    return out.getvalue()


PLAIN: dict[str, Any] = {"stream_decode_level": pikepdf.StreamDecodeLevel.generalized}


def all_of(data: bytes) -> bytes:
    """A PDF's whole content, with nothing packed, and every stream raw."""
    out = BytesIO()
    with pikepdf.open(BytesIO(data)) as pdf:
        pdf.save(
            out,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            compress_streams=False,
            qdf=True,
            **PLAIN,
        )
    return out.getvalue()


def test_a_pdf_is_pages_to_read_and_nothing_else() -> None:
    raw = armed()
    for word in (b"SCRIPT", b"ENCLOSED", PLACE, b"/Launch", b"/SubmitForm", b"/GoToR"):
        assert word in all_of(raw), f"the test must send {word!r}"
    person = given_person()
    answer = send(person, raw, "sheet.pdf").json()
    assert (answer["kind"], answer["type"], answer["width"]) == ("pdf", "application/pdf", None)
    clean = fetch(person, answer["id"]).content
    whole = all_of(clean)
    wrong = (
        b"SCRIPT", b"ENCLOSED", PLACE, b"/JavaScript", b"/JS", b"/OpenAction", b"/AA", b"/Launch", b"/SubmitForm",
        b"/GoToR", b"/EmbeddedFile", b"/Filespec", b"/XFA", b"/Metadata", b"/Info", b"/PieceInfo", b"/FileAttachment",
    )  # fmt: skip
    assert [word for word in wrong if word in whole] == []
    assert PLACE not in clean
    assert b"https://example.org/help" in whole
    assert b"https://example.org/more" in whole
    with pikepdf.open(BytesIO(clean)) as pdf:
        assert len(pdf.pages) == 1
        assert "/AcroForm" in pdf.Root, "fields can still be read and filled in"
        seen = pdf.pages[0].obj.Resources.XObject.P
        assert opened(seen.read_raw_bytes()).size == (1200, 800), "the photo is still whole"


def test_a_jpeg_without_its_marks_is_the_same_picture() -> None:
    raw = with_gps()
    bare = bare_jpeg(raw)
    assert PLACE not in bare
    assert opened(bare).tobytes() == opened(raw).tobytes()


def test_a_locked_pdf_is_refused_clearly() -> None:
    for owner in ("secret", ""):
        out = BytesIO()
        with pikepdf.open(BytesIO(document())) as pdf:
            pdf.save(out, encryption=pikepdf.Encryption(user=owner, owner="owner"))
        answer = send(given_person(), out.getvalue(), "locked.pdf").json()
        assert (answer["type"], answer["why"]) == ("file_broken", "locked")
        assert "password" in answer["detail"]


def test_a_pdf_of_many_pages_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        clean_apart(document(1001))
    assert refused.value.code == "big"


def with_photo(filters: Any, photo: bytes, *, kind: str = "/DCTDecode") -> bytes:
    """A PDF of one page with a photo that is packed so, and a remark by somebody."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    name, made = pikepdf.Name, pikepdf.Dictionary
    image = pikepdf.Stream(pdf, b"")
    image.write(zlib.compress(photo) if filters == "packed" else photo, filter=name(kind))
    if filters == "packed":
        image.Filter = pikepdf.Array([name.FlateDecode, name(kind)])
        image.DecodeParms = pikepdf.Array([made(Predictor=1), made(ColorTransform=1)])
    elif filters == "listed":
        image.Filter = pikepdf.Array([name(kind)])
    image.Type, image.Subtype = name.XObject, name.Image
    image.Width, image.Height, image.ColorSpace, image.BitsPerComponent = 60, 40, name.DeviceRGB, 8
    page, rect = pdf.pages[0].obj, pikepdf.Array([0, 0, 9, 9])
    page.Resources = made(XObject=made(P=image))
    remark = made(Type=name.Annot, Subtype=name.Text, Rect=rect, Contents="kept words", T=PLACE.decode())
    remark.M = remark.CreationDate = remark.NM = PLACE.decode()
    field = made(
        Type=name.Annot, Subtype=name.Widget, FT=name.Tx, Rect=rect, T="field name", M=PLACE.decode()
    )
    signed = made(Type=name.Sig, Name=PLACE.decode(), Contents=b"x")
    seal = made(
        Type=name.Annot, Subtype=name.Widget, FT=name.Sig, Rect=rect, T="sign", V=pdf.make_indirect(signed)
    )
    notes = [pdf.make_indirect(each) for each in (remark, field, seal)]
    page.Annots = pikepdf.Array(notes)
    pdf.Root.AcroForm = made(Fields=pikepdf.Array(notes[1:]))
    out = BytesIO()
    pdf.save(out)
    return out.getvalue()


@pytest.mark.parametrize("filters", ["plain", "listed", "packed"])
def test_photos_and_remarks_in_a_pdf_tell_nothing(filters: str) -> None:
    photo = with_gps()
    clean = clean_apart(with_photo(filters, photo)).data
    whole = all_of(clean)
    assert PLACE not in whole
    assert b"kept words" in whole
    assert b"field name" in whole
    with pikepdf.open(BytesIO(clean)) as pdf:
        seen = pdf.pages[0].obj.Resources.XObject.P
        assert seen.Filter == pikepdf.Name.DCTDecode
        assert opened(seen.read_raw_bytes()).tobytes() == opened(photo).tobytes(), "the picture is the same"


def test_a_jpeg_2000_in_a_pdf_tells_nothing() -> None:
    out = BytesIO()
    Image.new("RGB", (60, 40), "teal").save(out, "JPEG2000", comment=PLACE)
    photo = out.getvalue()
    mark = b"uuid" + b"\0" * 16 + PLACE
    photo += (len(mark) + 4).to_bytes(4, "big") + mark
    assert photo.count(PLACE) >= 2, "the test must send what it looks for"
    clean = clean_apart(with_photo("plain", photo, kind="/JPXDecode")).data
    assert PLACE not in all_of(clean)
    with pikepdf.open(BytesIO(clean)) as pdf:
        seen = opened(pdf.pages[0].obj.Resources.XObject.P.read_raw_bytes())
        assert seen.convert("RGB").getpixel((5, 5)) == opened(photo).convert("RGB").getpixel((5, 5))


def test_what_hangs_behind_a_jpeg_or_between_its_scans_goes() -> None:
    out = BytesIO()
    Image.effect_noise((64, 64), 90).save(out, "JPEG", progressive=True)
    raw = out.getvalue()
    scan = raw.index(b"\xff\xda", raw.index(b"\xff\xda") + 2)
    note = b"\xff\xfe" + (len(PLACE) + 2).to_bytes(2, "big") + PLACE
    bare = bare_jpeg(raw[:2] + b"\xff" + note + raw[2:scan] + note + raw[scan:] + with_gps())
    assert PLACE not in bare
    assert opened(bare).tobytes() == opened(raw).tobytes()
    for wrong in (b"no picture", b"\xff\xd8\xff\xe1\0\1", b"\xff\xd8text"):
        with pytest.raises(Refused):
            bare_jpeg(wrong)


def test_a_small_pdf_with_many_parts_is_refused() -> None:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    for n in range(5):
        many = pikepdf.Array([pikepdf.Dictionary() for _ in range(15_000)])
        pdf.Root[f"/Many{n}"] = pdf.make_indirect(many)
    out = BytesIO()
    pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert len(out.getvalue()) < 100_000
    with pytest.raises(Refused) as refused:
        clean_apart(out.getvalue())
    assert refused.value.code == "big"
