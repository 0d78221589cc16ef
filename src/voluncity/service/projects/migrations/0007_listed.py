from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0006_lines_begin_and_end'),
    ]

    operations = [
        # The choices only: no database changes anything for it, so no trigger is lost.
        migrations.AlterField(
            model_name='activity',
            name='state',
            field=models.CharField(choices=[('draft', '草稿'), ('open', '招募中'), ('listed', '按名单'), ('cancelled', '已取消')], default='draft', max_length=10),
        ),
    ]
