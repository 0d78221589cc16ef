"""What others can learn from a finished project (seed T18, 经验推广)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.service.progress.states import ArticleState
from voluncity.service.projects.models import Leading

S = ArticleState


class ArticleQuerySet(ScopedQuerySet):
    """An article belongs to its project's organization."""

    organization_path = "project__organization__path"
    region_path = "project__organization__region__path"

    def led(self, lead_units: tuple[int, ...]) -> Q:
        """Return what was handed in about projects in the lines of these units."""
        return Q(project__line__in=Leading.objects.lines_of(lead_units)) & ~Q(state=S.DRAFT)


class Article(models.Model):
    """One text about a closed project: plain paragraphs, no markup. Readers see `published`."""

    project = models.ForeignKey(
        "projects.Project", on_delete=models.PROTECT, related_name="articles"
    )
    title = models.CharField("标题", max_length=60)
    body = models.TextField("正文", max_length=8000)
    state = models.CharField(max_length=10, choices=S.choices, default=S.DRAFT)
    reason = models.CharField("意见或原因", max_length=300, blank=True)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    published = models.ForeignKey(
        "ArticleVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField("首次发布时间", null=True, blank=True)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                name="progress_one_article_a_project",
                fields=["project"],
                condition=~Q(state=S.WITHDRAWN),
            ),
            models.CheckConstraint(
                name="progress_published_has_a_version",
                condition=~Q(state=S.PUBLISHED)
                | Q(published__isnull=False, published_at__isnull=False),
            ),
            models.CheckConstraint(
                name="progress_withdrawn_with_reason",
                condition=~Q(state=S.WITHDRAWN) | (~Q(reason="") & Q(published=None)),
            ),
        ]
        indexes = [models.Index(fields=["-published_at"], name="progress_newest_articles")]

    def __str__(self) -> str:
        return self.title


class ArticleVersion(models.Model):
    """An article as it was handed in; never written over."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField("第几版")
    title = models.CharField("标题", max_length=60)
    body = models.TextField("正文", max_length=8000)
    made_at = models.DateTimeField("提交时间")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                name="progress_one_version_of_a_number", fields=["article", "number"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.article_id} {self.number}"


class ArticlePhoto(models.Model):
    """A picture below an article, out of the project's archives.

    Whether it may be seen is decided there, by who looks after the faces in it.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="pictures")
    photo = models.ForeignKey("archives.Photo", on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="progress_picture_once", fields=["article", "photo"])
        ]

    def __str__(self) -> str:
        return f"{self.article_id} {self.photo_id}"
