"""The audit trail: who did what to what, without a word of what was written."""

from __future__ import annotations

from typing import Any
from uuid import UUID


def record(
    person: Any, verb: str, thing: str, *, group: UUID | None = None, about: Any = None, reason: str = ""
) -> None:
    """Write down, inside the running action, that `person` did `verb` to `thing` (`kind:id`).

    `about` is the person whose data it is; `reason` a code, never words.
    """
