"""Signing up: read the risks, press once, get the place or a plain no."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from voluncity.city.access.marks import signed_in, volunteer_only
from voluncity.city.people import queries as people
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User
from voluncity.kernel.clock import local_date
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
    ward_id: int = 0


@volunteer_only
@require_http_methods(["GET", "POST"])
def sign_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether the risks were read, then give the place."""
    user = user_of(request)
    chance = _shown(pk, user.volunteer.pk)
    is_in = chance.own_id is not None and chance.own_state in LIVE
    # Who has a place may have come to sign a child up.
    if is_in and not (chance.has_wards and request.method == "GET"):
        return _on(request, chance)
    return _asked(request, user, chance)


@signed_in
@require_http_methods(["GET", "POST"])
def sign_up_for(request: HttpRequest, pk: int, ward_pk: int) -> HttpResponse:
    """Let a guardian sign a child up; somebody else's child is not found."""
    user = user_of(request)
    ward = people.ward(user, ward_pk, on=local_date(now()))
    chance = _shown(pk, ward.volunteer_id)
    if chance.own_id and chance.own_state in LIVE:
        return _on(request, chance, ward_id=ward_pk)
    return _asked(request, user, chance, ward_id=ward_pk)


def _shown(pk: int, volunteer_id: int) -> queries.Chance:
    chance = queries.chance(pk, volunteer_id, at=now())
    if not chance.is_shown:
        raise NotFound("没有找到这个班次，请从活动页面重新选择。")
    return chance


def _asked(
    request: HttpRequest, user: User, chance: queries.Chance, *, ward_id: int = 0
) -> HttpResponse:
    if request.method == "POST":
        return _posted(request, user, chance, ward_id=ward_id)
    panel = _panel(chance, ward_id=ward_id)
    # A guardian who chooses among children asks who may: the reasons are the answer.
    may = panel.may_sign_up or panel.may_wait or ward_id
    return _page(request, chance, panel, status=200 if may else 409)


def _posted(
    request: HttpRequest, user: User, chance: queries.Chance, *, ward_id: int
) -> HttpResponse:
    risks_read, wait = (_ticked(request, name) for name in ("risks_read", "wait"))
    try:
        signup = _signed_up(chance, user, risks_read=risks_read, wait=wait)
    except Refusal as refusal:
        if not chance.reasons:  # what was read just now holds no more
            chance = queries.chance(chance.shift_id, chance.volunteer_id, at=chance.at)
        panel = _panel(chance, risks_read=risks_read, refusal=refusal, ward_id=ward_id)
        if request.META.get("HTTP_HX_REQUEST") == "true":
            return HttpResponse(panel_alone(panel), status=422)
        return _page(request, chance, panel, status=422)
    messages.success(request, _words(signup))
    return _to(request, _page_of(signup.pk, ward_id))


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


def _on(request: HttpRequest, chance: queries.Chance, *, ward_id: int = 0) -> HttpResponse:
    assert chance.own_id is not None  # noqa: S101 -- the volunteer is in
    return _to(request, _page_of(chance.own_id, ward_id))


def _page_of(signup_id: int, ward_id: int) -> str:
    if ward_id:
        return reverse("signups:of_ward", args=[ward_id])
    return reverse("signups:one", args=[signup_id])


def _to(request: HttpRequest, url: str) -> HttpResponse:
    if request.META.get("HTTP_HX_REQUEST") == "true":
        return HttpResponseClientRedirect(url)
    return HttpResponseRedirect(url)


def _panel(
    chance: queries.Chance,
    *,
    risks_read: bool = False,
    refusal: Refusal | None = None,
    ward_id: int = 0,
) -> Panel:
    who = "孩子" if ward_id else "您"
    return Panel(
        shift_id=chance.shift_id,
        organization_id=chance.organization_id,
        may_sign_up=chance.may_sign_up,
        may_wait=chance.may_wait,
        reasons=rules.told_of(chance.reasons, who),
        risk_notice=chance.risk_notice,
        risks_read=risks_read,
        sentence=refusal.sentence.replace("您", who) if refusal else "",
        field=refusal.field if refusal else "",
        ward_id=ward_id,
    )


def _page(
    request: HttpRequest, chance: queries.Chance, panel: Panel, *, status: int
) -> HttpResponse:
    context: dict[str, Any] = {"chance": chance, "panel": panel, "form": _form(panel)}
    if chance.has_wards or panel.ward_id:
        context["whom"] = _whom(user_of(request), panel)
    return render(request, "signups/sign_up.html", context, status=status)


def _whom(user: User, panel: Panel) -> list[tuple[str, str, bool]]:
    """Return for whom a guardian can sign up: name, address, and whether it is this page."""
    own = reverse("signups:sign_up", args=[panel.shift_id])
    choices = [("我自己", own, not panel.ward_id)] if user.volunteer_or_none else []
    for row in people.wards(user, on=local_date(now())):
        url = reverse("signups:sign_up_for", args=[panel.shift_id, row.volunteer_id])
        choices.append((row.volunteer.name, url, row.volunteer_id == panel.ward_id))
    return choices


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
