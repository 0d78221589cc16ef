import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('files', '0009_funding'),
        ('governance', '0002_ending_funds'),
        ('grants', '0001_initial'),
        ('people', '__first__'),
        ('projects', '0009_no_index_for_words'),
    ]

    operations = [
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='第几份')),
                ('kind', models.CharField(choices=[('milestone', '里程碑报告'), ('period', '定期报告'), ('extra', '补充报告')], max_length=10, verbose_name='类别')),
                ('period_from', models.DateField(verbose_name='报告期开始')),
                ('period_to', models.DateField(verbose_name='报告期结束')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='截止日期')),
                ('handle', models.CharField(blank=True, max_length=36, null=True, unique=True)),
                ('done', models.TextField(blank=True, max_length=2000, verbose_name='做了什么')),
                ('results', models.TextField(blank=True, max_length=2000, verbose_name='取得的成效')),
                ('problems', models.TextField(blank=True, max_length=1000, verbose_name='困难和问题')),
                ('following', models.TextField(blank=True, max_length=1000, verbose_name='下一步安排')),
                ('served_more', models.PositiveIntegerField(default=0, verbose_name='活动以外的受益人次')),
                ('state', models.CharField(choices=[('draft', '待提交'), ('submitted', '待审阅'), ('returned', '退回修改'), ('accepted', '已通过'), ('cancelled', '已取消')], default='draft', max_length=10, verbose_name='状态')),
                ('edition', models.PositiveIntegerField(default=1)),
                ('planned_at', models.DateTimeField(verbose_name='列入时间')),
                ('begun_at', models.DateTimeField(blank=True, null=True, verbose_name='开始填写时间')),
                ('changed_at', models.DateTimeField(verbose_name='修改时间')),
                ('first_submitted_at', models.DateTimeField(blank=True, null=True, verbose_name='首次提交时间')),
                ('submitted_at', models.DateTimeField(blank=True, null=True, verbose_name='提交时间')),
                ('again_on', models.DateField(blank=True, null=True, verbose_name='修改期限')),
                ('accepted_at', models.DateTimeField(blank=True, null=True, verbose_name='通过时间')),
                ('accepted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('changed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('funding', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='grants.funding')),
                ('milestone', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='grants.milestone')),
                ('submitted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['funding', 'number'],
                'indexes': [models.Index(fields=['state', 'submitted_at'], name='reports_waiting'), models.Index(fields=['state', 'due_on'], name='reports_due'), models.Index(fields=['due_on'], name='reports_of_a_year')],
                'constraints': [models.UniqueConstraint(fields=('funding', 'number'), name='reports_one_of_a_number'), models.UniqueConstraint(condition=models.Q(('milestone__isnull', False), models.Q(('state', 'cancelled'), _negated=True)), fields=('milestone',), name='reports_one_live_report_of_a_milestone'), models.UniqueConstraint(condition=models.Q(('kind', 'period'), models.Q(('state', 'cancelled'), _negated=True)), fields=('funding', 'period_from'), name='reports_one_live_report_of_a_span'), models.CheckConstraint(condition=models.Q(models.Q(('due_on__isnull', False), ('kind', 'milestone'), ('milestone__isnull', False)), models.Q(('due_on__isnull', False), ('kind', 'period'), ('milestone', None)), models.Q(('due_on', None), ('handle__isnull', False), ('kind', 'extra'), ('milestone', None)), _connector='OR'), name='reports_kind_says_why'), models.CheckConstraint(condition=models.Q(('period_to__gte', models.F('period_from'))), name='reports_span_in_order'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('submitted', 'returned', 'accepted')), _negated=True), models.Q(('first_submitted_at__isnull', False), ('submitted_at__isnull', False), ('submitted_by__isnull', False)), _connector='OR'), name='reports_handed_in_says_when_and_by_whom'), models.CheckConstraint(condition=models.Q(models.Q(('again_on__isnull', False), ('state', 'returned')), models.Q(models.Q(('state', 'returned'), _negated=True), ('again_on', None)), _connector='OR'), name='reports_returned_has_a_day'), models.CheckConstraint(condition=models.Q(models.Q(('accepted_at__isnull', False), ('accepted_by__isnull', False), ('state', 'accepted')), models.Q(models.Q(('state', 'accepted'), _negated=True), ('accepted_at', None), ('accepted_by', None)), _connector='OR'), name='reports_accepted_says_when_and_by_whom'), models.CheckConstraint(condition=models.Q(('accepted_by', None), models.Q(('accepted_by', models.F('submitted_by')), _negated=True), _connector='OR'), name='reports_nobody_accepts_their_own')],
            },
        ),
        migrations.CreateModel(
            name='Move',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(max_length=12)),
                ('at', models.DateTimeField()),
                ('words', models.CharField(blank=True, max_length=500, verbose_name='说明')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='reports.report')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Linked',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('added_at', models.DateTimeField(verbose_name='关联时间')),
                ('sessions', models.PositiveIntegerField(blank=True, null=True, verbose_name='场次')),
                ('volunteers', models.PositiveIntegerField(blank=True, null=True, verbose_name='志愿者人数')),
                ('proven_minutes', models.PositiveIntegerField(blank=True, null=True, verbose_name='信用时长（分钟）')),
                ('entered_minutes', models.PositiveIntegerField(blank=True, null=True, verbose_name='荣誉时长（分钟）')),
                ('served', models.PositiveIntegerField(blank=True, null=True, verbose_name='服务人次')),
                ('outcomes', models.JSONField(default=list)),
                ('frozen_at', models.DateTimeField(blank=True, null=True, verbose_name='定格时间')),
                ('activity', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='funded_report', to='projects.activity')),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='linked', to='reports.report')),
            ],
            options={
                'ordering': ['activity__starts_at', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('entered_minutes', None), ('frozen_at', None), ('proven_minutes', None), ('served', None), ('sessions', None), ('volunteers', None)), models.Q(('entered_minutes__isnull', False), ('frozen_at__isnull', False), ('proven_minutes__isnull', False), ('served__isnull', False), ('sessions__isnull', False), ('volunteers__isnull', False)), _connector='OR'), name='reports_frozen_wholly_or_not_at_all')],
            },
        ),
        migrations.CreateModel(
            name='Expense',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('handle', models.CharField(max_length=40, unique=True)),
                ('on', models.DateField(verbose_name='支出日期')),
                ('payee', models.CharField(max_length=60, verbose_name='收款方')),
                ('what', models.CharField(max_length=60, verbose_name='用途')),
                ('fen', models.PositiveBigIntegerField(verbose_name='金额（分）')),
                ('invoice_no', models.CharField(blank=True, max_length=30, verbose_name='发票或收据号码')),
                ('state', models.CharField(choices=[('claimed', '已填报'), ('disallowed', '不予认可'), ('removed', '已移除')], default='claimed', max_length=10, verbose_name='状态')),
                ('edition', models.PositiveIntegerField(default=1)),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='不予认可的原因')),
                ('added_at', models.DateTimeField(verbose_name='填报时间')),
                ('changed_at', models.DateTimeField(verbose_name='修改时间')),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('changed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='governance.fund')),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='expenses', to='grants.fundingline')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='expenses', to='reports.report')),
            ],
            options={
                'ordering': ['line__place', 'on', 'pk'],
                'indexes': [models.Index(fields=['line', 'state'], name='reports_claims_of_a_line')],
                'constraints': [models.CheckConstraint(condition=models.Q(('fen__gt', 0)), name='reports_expense_is_something'), models.UniqueConstraint(condition=models.Q(models.Q(('invoice_no', ''), _negated=True), models.Q(('state', 'removed'), _negated=True)), fields=('fund', 'invoice_no'), name='reports_invoice_once_in_a_fund'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'disallowed'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='reports_disallowed_with_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('picture', '照片'), ('paper', '材料')], max_length=8)),
                ('digest', models.CharField(max_length=64)),
                ('caption', models.CharField(max_length=60, verbose_name='说明')),
                ('faces', models.CharField(blank=True, choices=[('none', '看不清人物正面'), ('consent', '有人物正面，已征得同意'), ('minors', '有未成年人正面（不公开）')], max_length=8, verbose_name='人物')),
                ('consent_note', models.CharField(blank=True, max_length=100, verbose_name='同意情况')),
                ('position', models.PositiveSmallIntegerField(verbose_name='顺序')),
                ('added_at', models.DateTimeField(verbose_name='上传时间')),
                ('removed_at', models.DateTimeField(blank=True, null=True, verbose_name='移除时间')),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('file', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
                ('small', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='reports.report')),
            ],
            options={
                'ordering': ['position', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('removed_at', None)), fields=('report', 'digest'), name='reports_evidence_once'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'picture'), ('small__isnull', False), models.Q(('faces', ''), _negated=True)), models.Q(('faces', ''), ('kind', 'paper'), ('small', None)), _connector='OR'), name='reports_picture_says_whom_it_shows'), models.CheckConstraint(condition=models.Q(models.Q(('faces', 'consent'), _negated=True), models.Q(('consent_note', ''), _negated=True), _connector='OR'), name='reports_consent_is_told'), models.CheckConstraint(condition=models.Q(('caption', ''), _negated=True), name='reports_evidence_has_a_caption')],
            },
        ),
        migrations.CreateModel(
            name='Submission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='第几次提交')),
                ('edition', models.PositiveIntegerField()),
                ('content', models.JSONField()),
                ('spent_fen', models.PositiveBigIntegerField(verbose_name='支出合计（分）')),
                ('made_at', models.DateTimeField(verbose_name='提交时间')),
                ('returned_at', models.DateTimeField(blank=True, null=True, verbose_name='退回时间')),
                ('returned_words', models.CharField(blank=True, max_length=500, verbose_name='总体意见')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='reports.report')),
                ('returned_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-number'],
                'constraints': [models.UniqueConstraint(fields=('report', 'number'), name='reports_one_submission_of_a_number'), models.CheckConstraint(condition=models.Q(models.Q(('returned_at', None), ('returned_by', None), ('returned_words', '')), models.Q(('returned_at__isnull', False), ('returned_by__isnull', False)), _connector='OR'), name='reports_returned_says_by_whom')],
            },
        ),
        migrations.CreateModel(
            name='Remark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=24)),
                ('words', models.CharField(max_length=500, verbose_name='修改意见')),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='remarks', to='reports.submission')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('submission', 'key'), name='reports_one_remark_of_a_key'), models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='reports_remark_says_something')],
            },
        ),
        migrations.CreateModel(
            name='Tracking',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('numbers_given', models.PositiveSmallIntegerField(default=0)),
                ('edition', models.PositiveIntegerField(default=1)),
                ('funding', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='tracking', to='grants.funding')),
            ],
        ),
        migrations.CreateModel(
            name='Voucher',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64)),
                ('added_at', models.DateTimeField(verbose_name='上传时间')),
                ('removed_at', models.DateTimeField(blank=True, null=True, verbose_name='移除时间')),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('expense', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='vouchers', to='reports.expense')),
                ('file', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
                ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='governance.fund')),
                ('small', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('removed_at', None)), fields=('fund', 'digest'), name='reports_voucher_once_in_a_fund')],
            },
        ),
    ]
