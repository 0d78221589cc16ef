"""Certificates: a volunteer's own and a child's, the public check, revocation at the desk."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs, public, signed_in, volunteer_only
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, scope_of
from voluncity.city.people import queries as people
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import Volunteer
from voluncity.honor.recognition import actions, paper, queries
from voluncity.honor.recognition.forms import KindForm, RevokeForm, SignedForm, VerifyForm
from voluncity.honor.recognition.models import Certificate
from voluncity.honor.recognition.queries import SignedFound
from voluncity.honor.recognition.states import CertificateKind
from voluncity.kernel.refusals import NotFound
from voluncity.kernel.text import clean
from voluncity.web.addresses import address_of
from voluncity.web.forms import refusals_in

PER_PAGE = 30
UNPROCESSABLE = 422


def _me(request: HttpRequest) -> Volunteer:
    return user_of(request).volunteer


def _ward(request: HttpRequest, pk: int) -> Volunteer:
    return people.ward(user_of(request), pk, on=localdate()).volunteer


@volunteer_only
@require_safe
def certificates(request: HttpRequest) -> HttpResponse:
    """Show a volunteer's certificates and let another one be issued."""
    return _begin(request, _me(request))


@signed_in
@never_cache
@require_safe
def ward_certificates(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a guardian the child's certificates, and let another one be issued for school."""
    return _begin(request, _ward(request, pk))


def _begin(request: HttpRequest, whose: Volunteer) -> HttpResponse:
    initial: dict[str, Any] = {"kind": CertificateKind.LIFETIME}
    if request.GET.get("activity"):
        initial = {"kind": CertificateKind.ACTIVITY, "activity": request.GET["activity"][:18]}
    activities = queries.certified_activities(whose)
    return _page(request, whose, KindForm(initial=initial, activities=activities))


@volunteer_only
@require_POST
def issue(request: HttpRequest) -> HttpResponse:
    """Issue a certificate of everything, of a period, or of one activity."""
    return _issue(request, _me(request))


@signed_in
@require_POST
def ward_issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Issue a child's certificate, asked for by the guardian."""
    return _issue(request, _ward(request, pk))


def _issue(request: HttpRequest, whose: Volunteer) -> HttpResponse:
    sent = request.POST.copy()
    sent.setdefault("kind", CertificateKind.LIFETIME)
    form = KindForm(sent, activities=queries.certified_activities(whose))
    if form.is_valid():
        with refusals_in(form):
            certificate = actions.issue_certificate(
                volunteer_id=whose.pk, wanted=form.wanted(), by=user_of(request), at=now()
            )
    if form.errors:
        return _page(request, whose, form)
    messages.success(request, f"证明已开具，编号 {certificate.serial}。")
    if whose == user_of(request).volunteer_or_none:
        return redirect("recognition:certificates")
    return redirect("recognition:ward_certificates", whose.pk)


def _page(request: HttpRequest, whose: Volunteer, form: KindForm) -> HttpResponse:
    minutes = queries.certified_minutes(whose.pk)
    context = {
        "certificates": queries.certificates_of(whose),
        "minutes": minutes,
        "others": queries.total_minutes(whose.pk) - minutes,
        "form": form,
        "child": None if whose == user_of(request).volunteer_or_none else whose,
    }
    status = UNPROCESSABLE if form.errors else 200
    form.ask_all()
    return render(request, "recognition/certificates.html", context, status=status)


@signed_in
@require_safe
@cache_control(private=True, no_store=True)
def pdf(request: HttpRequest, serial: str) -> HttpResponse:
    """Hand one's own certificate, or a child's, out as PDF."""
    found = queries.certificates_for(user_of(request), on=localdate()).select_related("key")
    certificate = found.filter(serial=serial).first()
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
            certificate = _checked(request, **form.cleaned_data)
            page = reverse("recognition:verify", args=[certificate.serial])
            return redirect(f"{page}?code={certificate.check_code}")
    return _start(request, form, SignedForm())


@public
@require_POST
def verify_signed(request: HttpRequest) -> HttpResponse:
    """Check the text out of the second QR code against the public keys."""
    signed = SignedForm(request.POST)
    if signed.is_valid():
        with refusals_in(signed):
            found = queries.check_signed(signed.cleaned_data["text"])
    if signed.errors:
        return _start(request, VerifyForm(), signed)
    return _signed(request, found)


def _start(request: HttpRequest, form: VerifyForm, signed: SignedForm) -> HttpResponse:
    status = UNPROCESSABLE if form.errors or signed.errors else 200
    context = {"form": form, "signed": signed}
    return render(request, "recognition/verify_start.html", context, status=status)


def _signed(request: HttpRequest, found: SignedFound) -> HttpResponse:
    context = {"signed": found.signed, "certificate": found.certificate, "checked_at": now()}
    return render(request, "recognition/verify_signed.html", context)


@public
@require_safe
@cache_control(no_store=True)
def verify(request: HttpRequest, serial: str) -> HttpResponse:
    """Say whether a certificate is valid, corrected or revoked, with masked facts only."""
    certificate = _checked(request, serial=serial, code=request.GET.get("code", ""))
    context = {
        "certificate": certificate,
        "facts": certificate.facts,
        "genuine": queries.is_genuine(certificate),
        "checked_at": now(),
    }
    return render(request, "recognition/verify.html", context)


def _checked(request: HttpRequest, *, serial: str, code: str) -> Certificate:
    return actions.check_certificate(
        serial=serial, code=code, address=address_of(request), at=now()
    )


@public
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """List the public keys with their days, and say how a signature is checked without us."""
    return render(request, "recognition/keys.html", {"keys": queries.keys()})


@public
@require_safe
def key_file(request: HttpRequest, name: str) -> HttpResponse:
    """Hand one public key out as a plain file."""
    answer = HttpResponse(queries.key_pem(name), content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.pem"'
    return answer


@needs(Permission.CERTIFICATE_REVOKE, Permission.CERTIFICATE_PRINT)
@require_safe
def desk_list(request: HttpRequest) -> HttpResponse:
    """Show the certificates within reach, newest first, found by serial."""
    may_revoke = has(request.user, Permission.CERTIFICATE_REVOKE)
    deciding = Permission.CERTIFICATE_REVOKE if may_revoke else Permission.CERTIFICATE_PRINT
    wanted = clean(request.GET.get("q", "")[:20])
    found = Certificate.objects.in_scope(scope_of(request.user, deciding)).select_related(
        "volunteer__region", "organization"
    )
    if wanted:
        found = found.filter(serial__startswith=wanted.upper())
    page = Paginator(found.order_by("-issued_at", "-pk"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "page": page,
        "q": wanted,
        "may_revoke": may_revoke,
        "may_print": has(request.user, Permission.CERTIFICATE_PRINT),
    }
    return render(request, "recognition/desk_list.html", context)


@needs(Permission.CERTIFICATE_REVOKE)
@require_http_methods(["GET", "HEAD", "POST"])
def desk_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one certificate and let it be revoked with a reason."""
    certificate = access.fetch(
        request.user,
        Permission.CERTIFICATE_REVOKE,
        Certificate.objects.select_related(
            "volunteer__region", "state_changed_by", "issued_by", "organization"
        ),
        at=now(),
        pk=pk,
    )
    form = RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.revoke_certificate(
                certificate_id=pk,
                reason=form.cleaned_data["reason"],
                by=user_of(request),
                at=now(),
            )
            messages.success(request, "证明已撤销，查验页面立即显示。")
            return redirect("recognition:desk_revoke", pk)
    context = {"certificate": certificate, "facts": certificate.facts, "form": form}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "recognition/desk_revoke.html", context, status=status)
