"""What a rule noticed, with its numbers and the records that it rests on."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.service.integrity.models.cases import Case, one_subject
from voluncity.service.integrity.states import About, FindingState, Rule


class FindingQuerySet(ScopedQuerySet):
    """A finding lies where the organization lies whose hours it is about."""


class Finding(models.Model):
    """Something that looks unusual: a reason to look, never a verdict.

    `key` names the rule, whom it is about and the time; the same facts find the same row.
    """

    key = models.CharField(max_length=80, unique=True)
    rule = models.CharField("规则", max_length=14, choices=Rule.choices)
    about = models.CharField(max_length=12, choices=About.choices)
    organization = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="+"
    )
    organizer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    volunteer = models.ForeignKey(
        "people.Volunteer", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    happened_on = models.DateField("发生日期")
    # What the explanation is made of; among them the city's thresholds on that day.
    numbers = models.JSONField(default=dict)
    facts = models.CharField(max_length=64)  # digest of numbers and records
    state = models.CharField(max_length=10, choices=FindingState.choices, default=FindingState.OPEN)
    found_at = models.DateTimeField("发现时间")
    case = models.ForeignKey(
        Case, null=True, blank=True, on_delete=models.PROTECT, related_name="findings"
    )
    reason = models.CharField("不需处理的原因", max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = FindingQuerySet.as_manager()

    class Meta:
        constraints = [
            *one_subject("finding"),
            models.CheckConstraint(
                name="integrity_finding_goes_with_its_case",
                condition=Q(state=FindingState.IN_CASE, case__isnull=False)
                | (~Q(state=FindingState.IN_CASE) & Q(case=None)),
            ),
            models.CheckConstraint(
                name="integrity_set_aside_with_a_reason",
                condition=~Q(state=FindingState.SET_ASIDE)
                | (~Q(reason="") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-found_at"], name="integrity_findings_open"),
            models.Index(fields=["organization", "state"], name="integrity_findings_of_org"),
        ]

    def __str__(self) -> str:
        return self.key


class Evidence(models.Model):
    """A record that a finding rests on."""

    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="evidence")
    record = models.ForeignKey(
        "hours.ServiceRecord", on_delete=models.PROTECT, related_name="evidence_of"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(name="integrity_evidence_once", fields=["finding", "record"])
        ]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.record_id}"
