"""Photos and videos of an activity, and requests of those whom a photo shows."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.service.archives.models.archives import Archive
from voluncity.service.archives.states import Faces, RequestState, VideoKind


class PhotoQuerySet(ScopedQuerySet):
    """A photo belongs to the organization of its activity."""

    organization_path = "archive__activity__project__organization__path"
    region_path = "archive__activity__project__organization__region__path"

    def showable(self) -> Self:
        """Return those that the public may see once their archive is public."""
        return self.filter(hidden_at=None).exclude(faces=Faces.MINORS)


class Photo(models.Model):
    """One photo: the original as it was handed in (private, with its EXIF), and what is shown.

    `shown` and `small` are drawn anew without EXIF and place; both are served by this slice's own
    rule and never as public files, so that a hidden photo is gone at once.
    """

    archive = models.ForeignKey(
        Archive, on_delete=models.PROTECT, related_name="photos", db_index=False
    )
    original = models.OneToOneField(
        "files.StoredFile", on_delete=models.PROTECT, related_name="archive_original"
    )
    shown = models.OneToOneField("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    small = models.OneToOneField("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)  # of the original: the same photo comes once
    caption = models.CharField("说明", max_length=60, blank=True)
    faces = models.CharField("人物", max_length=8, choices=Faces.choices)
    consent_note = models.CharField("同意情况", max_length=100, blank=True)
    position = models.PositiveSmallIntegerField("顺序")
    is_cover = models.BooleanField("封面", default=False)
    hidden_at = models.DateTimeField("下架时间", null=True, blank=True)
    hidden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    hidden_reason = models.CharField("下架原因", max_length=200, blank=True)

    objects = PhotoQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["archive", "digest"], name="archives_photo_once"),
            models.UniqueConstraint(
                fields=["archive"], condition=Q(is_cover=True), name="archives_one_cover"
            ),
            models.CheckConstraint(
                name="archives_a_cover_may_be_seen",
                condition=Q(is_cover=False) | (Q(hidden_at=None) & ~Q(faces=Faces.MINORS)),
            ),
            models.CheckConstraint(
                name="archives_hidden_by_somebody_with_a_reason",
                condition=Q(hidden_at=None, hidden_by=None, hidden_reason="")
                | (Q(hidden_at__isnull=False, hidden_by__isnull=False) & ~Q(hidden_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.archive_id} {self.position}"

    @property
    def is_showable(self) -> bool:
        """Return whether the public may see it once its archive is public."""
        return self.hidden_at is None and self.faces != Faces.MINORS


class VideoQuerySet(ScopedQuerySet):
    """A video belongs to the organization of its activity."""

    organization_path = "archive__activity__project__organization__path"
    region_path = "archive__activity__project__organization__region__path"


class Video(models.Model):
    """A video elsewhere, named by its https address, or a private file."""

    archive = models.ForeignKey(Archive, on_delete=models.PROTECT, related_name="videos")
    title = models.CharField("标题", max_length=40)
    kind = models.CharField(max_length=4, choices=VideoKind.choices)
    address = models.CharField("链接", max_length=500, blank=True)
    file = models.OneToOneField(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = VideoQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="archives_video_is_a_link_or_a_file",
                condition=(Q(kind=VideoKind.LINK, file=None) & Q(address__startswith="https://"))
                | Q(kind=VideoKind.FILE, file__isnull=False, address=""),
            )
        ]

    def __str__(self) -> str:
        return self.title


class HideRequestQuerySet(ScopedQuerySet):
    """A request goes to the organization of the photo's activity."""

    organization_path = "photo__archive__activity__project__organization__path"
    region_path = "photo__archive__activity__project__organization__region__path"


class HideRequest(models.Model):
    """Somebody whom a photo shows asks to hide it (个人信息保护法第四十四、四十七条)."""

    photo = models.ForeignKey(
        Photo, on_delete=models.PROTECT, related_name="hide_requests", db_index=False
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    words = models.CharField("说明", max_length=200)
    asked_at = models.DateTimeField("提出时间")
    due_on = models.DateField("应答复日期")
    state = models.CharField(max_length=8, choices=RequestState.choices, default=RequestState.OPEN)
    answer = models.CharField("答复", max_length=200, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = HideRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["photo", "asked_by"],
                condition=Q(state=RequestState.OPEN),
                name="archives_one_open_request",
            ),
            models.CheckConstraint(
                name="archives_answered_wholly_or_not_at_all",
                condition=Q(state=RequestState.OPEN, answered_at=None, answered_by=None, answer="")
                | (
                    ~Q(state=RequestState.OPEN)
                    & ~Q(answer="")
                    & Q(answered_at__isnull=False, answered_by__isnull=False)
                ),
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="archives_requests_due")]

    def __str__(self) -> str:
        return f"{self.photo_id} {self.state}"
