"""The shapes of files, for both doors and the OpenAPI document."""

from __future__ import annotations

import uuid
from typing import Literal

from ninja import Schema

from hearthside.commands import Data, Done


class FileRow(Schema):
    """A picture or PDF; GET /api/files/{id} has its bytes."""

    id: str
    name: str
    kind: Literal["picture", "pdf"]
    type: str
    bytes: int
    width: int | None
    height: int | None
    alt: str


class FileOnly(Data):
    """A command about a file."""

    file: uuid.UUID


class FileDone(Done):
    """The file it was done with."""

    file: str
