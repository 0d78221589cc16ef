"""An organization tells of activities and shows pictures and papers; files for who may see them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, may
from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.city.files import queries as files
from voluncity.city.files.models import StoredFile
from voluncity.city.people.asking import fetched, user_of
from voluncity.fund.reports import actions, queries
from voluncity.fund.reports.forms import EvidenceForm, NothingForm
from voluncity.fund.reports.models import Evidence, Report, Voucher
from voluncity.fund.reports.views.common import ON_A_PAGE, SEES, UNPROCESSABLE, fetch_own
from voluncity.kernel.refusals import NotFound
from voluncity.kernel.text import number_in
from voluncity.web.answers import hand_over
from voluncity.web.forms import refusals_in
from voluncity.web.paging import LongPaginator

P = Permission
SIZES = ("small", "shown")


@needs(P.GRANT_APPLY)
@never_cache
@require_http_methods(["GET", "POST"])
def own_activities(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the activities that a report tells of."""
    report = fetch_own(request, pk, to_write=True)
    form = NothingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            _change_links(request, report)
        if not form.errors:
            return redirect("reports:own_activities", pk)
    at = now()
    whole = queries.as_it_stands(report, at=at)
    found = LongPaginator(queries.candidates(report, at=at), ON_A_PAGE)
    page = found.get_page(request.GET.get("page"))
    figures = queries.live_figures([one.pk for one in page], at=at)
    context = {
        "report": report,
        "form": form,
        "whole": whole,
        "remark": queries.open_remarks(report).get("activities", ""),
        "page": page,
        "rows": [(one, figures[one.pk]) for one in page],
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "reports/own_activities.html", context, status=status)


def _change_links(request: HttpRequest, report: Report) -> None:
    gone = number_in(request.POST.get("remove"))
    me, at = user_of(request), now()
    if gone is not None:
        actions.unlink_activity(report=report, activity_id=gone, by=me, at=at)
        messages.success(request, "已移除。")
        return
    chosen = [number_in(one) for one in request.POST.getlist("activity")[:200]]
    ids = [one for one in chosen if one is not None]
    count = actions.link_activities(report=report, activity_ids=ids, by=me, at=at)
    messages.success(request, f"已关联 {count} 场活动。")


@needs(P.GRANT_APPLY)
@never_cache
@require_http_methods(["GET", "POST"])
def own_evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the pictures and papers of a report; add one."""
    report = fetch_own(request, pk, to_write=True)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = EvidenceForm(*sent)
    if sent and form.is_valid():
        said = form.cleaned_data
        with refusals_in(form):
            actions.add_evidence(
                report=report, checked=said["file"], caption=said["caption"], faces=said["faces"],
                consent_note=said["consent_note"], by=user_of(request), at=now(),
            )  # fmt: skip
            messages.success(request, "已上传。")
            return redirect("reports:own_evidence", pk)
    return _page(request, report, form)


def _page(
    request: HttpRequest, report: Report, form: EvidenceForm, *,
    changing: tuple[int, EvidenceForm] | None = None,
) -> HttpResponse:  # fmt: skip
    rows = []
    for one in queries.shown_evidence(report):
        is_open = changing is not None and changing[0] == one.pk
        drawn = changing[1] if changing and is_open else _change_form(one)
        rows.append((one, drawn, is_open))
    context = {
        "report": report,
        "form": form,
        "rows": rows,
        "remark": queries.open_remarks(report).get("evidence", ""),
    }
    status = UNPROCESSABLE if form.errors or changing else 200
    return render(request, "reports/own_evidence.html", context, status=status)


def _change_form(one: Evidence, *sent: Any) -> EvidenceForm:
    initial = {"caption": one.caption, "faces": one.faces, "consent_note": one.consent_note}
    form = EvidenceForm(*sent, initial=initial, with_file=False, auto_id=f"e{one.pk}_%s")
    if not one.is_picture:
        del form.fields["faces"], form.fields["consent_note"]
    return form


@needs(P.GRANT_APPLY)
@never_cache
@require_POST
def own_evidence_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Say otherwise what a picture shows, move it, or take it off."""
    rows = Evidence.objects.filter(removed_at=None).select_related("report__funding")
    one: Evidence = fetched(request, rows, pk, P.GRANT_APPLY)
    said: dict[str, Any] = {"evidence": one, "by": user_of(request), "at": now()}
    if verb == "change":
        form = _change_form(one, request.POST)
        if form.is_valid():
            with refusals_in(form):
                actions.change_evidence(
                    **said, caption=form.cleaned_data["caption"],
                    faces=form.cleaned_data.get("faces", ""),
                    consent_note=form.cleaned_data.get("consent_note", ""),
                )  # fmt: skip
                messages.success(request, "已保存。")
                return redirect("reports:own_evidence", one.report_id)
        report = fetch_own(request, one.report_id, to_write=True)
        return _page(request, report, EvidenceForm(), changing=(one.pk, form))
    if verb in ("up", "down"):
        actions.move_evidence(**said, steps=-1 if verb == "up" else 1)
    elif verb == "remove":
        actions.remove_evidence(**said)
        messages.success(request, "已移除。")
    else:
        raise NotFound("没有这一步，请回到报告页面。")
    return redirect("reports:own_evidence", one.report_id)


# -- Files -----------------------------------------------------------------------------------------


@needs(P.GRANT_APPLY, *SEES)
@never_cache
@require_safe
def evidence_file(request: HttpRequest, pk: int, size: str) -> HttpResponseBase:
    """Hand over a picture or a paper to its organization, and to the office once handed in."""
    rows = Evidence.objects.select_related("file", "small", "report__funding")
    found: Evidence = _visible(request, rows, pk)
    return _handed(request, found, found.report, size)


@needs(P.GRANT_APPLY, *SEES)
@never_cache
@require_safe
def voucher_file(request: HttpRequest, pk: int, size: str) -> HttpResponseBase:
    """Hand over a voucher to its organization, and to the office once handed in."""
    rows = Voucher.objects.select_related("file", "small", "expense__report__funding")
    found: Voucher = _visible(request, rows, pk)
    return _handed(request, found, found.expense.report, size)


def _visible(request: HttpRequest, rows: ScopedQuerySet, pk: int) -> Any:
    return fetched(request, rows, pk, P.GRANT_APPLY, *SEES)


def _handed(
    request: HttpRequest, found: Evidence | Voucher, report: Report, size: str
) -> HttpResponseBase:
    is_own = has(request.user, P.GRANT_APPLY) and may(
        request.user, P.GRANT_APPLY, Report.objects.all(), pk=report.pk
    )
    if size not in SIZES or (not is_own and not queries.was_handed_in(found, report)):
        raise NotFound("这个文件还没有提交，请等受资助方提交报告以后再看。")
    kept: StoredFile = (found.small or found.file) if size == "small" else found.file
    is_paper = kept.content_type == "application/pdf"
    name = kept.original_name if is_paper else f"{kept.key}.webp"
    return hand_over(
        files.opened(kept), content_type=kept.content_type, filename=name, is_attachment=is_paper
    )
