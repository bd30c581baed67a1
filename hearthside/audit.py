"""The audit trail: who did what to what, without a word of what was written (docs/how/audit.md).

`record` adds an unchained entry to the running action's transaction, so it is there exactly when the act is. The sealer
(hearthside/audit_seals.py) chains it within two seconds.
"""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from hearthside import clock, live
from hearthside.audit_codes import FIELDS, entry_tag
from hearthside.audit_model import AuditEntry, AuditWaiting
from hearthside.rows import insert_row

SYSTEM = "system"
FORMS = {
    "verb": re.compile(r"[a-z_]{1,20}(\.[a-z_]{1,19})?"),
    "thing": re.compile(r"[a-z_]{1,30}:[A-Za-z0-9_.-]{1,48}"),
    "reason": re.compile(r"[A-Za-z0-9_.:-]{0,80}"),
}


def record(
    person: Any, verb: str, thing: str, *, group: Any = None, about: Any = None, reason: str = ""
) -> None:
    """Write down, inside the running action, that `person` did `verb` to `thing` (`kind:id`).

    `person` is None for what Hearthside does by itself. `group` is a group or its id; `about` the person whose data it
    is, who can read the entry in their access log; `reason` a code, never words. Raises RuntimeError outside an
    action, ValueError for what is no code.
    """
    if not live.inside_action():
        raise RuntimeError("an audit entry is made inside live.write only")
    for name, value in (("verb", verb), ("thing", thing), ("reason", reason)):
        if not FORMS[name].fullmatch(value):
            raise ValueError(f"the {name} of an audit entry is a code, never words")
    entry = AuditEntry(
        at=clock.now(),
        actor=id_of(person),
        actor_role=str(person.role) if person is not None else SYSTEM,
        verb=verb,
        thing=thing,
        group=id_of(group),
        about=id_of(about),
        reason=reason,
    )
    entry.tag = entry_tag([getattr(entry, name) for name in FIELDS])
    insert_row(entry)
    insert_row(AuditWaiting(entry=entry.id))


def id_of(row: Any) -> UUID | None:
    """The id of a row, or an id as it is; None stays None."""
    found = getattr(row, "pk", row)
    return UUID(found) if isinstance(found, str) else found
