"""Each record is a certificate with a number, and may be revoked."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from voluncity.service.training.models import new_serial


def number_records(apps, schema_editor):
    """Give a number to each record that was made before there were certificates."""
    records = apps.get_model("training", "TrainingRecord")
    for one in records.objects.filter(serial=None).iterator(chunk_size=500):
        one.serial = new_serial()
        one.save(update_fields=["serial"])


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("training", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            "trainingrecord", "serial", models.CharField("证书编号", max_length=20, null=True, unique=True)
        ),
        migrations.RunPython(number_records, migrations.RunPython.noop),
    ]
