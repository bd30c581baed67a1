"""Every act of the product is one row here, reached through two doors of the same shape.

The socket's rpc `{method: name, data}` and `POST /api/<name>` both end in `run_command` (or its parts): the nonce is
looked up before rate and screening and again inside the write; the same nonce always gets the same answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from ninja import Schema
from pydantic import ConfigDict, Field, ValidationError

from hearthside import live
from hearthside.errors import Invalid, NotFound, ReauthenticationNeeded
from hearthside.limits import limiter

NONCE = Field(
    min_length=8,
    max_length=64,
    pattern=r"^[A-Za-z0-9_.:-]+$",
    description="chosen by the client, new for each act",
)


class Data(Schema):
    """Base of every command's data: closed, with the nonce that makes a repeat safe."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=False)

    nonce: str = NONCE


class Done(Schema):
    """Base of every command's answer."""

    duplicate: bool = Field(default=False, description="true when this nonce was answered before")


@dataclass(frozen=True)
class Command:
    """One act: its name, the shapes of data and answer, and `prepare`.

    `prepare(person, data)` runs in a thread: it checks access, may do slow work (rendering, screening), and returns the
    Write whose action checks access again. A `fresh` command is for a sign-in that was confirmed lately
    (accounts.access.require_fresh); a `signed` one is about the sign-in itself: `prepare(person, data, signin)`.
    """

    name: str
    summary: str
    data: type[Data]
    answer: type[Done]
    prepare: Callable[..., live.Write]
    fresh: bool = False
    signed: bool = False


def refuse_all(signin: Any) -> None:
    """No sign-in is fresh until wiring says how to tell."""
    raise ReauthenticationNeeded


_table: dict[str, Command] = {}
_require_fresh: Callable[[Any], None] = refuse_all


def register(commands: Iterable[Command]) -> None:
    """Enter an app's commands into the table; wiring only. Raises ValueError for a name entered twice."""
    for command in commands:
        if command.name in _table:
            raise ValueError(f"two commands are called {command.name}")
        _table[command.name] = command


def check_freshness_by(check: Callable[[Any], None]) -> None:
    """Have `check(signin)` raise ReauthenticationNeeded before each `fresh` command; wiring only."""
    global _require_fresh
    _require_fresh = check


def table() -> dict[str, Command]:
    """All commands by name."""
    return _table


def explain(error: ValidationError) -> Invalid:
    """What does not fit, field by field, without repeating what was sent."""
    fields: dict[str, str] = {}
    for item in error.errors(include_url=False, include_context=False, include_input=False):
        name = ".".join(str(part) for part in item["loc"]) or "data"
        words = {"extra_forbidden": "This field is not known.", "missing": "This is needed."}
        fields[name] = words.get(item["type"], item["msg"].removeprefix("Value error, ").rstrip(".") + ".")
    return Invalid(fields=fields)


def read_data(command: Command, raw: Any) -> Data:
    """The command's data from decoded JSON; raises Invalid with `fields`."""
    try:
        return command.data.model_validate(raw if raw is not None else {})
    except ValidationError as error:
        raise explain(error) from None


def find_command(name: str) -> Command:
    """The command of that name; raises NotFound."""
    try:
        return _table[name]
    except KeyError:
        raise NotFound("There is no command of that name.") from None


def prepare_command(
    command: Command, person: Any, data: Data, *, signin: Any = None
) -> live.Answer | live.Write:
    """Everything before the write: an answer when the nonce had one already, else the Write to hand on.

    `signin` is the living sign-in behind the act; without one a `fresh` command raises ReauthenticationNeeded.
    """
    once = live.Once(person=str(person.pk), nonce=data.nonce, command=command.name)
    if command.fresh:
        _require_fresh(signin)
    if known := live.find_reply(once):
        return known
    limiter().take(once.person, command.name)
    asked = (person, data, signin) if command.signed else (person, data)
    return replace(command.prepare(*asked), once=once)


def run_command(command: Command, person: Any, data: Data, *, signin: Any = None) -> live.Answer:
    """The whole act, waiting for its commit; raises the Problem that stopped it."""
    prepared = prepare_command(command, person, data, signin=signin)
    return live.write(prepared) if isinstance(prepared, live.Write) else prepared
