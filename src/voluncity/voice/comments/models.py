"""Comments with their likes and reports, topics, the list of words, and bans."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.voice.comments.states import TONES, Cause, CommentState, Reason, Theme, WordKind

TEXT_MOST, TITLE_MOST, OPENING_MOST, WORDS_MOST = 500, 40, 2000, 200
S = CommentState


class CommentQuerySet(ScopedQuerySet):
    """A comment lies where its subject does."""

    organization_path = "organization__path"
    region_path = "region_path"


class Topic(models.Model):
    """A conversation that a volunteer opens; what it begins with is its opening comment."""

    theme = models.CharField("主题", max_length=12, choices=Theme.choices)
    title = models.CharField("标题", max_length=TITLE_MOST)
    # Of the newest comment that was ever shown: by it the board is sorted.
    moved_at = models.DateTimeField("最近回复")
    accepted = models.ForeignKey(
        "comments.Comment", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField("关闭时间", null=True, blank=True)
    pinned_at = models.DateTimeField("置顶时间", null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["-moved_at"], name="comments_topics_by_move")]

    def __str__(self) -> str:
        return self.title


class Comment(models.Model):
    """What one person says below something; `answers` names the comment that it answers."""

    kind = models.SlugField("对象类别", max_length=24)
    subject_id = models.PositiveBigIntegerField("对象编号")
    subject_title = models.CharField("对象", max_length=100)
    subject_url = models.CharField(max_length=200)
    region_path = models.CharField(max_length=80)
    organization = models.ForeignKey(
        "orgs.Organization", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    opens = models.OneToOneField(
        Topic, null=True, blank=True, on_delete=models.PROTECT, related_name="opening"
    )
    answers = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="answered_by"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="comments"
    )
    # As it was chosen at the time; the real name is only in the register of volunteers.
    shown_name = models.CharField("署名", max_length=60)
    is_official = models.BooleanField("工作人员答复", default=False)
    # The browser's own mark: a form that is sent twice stays one comment.
    handle = models.CharField(max_length=36)
    text = models.TextField("内容", max_length=OPENING_MOST, blank=True)
    said_at = models.DateTimeField("发表时间")
    edited_at = models.DateTimeField("修改时间", null=True, blank=True)
    state = models.CharField("状态", max_length=8, choices=S.choices)
    # Every change writes the next number: who read an older one was too slow.
    version = models.PositiveIntegerField(default=0)
    cause = models.CharField("待审原因", max_length=8, choices=Cause.choices, blank=True)
    found_words = models.CharField("待审词语", max_length=WORDS_MOST, blank=True)
    likes = models.PositiveIntegerField("赞", default=0)
    open_reports = models.PositiveSmallIntegerField("待核实的举报", default=0)
    decided_at = models.DateTimeField("审核时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField("原因", max_length=10, choices=Reason.choices, blank=True)
    reason_words = models.CharField("说明", max_length=WORDS_MOST, blank=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["author", "handle"], name="comments_one_form_one_comment"
            ),
            models.CheckConstraint(
                name="comments_words_until_deleted", condition=~Q(text="") | Q(state=S.DELETED)
            ),
            models.CheckConstraint(
                name="comments_decided_at_and_by_together",
                condition=Q(decided_at=None, decided_by=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="comments_nobody_decides_their_own",
                condition=Q(decided_by=None) | ~Q(decided_by=F("author")),
            ),
            models.CheckConstraint(
                name="comments_refused_or_hidden_with_a_reason",
                condition=~Q(state__in=[S.REFUSED, S.HIDDEN])
                | (~Q(reason="") & Q(decided_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="comments_waits_for_a_cause",
                condition=~Q(state__in=[S.WAITING, S.HELD]) | ~Q(cause=""),
            ),
            models.CheckConstraint(
                name="comments_an_opening_answers_nothing",
                condition=Q(opens=None) | Q(answers=None),
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "subject_id", "state"], name="comments_by_subject"),
            models.Index(
                fields=["said_at"], condition=Q(state__in=[S.WAITING, S.HELD]),
                name="comments_to_look_at",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind}:{self.subject_id} {self.pk}"

    @property
    def tone(self) -> str:
        """Return how the state looks."""
        return TONES.get(S(self.state), "neutral")


class Former(models.Model):
    """What a comment said before it was changed; moderators see it."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="formers")
    text = models.TextField(max_length=OPENING_MOST)
    until = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.comment_id} {self.until}"


class Like(models.Model):
    """Somebody finds a comment good."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="liked_by")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["comment", "by"], name="comments_one_like_each")
        ]

    def __str__(self) -> str:
        return f"{self.comment_id} {self.by_id}"


class Report(models.Model):
    """Somebody finds a comment wrong."""

    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="reports")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField("问题", max_length=10, choices=Reason.choices)
    words = models.CharField("说明", max_length=WORDS_MOST, blank=True)
    made_at = models.DateTimeField("举报时间")
    settled_at = models.DateTimeField("处理时间", null=True, blank=True)
    is_right = models.BooleanField("属实", null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["comment", "by"], condition=Q(settled_at=None),
                name="comments_one_open_report_each",
            ),
            models.CheckConstraint(
                name="comments_report_settled_wholly",
                condition=Q(settled_at=None, is_right=None)
                | Q(settled_at__isnull=False, is_right__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.comment_id} {self.reason}"


class Word(models.Model):
    """A word of the list, and what follows when it is found; ended rather than deleted."""

    text = models.CharField("词语", max_length=30)
    plain = models.CharField(max_length=60)  # as texts are compared (`rules.wording`)
    kind = models.CharField("处理", max_length=6, choices=WordKind.choices)
    added_at = models.DateTimeField("添加时间", null=True, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField("停用时间", null=True, blank=True)

    class Meta:
        ordering = ["kind", "plain", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plain"], condition=Q(ended_at=None), name="comments_one_live_word"
            )
        ]

    def __str__(self) -> str:
        return self.text


class BanQuerySet(ScopedQuerySet):
    """A ban is reached where the comment for which it was given lies."""

    organization_path = "comment__organization__path"
    region_path = "comment__region_path"


class Ban(models.Model):
    """Somebody may not comment until an instant; another moderator hears the appeal."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="bans")
    reason = models.CharField("原因", max_length=10, choices=Reason.choices)
    words = models.CharField("说明", max_length=WORDS_MOST)
    from_at = models.DateTimeField("开始")
    until_at = models.DateTimeField("结束")
    banned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    # Lifted, or over and followed by another one.
    ended_at = models.DateTimeField("解除时间", null=True, blank=True)
    appeal = models.CharField("申诉", max_length=WORDS_MOST, blank=True)
    appealed_at = models.DateTimeField("申诉时间", null=True, blank=True)
    answer = models.CharField("申诉答复", max_length=WORDS_MOST, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_lifted = models.BooleanField("同意解除", null=True, blank=True)

    objects = BanQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(ended_at=None), name="comments_one_live_ban"
            ),
            models.CheckConstraint(
                name="comments_ban_lasts", condition=Q(until_at__gt=F("from_at"))
            ),
            models.CheckConstraint(
                name="comments_nobody_bans_themself", condition=~Q(user=F("banned_by"))
            ),
            models.CheckConstraint(
                name="comments_appeal_answered_by_another",
                condition=Q(answered_at=None, answered_by=None, is_lifted=None, answer="")
                | (
                    Q(answered_at__isnull=False, answered_by__isnull=False)
                    & Q(is_lifted__isnull=False, appealed_at__isnull=False)
                    & ~Q(answered_by=F("banned_by"))
                    & ~Q(answered_by=F("user"))
                    & ~Q(answer="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.until_at}"
