"""Leaderboard, stars, and certificates."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs, public, volunteer_only
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.people.models import User, Volunteer
from voluncity.honor.recognition import actions, paper, queries
from voluncity.honor.recognition.forms import RevokeForm, VerifyForm
from voluncity.honor.recognition.models import Certificate
from voluncity.kernel.refusals import NotFound
from voluncity.kernel.text import clean
from voluncity.web.forms import refusals_in

PER_PAGE = 30
UNPROCESSABLE = 422


def _me(request: HttpRequest) -> Volunteer:
    return cast(User, request.user).volunteer


@public
@require_safe
def leaderboard(request: HttpRequest) -> HttpResponse:
    """Show the first places of this month or of all time, and the viewer's own place."""
    span = "all" if request.GET.get("span") == "all" else "month"
    month = queries.ALL_TIME if span == "all" else f"{localdate():%Y-%m}"
    viewer = getattr(request.user, "volunteer_or_none", None)
    board, mine = queries.board(month=month, viewer=viewer, at=now())
    context = {
        "span": span,
        "places": board.places,
        "mine": mine,
        "counted_at": board.counted_at,
    }
    return render(request, "recognition/leaderboard.html", context)


@volunteer_only
@require_safe
def stars(request: HttpRequest) -> HttpResponse:
    """Show a volunteer's stars and the way to the next one."""
    progress = queries.star_progress(_me(request).pk, on=localdate())
    return render(request, "recognition/stars.html", {"progress": progress})


@volunteer_only
@require_safe
def card_stars(request: HttpRequest) -> HttpResponse:
    """Show the stars on the volunteer's card."""
    return render(
        request, "recognition/stars.html#row", {"count": queries.stars_of(_me(request).pk)}
    )


@volunteer_only
@require_safe
def certificates(request: HttpRequest) -> HttpResponse:
    """Show a volunteer's certificates and let another one be issued."""
    me = _me(request)
    context = {
        "certificates": queries.certificates_of(me),
        "minutes": queries.total_minutes(me.pk),
    }
    return render(request, "recognition/certificates.html", context)


@volunteer_only
@require_POST
def issue(request: HttpRequest) -> HttpResponse:
    """Issue a certificate of everything posted so far."""
    me = _me(request)
    certificate = actions.issue_certificate(
        volunteer_id=me.pk, by=cast(User, request.user), at=now()
    )
    messages.success(request, f"证明已开具，编号 {certificate.serial}。")
    return redirect("recognition:certificates")


@volunteer_only
@require_safe
@cache_control(private=True, no_store=True)
def pdf(request: HttpRequest, serial: str) -> HttpResponse:
    """Hand a volunteer's own certificate out as PDF."""
    certificate = queries.certificates_of(_me(request)).filter(serial=serial).first()
    if certificate is None:
        raise NotFound("没有找到这份证明。")
    answer = HttpResponse(paper.certificate_pdf(certificate), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{certificate.serial}.pdf"'
    return answer


@public
@require_safe
def verify_start(request: HttpRequest) -> HttpResponse:
    """Ask for serial and check code, then go to the certificate's public page."""
    form = VerifyForm(request.GET or None)
    if form.is_valid():
        with refusals_in(form):
            certificate = queries.find_certificate(**form.cleaned_data)
            page = reverse("recognition:verify", args=[certificate.serial])
            return redirect(f"{page}?code={certificate.check_code}")
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "recognition/verify_start.html", {"form": form}, status=status)


@public
@require_safe
@cache_control(no_store=True)
def verify(request: HttpRequest, serial: str) -> HttpResponse:
    """Say whether a certificate is valid, corrected or revoked, with masked facts only."""
    certificate = queries.find_certificate(serial=serial, code=request.GET.get("code", ""))
    context = {
        "certificate": certificate,
        "facts": certificate.facts,
        "genuine": queries.is_genuine(certificate),
        "checked_at": now(),
    }
    return render(request, "recognition/verify.html", context)


@needs(Permission.CERTIFICATE_REVOKE)
@require_safe
def desk_list(request: HttpRequest) -> HttpResponse:
    """Show the certificates of the person's area, newest first, found by serial."""
    scope = scope_of(request.user, Permission.CERTIFICATE_REVOKE)
    wanted = clean(request.GET.get("q", "")[:20])
    found = Certificate.objects.in_scope(scope).select_related("volunteer__region")
    if wanted:
        found = found.filter(serial__startswith=wanted.upper())
    page = Paginator(found.order_by("-issued_at", "-pk"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    return render(request, "recognition/desk_list.html", {"page": page, "q": wanted})


@needs(Permission.CERTIFICATE_REVOKE)
@require_http_methods(["GET", "HEAD", "POST"])
def desk_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one certificate and let it be revoked with a reason."""
    certificate = access.fetch(
        request.user,
        Permission.CERTIFICATE_REVOKE,
        Certificate.objects.select_related("volunteer__region", "state_changed_by"),
        at=now(),
        pk=pk,
    )
    form = RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.revoke_certificate(
                certificate_id=pk,
                reason=form.cleaned_data["reason"],
                by=cast(User, request.user),
                at=now(),
            )
            messages.success(request, "证明已撤销，查验页面立即显示。")
            return redirect("recognition:desk_revoke", pk)
    context = {"certificate": certificate, "facts": certificate.facts, "form": form}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "recognition/desk_revoke.html", context, status=status)
