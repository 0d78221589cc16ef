from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0002_sessions'),
    ]

    operations = [
        migrations.AddField(
            model_name='session',
            name='began_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='登录时间'),
        ),
        migrations.AddField(
            model_name='session',
            name='seen_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='最近使用'),
        ),
        migrations.AddField(
            model_name='session',
            name='device',
            field=models.CharField(blank=True, default='', max_length=40, verbose_name='设备'),
        ),
    ]
