"""Files: kept in parts, each a short write; hung on what they belong to; gone with it, or after a day on nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import partial
from uuid import UUID

from accounts.access import access_self
from accounts.models import Person
from community.access_files import access_file_to_remove
from community.cleaning.sniffing import Cleaned
from community.file_problems import FileQuota
from community.models import FilePart, Post, StoredFile
from community.queries.files import attached_text, held_bytes, place_of
from hearthside.clock import now
from hearthside.crypto import seal_bytes
from hearthside.live import Answer, Write, write
from hearthside.text import CONTROLS, REORDERING

PART = 512 * 1024
MOST_PERSON = 250 * 1024 * 1024
LOOSE_FOR = timedelta(days=1)
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "application/pdf": "pdf"}


def keep_file(person: Person, cleaned: Cleaned, *, name: str) -> StoredFile:
    """Keep a clean file for whoever sent it. The parts are several writes, so that nobody's post waits for a file.

    What a crash leaves unfinished is never shown, and is swept away after a day. Raises FileQuota.
    """
    file = StoredFile(
        owner=person,
        kind=cleaned.kind,
        type=cleaned.type,
        name=tidy_name(name, cleaned.type),
        size=len(cleaned.data),
        small_size=len(cleaned.small),
        width=cleaned.width,
        height=cleaned.height,
    )
    write(Write(partial(_begin, person, file)))
    for small, data in ((False, cleaned.data), (True, cleaned.small)):
        pieces = [data[at : at + PART] for at in range(0, len(data), PART)]
        for n, piece in enumerate(pieces):
            box = seal_bytes(piece, place_of(file.id, small, n, len(pieces)))
            write(Write(partial(_keep_part, file, small, n, box)))
    write(Write(partial(_finish, file)))
    return file


def _begin(person: Person, file: StoredFile) -> Answer:
    """Make room; raises FileQuota, or SignedOut."""
    access_self(person)
    if held_bytes(person) + file.size + file.small_size > MOST_PERSON:
        raise FileQuota
    file.save(force_insert=True)
    return {}


def _keep_part(file: StoredFile, small: bool, n: int, box: bytes) -> Answer:
    FilePart.objects.create(file=file, small=small, n=n, data=box)
    return {}


def _finish(file: StoredFile) -> Answer:
    file.done = True
    file.save(update_fields=["done"])
    return {}


def tidy_name(name: str, media_type: str) -> str:
    """The file's name without folders, controls or tricks, its ending what it really is."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    plain = " ".join(REORDERING.sub("", CONTROLS.sub("", last)).split())
    stem = re.sub(r'[<>:"|?*]', "", plain.rpartition(".")[0] or plain).strip(". ")[:80]
    return f"{stem or 'file'}.{ENDINGS[media_type]}"


def attach_files(post: Post, files: Iterable[StoredFile], alts: Mapping[str, str]) -> None:
    """Hang files on a post that is being written, with what each shows in its author's words."""
    rows = list(files)
    for file in rows:
        file.alt = alts.get(str(file.id), "")
    post.attached = attached_text(rows)


def bind_files(post: Post, files: Iterable[StoredFile]) -> None:
    """Say in the files' own rows that they hang on this post, once it is a row itself."""
    for file in files:
        file.post = post
        file.save(update_fields=["post", "alt"])


def remove_file(person: Person, *, file_id: UUID) -> Answer:
    """Take away a file that hangs on nothing or on a resource one may change; raises NotFound."""
    access_file_to_remove(person, file_id).delete()
    return {"file": str(file_id)}


def sweep_files() -> Answer:
    """Take away what has hung on nothing for a day, finished or not."""
    old = StoredFile.objects.filter(post=None, resource=None, created_at__lt=now() - LOOSE_FOR)
    ids = list(old.values_list("id", flat=True)[:20])  # few at once: each may have 10 MB
    StoredFile.objects.filter(id__in=ids).delete()
    return {"gone": len(ids)}
