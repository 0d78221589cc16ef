"""Publicity: a decision takes effect after it was shown for N working days (DESIGN.md §1)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.city.publicity.states import NoticeKind, NoticeState, ObjectionState


class CalendarDay(models.Model):
    """A day that is not what its weekday says: a holiday, or a make-up working day."""

    day = models.DateField("日期", unique=True)
    is_workday = models.BooleanField("是否上班")
    name = models.CharField("名称", max_length=40)

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class NoticeQuerySet(ScopedQuerySet):
    """A notice is managed by the offices of its region."""

    organization_path = ""
    region_path = "region__path"


class Notice(models.Model):
    """One decision shown to the public until the end of `shown_until`."""

    kind = models.CharField("类别", max_length=20, choices=NoticeKind.choices)
    title = models.CharField("标题", max_length=120)
    body = models.TextField("内容", blank=True)
    subject_type = models.CharField(max_length=32)
    subject_id = models.BigIntegerField()
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+")
    workdays = models.PositiveSmallIntegerField("公示工作日")
    shown_from = models.DateField("公示开始")
    shown_until = models.DateField("公示结束")
    state = models.CharField(max_length=12, choices=NoticeState.choices, default=NoticeState.SHOWN)
    shown_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="publicity_one_running_notice_per_subject",
                fields=["subject_type", "subject_id"],
                condition=Q(state=NoticeState.SHOWN),
            ),
            models.CheckConstraint(
                name="publicity_decided_once_it_is_over",
                condition=Q(state=NoticeState.SHOWN, decided_at=None)
                | (~Q(state=NoticeState.SHOWN) & Q(decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="publicity_ends_after_start",
                condition=Q(shown_until__gte=models.F("shown_from")),
            ),
        ]
        indexes = [models.Index(fields=["state", "shown_until"], name="publicity_due")]

    def __str__(self) -> str:
        return self.title


class NoticePart(models.Model):
    """One of many that a notice shows together; taken out of it, the others go on.

    `label` is what the public reads: a masked name, never more. `key` names it for the slice
    that shows it.
    """

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField("序号")
    key = models.BigIntegerField()
    label = models.CharField("内容", max_length=120)
    taken_out_at = models.DateTimeField("移出时间", null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(name="publicity_part_number_once", fields=["notice", "number"]),
            models.UniqueConstraint(name="publicity_part_key_once", fields=["notice", "key"]),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.number}"


class ObjectionQuerySet(ScopedQuerySet):
    """An objection is answered where its notice is managed."""

    organization_path = ""
    region_path = "notice__region__path"


class Objection(models.Model):
    """Somebody's protest against a notice; it must be answered before the decision takes effect."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="objections")
    # Whom or what of a list it is about; none: the whole notice.
    part = models.ForeignKey(
        NoticePart, null=True, blank=True, on_delete=models.CASCADE, related_name="objections"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField("异议内容", max_length=1000)
    made_at = models.DateTimeField("提出时间")
    state = models.CharField(
        max_length=12, choices=ObjectionState.choices, default=ObjectionState.OPEN
    )
    answer = models.TextField("答复", blank=True, max_length=1000)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="publicity_one_open_objection_per_person",
                fields=["notice", "by"],
                condition=Q(state=ObjectionState.OPEN),
            ),
            models.CheckConstraint(
                name="publicity_answered_at_and_by_together",
                condition=Q(state=ObjectionState.OPEN, answered_at=None, answered_by=None)
                | (
                    ~Q(state=ObjectionState.OPEN)
                    & Q(answered_at__isnull=False, answered_by__isnull=False)
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.state}"
