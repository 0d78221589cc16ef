"""Drop the index of who made a transfer, by which nobody asks."""

from django.conf import settings
from django.db import migrations

from voluncity.city.journal.fewer_indexes import unindexed, without


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_fewer_indexes")]

    operations = [
        without(
            ["ledger_transfer_by_id_19cd4d36"],
            unindexed("transfer", "by", settings.AUTH_USER_MODEL, blank=True, null=True),
        )
    ]
