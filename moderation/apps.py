"""Django's entry for this app."""

from django.apps import AppConfig


class ModerationConfig(AppConfig):
    """Rules that stand on the community."""

    name = "moderation"
    default_auto_field = "django.db.models.BigAutoField"
