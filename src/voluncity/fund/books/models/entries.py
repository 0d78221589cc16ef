"""What each transfer of a fund's money was for."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from voluncity.fund.books.states import BY_RESOLUTION, ONLY_FREE, EntryKind
from voluncity.fund.governance.models import OfFund


class Entry(models.Model):
    """One transfer of the ledger, with what it was for; never changed, never deleted.

    `purpose` says whose money moved (none: free of any), `serves` what it is for. Money that was
    given for one purpose serves nothing else: the database says so.
    """

    transfer = models.OneToOneField("ledger.Transfer", on_delete=models.PROTECT, related_name="+")
    fund = models.ForeignKey("governance.Fund", on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField("收支类别", max_length=12, choices=EntryKind.choices)
    on = models.DateField("发生日期")
    purpose = models.ForeignKey(
        "governance.Purpose", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    serves = models.ForeignKey(
        "governance.Purpose", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    award = models.CharField("立项", max_length=30, blank=True, db_index=True)  # "application:12"
    resolution = models.ForeignKey(
        "governance.Resolution", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sign = models.SmallIntegerField(default=1)  # -1: undoes an earlier one of the same kind

    objects = OfFund.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="books_restricted_money_serves_its_purpose",
                condition=Q(purpose=None) | Q(serves__isnull=False, serves=F("purpose")),
            ),
            models.CheckConstraint(
                name="books_running_costs_are_borne_by_free_money",
                condition=~Q(kind__in=ONLY_FREE) | Q(purpose=None),
            ),
            models.CheckConstraint(
                name="books_nothing_is_reserved_without_a_resolution",
                condition=~Q(kind__in=BY_RESOLUTION) | Q(resolution__isnull=False),
            ),
            models.CheckConstraint(
                name="books_grants_name_their_award",
                condition=Q(
                    kind__in=[
                        EntryKind.RESERVE, EntryKind.RELEASE, EntryKind.PAYMENT, EntryKind.RETURN,
                    ]
                )
                & ~Q(award="")
                | ~Q(
                    kind__in=[
                        EntryKind.RESERVE, EntryKind.RELEASE, EntryKind.PAYMENT, EntryKind.RETURN,
                    ]
                )
                & Q(award=""),
            ),
            models.CheckConstraint(name="books_sign_is_one", condition=Q(sign__in=[1, -1])),
        ]  # fmt: skip
        indexes = [models.Index(fields=["fund", "on", "kind"], name="books_by_fund_and_day")]

    def __str__(self) -> str:
        return f"{self.on} {self.get_kind_display()}"
