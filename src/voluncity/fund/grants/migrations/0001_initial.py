import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('files', '0009_funding'),
        ('governance', '0001_initial'),
        ('orgs', '0002_whole_life'),
        ('people', '__first__'),
        ('regions', '0001_initial'),
        ('review', '0001_reviews_and_decisions'),
        ('stations', '0003_stations_in_full'),
    ]

    operations = [
        migrations.CreateModel(
            name='Counter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(unique=True)),
                ('given', models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Funding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('project', '公益项目'), ('station', '站点支持'), ('team', '队伍支持'), ('county', '区县支持')], default='project', max_length=8, verbose_name='类别')),
                ('number', models.CharField(max_length=20, unique=True, verbose_name='编号')),
                ('award', models.CharField(max_length=30, unique=True)),
                ('handle', models.CharField(blank=True, max_length=36, null=True, unique=True)),
                ('recipient', models.CharField(max_length=60, verbose_name='受资助方')),
                ('title', models.CharField(max_length=60, verbose_name='项目名称')),
                ('awarded_fen', models.PositiveBigIntegerField(verbose_name='资助金额（分）')),
                ('terms', models.TextField(blank=True, max_length=2000, verbose_name='立项条件')),
                ('lead', models.CharField(blank=True, max_length=30, verbose_name='项目负责人')),
                ('starts_on', models.DateField(verbose_name='项目开始日期')),
                ('ends_on', models.DateField(verbose_name='项目结束日期')),
                ('state', models.CharField(choices=[('agreeing', '待签协议'), ('running', '执行中'), ('suspended', '已暂停'), ('closing', '结项中'), ('closed', '已结项'), ('terminated', '已终止'), ('cancelled', '已取消')], default='agreeing', max_length=10, verbose_name='状态')),
                ('step', models.CharField(choices=[('planning', '填报里程碑'), ('planned', '确认里程碑'), ('issued', '打印签字'), ('sent', '核对签字件'), ('done', '已签署')], default='planning', max_length=10)),
                ('waits_for', models.CharField(choices=[('office', '基金办公室'), ('organization', '受资助方'), ('finance', '财务'), ('leader', '领导小组'), ('nobody', '')], default='organization', max_length=12, verbose_name='等待')),
                ('stage_since', models.DateTimeField(verbose_name='进入本环节时间')),
                ('edition', models.PositiveIntegerField(default=1)),
                ('opened_at', models.DateTimeField(verbose_name='立项生效时间')),
                ('agreed_on', models.DateField(blank=True, null=True, verbose_name='协议签署日期')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='结束时间')),
                ('settled_at', models.DateTimeField(blank=True, null=True, verbose_name='资金结清时间')),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='原因')),
                ('decision', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='funding', to='review.decision')),
                ('end_resolution', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='governance.resolution')),
                ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='fundings', to='governance.fund')),
                ('organization', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.organization')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='regions.region')),
                ('resolution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='fundings', to='governance.resolution')),
                ('serves', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='governance.purpose')),
                ('station', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stations.station')),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'stage_since'], name='grants_by_stage'), models.Index(fields=['organization', '-opened_at'], name='grants_newest_of_one')],
                'constraints': [models.CheckConstraint(condition=models.Q(('awarded_fen__gt', 0)), name='grants_something_is_awarded'), models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='grants_ends_after_it_begins'), models.CheckConstraint(condition=models.Q(models.Q(('decision__isnull', False), ('handle', None), ('kind', 'project'), ('organization__isnull', False)), models.Q(('decision', None), ('handle__isnull', False), ('kind__in', ('station', 'team', 'county'))), _connector='OR'), name='grants_support_is_opened_by_a_form'), models.CheckConstraint(condition=models.Q(('organization__isnull', False), ('kind', 'county'), _connector='OR'), name='grants_only_a_county_has_no_organization'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'station'), ('station__isnull', False)), models.Q(models.Q(('kind', 'station'), _negated=True), ('station', None)), _connector='OR'), name='grants_station_support_names_its_station'), models.CheckConstraint(condition=models.Q(models.Q(('agreed_on', None), ('state__in', ['agreeing', 'cancelled']), models.Q(('step', 'done'), _negated=True)), models.Q(models.Q(('state__in', ['agreeing', 'cancelled']), _negated=True), ('agreed_on__isnull', False), ('step', 'done')), _connector='OR'), name='grants_signed_says_when'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('state__in', ('closed', 'terminated', 'cancelled')), ('waits_for', 'nobody')), models.Q(('ended_at', None), ('state__in', ('agreeing', 'running', 'suspended', 'closing')), models.Q(('waits_for', 'nobody'), _negated=True)), _connector='OR'), name='grants_over_has_its_time_and_waits_for_nobody'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['suspended', 'terminated', 'cancelled']), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='grants_stopped_with_a_reason'), models.CheckConstraint(condition=models.Q(models.Q(('end_resolution__isnull', False), ('state', 'terminated')), models.Q(models.Q(('state', 'terminated'), _negated=True), ('end_resolution', None)), _connector='OR'), name='grants_terminated_by_a_resolution')],
            },
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('handle', models.CharField(max_length=36, unique=True)),
                ('number', models.PositiveSmallIntegerField(verbose_name='第几次变更')),
                ('reason', models.CharField(max_length=500, verbose_name='变更理由')),
                ('before', models.JSONField()),
                ('after', models.JSONField()),
                ('state', models.CharField(choices=[('asked', '待审核'), ('approved', '已同意'), ('declined', '未同意'), ('withdrawn', '已撤回')], default='asked', max_length=10)),
                ('edition', models.PositiveIntegerField(default=1)),
                ('asked_at', models.DateTimeField(verbose_name='申请时间')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='办理时间')),
                ('remark', models.CharField(blank=True, max_length=500, verbose_name='办理意见')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('funding', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='grants.funding')),
            ],
            options={
                'ordering': ['-number'],
                'constraints': [models.UniqueConstraint(fields=('funding', 'number'), name='grants_one_change_of_a_number'), models.UniqueConstraint(condition=models.Q(('state', 'asked')), fields=('funding',), name='grants_one_change_waits'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='grants_change_has_a_reason'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'declined'), _negated=True), models.Q(('remark', ''), _negated=True), _connector='OR'), name='grants_declined_change_has_a_remark'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('state', 'asked')), models.Q(models.Q(('state', 'asked'), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='grants_settled_change_says_by_whom'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['approved', 'declined']), _negated=True), models.Q(('decided_by', models.F('asked_by')), _negated=True), _connector='OR'), name='grants_nobody_approves_their_own_change')],
            },
        ),
        migrations.CreateModel(
            name='Template',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField(verbose_name='启用日期')),
                ('text', models.TextField(max_length=8000, verbose_name='协议文本')),
                ('made_at', models.DateTimeField(verbose_name='登记时间')),
                ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='governance.fund')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-valid_from'],
                'constraints': [models.UniqueConstraint(fields=('fund', 'valid_from'), name='grants_one_template_of_a_day'), models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='grants_template_has_text')],
            },
        ),
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='第几稿')),
                ('text', models.TextField(verbose_name='协议文本')),
                ('state', models.CharField(choices=[('issued', '待签字'), ('signed', '已签署'), ('void', '已作废')], default='issued', max_length=8)),
                ('issued_at', models.DateTimeField(verbose_name='生成时间')),
                ('issued_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('funding', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreements', to='grants.funding')),
                ('template', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grants.template')),
            ],
            options={
                'ordering': ['-number'],
                'constraints': [models.UniqueConstraint(fields=('funding', 'number'), name='grants_one_agreement_of_a_number'), models.UniqueConstraint(condition=models.Q(('state', 'void'), _negated=True), fields=('funding',), name='grants_one_agreement_stands')],
            },
        ),
        migrations.CreateModel(
            name='FundingLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveSmallIntegerField()),
                ('kind', models.CharField(max_length=20, verbose_name='科目')),
                ('what', models.CharField(max_length=60, verbose_name='用途')),
                ('fen', models.PositiveBigIntegerField(verbose_name='金额（分）')),
                ('funding', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='grants.funding')),
            ],
            options={
                'ordering': ['place'],
                'constraints': [models.UniqueConstraint(fields=('funding', 'place'), name='grants_one_line_of_a_place')],
            },
        ),
        migrations.CreateModel(
            name='FundingSource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fen', models.PositiveBigIntegerField(verbose_name='金额（分）')),
                ('funding', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sources', to='grants.funding')),
                ('purpose', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='governance.purpose')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('fen__gt', 0)), name='grants_source_is_something'), models.UniqueConstraint(condition=models.Q(('purpose__isnull', False)), fields=('funding', 'purpose'), name='grants_one_source_of_a_purpose'), models.UniqueConstraint(condition=models.Q(('purpose', None)), fields=('funding',), name='grants_one_free_source')],
            },
        ),
        migrations.CreateModel(
            name='Milestone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='第几个')),
                ('title', models.CharField(max_length=40, verbose_name='里程碑')),
                ('proof', models.CharField(max_length=200, verbose_name='怎么验收')),
                ('due_on', models.DateField(verbose_name='完成日期')),
                ('state', models.CharField(choices=[('planned', '未完成'), ('accepted', '已验收')], default='planned', max_length=8)),
                ('accepted_at', models.DateTimeField(blank=True, null=True, verbose_name='验收时间')),
                ('accepted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('funding', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='milestones', to='grants.funding')),
            ],
            options={
                'ordering': ['number'],
                'indexes': [models.Index(fields=['state', 'due_on'], name='grants_milestones_due')],
                'constraints': [models.UniqueConstraint(fields=('funding', 'number'), name='grants_one_milestone_of_a_number'), models.CheckConstraint(condition=models.Q(models.Q(('accepted_at', None), ('accepted_by', None), ('state', 'planned')), models.Q(('accepted_at__isnull', False), ('accepted_by__isnull', False), ('state', 'accepted')), _connector='OR'), name='grants_accepted_says_when_and_by_whom')],
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
                ('funding', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='grants.funding')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Pause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('began_at', models.DateTimeField(verbose_name='暂停时间')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='恢复时间')),
                ('reason', models.CharField(max_length=500, verbose_name='暂停原因')),
                ('funding', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pauses', to='grants.funding')),
            ],
            options={
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('funding',), name='grants_one_pause_at_a_time'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='grants_pause_has_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='Scan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('sent', '待核对'), ('returned', '已退回'), ('confirmed', '已确认')], default='sent', max_length=10)),
                ('sent_at', models.DateTimeField(verbose_name='上传时间')),
                ('remark', models.CharField(blank=True, max_length=500, verbose_name='退回原因')),
                ('party_signed_on', models.DateField(blank=True, null=True, verbose_name='受资助方签字日期')),
                ('fund_signed_on', models.DateField(blank=True, null=True, verbose_name='基金签字日期')),
                ('checked_at', models.DateTimeField(blank=True, null=True, verbose_name='核对时间')),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scans', to='grants.agreement')),
                ('checked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('file', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
                ('sent_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'returned'), _negated=True), fields=('agreement',), name='grants_one_paper_waits_or_stands'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'returned'), _negated=True), models.Q(('remark', ''), _negated=True), _connector='OR'), name='grants_returned_paper_has_a_reason'), models.CheckConstraint(condition=models.Q(models.Q(('fund_signed_on__isnull', False), ('party_signed_on__isnull', False), ('state', 'confirmed')), models.Q(models.Q(('state', 'confirmed'), _negated=True), ('fund_signed_on', None), ('party_signed_on', None)), _connector='OR'), name='grants_confirmed_paper_has_both_days'), models.CheckConstraint(condition=models.Q(models.Q(('checked_at', None), ('checked_by', None), ('state', 'sent')), models.Q(models.Q(('state', 'sent'), _negated=True), ('checked_at__isnull', False), ('checked_by__isnull', False)), _connector='OR'), name='grants_checked_paper_says_by_whom')],
            },
        ),
    ]
