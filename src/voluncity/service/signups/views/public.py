"""What a resident sees of an activity, and signing up."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods

from voluncity.city.access import actions as access
from voluncity.city.access.marks import public, volunteer_only
from voluncity.city.access.permissions import Permission
from voluncity.city.people.models import User, Volunteer
from voluncity.kernel.geo import distance_m, distance_text
from voluncity.kernel.refusals import NotFound
from voluncity.service.projects.models import Activity, Shift
from voluncity.service.projects.states import PUBLIC_STATES, ActivityState
from voluncity.service.signups import actions, queries, rules
from voluncity.service.signups.forms import SignUpForm
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import SignupState
from voluncity.service.signups.views.posted import posted
from voluncity.web.forms import refusals_in


@public
@require_GET
def activity(request: HttpRequest, pk: int) -> HttpResponse:
    """Show everything a resident wants to know, and per shift the reason why not."""
    found = _activity(request, pk)
    volunteer = _volunteer(request)
    at = now()
    looks = queries.looks(found, volunteer, at=at)
    best = next((look for look in looks if look.may_sign_up), None)
    context = {
        "activity": found,
        "project": found.project,
        "looks": looks,
        "best": best or next((look for look in looks if look.may_wait), None),
        "mine": next((look for look in looks if look.is_mine), None),
        "skills": [skill.name for skill in found.project.skills.all()],
        "distance": _distance(found, volunteer),
        "is_over": at >= found.ends_at,
        "has_places": any(look.free > 0 for look in looks),
        "common": _common_reason(looks),
    }
    return render(request, "signups/activity.html", context)


def _activity(request: HttpRequest, pk: int) -> Activity:
    found: QuerySet[Activity] = Activity.objects.select_related(
        "project__organization", "project__category", "project__course", "region__parent", "leader"
    ).prefetch_related("project__skills")
    shown = found.filter(pk=pk, project__state__in=PUBLIC_STATES)
    shown = shown.exclude(state=ActivityState.DRAFT)
    return shown.first() or cast(
        Activity,
        access.fetch(request.user, Permission.PROJECT_SEE, found, at=now(), pk=pk),
    )


def _volunteer(request: HttpRequest) -> Volunteer | None:
    return request.user.volunteer_or_none if request.user.is_authenticated else None


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


@volunteer_only
@require_http_methods(["GET", "POST"])
def sign_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether the risks were read, then give the place."""
    user = cast(User, request.user)
    volunteer = user.volunteer
    shift = _shift(pk)
    look = next(
        look for look in queries.looks(shift.activity, volunteer, at=now()) if look.shift.pk == pk
    )
    if look.is_mine and look.signup:
        return redirect("signups:one", look.signup.pk)
    form = SignUpForm(posted(request), initial={"wait": look.may_wait})
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            signup = _signed_up(pk, user, form)
            messages.success(request, _words(signup))
            return redirect("signups:one", signup.pk)
    context = {"form": form, "look": look, "shift": shift, "activity": shift.activity}
    status = 422 if form.errors else 200 if look.may_sign_up or look.may_wait else 409
    return render(request, "signups/sign_up.html", context, status=status)


def _signed_up(shift_id: int, user: User, form: SignUpForm) -> Signup:
    try:
        return actions.sign_up(
            shift_id=shift_id,
            volunteer_id=user.volunteer.pk,
            by=user,
            at=now(),
            risks_read=form.cleaned_data["risks_read"],
            wait=form.cleaned_data["wait"],
        )
    except rules.AlreadyIn:  # pressed twice: the first request has done it
        return Signup.objects.get(shift_id=shift_id, volunteer=user.volunteer)


def _words(signup: Signup) -> str:
    if signup.state == SignupState.WAITING:
        return "已加入候补。轮到您时，会发消息和短信告诉您。"
    return "报名成功，请按时到场。"


def _shift(pk: int) -> Shift:
    shown = Shift.objects.exclude(activity__state=ActivityState.DRAFT).filter(
        pk=pk, activity__project__state__in=PUBLIC_STATES
    )
    shift: Shift | None = shown.select_related(
        "activity__project__organization", "activity__project__course", "activity__region"
    ).first()
    if shift is None:
        raise NotFound("没有找到这个班次，请从活动页面重新选择。")
    return shift
