"""The lives of an account, a plan, its installments, a payment, a bank list, a return."""

from __future__ import annotations

from django.db import models

from voluncity.kernel.flow import Flow, Step


class PayeeState(models.TextChoices):
    """Where the bank account of a recipient stands."""

    ENTERED = "entered", "待核对"
    VERIFIED = "verified", "已核对"
    REFUSED = "refused", "核对未通过"
    WITHDRAWN = "withdrawn", "已撤回"
    REPLACED = "replaced", "已更换"
    STOPPED = "stopped", "已停用"


E = PayeeState
PAYEE_FLOW = Flow(
    [
        Step("verify", (E.ENTERED,), E.VERIFIED, "核对通过"),
        Step("refuse", (E.ENTERED,), E.REFUSED, "核对未通过"),
        Step("withdraw", (E.ENTERED,), E.WITHDRAWN, "撤回账户"),
        Step("replace", (E.VERIFIED,), E.REPLACED, "由新的账户替代"),
        Step("stop", (E.VERIFIED,), E.STOPPED, "停用账户"),
    ],
    dict(E.choices),
)
PAYEE_TONES = {E.ENTERED: "warn", E.VERIFIED: "good", E.REFUSED: "bad", E.STOPPED: "bad"}


class PlanState(models.TextChoices):
    """Where a plan of installments stands."""

    PROPOSED = "proposed", "待同意"
    AGREED = "agreed", "执行中"
    REPLACED = "replaced", "已调整"
    REFUSED = "refused", "未同意"
    WITHDRAWN = "withdrawn", "已撤回"


L = PlanState
PLAN_FLOW = Flow(
    [
        Step("agree", (L.PROPOSED,), L.AGREED, "同意拨付计划"),
        Step("refuse", (L.PROPOSED,), L.REFUSED, "不同意拨付计划"),
        Step("withdraw", (L.PROPOSED,), L.WITHDRAWN, "撤回拨付计划"),
        Step("replace", (L.AGREED,), L.REPLACED, "由新的计划替代"),
    ],
    dict(L.choices),
)
PLAN_TONES = {L.PROPOSED: "warn", L.AGREED: "good", L.REFUSED: "bad"}


class InstallmentState(models.TextChoices):
    """Where one installment stands."""

    PROPOSED = "proposed", "计划待同意"
    OPEN = "open", "未拨付"
    TAKEN = "taken", "拨付办理中"
    PAID = "paid", "已拨付"
    DROPPED = "dropped", "已取消"


I = InstallmentState  # noqa: E741 -- one letter for each life, as in the other slices
INSTALLMENT_LIVE = (I.OPEN, I.TAKEN, I.PAID)
INSTALLMENT_TONES = {I.OPEN: "neutral", I.TAKEN: "info", I.PAID: "good"}


class PayState(models.TextChoices):
    """Where one payment stands."""

    ASKED = "asked", "待复核"
    APPROVED = "approved", "待列清单"
    LISTED = "listed", "待付款"
    PAID = "paid", "已拨付"
    REFUSED = "refused", "复核退回"
    WITHDRAWN = "withdrawn", "已撤回"
    FAILED = "failed", "付款失败"
    BOUNCED = "bounced", "银行退汇"


S = PayState
PAY_FLOW = Flow(
    [
        Step("approve", (S.ASKED,), S.APPROVED, "同意拨付"),
        Step("refuse", (S.ASKED,), S.REFUSED, "退回"),
        Step("withdraw", (S.ASKED, S.APPROVED), S.WITHDRAWN, "撤回"),
        Step("list", (S.APPROVED,), S.LISTED, "列入拨付清单"),
        Step("unlist", (S.LISTED,), S.APPROVED, "移出拨付清单"),
        Step("confirm", (S.LISTED,), S.PAID, "确认已付款"),
        Step("fail", (S.LISTED,), S.FAILED, "登记付款失败"),
        Step("bounce", (S.PAID,), S.BOUNCED, "登记银行退汇"),
    ],
    dict(S.choices),
)
IN_FLIGHT = (S.ASKED, S.APPROVED, S.LISTED)
HOLDS = (*IN_FLIGHT, S.PAID)  # an installment has at most one of these
PAY_TONES = {
    S.ASKED: "warn", S.APPROVED: "info", S.LISTED: "warn", S.PAID: "good", S.REFUSED: "bad",
    S.FAILED: "bad", S.BOUNCED: "bad",
}  # fmt: skip


class ListState(models.TextChoices):
    """Where a list for the bank stands."""

    MADE = "made", "待导出"
    EXPORTED = "exported", "待银行付款"
    DONE = "done", "已办结"
    CANCELLED = "cancelled", "已取消"


B = ListState
LIST_FLOW = Flow(
    [
        Step("export", (B.MADE,), B.EXPORTED, "导出清单"),
        Step("cancel", (B.MADE,), B.CANCELLED, "取消清单"),
        Step("finish", (B.EXPORTED,), B.DONE, "办结清单"),
    ],
    dict(B.choices),
)
LIST_TONES = {B.MADE: "warn", B.EXPORTED: "warn", B.DONE: "good"}


class ReturnKind(models.TextChoices):
    """Why money came back."""

    UNUSED = "unused", "受资助方退回"
    BOUNCED = "bounced", "银行退汇"


class ReturnState(models.TextChoices):
    """Where money that came back stands."""

    ENTERED = "entered", "待确认"
    CONFIRMED = "confirmed", "已入账"
    REFUSED = "refused", "未确认"


R = ReturnState
RETURN_FLOW = Flow(
    [
        Step("confirm", (R.ENTERED,), R.CONFIRMED, "确认到账"),
        Step("refuse", (R.ENTERED,), R.REFUSED, "不予确认"),
    ],
    dict(R.choices),
)
RETURN_TONES = {R.ENTERED: "warn", R.CONFIRMED: "good", R.REFUSED: "bad"}


class RevealReason(models.TextChoices):
    """Why somebody reads a whole account number."""

    VERIFY = "verify", "核对收款账户"
    BANK = "bank", "与银行核实付款"
    AUDIT = "audit", "审计、检查"
