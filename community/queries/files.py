"""Files as their posts and pages show them, and their bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from accounts.models import Person
from community.models import FilePart, Post, StoredFile
from hearthside.crypto import open_bytes
from hearthside.errors import NotFound


def file_row(file: StoredFile) -> dict[str, Any]:
    """A file as everybody who may have it sees it."""
    return {
        "id": str(file.id),
        "name": file.name,
        "kind": file.kind,
        "type": file.type,
        "bytes": file.size,
        "width": file.width,
        "height": file.height,
        "alt": file.alt,
    }


def attached_text(files: Iterable[StoredFile]) -> str | None:
    """The rows as a post keeps them; None for none."""
    rows = [file_row(file) for file in files]
    return json.dumps(rows) if rows else None


def files_of(post: Post) -> list[dict[str, Any]]:
    """A post's files; nothing is asked of the database."""
    rows: list[dict[str, Any]] = json.loads(post.attached) if post.attached else []
    return rows


def place_of(file_id: Any, small: bool, n: int, of: int) -> str:
    """Where a part belongs: a part that is moved, swapped or left out does not open."""
    return f"community_filepart.data.{file_id}.{'small' if small else 'whole'}.{n}.{of}"


def bytes_of(file: StoredFile, *, small: bool = False) -> bytes:
    """The file's bytes, or its small picture's; raises NotFound when a part is missing."""
    small = small and file.small_size > 0
    parts = list(FilePart.objects.filter(file=file, small=small).order_by("n").values_list("n", "data"))
    data = b"".join(open_bytes(bytes(box), place_of(file.id, small, n, len(parts))) for n, box in parts)
    if len(data) != (file.small_size if small else file.size):
        raise NotFound
    return data


def held_bytes(person: Person) -> int:
    """How much room the person's files take."""
    rows = StoredFile.objects.filter(owner_id=person.pk).values_list("size", "small_size")
    return sum(size + small for size, small in rows)
