"""Keep how often each merchant gave something, and count what was given so far."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models


def count(apps: Any, _schema: Any) -> None:
    """Count the redemptions that were not undone."""
    merchants = apps.get_model("rewards", "Merchant")
    live = models.Count("redemptions", filter=models.Q(redemptions__undone_at=None))
    for pk, number in merchants.objects.annotate(live=live).values_list("pk", "live"):
        merchants.objects.filter(pk=pk).update(given=number)


class Migration(migrations.Migration):
    """One number more for each merchant."""

    dependencies = [("rewards", "0001_merchants_offers_vouchers")]
    operations = [
        migrations.AddField(
            model_name="merchant",
            name="given",
            field=models.PositiveIntegerField(default=0, verbose_name="已回馈"),
        ),
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
