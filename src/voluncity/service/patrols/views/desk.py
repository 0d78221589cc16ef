"""The desk: what patrols found in one's area or for one's unit, and what is done about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, scope_of
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User
from voluncity.city.regions import queries as regions
from voluncity.city.registers.listing import listed, query_in
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotFound
from voluncity.kernel.text import number_in
from voluncity.service.patrols import actions, queries
from voluncity.service.patrols.forms import (
    AcceptForm,
    DispatchForm,
    JoinForm,
    RefuseForm,
    ReturnForm,
    SolveForm,
)
from voluncity.service.patrols.models import Problem
from voluncity.service.patrols.registers import PROBLEMS, filters_of
from voluncity.service.patrols.states import PROBLEM_FLOW, TONES, ProblemState
from voluncity.service.patrols.views import photos
from voluncity.service.patrols.views.resident import moves_of
from voluncity.web.forms import refusals_in
from voluncity.web.picking import draw_offers

P = Permission
PERIODS = ((90, "近三个月"), (365, "近一年"), (30, "近一个月"))


@needs(P.PATROL_SEE)
@require_GET
def desk_list(request: HttpRequest) -> HttpResponse:
    """List the problems within reach, the most urgent first."""
    at, scope = now(), scope_of(request.user, P.PATROL_SEE)
    today = local_date(at)
    filters = filters_of(query_in(request), at=at)
    found = queries.desk_problems(scope, filters, today=today)
    context = {
        **listed(request, PROBLEMS, found),
        "filters": filters,
        "kinds": queries.kinds(),
        "counties": regions.counties(on=today),
        "states": ProblemState.choices,
        "tasks": queries.counts(scope, today=today),
        "may_rule": bool(scope_of(request.user, P.PATROL_SOLVE).regions),
        "may_kind": has(request.user, P.POLICY_EDIT),
    }
    return render(request, "patrols/desk_list.html", context)


@needs(P.PATROL_SEE)
@require_GET
def desk_figures(request: HttpRequest) -> HttpResponse:
    """Show how many problems there were, and how long they took."""
    at, chosen = now(), request.GET.get("days", "")
    days = next((one for one, _ in PERIODS if str(one) == chosen), PERIODS[0][0])
    total, tables = queries.statistics(
        scope_of(request.user, P.PATROL_SEE), since=at - timedelta(days=days), today=local_date(at)
    )
    context = {
        "total": total,
        "tables": [
            ("按类型", tables["kind"]), ("按区县", tables["county"]), ("按责任单位", tables["unit"])
        ],
        "periods": PERIODS,
        "days": days,
    }  # fmt: skip
    return render(request, "patrols/desk_figures.html", context)


@needs(P.PATROL_SOLVE)
@never_cache
@require_safe
def units(request: HttpRequest) -> HttpResponse:
    """Suggest units to which one may dispatch."""
    words = request.GET.get(request.GET.get("field", ""), "")
    possible = queries.possible_units(scope_of(request.user, P.PATROL_SOLVE))
    return HttpResponse(draw_offers(possible, words))


@needs(P.PATROL_SEE)
@require_GET
def desk_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one problem with what may be done about it."""
    return _page(request, _fetch(request, P.PATROL_SEE, pk))


@needs(P.PATROL_SEE)
@require_safe
def desk_photo(request: HttpRequest, pk: int, which: str) -> FileResponse:
    """Show a photo of a problem within reach."""
    return photos.answer(_fetch(request, P.PATROL_SEE, pk), which)


# -- What is done ------------------------------------------------------------------------------

Act = Callable[[Problem, dict[str, Any], User, datetime], object]


@dataclass(frozen=True)
class Handling:
    """One thing that may be done at the desk; some only by who looks after the region."""

    verb: str
    label: str
    form: type[forms.Form]
    act: Act
    done: str
    is_regional: bool = False


HANDLINGS = {
    one.verb: one
    for one in (
        Handling(
            "accept", "签收", AcceptForm,
            lambda problem, _said, by, at: actions.accept_problem(problem=problem, by=by, at=at),
            "已签收，请在期限内办结。",
        ),
        Handling(
            "solve", "登记办结", SolveForm,
            lambda problem, said, by, at: actions.solve_problem(
                problem=problem, words=said["words"], photo=said["photo"], by=by, at=at
            ),
            "已登记办结，等巡防队员确认。",
        ),
        Handling(
            "return", "退回", ReturnForm,
            lambda problem, said, by, at: actions.return_problem(
                problem=problem, words=said["words"], by=by, at=at
            ),
            "已退回，由社区或文明办重新分派。",
        ),
        Handling(
            "dispatch", "分派", DispatchForm,
            lambda problem, said, by, at: actions.dispatch_problem(
                problem=problem, unit=said["unit"], words=said["words"], by=by, at=at
            ),
            "已分派。", is_regional=True,
        ),
        Handling(
            "join", "并案", JoinForm,
            lambda problem, said, by, at: actions.join_problem(
                problem=problem, other=said["other"], by=by, at=at
            ),
            "已并案办理。", is_regional=True,
        ),
        Handling(
            "refuse", "不予受理", RefuseForm,
            lambda problem, said, by, at: actions.refuse_problem(
                problem=problem, words=said["words"], by=by, at=at
            ),
            "已登记不予受理，反映人会看到原因。", is_regional=True,
        ),
        Handling(
            "hide", "不公开照片", AcceptForm,
            lambda problem, _said, by, at: actions.hide_photos(problem=problem, by=by, at=at),
            "照片不再公开。", is_regional=True,
        ),
        Handling(
            "show", "公开照片", AcceptForm,
            lambda problem, _said, by, at: actions.show_photos(problem=problem, by=by, at=at),
            "照片已公开。", is_regional=True,
        ),
    )
}  # fmt: skip


@needs(P.PATROL_SOLVE)
@require_POST
def desk_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Do one thing about a problem; a form with errors is drawn again."""
    handling = HANDLINGS.get(verb)
    problem = _fetch(request, P.PATROL_SOLVE, pk)
    if handling is None or (handling.is_regional and not _is_regional(request, problem)):
        raise NotFound("没有这一步，请回到问题页面。")
    form = _form(request, handling, request.POST, request.FILES)
    if form.is_valid():
        with refusals_in(form):
            said = form.cleaned_data
            if verb == "join":
                said["other"] = _other(request, said["other"])
            handling.act(problem, said, user_of(request), now())
    if form.errors:
        return _page(request, _fetch(request, P.PATROL_SOLVE, pk), bound={verb: form})
    messages.success(request, handling.done)
    is_kept = queries.detailed().in_scope(scope_of(request.user, P.PATROL_SEE)).filter(pk=pk)
    # A unit that gave a problem back sees it no more.
    return (
        redirect("patrols:desk_detail", pk) if is_kept.exists() else redirect("patrols:desk_list")
    )


def _other(request: HttpRequest, words: str) -> Problem:
    number = number_in(words.strip().upper().removeprefix("XF"))
    if number is not None:
        found = queries.detailed().in_scope(scope_of(request.user, P.PATROL_SOLVE))
        problem: Problem | None = found.filter(pk=number).first()
        if problem is not None:
            return problem
    raise BadInput("没有找到这个编号的问题，请核对后再填。", field="other")


def _form(request: HttpRequest, handling: Handling, *sent: Any) -> forms.Form:
    if handling.form is not DispatchForm:
        return handling.form(*sent)
    scope = scope_of(request.user, P.PATROL_SOLVE)
    return DispatchForm(*sent, units=queries.possible_units(scope))


def _page(
    request: HttpRequest, problem: Problem, bound: dict[str, forms.Form] | None = None
) -> HttpResponse:
    is_regional = _is_regional(request, problem)
    context = {
        "problem": problem,
        "tone": TONES.get(ProblemState(problem.state), "neutral"),
        "today": local_date(now()),
        "moves": moves_of(problem),
        "steps": [
            (one, (bound or {}).get(one.verb) or _form(request, one))
            for one in _possible(request, problem, is_regional=is_regional)
        ],
        "alike": queries.alike(problem, scope_of(request.user, P.PATROL_SEE))
        if is_regional and problem.is_open
        else [],
        "joined": problem.joined.order_by("pk"),
        "is_regional": is_regional,
        "may_hide": _may_solve(request, problem) and is_regional,
    }
    return render(
        request, "patrols/desk_detail.html", context, status=422 if bound is not None else 200
    )


def _possible(request: HttpRequest, problem: Problem, *, is_regional: bool) -> list[Handling]:
    if not _may_solve(request, problem):
        return []
    verbs = {step.verb for step in PROBLEM_FLOW.verbs(problem.state)}
    found = [one for one in HANDLINGS.values() if one.verb in verbs]
    return [one for one in found if is_regional or not one.is_regional]


def _may_solve(request: HttpRequest, problem: Problem) -> bool:
    scope = scope_of(request.user, P.PATROL_SOLVE)
    return bool(Problem.objects.in_scope(scope).filter(pk=problem.pk).exists())


def _is_regional(request: HttpRequest, problem: Problem) -> bool:
    return queries.is_in_region(scope_of(request.user, P.PATROL_SOLVE), problem)


def _fetch(request: HttpRequest, permission: Permission, pk: int) -> Problem:
    found: Problem = access.fetch(request.user, permission, queries.detailed(), at=now(), pk=pk)
    return found
