"""How much: accounts and append-only transfers between them, in one unit each (DESIGN.md §1)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Unit(models.TextChoices):
    """What a transfer counts; one transfer never mixes two."""

    MINUTES = "minutes", "分钟"
    POINTS = "points", "积分"
    FEN = "fen", "分"
    PIECES = "pieces", "件"
    MEALS = "meals", "份"


class Account(models.Model):
    """Who holds how much of one unit.

    A contra account (`keeps_balance` false) is touched by everyone and keeps no balance, so that
    no row becomes hot; its balance is the sum of its transfers.
    """

    key = models.CharField(max_length=80, unique=True)  # "minutes:volunteer:12:proven"
    unit = models.CharField(max_length=8, choices=Unit.choices)
    holder = models.CharField("持有人", max_length=40, db_index=True)  # "volunteer:12"
    keeps_balance = models.BooleanField(default=True)
    balance = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="ledger_balance_never_negative", condition=Q(balance__gte=0)
            ),
            models.CheckConstraint(
                name="ledger_contra_keeps_no_balance",
                condition=Q(keeps_balance=True) | Q(balance=0),
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Transfer(models.Model):
    """One movement from the debit account to the credit account; never changed, never deleted."""

    unit = models.CharField(max_length=8, choices=Unit.choices)
    debit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="paid_out")
    credit = models.ForeignKey(  # found by the index below
        Account, on_delete=models.PROTECT, related_name="paid_in", db_index=False
    )
    amount = models.BigIntegerField("数量")
    key = models.CharField("幂等键", max_length=100, unique=True)
    source = models.CharField("来源", max_length=60, db_index=True)  # "record:12"
    reason = models.CharField("事由", max_length=200)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(  # nobody asks by it
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT,
        related_name="+", db_index=False,
    )  # fmt: skip
    reverses = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversed_by"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(name="ledger_amount_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="ledger_two_different_accounts", condition=~Q(debit=F("credit"))
            ),
        ]
        indexes = [models.Index(fields=["credit", "at"], name="ledger_credit_at")]

    def __str__(self) -> str:
        return f"{self.amount} {self.unit} {self.key}"
