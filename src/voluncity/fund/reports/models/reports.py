"""Reports: their life, what was handed in each time, what the office remarked."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.fund.grants.models import Funding, FundingQuerySet, Milestone, OfFunding
from voluncity.fund.reports.states import TONES, UNSETTLED, ReportKind, ReportState

K, S = ReportKind, ReportState
USER = settings.AUTH_USER_MODEL
_HANDED_IN = (S.SUBMITTED, S.RETURNED, S.ACCEPTED)


class Tracking(models.Model):
    """The reporting of one funded project: whoever changes its money takes this row first."""

    funding = models.OneToOneField(Funding, on_delete=models.PROTECT, related_name="tracking")
    numbers_given = models.PositiveSmallIntegerField(default=0)
    edition = models.PositiveIntegerField(default=1)

    objects = OfFunding.as_manager()

    def __str__(self) -> str:
        return f"{self.funding_id} {self.numbers_given}"


class Report(models.Model):
    """What a funded project tells: what was done, what came of it, what was spent.

    The schedule makes it; nobody has begun it while `begun_at` is empty. `edition` counts every
    change: whoever decides names the one that they read.
    """

    funding = models.ForeignKey(Funding, on_delete=models.PROTECT, related_name="reports")
    number = models.PositiveSmallIntegerField("第几份")
    kind = models.CharField("类别", max_length=10, choices=K.choices)
    milestone = models.ForeignKey(
        Milestone, null=True, blank=True, on_delete=models.PROTECT, related_name="reports"
    )
    period_from = models.DateField("报告期开始")
    period_to = models.DateField("报告期结束")
    due_on = models.DateField("截止日期", null=True, blank=True)  # none: nobody asked for it
    # The browser's own mark of one that nobody asked for: a form that is sent twice begins one.
    handle = models.CharField(max_length=36, null=True, blank=True, unique=True)
    done = models.TextField("做了什么", max_length=2000, blank=True)
    results = models.TextField("取得的成效", max_length=2000, blank=True)
    problems = models.TextField("困难和问题", max_length=1000, blank=True)
    following = models.TextField("下一步安排", max_length=1000, blank=True)
    served_more = models.PositiveIntegerField("活动以外的受益人次", default=0)
    state = models.CharField("状态", max_length=10, choices=S.choices, default=S.DRAFT)
    edition = models.PositiveIntegerField(default=1)
    planned_at = models.DateTimeField("列入时间")
    begun_at = models.DateTimeField("开始填写时间", null=True, blank=True)
    changed_at = models.DateTimeField("修改时间")
    changed_by = models.ForeignKey(
        USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    first_submitted_at = models.DateTimeField("首次提交时间", null=True, blank=True)
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    submitted_by = models.ForeignKey(
        USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    again_on = models.DateField("修改期限", null=True, blank=True)
    accepted_at = models.DateTimeField("通过时间", null=True, blank=True)
    accepted_by = models.ForeignKey(
        USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OfFunding.as_manager()

    class Meta:
        ordering = ["funding", "number"]
        constraints = [
            models.UniqueConstraint(name="reports_one_of_a_number", fields=["funding", "number"]),
            models.UniqueConstraint(
                name="reports_one_live_report_of_a_milestone",
                fields=["milestone"],
                condition=Q(milestone__isnull=False) & ~Q(state=S.CANCELLED),
            ),
            models.UniqueConstraint(
                name="reports_one_live_report_of_a_span",
                fields=["funding", "period_from"],
                condition=Q(kind=K.PERIOD) & ~Q(state=S.CANCELLED),
            ),
            models.CheckConstraint(
                name="reports_kind_says_why",
                condition=Q(kind=K.MILESTONE, milestone__isnull=False, due_on__isnull=False)
                | Q(kind=K.PERIOD, milestone=None, due_on__isnull=False)
                | Q(kind=K.EXTRA, milestone=None, due_on=None, handle__isnull=False),
            ),
            models.CheckConstraint(
                name="reports_span_in_order", condition=Q(period_to__gte=F("period_from"))
            ),
            models.CheckConstraint(
                name="reports_handed_in_says_when_and_by_whom",
                condition=~Q(state__in=_HANDED_IN)
                | Q(
                    first_submitted_at__isnull=False,
                    submitted_at__isnull=False,
                    submitted_by__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="reports_returned_has_a_day",
                condition=Q(state=S.RETURNED, again_on__isnull=False)
                | (~Q(state=S.RETURNED) & Q(again_on=None)),
            ),
            models.CheckConstraint(
                name="reports_accepted_says_when_and_by_whom",
                condition=Q(state=S.ACCEPTED, accepted_at__isnull=False, accepted_by__isnull=False)
                | (~Q(state=S.ACCEPTED) & Q(accepted_at=None, accepted_by=None)),
            ),
            models.CheckConstraint(
                name="reports_nobody_accepts_their_own",
                condition=Q(accepted_by=None) | ~Q(accepted_by=F("submitted_by")),
            ),
        ]
        indexes = [
            models.Index(fields=["state", "submitted_at"], name="reports_waiting"),
            models.Index(fields=["state", "due_on"], name="reports_due"),
            models.Index(fields=["due_on"], name="reports_of_a_year"),
        ]

    def __str__(self) -> str:
        return f"第 {self.number} 份报告"

    @property
    def label(self) -> str:
        """Return what it tells about."""
        if self.kind == K.MILESTONE and self.milestone:
            return f"里程碑 {self.milestone}"
        span = f"{self.period_from:%Y-%m-%d} 至 {self.period_to:%Y-%m-%d}"
        return f"{ReportKind(self.kind).label} {span}"

    @property
    def tone(self) -> str:
        """Return how its state looks."""
        return TONES.get(S(self.state), "neutral")

    @property
    def state_text(self) -> str:
        """Return where it stands, in words."""
        if self.state == S.DRAFT and self.begun_at:
            return "填写中"
        return str(S(self.state).label)

    @property
    def is_open(self) -> bool:
        """Return whether something still has to be done."""
        return self.state in UNSETTLED


class OfReport(FundingQuerySet):
    """What belongs to a report is reached where its funded project is."""

    organization_path = "report__funding__organization__path"
    region_path = "report__funding__region__path"
    office_path = "report__funding__fund__region__path"


class Submission(models.Model):
    """A report as it was handed in, never written over; with what the office said if it went back.

    `content` holds the words, each expense with its sum, and the figures of the linked activities.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField("第几次提交")
    edition = models.PositiveIntegerField()  # of the report, once handed in
    content = models.JSONField()
    spent_fen = models.PositiveBigIntegerField("支出合计（分）")
    made_at = models.DateTimeField("提交时间")
    made_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    returned_at = models.DateTimeField("退回时间", null=True, blank=True)
    returned_by = models.ForeignKey(
        USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    returned_words = models.CharField("总体意见", max_length=500, blank=True)

    objects = OfReport.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                name="reports_one_submission_of_a_number", fields=["report", "number"]
            ),
            models.CheckConstraint(
                name="reports_returned_says_by_whom",
                condition=Q(returned_at=None, returned_by=None, returned_words="")
                | Q(returned_at__isnull=False, returned_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.number}"


class Remark(models.Model):
    """What is to be mended at one part of a report that was sent back."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="remarks")
    key = models.CharField(max_length=24)
    words = models.CharField("修改意见", max_length=500)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="reports_one_remark_of_a_key", fields=["submission", "key"]
            ),
            models.CheckConstraint(name="reports_remark_says_something", condition=~Q(words="")),
        ]

    def __str__(self) -> str:
        return self.key


class Move(models.Model):
    """One thing that was done with a report, with its words."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="moves")
    verb = models.CharField(max_length=12)
    at = models.DateTimeField()
    by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    words = models.CharField("说明", max_length=500, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.report_id} {self.verb}"
