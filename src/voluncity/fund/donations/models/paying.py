"""Paying on our own page: orders, what the payment service says, the day's bill, monthly gifts."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from voluncity.city.access.scopes import Scope, ScopedQuerySet
from voluncity.fund.donations.models.appeals import Appeal
from voluncity.fund.donations.models.gifts import Gift
from voluncity.fund.donations.states import DifferenceKind, NoticeKind, OrderState, PlanState
from voluncity.kernel.money import yuan_text

PERSON = settings.AUTH_USER_MODEL
S, P = OrderState, PlanState


class MonthlyPlan(models.Model):
    """Somebody wants to be reminded each month; nothing is ever taken by itself."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="plans")
    user = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="giving_plans")
    amount_fen = models.BigIntegerField("每月金额（分）")
    next_on = models.DateField("下次提醒")
    state = models.CharField("状态", max_length=8, choices=P.choices, default=P.ACTIVE)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["appeal", "user"], condition=Q(state=P.ACTIVE),
                name="donations_one_plan_for_an_appeal",
            ),
            models.CheckConstraint(
                name="donations_plan_is_something", condition=Q(amount_fen__gt=0)
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.appeal_id} {self.amount_fen}"

    @property
    def amount_text(self) -> str:
        """Return the amount in words."""
        return yuan_text(self.amount_fen)


class Order(models.Model):
    """What somebody wants to pay. The payment goes to the foundation, never to us."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="orders")
    user = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(
        MonthlyPlan, null=True, blank=True, on_delete=models.PROTECT, related_name="orders"
    )
    # VC + random: nobody can guess another's, and it is unique with the merchant for ever.
    trade_no = models.CharField(max_length=32, unique=True)
    handle = models.CharField(max_length=64, unique=True)  # the press of the button
    merchant_no = models.CharField(max_length=20)
    amount_fen = models.BigIntegerField("金额（分）")
    donor_cipher = models.CharField(max_length=300, blank=True)
    is_anonymous = models.BooleanField(default=False)
    shows_name = models.BooleanField(default=False)
    message = models.CharField(max_length=60, blank=True)
    state = models.CharField("状态", max_length=8, choices=S.choices, default=S.WAITING)
    prepay_id = models.CharField(max_length=64, blank=True)
    code_url = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True)  # when the service was last asked
    gift = models.OneToOneField(
        Gift, null=True, blank=True, on_delete=models.PROTECT, related_name="order"
    )

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="donations_paid_order_has_a_gift",
                condition=Q(state=S.PAID, gift__isnull=False) | (~Q(state=S.PAID) & Q(gift=None)),
            ),
            models.CheckConstraint(
                name="donations_order_is_something", condition=Q(amount_fen__gt=0)
            ),
        ]
        indexes = [models.Index(fields=["state", "made_at"], name="donations_orders_open")]

    def __str__(self) -> str:
        return self.trade_no

    @property
    def amount_text(self) -> str:
        """Return the amount in words."""
        return yuan_text(self.amount_fen)


class Notice(models.Model):
    """One message of the payment service, or of somebody who pretends to be it.

    The same message again only raises `times`. What it said is kept in the order and the gift.
    """

    digest = models.CharField(max_length=64)  # SHA-256 of the body
    kind = models.CharField("结果", max_length=8, choices=NoticeKind.choices)
    order = models.ForeignKey(
        Order, null=True, blank=True, on_delete=models.PROTECT, related_name="notices"
    )
    times = models.PositiveIntegerField("次数", default=1)
    at = models.DateTimeField("时间")

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["digest", "kind"], name="donations_notice_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.digest[:8]}"


class BillQuerySet(ScopedQuerySet):
    """A bill is reached by who reaches an appeal that is paid with its merchant."""

    def in_scope(self, scope: Scope) -> Self:
        """Keep the bills of merchants within reach."""
        appeals = Appeal.objects.in_scope(scope).exclude(merchant_no="")
        return self.filter(merchant_no__in=appeals.values("merchant_no"))


class Bill(models.Model):
    """The payment service's list of one day, laid beside ours."""

    merchant_no = models.CharField(max_length=20)
    day = models.DateField("日期")
    rows = models.PositiveIntegerField("账单笔数")
    total_fen = models.BigIntegerField("账单收款（分）")
    refund_fen = models.BigIntegerField("账单退款（分）")
    own_rows = models.PositiveIntegerField("本站笔数")
    own_fen = models.BigIntegerField("本站收款（分）")
    own_refund_fen = models.BigIntegerField("本站退款（分）")
    at = models.DateTimeField("对账时间")

    objects = BillQuerySet.as_manager()

    class Meta:
        ordering = ["-day"]
        constraints = [
            models.UniqueConstraint(fields=["merchant_no", "day"], name="donations_one_bill_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.merchant_no} {self.day}"

    @property
    def sums(self) -> list[tuple[str, str, str]]:
        """Return what both sides say, in words: what, on the bill, in our books."""
        return [
            ("收款", yuan_text(self.total_fen), yuan_text(self.own_fen)),
            ("退款", yuan_text(self.refund_fen), yuan_text(self.own_refund_fen)),
            ("笔数", f"{self.rows} 笔", f"{self.own_rows} 笔"),
        ]


class DifferenceQuerySet(models.QuerySet["Difference"]):
    """Rows that do not agree."""

    def open(self) -> DifferenceQuerySet:
        """Keep those that nobody has cleared up."""
        return self.filter(settled_at=None)


class Difference(models.Model):
    """One row of a day that is missing, extra or different; somebody says what it was."""

    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="differences")
    kind = models.CharField("差异", max_length=10, choices=DifferenceKind.choices)
    is_refund = models.BooleanField("退款", default=False)
    trade_no = models.CharField("商户单号", max_length=64)
    paid_no = models.CharField("微信单号", max_length=64, blank=True)
    bill_fen = models.BigIntegerField("账单金额（分）", null=True, blank=True)
    own_fen = models.BigIntegerField("本站金额（分）", null=True, blank=True)
    settled_at = models.DateTimeField("核实时间", null=True, blank=True)
    settled_by = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    words = models.CharField("核实结果", max_length=200, blank=True)

    objects = DifferenceQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["bill", "is_refund", "trade_no"], name="donations_difference_once"
            ),
            models.CheckConstraint(
                name="donations_settled_with_words",
                condition=Q(settled_at=None, settled_by=None, words="")
                | (Q(settled_at__isnull=False, settled_by__isnull=False) & ~Q(words="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.trade_no}"

    @property
    def bill_text(self) -> str:
        """Return what stands on the bill, in words."""
        return "没有" if self.bill_fen is None else yuan_text(self.bill_fen)

    @property
    def own_text(self) -> str:
        """Return what stands in our books, in words."""
        return "没有" if self.own_fen is None else yuan_text(self.own_fen)
