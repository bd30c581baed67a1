"""What stands round every HTTP answer: proxy addresses, headers, the CSRF refusal."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import CsrfViewMiddleware

from hearthside.errors import CsrfFailed, Problem, WrongMethod

Next = Callable[[HttpRequest], HttpResponse]
PERMISSIONS = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"


def problem_response(problem: Problem) -> JsonResponse:
    """The problem as problem+json, with Retry-After where it says when to come again."""
    response = JsonResponse(problem.as_dict(), status=problem.status, content_type="application/problem+json")
    if wait := problem.extra.get("retry_after_ms"):
        response["Retry-After"] = str(max(1, -(-int(wait) // 1000)))
    return response


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW: the same problem+json as everywhere."""
    return problem_response(CsrfFailed())


def check_csrf(request: HttpRequest) -> None:
    """Raise CsrfFailed unless an unsafe request carries the cookie and header that belong together."""
    guard = CsrfViewMiddleware(lambda _: HttpResponse())
    guard.process_request(request)
    if guard.process_view(request, _unexempt, (), {}) is not None:
        raise CsrfFailed


def _unexempt(request: HttpRequest) -> HttpResponse:
    """A view without csrf_exempt, for the guard to look at."""
    return HttpResponse()


def trusted(address: str, proxies: tuple[str, ...]) -> bool:
    """True when `address` is one of the proxies (addresses or networks) that the operator named."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(ip in ipaddress.ip_network(proxy, strict=False) for proxy in proxies)


class ProxyMiddleware:
    """Believe X-Forwarded-* only from HEARTHSIDE_TRUSTED_PROXIES."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response
        self.proxies = settings.HEARTHSIDE.trusted_proxies

    def __call__(self, request: HttpRequest) -> HttpResponse:
        meta: dict[str, Any] = request.META
        if trusted(meta.get("REMOTE_ADDR", ""), self.proxies):
            chain = [part.strip() for part in meta.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
            for address in reversed(chain):
                meta["REMOTE_ADDR"] = address
                if not trusted(address, self.proxies):
                    break
        else:
            for name in ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST"):
                meta.pop(name, None)
        return self.get_response(request)


class HeadersMiddleware:
    """Headers on every answer, and a method that is not allowed as a problem; no cache keeps the API's answers."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405:
            allowed, response = response.headers.get("Allow", ""), problem_response(WrongMethod())
            response.headers["Allow"] = allowed
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if request.path.startswith(("/api/", "/_allauth/")):
            response.headers["Cache-Control"] = "no-store"
        return response
