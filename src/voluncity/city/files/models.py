"""Files that people uploaded: checked, re-encoded, served by permission."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class StoredFile(models.Model):
    """One stored file under a random name; `subject` says what it belongs to ("org:12")."""

    key = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=10, choices=[("image", "图片"), ("document", "文件")])
    content_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField("字节数")
    sha256 = models.CharField(max_length=64)
    original_name = models.CharField("原文件名", max_length=120)
    subject = models.CharField(max_length=40, db_index=True)
    is_public = models.BooleanField(default=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField("上传时间")

    def __str__(self) -> str:
        return self.original_name
