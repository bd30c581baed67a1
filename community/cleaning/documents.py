"""PDFs, written anew without whatever acts, hides, or tells where they come from."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream

from community.cleaning.sniffing import Cleaned, Refused

MOST_PAGES = 1000
MOST_OBJECTS = 200_000
# Keys that go wherever they stand: what runs, what is enclosed, and what tells of the maker.
GONE = (
    "/AA", "/OpenAction", "/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/AF", "/XFA", "/Metadata", "/PieceInfo",
    "/LastModified", "/Collection", "/Perms", "/Legal", "/Requirements", "/RichMediaContent", "/RichMediaSettings",
    "/Renditions", "/AlternatePresentations", "/SpiderInfo", "/Threads", "/Rendition", "/GoTo3DView",
)  # fmt: skip
ACTS = ("/A", "/Next", "/PA")  # keys that may hold an action; only these kinds of action stay
KEPT_ACTS = {"/GoTo", "/URI", "/Named"}
WRONG_ACTS = {
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/ResetForm", "/GoToR", "/GoToE", "/Rendition", "/Sound",
    "/Movie", "/RichMediaExecute", "/Hide", "/SetOCGState", "/Trans", "/GoTo3DView", "/Thread",
}  # fmt: skip
WRONG_NOTES = {
    "/FileAttachment",
    "/Sound",
    "/Movie",
    "/Screen",
    "/RichMedia",
    "/3D",
    "/TrapNet",
    "/Projection",
}
LINKS = (b"http://", b"https://", b"mailto:")


def clean_document(data: bytes) -> Cleaned:
    """The PDF as pages to read; raises Refused for one that is locked, damaged, or more than fits."""
    try:
        with pikepdf.open(BytesIO(data), attempt_recovery=True) as pdf:
            if pdf.is_encrypted:
                raise Refused("locked")
            if len(pdf.pages) > MOST_PAGES or len(pdf.objects) > MOST_OBJECTS:
                raise Refused("big")
            if len(pdf.pages) == 0:
                raise Refused("broken")
            clean_whole(pdf)
            out = BytesIO()
            pdf.save(
                out,
                static_id=True,
                fix_metadata_version=False,
                object_stream_mode=pikepdf.ObjectStreamMode.generate,
                stream_decode_level=pikepdf.StreamDecodeLevel.none,
            )
    except pikepdf.PasswordError as error:
        raise Refused("locked") from error
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError, RecursionError, MemoryError) as error:
        raise Refused("broken") from error
    return Cleaned("pdf", "application/pdf", out.getvalue())


def clean_whole(pdf: pikepdf.Pdf) -> None:
    """Take out of every object what must not stay, then what the document says of itself."""
    for thing in list(pdf.objects):
        clean_tree(thing)
    for key in ("/Info", "/ID"):
        if key in pdf.trailer:
            del pdf.trailer[key]
    form = pdf.Root.get("/AcroForm")
    if isinstance(form, Dictionary) and "/CO" in form:
        del form["/CO"]  # the order in which fields are computed


def clean_tree(root: Object) -> None:
    """Clean an object and everything that lies directly in it; what it refers to has its own turn."""
    waiting, seen = [root], 0
    while waiting:
        thing = waiting.pop()
        seen += 1
        if seen > MOST_OBJECTS:
            raise Refused("big")
        if isinstance(thing, Stream):
            clean_keys(thing)
            clean_photo(thing)
        elif isinstance(thing, Dictionary):
            clean_keys(thing)
        elif isinstance(thing, Array):
            clean_array(thing)
        waiting += [part for part in parts_of(thing) if not part.is_indirect]


def parts_of(thing: Object) -> Iterator[Object]:
    """What lies in a dictionary, a stream's dictionary or an array, as far as it can hold more."""
    values: list[Any] = []
    if isinstance(thing, Stream | Dictionary):
        values = [thing[key] for key in list(thing.keys())]
    elif isinstance(thing, Array):
        values = list(thing)
    for value in values:
        if isinstance(value, Stream | Dictionary | Array):
            yield value


def clean_keys(thing: Any) -> None:
    """Take the wrong keys out of a dictionary."""
    for key in list(thing.keys()):
        value = thing[key]
        if key in GONE or (key in ACTS and not is_kept(value)) or is_wrong(value):
            del thing[key]


def clean_array(thing: Any) -> None:
    """Take the wrong things out of an array, the last first."""
    for place in range(len(thing) - 1, -1, -1):
        if is_wrong(thing[place]):
            del thing[place]


def is_kept(value: Any) -> bool:
    """Whether what stands where actions stand may stay: none of them does more than turn a page or open a link.

    The same keys hold other things too, as the attributes of a structure's element: what has no kind is no action.
    """
    if isinstance(value, Array):
        return all(is_kept(part) for part in value)
    if not isinstance(value, Dictionary) or "/S" not in value:
        return True
    kind = str(value["/S"])
    if kind == "/URI":
        return bytes(value.get("/URI", b"")).lower().lstrip().startswith(LINKS)
    return kind in KEPT_ACTS


def is_wrong(value: Any) -> bool:
    """Whether it is an action, an annotation or a file that must not stay, wherever it stands."""
    if not isinstance(value, Dictionary):
        return isinstance(value, Stream) and value.get("/Type") == Name("/EmbeddedFile")
    kind = value.get("/S")
    if isinstance(kind, Name) and str(kind) in WRONG_ACTS and "/K" not in value:
        return True
    if value.get("/Type") in (Name("/Filespec"), Name("/F")):
        return True
    note = value.get("/Subtype")
    return isinstance(note, Name) and str(note) in WRONG_NOTES and "/Rect" in value


def clean_photo(stream: Any) -> None:
    """Take out of a photo that lies in the document as a JPEG what its camera wrote into it."""
    if stream.get("/Filter") == Name("/DCTDecode"):
        raw = stream.read_raw_bytes()
        bare = without_marks(raw)
        if bare != raw:
            stream.write(bare, filter=Name("/DCTDecode"), decode_parms=stream.get("/DecodeParms"))


def without_marks(data: bytes) -> bytes:
    """A JPEG without APP1 (EXIF, XMP), APP13 (IPTC) and comments, its picture untouched; itself when it reads oddly."""
    if not data.startswith(b"\xff\xd8"):
        return data
    out, at = bytearray(b"\xff\xd8"), 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if length < 2:
            return data
        if data[at + 1] not in (0xE1, 0xED, 0xFE):
            out += data[at : at + 2 + length]
        at += 2 + length
    return bytes(out + data[at:])
