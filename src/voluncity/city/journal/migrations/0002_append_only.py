"""The database itself refuses to change what happened.

SQLite forgets triggers when Django remakes a table: a later migration that alters `journal_entry`
must run this step again.
"""

from django.db import migrations

from voluncity.city.journal.append_only import install, remove

FROZEN = ["id", "at", "actor_id", "on_behalf_of_id", "verb", "subject_type", "subject_id", "data"]
SEALED_ONCE = ["sequence", "previous_hash", "hash"]


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]

    operations = [
        migrations.RunPython(
            install("journal_entry", frozen=FROZEN, changeable=SEALED_ONCE),
            remove("journal_entry"),
        )
    ]
