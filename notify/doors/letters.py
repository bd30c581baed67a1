"""Where the links in letters lead: to a notice, and to having no more letters of a kind."""

from __future__ import annotations

import json
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from ninja import Router, Schema

from accounts.queries import get_practice
from hearthside.api import ProblemAnswer
from hearthside.errors import NotFound, RateLimited
from hearthside.headers import problem_response
from hearthside.limits import limiter
from hearthside.live import Write, write
from hearthside.pages import shell
from notify.actions.choosing import choose_by_token
from notify.queries.choices import read_letter_choice
from notify.queries.notices import find_link
from notify.tokens import read_token

router = Router(tags=["notices"])
MOST_BYTES = 1000


class UnsubscribeAnswer(Schema):
    """Which kind of letter a link is about, whose, and whether those are sent now."""

    kind: str
    practice: str
    on: bool


@router.get(
    "/unsubscribe/{token}",
    auth=None,
    response={200: UnsubscribeAnswer, 404: ProblemAnswer},
    operation_id="unsubscribe.show",
    summary="What an unsubscribe link is about; open to whoever holds it",
)
def get_unsubscribe(request: HttpRequest, token: str) -> Any:
    """The kind behind the token."""
    person_id, kind = read_or_raise(token)
    return {"kind": kind, "practice": get_practice().name, "on": read_letter_choice(person_id, kind)}


def read_or_raise(token: str) -> tuple[UUID, str]:
    """Person and kind of a token; raises NotFound for one that we did not sign."""
    found = read_token(token)
    if found is None:
        raise NotFound
    return found


@csrf_exempt
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the page; POST ends the letters at once, from a mail program (RFC 8058) or from that page.

    There is no sign-in and no cookie behind it: the token says who. A GET changes nothing, as mail programs follow
    links to look at them. A JSON body `{"on": true}` takes it back.
    """
    if request.method in ("GET", "HEAD"):
        return shell(request)
    try:
        if request.method != "POST":
            raise NotFound
        person_id, kind = read_or_raise(token)
        limiter().take(str(person_id), "unsubscribe")
        act = partial(choose_by_token, person_id, kind, on=asks_for_more(request))
        return JsonResponse(write(Write(act, (f"person:{person_id}",))))
    except (NotFound, RateLimited) as problem:
        return problem_response(problem)


def asks_for_more(request: HttpRequest) -> bool:
    """Whether a body is the page's "send them again"; everything else ends them."""
    if request.content_type != "application/json":
        return False
    try:
        data = json.loads(request.read(MOST_BYTES))
    except (ValueError, RecursionError):
        return False
    return isinstance(data, dict) and data.get("on") is True


def open_notice(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """The link of a letter: leads its own person, signed in, to what it is about, and everybody else to the notices."""
    link = find_link(request.user.pk, notice_id) if request.user.is_authenticated else None
    return HttpResponseRedirect(link or "/notices", headers={"Cache-Control": "no-store"})
