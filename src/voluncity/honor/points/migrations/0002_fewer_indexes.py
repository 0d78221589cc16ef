"""Drop indexes with which others begin, one for LIKE, and two by which nobody asks.

Each index is written to by every spending. Dropped by hand: to forget one, Django would write the
whole table anew on SQLite, and its guards would be lost.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

UNASKED = (
    "points_movement_volunteer_id_a931871b",
    "points_movement_by_id_90cb8600",
    "points_movement_key_85d226e0_like",
    "points_use_movement_id_5f900bc0",
    "points_lot_parent_id_8486a15b",
)


class Migration(migrations.Migration):
    dependencies = [("points", "0001_initial")]

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
                    "lot",
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        to="points.lot",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        db_index=False,
                    ),
                ),
                migrations.AlterField(
                    "movement",
                    "volunteer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        to="people.volunteer",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="point_movements",
                        db_index=False,
                    ),
                ),
                migrations.AlterField(
                    "movement",
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
                migrations.AlterField(
                    "use",
                    "movement",
                    models.ForeignKey(
                        to="points.movement",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uses",
                        db_index=False,
                    ),
                ),
            ],
        )
    ]
