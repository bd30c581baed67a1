"""A request counts as signed in only while its sign-in lives."""

import traceback
from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse

from accounts.access import require_factor
from accounts.actions import SIGNIN_KEY, note_activity
from accounts.queries import find_live_signin
from hearthside import live
from hearthside.errors import BadRequest, Problem, TooLarge
from hearthside.headers import problem_response

API = "/api/"
BEFORE_A_FACTOR = ("GET", "/api/me")  # all that the API answers to staff without a second factor


class SignInMiddleware:
    """Flush sessions whose sign-in ended or went idle, set `request.signin`, and count commands as input.

    Staff who must set up a second factor get nothing of the API but who they are, and so no ticket for the socket.

    Stands after AuthenticationMiddleware.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.signin = None  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            try:
                self.check_signin(request)
            except Problem as problem:
                return problem_response(problem)
        return self.get_response(request)

    def check_signin(self, request: HttpRequest) -> None:
        """Let a living sign-in through; make the request anonymous without one."""
        signin = find_live_signin(request.session.get(SIGNIN_KEY, ""))
        if signin is None or signin.person_id != request.user.pk:
            request.session.flush()
            request.user = AnonymousUser()
            return
        request.signin = signin  # type: ignore[attr-defined]
        command = command_of(request)
        if command and (work := note_activity(signin.pk, command)):
            live.write(work)
        if request.path.startswith(API) and (request.method, request.path) != BEFORE_A_FACTOR:
            require_factor(signin.person)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer what the sign-in library's views let through in the form all problems have."""
        if isinstance(error, Problem):
            return problem_response(error)
        if isinstance(error, RequestDataTooBig):
            return problem_response(TooLarge())
        if isinstance(error, UnicodeEncodeError) or is_unreadable(error):
            return problem_response(BadRequest())
        return None


def is_unreadable(error: Exception) -> bool:
    """Whether a JSON body could not be read: nested too deeply, or with a number of too many digits.

    (A UnicodeEncodeError is half a surrogate pair, which JSON can spell and UTF-8 cannot.)
    """
    if isinstance(error, RecursionError):
        return True
    places = traceback.extract_tb(error.__traceback__)
    return isinstance(error, ValueError) and bool(places) and "/json/" in places[-1].filename


def command_of(request: HttpRequest) -> str:
    """The name of the command that the request is; empty for everything else."""
    if request.method != "POST" or not request.path.startswith(API):
        return ""
    return request.path.removeprefix(API).replace("/", ".")
