"""Inspect a station on a phone, mend what was found, look again."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.people.asking import user_of
from voluncity.city.stations import actions, queries
from voluncity.city.stations.forms import AnswerForm, CheckForm, FixForm, SubmitForm
from voluncity.city.stations.models import Finding, Inspection, Station
from voluncity.city.stations.states import FindingState, InspectionKind
from voluncity.city.stations.views.reach import fetch_either, may, reach
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.web.forms import refusals_in

ON_A_PAGE = 30
FINDING_TABS = (
    ("", "未办结"),
    ("overdue", "已逾期"),
    (FindingState.OPEN, "待整改"),
    (FindingState.FIXED, "待复查"),
    (FindingState.CLOSED, "已整改"),
)


@needs(Permission.STATION_EDIT)
@require_POST
def start_self_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a self-check, or go on with one's draft."""
    return _start(request, pk, InspectionKind.SELF_CHECK, Permission.STATION_EDIT)


@needs(Permission.STATION_INSPECT)
@require_POST
def start_visit(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a visit, or go on with one's draft."""
    return _start(request, pk, InspectionKind.VISIT, Permission.STATION_INSPECT)


def _start(
    request: HttpRequest, pk: int, kind: InspectionKind, permission: Permission
) -> HttpResponse:
    access.fetch(request.user, permission, Station.objects.all(), at=now(), pk=pk)
    inspection = actions.start_inspection(station_id=pk, kind=kind, by=user_of(request), at=now())
    return redirect("stations:inspection", inspection.pk)


@needs(Permission.STATION_EDIT, Permission.STATION_INSPECT)
@require_GET
def show_inspection(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an inspection: to fill in while it is one's own draft, to read once it is submitted."""
    inspection = _fetch(request, pk)
    user = user_of(request)
    if inspection.submitted_at is None and inspection.by_id != user.pk:
        raise NotFound("这份草稿还没有提交，只有检查人自己能看。")
    lines = queries.lines(inspection)
    context = {
        "inspection": inspection,
        "station": inspection.station,
        "lines": lines,
        "lacking": sum(bool(line.lacks) for line in lines),
        "form": SubmitForm(),
    }
    is_draft = inspection.submitted_at is None
    template = "stations/inspect.html" if is_draft else "stations/inspection.html"
    return render(request, template, context)


@needs(Permission.STATION_EDIT, Permission.STATION_INSPECT)
@require_POST
def save_answer(request: HttpRequest, pk: int, answer_id: int) -> HttpResponse:
    """Keep one item of one's draft; the page says that it is kept."""
    inspection = _fetch(request, pk)
    answer = inspection.answers.select_related("item", "photo").filter(pk=answer_id).first()
    if answer is None:
        raise NotFound("没有找到这一项，请刷新页面。")
    form = AnswerForm(request.POST, request.FILES)
    if form.is_valid():
        with refusals_in(form):
            answer = actions.save_answer(
                answer_id=answer_id, **form.cleaned_data, by=user_of(request), at=now()
            )
    if request.htmx:  # type: ignore[attr-defined]
        lines = queries.lines(inspection)
        line = next(one for one in lines if one.answer.pk == answer_id)
        context = {
            "inspection": inspection,
            "line": line,
            "lacking": sum(bool(one.lacks) for one in lines),
            "problem": _first_error(form),
        }
        status = 422 if form.errors else 200
        return render(request, "stations/inspect.html#saved", context, status=status)
    if form.errors:
        messages.error(request, _first_error(form))
    return redirect(f"{reverse('stations:inspection', args=[pk])}#answer-{answer_id}")


def _first_error(form: AnswerForm) -> str:
    return next((str(errors[0]) for errors in form.errors.values()), "")


@needs(Permission.STATION_EDIT, Permission.STATION_INSPECT)
@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Finish one's draft."""
    _fetch(request, pk)
    form = SubmitForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else request.POST.get("note", "")
    done = actions.submit_inspection(inspection_id=pk, note=note, by=user_of(request), at=now())
    word = "合格" if done.is_passed else "不合格"
    messages.success(request, f"检查已提交：{done.score} 分，{word}。")
    return redirect("stations:inspection", pk)


@needs(Permission.STATION_EDIT, Permission.STATION_INSPECT)
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw one's own draft away."""
    _fetch(request, pk)
    station_id = actions.discard_draft(inspection_id=pk, by=user_of(request), at=now())
    messages.success(request, "草稿已删除。")
    return redirect("stations:desk_detail", station_id)


@needs(Permission.STATION_EDIT, Permission.STATION_INSPECT)
@require_GET
def list_findings(request: HttpRequest) -> HttpResponse:
    """List what has to be mended in one's area, the most urgent first."""
    today, state = local_date(now()), request.GET.get("state", "")
    found = queries.findings(reach(request), state=state, today=today)
    context = {
        "page": Paginator(found, ON_A_PAGE).get_page(request.GET.get("page")),
        "state": state,
        "tabs": FINDING_TABS,
        "today": today,
    }
    return render(request, "stations/desk_findings.html", context)


@needs(Permission.STATION_EDIT, Permission.STATION_INSPECT)
@require_GET
def show_finding(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one finding with what may be done about it."""
    return _finding_page(request, _fetch_finding(request, pk))


@needs(Permission.STATION_EDIT)
@require_http_methods(["POST"])
def fix(request: HttpRequest, pk: int) -> HttpResponse:
    """Say how a finding was mended."""
    finding = access.fetch(request.user, Permission.STATION_EDIT, _findings(), at=now(), pk=pk)
    form = FixForm(request.POST, request.FILES)
    if form.is_valid():
        with refusals_in(form):
            actions.fix_finding(finding_id=pk, **form.cleaned_data, by=user_of(request), at=now())
    if form.errors:
        return _finding_page(request, finding, fix_form=form)
    messages.success(request, "整改已登记。")
    return redirect("stations:desk_finding", pk)


@needs(Permission.STATION_INSPECT)
@require_http_methods(["POST"])
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Look again at what was mended."""
    finding = access.fetch(request.user, Permission.STATION_INSPECT, _findings(), at=now(), pk=pk)
    form = CheckForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            actions.check_fix(
                finding_id=pk,
                is_accepted=form.cleaned_data["verdict"] == "accept",
                note=form.cleaned_data["note"],
                by=user_of(request),
                at=now(),
            )
    if form.errors:
        return _finding_page(request, finding, check_form=form)
    messages.success(request, "复查意见已登记。")
    return redirect("stations:desk_finding", pk)


def _finding_page(
    request: HttpRequest,
    finding: Finding,
    *,
    fix_form: FixForm | None = None,
    check_form: CheckForm | None = None,
) -> HttpResponse:
    user, state = user_of(request), finding.state
    may_edit = may(request, Permission.STATION_EDIT, Station.objects, finding.station_id)
    may_check = (
        state == FindingState.FIXED
        and finding.fixed_by_id != user.pk
        and not queries.is_own(user, finding.station)
        and may(request, Permission.STATION_INSPECT, Station.objects, finding.station_id)
    )
    context = {
        "finding": finding,
        "today": local_date(now()),
        "fix_form": (fix_form or FixForm()) if may_edit and state == FindingState.OPEN else None,
        "check_form": (check_form or CheckForm()) if may_check else None,
    }
    status = 422 if fix_form or check_form else 200
    return render(request, "stations/desk_finding.html", context, status=status)


def _findings() -> object:
    return Finding.objects.select_related(
        "station__organization", "answer__item", "answer__inspection__by", "answer__photo",
        "fix_photo", "fixed_by", "checked_by",
    )  # fmt: skip


def _fetch_finding(request: HttpRequest, pk: int) -> Finding:
    found: Finding = fetch_either(request, _findings(), pk=pk)
    return found


def _fetch(request: HttpRequest, pk: int) -> Inspection:
    found: Inspection = fetch_either(
        request,
        Inspection.objects.select_related("station__organization", "station__kind", "by"),
        pk=pk,
    )
    return found
