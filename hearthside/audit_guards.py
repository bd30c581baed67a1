"""Triggers in the database that let the audit trail only grow: no UPDATE, DELETE or TRUNCATE of entries and seals.

They stop mistakes and whoever has only the product's own access. Who owns the database can take them away, which
`audit verify` says; it also finds what was changed meanwhile, because that does not depend on them.
"""

from __future__ import annotations

from typing import Any

TABLES = {
    "hearthside_auditentry": ("id",),
    "hearthside_auditseal": ("sequence", "entry"),
}
WORDS = "the audit trail is only ever added to"
REFUSE = f" BEGIN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END "


def install_guards(connection: Any) -> None:
    """Put the triggers in place, anew where they are there already; for migrations."""
    remove_guards(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE OR REPLACE FUNCTION hearthside_audit_refuse() RETURNS trigger "
                f"LANGUAGE plpgsql AS $${REFUSE}$$"
            )
        for table in TABLES:
            for statement in statements_of(connection.vendor, table):
                cursor.execute(statement)


def statements_of(vendor: str, table: str) -> list[str]:
    """What makes the triggers of one table.

    On PostgreSQL they fire for each statement, so also for one that meets no row, and in replica mode too. SQLite's
    `INSERT OR REPLACE` deletes without asking a delete trigger, so an insert over a row that is there is refused.
    """
    if vendor == "postgresql":
        return [
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION hearthside_audit_refuse()",
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_kept",
        ]
    refuse = f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
    same = " OR ".join(f'"{column}" = NEW."{column}"' for column in (*TABLES[table], "rowid"))
    over = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})"  # nosec B608
    return [
        f"CREATE TRIGGER {table}_kept_update BEFORE UPDATE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_kept_delete BEFORE DELETE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_kept_insert BEFORE INSERT ON {table} {over} {refuse}",
    ]


def names_of(vendor: str, table: str) -> tuple[str, ...]:
    """The names of one table's triggers."""
    if vendor == "postgresql":
        return (f"{table}_kept",)
    return (f"{table}_kept_update", f"{table}_kept_delete", f"{table}_kept_insert")


def remove_guards(connection: Any) -> None:
    """Take the triggers away; for a migration undone and for tests that empty their tables."""
    with connection.cursor() as cursor:
        for table in TABLES:
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            for name in names_of(connection.vendor, table):
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def missing_guards(connection: Any) -> list[str]:
    """The names of triggers that are gone, changed or switched off."""
    there: set[str] = set()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for table in TABLES:
                cursor.execute(_STANDING, [table, REFUSE])
                there.update(name for (name,) in cursor.fetchall())
        else:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            wanted = {statement for table in TABLES for statement in statements_of("sqlite", table)}
            there.update(name for name, made in cursor.fetchall() if made in wanted)
    return [name for table in TABLES for name in names_of(connection.vendor, table) if name not in there]


# 58: before (2) a delete (8), an update (16) and a truncate (32), once for a statement. A: fires in every mode.
_STANDING = (
    "SELECT t.tgname FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
    "WHERE t.tgrelid = to_regclass(%s) AND t.tgenabled = 'A' AND t.tgtype = 58 AND t.tgqual IS NULL "
    "AND cardinality(t.tgattr::int2[]) = 0 AND p.prosrc = %s"
)
