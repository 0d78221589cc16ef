"""What is said against a wish: complaints, and confirmations that are taken back."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.care.wishes.models.wishes import Wish
from voluncity.care.wishes.states import ComplaintReason
from voluncity.city.access.scopes import ScopedQuerySet


class OfWishQuerySet(ScopedQuerySet):
    """Reached where the wish is."""

    organization_path = ""
    region_path = "wish__region__path"


class Complaint(models.Model):
    """Somebody finds that a published wish is not right."""

    wish = models.ForeignKey(Wish, on_delete=models.PROTECT, related_name="complaints")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField("问题", max_length=10, choices=ComplaintReason.choices)
    words = models.CharField("说明", max_length=200, blank=True)
    made_at = models.DateTimeField("举报时间")
    answer = models.CharField("处理结果", max_length=200, blank=True)
    settled_at = models.DateTimeField("处理时间", null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OfWishQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["wish", "by"], condition=Q(settled_at=None),
                name="wishes_one_open_complaint_each",
            ),
            models.CheckConstraint(
                name="wishes_complaint_settled_wholly",
                condition=Q(settled_at=None, settled_by=None, answer="")
                | (Q(settled_at__isnull=False, settled_by__isnull=False) & ~Q(answer="")),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.wish_id} {self.reason}"


class Reversal(models.Model):
    """One officer asks to take a confirmation and its minutes back; another one decides."""

    wish = models.ForeignKey(Wish, on_delete=models.PROTECT, related_name="reversals")
    reason = models.CharField("原因", max_length=200)
    asked_at = models.DateTimeField("提出时间")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_granted = models.BooleanField("同意", null=True, blank=True)

    objects = OfWishQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["wish"], condition=Q(is_granted=None) | Q(is_granted=True),
                name="wishes_one_reversal",
            ),
            models.CheckConstraint(
                name="wishes_reversal_decided_wholly",
                condition=Q(decided_at=None, decided_by=None, is_granted=None)
                | Q(
                    decided_at__isnull=False, decided_by__isnull=False, is_granted__isnull=False
                ),
            ),
            models.CheckConstraint(
                name="wishes_reversal_needs_a_second_person",
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.wish_id} {self.is_granted}"
