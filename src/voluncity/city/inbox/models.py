"""Tell a person: messages inside the platform, and text messages to a phone."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Message(models.Model):
    """One message to one person who can sign in."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="inbox_messages"
    )
    key = models.CharField(max_length=80, unique=True)  # one event tells a person once
    title = models.CharField("标题", max_length=80)
    body = models.TextField("内容", max_length=500)
    url = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField("时间")
    read_at = models.DateTimeField("已读时间", null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["user", "-sent_at"], name="inbox_newest"),
            models.Index(
                fields=["user"], condition=models.Q(read_at=None), name="inbox_unread_by_user"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class TextMessage(models.Model):
    """One SMS on its way; number and words are sealed, and wiped once it was sent for real."""

    PERSONAL = ("phone_cipher", "text_cipher")

    key = models.CharField(max_length=80, unique=True)
    phone_cipher = models.CharField(max_length=200, blank=True)
    text_cipher = models.TextField(blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["created_at"], condition=models.Q(sent_at=None), name="inbox_texts_due"
            ),
        ]

    def __str__(self) -> str:
        return self.key
