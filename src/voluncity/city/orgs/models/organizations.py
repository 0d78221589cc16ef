"""Organizations in one tree: offices, lead units, federations, units, teams, communities."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.city.orgs.states import Kind, OrgState


class OrganizationQuerySet(ScopedQuerySet):
    """An organization's own path decides who reaches it."""

    organization_path = "path"
    region_path = "region__path"


class Organization(models.Model):
    """One organization; `path` lists the ids from the root down ("/1/27/")."""

    kind = models.CharField("类型", max_length=12, choices=Kind.choices)
    key = models.SlugField(max_length=40, null=True, blank=True, unique=True)
    name = models.CharField("名称", max_length=60)
    code = models.CharField("统一社会信用代码", max_length=18, blank=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    path = models.CharField(max_length=200, db_index=True, blank=True)
    region = models.ForeignKey(
        "regions.Region", on_delete=models.PROTECT, related_name="organizations"
    )
    intro = models.TextField("简介", max_length=1000, blank=True)
    address = models.CharField("地址", max_length=120, blank=True)
    contact_name = models.CharField("联系人", max_length=40, blank=True)
    contact_phone_cipher = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=OrgState.choices, default=OrgState.APPLIED)
    state_reason = models.CharField("说明", max_length=300, blank=True)
    applied_at = models.DateTimeField("申请时间")
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # The newest certified rating, kept by honor/ratings; 0 where there is none.
    stars = models.PositiveSmallIntegerField("星级", default=0, db_default=0)
    stars_year = models.PositiveSmallIntegerField("星级年度", null=True, blank=True)
    decided_at = models.DateTimeField("审核时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="orgs_code_once",
                fields=["code"],
                condition=~Q(code="") & ~Q(state__in=[OrgState.REFUSED, OrgState.DISSOLVED]),
            ),
            models.UniqueConstraint(
                name="orgs_name_once_per_region",
                fields=["region", "name"],
                condition=~Q(state__in=[OrgState.REFUSED, OrgState.DISSOLVED]),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        """Return how files name this organization as what they belong to."""
        return f"organization:{self.pk}"
