"""How far a permission reaches, and how a table is narrowed to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from django.db import models
from django.db.models import Q


@dataclass(frozen=True)
class Scope:
    """Tree paths of the regions and organizations within which somebody may do something.

    An empty path would reach everything, because a subtree is a prefix: it reaches nothing.
    `leading` holds the ids of lead units for what they may read and supervise: they also reach
    what other organizations do in the lines of work that they lead (seed T18, 项目运行).
    """

    regions: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    leading: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "regions", tuple(filter(None, self.regions)))
        object.__setattr__(self, "organizations", tuple(filter(None, self.organizations)))

    @property
    def is_empty(self) -> bool:
        """Return whether nothing at all is within reach."""
        return not (self.regions or self.organizations)


class ScopedQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """A table whose rows lie in a region and, mostly, belong to an organization.

    A model names where its tree paths are found: `organization_path`, `region_path` (empty
    where it has none). What comes from one region to an office of another, as an application
    does to a fund, lies in both: `office_path`.
    """

    organization_path = "organization__path"
    region_path = "organization__region__path"
    office_path = ""

    def in_scope(self, scope: Scope) -> Self:
        """Keep the rows within reach; an empty scope keeps none."""
        reach = self.led(scope.leading) if scope.leading else Q(pk__in=[])
        if self.organization_path:
            for path in scope.organizations:
                reach |= Q(**{f"{self.organization_path}__startswith": path})
        for where in filter(None, (self.region_path, self.office_path)):
            for path in scope.regions:
                reach |= Q(**{f"{where}__startswith": path})
        return self.filter(reach)

    def led(self, lead_units: tuple[int, ...]) -> Q:
        """Return what lies in the lines of work of lead units; in most tables nothing does."""
        return Q(pk__in=[])
