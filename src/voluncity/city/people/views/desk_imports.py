"""The desk: lists of volunteers that come in by file, from the upload to the report."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.people import actions, queries, tasks
from voluncity.city.people.forms import FileForm, StartForm
from voluncity.city.people.models import ImportBatch
from voluncity.city.people.states import BATCH_FLOW, BatchState
from voluncity.city.people.views.reports import table_file, workbook
from voluncity.city.people.views.requests import me
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.web.forms import refusals_in

PAGE_SIZE, LINES_SIZE = 20, 50
_UNDER_WAY = {BatchState.WAITING, BatchState.RUNNING}
_TONES = {
    BatchState.FINISHED: "good", BatchState.CHECKED: "info", BatchState.WAITING: "warn",
    BatchState.RUNNING: "warn", BatchState.STOPPED: "warn", BatchState.REFUSED: "bad",
    BatchState.FAILED: "bad",
}  # fmt: skip
_OUTCOMES = ("未导入", "已登记过", "可以导入", "已导入", "跳过")


@needs(Permission.VOLUNTEER_IMPORT)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take a list in, and show those that I imported before."""
    is_sent = request.method == "POST"
    form = FileForm(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        most_bytes=actions.MOST_LIST_BYTES,
    )
    if is_sent and form.is_valid():
        with refusals_in(form):
            batch = actions.upload_list(source=form.source(), by=me(request), at=now())
            return redirect("people:desk_import", batch.pk)
    page = Paginator(queries.my_batches(me(request)), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [(batch, _TONES.get(BatchState(batch.state), "neutral")) for batch in page]
    context = {"form": form, "page": page, "rows": rows}
    return render(request, "people/desk_imports.html", context, status=422 if form.errors else 200)


@needs(Permission.VOLUNTEER_IMPORT)
@require_safe
def template(request: HttpRequest) -> HttpResponseBase:
    """Hand out an empty list that says what belongs into each column."""
    return workbook("志愿者名单模板", actions.template_rows())


@needs(Permission.VOLUNTEER_IMPORT)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one list: what is in it, how it is to be imported, how far it is, what became of it."""
    batch = queries.my_batch(me(request), pk)
    is_sent = request.method == "POST"
    is_draft = "next_level" in request.POST
    form = _start_form(request, batch, is_sent=is_sent, is_draft=is_draft)
    if is_sent and not is_draft and form.is_valid():
        with refusals_in(form):
            actions.start_import(batch=batch, choices=form.choices(), by=me(request), at=now())
            tasks.run_import.enqueue(pk)
            return redirect("people:desk_import", pk)
    context = {"form": form, **_shown(request, batch)}
    return render(request, "people/desk_import.html", context, status=422 if form.errors else 200)


def _start_form(
    request: HttpRequest, batch: ImportBatch, *, is_sent: bool, is_draft: bool
) -> StartForm:
    at = now()
    ground = queries.import_ground(by=me(request), at=at, permission=Permission.VOLUNTEER_IMPORT)
    named = queries.active_organizations().filter(pk__in=ground.organizations.values())
    return StartForm(
        request.POST if is_sent else None,
        today=local_date(at),
        organizations=named,
        initial={
            "mode": batch.mode,
            "channel": batch.channel,
            "organization": batch.organization_id,
            "region": batch.region,
            "is_signed": batch.is_signed,
        },
        is_draft=is_draft,
    )


def _shown(request: HttpRequest, batch: ImportBatch) -> dict[str, Any]:
    outcome = request.GET.get("outcome", "")
    lines = queries.lines_of(batch, outcome=outcome)
    verbs = {step.verb for step in BATCH_FLOW.verbs(batch.state)}
    counted = dict(batch.lines.order_by().values_list("outcome").annotate(count=Count("pk")))
    return {
        "batch": batch,
        "tone": _TONES.get(BatchState(batch.state), "neutral"),
        "page": Paginator(lines, LINES_SIZE).get_page(request.GET.get("page")),
        "is_all": not outcome,
        "outcomes": [
            (name, f"{name} {counted[name]:,}", name == outcome)
            for name in _OUTCOMES
            if name in counted
        ],
        "may_start": "start" in verbs and batch.file_id is not None,
        "may_resume": "resume" in verbs and batch.file_id is not None,
        "may_discard": "discard" in verbs and batch.file_id is not None,
        **_progress(batch),
    }


def _progress(batch: ImportBatch) -> dict[str, Any]:
    """Return what the bar says: rows read, of about how many."""
    return {
        "batch": batch,
        "is_under_way": batch.state in _UNDER_WAY,
        "is_silent": queries.is_silent(batch, at=now()),
        "expected": max(batch.rows, batch.position),
    }


@needs(Permission.VOLUNTEER_IMPORT)
@never_cache
@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far a list is; when it is over, let the whole page be drawn anew."""
    batch = queries.my_batch(me(request), pk)
    context = _progress(batch)
    answer = render(request, "people/desk_import.html#progress", context)
    if not context["is_under_way"]:
        answer["HX-Refresh"] = "true"
    return answer


_STEPS: dict[str, tuple[Callable[..., object], str]] = {
    "stop": (actions.stop_import, "已停止。已经导入的人保留，可以随时继续。"),
    "resume": (actions.resume_import, "已继续，从停下的地方接着导入。"),
    "discard": (actions.discard_import, "已放弃，名单文件已删除。"),
}


@needs(Permission.VOLUNTEER_IMPORT)
@require_POST
def step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Stop a list, go on with it, or give it up."""
    batch = queries.my_batch(me(request), pk)
    if verb not in _STEPS:
        raise NotFound("没有这个操作，请回到导入页面。")
    act, words = _STEPS[verb]
    act(batch=batch, by=me(request), at=now())
    if verb == "resume":
        tasks.run_import.enqueue(pk)
    messages.success(request, words)
    return redirect("people:desk_import", pk)


@needs(Permission.VOLUNTEER_IMPORT)
@require_safe
def report(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    """Hand out what became of each row."""
    batch = queries.my_batch(me(request), pk)
    outcome = request.GET.get("outcome", "")
    actions.note_report_read(batch=batch, by=me(request), at=now())
    return table_file(kind, f"导入结果-{pk}", _rows(batch, outcome))


def _rows(batch: ImportBatch, outcome: str) -> Iterator[tuple[str, ...]]:
    yield actions.REPORT_HEADER
    for line in queries.lines_of(batch, outcome=outcome).iterator(chunk_size=2_000):
        yield line.cells()
