"""A summary on paper, for members who do not use the portal."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.html import escape

from community.summarising.drafting import day_words

CORRECTED = "This summary was corrected. It takes the place of an earlier one."
CARE = "Please keep this page to yourself, as the group agreed. Put it away when you have read it."


def print_page(row: dict[str, Any]) -> str:
    """The page, from the answer that readers get; only sanitised HTML and escaped words are put into it."""
    session = row["session"]
    starts = datetime.fromisoformat(session["starts_at"])
    zone = session["time_zone"]
    when = f"{day_words(starts, zone)}, {starts.astimezone(ZoneInfo(zone)):%H:%M}"
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="robots" content="noindex">',
        '<link rel="stylesheet" href="/static/print.css">',
        f"<title>{escape(session['title'] or when)}</title></head><body><main>",
        f"<h1>{escape(session['title'] or 'Session')}</h1>",
        f"<p>{escape(when)}</p>",
    ]
    if row["corrected"]:
        parts.append(f"<p><strong>{CORRECTED}</strong></p>")
    for section in row["sections"]:
        parts.append(f"<section><h2>{escape(section['heading'])}</h2>{section['html']}</section>")
    parts.append(f"<hr><p>{CARE}</p></main></body></html>")
    return "\n".join(parts)
