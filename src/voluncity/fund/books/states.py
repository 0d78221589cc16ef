"""What a movement of a fund's money is for, and the lives of postings and budgets."""

from __future__ import annotations

from django.db import models

from voluncity.kernel.flow import Flow, Step


class EntryKind(models.TextChoices):
    """What a movement was for."""

    GIFT = "gift", "捐赠收入"
    INTEREST = "interest", "利息收入"
    REFUND = "refund", "退还捐赠"
    RESERVE = "reserve", "立项预留"
    RELEASE = "release", "预留退回"
    PAYMENT = "payment", "项目拨付"
    RETURN = "return", "拨付退回"
    CHARITY = "charity", "直接公益支出"
    MANAGEMENT = "management", "管理费用"
    BANK_FEE = "bank_fee", "银行手续费"
    FUNDRAISING = "fundraising", "募捐费用"


K = EntryKind
# What staff write by hand; everything else comes from gifts and grants.
BY_HAND = (K.INTEREST, K.CHARITY, K.MANAGEMENT, K.BANK_FEE, K.FUNDRAISING)
# Costs of running: 慈善法第六十一条 counts them together.
RUNNING = (K.MANAGEMENT, K.BANK_FEE)
# Costs that no restricted gift may bear.
ONLY_FREE = (K.MANAGEMENT, K.BANK_FEE, K.FUNDRAISING, K.INTEREST)
# What needs a resolution that holds.
BY_RESOLUTION = (K.RESERVE,)

# How each kind changes what a fund has; what is reserved stays its own.
EFFECT = {
    K.GIFT: 1, K.INTEREST: 1, K.RETURN: 1, K.RESERVE: 0, K.RELEASE: 0, K.REFUND: -1,
    K.PAYMENT: -1, K.CHARITY: -1, K.MANAGEMENT: -1, K.BANK_FEE: -1, K.FUNDRAISING: -1,
}  # fmt: skip


class PostingState(models.TextChoices):
    """Where a movement written by hand stands."""

    PROPOSED = "proposed", "待复核"
    BOOKED = "booked", "已入账"
    REJECTED = "rejected", "已退回"
    WITHDRAWN = "withdrawn", "已撤回"


P = PostingState
POSTING_FLOW = Flow(
    [
        Step("book", (P.PROPOSED,), P.BOOKED, "复核入账"),
        Step("reject", (P.PROPOSED,), P.REJECTED, "退回"),
        Step("withdraw", (P.PROPOSED,), P.WITHDRAWN, "撤回"),
    ],
    dict(P.choices),
)


class BudgetState(models.TextChoices):
    """Where a version of a year's budget stands."""

    DRAFT = "draft", "编制中"
    APPROVED = "approved", "已批准"
    FORMER = "former", "已被调整"
    DISCARDED = "discarded", "已作废"


B = BudgetState
BUDGET_FLOW = Flow(
    [
        Step("save", (B.DRAFT,), B.DRAFT, "修改预算"),
        Step("approve", (B.DRAFT,), B.APPROVED, "按决议批准"),
        Step("supersede", (B.APPROVED,), B.FORMER, "由新的预算替代"),
        Step("discard", (B.DRAFT,), B.DISCARDED, "作废"),
    ],
    dict(B.choices),
)


class BudgetKind(models.TextChoices):
    """A line of a budget: where money comes from, or what it is spent on."""

    GIFT = "gift", "捐赠收入"
    INTEREST = "interest", "利息收入"
    PAYMENT = "payment", "项目资助"
    CHARITY = "charity", "直接公益支出"
    MANAGEMENT = "management", "管理费用"
    FUNDRAISING = "fundraising", "募捐费用"


INCOME = (BudgetKind.GIFT, BudgetKind.INTEREST)
# Which movements make the actual amount of a line; a minus takes away.
ACTUALS: dict[str, tuple[tuple[str, int], ...]] = {
    BudgetKind.GIFT: ((K.GIFT, 1), (K.REFUND, -1)),
    BudgetKind.INTEREST: ((K.INTEREST, 1),),
    BudgetKind.PAYMENT: ((K.PAYMENT, 1), (K.RETURN, -1)),
    BudgetKind.CHARITY: ((K.CHARITY, 1),),
    BudgetKind.MANAGEMENT: ((K.MANAGEMENT, 1), (K.BANK_FEE, 1)),
    BudgetKind.FUNDRAISING: ((K.FUNDRAISING, 1),),
}
# What a figure sums up: its name, and the movements that make it with their signs.
FIGURES: dict[str, tuple[str, tuple[tuple[str, int], ...]]] = {
    "income": ("收入合计", ((K.GIFT, 1), (K.REFUND, -1), (K.INTEREST, 1))),
    "gifts": ("捐赠收入，扣除退还", ACTUALS[BudgetKind.GIFT]),
    "payments": ("项目资助，扣除退回", ACTUALS[BudgetKind.PAYMENT]),
    "all_charity": ("公益支出合计", ((K.PAYMENT, 1), (K.RETURN, -1), (K.CHARITY, 1))),
    "running": ("管理费用合计", ACTUALS[BudgetKind.MANAGEMENT]),
    "spent": (
        "支出合计",
        (
            (K.PAYMENT, 1), (K.RETURN, -1), (K.CHARITY, 1), (K.MANAGEMENT, 1), (K.BANK_FEE, 1),
            (K.FUNDRAISING, 1),
        ),
    ),
    "available": (
        "可用资金的变动",
        (
            (K.GIFT, 1), (K.INTEREST, 1), (K.RELEASE, 1), (K.REFUND, -1), (K.RESERVE, -1),
            (K.CHARITY, -1), (K.MANAGEMENT, -1), (K.BANK_FEE, -1), (K.FUNDRAISING, -1),
        ),
    ),
    "reserved": (
        "预留资金的变动",
        ((K.RESERVE, 1), (K.RETURN, 1), (K.RELEASE, -1), (K.PAYMENT, -1)),
    ),
}  # fmt: skip
# Under which figure the actual amount of a budget's line is listed.
FIGURE_OF: dict[str, str] = {
    BudgetKind.GIFT: "gifts", BudgetKind.INTEREST: K.INTEREST, BudgetKind.PAYMENT: "payments",
    BudgetKind.CHARITY: K.CHARITY, BudgetKind.MANAGEMENT: "running",
    BudgetKind.FUNDRAISING: K.FUNDRAISING,
}  # fmt: skip
# Lines that a restricted purse may bear.
WITH_PURPOSE = (BudgetKind.GIFT, BudgetKind.PAYMENT, BudgetKind.CHARITY)
