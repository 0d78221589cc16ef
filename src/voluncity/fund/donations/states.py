"""The lives of an appeal, a gift, a batch of gifts, an order to pay, a refund and a day's bill."""

from __future__ import annotations

from django.db import models

from voluncity.kernel.flow import Flow, Step


class Mode(models.TextChoices):
    """The three ways that the law leaves (Charity Law, art. 26 and 27; RULES §2.1)."""

    LINK = "link", "在指定平台捐赠"
    OWN = "own", "在本站捐赠（款项直达慈善组织）"
    LEDGER = "ledger", "线下捐赠，本站登记"


class AppealState(models.TextChoices):
    """Where an appeal stands; whether it takes gifts today its dates say, too."""

    DRAFT = "draft", "编辑中"
    WAITING = "waiting", "待发布"
    OPEN = "open", "已发布"
    ENDED = "ended", "已结束"


A = AppealState
APPEAL_FLOW = Flow(
    [
        Step("submit", (A.DRAFT,), A.WAITING, "提交发布"),
        Step("send_back", (A.WAITING,), A.DRAFT, "退回修改"),
        Step("publish", (A.WAITING,), A.OPEN, "发布"),
        Step("end", (A.OPEN,), A.ENDED, "提前结束"),
    ],
    dict(A.choices),
)
APPEAL_TONES = {A.WAITING: "warn", A.OPEN: "good"}
SHOWN = (A.OPEN, A.ENDED)


class DisclosureKind(models.TextChoices):
    """What is told about an appeal."""

    PROGRESS = "progress", "进展公开"
    RECEIPTS = "receipts", "款物收支公布"
    FINAL = "final", "募捐总结报告"
    PARTNERS = "partners", "合作方评估"
    CORRECTION = "correction", "更正"


class Channel(models.TextChoices):
    """How money came to the foundation."""

    PLATFORM = "platform", "指定平台"
    CASH = "cash", "现金"
    TRANSFER = "transfer", "银行转账"
    EVENT = "event", "现场募捐"
    WECHAT = "wechat", "微信支付"


OFFLINE = (Channel.CASH, Channel.TRANSFER, Channel.EVENT)


class DonorKind(models.TextChoices):
    """Who gives."""

    PERSON = "person", "个人"
    UNIT = "unit", "单位"


class GiftState(models.TextChoices):
    """Whether a gift is in the books."""

    RECORDED = "recorded", "待复核"
    HELD = "held", "待核实"
    BOOKED = "booked", "已入账"
    REFUSED = "refused", "不予入账"


G = GiftState
GIFT_FLOW = Flow(
    [
        Step("book", (G.RECORDED, G.HELD), G.BOOKED, "复核入账"),
        Step("refuse", (G.RECORDED, G.HELD), G.REFUSED, "不予入账"),
    ],
    dict(G.choices),
)
GIFT_TONES = {G.RECORDED: "warn", G.HELD: "bad", G.BOOKED: "good"}


class BatchState(models.TextChoices):
    """How far a file of gifts is."""

    LOOKED_AT = "looked_at", "已核对，未导入"
    TAKEN = "taken", "已导入，待复核"
    BOOKED = "booked", "已入账"
    DISCARDED = "discarded", "已作废"


B = BatchState
BATCH_FLOW = Flow(
    [
        Step("take", (B.LOOKED_AT,), B.TAKEN, "导入"),
        Step("book", (B.TAKEN,), B.BOOKED, "全部复核入账"),
        Step("discard", (B.LOOKED_AT, B.TAKEN), B.DISCARDED, "作废"),
    ],
    dict(B.choices),
)
BATCH_TONES = {B.LOOKED_AT: "info", B.TAKEN: "warn", B.BOOKED: "good"}


class OrderState(models.TextChoices):
    """What became of somebody's wish to pay."""

    WAITING = "waiting", "等待支付"
    PAID = "paid", "已支付"
    CLOSED = "closed", "已关闭"


class NoticeKind(models.TextChoices):
    """What a message of the payment service came to."""

    DONE = "done", "已处理"
    AGAIN = "again", "重复的通知"
    HELD = "held", "金额或收款方不符，已暂存"
    FORGED = "forged", "签名不对"
    EXPIRED = "expired", "通知已过时"
    UNKNOWN = "unknown", "没有这个订单"
    IGNORED = "ignored", "不需要处理"


class RefundState(models.TextChoices):
    """How far money is on its way back."""

    ASKED = "asked", "待审批"
    APPROVED = "approved", "正在退款"
    DONE = "done", "已退还"
    REFUSED = "refused", "不同意"
    FAILED = "failed", "退款失败"


R = RefundState
REFUND_FLOW = Flow(
    [
        Step("approve", (R.ASKED,), R.APPROVED, "同意退还"),
        Step("refuse", (R.ASKED,), R.REFUSED, "不同意"),
        Step("finish", (R.APPROVED,), R.DONE, "已退还"),
        Step("fail", (R.APPROVED,), R.FAILED, "退款失败"),
    ],
    dict(R.choices),
)
REFUND_TONES = {R.ASKED: "warn", R.APPROVED: "info", R.DONE: "good", R.FAILED: "bad"}


class DifferenceKind(models.TextChoices):
    """How a row of the bill and our books differ."""

    EXTRA = "extra", "账单有，本站没有"
    MISSING = "missing", "本站有，账单没有"
    DIFFERENT = "different", "金额不同"


class PlanState(models.TextChoices):
    """Whether a monthly gift goes on."""

    ACTIVE = "active", "进行中"
    ENDED = "ended", "已停止"
