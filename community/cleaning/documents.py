"""PDFs, written anew without whatever acts, hides, or tells where they come from."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream

from community.cleaning.photos import bare_jpeg, bare_jpeg2000
from community.cleaning.sniffing import Cleaned, Refused

MOST_PAGES = 1000
MOST_PARTS = (
    60_000  # dictionaries, arrays and streams, all in all: two seconds' work, and a tagged book of 200 pages
)
# Keys that go wherever they stand: what runs, what is enclosed, and what tells of the maker.
GONE = (
    "/AA", "/OpenAction", "/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/AF", "/XFA", "/Metadata", "/PieceInfo",
    "/LastModified", "/Collection", "/Perms", "/Legal", "/Requirements", "/RichMediaContent", "/RichMediaSettings",
    "/Renditions", "/AlternatePresentations", "/SpiderInfo", "/Threads", "/Rendition", "/GoTo3DView", "/Thumb",
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
MAKER = {"/T", "/M", "/CreationDate", "/NM"}  # of a remark: who wrote it, when, and as which one
PHOTOS = {
    "/DCTDecode": bare_jpeg, "/DCT": bare_jpeg, "/JPXDecode": bare_jpeg2000,
}  # fmt: skip
FULL = {"/DCT": "/DCTDecode"}
LINKS = (b"http://", b"https://", b"mailto:")


def clean_document(data: bytes) -> Cleaned:
    """The PDF as pages to read; raises Refused for one that is locked, damaged, or more than fits."""
    try:
        with pikepdf.open(BytesIO(data), attempt_recovery=True) as pdf:
            if pdf.is_encrypted:
                raise Refused("locked")
            if len(pdf.pages) > MOST_PAGES or len(pdf.objects) > MOST_PARTS:
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
        # Opening a lock takes chance numbers from the system, and this process may open nothing.
        raise Refused("locked" if b"/Encrypt" in data else "broken") from error
    return Cleaned("pdf", "application/pdf", out.getvalue())


def clean_whole(pdf: pikepdf.Pdf) -> None:
    """Take out of every object what must not stay, then what the document says of itself."""
    left = MOST_PARTS
    for thing in list(pdf.objects):
        left -= clean_tree(thing, left)
    for key in ("/Info", "/ID"):
        if key in pdf.trailer:
            del pdf.trailer[key]
    form = pdf.Root.get("/AcroForm")
    if isinstance(form, Dictionary) and "/CO" in form:
        del form["/CO"]  # the order in which fields are computed


def clean_tree(root: Object, most: int) -> int:
    """Clean an object and everything that lies directly in it; what it refers to has its own turn.

    Answers how many parts there were; raises Refused for more than `most`.
    """
    waiting, seen = [root], 0
    while waiting:
        thing = waiting.pop()
        seen += 1
        if seen > most:
            raise Refused("big")
        if isinstance(thing, Stream):
            clean_keys(thing)
            clean_photo(thing)
        elif isinstance(thing, Dictionary):
            clean_keys(thing)
            clean_note(thing)
        elif isinstance(thing, Array):
            clean_array(thing)
        waiting += [part for part in parts_of(thing) if not part.is_indirect]
    return seen


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
    if value.get("/Type") in (Name("/Filespec"), Name("/F"), Name("/Sig"), Name("/DocTimeStamp")):
        return True  # a signature names who signed, and does not hold for a document written anew
    note = value.get("/Subtype")
    return isinstance(note, Name) and str(note) in WRONG_NOTES and "/Rect" in value


def clean_note(note: Any) -> None:
    """Take from an annotation who made it and when; the name of a field to fill in stays, it is what the form needs."""
    if not isinstance(note.get("/Subtype"), Name) or "/Rect" not in note:
        return
    for key in MAKER if note["/Subtype"] != Name("/Widget") else MAKER - {"/T"}:
        if key in note:
            del note[key]


def clean_photo(stream: Any) -> None:
    """Take out of a photo that lies in the document what its camera wrote into it, whatever it is wrapped in.

    Raises Refused for one that does not read as a photo.
    """
    filters = filters_of(stream)
    if not any(name in PHOTOS for name in filters):
        return
    if any(name in PHOTOS for name in filters[:-1]):
        raise Refused("broken")  # a picture inside of which something else is packed: no program makes that
    name, raw = filters[-1], stream.read_raw_bytes()
    if len(filters) > 1:
        raw = unwrapped(stream, raw, filters[:-1])
    parms = stream.get("/DecodeParms")
    if isinstance(parms, Array):
        parms = parms[-1] if len(parms) == len(filters) else None
    keep = {"decode_parms": parms} if isinstance(parms, Dictionary) else {}
    stream.write(PHOTOS[name](raw), filter=Name(FULL.get(name, name)), **keep)


def filters_of(stream: Any) -> list[str]:
    """What a stream is packed with, the outermost first."""
    found = stream.get("/Filter")
    return (
        [str(name) for name in found]
        if isinstance(found, Array)
        else [str(found)]
        if found is not None
        else []
    )


def unwrapped(stream: Any, raw: bytes, filters: list[str]) -> bytes:
    """A photo's bytes without what they are packed in once more."""
    with pikepdf.new() as apart:
        packed = Stream(apart, b"")
        parms = stream.get("/DecodeParms")
        kept = [plain(one) for one in list(parms)[: len(filters)]] if isinstance(parms, Array) else []
        more: dict[str, Any] = {"decode_parms": Array(kept)} if kept else {}
        packed.write(raw, filter=Array([Name(name) for name in filters]), **more)
        return packed.read_bytes()


def plain(parms: Any) -> Any:
    """How one packing was done, as a thing of no document: numbers and truths only."""
    if not isinstance(parms, Dictionary):
        return None
    values: dict[str, Any] = dict(parms.items())
    return Dictionary({key: value for key, value in values.items() if isinstance(value, int)})
