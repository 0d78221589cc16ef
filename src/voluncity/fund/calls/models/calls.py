"""Calls for projects, their forms, and more time for one organization."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.city.orgs.states import Kind
from voluncity.fund.calls.spec import Spec, spec_of
from voluncity.fund.calls.states import CallState, FormState, Phase
from voluncity.kernel.clock import minute_text
from voluncity.kernel.money import yuan_text

USER = settings.AUTH_USER_MODEL


class CallQuerySet(ScopedQuerySet):
    """A call is looked after where its fund is."""

    organization_path = ""
    region_path = "fund__region__path"


class Call(models.Model):
    """An invitation to apply for money of a fund; it is open between two instants."""

    fund = models.ForeignKey("governance.Fund", on_delete=models.PROTECT, related_name="calls")
    purpose = models.ForeignKey(
        "governance.Purpose", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    resolution = models.ForeignKey(
        "governance.Resolution", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    title = models.CharField("通知标题", max_length=60)
    intro = models.TextField("申报说明")
    contact = models.CharField("联系方式", max_length=100, blank=True)
    opens_at = models.DateTimeField("开始时间")
    ends_at = models.DateTimeField("截止时间")  # the first instant that is too late
    end_reason = models.CharField("推迟截止的原因", max_length=300, blank=True)
    kinds = models.JSONField("组织类型", default=list, blank=True)
    regions = models.ManyToManyField("regions.Region", related_name="+", blank=True)
    least_years = models.PositiveSmallIntegerField("成立年限", default=0)
    least_stars = models.PositiveSmallIntegerField("组织星级", default=0)
    least_fen = models.PositiveBigIntegerField("最低金额（分）")
    most_fen = models.PositiveBigIntegerField("最高金额（分）")
    most_each = models.PositiveSmallIntegerField("每个组织最多申报几项", default=1)

    state = models.CharField(max_length=10, choices=CallState.choices, default=CallState.DRAFT)
    form = models.ForeignKey(
        "FormVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    edition = models.PositiveIntegerField(default=1)
    numbers_given = models.PositiveIntegerField(default=0)
    written_at = models.DateTimeField("起草时间")
    written_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField("修改时间")
    changed_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    published_by = models.ForeignKey(
        USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = CallQuerySet.as_manager()

    class Meta:
        ordering = ["-opens_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="calls_window_has_an_end_after_its_start",
                condition=Q(ends_at__gt=F("opens_at")),
            ),
            models.CheckConstraint(
                name="calls_least_is_not_above_most",
                condition=Q(least_fen__gt=0) & Q(most_fen__gte=F("least_fen")),
            ),
            models.CheckConstraint(
                name="calls_open_has_a_form",
                condition=Q(
                    state=CallState.DRAFT, form=None, published_at=None, published_by=None
                )
                | Q(
                    state=CallState.OPEN, form__isnull=False, published_at__isnull=False,
                    published_by__isnull=False,
                ),
            ),
            models.CheckConstraint(name="calls_at_least_one_each", condition=Q(most_each__gte=1)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    def phase(self, at: datetime) -> Phase:
        """Return where it stands at an instant."""
        if self.state == CallState.DRAFT:
            return Phase.DRAFT
        if at < self.opens_at:
            return Phase.COMING
        return Phase.OPEN if at < self.ends_at else Phase.CLOSED

    @property
    def kinds_text(self) -> str:
        """Return the kinds of organizations that may apply."""
        return "、".join(str(Kind(kind).label) for kind in self.kinds) or "各类志愿服务组织"

    @property
    def range_text(self) -> str:
        """Return how much may be asked for."""
        return f"{yuan_text(self.least_fen)}至 {yuan_text(self.most_fen)}"

    @property
    def last_minute(self) -> str:
        """Return the last minute that counts, in words."""
        return minute_text(self.ends_at)


class LineKind(models.Model):
    """What money of a call may be planned for; fixed with the call."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="line_kinds")
    place = models.PositiveSmallIntegerField()
    name = models.CharField("科目", max_length=20)
    hint = models.CharField("说明", max_length=60, blank=True)
    most_percent = models.PositiveSmallIntegerField("最高占比", null=True, blank=True)
    is_management = models.BooleanField("属于管理费", default=False)

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(name="calls_one_kind_of_a_name", fields=["call", "name"]),
            models.CheckConstraint(
                name="calls_share_is_a_share",
                condition=Q(most_percent=None) | Q(most_percent__gte=1, most_percent__lte=100),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FormVersionQuerySet(ScopedQuerySet):
    """A form lies where its call lies."""

    organization_path = ""
    region_path = "call__fund__region__path"


class FormVersion(models.Model):
    """One version of a call's form; a published one never changes, a draft is saved as a whole."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="forms")
    number = models.PositiveSmallIntegerField("第几版")
    content = models.JSONField(default=dict)  # `rules.questions.spec_data`
    state = models.CharField(max_length=10, choices=FormState.choices, default=FormState.DRAFT)
    edition = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField("修改时间")
    changed_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField("启用时间", null=True, blank=True)

    objects = FormVersionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(name="calls_one_form_of_a_number", fields=["call", "number"]),
            models.UniqueConstraint(
                name="calls_one_form_is_built_at_a_time",
                fields=["call"],
                condition=Q(state=FormState.DRAFT),
            ),
            models.CheckConstraint(
                name="calls_published_form_has_its_time",
                condition=Q(state=FormState.DRAFT, published_at=None)
                | Q(state=FormState.PUBLISHED, published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"第 {self.number} 版"

    @property
    def spec(self) -> Spec:
        """Return the form as data."""
        return spec_of(self.content)


class Extension(models.Model):
    """More time for one organization, with the reason; the latest end counts."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="extensions")
    organization = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="+"
    )
    ends_at = models.DateTimeField("延期到")
    reason = models.CharField("原因", max_length=300)
    given_at = models.DateTimeField("批准时间")
    given_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(name="calls_extension_has_a_reason", condition=~Q(reason=""))
        ]

    def __str__(self) -> str:
        return f"{self.call_id} {self.organization_id}"

    @property
    def last_minute(self) -> str:
        """Return the last minute that counts, in words."""
        return minute_text(self.ends_at)
