"""The desk: lists of designated platforms, looked at, taken, booked by another person."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, reach, scope_of
from voluncity.city.people.asking import fetched, user_of
from voluncity.city.people.lists.source import uploaded
from voluncity.fund.donations import actions, queries
from voluncity.fund.donations.forms import FileForm
from voluncity.fund.donations.models import Appeal, Batch
from voluncity.fund.donations.states import BATCH_FLOW, SHOWN
from voluncity.fund.donations.views.common import ON_A_PAGE, SEES_GIFTS, UNPROCESSABLE, held
from voluncity.kernel.refusals import NotFound
from voluncity.web.forms import refusals_in
from voluncity.web.paging import LongPaginator

P = Permission
STEPS: dict[str, tuple[Any, tuple[Permission, ...], str]] = {
    "take": (actions.take_batch, (P.GIFT_RECORD,), "已导入，请另一位工作人员复核入账。"),
    "book": (actions.book_batch, (P.GIFT_CHECK,), "已全部入账。"),
    "discard": (actions.discard_batch, (P.GIFT_RECORD, P.GIFT_CHECK), "已作废。"),
}


@needs(*SEES_GIFTS)
@require_GET
def desk_batches(request: HttpRequest) -> HttpResponse:
    """List the files within reach."""
    me = user_of(request)
    rows = LongPaginator(queries.batches(reach(me, *SEES_GIFTS)), ON_A_PAGE)
    context = {"page": rows.get_page(request.GET.get("page")), "may_take": has(me, P.GIFT_RECORD)}
    return render(request, "donations/desk_batches.html", context)


@needs(P.GIFT_RECORD)
@require_http_methods(["GET", "POST"])
def desk_batch_new(request: HttpRequest) -> HttpResponse:
    """Read a file and say what taking it would do."""
    me, sent = user_of(request), request.method == "POST"
    appeals = Appeal.objects.in_scope(scope_of(me, P.GIFT_RECORD)).filter(state__in=SHOWN)
    form = FileForm(*((request.POST, request.FILES) if sent else ()), appeals=appeals)
    if sent and form.is_valid():
        with refusals_in(form):
            made = actions.look_at_file(
                appeal=form.cleaned_data["appeal"], source=uploaded(form.cleaned_data["file"]),
                by=me, at=now(),
            )  # fmt: skip
        if not form.errors:
            return redirect("donations:desk_batch", made.pk)
    status = UNPROCESSABLE if form.errors else 200
    context = {"form": form, "nobody": not appeals.exists()}
    return render(request, "donations/desk_batch_new.html", context, status=status)


@needs(*SEES_GIFTS)
@require_GET
def desk_batch(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a file holds, what is wrong with it, and what can be done."""
    batch = _fetch(request, pk, *SEES_GIFTS)
    mine = held(user_of(request), Batch.objects.all(), pk, [P.GIFT_RECORD, P.GIFT_CHECK])
    possible = {step.verb: step.label for step in BATCH_FLOW.verbs(batch.state)}
    if not batch.new:
        possible.pop("take", None)
    steps = [
        (verb, possible[verb])
        for verb, (_, who, _) in STEPS.items()
        if verb in possible and mine & set(who)
    ]
    context = {"batch": batch, "steps": steps}
    return render(request, "donations/desk_batch.html", context)


@needs(P.GIFT_RECORD, P.GIFT_CHECK)
@require_POST
def desk_batch_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Take, book or throw away a file."""
    batch = _fetch(request, pk, P.GIFT_RECORD, P.GIFT_CHECK)
    action, who, done = STEPS.get(verb, (None, (), ""))
    me = user_of(request)
    if action is None or not held(me, Batch.objects.all(), pk, who):
        raise NotFound("没有这一步，请回到导入页面。")
    action(batch=batch, by=me, at=now())
    messages.success(request, done)
    return redirect("donations:desk_batch", pk)


def _fetch(request: HttpRequest, pk: int, *permissions: Permission) -> Batch:
    rows = Batch.objects.select_related(
        "appeal__fund__region", "appeal__purpose", "by", "booked_by"
    )
    found: Batch = fetched(request, rows, pk, *permissions)
    return found
