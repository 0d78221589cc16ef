"""Drop the index of those on whose behalf something was done, by which nobody asks."""

from django.db import migrations

from voluncity.city.journal.fewer_indexes import unindexed, without


class Migration(migrations.Migration):
    dependencies = [("journal", "0003_fewer_indexes")]

    operations = [
        without(
            ["journal_entry_on_behalf_of_id_ab7f0c21"],
            unindexed(
                "entry", "on_behalf_of", "people.volunteer", "entries_on_behalf",
                blank=True, null=True,
            ),
        )
    ]  # fmt: skip
