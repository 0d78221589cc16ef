"""The desk's pages about people who did not come."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has
from voluncity.city.people.asking import user_of
from voluncity.service.integrity import actions, queries
from voluncity.service.integrity.forms import AbsenceAnswerForm, AbsenceForm
from voluncity.service.integrity.models import Absence
from voluncity.service.integrity.states import AbsenceState
from voluncity.service.integrity.views.answers import refused_words_in

PER_PAGE = 30


@needs(Permission.HOURS_CONFIRM, Permission.HOURS_APPROVE)
@require_GET
def desk_absences(request: HttpRequest) -> HttpResponse:
    """List what waits: absences to confirm, appeals to hear."""
    user = user_of(request)
    raised, appeals = queries.absences_to_confirm(user), queries.absences_to_answer(user)
    is_appeals = request.GET.get("queue") == "appeals"
    page = Paginator(appeals if is_appeals else raised, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "is_appeals": is_appeals,
        "raised": raised.count(),
        "appeals": appeals.count(),
    }
    return render(request, "integrity/desk_absences.html", context)


def _page(
    request: HttpRequest, pk: int, permission: Permission, form: forms.Form | None
) -> HttpResponse:
    rows = Absence.objects.select_related(
        "signup__volunteer", "signup__shift__activity__project__organization", "decided_by",
        "answered_by",
    )  # fmt: skip
    one: Absence = access.fetch(request.user, permission, rows, at=now(), pk=pk)
    appealed = one.state == AbsenceState.APPEALED
    may_answer = appealed and has(request.user, Permission.HOURS_APPROVE)
    may_confirm = one.state == AbsenceState.RAISED and has(request.user, Permission.HOURS_CONFIRM)
    days = {
        "absence": one, "cancelled_by": queries.cancelled_by(one), "may_answer": may_answer,
        "may_confirm": may_confirm,
    }  # fmt: skip
    context = days | {"form": form or (AbsenceAnswerForm() if appealed else AbsenceForm())}
    return render(request, "integrity/desk_absence.html", context, status=422 if form else 200)


@needs(Permission.HOURS_CONFIRM, Permission.HOURS_APPROVE)
@require_http_methods(["GET", "POST"])
def desk_absence(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one absence; say whether it counts."""
    user = user_of(request)
    able = [p for p in (Permission.HOURS_CONFIRM, Permission.HOURS_APPROVE) if has(user, p)]
    if request.method == "GET":
        return _page(request, pk, able[0], None)
    access.fetch(user, able[0], Absence.objects, at=now(), pk=pk)
    form = AbsenceForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        step = actions.confirm_absence if said["verdict"] == "confirm" else actions.excuse_absence
        with refused_words_in(form):
            step(absence_id=pk, reason=said["reason"], by=user, at=now())
    if form.errors:
        return _page(request, pk, able[0], form)
    messages.success(request, "已保存。记为缺席的，志愿者会收到消息，可以申诉。")
    return redirect("integrity:desk_absences")


@needs(Permission.HOURS_APPROVE)
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Hear an appeal."""
    user = user_of(request)
    access.fetch(user, Permission.HOURS_APPROVE, Absence.objects, at=now(), pk=pk)
    form = AbsenceAnswerForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        with refused_words_in(form):
            actions.answer_absence(
                absence_id=pk, is_lifted=said["verdict"] == "lift", answer=said["reason"],
                by=user, at=now(),
            )  # fmt: skip
    if form.errors:
        return _page(request, pk, Permission.HOURS_APPROVE, form)
    messages.success(request, "申诉已答复，志愿者会收到消息。")
    return redirect("integrity:desk_absences")
