"""Drop indexes with which others begin, one for LIKE, and two by which nobody asks."""

from django.conf import settings
from django.db import migrations

from voluncity.city.journal.fewer_indexes import unindexed, without


class Migration(migrations.Migration):
    dependencies = [("points", "0001_initial")]

    operations = [
        without(
            [
                "points_movement_volunteer_id_a931871b",
                "points_movement_by_id_90cb8600",
                "points_movement_key_85d226e0_like",
                "points_use_movement_id_5f900bc0",
                "points_lot_parent_id_8486a15b",
            ],
            unindexed("lot", "parent", "points.lot", "parts", blank=True, null=True),
            unindexed(
                "movement", "volunteer", "people.volunteer", "point_movements",
                blank=True, null=True,
            ),
            unindexed("movement", "by", settings.AUTH_USER_MODEL, blank=True, null=True),
            unindexed("use", "movement", "points.movement", "uses"),
        )
    ]  # fmt: skip
