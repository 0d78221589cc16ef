"""Drop PostgreSQL's index for LIKE on the hash, which nobody asks and every sealing writes to."""

from django.db import migrations

from voluncity.city.journal.fewer_indexes import without


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_append_only")]

    operations = [without(["journal_entry_hash_7f38225b_like"])]
