"""The desk: appeals within reach, writing, publishing, telling, events."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, reach, scope_of
from voluncity.city.people.asking import fetched, user_of
from voluncity.city.people.models import User
from voluncity.city.registers.listing import page_of, query_in
from voluncity.fund.donations import actions, gateway, queries, rules
from voluncity.fund.donations.forms import (
    AppealForm,
    DisclosureForm,
    EventForm,
    NothingForm,
    SubmitForm,
)
from voluncity.fund.donations.models import Appeal
from voluncity.fund.donations.registers import filters_of
from voluncity.fund.donations.states import APPEAL_FLOW, AppealState
from voluncity.fund.donations.views.common import (
    SEES_APPEALS,
    UNPROCESSABLE,
    Handling,
    held,
    words,
)
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.kernel.text import number_in
from voluncity.web.forms import refusals_in

P = Permission


@needs(*SEES_APPEALS)
@require_GET
def desk_list(request: HttpRequest) -> HttpResponse:
    """List the appeals within reach, with what came and what is late."""
    me, today = user_of(request), local_date(now())
    filters = filters_of(query_in(request))
    found = queries.appeals(reach(me, *SEES_APPEALS), filters)
    page = page_of(request, found)
    sums = queries.progress(page.object_list)
    ids = [one.pk for one in page.object_list]
    late = {
        one.pk: len(rules.overdue(clocks, today=today))
        for one, clocks in queries.all_clocks(queries.shown().filter(pk__in=ids), today=today)
    }
    context = {
        "page": page,
        "rows": [(one, sums[one.pk], late.get(one.pk, 0)) for one in page],
        "filters": filters,
        "states": AppealState.choices,
        "may_edit": has(me, P.APPEAL_EDIT),
        "sees_money": has(me, P.FUND_SEE),
    }
    return render(request, "donations/desk_list.html", context)


@needs(P.APPEAL_EDIT)
@require_http_methods(["GET", "POST"])
def desk_new(request: HttpRequest) -> HttpResponse:
    """Begin an appeal."""
    me = user_of(request)
    funds = queries.funds_for(scope_of(me, P.APPEAL_EDIT))
    form = AppealForm(request.POST if request.method == "POST" else None, funds=funds)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            made = actions.write_appeal(
                fund=form.cleaned_data["fund"], plan=form.plan(), by=me, at=now()
            )
        if not form.errors:
            messages.success(request, "已保存为草稿。核对后提交，由另一位工作人员发布。")
            return redirect("donations:desk_appeal", made.pk)
    context = {"form": form, "title": "发起募捐", "nobody": not funds.exists()}
    return _form_page(request, form, context)


@needs(P.APPEAL_EDIT)
@require_http_methods(["GET", "POST"])
def desk_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an appeal that nobody sees yet."""
    appeal, me = _fetch(request, pk, P.APPEAL_EDIT), user_of(request)
    sent = request.POST if request.method == "POST" else None
    form = AppealForm(sent, funds=queries.funds_for(scope_of(me, P.APPEAL_EDIT)), appeal=appeal)
    seen = number_in(request.POST.get("seen"))
    if sent is not None and form.is_valid():
        with refusals_in(form):
            actions.change_appeal(
                appeal=appeal, plan=form.plan(), seen=-1 if seen is None else seen, by=me, at=now()
            )
        if not form.errors:
            messages.success(request, "已保存。")
            return redirect("donations:desk_appeal", pk)
    context = {
        "form": form, "title": "修改募捐", "appeal": appeal,
        "seen": appeal.edition if seen is None else seen,
    }  # fmt: skip
    return _form_page(request, form, context)


def _form_page(request: HttpRequest, form: forms.Form, context: dict[str, Any]) -> HttpResponse:
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "donations/desk_form.html", context, status=status)


# -- One appeal, and what is done about it -------------------------------------------------------


def _publish(appeal: Appeal, _said: dict[str, Any], by: User, at: datetime) -> object:
    merchant = gateway.merchant_no()
    return actions.publish_appeal(appeal=appeal, merchant_no=merchant, by=by, at=at)


HANDLINGS = {
    one.verb: one
    for one in (
        Handling(
            "submit", "提交发布", SubmitForm,
            lambda one, said, by, at: actions.submit_appeal(appeal=one, by=by, at=at, **said),
            "已提交，请另一位工作人员发布。", (P.APPEAL_EDIT,),
        ),
        Handling(
            "publish", "发布", NothingForm, _publish, "已发布。", (P.APPEAL_EDIT, P.GIFT_CHECK),
        ),
        Handling(
            "send_back", "退回修改", words("要改什么"),
            lambda one, said, by, at: actions.send_back_appeal(appeal=one, by=by, at=at, **said),
            "已退回。", (P.APPEAL_EDIT, P.GIFT_CHECK),
        ),
        Handling(
            "end", "提前结束", words("提前结束的原因", "公开显示。"),
            lambda one, said, by, at: actions.end_appeal(appeal=one, by=by, at=at, **said),
            "已结束，请在三个月内公开总结报告。", (P.APPEAL_EDIT,),
        ),
    )
}  # fmt: skip


@needs(*SEES_APPEALS)
@require_GET
def desk_appeal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one appeal: what was filed, what came, what must be told."""
    return _page(request, _fetch(request, pk, *SEES_APPEALS))


@needs(P.APPEAL_EDIT, P.GIFT_CHECK)
@require_POST
def desk_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Do one thing about an appeal; a form with errors is drawn again."""
    appeal, me = _fetch(request, pk, P.APPEAL_EDIT, P.GIFT_CHECK), user_of(request)
    handling = HANDLINGS.get(verb)
    if handling is None or not held(me, Appeal.objects.all(), pk, handling.permissions):
        raise NotFound("没有这一步，请回到募捐页面。")
    form = handling.form(request.POST)
    if form.is_valid():
        with refusals_in(form):
            handling.act(appeal, form.cleaned_data, me, now())
    if form.errors:
        return _page(request, _fetch(request, pk, *SEES_APPEALS), bound={verb: form})
    messages.success(request, handling.done)
    return redirect("donations:desk_appeal", pk)


def _page(
    request: HttpRequest, appeal: Appeal, *, bound: dict[str, forms.Form] | None = None
) -> HttpResponse:
    me, sent, today = user_of(request), bound or {}, local_date(now())
    mine = held(me, Appeal.objects.all(), appeal.pk, Permission)
    possible = {step.verb for step in APPEAL_FLOW.verbs(appeal.state)} | set(sent)
    context = {
        "appeal": appeal,
        "progress": queries.progress_of(appeal),
        "ways": queries.ways_of(appeal),
        "may_edit": P.APPEAL_EDIT in mine,
        "may_record": P.GIFT_RECORD in mine,
        "is_draft": appeal.state == AppealState.DRAFT,
        "clocks": [
            (one, one.days_over(today)) for one in queries.clocks_of(appeal, today=today)
        ] if appeal.is_shown else [],
        "disclosures": appeal.disclosures.select_related("by", "corrects"),
        "events": appeal.events.all(),
        "steps": [
            (one, sent.get(one.verb) or one.form())
            for one in HANDLINGS.values()
            if one.verb in possible and mine & set(one.permissions)
        ],
    }  # fmt: skip
    status = UNPROCESSABLE if bound else 200
    return render(request, "donations/desk_appeal.html", context, status=status)


def _fetch(request: HttpRequest, pk: int, *permissions: Permission) -> Appeal:
    found: Appeal = fetched(request, queries.detailed_appeals(), pk, *permissions)
    return found


@needs(P.APPEAL_EDIT)
@require_http_methods(["GET", "POST"])
def desk_tell(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell something about an appeal."""
    appeal = _fetch(request, pk, P.APPEAL_EDIT)
    begin = {"kind": request.GET.get("kind", "")}
    form = DisclosureForm(
        request.POST if request.method == "POST" else None, appeal=appeal, initial=begin
    )
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.tell(
                appeal=appeal, plan=form.plan(), corrects=form.cleaned_data["corrects"],
                by=user_of(request), at=now(),
            )  # fmt: skip
        if not form.errors:
            messages.success(request, "已公开。公开的内容不能修改，有错请发更正。")
            return redirect("donations:desk_appeal", pk)
    return _form_page(request, form, {"form": form, "title": "公开信息", "appeal": appeal})


@needs(P.APPEAL_EDIT)
@require_http_methods(["GET", "POST"])
def desk_event_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the entry desk and the big screen of an event."""
    appeal = _fetch(request, pk, P.APPEAL_EDIT)
    form = EventForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            made = actions.hold_event(
                appeal=appeal, plan=form.plan(), by=user_of(request), at=now()
            )
        if not form.errors:
            messages.success(request, "现场已开设，可以登记捐赠、打开大屏。")
            return redirect("donations:desk_event", made.pk)
    return _form_page(request, form, {"form": form, "title": "开设募捐现场", "appeal": appeal})
