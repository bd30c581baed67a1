"""How the sign-in library does our things: by our actions, with our words."""

from functools import partial
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.headless.internal.restkit.response import ErrorResponse
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from accounts import actions
from accounts.access import access_self
from accounts.devices import read_device
from accounts.models import Person, SignIn
from accounts.queries import find_live_signin
from hearthside import live
from hearthside.errors import Problem


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up by invitation, sign-ins that can be ended, mail by jobs.

    The library's views run each in its request's own thread, so hashing a password (argon2, slow on purpose)
    never stands on the event loop nor inside a transaction.
    """

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "This account is closed. Please ask your practice.",
        "email_password_mismatch": "This address and password do not fit together. Please try again.",
        "email_taken": "This address has an account. Sign in with it.",
        "enter_current_password": "This is not your present password.",
        "invalid_password_reset": "This link was used or is too old. Ask for a new one.",
        "too_many_login_attempts": "Too many tries. Please wait five minutes, or ask for a new password.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Only for a request whose invitation the form has found good (accounts/forms.py)."""
        return getattr(request, "invitation", None) is not None

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Person:
        """Make the person that the invitation is for."""
        data = form.cleaned_data
        work = partial(
            actions.join_by_invitation,
            data["invitation"],
            email=data["email"],
            name=data["name"],
            password_hash=make_password(data["password"]),
        )
        try:
            answer = live.write(live.Write(work))
        except Problem as problem:
            error = ValidationError([ValidationError(problem.detail, code=problem.slug)])
            raise ImmediateHttpResponse(ErrorResponse(request, exception=error)) from problem
        self.stash_verified_email(request, data["email"])
        return Person.objects.get(pk=answer["person"])

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Person | None:
        """The person with these credentials; a closed account says so to who knows its password."""
        person: Person | None = super().authenticate(request, **credentials)
        if person is not None and not person.is_active:
            raise self.validation_error("account_inactive")
        return person

    def login(self, request: HttpRequest, user: Any) -> None:
        """Sign in, and note the sign-in under an id that may be shown.

        The library calls this after the last step only: half a sign-in has no row and opens nothing. Raises SignedOut
        for an account that was closed between the steps.
        """
        access_self(user)
        records = get_authentication_records(request, user)
        by = records[-1].get("way", SignIn.Way.PASSWORD) if records else SignIn.Way.PASSWORD
        begin = partial(
            actions.begin_signin, user, by=by, device=read_device(request.headers.get("User-Agent", ""))
        )
        signin_id = live.write(live.Write(begin))["signin"]
        super().login(request, user)
        request.session[actions.SIGNIN_KEY] = signin_id
        request.signin = find_live_signin(signin_id)  # type: ignore[attr-defined]

    def logout(self, request: HttpRequest) -> None:
        """Sign out, and end the sign-in with its sockets."""
        signin: SignIn | None = getattr(request, "signin", None)
        super().logout(request)
        if signin is not None:
            end = partial(actions.end_signin, signin.pk, SignIn.Reason.SIGNED_OUT)
            live.write(live.Write(end, streams=(signin.person.stream,)))

    def set_password(self, user: Any, password: str) -> None:
        """Replace the password and end the person's other sign-ins; all of them after a reset."""
        user.set_password(password)
        signin: SignIn | None = getattr(self.request, "signin", None)
        keep = signin.pk if signin is not None and signin.person_id == user.pk else ""
        change = partial(actions.set_password, user, user.password, keep=keep)
        live.write(live.Write(change, streams=(user.stream,)))

    def send_password_reset_mail(self, user: Any, email: str, context: dict[str, Any]) -> None:
        """Leave the mail to a job."""
        live.write(live.Write(partial(actions.ask_for_reset, user)))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """The one mail the library has left would tell a stranger that they have no account: send nothing.

        The same write as for a known address is done, so that the answer takes as long.
        """
        live.write(live.Write(partial(actions.ask_for_reset, None)))
