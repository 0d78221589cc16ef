"""The lives of a merchant in the program, an offer, its terms, a voucher, and a month's sheet."""

from __future__ import annotations

from django.db import models

from voluncity.kernel.flow import Flow, Step


class MerchantState(models.TextChoices):
    """Where a merchant stands in the program."""

    APPLIED = "applied", "待审核"
    SENT_BACK = "sent_back", "退回修改"
    ACTIVE = "active", "已加入"
    SUSPENDED = "suspended", "暂停"
    REFUSED = "refused", "未通过"
    ENDED = "ended", "已退出"


M = MerchantState
MERCHANT_FLOW = Flow(
    [
        Step("approve", (M.APPLIED,), M.ACTIVE, "通过"),
        Step("send_back", (M.APPLIED,), M.SENT_BACK, "退回修改"),
        Step("refuse", (M.APPLIED,), M.REFUSED, "不予通过"),
        Step("resubmit", (M.SENT_BACK, M.REFUSED, M.ENDED), M.APPLIED, "重新提交"),
        Step("suspend", (M.ACTIVE,), M.SUSPENDED, "暂停"),
        Step("resume", (M.SUSPENDED,), M.ACTIVE, "恢复"),
        Step("end", (M.ACTIVE, M.SUSPENDED), M.ENDED, "退出"),
    ],
    dict(M.choices),
)
MERCHANT_TONES = {M.APPLIED: "warn", M.SENT_BACK: "warn", M.ACTIVE: "good", M.SUSPENDED: "bad"}


class OfferState(models.TextChoices):
    """Whether volunteers can take an offer."""

    DRAFT = "draft", "未上架"
    OPEN = "open", "兑换中"
    PAUSED = "paused", "已暂停"
    ENDED = "ended", "已下架"


O = OfferState  # noqa: E741 -- as in the table below
OFFER_FLOW = Flow(
    [
        Step("publish", (O.DRAFT, O.OPEN), O.OPEN, "上架"),
        Step("publish", (O.PAUSED,), O.PAUSED, "更新"),
        Step("pause", (O.OPEN,), O.PAUSED, "暂停兑换"),
        Step("resume", (O.PAUSED,), O.OPEN, "恢复兑换"),
        Step("end", (O.DRAFT, O.OPEN, O.PAUSED), O.ENDED, "下架"),
    ],
    dict(O.choices),
)
OFFER_TONES = {O.OPEN: "good", O.PAUSED: "warn"}


class VersionState(models.TextChoices):
    """Where one set of terms stands: a change is reviewed like a new offer."""

    DRAFT = "draft", "编辑中"
    WAITING = "waiting", "待审核"
    SENT_BACK = "sent_back", "退回修改"
    APPROVED = "approved", "现行"
    REPLACED = "replaced", "已被替换"


V = VersionState
PENDING = (V.DRAFT, V.WAITING, V.SENT_BACK)
VERSION_FLOW = Flow(
    [
        Step("submit", (V.DRAFT, V.SENT_BACK), V.WAITING, "提交审核"),
        Step("edit", PENDING, V.DRAFT, "修改"),
        Step("approve", (V.WAITING,), V.APPROVED, "通过"),
        Step("send_back", (V.WAITING,), V.SENT_BACK, "退回修改"),
        Step("replace", (V.APPROVED,), V.REPLACED, "替换"),
    ],
    dict(V.choices),
)
VERSION_TONES = {V.WAITING: "warn", V.SENT_BACK: "warn", V.APPROVED: "good"}


class LimitPeriod(models.TextChoices):
    """Within which time a person may take an offer so often."""

    ONCE = "once", "活动期间"
    YEAR = "year", "每年"
    QUARTER = "quarter", "每季度"
    MONTH = "month", "每月"


class VoucherState(models.TextChoices):
    """What became of a voucher."""

    TAKEN = "taken", "待使用"
    REDEEMED = "redeemed", "已使用"
    GIVEN_BACK = "given_back", "已退还"
    LAPSED = "lapsed", "已过期"
    RECALLED = "recalled", "已收回"


S = VoucherState
VOUCHER_FLOW = Flow(
    [
        Step("redeem", (S.TAKEN,), S.REDEEMED, "核销"),
        Step("undo", (S.REDEEMED,), S.TAKEN, "撤销核销"),
        Step("give_back", (S.TAKEN,), S.GIVEN_BACK, "退还"),
        Step("lapse", (S.TAKEN,), S.LAPSED, "过期"),
        Step("recall", (S.TAKEN, S.REDEEMED), S.RECALLED, "收回"),
    ],
    dict(S.choices),
)
VOUCHER_TONES = {S.TAKEN: "brand", S.REDEEMED: "good", S.RECALLED: "warn"}
# Takes one piece of the stock.
COUNTING = (S.TAKEN, S.REDEEMED)


class SheetState(models.TextChoices):
    """How far a month's sheet is: drawn up, confirmed by the merchant, closed by the office."""

    DRAWN = "drawn", "待商家确认"
    CONFIRMED = "confirmed", "待文明办确认"
    CLOSED = "closed", "已结清"


T = SheetState
SHEET_FLOW = Flow(
    [
        Step("confirm", (T.DRAWN,), T.CONFIRMED, "确认"),
        Step("reopen", (T.DRAWN, T.CONFIRMED), T.DRAWN, "更新"),
        Step("close", (T.CONFIRMED,), T.CLOSED, "确认并归档"),
    ],
    dict(T.choices),
)
SHEET_TONES = {T.DRAWN: "warn", T.CONFIRMED: "info", T.CLOSED: "good"}


class LineKind(models.TextChoices):
    """What a line of a sheet counts."""

    GIVEN = "given", "核销"
    CORRECTED = "corrected", "更正（核销已撤销）"
