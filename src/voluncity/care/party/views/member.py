"""What a Party member sees: report, the community's jobs, leave. Nobody else sees any of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from voluncity.care.party import actions, queries, rules
from voluncity.care.party.forms import ReportForm
from voluncity.city.access.marks import volunteer_only
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import OrgState
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import Volunteer
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.service.projects import queries as projects
from voluncity.web.forms import refusals_in

JOBS = 10


def _mine(request: HttpRequest) -> Volunteer:
    return user_of(request).volunteer


@volunteer_only
@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Show the own report and the community's jobs, or let the member look for the unit."""
    volunteer = _mine(request)
    report = queries.live_report(volunteer) if volunteer.is_party_member else None
    context: dict[str, Any] = {"volunteer": volunteer, "report": report}
    if report is not None:
        context["cards"] = _jobs(report.community.path, volunteer)
    elif volunteer.is_party_member:
        words = request.GET.get("q", "")
        context |= {"words": words[:60], "units": queries.units_found(words)}
    return render(request, "party/mine.html", context)


def _jobs(region_path: str, volunteer: Volunteer) -> list[projects.Card]:
    wanted = projects.Filters(region_path=region_path, sort="soon")
    return projects.find(wanted, viewer=volunteer, at=now())[:JOBS]


@volunteer_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the community and report."""
    volunteer = _mine(request)
    rules.require_member(volunteer)
    unit = _unit(pk)
    offered = queries.communities_for(volunteer, unit, on=local_date(now()))
    form = ReportForm(
        request.POST if request.method == "POST" else None,
        communities=offered,
        initial={"community": offered[0][0].pk} if offered else {},
    )
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.report(
                volunteer=volunteer,
                unit_id=pk,
                community_id=form.cleaned_data["community"],
                by=user_of(request),
                at=now(),
            )
    if request.method == "POST" and not form.errors:
        messages.success(request, "已报到，社区确认后会发消息告诉您。现在就可以报名社区的活动。")
        return redirect("party:mine")
    context = {"form": form, "unit": unit, "offered": offered}
    return render(request, "party/report.html", context, status=422 if form.errors else 200)


def _unit(pk: int) -> Organization:
    found: Organization | None = Organization.objects.filter(
        pk=pk, state=OrgState.ACTIVE, kind__in=rules.UNIT_KINDS
    ).first()
    if found is None:
        raise NotFound("没有找到这个单位，请重新搜索。")
    return found


@volunteer_only
@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """End the own report."""
    actions.leave(volunteer=_mine(request), by=user_of(request), at=now())
    messages.success(request, "已结束报到。")
    return redirect("party:mine")
