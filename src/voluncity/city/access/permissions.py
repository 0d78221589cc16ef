"""What may be done, and which role may do it; readable by an auditor."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models


class Permission(models.TextChoices):
    """One thing that a person may be allowed to do."""

    DESK_SEE = "desk_see", "进入工作台"
    VOLUNTEER_SEE = "volunteer_see", "查看志愿者名册"
    VOLUNTEER_REGISTER = "volunteer_register", "代为登记志愿者"
    VOLUNTEER_IMPORT = "volunteer_import", "导入志愿者名单"
    VOLUNTEER_EXPORT = "volunteer_export", "导出名册（脱敏）"
    EXPORT_FULL = "export_full", "导出完整信息"
    CLAIM_REVIEW = "claim_review", "受理认领和更正申请"
    RECORD_MERGE = "record_merge", "合并重复登记"
    PARTY_SEE = "party_see", "查看双报到"
    PARTY_EDIT = "party_edit", "维护双报到结对"
    WISH_POST = "wish_post", "代居民登记微心愿"
    WISH_REVIEW = "wish_review", "审核微心愿"
    HARDSHIP_SEE = "hardship_see", "查看困难志愿者"
    HARDSHIP_EDIT = "hardship_edit", "登记困难志愿者和慰问"
    IDENTITY_REVIEW = "identity_review", "实名审核"
    IDENTITY_REVEAL = "identity_reveal", "查看完整证件号码"
    ORG_SEE = "org_see", "查看组织"
    ORG_EDIT = "org_edit", "维护组织资料"
    ORG_REVIEW = "org_review", "审核组织"
    MEMBER_REVIEW = "member_review", "审核入队申请"
    RATING_EDIT = "rating_edit", "评定组织星级"
    STATION_EDIT = "station_edit", "维护志愿服务站"
    STATION_INSPECT = "station_inspect", "检查志愿服务站"
    PROJECT_SEE = "project_see", "查看项目"
    PROJECT_EDIT = "project_edit", "编制项目"
    PROJECT_REVIEW = "project_review", "审核项目"
    ACTIVITY_EDIT = "activity_edit", "安排活动"
    SIGNUP_SEE = "signup_see", "查看报名名单"
    ATTENDANCE_RECORD = "attendance_record", "签到签退"
    TRAINING_RECORD = "training_record", "登记培训"
    HOURS_SEE = "hours_see", "查看时长记录"
    HOURS_CONFIRM = "hours_confirm", "确认时长"
    HOURS_APPROVE = "hours_approve", "复核时长"
    HOURS_CORRECT = "hours_correct", "更正时长"
    ANOMALY_SEE = "anomaly_see", "查看时长核查"
    ANOMALY_DECIDE = "anomaly_decide", "办理时长核查"
    PATROL_SEE = "patrol_see", "查看巡防问题"
    PATROL_SOLVE = "patrol_solve", "办理巡防问题"
    EVENT_EDIT = "event_edit", "组织大型活动"
    DIFFICULTY_SEE = "difficulty_see", "查看困难事项"
    DIFFICULTY_ANSWER = "difficulty_answer", "答复困难事项"
    WELFARE_DAY_EDIT = "welfare_day_edit", "安排全民公益日"
    TRAINING_EDIT = "training_edit", "开办培训"
    CERTIFICATE_REVOKE = "certificate_revoke", "撤销证明"
    CERTIFICATE_PRINT = "certificate_print", "批量打印证明"
    RANKING_EDIT = "ranking_edit", "评定月度之星"
    CERTIFICATION_EDIT = "certification_edit", "办理星级和奖章认证"
    AWARD_EDIT = "award_edit", "组织评选表彰"
    AWARD_NOMINATE = "award_nominate", "推荐评选对象"
    AWARD_JUDGE = "award_judge", "评审打分"
    INSURANCE_SEE = "insurance_see", "查看保险"
    INSURANCE_EDIT = "insurance_edit", "办理保险"
    POINTS_SEE = "points_see", "查看积分"
    POINTS_EDIT = "points_edit", "维护积分规则"
    MERCHANT_REVIEW = "merchant_review", "审核商家和兑换项目"
    OFFER_EDIT = "offer_edit", "维护兑换项目"
    REDEMPTION_TAKE = "redemption_take", "核销兑换码"
    NEWS_EDIT = "news_edit", "撰写动态和风采"
    NEWS_REVIEW = "news_review", "审核发布动态和风采"
    CLASS_EDIT = "class_edit", "编制微课"
    COMMENT_MODERATE = "comment_moderate", "审核评论"
    FUND_SEE = "fund_see", "查看专项基金"
    FUND_EDIT = "fund_edit", "办理专项基金事务"
    BUDGET_EDIT = "budget_edit", "编制基金预算"
    APPEAL_EDIT = "appeal_edit", "发起和维护募捐"
    GIFT_RECORD = "gift_record", "登记捐赠"
    GIFT_CHECK = "gift_check", "复核捐赠"
    GRANT_APPLY = "grant_apply", "申报专项基金"
    GRANT_REVIEW = "grant_review", "受理基金申报"
    APPLICATION_JUDGE = "application_judge", "评审基金申报"
    FUNDING_EDIT = "funding_edit", "办理资助项目"
    PAYOUT_MAKE = "payout_make", "经办拨付"
    PAYOUT_CHECK = "payout_check", "复核拨付"
    NOTICE_MANAGE = "notice_manage", "管理公示"
    POLICY_EDIT = "policy_edit", "维护规则和日历"
    FIGURES_SEE = "figures_see", "查看统计"
    JOURNAL_READ = "journal_read", "查看操作记录"
    GRANT_MANAGE = "grant_manage", "分配角色"
    ACCOUNT_MANAGE = "account_manage", "管理工作人员账号"


P = Permission


@dataclass(frozen=True)
class RoleSpec:
    """A bundle of permissions with its Chinese name and the kind of scope it is given for."""

    name: str
    scope: str  # "region" or "organization"
    permissions: frozenset[Permission]
    description: str
    # RULES.md §3.5: system, security and audit administrators are separate people.
    is_admin: bool = False


_READING = {P.DESK_SEE, P.ORG_SEE, P.PROJECT_SEE, P.HOURS_SEE, P.FIGURES_SEE}
_OFFICE = _READING | {
    P.VOLUNTEER_SEE,
    P.VOLUNTEER_REGISTER,
    P.VOLUNTEER_IMPORT,
    P.VOLUNTEER_EXPORT,
    P.CLAIM_REVIEW,
    P.RECORD_MERGE,
    P.PARTY_SEE,
    P.PARTY_EDIT,
    P.WISH_POST,
    P.WISH_REVIEW,
    P.HARDSHIP_SEE,
    P.HARDSHIP_EDIT,
    P.IDENTITY_REVIEW,
    P.IDENTITY_REVEAL,
    P.ORG_EDIT,
    P.ORG_REVIEW,
    P.RATING_EDIT,
    P.STATION_EDIT,
    P.STATION_INSPECT,
    P.PROJECT_REVIEW,
    P.SIGNUP_SEE,
    P.HOURS_APPROVE,
    P.HOURS_CORRECT,
    P.ANOMALY_SEE,
    P.ANOMALY_DECIDE,
    P.PATROL_SEE,
    P.PATROL_SOLVE,
    P.EVENT_EDIT,
    P.DIFFICULTY_SEE,
    P.DIFFICULTY_ANSWER,
    P.WELFARE_DAY_EDIT,
    P.TRAINING_RECORD,
    P.TRAINING_EDIT,
    P.CERTIFICATE_REVOKE,
    P.CERTIFICATE_PRINT,
    P.RANKING_EDIT,
    P.CERTIFICATION_EDIT,
    P.AWARD_EDIT,
    P.AWARD_NOMINATE,
    P.INSURANCE_SEE,
    P.INSURANCE_EDIT,
    P.POINTS_SEE,
    P.MERCHANT_REVIEW,
    P.NEWS_EDIT,
    P.NEWS_REVIEW,
    P.CLASS_EDIT,
    P.COMMENT_MODERATE,
    P.NOTICE_MANAGE,
}


class Role(models.TextChoices):
    """What a person can be, for a region or an organization with all below it."""

    CITY_OFFICE = "city_office", "市文明办"
    COUNTY_OFFICE = "county_office", "县（市、区）文明办"
    LEAD_UNIT = "lead_unit", "牵头单位"
    ORG_ADMIN = "org_admin", "组织管理员"
    TEAM_LEADER = "team_leader", "领队"
    COMMUNITY_WORKER = "community_worker", "社区工作人员"
    SUPERVISOR = "supervisor", "督查员"
    EXPERT = "expert", "评审专家"
    FUND_OFFICE = "fund_office", "基金办公室"
    FUND_FINANCE = "fund_finance", "基金财务"
    FUND_SUPERVISOR = "fund_supervisor", "基金监事"
    SHOP_CLERK = "shop_clerk", "商家店员"
    SYSTEM_ADMIN = "system_admin", "系统管理员"
    SECURITY_ADMIN = "security_admin", "安全管理员"
    AUDITOR = "auditor", "审计员"


ROLES: dict[Role, RoleSpec] = {
    Role.CITY_OFFICE: RoleSpec(
        "市文明办",
        "region",
        frozenset(_OFFICE | {P.POLICY_EDIT, P.POINTS_EDIT, P.EXPORT_FULL, P.FUND_SEE}),
        "全市统筹、审核、监督",
    ),
    Role.COUNTY_OFFICE: RoleSpec(
        "县（市、区）文明办", "region", frozenset(_OFFICE), "本县（市、区）的审核和监督"
    ),
    Role.LEAD_UNIT: RoleSpec(
        "牵头单位",
        "organization",
        frozenset(
            _READING
            | {P.ORG_REVIEW, P.PROJECT_EDIT, P.PROJECT_REVIEW, P.ACTIVITY_EDIT, P.SIGNUP_SEE}
            | {P.HOURS_APPROVE, P.PARTY_SEE, P.PATROL_SEE, P.PATROL_SOLVE, P.EVENT_EDIT}
            | {P.DIFFICULTY_SEE, P.DIFFICULTY_ANSWER, P.TRAINING_RECORD, P.TRAINING_EDIT}
            | {P.AWARD_NOMINATE, P.INSURANCE_SEE, P.NEWS_EDIT, P.NEWS_REVIEW, P.CLASS_EDIT}
        ),
        "本系统、本行业的项目编排和审核",
    ),
    Role.ORG_ADMIN: RoleSpec(
        "组织管理员",
        "organization",
        frozenset(
            _READING
            | {P.ORG_EDIT, P.MEMBER_REVIEW, P.PROJECT_EDIT, P.ACTIVITY_EDIT, P.SIGNUP_SEE}
            | {P.ATTENDANCE_RECORD, P.TRAINING_RECORD, P.HOURS_CONFIRM, P.HOURS_APPROVE}
            | {P.HOURS_CORRECT, P.STATION_EDIT, P.PARTY_SEE, P.PATROL_SEE, P.PATROL_SOLVE}
            | {P.EVENT_EDIT, P.DIFFICULTY_SEE, P.TRAINING_EDIT, P.CERTIFICATE_PRINT}
            | {P.AWARD_NOMINATE, P.INSURANCE_SEE, P.NEWS_EDIT, P.OFFER_EDIT, P.REDEMPTION_TAKE}
            | {P.GRANT_APPLY}
        ),
        "本组织的成员、项目、活动和时长",
    ),
    Role.TEAM_LEADER: RoleSpec(
        "领队",
        "organization",
        frozenset(
            {P.DESK_SEE, P.PROJECT_SEE, P.ACTIVITY_EDIT, P.SIGNUP_SEE, P.ATTENDANCE_RECORD}
            | {P.TRAINING_RECORD, P.HOURS_SEE, P.HOURS_CONFIRM}
        ),
        "带队活动：签到签退、确认时长",
    ),
    Role.COMMUNITY_WORKER: RoleSpec(
        "社区工作人员",
        "region",
        frozenset(
            {P.DESK_SEE, P.VOLUNTEER_SEE, P.VOLUNTEER_REGISTER, P.IDENTITY_REVIEW}
            | {P.STATION_EDIT, P.ORG_SEE, P.PROJECT_SEE, P.CLAIM_REVIEW, P.PARTY_SEE}
            | {P.HARDSHIP_SEE, P.HARDSHIP_EDIT, P.PATROL_SEE, P.PATROL_SOLVE}
            | {P.WISH_POST, P.WISH_REVIEW, P.AWARD_NOMINATE, P.COMMENT_MODERATE}
        ),
        "本社区的登记、实名审核和志愿服务站",
    ),
    Role.SUPERVISOR: RoleSpec(
        "督查员",
        "region",
        frozenset(
            _READING
            | {P.SIGNUP_SEE, P.STATION_INSPECT, P.ANOMALY_SEE, P.PATROL_SEE}
            | {P.DIFFICULTY_SEE}
        ),
        "督查活动和时长，检查站点",
    ),
    Role.EXPERT: RoleSpec(
        "评审专家",
        "region",
        frozenset({P.DESK_SEE, P.AWARD_JUDGE, P.APPLICATION_JUDGE}),
        "评选表彰和基金申报的专家评审，只看分给自己的材料",
    ),
    Role.FUND_OFFICE: RoleSpec(
        "基金办公室",
        "region",
        frozenset(
            {P.DESK_SEE, P.ORG_SEE, P.PROJECT_SEE, P.FUND_SEE, P.FUND_EDIT, P.BUDGET_EDIT}
            | {P.APPEAL_EDIT, P.GIFT_RECORD, P.GRANT_REVIEW, P.FUNDING_EDIT, P.PAYOUT_MAKE}
        ),
        "专项基金的申报受理、资助项目、募捐和日常事务",
    ),
    Role.FUND_FINANCE: RoleSpec(
        "基金财务",
        "region",
        frozenset(
            {P.DESK_SEE, P.FUND_SEE, P.BUDGET_EDIT, P.GIFT_RECORD, P.GIFT_CHECK}
            | {P.PAYOUT_MAKE, P.PAYOUT_CHECK}
        ),
        "基金收支和拨付的登记、复核，不受理申报",
    ),
    Role.FUND_SUPERVISOR: RoleSpec(
        "基金监事",
        "region",
        frozenset({P.DESK_SEE, P.FUND_SEE}),
        "只读：基金的章程、会议、收支和捐赠",
    ),
    Role.SHOP_CLERK: RoleSpec(
        "商家店员",
        "organization",
        frozenset({P.DESK_SEE, P.REDEMPTION_TAKE}),
        "在店里核销兑换码",
    ),
    Role.SYSTEM_ADMIN: RoleSpec(
        "系统管理员",
        "region",
        frozenset({P.DESK_SEE}),
        "系统运行；不接触业务数据",
        is_admin=True,
    ),
    Role.SECURITY_ADMIN: RoleSpec(
        "安全管理员",
        "region",
        frozenset({P.DESK_SEE, P.GRANT_MANAGE, P.ACCOUNT_MANAGE}),
        "分配和收回角色；不接触业务数据",
        is_admin=True,
    ),
    Role.AUDITOR: RoleSpec(
        "审计员",
        "region",
        frozenset({P.DESK_SEE, P.JOURNAL_READ}),
        "只读：全部操作记录",
        is_admin=True,
    ),
}

# What a lead unit may read in its lines of work wherever they are done, not only below it.
SUPERVISING = frozenset({P.PROJECT_SEE, P.HOURS_SEE})

ADMIN_ROLES = [role for role, spec in ROLES.items() if spec.is_admin]


def roles_with(permission: Permission) -> list[Role]:
    """Return the roles that hold a permission, in the order of the table."""
    return [role for role, spec in ROLES.items() if permission in spec.permissions]
