"""Who may: a role given to a person for a region or an organization; and known browsers."""

from __future__ import annotations

from importlib import import_module
from typing import Self, cast

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q

from voluncity.city.access.permissions import ADMIN_ROLES, Role
from voluncity.city.access.scopes import Scope, ScopedQuerySet


class GrantQuerySet(ScopedQuerySet):
    """A role lies where its region is, or where its organization's region is."""

    def in_scope(self, scope: Scope) -> Self:
        """Keep the roles given within the regions of a scope."""
        reach = Q(pk__in=[])
        for path in scope.regions:
            reach |= Q(region__path__startswith=path)
            reach |= Q(organization__region__path__startswith=path)
        return self.filter(reach)


class Grant(models.Model):
    """One role for one person within one scope; taken back by a date, never deleted."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="grants"
    )
    role = models.CharField("角色", max_length=20, choices=Role.choices)
    region = models.ForeignKey(
        "regions.Region", null=True, blank=True, on_delete=models.PROTECT, related_name="grants"
    )
    organization = models.ForeignKey(
        "orgs.Organization", null=True, blank=True, on_delete=models.PROTECT, related_name="grants"
    )
    given_at = models.DateTimeField("授予时间")
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    revoked_at = models.DateTimeField("收回时间", null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = GrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="access_scope_is_region_or_organization",
                condition=Q(region=None, organization__isnull=False)
                | Q(region__isnull=False, organization=None),
            ),
            models.CheckConstraint(
                name="access_revoked_at_and_by_together",
                condition=Q(revoked_at=None, revoked_by=None)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
            ),
            # One for each kind of scope: SQLite takes two NULLs for different.
            models.UniqueConstraint(
                name="access_one_live_grant_per_region",
                fields=["user", "role", "region"],
                condition=Q(revoked_at=None, organization=None),
            ),
            models.UniqueConstraint(
                name="access_one_live_grant_per_organization",
                fields=["user", "role", "organization"],
                condition=Q(revoked_at=None, region=None),
            ),
            # GB/T 22239-2019: system, security and audit administration are never joined.
            models.UniqueConstraint(
                name="access_one_admin_role_per_person",
                fields=["user"],
                condition=Q(revoked_at=None, role__in=ADMIN_ROLES),
            ),
        ]
        indexes = [
            models.Index(fields=["user"], condition=Q(revoked_at=None), name="access_live_grants")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"


class Session(AbstractBaseSession):
    """A browser that is known; whose it is stands beside it, so that one look finds both."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="sessions",
    )
    # For its owner's list of devices; empty for sessions that are older than the list.
    began_at = models.DateTimeField("登录时间", null=True, blank=True)
    seen_at = models.DateTimeField("最近使用", null=True, blank=True)  # to some minutes
    device = models.CharField("设备", max_length=40, blank=True, default="")

    class Meta(AbstractBaseSession.Meta):
        verbose_name = "会话"
        verbose_name_plural = "会话"

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        """Return the engine that the settings name (asked for by Django)."""
        engine = import_module(settings.SESSION_ENGINE)
        return cast(type[SessionBase], engine.SessionStore)
