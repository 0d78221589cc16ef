"""For the volunteer, or a child's guardian: honors, and the list on which one stands."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_POST, require_safe

from voluncity.city.access.marks import signed_in, volunteer_only
from voluncity.city.people import queries as people
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import Volunteer
from voluncity.honor.certification import actions, paper, queries
from voluncity.honor.certification.models import Honor
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound


def _me(request: HttpRequest) -> Volunteer:
    return user_of(request).volunteer


def _ward(request: HttpRequest, pk: int) -> Volunteer:
    return people.ward(user_of(request), pk, on=local_date(now())).volunteer


@volunteer_only
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Show a volunteer's own honors, and where they are proposed."""
    return _page(request, _me(request))


@signed_in
@never_cache
@require_safe
def ward(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a guardian the child's honors, and where the child is proposed."""
    child = _ward(request, pk)
    return _page(request, child, child=child)


def _page(
    request: HttpRequest, whose: Volunteer, *, child: Volunteer | None = None
) -> HttpResponse:
    context = {
        "honors": queries.honors_of(whose),
        "proposed": queries.own_candidates(whose),
        "child": child,
    }
    return render(request, "certification/mine.html", context)


@volunteer_only
@require_safe
def part(request: HttpRequest) -> HttpResponse:
    """Show the best honors as a part of the page of stars."""
    return _part(request, _me(request))


@signed_in
@never_cache
@require_safe
def ward_part(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a child's best honors as a part of the page of the child's stars."""
    child = _ward(request, pk)
    return _part(request, child, child=child)


def _part(
    request: HttpRequest, whose: Volunteer, *, child: Volunteer | None = None
) -> HttpResponse:
    context = {
        "best": queries.best_of(whose),
        "proposed": queries.own_candidates(whose).exists(),
        "child": child,
    }
    return render(request, "certification/part.html", context)


@volunteer_only
@require_safe
def card(request: HttpRequest) -> HttpResponse:
    """Show the best honors on the volunteer's card."""
    return render(request, "certification/card.html", {"best": queries.best_of(_me(request))})


@signed_in
@require_POST
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Decline to be certified, or decline for a child."""
    user = user_of(request)
    declined = actions.decline(candidate_id=pk, by=user, at=now())
    messages.success(request, "已放弃，名字从名单里移出。以后达到标准还可以认定。")
    whose = people.living_record(declined.volunteer_id)
    own = user.volunteer_or_none
    if own is not None and own.pk == whose:
        return redirect("certification:mine")
    return redirect("certification:ward", whose)


@signed_in
@require_safe
@cache_control(private=True, no_store=True)
def pdf(request: HttpRequest, serial: str) -> HttpResponse:
    """Hand one's own certificate, or a child's, out as PDF."""
    honor = queries.honors_for(user_of(request), on=local_date(now())).filter(serial=serial).first()
    if honor is None:
        raise NotFound("没有找到这份证书。")
    return printed(honor)


def printed(honor: Honor) -> HttpResponse:
    """Return the certificate of one honor as PDF."""
    answer = HttpResponse(paper.honors_pdf([honor]), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{honor.serial}.pdf"'
    return answer
