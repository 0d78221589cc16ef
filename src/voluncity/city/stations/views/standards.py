"""The standard of each kind of station, and the naming of model stations."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

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
from voluncity.city.stations import actions, queries
from voluncity.city.stations.forms import ItemForm, ReasonForm
from voluncity.city.stations.models import ChecklistItem, Demonstration, Station
from voluncity.city.stations.states import DemonstrationState
from voluncity.city.stations.views.reach import reach
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.web.forms import refusals_in

ON_A_PAGE = 30
DEMONSTRATION_TABS = (
    ("", "全部"),
    (DemonstrationState.PROPOSED, "待审核"),
    (DemonstrationState.SHOWN, "公示中"),
    (DemonstrationState.EFFECTIVE, "示范站"),
    ("recheck", "应复检"),
    (DemonstrationState.WITHDRAWN, "已撤销"),
)


@needs(Permission.STATION_EDIT, Permission.STATION_INSPECT)
@require_GET
def list_items(request: HttpRequest) -> HttpResponse:
    """Show the standard as it holds today, and what comes."""
    today = local_date(now())
    kind = request.GET.get("kind", "")
    found = queries.standard(kind, on=today) if kind else queries.in_force(today)
    context = {
        "items": found,
        "coming": queries.coming(today),
        "kinds": queries.kinds(),
        "kind": kind,
        "may_set": has(request.user, Permission.POLICY_EDIT),
    }
    return render(request, "stations/desk_standard.html", context)


@needs(Permission.POLICY_EDIT)
@require_http_methods(["GET", "POST"])
def new_item(request: HttpRequest) -> HttpResponse:
    """Add a line to the standard."""
    form = _item_form(request, {"valid_from": local_date(now()), "weight": 5})
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.add_item(
                plan=form.plan(),
                valid_from=form.cleaned_data["valid_from"],
                by=user_of(request),
                at=now(),
            )
        if not form.errors:
            messages.success(request, "已添加。已经开始的检查不受影响。")
            return redirect("stations:desk_standard")
    return render(
        request, "stations/desk_item.html", {"form": form}, status=422 if form.errors else 200
    )


@needs(Permission.POLICY_EDIT)
@require_http_methods(["GET", "POST"])
def edit_item(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a line of the standard read otherwise from a later day on."""
    item = _item(pk)
    initial = {
        "text": item.text,
        "kind": item.kind_id or "",
        "weight": item.weight,
        "is_must": item.is_must,
        "needs_photo": item.needs_photo,
        "valid_from": local_date(now()) + timedelta(days=1),
    }
    form = _item_form(request, initial)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.change_item(
                item_id=pk,
                plan=form.plan(),
                valid_from=form.cleaned_data["valid_from"],
                by=user_of(request),
                at=now(),
            )
        if not form.errors:
            messages.success(request, "已保存，从执行日期起按新的标准检查。")
            return redirect("stations:desk_standard")
    context = {"form": form, "item": item}
    return render(request, "stations/desk_item.html", context, status=422 if form.errors else 200)


@needs(Permission.POLICY_EDIT)
@require_POST
def end_item(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a line of the standard no more, from today on."""
    _item(pk)
    actions.end_item(item_id=pk, valid_to=local_date(now()), by=user_of(request), at=now())
    messages.success(request, "已停用，以前的检查仍然保留。")
    return redirect("stations:desk_standard")


@needs(Permission.STATION_EDIT, Permission.STATION_INSPECT)
@require_GET
def list_demonstrations(request: HttpRequest) -> HttpResponse:
    """List model stations of one's area: proposed, shown, named, to be looked at again."""
    today, state = local_date(now()), request.GET.get("state", "")
    found = queries.demonstrations(reach(request), state=state, today=today)
    context = {
        "page": Paginator(found, ON_A_PAGE).get_page(request.GET.get("page")),
        "tabs": DEMONSTRATION_TABS,
        "state": state,
        "today": today,
    }
    return render(request, "stations/desk_demonstrations.html", context)


@needs(Permission.STATION_EDIT)
@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose a station as a model."""
    station = access.fetch(
        request.user,
        Permission.STATION_EDIT,
        Station.objects.select_related("organization", "kind", "region"),
        at=now(),
        pk=pk,
    )
    form = ReasonForm(request.POST if request.method == "POST" else None)
    form.fields["reason"].label = "申报理由"
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.propose_demonstration(
                station_id=pk, reason=form.cleaned_data["reason"], by=user_of(request), at=now()
            )
        if not form.errors:
            messages.success(request, "已申报，文明办审核后公示。")
            return redirect("stations:desk_detail", pk)
    context = {"form": form, "station": station, "what": "propose"}
    return render(request, "stations/desk_reason.html", context, status=422 if form.errors else 200)


@needs(Permission.NOTICE_MANAGE)
@require_POST
def show_demonstration(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a proposed model station to the public."""
    row = _demonstration(request, pk)
    actions.show_demonstration(demonstration_id=pk, by=user_of(request), at=now())
    messages.success(request, "已开始公示，公示结束没有异议就命名。")
    return redirect("stations:desk_detail", row.station_id)


@needs(Permission.NOTICE_MANAGE)
@require_http_methods(["GET", "POST"])
def decline_demonstration(request: HttpRequest, pk: int) -> HttpResponse:
    """Turn a proposal down."""
    return _end(request, pk, "decline", "已退回，申报人会收到通知。")


@needs(Permission.NOTICE_MANAGE)
@require_http_methods(["GET", "POST"])
def withdraw_demonstration(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the naming of a model station back."""
    return _end(request, pk, "withdraw", "示范站称号已撤销。")


_ENDINGS: dict[str, Any] = {
    "decline": actions.decline_demonstration,
    "withdraw": actions.withdraw_demonstration,
}


def _end(request: HttpRequest, pk: int, verb: str, done: str) -> HttpResponse:
    row = _demonstration(request, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            _ENDINGS[verb](
                demonstration_id=pk,
                reason=form.cleaned_data["reason"],
                by=user_of(request),
                at=now(),
            )
        if not form.errors:
            messages.success(request, done)
            return redirect("stations:desk_detail", row.station_id)
    context = {"form": form, "station": row.station, "what": verb}
    return render(request, "stations/desk_reason.html", context, status=422 if form.errors else 200)


def _demonstration(request: HttpRequest, pk: int) -> Demonstration:
    found: Demonstration = access.fetch(
        request.user,
        Permission.NOTICE_MANAGE,
        Demonstration.objects.select_related("station__organization"),
        at=now(),
        pk=pk,
    )
    return found


def _item_form(request: HttpRequest, initial: dict[str, Any]) -> ItemForm:
    kinds = queries.kinds()
    if request.method == "POST":
        return ItemForm(request.POST, kinds=kinds)
    return ItemForm(initial=initial, kinds=kinds)


def _item(pk: int) -> ChecklistItem:
    item: ChecklistItem | None = ChecklistItem.objects.filter(pk=pk).first()
    if item is None:
        raise NotFound("没有找到这一条标准。")
    return item
