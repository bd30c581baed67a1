"""The `hearthside restored` command: what an operator says after putting an older copy of the database back."""

from __future__ import annotations

from hearthside.live import Write, write
from messaging.actions.upkeep import note_restored


def run_restored() -> str:
    """Have no key handed out twice and every client look anew; answers what to print."""
    done = write(Write(note_restored))
    return (
        f"Written down. {done['one_time_keys']} one-time keys were removed; devices upload new ones by themselves.\n"
        "Every open page starts afresh. Run `hearthside audit restored`, too."
    )
