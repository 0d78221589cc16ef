"""An appeal as it is filed and shown, what is told about it, and its events."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.fund.donations.states import (
    APPEAL_TONES,
    SHOWN,
    AppealState,
    DisclosureKind,
    Mode,
)

PERSON = settings.AUTH_USER_MODEL
A = AppealState


class AppealQuerySet(ScopedQuerySet):
    """An appeal is reached where its fund is."""

    organization_path = ""
    region_path = "fund__region__path"


class Appeal(models.Model):
    """One appeal for gifts as the law asks for it (Charity Law 24; Order 74, art. 10–12)."""

    fund = models.ForeignKey("governance.Fund", on_delete=models.PROTECT, related_name="appeals")
    purpose = models.ForeignKey(
        "governance.Purpose", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    title = models.CharField("名称", max_length=60)
    summary = models.CharField("一句话说明", max_length=120)
    story = models.TextField("详细说明")
    mode = models.CharField("募捐方式", max_length=8, choices=Mode.choices)
    goal_fen = models.BigIntegerField("预期募捐（分）")
    is_emergency = models.BooleanField("应对重大突发事件", default=False)
    from_on = models.DateField("开始日期")
    until_on = models.DateField("结束日期")
    area = models.CharField("募捐地域", max_length=60)
    # Who raises: the only body that may, with its certificate and the filing of this appeal.
    raiser_name = models.CharField("慈善组织全称", max_length=80)
    raiser_code = models.CharField("统一社会信用代码", max_length=18)
    license_no = models.CharField("公开募捐资格证书编号", max_length=60)
    license_until = models.DateField("资格证书有效期至", null=True, blank=True)
    filing_no = models.CharField("募捐方案备案编号", max_length=60)
    # Of appeals that were written before it was asked nobody knows it.
    filed_on = models.DateField("报送备案日期", null=True, blank=True)
    leader_name = models.CharField("负责人", max_length=30)
    office_address = models.CharField("办公地址", max_length=120)
    contact_phone = models.CharField("咨询电话", max_length=20)
    bank_name = models.CharField("开户银行", max_length=60, blank=True)
    bank_account = models.CharField("银行账号", max_length=40, blank=True)
    platform_name = models.CharField("指定平台", max_length=60, blank=True)
    platform_url = models.CharField("指定平台的募捐页面", max_length=300, blank=True)
    merchant_no = models.CharField("慈善组织的微信支付商户号", max_length=20, blank=True)
    beneficiaries = models.CharField("受益人", max_length=300)
    spending_plan = models.TextField("款物用途和使用计划")
    cost_plan = models.CharField("募捐成本", max_length=200)
    surplus_rule = models.CharField("剩余财产的处理", max_length=200)
    partners = models.CharField("合作方", max_length=200, blank=True)
    state = models.CharField("状态", max_length=10, choices=A.choices, default=A.DRAFT)
    edition = models.PositiveIntegerField(default=0)
    words = models.CharField("说明", max_length=200, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    published_by = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_on = models.DateField("提前结束", null=True, blank=True)

    objects = AppealQuerySet.as_manager()

    class Meta:
        ordering = ["-from_on", "-pk"]
        constraints = [
            models.CheckConstraint(name="donations_goal_is_something", condition=Q(goal_fen__gt=0)),
            models.CheckConstraint(
                name="donations_appeal_ends_after_it_began", condition=Q(until_on__gte=F("from_on"))
            ),
            models.CheckConstraint(
                name="donations_link_names_its_platform",
                condition=Q(mode=Mode.LEDGER) | (~Q(platform_name="") & ~Q(platform_url="")),
            ),
            # RULES §2.1: own site only beside a platform, with filing and an own merchant number.
            models.CheckConstraint(
                name="donations_own_site_has_its_merchant",
                condition=~Q(mode=Mode.OWN) | (~Q(merchant_no="") & ~Q(filing_no="")),
            ),
            models.CheckConstraint(
                name="donations_appeal_is_filed",
                condition=~Q(filing_no="") & ~Q(license_no="") & ~Q(raiser_code=""),
            ),
            models.CheckConstraint(
                name="donations_filed_before_it_begins",
                condition=Q(filed_on=None) | Q(is_emergency=True) | Q(filed_on__lt=F("from_on")),
            ),
            models.CheckConstraint(
                name="donations_shown_was_published",
                condition=Q(state__in=SHOWN, published_at__isnull=False, published_by__isnull=False)
                | (~Q(state__in=SHOWN) & Q(published_at=None, published_by=None)),
            ),
            models.CheckConstraint(
                name="donations_second_person_publishes",
                condition=Q(published_by=None) | ~Q(published_by=F("submitted_by")),
            ),
            models.CheckConstraint(
                name="donations_ended_has_a_day",
                condition=Q(state=A.ENDED, ended_on__isnull=False)
                | (~Q(state=A.ENDED) & Q(ended_on=None)),
            ),
            # One number for each appeal, never shared (Order 74).
            models.UniqueConstraint(fields=["filing_no"], name="donations_filing_no_once"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def number(self) -> str:
        """Return the number by which staff name it."""
        return f"MJ{self.pk:05d}"

    @property
    def tone(self) -> str:
        """Return how the state looks."""
        return APPEAL_TONES.get(A(self.state), "neutral")

    @property
    def is_shown(self) -> bool:
        """Return whether everybody may see it."""
        return self.state in SHOWN

    @property
    def last_on(self) -> object:
        """Return its last day."""
        return self.ended_on or self.until_on


class Disclosure(models.Model):
    """Something told about an appeal; never changed, a mistake is corrected by another one."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="disclosures")
    kind = models.CharField("类别", max_length=12, choices=DisclosureKind.choices)
    title = models.CharField("标题", max_length=60)
    text = models.TextField("内容")
    corrects = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrections"
    )
    at = models.DateTimeField("公开时间")
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="donations_correction_names_what_it_corrects",
                condition=Q(kind=DisclosureKind.CORRECTION, corrects__isnull=False)
                | (~Q(kind=DisclosureKind.CORRECTION) & Q(corrects=None)),
            )
        ]

    def __str__(self) -> str:
        return self.title


class GivingEventQuerySet(ScopedQuerySet):
    """An event is reached where the fund of its appeal is."""

    organization_path = ""
    region_path = "appeal__fund__region__path"


class GivingEvent(models.Model):
    """A morning or an evening at which people give on the spot; its screen shows what came."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="events")
    title = models.CharField("现场名称", max_length=40)
    place = models.CharField("地点", max_length=60)
    on = models.DateField("日期")
    slogan = models.CharField("大屏标语", max_length=40, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")

    objects = GivingEventQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-pk"]

    def __str__(self) -> str:
        return self.title
