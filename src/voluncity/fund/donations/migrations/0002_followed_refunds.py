from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("donations", "0001_appeals_and_gifts"),
    ]

    operations = [
        migrations.AddField(
            model_name="refund",
            name="followed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
