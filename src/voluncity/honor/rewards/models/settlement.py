"""The sheet of one merchant's month: what was handed over, in fen."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.honor.rewards.models.merchants import Merchant
from voluncity.honor.rewards.models.vouchers import Redemption
from voluncity.honor.rewards.states import SHEET_TONES, LineKind, SheetState
from voluncity.kernel.money import yuan_text

PERSON = settings.AUTH_USER_MODEL
T = SheetState


class SheetQuerySet(ScopedQuerySet):
    """A sheet is reached where its merchant is."""

    organization_path = "merchant__organization__path"
    region_path = "merchant__organization__region__path"


class Sheet(models.Model):
    """What the program owes a merchant for a month; closed by two people it never changes.

    `total_fen` may be below zero: corrections of earlier months. Nothing is paid here.
    """

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="sheets")
    month = models.CharField("月份", max_length=7)
    state = models.CharField("状态", max_length=10, choices=T.choices, default=T.DRAWN)
    # Every write takes the next number: who confirms confirms what they have seen.
    version = models.PositiveIntegerField(default=0)
    count = models.PositiveIntegerField("核销次数", default=0)
    corrections = models.PositiveIntegerField("更正", default=0)
    total_fen = models.BigIntegerField("应结（分）", default=0)
    drawn_at = models.DateTimeField("生成时间")
    merchant_at = models.DateTimeField("商家确认时间", null=True, blank=True)
    merchant_by = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    office_at = models.DateTimeField("文明办确认时间", null=True, blank=True)
    office_by = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    digest = models.CharField("校验值", max_length=64, blank=True)

    objects = SheetQuerySet.as_manager()

    class Meta:
        ordering = ["-month", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["merchant", "month"], name="rewards_one_sheet_a_month"),
            models.CheckConstraint(
                name="rewards_sheet_confirmed_by_the_merchant",
                condition=Q(state=T.DRAWN, merchant_at=None, merchant_by=None)
                | (~Q(state=T.DRAWN) & Q(merchant_at__isnull=False, merchant_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="rewards_sheet_closed_by_the_office",
                condition=(
                    Q(state=T.CLOSED, office_at__isnull=False, office_by__isnull=False)
                    & ~Q(digest="")
                )
                | (~Q(state=T.CLOSED) & Q(office_at=None, office_by=None, digest="")),
            ),
            models.CheckConstraint(
                name="rewards_sheet_two_people",
                condition=Q(office_by=None) | ~Q(office_by=F("merchant_by")),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """Return the number that stands on the paper."""
        return f"JS{self.month.replace('-', '')}{self.merchant_id:04d}"

    @property
    def total_text(self) -> str:
        """Return the sum in words."""
        return money_text(self.total_fen)

    @property
    def tone(self) -> str:
        """Return how the state looks."""
        return SHEET_TONES.get(T(self.state), "neutral")


def money_text(fen: int) -> str:
    """Return a sum that may be below zero: -12.50 元."""
    return f"-{yuan_text(-fen)}" if fen < 0 else yuan_text(fen)


class SheetLine(models.Model):
    """One redemption on a sheet, or the correction of one that stood on a closed sheet."""

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="lines")
    redemption = models.ForeignKey(Redemption, on_delete=models.PROTECT, related_name="lines")
    kind = models.CharField("类别", max_length=10, choices=LineKind.choices)
    fen = models.IntegerField("金额（分）")

    class Meta:
        ordering = ["redemption__at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["redemption", "kind"], name="rewards_settled_and_corrected_once"
            ),
            models.CheckConstraint(
                name="rewards_given_adds_corrected_takes",
                condition=Q(kind=LineKind.GIVEN, fen__gte=0)
                | Q(kind=LineKind.CORRECTED, fen__lte=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.redemption_id} {self.fen}"

    @property
    def money(self) -> str:
        """Return the amount in words."""
        return money_text(self.fen)
