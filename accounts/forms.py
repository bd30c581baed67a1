"""The part of the sign-up form that is ours: a name, and the invitation without which nobody joins."""

from typing import Any

from allauth.core import context
from django import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from accounts.models import Person
from accounts.queries import invitation_by_token
from accounts.tidy import check_name, tidy_email
from hearthside.errors import Problem


class JoinForm(forms.Form):
    """Fields added to the library's sign-up form, which inherits from this one.

    Without a living invitation nothing else is said about what was sent: no answer of this form tells a
    stranger whether an address has an account.
    """

    name = forms.CharField(required=False, strip=True)
    invitation = forms.CharField(max_length=200)

    def clean_name(self) -> str:
        """The name as we keep it; empty when the invitation's is to be taken."""
        name: str = self.cleaned_data["name"]
        try:
            return check_name(name) if name else ""
        except ValueError as error:
            raise ValidationError(f"{error}.", code="invalid") from error

    def clean(self) -> dict[str, Any]:
        """Check the invitation, and the address and name against it; open sign-up for this request alone."""
        data: dict[str, Any] = super().clean() or {}
        if "invitation" not in data:
            self._say_only("invitation", "An invitation is needed to join.", "required")
            return data
        try:
            invitation = invitation_by_token(data["invitation"])
        except Problem as problem:
            self._say_only("invitation", problem.detail, problem.slug)
            return data
        if tidy_email(str(self.data.get("email", ""))) != invitation.email:
            self._say_only("email", "Use the address that the invitation was sent to.", "invitation_email")
            return data
        data["name"] = name = data.get("name") or invitation.name
        self._check_password(data.get("password", ""), Person(email=invitation.email, name=name))
        if not name and "name" not in self.errors:
            self.add_error("name", ValidationError("Please tell us your name.", code="required"))
        if not self.errors:
            context.request.invitation = invitation
        return data

    def _say_only(self, field: str, sentence: str, code: str) -> None:
        """Replace every error by this one."""
        self.errors.clear()
        self.add_error(field, ValidationError(sentence, code=code))

    def _check_password(self, password: str, person: Person) -> None:
        """Refuse a password made of the person's own address or name."""
        if password:
            try:
                validate_password(password, person)
            except ValidationError as error:
                self.add_error("password", error)

    def signup(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Nothing more to do: the adapter has made the person."""
