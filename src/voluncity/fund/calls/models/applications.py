"""Applications: their life, what was handed in, what the office remarked."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.fund.calls.models.calls import Call, FormVersion, LineKind
from voluncity.fund.calls.states import DECIDED, GONE, IN_HAND, TONES, AppState
from voluncity.kernel.clock import minute_text
from voluncity.kernel.money import yuan_text

A = AppState
USER = settings.AUTH_USER_MODEL


class ApplicationQuerySet(ScopedQuerySet):
    """An application is its organization's; offices reach those of their region.

    The office of a fund also reaches what comes to it from elsewhere: nobody else decides.
    """

    organization_path = "organization__path"
    region_path = "organization__region__path"
    office_path = "call__fund__region__path"


class Application(models.Model):
    """What an organization asks of a fund; one number from here to the closing of the project."""

    # The browser's own mark: a form that is sent twice begins one.
    handle = models.CharField(max_length=36, unique=True)
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="applications")
    # The version it was begun with; later ones are for later drafts.
    form = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="+")
    organization = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="+"
    )
    turn = models.PositiveSmallIntegerField()  # its place among the organization's live ones
    number = models.CharField("申报编号", max_length=20, null=True, blank=True, unique=True)
    title = models.CharField("项目名称", max_length=60, blank=True)
    state = models.CharField("状态", max_length=10, choices=A.choices, default=A.DRAFT)
    # Every change writes the next number, also of an answer: who hands in names what was read.
    edition = models.PositiveIntegerField(default=1)
    due_at = models.DateTimeField("补正期限", null=True, blank=True)  # first instant too late
    reason = models.CharField("原因", max_length=500, blank=True)
    started_at = models.DateTimeField("开始填写时间")
    started_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField("修改时间")
    changed_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    accepted_at = models.DateTimeField("受理时间", null=True, blank=True)
    accepted_by = models.ForeignKey(
        USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    current = models.ForeignKey(
        "Submission", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="calls_one_live_application_of_a_turn",
                fields=["call", "organization", "turn"],
                condition=~Q(state__in=GONE),
            ),
            models.CheckConstraint(
                name="calls_in_hand_was_handed_in",
                condition=~Q(state__in=(*IN_HAND, *DECIDED))
                | Q(number__isnull=False, current__isnull=False, submitted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="calls_accepted_at_and_by",
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
            ),
            models.CheckConstraint(
                name="calls_accepted_says_by_whom",
                condition=~Q(state__in=(A.ACCEPTED, *DECIDED)) | Q(accepted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="calls_returned_has_a_day", condition=~Q(state=A.RETURNED) | ~Q(due_at=None)
            ),
            models.CheckConstraint(
                name="calls_gone_has_its_time",
                condition=Q(state__in=GONE, ended_at__isnull=False)
                | (~Q(state__in=GONE) & Q(ended_at=None)),
            ),
            models.CheckConstraint(
                name="calls_only_what_was_never_handed_in_is_discarded",
                condition=~Q(state=A.DISCARDED) | Q(number=None),
            ),
            models.CheckConstraint(
                name="calls_declined_with_a_reason", condition=~Q(state=A.DECLINED) | ~Q(reason="")
            ),
        ]
        indexes = [
            models.Index(fields=["state", "submitted_at"], name="calls_by_state"),
            models.Index(fields=["organization", "-changed_at"], name="calls_newest_of_one"),
        ]

    def __str__(self) -> str:
        return self.title or "未命名的项目"

    @property
    def tone(self) -> str:
        """Return how its state looks."""
        return TONES.get(A(self.state), "neutral")

    @property
    def due_text(self) -> str:
        """Return the last minute of the return, in words."""
        return minute_text(self.due_at) if self.due_at else ""


class Submission(models.Model):
    """An application as it was handed in, never written over; whoever decides names this one."""

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="submissions"
    )
    number = models.PositiveSmallIntegerField("第几次提交")
    title = models.CharField("项目名称", max_length=60)
    asked_fen = models.PositiveBigIntegerField("申请金额（分）")
    starts_on = models.DateField("项目开始日期")
    ends_on = models.DateField("项目结束日期")
    # {"answers": {key: raw}, "files": {key: [attachment ids]}}
    content = models.JSONField()
    made_at = models.DateTimeField("提交时间")
    made_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                name="calls_one_submission_of_a_number", fields=["application", "number"]
            ),
            models.CheckConstraint(
                name="calls_something_is_asked_for", condition=Q(asked_fen__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.number}"

    @property
    def asked_text(self) -> str:
        """Return how much is asked for."""
        return yuan_text(self.asked_fen)


class SubmittedLine(models.Model):
    """One line of the budget as it was handed in."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="lines")
    place = models.PositiveSmallIntegerField()
    kind = models.ForeignKey(LineKind, on_delete=models.PROTECT, related_name="+")
    what = models.CharField("用途", max_length=60)
    basis = models.CharField("计算依据", max_length=120)
    fen = models.PositiveBigIntegerField("金额（分）")

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(
                name="calls_one_line_of_a_place", fields=["submission", "place"]
            ),
            models.CheckConstraint(name="calls_line_costs_something", condition=Q(fen__gt=0)),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def text(self) -> str:
        """Return how much it costs."""
        return yuan_text(self.fen)


class Return(models.Model):
    """One time that the office sent an application back, with the last minute to hand it in."""

    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="returned")
    words = models.CharField("总体意见", max_length=500, blank=True)
    due_at = models.DateTimeField("补正期限")
    made_at = models.DateTimeField("退回时间")
    made_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.submission_id}"


class Remark(models.Model):
    """What is to be mended at one field."""

    of = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="remarks")
    key = models.CharField(max_length=20)
    words = models.CharField("补正意见", max_length=500)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="calls_one_remark_at_a_field", fields=["of", "key"]),
            models.CheckConstraint(name="calls_remark_has_words", condition=~Q(words="")),
        ]

    def __str__(self) -> str:
        return self.key


class Move(models.Model):
    """One thing that was done with an application, with its words."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="moves")
    verb = models.CharField(max_length=12)
    at = models.DateTimeField()
    by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    words = models.CharField("说明", max_length=500, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.application_id} {self.verb}"
