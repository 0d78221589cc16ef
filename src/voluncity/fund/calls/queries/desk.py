"""Applications at the desk: an organization's own, those of an office, with filters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import people_with
from voluncity.city.access.scopes import Scope
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.rules import OpenWork
from voluncity.city.regions.models import Region
from voluncity.fund.calls.models import Answer, Application, Call, Submission
from voluncity.fund.calls.states import IN_HAND, WRITABLE, AppState
from voluncity.kernel.text import clean

A = AppState


@dataclass(frozen=True)
class Filters:
    """What an office asks among the applications."""

    words: str = ""
    state: str = ""
    call_id: int | None = None
    region: Region | None = None


def detailed() -> Any:
    """Return applications with what their pages show."""
    return Application.objects.select_related(
        "call__fund__region", "call__purpose", "form", "organization__region", "current",
        "changed_by", "started_by", "accepted_by",
    )  # fmt: skip


def own(scope: Scope) -> QuerySet[Application]:
    """Return an organization's applications, those changed last first; no thrown away ones."""
    found: QuerySet[Application] = detailed().in_scope(scope)
    return found.exclude(state=A.DISCARDED).order_by("-changed_at", "-pk")


def applications(scope: Scope, filters: Filters) -> Any:
    """Return what an office has received, the newest submission first."""
    found = detailed().in_scope(scope).filter(number__isnull=False)
    for word in clean(filters.words)[:60].split():
        found = found.filter(
            Q(title__icontains=word)
            | Q(number__icontains=word)
            | Q(organization__name__icontains=word)
        )
    if filters.state in A.values:
        found = found.filter(state=filters.state)
    if filters.call_id is not None:
        found = found.filter(call=filters.call_id)
    if filters.region is not None:
        found = found.filter(organization__region__path__startswith=filters.region.path)
    return found.order_by("-submitted_at", "-pk")


def counts(scope: Scope) -> dict[str, int]:
    """Return how many applications stand in each state."""
    found = Application.objects.in_scope(scope).filter(number__isnull=False)
    rows = found.order_by().values("state").annotate(number=Count("pk"))
    return {row["state"]: row["number"] for row in rows}


def to_check(scope: Scope) -> QuerySet[Application]:
    """Return what waits for the office to look whether it is complete."""
    found: QuerySet[Application] = Application.objects.in_scope(scope).filter(state=A.SUBMITTED)
    return found


def calls_in(scope: Scope) -> list[Call]:
    """Return the calls to which organizations of a scope applied."""
    known = Application.objects.in_scope(scope).filter(number__isnull=False)
    return list(Call.objects.filter(pk__in=known.values("call")).order_by("-opens_at", "-pk"))


def staff_of(organization: Organization) -> list[int]:
    """Return the accounts that may apply for an organization."""
    holders = people_with(
        Permission.GRANT_APPLY, organization_path=organization.path, region_path=""
    )
    return sorted({grant.user_id for grant in holders})


def speakers(applications: Sequence[Application]) -> dict[int, set[int]]:
    """Return who acts or acted for the organizations of applications: none of them decides."""
    found = {one.pk: {*staff_of(one.organization), one.started_by_id} for one in applications}
    wrote = Answer.objects.filter(application__in=found).values_list("application", "written_by")
    handed_in = Submission.objects.filter(application__in=found)
    for pk, user_id in [*wrote.distinct(), *handed_in.values_list("application", "made_by")]:
        found[pk].add(user_id)
    return found


def offices_of(call: Call) -> list[int]:
    """Return the accounts that look after a call."""
    holders = people_with(
        Permission.GRANT_REVIEW, organization_path="", region_path=call.fund.region.path
    )
    return sorted({grant.user_id for grant in holders})


def open_work(*, organization_id: int, at: datetime) -> list[OpenWork]:
    """Return what an organization must withdraw or see decided before it ends."""
    del at
    live = Application.objects.filter(organization=organization_id, state__in=IN_HAND).count()
    return [OpenWork(f"{live} 项基金申报没有办结，请先撤回")] if live else []


def overdue(*, at: datetime) -> QuerySet[Application]:
    """Return what was handed in once, is open for writing and may be too late by now."""
    late = Q(due_at__lte=at) | Q(due_at=None, call__ends_at__lte=at)
    found: QuerySet[Application] = detailed().filter(late, state__in=WRITABLE, number__isnull=False)
    return found.order_by("pk")


def ending_drafts(*, after: datetime, until: datetime) -> QuerySet[Application]:
    """Return drafts whose call ends between two instants."""
    found: QuerySet[Application] = detailed().filter(
        state=A.DRAFT, call__ends_at__gt=after, call__ends_at__lte=until
    )
    return found.order_by("pk")
