import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('publicity', '0004_honor'),
    ]

    operations = [
        migrations.CreateModel(
            name='NoticePart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='序号')),
                ('key', models.BigIntegerField()),
                ('label', models.CharField(max_length=120, verbose_name='内容')),
                ('taken_out_at', models.DateTimeField(blank=True, null=True, verbose_name='移出时间')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='publicity.notice')),
            ],
            options={
                'ordering': ['number'],
                'constraints': [models.UniqueConstraint(fields=('notice', 'number'), name='publicity_part_number_once'), models.UniqueConstraint(fields=('notice', 'key'), name='publicity_part_key_once')],
            },
        ),
        migrations.AddField(
            model_name='objection',
            name='part',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='objections', to='publicity.noticepart'),
        ),
    ]
