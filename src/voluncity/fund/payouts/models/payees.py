"""Bank accounts of those who receive money."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.fund.grants.models import FundingQuerySet
from voluncity.fund.payouts.states import PAYEE_TONES, PayeeState

USER = settings.AUTH_USER_MODEL
S = PayeeState


class PayeeQuerySet(FundingQuerySet):
    """An account is its organization's; offices reach those of their region and fund."""


class Payee(models.Model):
    """One account as it was entered, never written over: another one is another row.

    The number is sealed under `key`, the row's own; `tail` are its last four digits.
    """

    # The browser's own mark: a form that is sent twice enters one.
    handle = models.CharField(max_length=36, unique=True)
    key = models.CharField(max_length=32, unique=True)
    fund = models.ForeignKey("governance.Fund", on_delete=models.PROTECT, related_name="+")
    # Whose it is, for this fund: "org:12", or "region:3:" with the recipient's name.
    owner = models.CharField(max_length=90)
    organization = models.ForeignKey(
        "orgs.Organization", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+")
    owner_name = models.CharField("受资助方全称", max_length=60)
    holder = models.CharField("开户名", max_length=60)
    why_other = models.CharField("开户名不同的原因", max_length=200, blank=True)
    bank = models.CharField("开户银行", max_length=60)
    number_cipher = models.CharField(max_length=300)
    number_index = models.CharField(max_length=64, db_index=True)
    tail = models.CharField(max_length=4)
    digits = models.PositiveSmallIntegerField()  # how many the number has
    proof = models.OneToOneField("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    replaces = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    state = models.CharField("状态", max_length=10, choices=S.choices, default=S.ENTERED)
    made_at = models.DateTimeField("登记时间")
    made_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField("核对时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    words = models.CharField("核对说明", max_length=200, blank=True)
    usable_from = models.DateTimeField("可以付款的时间", null=True, blank=True)

    objects = PayeeQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                name="payouts_one_account_in_use",
                fields=["fund", "owner"],
                condition=Q(state=S.VERIFIED),
            ),
            models.UniqueConstraint(
                name="payouts_one_account_waits",
                fields=["fund", "owner"],
                condition=Q(state=S.ENTERED),
            ),
            models.CheckConstraint(
                name="payouts_account_verified_by_another",
                condition=~Q(state__in=[S.VERIFIED, S.REFUSED, S.REPLACED, S.STOPPED])
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("made_by"))),
            ),
            models.CheckConstraint(
                name="payouts_account_in_use_from_an_instant",
                condition=Q(
                    state__in=[S.VERIFIED, S.REPLACED, S.STOPPED], usable_from__isnull=False
                )
                | (~Q(state__in=[S.VERIFIED, S.REPLACED, S.STOPPED]) & Q(usable_from=None)),
            ),
            models.CheckConstraint(
                name="payouts_other_holder_is_explained",
                condition=Q(holder=F("owner_name")) | ~Q(why_other=""),
            ),
            models.CheckConstraint(
                name="payouts_account_refused_with_words",
                condition=~Q(state__in=[S.REFUSED, S.STOPPED]) | ~Q(words=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank} {self.masked}"

    @property
    def masked(self) -> str:
        """Return the number as everybody sees it: only its last four digits."""
        return f"{'*' * max(0, self.digits - 4)}{self.tail}"

    @property
    def tone(self) -> str:
        """Return how its state looks."""
        return PAYEE_TONES.get(S(self.state), "neutral")

    @property
    def bound_to(self) -> str:
        """Return what the sealed number is bound to."""
        return f"payee:{self.key}"

    @property
    def is_other(self) -> bool:
        """Return whether the holder is named otherwise than the recipient."""
        return self.holder != self.owner_name
