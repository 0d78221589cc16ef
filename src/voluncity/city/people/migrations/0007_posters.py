import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orgs', '0001_initial'),
        ('people', '0006_more_people'),
        ('regions', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Poster',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=6, unique=True)),
                ('title', models.CharField(max_length=20, verbose_name='标题')),
                ('channel', models.CharField(choices=[('organization', '组织招募'), ('public', '社会招募'), ('internet', '互联网招募'), ('phone', '电话报名'), ('paper', '表格登记')], max_length=12, verbose_name='招募渠道')),
                ('made_at', models.DateTimeField(verbose_name='制作时间')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='停用时间')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='posters', to='orgs.organization')),
                ('region', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='posters', to='regions.region')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('organization', None), ('region__isnull', False)), models.Q(('organization__isnull', False), ('region', None)), _connector='OR'), name='people_poster_for_organization_or_region')],
            },
        ),
        migrations.AddField(
            model_name='volunteer',
            name='poster',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='volunteers', to='people.poster'),
        ),
        migrations.AddIndex(
            model_name='volunteer',
            index=models.Index(condition=models.Q(('poster__isnull', False)), fields=['poster'], name='people_by_poster'),
        ),
    ]
