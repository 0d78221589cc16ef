"""Gifts, the files they come in, and money on its way back."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.fund.donations.models.appeals import Appeal, GivingEvent
from voluncity.fund.donations.states import (
    BATCH_TONES,
    GIFT_TONES,
    REFUND_TONES,
    BatchState,
    Channel,
    DonorKind,
    GiftState,
    RefundState,
)
from voluncity.kernel.money import yuan_text

PERSON = settings.AUTH_USER_MODEL
G, B, R = GiftState, BatchState, RefundState


class _OfAnAppeal(ScopedQuerySet):
    """Reached where the fund of its appeal is."""

    organization_path = ""
    region_path = "appeal__fund__region__path"


class Batch(models.Model):
    """One file of a channel: looked at, taken over, booked by another person.

    `content_cipher` keeps the rows between the look and the taking; then it is emptied.
    """

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="batches")
    key = models.CharField(max_length=32, unique=True)
    file_name = models.CharField("文件", max_length=100)
    digest = models.CharField(max_length=64, db_index=True)
    state = models.CharField("状态", max_length=10, choices=B.choices, default=B.LOOKED_AT)
    rows = models.PositiveIntegerField("行数")
    new = models.PositiveIntegerField("新的")
    known = models.PositiveIntegerField("已经有的")
    wrong = models.PositiveIntegerField("有问题的")
    new_fen = models.BigIntegerField("新的金额（分）")
    faults = models.JSONField("问题", default=list)  # [row, sentence]: no personal words
    content_cipher = models.TextField(blank=True)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True, blank=True)
    booked_at = models.DateTimeField(null=True, blank=True)
    booked_by = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = _OfAnAppeal.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="donations_batch_two_people",
                condition=Q(booked_by=None) | ~Q(booked_by=F("by")),
            ),
            models.CheckConstraint(
                name="donations_batch_keeps_no_rows",
                condition=Q(state=B.LOOKED_AT) | Q(content_cipher=""),
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def tone(self) -> str:
        """Return how the state looks."""
        return BATCH_TONES.get(B(self.state), "neutral")

    @property
    def new_text(self) -> str:
        """Return the sum of the new rows in words."""
        return yuan_text(self.new_fen)


class GiftQuerySet(_OfAnAppeal):
    """Gifts, reached where the fund of their appeal is."""


class Gift(models.Model):
    """Money that somebody gave. Names and phones are sealed under `key`, the gift's own."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="gifts")
    purpose = models.ForeignKey(
        "governance.Purpose", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    event = models.ForeignKey(
        GivingEvent, null=True, blank=True, on_delete=models.PROTECT, related_name="gifts"
    )
    batch = models.ForeignKey(
        Batch, null=True, blank=True, on_delete=models.PROTECT, related_name="gifts"
    )
    key = models.CharField(max_length=32, unique=True)
    channel = models.CharField("渠道", max_length=10, choices=Channel.choices)
    receipt_no = models.CharField("凭证号", max_length=64, blank=True)
    amount_fen = models.BigIntegerField("金额（分）")
    refunded_fen = models.BigIntegerField("退还（分）", default=0)  # asked for or paid back
    given_at = models.DateTimeField("捐赠时间")
    donor_kind = models.CharField(
        "捐赠人类别", max_length=8, choices=DonorKind.choices, default=DonorKind.PERSON
    )
    donor_cipher = models.CharField(max_length=300, blank=True)
    phone_cipher = models.CharField(max_length=200, blank=True)
    phone_index = models.CharField(max_length=64, blank=True, db_index=True)
    user = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="gifts"
    )
    is_anonymous = models.BooleanField("匿名", default=False)
    shows_name = models.BooleanField("公开姓名", default=False)
    message = models.CharField("寄语", max_length=60, blank=True)
    wants_receipt = models.BooleanField("要捐赠票据", default=False)
    state = models.CharField("状态", max_length=10, choices=G.choices, default=G.RECORDED)
    words = models.CharField("说明", max_length=200, blank=True)
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField("复核时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = GiftQuerySet.as_manager()

    class Meta:
        ordering = ["-given_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="donations_gift_is_something", condition=Q(amount_fen__gt=0)
            ),
            models.CheckConstraint(
                name="donations_refunds_within_the_gift",
                condition=Q(refunded_fen__gte=0) & Q(refunded_fen__lte=F("amount_fen")),
            ),
            models.UniqueConstraint(
                fields=["channel", "receipt_no"], condition=~Q(receipt_no=""),
                name="donations_receipt_counts_once",
            ),
            # A payment that the service proves needs no second person; everything else does.
            models.CheckConstraint(
                name="donations_gift_two_people",
                condition=Q(decided_by=None) | Q(recorded_by=None)
                | ~Q(decided_by=F("recorded_by")),
            ),
            models.CheckConstraint(
                name="donations_decided_with_a_time",
                condition=Q(state__in=[G.BOOKED, G.REFUSED], decided_at__isnull=False)
                | (~Q(state__in=[G.BOOKED, G.REFUSED]) & Q(decided_at=None, decided_by=None)),
            ),
            models.CheckConstraint(
                name="donations_only_payments_book_themselves",
                condition=~Q(state=G.BOOKED) | Q(channel=Channel.WECHAT)
                | (Q(decided_by__isnull=False) & Q(recorded_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="donations_anonymous_shows_no_name",
                condition=Q(is_anonymous=False) | Q(shows_name=False),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["appeal", "state", "-given_at"], name="donations_of_appeal"),
            models.Index(fields=["state", "recorded_at"], name="donations_waiting"),
            models.Index(fields=["event", "state"], name="donations_of_event"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """Return the number that stands on the certificate."""
        return f"JZ{self.pk:08d}"

    @property
    def tone(self) -> str:
        """Return how the state looks."""
        return GIFT_TONES.get(G(self.state), "neutral")

    @property
    def amount_text(self) -> str:
        """Return the amount in words."""
        return yuan_text(self.amount_fen)

    @property
    def left_fen(self) -> int:
        """Return what has not been asked back."""
        return self.amount_fen - self.refunded_fen


class RefundQuerySet(ScopedQuerySet):
    """A refund is reached where its gift is."""

    organization_path = ""
    region_path = "gift__appeal__fund__region__path"


class Refund(models.Model):
    """Money that goes back: asked for by one person, approved by another."""

    gift = models.ForeignKey(Gift, on_delete=models.PROTECT, related_name="refunds")
    amount_fen = models.BigIntegerField("金额（分）")
    reason = models.CharField("原因", max_length=200)
    state = models.CharField("状态", max_length=10, choices=R.choices, default=R.ASKED)
    words = models.CharField("说明", max_length=200, blank=True)
    paid_no = models.CharField("退款凭证号", max_length=64, blank=True)
    asked_at = models.DateTimeField("申请时间")
    asked_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField("审批时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField("办结时间", null=True, blank=True)
    followed_at = models.DateTimeField(null=True, blank=True)  # the service was asked last

    objects = RefundQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="donations_refund_is_something", condition=Q(amount_fen__gt=0)
            ),
            models.CheckConstraint(
                name="donations_refund_two_people",
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="donations_refund_decided",
                condition=Q(state=R.ASKED, decided_by=None, decided_at=None)
                | (~Q(state=R.ASKED) & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """Return the number under which the payment service knows it (out_refund_no).

        A part of the gift's own key makes it another one in a city that was restored.
        """
        return f"VCR{self.pk:010d}{self.gift.key[:8]}"

    @property
    def tone(self) -> str:
        """Return how the state looks."""
        return REFUND_TONES.get(R(self.state), "neutral")

    @property
    def amount_text(self) -> str:
        """Return the amount in words."""
        return yuan_text(self.amount_fen)
