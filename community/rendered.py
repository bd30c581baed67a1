"""Words rendered before a write, which everybody's words pass through and which must not wait for one long text."""

from __future__ import annotations

from collections.abc import Iterable

from hearthside.errors import Busy
from hearthside.markdown import render

Rendered = dict[str, str]  # how these words look


def render_all(texts: Iterable[str]) -> Rendered:
    """How these words look; for `prepare`, never inside an action."""
    return {text: render(text) for text in texts if text}


def looks_of(words: str, rendered: Rendered) -> str:
    """How the words look, from what was rendered before the write.

    Raises Busy when they became others in between: whoever asks comes again, and has the new ones rendered.
    """
    if not words:
        return ""
    if words not in rendered:
        raise Busy(retry_after_ms=200)
    return rendered[words]
