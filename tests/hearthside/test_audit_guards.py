"""The database itself refuses every change of what is written in the audit trail, and says when its guards are gone."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from hearthside.audit_guards import install_guards, missing_guards, remove_guards
from hearthside.models import AuditEntry, AuditSeal
from tests.hearthside.given_audit import damage, given_entry, given_trail

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("audit_file")]

COPY = "SELECT * FROM {table} WHERE TRUE LIMIT 1"
EVERYWHERE = [
    "UPDATE {table} SET {column} = {column}",
    "UPDATE {table} SET {column} = {column} WHERE 1 = 1",
    "DELETE FROM {table}",
]
ONLY = {
    "sqlite": [
        "INSERT OR REPLACE INTO {table} " + COPY,
        "REPLACE INTO {table} " + COPY,
        "UPDATE OR IGNORE {table} SET {column} = {column}",
        "INSERT INTO {table} " + COPY + " ON CONFLICT DO UPDATE SET {column} = excluded.{column}",
    ],
    "postgresql": [
        "TRUNCATE {table}",
        "DELETE FROM {table} WHERE FALSE",
        "INSERT INTO {table} " + COPY + " ON CONFLICT ({key}) DO UPDATE SET {column} = excluded.{column}",
    ],
}
TABLES = [("hearthside_auditentry", "verb", "id"), ("hearthside_auditseal", "mac", "sequence")]


@pytest.mark.parametrize(("table", "column", "key"), TABLES)
def test_a_change_is_refused(table: str, column: str, key: str) -> None:
    given_trail(3)
    statements = [*EVERYWHERE, *ONLY[connection.vendor]]
    before = [
        list(AuditEntry.objects.order_by("id").values()),
        list(AuditSeal.objects.order_by("pk").values()),
    ]
    for statement in statements:
        sql = statement.format(table=table, column=column, key=key)
        with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic():
            connection.cursor().execute(sql)
    after = [
        list(AuditEntry.objects.order_by("id").values()),
        list(AuditSeal.objects.order_by("pk").values()),
    ]
    assert after == before


@pytest.mark.parametrize(("table", "column", "key"), TABLES)
def test_without_the_guard_the_same_is_done(table: str, column: str, key: str) -> None:
    given_trail(3)
    for statement in EVERYWHERE:
        assert damage(statement.format(table=table, column=column, key=key)) == 3


def test_what_is_new_is_let_in() -> None:
    given_trail(2)
    given_entry()
    assert (AuditEntry.objects.count(), AuditSeal.objects.count()) == (3, 2)


def test_guards_in_place_are_not_missed() -> None:
    assert missing_guards(connection) == []
    install_guards(connection)
    assert missing_guards(connection) == []


def test_missing_guards_are_named() -> None:
    remove_guards(connection)
    gone = missing_guards(connection)
    assert len(gone) == (2 if connection.vendor == "postgresql" else 6)
    assert all(name.startswith("hearthside_audit") for name in gone)
    install_guards(connection)
    assert missing_guards(connection) == []


WEAKER = {
    "sqlite": [
        (
            "DROP TRIGGER hearthside_auditseal_kept_delete",
            "CREATE TRIGGER hearthside_auditseal_kept_delete BEFORE DELETE ON hearthside_auditseal "
            "WHEN 1 = 0 BEGIN SELECT RAISE(ABORT, 'no'); END",
        ),
        ("DROP TRIGGER hearthside_auditentry_kept_insert",),
    ],
    "postgresql": [
        ("ALTER TABLE hearthside_auditentry DISABLE TRIGGER hearthside_auditentry_kept",),
        ("ALTER TABLE hearthside_auditentry ENABLE TRIGGER hearthside_auditentry_kept",),
        (
            "CREATE OR REPLACE FUNCTION hearthside_audit_refuse() RETURNS trigger LANGUAGE plpgsql "
            "AS $$ BEGIN RETURN NULL; END $$",
        ),
        (
            "DROP TRIGGER hearthside_auditentry_kept ON hearthside_auditentry",
            "CREATE TRIGGER hearthside_auditentry_kept BEFORE UPDATE OR TRUNCATE ON hearthside_auditentry "
            "FOR EACH STATEMENT EXECUTE FUNCTION hearthside_audit_refuse()",
            "ALTER TABLE hearthside_auditentry ENABLE ALWAYS TRIGGER hearthside_auditentry_kept",
        ),
    ],
}


def test_a_weakened_guard_is_missed() -> None:
    for statements in WEAKER[connection.vendor]:
        for statement in statements:
            connection.cursor().execute(statement)
        assert missing_guards(connection) != []
        install_guards(connection)
        assert missing_guards(connection) == []
