"""Rosters taken along without network, what was scanned with them, and kiosks."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.service.offline.states import Outcome
from voluncity.service.signups.states import Direction


class OfActivityQuerySet(ScopedQuerySet):
    """What belongs to the organization of an activity."""

    organization_path = "activity__project__organization__path"
    region_path = "activity__project__organization__region__path"


class Package(models.Model):
    """A signed roster on one leader's device: for one activity, until it runs out."""

    activity = models.ForeignKey(
        "projects.Activity", on_delete=models.PROTECT, related_name="packages"
    )
    leader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="packages"
    )
    device = models.CharField("设备标记", max_length=32)
    digest = models.CharField("名单摘要", max_length=64)
    people = models.PositiveIntegerField("名单人数")
    issued_at = models.DateTimeField("下载时间")
    expires_at = models.DateTimeField("有效至")

    objects = OfActivityQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="offline_package_runs_out", condition=Q(expires_at__gt=F("issued_at"))
            ),
            models.CheckConstraint(
                name="offline_package_of_a_device", condition=~Q(device="") & ~Q(digest="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.leader_id} {self.issued_at}"


class OfflineScan(models.Model):
    """One scan that a device kept and sent later, with its answer; one row for each nonce."""

    package = models.ForeignKey(
        Package, on_delete=models.PROTECT, related_name="scans", db_index=False
    )
    nonce = models.CharField(max_length=64)
    content = models.CharField("内容摘要", max_length=64)
    direction = models.CharField(max_length=3, choices=Direction.choices)
    device_at = models.DateTimeField("设备上的时间")
    at = models.DateTimeField("校正后的时间")
    received_at = models.DateTimeField("收到时间")
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    code = models.CharField(max_length=40, blank=True)
    sentence = models.CharField(max_length=200, blank=True)
    scan = models.OneToOneField(
        "signups.Scan", null=True, blank=True, on_delete=models.PROTECT, related_name="offline"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["package", "nonce"], name="offline_sent_once"),
            models.CheckConstraint(
                name="offline_accepted_has_a_scan",
                condition=Q(outcome=Outcome.ACCEPTED, scan__isnull=False, code="")
                | (~Q(outcome=Outcome.ACCEPTED) & Q(scan=None) & ~Q(code="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.package_id} {self.nonce} {self.outcome}"


class Kiosk(models.Model):
    """A tablet at the place of an activity, at which volunteers check themselves in and out.

    A leader opens it and answers for it; it ends by itself. Nobody is logged in on the tablet: it
    holds a key of its own, of which only the digest is kept here.
    """

    activity = models.ForeignKey(
        "projects.Activity", on_delete=models.PROTECT, related_name="kiosks"
    )
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="kiosks"
    )
    opened_at = models.DateTimeField("开通时间")
    ends_at = models.DateTimeField("自动关闭")
    closed_at = models.DateTimeField("关闭时间", null=True, blank=True)
    # Typed on the tablet once, within a few minutes; emptied then.
    pairing = models.CharField(max_length=64, blank=True)
    key = models.CharField(max_length=64, blank=True)
    wrong_tries = models.PositiveIntegerField(default=0)
    wrong_since = models.DateTimeField(null=True, blank=True)

    objects = OfActivityQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="offline_kiosk_ends", condition=Q(ends_at__gt=F("opened_at"))
            ),
            models.UniqueConstraint(
                fields=["pairing"], name="offline_one_kiosk_per_code", condition=~Q(pairing="")
            ),
            models.UniqueConstraint(
                fields=["key"], name="offline_one_kiosk_per_key", condition=~Q(key="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.opened_at}"
