"""The desk: dangerous activities and their cover."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, may, scope_of
from voluncity.city.journal.actions import record
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User
from voluncity.honor.insurance import actions, queries
from voluncity.honor.insurance.forms import AttachForm, MarkForm
from voluncity.kernel.refusals import NotAllowed, NotFound
from voluncity.service.projects.models import Activity
from voluncity.web.forms import refusals_in

P = Permission
PER_PAGE = 30
UNPROCESSABLE = 422
SEEING = (P.INSURANCE_SEE, P.ACTIVITY_EDIT)


@needs(P.INSURANCE_SEE)
@never_cache
@require_safe
def desk_activities(request: HttpRequest) -> HttpResponse:
    """List the dangerous activities to come, with their cover."""
    scope = scope_of(request.user, P.INSURANCE_SEE)
    page = Paginator(queries.coming_risky(scope, at=now()), PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {"page": page, "may_edit": has(request.user, P.INSURANCE_EDIT)}
    return render(request, "insurance/desk_activities.html", context)


def _fetch(request: HttpRequest, pk: int) -> Activity:
    """Return an activity that one may plan, or whose insurance one may see."""
    found = Activity.objects.select_related("project__organization__region", "project__category")
    for permission in SEEING:
        near = found.in_scope(scope_of(request.user, permission)).filter(pk=pk).first()
        if near is not None:
            return cast(Activity, near)
    if Activity.objects.filter(pk=pk).exists():
        record(
            "access.denied", ("activity", pk), by=user_of(request), at=now(),
            permission=str(P.INSURANCE_SEE),
        )  # fmt: skip
    raise NotFound("没有找到这场活动，或者它不在您的管理范围内。")


def _rights(user: User, activity: Activity) -> tuple[bool, bool]:
    """Return whether somebody plans the activity, and whether they look after insurance there."""
    rows = Activity.objects.all()
    return (
        may(user, P.ACTIVITY_EDIT, rows, pk=activity.pk),
        may(user, P.INSURANCE_EDIT, rows, pk=activity.pk),
    )


@needs(*SEEING)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def desk_activity(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the cover of one activity; mark its danger, choose a policy, see the roster."""
    activity = _fetch(request, pk)
    verb = request.POST.get("verb", "") if request.method == "POST" else ""
    marking = MarkForm(request.POST if verb == "mark" else None)
    attaching = AttachForm(
        request.POST if verb == "attach" else None, policies=queries.attachable(activity)
    )
    if request.method == "POST" and _act(request, activity, verb, marking, attaching):
        return redirect("insurance:desk_activity", pk)
    return _page(request, activity, marking, attaching)


def _act(
    request: HttpRequest, activity: Activity, verb: str, marking: MarkForm, attaching: AttachForm
) -> bool:
    """Do what was sent; return whether it is done.

    :raises NotAllowed: for who may not.
    """
    plans, insures = _rights(user_of(request), activity)
    if not (plans or insures):
        raise NotAllowed("您可以查看这场活动的保险，不能修改。")
    who: dict[str, Any] = {"activity_id": activity.pk, "by": user_of(request), "at": now()}
    if verb == "mark" and marking.is_valid():
        is_risky = marking.cleaned_data["is_risky"] == "1"
        if not is_risky and not insures:
            raise NotAllowed("只有文明办能确认这类活动没有危险，请联系文明办。")
        with refusals_in(marking):
            actions.mark_risk(is_risky=is_risky, reason=marking.cleaned_data["reason"], **who)
        return not marking.errors and _said(request, "已标记。")
    if verb == "attach" and attaching.is_valid():
        with refusals_in(attaching):
            actions.attach_policy(policy_id=attaching.cleaned_data["policy"].pk, **who)
        return not attaching.errors and _said(request, "已选择保单，参加的人报名后即有保障。")
    if verb == "detach":
        actions.detach_policy(**who)
        return _said(request, "已取消。")
    if verb == "unmark" and insures:
        actions.unmark_risk(**who)
        return _said(request, "已按服务类别判断。")
    return False


def _said(request: HttpRequest, words: str) -> bool:
    messages.success(request, words)
    return True


def _page(
    request: HttpRequest, activity: Activity, marking: MarkForm, attaching: AttachForm
) -> HttpResponse:
    standing = queries.standing_of(activity)
    plans, insures = _rights(user_of(request), activity)
    cover = standing.cover
    roster = queries.roster_of(cover) if cover and cover.frozen_at else None
    context = {
        "activity": activity,
        "standing": standing,
        "marking": marking,
        "attaching": attaching,
        "may_attach": (plans or insures)
        and activity.starts_at > now()
        and not (cover and cover.frozen_at),
        "may_mark": plans or insures,
        "may_unmark": insures and standing.mark is not None,
        "has_policies": queries.attachable(activity).exists(),
        "page": Paginator(roster, PER_PAGE).get_page(request.GET.get("page")) if roster else None,
        "may_export": may(
            user_of(request), P.INSURANCE_SEE, Activity.objects.all(), pk=activity.pk
        ),
    }
    status = UNPROCESSABLE if marking.errors or attaching.errors else 200
    return render(request, "insurance/desk_activity.html", context, status=status)
