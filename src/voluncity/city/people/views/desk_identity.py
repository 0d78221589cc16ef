"""The desk: decide real-name checks, one after the other, or by an answer of the authority."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has
from voluncity.city.people import actions, queries
from voluncity.city.people.forms import FileForm, ReasonForm, RejectForm
from voluncity.city.people.models import IdentityBatch, IdentityCheck, Volunteer
from voluncity.city.people.states import RejectReason
from voluncity.city.people.views.desk import masked
from voluncity.city.people.views.reports import table_file, workbook
from voluncity.city.people.views.requests import me
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.web.forms import refusals_in

PAGE_SIZE, LINES_SIZE = 20, 50
_CASE = "case"  # where to go on after a decision: to the next case, not to the list


@needs(Permission.IDENTITY_REVIEW)
@never_cache
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """List the real-name checks of my area that wait."""
    return _queue(request, ReasonForm())


def _queue(request: HttpRequest, reason: ReasonForm) -> HttpResponse:
    page = Paginator(queries.identity_queue(me(request)), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    today = local_date(now())
    adult_age = queries.adult_age(on=today)
    rows = [_row(request, check, today, adult_age) for check in page]
    first = queries.next_check(me(request), after=None)
    context = {
        "page": page,
        "rows": rows,
        "reasons": RejectReason.choices,
        "first": first,
        "reason": reason,
        "may_export": has(me(request), Permission.IDENTITY_REVEAL),
    }
    status = 422 if reason.errors else 200
    return render(request, "people/desk_identity.html", context, status=status)


def _row(request: HttpRequest, check: IdentityCheck, today: date, adult_age: int) -> dict[str, Any]:
    volunteer = check.volunteer
    return {
        "check": check,
        "volunteer": volunteer,
        "masked": masked(volunteer, today, adult_age),
        "is_own": me(request).pk in (volunteer.user_id, volunteer.registered_by_id),
    }


@needs(Permission.IDENTITY_REVIEW)
@never_cache
@require_safe
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one case large, with a key for each decision; the next one follows by itself."""
    check = _fetched(request, pk)
    waiting = queries.identity_queue(me(request)).count()
    today = local_date(now())
    context = {
        **_row(request, check, today, queries.adult_age(on=today)),
        "reasons": list(enumerate(RejectReason.choices, start=2)),
        "after": queries.next_check(me(request), after=check),
        "waiting": waiting,
    }
    return render(request, "people/desk_identity_case.html", context)


def _fetched(request: HttpRequest, pk: int) -> IdentityCheck:
    check = IdentityCheck.objects.select_related("volunteer__region").filter(pk=pk).first()
    if check is None:
        raise NotFound("没有找到这份实名信息，请回到列表。")
    access.fetch(
        me(request), Permission.IDENTITY_REVIEW, Volunteer.objects.all(), at=now(),
        pk=check.volunteer_id,
    )  # fmt: skip
    return check


@needs(Permission.IDENTITY_REVIEW)
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Pass one real-name check, or send it back with a reason."""
    check = _fetched(request, pk)
    is_match = request.POST.get("do") == "pass"
    form = RejectForm(request.POST)
    reason = "" if is_match or not form.is_valid() else form.cleaned_data["reason"]
    actions.decide_identity(check_id=pk, is_match=is_match, reason=reason, by=me(request), at=now())
    messages.success(request, "已通过。" if is_match else "已退回，原因已告知本人。")
    after = queries.next_check(me(request), after=check)
    if request.POST.get("next") == _CASE and after is not None:
        return redirect("people:desk_identity_case", after.pk)
    return redirect("people:desk_identity")


@needs(Permission.IDENTITY_REVEAL)
@never_cache
@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """Hand the queue out for the authority, with whole numbers; each person is journaled."""
    form = ReasonForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            rows = actions.export_checks(
                reason=form.cleaned_data["reason"], by=me(request), at=now()
            )
            return workbook(f"待核验-{local_date(now()):%Y%m%d}", rows)
    return _queue(request, form)


@needs(Permission.IDENTITY_REVIEW)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answers(request: HttpRequest) -> HttpResponse:
    """Take the authority's answers in, and show the files that I uploaded before."""
    is_sent = request.method == "POST"
    form = FileForm(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        most_bytes=actions.MOST_ANSWER_BYTES,
    )
    if is_sent and form.is_valid():
        with refusals_in(form):
            name, content = form.upload()
            batch = actions.decide_batch(name=name, content=content, by=me(request), at=now())
            return redirect("people:desk_answer", batch.pk)
    page = Paginator(queries.my_answers(me(request)), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page}
    return render(request, "people/desk_answers.html", context, status=422 if form.errors else 200)


@needs(Permission.IDENTITY_REVIEW)
@never_cache
@require_safe
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what an answer file decided, row by row."""
    batch = queries.my_answer(me(request), pk)
    page = Paginator(batch.lines.order_by("row"), LINES_SIZE).get_page(request.GET.get("page"))
    return render(request, "people/desk_answer.html", {"batch": batch, "page": page})


@needs(Permission.IDENTITY_REVIEW)
@require_safe
def answer_report(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    """Hand out what became of each row of an answer file."""
    batch = queries.my_answer(me(request), pk)
    actions.note_report_read(batch=batch, by=me(request), at=now())
    return table_file(kind, f"核验结果-{pk}", _rows(batch))


def _rows(batch: IdentityBatch) -> Iterator[tuple[str, ...]]:
    yield actions.REPORT_HEADER
    for line in batch.lines.order_by("row").iterator(chunk_size=2_000):
        yield line.cells()
