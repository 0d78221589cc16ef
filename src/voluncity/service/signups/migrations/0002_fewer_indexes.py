"""Drop the indexes that others begin with, and those for LIKE, which nobody asks.

Each index is written to by every sign-up and check-in. Dropped by hand: to forget one, Django
would write the whole table anew on SQLite.
"""

import django.db.models.deletion
from django.db import migrations, models

DOUBLED = (
    "signups_signup_shift_id_9ffada28",
    "signups_signup_volunteer_id_6c896c3a",
    "signups_scan_shift_id_94698178",
    "signups_scan_volunteer_id_1a1fe8d3",
    "signups_scan_nonce_5e2c408c_like",
)


def found_by_another(to: str, name: str, **options: bool) -> models.ForeignKey:
    """Return the key as it is from now on."""
    return models.ForeignKey(
        to=to,
        on_delete=django.db.models.deletion.PROTECT,
        related_name=name,
        db_index=False,
        **options,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("signups", "0001_initial"),
        ("people", "0001_initial"),
        ("projects", "0001_initial"),
    ]

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
                    "signup", "shift", found_by_another("projects.shift", "signups")
                ),
                migrations.AlterField(
                    "signup", "volunteer", found_by_another("people.volunteer", "signups")
                ),
                migrations.AlterField(
                    "scan",
                    "shift",
                    found_by_another("projects.shift", "scans", null=True, blank=True),
                ),
                migrations.AlterField(
                    "scan",
                    "volunteer",
                    found_by_another("people.volunteer", "scans", null=True, blank=True),
                ),
            ],
        )
    ]
