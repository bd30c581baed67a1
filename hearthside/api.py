"""The HTTP door: django-ninja under /api, one route for each command, problem+json for every refusal."""

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as RequestInvalid
from ninja.security import APIKeyCookie
from pydantic import ConfigDict

from hearthside.commands import Command, run_command
from hearthside.errors import BadRequest, Invalid, NotFound, Problem, SignedOut, TooLarge
from hearthside.headers import check_csrf, problem_response

# A page says whose it is: on a shared device somebody else may have signed in since, in another tab, and an outbox
# must never be sent under another person.
PERSON_HEADER = "X-Hearthside-Person"


class ProblemAnswer(Schema):
    """A problem+json answer (RFC 9457); `type` is a slug of docs/errors.md."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str


READ_PROBLEMS = dict.fromkeys((400, 401, 404, 422), ProblemAnswer)
WRITE_PROBLEMS = dict.fromkeys((400, 401, 403, 404, 409, 413, 422, 429, 503), ProblemAnswer)


class SignedIn(APIKeyCookie):
    """The sign-in session; unsafe calls must also carry the CSRF cookie and header."""

    param_name = "sessionid"

    def __init__(self) -> None:
        super().__init__(csrf=False)

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        """The person, once a living sign-in stands behind the session; raises SignedOut or CsrfFailed."""
        if not request.user.is_authenticated:
            raise SignedOut
        if request.headers.get(PERSON_HEADER, str(request.user.pk)) != str(request.user.pk):
            raise SignedOut("Somebody else has signed in on this device. What you wrote is kept for you.")
        check_csrf(request)
        return request.user

    def __call__(self, request: HttpRequest) -> Any:
        return self.authenticate(request, request.COOKIES.get(self.param_name))


def make_api() -> NinjaAPI:
    """The API with its handlers for everything that can go wrong; the routes are added by hearthside/urls.py."""
    api = NinjaAPI(
        title="Hearthside",
        version="1",
        description="Every act has one command; POST /api/<command> and the socket's rpc take the same data.",
        docs_url=None,
        auth=SignedIn(),
        urls_namespace="api",
    )
    explained: dict[type[Exception], Callable[[Any], Problem]] = {
        Problem: lambda error: error,
        AuthenticationError: lambda error: SignedOut(),
        RequestInvalid: explain_request,
        HttpError: lambda error: BadRequest(),
        RequestDataTooBig: lambda error: TooLarge(),
        SuspiciousOperation: lambda error: BadRequest(),
    }
    for kind, explain in explained.items():
        api.add_exception_handler(kind, partial(answer_problem, explain))
    return api


def answer_problem(explain: Callable[[Any], Problem], request: HttpRequest, error: Any) -> HttpResponse:
    """The answer to an exception that ended a request."""
    return problem_response(explain(error))


def explain_request(error: RequestInvalid) -> Problem:
    """A request that does not fit: NotFound for an id that is none, else Invalid with the fields."""
    fields = {}
    for item in error.errors:
        place = [str(part) for part in item["loc"]]
        if place[:1] == ["path"]:
            return NotFound()
        name = ".".join(place[2:] if place[:1] == ["body"] else place[1:]) or "data"
        words = {"extra_forbidden": "This field is not known.", "missing": "This is needed."}
        fields[name] = words.get(
            item["type"], str(item["msg"]).removeprefix("Value error, ").rstrip(".") + "."
        )
    return Invalid(fields=fields)


def add_command(api: NinjaAPI, command: Command) -> None:
    """Give one command its route: POST /api/<name>, operationId = name."""
    kind = command.data

    def view(request: HttpRequest, data: kind) -> Any:  # type: ignore[valid-type]
        signin = getattr(request, "signin", None)
        return run_command(command, request.auth, data, signin=signin)  # type: ignore[attr-defined]

    view.__name__ = command.name.replace(".", "_")
    api.post(
        f"/{command.name}",
        operation_id=command.name,
        summary=command.summary,
        response={200: command.answer, **WRITE_PROBLEMS},
        tags=[command.name.partition(".")[0]],
        url_name=command.name,
    )(view)


def no_such_route(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Everything under /api that is no route."""
    return problem_response(NotFound())


def read_id(text: str) -> uuid.UUID:
    """An id from a path or from data; raises NotFound, as for any id that is not there."""
    try:
        return uuid.UUID(text)
    except ValueError:
        raise NotFound from None
