"""Logs: one line an event, and never what an exception says."""

from __future__ import annotations

import asyncio
import io
import logging
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from django.test import Client
from structlog.stdlib import ProcessorFormatter

from hearthside.logs import configure_logs, places, redact_exception

ROOT = Path(__file__).resolve().parent.parent.parent
SECRET = "what she said about her brother"


def fail() -> None:
    """Raise with words in the exception, its cause and its notes."""
    try:
        raise KeyError(SECRET)
    except KeyError as cause:
        error = LookupError(SECRET)
        error.add_note(SECRET)
        raise error from cause


def with_structlog() -> None:
    try:
        fail()
    except LookupError:
        structlog.get_logger("hearthside.test").exception("thing_failed", thing="id-1")


def with_logging() -> None:
    try:
        fail()
    except LookupError as error:
        logging.getLogger("django.request").error("Internal Server Error: %s", "/api/x", exc_info=error)


def with_a_tuple() -> None:
    try:
        fail()
    except LookupError:
        logging.getLogger("some.library").error("Broken", exc_info=sys.exc_info())


def with_asyncio() -> None:
    async def run() -> None:
        loop = asyncio.get_running_loop()
        error = LookupError(SECRET)
        future = loop.create_future()
        future.set_exception(error)
        loop.call_exception_handler(
            {"message": "Task exception was never retrieved", "exception": error, "future": future}
        )
        future.exception()

    asyncio.run(run())


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the product's own handler writes."""
    root, stream = logging.getLogger(), io.StringIO()
    kept, level = root.handlers[:], root.level
    configure_logs()
    (formatter,) = [row.formatter for row in root.handlers if isinstance(row.formatter, ProcessorFormatter)]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    root.handlers[:] = [handler]
    yield stream
    root.handlers[:] = kept
    root.setLevel(level)


def with_a_server() -> None:
    """As Daphne reports what an application raised: the text of the exception among its values."""
    try:
        fail()
    except LookupError as error:
        told = f"{error}\n{''.join(traceback.format_tb(error.__traceback__))}  {error}"
        logging.getLogger("daphne.server").error("Exception inside application: %s", told)


@pytest.mark.parametrize("report", [with_structlog, with_logging, with_a_tuple, with_asyncio, with_a_server])
def test_an_exception_is_its_type_and_its_place(written: io.StringIO, report: Callable[[], None]) -> None:
    report()
    text = written.getvalue()
    assert SECRET not in text
    assert text.count("\n") == 1
    if report is not with_a_server:
        assert "LookupError" in text
    if report is not with_asyncio:
        assert "test_logs.py:" in text
        assert " fail" in text


def test_a_line_has_time_level_event_and_logger(written: io.StringIO) -> None:
    structlog.get_logger("hearthside.test").info("thing_done", thing="id-1")
    text = written.getvalue()
    assert text.startswith("timestamp='20")
    for part in ("level='info'", "event='thing_done'", "thing='id-1'", "logger='hearthside.test'"):
        assert part in text
    logging.getLogger("some.library").info("chatter")
    assert written.getvalue() == text


def test_a_library_s_values_stay_out(written: io.StringIO) -> None:
    logging.getLogger("some.library").warning("Odd %s", SECRET)
    logging.getLogger("some.library").warning("Odd %(word)s", {"word": SECRET})
    logging.getLogger("some.library").warning("too few %s %s", SECRET)
    text = written.getvalue()
    assert SECRET not in text
    assert text.count("event='Odd %") == 2


@pytest.mark.django_db
def test_a_token_in_an_address_is_not_logged(written: io.StringIO) -> None:
    answer = Client().get("/api/invitations/a-token-of-somebody")
    assert answer.status_code == 404
    text = written.getvalue()
    assert "a-token" not in text
    assert "status=404" in text
    assert "route='api/invitations/<token>'" in text


def test_places_are_innermost_first() -> None:
    with pytest.raises(LookupError) as raised:
        fail()
    text = places(raised.value)
    assert text.startswith("LookupError at test_logs.py:")
    assert text.index(" fail") < text.index("test_places_are_innermost_first")
    assert SECRET not in text
    assert places(ValueError(SECRET)) == "ValueError at "


def test_what_is_no_exception_is_left_alone() -> None:
    assert redact_exception(None, "", {"event": "e", "exc_info": None}) == {"event": "e"}
    assert redact_exception(None, "", {"event": "e", "exc_info": True}) == {"event": "e"}
    assert redact_exception(None, "", {"event": "e"}) == {"event": "e"}


CRASH = """
import django; django.setup()
from django.test import Client
from hearthside import pages
def broken(name, content_type): raise LookupError("what she said" + " about her brother")
pages._static_page = broken
client = Client(raise_request_exception=False)
answer = client.get("/groups", headers={"host": "127.0.0.1"})
print(answer.status_code)
print("brother" in answer.content.decode())
"""


def test_a_broken_page_tells_nobody_why(tmp_path: Path) -> None:
    values = {"HEARTHSIDE_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "hearthside.settings", "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", CRASH], cwd=ROOT, env=values, capture_output=True, text=True, check=False
    )
    assert done.stdout == "500\nFalse\n"
    assert "LookupError" in done.stderr
    assert SECRET not in done.stderr
