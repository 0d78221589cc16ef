"""What the accused see and say; a volunteer's own absences."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods

from voluncity.city.access.marks import signed_in
from voluncity.city.people.asking import user_of
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.service.integrity import actions, queries
from voluncity.service.integrity.forms import AbsenceAppealForm, StatementForm
from voluncity.service.integrity.models import Absence, Case
from voluncity.service.integrity.rules import words_of
from voluncity.service.integrity.states import AbsenceState, CaseState
from voluncity.service.integrity.views.answers import refused_words_in

EVIDENCE_SHOWN = 100


@signed_in
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """List the cases that somebody must answer for, and their absences."""
    user = user_of(request)
    today = local_date(now())
    context = {
        "cases": queries.own_cases(user, on=today)
        .select_related("organization")
        .order_by("-pk")[:50],
        "absences": queries.absences_for(user, on=today)[:50],
    }
    return render(request, "integrity/mine.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def own_case(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the question with its records, and take the explanation or the appeal."""
    user = user_of(request)
    rows = queries.own_cases(user, on=local_date(now())).select_related("organization")
    case: Case | None = rows.filter(pk=pk).first()
    if case is None:
        raise NotFound("没有找到这件核查。请回到“对我的核查”查看。")
    label = "申诉理由" if case.state == CaseState.FOUNDED else "说明"
    sent = request.method == "POST"
    form = (
        StatementForm(request.POST, request.FILES, label=label)
        if sent else StatementForm(label=label)
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        say = actions.appeal if case.state == CaseState.FOUNDED else actions.answer
        with refused_words_in(form):
            say(case_id=pk, text=form.cleaned_data["text"], photos=form.photos, by=user, at=now())
        if not form.errors:
            messages.success(request, "已提交，有结果会在消息里告诉您。")
            return redirect("integrity:own_case", pk)
    today = local_date(now())
    may_appeal = case.state == CaseState.FOUNDED and (
        case.appeal_due_on is None or today <= case.appeal_due_on
    )
    context = {
        "case": case,
        "findings": [words_of(one.rule, one.numbers) for one in case.findings.order_by("pk")[:20]],
        "records": queries.evidence_of(case)[:EVIDENCE_SHOWN],
        "statements": case.statements.prefetch_related("files"),
        "sanctions": case.sanctions.all(),
        "may_speak": case.state == CaseState.ASKED or may_appeal,
        "is_appeal": case.state == CaseState.FOUNDED,
        "form": form,
    }
    return render(request, "integrity/own_case.html", context, status=422 if form.errors else 200)


@signed_in
@require_http_methods(["GET", "POST"])
def own_absence(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one absence, and take the appeal."""
    user = user_of(request)
    found = queries.absences_for(user, on=local_date(now()))
    one: Absence | None = found.filter(pk=pk).first()
    if one is None:
        raise NotFound("没有找到这条缺席记录。")
    form = AbsenceAppealForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with refused_words_in(form):
            actions.appeal_absence(
                absence_id=pk, text=form.cleaned_data["text"], by=user, at=now(),
                volunteer=one.signup.volunteer,
            )  # fmt: skip
        if not form.errors:
            messages.success(request, "申诉已提交，由另一位负责人办理。")
            return redirect("integrity:own_absence", pk)
    due = one.appeal_due_on
    may_appeal = one.state == AbsenceState.CONFIRMED and (due is None or local_date(now()) <= due)
    context = {"absence": one, "form": form, "may_appeal": may_appeal}
    status = 422 if form.errors else 200
    return render(request, "integrity/own_absence.html", context, status=status)
