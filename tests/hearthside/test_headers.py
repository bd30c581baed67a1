"""What stands round every HTTP answer, and the pages that are the same for everybody."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from hearthside.api import explain_request, read_id
from hearthside.errors import PROBLEMS, Invalid, NotFound, Problem, RateLimited
from hearthside.headers import ProxyMiddleware, problem_response, trusted
from tests.given import Browser, given_person

PAGES = ["/", "/groups", "/sign-in", "/invite/abc", "/sw.js", "/manifest.webmanifest"]


@pytest.fixture
def built(tmp_path: Path, settings: Any) -> Path:
    """A front end that is built."""
    settings.STATIC_ROOT = tmp_path
    for name in ("index.html", "sw.js", "manifest.webmanifest"):
        (tmp_path / name).write_text(f"this is {name}")
    return tmp_path


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", [*PAGES, "/api/me", "/api/no.such", "/_allauth/browser/v1/config", "/readyz"]
)
def test_headers_of_every_answer(built: Path, path: str) -> None:
    answer = Client().get(path)
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]
    if path.startswith(("/api", "/_allauth", "/readyz")):
        assert answer["Cache-Control"] == "no-store"


def test_pages_are_the_shell(built: Path) -> None:
    for path in PAGES[:4]:
        answer = Client().get(path)
        assert (answer.status_code, answer.content) == (200, b"this is index.html")
        assert (answer["Content-Type"], answer["Cache-Control"]) == ("text/html; charset=utf-8", "no-cache")
    worker = Client().get("/sw.js")
    assert (worker.content, worker["Content-Type"]) == (b"this is sw.js", "text/javascript; charset=utf-8")
    assert Client().get("/manifest.webmanifest")["Content-Type"] == "application/manifest+json"


def test_pages_that_are_not_built(tmp_path: Path, settings: Any) -> None:
    settings.STATIC_ROOT = tmp_path / "none"
    for path in PAGES:
        answer = Client().get(path)
        assert (answer.status_code, answer["Content-Type"]) == (503, "text/plain; charset=utf-8")
        assert b"make setup" in answer.content


@pytest.mark.django_db
def test_a_form_from_elsewhere_is_refused_in_the_one_form() -> None:
    answer = Client(enforce_csrf_checks=True).post("/groups", {"a": "b"})
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
    assert answer.json()["type"] == "csrf_failed"


@pytest.mark.django_db
def test_ready() -> None:
    assert Client().get("/readyz").json() == {"status": "ready"}


@pytest.mark.django_db
def test_a_foreign_host_is_refused() -> None:
    assert Client().get("/api/me", headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("kind", PROBLEMS, ids=lambda kind: kind.slug)
def test_every_problem_has_the_one_form(kind: type[Problem]) -> None:
    data = kind(more=1).as_dict()
    assert list(data) == ["type", "title", "status", "detail", "more"]
    assert data["type"] == kind.slug
    assert data["detail"].endswith(".")
    answer = problem_response(kind())
    assert (answer.status_code, answer["Content-Type"]) == (kind.status, "application/problem+json")
    assert kind("Other words.").as_dict()["detail"] == "Other words."
    assert str(kind("Private words.")) == kind.slug


def test_when_to_come_again() -> None:
    waits = {1: "1", 999: "1", 1000: "1", 1001: "2", 60_000: "60"}
    for wait, seconds in waits.items():
        assert problem_response(RateLimited(retry_after_ms=wait))["Retry-After"] == seconds
    assert "Retry-After" not in problem_response(NotFound())


def seen_by(settings: Any, proxies: tuple[str, ...], **meta: str) -> dict[str, Any]:
    """A request's META behind the middleware."""
    settings.HEARTHSIDE = replace(settings.HEARTHSIDE, trusted_proxies=proxies)
    found: dict[str, Any] = {}

    def view(request: HttpRequest) -> HttpResponse:
        found.update(request.META)
        return HttpResponse()

    asked = RequestFactory().get("/")
    asked.META.update(meta)
    ProxyMiddleware(view)(asked)
    return found


FORWARDED = {"HTTP_X_FORWARDED_PROTO": "https", "HTTP_X_FORWARDED_HOST": "evil.example"}


@pytest.mark.parametrize(
    ("chain", "address"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("198.51.100.1, 203.0.113.7", "203.0.113.7"),
        ("198.51.100.1, 203.0.113.7, 10.0.0.9", "203.0.113.7"),
        ("10.0.0.8, 10.0.0.9", "10.0.0.8"),
        ("", "10.0.0.1"),
        (" , ,", "10.0.0.1"),
    ],
)
def test_a_trusted_proxy_says_who_asks(settings: Any, chain: str, address: str) -> None:
    meta = seen_by(settings, ("10.0.0.0/8",), REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=chain, **FORWARDED)
    assert meta["REMOTE_ADDR"] == address
    assert meta["HTTP_X_FORWARDED_PROTO"] == "https"


@pytest.mark.parametrize("proxies", [(), ("10.0.0.0/8",)])
def test_nobody_else_is_believed(settings: Any, proxies: tuple[str, ...]) -> None:
    meta = seen_by(settings, proxies, REMOTE_ADDR="203.0.113.7", HTTP_X_FORWARDED_FOR="1.2.3.4", **FORWARDED)
    assert meta["REMOTE_ADDR"] == "203.0.113.7"
    assert not [name for name in meta if name.startswith("HTTP_X_FORWARDED")]


def test_addresses_that_are_none() -> None:
    assert not trusted("", ("10.0.0.0/8",))
    assert not trusted("somewhere", ("10.0.0.0/8",))
    assert trusted("::1", ("::1",))


def test_ids() -> None:
    for text in ("", "1", "x" * 40, "٠" * 32 + "z"):
        with pytest.raises(NotFound):
            read_id(text)
    assert str(read_id("12345678123456781234567812345678")) == "12345678-1234-5678-1234-567812345678"


@pytest.mark.django_db
def test_fields_are_named_as_they_were_sent() -> None:
    answer = Browser(given_person("admin")).command("group.update", group="x", version="y", switches={"a": 7})
    assert set(answer.json()["fields"]) == {"group", "version", "switches.a"}
    assert isinstance(explain_request(type("E", (), {"errors": []})()), Invalid)


@pytest.mark.django_db
def test_a_page_of_somebody_else_sends_nothing() -> None:
    priya, tomasz = given_person(), given_person()
    browser = Browser(priya)
    body = {"nonce": "a-shared-tablet", "name": "Not Mine"}
    refused = browser.send("/api/me.update", body, **{"X-Hearthside-Person": str(tomasz.pk)})
    assert (refused.status_code, refused.json()["type"]) == (401, "signed_out")
    allowed = browser.send("/api/me.update", body, **{"X-Hearthside-Person": str(priya.pk)})
    assert allowed.status_code == 200
    priya.refresh_from_db()
    assert priya.name == "Not Mine"
