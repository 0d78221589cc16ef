"""Who took what, and when it was handed over."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.honor.rewards.models.merchants import Merchant, Shop
from voluncity.honor.rewards.models.offers import Offer, Version
from voluncity.honor.rewards.states import COUNTING, VOUCHER_TONES, VoucherState

PERSON = settings.AUTH_USER_MODEL
S = VoucherState


class VoucherQuerySet(ScopedQuerySet):
    """At the desk a voucher is reached where its merchant is."""

    organization_path = "merchant__organization__path"
    region_path = "merchant__organization__region__path"


class HeldQuerySet(ScopedQuerySet):
    """For an office that helps somebody, a voucher is reached where the person lives."""

    organization_path = ""
    region_path = "volunteer__region__path"


class Voucher(models.Model):
    """One piece of an offer that a volunteer took, with the terms as they were told.

    `turn` is which one of the person's pieces in `period` it is: the limit for a person is that
    the numbers 1 to N are unique. It is empty once the person may take another one instead.
    """

    handle = models.CharField(max_length=36, unique=True)  # the browser's: sent twice, one voucher
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="vouchers")
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="vouchers")
    merchant = models.ForeignKey(  # found by an index below, as the next one
        Merchant, on_delete=models.PROTECT, related_name="vouchers", db_index=False
    )
    volunteer = models.ForeignKey(
        "people.Volunteer", on_delete=models.PROTECT, related_name="vouchers", db_index=False
    )
    state = models.CharField("状态", max_length=10, choices=S.choices, default=S.TAKEN)
    serial = models.CharField("券号", max_length=6)
    period = models.CharField(max_length=7)
    turn = models.PositiveSmallIntegerField(null=True, blank=True)
    points = models.PositiveIntegerField("积分")
    taken_on = models.DateField("兑换日期")
    taken_at = models.DateTimeField("兑换时间")
    taken_by = models.ForeignKey(  # nobody asks by it
        PERSON, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    use_until = models.DateField("使用截止")
    give_back_until = models.DateField("退还截止")
    paper_number = models.PositiveSmallIntegerField("纸质券", default=0)
    reminded_at = models.DateTimeField("提醒时间", null=True, blank=True)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    was_returned = models.BooleanField("积分已退", default=False)
    reason = models.CharField("说明", max_length=200, blank=True)

    objects = VoucherQuerySet.as_manager()
    held = HeldQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["offer", "volunteer", "period", "turn"],
                condition=Q(turn__isnull=False),
                name="rewards_so_many_for_a_person",
            ),
            models.UniqueConstraint(
                fields=["merchant", "serial"],
                condition=Q(state=S.TAKEN),
                name="rewards_live_serial_once",
            ),
            models.CheckConstraint(
                name="rewards_live_voucher_has_a_turn",
                condition=~Q(state__in=COUNTING) | Q(turn__gte=1),
            ),
            models.CheckConstraint(
                name="rewards_voucher_lives_or_has_ended",
                condition=Q(state__in=COUNTING, ended_at=None, was_returned=False)
                | (~Q(state__in=COUNTING) & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="rewards_used_not_before_it_was_taken",
                condition=Q(use_until__gte=F("taken_on"), give_back_until__lte=F("use_until")),
            ),
        ]
        indexes = [
            models.Index(fields=["volunteer", "-taken_at"], name="rewards_own_vouchers"),
            models.Index(
                fields=["use_until"], condition=Q(state=S.TAKEN), name="rewards_vouchers_end"
            ),
            models.Index(fields=["merchant", "-taken_at"], name="rewards_of_merchant"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """Return the number that people are told."""
        return f"DH{self.pk:08d}"

    @property
    def key(self) -> str:
        """Return how the points' books name it."""
        return f"voucher:{self.handle}"

    @property
    def tone(self) -> str:
        """Return how the state looks."""
        return VOUCHER_TONES.get(S(self.state), "neutral")

    @property
    def is_live(self) -> bool:
        """Return whether it can still be used."""
        return self.state == S.TAKEN


class RedemptionQuerySet(ScopedQuerySet):
    """A redemption is reached where its merchant is."""

    organization_path = "merchant__organization__path"
    region_path = "merchant__organization__region__path"


class Redemption(models.Model):
    """One time that a shop handed over what a voucher promises; undone or not, it stays.

    `fen` is the settlement price of the terms under which the voucher was taken.
    """

    voucher = models.ForeignKey(Voucher, on_delete=models.PROTECT, related_name="redemptions")
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="redemptions")
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="redemptions")
    at = models.DateTimeField("核销时间")
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    fen = models.PositiveIntegerField("结算价（分）")
    undo_until = models.DateTimeField("可撤销至")
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)
    undone_by = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    undo_reason = models.CharField("撤销原因", max_length=200, blank=True)

    objects = RedemptionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["voucher"], condition=Q(undone_at=None), name="rewards_handed_over_once"
            ),
            models.CheckConstraint(
                name="rewards_undone_by_somebody_for_a_reason",
                condition=Q(undone_at=None, undone_by=None, undo_reason="")
                | (Q(undone_at__isnull=False, undone_by__isnull=False) & ~Q(undo_reason="")),
            ),
        ]
        indexes = [models.Index(fields=["merchant", "at"], name="rewards_redeemed")]

    def __str__(self) -> str:
        return f"{self.voucher_id} {self.at}"


class Miss(models.Model):
    """One code that meant no voucher: who guesses is stopped."""

    by = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["by", "at"], name="rewards_misses")]

    def __str__(self) -> str:
        return f"{self.by_id} {self.at}"
