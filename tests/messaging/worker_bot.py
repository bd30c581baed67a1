"""The browser's crypto worker, run by Node, for tests that need many devices and no screens.

It is the same code that the browser runs, over the same routes; only the page around it is missing.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import json
import os
import queue
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.server import Server, SignedIn

ROOT = Path(__file__).resolve().parents[2]
FRONT_END = ROOT / "frontend"
BOT = FRONT_END / ".bot" / "bot.mjs"
WAIT = 40.0
Json = dict[str, Any]


class BotError(Exception):
    """A call was refused: the message is a slug."""


def environment() -> dict[str, str]:
    """The environment in which Node is found, also the one of the venv."""
    path = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return os.environ | {"PATH": path, "NODE_NO_WARNINGS": "1"}


@functools.cache
def build() -> Path:
    """Bundle the worker's inside for Node, once a test run."""
    command = ["npx", "vite", "build", "-c", "vite.bot.config.ts"]
    subprocess.run(command, cwd=FRONT_END, env=environment(), check=True, capture_output=True, timeout=120)
    return BOT


class WorkerBot:
    """One device of one signed-in person."""

    def __init__(self, base: str, signed_in: SignedIn, person: str) -> None:
        self.person = person
        self.signed_in = signed_in
        self.snapshot: Json = {}
        self.timelines: dict[str, Json] = {}
        self._ids = itertools.count(1)
        self._answers: dict[int, queue.Queue[Json]] = {}
        self._changed = threading.Condition()
        self._errors: list[str] = []
        self._process = subprocess.Popen(
            ["node", str(build())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=FRONT_END,
            env=environment(),
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        cookies = {"sessionid": signed_in.session, "csrftoken": signed_in.csrf}
        self._write({"person": person, "base": base, "cookies": cookies})

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """Any call of frontend/src/crypto/types.ts, by its name; raises BotError."""
        return functools.partial(self.call, name)

    def call(self, name: str, *args: Any) -> Any:
        """Call and wait for the answer."""
        number = next(self._ids)
        self._answers[number] = queue.Queue()
        self._write({"id": number, "call": name, "args": args})
        try:
            answer = self._answers[number].get(timeout=WAIT)
        except queue.Empty:
            raise TimeoutError(f"{name} did not answer within {WAIT} s") from None
        if "error" in answer:
            raise BotError(f"{answer['error']}\n{answer.get('stack', '')}")
        return answer["answer"]

    def wait(self, check: Callable[[WorkerBot], Any], within: float = 20.0) -> Any:
        """Wait until `check(self)` is true and answer it; fetches what is new meanwhile, as a wake-up would."""
        end = time.monotonic() + within
        while not (found := check(self)):
            if time.monotonic() > end:
                raise TimeoutError(
                    f"not seen; phase {self.phase}, snapshot {json.dumps(self.snapshot)[:2000]}"
                )
            self.call("comeBack")
            time.sleep(0.1)
        return found

    @property
    def phase(self) -> str:
        """The name of the phase the worker is in."""
        return str(self.snapshot.get("phase", {}).get("name"))

    def items(self, conversation: str) -> list[Json]:
        """What a screen would show of an opened conversation."""
        return list(self.timelines.get(conversation, {}).get("items", ()))

    def bodies(self, conversation: str) -> list[str]:
        """The words shown, oldest first; a reason in brackets for what is not shown."""
        shown = [item for item in self.items(conversation) if item["kind"] != "notice"]
        return [
            item["body"] if item["state"] == "sent" else f"[{item['hidden'] or item['state']}]"
            for item in shown
        ]

    def conversation(self, conversation: str) -> Json:
        """The row of the list."""
        return next(row for row in self.snapshot["conversations"] if row["id"] == conversation)

    def close(self) -> None:
        """End it as a closed tab does."""
        self._process.kill()
        self._process.wait(5)
        self._reader.join(5)
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(BrokenPipeError):
                pipe.close()  # type: ignore[union-attr]

    def _write(self, line: Json) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(line) + "\n")
        self._process.stdin.flush()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for text in self._process.stdout:
            if not text.startswith("{"):
                continue
            line = json.loads(text)
            if "id" in line:
                self._answers[line["id"]].put(line)
            elif line["heard"]["type"] == "snapshot":
                self.snapshot = line["heard"]["snapshot"]
            elif line["heard"]["type"] == "timeline":
                timeline = line["heard"]["timeline"]
                self.timelines[timeline["conversation"]] = timeline


@contextlib.contextmanager
def worker_bot(server: Server, key: str, *, base: str = "") -> Iterator[WorkerBot]:
    """A fresh device for a demo account, started."""
    signed_in = server.sign_in(key)
    person = str(signed_in.get("/api/me").json()["person"]["id"])
    bot = WorkerBot(base or server.base, signed_in, person)
    try:
        bot.start()
        yield bot
    finally:
        bot.close()
        signed_in.http.close()
