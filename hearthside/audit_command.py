"""The `hearthside audit` commands: what an operator does with the audit trail."""

from __future__ import annotations

import json
import time

from django.db import DatabaseError, connection, transaction

from hearthside.audit_file import add_checkpoint
from hearthside.audit_guards import install_guards, missing_guards
from hearthside.audit_report import Report
from hearthside.audit_verify import verify
from hearthside.config import BadConfiguration

MOMENT_SECONDS = 3.0  # in which a serving process seals and signs what was just written
PASSING = {"unsealed", "uncovered"}
RESTORED = {"cut", "rewritten"}


def run_verify(*, as_json: bool) -> tuple[str, int]:
    """Look at the whole trail; answers what to print, and 0 when it is whole or 1 when it is damaged."""
    report = look()
    if report.damage and report.kinds <= PASSING:
        time.sleep(MOMENT_SECONDS)
        report = look()
    text = json.dumps(report.as_dict(), indent=1) if as_json else report.as_text()
    return text, int(not report.clean)


def look() -> Report:
    """Verify once; raises BadConfiguration when there is no trail to look at."""
    try:
        return verify()
    except DatabaseError as error:
        raise BadConfiguration(
            f"The audit trail cannot be read ({type(error).__name__}). Start Hearthside once to prepare the database."
        ) from None


def run_restored() -> tuple[str, int]:
    """Sign that an older copy of the database was put back on purpose, so that what it lacks is no longer damage.

    Refused (1) when anything else is wrong. The line stays in the checkpoint file for good.
    """
    report = look()
    if not report.damage:
        return "The audit trail is whole. There is nothing to say.", 0
    if not report.kinds <= RESTORED:
        return f"{report.as_text()}\nA backup alone does not explain this, so nothing was written.", 1
    add_checkpoint(report.path, "restored", report.head, report.mac, kept=report.agreed)
    return f"Written down: the database was restored, and nothing after entry {report.agreed} is expected.", 0


def run_guard() -> tuple[str, int]:
    """Put the database's triggers back."""
    gone = missing_guards(connection)
    if not gone:
        return "The database guards the audit trail.", 0
    with transaction.atomic():
        install_guards(connection)
    return f"Put back: {', '.join(gone)}. Ask who took it away, and run `hearthside audit verify`.", 0
