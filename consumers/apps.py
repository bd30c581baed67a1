"""Django's entry for this app."""

from django.apps import AppConfig


class ConsumersConfig(AppConfig):
    """The socket's doors."""

    name = "consumers"
    default_auto_field = "django.db.models.BigAutoField"
