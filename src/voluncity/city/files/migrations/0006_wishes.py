
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('files', '0005_training_and_events'),
    ]

    operations = [
        migrations.AlterField(
            model_name='storedfile',
            name='seen_with',
            field=models.CharField(blank=True, choices=[('desk_see', '进入工作台'), ('volunteer_see', '查看志愿者名册'), ('volunteer_register', '代为登记志愿者'), ('volunteer_import', '导入志愿者名单'), ('volunteer_export', '导出名册（脱敏）'), ('export_full', '导出完整信息'), ('claim_review', '受理认领和更正申请'), ('record_merge', '合并重复登记'), ('party_see', '查看双报到'), ('party_edit', '维护双报到结对'), ('wish_post', '代居民登记微心愿'), ('wish_review', '审核微心愿'), ('hardship_see', '查看困难志愿者'), ('hardship_edit', '登记困难志愿者和慰问'), ('identity_review', '实名审核'), ('identity_reveal', '查看完整证件号码'), ('org_see', '查看组织'), ('org_edit', '维护组织资料'), ('org_review', '审核组织'), ('member_review', '审核入队申请'), ('rating_edit', '评定组织星级'), ('station_edit', '维护志愿服务站'), ('station_inspect', '检查志愿服务站'), ('project_see', '查看项目'), ('project_edit', '编制项目'), ('project_review', '审核项目'), ('activity_edit', '安排活动'), ('signup_see', '查看报名名单'), ('attendance_record', '签到签退'), ('training_record', '登记培训'), ('hours_see', '查看时长记录'), ('hours_confirm', '确认时长'), ('hours_approve', '复核时长'), ('hours_correct', '更正时长'), ('anomaly_see', '查看时长核查'), ('anomaly_decide', '办理时长核查'), ('patrol_see', '查看巡防问题'), ('patrol_solve', '办理巡防问题'), ('event_edit', '组织大型活动'), ('difficulty_see', '查看困难事项'), ('difficulty_answer', '答复困难事项'), ('welfare_day_edit', '安排全民公益日'), ('training_edit', '开办培训'), ('certificate_revoke', '撤销证明'), ('notice_manage', '管理公示'), ('policy_edit', '维护规则和日历'), ('figures_see', '查看统计'), ('journal_read', '查看操作记录'), ('grant_manage', '分配角色'), ('account_manage', '管理工作人员账号')], max_length=40),
        ),
    ]
