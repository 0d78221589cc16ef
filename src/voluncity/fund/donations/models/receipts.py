"""The fiscal receipt of a gift: written by the finance department's system, kept here by number."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from voluncity.fund.donations.models.gifts import Gift
from voluncity.kernel.money import yuan_text

PERSON = settings.AUTH_USER_MODEL


class FiscalReceipt(models.Model):
    """What stands on 公益事业捐赠票据 (财综〔2024〕1号, art. 6); never changed, only voided."""

    gift = models.ForeignKey(Gift, on_delete=models.PROTECT, related_name="fiscal_receipts")
    code = models.CharField("票据代码", max_length=12)
    number = models.CharField("票据号码", max_length=12)
    check_code = models.CharField("校验码", max_length=20)
    issued_on = models.DateField("开票日期")
    amount_fen = models.BigIntegerField("金额（分）")
    at = models.DateTimeField("登记时间")
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    voided_at = models.DateTimeField("作废时间", null=True, blank=True)
    voided_by = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    words = models.CharField("作废原因", max_length=200, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="donations_receipt_number"),
            models.UniqueConstraint(
                fields=["gift"], condition=Q(voided_at=None), name="donations_one_receipt_stands"
            ),
            models.CheckConstraint(
                name="donations_receipt_is_something", condition=Q(amount_fen__gt=0)
            ),
            models.CheckConstraint(
                name="donations_voided_with_words",
                condition=Q(voided_at=None, voided_by=None, words="")
                | (Q(voided_at__isnull=False, voided_by__isnull=False) & ~Q(words="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.number}"

    @property
    def amount_text(self) -> str:
        """Return the amount in words."""
        return yuan_text(self.amount_fen)
