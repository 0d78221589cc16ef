"""Give the catalogue of open activities a new edition whenever something it shows is changed.

Triggers, not actions, because the catalogue shows rows of seven slices, and what one of them
forgot to tell would be shown wrong for ever. Free places are left out: they are read live.

On SQLite a later migration that rebuilds one of these tables (AlterField) drops its triggers:
call `watch` again at its end; `test_edition.py` fails if it was forgotten.
"""

from typing import Any

from django.db import migrations, models

# For each table the columns that are shown or filtered by; and whether rows come and go. Where
# they do not, a new row is not yet, and a deleted one no longer, part of an activity.
WATCHED = {
    "projects_activity": (
        True,
        "project_id name region_id address lat lng ends_at state search_text",
    ),
    "projects_shift": (True, "activity_id starts_at ends_at capacity"),
    "projects_project": (
        False,
        "organization_id category_id state min_age max_age members_only course_id",
    ),
    "projects_project_skills": (True, "project_id skill_id"),
    "orgs_organization": (False, "name state"),
    "regions_region": (True, "code name path parent_id valid_from valid_to lat lng"),
    "catalog_category": (True, "name icon position"),
    "catalog_skill": (True, "name position"),
    "training_course": (False, "name"),
}

# A new row for each change: a single row would make all who plan activities wait for each other.
# The oldest rows are swept by the way, unless somebody else is at it.
FUNCTION = """
    CREATE FUNCTION projects_new_edition() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO projects_edition(token) VALUES ((random() * 2147483647)::integer);
        DELETE FROM projects_edition WHERE id IN (
            SELECT id FROM projects_edition
            WHERE id < currval('projects_edition_id_seq') - 50 FOR UPDATE SKIP LOCKED
        );
        RETURN NULL;
    END $$
"""


def watch(_apps: Any, schema_editor: Any) -> None:
    """Make the triggers of this database that are missing."""
    make = _sqlite if schema_editor.connection.vendor == "sqlite" else _postgresql
    if make is _postgresql:
        schema_editor.execute(FUNCTION)
    for table, (rows_come_and_go, columns) in WATCHED.items():
        make(schema_editor, table, columns.split(), rows_come_and_go)


def _postgresql(schema_editor: Any, table: str, columns: list[str], whole: bool) -> None:
    events = f"UPDATE OF {', '.join(columns)}"
    if whole:
        events += " OR INSERT OR DELETE OR TRUNCATE"
    schema_editor.execute(
        f"CREATE TRIGGER {table}_edition AFTER {events} ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION projects_new_edition()"
    )


def _sqlite(schema_editor: Any, table: str, columns: list[str], whole: bool) -> None:
    events = {"update": f"UPDATE OF {', '.join(columns)}"}
    if whole:
        events |= {"insert": "INSERT", "delete": "DELETE"}
    for name, event in events.items():
        schema_editor.execute(
            f"CREATE TRIGGER IF NOT EXISTS {table}_edition_{name} AFTER {event} ON {table} BEGIN "
            "INSERT OR REPLACE INTO projects_edition(id, token) "
            "VALUES (1, abs(random() % 2147483647)); END"
        )


def forget(_apps: Any, schema_editor: Any) -> None:
    """Drop the triggers of this database."""
    for table, (rows_come_and_go, _columns) in WATCHED.items():
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER {table}_edition ON {table}")
            continue
        for name in ("update", "insert", "delete") if rows_come_and_go else ("update",):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_edition_{name}")
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION projects_new_edition()")


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0002_search"),
        ("catalog", "0001_initial"),
        ("orgs", "0001_initial"),
        ("regions", "0001_initial"),
        ("training", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Edition",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("token", models.IntegerField()),
            ],
        ),
        migrations.RunPython(watch, forget),
    ]
