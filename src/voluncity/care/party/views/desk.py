"""The desk: the city's table, a unit's members, a community's members, pairings."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from voluncity.care.party import actions, queries, rules
from voluncity.care.party.forms import DeclineForm, PairForm
from voluncity.care.party.queries.table import COMMUNITY, UNIT
from voluncity.care.party.states import ReportState
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import Volunteer
from voluncity.city.regions import queries as regions
from voluncity.city.regions.forms import half_filled
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.web.forms import refusals_in

ON_A_PAGE = 30
SEEING = (Permission.PARTY_SEE, Permission.PARTY_EDIT)


def _since(request: HttpRequest) -> date:
    return rules.since(request.GET.get("since", ""), today=local_date(now()))


@needs(*SEEING)
@never_cache
@require_safe
def table(request: HttpRequest) -> HttpResponse:
    """Show units or communities with how many reported and served."""
    counties = list(regions.counties(on=local_date(now())))
    asked = request.GET.get("county", "")
    filters = queries.TableFilters(
        since=_since(request),
        by=COMMUNITY if request.GET.get("by") == COMMUNITY else UNIT,
        words=request.GET.get("q", "")[:60],
        county=next((one for one in counties if str(one.pk) == asked), None),
    )
    found = queries.table(user_of(request), filters)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    counted_at = queries.counted_at(filters.since)
    context = {
        "filters": filters,
        "counties": counties,
        "page": page,
        "lines": queries.lines(list(page), filters, is_kept=counted_at is not None),
        "counted_at": counted_at,
        "may_edit": has(user_of(request), Permission.PARTY_EDIT),
    }
    return render(request, "party/desk_list.html", context)


def _member_filters(request: HttpRequest) -> queries.MemberFilters:
    return queries.MemberFilters(
        since=_since(request),
        words=request.GET.get("q", "")[:40],
        state=request.GET.get("state", ""),
        served=request.GET.get("served", ""),
    )


def _members(request: HttpRequest, found: QuerySet[Volunteer]) -> dict[str, Any]:
    filters = _member_filters(request)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    states = [ReportState.REPORTED, ReportState.CONFIRMED]
    return {
        "filters": filters,
        "page": page,
        "rows": queries.member_rows(list(page), since=filters.since),
        "states": [(state.value, state.label) for state in states],
    }


@needs(*SEEING)
@never_cache
@require_safe
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who of a unit reported, has served, and how long."""
    found = queries.unit_in_reach(user_of(request), pk)
    context = _members(request, queries.unit_members(found, _member_filters(request)))
    return render(request, "party/desk_unit.html", context | {"unit": found})


@needs(*SEEING)
@never_cache
@require_safe
def community(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who reported to a community; those who wait can be confirmed here."""
    return _community_page(request, pk, DeclineForm())


def _community_page(
    request: HttpRequest, pk: int, form: DeclineForm, declined: int = 0
) -> HttpResponse:
    found = queries.community_in_reach(user_of(request), pk)
    context = _members(request, queries.community_members(found, _member_filters(request)))
    context |= {"community": found, "decline": form, "declined": declined}
    return render(request, "party/desk_community.html", context, status=422 if form.errors else 200)


@needs(*SEEING)
@require_POST
def decide(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Confirm a report, or send it back."""
    report = queries.report_to_decide(user_of(request), pk)
    if verb not in {"confirm", "decline"}:
        raise NotFound("没有这个操作，请刷新页面。")
    if verb == "confirm":
        actions.decide_report(report_id=pk, is_confirmed=True, by=user_of(request), at=now())
        messages.success(request, "已确认报到。")
        return redirect("party:desk_community", report.community_id)
    form = DeclineForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            actions.decide_report(
                report_id=pk, is_confirmed=False, by=user_of(request), at=now(), **form.cleaned_data
            )
    if form.errors:
        return _community_page(request, report.community_id, form, declined=pk)
    messages.success(request, "已退回，本人会收到消息。")
    return redirect("party:desk_community", report.community_id)


@needs(Permission.PARTY_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def pairings(request: HttpRequest) -> HttpResponse:
    """Show the pairings of the office's area, and make one."""
    form = _pair_form(request)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            made = actions.pair(
                unit_id=form.cleaned_data["unit"].pk,
                community_id=form.cleaned_data["region"].pk,
                starts_on=form.cleaned_data["starts_on"],
                by=user_of(request),
                at=now(),
            )
    if form.is_bound and not form.errors:
        messages.success(request, f"已登记：{made.unit.name}与{made.community.name}结对。")
        return redirect("party:desk_pairings")
    words = request.GET.get("q", "")[:60]
    found = queries.pairings_within(user_of(request))
    if words:
        found = found.filter(unit__name__icontains=words)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "words": words}
    return render(request, "party/desk_pairings.html", context, status=422 if form.errors else 200)


def _pair_form(request: HttpRequest) -> PairForm:
    today = local_date(now())
    made: dict[str, Any] = {"today": today, "units": queries.units_to_pair(user_of(request))}
    if request.method == "POST" and "next_level" not in request.POST:
        return PairForm(request.POST, **made)
    initial: dict[str, Any] = {"starts_on": today}
    if request.method == "POST":
        initial = half_filled(PairForm, request.POST)
    return PairForm(initial=initial, **made)


@needs(Permission.PARTY_EDIT)
@require_POST
def unpair(request: HttpRequest, pk: int) -> HttpResponse:
    """End a pairing."""
    found = queries.pairings_within(user_of(request)).filter(pk=pk).first()
    if found is None:
        raise NotFound("没有找到这个结对，或者它不在您的管理范围内。")
    actions.end_pairing(pairing_id=found.pk, by=user_of(request), at=now())
    messages.success(request, "已解除结对，已经报到的党员不受影响。")
    return redirect("party:desk_pairings")
