"""Wishes to close an account, kept as proof that the right was granted (PIPL art. 47)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.city.privacy.states import ClosingState, DeskReason


class Closing(models.Model):
    """Somebody wants an account, a record as a volunteer, or both of one person, to end.

    `user` is the account that ends, `volunteer` the record; a child's record has no account.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="closings",
    )
    volunteer = models.ForeignKey(
        "people.Volunteer",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="closings",
    )
    state = models.CharField(
        "状态", max_length=10, choices=ClosingState.choices, default=ClosingState.ASKED
    )
    asked_at = models.DateTimeField("申请时间")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    # Said where a desk asked for somebody without a phone; empty where the person asked.
    reason = models.CharField(
        "代办原因", max_length=10, choices=DeskReason.choices, blank=True, db_default=""
    )
    due_at = models.DateTimeField("注销时间")
    # Since when something unfinished holds it up; the person was told then.
    held_up_at = models.DateTimeField("延后时间", null=True, blank=True)
    ended_at = models.DateTimeField("办结时间", null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="privacy_closing_is_about_somebody",
                condition=Q(user__isnull=False) | Q(volunteer__isnull=False),
            ),
            models.UniqueConstraint(
                name="privacy_one_open_closing_per_account",
                fields=["user"],
                condition=Q(state=ClosingState.ASKED),
            ),
            models.UniqueConstraint(
                name="privacy_one_open_closing_per_record",
                fields=["volunteer"],
                condition=Q(state=ClosingState.ASKED),
            ),
            models.CheckConstraint(
                name="privacy_closing_due_after_asking", condition=Q(due_at__gte=F("asked_at"))
            ),
            models.CheckConstraint(
                name="privacy_closing_ended_with_a_time",
                condition=Q(state=ClosingState.ASKED, ended_at=None)
                | (~Q(state=ClosingState.ASKED) & Q(ended_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(state=ClosingState.ASKED),
                name="privacy_closings_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.volunteer_id} {self.state}"
