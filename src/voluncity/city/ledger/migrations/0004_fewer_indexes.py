"""Drop the index of who made a transfer, by which nobody asks.

Each index is written to by every transfer. Dropped by hand: to forget one, Django would write the
whole table anew on SQLite, and its guards would be lost.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

UNASKED = (
    "ledger_transfer_by_id_19cd4d36",
)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_fewer_indexes")]

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
                    "transfer",
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        to=settings.AUTH_USER_MODEL,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        db_index=False,
                    ),
                ),
            ],
        )
    ]
