"""For the volunteer: one's own honors, and the list on which one stands."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from voluncity.city.access.marks import volunteer_only
from voluncity.city.people.models import Volunteer
from voluncity.honor.certification import actions, paper, queries
from voluncity.honor.certification.models import Honor
from voluncity.honor.certification.views.common import user_of
from voluncity.kernel.refusals import NotFound


def _me(request: HttpRequest) -> Volunteer:
    return user_of(request).volunteer


@volunteer_only
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Show a volunteer's own honors, and where they are proposed."""
    me = _me(request)
    context = {"honors": queries.honors_of(me), "proposed": queries.own_candidates(me)}
    return render(request, "certification/mine.html", context)


@volunteer_only
@require_safe
def part(request: HttpRequest) -> HttpResponse:
    """Show the best honors as a part of the page of stars."""
    me = _me(request)
    context = {"best": queries.best_of(me), "proposed": queries.own_candidates(me).exists()}
    return render(request, "certification/part.html", context)


@volunteer_only
@require_safe
def card(request: HttpRequest) -> HttpResponse:
    """Show the best honors on the volunteer's card."""
    return render(request, "certification/card.html", {"best": queries.best_of(_me(request))})


@volunteer_only
@require_POST
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Decline to be certified."""
    actions.decline(candidate_id=pk, by=user_of(request), at=now())
    messages.success(request, "已放弃，您的名字从名单里移出。以后达到标准还可以认定。")
    return redirect("certification:mine")


@volunteer_only
@require_safe
@cache_control(private=True, no_store=True)
def pdf(request: HttpRequest, serial: str) -> HttpResponse:
    """Hand one's own certificate out as PDF."""
    honor = queries.honors_of(_me(request)).filter(serial=serial).first()
    if honor is None:
        raise NotFound("没有找到这份证书。")
    return printed(honor)


def printed(honor: Honor) -> HttpResponse:
    """Return the certificate of one honor as PDF."""
    answer = HttpResponse(paper.honors_pdf([honor]), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{honor.serial}.pdf"'
    return answer
