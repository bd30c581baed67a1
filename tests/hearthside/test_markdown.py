"""Markdown: whatever is written, what comes out is harmless, and comes out soon."""

from __future__ import annotations

import time
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hearthside.markdown import ATTRIBUTES, PROTOCOLS, TAGS, render

# Generous: on a quiet machine each takes a small part of it; a quadratic or exponential one takes minutes.
SECONDS = 8.0
LENGTH = 20_000
LOCAL = "file:" + "///"


class Found(HTMLParser):
    """Every element, attribute and text of a piece of HTML, as a browser's parser reads it."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError("a comment came through")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError("a declaration came through")

    def handle_pi(self, data: str) -> None:
        raise AssertionError("an instruction came through")


def harmless(html: str) -> Found:
    """Fail unless every element and attribute is one of the few that are allowed."""
    found = Found(html)
    for tag, attributes in found.elements:
        assert tag in TAGS, tag
        assert set(attributes) <= set(ATTRIBUTES.get(tag, [])), attributes
        if tag == "a" and "href" in attributes:
            scheme = (attributes["href"] or "").partition(":")[0].strip().lower()
            assert scheme in PROTOCOLS or ":" not in (attributes["href"] or ""), attributes
            assert attributes["target"] == "_blank"
            assert set((attributes["rel"] or "").split()) == {"noopener", "noreferrer", "nofollow"}
    return found


PIECES = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<a href='javascript:a'>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](java\tscript:alert(1))",
    "[a](data:text/html;base64,x)",
    "[a](vbscript:x)",
    f"[a]({LOCAL}etc/passwd)",
    "![a](http://x.example/i.png)",
    "![a](data:image/png;base64,x)",
    "<javascript:alert(1)>",
    "[a]: javascript:alert(1)",
    "&#106;avascript:alert(1)",
    "[a](&#x6A;avascript:x)",
    'http://x.example/"onmouseover=alert(1)',
    '[a](http://x.example "title\\" onclick=x")',
    "`<b>`",
    "```\n<script>",
    "<!-- ",
    "-->",
    "<![CDATA[",
    "<?php",
    "]]>",
    "<style>",
    "</p>",
    '<math><mi//xlink:href="data:x">',
    "\\<b\\>",
    "[a](http://x.example)",
    "www.x.example",
    "a@x.example",
    "# h",
    "> q",
    "* l",
    "1. n",
    "**b**",
    "_e_",
    "~~s~~",
    "---",
    "<iframe srcdoc='<script>'>",
    "<form action=x>",
    "<base href=//x>",
    "[a](//x.example)",
    "[a](\x01javascript:x)",
    "<p style=x id=y class=z onclick=w>",
    "\n",
    "\n\n",
    "    ",
    "\t",
    "&lt;script&gt;",
    "&amp;",
    "\u202e",
    "😀",
]


@settings(max_examples=250, deadline=None)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=12), max_size=12).map("".join))
def test_nothing_harmful_comes_out(body: str) -> None:
    harmless(render(body))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_any_text_renders(body: str) -> None:
    harmless(render(body))


@pytest.mark.parametrize("piece", PIECES)
def test_each_piece_alone(piece: str) -> None:
    html = render(f"before {piece} after")
    assert "before" in harmless(html).text
    harmless(render(piece))


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:x",
        "data:text/html,x",
        "vbscript:x",
        f"{LOCAL}x",
        "blob:x",
        "//x.example",
        "/x",
    ],
)
def test_addresses_that_are_no_links(address: str) -> None:
    for body in (f"[word]({address})", f"<{address}>", f"[word][1]\n\n[1]: {address}"):
        found = harmless(render(body))
        for _, attributes in found.elements:
            assert ":" not in (attributes.get("href") or "").partition("/")[0]


@pytest.mark.parametrize(
    "address", ["https://x.example/a?b=c&d=e#f", "http://example.org", "mailto:a@example.org"]
)
def test_links(address: str) -> None:
    for body in (f"[word]({address})", f"<{address}>", f"see {address.removeprefix('mailto:')}."):
        (link,) = [attributes for tag, attributes in harmless(render(body)).elements if tag == "a"]
        assert link == {"href": address, "rel": "noopener noreferrer nofollow", "target": "_blank"}


def test_what_markdown_means() -> None:
    assert render("# One\n\n### Three") == "<h3>One</h3>\n<h4>Three</h4>"
    assert render("a\nb") == "<p>a<br>\nb</p>"
    assert render("**b** *e* ~~s~~ `c`") == "<p><strong>b</strong> <em>e</em> <s>s</s> <code>c</code></p>"
    assert render("3. three\n4. four") == '<ol start="3">\n<li>three</li>\n<li>four</li>\n</ol>'
    assert render("> q\n\n---") == "<blockquote>\n<p>q</p>\n</blockquote>\n<hr>"
    assert render("<b>bold</b> & more") == "<p>&lt;b&gt;bold&lt;/b&gt; &amp; more</p>"
    assert "img" not in render("![cat](https://x.example/cat.png)")
    assert render("") == render("  \n ") == ""


def test_a_post_full_of_addresses_keeps_them_as_text() -> None:
    links = [f"http://a.example/{number}" for number in range(101)]
    assert render(" ".join(links[:100])).count("<a ") == 100
    plain = render(" ".join(links) + " [word](http://b.example)")
    assert links[100] in plain
    assert plain.count("<a ") == 1


PATHOLOGICAL = {
    name: (unit * (LENGTH // len(unit) + 1))[:LENGTH]
    for name, unit in {
        "quotes": ">",
        "quotes apart": "> ",
        "open brackets": "[",
        "images": "![",
        "links": "[a](",
        "nested links": "[a](b",
        "emphasis": "*a **a ",
        "stars": "*",
        "underscores": "_a",
        "tildes": "~~a",
        "ticks": "`a``b",
        "entities": "&#",
        "angle": "<",
        "tags": "<a ",
        "comments": "<!--",
        "escapes": "\\",
        "lists": "- ",
        "numbers": "1. ",
        "hashes": "# ",
        "http": "http://",
        "www": "www.",
        "mail": "a@",
        "mails": "a@b.c ",
        "dots": "a.",
        "slashes": "//",
        "colons": ":",
        "closing": "a](",
        "definitions": "[a]: b\n",
        "newlines": "\n",
        "tabs": "\t",
        "spaces": " a",
        "pipes": "|-",
        "nul": "\0",
        "emoji": "👩‍👩‍👧‍👦",
        "combining": "a\u0301",
        "brackets both": "[]",
        "parentheses": "(",
        "urls": "http://a.b/(",
        "schemes": "://",
        "addresses": "http://a.",
        "dashes": "-",
    }.items()
}
NESTED = {
    "list in list": "".join(f"{'  ' * depth}- a\n" for depth in range(140)),
    "quote in list": "".join(f"{'> ' * depth}- a\n" for depth in range(140)),
    "emphasis in emphasis": "*a **b " * 1400 + "** *" * 2500,
    "brackets in brackets": "[" * 9_900 + "a" + "]" * 9_900,
    "links in links": "[" * 3_000 + "](x)" * 3_000,
    "ticks of every length": "".join("`" * length + " " for length in range(195)),
    "long line": "a" * LENGTH,
    "long address": "http://x.example/" + "a" * (LENGTH - 20),
}


@pytest.mark.parametrize("name", [*PATHOLOGICAL, *NESTED])
def test_the_longest_posts_render_soon(name: str) -> None:
    body = (PATHOLOGICAL | NESTED)[name][:LENGTH]
    began = time.thread_time()
    harmless(render(body))
    assert time.thread_time() - began < SECONDS
