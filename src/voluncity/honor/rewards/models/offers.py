"""What is given: an offer with its stock, and its terms, version by version."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.honor.rewards.models.merchants import Merchant, OfferKind, Shop
from voluncity.honor.rewards.states import (
    OFFER_TONES,
    PENDING,
    VERSION_TONES,
    LimitPeriod,
    OfferState,
    VersionState,
)

PERSON = settings.AUTH_USER_MODEL
O, V = OfferState, VersionState  # noqa: E741 -- short names of two tables


class OfferQuerySet(ScopedQuerySet):
    """An offer is reached where its merchant is."""

    organization_path = "merchant__organization__path"
    region_path = "merchant__organization__region__path"


class Offer(models.Model):
    """One thing that a merchant gives; `taken` pieces of `stock` are gone (none: no end).

    What holds now is `current`; the database never lets more be taken than there is.
    """

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="offers")
    current = models.ForeignKey(
        "rewards.Version", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField("状态", max_length=8, choices=O.choices, default=O.DRAFT)
    stock = models.PositiveIntegerField("总量", null=True, blank=True)
    taken = models.PositiveIntegerField("已兑换", default=0)
    made_at = models.DateTimeField("创建时间")
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField("下架时间", null=True, blank=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="rewards_never_more_than_there_is",
                condition=Q(stock=None) | Q(taken__lte=F("stock")),
            ),
            models.CheckConstraint(
                name="rewards_open_with_reviewed_terms",
                condition=~Q(state__in=[O.OPEN, O.PAUSED]) | Q(current__isnull=False),
            ),
            models.CheckConstraint(
                name="rewards_offer_ended_at_a_time",
                condition=Q(state=O.ENDED, ended_at__isnull=False)
                | (~Q(state=O.ENDED) & Q(ended_at=None)),
            ),
        ]
        indexes = [models.Index(fields=["state", "merchant"], name="rewards_open_offers")]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """Return the number that people are told."""
        return f"HK{self.pk:05d}"

    @property
    def left(self) -> int | None:
        """Return how many pieces are left; None where there is no end."""
        return None if self.stock is None else self.stock - self.taken

    @property
    def is_sold_out(self) -> bool:
        """Return whether nothing is left."""
        return self.left == 0

    @property
    def tone(self) -> str:
        """Return how the state looks."""
        return OFFER_TONES.get(O(self.state), "neutral")


class VersionQuerySet(ScopedQuerySet):
    """Terms are reached where their merchant is."""

    organization_path = "offer__merchant__organization__path"
    region_path = "offer__merchant__organization__region__path"


class Version(models.Model):
    """One set of terms; once it was approved it never changes, vouchers rest on it.

    `settlement_fen` is what the program owes the merchant for each piece; 0: the merchant gives.
    """

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField("版本")
    state = models.CharField("状态", max_length=10, choices=V.choices, default=V.DRAFT)
    kind = models.ForeignKey(OfferKind, on_delete=models.PROTECT, related_name="+")
    title = models.CharField("名称", max_length=30)
    text = models.TextField("介绍", max_length=600, blank=True)
    hand_over = models.CharField("店员要交付什么", max_length=60)
    terms = models.TextField("使用须知", max_length=500, blank=True)
    photo = models.ForeignKey(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    points = models.PositiveIntegerField("所需积分", default=0)
    stars = models.PositiveSmallIntegerField("所需星级", default=0)
    stock = models.PositiveIntegerField("总量", null=True, blank=True)
    stock_day = models.PositiveIntegerField("每天限量", null=True, blank=True)
    offered_from = models.DateField("兑换开始")
    offered_until = models.DateField("兑换截止")
    use_days = models.PositiveSmallIntegerField("兑换后几天内使用")
    use_until = models.DateField("最晚使用日期")
    per_person = models.PositiveSmallIntegerField("每人限兑", default=1)
    limit_period = models.CharField(
        "限兑周期", max_length=8, choices=LimitPeriod.choices, default=LimitPeriod.ONCE
    )
    settlement_fen = models.PositiveIntegerField("结算价（分）", default=0)
    returns_points = models.BooleanField("过期退还积分", default=True)
    shops = models.ManyToManyField(Shop, related_name="+", verbose_name="适用门店")
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    submitted_by = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField("审核时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField("审核意见", max_length=200, blank=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["offer", "number"], name="rewards_version_once"),
            models.UniqueConstraint(
                fields=["offer"], condition=Q(state__in=PENDING), name="rewards_one_pending_version"
            ),
            models.UniqueConstraint(
                fields=["offer"], condition=Q(state=V.APPROVED), name="rewards_one_version_holds"
            ),
            models.CheckConstraint(
                name="rewards_costs_points_or_asks_stars",
                condition=Q(points__gte=1) | Q(stars__gte=1),
            ),
            models.CheckConstraint(name="rewards_up_to_five_stars", condition=Q(stars__lte=5)),
            models.CheckConstraint(
                name="rewards_offered_before_it_is_used",
                condition=Q(
                    offered_until__gte=F("offered_from"), use_until__gte=F("offered_until")
                ),
            ),
            models.CheckConstraint(
                name="rewards_some_for_somebody",
                condition=Q(per_person__gte=1, use_days__gte=1)
                & (Q(stock=None) | Q(stock__gte=1))
                & (Q(stock_day=None) | Q(stock_day__gte=1)),
            ),
            models.CheckConstraint(
                name="rewards_nobody_reviews_their_own_terms",
                condition=Q(decided_by=None) | ~Q(decided_by=F("submitted_by")),
            ),
            models.CheckConstraint(
                name="rewards_held_terms_were_reviewed",
                condition=~Q(state__in=[V.APPROVED, V.REPLACED])
                | Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["state", "submitted_at"], name="rewards_to_review")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_free(self) -> bool:
        """Return whether it costs no points."""
        return self.points == 0

    @property
    def tone(self) -> str:
        """Return how the state looks."""
        return VERSION_TONES.get(V(self.state), "neutral")

    def is_offered_on(self, day: date) -> bool:
        """Return whether it can be taken on a day."""
        return self.offered_from <= day <= self.offered_until


class DayStock(models.Model):
    """How many pieces of an offer were taken on one day."""

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="days")
    day = models.DateField("日期")
    taken = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["offer", "day"], name="rewards_day_once"),
        ]

    def __str__(self) -> str:
        return f"{self.offer_id} {self.day} {self.taken}"
