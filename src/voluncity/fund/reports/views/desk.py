"""The office: which reports came, what they say beside the plan, what is done with them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, may, reach
from voluncity.city.people.asking import fetched, user_of
from voluncity.city.policy import queries as policy
from voluncity.city.registers.listing import listed, query_in
from voluncity.fund.grants.models import Funding
from voluncity.fund.reports import actions, paper, queries
from voluncity.fund.reports.forms import NothingForm, ReasonForm, ReturnForm
from voluncity.fund.reports.models import Expense, Report
from voluncity.fund.reports.registers import REPORTS, filters_of
from voluncity.fund.reports.rules.writing import (
    ACTIVITIES,
    EVIDENCE,
    REASON_MOST,
    REMARK_KEYS,
    SERVED,
    SPENDING,
)
from voluncity.fund.reports.states import (
    LABELS,
    TIMELINESS_TONES,
    WRITABLE,
    ExpenseState,
    ReportState,
)
from voluncity.fund.reports.views.common import (
    SEES,
    UNPROCESSABLE,
    content,
    fetch_own,
    fetch_received,
    follows,
    is_writable,
    late_text,
)
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.kernel.text import number_in
from voluncity.web.answers import hand_over
from voluncity.web.forms import refusals_in
from voluncity.web.sent import seen_in

P, S = Permission, ReportState
REMARK = "remark-"
_SHOWN = (S.SUBMITTED, S.RETURNED, S.DRAFT, S.ACCEPTED)


@needs(P.GRANT_APPLY, *SEES)
@never_cache
@require_GET
def desk_list(request: HttpRequest) -> HttpResponse:
    """List the reports that an office follows; an organization's people see their own."""
    me, today = user_of(request), local_date(now())
    if not follows(me):
        return redirect("reports:own_list")
    scope = reach(me, *SEES)
    filters = filters_of(query_in(request))
    found = queries.reports(scope, filters, today=today)
    numbers = queries.counts(scope, today=today, funding_id=filters.funding_id)
    one = Funding.objects.in_scope(scope).filter(pk=filters.funding_id or 0).first()
    years = queries.years(scope)
    year = today.year if today.year in years else (years[0] if years else today.year)
    context = {
        "filters": filters,
        "funding": one,
        **listed(request, REPORTS, found),
        "states": [(state, state.label, numbers.get(state, 0)) for state in _SHOWN],
        "late": numbers["late"],
        "kept": queries.timeliness(year, today=today, scope=scope),
    }
    return render(request, "reports/desk_list.html", context)


@needs(*SEES)
@never_cache
@require_GET
def desk_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a report beside the plan, and what may be done with it."""
    return _page(request, fetch_received(request, pk))


def _page(
    request: HttpRequest, report: Report, *, returning: ReturnForm | None = None,
    accepting: NothingForm | None = None, disallowing: tuple[int, ReasonForm] | None = None,
    waiving: ReasonForm | None = None,
) -> HttpResponse:  # fmt: skip
    at = now()
    today = local_date(at)
    newest = queries.newest_submission(report)
    wanted = number_in(request.GET.get("submission"))
    old = report.submissions.select_related("made_by", "returned_by").filter(pk=wanted or 0).first()
    is_live = report.state in (S.SUBMITTED, S.ACCEPTED) and (old is None or old == newest)
    read = None if is_live else (old or newest)
    came = queries.timeliness_of(report, today=today)
    context: dict[str, Any] = {
        "newest": newest,
        "submissions": report.submissions.all(),
        "is_live": is_live,
        "is_waiting": is_live and report.state == S.SUBMITTED and _may_decide(request, report),
        "late": late_text(report, today=today),
        "came": (came.label, TIMELINESS_TONES[came]) if came else None,
        "waits": _waits(report, today=today),
        "milestone": report.milestone,
        "waiving": waiving or _waive_form(),
        "may_waive": _may_waive(request, report, at=at),
        "returning": returning or _return_form(today=today),
        "accepting": accepting,
        "disallowing": disallowing,
        "moves": [(LABELS[one.verb], one) for one in report.moves.select_related("by")],
    }
    if newest is not None:
        whole = None if is_live or read is None else queries.as_handed_in(read)
        context |= content(report, at=at, side="desk", whole=whole)
    else:
        context |= {"report": report, "uses": queries.lines_of(report.funding), "side": "desk"}
    hidden = [] if context["is_waiting"] else [returning, disallowing and disallowing[1]]
    hidden += [] if context["may_waive"] else [waiving]
    context["gone"] = [sentence for form in hidden if form for sentence in _errors(form)]
    context["remark_rows"] = _remark_rows(request, context)
    failed = any(one is not None for one in (returning, accepting, disallowing, waiving))
    return render(
        request, "reports/desk_report.html", context, status=UNPROCESSABLE if failed else 200
    )


def _errors(form: ReturnForm | ReasonForm) -> list[str]:
    """Return why a step was not done whose form the page does not show any more."""
    return [str(sentence) for found in form.errors.values() for sentence in found]


def _remark_rows(request: HttpRequest, shown: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return the parts at which the office may remark: key, label, what was typed there."""
    keys = [(part.key, part.label) for part in shown.get("parts", ())]
    keys += [(key, REMARK_KEYS[key]) for key in (SERVED, ACTIVITIES, EVIDENCE, SPENDING)]
    keys += [
        (f"expense-{one.pk}", f"支出：{one.what}（{one.text}）")
        for one, _ in shown.get("expenses", ())
    ]
    return [
        (key, label, request.POST.get(f"{REMARK}{key}", "")[:REASON_MOST]) for key, label in keys
    ]


def _waive_form(*sent: Any) -> ReasonForm:
    return ReasonForm(*sent, label="不再要求的原因", auto_id="waive_%s")


def _may_waive(request: HttpRequest, report: Report, *, at: datetime) -> bool:
    return (
        report.state in WRITABLE
        and is_writable(report)
        and not actions.is_owed(report, at=at)
        and _may_decide(request, report)
    )


def _may_decide(request: HttpRequest, report: Report) -> bool:
    return may(request.user, P.FUNDING_EDIT, Report.objects.all(), pk=report.pk)


def _waits(report: Report, *, today: date) -> tuple[int, bool] | None:
    """Return for how many days a report waits for the office, and whether that is too long."""
    if report.state != S.SUBMITTED or report.submitted_at is None:
        return None
    days = (today - local_date(report.submitted_at)).days
    return days, days > policy.number("reports.check_days", on=today)


def _return_form(*, today: date) -> ReturnForm:
    days = policy.number("reports.return_days", on=today)
    return ReturnForm(initial={"again_on": today + timedelta(days=days)})


@needs(P.FUNDING_EDIT)
@never_cache
@require_POST
def desk_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Accept a report, send it back with remarks, or ask no more for it."""
    act = {"accept": _accept, "send-back": _send_back, "waive": _waive}.get(verb)
    if act is None:
        raise NotFound("没有这一步，请回到报告页面。")
    report = fetch_received(request, pk, P.FUNDING_EDIT)
    said = {"report": report, "seen": seen_in(request), "by": user_of(request), "at": now()}
    return act(request, pk, said)


def _accept(request: HttpRequest, pk: int, said: dict[str, Any]) -> HttpResponse:
    form = NothingForm(request.POST)
    form.is_valid()
    with refusals_in(form):
        report = actions.accept(**said)
        reaches = report.milestone is not None and report.funding.is_live
        done = "报告已通过，里程碑同时验收。" if reaches else "报告已通过。"
        messages.success(request, done)
        return redirect("reports:desk_report", pk)
    return _page(request, fetch_received(request, pk), accepting=form)


def _send_back(request: HttpRequest, pk: int, said: dict[str, Any]) -> HttpResponse:
    form = ReturnForm(request.POST)
    if form.is_valid():
        remarks = {
            name.removeprefix(REMARK): str(value)
            for name, value in request.POST.items()
            if name.startswith(REMARK)
        }
        with refusals_in(form):
            actions.send_back(
                **said, remarks=remarks, words=form.cleaned_data["words"],
                again_on=form.cleaned_data["again_on"],
            )  # fmt: skip
            messages.success(request, "已退回修改，受资助方会收到通知。")
            return redirect("reports:desk_report", pk)
    return _page(request, fetch_received(request, pk), returning=form)


def _waive(request: HttpRequest, pk: int, said: dict[str, Any]) -> HttpResponse:
    form = _waive_form(request.POST)
    if form.is_valid():
        with refusals_in(form):
            report = actions.waive(**said, words=form.cleaned_data["reason"])
            messages.success(request, "已不再要求这份报告，受资助方会收到通知。")
            return redirect(f"{reverse('reports:desk_list')}?funding={report.funding_id}")
    return _page(request, fetch_received(request, pk), waiving=form)


@needs(P.FUNDING_EDIT)
@never_cache
@require_POST
def desk_expense(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Do not take a single expense, with the reason, or take it after all."""
    rows = Expense.objects.exclude(state=ExpenseState.REMOVED).select_related(
        "report__funding__organization", "report__funding__fund", "report__milestone", "line"
    )
    expense: Expense = fetched(request, rows, pk, P.FUNDING_EDIT)
    said: dict[str, Any] = {
        "expense": expense,
        "seen": seen_in(request),
        "by": user_of(request),
        "at": now(),
    }
    form = ReasonForm(request.POST) if verb == "disallow" else NothingForm(request.POST)
    if verb not in ("disallow", "allow"):
        raise NotFound("没有这一步，请回到报告页面。")
    if form.is_valid():
        with refusals_in(form):
            if isinstance(form, ReasonForm):
                actions.disallow(**said, reason=form.cleaned_data["reason"])
            else:
                actions.allow(**said)
            messages.success(request, "已办理。")
            return redirect("reports:desk_report", expense.report_id)
    report = fetch_received(request, expense.report_id)
    if isinstance(form, ReasonForm):
        return _page(request, report, disallowing=(pk, form))
    return _page(request, report, accepting=form)


@needs(P.GRANT_APPLY, *SEES)
@never_cache
@require_GET
def report_paper(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Print a report as PDF: for its organization, and for the office once it was handed in."""
    if has(request.user, P.GRANT_APPLY) and may(
        request.user, P.GRANT_APPLY, Report.objects.all(), pk=pk
    ):
        report = fetch_own(request, pk)
    else:
        report = fetch_received(request, pk)
    whole = _to_print(report)
    stream, name = (
        paper.report_pdf(report, whole, at=now()),
        f"{report.funding.number}-{report}.pdf",
    )
    return hand_over(stream, content_type="application/pdf", filename=name, is_attachment=True)


def _to_print(report: Report) -> queries.Whole:
    if report.state == S.ACCEPTED:
        return queries.as_it_stands(report, at=now())
    newest = queries.newest_submission(report)
    if newest is None:
        raise NotFound("这份报告还没有提交过，提交以后才能打印。", code="reports.never_handed_in")
    return queries.as_handed_in(newest)
