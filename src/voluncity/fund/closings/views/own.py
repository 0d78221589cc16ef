"""An organization closes its project: writes the report, hands it in, answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User
from voluncity.fund.closings import actions, queries
from voluncity.fund.closings.forms import FileForm, NothingForm, ReportForm, WordsForm
from voluncity.fund.closings.models import Closing, Objection, Visit
from voluncity.fund.closings.rules import LONG_MOST, report
from voluncity.fund.closings.rules.money import Row
from voluncity.fund.closings.states import (
    VISITED_IN,
    WRITABLE,
    ClosingState,
    Side,
    VisitState,
)
from voluncity.fund.closings.views.common import (
    ON_A_PAGE,
    UNPROCESSABLE,
    closing_of,
    fetch_own,
    find_closing,
)
from voluncity.fund.grants import queries as grants
from voluncity.fund.grants.models import Funding
from voluncity.fund.grants.states import FundingState
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.kernel.text import number_in
from voluncity.web.forms import refusals_in
from voluncity.web.paging import LongPaginator
from voluncity.web.sent import seen_in

P, C = Permission, ClosingState
OWN = (P.GRANT_APPLY, P.FUNDING_EDIT)


@needs(P.GRANT_APPLY)
@never_cache
@require_GET
def own_list(request: HttpRequest) -> HttpResponse:
    """List the closings of one's organizations."""
    return draw_own_list(request)


def draw_own_list(request: HttpRequest) -> HttpResponse:
    """Draw the closings of one's organizations, and what could be closed."""
    scope = scope_of(request.user, P.GRANT_APPLY)
    at = now()
    page = LongPaginator(queries.own(scope), ON_A_PAGE).get_page(request.GET.get("page"))
    running = grants.own(scope).filter(state=FundingState.RUNNING, closing__isnull=True)
    context = {
        "page": page,
        "late": {one.pk: one.days_late(at) for one in page if one.state in WRITABLE},
        "running": list(running[:ON_A_PAGE]),
    }
    return render(request, "closings/own_list.html", context)


@needs(*OWN)
@never_cache
@require_GET
def own_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far the closing is, and what is to be done."""
    return _page(request, fetch_own(request, pk))


@dataclass(frozen=True)
class Step:
    """Something that the organization may do with its closing."""

    verb: str
    form: Callable[..., forms.Form]
    act: Callable[[Closing, forms.Form, HttpRequest, User, datetime], object]
    done: str


def _visit_of(closing: Closing) -> Visit:
    found: Visit | None = Visit.objects.filter(closing=closing, state=VisitState.RECORDED).first()
    if found is None:
        raise NotFound("没有等待确认的现场评估记录，请刷新页面。")
    found.closing = closing
    return found


STEPS = {
    one.verb: one
    for one in (
        Step(
            "recall", NothingForm,
            lambda closing, _f, request, by, at: actions.recall(
                closing=closing, seen=seen_in(request), by=by, at=at
            ),
            "已取回，可以继续修改。",
        ),
        Step(
            "agree-visit", NothingForm,
            lambda closing, _f, _r, by, at: actions.answer_visit(
                visit=_visit_of(closing), agrees=True, words="", by=by, at=at
            ),
            "已认可现场评估记录。",
        ),
        Step(
            "object-visit",
            lambda *sent, **o: WordsForm(
                *sent, label="您的意见", hint="写明记录里哪一条不符合实际。", **o
            ),
            lambda closing, form, _r, by, at: actions.answer_visit(
                visit=_visit_of(closing), agrees=False, words=form.cleaned_data["words"],
                by=by, at=at,
            ),
            "意见已记录，会和评估记录一起保存。",
        ),
        Step(
            "take", NothingForm,
            lambda closing, _f, _r, by, at: actions.take_result(closing=closing, by=by, at=at),
            "已认可评估结果。",
        ),
        Step(
            "object",
            lambda *sent, **o: WordsForm(
                *sent, label="异议", most=LONG_MOST,
                hint="只能提出一次，由没有参加评分的人答复。", **o
            ),
            lambda closing, form, _r, by, at: actions.object_to(
                closing=closing, words=form.cleaned_data["words"], by=by, at=at
            ),
            "异议已提出。",
        ),
    )
}  # fmt: skip


def _page(
    request: HttpRequest, funding: Funding, *, bound: dict[str, forms.Form] | None = None
) -> HttpResponse:
    closing, at, sent = find_closing(funding), now(), bound or {}
    context: dict[str, Any] = {
        "funding": funding,
        "closing": closing,
        "balance": queries.balance(funding),
        "settlement": queries.settlement_of(funding),
        "may_begin": closing is None and funding.state == FundingState.RUNNING,
        "due_on": queries.due_on(funding, at=at),
    }
    if closing is not None:
        context |= _closing_context(closing, sent, at)
    status = UNPROCESSABLE if sent else 200
    return render(request, "closings/own_detail.html", context, status=status)


def _closing_context(closing: Closing, sent: dict[str, forms.Form], at: datetime) -> dict[str, Any]:
    objection = Objection.objects.filter(closing=closing).first()
    result = closing.result
    may_answer = (
        closing.state == C.EVALUATED and closing.taken_at is None and objection is None
        and result is not None and local_date(at) <= result.object_until
    )  # fmt: skip
    words, remarks = queries.open_remarks(closing)
    submission = closing.current
    return {
        "forms": {
            verb.replace("-", "_"): sent.get(verb) or one.form(auto_id=f"{verb}_%s")
            for verb, one in STEPS.items()
        },
        "problems": list(sent.values()),
        "is_writable": closing.state in WRITABLE,
        "late_days": closing.days_late(at),
        "remark": words,
        "remarks": remarks,
        "submission": submission,
        "rows": [Row(**row) for row in submission.content["rows"]] if submission else [],
        "files": closing.files.filter(removed_at=None).select_related("file"),
        "visits": [
            (one, queries.answer_until(one))
            for one in queries.visits(closing)
            if one.state != VisitState.CANCELLED
        ],
        "results": list(closing.results.order_by("number")),
        "objection": objection,
        "may_answer": may_answer,
        "may_answer_visits": closing.state in VISITED_IN,
        "addenda": list(queries.addenda(closing)),
        "archive": queries.archive_of(closing, Side.OWN),
        "moves": queries.moves(closing, Side.OWN),
    }


@needs(*OWN)
@never_cache
@require_http_methods(["GET", "POST"])
def own_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the report: beside each field stands what the records say."""
    funding = fetch_own(request, pk)
    at = now()
    if request.method == "POST":
        actions.begin(funding=funding, by=user_of(request), at=at)
    closing = closing_of(funding)
    if closing.state not in WRITABLE:
        return redirect("closings:own_detail", pk)
    facts = queries.facts(funding, at=at)
    is_sent = request.method == "POST" and request.POST.get("begin") is None
    form = ReportForm(
        *((request.POST,) if is_sent else ()), asked=facts.asked, content=closing.content
    )
    if is_sent and form.is_valid():
        with refusals_in(form):
            actions.save_report(
                closing=closing, said=form.cleaned_data, seen=seen_in(request),
                by=user_of(request), at=at,
            )  # fmt: skip
            is_done = request.POST.get("then") == "check"
            messages.success(request, "已保存。")
            return redirect("closings:own_check" if is_done else "closings:own_report", pk)
    others: dict[str, str] = {}
    if form.errors and seen_in(request) != closing_of(funding).edition:
        others = _written_meanwhile(closing_of(funding), form)
    return _report_page(request, funding, form, others=others)


def _written_meanwhile(closing: Closing, form: ReportForm) -> dict[str, str]:
    """Return what stands in the fields where this person wrote something else."""
    typed = {name: form[name].value() or "" for name in form.fields}
    return {
        key: words for key, words in closing.content.items() if words and typed.get(key) != words
    }


def _report_page(
    request: HttpRequest, funding: Funding, form: ReportForm, *,
    adding: FileForm | None = None, others: Mapping[str, str] | None = None,
) -> HttpResponse:  # fmt: skip
    closing, at = closing_of(funding), now()
    facts = queries.facts(funding, at=at)
    words, remarks = queries.open_remarks(closing)
    context = {
        "funding": funding,
        "closing": closing,
        "facts": facts,
        "rows": facts.rows,
        "percent": facts.most_percent,
        "form": form,
        "parts": [
            (bound, remarks.get(bound.name, ""), (others or {}).get(bound.name, ""))
            for bound in form
        ],
        "remark": words,
        "remarks": remarks,
        "missing": len(report.missing(closing.content, facts.asked)),
        "files": closing.files.filter(removed_at=None).select_related("file", "added_by"),
        "adding": adding or FileForm(auto_id="file_%s"),
        "late_days": closing.days_late(at),
    }
    status = UNPROCESSABLE if form.errors or adding else 200
    return render(request, "closings/own_report.html", context, status=status)


@needs(*OWN)
@never_cache
@require_POST
def own_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a file to the report, or take one off."""
    funding = fetch_own(request, pk)
    closing, at = closing_of(funding), now()
    gone = number_in(request.POST.get("remove"))
    if gone is not None:
        actions.remove_file(closing=closing, file_id=gone, at=at)
        messages.success(request, "附件已移除。")
        return redirect("closings:own_report", pk)
    form = FileForm(request.POST, request.FILES, auto_id="file_%s")
    if form.is_valid():
        with refusals_in(form):
            actions.add_file(
                closing=closing, checked=form.cleaned_data["file"],
                name=form.cleaned_data["name"], by=user_of(request), at=at,
            )  # fmt: skip
            messages.success(request, "附件已上传。")
            return redirect("closings:own_report", pk)
    facts = queries.facts(funding, at=at)
    page = ReportForm(asked=facts.asked, content=closing.content)
    return _report_page(request, fetch_own(request, pk), page, adding=form)


@needs(*OWN)
@never_cache
@require_http_methods(["GET", "POST"])
def own_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Check the whole report on one page, and hand in what was read."""
    funding = fetch_own(request, pk)
    closing, at = closing_of(funding), now()
    if closing.state not in WRITABLE:
        return redirect("closings:own_detail", pk)
    form = NothingForm(*((request.POST,) if request.method == "POST" else ()))
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.submit(closing=closing, seen=seen_in(request), by=user_of(request), at=at)
            messages.success(request, "结项报告已提交。")
            return redirect("closings:own_detail", pk)
        closing = closing_of(funding)
    facts = queries.facts(funding, at=at)
    context = {
        "funding": funding,
        "closing": closing,
        "form": form,
        "facts": facts,
        "rows": facts.rows,
        "answers": [(one, closing.content.get(one.key, "")) for one in facts.asked],
        "missing": [one.label for one in report.missing(closing.content, facts.asked)],
        "files": closing.files.filter(removed_at=None).select_related("file"),
        "open_reports": list(queries.open_reports(funding)),
        "unpaid": max(0, facts.balance.awarded - facts.balance.paid),
        "is_money_under_way": queries.is_money_under_way(funding),
        "late_days": closing.days_late(at),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "closings/own_check.html", context, status=status)


@needs(*OWN)
@never_cache
@require_POST
def own_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Take back, answer to a visit, take a result or object to it."""
    one = STEPS.get(verb)
    if one is None:
        raise NotFound("没有这一步，请回到结项页面。")
    closing = closing_of(fetch_own(request, pk))
    form = one.form(request.POST, auto_id=f"{verb}_%s")
    if form.is_valid():
        with refusals_in(form):
            one.act(closing, form, request, user_of(request), now())
    if form.errors:
        return _page(request, fetch_own(request, pk), bound={verb: form})
    messages.success(request, one.done)
    return redirect("closings:own_detail", pk)
