"""Training sessions: an activity whose minutes are learned, not served.

Meetings are the shifts of the session's activity, enrollment is their sign-ups, attendance is what
the door recorded. What only a training has, is here.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.service.teaching.states import Audience, OutcomeState, Source


class Home(models.Model):
    """The one project in which an organization's sessions take place; it serves nobody."""

    organization = models.OneToOneField(
        "orgs.Organization", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    project = models.OneToOneField("projects.Project", on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.organization_id}"


class CourseRule(models.Model):
    """What a course asks for from a day on: how much attendance, and whether a test."""

    course = models.ForeignKey("training.Course", on_delete=models.PROTECT, related_name="rules")
    valid_from = models.DateField("生效日期")
    share_percent = models.PositiveSmallIntegerField("学时至少达到（%）", default=80)
    asks_test = models.BooleanField("须通过测验", default=False)
    pass_percent = models.PositiveSmallIntegerField("测验合格线（%）", default=60)
    tries = models.PositiveSmallIntegerField("最多测验次数", default=3)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField("设定时间")

    class Meta:
        ordering = ["-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "valid_from"], name="teaching_one_rule_a_day"
            ),
            models.CheckConstraint(
                name="teaching_rule_within_bounds",
                condition=Q(share_percent__gte=1, share_percent__lte=100)
                & Q(pass_percent__gte=1, pass_percent__lte=100)
                & Q(tries__gte=1, tries__lte=10),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course_id} {self.valid_from}"


class Question(models.Model):
    """A question of a course's test with one right answer; it is never changed, only retired."""

    course = models.ForeignKey(
        "training.Course", on_delete=models.PROTECT, related_name="questions"
    )
    text = models.CharField("题目", max_length=300)
    options = models.JSONField("选项")  # two to four sentences
    right = models.PositiveSmallIntegerField("正确答案")  # the place in `options`, from 0
    retired_at = models.DateTimeField("停用时间", null=True, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text


class SessionQuerySet(ScopedQuerySet):
    """A session belongs to the organization that holds it."""

    organization_path = "activity__project__organization__path"
    region_path = "activity__project__organization__region__path"


class Session(models.Model):
    """A training that takes place: title, place, meetings and places stand at its activity."""

    activity = models.OneToOneField(
        "projects.Activity", on_delete=models.PROTECT, related_name="session"
    )
    course = models.ForeignKey("training.Course", on_delete=models.PROTECT, related_name="sessions")
    audience = models.CharField("培训对象", max_length=10, choices=Audience.choices)
    trainers = models.CharField("讲师", max_length=120)
    online_url = models.URLField("线上地址", max_length=300, blank=True)
    material = models.TextField("学习资料", max_length=4000, blank=True)
    enroll_from = models.DateTimeField("报名开始")
    enroll_until = models.DateTimeField("报名截止")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField("创建时间")
    settled_at = models.DateTimeField("结业时间", null=True, blank=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="teaching_enrollment_ends_after_it_began",
                condition=Q(enroll_until__gt=F("enroll_from")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["activity"], condition=Q(settled_at=None), name="teaching_to_settle"
            )
        ]

    def __str__(self) -> str:
        return f"{self.activity_id}"


class Material(models.Model):
    """A file for those who take part."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="materials")
    title = models.CharField("资料名称", max_length=60)
    file = models.OneToOneField("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField("移除时间", null=True, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title


class OutcomeQuerySet(ScopedQuerySet):
    """An outcome belongs to the organization of its session."""

    organization_path = "session__activity__project__organization__path"
    region_path = "session__activity__project__organization__region__path"


class Outcome(models.Model):
    """How one volunteer came through a session."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="outcomes")
    volunteer = models.ForeignKey(
        "people.Volunteer", on_delete=models.PROTECT, related_name="training_outcomes"
    )
    minutes = models.PositiveIntegerField("学习时长（分钟）")
    planned_minutes = models.PositiveIntegerField("应学时长（分钟）")
    source = models.CharField(max_length=4, choices=Source.choices)
    state = models.CharField(max_length=8, choices=OutcomeState.choices)
    record = models.ForeignKey(
        "training.TrainingRecord", null=True, blank=True, on_delete=models.PROTECT,
        related_name="outcomes",
    )  # fmt: skip
    settled_at = models.DateTimeField("登记时间")

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "volunteer"], name="teaching_one_outcome_each"
            ),
            models.CheckConstraint(
                name="teaching_who_passed_has_a_record",
                condition=Q(state=OutcomeState.PASSED, record__isnull=False)
                | (~Q(state=OutcomeState.PASSED) & Q(record=None)),
            ),
            models.CheckConstraint(
                name="teaching_not_longer_than_planned",
                condition=Q(minutes__lte=F("planned_minutes")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.volunteer_id}"


class TestTry(models.Model):
    """One try at the test; `entered_by` where the trainer wrote it down for somebody."""

    __test__ = False  # no class of tests

    outcome = models.ForeignKey(Outcome, on_delete=models.PROTECT, related_name="tries")
    number = models.PositiveSmallIntegerField("第几次")
    percent = models.PositiveSmallIntegerField("得分（%）")
    is_passed = models.BooleanField()
    taken_at = models.DateTimeField("测验时间")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["outcome", "number"], name="teaching_each_try_once"),
            models.CheckConstraint(
                name="teaching_percent", condition=Q(percent__gte=0, percent__lte=100)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome_id} {self.number}"
