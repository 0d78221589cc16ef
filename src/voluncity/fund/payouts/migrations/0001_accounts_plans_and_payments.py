import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('files', '0009_funding'),
        ('governance', '0002_ending_funds'),
        ('grants', '0001_initial'),
        ('orgs', '0002_whole_life'),
        ('people', '__first__'),
        ('regions', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Plan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('handle', models.CharField(max_length=36, unique=True)),
                ('number', models.PositiveSmallIntegerField(verbose_name='第几次')),
                ('state', models.CharField(choices=[('proposed', '待同意'), ('agreed', '执行中'), ('replaced', '已调整'), ('refused', '未同意'), ('withdrawn', '已撤回')], default='proposed', max_length=10, verbose_name='状态')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='调整原因')),
                ('words', models.CharField(blank=True, max_length=200, verbose_name='不同意的原因')),
                ('made_at', models.DateTimeField(verbose_name='提出时间')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='办理时间')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('funding', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payment_plans', to='grants.funding')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-number'],
                'constraints': [models.UniqueConstraint(fields=('funding', 'number'), name='payouts_one_plan_of_a_number'), models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('funding',), name='payouts_one_plan_waits'), models.UniqueConstraint(condition=models.Q(('state', 'agreed')), fields=('funding',), name='payouts_one_plan_holds'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['agreed', 'refused', 'replaced']), _negated=True), models.Q(('decided_by__isnull', False), models.Q(('decided_by', models.F('made_by')), _negated=True)), _connector='OR'), name='payouts_plan_agreed_by_another'), models.CheckConstraint(condition=models.Q(('number', 1), models.Q(('reason', ''), _negated=True), _connector='OR'), name='payouts_later_plan_has_a_reason'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'refused'), _negated=True), models.Q(('words', ''), _negated=True), _connector='OR'), name='payouts_plan_refused_with_words')],
            },
        ),
        migrations.CreateModel(
            name='Installment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='第几期')),
                ('fen', models.PositiveBigIntegerField(verbose_name='金额（分）')),
                ('due_on', models.DateField(verbose_name='计划拨付日期')),
                ('state', models.CharField(choices=[('proposed', '计划待同意'), ('open', '未拨付'), ('taken', '拨付办理中'), ('paid', '已拨付'), ('dropped', '已取消')], default='proposed', max_length=10, verbose_name='状态')),
                ('funding', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='installments', to='grants.funding')),
                ('milestone', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grants.milestone')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='installments', to='payouts.plan')),
            ],
            options={
                'ordering': ['number', 'pk'],
                'indexes': [models.Index(fields=['state', 'due_on'], name='payouts_installments_due')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ('open', 'taken', 'paid'))), fields=('funding', 'number'), name='payouts_one_installment_of_a_number'), models.CheckConstraint(condition=models.Q(('fen__gt', 0)), name='payouts_installment_is_something')],
            },
        ),
        migrations.CreateModel(
            name='Payee',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('handle', models.CharField(max_length=36, unique=True)),
                ('key', models.CharField(max_length=32, unique=True)),
                ('owner', models.CharField(max_length=90)),
                ('owner_name', models.CharField(max_length=60, verbose_name='受资助方全称')),
                ('holder', models.CharField(max_length=60, verbose_name='开户名')),
                ('why_other', models.CharField(blank=True, max_length=200, verbose_name='开户名不同的原因')),
                ('bank', models.CharField(max_length=60, verbose_name='开户银行')),
                ('number_cipher', models.CharField(max_length=300)),
                ('number_index', models.CharField(db_index=True, max_length=64)),
                ('tail', models.CharField(max_length=4)),
                ('digits', models.PositiveSmallIntegerField()),
                ('state', models.CharField(choices=[('entered', '待核对'), ('verified', '已核对'), ('refused', '核对未通过'), ('withdrawn', '已撤回'), ('replaced', '已更换'), ('stopped', '已停用')], default='entered', max_length=10, verbose_name='状态')),
                ('made_at', models.DateTimeField(verbose_name='登记时间')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='核对时间')),
                ('words', models.CharField(blank=True, max_length=200, verbose_name='核对说明')),
                ('usable_from', models.DateTimeField(blank=True, null=True, verbose_name='可以付款的时间')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='governance.fund')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.organization')),
                ('proof', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='regions.region')),
                ('replaces', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='payouts.payee')),
            ],
            options={
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'verified')), fields=('fund', 'owner'), name='payouts_one_account_in_use'), models.UniqueConstraint(condition=models.Q(('state', 'entered')), fields=('fund', 'owner'), name='payouts_one_account_waits'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['verified', 'refused', 'replaced', 'stopped']), _negated=True), models.Q(('decided_by__isnull', False), models.Q(('decided_by', models.F('made_by')), _negated=True)), _connector='OR'), name='payouts_account_verified_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['verified', 'replaced', 'stopped']), ('usable_from__isnull', False)), models.Q(models.Q(('state__in', ['verified', 'replaced', 'stopped']), _negated=True), ('usable_from', None)), _connector='OR'), name='payouts_account_in_use_from_an_instant'), models.CheckConstraint(condition=models.Q(('holder', models.F('owner_name')), models.Q(('why_other', ''), _negated=True), _connector='OR'), name='payouts_other_holder_is_explained'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['refused', 'stopped']), _negated=True), models.Q(('words', ''), _negated=True), _connector='OR'), name='payouts_account_refused_with_words')],
            },
        ),
        migrations.CreateModel(
            name='PaymentList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('handle', models.CharField(max_length=36, unique=True)),
                ('key', models.CharField(max_length=32, unique=True)),
                ('number', models.CharField(max_length=20, unique=True, verbose_name='清单编号')),
                ('state', models.CharField(choices=[('made', '待导出'), ('exported', '待银行付款'), ('done', '已办结'), ('cancelled', '已取消')], default='made', max_length=10, verbose_name='状态')),
                ('count', models.PositiveIntegerField(verbose_name='笔数')),
                ('total_fen', models.PositiveBigIntegerField(verbose_name='合计（分）')),
                ('rows_cipher', models.TextField()),
                ('digest', models.CharField(max_length=64, verbose_name='校验码')),
                ('made_at', models.DateTimeField(verbose_name='生成时间')),
                ('exported_at', models.DateTimeField(blank=True, null=True, verbose_name='导出时间')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='办结时间')),
                ('exported_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='governance.fund')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('count__gt', 0), ('total_fen__gt', 0)), name='payouts_list_is_something'), models.CheckConstraint(condition=models.Q(models.Q(('exported_at__isnull', False), ('exported_by__isnull', False), ('state__in', ['exported', 'done'])), models.Q(('state__in', ['made', 'cancelled']), ('exported_at', None), ('exported_by', None)), _connector='OR'), name='payouts_exported_says_by_whom')],
            },
        ),
        migrations.CreateModel(
            name='Disbursement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('handle', models.CharField(max_length=36, unique=True)),
                ('fen', models.PositiveBigIntegerField(verbose_name='金额（分）')),
                ('state', models.CharField(choices=[('asked', '待复核'), ('approved', '待列清单'), ('listed', '待付款'), ('paid', '已拨付'), ('refused', '复核退回'), ('withdrawn', '已撤回'), ('failed', '付款失败'), ('bounced', '银行退汇')], default='asked', max_length=10, verbose_name='状态')),
                ('asked_at', models.DateTimeField(verbose_name='申请时间')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='复核时间')),
                ('place', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='清单序号')),
                ('bank_ref', models.CharField(blank=True, max_length=64, null=True, unique=True, verbose_name='银行流水号')),
                ('paid_on', models.DateField(blank=True, null=True, verbose_name='付款日期')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='确认时间')),
                ('words', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('funding', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disbursements', to='grants.funding')),
                ('installment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disbursements', to='payouts.installment')),
                ('payee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disbursements', to='payouts.payee')),
                ('list', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='payouts.paymentlist')),
            ],
            options={
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['state', 'asked_at'], name='payouts_by_state')],
                'constraints': [models.CheckConstraint(condition=models.Q(('fen__gt', 0)), name='payouts_payment_is_something'), models.UniqueConstraint(condition=models.Q(('state__in', ('asked', 'approved', 'listed', 'paid'))), fields=('installment',), name='payouts_one_payment_of_an_installment'), models.UniqueConstraint(condition=models.Q(('list__isnull', False)), fields=('list', 'place'), name='payouts_one_line_of_a_place'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['approved', 'listed', 'paid', 'refused', 'failed', 'bounced']), _negated=True), models.Q(('decided_by__isnull', False), models.Q(('decided_by', models.F('asked_by')), _negated=True)), _connector='OR'), name='payouts_approved_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('bank_ref__isnull', False), ('confirmed_by__isnull', False), ('paid_on__isnull', False), ('state__in', ['paid', 'bounced']), models.Q(('confirmed_by', models.F('asked_by')), _negated=True)), models.Q(models.Q(('state__in', ['paid', 'bounced']), _negated=True), ('bank_ref', None), ('paid_on', None)), _connector='OR'), name='payouts_confirmed_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('list__isnull', False), ('state__in', ['listed', 'paid', 'failed', 'bounced'])), models.Q(models.Q(('state__in', ['listed', 'paid', 'failed', 'bounced']), _negated=True), ('list', None)), _connector='OR'), name='payouts_listed_has_its_list'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['refused', 'failed']), _negated=True), models.Q(('words', ''), _negated=True), _connector='OR'), name='payouts_failed_with_words')],
            },
        ),
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('made_at', models.DateTimeField(verbose_name='上传时间')),
                ('disbursement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='payouts.disbursement')),
                ('file', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Return',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('handle', models.CharField(max_length=36, unique=True)),
                ('kind', models.CharField(choices=[('unused', '受资助方退回'), ('bounced', '银行退汇')], max_length=8, verbose_name='类别')),
                ('fen', models.PositiveBigIntegerField(verbose_name='金额（分）')),
                ('on', models.DateField(verbose_name='到账日期')),
                ('bank_ref', models.CharField(max_length=64, verbose_name='银行流水号')),
                ('reason', models.CharField(max_length=200, verbose_name='退回原因')),
                ('state', models.CharField(choices=[('entered', '待确认'), ('confirmed', '已入账'), ('refused', '未确认')], default='entered', max_length=10, verbose_name='状态')),
                ('made_at', models.DateTimeField(verbose_name='登记时间')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='确认时间')),
                ('words', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('disbursement', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='returns', to='payouts.disbursement')),
                ('funding', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='money_returns', to='grants.funding')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proof', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
            ],
            options={
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('fen__gt', 0)), name='payouts_return_is_something'), models.UniqueConstraint(condition=models.Q(('state', 'refused'), _negated=True), fields=('bank_ref',), name='payouts_return_counts_once'), models.UniqueConstraint(condition=models.Q(('disbursement__isnull', False), models.Q(('state', 'refused'), _negated=True)), fields=('disbursement',), name='payouts_payment_bounces_once'), models.CheckConstraint(condition=models.Q(models.Q(('disbursement__isnull', False), ('kind', 'bounced')), models.Q(('disbursement', None), ('kind', 'unused')), _connector='OR'), name='payouts_bounced_names_its_payment'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('state', 'entered')), models.Q(models.Q(('state', 'entered'), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False), models.Q(('decided_by', models.F('made_by')), _negated=True)), _connector='OR'), name='payouts_return_confirmed_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'refused'), _negated=True), models.Q(('words', ''), _negated=True), _connector='OR'), name='payouts_return_refused_with_words')],
            },
        ),
        migrations.CreateModel(
            name='ReturnShare',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fen', models.PositiveBigIntegerField(verbose_name='金额（分）')),
                ('of', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shares', to='payouts.return')),
                ('purpose', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='governance.purpose')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('fen__gt', 0)), name='payouts_returned_share')],
            },
        ),
        migrations.CreateModel(
            name='Share',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fen', models.PositiveBigIntegerField(verbose_name='金额（分）')),
                ('disbursement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shares', to='payouts.disbursement')),
                ('purpose', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='governance.purpose')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('fen__gt', 0)), name='payouts_share_is_something'), models.UniqueConstraint(condition=models.Q(('purpose__isnull', False)), fields=('disbursement', 'purpose'), name='payouts_one_share_of_a_purpose'), models.UniqueConstraint(condition=models.Q(('purpose', None)), fields=('disbursement',), name='payouts_one_free_share')],
            },
        ),
    ]
