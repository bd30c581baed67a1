"""Django's entry for this app."""

from django.apps import AppConfig


class NotifyConfig(AppConfig):
    """The app that reaches people who are away."""

    name = "notify"
    default_auto_field = "django.db.models.BigAutoField"
