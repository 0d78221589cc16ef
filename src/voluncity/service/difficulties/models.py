"""Difficulties that go up, who has to answer them and until when, and answers that help others."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from voluncity.city.access.scopes import Scope, ScopedQuerySet
from voluncity.service.difficulties.states import (
    TONES,
    WAITING,
    DifficultyState,
    Outcome,
    Urgency,
)

S = DifficultyState
PERSON = settings.AUTH_USER_MODEL


class Kind(models.Model):
    """What a difficulty is about; the office keeps the list and how soon each is answered."""

    key = models.SlugField(max_length=24, primary_key=True)
    name = models.CharField("名称", max_length=12, unique=True)
    position = models.PositiveSmallIntegerField("顺序", default=0)
    # Working days; none means the city's number for all kinds.
    workdays = models.PositiveSmallIntegerField("答复期限", null=True, blank=True)
    ended_at = models.DateTimeField("停用时间", null=True, blank=True)

    class Meta:
        ordering = ["position", "key"]
        constraints = [
            models.CheckConstraint(
                name="difficulties_days_to_answer",
                condition=Q(workdays=None) | Q(workdays__gte=1, workdays__lte=30),
            )
        ]

    def __str__(self) -> str:
        return self.name


class DifficultyQuerySet(ScopedQuerySet):
    """A difficulty is reached by who reported it and by who has to answer it."""

    region_path = "organization__region__path"

    def in_scope(self, scope: Scope) -> Self:
        """Keep what organizations or regions within reach reported, or have to answer."""
        reach = Q(pk__in=[])
        for path in scope.organizations:
            reach |= Q(organization__path__startswith=path) | Q(unit__path__startswith=path)
        for path in scope.regions:
            reach |= Q(organization__region__path__startswith=path)
        return self.filter(reach)

    def answerable(self, scope: Scope) -> Self:
        """Keep what the holder of an answering scope may answer.

        A unit answers what it was given; an office what any unit of its region reported, unless
        that has gone to the office above it.
        """
        reach = Q(pk__in=[])
        for path in scope.organizations:
            reach |= Q(unit__path__startswith=path)
        for path in scope.regions:
            reach |= Q(organization__region__path__startswith=path) & (
                Q(office=None) | Q(office__path__startswith=path)
            )
        return self.filter(reach)


class Difficulty(models.Model):
    """Something that a team cannot solve alone (seed T18, 项目运行).

    Exactly one has to answer: a unit, or the office of a region.
    """

    organization = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="difficulties",
        verbose_name="上报组织",
    )  # fmt: skip
    project = models.ForeignKey(
        "projects.Project", null=True, blank=True, on_delete=models.PROTECT,
        related_name="difficulties", verbose_name="项目",
    )  # fmt: skip
    kind = models.ForeignKey(Kind, on_delete=models.PROTECT, related_name="difficulties")
    text = models.CharField("困难情况", max_length=500)
    urgency = models.CharField(
        "紧急程度", max_length=6, choices=Urgency.choices, default=Urgency.USUAL
    )
    key = models.CharField(max_length=36)  # the form's own mark: sent twice is one difficulty
    reported_at = models.DateTimeField("上报时间")
    reported_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    state = models.CharField("状态", max_length=10, choices=S.choices, default=S.REPORTED)
    unit = models.ForeignKey(
        "orgs.Organization", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name="答复单位",
    )  # fmt: skip
    office = models.ForeignKey(
        "regions.Region", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name="答复的文明办",
    )  # fmt: skip
    due_on = models.DateField("答复期限")
    asked_on = models.DateField("请补充日期", null=True, blank=True)
    reminded_at = models.DateTimeField("提醒时间", null=True, blank=True)
    overdue_at = models.DateTimeField("超期提醒时间", null=True, blank=True)
    measures = models.CharField("解决措施", max_length=500, blank=True)
    responsible = models.CharField("负责人", max_length=40, blank=True)
    promised_on = models.DateField("承诺解决日期", null=True, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    answered_by = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)
    is_confirmed = models.BooleanField("上报人确认", null=True, blank=True)

    objects = DifficultyQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="difficulties_sent_once", fields=["reported_by", "key"]
            ),
            models.CheckConstraint(
                name="difficulties_one_has_to_answer",
                condition=Q(unit__isnull=False, office=None) | Q(unit=None, office__isnull=False),
            ),
            models.CheckConstraint(
                name="difficulties_clock_stops_while_asking",
                condition=Q(state=S.ASKING, asked_on__isnull=False)
                | (~Q(state=S.ASKING) & Q(asked_on=None)),
            ),
            models.CheckConstraint(
                name="difficulties_answered_with_measures",
                condition=~Q(state__in=[S.ANSWERED, S.SOLVED])
                | (
                    ~Q(measures="")
                    & ~Q(responsible="")
                    & Q(
                        promised_on__isnull=False, answered_at__isnull=False,
                        answered_by__isnull=False,
                    )
                ),
            ),
            models.CheckConstraint(
                name="difficulties_solved_by_somebody_or_by_time",
                condition=Q(state=S.SOLVED, closed_at__isnull=False, is_confirmed__isnull=False)
                | (~Q(state=S.SOLVED) & Q(is_confirmed=None)),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["state", "due_on"], name="difficulties_due")]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """Return the number that people are told."""
        return f"KN{self.pk:06d}"

    @property
    def answering(self) -> str:
        """Return who has to answer, in words."""
        return self.unit.name if self.unit else f"{self.office.name}文明办" if self.office else ""

    @property
    def is_waiting(self) -> bool:
        """Return whether the clock runs."""
        return self.state in WAITING

    @property
    def tone(self) -> str:
        """Return how the state looks."""
        return TONES.get(S(self.state), "neutral")

    def is_overdue(self, today: date) -> bool:
        """Return whether it should have been answered before a day."""
        return self.is_waiting and self.due_on < today


class Turn(models.Model):
    """The time during which one unit or office had to answer; what the board counts.

    Working days while the reporter was asked for more do not count (`paused_workdays`).
    """

    difficulty = models.ForeignKey(Difficulty, on_delete=models.PROTECT, related_name="turns")
    unit = models.ForeignKey(
        "orgs.Organization", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    office = models.ForeignKey(
        "regions.Region", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    began_on = models.DateField("开始日期")
    due_on = models.DateField("答复期限")
    paused_workdays = models.PositiveSmallIntegerField("停表的工作日", default=0)
    ended_on = models.DateField("结束日期", null=True, blank=True)
    outcome = models.CharField("结果", max_length=10, choices=Outcome.choices, blank=True)
    workdays = models.PositiveSmallIntegerField("用了几个工作日", null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="difficulties_one_turn_runs", fields=["difficulty"], condition=Q(outcome="")
            ),
            models.CheckConstraint(
                name="difficulties_turn_ends_wholly",
                condition=Q(outcome="", ended_on=None, workdays=None)
                | (~Q(outcome="") & Q(ended_on__isnull=False, workdays__isnull=False)),
            ),
            models.CheckConstraint(
                name="difficulties_turn_of_one",
                condition=Q(unit__isnull=False, office=None) | Q(unit=None, office__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.difficulty_id} {self.began_on}"


class Move(models.Model):
    """One thing that happened to a difficulty, with the words that were said."""

    difficulty = models.ForeignKey(Difficulty, on_delete=models.PROTECT, related_name="moves")
    verb = models.CharField(max_length=10)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    told = models.CharField("单位", max_length=60, blank=True)
    words = models.CharField("说明", max_length=700, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.difficulty_id} {self.verb}"


class CommonAnswer(models.Model):
    """A good answer that others with the same difficulty read before they report; names nobody."""

    kind = models.ForeignKey(Kind, on_delete=models.PROTECT, related_name="answers")
    question = models.CharField("困难", max_length=200)
    answer = models.CharField("解答", max_length=500)
    source = models.OneToOneField(
        Difficulty, on_delete=models.PROTECT, related_name="common_answer"
    )
    published_at = models.DateTimeField("发布时间")
    published_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField("撤下时间", null=True, blank=True)

    class Meta:
        ordering = ["kind__position", "-published_at"]

    def __str__(self) -> str:
        return self.question
