"""Kinds of organization and their life."""

from __future__ import annotations

from django.db import models

from voluncity.kernel.flow import Flow, Step


class Kind(models.TextChoices):
    """What an organization is (MISSION B1)."""

    OFFICE = "office", "文明办"
    LEAD_UNIT = "lead_unit", "牵头单位"
    FEDERATION = "federation", "志愿服务联合会"
    UNIT = "unit", "机关企事业单位"
    MODEL_UNIT = "model_unit", "文明单位"
    COMMUNITY = "community", "社区（村）"
    REGISTERED = "registered", "登记注册的志愿服务组织"
    FILED = "filed", "备案的志愿服务团队"
    INTERNAL = "internal", "单位内部志愿服务队"
    MERCHANT = "merchant", "爱心商户"


class OrgState(models.TextChoices):
    """Where an organization stands."""

    APPLIED = "applied", "待审核"
    SENT_BACK = "sent_back", "退回修改"
    SHOWN = "shown", "公示中"
    ACTIVE = "active", "正常"
    REFUSED = "refused", "未通过"
    SUSPENDED = "suspended", "暂停"
    DISSOLVED = "dissolved", "已注销"


S = OrgState
ORG_FLOW = Flow(
    [
        Step("resubmit", (S.SENT_BACK,), S.APPLIED, "重新提交"),
        Step("send_back", (S.APPLIED,), S.SENT_BACK, "退回修改"),
        Step("approve", (S.APPLIED,), S.SHOWN, "审核通过"),
        Step("refuse", (S.APPLIED,), S.REFUSED, "不予通过"),
        Step("publish", (S.SHOWN,), S.ACTIVE, "公示结束生效"),
        Step("overturn", (S.SHOWN,), S.SENT_BACK, "异议成立退回"),
        Step("suspend", (S.ACTIVE,), S.SUSPENDED, "暂停"),
        Step("resume", (S.SUSPENDED,), S.ACTIVE, "恢复"),
        Step("merge", (S.ACTIVE, S.SUSPENDED), S.DISSOLVED, "并入其他组织"),
        Step("dissolve", (S.ACTIVE, S.SUSPENDED), S.DISSOLVED, "注销"),
    ],
    dict(OrgState.choices),
)


# Has its place in the tree, and people in it.
STANDING = (S.ACTIVE, S.SUSPENDED)
ENDED = (S.REFUSED, S.DISSOLVED)
# Has a page for everybody.
PUBLIC = (*STANDING, S.DISSOLVED)


class JoinState(models.TextChoices):
    """Where a request to join stands."""

    ASKED = "asked", "待审核"
    ACCEPTED = "accepted", "已加入"
    DECLINED = "declined", "未通过"
    WITHDRAWN = "withdrawn", "已撤回"


JOIN_FLOW = Flow(
    [
        Step("accept", (JoinState.ASKED,), JoinState.ACCEPTED, "同意加入"),
        Step("decline", (JoinState.ASKED,), JoinState.DECLINED, "不同意加入"),
        Step("withdraw", (JoinState.ASKED,), JoinState.WITHDRAWN, "撤回申请"),
    ],
    dict(JoinState.choices),
)
