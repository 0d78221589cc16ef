"""Drop PostgreSQL's index for LIKE on the hash, which nobody asks and every sealing writes to."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_append_only")]

    operations = [
        migrations.RunSQL(
            "DROP INDEX IF EXISTS journal_entry_hash_7f38225b_like",
            reverse_sql=migrations.RunSQL.noop,
        )
    ]
