"""Articles of both sections, their versions and pictures, what was done, how often it was read."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.service.archives.states import Faces
from voluncity.voice.news.states import GONE, KINDS, TONES, ArticleKind, ArticleState, Section

S = ArticleState


class ArticleQuerySet(ScopedQuerySet):
    """An article belongs to an organization, or to the office of its region."""

    region_path = "region__path"


class Article(models.Model):
    """What is written for everybody. The fields are the working copy; readers see `public`."""

    # The browser's own mark: a form that is sent twice stays one article.
    handle = models.CharField(max_length=36, unique=True)
    section = models.CharField("栏目", max_length=8, choices=Section.choices)
    kind = models.CharField("类别", max_length=8, choices=ArticleKind.choices)
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+")
    organization = models.ForeignKey(
        "orgs.Organization", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    title = models.CharField("标题", max_length=60, blank=True)
    summary = models.CharField("摘要", max_length=120, blank=True)
    body = models.TextField("正文", blank=True)  # as `richtext.clean` returns it
    source = models.CharField("来源", max_length=30, blank=True)
    tags = models.CharField("标签", max_length=60, blank=True)
    correction = models.CharField("更正说明", max_length=200, blank=True)
    cover = models.ForeignKey(
        "Picture", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    video = models.ForeignKey(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    state = models.CharField("状态", max_length=10, choices=S.choices, default=S.DRAFT)
    # Every change writes the next number: who began from an older one is told who was faster.
    edition = models.PositiveIntegerField(default=1)
    written_at = models.DateTimeField("起草时间")
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    changed_at = models.DateTimeField("修改时间")
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    remark = models.CharField("意见或原因", max_length=300, blank=True)
    publish_at = models.DateTimeField("发布时间", null=True, blank=True)
    unpublish_at = models.DateTimeField("下线时间", null=True, blank=True)
    pinned_until = models.DateTimeField("置顶到", null=True, blank=True)
    public = models.ForeignKey(
        "Version", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField("首次发布时间", null=True, blank=True)
    ended_at = models.DateTimeField("下线时间", null=True, blank=True)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="news_kind_of_its_section",
                condition=Q(section=Section.NEWS, kind__in=KINDS[Section.NEWS])
                | Q(section=Section.SHOWCASE, kind__in=KINDS[Section.SHOWCASE]),
            ),
            models.CheckConstraint(
                name="news_published_has_a_version",
                condition=~Q(state=S.PUBLISHED) | Q(public__isnull=False),
            ),
            models.CheckConstraint(
                name="news_public_has_its_time",
                condition=Q(public=None) | Q(published_at__isnull=False),
            ),
            models.CheckConstraint(
                name="news_gone_is_gone",
                condition=(Q(state__in=GONE) & Q(public=None, ended_at__isnull=False))
                | (~Q(state__in=GONE) & Q(ended_at=None)),
            ),
            models.CheckConstraint(
                name="news_withdrawn_with_a_reason",
                condition=~Q(state=S.WITHDRAWN) | ~Q(remark=""),
            ),
            models.CheckConstraint(
                name="news_submitted_at_and_by_together",
                condition=Q(submitted_at=None, submitted_by=None)
                | Q(submitted_at__isnull=False, submitted_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["section", "-published_at"],
                condition=Q(public__isnull=False),
                name="news_newest_public",
            ),
            models.Index(fields=["state", "publish_at"], name="news_by_state"),
            models.Index(
                fields=["unpublish_at"],
                condition=Q(unpublish_at__isnull=False),
                name="news_to_expire",
            ),
            models.Index(fields=["section", "-changed_at"], name="news_newest_changed"),
        ]

    def __str__(self) -> str:
        return self.title or "未命名的稿件"

    @property
    def tone(self) -> str:
        """Return how the state looks."""
        return TONES.get(S(self.state), "neutral")

    @property
    def publisher(self) -> str:
        """Return in whose name it stands."""
        return self.organization.name if self.organization else f"{self.region.name}文明办"

    @property
    def tag_list(self) -> list[str]:
        """Return its tags."""
        return self.tags.split()


class Version(models.Model):
    """An article as it was handed in; never written over. The reviewer decides about this one."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField("第几版")
    kind = models.CharField("类别", max_length=8, choices=ArticleKind.choices)
    title = models.CharField("标题", max_length=60)
    summary = models.CharField("摘要", max_length=140)
    body = models.TextField("正文")
    words = models.TextField("纯文字")  # what the search looks through
    source = models.CharField("来源", max_length=30, blank=True)
    tags = models.CharField("标签", max_length=60, blank=True)
    correction = models.CharField("更正说明", max_length=200, blank=True)
    cover = models.ForeignKey(
        "Picture", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    video = models.ForeignKey(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField("提交时间")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    reviewed_at = models.DateTimeField("审核时间", null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField("发布时间", null=True, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                name="news_one_version_of_a_number", fields=["article", "number"]
            ),
            models.CheckConstraint(
                name="news_reviewed_at_and_by_together",
                condition=Q(reviewed_at=None, reviewed_by=None)
                | Q(reviewed_at__isnull=False, reviewed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="news_nobody_reviews_their_own",
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("made_by")),
            ),
            models.CheckConstraint(
                name="news_published_after_review",
                condition=Q(published_at=None) | Q(reviewed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} {self.number}"

    @property
    def tag_list(self) -> list[str]:
        """Return its tags."""
        return self.tags.split()


class PictureQuerySet(ScopedQuerySet):
    """A picture belongs to its article's organization or office."""

    organization_path = "article__organization__path"
    region_path = "article__region__path"


class Picture(models.Model):
    """A picture of an article, drawn anew in two sizes; seen by this slice's own rule."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="pictures")
    shown = models.OneToOneField("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    small = models.OneToOneField("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    alt = models.CharField("图片说明", max_length=100)
    faces = models.CharField("人物", max_length=8, choices=Faces.choices)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects = PictureQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="news_picture_has_words", condition=~Q(alt="")),
            models.CheckConstraint(
                name="news_picture_of_no_child", condition=~Q(faces=Faces.MINORS)
            ),
        ]

    def __str__(self) -> str:
        return self.alt


class Move(models.Model):
    """One thing that was done with an article, with its words."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="moves")
    verb = models.CharField(max_length=12)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    words = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.article_id} {self.verb}"


class ReadCount(models.Model):
    """How often an article was opened on a day; who opened it is kept nowhere."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="read_counts")
    on = models.DateField()
    reads = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="news_one_count_a_day", fields=["article", "on"])
        ]

    def __str__(self) -> str:
        return f"{self.article_id} {self.on} {self.reads}"
