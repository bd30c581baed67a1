"""Django's entry for this app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The app that knows people."""

    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
