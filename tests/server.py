"""A real Hearthside server for tests: a subprocess with its own data, demo people and a sign-in client."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parent.parent
LINE = "Serving on "


class SignedIn:
    """Somebody's sign-in over HTTP: cookies and CSRF header as a program sends them."""

    def __init__(self, base: str, *, session: str = "") -> None:
        """Begin at `base`; `session` is the value of a session cookie that is valid already."""
        self.http = httpx.Client(base_url=base, trust_env=False, verify=False, timeout=20)
        self.http.get("/_allauth/browser/v1/config").raise_for_status()
        if session:
            self.http.cookies.set("sessionid", session, domain=httpx.URL(base).host)

    def __enter__(self) -> SignedIn:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections; the sign-in itself stays."""
        self.http.close()

    def sign_in(self, email: str, password: str) -> httpx.Response:
        """POST the sign-in and answer the response, whatever it says."""
        return self.post("/_allauth/browser/v1/auth/login", email=email, password=password)

    def get(self, path: str, **params: Any) -> httpx.Response:
        """GET `path` with `params` in the query."""
        return self.http.get(path, params=params)

    def post(self, path: str, /, **data: Any) -> httpx.Response:
        """POST `data` as JSON with the CSRF token as it is now."""
        return self.http.post(path, json=data, headers={"X-CSRFToken": self.csrf})

    def command(self, name: str, /, **data: Any) -> dict[str, Any]:
        """Run a command through its HTTP door and answer its answer; raises httpx.HTTPStatusError."""
        data.setdefault("nonce", os.urandom(12).hex())
        answer = self.post(f"/api/{name}", **data)
        if answer.is_error:
            raise httpx.HTTPStatusError(answer.text, request=answer.request, response=answer)
        return dict(answer.json())

    def ticket(self) -> str:
        """A fresh one-use ticket for the socket."""
        return str(self.post("/api/live/ticket").raise_for_status().json()["ticket"])

    @property
    def csrf(self) -> str:
        """The CSRF token as the cookie holds it now."""
        return self._cookie("csrftoken")

    @property
    def session(self) -> str:
        """The session cookie's value; empty when signed out."""
        return self._cookie("sessionid")

    def _cookie(self, name: str) -> str:
        return next((cookie.value or "" for cookie in self.http.cookies.jar if cookie.name == name), "")


def heed_interrupts() -> None:
    """Have SIGINT end the server again: a test run in the background of a shell passes on that it is ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@dataclass
class Server:
    """A running Hearthside and how to reach it."""

    data: Path
    env: dict[str, str]
    core: int | None = None
    port: int = 0
    base: str = ""
    accounts: list[dict[str, Any]] = field(default_factory=list)
    process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        """The file that holds everything the server printed, all starts one after another."""
        return self.data.parent / "server.log"

    @property
    def socket_url(self) -> str:
        """Where the live socket is."""
        return self.base.replace("http", "ws", 1) + "/ws/v1"

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a `hearthside` command on this server's data and wait for it (at most 120 s)."""
        command = [sys.executable, "-m", "hearthside", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self.env, capture_output=True, text=True, timeout=120, check=False
        )

    def make_demo(self, members: int = 0) -> list[dict[str, Any]]:
        """Make the demo practice (and a load group of `members`), keep its accounts; raises RuntimeError."""
        extra = ("--members", str(members)) if members else ()
        done = self.run("demo", "--json", *extra)
        if done.returncode:
            raise RuntimeError(f"hearthside demo answered {done.returncode}: {done.stdout}{done.stderr}")
        self.accounts = json.loads(done.stdout)["accounts"]
        return self.accounts

    def start(self, within: float = 40) -> None:
        """Serve, on the port it had before if any, and wait until it is ready; raises RuntimeError."""
        command = [sys.executable, "-m", "hearthside", "serve", "--port", str(self.port)]
        begin = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.env, stdout=out, stderr=out, preexec_fn=heed_interrupts
            )
        if self.core is not None:
            os.sched_setaffinity(self.process.pid, {self.core})
        end = time.monotonic() + within
        while time.monotonic() < end:
            said = self.log.read_bytes()[begin:].decode(errors="replace").splitlines()
            line = next((text for text in said if text.startswith(LINE)), "")
            if line:
                self.base = line.removeprefix(LINE).strip()
                self.port = int(self.base.rpartition(":")[2])
                httpx.get(self.base + "/readyz", trust_env=False, verify=False).raise_for_status()
                return
            if self.process.poll() is not None:
                raise RuntimeError("the server ended before it was ready:\n" + "\n".join(said[-30:]))
            time.sleep(0.03)
        self.kill()
        raise RuntimeError(f"the server was not ready within {within} s")

    def stop(self) -> int:
        """Ask the server to end and answer its exit code; it has 10 s."""
        return self._end(signal.SIGTERM)

    def kill(self) -> int:
        """End the server as a power cut would."""
        return self._end(signal.SIGKILL)

    def restart(self, *, kill: bool = False) -> None:
        """End the server (`kill`: without asking) and start it again on the same port and data."""
        self._end(signal.SIGKILL if kill else signal.SIGTERM)
        self.start()

    def account(self, key: str) -> dict[str, Any]:
        """The first demo account whose e-mail address begins with `key`, or whose role is `key`."""
        return next(row for row in self.accounts if row["email"].startswith(f"{key}@") or row["role"] == key)

    def sign_in(self, key: str) -> SignedIn:
        """A signed-in client for that demo account: with its ready session, or else by password."""
        account = self.account(key)
        if session := account.get("session"):
            return SignedIn(self.base, session=session)
        person = SignedIn(self.base)
        person.sign_in(account["email"], account["password"]).raise_for_status()
        return person

    def _end(self, how: signal.Signals) -> int:
        process, self.process = self.process, None
        if process is None:
            return 0
        if process.poll() is None:
            process.send_signal(how)
        try:
            return process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait(10)


@contextlib.contextmanager
def running_server(
    *, demo: bool = True, members: int = 0, core: int | None = None, port: int = 0, **settings: str
) -> Iterator[Server]:
    """A server in demo mode on a free port with data of its own, stopped and removed at the end.

    `settings` are HEARTHSIDE_* values by short lower-case names (`rates="off"` and `classifier="rules"` unless given);
    `core` is the processor core to keep it on, `port` the port to serve on when the settings name it.
    """
    with tempfile.TemporaryDirectory(prefix="hearthside-") as folder:
        data = Path(folder) / "data"
        clean = {key: value for key, value in os.environ.items() if not key.startswith("HEARTHSIDE_")}
        values = {"demo": "1", "rates": "off", "classifier": "rules", **settings, "data": str(data)}
        env = clean | {f"HEARTHSIDE_{name.upper()}": value for name, value in values.items()}
        server = Server(data=data, env={**env, "PYTHONUNBUFFERED": "1"}, core=core, port=port)
        try:
            if demo:
                server.make_demo(members)
            server.start()
            yield server
        finally:
            server.stop()
