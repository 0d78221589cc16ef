"""Visits: planned, recorded, called off."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has
from voluncity.city.people.asking import user_of
from voluncity.fund.closings import actions, queries
from voluncity.fund.closings.actions import Found, VisitPlan
from voluncity.fund.closings.forms import RecordForm, VisitForm, WordsForm
from voluncity.fund.closings.models import Visit
from voluncity.fund.closings.states import VISITED_IN, StandardKind, VisitState
from voluncity.fund.closings.views.common import UNPROCESSABLE, closing_of, fetch_run
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.web.forms import refusals_in
from voluncity.web.sent import handle_in, new_handle

P = Permission
VISITING = (P.FUNDING_EDIT, P.APPLICATION_JUDGE, P.FUND_SEE)


@needs(P.FUNDING_EDIT)
@never_cache
@require_http_methods(["GET", "POST"])
def desk_visit_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan a visit."""
    funding = fetch_run(request, pk)
    closing, at = closing_of(funding), now()
    sent = (request.POST,) if request.method == "POST" else ()
    form = VisitForm(*sent, people=queries.may_visit(funding))
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        plan = VisitPlan(said["on"], said["where"], [int(one) for one in said["visitors"]])
        with refusals_in(form):
            actions.plan_visit(
                closing=closing, plan=plan, handle=handle_in(request), by=user_of(request), at=at
            )
            messages.success(request, "现场评估已安排，受资助方会收到通知。")
            return redirect("closings:desk_detail", pk)
    context = {
        "funding": funding,
        "closing": closing,
        "form": form,
        "handle": request.POST.get("handle") or new_handle(),
        "items": queries.items_on(funding.fund, StandardKind.VISIT, local_date(at)),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "closings/desk_visit_new.html", context, status=status)


def _fetch(request: HttpRequest, pk: int) -> Visit:
    """Return a visit to which this person goes, or that their office runs.

    :raises NotFound: when it is neither.
    """
    visits = Visit.objects.select_related("closing__funding__fund__region", "standard")
    mine: Visit | None = visits.filter(pk=pk, visitors__user=user_of(request)).first()
    if mine is not None and any(has(request.user, one) for one in VISITING):
        return mine
    found: Visit = access.fetch(request.user, P.FUNDING_EDIT, visits, at=now(), pk=pk)
    return found


@needs(*VISITING)
@never_cache
@require_http_methods(["GET", "POST"])
def desk_visit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what was found, by one of those who went."""
    visit, at = _fetch(request, pk), now()
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = RecordForm(*sent, standard=visit.standard)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        answers = {
            item.pk: Found(said[f"verdict{item.pk}"], said[f"note{item.pk}"])
            for item in form.items_of
        }
        with refusals_in(form):
            actions.record_visit(
                visit=visit, answers=answers, findings=said["findings"], photos=said["photos"],
                by=user_of(request), at=at,
            )  # fmt: skip
            messages.success(request, "现场评估已登记，等受资助方确认。")
            return redirect("closings:desk_visit", pk)
    return _page(request, visit, form)


def _page(
    request: HttpRequest, visit: Visit, form: RecordForm, *, cancelling: WordsForm | None = None
) -> HttpResponse:
    shown = queries.visits(visit.closing).get(pk=visit.pk)
    went = [one.user_id for one in shown.visitors.all()]
    context = {
        "visit": shown,
        "funding": visit.closing.funding,
        "form": form,
        "pairs": [(form[f"verdict{item.pk}"], form[f"note{item.pk}"]) for item in form.items_of],
        "is_planned": visit.state == VisitState.PLANNED,
        "may_record": user_of(request).pk in went and visit.on <= local_date(now()),
        "may_cancel": has(request.user, P.FUNDING_EDIT),
        "may_read": has(request.user, P.FUND_SEE),
        "cancelling": cancelling or _cancel_form(),
        "until": queries.answer_until(visit),
        "is_answerable": visit.closing.state in VISITED_IN,
    }
    status = UNPROCESSABLE if form.errors or cancelling else 200
    return render(request, "closings/desk_visit.html", context, status=status)


def _cancel_form(*sent: object) -> WordsForm:
    return WordsForm(*sent, label="取消的原因", hint="受资助方看得到。", auto_id="cancel_%s")


@needs(P.FUNDING_EDIT)
@never_cache
@require_POST
def desk_visit_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Call a visit off."""
    if verb != "cancel":
        raise NotFound("没有这一步，请回到结项页面。")
    visits = Visit.objects.select_related("closing__funding__fund__region", "standard")
    visit: Visit = access.fetch(request.user, P.FUNDING_EDIT, visits, at=now(), pk=pk)
    form = _cancel_form(request.POST)
    if form.is_valid():
        with refusals_in(form):
            actions.cancel_visit(
                visit=visit, words=form.cleaned_data["words"], by=user_of(request), at=now()
            )
            messages.success(request, "现场评估已取消。")
            return redirect("closings:desk_detail", visit.closing.funding_id)
    return _page(request, visit, RecordForm(standard=visit.standard), cancelling=form)
