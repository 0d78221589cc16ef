"""The summary of a project: what was done, with numbers that do not move any more."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.service.progress.states import SummaryState


class SummaryQuerySet(ScopedQuerySet):
    """A summary belongs to its project's organization."""

    organization_path = "project__organization__path"
    region_path = "project__organization__region__path"


class Summary(models.Model):
    """What a project did and taught; `figures` are frozen when it is handed in.

    `edition` names the records of that moment (`queries.edition_of`): whoever counts the same
    records gets the same word.
    """

    project = models.OneToOneField(
        "projects.Project", on_delete=models.PROTECT, related_name="written_summary"
    )
    done = models.TextField("做了什么", max_length=2000, blank=True)
    effect = models.TextField("服务成效", max_length=1500, blank=True)
    problems = models.TextField("存在问题", max_length=1500, blank=True)
    experience = models.TextField("经验做法", max_length=2000, blank=True)
    state = models.CharField(
        max_length=10, choices=SummaryState.choices, default=SummaryState.DRAFT
    )
    figures = models.JSONField("数字", null=True, blank=True)
    edition = models.CharField("记录版次", max_length=40, blank=True)
    remarks = models.CharField("审核意见", max_length=300, blank=True)
    written_at = models.DateTimeField("写作时间")
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = SummaryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="progress_summary_handed_in_is_frozen",
                condition=~Q(state__in=[SummaryState.SUBMITTED, SummaryState.ACCEPTED])
                | (
                    Q(submitted_at__isnull=False, submitted_by__isnull=False, figures__isnull=False)
                    & ~Q(edition="")
                ),
            ),
            models.CheckConstraint(
                name="progress_summary_whole_when_handed_in",
                condition=~Q(state__in=[SummaryState.SUBMITTED, SummaryState.ACCEPTED])
                | ~(Q(done="") | Q(effect="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.state}"


class SummaryPhoto(models.Model):
    """A picture of a summary, out of the project's archives."""

    summary = models.ForeignKey(Summary, on_delete=models.CASCADE, related_name="pictures")
    photo = models.ForeignKey("archives.Photo", on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="progress_photo_once", fields=["summary", "photo"])
        ]

    def __str__(self) -> str:
        return f"{self.summary_id} {self.photo_id}"


class SummaryFile(models.Model):
    """A paper that belongs to a summary: as PDF or as a photo of it."""

    summary = models.ForeignKey(Summary, on_delete=models.CASCADE, related_name="papers")
    file = models.OneToOneField("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    caption = models.CharField("说明", max_length=60)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.summary_id} {self.file_id}"


class SummaryMove(models.Model):
    """One thing that happened to a summary, with the words that were said."""

    summary = models.ForeignKey(Summary, on_delete=models.CASCADE, related_name="moves")
    verb = models.CharField(max_length=10)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    words = models.CharField("意见", max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.summary_id} {self.verb}"
