"""What a resident sees of an activity."""

from __future__ import annotations

from typing import cast

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from voluncity.city.access import actions as access
from voluncity.city.access.marks import public
from voluncity.city.access.permissions import Permission
from voluncity.city.people import queries as people
from voluncity.city.people.models import Volunteer
from voluncity.kernel.clock import local_date
from voluncity.kernel.geo import distance_m, distance_text
from voluncity.service.projects.models import Activity
from voluncity.service.projects.states import PUBLIC_STATES, ActivityState, ProjectState
from voluncity.service.signups import queries, rules


@public
@require_GET
def activity(request: HttpRequest, pk: int) -> HttpResponse:
    """Show everything a resident wants to know, and per shift the reason why not."""
    found = _activity(request, pk)
    if found.project.state == ProjectState.TEACHING:
        return redirect("teaching:of_activity", pk=pk)  # a training has a page of its own
    volunteer = _volunteer(request)
    at = now()
    looks = queries.looks(found, volunteer, at=at)
    mine = next((look for look in looks if look.is_mine), None)
    best = next((look for look in looks if look.may_sign_up), None)
    context = {
        "activity": found,
        "project": found.project,
        "looks": looks,
        "best": best or next((look for look in looks if look.may_wait), None),
        "mine": mine,
        "ward_id": _ward_id(request) if volunteer is None or mine else None,
        "skills": [skill.name for skill in found.project.skills.all()],
        "distance": _distance(found, volunteer),
        "is_over": at >= found.ends_at,
        "has_places": any(look.free > 0 for look in looks),
        "common": _common_reason(looks),
    }
    return render(request, "signups/activity.html", context)


def _activity(request: HttpRequest, pk: int) -> Activity:
    found: QuerySet[Activity] = Activity.objects.select_related(
        "project__organization",
        "project__category",
        "project__course",
        "region__parent",
        "leader",
        "joint__cooperation__organization",
    ).prefetch_related("project__skills")
    shown = found.filter(pk=pk, project__state__in=(*PUBLIC_STATES, ProjectState.TEACHING))
    shown = shown.exclude(state=ActivityState.DRAFT)
    return shown.first() or cast(
        Activity,
        access.fetch(request.user, Permission.PROJECT_SEE, found, at=now(), pk=pk),
    )


def _volunteer(request: HttpRequest) -> Volunteer | None:
    return request.user.volunteer_or_none if request.user.is_authenticated else None


def _ward_id(request: HttpRequest) -> int | None:
    """Return a child of who looks; a volunteer without a place chooses while signing up."""
    if not request.user.is_authenticated:
        return None
    wards = people.wards(request.user, on=local_date(now()))
    return wards[0].volunteer_id if wards else None


def _distance(found: Activity, volunteer: Volunteer | None) -> str:
    """Return how far it is from the volunteer's own neighborhood, as far as both are known."""
    if volunteer is None:
        return ""
    spot = found if found.lat is not None else found.region
    place = (spot.lat, spot.lng)
    home = (volunteer.region.lat, volunteer.region.lng)
    if None in (*place, *home):
        return ""
    return distance_text(distance_m(*cast(tuple[float, float, float, float], (*home, *place))))


def _common_reason(looks: list[queries.Look]) -> rules.Reason | None:
    """Return the reason that stands in the way at every shift and is not about the shift."""
    firsts = {look.reasons[0] if look.reasons else None for look in looks}
    reason = next(iter(firsts)) if len(firsts) == 1 else None
    return reason if reason and reason.code in _PERSONAL else None


_PERSONAL = {
    rules.NOT_VERIFIED,
    rules.NO_GUARDIAN,
    rules.TOO_YOUNG,
    rules.TOO_OLD,
    rules.MEMBERS_ONLY,
    rules.TRAINING_MISSING,
    rules.SKILL_MISSING,
}
