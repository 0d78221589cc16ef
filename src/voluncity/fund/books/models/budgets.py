"""A year's budget, version by version."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.fund.books.states import WITH_PURPOSE, BudgetKind, BudgetState
from voluncity.fund.governance.models import OfFund

S = BudgetState


class Budget(models.Model):
    """One version; an approved one never changes, an amendment is the next version."""

    fund = models.ForeignKey("governance.Fund", on_delete=models.PROTECT, related_name="budgets")
    year = models.PositiveSmallIntegerField("年度")
    number = models.PositiveSmallIntegerField("第几版")
    state = models.CharField(max_length=10, choices=S.choices, default=S.DRAFT)
    edition = models.PositiveIntegerField(default=1)
    remark = models.CharField("编制或调整说明", max_length=300, blank=True)
    resolution = models.ForeignKey(
        "governance.Resolution", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField("编制时间")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField("批准登记时间", null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OfFund.as_manager()

    class Meta:
        ordering = ["-year", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["fund", "year", "number"], name="books_one_budget_of_a_number"
            ),
            models.UniqueConstraint(
                name="books_one_draft_for_a_year",
                fields=["fund", "year"],
                condition=Q(state=S.DRAFT),
            ),
            models.UniqueConstraint(
                name="books_one_budget_holds_for_a_year",
                fields=["fund", "year"],
                condition=Q(state=S.APPROVED),
            ),
            models.CheckConstraint(
                name="books_approved_by_a_resolution",
                condition=(
                    Q(state__in=[S.APPROVED, S.FORMER], resolution__isnull=False)
                    & Q(approved_at__isnull=False, approved_by__isnull=False)
                )
                | (Q(state__in=[S.DRAFT, S.DISCARDED]) & Q(resolution=None, approved_at=None)),
            ),
            models.CheckConstraint(
                name="books_nobody_approves_their_own_budget",
                condition=Q(approved_by=None)
                | (~Q(approved_by=F("changed_by")) & ~Q(approved_by=F("made_by"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} 年度预算第 {self.number} 版"


class OfBudget(ScopedQuerySet):
    """A line lies where the fund of its budget lies."""

    organization_path = ""
    region_path = "budget__fund__region__path"


class BudgetLine(models.Model):
    """So much of one kind, for one purpose or for none."""

    budget = models.ForeignKey(Budget, on_delete=models.CASCADE, related_name="lines")
    kind = models.CharField("类别", max_length=12, choices=BudgetKind.choices)
    purpose = models.ForeignKey(
        "governance.Purpose", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    amount_fen = models.BigIntegerField("金额（分）")

    objects = OfBudget.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="books_line_is_something", condition=Q(amount_fen__gt=0)),
            models.CheckConstraint(
                name="books_line_with_a_purpose_of_a_kind_that_has_one",
                condition=Q(purpose=None) | Q(kind__in=WITH_PURPOSE),
            ),
            # Two, because a database takes two NULLs for different.
            models.UniqueConstraint(
                name="books_one_line_for_a_purpose",
                fields=["budget", "kind", "purpose"],
                condition=Q(purpose__isnull=False),
            ),
            models.UniqueConstraint(
                name="books_one_line_for_none",
                fields=["budget", "kind"],
                condition=Q(purpose=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount_fen}"
