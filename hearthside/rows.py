"""Rows by hand-written SQL, for the few statements on the path of every post.

Django builds each statement anew, which costs more than running it (bench/: about a third of a post's time each). Here
the statement is text, and only values are converted, by the model fields' own rules, so the rows are ordinary rows.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections, models

Row = Any
Converter = tuple[int, tuple[Callable[..., Any], ...]]


@functools.cache
def columns(model: type[models.Model], alias: str) -> str:
    """The model's columns as a SELECT names them, under a table alias."""
    return ", ".join(f'{alias}."{field.column}"' for field in model._meta.concrete_fields)


@functools.cache
def _names(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


@functools.cache
def _converters(model: type[models.Model], vendor: str) -> list[Converter]:
    """Which of the model's columns the database hands over in a form of its own, and what makes them Python's."""
    found = []
    for index, field in enumerate(model._meta.concrete_fields):
        column = field.get_col(model._meta.db_table)
        made = (*connection.ops.get_db_converters(column), *column.get_db_converters(connection))
        if made:
            found.append((index, tuple(made)))
    return found


def as_value(value: Any, vendor: str) -> Any:
    """A parameter as the database takes it: SQLite knows no uuid."""
    return value.hex if vendor == "sqlite" and isinstance(value, UUID) else value


def read_row(sql: str, params: Sequence[Any], *kinds: type[models.Model]) -> tuple[Row, ...] | None:
    """The first row of a statement that selects `columns()` of each of `kinds` in turn; None when there is none."""
    here = connections[DEFAULT_DB_ALIAS]  # asked once: the `connection` proxy looks itself up at every use
    with here.cursor() as cursor:
        cursor.execute(sql, [as_value(value, here.vendor) for value in params])
        found = cursor.fetchone()
    if found is None:
        return None
    rows, start = [], 0
    for model in kinds:
        names = _names(model)
        values = list(found[start : start + len(names)])
        start += len(names)
        for index, converters in _converters(model, here.vendor):
            for convert in converters:
                values[index] = convert(values[index], None, here)
        rows.append(model.from_db(here.alias, names, values))
    return tuple(rows)


@functools.cache
def _insert(model: type[models.Model]) -> str:
    fields = model._meta.concrete_fields
    names = ", ".join(f'"{field.column}"' for field in fields)
    places = ", ".join("%s" for _ in fields)
    return f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({places})'  # nosec B608


def insert_row(row: models.Model) -> None:
    """Insert a new row whose id is known, as `save(force_insert=True)` does."""
    here = connections[DEFAULT_DB_ALIAS]
    values = [field.get_db_prep_save(field.pre_save(row, True), here) for field in row._meta.concrete_fields]
    with here.cursor() as cursor:
        cursor.execute(_insert(type(row)), values)
    row._state.adding, row._state.db = False, here.alias


def drop_if_broken() -> None:
    """Close this thread's connection if an error left it unusable.

    Threads of ours keep their connection for life; Django's own `close_if_unusable_or_obsolete` would close it after
    every use, because requests' threads, which come and go, need CONN_MAX_AGE 0.
    """
    if connection.errors_occurred:
        if connection.is_usable():
            connection.errors_occurred = False
        else:
            connection.close()
