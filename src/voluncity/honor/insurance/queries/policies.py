"""Policies within reach, their counts, what ends soon."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet

from voluncity.city.access.scopes import Scope
from voluncity.city.orgs.models import Organization
from voluncity.city.policy import queries as numbers
from voluncity.honor.insurance.models import Claim, Enrollment, Insured, Policy, RiskyCategory
from voluncity.honor.insurance.queries.activities import coming_risky, prefixes
from voluncity.honor.insurance.states import OPEN_CLAIMS, PolicyState


def policies(scope: Scope) -> QuerySet[Policy]:
    """Return the policies that somebody may read: of their area, and those that cover it.

    What the city has insured covers every county and every organization below it.
    """
    regions = [*scope.regions]
    homes = Organization.objects.filter(path__in=scope.organizations)
    for region_path, _ in homes.values_list("region__path", "pk"):
        regions.append(region_path)
    above = {path for region in regions for path in prefixes(region)}
    owners = {path for org in scope.organizations for path in prefixes(org)}
    covering = Q(organization=None, region__path__in=above) | Q(organization__path__in=owners)
    near = Policy.objects.in_scope(scope).values("pk")
    found = Policy.objects.filter(Q(pk__in=near) | covering)
    return found.select_related("organization", "region").order_by("-until_on", "-pk")


def counts_of(found: Iterable[Policy]) -> dict[int, int]:
    """Return policy → how many people stand on its lists, by one question."""
    rows = Insured.objects.counted().filter(policy__in=[one.pk for one in found])
    return dict(rows.values_list("policy").annotate(number=Count("volunteer", distinct=True)))


def enrollments(scope: Scope) -> QuerySet[Enrollment]:
    """Return the yearly lists within reach, the newest first."""
    found = Enrollment.objects.in_scope(scope).select_related("policy", "region", "started_by")
    return found.order_by("-started_at", "-pk")


def ending_soon(*, on: date) -> QuerySet[Policy]:
    """Return the active policies that end soon and of which nobody was told yet."""
    days = numbers.number("insurance.remind_days", on=on)
    found = Policy.objects.filter(
        state=PolicyState.ACTIVE, until_on__lte=on + timedelta(days=days), until_on__gte=on,
        reminded_on=None,
    )  # fmt: skip
    return found.order_by("until_on", "pk")


def figures(scope: Scope, *, at: datetime) -> dict[str, int]:
    """Return what waits: dangerous activities without cover, and claims that are open."""
    return {
        "uncovered": coming_risky(scope, at=at).filter(cover=None).count(),
        "claims": Claim.objects.in_scope(scope).filter(state__in=OPEN_CLAIMS).count(),
    }


def risky_categories() -> QuerySet[RiskyCategory]:
    """Return the categories that are dangerous now."""
    found = RiskyCategory.objects.filter(ended_at=None)
    return found.select_related("category", "set_by").order_by("category__name")
