import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('calls', '0002_decided'),
        ('governance', '0001_initial'),
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Criteria',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='第几版')),
                ('content', models.JSONField()),
                ('made_at', models.DateTimeField(verbose_name='制定时间')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-number'],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('handle', models.CharField(max_length=36, unique=True)),
                ('outcome', models.CharField(choices=[('awarded', '批准立项'), ('refused', '不予资助')], max_length=10, verbose_name='结果')),
                ('awarded_fen', models.PositiveBigIntegerField(default=0, verbose_name='批准金额（分）')),
                ('terms', models.TextField(blank=True, max_length=1000, verbose_name='资助条件')),
                ('reason', models.TextField(max_length=500, verbose_name='理由')),
                ('letter', models.TextField(blank=True, max_length=1000, verbose_name='答复函正文')),
                ('state', models.CharField(choices=[('entered', '已登记'), ('shown', '公示中'), ('in_force', '已生效'), ('overturned', '已撤销')], default='entered', max_length=10, verbose_name='状态')),
                ('edition', models.PositiveIntegerField(default=1)),
                ('entered_at', models.DateTimeField(verbose_name='登记时间')),
                ('shown_at', models.DateTimeField(blank=True, null=True, verbose_name='公示时间')),
                ('passed_at', models.DateTimeField(blank=True, null=True, verbose_name='公示期满')),
                ('held_up', models.CharField(blank=True, max_length=300, verbose_name='暂缓生效的原因')),
                ('effective_at', models.DateTimeField(blank=True, null=True, verbose_name='生效时间')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='撤销时间')),
                ('end_reason', models.CharField(blank=True, max_length=500, verbose_name='撤销原因')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='calls.application')),
                ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('resolution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='governance.resolution')),
                ('serves', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='governance.purpose')),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='calls.submission')),
            ],
            options={
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['state', '-entered_at'], name='review_decisions_by_state')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'overturned'), _negated=True), fields=('application',), name='review_one_standing_decision'), models.CheckConstraint(condition=models.Q(models.Q(('awarded_fen__gt', 0), ('outcome', 'awarded')), models.Q(('awarded_fen', 0), ('outcome', 'refused')), _connector='OR'), name='review_awarded_has_a_sum'), models.CheckConstraint(condition=models.Q(models.Q(('effective_at__isnull', False), ('state', 'in_force')), models.Q(models.Q(('state', 'in_force'), _negated=True), ('effective_at', None)), _connector='OR'), name='review_in_force_has_its_time'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('state', 'overturned'), models.Q(('end_reason', ''), _negated=True)), models.Q(models.Q(('state', 'overturned'), _negated=True), ('end_reason', ''), ('ended_at', None)), _connector='OR'), name='review_overturned_with_a_reason'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('shown', 'in_force')), _negated=True), ('shown_at__isnull', False), _connector='OR'), name='review_shown_has_its_time')],
            },
        ),
        migrations.CreateModel(
            name='DecisionLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveSmallIntegerField()),
                ('kind', models.CharField(max_length=20, verbose_name='科目')),
                ('what', models.CharField(max_length=60, verbose_name='用途')),
                ('fen', models.PositiveBigIntegerField(verbose_name='金额（分）')),
                ('decision', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='review.decision')),
            ],
            options={
                'ordering': ['place'],
                'constraints': [models.UniqueConstraint(fields=('decision', 'place'), name='review_one_line_of_a_place'), models.CheckConstraint(condition=models.Q(('fen__gt', 0)), name='review_line_costs_something')],
            },
        ),
        migrations.CreateModel(
            name='DecisionMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(max_length=16)),
                ('at', models.DateTimeField()),
                ('words', models.CharField(blank=True, max_length=500, verbose_name='说明')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='review.decision')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='DecisionSource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fen', models.PositiveBigIntegerField(verbose_name='金额（分）')),
                ('decision', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sources', to='review.decision')),
                ('purpose', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='governance.purpose')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('decision', 'purpose'), name='review_one_source_of_a_purse'), models.UniqueConstraint(condition=models.Q(('purpose', None)), fields=('decision',), name='review_one_source_of_free_money'), models.CheckConstraint(condition=models.Q(('fen__gt', 0)), name='review_source_gives_something')],
            },
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('experts_each', models.PositiveSmallIntegerField(verbose_name='每项申报几位专家')),
                ('due_at', models.DateTimeField(verbose_name='评分截止')),
                ('state', models.CharField(choices=[('open', '评审中'), ('closed', '评分结束')], default='open', max_length=10)),
                ('edition', models.PositiveIntegerField(default=1)),
                ('scored_since', models.DateTimeField(blank=True, null=True, verbose_name='开始评分')),
                ('opened_at', models.DateTimeField(verbose_name='启动时间')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='结束评分时间')),
                ('call', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='review', to='calls.call')),
                ('criteria', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='review.criteria')),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('experts_each__gte', 1)), name='review_one_expert_at_least'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('state', 'open')), models.Q(('closed_at__isnull', False), ('state', 'closed')), _connector='OR'), name='review_closed_has_its_time')],
            },
        ),
        migrations.CreateModel(
            name='Place',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('how', models.CharField(choices=[('hand', '指定'), ('draw', '抽取')], max_length=8, verbose_name='产生方式')),
                ('hints', models.JSONField(blank=True, default=list, verbose_name='提示')),
                ('despite', models.CharField(blank=True, max_length=300, verbose_name='有提示仍指定的理由')),
                ('state', models.CharField(choices=[('assigned', '待声明'), ('reading', '评审中'), ('conflicted', '已回避'), ('released', '已更换')], default='assigned', max_length=10)),
                ('assigned_at', models.DateTimeField(verbose_name='分配时间')),
                ('declared_at', models.DateTimeField(blank=True, null=True, verbose_name='声明时间')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='离开时间')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='原因')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='places', to='calls.application')),
                ('assigned_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('expert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='places', to='review.review')),
            ],
            options={
                'ordering': ['pk'],
                'indexes': [models.Index(fields=['expert', 'state'], name='review_places_of_expert')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'released'), _negated=True), fields=('application', 'expert'), name='review_one_place_of_an_expert'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('reason', ''), ('state__in', ('assigned', 'reading'))), models.Q(models.Q(('state__in', ('assigned', 'reading')), _negated=True), ('ended_at__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='review_left_with_a_reason'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'reading'), _negated=True), ('declared_at__isnull', False), _connector='OR'), name='review_reads_only_who_declared')],
            },
        ),
        migrations.CreateModel(
            name='Opinion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.CharField(blank=True, max_length=1000, verbose_name='总体评语')),
                ('total', models.PositiveIntegerField(blank=True, null=True, verbose_name='得分')),
                ('edition', models.PositiveIntegerField(default=1)),
                ('saved_at', models.DateTimeField(verbose_name='保存时间')),
                ('submitted_at', models.DateTimeField(blank=True, null=True, verbose_name='提交时间')),
                ('criteria', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='review.criteria')),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='calls.submission')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='opinions', to='review.place')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('place', 'submission'), name='review_one_opinion_of_a_submission'), models.CheckConstraint(condition=models.Q(models.Q(('submitted_at', None), ('total', None)), models.Q(('submitted_at__isnull', False), ('total__lte', 10000)), _connector='OR'), name='review_submitted_has_a_total')],
            },
        ),
        migrations.CreateModel(
            name='Mark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=8)),
                ('points', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='分数')),
                ('remark', models.CharField(blank=True, max_length=300, verbose_name='评语')),
                ('opinion', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='marks', to='review.opinion')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('opinion', 'key'), name='review_one_mark_of_a_key'), models.CheckConstraint(condition=models.Q(('points', None), ('points__lte', 100), _connector='OR'), name='review_points_to_a_hundred')],
            },
        ),
        migrations.CreateModel(
            name='ReviewMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(max_length=16)),
                ('at', models.DateTimeField()),
                ('words', models.CharField(blank=True, max_length=500, verbose_name='说明')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='review.review')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.AddField(
            model_name='criteria',
            name='review',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='review.review'),
        ),
        migrations.AddConstraint(
            model_name='criteria',
            constraint=models.UniqueConstraint(fields=('review', 'number'), name='review_one_criteria_of_a_number'),
        ),
    ]
