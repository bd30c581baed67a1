"""Django's entry for this app."""

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    """The app that carries what it cannot read."""

    name = "messaging"
    default_auto_field = "django.db.models.BigAutoField"
