"""Pictures and PDFs: cleaned of all that tells, sealed, and had by whoever may read what they hang on."""

from __future__ import annotations

import zlib
from io import BytesIO
from typing import Any
from uuid import uuid4

import pikepdf
import pytest
from django.db import connection
from PIL import Image

from community.actions import files as actions
from community.actions.files import tidy_name
from community.cleaning.documents import without_marks
from community.cleaning.running import clean_apart
from community.cleaning.sniffing import Refused
from community.jobs import erase_withdrawn, sweep_files
from community.models import FilePart, Post, StoredFile
from community.queries.files import bytes_of
from hearthside.crypto import BoxDamaged
from hearthside.limits import FILE_BYTES
from tests.community.given_files import PLACE, document, fetch, picture, send, sent, with_gps
from tests.given import (
    STANDINGS,
    Browser,
    Circle,
    act,
    given_circle,
    given_person,
    outcome_of,
    problem_of,
    the_post,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def circle() -> Circle:
    """A group with somebody of every standing."""
    return given_circle()


def opened(data: bytes) -> Image.Image:
    """A picture to look at."""
    return Image.open(BytesIO(data))


def held_with_file(circle: Circle, **more: Any) -> tuple[str, str]:
    """A member's post with a file: its id and the file's."""
    member = circle.people["member"]
    file = sent(member, with_gps())
    answer = act(
        member,
        "post.submit",
        topic=circle.topic.id,
        body="my view",
        files=[file],
        alts={file: "a hill"},
        **more,
    )
    assert answer["state"] == "held"
    return str(answer["id"]), file


def item_of(circle: Circle, post: str) -> dict[str, Any]:
    """The queue's item about a post."""
    page = Browser(circle.people["facilitator"]).get(f"/api/groups/{circle.group.id}/review").json()
    return next(item for item in page["lines"] if item["target"] == post)


def decide(circle: Circle, post: str, choice: str) -> None:
    """Have the facilitator open a post's item and decide."""
    item = item_of(circle, post)
    looked = act(circle.people["facilitator"], "review.open", item=item["id"])
    more = {} if choice == "publish" else {"policy": "no_attacks"}
    act(
        circle.people["facilitator"],
        "review.decide",
        item=item["id"],
        version=looked["version"],
        choice=choice,
        reason="A reason for staff",
        **more,
    )


# Cleaning


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
    bare = without_marks(raw)
    assert PLACE not in bare
    assert opened(bare).tobytes() == opened(raw).tobytes()
    assert without_marks(b"\xff\xd8\xff\xe1\x00\x01") == b"\xff\xd8\xff\xe1\x00\x01"


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


# Sending


def test_ten_megabytes_and_one_byte() -> None:
    person = given_person()
    head = picture(size=(50, 50))
    fits = head + b"\0" * (FILE_BYTES - len(head))
    assert send(person, fits).status_code == 201
    for data in (fits + b"\0", fits + b"\0" * 200_000):
        answer = send(person, data)
        assert (answer.status_code, answer.json()["type"]) == (413, "file_too_large")
    assert StoredFile.objects.count() == 1


def test_sending_takes_a_sign_in_and_the_csrf_header() -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    nobody = Browser()
    body = {"file": SimpleUploadedFile("a.jpg", picture())}
    answer = nobody.client.post("/api/files", body, headers={"X-CSRFToken": nobody.csrf()})
    assert (answer.status_code, answer.json()["type"]) == (401, "signed_out")
    somebody = Browser(given_person())
    answer = somebody.client.post("/api/files", {"file": SimpleUploadedFile("a.jpg", picture())})
    assert (answer.status_code, answer.json()["type"]) == (403, "csrf_failed")
    answer = somebody.client.post("/api/files", {"other": "x"}, headers={"X-CSRFToken": somebody.csrf()})
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["file"])
    assert not StoredFile.objects.exists()


def test_everybody_has_their_own_room(monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = given_person(), given_person()
    sent(one)
    monkeypatch.setattr(actions, "MOST_PERSON", 60_000)
    answer = send(one, picture())
    assert (answer.status_code, answer.json()["type"]) == (409, "file_quota")
    assert send(two, picture()).status_code == 201
    assert StoredFile.objects.filter(owner=one).count() == 1


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\Users\\me\\cat.exe", "cat.jpg"),
        ("holi\u202egpj.day.png", "holigpj.day.jpg"),
        ("a\nb\r\nX: y.jpg", "a b X y.jpg"),
        ("", "file.jpg"),
        ("...", "file.jpg"),
        ("über “uns”.webp", "über “uns”.jpg"),
        ("x" * 300 + ".jpg", "x" * 80 + ".jpg"),
    ],
)
def test_names_are_names(name: str, kept: str) -> None:
    assert tidy_name(name, "image/jpeg") == kept


def test_what_comes_back_is_no_page_and_kept_by_no_cache() -> None:
    person = given_person()
    shown = fetch(person, sent(person, name='my "cat" ü.jpg'))
    assert shown["Content-Type"] == "image/jpeg"
    assert shown["Content-Disposition"] == (
        "inline; filename=\"my cat _.jpg\"; filename*=UTF-8''my%20cat%20%C3%BC.jpg"
    )
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert shown["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert shown["Cache-Control"] == "no-store"
    assert shown["Cross-Origin-Resource-Policy"] == "same-origin"
    file = sent(person)
    assert fetch(person, file, save=1)["Content-Disposition"].startswith("attachment")
    assert fetch(person, sent(person, document()))["Content-Disposition"].startswith("attachment")
    tiny = sent(person, picture(size=(20, 20)))
    assert fetch(person, tiny, small=1).content == fetch(person, tiny).content


# At rest


def test_at_rest_it_is_sealed_and_bound_to_its_place() -> None:
    person = given_person()
    raw = picture("PNG", (1600, 900))
    file = StoredFile.objects.get(pk=sent(person, raw, "my canary name.png"))
    whole = bytes_of(file)
    parts = list(FilePart.objects.filter(file=file, small=False).order_by("n"))
    for part in parts:
        assert b"IHDR" not in bytes(part.data)
        assert whole[:64] not in bytes(part.data)
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, alt FROM community_storedfile")
        assert b"canary" not in b"".join(bytes(value) for value in cursor.fetchone())
    other = StoredFile.objects.get(pk=sent(person, raw))
    moved = FilePart.objects.get(file=other, small=False, n=0)
    FilePart.objects.filter(pk=parts[0].pk).update(data=moved.data)
    with pytest.raises(BoxDamaged):
        bytes_of(file)


def test_a_long_file_comes_back_byte_for_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "PART", 1000)
    person = given_person()
    raw = picture(size=(900, 900))
    clean = clean_apart(raw).data
    file = StoredFile.objects.get(pk=sent(person, raw))
    assert FilePart.objects.filter(file=file, small=False).count() == -(-len(clean) // 1000) > 3
    assert bytes_of(file) == clean
    FilePart.objects.filter(file=file, small=False, n=2).delete()
    with pytest.raises(BoxDamaged):
        bytes_of(file)


# On a post


def test_a_member_s_file_is_held_and_had_by_nobody_who_has_not_opened_it(circle: Circle) -> None:
    post, file = held_with_file(circle)
    people = circle.people
    assert fetch(people["member"], file).status_code == 200
    for who in STANDINGS:
        if who not in ("member", "deactivated"):
            answer = fetch(people[who], file)
            assert (answer.status_code, answer.content) == (404, fetch(people[who], str(uuid4())).content), (
                who
            )
    assert fetch(people["peer"], file).status_code == 404
    mine = Browser(people["member"]).get(f"/api/topics/{circle.topic.id}/mine").json()["posts"][0]
    assert [row["alt"] for row in mine["files"]] == ["a hill"]
    assert "Nothing is wrong with yours" in mine["reason"]
    leader = Browser(people["facilitator"])
    item = item_of(circle, post)
    assert leader.get(f"/api/review/{item['id']}").json()["snapshot"] is None
    act(people["facilitator"], "review.open", item=item["id"])
    page = leader.get(f"/api/review/{item['id']}").json()
    assert (
        [row["id"] for row in page["snapshot"]["files"]]
        == [file]
        == [row["id"] for row in page["now"]["files"]]
    )
    assert fetch(people["facilitator"], file).status_code == 200
    assert fetch(people["peer"], file).status_code == 404


def test_once_it_was_looked_at_the_group_has_it(circle: Circle) -> None:
    post, file = held_with_file(circle)
    decide(circle, post, "publish")
    for who in ("facilitator", "member", "peer"):
        assert fetch(circle.people[who], file).status_code == 200, who
    for who in ("other group's member", "former member", "removed", "admin"):
        assert fetch(circle.people[who], file).status_code == 404, who
    rows = Browser(circle.people["peer"]).get(f"/api/topics/{circle.topic.id}/posts").json()["posts"]
    assert [row["id"] for row in rows[0]["files"]] == [file]
    assert rows[1]["files"] == []
    act(circle.people["member"], "post.edit", post=post, version=the_post(post).version, body="other words")
    assert the_post(post).state == "published"
    assert fetch(circle.people["peer"], file).status_code == 200, "its files were looked at"


def test_new_words_do_not_free_a_file(circle: Circle) -> None:
    post, file = held_with_file(circle)
    answer = act(circle.people["member"], "post.edit", post=post, version=1, body="quite other words")
    assert answer["state"] == "held"
    assert fetch(circle.people["peer"], file).status_code == 404
    assert [
        row["id"] for row in Browser(circle.people["member"]).get(f"/api/posts/{post}").json()["files"]
    ] == [file]


def test_a_rejected_post_s_file_is_its_author_s_copy(circle: Circle) -> None:
    post, file = held_with_file(circle)
    decide(circle, post, "reject")
    assert fetch(circle.people["member"], file).status_code == 200
    assert fetch(circle.people["peer"], file).status_code == 404


def test_a_facilitator_s_file_is_shown_at_once(circle: Circle) -> None:
    leader = circle.people["facilitator"]
    file = sent(leader)
    assert act(leader, "post.submit", topic=circle.topic.id, body="", files=[file])["state"] == "published"
    assert fetch(circle.people["peer"], file).status_code == 200


def test_hidden_is_gone_for_the_group_and_taken_back_for_everybody(circle: Circle, moved: Any) -> None:
    post, file = held_with_file(circle)
    decide(circle, post, "publish")
    act(circle.people["peer"], "report.send", post=post, reason="private")
    decide(circle, post, "hide")
    assert fetch(circle.people["peer"], file).status_code == 404
    assert fetch(circle.people["member"], file).status_code == 200
    assert Browser(circle.people["peer"]).get(f"/api/posts/{post}").json()["files"] == []
    decided, again = sent(circle.people["facilitator"]), circle.people["facilitator"]
    shown = act(again, "post.submit", topic=circle.topic.id, body="look", files=[decided])["id"]
    act(again, "post.withdraw", post=shown)
    for who in ("facilitator", "member", "peer"):
        assert fetch(circle.people[who], decided).status_code == 404, who
    act(again, "post.restore", post=shown)
    assert fetch(circle.people["peer"], decided).status_code == 200
    act(again, "post.withdraw", post=shown)
    moved(60)
    erase_withdrawn.call(shown)
    assert not StoredFile.objects.filter(pk=decided).exists()
    assert not FilePart.objects.filter(file_id=decided).exists()
    assert Post.objects.get(pk=shown).attached is None


def test_who_joined_later_has_no_older_file(circle: Circle) -> None:
    from community.models import Membership

    post, file = held_with_file(circle)
    decide(circle, post, "publish")
    seq = the_post(post).seq or 0
    rows = Membership.objects.filter(group=circle.group, person=circle.people["peer"])
    for visible, status in ((seq, 200), (seq + 1, 404)):
        rows.update(visible_from=visible)
        assert fetch(circle.people["peer"], file).status_code == status


def test_only_one_s_own_unused_files_go_with_a_post(circle: Circle) -> None:
    member, peer = circle.people["member"], circle.people["peer"]
    file = sent(member)
    data = {"topic": circle.topic.id, "body": "see"}
    absent = problem_of(peer, "post.submit", **data, files=[uuid4()])
    assert absent["type"] == "file_gone"
    foreign = problem_of(peer, "post.submit", **data, files=[file])
    assert foreign | {"files": []} == absent | {"files": []}
    assert foreign["files"] == [file]
    assert outcome_of(member, "post.submit", **data, files=[file]) == "ok"
    assert outcome_of(member, "post.submit", **data, files=[file]) == "file_gone"
    assert outcome_of(member, "post.submit", **data, files=[uuid4() for _ in range(5)]) == "invalid"
    assert outcome_of(member, "post.submit", topic=circle.topic.id, body=" ") == "invalid"
    assert (
        outcome_of(member, "post.submit", topic=circle.topic.id, body="a", alts={"x": "y" * 1001})
        == "invalid"
    )


def test_the_same_nonce_hangs_a_file_up_once(circle: Circle) -> None:
    member = circle.people["member"]
    file = sent(member)
    data = {"topic": circle.topic.id, "body": "see", "files": [file], "nonce": "nonce-of-a-photo"}
    one, two = act(member, "post.submit", **data), act(member, "post.submit", **data)
    assert one["id"] == two["id"]
    assert two["duplicate"]


def test_what_a_picture_shows_is_screened_with_the_words(circle: Circle) -> None:
    member = circle.people["member"]
    file = sent(member)
    answer = act(
        member,
        "post.submit",
        topic=circle.topic.id,
        body="",
        files=[file],
        alts={file: "I want to kill myself tonight"},
    )
    assert answer["state"] == "held"
    assert answer["support"]["severity"] >= 2


def test_the_group_s_page_says_that_files_wait(circle: Circle) -> None:
    for who, waits in (("facilitator", False), ("member", True)):
        page = Browser(circle.people[who]).get(f"/api/groups/{circle.group.id}").json()
        assert page["files_wait"] is waits


# Loose files


def test_a_loose_file_is_its_sender_s_to_take_away(circle: Circle) -> None:
    member, peer = circle.people["member"], circle.people["peer"]
    file = sent(member)
    for data in (file, uuid4()):
        assert outcome_of(peer, "file.remove", file=data) == "not_found"
    assert outcome_of(member, "file.remove", file=file) == "ok"
    assert fetch(member, file).status_code == 404
    _, hung = held_with_file(circle)
    assert outcome_of(member, "file.remove", file=hung) == "not_found", "it goes with its post"


def test_what_hangs_on_nothing_for_a_day_is_swept(circle: Circle, moved: Any) -> None:
    member = circle.people["member"]
    post, hung = held_with_file(circle)
    loose, torn = sent(member), sent(member)
    StoredFile.objects.filter(pk=torn).update(done=False)
    assert fetch(member, torn).status_code == 404, "a file is there when all of it is"
    moved(86_300)
    sweep_files.call()
    assert StoredFile.objects.count() == 3
    young = sent(member)
    moved(86_500)
    sweep_files.call()
    assert {str(row.pk) for row in StoredFile.objects.all()} == {hung, young}
    assert set(FilePart.objects.values_list("file_id", flat=True)) == {
        row.pk for row in StoredFile.objects.all()
    }
    assert loose != hung
    assert fetch(member, hung).status_code == 200
    assert the_post(post).state == "held"
