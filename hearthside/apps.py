"""Django's entry for the shell."""

from django.apps import AppConfig


class HearthsideConfig(AppConfig):
    """The shell: live log, jobs, encryption."""

    name = "hearthside"
    default_auto_field = "django.db.models.BigAutoField"
