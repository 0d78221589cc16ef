"""Yearly plans: the office asks for them, lead units hand them in, the office looks at them."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, scope_of
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotFound
from voluncity.kernel.text import number_in
from voluncity.service.progress import actions, queries, rules
from voluncity.service.progress.actions.steps import Unseen
from voluncity.service.progress.forms import CallForm, RemarksForm, YearForm
from voluncity.service.progress.models import PlanCall, YearPlan
from voluncity.service.progress.states import TONES, WRITABLE_YEAR, YEAR_FLOW
from voluncity.service.progress.views.around import (
    CONFLICT,
    UNPROCESSABLE,
    mark_read,
    me,
    status_of,
)
from voluncity.web.forms import refusals_in

P = Permission
_REVIEWS = frozenset({"accept", "send_back", "reopen"})
_DONE = {
    "submit": "年度计划已报送。",
    "accept": "年度计划已通过。",
    "send_back": "年度计划已退回。",
    "reopen": "年度计划已退回调整。",
}


@needs(P.PROJECT_REVIEW)
@require_GET
def years(request: HttpRequest) -> HttpResponse:
    """List the yearly plans within reach; who owes one; the office sets the day."""
    return _list_page(request, None)


@needs(P.POLICY_EDIT)
@require_POST
def open_call(request: HttpRequest) -> HttpResponse:
    """Ask the lead units for their plan of a year: the city's office alone."""
    form = CallForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            actions.open_call(by=me(request), at=now(), **form.cleaned_data)
            messages.success(request, "已通知各牵头单位报送。")
            return redirect("progress:years")
    return _list_page(request, form)


@needs(P.PROJECT_EDIT)
@require_http_methods(["GET", "POST"])
def year_new(request: HttpRequest) -> HttpResponse:
    """Plan a year of a line that one's unit leads."""
    own = queries.leadings_of(me(request))
    form = YearForm(
        request.POST or None,
        lines=queries.lines_led(own),
        today=local_date(now()),
        initial=_asked(request),
    )
    if request.method == "POST" and form.is_valid():
        line = form.cleaned_data["line"]
        with refusals_in(form):
            plan = actions.write_year_plan(
                line_id=line.pk, unit_id=_unit_of(own, line.pk), year=form.cleaned_data["year"],
                aims=form.aims(), by=me(request), at=now(),
            )  # fmt: skip
            messages.success(request, "年度计划已保存，核对后请报送。")
            return redirect("progress:year", plan.pk)
    context = {"form": form, "leads": bool(own)}
    return render(request, "progress/year_new.html", context, status=status_of(form))


@needs(P.PROJECT_SEE)
@require_GET
def year(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a yearly plan against what was done."""
    return _page(request, _fetch(request, P.PROJECT_SEE, pk), None)


@needs(P.PROJECT_EDIT)
@require_POST
def write_year(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what was written of a yearly plan."""
    plan = _fetch(request, P.PROJECT_EDIT, pk)
    form = YearForm(request.POST, lines=None, today=local_date(now()), plan=plan)
    if form.is_valid():
        with refusals_in(form):
            actions.write_year_plan(
                line_id=plan.line_id, unit_id=plan.unit_id, year=plan.year, aims=form.aims(),
                by=me(request), at=now(),
            )  # fmt: skip
            messages.success(request, "年度计划已保存。")
            return redirect("progress:year", pk)
    return _page(request, plan, form)


@needs(P.PROJECT_EDIT, P.PROJECT_REVIEW)
@require_POST
def year_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Hand a yearly plan in, accept it, or send it back."""
    if verb not in _DONE:
        raise NotFound("没有这个步骤。")
    if verb == "submit":
        _fetch(request, P.PROJECT_EDIT, pk)
        actions.submit_year_plan(plan_id=pk, by=me(request), at=now())
    else:
        plan = _fetch(request, P.PROJECT_SEE, pk)
        if not _may_review(request, plan):
            raise NotFound("年度计划由文明办审核，请等待他们办理。")
        form = RemarksForm(request.POST)
        if verb != "accept" and not form.is_valid():
            return _page(request, plan, None, remarks=(verb, form))
        remarks = request.POST.get("remarks", "") if verb != "accept" else ""
        try:
            actions.review_year_plan(
                plan_id=pk, verb=verb, remarks=remarks, by=me(request), at=now(),
                seen=mark_read(request),
            )  # fmt: skip
        except Unseen as refusal:
            sent = (verb, form) if verb != "accept" else None
            fresh = _fetch(request, P.PROJECT_SEE, pk)
            return _page(request, fresh, None, remarks=sent, unseen=refusal.sentence)
    messages.success(request, _DONE[verb])
    return redirect("progress:year", pk)


def _asked(request: HttpRequest) -> dict[str, int]:
    line = number_in(request.GET.get("line"))
    return {} if line is None else {"line": line}


def _unit_of(own: dict[int, int], line_id: int) -> int:
    if line_id not in own:
        raise BadInput("请从列表中选择。", field="line")
    return own[line_id]


def _fetch(request: HttpRequest, permission: Permission, pk: int) -> YearPlan:
    rows = YearPlan.objects.select_related("line", "unit", "submitted_by", "reviewed_by")
    found: YearPlan = access.fetch(request.user, permission, rows, at=now(), pk=pk)
    return found


def _may_review(request: HttpRequest, plan: YearPlan) -> bool:
    """Return whether one looks at yearly plans: an office, within its region."""
    return queries.may_review_year(me(request), plan)


def _list_page(request: HttpRequest, form: CallForm | None) -> HttpResponse:
    user = me(request)
    today = local_date(now())
    scope = scope_of(user, P.PROJECT_SEE)
    plans = list(
        YearPlan.objects.in_scope(scope).select_related("line", "unit").order_by(
            "-year", "line__number", "pk"
        )[:300]
    )  # fmt: skip
    calls = list(PlanCall.objects.order_by("-year")[:3])
    context = {
        "rows": [(plan, TONES.get(plan.state, "neutral")) for plan in plans],
        "calls": calls,
        "owed": queries.owed_years(scope, calls, today=today),
        "form": form or CallForm(initial={"year": today.year}),
        "may_call": has(user, P.POLICY_EDIT),
        "may_plan": bool(queries.leadings_of(user)),
        "today": today,
    }
    return render(request, "progress/years.html", context, status=status_of(form))


def _page(
    request: HttpRequest, plan: YearPlan, form: YearForm | None,
    *, remarks: tuple[str, forms.Form] | None = None, unseen: str = "",
) -> HttpResponse:  # fmt: skip
    user = me(request)
    may_edit = queries.may_edit_year(user, plan)
    may_review = _may_review(request, plan) and user.pk not in {
        plan.submitted_by_id,
        plan.written_by_id,
    }
    verbs = {"submit"} if may_edit else set()
    verbs |= _REVIEWS if may_review else set()
    steps = [
        {
            "step": step,
            "form": (remarks[1] if remarks and remarks[0] == step.verb else RemarksForm())
            if step.verb in {"send_back", "reopen"}
            else None,
            "is_open": remarks is not None and remarks[0] == step.verb,
        }
        for step in YEAR_FLOW.verbs(plan.state)
        if step.verb in verbs
    ]
    done_projects, done_sessions = queries.year_done(plan)
    may_write = may_edit and plan.state in WRITABLE_YEAR
    context = {
        "plan": plan,
        "tone": TONES.get(plan.state, "neutral"),
        "steps": steps,
        "may_write": may_write,
        "form": form or YearForm(lines=None, today=local_date(now()), plan=plan),
        "done_projects": done_projects,
        "done_sessions": done_sessions,
        "call": PlanCall.objects.filter(year=plan.year).first(),
        "seen": rules.mark(plan.submitted_at),
        "unseen": unseen,
    }
    status = CONFLICT if unseen else UNPROCESSABLE if remarks else status_of(form)
    return render(request, "progress/year.html", context, status=status)
