"""An organization's own reports: what is owed, the tasks of one, its words, handing it in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime, now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.people.asking import fetched, user_of
from voluncity.fund.grants import queries as grants
from voluncity.fund.grants.models import Funding
from voluncity.fund.reports import actions, queries
from voluncity.fund.reports.actions import Saved, Typed
from voluncity.fund.reports.forms import ExtraForm, NothingForm, ReportForm
from voluncity.fund.reports.models import Report
from voluncity.fund.reports.rules.writing import SERVED, WORDS, digest_of
from voluncity.fund.reports.states import LABELS, OPEN_FUNDINGS, ReportKind, ReportState
from voluncity.fund.reports.views.common import (
    CONFLICT,
    ON_A_PAGE,
    UNPROCESSABLE,
    content,
    fetch_own,
    follows,
    is_writable,
    late_text,
)
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound, Refusal
from voluncity.kernel.text import number_in
from voluncity.web.forms import refusals_in
from voluncity.web.paging import LongPaginator
from voluncity.web.sent import handle_in, new_handle, seen_in

P, S = Permission, ReportState


@needs(P.GRANT_APPLY)
@never_cache
@require_GET
def own_list(request: HttpRequest) -> HttpResponse:
    """List the reports that this person's organizations owe and gave."""
    me, today = user_of(request), local_date(now())
    found = queries.own(scope_of(me, P.GRANT_APPLY))
    wanted = number_in(request.GET.get("funding"))
    funding = None
    if wanted is not None:
        funding = fetched(request, grants.detailed(), wanted, P.GRANT_APPLY)
        found = found.filter(funding=funding)
    page = LongPaginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "funding": funding,
        "may_extra": funding is not None and funding.state in OPEN_FUNDINGS,
        "rows": [(one, late_text(one, today=today)) for one in page],
        "is_office": follows(me),
    }
    return render(request, "reports/own_list.html", context)


@needs(P.GRANT_APPLY)
@never_cache
@require_GET
def own_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the tasks of a report, or what it says once it is handed in."""
    report, at = fetch_own(request, pk), now()
    expenses = list(queries.expenses_of(report))
    context = content(report, at=at, side="own") | {
        "is_writable": is_writable(report),
        "late": late_text(report, today=local_date(at)),
        "tasks": _tasks(report, expenses),
        "returned": queries.newest_submission(report) if report.state == S.RETURNED else None,
        "may_drop": report.kind == ReportKind.EXTRA and report.first_submitted_at is None,
        "moves": [(LABELS[one.verb], one) for one in report.moves.select_related("by")],
    }
    return render(request, "reports/own_report.html", context)


def _tasks(report: Report, expenses: list[Any]) -> list[dict[str, Any]]:
    """Return the pages of a report with what each lacks, and whether it has remarks."""
    missing, remarks = queries.problems(report, expenses), queries.open_remarks(report)
    linked, files = report.linked.count(), queries.shown_evidence(report).count()
    rows = [
        ("words", "文字报告", (*WORDS, SERVED), any(getattr(report, key) for key in WORDS), ""),
        ("activities", "关联服务活动", ("activities",), bool(linked), f"{linked} 场"),
        ("evidence", "照片和材料", ("evidence",), bool(files), f"{files} 份"),
        ("spending", "支出明细和凭证", ("spending",), bool(expenses), f"{len(expenses)} 笔"),
    ]
    return [
        {
            "url": reverse(f"reports:own_{name}", args=[report.pk]), "title": title,
            "missing": sum(len(missing.get(key, [])) for key in keys), "is_begun": is_begun,
            "count": count if is_begun else "",
            "remarks": sum(
                key in keys or (name == "spending" and key.startswith("expense-"))
                for key in remarks
            ),
            "is_wanted": name == "words",
        }
        for name, title, keys, is_begun, count in rows
    ]  # fmt: skip


# -- Words -----------------------------------------------------------------------------------------


@needs(P.GRANT_APPLY)
@never_cache
@require_http_methods(["GET", "POST"])
def own_words(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the words of a report; what a colleague changed meanwhile is shown beside them."""
    report = fetch_own(request, pk, to_write=True)
    if request.method == "GET":
        return _words_page(request, report)
    sent = {
        key: Typed(request.POST.get(key, "")[:20_000], request.POST.get(f"seen-{key}", ""))
        for key in (*WORDS, SERVED)
        if f"seen-{key}" in request.POST
    }
    try:
        saved = actions.save_words(report=report, sent=sent, by=user_of(request), at=now())
    except Refusal as refusal:
        form = ReportForm({key: one.raw for key, one in sent.items()})
        form.refuse(refusal)
        return _words_page(request, report, form=form, sent=sent)
    if saved.clashes:
        return _words_page(request, report, sent=sent, saved=saved)
    messages.success(request, "已保存。")
    return redirect("reports:own_words" if "stay" in request.POST else "reports:own_report", pk)


def _words_page(
    request: HttpRequest, report: Report, *, form: ReportForm | None = None,
    sent: dict[str, Typed] | None = None, saved: Saved | None = None,
) -> HttpResponse:  # fmt: skip
    stands = {key: str(getattr(report, key) or "") for key in (*WORDS, SERVED)}
    clashes = saved.clashes if saved else {}
    typed = {key: sent[key].raw for key in clashes} if sent else {}
    drawn = form or ReportForm(stands | typed)
    # After a refusal the page still remembers what it showed first; after a clash, what stands.
    seen = {key: digest_of(words) for key, words in stands.items()}
    if form is not None and sent:
        seen |= {key: one.seen for key, one in sent.items()}
    remarks = queries.open_remarks(report)
    context = {
        "report": report,
        "form": drawn,
        "rows": [
            (drawn[key], seen[key], remarks.get(key, ""), clashes.get(key), key in clashes)
            for key in (*WORDS, SERVED)
        ],
        "clashes": len(clashes),
        "changed_at": localtime(report.changed_at),
    }
    status = UNPROCESSABLE if form is not None else CONFLICT if clashes else 200
    return render(request, "reports/own_words.html", context, status=status)


# -- Hand in ---------------------------------------------------------------------------------------


@needs(P.GRANT_APPLY)
@never_cache
@require_http_methods(["GET", "POST"])
def own_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Show all that will be handed in, with what is missing at its place; hand it in."""
    report = fetch_own(request, pk)
    if not is_writable(report):
        return redirect("reports:own_report", pk)
    form = NothingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.submit(report=report, seen=seen_in(request), by=user_of(request), at=now())
            messages.success(request, "报告已提交，基金办公室会尽快审阅。")
            return redirect("reports:own_report", pk)
        report = fetch_own(request, pk)
    at = now()
    problems = queries.problems(report, list(queries.expenses_of(report)))
    context = content(report, at=at, side="own", problems=problems) | {
        "form": form,
        "missing": sum(len(found) for found in problems.values()),
        "late": late_text(report, today=local_date(at)),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "reports/own_check.html", context, status=status)


@needs(P.GRANT_APPLY)
@never_cache
@require_POST
def own_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Take a report back to change it, or give up one that nobody asked for."""
    report = fetch_own(request, pk)
    said: dict[str, Any] = {
        "report": report,
        "seen": seen_in(request),
        "by": user_of(request),
        "at": now(),
    }
    if verb == "recall":
        actions.recall(**said)
        messages.success(request, "已取回，可以修改；改好以后请重新提交。")
        return redirect("reports:own_report", pk)
    if verb == "drop":
        actions.drop_extra(**said)
        messages.success(request, "这份补充报告已取消。")
        return redirect(f"{reverse('reports:own_list')}?funding={report.funding_id}")
    raise NotFound("没有这一步，请回到报告页面。")


@needs(P.GRANT_APPLY)
@never_cache
@require_http_methods(["GET", "POST"])
def own_extra(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a report beside the schedule, of the project with this id."""
    funding: Funding = fetched(request, grants.detailed(), pk, P.GRANT_APPLY)
    today = local_date(now())
    initial = {"first": funding.starts_on, "last": min(today, funding.ends_on)}
    form = ExtraForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            made = actions.begin_extra(
                funding=funding, first=form.cleaned_data["first"], last=form.cleaned_data["last"],
                handle=handle_in(request), by=user_of(request), at=now(),
            )  # fmt: skip
            return redirect("reports:own_report", made.pk)
    context = {
        "funding": funding,
        "form": form,
        "handle": request.POST.get("handle", "")[:36] or new_handle(),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "reports/own_extra.html", context, status=status)
