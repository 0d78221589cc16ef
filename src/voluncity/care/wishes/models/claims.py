"""Who makes a wish come true, what happened, and who saw how to reach whom."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from voluncity.care.wishes.models.wishes import Wish
from voluncity.care.wishes.states import ClaimState

C = ClaimState


class Claim(models.Model):
    """One volunteer's promise to make a wish come true by a day."""

    wish = models.ForeignKey(Wish, on_delete=models.PROTECT, related_name="claims")
    volunteer = models.ForeignKey(
        "people.Volunteer", on_delete=models.PROTECT, related_name="wish_claims"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="wish_claims"
    )
    organization = models.ForeignKey(
        "orgs.Organization", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField("状态", max_length=10, choices=C.choices, default=C.LIVE)
    slot = models.PositiveSmallIntegerField(null=True, blank=True)
    claimed_at = models.DateTimeField("认领时间")
    promised_on = models.DateField("承诺日期")
    is_named = models.BooleanField("愿意公开被感谢", default=False)
    reminded_at = models.DateTimeField("提醒时间", null=True, blank=True)
    done_text = models.CharField("完成情况", max_length=200, blank=True)
    done_photo = models.ForeignKey(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    done_at = models.DateTimeField("完成时间", null=True, blank=True)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["wish"], condition=Q(state__in=[C.LIVE, C.COMPLETED]),
                name="wishes_one_claimant",
            ),
            models.UniqueConstraint(
                fields=["volunteer", "slot"], condition=Q(slot__isnull=False),
                name="wishes_slots_of_a_claimant",
            ),
            models.CheckConstraint(
                name="wishes_claim_lives_or_has_ended",
                condition=Q(state=C.LIVE, ended_at=None, slot__isnull=False)
                | (~Q(state=C.LIVE) & Q(ended_at__isnull=False, slot=None)),
            ),
            models.CheckConstraint(
                name="wishes_completed_with_what_was_done",
                condition=~Q(state=C.COMPLETED) | (Q(done_at__isnull=False) & ~Q(done_text="")),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["state", "promised_on"], name="wishes_promised")]

    def __str__(self) -> str:
        return f"{self.wish_id} {self.state}"


class Move(models.Model):
    """One thing that happened to a wish, with the words that were said."""

    wish = models.ForeignKey(Wish, on_delete=models.PROTECT, related_name="moves")
    verb = models.CharField(max_length=12)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    words = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.wish_id} {self.verb}"


class Look(models.Model):
    """One time that somebody saw how to reach the wisher, or the claimant."""

    wish = models.ForeignKey(Wish, on_delete=models.PROTECT, related_name="looks")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")
    is_office = models.BooleanField("工作人员")
    of_claimant = models.BooleanField("看的是认领人", default=False)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.wish_id} {self.at}"
