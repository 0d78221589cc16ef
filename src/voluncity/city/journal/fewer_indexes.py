"""Drop indexes by which nobody asks from tables that are written to all day.

Each index of a table is written to by every new row. They are dropped by hand: to forget one,
Django would write the whole table anew on SQLite, and the guards of its rows would be lost.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations, models


def without(
    names: list[str], *fields: migrations.AlterField
) -> migrations.SeparateDatabaseAndState:
    """Drop the indexes of these names, and remember the fields as having none."""
    return migrations.SeparateDatabaseAndState(
        database_operations=[
            migrations.RunSQL(
                [f"DROP INDEX IF EXISTS {name}" for name in names],
                reverse_sql=migrations.RunSQL.noop,
            )
        ],
        state_operations=list(fields),
    )


def unindexed(
    model: str, field: str, to: str, related_name: str = "+", **options: Any
) -> migrations.AlterField:
    """Return a key to another table as it is from now on: with no index of its own."""
    key: models.ForeignKey[Any, Any] = models.ForeignKey(
        to=to,
        on_delete=models.PROTECT,
        related_name=related_name,
        db_index=False,
        **options,
    )
    return migrations.AlterField(model, field, key)
