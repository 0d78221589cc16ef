"""A draft of the automatic roster: how far it is, who stands where, who and what was left out."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.service.rosters.models.plans import OfPlanQuerySet, Plan, Turn
from voluncity.service.rosters.states import OPEN_RUNS, RunState


class Run(models.Model):
    """One draft over some weeks; `turn` and `touched_at` are the lease of the worker."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="runs")
    first_day = models.DateField()
    last_day = models.DateField()
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.WAITING)
    seconds = models.PositiveSmallIntegerField("每周最多计算（秒）", default=25)
    turn = models.PositiveSmallIntegerField(default=0)
    touched_at = models.DateTimeField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    weeks = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OfPlanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="rosters_one_open_run", fields=["plan"], condition=Q(state__in=OPEN_RUNS)
            ),
            models.CheckConstraint(
                name="rosters_run_days_in_order", condition=Q(last_day__gte=F("first_day"))
            ),
        ]
        indexes = [models.Index(fields=["state", "touched_at"], name="rosters_runs_at_work")]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.first_day} {self.state}"


class RunWeek(models.Model):
    """A week that is solved: what it is worth, and the most that any roster could be worth.

    Costs: smaller is better; `bound` is proven. `wanted` and `filled` count places.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="weeks_done")
    monday = models.DateField()
    wanted = models.PositiveIntegerField()
    filled = models.PositiveIntegerField()
    value = models.BigIntegerField()
    bound = models.BigIntegerField()
    milliseconds = models.PositiveIntegerField()

    class Meta:
        ordering = ["monday"]
        constraints = [models.UniqueConstraint(name="rosters_one_week", fields=["run", "monday"])]

    def __str__(self) -> str:
        return f"{self.run_id} {self.monday}"


class OfRunQuerySet(ScopedQuerySet):
    """What is part of a draft belongs to the organization of its plan."""

    organization_path = "run__plan__project__organization__path"
    region_path = "run__plan__project__organization__region__path"


class Assignment(models.Model):
    """Somebody stands at a turn of a draft; once published, `signup` is the place."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="assignments")
    turn = models.ForeignKey(Turn, on_delete=models.CASCADE, related_name="assignments")
    volunteer = models.ForeignKey("people.Volunteer", on_delete=models.PROTECT, related_name="+")
    is_locked = models.BooleanField("锁定", default=False)
    is_by_hand = models.BooleanField("手工安排", default=False)
    signup = models.ForeignKey(
        "signups.Signup", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    problem = models.CharField(max_length=300, blank=True)
    # No account, no guardian with one, no telephone to write to: the leader calls.
    is_told = models.BooleanField(default=True, db_default=True)

    objects = OfRunQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="rosters_once_at_a_turn", fields=["run", "turn", "volunteer"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.turn_id} {self.volunteer_id}"


class LeftOut(models.Model):
    """Somebody got no turn in a draft, and why."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="left_out")
    volunteer = models.ForeignKey("people.Volunteer", on_delete=models.PROTECT, related_name="+")
    sentence = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="rosters_left_out_once", fields=["run", "volunteer"]),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.volunteer_id}"


class Hole(models.Model):
    """Places of a turn that a draft could not fill, and why."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="holes")
    turn = models.ForeignKey(Turn, on_delete=models.CASCADE, related_name="+")
    missing = models.PositiveSmallIntegerField()
    sentence = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(name="rosters_one_hole", fields=["run", "turn"])]

    def __str__(self) -> str:
        return f"{self.run_id} {self.turn_id} {self.missing}"
