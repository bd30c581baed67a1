"""The optional writer: another program that may put a draft into better words. Off by default.

It gets the draft's sections and nothing else: no names (a section that names somebody is not sent), no post, no id of a
person or group. What it answers is a draft like any other: checked, edited and approved by a facilitator. If it fails,
is too slow or answers another form, the draft stays as it was.
"""

from __future__ import annotations

import json
import shlex
import subprocess  # nosec B404: the program that the operator names, without a shell
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any, Protocol

import structlog
from django.conf import settings

from community.summarising.names_check import Guarded, find_given_away
from community.summarising.sections import TEXT_CHARACTERS, Section

SECONDS = 20.0
REWRITTEN = ("agenda", "themes", "assignments", "resources")

Rows = list[dict[str, str]]
log = structlog.get_logger(__name__)


class Writer(Protocol):
    """What rephrases: rows of kind, heading and text in, rows of kind and text out."""

    def __call__(self, rows: Rows) -> Rows:
        """The same kinds with other words."""
        ...


class WriterFailed(Exception):
    """The writer answered nothing that can be used."""


def find_writer(value: str) -> Writer | None:
    """The writer that a setting names: `package.module:function`, or a command line; None for nothing.

    Raises WriterFailed for an import path that leads nowhere.
    """
    if not value:
        return None
    module, colon, name = value.partition(":")
    if colon and " " not in value and "/" not in value:
        try:
            found: Writer = getattr(import_module(module), name)
        except (ImportError, AttributeError) as error:
            raise WriterFailed("import") from error
        return found
    return CommandWriter(shlex.split(value))


class CommandWriter:
    """A program that reads JSON from its standard input and writes JSON to its standard output."""

    def __init__(self, command: Sequence[str]) -> None:
        self.command = list(command)

    def __call__(self, rows: Rows) -> Rows:
        """Run it once; raises WriterFailed when it fails or takes too long."""
        try:
            done = subprocess.run(  # the operator's own setting, no shell  # nosec B603
                self.command,
                input=json.dumps({"sections": rows}),
                capture_output=True,
                text=True,
                timeout=SECONDS,
                check=True,
            )
            answer: Rows = json.loads(done.stdout)["sections"]
        except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError) as error:
            raise WriterFailed("command") from error
        return answer


def rephrased(sections: list[Section], guarded: Guarded, *, writer: Writer | None = None) -> list[Section]:
    """The draft in the writer's words, or as it was: there is no writer, it failed, or it named somebody."""
    try:
        chosen = writer or find_writer(settings.HEARTHSIDE.summary_writer)
        if chosen is None:
            return sections
        sent = [
            one
            for one in sections
            if one.kind in REWRITTEN and one.says_something and not find_given_away([one], guarded)
        ]
        if not sent:
            return sections
        rows = [{"kind": one.kind, "heading": one.heading, "text": one.text} for one in sent]
        texts = read_answer(within(SECONDS + 1, lambda: chosen(rows)), {one.kind for one in sent})
    except Exception as error:  # another program's failure must never cost a draft
        log.warning("summary.writer_failed", error=type(error).__name__)
        return sections
    written = [one.with_text(texts[one.kind]) if one.kind in texts else one for one in sections]
    spoilt = {found.section for found in find_given_away(written, guarded)}
    return [old if new.id in spoilt else new for old, new in zip(sections, written, strict=True)]


def within(seconds: float, call: Callable[[], Any]) -> Any:
    """What a call answers; raises TimeoutError when it takes longer, and leaves it to itself."""
    pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="summary-writer")
    try:
        return pool.submit(call).result(timeout=seconds)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def read_answer(rows: Any, kinds: set[str]) -> dict[str, str]:
    """The texts by kind; raises WriterFailed for another form."""
    if not isinstance(rows, list):
        raise WriterFailed("form")
    found: dict[str, str] = {}
    for row in rows:
        kind, text = (row.get("kind"), row.get("text")) if isinstance(row, dict) else (None, None)
        if kind not in kinds or not isinstance(text, str) or not text.strip() or len(text) > TEXT_CHARACTERS:
            raise WriterFailed("form")
        found[kind] = text.strip()
    return found
