"""Read reviews and who may be asked to read."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, Count, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import people_with
from voluncity.city.access.scopes import Scope
from voluncity.city.people.models import User
from voluncity.fund.calls.models import Application, Call
from voluncity.fund.calls.states import AppState, CallState
from voluncity.fund.review.models import Place, Review
from voluncity.fund.review.queries.scoring import standing_decisions
from voluncity.fund.review.states import SEATED, ReviewState


def detailed_reviews() -> Any:
    """Return reviews with what their pages show."""
    return Review.objects.select_related(
        "call__fund__region", "call__purpose", "criteria", "opened_by"
    )


def reviews(scope: Scope) -> QuerySet[Review]:
    """Return the reviews within reach, the running ones first, with how far they are."""
    found: QuerySet[Review] = detailed_reviews().in_scope(scope)
    waiting = Application.objects.filter(call=OuterRef("call"), state=AppState.ACCEPTED).exclude(
        pk__in=standing_decisions().values("application_id")
    )
    seats = Place.objects.filter(review=OuterRef("pk"), state__in=SEATED)
    return found.annotate(
        in_review=_number_of(waiting.values("call")), seated=_number_of(seats.values("review")),
        is_over=Case(When(state=ReviewState.CLOSED, then=1), default=0),
    ).order_by("is_over", "due_at", "-pk")  # fmt: skip


def _number_of(rows: Any) -> Coalesce:
    """Return how many rows there are, counted apart: two joins would multiply."""
    return Coalesce(Subquery(rows.order_by().annotate(n=Count("pk")).values("n")), 0)


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
