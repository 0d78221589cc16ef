from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('hardship', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='hardship',
            name='end_reason',
            field=models.CharField(blank=True, choices=[('eased', '困难已经缓解'), ('moved', '已迁出本地'), ('died', '本人已去世'), ('declined', '本人不再需要'), ('wrong_person', '登记错了人'), ('wrong_facts', '登记的内容有误'), ('closed', '本人注销了账号'), ('merged', '已并入同一人的另一份登记')], max_length=12, verbose_name='结束原因'),
        ),
    ]
