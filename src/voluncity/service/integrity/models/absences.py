"""Who had a place and did not come, or gave it back too late for anybody else."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.service.integrity.states import AbsenceKind, AbsenceState

S = AbsenceState


class AbsenceQuerySet(ScopedQuerySet):
    """An absence belongs to the organization of the sign-up's shift."""

    organization_path = "signup__shift__activity__project__organization__path"
    region_path = "signup__shift__activity__project__organization__region__path"


class Absence(models.Model):
    """One place that stayed empty; the leader says whether it counts, another hears the appeal."""

    signup = models.OneToOneField(
        "signups.Signup", on_delete=models.PROTECT, related_name="absence"
    )
    kind = models.CharField("类型", max_length=12, choices=AbsenceKind.choices)
    state = models.CharField(max_length=10, choices=S.choices, default=S.RAISED)
    raised_at = models.DateTimeField("发现时间")
    reason = models.CharField("核实情况", max_length=200, blank=True)
    decided_at = models.DateTimeField("核实时间", null=True, blank=True)
    # None where a service record showed by itself that the person was there.
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    appeal_due_on = models.DateField("申诉期限", null=True, blank=True)
    appeal = models.CharField("申诉理由", max_length=500, blank=True)
    appealed_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField("申诉答复", max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="integrity_absence_decided_with_a_reason",
                condition=Q(state=S.RAISED, decided_at=None, decided_by=None, reason="")
                | (Q(decided_at__isnull=False) & ~Q(reason="") & ~Q(state=S.RAISED)),
            ),
            models.CheckConstraint(
                name="integrity_absence_appeal_is_answered_by_another",
                condition=Q(
                    ~Q(state__in=[S.UPHELD, S.LIFTED]),
                    answered_by=None,
                    answered_at=None,
                    answer="",
                )
                | (
                    Q(state__in=[S.UPHELD, S.LIFTED], answered_at__isnull=False)
                    & ~Q(answer="")
                    & ~Q(answered_by=F("decided_by"))
                ),
            ),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="integrity_absences_open")]

    def __str__(self) -> str:
        return f"{self.signup_id} {self.kind} {self.state}"
