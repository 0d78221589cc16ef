"""The lives of a policy, of a list of people to insure, and of a claim."""

from __future__ import annotations

from django.db import models

from voluncity.kernel.flow import Flow, Step


class PolicyKind(models.TextChoices):
    """What is insured."""

    YEARLY = "yearly", "年度意外险"
    SINGLE = "single", "活动意外险"
    LIABILITY = "liability", "责任险"


class Covers(models.TextChoices):
    """Whom a policy covers."""

    LISTED = "listed", "名单上的志愿者"
    MEMBERS = "members", "组织的全体成员"
    JOINING = "joining", "活动的参加者"


class PolicyState(models.TextChoices):
    """Where a policy stands; whether it has run out follows from its days."""

    DRAFT = "draft", "待承保"
    ACTIVE = "active", "已承保"
    CANCELLED = "cancelled", "已终止"


POLICY_FLOW = Flow(
    [
        Step("activate", (PolicyState.DRAFT,), PolicyState.ACTIVE, "登记承保"),
        Step("cancel", (PolicyState.DRAFT, PolicyState.ACTIVE), PolicyState.CANCELLED, "终止"),
    ],
    dict(PolicyState.choices),
)


class EnrollmentState(models.TextChoices):
    """Where a list of people to insure stands."""

    OPEN = "open", "拟定中"
    CONFIRMED = "confirmed", "已复核"
    SENT = "sent", "已报保险公司"
    COVERED = "covered", "已承保"
    CANCELLED = "cancelled", "已取消"


E = EnrollmentState
RUNNING = (E.OPEN, E.CONFIRMED, E.SENT)
ENROLLMENT_FLOW = Flow(
    [
        Step("change", (E.OPEN,), E.OPEN, "调整名单"),
        Step("confirm", (E.OPEN,), E.CONFIRMED, "复核通过"),
        Step("reopen", (E.CONFIRMED,), E.OPEN, "退回修改"),
        Step("send", (E.CONFIRMED,), E.SENT, "已报保险公司"),
        Step("cover", (E.SENT,), E.COVERED, "登记承保"),
        Step("cancel", RUNNING, E.CANCELLED, "取消"),
    ],
    dict(E.choices),
)


class Answer(models.TextChoices):
    """What somebody on a list says to being insured (保险法第三十四条；个保法第二十三条)."""

    ASKED = "asked", "待答复"
    AGREED = "agreed", "同意"
    DECLINED = "declined", "不参加"


class ClaimState(models.TextChoices):
    """Where a claim stands."""

    REPORTED = "reported", "已报案"
    HANDED_IN = "handed_in", "已交保险公司"
    SETTLED = "settled", "已赔付"
    DECLINED = "declined", "不予赔付"
    WITHDRAWN = "withdrawn", "已撤回"


C = ClaimState
OPEN_CLAIMS = (C.REPORTED, C.HANDED_IN)
CLAIM_FLOW = Flow(
    [
        Step("assign", (C.REPORTED,), C.REPORTED, "选择保单"),
        Step("hand_in", (C.REPORTED,), C.HANDED_IN, "材料已交保险公司"),
        Step("settle", (C.HANDED_IN,), C.SETTLED, "登记赔付"),
        Step("decline", OPEN_CLAIMS, C.DECLINED, "登记不予赔付"),
        Step("withdraw", OPEN_CLAIMS, C.WITHDRAWN, "撤回"),
    ],
    dict(C.choices),
)
CLAIM_TONES = {
    C.REPORTED: "warn",
    C.HANDED_IN: "info",
    C.SETTLED: "good",
    C.DECLINED: "bad",
    C.WITHDRAWN: "neutral",
}
