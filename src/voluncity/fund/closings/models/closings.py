"""Closings: the report as it is written and as it was handed in, what the office said."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.fund.closings.states import OPEN, TONES, WRITABLE, ClosingState
from voluncity.fund.grants.models import FundingQuerySet, OfFunding
from voluncity.kernel.clock import local_date
from voluncity.kernel.money import yuan_text

C = ClosingState
USER = settings.AUTH_USER_MODEL


class OfClosing(FundingQuerySet):
    """What belongs to a closing is reached where its funded project is."""

    organization_path = "closing__funding__organization__path"
    region_path = "closing__funding__region__path"
    office_path = "closing__funding__fund__region__path"


class Closing(models.Model):
    """The end of a funded project: one each, from the report to the archive."""

    funding = models.OneToOneField(
        "grants.Funding", on_delete=models.PROTECT, related_name="closing"
    )
    state = models.CharField("状态", max_length=10, choices=C.choices, default=C.DRAFT)
    # The last day to hand in. Stored: it moves only when an approved change moves the end.
    due_on = models.DateField("结项期限")
    # {"key": "words"}, see `rules.report`.
    content = models.JSONField(default=dict)
    # Every change writes the next number: who decides names what was read.
    edition = models.PositiveIntegerField(default=1)
    begun_at = models.DateTimeField("开始时间")
    changed_at = models.DateTimeField("修改时间")
    changed_by = models.ForeignKey(
        USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    submitted_at = models.DateTimeField("首次提交时间", null=True, blank=True)
    current = models.ForeignKey(
        "Submission", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    accepted_at = models.DateTimeField("报告通过时间", null=True, blank=True)
    accepted_by = models.ForeignKey(
        USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    result = models.ForeignKey(
        "Result", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # The organization says that it has nothing against the result: nobody waits any longer.
    taken_at = models.DateTimeField("认可时间", null=True, blank=True)
    closed_at = models.DateTimeField("结项时间", null=True, blank=True)
    closed_by = models.ForeignKey(
        USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OfFunding.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="closings_in_hand_was_handed_in",
                condition=Q(state__in=WRITABLE)
                | Q(current__isnull=False, submitted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="closings_accepted_says_by_whom",
                condition=Q(
                    state__in=[C.ACCEPTED, C.EVALUATED, C.CLOSED],
                    accepted_at__isnull=False,
                    accepted_by__isnull=False,
                )
                | (
                    ~Q(state__in=[C.ACCEPTED, C.EVALUATED, C.CLOSED])
                    & Q(accepted_at=None, accepted_by=None)
                ),
            ),
            models.CheckConstraint(
                name="closings_evaluated_has_its_result",
                condition=Q(state__in=[C.EVALUATED, C.CLOSED], result__isnull=False)
                | (~Q(state__in=[C.EVALUATED, C.CLOSED]) & Q(result=None, taken_at=None)),
            ),
            models.CheckConstraint(
                name="closings_closed_says_when_and_by_whom",
                condition=Q(state=C.CLOSED, closed_at__isnull=False, closed_by__isnull=False)
                | (~Q(state=C.CLOSED) & Q(closed_at=None, closed_by=None)),
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="closings_by_state")]

    def __str__(self) -> str:
        return f"{self.funding}"

    @property
    def tone(self) -> str:
        """Return how its state looks."""
        return TONES[C(self.state)]

    @property
    def is_open(self) -> bool:
        """Return whether it is not closed."""
        return self.state in OPEN

    def days_late(self, at: datetime) -> int:
        """Return for how many days the report is late, or was when it was first handed in.

        One that the organization took back, or that went back to its work, is not in hand.
        """
        handed_in = None if self.state == C.DRAFT else self.submitted_at
        until = local_date(handed_in or at)
        return max(0, (until - self.due_on).days)


class Submission(models.Model):
    """A closing report as it was handed in, with what the records said then; never written over."""

    closing = models.ForeignKey(Closing, on_delete=models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField("第几次提交")
    # The words with their labels, the accounts and what was reached, as the page showed them.
    content = models.JSONField()
    paid_fen = models.PositiveBigIntegerField("已拨付（分）")
    spent_fen = models.PositiveBigIntegerField("认可支出（分）")
    served = models.PositiveIntegerField("服务人次")
    minutes = models.PositiveIntegerField("服务时长（分钟）")
    made_at = models.DateTimeField("提交时间")
    made_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")

    objects = OfClosing.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                name="closings_one_submission_of_a_number", fields=["closing", "number"]
            ),
        ]

    def __str__(self) -> str:
        return f"第 {self.number} 次提交"

    @property
    def paid_text(self) -> str:
        """Return how much was paid."""
        return yuan_text(self.paid_fen)

    @property
    def spent_text(self) -> str:
        """Return how much of what was spent was accepted."""
        return yuan_text(self.spent_fen)


class Return(models.Model):
    """One time that the office sent a report back, with remarks at its fields."""

    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="returned")
    words = models.CharField("总体意见", max_length=500, blank=True)
    remarks = models.JSONField(default=dict)  # {"key": "words"}
    made_at = models.DateTimeField("退回时间")
    made_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.submission_id}"


class Attachment(models.Model):
    """One file that belongs to the report."""

    closing = models.ForeignKey(Closing, on_delete=models.PROTECT, related_name="files")
    file = models.OneToOneField("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    name = models.CharField("名称", max_length=60)
    added_at = models.DateTimeField("上传时间")
    added_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = OfClosing.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Move(models.Model):
    """One thing that was done with a closing, with its words."""

    closing = models.ForeignKey(Closing, on_delete=models.PROTECT, related_name="moves")
    verb = models.CharField(max_length=20)
    at = models.DateTimeField()
    by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    words = models.CharField("说明", max_length=500, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.closing_id} {self.verb}"


class Settlement(models.Model):
    """The money of a funded project brought to an end: nothing is left that nobody explained.

    Sums in fen. `remainder_fen` is what was paid, neither spent nor returned: zero, or left with
    the project by a resolution. `released_fen` is what was reserved and never paid.
    """

    funding = models.OneToOneField(
        "grants.Funding", on_delete=models.PROTECT, related_name="settlement"
    )
    paid_fen = models.PositiveBigIntegerField("已拨付（分）")
    # What the fund bears: never more than it paid; `own_fen` is what the project spent beyond it.
    spent_fen = models.PositiveBigIntegerField("由资助承担的支出（分）")
    own_fen = models.PositiveBigIntegerField("自筹支出（分）", default=0)
    returned_fen = models.PositiveBigIntegerField("已退回（分）")
    remainder_fen = models.BigIntegerField("余款（分）")
    released_fen = models.PositiveBigIntegerField("释放预留（分）")
    resolution = models.ForeignKey(
        "governance.Resolution", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    words = models.CharField("说明", max_length=500, blank=True)
    made_at = models.DateTimeField("结清时间")
    made_by = models.ForeignKey(
        USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OfFunding.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="closings_remainder_is_what_is_left",
                condition=Q(remainder_fen=F("paid_fen") - F("spent_fen") - F("returned_fen")),
            ),
            models.CheckConstraint(
                name="closings_nothing_is_left_unexplained",
                condition=Q(remainder_fen=0)
                | (Q(resolution__isnull=False, remainder_fen__gt=0) & ~Q(words="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.funding_id} {self.remainder_fen}"

    @property
    def paid_text(self) -> str:
        """Return how much was paid."""
        return yuan_text(self.paid_fen)

    @property
    def spent_text(self) -> str:
        """Return how much of what was spent was accepted."""
        return yuan_text(self.spent_fen)

    @property
    def own_text(self) -> str:
        """Return how much the project bore itself."""
        return yuan_text(self.own_fen)

    @property
    def returned_text(self) -> str:
        """Return how much came back."""
        return yuan_text(self.returned_fen)

    @property
    def remainder_text(self) -> str:
        """Return how much stays with the project."""
        return yuan_text(self.remainder_fen)

    @property
    def released_text(self) -> str:
        """Return how much went back into the purses."""
        return yuan_text(self.released_fen)


class Addendum(models.Model):
    """What has to be known about a closing that is over: nothing of it changes any more."""

    # The browser's own mark: a form that is sent twice adds one.
    handle = models.CharField(max_length=36, unique=True)
    closing = models.ForeignKey(Closing, on_delete=models.PROTECT, related_name="addenda")
    number = models.PositiveSmallIntegerField()
    words = models.CharField("补充说明", max_length=1000)
    made_at = models.DateTimeField("登记时间")
    made_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")

    objects = OfClosing.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                name="closings_one_addendum_of_a_number", fields=["closing", "number"]
            ),
            models.CheckConstraint(name="closings_addendum_says_something", condition=~Q(words="")),
        ]

    def __str__(self) -> str:
        return f"补充说明 {self.number}"
