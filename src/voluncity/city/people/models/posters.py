"""Posters and links by which people register; they keep who brought them."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from voluncity.city.access.scopes import Scope, ScopedQuerySet
from voluncity.city.people.states import Channel

# Codes are read aloud and typed: nothing in them looks like something else.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
CODE_LENGTH = 6
TITLE_LENGTH = 20


class PosterQuerySet(ScopedQuerySet):
    """A poster lies where its organization lies, or in the region for which it recruits."""

    def in_scope(self, scope: Scope) -> Self:
        """Keep the posters of organizations and regions within reach."""
        reach = Q(pk__in=[])
        for path in scope.organizations:
            reach |= Q(organization__path__startswith=path)
        for path in scope.regions:
            reach |= Q(organization__region__path__startswith=path)
            reach |= Q(region__path__startswith=path)
        return self.filter(reach)


class Poster(models.Model):
    """A QR code on a wall: people register by it, for one organization or for a region."""

    code = models.CharField(max_length=CODE_LENGTH, unique=True)
    title = models.CharField("标题", max_length=TITLE_LENGTH)
    channel = models.CharField("招募渠道", max_length=12, choices=Channel.choices)
    organization = models.ForeignKey(
        "orgs.Organization",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="posters",
    )
    region = models.ForeignKey(
        "regions.Region", null=True, blank=True, on_delete=models.PROTECT, related_name="posters"
    )
    made_at = models.DateTimeField("制作时间")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField("停用时间", null=True, blank=True)

    objects = PosterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="people_poster_for_organization_or_region",
                condition=Q(organization=None, region__isnull=False)
                | Q(organization__isnull=False, region=None),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def recruiter(self) -> str:
        """Return for whom people are recruited."""
        return str(self.organization or self.region)
