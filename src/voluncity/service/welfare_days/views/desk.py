"""The desk: the office plans the days, organizations attach their activities."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.people.asking import user_of
from voluncity.city.publicity import queries as publicity
from voluncity.kernel import workbook
from voluncity.kernel.clock import local_date, span_text
from voluncity.kernel.refusals import NotAllowed, NotFound
from voluncity.service.projects.models import Activity
from voluncity.service.welfare_days import actions, queries
from voluncity.service.welfare_days.forms import MoveForm, ThemeForm, YearForm
from voluncity.service.welfare_days.models import WelfareDay
from voluncity.service.welfare_days.states import DayState
from voluncity.web.forms import refusals_in

P = Permission
COLUMNS = (
    ("活动", 30), ("组织", 28), ("时间", 26), ("地点", 30), ("报名", 8), ("参加志愿者", 10),
    ("服务分钟", 10), ("其中信用分钟", 12), ("服务成效", 40), ("归档", 10),
)  # fmt: skip


@needs(P.WELFARE_DAY_EDIT, P.ACTIVITY_EDIT)
@require_GET
def desk_list(request: HttpRequest) -> HttpResponse:
    """List the days of a year."""
    return _list(request, YearForm(initial={"year": local_date(now()).year + 1}))


def _list(request: HttpRequest, form: YearForm) -> HttpResponse:
    known, today = queries.years(), local_date(now())
    asked = request.GET.get("year", "")
    first = queries.year_to_open(known, today=today)
    year = next((one for one in known if str(one) == asked), first)
    months, calendar = queries.months_of(year), publicity.calendar()
    context = {
        "year": year,
        "years": known,
        "months": [(one, calendar.is_workday(one.day.held_on)) for one in months],
        "today": today,
        "form": form,
        "may_arrange": queries.may_arrange(user_of(request)),
    }
    status = 422 if form.errors else 200
    return render(request, "welfare_days/desk_list.html", context, status=status)


@needs(P.WELFARE_DAY_EDIT)
@require_POST
def generate(request: HttpRequest) -> HttpResponse:
    """Propose the days of a year."""
    _arranging(request)
    form = YearForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            year = form.cleaned_data["year"]
            actions.generate_year(year=year, by=user_of(request), at=now())
            messages.success(request, f"{year} 年的公益日已生成，请逐个确认。")
            response = redirect("welfare_days:desk_list")
            response["Location"] += f"?year={year}"
            return response
    return _list(request, form)


@needs(P.WELFARE_DAY_EDIT, P.ACTIVITY_EDIT)
@require_GET
def desk_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one day: who takes part, whose archive is missing, what one may attach."""
    return _page(request, _day(pk))


@needs(P.WELFARE_DAY_EDIT)
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a day is held when it is proposed."""
    _arranging(request)
    actions.confirm_day(day=_day(pk), by=user_of(request), at=now())
    messages.success(request, "日期已确认，组织可以加入活动。")
    return redirect("welfare_days:desk_detail", pk)


@needs(P.WELFARE_DAY_EDIT)
@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Hold a day on another date."""
    _arranging(request)
    day, form = _day(pk), MoveForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            actions.move_day(day=day, **form.cleaned_data, by=user_of(request), at=now())
    if form.errors:
        return _page(request, _day(pk), move=form)
    messages.success(request, "已改期。请看一看已加入的活动日期是否合适。")
    return redirect("welfare_days:desk_detail", pk)


@needs(P.WELFARE_DAY_EDIT)
@require_POST
def describe(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a day its theme."""
    _arranging(request)
    day, form = _day(pk), ThemeForm(request.POST, request.FILES)
    if form.is_valid():
        with refusals_in(form):
            actions.describe_day(day=day, **form.cleaned_data, by=user_of(request), at=now())
    if form.errors:
        return _page(request, _day(pk), theme=form)
    messages.success(request, "主题已保存。")
    return redirect("welfare_days:desk_detail", pk)


@needs(P.ACTIVITY_EDIT)
@require_POST
def attach(request: HttpRequest, pk: int, activity: int) -> HttpResponse:
    """Let one's own activity belong to a day."""
    one = _own(request, activity)
    actions.attach(day=_day(pk), activity=one, by=user_of(request), at=now())
    messages.success(request, f"“{one.name}”已加入公益日。")
    return redirect("welfare_days:desk_detail", pk)


@needs(P.ACTIVITY_EDIT)
@require_POST
def detach(request: HttpRequest, activity: int) -> HttpResponse:
    """Take one's own activity out of its day."""
    one = _own(request, activity)
    day = WelfareDay.objects.filter(attachments__activity=one).first()
    actions.detach(activity=one, by=user_of(request), at=now())
    messages.success(request, f"“{one.name}”已退出公益日。")
    return (
        redirect("welfare_days:desk_detail", day.pk) if day else redirect("welfare_days:desk_list")
    )


@needs(P.WELFARE_DAY_EDIT)
@require_GET
def summary(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand over a day as a table: one line for each activity."""
    day = _day(pk)
    out = BytesIO()
    workbook.write_sheet(
        out, name=f"{day.held_on} 全民公益日", columns=COLUMNS,
        rows=(_cells(one) for one in queries.rows_of(list(queries.activities_of(day)))),
    )  # fmt: skip
    response = HttpResponse(out.getvalue(), content_type=workbook.TYPE)
    named = content_disposition_header(
        as_attachment=True, filename=f"全民公益日 {day.held_on}.xlsx"
    )
    response["Content-Disposition"] = str(named)
    response["Cache-Control"] = "private, no-store"
    return response


def _cells(row: queries.Row) -> list[str | int]:
    activity: Any = row.activity
    done = "、".join(f"{one.kind.name} {one.number} {one.kind.unit}" for one in row.outcomes)
    return [
        activity.name, activity.project.organization.name,
        span_text(activity.starts_at, activity.ends_at),
        f"{activity.region.name} {activity.address}", activity.taken, row.served.volunteers,
        row.served.minutes, row.served.proven_minutes, done, row.state_text,
    ]  # fmt: skip


def _page(
    request: HttpRequest,
    day: WelfareDay,
    *,
    move: MoveForm | None = None,
    theme: ThemeForm | None = None,
) -> HttpResponse:
    at = now()
    activities = list(queries.activities_of(day))
    own = scope_of(request.user, P.ACTIVITY_EDIT)
    mine, rows = queries.reached(activities, own), queries.rows_of(activities)
    seen = queries.reached(activities, scope_of(request.user, P.PROJECT_SEE))
    may_arrange, (first, last) = queries.may_arrange(user_of(request)), queries.window(day)
    context = {
        "day": day,
        "window": (first, last),
        "rows": [
            (
                one,
                one.activity.pk in mine,
                first <= local_date(one.activity.starts_at) <= last,
                one.activity.ends_at <= at,
                one.activity.pk in seen,
            )
            for one in rows
        ],
        "missing": [one for one in rows if one.is_missing and one.activity.ends_at <= at],
        "figures": queries.figures_of(activities),
        "candidates": [] if own.is_empty else queries.candidates(day, own),
        "may_arrange": may_arrange,
        "may_take": bool(scope_of(request.user, P.WELFARE_DAY_EDIT).regions),
        "is_proposed": day.state == DayState.PROPOSED,
        "is_workday": publicity.calendar().is_workday(day.held_on),
        "is_over": day.held_on < local_date(at),
        "move": move or MoveForm(auto_id="move_%s"),
        "theme": theme or ThemeForm(initial={"theme": day.theme, "words": day.words}),
    }
    bound: tuple[forms.Form | None, ...] = (move, theme)
    status = 422 if any(bound) else 200
    return render(request, "welfare_days/desk_detail.html", context, status=status)


def _day(pk: int) -> WelfareDay:
    found = WelfareDay.objects.select_related("picture", "decided_by").filter(pk=pk).first()
    if found is None:
        raise NotFound("没有找到这个公益日，请回到列表。")
    return found


def _own(request: HttpRequest, pk: int) -> Activity:
    activities: QuerySet[Activity] = Activity.objects.select_related("project__organization")
    found: Activity = access.fetch(request.user, P.ACTIVITY_EDIT, activities, at=now(), pk=pk)
    return found


def _arranging(request: HttpRequest) -> None:
    if not queries.may_arrange(user_of(request)):
        raise NotAllowed("公益日的日期和主题由市文明办安排。如有建议，请联系市文明办。")
