"""Micro-classes in revisions, and how far people have come.

A chapter is the same thing in every revision; what it says is a page of one revision. Progress
belongs to chapters, so that a correction takes nothing from who has learned.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.voice.classes.states import (
    OPEN,
    TONES,
    PieceKind,
    QuestionKind,
    RevisionState,
    Theme,
)

S = RevisionState
TITLE_MOST, INTRO_MOST, BODY_MOST, WORDS_MOST, CAPTION_MOST = 40, 300, 8000, 300, 100


class MicroClassQuerySet(ScopedQuerySet):
    """A class belongs to the organization that offers it."""


class MicroClass(models.Model):
    """A short class; what it says stands in its revisions."""

    organization = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="micro_classes"
    )
    made_at = models.DateTimeField("创建时间")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField("撤下时间", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdraw_reason = models.CharField("撤下原因", max_length=WORDS_MOST, blank=True)

    objects = MicroClassQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="classes_withdrawn_with_a_reason",
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdraw_reason="")
                | (
                    Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                    & ~Q(withdraw_reason="")
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class Chapter(models.Model):
    """One part of a class, the same in all of its revisions."""

    micro_class = models.ForeignKey(MicroClass, on_delete=models.PROTECT, related_name="chapters")

    def __str__(self) -> str:
        return f"{self.micro_class_id} {self.pk}"


class Piece(models.Model):
    """A picture, a video or a paper of a class; seen where a page that is public shows it."""

    micro_class = models.ForeignKey(MicroClass, on_delete=models.PROTECT, related_name="pieces")
    kind = models.CharField(max_length=8, choices=PieceKind.choices)
    title = models.CharField("说明", max_length=CAPTION_MOST)
    file = models.OneToOneField("files.StoredFile", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="classes_piece_says_what_it_is", condition=~Q(title=""))
        ]

    def __str__(self) -> str:
        return self.title


class Question(models.Model):
    """A question in the bank of a class; never changed, only left out of the next revision."""

    micro_class = models.ForeignKey(MicroClass, on_delete=models.PROTECT, related_name="questions")
    kind = models.CharField("题型", max_length=10, choices=QuestionKind.choices)
    text = models.CharField("题目", max_length=300)
    options = models.JSONField("选项")  # sentences
    right = models.JSONField("正确答案")  # places in `options`, from 0
    explanation = models.CharField("解析", max_length=WORDS_MOST, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text


class Revision(models.Model):
    """One wording of a class with its chapters and questions."""

    micro_class = models.ForeignKey(MicroClass, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveSmallIntegerField("版次")
    state = models.CharField("状态", max_length=10, choices=S.choices, default=S.DRAFT)
    # Every change writes the next number: who read an older one was too slow.
    edition = models.PositiveIntegerField(default=0)
    title = models.CharField("课程名称", max_length=TITLE_MOST)
    intro = models.CharField("简介", max_length=INTRO_MOST, blank=True)
    theme = models.CharField("主题", max_length=10, choices=Theme.choices)
    cover = models.ForeignKey(
        Piece, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Whoever passes gets a certificate of this course, which counts for conditions and duty.
    course = models.ForeignKey(
        "training.Course", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    draws = models.PositiveSmallIntegerField("每次抽几题", default=5)
    pass_percent = models.PositiveSmallIntegerField("合格线（%）", default=80)
    tries = models.PositiveSmallIntegerField("每天最多测几次", default=3)
    questions = models.ManyToManyField(Question, blank=True, related_name="revisions")
    correction = models.CharField("更正说明", max_length=WORDS_MOST, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    written_at = models.DateTimeField("最后修改")
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    remarks = models.CharField("审核意见", max_length=WORDS_MOST, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["micro_class", "number"], name="classes_revision_number_once"
            ),
            models.UniqueConstraint(
                fields=["micro_class"], condition=Q(state__in=OPEN),
                name="classes_one_open_revision",
            ),
            models.UniqueConstraint(
                fields=["micro_class"], condition=Q(state=S.PUBLISHED),
                name="classes_one_published_revision",
            ),
            models.CheckConstraint(
                name="classes_test_within_bounds",
                condition=Q(pass_percent__gte=1, pass_percent__lte=100)
                & Q(tries__gte=1, tries__lte=10, draws__gte=1, draws__lte=50),
            ),
            models.CheckConstraint(
                name="classes_published_after_a_second_look",
                condition=Q(state__in=OPEN, published_at=None)
                | (
                    Q(state__in=[S.PUBLISHED, S.FORMER], published_at__isnull=False)
                    & Q(reviewed_by__isnull=False, submitted_by__isnull=False)
                    & ~Q(reviewed_by=F("submitted_by"))
                    & ~Q(reviewed_by=F("written_by"))
                ),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    @property
    def tone(self) -> str:
        """Return how the state looks."""
        return TONES.get(S(self.state), "neutral")


class Page(models.Model):
    """What a chapter says in one revision."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="pages")
    chapter = models.ForeignKey(Chapter, on_delete=models.PROTECT, related_name="pages")
    position = models.PositiveSmallIntegerField("顺序")
    title = models.CharField("章节名称", max_length=TITLE_MOST)
    body = models.TextField("正文", blank=True)  # cleaned rich text
    minutes = models.PositiveSmallIntegerField("约几分钟")
    least_seconds = models.PositiveSmallIntegerField("至少学习（秒）")
    video = models.ForeignKey(
        Piece, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    pieces = models.ManyToManyField(Piece, blank=True, related_name="pages")

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "chapter"], name="classes_one_page_of_a_chapter"
            ),
            models.CheckConstraint(
                name="classes_least_time_within_the_minutes",
                condition=Q(minutes__gte=1, minutes__lte=120)
                & Q(least_seconds__lte=F("minutes") * 60),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Progress(models.Model):
    """How far somebody has come in a class."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    micro_class = models.ForeignKey(MicroClass, on_delete=models.PROTECT, related_name="progress")
    chapter = models.ForeignKey(Chapter, on_delete=models.PROTECT, related_name="+")  # the last one
    started_at = models.DateTimeField("开始学习")
    last_at = models.DateTimeField("最近学习")
    finished_at = models.DateTimeField("学完时间", null=True, blank=True)
    passed_at = models.DateTimeField("通过时间", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "micro_class"], name="classes_one_progress")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.micro_class_id}"


class Reading(models.Model):
    """For how long somebody had a chapter open, by the server's clock; one chapter at a time."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    chapter = models.ForeignKey(Chapter, on_delete=models.PROTECT, related_name="readings")
    opened_at = models.DateTimeField("第一次打开")
    beat_at = models.DateTimeField("最近一次")
    seconds = models.PositiveIntegerField("学习（秒）", default=0)
    position = models.PositiveSmallIntegerField("读到（%）", default=0)
    is_running = models.BooleanField(default=False)
    done_at = models.DateTimeField("学完时间", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "chapter"], name="classes_one_reading"),
            models.UniqueConstraint(
                fields=["user"], condition=Q(is_running=True), name="classes_one_chapter_at_a_time"
            ),
            models.CheckConstraint(
                name="classes_position_in_percent", condition=Q(position__lte=100)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.chapter_id}"


class Attempt(models.Model):
    """One try at the test of a class; its questions are drawn when it begins."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="attempts")
    micro_class = models.ForeignKey(MicroClass, on_delete=models.PROTECT, related_name="attempts")
    day = models.DateField("日期")
    number = models.PositiveSmallIntegerField("当天第几次")
    started_at = models.DateTimeField("开始时间")
    drawn = models.JSONField("题目")  # ids of questions, in order
    answers = models.JSONField("答案", null=True, blank=True)  # chosen places by question id
    percent = models.PositiveSmallIntegerField("得分（%）", null=True, blank=True)
    is_passed = models.BooleanField("合格", null=True, blank=True)
    finished_at = models.DateTimeField("交卷时间", null=True, blank=True)
    record = models.ForeignKey(
        "training.TrainingRecord", null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "micro_class", "day", "number"], name="classes_each_try_once"
            ),
            models.CheckConstraint(
                name="classes_handed_in_wholly",
                condition=Q(finished_at=None, percent=None, is_passed=None, answers=None)
                | Q(
                    finished_at__isnull=False, percent__gte=0, percent__lte=100,
                    is_passed__isnull=False, answers__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="classes_certificate_only_for_passing",
                condition=Q(record=None) | Q(is_passed=True),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.user_id} {self.micro_class_id} {self.number}"
