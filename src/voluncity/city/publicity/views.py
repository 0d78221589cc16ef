"""Pages of publicity: for everybody, and for the offices."""

from __future__ import annotations

from datetime import date
from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs, public, signed_in
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.publicity import actions, queries
from voluncity.city.publicity.forms import (
    FIRST_DAY,
    LAST_DAY,
    AnswerForm,
    CalendarDayForm,
    ObjectionForm,
)
from voluncity.city.publicity.models import Notice, Objection
from voluncity.city.publicity.states import NoticeKind, NoticeState
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.web.forms import refusals_in

ON_A_PAGE = 20
PARTS_ON_A_PAGE = 100


@public
@require_GET
def list_notices(request: HttpRequest) -> HttpResponse:
    """Show what is shown to the public, running ones first."""
    state, kind = request.GET.get("state", ""), request.GET.get("kind", "")
    found = queries.notices(state=state, kind=kind if kind in NoticeKind.values else "")
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "states": NoticeState,
        "kinds": NoticeKind,
        "state": state,
        "kind": kind,
    }
    return render(request, "publicity/list.html", context)


@public
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one notice, and one's own objections to it."""
    notice = _notice(pk)
    context = {
        "notice": notice,
        "tally": queries.tally(notice),
        "mine": queries.my_objections(notice, request.user.pk),
        "is_running": _is_running(notice),
        "parts": Paginator(queries.parts(notice), PARTS_ON_A_PAGE).get_page(
            request.GET.get("page")
        ),
    }
    return render(request, "publicity/detail.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def object_to(request: HttpRequest, pk: int) -> HttpResponse:
    """Object to a notice."""
    notice = _notice(pk)
    has_parts = queries.parts(notice).exists()
    form = ObjectionForm(
        request.POST or None, has_parts=has_parts, initial={"number": request.GET.get("number")}
    )
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.object_to(notice_id=pk, **form.cleaned_data, by=_person(request), at=now())
        if not form.errors:
            messages.success(request, "异议已收到，答复后会通知您。")
            return redirect("publicity:detail", pk)
    context = {"notice": notice, "form": form}
    return render(request, "publicity/object.html", context, status=422 if form.errors else 200)


@needs(Permission.NOTICE_MANAGE)
@require_GET
def desk_list(request: HttpRequest) -> HttpResponse:
    """List the notices of one's area; those that wait for an answer first."""
    state = request.GET.get("state", "")
    found = queries.desk_notices(scope_of(request.user, Permission.NOTICE_MANAGE), state)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "states": NoticeState, "state": state}
    return render(request, "publicity/desk_list.html", context)


@needs(Permission.NOTICE_MANAGE)
@require_GET
def desk_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one notice with the objections to it."""
    return _desk_detail(request, pk)


def _desk_detail(
    request: HttpRequest, pk: int, refused: tuple[int, AnswerForm] | None = None
) -> HttpResponse:
    notice = access.fetch(
        request.user,
        Permission.NOTICE_MANAGE,
        Notice.objects.select_related("region", "shown_by"),
        at=now(),
        pk=pk,
    )
    objections = list(notice.objections.select_related("by", "answered_by", "part").order_by("-pk"))
    forms = {
        objection.pk: AnswerForm(auto_id=f"id_{objection.pk}_%s") for objection in objections
    } | dict([refused] if refused else [])
    context = {
        "notice": notice,
        "cases": [(objection, forms[objection.pk]) for objection in objections],
        "is_running": _is_running(notice),
    }
    return render(request, "publicity/desk_detail.html", context, status=422 if refused else 200)


@needs(Permission.NOTICE_MANAGE)
@require_POST
def desk_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer one objection."""
    objection: Objection = access.fetch(
        request.user, Permission.NOTICE_MANAGE, Objection.objects, at=now(), pk=pk
    )
    form = AnswerForm(request.POST, auto_id=f"id_{pk}_%s")
    if form.is_valid():
        with refusals_in(form):
            actions.answer(
                objection_id=pk,
                is_upheld=form.cleaned_data["verdict"] == "uphold",
                text=form.cleaned_data["answer"],
                by=_person(request),
                at=now(),
            )
    if form.errors:
        return _desk_detail(request, objection.notice_id, (pk, form))
    messages.success(request, "已答复，提出异议的人会收到通知。")
    return redirect("publicity:desk_detail", objection.notice_id)


@needs(Permission.POLICY_EDIT)
@require_http_methods(["GET", "POST"])
def desk_calendar(request: HttpRequest) -> HttpResponse:
    """Keep the holidays and make-up working days of a year."""
    form = CalendarDayForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.set_day(**form.cleaned_data, by=_person(request), at=now())
        if not form.errors:
            messages.success(request, "日历已更新。正在进行的公示不受影响。")
            return redirect(_calendar_url(form.cleaned_data["day"].year))
    today = local_date(now())
    year = _year(request.GET.get("year", ""), today)
    context = {
        "form": form,
        "year": year,
        "years": range(today.year - 1, today.year + 2),
        "days": queries.days_of(year),
        "missing": [y for y in (today.year, today.year + 1) if not queries.has_data(y)],
        "is_soon": today.month >= 11,  # noqa: PLR2004 -- the State Council announces in November
        "next_year": today.year + 1,
    }
    return render(
        request, "publicity/desk_calendar.html", context, status=422 if form.errors else 200
    )


@needs(Permission.POLICY_EDIT)
@require_POST
def desk_calendar_remove(request: HttpRequest, day: str) -> HttpResponse:
    """Take a day out of the calendar."""
    try:
        parsed = date.fromisoformat(day)
    except ValueError as error:
        raise NotFound("没有这一天，请回到工作日历。") from error
    actions.remove_day(day=parsed, by=_person(request), at=now())
    messages.success(request, f"已删除 {parsed}，这一天按星期计算。")
    return redirect(_calendar_url(parsed.year))


def _person(request: HttpRequest) -> Model:
    """Return who is signed in; the mark on the view has seen to it."""
    return cast(Model, request.user)


def _notice(pk: int) -> Notice:
    notice: Notice | None = Notice.objects.select_related("region").filter(pk=pk).first()
    if notice is None:
        raise NotFound("没有找到这项公示，请从公示列表重新查找。")
    return notice


def _is_running(notice: Notice) -> bool:
    return notice.state == NoticeState.SHOWN and notice.shown_until >= local_date(now())


def _year(text: str, today: date) -> int:
    is_year = len(text) == 4 and text.isascii() and text.isdecimal()  # noqa: PLR2004
    return int(text) if is_year and FIRST_DAY.year <= int(text) <= LAST_DAY.year else today.year


def _calendar_url(year: int) -> str:
    return f"{reverse('publicity:desk_calendar')}?year={year}"
