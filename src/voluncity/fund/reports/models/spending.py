"""What was spent, line by line, with the vouchers that prove it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from voluncity.fund.grants.models import FundingLine
from voluncity.fund.reports.models.reports import OfReport, Report
from voluncity.fund.reports.states import ExpenseState
from voluncity.kernel.money import yuan_text

E = ExpenseState
USER = settings.AUTH_USER_MODEL


class Expense(models.Model):
    """One sum that was paid out of a line of the budget; one that was handed in is kept.

    The number of an invoice stands once in the books of a fund, also of one that was disallowed.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="expenses")
    # The fund of its project: what is proven once is proven once for the whole fund.
    fund = models.ForeignKey("governance.Fund", on_delete=models.PROTECT, related_name="+")
    line = models.ForeignKey(FundingLine, on_delete=models.PROTECT, related_name="expenses")
    # The browser's own mark: a form that is sent twice writes one.
    handle = models.CharField(max_length=40, unique=True)
    on = models.DateField("支出日期")
    payee = models.CharField("收款方", max_length=60)
    what = models.CharField("用途", max_length=60)
    fen = models.PositiveBigIntegerField("金额（分）")
    invoice_no = models.CharField("发票或收据号码", max_length=30, blank=True)
    state = models.CharField("状态", max_length=10, choices=E.choices, default=E.CLAIMED)
    edition = models.PositiveIntegerField(default=1)
    reason = models.CharField("不予认可的原因", max_length=500, blank=True)
    added_at = models.DateTimeField("填报时间")
    added_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField("修改时间")
    changed_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")

    objects = OfReport.as_manager()

    class Meta:
        ordering = ["line__place", "on", "pk"]
        constraints = [
            models.CheckConstraint(name="reports_expense_is_something", condition=Q(fen__gt=0)),
            models.UniqueConstraint(
                name="reports_invoice_once_in_a_fund",
                fields=["fund", "invoice_no"],
                condition=~Q(invoice_no="") & ~Q(state=E.REMOVED),
            ),
            models.CheckConstraint(
                name="reports_disallowed_with_a_reason",
                condition=~Q(state=E.DISALLOWED) | ~Q(reason=""),
            ),
        ]
        indexes = [models.Index(fields=["line", "state"], name="reports_claims_of_a_line")]

    def __str__(self) -> str:
        return self.what

    @property
    def text(self) -> str:
        """Return how much it is."""
        return yuan_text(self.fen)

    @property
    def is_disallowed(self) -> bool:
        """Return whether the office does not take it."""
        return self.state == E.DISALLOWED


class VoucherQuerySet(OfReport):
    """A voucher is reached where its expense is."""

    organization_path = "expense__report__funding__organization__path"
    region_path = "expense__report__funding__region__path"
    office_path = "expense__report__funding__fund__region__path"


class Voucher(models.Model):
    """An invoice or a receipt as PDF or picture; the same file proves one expense of a fund."""

    expense = models.ForeignKey(Expense, on_delete=models.PROTECT, related_name="vouchers")
    fund = models.ForeignKey("governance.Fund", on_delete=models.PROTECT, related_name="+")
    file = models.OneToOneField("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    small = models.OneToOneField(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    digest = models.CharField(max_length=64)
    added_at = models.DateTimeField("上传时间")
    added_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField("移除时间", null=True, blank=True)

    objects = VoucherQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="reports_voucher_once_in_a_fund",
                fields=["fund", "digest"],
                condition=Q(removed_at=None),
            )
        ]

    def __str__(self) -> str:
        return str(self.file)
