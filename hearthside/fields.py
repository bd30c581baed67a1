"""A model field whose words are encrypted in the database."""

from __future__ import annotations

from typing import Any

from django.db import models

from hearthside.crypto import open_box, seal


class _Words:
    """Opens the box when the words are first asked for, and keeps them on the row."""

    def __init__(self, field: EncryptedTextField) -> None:
        self.field = field

    def __get__(self, row: models.Model | None, owner: type[models.Model]) -> Any:
        if row is None:
            return self
        name = self.field.attname
        if name not in row.__dict__:
            row.refresh_from_db(fields=[name])
        value = row.__dict__[name]
        if isinstance(value, bytes | memoryview):
            value = open_box(bytes(value), self.field.place(row))
            row.__dict__[name] = value
        return value

    def __set__(self, row: models.Model, value: str | bytes | None) -> None:
        row.__dict__[self.field.attname] = value


class EncryptedTextField(models.BinaryField):  # type: ignore[type-arg]
    """Text that is a str in Python and a box (hearthside/crypto.py) in its row.

    The row's id must be known before it is saved (a uuid4 default), because the box is bound to it. It is never
    searched, and never written by `QuerySet.update()`, which knows no row.
    """

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, _Words(self))

    def place(self, row: models.Model) -> str:
        """Where the box belongs: table.column.id, its associated data."""
        return f"{row._meta.db_table}.{self.column}.{row.pk}"

    def get_default(self) -> Any:
        """The default as words (BinaryField would answer bytes)."""
        if self.has_default():
            return self.default() if callable(self.default) else self.default
        return None if self.null else ""

    def pre_save(self, model_instance: models.Model, add: bool) -> bytes | None:
        value = model_instance.__dict__.get(self.attname)
        if isinstance(value, str):
            return seal(value, self.place(model_instance))
        return None if value is None else bytes(value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if isinstance(value, str):
            raise TypeError(f"{self.name} is encrypted: write it with save(), never search for it")
        return super().get_db_prep_value(value, connection, prepared)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("default", None)
        return name, path, args, kwargs
