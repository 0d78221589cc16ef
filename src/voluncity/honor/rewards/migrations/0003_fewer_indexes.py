"""Drop indexes with which others begin, one for LIKE, and one by which nobody asks."""

from django.conf import settings
from django.db import migrations

from voluncity.city.journal.fewer_indexes import unindexed, without


class Migration(migrations.Migration):
    dependencies = [("rewards", "0002_counted_gifts")]

    operations = [
        without(
            [
                "rewards_voucher_merchant_id_f935daf5",
                "rewards_voucher_volunteer_id_b3704021",
                "rewards_voucher_taken_by_id_f884e4c9",
                "rewards_voucher_handle_ade1bd29_like",
            ],
            unindexed("voucher", "merchant", "rewards.merchant", "vouchers"),
            unindexed("voucher", "volunteer", "people.volunteer", "vouchers"),
            unindexed("voucher", "taken_by", settings.AUTH_USER_MODEL),
        )
    ]
