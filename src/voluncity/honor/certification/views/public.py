"""For everybody: what was certified, what it asks, and whether a certificate is genuine."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from voluncity.city.access.marks import public
from voluncity.honor.certification import queries, rules
from voluncity.honor.certification.forms import SerialForm
from voluncity.honor.certification.models import Batch
from voluncity.honor.certification.states import NAMES, BatchState, HonorKind, grade_name
from voluncity.honor.certification.views.common import paged, status_of
from voluncity.honor.recognition import queries as recognition
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.web.forms import refusals_in

PEOPLE_ON_A_PAGE = 60


@public
@require_safe
def certified(request: HttpRequest) -> HttpResponse:
    """List the batches that were certified, the newest first."""
    kind = request.GET.get("kind", "")
    context = {
        "page": paged(request, queries.public_batches(kind)),
        "kinds": HonorKind.choices,
        "kind": kind,
    }
    return render(request, "certification/certified.html", context)


@public
@require_safe
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who was certified together: masked, and only who agrees to be shown."""
    found = Batch.objects.select_related("region", "ladder", "notice")
    one = found.filter(pk=pk, state=BatchState.CERTIFIED).first()
    if one is None:
        raise NotFound("没有找到这个批次，请从认定名单重新查找。")
    grade, on = request.GET.get("grade", ""), local_date(now())
    people = paged(request, queries.shown_honors(one, grade=grade, on=on), PEOPLE_ON_A_PAGE)
    names = NAMES[one.kind]
    context = {
        "batch": one,
        "counts": queries.graded_honors(one),
        "page": people,
        "grade": grade,
        "grades": [(str(n), names[n - 1]) for n in range(len(names), 0, -1)],
        "total": queries.live_honors(one).count(),
        "all_shown": queries.shown_honors(one, on=on).count(),
    }
    return render(request, "certification/batch.html", context)


@public
@require_safe
def standards(request: HttpRequest) -> HttpResponse:
    """Show what the hour stars, the certified stars and the medals ask today."""
    today = local_date(now())
    context = {
        "hour_stars": recognition.ladder_on(today),
        "ladders": [drawn(ladder) for ladder in queries.in_force(today)],
    }
    return render(request, "certification/standards.html", context)


def drawn(ladder: Any) -> dict[str, Any]:
    """Return a ladder as a table: the numbers that are asked, grade by grade."""
    rule = queries.rule_for(ladder)
    return {
        "ladder": ladder,
        "measures": rule.asked,
        "rows": [
            (
                grade_name(ladder.kind, rung.grade),
                rung.grade,
                "市" if rung.level == "CITY" else "县（市、区）",
                [m.told(rung.least[m.key]) if rung.least[m.key] else "–" for m in rule.asked],
            )
            for rung in rule.rungs
        ],
        "absence_months": rules.ABSENCE_MONTHS,
    }


@public
@require_safe
def verify_start(request: HttpRequest) -> HttpResponse:
    """Ask for the number of a certificate, then go to its public page."""
    form = SerialForm(request.GET or None)
    if form.is_valid():
        with refusals_in(form):
            honor = queries.find_honor(form.cleaned_data["serial"])
            return redirect("certification:verify", honor.serial)
    context = {"form": form}
    return render(request, "certification/verify_start.html", context, status=status_of(form))


@public
@never_cache
@require_safe
def verify(request: HttpRequest, serial: str) -> HttpResponse:
    """Say whether an honor holds, with masked facts only."""
    honor = queries.find_honor(serial)
    context = {
        "honor": honor,
        "facts": honor.facts,
        "told": queries.facts_told(honor),
        "is_genuine": queries.is_genuine(honor),
        "checked_at": now(),
    }
    return render(request, "certification/verify.html", context)
