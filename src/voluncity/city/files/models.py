"""Files that people uploaded: checked, re-encoded, served by permission."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from voluncity.city.access.permissions import Permission
from voluncity.city.access.scopes import ScopedQuerySet


class FileKind(models.TextChoices):
    """What a file is."""

    IMAGE = "image", "图片"
    DOCUMENT = "document", "文件"


class FileQuerySet(ScopedQuerySet):
    """A file is within reach through the organization that it belongs to."""


class StoredFile(models.Model):
    """One stored file under a random name; `subject` says what it belongs to ("org:12").

    Everybody sees a public file. Any other is seen by who uploaded it, and by those who hold
    `seen_with` over its organization.
    """

    key = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=10, choices=FileKind.choices)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField("字节数")
    sha256 = models.CharField(max_length=64)
    original_name = models.CharField("原文件名", max_length=120)
    subject = models.CharField(max_length=40, db_index=True)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    is_public = models.BooleanField(default=False)
    organization = models.ForeignKey(
        "orgs.Organization", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    seen_with = models.CharField(max_length=40, choices=Permission.choices, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField("上传时间")

    objects = FileQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="files_image_has_width_and_height",
                condition=Q(kind=FileKind.DOCUMENT, width=None, height=None)
                | Q(kind=FileKind.IMAGE, width__gt=0, height__gt=0),
            ),
            models.CheckConstraint(
                name="files_permission_needs_an_organization",
                condition=Q(seen_with="") | Q(organization__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.original_name
