"""Keys for programs, and answers kept so that a repeated request gets the same one."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class ApiToken(models.Model):
    """A scoped key for the API; only its digest is kept."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="api_tokens"
    )
    name = models.CharField("用途", max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=8)  # last characters, to tell keys apart
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField("创建时间")
    expires_at = models.DateTimeField("到期时间")
    used_at = models.DateTimeField("最近使用", null=True, blank=True)
    revoked_at = models.DateTimeField("停用时间", null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} …{self.hint}"


class KeptAnswer(models.Model):
    """The answer to one POST with an Idempotency-Key, replayed when the request comes again."""

    caller = models.CharField(max_length=64)  # "user:12" or a digest for anonymous callers
    key = models.CharField(max_length=80)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True, blank=True)  # NULL: still being answered
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["caller", "key"], name="tokens_one_answer_per_key")
        ]

    def __str__(self) -> str:
        return f"{self.caller} {self.key}"
