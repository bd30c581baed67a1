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
MOST_BARE_LINKS = 100  # beyond them bare addresses stay text: finding each costs more the more there are
HEADINGS = {"h1": "h3", "h2": "h3", "h3": "h4", "h4": "h4", "h5": "h4", "h6": "h4"}


class _Tools(threading.local):
    """A renderer and a cleaner for each thread: both are costly to make and not safe to share."""

    def __init__(self) -> None:
        self.markdown = _make_renderer("linkify")
        self.without_bare_links = _make_renderer()
        self.cleaner = Cleaner(tags=TAGS, attributes=ATTRIBUTES, protocols=PROTOCOLS, strip=True)


def _make_renderer(*rules: str) -> MarkdownIt:
    """A renderer of our Markdown, with further rules."""
    markdown = MarkdownIt("commonmark", {"html": False, "linkify": "linkify" in rules, "breaks": True})
    markdown.enable([*rules, "strikethrough"]).disable("image")
    markdown.add_render_rule("link_open", _open_link)
    markdown.core.ruler.push("headings", _lower_headings)
    return markdown


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
    bare = body.count("//") + body.count("@") + body.casefold().count("www.")
    markdown = _tools.markdown if bare <= MOST_BARE_LINKS else _tools.without_bare_links
    return str(_tools.cleaner.clean(markdown.render(body))).strip()
