"""Dated ladders of stars and medals, batches of candidates, and what was certified."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.city.jobs.models import Leased
from voluncity.city.regions.models import Level
from voluncity.honor.certification.states import (
    MOST_GRADES,
    RUNNING,
    BatchState,
    CandidateState,
    Doubt,
    HonorKind,
    PackState,
    grade_name,
    honor_name,
)

WORDS_MOST = 300


def _who() -> models.ForeignKey[models.Model | None, models.Model | None]:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )


class Ladder(models.Model):
    """What stars or medals ask, from a day on; never changed once it holds (RULES.md §1.4)."""

    kind = models.CharField("类别", max_length=8, choices=HonorKind.choices)
    valid_from = models.DateField("执行日期")
    basis = models.CharField("依据", max_length=200, blank=True)
    # Of which kind of service `Grade.category_minutes` speaks.
    category = models.ForeignKey(
        "catalog.Category", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    clean_months = models.PositiveSmallIntegerField("无处理的月数", default=0)
    absences_most = models.PositiveSmallIntegerField("最多缺席次数", null=True, blank=True)
    publicity_workdays = models.PositiveSmallIntegerField("公示工作日")
    set_at = models.DateTimeField(null=True, blank=True)
    set_by = _who()

    class Meta:
        ordering = ["kind", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                name="certification_ladder_once_a_day", fields=["kind", "valid_from"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.valid_from}"


class Grade(models.Model):
    """What one star or medal asks; every number must be reached, 0 asks nothing."""

    ladder = models.ForeignKey(Ladder, on_delete=models.CASCADE, related_name="grades")
    grade = models.PositiveSmallIntegerField("等次")
    # Up to which office may certify it: a county's batch holds only those of counties.
    level = models.CharField(
        "认定层级", max_length=10, choices=[(Level.COUNTY, "县（市、区）"), (Level.CITY, "市")]
    )
    minutes = models.PositiveIntegerField("累计时长（分钟）")
    year_minutes = models.PositiveIntegerField("当年时长（分钟）", default=0)
    proven_percent = models.PositiveSmallIntegerField("信用时长占比（%）", default=0)
    category_minutes = models.PositiveIntegerField("指定类别时长（分钟）", default=0)
    months = models.PositiveSmallIntegerField("注册满（月）", default=0)
    points = models.PositiveIntegerField("累计积分", default=0)
    trainings = models.PositiveSmallIntegerField("有效培训（项）", default=0)
    stars = models.PositiveSmallIntegerField("已认定星级", default=0)

    class Meta:
        ordering = ["grade"]
        constraints = [
            models.UniqueConstraint(name="certification_grade_once", fields=["ladder", "grade"]),
            models.CheckConstraint(
                name="certification_grade_1_to_5",
                condition=Q(grade__gte=1, grade__lte=MOST_GRADES),
            ),
            models.CheckConstraint(
                name="certification_grade_asks_hours",
                condition=Q(minutes__gt=0) | Q(year_minutes__gt=0),
            ),
            models.CheckConstraint(
                name="certification_share_in_percent", condition=Q(proven_percent__lte=100)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ladder_id} {self.grade}"


class BatchQuerySet(ScopedQuerySet):
    """A batch is managed by the offices of its region."""

    organization_path = ""
    region_path = "region__path"


class Batch(models.Model):
    """Stars or medals of one region, counted up to a day, decided and certified together."""

    title = models.CharField("名称", max_length=60)
    kind = models.CharField("类别", max_length=8, choices=HonorKind.choices)
    ladder = models.ForeignKey(Ladder, on_delete=models.PROTECT, related_name="batches")
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+")
    until = models.DateField("统计截至")
    state = models.CharField(max_length=10, choices=BatchState.choices, default=BatchState.COUNTING)
    # While it is counted: how many questions are answered, and when the last one was.
    counted_parts = models.PositiveSmallIntegerField(default=0)
    counted_at = models.DateTimeField("统计时间")
    looked_at = models.PositiveIntegerField("范围内有时长的志愿者", default=0)
    started_at = models.DateTimeField("启动时间")
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    shown_at = models.DateTimeField("公示时间", null=True, blank=True)
    shown_by = _who()
    notice = models.ForeignKey(
        "publicity.Notice", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    certified_at = models.DateTimeField("认定时间", null=True, blank=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="certification_one_running_batch",
                fields=["region", "kind"],
                condition=Q(state__in=RUNNING),
            ),
            models.CheckConstraint(
                name="certification_certified_has_its_time",
                condition=Q(state=BatchState.CERTIFIED, certified_at__isnull=False)
                | (~Q(state=BatchState.CERTIFIED) & Q(certified_at=None)),
            ),
            models.CheckConstraint(
                name="certification_shown_wholly_or_not",
                condition=Q(shown_at=None, shown_by=None, notice=None)
                | Q(shown_at__isnull=False, shown_by__isnull=False, notice__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="certification_batches")]

    def __str__(self) -> str:
        return self.title


class CandidateQuerySet(ScopedQuerySet):
    """A candidate is decided by the offices of the batch's region."""

    organization_path = ""
    region_path = "batch__region__path"


class Candidate(models.Model):
    """Somebody before the office, with every value as it was counted."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="candidates")
    volunteer = models.ForeignKey("people.Volunteer", on_delete=models.PROTECT, related_name="+")
    # By the rule, 0 for none; and what is asked for: the rule's, or a nomination's.
    by_rule = models.PositiveSmallIntegerField("按标准")
    grade = models.PositiveSmallIntegerField("等次")
    minutes = models.PositiveIntegerField("累计时长（分钟）")
    values = models.JSONField("各项数字", default=dict)
    state = models.CharField(
        max_length=10, choices=CandidateState.choices, default=CandidateState.WAITING
    )
    nomination = models.CharField("推荐理由", max_length=WORDS_MOST, blank=True)
    nominated_from = models.ForeignKey(
        "orgs.Organization", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    nominated_at = models.DateTimeField("推荐时间", null=True, blank=True)
    nominated_by = _who()
    reason = models.CharField("审核意见", max_length=WORDS_MOST, blank=True)
    decided_at = models.DateTimeField("审核时间", null=True, blank=True)
    decided_by = _who()

    objects = CandidateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="certification_candidate_once", fields=["batch", "volunteer"]
            ),
            models.CheckConstraint(
                name="certification_candidate_grade",
                condition=Q(grade__lte=MOST_GRADES, by_rule__lte=MOST_GRADES),
            ),
            models.CheckConstraint(
                name="certification_nominated_wholly_or_not",
                condition=Q(nominated_at=None, nominated_by=None, nomination="")
                | (Q(nominated_at__isnull=False, nominated_by__isnull=False) & ~Q(nomination="")),
            ),
            models.CheckConstraint(
                name="certification_not_decided_by_who_nominated",
                condition=Q(nominated_by=None)
                | Q(decided_by=None)
                | ~Q(decided_by=F("nominated_by")),
            ),
            models.CheckConstraint(
                name="certification_refused_with_a_reason",
                condition=~Q(state=CandidateState.REJECTED) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="certification_decided_at_and_by_together",
                condition=Q(decided_at=None, decided_by=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["batch", "state", "-grade", "-minutes", "id"],
                name="certification_of_batch",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.volunteer_id} {self.grade}"

    @property
    def grade_name(self) -> str:
        """Return the name of the grade that is asked for."""
        return grade_name(self.batch.kind, self.grade)


class HonorQuerySet(ScopedQuerySet):
    """An honor is kept by the offices of the region that certified it."""

    organization_path = ""
    region_path = "batch__region__path"


class Honor(models.Model):
    """A star or medal of a volunteer, certified after publicity; what it rests on is frozen."""

    volunteer = models.ForeignKey(
        "people.Volunteer", on_delete=models.PROTECT, related_name="honors"
    )
    kind = models.CharField("类别", max_length=8, choices=HonorKind.choices)
    grade = models.PositiveSmallIntegerField("等次")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="honors")
    candidate = models.OneToOneField(Candidate, on_delete=models.PROTECT, related_name="honor")
    serial = models.CharField("证书编号", max_length=20, unique=True)
    check_code = models.CharField("校验码", max_length=12)
    facts = models.JSONField("内容")
    digest = models.CharField(max_length=64)
    certified_at = models.DateTimeField("认定时间")
    doubt = models.CharField(max_length=8, choices=Doubt.choices, default=Doubt.NONE)
    doubted_at = models.DateTimeField("发现时间", null=True, blank=True)
    kept_reason = models.CharField("保留的理由", max_length=WORDS_MOST, blank=True)
    kept_at = models.DateTimeField("保留时间", null=True, blank=True)
    kept_by = _who()
    revoked_at = models.DateTimeField("撤销时间", null=True, blank=True)
    revoked_by = _who()
    revoke_reason = models.CharField("撤销原因", max_length=WORDS_MOST, blank=True)

    objects = HonorQuerySet.as_manager()

    class Meta:
        constraints = [
            # MISSION D2, D3: each star and each medal once.
            models.UniqueConstraint(
                name="certification_each_honor_once",
                fields=["volunteer", "kind", "grade"],
                condition=Q(revoked_at=None),
            ),
            models.CheckConstraint(
                name="certification_honor_grade_1_to_5",
                condition=Q(grade__gte=1, grade__lte=MOST_GRADES),
            ),
            models.CheckConstraint(
                name="certification_revoked_wholly_or_not",
                condition=Q(revoked_at=None, revoked_by=None, revoke_reason="")
                | (Q(revoked_at__isnull=False, revoked_by__isnull=False) & ~Q(revoke_reason="")),
            ),
            models.CheckConstraint(
                name="certification_kept_wholly_or_not",
                condition=Q(kept_at=None, kept_by=None, kept_reason="")
                | (Q(kept_at__isnull=False, kept_by__isnull=False) & ~Q(kept_reason="")),
            ),
            models.CheckConstraint(
                name="certification_doubt_has_its_time",
                condition=Q(doubt=Doubt.NONE) | Q(doubted_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["batch", "-grade", "id"], name="certification_honors"),
            models.Index(
                fields=["doubt", "doubted_at"],
                condition=~Q(doubt=Doubt.NONE),
                name="certification_doubted",
            ),
        ]

    def __str__(self) -> str:
        return self.serial

    @property
    def name(self) -> str:
        """Return the name of the star or medal."""
        return honor_name(self.kind, self.grade)


class Pack(Leased):
    """The certificates, the list and the press text of a batch as one file; a worker makes it."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="packs")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=PackState.choices, default=PackState.WAITING)
    asked_at = models.DateTimeField("申请时间")
    total = models.PositiveIntegerField("份数")
    done = models.PositiveIntegerField("已完成", default=0)
    made_at = models.DateTimeField("生成时间", null=True, blank=True)
    file = models.ForeignKey(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="certification_one_pack_at_a_time",
                fields=["batch"],
                condition=Q(state=PackState.WAITING),
            ),
            models.CheckConstraint(
                name="certification_ready_pack_has_a_file",
                condition=Q(state=PackState.READY, file__isnull=False, made_at__isnull=False)
                | (~Q(state=PackState.READY) & Q(file=None, made_at=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.state}"
