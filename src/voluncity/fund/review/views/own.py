"""The applicant: what came of an application, and the letter."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.fund.calls import queries as calls
from voluncity.fund.calls.models import Application
from voluncity.fund.review import queries
from voluncity.fund.review.models import Decision
from voluncity.fund.review.queries import papers
from voluncity.fund.review.states import DecisionState
from voluncity.fund.review.views.common import P, attach
from voluncity.kernel.refusals import NotFound


def _fetch(request: HttpRequest, pk: int) -> tuple[Application, Decision]:
    """Return one's organization's application with the decision that may be read.

    :raises NotFound: when it is not one's own, or nothing is shown yet.
    """
    application: Application = access.fetch(
        request.user, P.GRANT_APPLY, calls.detailed(), at=now(), pk=pk
    )
    decision = queries.decision_for(application)
    if decision is None:
        raise NotFound("这份申报还没有公布结果，请在申报页面查看办理进展。")
    return application, decision


@needs(P.GRANT_APPLY)
@never_cache
@require_GET
def own_decision(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what was decided: outcome, sum, approved budget, terms; no expert, no score."""
    application, decision = _fetch(request, pk)
    context = {
        "application": application,
        "decision": decision,
        "notice": queries.notice_of(decision),
        "is_in_force": decision.state == DecisionState.IN_FORCE,
    }
    return render(request, "review/own_decision.html", context)


@needs(P.GRANT_APPLY)
@never_cache
@require_GET
def own_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the letter over."""
    application, decision = _fetch(request, pk)
    if decision.state != DecisionState.IN_FORCE:
        raise NotFound("决定还在公示，生效以后可以下载答复函。")
    return attach(papers.letter_pdf(decision), "application/pdf", f"{application.number}.pdf")
