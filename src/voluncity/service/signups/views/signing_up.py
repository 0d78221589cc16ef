"""Signing up: read the risks, press once, get the place or a plain no."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from voluncity.city.access.marks import volunteer_only
from voluncity.city.people.models import User
from voluncity.kernel.refusals import NotFound, Refusal
from voluncity.service.signups import actions, queries, rules
from voluncity.service.signups.forms import SignUpForm
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import LIVE, SignupState

PANELS_KEPT = 500
_NO = {"", "0", "false"}


@dataclass(frozen=True)
class Panel:
    """All that the changing part of the page shows; nothing in it is about one person alone."""

    shift_id: int
    organization_id: int
    may_sign_up: bool
    may_wait: bool
    reasons: tuple[rules.Reason, ...]
    risk_notice: str
    risks_read: bool = False
    sentence: str = ""
    field: str = ""


@volunteer_only
@require_http_methods(["GET", "POST"])
def sign_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether the risks were read, then give the place."""
    user = cast(User, request.user)
    chance = queries.chance(pk, user.volunteer.pk, at=now())
    if not chance.is_shown:
        raise NotFound("没有找到这个班次，请从活动页面重新选择。")
    if chance.own_id and chance.own_state in LIVE:
        return _on(request, chance.own_id)
    if request.method == "POST":
        return _posted(request, user, chance)
    panel = _panel(chance)
    status = 200 if panel.may_sign_up or panel.may_wait else 409
    return _page(request, chance, panel, status=status)


def _posted(request: HttpRequest, user: User, chance: queries.Chance) -> HttpResponse:
    risks_read, wait = (_ticked(request, name) for name in ("risks_read", "wait"))
    try:
        signup = _signed_up(chance, user, risks_read=risks_read, wait=wait)
    except Refusal as refusal:
        if not chance.reasons:  # what was read just now holds no more
            chance = queries.chance(chance.shift_id, chance.volunteer_id, at=chance.at)
        panel = _panel(chance, risks_read=risks_read, refusal=refusal)
        if request.META.get("HTTP_HX_REQUEST") == "true":
            return HttpResponse(panel_alone(panel), status=422)
        return _page(request, chance, panel, status=422)
    messages.success(request, _words(signup))
    return _on(request, signup.pk)


def _ticked(request: HttpRequest, name: str) -> bool:
    return request.POST.get(name, "").lower() not in _NO


def _signed_up(chance: queries.Chance, user: User, *, risks_read: bool, wait: bool) -> Signup:
    try:
        return actions.sign_up(
            shift_id=chance.shift_id, volunteer_id=chance.volunteer_id, by=user, at=chance.at,
            risks_read=risks_read, wait=wait, chance=chance,
        )  # fmt: skip
    except rules.AlreadyIn:  # pressed twice: the first request has done it
        return Signup.objects.get(shift_id=chance.shift_id, volunteer_id=chance.volunteer_id)


def _words(signup: Signup) -> str:
    if signup.state == SignupState.WAITING:
        return "已加入候补。轮到您时，会发消息和短信告诉您。"
    return "报名成功，请按时到场。"


def _on(request: HttpRequest, signup_id: int) -> HttpResponse:
    url = reverse("signups:one", args=[signup_id])
    if request.META.get("HTTP_HX_REQUEST") == "true":
        return HttpResponseClientRedirect(url)
    return HttpResponseRedirect(url)


def _panel(
    chance: queries.Chance, *, risks_read: bool = False, refusal: Refusal | None = None
) -> Panel:
    return Panel(
        shift_id=chance.shift_id,
        organization_id=chance.organization_id,
        may_sign_up=chance.may_sign_up,
        may_wait=chance.may_wait,
        reasons=chance.reasons,
        risk_notice=chance.risk_notice,
        risks_read=risks_read,
        sentence=refusal.sentence if refusal else "",
        field=refusal.field if refusal else "",
    )


def _page(
    request: HttpRequest, chance: queries.Chance, panel: Panel, *, status: int
) -> HttpResponse:
    context = {"chance": chance, "panel": panel, "form": _form(panel)}
    return render(request, "signups/sign_up.html", context, status=status)


def _form(panel: Panel) -> SignUpForm:
    if not panel.sentence:
        return SignUpForm()
    form = SignUpForm({"risks_read": "on"} if panel.risks_read else {})
    form.add_error(panel.field if panel.field in form.fields else None, panel.sentence)
    return form


@lru_cache(maxsize=PANELS_KEPT)
def panel_alone(panel: Panel) -> str:
    """Return the changing part of the page; made once for all who are told the same."""
    context = {"panel": panel, "form": _form(panel), "alone": True}
    return render_to_string("signups/sign_up.html#panel", context)
