"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class CommentsConfig(AppConfig):
    """Comments below articles, stories and classes, moderated."""

    name = "voluncity.voice.comments"
    label = "comments"
    verbose_name = "评论"
