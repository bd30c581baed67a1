"""Frames nobody thought of: the socket answers or closes as it should, and the server stays well."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from hearthside import commands
from tests.consumers.given import load_member
from tests.server import Server

CODES = {3501, 3013, 1007, 1002, 1009}
QUICK = settings(
    max_examples=60,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
NAMES = [
    "id",
    "connect",
    "subscribe",
    "rpc",
    "unsubscribe",
    "ping",
    "channel",
    "method",
    "data",
    "offset",
    "epoch",
]
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=8), inner)
    ),
    max_leaves=12,
)
channels = st.sampled_from(["group:", "person:", "group:" + "0" * 32, "review:x"]) | st.text(max_size=80)
nonces = st.text("abc-_", min_size=8, max_size=20)
plausible = st.one_of(
    st.fixed_dictionaries(
        {"id": st.integers(1, 99), "subscribe": st.fixed_dictionaries({"channel": channels})}
    ),
    st.fixed_dictionaries(
        {
            "id": st.integers(1, 99),
            "rpc": st.fixed_dictionaries(
                {
                    "method": st.sampled_from(["post.submit", "topic.read", "group.update", "me.update", "x"])
                    | st.text(max_size=20),
                    "data": values
                    | st.dictionaries(
                        st.sampled_from(["topic", "body", "group", "version", "seq", "name"]), values
                    )
                    | st.fixed_dictionaries(
                        {"nonce": nonces, "topic": st.uuids().map(str), "body": st.text()}
                    ),
                }
            ),
        }
    ),
)


def written(value: Any) -> str:
    """A frame's text; what JSON cannot spell stays as Python's own spelling of it."""
    return json.dumps(value, allow_nan=True)


async def say(server: Server, text: str) -> None:
    """Send one frame as somebody who is connected; then the line either answers, or was closed for a reason."""
    ticket = await asyncio.to_thread(load_member(server, 3).ticket)
    async with connect(server.socket_url, compression=None, proxy=None) as line:
        await line.send(json.dumps({"id": 1, "connect": {"token": ticket}}))
        await line.recv()
        try:
            await line.send(text)
            await line.send('{"id":123456,"ping":{}}')
            async with asyncio.timeout(10):
                while True:
                    answer = json.loads(await line.recv())
                    assert "Traceback" not in str(answer)
                    assert "'type': 'busy'" not in str(answer), "a fault inside is told as busy"
                    assert answer.get("error", {}).get("code") != 100
                    if answer.get("id") == 123456:
                        return
        except ConnectionClosed:
            assert line.close_code in CODES, text
            assert line.close_reason


@QUICK
@given(st.text(max_size=300))
@example("\x00")
@example("{}" * 10)
@example("\ud7ff\ue000")
async def test_any_text(server: Server, text: str) -> None:
    await say(server, text)


@QUICK
@given(values)
async def test_any_json(server: Server, value: Any) -> None:
    await say(server, written(value))


@QUICK
@given(st.lists(plausible, min_size=1, max_size=5))
async def test_nearly_right_commands(server: Server, calls: list[Any]) -> None:
    await say(server, "\n".join(map(written, calls)))


async def test_every_command_with_data_of_no_sense(server: Server) -> None:
    """Each row of the table, with nothing and with every field wrong."""
    import hearthside.urls  # noqa: F401  fills the table

    for name, command in commands.table().items():
        wrong = {field: {"a": [1]} for field in command.data.model_fields}
        calls = [
            {"id": n + 2, "rpc": {"method": name, "data": data}}
            for n, data in enumerate(({}, wrong, [wrong], ""))
        ]
        await say(server, "\n".join(map(written, calls)))
