"""The kinds of stations become rows; those that stations have already are there before they are asked."""

from django.db import migrations, models

KINDS = (
    ("public_place", "公共场所"),
    ("service_window", "窗口单位"),
    ("community", "社区"),
    ("model_unit", "文明单位"),
    ("village", "村镇"),
)


def add_kinds(apps, schema_editor):
    StationKind = apps.get_model("stations", "StationKind")
    for position, (key, name) in enumerate(KINDS):
        StationKind.objects.create(key=key, name=name, position=position)


class Migration(migrations.Migration):

    dependencies = [
        ('stations', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='StationKind',
            fields=[
                ('key', models.SlugField(max_length=16, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=20, unique=True, verbose_name='名称')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='顺序')),
            ],
            options={
                'ordering': ['position', 'key'],
            },
        ),
        migrations.RunPython(add_kinds, migrations.RunPython.noop),
    ]
