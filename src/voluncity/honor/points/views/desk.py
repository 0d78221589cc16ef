"""The office looks at somebody's points, adjusts them with a second person, and at the figures."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, scope_of
from voluncity.city.people import queries as people
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import Volunteer
from voluncity.honor.points import actions, queries
from voluncity.honor.points.forms import AdjustForm, AnswerForm
from voluncity.honor.points.models import Adjustment
from voluncity.honor.points.queries import office
from voluncity.honor.points.states import AdjustmentKind, AdjustmentState
from voluncity.honor.points.views.common import UNPROCESSABLE, drawn, link
from voluncity.kernel.clock import local_date
from voluncity.kernel.text import clean
from voluncity.web.forms import refusals_in
from voluncity.web.paging import LongPaginator

PER_PAGE = 30
WORDS_MOST = 40
MONTHS = 12
ALL = "all"


@needs(Permission.POINTS_SEE)
@require_GET
def desk_list(request: HttpRequest) -> HttpResponse:
    """Find a volunteer; list the adjustments that wait and those that are done."""
    scope = scope_of(request.user, Permission.POINTS_SEE)
    words = clean(request.GET.get("q", ""))[:WORDS_MOST]
    is_done = request.GET.get("state") == "done"
    found = office.people_named(scope, words)
    asked = office.adjustments(scope, is_open=not is_done)
    context = {
        "words": words,
        "people": Paginator(found, PER_PAGE).get_page(1) if words else None,
        "is_done": is_done,
        "page": Paginator(asked, PER_PAGE).get_page(request.GET.get("page")),
        "pool": queries.pool_balance(),
    }
    return render(request, "points/desk_list.html", context)


def _volunteer(request: HttpRequest, pk: int, permission: Permission) -> Volunteer:
    found = Volunteer.objects.select_related("region")
    living = people.living_record(pk) if Volunteer.objects.filter(pk=pk).exists() else pk
    fetched: Volunteer = access.fetch(request.user, permission, found, at=now(), pk=living)
    return fetched


@needs(Permission.POINTS_SEE)
@require_GET
def desk_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Show somebody's statement."""
    volunteer = _volunteer(request, pk, Permission.POINTS_SEE)
    form = AdjustForm() if has(request.user, Permission.POINTS_EDIT) else None
    context = _person(request, volunteer) | {"form": form}
    return render(request, "points/desk_person.html", context)


@needs(Permission.POINTS_EDIT)
@require_POST
def desk_adjust(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for an adjustment of somebody's points."""
    volunteer = _volunteer(request, pk, Permission.POINTS_EDIT)
    form = AdjustForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            asked = _ask(request, form, volunteer)
        if not form.errors:
            messages.success(request, _told(asked))
            return redirect("points:desk_person", volunteer.pk)
    context = _person(request, volunteer) | {"form": form}
    return render(request, "points/desk_person.html", context, status=UNPROCESSABLE)


def _ask(request: HttpRequest, form: AdjustForm, volunteer: Volunteer) -> Adjustment:
    said = form.cleaned_data
    return actions.ask_adjustment(
        kind=AdjustmentKind(said["kind"]), volunteer_id=volunteer.pk, amount=said["amount"],
        reason=said["reason"], by=user_of(request), at=now(),
    )  # fmt: skip


def _told(asked: Adjustment) -> str:
    if asked.decided_at is not None:
        return "已从爱心积分池发放，本人会收到消息。"
    return "已提出，另一位同事复核通过后生效。"


def _person(request: HttpRequest, volunteer: Volunteer) -> dict[str, Any]:
    show = request.GET.get("show", "")
    rows: Any = (
        queries.held(volunteer.pk) if show == "held" else queries.moves(volunteer.pk, show=show)
    )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    is_held = show == "held"
    return {
        "volunteer": volunteer,
        "balance": queries.balance(volunteer.pk),
        "owed": queries.owed(volunteer.pk),
        "earned": queries.earned(volunteer.pk),
        "show": show if show in {"in", "out", "held"} else "",
        "page": page,
        "lots": _with_links(page.object_list) if is_held else [],
        "lines": [] if is_held else drawn(queries.lines(page.object_list), is_desk=True),
        "debts": queries.open_debts(volunteer.pk),
    }


def _with_links(rows: Any) -> list[dict[str, Any]]:
    return [{"row": row, "url": link(row.source, is_desk=True)} for row in rows]


def _adjustment(request: HttpRequest, pk: int, permission: Permission) -> Adjustment:
    found = Adjustment.objects.select_related("volunteer__region", "asked_by", "decided_by")
    asked: Adjustment = access.fetch(request.user, permission, found, at=now(), pk=pk)
    return asked


@needs(Permission.POINTS_SEE)
@require_GET
def desk_adjustment(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one adjustment."""
    asked = _adjustment(request, pk, Permission.POINTS_SEE)
    context = _asked(request, asked) | {"form": AnswerForm()}
    return render(request, "points/desk_adjustment.html", context)


def _asked(request: HttpRequest, asked: Adjustment) -> dict[str, Any]:
    user = user_of(request)
    may_edit = has(user, Permission.POINTS_EDIT) and asked.state == AdjustmentState.WAITING
    return {
        "asked": asked,
        "balance": queries.balance(people.living_record(asked.volunteer_id)),
        "pool": queries.pool_balance(),
        "may_decide": may_edit and asked.asked_by_id != user.pk,
        "may_withdraw": may_edit and asked.asked_by_id == user.pk,
    }


@needs(Permission.POINTS_EDIT)
@require_POST
def desk_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the second officer decide on an adjustment."""
    asked = _adjustment(request, pk, Permission.POINTS_EDIT)
    form = AnswerForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            actions.decide_adjustment(
                adjustment_id=pk, is_approved=form.cleaned_data["verb"] == AnswerForm.YES,
                answer=form.cleaned_data["answer"], by=user_of(request), at=now(),
            )  # fmt: skip
        if not form.errors:
            messages.success(request, "已办结，本人会收到消息。")
            return redirect("points:desk_adjustment", pk)
    context = _asked(request, asked) | {"form": form}
    return render(request, "points/desk_adjustment.html", context, status=UNPROCESSABLE)


@needs(Permission.POINTS_EDIT)
@require_POST
def desk_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own request back."""
    _adjustment(request, pk, Permission.POINTS_EDIT)
    actions.withdraw_adjustment(adjustment_id=pk, by=user_of(request), at=now())
    messages.success(request, "已撤回。")
    return redirect("points:desk_list")


def _months(at: datetime) -> list[date]:
    first = local_date(at).replace(day=1)
    found = [first]
    while len(found) < MONTHS:
        last = found[-1]
        found.append(date(last.year - (last.month == 1), (last.month - 2) % 12 + 1, 1))
    return found


def _month(request: HttpRequest, months: list[date]) -> date | None:
    asked = request.GET.get("month", "")
    if asked == ALL:
        return None
    return next((one for one in months if f"{one:%Y-%m}" == asked), months[0])


@needs(Permission.POINTS_SEE)
@require_GET
def desk_figures(request: HttpRequest) -> HttpResponse:
    """Show what was issued, spent and lost in a month, and what is still to be honored."""
    months = _months(now())
    month = _month(request, months)
    scope = scope_of(request.user, Permission.POINTS_SEE)
    context = {
        "months": months,
        "month": month,
        "chosen": f"{month:%Y-%m}" if month else ALL,
        "figures": office.figures(scope, month),
        "pool": queries.pool(),
    }
    return render(request, "points/desk_figures.html", context)


@needs(Permission.POINTS_SEE)
@require_GET
def desk_entries(request: HttpRequest, key: str) -> HttpResponse:
    """List the records that a figure counts."""
    figure = office.figure_named(key)
    month = _month(request, _months(now()))
    scope = scope_of(request.user, Permission.POINTS_SEE)
    rows = office.records(figure, scope, month).select_related("volunteer")
    page = LongPaginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "figure": figure,
        "month": month,
        "chosen": f"{month:%Y-%m}" if month else ALL,
        "page": page,
        "rows": _with_links(page.object_list),
    }
    return render(request, "points/desk_entries.html", context)
