"""What was done at an activity: words, people served, materials, money."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.kernel.money import yuan_text
from voluncity.service.archives.states import ArchiveState, Spent
from voluncity.service.projects.models import Leading

S = ArchiveState


class OutcomeKindQuerySet(models.QuerySet["OutcomeKind"]):
    """The kinds of people served."""

    def open(self) -> OutcomeKindQuerySet:
        """Return the kinds that may be chosen now."""
        return self.filter(until=None)


class OutcomeKind(models.Model):
    """One kind of what was done for how many: 义诊 人次, 献血 人 (seed PY); the office keeps it.

    A kind that has ended keeps what was counted under it.
    """

    key = models.SlugField(max_length=24, primary_key=True)
    name = models.CharField("名称", max_length=16, unique=True)
    unit = models.CharField("单位", max_length=6)
    position = models.PositiveSmallIntegerField("顺序", default=0)
    since = models.DateField("起用日期", null=True, blank=True)  # none: from the beginning
    until = models.DateField("停用日期", null=True, blank=True)

    objects = OutcomeKindQuerySet.as_manager()

    class Meta:
        ordering = ["position", "key"]
        constraints = [
            models.CheckConstraint(
                name="archives_kind_ends_after_it_began",
                condition=Q(since=None) | Q(until=None) | Q(until__gte=F("since")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.unit}）"


class ArchiveQuerySet(ScopedQuerySet):
    """An archive belongs to the organization of its activity's project."""

    organization_path = "activity__project__organization__path"
    region_path = "activity__project__organization__region__path"

    def led(self, lead_units: tuple[int, ...]) -> Q:
        """Return the archives of activities in the lines of these units."""
        return Q(activity__project__line__in=Leading.objects.lines_of(lead_units))


class Archive(models.Model):
    """What is kept of one activity that took place (seeds T18, T20); its key is the activity's.

    `version` counts every change, so that changes and a step of the flow take turns.
    """

    activity = models.OneToOneField(
        "projects.Activity", on_delete=models.PROTECT, primary_key=True, related_name="archive"
    )
    summary = models.TextField("活动小结", max_length=4000, blank=True)
    state = models.CharField("状态", max_length=10, choices=S.choices, default=S.DRAFT)
    state_reason = models.CharField("说明", max_length=300, blank=True)
    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField("建立时间")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reviewed_at = models.DateTimeField("审核时间", null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField("公开时间", null=True, blank=True)

    objects = ArchiveQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="archives_whole_when_handed_in",
                condition=Q(state__in=[S.DRAFT, S.SENT_BACK]) | ~Q(summary=""),
            ),
            models.CheckConstraint(
                name="archives_handed_in_by_somebody",
                condition=~Q(state__in=[S.SUBMITTED, S.ACCEPTED, S.PUBLIC])
                | Q(submitted_at__isnull=False, submitted_by__isnull=False),
            ),
            models.CheckConstraint(
                name="archives_settled_by_another_person",
                condition=~Q(state__in=[S.ACCEPTED, S.PUBLIC])
                | Q(
                    Q(reviewed_at__isnull=False, reviewed_by__isnull=False)
                    & ~Q(reviewed_by=F("submitted_by"))
                ),
            ),
            models.CheckConstraint(
                name="archives_public_since_a_moment",
                condition=Q(state=S.PUBLIC, published_at__isnull=False)
                | (~Q(state=S.PUBLIC) & Q(published_at=None)),
            ),
            models.CheckConstraint(
                name="archives_taken_back_with_a_reason",
                condition=~Q(state=S.SENT_BACK) | ~Q(state_reason=""),
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-published_at"], name="archives_newest_public"),
            models.Index(fields=["state", "submitted_at"], name="archives_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.state}"


class Outcome(models.Model):
    """How many were served in one way."""

    archive = models.ForeignKey(
        Archive, on_delete=models.PROTECT, related_name="outcomes", db_index=False
    )
    kind = models.ForeignKey(OutcomeKind, on_delete=models.PROTECT, related_name="outcomes")
    number = models.PositiveIntegerField("数量")

    class Meta:
        ordering = ["kind__position", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["archive", "kind"], name="archives_one_sum_of_a_kind"),
            models.CheckConstraint(name="archives_served_somebody", condition=Q(number__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.kind_id} {self.number}"


class Material(models.Model):
    """What was handed out: how much of it, and what it was worth in all."""

    archive = models.ForeignKey(Archive, on_delete=models.PROTECT, related_name="materials")
    name = models.CharField("物资名称", max_length=40)
    amount = models.PositiveIntegerField("数量")
    unit = models.CharField("单位", max_length=6)
    value_fen = models.PositiveBigIntegerField("折合金额（分）", default=0)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="archives_handed_out_some", condition=Q(amount__gt=0))
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.amount}{self.unit}"

    @property
    def value_text(self) -> str:
        """Return what it was worth, as people read it."""
        return yuan_text(self.value_fen)


class Spending(models.Model):
    """One line of money spent, with where it came from; its voucher is never public."""

    archive = models.ForeignKey(Archive, on_delete=models.PROTECT, related_name="spendings")
    item = models.CharField("支出内容", max_length=40)
    fen = models.PositiveBigIntegerField("金额（分）")
    source = models.CharField("资金来源", max_length=8, choices=Spent.choices)
    voucher = models.ForeignKey(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(name="archives_spent_some", condition=Q(fen__gt=0))]

    def __str__(self) -> str:
        return f"{self.item} {self.fen}"

    @property
    def sum_text(self) -> str:
        """Return the sum as people read it."""
        return yuan_text(self.fen)
