"""The office's rules: what stars and medals ask, from a coming day on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has
from voluncity.city.people.asking import user_of
from voluncity.honor.certification import actions, queries
from voluncity.honor.certification.forms import LadderForm, StarLadderForm
from voluncity.honor.certification.states import HonorKind
from voluncity.honor.certification.views.common import status_of
from voluncity.honor.certification.views.public import drawn
from voluncity.honor.recognition import actions as recognition
from voluncity.honor.recognition import queries as stars
from voluncity.honor.recognition.rules import Rung
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.web.forms import refusals_in

P = Permission
MINUTES_OF_HOUR = 60


@needs(P.CERTIFICATION_EDIT)
@require_GET
def desk_ladders(request: HttpRequest) -> HttpResponse:
    """Show every ladder: which holds, which held, which will."""
    today = local_date(now())
    holding = {one.pk for one in queries.in_force(today)}
    tiers = stars.tiers()
    context = {
        "ladders": [
            drawn(one) | {"holds": one.pk in holding, "comes": one.valid_from > today}
            for one in queries.ladders()
        ],
        "hour_ladders": [
            (day, rungs, day > today, day == _holding(tiers, today)) for day, rungs in tiers
        ],
        "kinds": HonorKind.choices,
        "may_set": has(user_of(request), P.POLICY_EDIT),
    }
    return render(request, "certification/desk_ladders.html", context)


def _holding(tiers: list[tuple[Any, list[Rung]]], today: Any) -> Any:
    return next((day for day, _ in tiers if day <= today), None)


@needs(P.POLICY_EDIT)
@require_http_methods(["GET", "POST"])
def desk_ladder(request: HttpRequest, kind: str) -> HttpResponse:
    """Set what stars or medals ask from a coming day on."""
    if kind not in HonorKind.values:
        raise NotFound("没有这一类认定，请回到认定标准。")
    today = local_date(now())
    form = LadderForm(
        request.POST if request.method == "POST" else None,
        kind=kind,
        initial=_beginning(kind, today),
    )
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.set_ladder(plan=form.plan(), by=user_of(request), at=now())
        if not form.errors:
            messages.success(request, "已保存，从执行日期起启动的批次按新标准。")
            return redirect("certification:desk_ladders")
    context = {"form": form, "kind_name": HonorKind(kind).label}
    return render(request, "certification/desk_ladder.html", context, status=status_of(form))


def _beginning(kind: str, today: Any) -> dict[str, Any]:
    newest = queries.ladders(kind).first()
    said = LadderForm.said(newest, queries.rule_for(newest).rungs) if newest else {}
    return said | {"valid_from": today + timedelta(days=1)}


@needs(P.POLICY_EDIT)
@require_http_methods(["GET", "POST"])
def desk_hour_stars(request: HttpRequest) -> HttpResponse:
    """Set what the hour stars ask from a coming day on; look first how many would have them."""
    today = local_date(now())
    holding = stars.ladder_on(today)
    initial = {f"hours_{rung.stars}": rung.minutes // MINUTES_OF_HOUR for rung in holding}
    form = StarLadderForm(
        request.POST if request.method == "POST" else None,
        initial=initial | {"valid_from": today + timedelta(days=1)},
    )
    preview: list[tuple[int, int, int, int, int]] = []
    if form.is_bound and form.is_valid():
        preview = _preview(holding, form.rungs())
        if "save" in request.POST:
            with refusals_in(form):
                recognition.set_star_ladder(
                    rungs=form.rungs(),
                    valid_from=form.cleaned_data["valid_from"],
                    by=user_of(request),
                    at=now(),
                )
            if not form.errors:
                messages.success(request, "已保存，从执行日期起按新标准授予；已有的星级不会失去。")
                return redirect("certification:desk_ladders")
    context = {"form": form, "preview": preview}
    return render(request, "certification/desk_hour_stars.html", context, status=status_of(form))


def _preview(now_: list[Rung], new: list[Rung]) -> list[tuple[int, int, int, int, int]]:
    """Return star, minutes and people by the ladder of today, and by the new one."""
    before = stars.people_reaching([rung.minutes for rung in now_])
    after = stars.people_reaching([rung.minutes for rung in new])
    rows = zip(now_, before, new, after, strict=False)
    return [(n.stars, o.minutes, was, n.minutes, will) for o, was, n, will in rows]
