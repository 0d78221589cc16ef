"""Drop indexes with which others begin, one for LIKE, and one by which nobody asks.

Each index is written to by every voucher. Dropped by hand: to forget one, Django would write the
whole table anew on SQLite, and its guards would be lost.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

UNASKED = (
    "rewards_voucher_merchant_id_f935daf5",
    "rewards_voucher_volunteer_id_b3704021",
    "rewards_voucher_taken_by_id_f884e4c9",
    "rewards_voucher_handle_ade1bd29_like",
)


class Migration(migrations.Migration):
    dependencies = [("rewards", "0002_counted_gifts")]

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
                    "voucher",
                    "merchant",
                    models.ForeignKey(
                        to="rewards.merchant",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="vouchers",
                        db_index=False,
                    ),
                ),
                migrations.AlterField(
                    "voucher",
                    "volunteer",
                    models.ForeignKey(
                        to="people.volunteer",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="vouchers",
                        db_index=False,
                    ),
                ),
                migrations.AlterField(
                    "voucher",
                    "taken_by",
                    models.ForeignKey(
                        to=settings.AUTH_USER_MODEL,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        db_index=False,
                    ),
                ),
            ],
        )
    ]
