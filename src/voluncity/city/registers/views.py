"""Around every list of the desk: filters that are kept, and files that are taken out."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from voluncity.city.access.marks import needs, signed_in
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, scope_of
from voluncity.city.policy import queries as policy
from voluncity.city.registers import actions, queries, tasks
from voluncity.city.registers.forms import ExportForm, NameForm
from voluncity.city.registers.models import Export, SavedFilter
from voluncity.city.registers.rules import (
    AT_ONCE,
    COLUMN,
    EXPORTERS,
    Query,
    Register,
    Wanted,
    filters_in,
    query_text,
)
from voluncity.city.registers.states import ExportState
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed
from voluncity.kernel.text import number_in
from voluncity.web.forms import refusals_in

PAGE_SIZE = 20


def _asked(request: HttpRequest) -> list[tuple[str, str]]:
    return filters_in(request.META.get("QUERY_STRING", ""))


def _said(request: HttpRequest, register: Register, query: Query) -> list[tuple[str, str]]:
    """Return the filters in words, as far as the list reaches."""
    return register.said(scope_of(request.user, register.permission), query, now())


def _back(register: Register, request: HttpRequest) -> str:
    return f"{reverse(register.page)}?{query_text(_asked(request))}"


@needs(*EXPORTERS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest, key: str) -> HttpResponse:
    """Ask why a list is taken out, and with which columns; then make the file."""
    register = queries.register_of(key)
    if not has(request.user, register.export_permission):
        raise NotAllowed("您没有导出这份名册的权限。如有需要，请联系本单位管理员。")
    form = _export_form(request, register)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            made = actions.ask_export(
                register=register,
                wanted=Wanted(query=_asked(request), **form.cleaned_data),
                by=cast("Any", request.user),
                at=now(),
            )
        if not form.errors:
            return _make(made)
    context = {"register": register, "form": form, "back": _back(register, request)}
    context |= _amounts(request, register)
    return render(request, "registers/export.html", context, status=422 if form.errors else 200)


def _export_form(request: HttpRequest, register: Register) -> ExportForm:
    chosen = [one.key for one in register.chosen(_asked(request))]
    return ExportForm(
        request.POST if request.method == "POST" else None,
        initial={"columns": chosen},
        register=register,
        may_full=has(request.user, Permission.EXPORT_FULL),
    )


def _amounts(request: HttpRequest, register: Register) -> dict[str, Any]:
    """Return how much would be exported, and how it is filtered, in words."""
    at, query = now(), _asked(request)
    found = queries.to_export(register, query=query, by=request.user, at=at, is_full=False)
    return {
        "total": found.count(),
        "said": _said(request, register, query),
        "most": policy.number("registers.full_export_most", on=local_date(at)),
        "days": policy.number("registers.file_days", on=local_date(at)),
    }


def _make(made: Export) -> HttpResponse:
    """Write a short list at once, let a job write a long one."""
    if made.total > AT_ONCE:
        tasks.make_export.enqueue(made.pk)
    else:
        tasks.make_export.call(made.pk)
    return redirect("registers:exported", made.pk)


@needs(*EXPORTERS)
@never_cache
@require_safe
def exports(request: HttpRequest) -> HttpResponse:
    """List what I exported."""
    page = Paginator(queries.exports_of(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [(one, queries.registers().get(one.list_key)) for one in page]
    return render(request, "registers/exports.html", {"page": page, "rows": rows})


@signed_in
@never_cache
@require_safe
def exported(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far my export is, and the way to its file; for htmx the part that changes."""
    made = queries.export_of(request.user, pk)
    register = queries.register_of(made.list_key)
    at = now()
    context = {
        "export": made,
        "register": register,
        "said": _said(request, register, filters_in(made.query)),
        "labels": [one.label for one in register.columns if one.key in made.columns.split(",")],
        "is_waiting": made.state == ExportState.WAITING,
        "days": policy.number("registers.file_days", on=local_date(at)),
    }
    part = "#state" if getattr(request, "htmx", False) else ""
    return render(request, f"registers/exported.html{part}", context)


@needs(Permission.DESK_SEE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def filters(request: HttpRequest, key: str) -> HttpResponse:
    """Keep the filter that stands in the address, or forget one of mine."""
    register = queries.register_of(key)
    form = NameForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        answer = _forget(request) if "forget" in request.POST else _save(request, register, form)
        if answer is not None:
            return answer
    query = _asked(request)
    context = {
        "register": register,
        "form": form,
        "kept": SavedFilter.objects.filter(owner_id=request.user.pk, list_key=key),
        "said": _said(request, register, query),
        "is_filtered": any(name != COLUMN for name, _ in query),
        "back": _back(register, request),
    }
    return render(request, "registers/filters.html", context, status=422 if form.errors else 200)


def _save(request: HttpRequest, register: Register, form: NameForm) -> HttpResponse | None:
    if form.is_valid():
        with refusals_in(form):
            actions.save_filter(
                list_key=register.key,
                name=form.cleaned_data["name"],
                query=_asked(request),
                by=cast("Any", request.user),
            )
    if form.errors:
        return None
    messages.success(request, "已保存，以后点一下就能用。")
    return redirect(_back(register, request))


def _forget(request: HttpRequest) -> HttpResponse:
    asked = number_in(request.POST["forget"])
    if asked is None:
        raise BadInput("没有找到这个常用筛选，请刷新页面。")
    actions.delete_filter(filter_id=asked, by=cast("Any", request.user))
    messages.success(request, "已删除。")
    return redirect(request.get_full_path())
