"""The app's HTTP door and its rows in the command table; a file a noun in notify/doors/."""

from __future__ import annotations

from ninja import Router

from notify.doors import choices, letters, notices, renewing

router = Router(tags=["notices"])
for door in (notices, choices, letters, renewing):
    router.add_router("", door.router)

COMMANDS = (*notices.COMMANDS, *choices.COMMANDS)
