"""Whom or what a story of the showcase is about; its life is that of its article."""

from __future__ import annotations

from django.db import models


class StoryKind(models.TextChoices):
    """What a story is about (seed OR, 志愿风采)."""

    PERSON = "person", "人物"
    TEAM = "team", "团队"
    BRAND = "brand", "品牌项目"
    GALLERY = "gallery", "图集"


PHOTOS_MOST = 40
