"""Two ways to the same routes: through Django's test client, and over HTTP to a server that runs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Protocol

from tests.given import Browser
from tests.server import SignedIn

ROOT = "/api/messaging/"


@dataclass(frozen=True)
class Answer:
    """A status and what came with it."""

    status: int
    data: Any

    @property
    def slug(self) -> str:
        """ok, or the problem's name."""
        return "ok" if self.status < 400 else str(self.data["type"])


class Door(Protocol):
    """A signed-in way in."""

    def ask(self, method: str, path: str, body: Any = None, *, device: str = "") -> Answer:
        """Send one request, with JSON or bytes, as a device when one is named."""
        ...


class TestDoor:
    """Through Django's test client."""

    __test__ = False

    def __init__(self, browser: Browser) -> None:
        self.browser = browser

    def ask(self, method: str, path: str, body: Any = None, *, device: str = "") -> Answer:
        """Send one request."""
        headers = {"X-Hearthside-Device": device} if device else {}
        if method == "get":
            response = self.browser.client.get(ROOT + path, headers=headers)
        else:
            response = self.browser.send(ROOT + path, {} if body is None else body, method=method, **headers)
        is_json = "json" in response.headers.get("Content-Type", "")
        return Answer(response.status_code, response.json() if is_json else response.content)


class HttpDoor:
    """Over HTTP."""

    def __init__(self, signed_in: SignedIn) -> None:
        self.signed_in = signed_in

    def ask(self, method: str, path: str, body: Any = None, *, device: str = "") -> Answer:
        """Send one request."""
        headers = {"X-CSRFToken": self.signed_in.csrf} | ({"X-Hearthside-Device": device} if device else {})
        raw = isinstance(body, bytes)
        data = body if raw else None if method == "get" else json.dumps({} if body is None else body)
        headers["Content-Type"] = "application/octet-stream" if raw else "application/json"
        response = self.signed_in.http.request(method.upper(), ROOT + path, content=data, headers=headers)
        is_json = "json" in response.headers.get("Content-Type", "")
        return Answer(response.status_code, response.json() if is_json else response.content)
