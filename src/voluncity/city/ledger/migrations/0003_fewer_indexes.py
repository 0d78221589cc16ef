"""Drop the index that another one begins with, and those for LIKE, which nobody asks.

Each index is written to by every transfer. Dropped by hand: to forget one, Django would write
the whole table anew on SQLite, and its guards would be lost.
"""

import django.db.models.deletion
from django.db import migrations, models

DOUBLED = (
    "ledger_transfer_credit_id_af787b0c",
    "ledger_transfer_key_451b4b01_like",
    "ledger_transfer_source_478935c3_like",
    "ledger_account_key_4848586b_like",
    "ledger_account_holder_f354e273_like",
)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_append_only")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    [f"DROP INDEX IF EXISTS {name}" for name in DOUBLED],
                    reverse_sql=migrations.RunSQL.noop,
                )
            ],
            state_operations=[
                migrations.AlterField(
                    "transfer",
                    "credit",
                    models.ForeignKey(
                        to="ledger.account",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="paid_in",
                        db_index=False,
                    ),
                )
            ],
        )
    ]
