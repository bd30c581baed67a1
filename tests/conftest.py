"""What every test stands on: one database file that all threads of a test can open."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.conf import settings


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Keep the SQLite test database in a file: threads cannot share one in memory like the real one."""
    database = settings.DATABASES["default"]
    if "sqlite" in database["ENGINE"]:
        database.setdefault("TEST", {})["NAME"] = str(Path(os.environ["HEARTHSIDE_DATA"]) / "test.sqlite3")
