"""Accidents and what the insurer pays; seen by the person and by few offices."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.honor.insurance.models.policies import Policy
from voluncity.honor.insurance.states import ClaimState
from voluncity.kernel.money import yuan_text

PERSON = settings.AUTH_USER_MODEL


class ClaimQuerySet(ScopedQuerySet):
    """A claim is worked on by the offices of the person's region and the activity's team."""

    region_path = "volunteer__region__path"


class Claim(models.Model):
    """One accident. What happened to somebody's body is sealed, bound to `handle`."""

    PERSONAL = ("story_cipher", "place")

    handle = models.CharField(max_length=16, unique=True)
    volunteer = models.ForeignKey(
        "people.Volunteer", on_delete=models.PROTECT, related_name="insurance_claims"
    )
    activity = models.ForeignKey(
        "projects.Activity", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    organization = models.ForeignKey(  # the activity's
        "orgs.Organization", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    policy = models.ForeignKey(
        Policy, null=True, blank=True, on_delete=models.PROTECT, related_name="claims"
    )
    happened_at = models.DateTimeField("发生时间")
    place = models.CharField("地点", max_length=120)
    story_cipher = models.TextField()
    report_until = models.DateTimeField("报案截止", null=True, blank=True)
    papers_until = models.DateField("交材料截止", null=True, blank=True)
    state = models.CharField(max_length=10, choices=ClaimState.choices, default=ClaimState.REPORTED)
    insurer_number = models.CharField("保险公司赔案号", max_length=40, blank=True)
    asked_fen = models.BigIntegerField("申请金额", null=True, blank=True)
    paid_fen = models.BigIntegerField("赔付金额", null=True, blank=True)
    reported_at = models.DateTimeField("登记时间")
    reported_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField("办结时间", null=True, blank=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="insurance_paid_when_settled",
                condition=Q(state=ClaimState.SETTLED, paid_fen__gt=0)
                | (~Q(state=ClaimState.SETTLED) & Q(paid_fen=None)),
            ),
            models.CheckConstraint(
                name="insurance_handed_in_under_a_policy",
                condition=~Q(state__in=[ClaimState.HANDED_IN, ClaimState.SETTLED])
                | Q(policy__isnull=False),
            ),
            models.CheckConstraint(
                name="insurance_ended_at_goes_with_state",
                condition=Q(state__in=[ClaimState.REPORTED, ClaimState.HANDED_IN], ended_at=None)
                | Q(
                    state__in=[ClaimState.SETTLED, ClaimState.DECLINED, ClaimState.WITHDRAWN],
                    ended_at__isnull=False,
                ),
            ),
        ]
        indexes = [models.Index(fields=["state", "reported_at"], name="insurance_open_claims")]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """Return the number by which people speak of it."""
        return f"LP{self.pk:06d}"

    @property
    def asked_text(self) -> str:
        """Return the sum that is asked for, in words."""
        return yuan_text(self.asked_fen or 0)

    @property
    def paid_text(self) -> str:
        """Return the sum that was paid, in words."""
        return yuan_text(self.paid_fen or 0)


class ClaimFile(models.Model):
    """A paper of a claim: a diagnosis, a bill, a photo."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="files")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    label = models.CharField("材料名称", max_length=40)
    added_at = models.DateTimeField("上传时间")
    added_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.label


class ClaimMove(models.Model):
    """One step of a claim, with the words that were said."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="moves")
    verb = models.CharField(max_length=12)
    words = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.verb}"
