"""Printing a row never shows what people wrote: not in a log, a traceback or a debugger."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import models

from hearthside.fields import EncryptedTextField

SECRET = "what she told nobody"


def our_models() -> list[type[models.Model]]:
    """Every model of our own."""
    return [model for model in apps.get_models() if not model.__module__.startswith(("django", "allauth"))]


def shown(model: type[models.Model]) -> str:
    """How a row prints when each text field holds a secret."""
    row = model()
    for field in model._meta.concrete_fields:
        if (
            isinstance(field, models.TextField | models.CharField | EncryptedTextField)
            and not field.primary_key
        ):
            setattr(row, field.attname, SECRET)
    return f"{row!r} {row} {[row]}"


def secret_models() -> list[type[models.Model]]:
    """The models that hold words of people."""
    return [
        model for model in our_models() if any(isinstance(f, EncryptedTextField) for f in model._meta.fields)
    ]


def test_there_are_secrets_to_keep() -> None:
    assert secret_models()


@pytest.mark.parametrize("model", secret_models(), ids=lambda model: model.__name__)
def test_a_row_prints_without_its_words(model: type[models.Model]) -> None:
    row = model()
    for field in model._meta.concrete_fields:
        if isinstance(field, EncryptedTextField):
            setattr(row, field.attname, SECRET)
    assert SECRET not in f"{row!r} {row} {[row]}"


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model.__name__)
def test_every_model_says_how_it_prints(model: type[models.Model]) -> None:
    assert any("__repr__" in kind.__dict__ for kind in model.__mro__ if kind.__module__ == model.__module__)


def test_the_rule_can_fail() -> None:
    class Diary(models.Model):
        words = EncryptedTextField()

        class Meta:
            app_label = "hearthside"
            abstract = True

        def __repr__(self) -> str:
            return f"<Diary {self.words}>"

    class Planted(Diary):
        class Meta(Diary.Meta):
            abstract = False
            managed = False

    try:
        assert SECRET in shown(Planted)
    finally:
        del apps.all_models["hearthside"]["planted"]
        apps.clear_cache()
