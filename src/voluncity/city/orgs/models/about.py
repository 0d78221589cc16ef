"""What an organization says and proves about itself."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.city.orgs.models.organizations import Organization


class Proof(models.Model):
    """What an organization of its kind must name: filing number, responsible person, host unit.

    The credit code stands on the organization itself, where it is unique.
    """

    organization = models.OneToOneField(
        Organization, on_delete=models.PROTECT, primary_key=True, related_name="proof"
    )
    filing_number = models.CharField("备案编号", max_length=40, blank=True)
    responsible_name = models.CharField("负责人", max_length=40, blank=True)
    host = models.ForeignKey(
        Organization,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="hosted",
        verbose_name="所在单位",
    )

    def __str__(self) -> str:
        return f"{self.organization_id}"


class Building(models.Model):
    """A building that a team looks after (seed OR: 54 squads over 258 buildings)."""

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="buildings"
    )
    name = models.CharField("楼宇", max_length=40)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="orgs_building_once_per_team", fields=["organization", "name"]
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BrandProjectQuerySet(ScopedQuerySet):
    """A brand project belongs to its organization."""


class BrandProject(models.Model):
    """What an organization is known for (seed PY: 30 brand projects)."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="brands")
    name = models.CharField("名称", max_length=40)
    what = models.CharField("做什么", max_length=300)
    since = models.PositiveSmallIntegerField("开始年份", null=True, blank=True)
    photo = models.ForeignKey(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    position = models.PositiveSmallIntegerField("顺序", default=0)
    added_at = models.DateTimeField("添加时间")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField("撤下时间", null=True, blank=True)

    objects = BrandProjectQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="orgs_brand_once_per_organization",
                fields=["organization", "name"],
                condition=models.Q(ended_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.name
