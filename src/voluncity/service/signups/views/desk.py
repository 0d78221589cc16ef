"""The organizer's side: the roster, ticks, somebody added or taken off."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import may
from voluncity.city.people.asking import user_of
from voluncity.service.projects.models import Activity, Shift
from voluncity.service.signups import actions, queries
from voluncity.service.signups.forms import AddForm, CancelForm, TickForm
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import SignupState
from voluncity.service.signups.views.posted import posted, sentences
from voluncity.web.forms import refusals_in

PAGE = 50
PRINTED = 2_000


@dataclass(frozen=True)
class Line:
    """One line of the roster as it is drawn, with its own nonce and what was refused."""

    row: queries.RosterRow
    nonce: str
    problem: str = ""


@needs(Permission.SIGNUP_SEE, Permission.ATTENDANCE_RECORD)
@require_GET
def roster(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who comes to an activity, shift by shift; the list renews itself."""
    activity = cast(
        Activity,
        access.fetch(
            request.user,
            Permission.SIGNUP_SEE,
            Activity.objects.select_related("project__organization", "region"),
            at=now(),
            pk=pk,
        ),
    )
    wanted = request.GET.get("shift", "")
    context = _roster(request, activity, form=AddForm(), wanted=wanted)
    template = "signups/roster.html#board" if _is_poll(request) else "signups/roster.html"
    return render(request, template, context)


def _is_poll(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _roster(
    request: HttpRequest, activity: Activity, *, form: AddForm, wanted: str
) -> dict[str, object]:
    shifts = list(activity.shifts.all())
    shift = _chosen(shifts, wanted)
    printed = "print" in request.GET
    found = queries.roster(activity, None if printed else shift)
    page = Paginator(found, PRINTED if printed else PAGE).get_page(request.GET.get("page"))
    counted = queries.counts(shifts)
    return {
        "activity": activity,
        "shift": shift,
        "choices": [(one, counted[one.pk]) for one in shifts],
        "counts": counted.get(shift.pk) if shift else None,
        "capacity": _capacity(shift, counted) if shift else "",
        "page": page,
        "lines": _lines(page),
        "refused": queries.refused_scans(shift) if shift else [],
        "still_in": queries.still_in(shift, counted[shift.pk].present, at=now()) if shift else "",
        "form": form,
        "printed": printed,
        "may_record": _may_record(request, activity),
    }


def _capacity(shift: Shift, counted: dict[int, queries.Counts]) -> str:
    one = counted[shift.pk]
    said = [f"共 {shift.capacity} 个名额"]
    said += [f"{one.offered} 人待答复"] if one.offered else []
    said += [f"{one.waiting} 人候补"] if one.waiting else []
    return "，".join(said)


def _chosen(shifts: list[Shift], wanted: str) -> Shift | None:
    """Return the shift that was asked for, else the one that is on or comes next."""
    at = now()
    named = next((shift for shift in shifts if str(shift.pk) == wanted), None)
    coming = next((shift for shift in shifts if shift.ends_at > at), None)
    return named or coming or (shifts[-1] if shifts else None)


def _lines(page: Page[Signup]) -> list[Line]:
    return [Line(row, secrets.token_urlsafe(12)) for row in queries.roster_rows(page)]


def _may_record(request: HttpRequest, activity: Activity) -> bool:
    return may(request.user, Permission.ATTENDANCE_RECORD, Activity.objects.all(), pk=activity.pk)


@needs(Permission.ATTENDANCE_RECORD)
@require_POST
def tick(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick somebody in or out on the list."""
    signup = signup_in_reach(request, pk)
    form = TickForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            actions.tick(signup_id=pk, **form.cleaned_data, by=user_of(request), at=now())
    problem = sentences(form)
    if not _is_poll(request):
        if problem:
            messages.error(request, problem)
        return redirect(roster_url(signup))
    row = queries.roster_rows([signup_in_reach(request, pk)])[0]
    context = {"line": Line(row, secrets.token_urlsafe(12), problem), "may_record": True}
    status = 422 if problem else 200
    return render(request, "signups/roster.html#line", context, status=status)


def signup_in_reach(request: HttpRequest, pk: int) -> Signup:
    """Return the sign-up if the person records attendance there.

    :raises NotFound: when it is somebody else's.
    """
    found = Signup.objects.select_related("shift__activity", "volunteer", "attendance")
    return cast(
        Signup, access.fetch(request.user, Permission.ATTENDANCE_RECORD, found, at=now(), pk=pk)
    )


def roster_url(signup: Signup) -> str:
    """Return the list in which the sign-up stands."""
    url = reverse("signups:roster", args=[signup.shift.activity_id])
    return f"{url}?shift={signup.shift_id}"


@needs(Permission.ATTENDANCE_RECORD)
@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign somebody up by the volunteer number, on their behalf."""
    shift = shift_in_reach(request, pk)
    form = AddForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            signup = actions.sign_up_by_number(
                shift_id=pk, **form.cleaned_data, by=user_of(request), at=now()
            )
            waits = signup.state == SignupState.WAITING
            messages.success(request, "名额已满，已加入候补。" if waits else "已代为报名。")
            return redirect(roster_url(signup))
    context = _roster(request, shift.activity, form=form, wanted=str(pk))
    return render(request, "signups/roster.html", context, status=422)


def shift_in_reach(request: HttpRequest, pk: int) -> Shift:
    """Return the shift if the person records attendance there.

    :raises NotFound: when it is somebody else's.
    """
    found = Shift.objects.select_related("activity__project__organization", "activity__region")
    return cast(
        Shift, access.fetch(request.user, Permission.ATTENDANCE_RECORD, found, at=now(), pk=pk)
    )


@needs(Permission.ATTENDANCE_RECORD)
@require_http_methods(["GET", "POST"])
def take_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel somebody's sign-up for them, with a reason that they are told."""
    signup = signup_in_reach(request, pk)
    form = CancelForm(posted(request))
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.cancel_signup(
                signup_id=pk, reason=form.text, by=user_of(request), at=now(), is_desk=True
            )
            messages.success(request, "已取消，会通知本人。有人候补的，轮到下一位。")
            return redirect(roster_url(signup))
    context = {"form": form, "signup": signup, "back": roster_url(signup)}
    return render(request, "signups/take_off.html", context, status=422 if form.errors else 200)
