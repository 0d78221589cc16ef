"""Drop the index of those on whose behalf something was done, by which nobody asks.

Each index is written to by every entry. Dropped by hand: to forget one, Django would write the
whole table anew on SQLite, and its guards would be lost.
"""

import django.db.models.deletion
from django.db import migrations, models

UNASKED = (
    "journal_entry_on_behalf_of_id_ab7f0c21",
)


class Migration(migrations.Migration):
    dependencies = [("journal", "0003_fewer_indexes")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    [f"DROP INDEX IF EXISTS {name}" for name in UNASKED],
                    reverse_sql=migrations.RunSQL.noop,
                )
            ],
            state_operations=[
                migrations.AlterField(
                    "entry",
                    "on_behalf_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        to="people.volunteer",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries_on_behalf",
                        db_index=False,
                    ),
                ),
            ],
        )
    ]
