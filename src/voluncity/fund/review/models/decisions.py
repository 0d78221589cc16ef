"""What a meeting decided about an application: the sum, where it comes from, what for."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.fund.calls.models import Application, Submission
from voluncity.fund.review.states import DECISION_TONES, DecisionState, Outcome
from voluncity.kernel.money import yuan_text

USER = settings.AUTH_USER_MODEL
D = DecisionState


class DecisionQuerySet(ScopedQuerySet):
    """A decision lies where its application and the fund of its call lie."""

    organization_path = "application__organization__path"
    region_path = "application__organization__region__path"
    office_path = "application__call__fund__region__path"


class Decision(models.Model):
    """One decision about the submission that was read; one that stands for an application."""

    # The browser's own mark: a form that is sent twice enters one.
    handle = models.CharField(max_length=36, unique=True)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="decisions")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="+")
    resolution = models.ForeignKey(
        "governance.Resolution", on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.CharField("结果", max_length=10, choices=Outcome.choices)
    awarded_fen = models.PositiveBigIntegerField("批准金额（分）", default=0)
    serves = models.ForeignKey(
        "governance.Purpose", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    terms = models.TextField("资助条件", max_length=1000, blank=True)
    reason = models.TextField("理由", max_length=500)
    letter = models.TextField("答复函正文", max_length=1000, blank=True)
    state = models.CharField("状态", max_length=10, choices=D.choices, default=D.ENTERED)
    edition = models.PositiveIntegerField(default=1)
    entered_at = models.DateTimeField("登记时间")
    entered_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    shown_at = models.DateTimeField("公示时间", null=True, blank=True)
    # Whoever entered the sum does not let it out alone: another one has looked at the resolution.
    shown_by = models.ForeignKey(
        USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Its publicity went well; what keeps it from its effect is said in `held_up`.
    passed_at = models.DateTimeField("公示期满", null=True, blank=True)
    held_up = models.CharField("暂缓生效的原因", max_length=300, blank=True)
    effective_at = models.DateTimeField("生效时间", null=True, blank=True)
    ended_at = models.DateTimeField("撤销时间", null=True, blank=True)
    end_reason = models.CharField("撤销原因", max_length=500, blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                name="review_one_standing_decision",
                fields=["application"],
                condition=~Q(state=D.OVERTURNED),
            ),
            models.CheckConstraint(
                name="review_awarded_has_a_sum",
                condition=Q(outcome=Outcome.AWARDED, awarded_fen__gt=0)
                | Q(outcome=Outcome.REFUSED, awarded_fen=0),
            ),
            models.CheckConstraint(
                name="review_in_force_has_its_time",
                condition=Q(state=D.IN_FORCE, effective_at__isnull=False)
                | (~Q(state=D.IN_FORCE) & Q(effective_at=None)),
            ),
            models.CheckConstraint(
                name="review_overturned_with_a_reason",
                condition=(Q(state=D.OVERTURNED, ended_at__isnull=False) & ~Q(end_reason=""))
                | (~Q(state=D.OVERTURNED) & Q(ended_at=None, end_reason="")),
            ),
            models.CheckConstraint(
                name="review_nobody_shows_what_they_entered",
                condition=Q(shown_by=None) | ~Q(shown_by=F("entered_by")),
            ),
            models.CheckConstraint(
                name="review_shown_has_its_time",
                condition=~Q(state__in=(D.SHOWN, D.IN_FORCE)) | Q(shown_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["state", "-entered_at"], name="review_decisions_by_state")]

    def __str__(self) -> str:
        return f"{self.application} {self.get_outcome_display()}"

    @property
    def tone(self) -> str:
        """Return how its state looks."""
        return DECISION_TONES.get(D(self.state), "neutral")

    @property
    def awarded_text(self) -> str:
        """Return the sum in words."""
        return yuan_text(self.awarded_fen)


class DecisionSource(models.Model):
    """How much comes out of one purse of the fund; none: the unbound money."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="sources")
    purpose = models.ForeignKey(
        "governance.Purpose", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    fen = models.PositiveBigIntegerField("金额（分）")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="review_one_source_of_a_purse", fields=["decision", "purpose"]
            ),
            models.UniqueConstraint(
                name="review_one_source_of_free_money",
                fields=["decision"],
                condition=Q(purpose=None),
            ),
            models.CheckConstraint(name="review_source_gives_something", condition=Q(fen__gt=0)),
        ]

    def __str__(self) -> str:
        return str(self.purpose or "非限定")

    @property
    def text(self) -> str:
        """Return how much it gives."""
        return yuan_text(self.fen)


class DecisionLine(models.Model):
    """One line of the budget that was approved."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="lines")
    place = models.PositiveSmallIntegerField()
    kind = models.CharField("科目", max_length=20)
    what = models.CharField("用途", max_length=60)
    fen = models.PositiveBigIntegerField("金额（分）")

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(
                name="review_one_line_of_a_place", fields=["decision", "place"]
            ),
            models.CheckConstraint(name="review_line_costs_something", condition=Q(fen__gt=0)),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def text(self) -> str:
        """Return how much it costs."""
        return yuan_text(self.fen)


class DecisionMove(models.Model):
    """One thing that was done with a decision, with its words."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="moves")
    verb = models.CharField(max_length=16)
    at = models.DateTimeField()
    by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    words = models.CharField("说明", max_length=500, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.decision_id} {self.verb}"
