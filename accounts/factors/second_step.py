"""Signing in with a second factor: the step after the password, and a passkey alone.

The library remembers the first step in the session; until the second there is no sign-in, no person on the request, and
so nothing of the API and no ticket for the socket.
"""

from __future__ import annotations

import uuid
from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.decorators import rate_limit
from allauth.headless.base.response import AuthenticationResponse, ConflictResponse
from allauth.headless.base.views import APIView, AuthenticationStageAPIView
from allauth.headless.internal.restkit.response import APIResponse, ErrorResponse
from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator

from accounts.factors import passkeys
from accounts.factors.inputs import WRONG_PASSKEY, CodeInput, PasskeyInput, refuse, try_code, try_passkey
from accounts.factors.queries import find_passkeys
from accounts.models import Person, SignIn

METHOD = "mfa"
PASSKEY_TYPE = "webauthn"  # with `passwordless` the library's own mark that no second step is needed


class _Step(AuthenticationStageAPIView):
    """The second step of a sign-in whose password was right."""

    stage_class = AuthenticateStage

    def finish(self, way: str | ErrorResponse) -> HttpResponse:
        """Sign in, or say what did not fit."""
        if isinstance(way, ErrorResponse):
            return way
        record_authentication(self.request, self.stage.login.user, METHOD, way=way)
        return self.respond_next_stage()


class CodeStep(_Step):
    """POST {code}: of the authenticator app, or a recovery code."""

    input_class = CodeInput

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take the code."""
        return self.finish(try_code(request, self.input, self.stage.login.user))


class PasskeyStep(_Step):
    """GET: options for the browser; POST {credential}: its answer."""

    input_class = {"POST": PasskeyInput}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask for one of the person's passkeys."""
        person = self.stage.login.user
        return show_options(request, person, find_passkeys(person.pk))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take the answer."""
        return self.finish(try_passkey(request, self.input, self.stage.login.user))


@method_decorator(rate_limit(action="login"), name="handle")
class PasskeySignIn(APIView):
    """Sign in by a passkey alone. GET: options for the browser; POST {credential}: its answer."""

    input_class = {"POST": PasskeyInput}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask for any passkey of this place."""
        return show_options(request, None, [])

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take the answer; who it belongs to stands in it and is proved by it."""
        if request.user.is_authenticated:
            return ConflictResponse(request)
        person = self.find_holder()
        if person is None:
            return refuse(request, self.input, "credential", WRONG_PASSKEY, "incorrect_code")
        way = try_passkey(request, self.input, person, alone=True)
        if isinstance(way, ErrorResponse):
            return way
        if not person.is_active:
            sentence = "This account is closed. Please ask your practice."
            return refuse(request, self.input, "credential", sentence, "account_inactive")
        record_authentication(
            request, person, METHOD, way=SignIn.Way.PASSKEY, type=PASSKEY_TYPE, passwordless=True
        )
        perform_login(request, Login(user=person))
        return AuthenticationResponse(request)

    def find_holder(self) -> Person | None:
        """Whose passkey it says it is."""
        try:
            holder = passkeys.holder_of(self.input.cleaned_data["credential"])
            return Person.objects.filter(pk=uuid.UUID(bytes=holder)).first()
        except (passkeys.Unfit, ValueError):
            return None


def show_options(request: HttpRequest, person: Person | None, known: list[str]) -> HttpResponse:
    """What a browser needs to ask for a passkey, or 409 where passkeys cannot work."""
    try:
        options = passkeys.begin_asking(request.session, person, known)
    except passkeys.Unfit:
        return ConflictResponse(request)
    return APIResponse(request, data={"options": options["publicKey"]})
