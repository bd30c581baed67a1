"""Routes for whoever is signed in: confirming that it is they, and adding, naming and removing factors.

They lie under the sign-in library's addresses, because staff reach nothing else before they have a factor. Secrets that
wait for their first code wait sealed in the session.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.decorators import rate_limit
from allauth.headless.base.response import AuthenticationResponse, ConflictResponse
from allauth.headless.base.views import APIView
from allauth.headless.internal.restkit.response import APIResponse, ErrorResponse
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.decorators import method_decorator

from accounts.access import require_fresh, signin_of
from accounts.factors import actions, codes, passkeys
from accounts.factors.inputs import (
    TOO_MANY,
    WRONG_CODE,
    WRONG_PASSKEY,
    CodeInput,
    Limit,
    NamePasskeyInput,
    NewPasskeyInput,
    PasskeyInput,
    PasswordInput,
    WhichPasskeyInput,
    check_page,
    refuse,
    try_code,
    try_passkey,
)
from accounts.factors.queries import find_passkeys, list_factors
from accounts.factors.second_step import show_options
from accounts.factors.standing import has_factor
from accounts.models import Person, SignIn
from accounts.queries import get_practice
from hearthside import clock, live

WAITING = "factor.secret"  # where a session's data keeps an app's secret until its first code


class _SignedIn(APIView):
    """A route for whoever is signed in; with `fresh` only once they have confirmed that it is they."""

    fresh = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse before anything is read."""
        if not request.user.is_authenticated:
            return AuthenticationResponse(request)
        check_page(request)
        if self.fresh:
            require_fresh(request)
        return super().dispatch(request, *args, **kwargs)

    @property
    def signin(self) -> SignIn:
        """The sign-in behind the request."""
        return signin_of(self.request)

    @property
    def person(self) -> Person:
        """Who is signed in."""
        return self.signin.person

    def answer(self, data: Any = None) -> HttpResponse:
        """A plain yes."""
        return APIResponse(self.request, data=data)


# Confirming


@method_decorator(rate_limit(action="reauthenticate"), name="handle")
class ConfirmByPassword(_SignedIn):
    """POST {password}; for who has no second factor."""

    input_class = PasswordInput

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Check the password; the hash is made here, in the request's own thread."""
        if has_factor(self.person.pk):
            sentence = "Your password is not enough for this. Use your second step."
            return refuse(request, self.input, "password", sentence, "factor_first")
        try:
            right = get_adapter(request).reauthenticate(self.person, self.input.cleaned_data["password"])
        except ValidationError as error:
            return ErrorResponse(request, exception=ValidationError([error]))
        if not right:
            return refuse(request, self.input, "password", "This is not your password.", "incorrect_password")
        live.write(live.Write(partial(actions.confirm_signin, self.signin.pk, SignIn.Way.PASSWORD)))
        return self.answer()


class ConfirmByCode(_SignedIn):
    """POST {code}: of the authenticator app, or a recovery code."""

    input_class = CodeInput

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take the code."""
        way = try_code(request, self.input, self.person, signin=self.signin.pk)
        return way if isinstance(way, ErrorResponse) else self.answer()


class ConfirmByPasskey(_SignedIn):
    """GET: options for the browser; POST {credential}: its answer."""

    input_class = {"POST": PasskeyInput}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask for one of one's own passkeys."""
        return show_options(request, self.person, find_passkeys(self.person.pk))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take the answer."""
        way = try_passkey(request, self.input, self.person, signin=self.signin.pk)
        return way if isinstance(way, ErrorResponse) else self.answer()


# Factors


class Factors(_SignedIn):
    """GET: one's factors, without their secrets."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """List them."""
        return self.answer(list_factors(self.person))


class App(_SignedIn):
    """The authenticator app. GET: a new secret; POST {code}: its first code; DELETE: remove it."""

    input_class = {"POST": CodeInput}
    fresh = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A secret to set an app up with, as text and as a QR code; it counts once a code of it came back."""
        secret = codes.make_secret()
        request.session[WAITING] = codes.seal_secret(self.person.pk, secret)
        link = codes.app_link(secret, issuer=get_practice().name, account=self.person.email)
        return self.answer({"secret": secret, "link": link, "qr": codes.draw_qr(link)})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take the app in when its code fits."""
        kept = request.session.get(WAITING)
        if kept is None:
            return ConflictResponse(request)
        limit = Limit(request, self.person)
        if limit.reached:
            return refuse(request, self.input, "code", TOO_MANY, "too_many_login_attempts")
        secret = codes.open_secret(self.person.pk, kept)
        counter = codes.find_counter(secret, self.input.cleaned_data["code"], clock.now())
        if counter is None:
            return refuse(request, self.input, "code", WRONG_CODE, "incorrect_code")
        limit.undo()
        add = partial(actions.add_totp, self.person, secret=secret, counter=counter, signin=self.signin.pk)
        done = live.write(live.Write(add))
        del request.session[WAITING]
        return self.answer(done)

    def delete(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Remove the app."""
        return self.answer(live.write(live.Write(partial(actions.remove_totp, self.person))))


class Passkeys(_SignedIn):
    """Passkeys. GET: options for a new one; POST {name, credential}; PUT {id, name}; DELETE {id}."""

    input_class = {"POST": NewPasskeyInput, "PUT": NamePasskeyInput, "DELETE": WhichPasskeyInput}
    fresh = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What a browser needs to make a passkey; 409 where passkeys cannot work."""
        try:
            options = passkeys.begin_adding(request.session, self.person, find_passkeys(self.person.pk))
        except passkeys.Unfit:
            return ConflictResponse(request)
        return self.answer({"options": options["publicKey"]})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take the new passkey in."""
        data = self.input.cleaned_data
        try:
            credential = passkeys.finish_adding(request.session, self.person, data["credential"])
        except passkeys.Unfit:
            return refuse(request, self.input, "credential", WRONG_PASSKEY, "incorrect_code")
        add = partial(
            actions.add_passkey, self.person, name=data["name"], credential=credential, signin=self.signin.pk
        )
        return self.answer(live.write(live.Write(add)))

    def put(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Call it by another name."""
        data = self.input.cleaned_data
        rename = partial(actions.rename_passkey, self.person, factor=data["id"], name=data["name"])
        return self.answer(live.write(live.Write(rename)))

    def delete(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Remove it."""
        remove = partial(actions.remove_passkey, self.person, self.input.cleaned_data["id"])
        return self.answer(live.write(live.Write(remove)))


class Recovery(_SignedIn):
    """POST: new recovery codes in place of the old; the one time they are shown."""

    fresh = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Make them."""
        return self.answer(live.write(live.Write(partial(actions.renew_recovery_codes, self.person))))
