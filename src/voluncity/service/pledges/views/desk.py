"""The desk: promises to one's projects, and what is done about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, scope_of
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User
from voluncity.city.regions import queries as regions
from voluncity.city.registers.listing import listed, query_in
from voluncity.kernel.clock import local_date
from voluncity.kernel.masks import mask_name, mask_phone
from voluncity.kernel.refusals import NotFound
from voluncity.service.pledges import actions, queries
from voluncity.service.pledges.forms import (
    AcceptForm,
    DeclineForm,
    DeliverForm,
    MoneyForm,
    ThankForm,
    WithdrawForm,
)
from voluncity.service.pledges.models import Pledge
from voluncity.service.pledges.registers import PLEDGES, filters_of
from voluncity.service.pledges.states import PLEDGE_FLOW, NeedKind, PledgeState
from voluncity.service.pledges.views.takers import moves_of
from voluncity.web.forms import refusals_in

UNPROCESSABLE = 422
P = Permission


@needs(P.PROJECT_SEE)
@require_GET
def desk_list(request: HttpRequest) -> HttpResponse:
    """List the promises within reach, those that wait longest first."""
    at, scope = now(), scope_of(request.user, P.PROJECT_SEE)
    today = local_date(at)
    filters = filters_of(query_in(request), at=at)
    found = queries.desk_pledges(scope, filters, today=today)
    context = {
        **listed(request, PLEDGES, found),
        "filters": filters,
        "kinds": NeedKind.choices,
        "states": PledgeState.choices,
        "counties": regions.counties(on=today),
        "tasks": queries.counts(scope, today=today),
        "may_add": has(request.user, P.PROJECT_EDIT),
    }
    return render(request, "pledges/desk_list.html", context)


@needs(P.PROJECT_SEE)
@require_GET
def desk_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one promise with what may be done about it."""
    return _page(request, _fetch(request, pk))


Act = Callable[[Pledge, Any, User, datetime], object]


@dataclass(frozen=True)
class Handling:
    """One thing that may be done at the desk."""

    verb: str
    label: str
    form: type[forms.Form]
    act: Act
    done: str


def _worded(action: Callable[..., object]) -> Act:
    """Return the handling of an action that wants words and nothing else."""
    return lambda pledge, form, by, at: action(
        pledge=pledge, words=form.cleaned_data["words"], by=by, at=at
    )


def _deliver(pledge: Pledge, form: Any, by: User, at: datetime) -> Pledge:
    paper = form.cleaned_data["paper"]
    return actions.deliver_pledge(pledge=pledge, said=form.said(), paper=paper, by=by, at=at)


HANDLINGS = {
    one.verb: one
    for one in (
        Handling(
            "accept", "接受", AcceptForm,
            _worded(actions.accept_pledge),
            "已接受，认领人会收到消息。",
        ),
        Handling(
            "decline", "婉拒", DeclineForm,
            _worded(actions.decline_pledge),
            "已婉拒，认领人会看到原因。",
        ),
        Handling("deliver", "登记收到", DeliverForm, _deliver, "已登记收到，请别忘了致谢。"),
        Handling(
            "thank", "致谢", ThankForm,
            _worded(actions.thank_pledge),
            "已致谢，认领人可以下载感谢状。",
        ),
        Handling(
            "lapse", "过期释放", WithdrawForm,
            _worded(actions.release_pledge),
            "已释放，名额重新开放。",
        ),
    )
}  # fmt: skip


@needs(P.PROJECT_EDIT, P.PROJECT_REVIEW)
@require_POST
def desk_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Do one thing about a promise; a form with errors is drawn again."""
    pledge = _fetch(request, pk)
    handling = HANDLINGS.get(verb)
    if handling is None or verb not in _allowed(pledge, _rights(request, pledge)):
        raise NotFound("没有这一步，请回到认领页面。")
    form = _form(handling, pledge, request.POST, request.FILES)
    if form.is_valid():
        with refusals_in(form):
            handling.act(pledge, form, user_of(request), now())
    if form.errors:
        return _page(request, _fetch(request, pk), bound={verb: form})
    messages.success(request, handling.done)
    return redirect("pledges:desk_detail", pk)


def _form(handling: Handling, pledge: Pledge, sent: Any = None, files: Any = None) -> forms.Form:
    if handling.verb != "deliver":
        return handling.form(sent, files)
    kind = MoneyForm if pledge.need.is_money else DeliverForm
    today = local_date(now())
    amount = f"{pledge.amount / 100:.2f}" if pledge.need.is_money else str(pledge.amount)
    return kind(sent, files, initial={"amount": amount, "received_on": today})


def _page(
    request: HttpRequest, pledge: Pledge, bound: dict[str, forms.Form] | None = None
) -> HttpResponse:
    rights = _rights(request, pledge)
    sees, verbs, phone = any(rights), _allowed(pledge, rights), queries.phone_of(pledge)
    context = {
        "pledge": pledge,
        "need": pledge.need,
        "taker": pledge.taker_name if sees or pledge.unit else mask_name(pledge.taker_name),
        "contact": pledge.contact_name if sees else mask_name(pledge.contact_name),
        "phone": phone if sees else mask_phone(phone),
        "moves": moves_of(pledge),
        "steps": [
            (one, (bound or {}).get(one.verb) or _form(one, pledge))
            for one in HANDLINGS.values()
            if one.verb in verbs
        ],
        "waits_for_office": pledge.need.is_money and pledge.state == PledgeState.ACCEPTED
        and "deliver" not in verbs,
        "is_late": pledge.is_late(local_date(now())),
    }  # fmt: skip
    status = UNPROCESSABLE if bound is not None else 200
    return render(request, "pledges/desk_detail.html", context, status=status)


def _rights(request: HttpRequest, pledge: Pledge) -> tuple[bool, bool]:
    """Return whether the person organizes, and whether they note this money for an office."""
    user, need = user_of(request), pledge.need
    return (
        queries.may_organize(user, need),
        need.is_money and queries.may_note_money(user, need),
    )


def _allowed(pledge: Pledge, rights: tuple[bool, bool]) -> set[str]:
    """Return what may be done now: money is noted by offices, all else by organizers."""
    is_organizer, notes_money = rights
    possible = {step.verb for step in PLEDGE_FLOW.verbs(pledge.state)} & set(HANDLINGS)
    if pledge.promised_on >= local_date(now()):
        possible.discard("lapse")
    may: set[str] = set()
    if is_organizer:
        may |= possible - ({"deliver"} if pledge.need.is_money else set())
    if notes_money:
        may |= possible & {"deliver"}
    return may


def _fetch(request: HttpRequest, pk: int) -> Pledge:
    found: Pledge = access.fetch(request.user, P.PROJECT_SEE, queries.detailed(), at=now(), pk=pk)
    return found
