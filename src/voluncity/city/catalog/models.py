"""Reference words of the city: skills and kinds of service, loaded from data files."""

from __future__ import annotations

from django.db import models


class Skill(models.Model):
    """Something that a volunteer can do."""

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField("名称", max_length=40)
    group = models.CharField("类别", max_length=40)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class Category(models.Model):
    """A kind of service, by which people find something to do."""

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField("名称", max_length=40)
    icon = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name
