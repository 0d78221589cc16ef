"""The desk: the automatic roster, the board of a day, changes by hand, substitutes, print."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound, Refusal
from voluncity.service.rosters import papers, tasks
from voluncity.service.rosters.actions import covers, editing, publishing, runs
from voluncity.service.rosters.forms.desk import AssignForm, MoveForm, SubstituteForm, WeeksForm
from voluncity.service.rosters.models import Assignment, Plan, Run
from voluncity.service.rosters.queries import desk
from voluncity.service.rosters.states import RunState
from voluncity.service.rosters.views.desk_plans import EDIT, PAGE, UNPROCESSABLE, me, plan_in_reach
from voluncity.service.signups import queries as signups
from voluncity.service.signups.models import Signup
from voluncity.web.forms import refusals_in


def _run(request: HttpRequest, pk: int) -> Run:
    found = Run.objects.select_related("plan__project__organization", "made_by")
    return cast(Run, access.fetch(request.user, EDIT, found, at=now(), pk=pk))


@needs(EDIT)
@require_POST
def desk_start_run(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for an automatic roster."""
    plan_in_reach(request, pk)
    form = WeeksForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(e for es in form.errors.values() for e in map(str, es)))
        return redirect("rosters:desk_plan", pk=pk)
    run = runs.start_run(plan_id=pk, **form.cleaned_data, by=me(request), at=now())
    tasks.work_at_run.enqueue(run.pk)
    return redirect("rosters:desk_run", pk=run.pk)


@needs(EDIT)
@require_GET
def desk_run(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a draft: how far, how good, who and what was left out; the page renews itself."""
    run = _run(request, pk)
    context = {
        "run": run,
        "plan": run.plan,
        "result": desk.result(run),
        "is_working": desk.is_working(run),
        "is_silent": run.touched_at < now() - timedelta(minutes=1),
        "assigned": run.assignments.count(),
        "placed": run.assignments.exclude(signup=None).count(),
        "holes": Paginator(desk.holes(run), PAGE).get_page(request.GET.get("holes")),
        "left_out": Paginator(desk.left_out(run), PAGE).get_page(request.GET.get("page")),
        "not_told": list(desk.not_told(run)[:200]),
        "problems": list(desk.problems(run)[:PAGE]),
        "is_open": run.state == RunState.SOLVED,
    }
    is_poll = request.headers.get("HX-Request") == "true"
    part = "#progress" if is_poll and context["is_working"] else ""
    response = render(request, f"rosters/desk_run.html{part}", context)
    if is_poll and not part:
        response["HX-Refresh"] = "true"
    return response


@needs(EDIT)
@require_POST
def desk_run_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Discard a draft, work it out anew, or publish it."""
    run = _run(request, pk)
    if verb == "discard":
        runs.discard_run(run_id=pk, by=me(request), at=now())
        messages.success(request, "这份排班已作废，没有通知任何人。")
        return redirect("rosters:desk_plan", pk=run.plan_id)
    if verb == "again":
        runs.solve_again(run_id=pk, by=me(request), at=now())
        tasks.work_at_run.enqueue(pk)
    elif verb == "publish":
        publishing.publish_run(run_id=pk, by=me(request), at=now())
        tasks.work_at_publishing.enqueue(pk)
    return redirect("rosters:desk_run", pk=pk)


# -- The board ---------------------------------------------------------------------------------


@needs(EDIT)
@require_GET
def desk_board(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who stands where on a day."""
    return _board(request, plan_in_reach(request, pk), AssignForm())


def _board(request: HttpRequest, plan: Plan, form: AssignForm) -> HttpResponse:
    days = desk.days_with_turns(plan, at=now())
    day = _day(request, days)
    run = desk.open_run(plan)
    context = {
        "plan": plan,
        "run": run,
        "is_open": run is not None and run.state == RunState.SOLVED,
        "days": days,
        "day": day,
        "board": desk.board(plan, day, run) if day else None,
        "targets": desk.targets(run, day) if run and day else [],
        "form": form,
        "at": now(),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "rosters/desk_board.html", context, status=status)


def _day(request: HttpRequest, days: list[date]) -> date | None:
    """Return the day that was asked for, else the next one with turns."""
    asked = next((one for one in days if one.isoformat() == request.GET.get("day")), None)
    coming = next((one for one in days if one >= local_date(now())), None)
    return asked or coming or (days[-1] if days else None)


def _board_url(plan_id: int, day: date) -> str:
    return f"{reverse('rosters:desk_board', args=[plan_id])}?day={day.isoformat()}"


@needs(EDIT)
@require_POST
def desk_assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Put somebody into a draft by the number."""
    run = _run(request, pk)
    form = AssignForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            volunteer = signups.volunteer_with_number(form.cleaned_data["number"])
            made = editing.assign(
                run_id=pk, turn_id=form.cleaned_data["turn"], volunteer_id=volunteer.pk,
                risks_told=form.cleaned_data["risks_told"], by=me(request), at=now(),
            )  # fmt: skip
            messages.success(request, f"已排上{volunteer.name}，并锁定。")
            return redirect(_board_url(run.plan_id, made.turn.day))
    return _board(request, run.plan, form)


def _assignment(request: HttpRequest, pk: int) -> Assignment:
    found = Assignment.objects.select_related(
        "run__plan", "turn__post", "turn__slot", "turn__shift", "volunteer"
    )
    return cast(Assignment, access.fetch(request.user, EDIT, found, at=now(), pk=pk))


@needs(EDIT)
@require_http_methods(["GET", "POST"])
def desk_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move somebody of a draft to another post or time."""
    one = _assignment(request, pk)
    form = MoveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            moved = editing.move(
                assignment_id=pk, turn_id=form.cleaned_data["turn"], by=me(request), at=now()
            )
            messages.success(request, f"已移到{moved.turn.post.name}，并锁定。")
            return redirect(_board_url(one.run.plan_id, moved.turn.day))
    context: dict[str, Any] = {
        "one": one,
        "plan": one.run.plan,
        "form": form,
        "targets": [t for t in desk.targets(one.run, one.turn.day) if t.turn.pk != one.turn_id],
        "back": _board_url(one.run.plan_id, one.turn.day),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "rosters/desk_move.html", context, status=status)


@needs(EDIT)
@require_POST
def desk_assignment(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Lock an assignment, let it go, or take it out."""
    one = _assignment(request, pk)
    if verb == "remove":
        editing.unassign(assignment_id=pk, by=me(request), at=now())
    elif verb in ("lock", "unlock"):
        editing.lock(assignment_id=pk, is_locked=verb == "lock", by=me(request), at=now())
    return redirect(_board_url(one.run.plan_id, one.turn.day))


# -- Substitutes and print ---------------------------------------------------------------------


@needs(EDIT)
@require_http_methods(["GET", "POST"])
def desk_substitute(request: HttpRequest, pk: int) -> HttpResponse:
    """Name who comes instead of somebody, on this date only."""
    found = Signup.objects.select_related("shift__roster_turn__post__plan", "volunteer")
    signup = cast(Signup, access.fetch(request.user, EDIT, found, at=now(), pk=pk))
    turn = getattr(signup.shift, "roster_turn", None)
    if turn is None:
        raise NotFound("这不是排班的班次，请在报名名单里办理。")
    back = _board_url(turn.post.plan_id, turn.day)
    form = SubstituteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            covers.substitute(signup_id=pk, **form.cleaned_data, by=me(request), at=now())
            messages.success(request, "已换人，只换这一次；两个人都会收到消息。")
            return redirect(back)
    context = {
        "signup": signup, "turn": turn, "plan": turn.post.plan, "form": form, "back": back,
    }  # fmt: skip
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "rosters/desk_substitute.html", context, status=status)


@needs(EDIT)
@require_GET
def desk_paper(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Print who stands where in a week, post by post or person by person."""
    plan = plan_in_reach(request, pk)
    if kind not in papers.KINDS:
        raise NotFound("没有这种打印格式。")
    days = desk.days_with_turns(plan, at=now())
    day = _day(request, days)
    if day is None:
        raise Refusal("还没有班次，请先生成班次再打印。", code="rosters.no_turns")
    response = HttpResponse(
        papers.roster_paper(plan, day, kind=kind, at=now()), content_type="application/pdf"
    )
    response["Content-Disposition"] = f'inline; filename="roster-{pk}-{kind}.pdf"'
    return response
