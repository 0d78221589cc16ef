"""A guardian enrolls a child, or gives the child's place back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from voluncity.city.access.marks import signed_in
from voluncity.city.people import queries as people
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import Volunteer
from voluncity.kernel.clock import local_date
from voluncity.service.signups.rules import AlreadyIn
from voluncity.service.teaching import actions, queries
from voluncity.service.teaching.forms import ReasonForm
from voluncity.service.teaching.views.public import UNPROCESSABLE, session_page
from voluncity.web.forms import refusals_in


@signed_in
@require_POST
def enroll_for(request: HttpRequest, pk: int, ward_pk: int) -> HttpResponse:
    """Enroll a child; somebody else's child is not found."""
    user, child = user_of(request), _child(request, ward_pk)
    try:
        actions.enroll(session_id=pk, volunteer_id=child.pk, by=user, at=now())
    except AlreadyIn:  # pressed twice: the first request has done it
        messages.success(request, f"{child.name}已经报名了这个培训班。")
        return redirect("teaching:one", pk)
    is_waiting = queries.place_of(queries.session_of(pk), child).is_waiting
    done = "已加入候补" if is_waiting else "报名成功，请提醒孩子到场签到"
    messages.success(request, f"{child.name}：{done}。")
    return redirect("teaching:one", pk)


@signed_in
@require_POST
def leave_for(request: HttpRequest, pk: int, ward_pk: int) -> HttpResponse:
    """Give a child's places to come back."""
    user, child, form = user_of(request), _child(request, ward_pk), ReasonForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            actions.leave(
                session_id=pk, volunteer_id=child.pk, reason=form.cleaned_data["reason"],
                by=user, at=now(),
            )  # fmt: skip
    if form.errors:
        form.auto_id = f"id_{child.pk}_%s"
        return session_page(
            request, queries.session_of(pk), ward_form=(child.pk, form), status=UNPROCESSABLE
        )
    messages.success(request, f"已取消{child.name}的报名。")
    return redirect("teaching:one", pk)


def _child(request: HttpRequest, ward_pk: int) -> Volunteer:
    found = people.ward(user_of(request), ward_pk, on=local_date(now()))
    return found.volunteer
