"""A volunteer's own hours, receipts, and requests to correct them."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods

from voluncity.city.access.marks import volunteer_only
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import Volunteer
from voluncity.city.publicity import queries as publicity
from voluncity.kernel.clock import local_date
from voluncity.kernel.minutes import hours_text
from voluncity.kernel.refusals import NotFound
from voluncity.service.hours import actions, queries
from voluncity.service.hours.forms import CorrectionForm
from voluncity.service.hours.models import OPEN, ServiceRecord
from voluncity.web.forms import refusals_in

PER_PAGE = 20


def _volunteer(request: HttpRequest) -> Volunteer:
    return cast(Volunteer, user_of(request).volunteer_or_none)


@volunteer_only
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """Show what the volunteer has, what is on its way, and every record."""
    volunteer = _volunteer(request)
    page = Paginator(queries.records_of(volunteer.pk), PER_PAGE).get_page(request.GET.get("page"))
    today, calendar = local_date(now()), publicity.calendar()
    rows = [
        {"record": one, "left": queries.workdays_left(one, today=today, calendar=calendar)}
        for one in page
    ]
    months = queries.months_of(volunteer.pk)
    return render(
        request,
        "hours/mine.html",
        {
            "minutes": queries.minutes_of(volunteer.pk),
            "pending": queries.pending_minutes(volunteer.pk),
            "from_wishes": queries.wish_minutes(volunteer.pk),
            "months": [
                {
                    "label": f"{one.year}年{one.month}月",
                    "value": one.minutes.total,
                    "text": hours_text(one.minutes.total),
                }
                for one in months
            ],
            "page": page,
            "rows": rows,
        },
    )


def _own(request: HttpRequest, pk: int) -> ServiceRecord:
    record = queries.receipt(_volunteer(request).pk, pk)
    if record is None:
        raise NotFound("没有找到这条时长记录。请回到“我的时长”查看。")
    return record


@volunteer_only
@require_GET
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how one record came about: planned, actual, rule, result, and who decided."""
    record = _own(request, pk)
    return render(
        request,
        "hours/receipt.html",
        {
            "record": record,
            "attendance": getattr(record.signup, "attendance", None),
            "newer": getattr(record, "replaced_by", None),
            "events": queries.timeline(record, masked=True),
            "corrections": record.corrections.order_by("-asked_at"),
            "left": queries.workdays_left(
                record, today=local_date(now()), calendar=publicity.calendar()
            ),
            "is_open": record.state in OPEN,
            "may_ask": queries.may_ask_correction(record),
        },
    )


@volunteer_only
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the volunteer say what is wrong with a record."""
    record = _own(request, pk)
    form = CorrectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.ask_correction(
                record_id=record.pk,
                volunteer=_volunteer(request),
                text=form.cleaned_data["text"],
                by=user_of(request),
                at=now(),
            )
        if not form.errors:
            messages.success(request, "更正申请已提交，答复后会在消息里告诉您。")
            return redirect("hours:receipt", record.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "hours/correct.html", {"record": record, "form": form}, status=status)
