"""Where organizations stood before, and what became of those that were merged."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.city.orgs.models.organizations import Organization


class OrgChangeQuerySet(ScopedQuerySet):
    """A change belongs to its organization."""


class OrgChange(models.Model):
    """A place in the tree that an organization had: from one day to before another.

    Written for the whole subtree when it moves, so that the figures of past days stay where they
    were. The place that an organization has now stands in its own row.
    """

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="past_places"
    )
    parent = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    path = models.CharField(max_length=200)
    since = models.DateField("起")
    until = models.DateField("止")  # the first day on which it stood elsewhere
    moved_at = models.DateTimeField("变更时间")
    moved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField("原因", max_length=300, blank=True)

    objects = OrgChangeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="orgs_place_ends_after_it_began", condition=Q(until__gte=F("since"))
            ),
        ]
        indexes = [models.Index(fields=["until", "since"], name="orgs_places_by_time")]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.path} {self.since} {self.until}"


class Merger(models.Model):
    """One organization became part of another; its row stays for what it did."""

    organization = models.OneToOneField(
        Organization, on_delete=models.PROTECT, primary_key=True, related_name="merger"
    )
    into = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="taken_in")
    merged_at = models.DateTimeField("并入时间")
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="orgs_never_merged_into_itself", condition=~Q(organization=F("into"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.into_id}"
