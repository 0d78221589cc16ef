"""Problems that patrols find, the kinds they are of, and who answers for them."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.service.patrols.states import OPEN, ProblemState

S = ProblemState


class ProblemKind(models.Model):
    """One kind of problem, a big button of the report page; the office keeps the list."""

    key = models.SlugField(max_length=24, primary_key=True)
    name = models.CharField("名称", max_length=12, unique=True)
    icon = models.CharField(max_length=30, default="circle-alert")
    position = models.PositiveSmallIntegerField("顺序", default=0)
    ended_at = models.DateTimeField("停用时间", null=True, blank=True)

    class Meta:
        ordering = ["position", "key"]

    def __str__(self) -> str:
        return self.name


class DispatchRuleQuerySet(ScopedQuerySet):
    """A rule is reached where its region is."""

    organization_path = ""
    region_path = "region__path"


class DispatchRule(models.Model):
    """Which unit answers for one kind of problem in a region; the deepest region decides."""

    kind = models.ForeignKey(ProblemKind, on_delete=models.PROTECT, related_name="rules")
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("orgs.Organization", on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField("设定时间")
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = DispatchRuleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "region"], name="patrols_one_unit_each")
        ]

    def __str__(self) -> str:
        return f"{self.kind_id} {self.region_id} → {self.unit_id}"


class ProblemQuerySet(ScopedQuerySet):
    """A problem is reached by the unit that answers for it, and where it was found."""

    organization_path = "unit__path"
    region_path = "region__path"


class Problem(models.Model):
    """What a patrol found wrong: a photo, a kind and a place; then who solves it until when."""

    volunteer = models.ForeignKey(
        "people.Volunteer", on_delete=models.PROTECT, related_name="patrol_problems"
    )
    # The browser's own mark: what was kept without network is sent again and stays one problem.
    nonce = models.CharField(max_length=36)
    day = models.DateField("反映日期")
    turn = models.PositiveSmallIntegerField("当天第几件")
    kind = models.ForeignKey(ProblemKind, on_delete=models.PROTECT, related_name="problems")
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+")
    place = models.CharField("地点", max_length=120, blank=True)
    lat = models.FloatField("纬度", null=True, blank=True)
    lng = models.FloatField("经度", null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    photo = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    seen_at = models.DateTimeField("发现时间")
    reported_at = models.DateTimeField("反映时间")
    state = models.CharField("状态", max_length=8, choices=S.choices, default=S.NEW)
    unit = models.ForeignKey(
        "orgs.Organization", null=True, blank=True, on_delete=models.PROTECT,
        related_name="patrol_problems", verbose_name="责任单位",
    )  # fmt: skip
    due_on = models.DateField("期限", null=True, blank=True)
    escalated_at = models.DateTimeField("上报时间", null=True, blank=True)
    solved_at = models.DateTimeField("办结时间", null=True, blank=True)
    solved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    solved_photo = models.ForeignKey(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField("确认时间", null=True, blank=True)
    is_confirmed = models.BooleanField("巡防队员确认", null=True, blank=True)
    same_as = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="joined"
    )
    # Whose number it is does not matter: writing it makes two joinings take turns.
    joinings = models.PositiveSmallIntegerField(default=0)
    hidden_at = models.DateTimeField("不公开照片", null=True, blank=True)

    objects = ProblemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["volunteer", "nonce"], name="patrols_sent_once"),
            models.UniqueConstraint(
                fields=["volunteer", "day", "turn"], name="patrols_turns_of_a_day"
            ),
            models.CheckConstraint(
                name="patrols_point_on_earth",
                condition=Q(lat=None, lng=None)
                | Q(
                    lat__isnull=False,
                    lng__isnull=False,
                    lat__gte=-90,
                    lat__lte=90,
                    lng__gte=-180,
                    lng__lte=180,
                ),
            ),
            models.CheckConstraint(
                name="patrols_new_without_unit", condition=~Q(state=S.NEW) | Q(unit=None)
            ),
            models.CheckConstraint(
                name="patrols_sent_to_a_unit",
                condition=~Q(state__in=[S.SENT, S.ACCEPTED, S.SOLVED, S.CLOSED])
                | Q(unit__isnull=False),
            ),
            models.CheckConstraint(
                name="patrols_open_until_a_day",
                condition=~Q(state__in=list(OPEN)) | Q(due_on__isnull=False),
            ),
            models.CheckConstraint(
                name="patrols_solved_with_proof",
                condition=~Q(state__in=[S.SOLVED, S.CLOSED])
                | Q(solved_at__isnull=False, solved_by__isnull=False, solved_photo__isnull=False),
            ),
            models.CheckConstraint(
                name="patrols_closed_by_somebody_or_by_time",
                condition=Q(state=S.CLOSED, closed_at__isnull=False, is_confirmed__isnull=False)
                | (~Q(state=S.CLOSED) & Q(closed_at=None, is_confirmed=None)),
            ),
            models.CheckConstraint(
                name="patrols_joined_to_another",
                condition=Q(state=S.JOINED, same_as__isnull=False)
                | (~Q(state=S.JOINED) & Q(same_as=None)),
            ),
            models.CheckConstraint(
                name="patrols_not_joined_to_itself",
                condition=Q(same_as=None) | ~Q(same_as=F("id")),
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_on"], name="patrols_due"),
            models.Index(fields=["region", "kind", "reported_at"], name="patrols_alike"),
            models.Index(fields=["state", "-closed_at"], name="patrols_board"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """Return the number that people are told."""
        return f"XF{self.pk:06d}"

    @property
    def is_open(self) -> bool:
        """Return whether somebody still has to do something about it."""
        return self.state in OPEN

    def is_overdue(self, today: date) -> bool:
        """Return whether it should have been solved before a day."""
        return self.is_open and self.due_on is not None and self.due_on < today


class Move(models.Model):
    """One thing that happened to a problem, with the words that were said."""

    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="moves")
    verb = models.CharField(max_length=10)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    unit = models.ForeignKey(
        "orgs.Organization", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    words = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.problem_id} {self.verb}"
