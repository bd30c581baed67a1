"""Logs: one line an event, ids and names of things only.

A message of an exception can quote what somebody wrote (a database driver quotes values), so a traceback is logged as
exception type and places in the code, never with its message. What a library logs is kept to its fixed words: the
values in it may be an address that holds an invitation's token, or an exception's message.
"""

from __future__ import annotations

import logging
import logging.config
import re
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog

QUOTED_PLACE = re.compile(r'File "(?:[^"\n]*/)?([^"/\n]+/[^"/\n]+)", line (\d+), in (\w+)')


def places(error: BaseException) -> str:
    """Where an exception went through: `Type at file:line function < ...`, innermost first, without its message."""
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    path = " < ".join(
        f"{frame.filename.rsplit('/', 2)[-1]}:{frame.lineno} {frame.name}" for frame in reversed(frames)
    )
    return f"{type(error).__name__} at {path}"


def redact_exception(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace exception info by its type and places."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    error = info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["error"] = places(error)
    return event


def redact_library(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keep a library's message to its fixed words, with the route of the request and the places it quotes."""
    record = event["_record"]
    event["event"] = str(record.msg).partition("\n")[0]
    if match := getattr(getattr(record, "request", None), "resolver_match", None):
        event["route"] = match.route
    if status := getattr(record, "status_code", None):
        event["status"] = status
    values = event.pop("positional_args", ())
    args = values if isinstance(values, tuple) else ()
    if quoted := [place for arg in args if isinstance(arg, str) for place in QUOTED_PLACE.findall(arg)]:
        event["error"] = " < ".join(f"{file}:{line} {name}" for file, line, name in quoted[:-9:-1])
    return event


def configure_logs() -> None:
    """Send structlog and the standard loggers to stderr in one form."""
    logging.raiseExceptions = False  # a log line that fails would be printed with its values
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        redact_exception,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": [*shared, redact_library],
        "pass_foreign_args": True,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            redact_exception,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
    }
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"line": formatter},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
            "root": {"handlers": ["stderr"], "level": "WARNING"},
            "loggers": {
                "hearthside": {"level": "INFO"},
                "django.security.DisallowedHost": {"level": "CRITICAL"},
            },
        }
    )
