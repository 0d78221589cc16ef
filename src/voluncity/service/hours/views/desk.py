"""The desk's pages about hours: the queues, one activity, one record."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User
from voluncity.city.publicity import queries as publicity
from voluncity.kernel.clock import local_date
from voluncity.service.hours import actions, queries
from voluncity.service.hours.forms import AdjustForm, FilterForm, ReasonForm
from voluncity.service.hours.models import OPEN, ServiceRecord
from voluncity.service.hours.states import RecordState, Trust
from voluncity.service.projects.models import Activity
from voluncity.web.paging import LongPaginator

PER_PAGE = 30
# A whole activity stands on one page, so that it can be confirmed at once.
ROWS_OF_ACTIVITY = 1_000
QUEUES = {
    "confirm": "待确认",
    "approve": "待复核",
    "overdue": "已超期",
    "corrections": "更正申请",
    "all": "全部记录",
}


@needs(Permission.HOURS_SEE)
@require_GET
def desk_list(request: HttpRequest) -> HttpResponse:
    """Show what waits for this person, and all records within reach."""
    user, at = user_of(request), now()
    today = local_date(at)
    counts = queries.counts(user, today=today)
    queue = request.GET.get("queue", "")
    if queue not in QUEUES:
        queue = next((name for name in QUEUES if getattr(counts, name, 0)), "all")
    form = FilterForm(request.GET)
    is_understood = form.is_valid() or queue != "all"
    pages = LongPaginator if queue == "all" else Paginator
    page = pages(_queue(queue, user, form), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "queue": queue,
        "tabs": [(name, label, getattr(counts, name, None)) for name, label in QUEUES.items()],
        "form": form,
        "page": page,
        "rows": _rows(queue, page.object_list, user, at=at),
        "today": today,
    }
    return render(request, "hours/desk_list.html", context, status=200 if is_understood else 422)


def _queue(queue: str, user: User, form: FilterForm) -> QuerySet[Any, Any]:
    if queue == "confirm":
        return queries.by_activity(queries.to_confirm(user))
    if queue == "approve":
        return queries.by_activity(queries.to_approve(user))
    if queue == "overdue":
        return queries.by_activity(queries.overdue(user, today=local_date(now())))
    if queue == "corrections":
        return queries.open_corrections(user)
    return queries.found(user, form.filters)


def _rows(queue: str, found: Any, user: User, *, at: datetime) -> list[Any]:
    if queue in {"confirm", "approve", "overdue"}:
        return queries.waiting(found, at=at)
    if queue == "corrections":
        return [
            {"correction": one, "waited": queries.waited_text(one.asked_at, at=at)} for one in found
        ]
    return [
        {"record": one, "names_shown": queries.sees_names(user, one.organization)} for one in found
    ]


@needs(Permission.HOURS_SEE)
@require_GET
def desk_activity(request: HttpRequest, pk: int) -> HttpResponse:
    """Show everybody's record of one activity, to be decided on in bulk."""
    user, at = user_of(request), now()
    activity = access.fetch(user, Permission.HOURS_SEE, Activity.objects, at=at, pk=pk)
    return render(request, "hours/desk_activity.html", activity_context(user, activity))


def activity_context(user: User, activity: Activity) -> dict[str, Any]:
    """Return what the page of one activity shows to one person."""
    at = now()
    records = queries.records_of_activity(activity)
    page = Paginator(records, ROWS_OF_ACTIVITY).get_page(1)
    here = {"signup__shift__activity": activity}
    may_confirm = set(queries.to_confirm(user).filter(**here).values_list("pk", flat=True))
    may_approve = set(queries.to_approve(user).filter(**here).values_list("pk", flat=True))
    rows = [
        {
            "record": one,
            "attendance": getattr(one.signup, "attendance", None),
            "may_decide": one.pk in may_confirm or one.pk in may_approve,
            # What no scan proves, or another confirmed, is chosen by hand only.
            "is_chosen": one.pk in may_confirm and one.trust == Trust.PROVEN,
        }
        for one in page
    ]
    return {
        "activity": activity,
        "organization": activity.project.organization,
        "rows": rows,
        "number": page.paginator.count,
        "may_confirm": len(may_confirm),
        "may_approve": len(may_approve),
        "others_to_approve": sum(one.state == RecordState.CONFIRMED for one in page)
        - len(may_approve),
        "minutes": sum(one.minutes for one in page if one.state == RecordState.POSTED),
        "unrecorded": list(queries.unrecorded(activity, at=at)[:ROWS_OF_ACTIVITY]),
        "may_enter": queries.may_enter(user, activity),
        "names_shown": queries.sees_names(user, activity.project.organization),
        "form": ReasonForm(),
    }


@needs(Permission.HOURS_SEE)
@require_GET
def desk_record(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one record with its evidence, its history, and what this person may do with it."""
    record = fetch_record(request, Permission.HOURS_SEE, pk)
    return render_record(request, record)


def fetch_record(request: HttpRequest, permission: Permission, pk: int) -> ServiceRecord:
    """Return a record within reach, with what its page shows."""
    rows = ServiceRecord.objects.select_related(
        "volunteer",
        "organization__region",
        "confirmed_by",
        "approved_by",
        "signup__attendance",
        "signup__shift__activity__project",
        "replaces",
        "replaced_by",
        "transfer",
    )
    found: ServiceRecord = access.fetch(user_of(request), permission, rows, at=now(), pk=pk)
    return found


def render_record(
    request: HttpRequest, record: ServiceRecord, *, form: AdjustForm | None = None
) -> HttpResponse:
    """Return the page of a record; with a form that did not pass, as its answer."""
    user = user_of(request)
    names_shown = queries.sees_names(user, record.organization)
    left = queries.workdays_left(record, today=local_date(now()), calendar=publicity.calendar())
    context = {
        "record": record,
        "activity": record.signup.shift.activity,
        "attendance": getattr(record.signup, "attendance", None),
        "newer": getattr(record, "replaced_by", None),
        "steps": queries.decidable(user, record),
        "limit": actions.evidence(record).minutes,
        "events": queries.timeline(record, masked=not names_shown),
        "corrections": record.corrections.order_by("-asked_at"),
        "left": left,
        "is_open": record.state in OPEN,
        "overdue_by": -left if left < 0 else 0,
        "names_shown": names_shown,
        "refuse_form": ReasonForm(auto_id="refuse_%s"),
        "form": form or AdjustForm(initial={"minutes": record.minutes}),
        "may_correct": has(user, Permission.HOURS_CORRECT),
    }
    return render(request, "hours/desk_record.html", context, status=422 if form else 200)
