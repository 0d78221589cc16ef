"""Who gives: an organization that joined the program, and its shops."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.city.orgs.states import OrgState
from voluncity.honor.rewards.states import MERCHANT_TONES, MerchantState

PERSON = settings.AUTH_USER_MODEL
S = MerchantState


class OfferKind(models.Model):
    """What kind of thing is given (seed OR: 医疗服务、文化旅游、评优选树、表彰奖励)."""

    key = models.SlugField(max_length=24, primary_key=True)
    name = models.CharField("名称", max_length=20, unique=True)
    icon = models.CharField(max_length=30)
    position = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "key"]

    def __str__(self) -> str:
        return self.name


class MerchantQuerySet(ScopedQuerySet):
    """A merchant is reached where its organization is."""


class Merchant(models.Model):
    """One organization in the program; `joined_at` is when it was first let in."""

    organization = models.OneToOneField(
        "orgs.Organization", on_delete=models.PROTECT, related_name="merchant"
    )
    kind = models.ForeignKey(OfferKind, on_delete=models.PROTECT, related_name="+")
    promise = models.CharField("爱心承诺", max_length=200)
    contact_name = models.CharField("联系人", max_length=40)
    contact_phone_cipher = models.CharField(max_length=200)
    permit = models.ForeignKey(
        "files.StoredFile", on_delete=models.PROTECT, related_name="+", verbose_name="证照"
    )
    photo = models.ForeignKey(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField("状态", max_length=10, choices=S.choices, default=S.APPLIED)
    reason = models.CharField("说明", max_length=200, blank=True)
    applied_at = models.DateTimeField("申请时间")
    applied_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField("审核时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    joined_at = models.DateTimeField("加入时间", null=True, blank=True)
    # How often its shops handed something over: counted where that happens, not at each look.
    given = models.PositiveIntegerField("已回馈", default=0)

    objects = MerchantQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="rewards_nobody_lets_themself_in",
                condition=Q(decided_by=None) | ~Q(decided_by=F("applied_by")),
            ),
            models.CheckConstraint(
                name="rewards_stands_with_a_date",
                condition=~Q(state__in=[S.ACTIVE, S.SUSPENDED]) | Q(joined_at__isnull=False),
            ),
            models.CheckConstraint(
                name="rewards_no_with_a_reason",
                condition=~Q(state__in=[S.SENT_BACK, S.REFUSED, S.SUSPENDED, S.ENDED])
                | ~Q(reason=""),
            ),
        ]
        indexes = [models.Index(fields=["state", "applied_at"], name="rewards_merchants")]

    def __str__(self) -> str:
        return self.organization.name

    @property
    def name(self) -> str:
        """Return the organization's name."""
        return self.organization.name

    @property
    def tone(self) -> str:
        """Return how the state looks."""
        return MERCHANT_TONES.get(S(self.state), "neutral")

    @property
    def is_open(self) -> bool:
        """Return whether volunteers may take something: the organization stands, too."""
        return self.is_active and self.organization.state == OrgState.ACTIVE

    @property
    def is_active(self) -> bool:
        """Return whether vouchers are given and taken."""
        return self.state == S.ACTIVE


class ShopQuerySet(ScopedQuerySet):
    """A shop is reached where its merchant is."""

    organization_path = "merchant__organization__path"
    region_path = "merchant__organization__region__path"


class Shop(models.Model):
    """One place where vouchers are used; the point is for the map."""

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="shops")
    name = models.CharField("门店名称", max_length=40)
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+")
    address = models.CharField("地址", max_length=120)
    hours = models.CharField("营业时间", max_length=80)
    phone = models.CharField("门店电话", max_length=20, blank=True)
    lat = models.FloatField("纬度", null=True, blank=True)
    lng = models.FloatField("经度", null=True, blank=True)
    closed_at = models.DateTimeField("停用时间", null=True, blank=True)

    objects = ShopQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "name"], condition=Q(closed_at=None),
                name="rewards_shop_name_once",
            ),
            models.CheckConstraint(
                name="rewards_a_point_is_two_numbers",
                condition=Q(lat=None, lng=None) | Q(lat__isnull=False, lng__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


class Move(models.Model):
    """One thing that happened to a merchant or its offer, with the words that were said."""

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="moves")
    offer = models.ForeignKey(
        "rewards.Offer", null=True, blank=True, on_delete=models.PROTECT, related_name="moves"
    )
    verb = models.CharField(max_length=20)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    words = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.merchant_id} {self.verb}"
