"""Payments, the lists with which the bank makes them, receipts, and money that came back."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.fund.governance.models import OfFund
from voluncity.fund.grants.models import OfFunding
from voluncity.fund.payouts.states import (
    HOLDS,
    LIST_TONES,
    PAY_TONES,
    RETURN_TONES,
    ListState,
    PayState,
    ReturnKind,
    ReturnState,
)
from voluncity.kernel.money import yuan_text

USER = settings.AUTH_USER_MODEL
S, L, R = PayState, ListState, ReturnState


class PaymentList(models.Model):
    """What goes to the bank at once; its rows are frozen and sealed, so it is always the same."""

    handle = models.CharField(max_length=36, unique=True)
    key = models.CharField(max_length=32, unique=True)
    fund = models.ForeignKey("governance.Fund", on_delete=models.PROTECT, related_name="+")
    number = models.CharField("清单编号", max_length=20, unique=True)
    state = models.CharField("状态", max_length=10, choices=L.choices, default=L.MADE)
    count = models.PositiveIntegerField("笔数")
    total_fen = models.PositiveBigIntegerField("合计（分）")
    rows_cipher = models.TextField()
    digest = models.CharField("校验码", max_length=64)  # SHA-256 of the CSV
    made_at = models.DateTimeField("生成时间")
    made_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    exported_at = models.DateTimeField("导出时间", null=True, blank=True)
    exported_by = models.ForeignKey(
        USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField("办结时间", null=True, blank=True)

    objects = OfFund.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="payouts_list_is_something", condition=Q(count__gt=0, total_fen__gt=0)
            ),
            models.CheckConstraint(
                name="payouts_exported_says_by_whom",
                condition=Q(
                    state__in=[L.EXPORTED, L.DONE],
                    exported_at__isnull=False,
                    exported_by__isnull=False,
                )
                | (Q(state__in=[L.MADE, L.CANCELLED]) & Q(exported_at=None, exported_by=None)),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def total_text(self) -> str:
        """Return the sum."""
        return yuan_text(self.total_fen)

    @property
    def tone(self) -> str:
        """Return how its state looks."""
        return LIST_TONES.get(L(self.state), "neutral")

    @property
    def bound_to(self) -> str:
        """Return what its sealed rows are bound to."""
        return f"payment_list:{self.key}"


class Disbursement(models.Model):
    """One payment of an installment: asked for, approved by another, paid, confirmed."""

    handle = models.CharField(max_length=36, unique=True)
    funding = models.ForeignKey(
        "grants.Funding", on_delete=models.PROTECT, related_name="disbursements"
    )
    installment = models.ForeignKey(
        "Installment", on_delete=models.PROTECT, related_name="disbursements"
    )
    payee = models.ForeignKey("Payee", on_delete=models.PROTECT, related_name="disbursements")
    fen = models.PositiveBigIntegerField("金额（分）")
    state = models.CharField("状态", max_length=10, choices=S.choices, default=S.ASKED)
    asked_at = models.DateTimeField("申请时间")
    asked_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField("复核时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    list = models.ForeignKey(
        PaymentList, null=True, blank=True, on_delete=models.PROTECT, related_name="lines"
    )
    place = models.PositiveSmallIntegerField("清单序号", null=True, blank=True)
    bank_ref = models.CharField("银行流水号", max_length=64, null=True, blank=True, unique=True)
    paid_on = models.DateField("付款日期", null=True, blank=True)
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    confirmed_by = models.ForeignKey(
        USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    words = models.CharField("说明", max_length=200, blank=True)

    objects = OfFunding.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(name="payouts_payment_is_something", condition=Q(fen__gt=0)),
            models.UniqueConstraint(
                name="payouts_one_payment_of_an_installment",
                fields=["installment"],
                condition=Q(state__in=HOLDS),
            ),
            models.UniqueConstraint(
                name="payouts_one_line_of_a_place",
                fields=["list", "place"],
                condition=Q(list__isnull=False),
            ),
            models.CheckConstraint(
                name="payouts_approved_by_another",
                condition=~Q(
                    state__in=[S.APPROVED, S.LISTED, S.PAID, S.REFUSED, S.FAILED, S.BOUNCED]
                )
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("asked_by"))),
            ),
            models.CheckConstraint(
                name="payouts_confirmed_by_another",
                condition=Q(
                    state__in=[S.PAID, S.BOUNCED],
                    confirmed_by__isnull=False,
                    bank_ref__isnull=False,
                    paid_on__isnull=False,
                )
                & ~Q(confirmed_by=F("asked_by"))
                | ~Q(state__in=[S.PAID, S.BOUNCED]) & Q(bank_ref=None, paid_on=None),
            ),
            models.CheckConstraint(
                name="payouts_listed_has_its_list",
                condition=Q(state__in=[S.LISTED, S.PAID, S.FAILED, S.BOUNCED], list__isnull=False)
                | (~Q(state__in=[S.LISTED, S.PAID, S.FAILED, S.BOUNCED]) & Q(list=None)),
            ),
            models.CheckConstraint(
                name="payouts_failed_with_words",
                condition=~Q(state__in=[S.REFUSED, S.FAILED]) | ~Q(words=""),
            ),
        ]
        indexes = [models.Index(fields=["state", "asked_at"], name="payouts_by_state")]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """Return the number that stands on the list for the bank."""
        return f"BF{self.pk:08d}"

    @property
    def text(self) -> str:
        """Return how much it is."""
        return yuan_text(self.fen)

    @property
    def tone(self) -> str:
        """Return how its state looks."""
        return PAY_TONES.get(S(self.state), "neutral")


class OfDisbursement(OfFunding):
    """What belongs to a payment is reached where its funded project is."""

    organization_path = "disbursement__funding__organization__path"
    region_path = "disbursement__funding__region__path"
    office_path = "disbursement__funding__fund__region__path"


class Share(models.Model):
    """How much of a payment came out of which purse."""

    disbursement = models.ForeignKey(Disbursement, on_delete=models.PROTECT, related_name="shares")
    purpose = models.ForeignKey(
        "governance.Purpose", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    fen = models.PositiveBigIntegerField("金额（分）")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="payouts_share_is_something", condition=Q(fen__gt=0)),
            # Two, because a database takes two NULLs for different.
            models.UniqueConstraint(
                name="payouts_one_share_of_a_purpose",
                fields=["disbursement", "purpose"],
                condition=Q(purpose__isnull=False),
            ),
            models.UniqueConstraint(
                name="payouts_one_free_share",
                fields=["disbursement"],
                condition=Q(purpose=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.disbursement_id} {self.fen}"

    @property
    def text(self) -> str:
        """Return how much it is."""
        return yuan_text(self.fen)


class Receipt(models.Model):
    """The paper with which the recipient says that the money came."""

    disbursement = models.ForeignKey(
        Disbursement, on_delete=models.PROTECT, related_name="receipts"
    )
    file = models.OneToOneField("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField("上传时间")
    made_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")

    objects = OfDisbursement.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.disbursement_id}"


class Return(models.Model):
    """Money that came back: written down by one, booked by another."""

    handle = models.CharField(max_length=36, unique=True)
    funding = models.ForeignKey(
        "grants.Funding", on_delete=models.PROTECT, related_name="money_returns"
    )
    kind = models.CharField("类别", max_length=8, choices=ReturnKind.choices)
    disbursement = models.ForeignKey(
        Disbursement, null=True, blank=True, on_delete=models.PROTECT, related_name="returns"
    )
    fen = models.PositiveBigIntegerField("金额（分）")
    on = models.DateField("到账日期")
    bank_ref = models.CharField("银行流水号", max_length=64)
    reason = models.CharField("退回原因", max_length=200)
    proof = models.OneToOneField(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField("状态", max_length=10, choices=R.choices, default=R.ENTERED)
    made_at = models.DateTimeField("登记时间")
    made_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField("确认时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    words = models.CharField("说明", max_length=200, blank=True)

    objects = OfFunding.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(name="payouts_return_is_something", condition=Q(fen__gt=0)),
            models.UniqueConstraint(
                name="payouts_return_counts_once",
                fields=["bank_ref"],
                condition=~Q(state=R.REFUSED),
            ),
            models.UniqueConstraint(
                name="payouts_payment_bounces_once",
                fields=["disbursement"],
                condition=Q(disbursement__isnull=False) & ~Q(state=R.REFUSED),
            ),
            models.CheckConstraint(
                name="payouts_bounced_names_its_payment",
                condition=Q(kind=ReturnKind.BOUNCED, disbursement__isnull=False)
                | Q(kind=ReturnKind.UNUSED, disbursement=None),
            ),
            models.CheckConstraint(
                name="payouts_return_confirmed_by_another",
                condition=Q(state=R.ENTERED, decided_by=None, decided_at=None)
                | (
                    ~Q(state=R.ENTERED)
                    & Q(decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(decided_by=F("made_by"))
                ),
            ),
            models.CheckConstraint(
                name="payouts_return_refused_with_words",
                condition=~Q(state=R.REFUSED) | ~Q(words=""),
            ),
        ]

    def __str__(self) -> str:
        return f"TH{self.pk:08d}"

    @property
    def text(self) -> str:
        """Return how much it is."""
        return yuan_text(self.fen)

    @property
    def tone(self) -> str:
        """Return how its state looks."""
        return RETURN_TONES.get(R(self.state), "neutral")


class ReturnShare(models.Model):
    """How much of what came back belongs to which purse."""

    of = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="shares")
    purpose = models.ForeignKey(
        "governance.Purpose", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    fen = models.PositiveBigIntegerField("金额（分）")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="payouts_returned_share", condition=Q(fen__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.of_id} {self.fen}"
