"""The desk's page of one case, and its steps."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import Refusal
from voluncity.service.integrity import actions, queries
from voluncity.service.integrity.actions.deciding import FITTING
from voluncity.service.integrity.forms import (
    AppealDecisionForm,
    AssignForm,
    DecisionForm,
    QuestionForm,
    StatementForm,
)
from voluncity.service.integrity.models import Case
from voluncity.service.integrity.rules import words_of
from voluncity.service.integrity.states import RUNNING, CaseState
from voluncity.service.integrity.views.answers import refused_words_in

EVIDENCE_SHOWN = 200


@needs(Permission.ANOMALY_SEE, Permission.ANOMALY_DECIDE)
@require_GET
def desk_case(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one case with its findings, statements, sanctions, and the next step."""
    return _page(request, pk)


def _fetch(request: HttpRequest, permission: Permission, pk: int) -> Case:
    rows = Case.objects.select_related(
        "organization__region", "organizer", "volunteer", "assigned_to", "decided_by", "closed_by",
        "opened_by",
    )  # fmt: skip
    case: Case = access.fetch(request.user, permission, rows, at=now(), pk=pk)
    return case


def _page(request: HttpRequest, pk: int, **bound: forms.Form) -> HttpResponse:
    case, user = _fetch(request, Permission.ANOMALY_SEE, pk), user_of(request)
    hindrance = _hindrance(case, user)
    is_mine = not hindrance and case.assigned_to_id == user.pk
    before = case.state in (CaseState.OPENED, CaseState.ASKED, CaseState.ANSWERED)
    records = queries.evidence_of(case)
    context: dict[str, Any] = {
        "case": case,
        "whom": queries.suspects(case, masked=False),
        "findings": [
            (one, words_of(one.rule, one.numbers)) for one in case.findings.order_by("pk")
        ],
        "statements": case.statements.prefetch_related("files").select_related("made_by"),
        "sanctions": case.sanctions.all(),
        "records": records[:EVIDENCE_SHOWN],
        "number": records.count(),
        "hindrance": hindrance,
        "may_ask": is_mine and case.state == CaseState.OPENED,
        "may_decide": is_mine and before,
        "may_hear": not hindrance
        and case.state == CaseState.APPEALED
        and case.decided_by_id != user.pk,
        "may_assign": not hindrance and case.state in RUNNING,
        "may_speak_for": is_mine
        and case.state in (CaseState.ASKED, CaseState.FOUNDED)
        and case.volunteer is not None
        and not queries.accused_users(case, on=local_date(now())),
        "speak_form": StatementForm(label="对方的说明"),
        "ask_form": QuestionForm(),
        "decide_form": DecisionForm(kinds=FITTING[case.about]),
        "appeal_form": AppealDecisionForm(),
        "assign_form": AssignForm(able=queries.able(case)),
    }
    status = 422 if bound else 200
    return render(request, "integrity/desk_case.html", context | bound, status=status)


def _hindrance(case: Case, user: User) -> str:
    """Return why this person may not work on a case, or an empty sentence."""
    if not has(user, Permission.ANOMALY_DECIDE):
        return "您可以查看，办理由文明办负责。"
    try:
        actions.require_other_level(case, by=user)
    except Refusal as refusal:
        return refusal.sentence
    return ""


@needs(Permission.ANOMALY_DECIDE)
@require_POST
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the case to another person."""
    case = _fetch(request, Permission.ANOMALY_DECIDE, pk)
    form = AssignForm(request.POST, able=queries.able(case))
    if form.is_valid():
        with refused_words_in(form):
            actions.assign(
                case_id=pk, user_id=form.cleaned_data["user"].pk, by=user_of(request),
                at=now(),
            )  # fmt: skip
    return _answer(request, pk, "assign_form", form, "已转交。")


@needs(Permission.ANOMALY_DECIDE)
@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the accused to explain."""
    _fetch(request, Permission.ANOMALY_DECIDE, pk)
    form = QuestionForm(request.POST)
    if form.is_valid():
        with refused_words_in(form):
            actions.ask(
                case_id=pk, question=form.cleaned_data["question"], by=user_of(request),
                at=now(),
            )  # fmt: skip
    return _answer(request, pk, "ask_form", form, "已发出，对方会收到消息。")


@needs(Permission.ANOMALY_DECIDE)
@require_POST
def speak_for(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what somebody without an account said."""
    _fetch(request, Permission.ANOMALY_DECIDE, pk)
    form = StatementForm(request.POST, request.FILES, label="对方的说明")
    if form.is_valid():
        with refused_words_in(form):
            actions.speak_for(
                case_id=pk, text=form.cleaned_data["text"], photos=form.photos,
                by=user_of(request), at=now(),
            )  # fmt: skip
    return _answer(request, pk, "speak_form", form, "已记下对方的话。")


@needs(Permission.ANOMALY_DECIDE)
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide the case."""
    case = _fetch(request, Permission.ANOMALY_DECIDE, pk)
    form = DecisionForm(request.POST, kinds=FITTING[case.about])
    if form.is_valid():
        said = form.cleaned_data
        with refused_words_in(form):
            actions.decide(
                case_id=pk, is_founded=said["verdict"] == "founded", reason=said["reason"],
                kinds=said["kinds"], by=user_of(request), at=now(),
            )  # fmt: skip
    return _answer(request, pk, "decide_form", form, "认定已保存，对方会收到消息。")


@needs(Permission.ANOMALY_DECIDE)
@require_POST
def decide_appeal(request: HttpRequest, pk: int) -> HttpResponse:
    """Hear the appeal."""
    _fetch(request, Permission.ANOMALY_DECIDE, pk)
    form = AppealDecisionForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        with refused_words_in(form):
            actions.decide_appeal(
                case_id=pk, is_lifted=said["verdict"] == "lift", reason=said["reason"],
                by=user_of(request), at=now(),
            )  # fmt: skip
    return _answer(request, pk, "appeal_form", form, "申诉已办结，对方会收到消息。")


def _answer(request: HttpRequest, pk: int, name: str, form: forms.Form, done: str) -> HttpResponse:
    if form.errors:
        return _page(request, pk, **{name: form})
    messages.success(request, done)
    return redirect("integrity:desk_case", pk)
