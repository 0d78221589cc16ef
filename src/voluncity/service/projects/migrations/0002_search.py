"""Index the bigrams of activities: FTS5 on SQLite, a GIN index of tsvector on PostgreSQL.

On SQLite the triggers hang on the table of activities. A later migration that rebuilds that
table (AlterField on SQLite) drops them: call `index` again at its end; the search tests fail
if it was forgotten.
"""

from typing import Any

from django.db import migrations

SQLITE = (
    # Tokens are lower-case letters and digits between blanks: the ASCII tokenizer keeps them whole.
    """
    CREATE VIRTUAL TABLE projects_activity_search USING fts5(
        search_text, content='projects_activity', content_rowid='id', tokenize='ascii'
    )
    """,
    "INSERT INTO projects_activity_search(projects_activity_search) VALUES ('rebuild')",
    """
    CREATE TRIGGER projects_activity_search_insert AFTER INSERT ON projects_activity BEGIN
        INSERT INTO projects_activity_search(rowid, search_text) VALUES (new.id, new.search_text);
    END
    """,
    """
    CREATE TRIGGER projects_activity_search_delete AFTER DELETE ON projects_activity BEGIN
        INSERT INTO projects_activity_search(projects_activity_search, rowid, search_text)
        VALUES ('delete', old.id, old.search_text);
    END
    """,
    """
    CREATE TRIGGER projects_activity_search_update
    AFTER UPDATE OF search_text ON projects_activity BEGIN
        INSERT INTO projects_activity_search(projects_activity_search, rowid, search_text)
        VALUES ('delete', old.id, old.search_text);
        INSERT INTO projects_activity_search(rowid, search_text) VALUES (new.id, new.search_text);
    END
    """,
)
SQLITE_BACK = (
    "DROP TRIGGER IF EXISTS projects_activity_search_update",
    "DROP TRIGGER IF EXISTS projects_activity_search_delete",
    "DROP TRIGGER IF EXISTS projects_activity_search_insert",
    "DROP TABLE IF EXISTS projects_activity_search",
)
POSTGRESQL = (
    """
    CREATE INDEX projects_activity_search ON projects_activity
    USING gin (to_tsvector('simple'::regconfig, search_text))
    """,
)
POSTGRESQL_BACK = ("DROP INDEX IF EXISTS projects_activity_search",)


def index(_apps: Any, schema_editor: Any) -> None:
    """Make the index of this database."""
    _run(schema_editor, {"sqlite": SQLITE, "postgresql": POSTGRESQL})


def forget(_apps: Any, schema_editor: Any) -> None:
    """Drop the index of this database."""
    _run(schema_editor, {"sqlite": SQLITE_BACK, "postgresql": POSTGRESQL_BACK})


def _run(schema_editor: Any, statements: dict[str, tuple[str, ...]]) -> None:
    for statement in statements[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("projects", "0001_initial")]

    operations = [migrations.RunPython(index, forget)]
