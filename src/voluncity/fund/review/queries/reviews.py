"""Read reviews and who may be asked to read."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import people_with
from voluncity.city.access.scopes import Scope
from voluncity.city.people.models import User
from voluncity.fund.calls.models import Call
from voluncity.fund.calls.states import AppState, CallState
from voluncity.fund.review.models import Review
from voluncity.fund.review.states import SEATED, ReviewState


def detailed_reviews() -> Any:
    """Return reviews with what their pages show."""
    return Review.objects.select_related(
        "call__fund__region", "call__purpose", "criteria", "opened_by"
    )


def reviews(scope: Scope) -> QuerySet[Review]:
    """Return the reviews within reach, the running ones first, with how far they are."""
    found: QuerySet[Review] = detailed_reviews().in_scope(scope)
    waiting = Q(call__applications__state=AppState.ACCEPTED)
    return found.annotate(
        in_review=Count("call__applications", filter=waiting, distinct=True),
        seated=Count("places", filter=Q(places__state__in=SEATED), distinct=True),
        is_over=Count("pk", filter=Q(state=ReviewState.CLOSED), distinct=True),
    ).order_by("is_over", "due_at", "-pk")


def calls_to_review(scope: Scope) -> QuerySet[Call]:
    """Return the calls within reach that are out and have no review yet."""
    found: QuerySet[Call] = Call.objects.in_scope(scope).filter(
        state=CallState.OPEN, review__isnull=True
    )
    accepted = Q(applications__state=AppState.ACCEPTED)
    counted = found.select_related("fund").annotate(accepted=Count("applications", filter=accepted))
    return counted.order_by("-accepted", "-opens_at", "-pk")


def candidates(call: Call) -> list[User]:
    """Return the experts whose role reaches the fund of a call, by name.

    Who looks after the review sees all scores: they never score in it.
    """
    grants = people_with(
        Permission.APPLICATION_JUDGE, organization_path="", region_path=call.fund.region.path
    )
    office = set(office_of(call))
    users = {grant.user_id: grant.user for grant in grants if grant.user_id not in office}
    return sorted(users.values(), key=lambda one: (one.display_name, one.pk))


def office_of(call: Call) -> list[int]:
    """Return the accounts of the office that reviews a call."""
    holders = people_with(
        Permission.GRANT_REVIEW, organization_path="", region_path=call.fund.region.path
    )
    return sorted({grant.user_id for grant in holders})
