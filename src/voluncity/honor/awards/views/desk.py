"""The desk: selections, what waits since when, calendar, experts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, scope_of
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User
from voluncity.city.policy import queries as policy
from voluncity.city.regions.models import Level, Region
from voluncity.honor.awards import actions, queries, rules
from voluncity.honor.awards.forms import (
    DaysForm,
    NothingForm,
    ReasonForm,
    SelectionForm,
    days_of,
)
from voluncity.honor.awards.models import Selection
from voluncity.honor.awards.queries.selections import Filters, phase_steps
from voluncity.honor.awards.rules import SelectionPlan
from voluncity.honor.awards.states import (
    SELECTION_FLOW,
    NominationState,
    Phase,
    SelectionState,
)
from voluncity.honor.awards.views.common import ON_A_PAGE, UNPROCESSABLE
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.kernel.text import clean, number_in
from voluncity.web.forms import refusals_in

P = Permission
S = SelectionState


@needs(P.AWARD_EDIT, P.AWARD_NOMINATE, P.AWARD_JUDGE)
@require_GET
def desk_list(request: HttpRequest) -> HttpResponse:
    """List the selections that one runs, may put forward in, or reviews for."""
    user, today = user_of(request), local_date(now())
    edits, nominates = has(user, P.AWARD_EDIT), has(user, P.AWARD_NOMINATE)
    found = queries.listed(scope_of(user, P.AWARD_EDIT))
    open_ones: list[Selection] = []
    if nominates:
        paths = _paths(user)
        open_ones = [
            one
            for one in queries.public_selections()
            if _is_near(one, paths) and not _is_office(user, one)
        ]
    context = {
        "page": Paginator(found, ON_A_PAGE).get_page(request.GET.get("page")) if edits else None,
        "open_ones": [(one, one.phase(today)) for one in open_ones],
        "edits": edits,
        "nominates": nominates,
        "judges": has(user, P.AWARD_JUDGE),
        "today": today,
    }
    return render(request, "awards/desk_list.html", context)


def _paths(user: User) -> list[str]:
    """Return the regions in which somebody may put forward."""
    grants = queries.own_grants(user)
    places = [one.organization.region if one.organization else one.region for one in grants]
    return [one.path for one in places if one is not None]


def _is_near(selection: Selection, paths: list[str]) -> bool:
    """Return whether somebody of these regions may know people for a selection.

    Also from above: what belongs to the city has people in the county that selects.
    """
    area = selection.region.path
    return any(path.startswith(area) or area.startswith(path) for path in paths)


@needs(P.AWARD_EDIT)
@require_http_methods(["GET", "POST"])
def desk_new(request: HttpRequest) -> HttpResponse:
    """Draw a selection up."""
    return _plan_page(request, None)


@needs(P.AWARD_EDIT)
@require_http_methods(["GET", "POST"])
def desk_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw a selection up anew, before it is published."""
    selection = fetch(request, pk)
    if selection.state != S.DRAFT:
        raise NotFound("评选已经发布，规则不能再改。")
    return _plan_page(request, selection)


def _plan_page(request: HttpRequest, selection: Selection | None) -> HttpResponse:
    regions = list(_regions(user_of(request)))
    if request.method == "POST":
        form = SelectionForm(request.POST, regions=regions)
    elif selection is not None:
        form = SelectionForm(initial=SelectionForm.said(selection), regions=regions)
    else:
        form = SelectionForm(initial=_usual(regions), regions=regions)
    if form.is_bound and form.is_valid():
        by, at = user_of(request), now()
        with refusals_in(form):
            if selection is None:
                selection = actions.make_selection(plan=form.plan(), by=by, at=at)
            else:
                actions.change_selection(selection=selection, plan=form.plan(), by=by, at=at)
        if not form.errors and selection is not None:
            messages.success(request, "草稿已保存，核对后请发布。")
            return redirect("awards:desk_detail", selection.pk)
    status = UNPROCESSABLE if form.errors else 200
    context = {"form": form, "selection": selection}
    return render(request, "awards/desk_plan.html", context, status=status)


def _usual(regions: list[Region]) -> dict[str, Any]:
    today = local_date(now())
    workdays = policy.number("awards.publicity_workdays", on=today)
    plan = SelectionPlan(
        title=f"{today.year}年度“四个优秀”志愿服务典型", year=today.year,
        region_id=regions[0].pk if regions else 0, issuer="", intro="",
        nominate_from=today, nominate_until=today, review_until=today, vote_from=today,
        vote_until=today, expert_weight=60, vote_weight=30, office_weight=10,
        publicity_workdays=workdays,
    )  # fmt: skip
    usual = SelectionForm.said(plan)
    empty = ("nominate_from", "nominate_until", "review_until", "vote_from", "vote_until")
    return {name: value for name, value in usual.items() if name not in empty}


def _regions(user: User) -> QuerySet[Region]:
    """Return the city or the counties for which somebody runs selections."""
    reach = Q(pk__in=[])
    for path in scope_of(user, P.AWARD_EDIT).regions:
        reach |= Q(path__startswith=path)
    levels = (Level.CITY, Level.COUNTY)
    return Region.objects.filter(reach, level__in=levels, valid_to=None).order_by("path")


@needs(P.AWARD_EDIT, P.AWARD_NOMINATE)
@require_GET
def desk_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the board of a selection: where it stands, what waits since when, and for whom."""
    return board_page(request, seen(request, pk))


def board_page(
    request: HttpRequest, selection: Selection, *, bound: dict[str, Any] | None = None
) -> HttpResponse:
    """Draw the board, with a form that was refused."""
    user, at, sent = user_of(request), now(), bound or {}
    today = local_date(at)
    is_office = _is_office(user, selection)
    filters = _filters(request)
    categories = queries.categories_of(selection)
    found = queries.desk_nominations(user, selection, filters)
    names, at_step = phase_steps(selection, today)
    phase = selection.phase(today)
    context = {
        "selection": selection,
        "phase": phase,
        "is_office": is_office,
        "steps": ",".join(names),
        "at_step": at_step,
        "piles": queries.board(selection, at=at) if is_office else [],
        "categories": categories,
        "filters": filters,
        "states": [one for one in NominationState.choices if one[0] != NominationState.DRAFT],
        "page": Paginator(found, ON_A_PAGE).get_page(request.GET.get("page")),
        "handlings": [
            (verb, label, sent.get(verb) or make())
            for verb, (label, make, _, _) in _STEPS.items()
            if is_office and (verb in sent or _is_possible(verb, selection, phase))
        ],
        "may_nominate": selection.state == S.PUBLISHED
        and phase == Phase.NOMINATING
        and has(user, P.AWARD_NOMINATE),
        "moves": [
            {"label": rules.SELECTION_LABELS[move.verb], "at": move.at, "words": move.words,
             "by": move.by}
            for move in selection.moves.select_related("by")
        ] if is_office else [],
        "at": at,
        "today": today,
    }  # fmt: skip
    status = UNPROCESSABLE if bound else 200
    return render(request, "awards/desk_detail.html", context, status=status)


def _filters(request: HttpRequest) -> Filters:
    asked = request.GET
    return Filters(
        category=number_in(asked.get("category")),
        state=asked.get("state", ""),
        words=clean(asked.get("q", "")[:60]),
    )


Act = Callable[[Selection, Any, User], object]
_STEPS: dict[str, tuple[str, Callable[..., Any], Act, str]] = {
    "publish": (
        "发布", NothingForm,
        lambda one, _form, by: actions.publish_selection(selection=one, by=by, at=now()),
        "已发布，规则从现在起不能再改。",
    ),
    "count": (
        "计算得分", NothingForm,
        lambda one, _form, by: actions.count_selection(selection=one, by=by, at=now()),
        "已计算，请评定。",
    ),
    "return": (
        "退回评定", lambda *sent: ReasonForm(*sent, label="退回的理由"),
        lambda one, form, by: actions.return_decision(
            selection=one, reason=form.cleaned_data["reason"], by=by, at=now()
        ),
        "已退回，请重新评定。",
    ),
    "confirm": (
        "复核通过并公示", NothingForm,
        lambda one, _form, by: actions.confirm_decision(selection=one, by=by, at=now()),
        "已开始公示，公示结束没有异议就表彰。",
    ),
    "cancel": (
        "取消评选", lambda *sent: ReasonForm(*sent, label="取消的理由"),
        lambda one, form, by: actions.cancel_selection(
            selection=one, reason=form.cleaned_data["reason"], by=by, at=now()
        ),
        "已取消。",
    ),
}  # fmt: skip


def _is_possible(verb: str, selection: Selection, phase: Phase) -> bool:
    if selection.state not in SELECTION_FLOW.sources(verb):
        return False
    return verb != "count" or phase == Phase.DECIDING or selection.state == S.COUNTED


@needs(P.AWARD_EDIT)
@require_POST
def desk_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Do one thing about a selection; a form with errors is drawn again."""
    selection = fetch(request, pk)
    handling = _STEPS.get(verb)
    if handling is None:
        raise NotFound("没有这一步，请回到评选页面。")
    _, make, act, done = handling
    form = make(request.POST)
    if form.is_valid():
        with refusals_in(form):
            act(selection, form, user_of(request))
    if form.errors:
        return board_page(request, fetch(request, pk), bound={verb: form})
    messages.success(request, done)
    return redirect("awards:desk_detail", pk)


@needs(P.AWARD_EDIT)
@require_http_methods(["GET", "POST"])
def desk_days(request: HttpRequest, pk: int) -> HttpResponse:
    """Move the days of a running selection."""
    selection = fetch(request, pk)
    form = DaysForm(request.POST if request.method == "POST" else None, initial=days_of(selection))
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.move_days(
                selection=selection, days=form.days(), reason=form.cleaned_data["reason"],
                by=user_of(request), at=now(),
            )  # fmt: skip
        if not form.errors:
            messages.success(request, "日期已调整。")
            return redirect("awards:desk_detail", pk)
    context = {"form": form, "selection": selection}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "awards/desk_days.html", context, status=status)


# -- Who may see what --------------------------------------------------------------------------


def fetch(request: HttpRequest, pk: int) -> Selection:
    """Return a selection that somebody runs.

    :raises NotFound: when it is another office's.
    """
    found: Selection = access.fetch(
        request.user, P.AWARD_EDIT, Selection.objects.select_related("region", "decided_by"),
        at=now(), pk=pk,
    )  # fmt: skip
    return found


def seen(request: HttpRequest, pk: int) -> Selection:
    """Return a selection that somebody runs, or in whose area they may put forward.

    :raises NotFound: when it is another area's, or not published.
    """
    user = user_of(request)
    if has(user, P.AWARD_NOMINATE):
        found = Selection.objects.filter(pk=pk).exclude(state__in=[S.DRAFT, S.CANCELLED])
        selection = found.select_related("region", "decided_by").first()
        if selection is not None and _is_near(selection, _paths(user)):
            return selection  # type: ignore[no-any-return]  # the scoped manager is untyped
    return fetch(request, pk)


def _is_office(user: User, selection: Selection) -> bool:
    reach = scope_of(user, P.AWARD_EDIT).regions
    return any(selection.region.path.startswith(path) for path in reach)
