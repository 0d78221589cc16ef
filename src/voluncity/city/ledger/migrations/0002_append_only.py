"""The database itself refuses to change a movement.

SQLite forgets triggers when Django remakes a table: a later migration that alters
`ledger_transfer` must run this step again.
"""

from django.db import migrations

from voluncity.city.journal.append_only import install, remove

FROZEN = [
    "id",
    "unit",
    "debit_id",
    "credit_id",
    "amount",
    "key",
    "source",
    "reason",
    "at",
    "by_id",
    "reverses_id",
]


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.RunPython(install("ledger_transfer", frozen=FROZEN), remove("ledger_transfer"))
    ]
