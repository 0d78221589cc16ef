import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('files', '0009_funding'),
        ('governance', '0001_initial'),
        ('grants', '0001_initial'),
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Closing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('draft', '待提交报告'), ('submitted', '报告待审核'), ('returned', '报告退回修改'), ('accepted', '待评估'), ('evaluated', '评估结果已公布'), ('closed', '已结项')], default='draft', max_length=10, verbose_name='状态')),
                ('due_on', models.DateField(verbose_name='结项期限')),
                ('content', models.JSONField(default=dict)),
                ('edition', models.PositiveIntegerField(default=1)),
                ('begun_at', models.DateTimeField(verbose_name='开始时间')),
                ('changed_at', models.DateTimeField(verbose_name='修改时间')),
                ('submitted_at', models.DateTimeField(blank=True, null=True, verbose_name='首次提交时间')),
                ('accepted_at', models.DateTimeField(blank=True, null=True, verbose_name='报告通过时间')),
                ('taken_at', models.DateTimeField(blank=True, null=True, verbose_name='认可时间')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='结项时间')),
                ('accepted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('changed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('funding', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='closing', to='grants.funding')),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'due_on'], name='closings_by_state')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('accepted_at__isnull', False), ('accepted_by__isnull', False), ('state__in', ['accepted', 'evaluated', 'closed'])), models.Q(models.Q(('state__in', ['accepted', 'evaluated', 'closed']), _negated=True), ('accepted_at', None), ('accepted_by', None)), _connector='OR'), name='closings_accepted_says_by_whom'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('closed_by__isnull', False), ('state', 'closed')), models.Q(models.Q(('state', 'closed'), _negated=True), ('closed_at', None), ('closed_by', None)), _connector='OR'), name='closings_closed_says_when_and_by_whom')],
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='名称')),
                ('added_at', models.DateTimeField(verbose_name='上传时间')),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('file', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
                ('closing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='closings.closing')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Move',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(max_length=20)),
                ('at', models.DateTimeField()),
                ('words', models.CharField(blank=True, max_length=500, verbose_name='说明')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('closing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='closings.closing')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Result',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('score', models.PositiveIntegerField(verbose_name='得分')),
                ('level', models.CharField(choices=[('excellent', '优秀'), ('good', '良好'), ('passed', '合格'), ('failed', '不合格')], max_length=10, verbose_name='等级')),
                ('words', models.CharField(max_length=1000, verbose_name='理由')),
                ('object_until', models.DateField(verbose_name='异议期限')),
                ('made_at', models.DateTimeField(verbose_name='公布时间')),
                ('closing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='results', to='closings.closing')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-number'],
                'constraints': [models.UniqueConstraint(fields=('closing', 'number'), name='closings_one_result_of_a_number'), models.CheckConstraint(condition=models.Q(('number__gte', 1), ('number__lte', 2)), name='closings_at_most_two_results'), models.CheckConstraint(condition=models.Q(models.Q(('words', ''), _negated=True), ('score__lte', 10000)), name='closings_result_has_reasons')],
            },
        ),
        migrations.CreateModel(
            name='Objection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.CharField(max_length=1000, verbose_name='异议')),
                ('made_at', models.DateTimeField(verbose_name='提出时间')),
                ('answer', models.CharField(blank=True, max_length=1000, verbose_name='答复')),
                ('is_right', models.BooleanField(blank=True, null=True, verbose_name='成立')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='答复时间')),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('closing', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='objection', to='closings.closing')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('against', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='objection', to='closings.result')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='closings_objection_has_words'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at', None), ('answered_by', None), ('is_right', None)), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False), ('is_right__isnull', False), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='closings_answered_objection_says_everything')],
            },
        ),
        migrations.CreateModel(
            name='Settlement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('paid_fen', models.PositiveBigIntegerField(verbose_name='已拨付（分）')),
                ('spent_fen', models.PositiveBigIntegerField(verbose_name='由资助承担的支出（分）')),
                ('own_fen', models.PositiveBigIntegerField(default=0, verbose_name='自筹支出（分）')),
                ('returned_fen', models.PositiveBigIntegerField(verbose_name='已退回（分）')),
                ('remainder_fen', models.BigIntegerField(verbose_name='余款（分）')),
                ('released_fen', models.PositiveBigIntegerField(verbose_name='释放预留（分）')),
                ('words', models.CharField(blank=True, max_length=500, verbose_name='说明')),
                ('made_at', models.DateTimeField(verbose_name='结清时间')),
                ('funding', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='settlement', to='grants.funding')),
                ('made_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('resolution', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='governance.resolution')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('remainder_fen', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('paid_fen'), '-', models.F('spent_fen')), '-', models.F('returned_fen')))), name='closings_remainder_is_what_is_left'), models.CheckConstraint(condition=models.Q(('remainder_fen', 0), models.Q(('remainder_fen__gt', 0), ('resolution__isnull', False), models.Q(('words', ''), _negated=True)), _connector='OR'), name='closings_nothing_is_left_unexplained')],
            },
        ),
        migrations.CreateModel(
            name='Standard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('visit', '现场评估清单'), ('score', '评分标准')], max_length=6)),
                ('number', models.PositiveSmallIntegerField(verbose_name='版次')),
                ('valid_from', models.DateField(verbose_name='启用日期')),
                ('made_at', models.DateTimeField(verbose_name='登记时间')),
                ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='governance.fund')),
                ('made_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-number'],
                'constraints': [models.UniqueConstraint(fields=('fund', 'kind', 'number'), name='closings_one_standard_of_a_number'), models.UniqueConstraint(fields=('fund', 'kind', 'valid_from'), name='closings_one_standard_of_a_day')],
            },
        ),
        migrations.CreateModel(
            name='Scorer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('asked', '待评分'), ('scored', '已评分'), ('recused', '已回避')], default='asked', max_length=8)),
                ('asked_at', models.DateTimeField(verbose_name='邀请时间')),
                ('score', models.PositiveIntegerField(blank=True, null=True, verbose_name='得分')),
                ('words', models.CharField(blank=True, max_length=500, verbose_name='评语')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='评分时间')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('closing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scorers', to='closings.closing')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('standard', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='closings.standard')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('closing', 'user'), name='closings_scorer_once'), models.CheckConstraint(condition=models.Q(models.Q(('score__isnull', False), ('score__lte', 10000), ('state', 'scored'), models.Q(('words', ''), _negated=True), ('answered_at__isnull', False)), models.Q(('answered_at__isnull', False), ('score', None), ('state', 'recused'), models.Q(('words', ''), _negated=True)), models.Q(('answered_at', None), ('score', None), ('state', 'asked')), _connector='OR'), name='closings_scored_has_a_score_and_words'), models.CheckConstraint(condition=models.Q(('user', models.F('asked_by')), _negated=True), name='closings_nobody_asks_themself')],
            },
        ),
        migrations.CreateModel(
            name='StandardItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveSmallIntegerField()),
                ('text', models.CharField(max_length=60, verbose_name='内容')),
                ('hint', models.CharField(blank=True, max_length=200, verbose_name='怎么看')),
                ('weight', models.PositiveSmallIntegerField(default=0, verbose_name='权重（%）')),
                ('standard', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='closings.standard')),
            ],
            options={
                'ordering': ['place'],
                'constraints': [models.UniqueConstraint(fields=('standard', 'place'), name='closings_one_item_of_a_place'), models.CheckConstraint(condition=models.Q(('weight__lte', 100)), name='closings_weight_within_100')],
            },
        ),
        migrations.CreateModel(
            name='Mark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('points', models.PositiveSmallIntegerField()),
                ('scorer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='marks', to='closings.scorer')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='closings.standarditem')),
            ],
            options={
                'ordering': ['item__place'],
                'constraints': [models.UniqueConstraint(fields=('scorer', 'item'), name='closings_mark_once'), models.CheckConstraint(condition=models.Q(('points__lte', 100)), name='closings_points_within_100')],
            },
        ),
        migrations.CreateModel(
            name='Submission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='第几次提交')),
                ('content', models.JSONField()),
                ('paid_fen', models.PositiveBigIntegerField(verbose_name='已拨付（分）')),
                ('spent_fen', models.PositiveBigIntegerField(verbose_name='认可支出（分）')),
                ('served', models.PositiveIntegerField(verbose_name='服务人次')),
                ('minutes', models.PositiveIntegerField(verbose_name='服务时长（分钟）')),
                ('made_at', models.DateTimeField(verbose_name='提交时间')),
                ('closing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='closings.closing')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-number'],
                'constraints': [models.UniqueConstraint(fields=('closing', 'number'), name='closings_one_submission_of_a_number')],
            },
        ),
        migrations.CreateModel(
            name='Return',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.CharField(blank=True, max_length=500, verbose_name='总体意见')),
                ('remarks', models.JSONField(default=dict)),
                ('made_at', models.DateTimeField(verbose_name='退回时间')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('submission', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='returned', to='closings.submission')),
            ],
        ),
        migrations.CreateModel(
            name='Visit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('handle', models.CharField(max_length=36, unique=True)),
                ('on', models.DateField(verbose_name='评估日期')),
                ('where', models.CharField(max_length=80, verbose_name='地点')),
                ('state', models.CharField(choices=[('planned', '已安排'), ('recorded', '待组织确认'), ('agreed', '组织已认可'), ('objected', '组织有意见'), ('cancelled', '已取消')], default='planned', max_length=10)),
                ('planned_at', models.DateTimeField(verbose_name='安排时间')),
                ('findings', models.CharField(blank=True, max_length=1000, verbose_name='总体情况')),
                ('recorded_at', models.DateTimeField(blank=True, null=True, verbose_name='登记时间')),
                ('answer', models.CharField(blank=True, max_length=500, verbose_name='组织的意见')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='确认时间')),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('closing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='closings.closing')),
                ('planned_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('standard', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='closings.standard')),
            ],
            options={
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('recorded_at', None), ('recorded_by', None), ('state__in', ['planned', 'cancelled'])), models.Q(('recorded_at__isnull', False), ('recorded_by__isnull', False), ('state__in', ['recorded', 'agreed', 'objected']), models.Q(('findings', ''), _negated=True)), _connector='OR'), name='closings_recorded_visit_says_what_was_found'), models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', False), ('answered_by__isnull', False), ('state__in', ['agreed', 'objected'])), models.Q(models.Q(('state__in', ['agreed', 'objected']), _negated=True), ('answered_at', None), ('answered_by', None)), _connector='OR'), name='closings_answered_visit_says_by_whom'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'objected'), _negated=True), models.Q(('answer', ''), _negated=True), _connector='OR'), name='closings_objection_to_a_visit_has_words'), models.UniqueConstraint(condition=models.Q(('state__in', ['planned', 'recorded'])), fields=('closing',), name='closings_one_visit_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verdict', models.CharField(choices=[('yes', '符合'), ('partly', '部分符合'), ('no', '不符合'), ('none', '不适用')], max_length=6)),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='closings.standarditem')),
                ('visit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='closings.visit')),
            ],
            options={
                'ordering': ['item__place'],
                'constraints': [models.UniqueConstraint(fields=('visit', 'item'), name='closings_item_once'), models.CheckConstraint(condition=models.Q(models.Q(('verdict__in', ['no', 'partly']), _negated=True), models.Q(('note', ''), _negated=True), _connector='OR'), name='closings_what_is_missing_is_said')],
            },
        ),
        migrations.CreateModel(
            name='Visitor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('visit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visitors', to='closings.visit')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('visit', 'user'), name='closings_visitor_once')],
            },
        ),
        migrations.CreateModel(
            name='VisitPhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
                ('visit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='photos', to='closings.visit')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Archive',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('touched_at', models.DateTimeField()),
                ('turn', models.PositiveSmallIntegerField(default=0)),
                ('side', models.CharField(choices=[('office', '基金办公室'), ('own', '受资助方')], max_length=6, verbose_name='给谁')),
                ('number', models.PositiveSmallIntegerField(verbose_name='第几份')),
                ('state', models.CharField(choices=[('waiting', '正在生成'), ('ready', '可以下载'), ('failed', '没有生成')], default='waiting', max_length=8)),
                ('asked_at', models.DateTimeField(verbose_name='开始生成时间')),
                ('papers', models.PositiveIntegerField(default=0, verbose_name='文件数')),
                ('made_at', models.DateTimeField(blank=True, null=True, verbose_name='生成时间')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('file', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
                ('pdf', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
                ('closing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='archives', to='closings.closing')),
            ],
            options={
                'ordering': ['-number'],
                'constraints': [models.UniqueConstraint(fields=('closing', 'side', 'number'), name='closings_one_archive_of_a_number'), models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('closing', 'side'), name='closings_one_archive_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('file__isnull', False), ('made_at__isnull', False), ('pdf__isnull', False), ('state', 'ready')), models.Q(models.Q(('state', 'ready'), _negated=True), ('file', None), ('made_at', None), ('pdf', None)), _connector='OR'), name='closings_a_ready_archive_has_its_files')],
            },
        ),
        migrations.CreateModel(
            name='Addendum',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('handle', models.CharField(max_length=36, unique=True)),
                ('number', models.PositiveSmallIntegerField()),
                ('words', models.CharField(max_length=1000, verbose_name='补充说明')),
                ('made_at', models.DateTimeField(verbose_name='登记时间')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('closing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='addenda', to='closings.closing')),
            ],
            options={
                'ordering': ['number'],
                'constraints': [models.UniqueConstraint(fields=('closing', 'number'), name='closings_one_addendum_of_a_number'), models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='closings_addendum_says_something')],
            },
        ),
        migrations.AddField(
            model_name='closing',
            name='result',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='closings.result'),
        ),
        migrations.AddField(
            model_name='closing',
            name='current',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='closings.submission'),
        ),
        migrations.AddConstraint(
            model_name='closing',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('draft', 'returned')), models.Q(('current__isnull', False), ('submitted_at__isnull', False)), _connector='OR'), name='closings_in_hand_was_handed_in'),
        ),
        migrations.AddConstraint(
            model_name='closing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('result__isnull', False), ('state__in', ['evaluated', 'closed'])), models.Q(models.Q(('state__in', ['evaluated', 'closed']), _negated=True), ('result', None), ('taken_at', None)), _connector='OR'), name='closings_evaluated_has_its_result'),
        ),
    ]
