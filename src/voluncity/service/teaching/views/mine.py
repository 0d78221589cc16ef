"""One's own trainings: what is coming, certificates, the yearly duty, a test."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from voluncity.city.access.marks import volunteer_only
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import Volunteer
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.service.teaching import actions, paper, queries
from voluncity.service.teaching.forms import TestForm
from voluncity.service.teaching.models import Outcome
from voluncity.service.teaching.queries.sessions import my_coming, outcomes_of
from voluncity.service.teaching.states import TONES, OutcomeState
from voluncity.service.training import queries as training
from voluncity.web.forms import refusals_in

UNPROCESSABLE = 422
ON_A_PAGE = 20


def _me(request: HttpRequest) -> Volunteer:
    return user_of(request).volunteer


@volunteer_only
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """Show what one has learned, and what is due."""
    at, volunteer = now(), _me(request)
    page = Paginator(training.records_of(volunteer), ON_A_PAGE).get_page(request.GET.get("page"))
    open_states = (OutcomeState.TEST, OutcomeState.MISSED, OutcomeState.FAILED)
    context = {
        "duty": queries.duty_of(volunteer, at=at),
        "coming": my_coming(volunteer, at=at),
        "page": page,
        "rows": [
            (one, training.valid_until(one.passed_on, one.course.valid_months)) for one in page
        ],
        "outcomes": [
            (one, TONES[OutcomeState(one.state)])
            for one in outcomes_of(volunteer).filter(state__in=open_states)[:ON_A_PAGE]
        ],
        "today": local_date(at),
    }
    return render(request, "teaching/mine.html", context)


@volunteer_only
@require_safe
@cache_control(private=True, no_store=True)
def certificate(request: HttpRequest, serial: str) -> HttpResponse:
    """Hand one's own certificate out as PDF."""
    record = training.records_of(_me(request)).filter(serial=serial).first()
    if record is None:
        raise NotFound("没有找到这份培训证书。")
    answer = HttpResponse(paper.certificate_pdf(record), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{record.serial}.pdf"'
    return answer


@volunteer_only
@require_http_methods(["GET", "POST"])
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the questions of the course, then say how it went."""
    outcome: Outcome | None = outcomes_of(_me(request)).filter(pk=pk).first()
    if outcome is None:
        raise NotFound("没有找到这次测验，请从“我的培训”里进入。")
    if outcome.state != OutcomeState.TEST:
        return redirect("teaching:mine")
    questions = list(queries.questions_of(outcome.session.course_id))
    form = TestForm(request.POST or None, questions=questions)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            made = actions.take_test(
                outcome_id=pk, answers=form.answers(), by=user_of(request), at=now()
            )
            if made.is_passed:
                messages.success(request, f"得 {made.percent} 分，测验通过，证书已发放。")
            else:
                messages.warning(request, f"得 {made.percent} 分，没有通过。")
            return redirect("teaching:mine")
    rule = queries.rule_of(
        outcome.session.course_id, on=local_date(outcome.session.activity.ends_at)
    )
    context = {
        "outcome": outcome,
        "form": form,
        "rule": rule,
        "left": rule.tries - outcome.tries.count(),
        "has_questions": bool(questions),
    }
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, "teaching/test.html", context, status=status)
