"""What the routes of second factors are sent, and the checking of codes and passkeys behind a limit."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from allauth.core.internal import ratelimit
from allauth.headless.internal.restkit import inputs
from allauth.headless.internal.restkit.response import ErrorResponse
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from accounts.factors import actions, passkeys
from accounts.factors.queries import find_passkeys
from accounts.models import Person
from accounts.tidy import check_name
from hearthside import live
from hearthside.api import PERSON_HEADER
from hearthside.errors import SignedOut

WRONG_CODE = "This code does not fit, or it was used. Wait for the next one and try again."
WRONG_PASSKEY = "This passkey did not work here. Please try again, or use another way."
TOO_MANY = "Too many tries. Please wait five minutes."


class CodeInput(inputs.Input):
    """A code as typed."""

    code = inputs.CharField(max_length=40)


class PasswordInput(inputs.Input):
    """A password as typed."""

    password = inputs.CharField(max_length=4096, strip=False)


class PasskeyInput(inputs.Input):
    """A browser's answer about a passkey."""

    credential = forms.JSONField()


class NewPasskeyInput(PasskeyInput):
    """A passkey just made, and what to call it."""

    name = inputs.CharField(max_length=100)

    def clean_name(self) -> str:
        """The name as we keep it."""
        return tidy_name(self.cleaned_data["name"])


class NamePasskeyInput(inputs.Input):
    """Another name for a passkey."""

    id = forms.IntegerField()
    name = inputs.CharField(max_length=100)

    def clean_name(self) -> str:
        """The name as we keep it."""
        return tidy_name(self.cleaned_data["name"])


class WhichPasskeyInput(inputs.Input):
    """One of one's passkeys."""

    id = forms.IntegerField()


def tidy_name(text: str) -> str:
    """A passkey's name in the form names are kept; raises ValidationError."""
    try:
        return check_name(text)
    except ValueError as error:
        raise ValidationError(f"{error}.", code="invalid") from error


class Limit:
    """The limit on wrong tries of one person's second factor; `undo` gives back what a right one took."""

    def __init__(self, request: HttpRequest, person: Person) -> None:
        self._usage = ratelimit.consume(
            request, app="allauth.account", action="factor", key=f"factor {person.pk}"
        )

    @property
    def reached(self) -> bool:
        """Whether there were too many wrong tries already."""
        return self._usage is None

    def undo(self) -> None:
        """Do not count this try."""
        if self._usage is not None:
            self._usage.rollback()


def refuse(request: HttpRequest, form: inputs.Input, field: str, sentence: str, code: str) -> ErrorResponse:
    """The answer that says what does not fit, at its field."""
    form.add_error(field, ValidationError(sentence, code=code))
    return ErrorResponse(request, input=form)


def try_code(request: HttpRequest, form: Any, person: Person, *, signin: str = "") -> str | ErrorResponse:
    """The way a typed code confirms the person, or the refusal; a right code is used up."""
    limit = Limit(request, person)
    if limit.reached:
        return refuse(request, form, "code", TOO_MANY, "too_many_login_attempts")
    use = partial(actions.use_code, person, form.cleaned_data["code"], signin=signin)
    way = str(live.write(live.Write(use))["way"])
    if way == actions.NO_WAY:
        return refuse(request, form, "code", WRONG_CODE, "incorrect_code")
    limit.undo()
    return way


def try_passkey(
    request: HttpRequest, form: Any, person: Person, *, alone: bool = False, signin: str = ""
) -> str | ErrorResponse:
    """The way a shown passkey confirms the person, or the refusal; `alone` when no password came before it."""
    known: Sequence[str] = find_passkeys(person.pk)
    answer = form.cleaned_data["credential"]
    try:
        shown = passkeys.finish_asking(request.session, None if alone else person, known, answer)
    except passkeys.Unfit:
        return refuse(request, form, "credential", WRONG_PASSKEY, "incorrect_code")
    use = partial(actions.use_passkey, person, credential=shown.credential, count=shown.count, signin=signin)
    way = str(live.write(live.Write(use))["way"])
    if way == actions.NO_WAY:
        return refuse(request, form, "credential", WRONG_PASSKEY, "incorrect_code")
    return way


def check_page(request: HttpRequest) -> None:
    """Raise SignedOut when the page that asks was opened by somebody else on this device."""
    if request.headers.get(PERSON_HEADER, str(request.user.pk)) != str(request.user.pk):
        raise SignedOut("Somebody else has signed in on this device.")
