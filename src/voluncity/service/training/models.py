"""Courses that a project may ask for, and who has passed them (民政部令第 67 号第八条)."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models

from voluncity.city.access.scopes import ScopedQuerySet


def new_serial() -> str:
    """Return a certificate number; twelve random digits, so that none can be guessed."""
    return f"PX{secrets.randbelow(10**12):012d}"


class Course(models.Model):
    """A training that opens the door to certain projects."""

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField("培训名称", max_length=60)
    content = models.CharField("主要内容", max_length=300)
    valid_months = models.PositiveSmallIntegerField("有效期（月）", default=0)  # 0: for ever

    def __str__(self) -> str:
        return self.name


class TrainingRecordQuerySet(ScopedQuerySet):
    """A record belongs to the organization that held the training."""


class TrainingRecord(models.Model):
    """A volunteer has passed a course; the certificate says so until it expires or is revoked."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="records")
    volunteer = models.ForeignKey(
        "people.Volunteer", on_delete=models.PROTECT, related_name="training_records"
    )
    organization = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="training_records"
    )
    passed_on = models.DateField("日期")
    minutes = models.PositiveIntegerField("学习时长（分钟）")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField("登记时间")
    serial = models.CharField("证书编号", max_length=20, unique=True, default=new_serial)
    revoked_at = models.DateTimeField("撤销时间", null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    revoke_reason = models.CharField("撤销原因", max_length=200, blank=True)

    objects = TrainingRecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="training_takes_time", condition=models.Q(minutes__gt=0)),
            models.UniqueConstraint(
                fields=["course", "volunteer", "passed_on"],
                name="training_once_a_day",
                condition=models.Q(revoked_at=None),
            ),
            models.CheckConstraint(
                name="training_revoked_with_reason",
                condition=models.Q(revoked_at=None, revoked_by=None, revoke_reason="")
                | (
                    models.Q(revoked_at__isnull=False, revoked_by__isnull=False)
                    & ~models.Q(revoke_reason="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course_id} {self.volunteer_id}"
