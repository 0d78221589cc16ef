"""The database itself refuses to change what a movement was for.

SQLite forgets triggers when Django remakes a table: a later migration that alters `books_entry`
must run this step again.
"""

from django.db import migrations

from voluncity.city.journal.append_only import install, remove

FROZEN = [
    "id", "transfer_id", "fund_id", "kind", '"on"', "purpose_id", "serves_id", "award",
    "resolution_id", "sign",
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("books", "0002_relations")]

    operations = [migrations.RunPython(install("books_entry", frozen=FROZEN), remove("books_entry"))]
