"""When how much is to be paid: plans, and their installments."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.fund.grants.models import OfFunding
from voluncity.fund.payouts.states import (
    INSTALLMENT_LIVE,
    INSTALLMENT_TONES,
    PLAN_TONES,
    InstallmentState,
    PlanState,
)
from voluncity.kernel.money import yuan_text

USER = settings.AUTH_USER_MODEL
S, N = PlanState, InstallmentState


class Plan(models.Model):
    """One proposal of installments; whoever proposes it does not agree to it."""

    # The browser's own mark: a form that is sent twice is one proposal.
    handle = models.CharField(max_length=36, unique=True)
    funding = models.ForeignKey(
        "grants.Funding", on_delete=models.PROTECT, related_name="payment_plans"
    )
    number = models.PositiveSmallIntegerField("第几次")
    state = models.CharField("状态", max_length=10, choices=S.choices, default=S.PROPOSED)
    reason = models.CharField("调整原因", max_length=200, blank=True)
    words = models.CharField("不同意的原因", max_length=200, blank=True)
    made_at = models.DateTimeField("提出时间")
    made_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField("办理时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OfFunding.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                name="payouts_one_plan_of_a_number", fields=["funding", "number"]
            ),
            models.UniqueConstraint(
                name="payouts_one_plan_waits", fields=["funding"], condition=Q(state=S.PROPOSED)
            ),
            models.UniqueConstraint(
                name="payouts_one_plan_holds", fields=["funding"], condition=Q(state=S.AGREED)
            ),
            models.CheckConstraint(
                name="payouts_plan_agreed_by_another",
                condition=~Q(state__in=[S.AGREED, S.REFUSED, S.REPLACED])
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("made_by"))),
            ),
            models.CheckConstraint(
                name="payouts_later_plan_has_a_reason",
                condition=Q(number=1) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="payouts_plan_refused_with_words",
                condition=~Q(state=S.REFUSED) | ~Q(words=""),
            ),
        ]

    def __str__(self) -> str:
        return f"第 {self.number} 次计划"

    @property
    def tone(self) -> str:
        """Return how its state looks."""
        return PLAN_TONES.get(S(self.state), "neutral")


class Installment(models.Model):
    """So much, when its milestone is accepted (none: when the agreement is signed), by a day."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="installments")
    funding = models.ForeignKey(
        "grants.Funding", on_delete=models.PROTECT, related_name="installments"
    )
    number = models.PositiveSmallIntegerField("第几期")
    fen = models.PositiveBigIntegerField("金额（分）")
    milestone = models.ForeignKey(
        "grants.Milestone", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField("计划拨付日期")
    state = models.CharField("状态", max_length=10, choices=N.choices, default=N.PROPOSED)

    objects = OfFunding.as_manager()

    class Meta:
        ordering = ["number", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="payouts_one_installment_of_a_number",
                fields=["funding", "number"],
                condition=Q(state__in=INSTALLMENT_LIVE),
            ),
            models.CheckConstraint(name="payouts_installment_is_something", condition=Q(fen__gt=0)),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="payouts_installments_due")]

    def __str__(self) -> str:
        return f"第 {self.number} 期"

    @property
    def text(self) -> str:
        """Return how much it is."""
        return yuan_text(self.fen)

    @property
    def tone(self) -> str:
        """Return how its state looks."""
        return INSTALLMENT_TONES.get(N(self.state), "neutral")

    @property
    def condition_text(self) -> str:
        """Return what has to be there before it is paid."""
        return f"验收“{self.milestone.title}”以后" if self.milestone else "签署协议以后"
