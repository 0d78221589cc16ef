"""The patrol: report in three taps, see what became of it, look again; and the public board."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from voluncity.city.access.marks import public, volunteer_only
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import Volunteer
from voluncity.city.policy import queries as policy
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound, Refusal
from voluncity.service.patrols import actions, queries, rules
from voluncity.service.patrols.forms import RejectForm, ReportForm
from voluncity.service.patrols.models import Problem
from voluncity.service.patrols.states import ProblemState
from voluncity.service.patrols.views import photos
from voluncity.web.forms import refusals_in
from voluncity.web.paging import LongPaginator

ON_A_PAGE = 20
CREATED, UNPROCESSABLE = 201, 422


@volunteer_only
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Report a problem; the page's script asks for an answer that a program can read."""
    volunteer, at = _volunteer(request), now()
    form = ReportForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        kinds=queries.kinds(),
        places=queries.places(volunteer, at=at),
        initial={"nonce": str(uuid4())},
    )
    if request.headers.get("Accept") == "application/json" and form.is_bound:
        return _for_script(request, form)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            problem = actions.report_problem(
                report=form.report(), volunteer=volunteer, by=user_of(request), at=at
            )
        if not form.errors:
            return redirect(_sent_url(problem))
    chosen = form["place"].value() or (form.places[0].key if form.places else "")
    context = {"form": form, "chosen": chosen, "here": rules.HERE}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "patrols/report.html", context, status=status)


def _for_script(request: HttpRequest, form: ReportForm) -> JsonResponse:
    if not form.is_valid():
        sentence = next(str(errors[0]) for errors in form.errors.values())
        return JsonResponse({"sentence": sentence}, status=UNPROCESSABLE)
    try:
        problem = actions.report_problem(
            report=form.report(), volunteer=_volunteer(request), by=user_of(request), at=now()
        )
    except Refusal as refusal:
        return JsonResponse({"sentence": refusal.sentence}, status=refusal.status)
    return JsonResponse({"url": _sent_url(problem), "number": problem.number}, status=CREATED)


def _sent_url(problem: Problem) -> str:
    return f"{reverse('patrols:one', args=[problem.pk])}?sent=1"


@volunteer_only
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """List what one reported, with its state in words."""
    page = Paginator(queries.mine(_volunteer(request)), ON_A_PAGE)
    return render(request, "patrols/mine.html", {"page": page.get_page(request.GET.get("page"))})


@volunteer_only
@require_GET
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one's problem and what happened to it."""
    return _page(request, _fetch(request, pk))


@volunteer_only
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that it is solved."""
    actions.confirm_problem(problem=_fetch(request, pk), by=user_of(request), at=now())
    messages.success(request, "谢谢您！这件事办结了。")
    return redirect("patrols:one", pk)


@volunteer_only
@require_POST
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that it is not solved."""
    problem, form = _fetch(request, pk), RejectForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            actions.reject_problem(
                problem=problem, words=form.cleaned_data["words"], by=user_of(request), at=now()
            )
    if form.errors:
        return _page(request, problem, form)
    messages.success(request, "已退回责任单位再办理，谢谢您！")
    return redirect("patrols:one", pk)


def _page(request: HttpRequest, problem: Problem, form: RejectForm | None = None) -> HttpResponse:
    waits = problem.state == ProblemState.SOLVED
    context: dict[str, Any] = {
        "problem": problem,
        "moves": moves_of(problem, for_patrol=True),
        "form": form or (RejectForm() if waits else None),
        "is_new": "sent" in request.GET,
        "today": local_date(now()),
        "confirm_days": policy.number("patrols.confirm_days", on=local_date(now())),
    }
    return render(
        request, "patrols/one.html", context, status=UNPROCESSABLE if form is not None else 200
    )


def moves_of(problem: Problem, *, for_patrol: bool = False) -> list[dict[str, Any]]:
    """Return the history in words; the patrol reads units, not the names of staff."""
    found = problem.moves.select_related("unit", "by")
    return [
        {
            "label": rules.LABELS[move.verb],
            "unit": move.unit.name if move.unit and move.verb in _NAMING else "",
            "by": "" if for_patrol or move.by is None or move.verb in _BY_PATROL else str(move.by),
            "at": move.at,
            # What a desk tells a unit, or a unit the desk, is not meant for the patrol.
            "words": "" if for_patrol and move.verb in {"dispatch", "return"} else move.words,
        }
        for move in found
    ]


_BY_PATROL = {"report", "confirm", "reject"}  # units and desks read no name of a patrol here
_NAMING = {"route", "dispatch", "accept", "return", "solve"}


@volunteer_only
@require_safe
def my_photo(request: HttpRequest, pk: int, which: str) -> FileResponse:
    """Show a photo of one's own problem."""
    return photos.answer(_fetch(request, pk), which)


@public
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Show what was solved, without persons."""
    page = LongPaginator(queries.board(), ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "patrols/board.html", {"page": page})


@public
@require_safe
def board_photo(request: HttpRequest, pk: int, which: str) -> FileResponse:
    """Show a photo of the board, unless it was hidden."""
    problem = queries.board().filter(pk=pk, hidden_at=None).first()
    if problem is None:
        raise NotFound("没有找到这张照片，或者它不再公开。")
    return photos.answer(problem, which, is_public=True)


def _fetch(request: HttpRequest, pk: int) -> Problem:
    found = queries.mine(_volunteer(request)).filter(pk=pk).first()
    if found is None:
        raise NotFound("没有找到这件事，请回到“我反映的”看看。")
    return found


def _volunteer(request: HttpRequest) -> Volunteer:
    return user_of(request).volunteer
