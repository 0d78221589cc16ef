"""Trainings as everybody sees them: what is coming, one session, and a certificate checked."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_POST, require_safe

from voluncity.city.access.marks import public, volunteer_only
from voluncity.city.files import queries as files
from voluncity.city.people import queries as people
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import Volunteer
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound, Refusal
from voluncity.service.projects.models import Shift
from voluncity.service.projects.states import ActivityState
from voluncity.service.signups.rules import AlreadyIn
from voluncity.service.teaching import actions, queries
from voluncity.service.teaching.forms import ReasonForm
from voluncity.service.teaching.models import Material, Session
from voluncity.service.teaching.rules import require_enrollment_open
from voluncity.service.training import queries as training
from voluncity.web.answers import hand_over
from voluncity.web.forms import refusals_in

ON_A_PAGE = 20
UNPROCESSABLE = 422


def volunteer_of(request: HttpRequest) -> Volunteer | None:
    """Return the volunteer who asks, if it is one."""
    found: Volunteer | None = getattr(request.user, "volunteer_or_none", None)
    return found


@public
@require_GET
def coming(request: HttpRequest) -> HttpResponse:
    """List the trainings to come."""
    at = now()
    page = Paginator(queries.coming(at=at), ON_A_PAGE).get_page(request.GET.get("page"))
    volunteer = volunteer_of(request)
    context = {
        "page": page,
        "at": at,
        "duty": queries.duty_of(volunteer, at=at) if volunteer else None,
    }
    return render(request, "teaching/coming.html", context)


@public
@require_GET
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one session, and to who takes part what only they may see."""
    return session_page(request, queries.session_of(pk))


@public
@require_GET
def of_activity(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead from the activity of a session to its own page."""
    session = Session.objects.filter(activity=pk).first()
    if session is None:
        raise NotFound("没有找到这个培训班，请从培训列表里选择。")
    return redirect("teaching:one", session.pk)


def session_page(
    request: HttpRequest,
    session: Session,
    form: ReasonForm | None = None,
    *,
    ward_form: tuple[int, ReasonForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Draw the page of a session; a form with its mistakes is one's own, or one for a child."""
    at, volunteer = now(), volunteer_of(request)
    shifts = list(Shift.objects.filter(activity=session.activity_id).order_by("starts_at"))
    place = queries.place_of(session, volunteer)
    ahead = [one for one in place.signups if one.shift.starts_at > at]
    context: dict[str, Any] = {
        "session": session,
        "activity": session.activity,
        "shifts": shifts,
        "free": min((one.capacity - one.taken for one in shifts), default=0),
        "place": place,
        "closed": _closed(session, at),
        "may_leave": bool(ahead),
        "rule": queries.rule_of(session.course_id, on=local_date(session.activity.ends_at)),
        "materials": session.materials.filter(removed_at=None) if place.is_in else [],
        "form": form or ReasonForm(),
        "is_wrong": form is not None,
        "wards": _wards(request, session, at, dict([ward_form] if ward_form else [])),
    }
    return render(request, "teaching/one.html", context, status=status)


def _wards(
    request: HttpRequest, session: Session, at: datetime, wrong: dict[int, ReasonForm]
) -> list[dict[str, Any]]:
    """Return how the children of a guardian stand, with the form to give their places back."""
    if not request.user.is_authenticated:
        return []
    children = [
        one.volunteer for one in people.wards(request.user, on=local_date(at)) if one.volunteer_id
    ]
    return [
        {
            "child": child,
            "place": place,
            "may_leave": any(one.shift.starts_at > at for one in place.signups),
            "form": wrong.get(child.pk) or ReasonForm(auto_id=f"id_{child.pk}_%s"),
            "is_wrong": child.pk in wrong,
        }
        for child in children
        for place in [queries.place_of(session, child)]
    ]


def _closed(session: Session, at: datetime) -> str:
    """Return why nobody can enroll now; empty when one can."""
    if session.activity.state == ActivityState.CANCELLED:
        return f"这个培训班已经取消：{session.activity.state_reason}"
    try:
        require_enrollment_open(opens_at=session.enroll_from, closes_at=session.enroll_until, at=at)
    except Refusal as refusal:
        return refusal.sentence
    return ""


@volunteer_only
@require_POST
def enroll(request: HttpRequest, pk: int) -> HttpResponse:
    """Take part in a session."""
    volunteer = cast(Volunteer, volunteer_of(request))
    user = user_of(request)
    try:
        actions.enroll(session_id=pk, volunteer_id=volunteer.pk, by=user, at=now())
    except AlreadyIn:  # pressed twice: the first request has done it
        messages.success(request, "您已经报名了这个培训班，请按时参加。")
        return redirect("teaching:one", pk)
    if queries.place_of(queries.session_of(pk), volunteer).is_waiting:
        messages.success(request, "已加入候补。有人取消时，会发消息告诉您。")
    else:
        messages.success(request, "报名成功，请按时参加，到场记得签到。")
    return redirect("teaching:one", pk)


@volunteer_only
@require_POST
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the places to come back."""
    form = ReasonForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            actions.leave(
                session_id=pk, volunteer_id=cast(Volunteer, volunteer_of(request)).pk,
                reason=form.cleaned_data["reason"], by=user_of(request), at=now(),
            )  # fmt: skip
    if form.errors:
        return session_page(request, queries.session_of(pk), form, status=UNPROCESSABLE)
    messages.success(request, "已取消报名。")
    return redirect("teaching:one", pk)


@volunteer_only
@require_safe
def material(request: HttpRequest, pk: int, material_pk: int) -> FileResponse:
    """Hand a file to who takes part."""
    if not queries.place_of(queries.session_of(pk), volunteer_of(request)).is_in:
        raise NotFound("没有找到这份资料，可能已经移除。")
    return handed_out(queries.material_of(pk, material_pk))


def handed_out(material: Material) -> FileResponse:
    """Answer with a file that nobody keeps."""
    stored = material.file
    return hand_over(
        files.opened(stored), content_type=stored.content_type, filename=stored.original_name,
        is_attachment=True,
    )  # fmt: skip


@public
@require_safe
@cache_control(no_store=True)
def verify(request: HttpRequest, serial: str) -> HttpResponse:
    """Say whether a certificate counts, has ended or was revoked, with a masked name."""
    record = training.find_record(serial=serial, code=request.GET.get("code", ""))
    context = {
        "record": record,
        "until": training.valid_until(record.passed_on, record.course.valid_months),
        "checked_at": now(),
        "today": local_date(now()),
    }
    return render(request, "teaching/verify.html", context)
