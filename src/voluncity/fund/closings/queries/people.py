"""Who is of the organization, and who may judge or visit because they are not."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from voluncity.city.access.models import Grant
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import people_with
from voluncity.city.orgs.models import Membership
from voluncity.city.people.models import User
from voluncity.fund.grants import queries as grants
from voluncity.fund.grants.models import Funding
from voluncity.fund.reports.models import Report

P = Permission


def involved(funding: Funding) -> set[int]:
    """Return the accounts that are close to whoever is funded.

    Its members, whoever has a role in it, above or below it, and whoever handed in for it.
    """
    found = set(grants.staff_of(funding))
    found |= _ids(Report.objects.filter(funding=funding).values_list("submitted_by", flat=True))
    organization = funding.organization
    if organization is None:
        return found
    above = [
        organization.path[: place + 1]
        for place, letter in enumerate(organization.path)
        if letter == "/"
    ]
    near = Q(organization__path__startswith=organization.path) | Q(organization__path__in=above)
    found |= _ids(Grant.objects.filter(near, revoked_at=None).values_list("user", flat=True))
    members = Membership.objects.filter(organization=organization, left_at=None)
    return found | _ids(members.values_list("volunteer__user", flat=True))


def _ids(found: Iterable[int | None]) -> set[int]:
    return {pk for pk in found if pk is not None}


def may_score(funding: Funding) -> QuerySet[User]:
    """Return who may be asked to evaluate: the office and experts without ties."""
    return _without_ties(funding, (P.FUNDING_EDIT, P.APPLICATION_JUDGE))


def may_visit(funding: Funding) -> QuerySet[User]:
    """Return who may be sent to visit: the office, experts, supervisors without ties."""
    return _without_ties(funding, (P.FUNDING_EDIT, P.APPLICATION_JUDGE, P.FUND_SEE))


def _without_ties(funding: Funding, permissions: tuple[Permission, ...]) -> QuerySet[User]:
    path = funding.fund.region.path
    ids: set[int] = set()
    for permission in permissions:
        holders = people_with(permission, organization_path="", region_path=path)
        ids |= {grant.user_id for grant in holders}
    return User.objects.filter(pk__in=ids - involved(funding)).order_by("pk")


def leaves(funding: Funding) -> list[int]:
    """Return who hears of what concerns the organization; of a county's support the office does."""
    return grants.staff_of(funding) or grants.offices_of(funding)
