"""The page shell and the service worker: static files made by the front end's build, the same for everybody."""

from __future__ import annotations

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse

NOT_BUILT = "The front end is not built yet. Run `make setup`, then reload this page.\n"


def _static_page(name: str, content_type: str) -> HttpResponse:
    """A file of the build, always asked for anew (it names the hashed files)."""
    try:
        content = (settings.STATIC_ROOT / name).read_bytes()
    except OSError:
        return HttpResponse(NOT_BUILT, status=503, content_type="text/plain; charset=utf-8")
    return HttpResponse(content, content_type=content_type, headers={"Cache-Control": "no-cache"})


def shell(request: HttpRequest, path: str = "") -> HttpResponse:
    """Every page address answers with the shell; what is shown there is the front end's matter."""
    return _static_page("index.html", "text/html; charset=utf-8")


def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker, from the root so that its scope is the whole site."""
    return _static_page("sw.js", "text/javascript; charset=utf-8")


def manifest(request: HttpRequest) -> HttpResponse:
    """The web app manifest."""
    return _static_page("manifest.webmanifest", "application/manifest+json")


def ready(request: HttpRequest) -> HttpResponse:
    """200 once this process can answer from its database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ready"}, headers={"Cache-Control": "no-store"})
