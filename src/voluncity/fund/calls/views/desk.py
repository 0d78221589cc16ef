"""The office: what was handed in, whether it is complete."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, may, scope_of
from voluncity.city.people.asking import user_of
from voluncity.city.policy import queries as policy
from voluncity.city.regions import queries as regions
from voluncity.city.registers.listing import listed, query_in
from voluncity.fund.calls import actions, queries
from voluncity.fund.calls.forms import NothingForm, ReturnForm, WordsForm
from voluncity.fund.calls.models import Application, Call, Remark, Submission
from voluncity.fund.calls.registers import APPLICATIONS, filters_of
from voluncity.fund.calls.states import LABELS, AppState
from voluncity.fund.calls.views.common import UNPROCESSABLE, fetch_call, fetch_received
from voluncity.fund.calls.views.own import draw_own_list
from voluncity.kernel.clock import local_date
from voluncity.kernel.money import yuan_text
from voluncity.kernel.refusals import NotFound
from voluncity.kernel.text import number_in
from voluncity.web.forms import refusals_in

P, A = Permission, AppState
VERBS = ("accept", "send-back", "decline")
REMARK = "remark-"
_BACK = "back_%s"  # ids of one of two forms that ask for words
_SHOWN_FIRST = (
    A.SUBMITTED,
    A.RETURNED,
    A.ACCEPTED,
    A.AWARDED,
    A.REFUSED,
    A.DECLINED,
    A.WITHDRAWN,
    A.LAPSED,
)


@needs(P.GRANT_APPLY, P.GRANT_REVIEW)
@never_cache
@require_GET
def desk_list(request: HttpRequest) -> HttpResponse:
    """List what the office has received; an organization's people see their own."""
    if not has(request.user, P.GRANT_REVIEW):
        return draw_own_list(request)
    me, at = user_of(request), now()
    today = local_date(at)
    scope = scope_of(me, P.GRANT_REVIEW)
    filters = filters_of(query_in(request), at=at)
    found = queries.applications(scope, filters)
    numbers = queries.counts(scope)
    context = {
        "filters": filters,
        **listed(request, APPLICATIONS, found),
        "states": [(state, state.label, numbers.get(state, 0)) for state in _SHOWN_FIRST],
        "calls": queries.calls_in(scope),
        "counties": regions.counties(on=today),
        "may_apply": has(me, P.GRANT_APPLY),
    }
    return render(request, "calls/desk_list.html", context)


@needs(P.GRANT_REVIEW)
@never_cache
@require_GET
def desk_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what was handed in, and what the office may do with it."""
    return _page(request, fetch_received(request, pk))


def _page(
    request: HttpRequest,
    application: Application,
    *,
    returning: ReturnForm | None = None,
    declining: WordsForm | None = None,
    accepting: NothingForm | None = None,
) -> HttpResponse:
    wanted = number_in(request.GET.get("submission"))
    submission = (
        application.submissions.filter(pk=wanted or application.current_id or 0).first()
        or application.current
    )
    if submission is None:
        raise NotFound("这份申报还没有提交过。")
    at = now()
    days = policy.number("calls.return_days", on=local_date(at))
    due = local_date(at) + timedelta(days=days)
    is_ours = submission.pk == application.current_id and may(
        request.user, P.GRANT_REVIEW, Call.objects.all(), pk=application.call_id
    )
    bound = next((one for one in (returning, declining, accepting) if one is not None), None)
    context: dict[str, Any] = {
        "application": application,
        "submission": submission,
        "is_current": submission.pk == application.current_id,
        "submissions": application.submissions.select_related("made_by"),
        "is_waiting": is_ours and application.state == A.SUBMITTED,
        "is_reviewed": is_ours and application.state == A.ACCEPTED,
        "against": queries.against_sending_back(application, user_of(request))
        if application.state == A.ACCEPTED
        else "",
        "waiting": queries.waiting_text(application, at=at),
        "returning": returning or ReturnForm(initial={"due_on": due}, auto_id=_BACK),
        "declining": declining or _decline_form(),
        "accepting": accepting,
        "typed": {
            name.removeprefix(REMARK): request.POST[name]
            for name in request.POST
            if name.startswith(REMARK)
        },
        "moves": [(LABELS[one.verb], one) for one in application.moves.select_related("by")],
        **_content(application, submission),
    }
    status = UNPROCESSABLE if bound is not None else 200
    return render(request, "calls/desk_detail.html", context, status=status)


def _decline_form(*sent: Any) -> WordsForm:
    return WordsForm(*sent, label="不予受理的原因", hint="申报组织看得到。", auto_id="decline_%s")


def _content(application: Application, submission: Submission) -> dict[str, Any]:
    remarks = dict(Remark.objects.filter(of__submission=submission).values_list("key", "words"))
    lines = list(submission.lines.select_related("kind"))
    sums: dict[str, int] = {}
    for line in lines:
        sums[line.kind.name] = sums.get(line.kind.name, 0) + line.fen
    return {
        "sections": queries.as_submitted(submission, application.form.spec.sections, remarks),
        "lines": lines,
        "shares": [
            (name, yuan_text(fen), round(fen * 100 / submission.asked_fen))
            for name, fen in sums.items()
        ],
        "budget_remark": remarks.get("budget", ""),
        "returned": getattr(submission, "returned", None),
    }


@needs(P.GRANT_REVIEW)
@never_cache
@require_POST
def desk_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Take as complete, send back with remarks, or do not take; by the fund's own office."""
    if verb not in VERBS:
        raise NotFound("没有这一步，请回到申报页面。")
    application = fetch_received(request, pk)
    fetch_call(request, application.call_id)
    read = number_in(request.POST.get("submission")) or 0
    said = {"application": application, "submission_id": read, "by": user_of(request), "at": now()}
    if verb == "accept":
        return _accept(request, application, said)
    return _send_back(request, application, said) if verb == "send-back" else _decline(
        request, application, said
    )  # fmt: skip


def _accept(request: HttpRequest, application: Application, said: dict[str, Any]) -> HttpResponse:
    form = NothingForm(request.POST)
    form.is_valid()
    with refusals_in(form):
        actions.accept(**said)
        messages.success(request, "已受理，进入评审。")
        return redirect("calls:desk_detail", application.pk)
    return _page(request, fetch_received(request, application.pk), accepting=form)


def _send_back(
    request: HttpRequest, application: Application, said: dict[str, Any]
) -> HttpResponse:
    form = ReturnForm(request.POST, auto_id=_BACK)
    if form.is_valid():
        remarks = {
            name.removeprefix(REMARK): str(request.POST[name])
            for name in request.POST
            if name.startswith(REMARK)
        }
        with refusals_in(form):
            actions.send_back(
                **said, remarks=remarks, words=form.cleaned_data["words"], due_at=form.due_at()
            )
            messages.success(request, "已退回补正，申报组织会收到通知。")
            return redirect("calls:desk_detail", application.pk)
    return _page(request, fetch_received(request, application.pk), returning=form)


def _decline(request: HttpRequest, application: Application, said: dict[str, Any]) -> HttpResponse:
    form = _decline_form(request.POST)
    if form.is_valid():
        with refusals_in(form):
            actions.decline(**said, words=form.cleaned_data["words"])
            messages.success(request, "已办理，申报组织会收到通知。")
            return redirect("calls:desk_detail", application.pk)
    return _page(request, fetch_received(request, application.pk), declining=form)
