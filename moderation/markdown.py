"""Markdown to HTML that is safe on everybody's screen: rendered by markdown-it, sanitised by bleach, once, at write."""

from __future__ import annotations

import threading
from typing import Any

from bleach.sanitizer import Cleaner
from markdown_it import MarkdownIt

TAGS = frozenset(
    {"p", "br", "strong", "em", "s", "a", "ul", "ol", "li", "blockquote", "code", "pre", "hr", "h3", "h4"}
)
ATTRIBUTES = {"a": ["href", "rel", "target"], "ol": ["start"]}
PROTOCOLS = frozenset({"http", "https", "mailto"})
HEADINGS = {"h1": "h3", "h2": "h3", "h3": "h4", "h4": "h4", "h5": "h4", "h6": "h4"}


class _Tools(threading.local):
    """A renderer and a cleaner for each thread: both are costly to make and not safe to share."""

    def __init__(self) -> None:
        self.markdown = MarkdownIt("commonmark", {"html": False, "linkify": True, "breaks": True})
        self.markdown.enable(["linkify", "strikethrough"]).disable("image")
        self.markdown.add_render_rule("link_open", _open_link)
        self.markdown.core.ruler.push("headings", _lower_headings)
        self.cleaner = Cleaner(tags=TAGS, attributes=ATTRIBUTES, protocols=PROTOCOLS, strip=True)


def _open_link(renderer: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    """Links open apart from the group, and tell the other site nothing about it."""
    tokens[index].attrSet("rel", "noopener noreferrer nofollow")
    tokens[index].attrSet("target", "_blank")
    return str(renderer.renderToken(tokens, index, options, env))


def _lower_headings(state: Any) -> None:
    """A post's headings stand below the page's own."""
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = HEADINGS[token.tag]


_tools = _Tools()


def render(body: str) -> str:
    """The HTML of a post's Markdown; raw HTML in it is shown as text, images are not loaded."""
    return str(_tools.cleaner.clean(_tools.markdown.render(body))).strip()
