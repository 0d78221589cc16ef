"""Drop the indexes that others begin with, and those for LIKE, which nobody asks."""

from django.db import migrations

from voluncity.city.journal.fewer_indexes import unindexed, without


class Migration(migrations.Migration):
    dependencies = [
        ("signups", "0001_initial"),
        ("people", "0001_initial"),
        ("projects", "0001_initial"),
    ]

    operations = [
        without(
            [
                "signups_signup_shift_id_9ffada28",
                "signups_signup_volunteer_id_6c896c3a",
                "signups_scan_shift_id_94698178",
                "signups_scan_volunteer_id_1a1fe8d3",
                "signups_scan_nonce_5e2c408c_like",
            ],
            unindexed("signup", "shift", "projects.shift", "signups"),
            unindexed("signup", "volunteer", "people.volunteer", "signups"),
            unindexed("scan", "shift", "projects.shift", "scans", blank=True, null=True),
            unindexed("scan", "volunteer", "people.volunteer", "scans", blank=True, null=True),
        )
    ]
