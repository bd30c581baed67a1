"""What every test stands on: one database file that all threads of a test can open."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import TransactionTestCase


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Keep the SQLite test database in a file: threads cannot share one in memory like the real one."""
    database = settings.DATABASES["default"]
    if "sqlite" in database["ENGINE"]:
        database.setdefault("TEST", {})["NAME"] = str(Path(os.environ["HEARTHSIDE_DATA"]) / "test.sqlite3")


@pytest.fixture(scope="session", autouse=True)
def emptied_audit_tables() -> Iterator[None]:
    """Let a test that commits have its tables emptied after it: the audit trail's guards are lifted just for that."""
    cases: Any = TransactionTestCase
    empty = cases._fixture_teardown

    def lifted(case: Any) -> None:
        from django.db import connection

        from hearthside.audit_guards import install_guards, remove_guards

        remove_guards(connection)
        try:
            empty(case)
        finally:
            install_guards(connection)

    cases._fixture_teardown = lifted
    yield
    cases._fixture_teardown = empty
