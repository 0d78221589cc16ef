"""The office enters what the meeting decided, shows it, takes it back, hands the letter over."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access.marks import needs
from voluncity.city.access.queries import may, scope_of
from voluncity.city.people.asking import user_of
from voluncity.city.policy import queries as policy
from voluncity.city.regions import queries as regions
from voluncity.city.registers.listing import listed, query_in
from voluncity.fund.calls import queries as calls
from voluncity.fund.calls.models import Application, Call
from voluncity.fund.review import actions, queries
from voluncity.fund.review.forms import DecisionForm, WordsForm
from voluncity.fund.review.models import Decision, Review
from voluncity.fund.review.queries import papers
from voluncity.fund.review.registers import DECISIONS, filters_of
from voluncity.fund.review.states import DECISION_FLOW, DecisionState, Outcome
from voluncity.fund.review.views.common import (
    UNPROCESSABLE,
    P,
    attach,
    fetch_decision,
    fetch_review,
    fetch_reviewed,
)
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.kernel.text import number_in
from voluncity.web.forms import refusals_in
from voluncity.web.sent import handle_in, new_handle

D = DecisionState
STEPS = ("show", "overturn", "retry")
_LABELS = {"enter": "登记决定"} | {step.verb: step.label for step in DECISION_FLOW.steps}


@needs(P.GRANT_REVIEW)
@never_cache
@require_http_methods(["GET", "POST"])
def desk_decide(request: HttpRequest, review_pk: int, pk: int) -> HttpResponse:
    """Enter what the meeting decided about an application."""
    review, application = fetch_reviewed(request, review_pk, pk)
    if request.method != "POST":
        return _form_page(request, review, application, _form(application))
    form = _form(application, request.POST)
    if form.is_valid():
        with refusals_in(form):
            decision = actions.enter_decision(
                application=application,
                submission_id=number_in(request.POST.get("submission")) or 0,
                resolution=form.cleaned_data["resolution"], plan=form.plan(),
                handle=handle_in(request), by=user_of(request), at=now(),
            )  # fmt: skip
            messages.success(request, "会议决定已登记，请核对后公示。")
            return redirect("review:desk_decision", decision.pk)
    return _form_page(request, review, application, form)


def _form(application: Application, *sent: Any) -> DecisionForm:
    if application.current is None:
        raise NotFound("这份申报还没有提交过。")
    return DecisionForm(
        *sent, application=application, submission=application.current,
        bounds=queries.bounds(application),
    )  # fmt: skip


def _form_page(
    request: HttpRequest, review: Review, application: Application, form: DecisionForm
) -> HttpResponse:
    [standing] = queries.standings(review, on=local_date(now()), only=[application.pk])
    context = {
        "review": review,
        "application": application,
        "standing": standing,
        "form": form,
        "handle": request.POST.get("handle") or new_handle(),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "review/desk_decide.html", context, status=status)


@needs(P.GRANT_REVIEW)
@never_cache
@require_GET
def desk_decisions(request: HttpRequest) -> HttpResponse:
    """List decisions with filters."""
    me, at = user_of(request), now()
    scope = scope_of(me, P.GRANT_REVIEW)
    filters = filters_of(query_in(request), at=at)
    context = {
        "filters": filters,
        **listed(request, DECISIONS, queries.decisions(scope, filters)),
        "states": D.choices,
        "outcomes": Outcome.choices,
        "calls": calls.calls_in(scope),
        "counties": regions.counties(on=local_date(at)),
    }
    return render(request, "review/desk_decisions.html", context)


@needs(P.GRANT_REVIEW)
@never_cache
@require_GET
def desk_decision(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a decision and what the office may do with it."""
    return _page(request, fetch_decision(request, pk))


def _page(
    request: HttpRequest, decision: Decision, *, form: WordsForm | None = None
) -> HttpResponse:
    application = decision.application
    notice = queries.notice_of(decision)
    is_ours = may(request.user, P.GRANT_REVIEW, Call.objects.all(), pk=application.call_id)
    is_mine = decision.entered_by_id == user_of(request).pk
    is_held_up = decision.state == D.SHOWN and decision.passed_at is not None
    context: dict[str, Any] = {
        "decision": decision,
        "application": application,
        "review": Review.objects.filter(call=application.call_id).first(),
        "notice": notice,
        "workdays": policy.number("review.publicity_workdays", on=local_date(now())),
        "is_newer": application.current_id != decision.submission_id,
        "may_show": is_ours and decision.state == D.ENTERED and not is_mine,
        "must_be_another": is_ours and decision.state == D.ENTERED and is_mine,
        "may_overturn": is_ours and (decision.state == D.ENTERED or is_held_up),
        "may_retry": is_ours and is_held_up,
        "form": form or _reason_form(),
        "was_refused": form is not None,
        "moves": [
            (_LABELS.get(one.verb, one.verb), one) for one in decision.moves.select_related("by")
        ],
    }
    status = UNPROCESSABLE if form is not None else 200
    return render(request, "review/desk_decision.html", context, status=status)


def _reason_form(*sent: Any) -> WordsForm:
    return WordsForm(*sent, label="撤销的原因", hint="撤销以后可以重新登记决定。")


@needs(P.GRANT_REVIEW)
@never_cache
@require_POST
def desk_decision_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Show a decision, take it back, or try its effect again; by the fund's own office."""
    if verb not in STEPS:
        raise NotFound("没有这一步，请回到决定页面。")
    decision, me, at = fetch_decision(request, pk), user_of(request), now()
    _fetch_review_of(request, decision)
    if verb == "show":
        actions.show_decision(decision=decision, by=me, at=at)
        messages.success(request, "已公示，期满没有异议就生效。")
        return redirect("review:desk_decision", pk)
    if verb == "retry":
        if actions.take_effect(decision_id=pk, at=at, by=me):
            messages.success(request, "决定已生效。")
        else:
            messages.warning(request, "仍不能生效，原因写在下面。")
        return redirect("review:desk_decision", pk)
    form = _reason_form(request.POST)
    if form.is_valid():
        with refusals_in(form):
            actions.overturn_decision(
                decision=decision, words=form.cleaned_data["words"], by=me, at=at
            )
            messages.success(request, "决定已撤销，可以重新登记。")
            return redirect("review:desk_decision", pk)
    return _page(request, fetch_decision(request, pk), form=form)


def _fetch_review_of(request: HttpRequest, decision: Decision) -> Review:
    found = Review.objects.filter(call=decision.application.call_id).values_list("pk", flat=True)
    return fetch_review(request, found.first() or 0)


@needs(P.GRANT_REVIEW)
@never_cache
@require_GET
def desk_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the letter over, once the decision is in force."""
    decision = fetch_decision(request, pk)
    if decision.state != D.IN_FORCE:
        raise NotFound("决定生效以后才有答复函。")
    name = f"{decision.application.number}.pdf"
    return attach(papers.letter_pdf(decision), "application/pdf", name)
