"""Drop the index that another one begins with, and those for LIKE, which nobody asks."""

from django.db import migrations

from voluncity.city.journal.fewer_indexes import unindexed, without


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_append_only")]

    operations = [
        without(
            [
                "ledger_transfer_credit_id_af787b0c",
                "ledger_transfer_key_451b4b01_like",
                "ledger_transfer_source_478935c3_like",
                "ledger_account_key_4848586b_like",
                "ledger_account_holder_f354e273_like",
            ],
            unindexed("transfer", "credit", "ledger.account", "paid_in"),
        )
    ]
