"""How a closing is judged: lists by versions, visits, scores, results and objections."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.fund.closings.models.closings import Closing, OfClosing
from voluncity.fund.closings.states import (
    LEVEL_TONES,
    VISIT_TONES,
    Level,
    ScorerState,
    StandardKind,
    Verdict,
    VisitState,
)
from voluncity.fund.governance.models import OfFund

USER = settings.AUTH_USER_MODEL
V, S = VisitState, ScorerState
WHOLE = 10_000  # a score of 100 in hundredths
MOST_POINTS = 100


class Standard(models.Model):
    """A list of what is looked at, by versions: an old visit still says what was asked."""

    fund = models.ForeignKey("governance.Fund", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=6, choices=StandardKind.choices)
    number = models.PositiveSmallIntegerField("版次")
    valid_from = models.DateField("启用日期")
    made_at = models.DateTimeField("登记时间")
    made_by = models.ForeignKey(
        USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OfFund.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                name="closings_one_standard_of_a_number", fields=["fund", "kind", "number"]
            ),
            models.UniqueConstraint(
                name="closings_one_standard_of_a_day", fields=["fund", "kind", "valid_from"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}第 {self.number} 版"


class StandardItem(models.Model):
    """One thing that is looked at; of a score with its weight in percent."""

    standard = models.ForeignKey(Standard, on_delete=models.PROTECT, related_name="items")
    place = models.PositiveSmallIntegerField()
    text = models.CharField("内容", max_length=60)
    hint = models.CharField("怎么看", max_length=200, blank=True)
    weight = models.PositiveSmallIntegerField("权重（%）", default=0)

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(
                name="closings_one_item_of_a_place", fields=["standard", "place"]
            ),
            models.CheckConstraint(
                name="closings_weight_within_100", condition=Q(weight__lte=MOST_POINTS)
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Visit(models.Model):
    """One visit to where the project was done."""

    # The browser's own mark: a form that is sent twice plans one.
    handle = models.CharField(max_length=36, unique=True)
    closing = models.ForeignKey(Closing, on_delete=models.PROTECT, related_name="visits")
    standard = models.ForeignKey(Standard, on_delete=models.PROTECT, related_name="+")
    on = models.DateField("评估日期")
    where = models.CharField("地点", max_length=80)
    state = models.CharField(max_length=10, choices=V.choices, default=V.PLANNED)
    planned_at = models.DateTimeField("安排时间")
    planned_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    findings = models.CharField("总体情况", max_length=1000, blank=True)
    recorded_at = models.DateTimeField("登记时间", null=True, blank=True)
    recorded_by = models.ForeignKey(
        USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answer = models.CharField("组织的意见", max_length=500, blank=True)
    answered_at = models.DateTimeField("确认时间", null=True, blank=True)
    answered_by = models.ForeignKey(
        USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OfClosing.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="closings_recorded_visit_says_what_was_found",
                condition=Q(state__in=[V.PLANNED, V.CANCELLED], recorded_at=None, recorded_by=None)
                | (
                    Q(
                        state__in=[V.RECORDED, V.AGREED, V.OBJECTED],
                        recorded_at__isnull=False,
                        recorded_by__isnull=False,
                    )
                    & ~Q(findings="")
                ),
            ),
            models.CheckConstraint(
                name="closings_answered_visit_says_by_whom",
                condition=Q(
                    state__in=[V.AGREED, V.OBJECTED],
                    answered_at__isnull=False,
                    answered_by__isnull=False,
                )
                | (~Q(state__in=[V.AGREED, V.OBJECTED]) & Q(answered_at=None, answered_by=None)),
            ),
            models.CheckConstraint(
                name="closings_objection_to_a_visit_has_words",
                condition=~Q(state=V.OBJECTED) | ~Q(answer=""),
            ),
            models.UniqueConstraint(
                name="closings_one_visit_at_a_time",
                fields=["closing"],
                condition=Q(state__in=[V.PLANNED, V.RECORDED]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d} 现场评估"

    @property
    def tone(self) -> str:
        """Return how its state looks."""
        return VISIT_TONES.get(V(self.state), "neutral")


class Visitor(models.Model):
    """One who goes; nobody of the organization."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="visitors")
    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="closings_visitor_once", fields=["visit", "user"]),
        ]

    def __str__(self) -> str:
        return str(self.user)


class Finding(models.Model):
    """What was found at one item."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="answers")
    item = models.ForeignKey(StandardItem, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=6, choices=Verdict.choices)
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        ordering = ["item__place"]
        constraints = [
            models.UniqueConstraint(name="closings_item_once", fields=["visit", "item"]),
            models.CheckConstraint(
                name="closings_what_is_missing_is_said",
                condition=~Q(verdict__in=[Verdict.NO, Verdict.PARTLY]) | ~Q(note=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.verdict}"


class VisitPhoto(models.Model):
    """One picture of a visit."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="photos")
    file = models.OneToOneField("files.StoredFile", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.file_id}"


class Scorer(models.Model):
    """Somebody who is asked to evaluate; what they gave, once and for good."""

    closing = models.ForeignKey(Closing, on_delete=models.PROTECT, related_name="scorers")
    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    standard = models.ForeignKey(Standard, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=S.choices, default=S.ASKED)
    asked_at = models.DateTimeField("邀请时间")
    asked_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    # Hundredths of a point: 87.50 is 8750.
    score = models.PositiveIntegerField("得分", null=True, blank=True)
    words = models.CharField("评语", max_length=500, blank=True)
    answered_at = models.DateTimeField("评分时间", null=True, blank=True)

    objects = OfClosing.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="closings_scorer_once", fields=["closing", "user"]),
            models.CheckConstraint(
                name="closings_scored_has_a_score_and_words",
                condition=Q(state=S.SCORED, score__isnull=False, score__lte=WHOLE)
                & ~Q(words="")
                & Q(answered_at__isnull=False)
                | Q(state=S.RECUSED, score=None, answered_at__isnull=False) & ~Q(words="")
                | Q(state=S.ASKED, score=None, answered_at=None),
            ),
            models.CheckConstraint(
                name="closings_nobody_asks_themself", condition=~Q(user=F("asked_by"))
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)

    @property
    def score_text(self) -> str:
        """Return the score as people read it."""
        return "" if self.score is None else points_text(self.score)


class Mark(models.Model):
    """The points that one person gave for one item."""

    scorer = models.ForeignKey(Scorer, on_delete=models.PROTECT, related_name="marks")
    item = models.ForeignKey(StandardItem, on_delete=models.PROTECT, related_name="+")
    points = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["item__place"]
        constraints = [
            models.UniqueConstraint(name="closings_mark_once", fields=["scorer", "item"]),
            models.CheckConstraint(
                name="closings_points_within_100", condition=Q(points__lte=MOST_POINTS)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.points}"


class Result(models.Model):
    """What the evaluation came to; a second one only when an objection was right."""

    closing = models.ForeignKey(Closing, on_delete=models.PROTECT, related_name="results")
    number = models.PositiveSmallIntegerField()
    score = models.PositiveIntegerField("得分")  # hundredths of a point
    level = models.CharField("等级", max_length=10, choices=Level.choices)
    words = models.CharField("理由", max_length=1000)
    object_until = models.DateField("异议期限")  # the last day
    made_at = models.DateTimeField("公布时间")
    made_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")

    objects = OfClosing.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                name="closings_one_result_of_a_number", fields=["closing", "number"]
            ),
            models.CheckConstraint(
                name="closings_at_most_two_results", condition=Q(number__gte=1, number__lte=2)
            ),
            models.CheckConstraint(
                name="closings_result_has_reasons", condition=~Q(words="") & Q(score__lte=WHOLE)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()} {self.score_text}"

    @property
    def tone(self) -> str:
        """Return how it looks."""
        return LEVEL_TONES[Level(self.level)]

    @property
    def score_text(self) -> str:
        """Return the score as people read it."""
        return points_text(self.score)


class Objection(models.Model):
    """What an organization has against a result, once; another person answers it."""

    closing = models.OneToOneField(Closing, on_delete=models.PROTECT, related_name="objection")
    against = models.OneToOneField(Result, on_delete=models.PROTECT, related_name="objection")
    words = models.CharField("异议", max_length=1000)
    made_at = models.DateTimeField("提出时间")
    made_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField("答复", max_length=1000, blank=True)
    is_right = models.BooleanField("成立", null=True, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    answered_by = models.ForeignKey(
        USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OfClosing.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="closings_objection_has_words", condition=~Q(words="")),
            models.CheckConstraint(
                name="closings_answered_objection_says_everything",
                condition=Q(answered_at=None, answered_by=None, is_right=None, answer="")
                | (
                    Q(
                        answered_at__isnull=False,
                        answered_by__isnull=False,
                        is_right__isnull=False,
                    )
                    & ~Q(answer="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.closing_id}"


def points_text(score: int) -> str:
    """Return hundredths of a point as people read them: 8750 → 87.5."""
    whole, rest = divmod(score, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".")
