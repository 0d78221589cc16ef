"""Look organizations up, join and leave them."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access.marks import public, signed_in, volunteer_only
from voluncity.city.orgs import actions, queries, rules
from voluncity.city.orgs.forms import JoinForm
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.queries import Filters
from voluncity.city.orgs.states import PUBLIC, STANDING, Kind, OrgState
from voluncity.city.people.asking import user_of
from voluncity.city.regions import queries as regions
from voluncity.city.regions.models import Region
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.kernel.text import clean
from voluncity.web.forms import refusals_in

ON_A_PAGE = 20
BELOW_SHOWN = 60  # the squads of a large community are seen at one look
# What residents join in the first place stands first.
KINDS = [
    (str(kind), kind.label)
    for kind in (*rules.OPEN_KINDS, Kind.FEDERATION, Kind.LEAD_UNIT, Kind.OFFICE)
]


@public
@require_GET
def list_orgs(request: HttpRequest) -> HttpResponse:
    """List the active organizations, filtered by what stands in the address."""
    counties = list(regions.counties(on=local_date(now())))
    filters = Filters(
        kind=request.GET.get("kind", ""),
        region=chosen(counties, request.GET.get("region", "")),
        words=request.GET.get("q", ""),
    )
    page = Paginator(queries.public_list(filters), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "filters": filters, "kinds": KINDS, "counties": counties}
    return render(request, "orgs/list.html", context)


@public
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one organization, and how one stands to it."""
    organization = _visible(pk, ended_too=True)
    volunteer = getattr(request.user, "volunteer_or_none", None)
    words = clean(request.GET.get("building", ""))[:40]
    context = {
        "organization": organization,
        "above": queries.above(organization),
        "below": Paginator(queries.below(organization), BELOW_SHOWN).get_page(
            request.GET.get("page")
        ),
        "merged": queries.merged_into(organization),
        "proof": queries.proof(organization),
        "brands": queries.brands(organization),
        "buildings": list(queries.buildings(organization)),
        "covering": queries.covering(organization),
        "building_words": words,
        "building_found": queries.teams_of_building(organization, words) if words else [],
        "duties": queries.public_duties(organization),
        "events": queries.milestones(organization),
        "figures": queries.figures(organization),
        "stations": organization.stations.filter(closed_at=None).order_by("name")[:12],
        "mine": queries.belonging(organization, volunteer),
        "is_open": organization.state == OrgState.ACTIVE
        and organization.kind not in rules.CLOSED_KINDS,
    }
    return render(request, "orgs/detail.html", context)


@volunteer_only
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask to join."""
    organization = _visible(pk)
    user = user_of(request)
    form = JoinForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.ask_to_join(
                organization_id=pk,
                volunteer=user.volunteer,
                message=form.cleaned_data["message"],
                by=user,
                at=now(),
            )
        if not form.errors:
            messages.success(request, "申请已提交，组织审核后会通知您。")
            return redirect("orgs:detail", pk)
    context = {"organization": organization, "form": form}
    return render(request, "orgs/join.html", context, status=422 if form.errors else 200)


@volunteer_only
@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave an organization, after being asked once."""
    organization = _visible(pk)
    if request.method == "POST":
        actions.leave(organization_id=pk, by=user_of(request), at=now())
        messages.success(request, f"您已退出“{organization.name}”，服务时长不受影响。")
        return redirect("orgs:mine")
    return render(request, "orgs/leave.html", {"organization": organization})


@volunteer_only
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own request to join back."""
    asked = actions.withdraw_join(request_id=pk, by=user_of(request), at=now())
    messages.success(request, "已撤回入队申请。")
    return redirect("orgs:detail", asked.organization_id)


@signed_in
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """Show where one belongs, has asked to belong, and what one applied for."""
    user = user_of(request)
    volunteer = user.volunteer_or_none
    context = {
        "memberships": queries.memberships_of(volunteer) if volunteer else [],
        "requests": queries.requests_of(volunteer)[:20] if volunteer else [],
        "applications": queries.applications_of(user)[:20],
    }
    return render(request, "orgs/mine.html", context)


def chosen(offered: list[Region], text: str) -> Region | None:
    """Return the offered region whose id this is."""
    return next((region for region in offered if str(region.pk) == text), None)


def _visible(pk: int, *, ended_too: bool = False) -> Organization:
    shown = PUBLIC if ended_too else STANDING
    found = Organization.objects.select_related("region", "parent")
    organization = found.filter(pk=pk, state__in=shown).first()
    if organization is None:
        raise NotFound("没有找到这个组织，请从组织列表重新查找。")
    return cast(Organization, organization)
