"""Django's entry for this app."""

from django.apps import AppConfig


class CommunityConfig(AppConfig):
    """Groups, topics and posts."""

    name = "community"
    default_auto_field = "django.db.models.BigAutoField"
