"""The desk: enter a registration for a resident, and what is handed over afterwards."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.people import actions, papers, queries
from voluncity.city.people.forms import DeskForm, SignedGuardianForm
from voluncity.city.people.models import Volunteer
from voluncity.city.people.states import Channel
from voluncity.city.people.views.desk import is_closed, masked
from voluncity.city.people.views.requests import me
from voluncity.kernel.clock import local_date
from voluncity.kernel.masks import mask_phone
from voluncity.kernel.refusals import NotAllowed
from voluncity.web.forms import refusals_in


@needs(Permission.VOLUNTEER_REGISTER)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("id_number")
def register(request: HttpRequest) -> HttpResponse:
    """Enter a registration on paper or by phone for a resident of my area."""
    is_draft = "next_level" in request.POST
    form = DeskForm(
        request.POST if request.method == "POST" else None,
        today=local_date(now()),
        reach=scope_of(me(request), Permission.VOLUNTEER_REGISTER),
        initial={"channel": request.GET.get("channel", Channel.PAPER)},
        is_draft=is_draft,
    )
    if request.method == "POST" and not is_draft and form.is_valid():
        with refusals_in(form):
            volunteer = actions.register_volunteer(
                applicant=form.applicant(), user=None, by=me(request), at=now()
            )
            messages.success(request, f"已登记 {volunteer.name}，志愿者编号 {volunteer.number}。")
            return redirect("people:desk_receipt", volunteer.pk)
    context = {"form": form, **_known(request, form)}
    status = 422 if form.errors else 200
    return render(request, "people/desk_register.html", context, status=status)


def _known(request: HttpRequest, form: DeskForm) -> dict[str, Any]:
    """Return who has this number already, as far as the desk may know."""
    known = queries.registered_with(form.identity) if form.errors and form.identity else None
    if known is None:
        return {}
    reach = scope_of(me(request), Permission.VOLUNTEER_SEE)
    is_near = Volunteer.objects.in_scope(reach).filter(pk=known.pk).exists()
    return {"known": known, "is_near": is_near}


@needs(Permission.VOLUNTEER_REGISTER)
@never_cache
@require_safe
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what was entered on somebody's behalf, to print and hand over."""
    volunteer = _registered_here(request, pk)
    today = local_date(now())
    context = {
        "volunteer": volunteer,
        "masked": masked(volunteer, today, queries.adult_age(on=today)),
        "guardians": [
            (row, mask_phone(queries.guardian_phone(row)))
            for row in volunteer.guardians.select_related("volunteer").order_by("pk")
        ],
        "consents": queries.consent_history(volunteer),
        "free_times": queries.free_time_words(volunteer),
        "printed_at": now(),
        "site": settings.VOLUNCITY_PUBLIC_URL.partition("://")[2],
    }
    return render(request, "people/desk_receipt.html", context)


@needs(Permission.VOLUNTEER_REGISTER)
@never_cache
@require_safe
def card(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the card of somebody without a phone out as PDF."""
    volunteer = _registered_here(request, pk)
    answer = HttpResponse(papers.card_pdf(volunteer), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="card-{volunteer.number}.pdf"'
    return answer


@needs(Permission.VOLUNTEER_REGISTER)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def guardian(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down that a guardian signed for a minor without any guardian."""
    volunteer = _registered_here(request, pk)
    form = SignedGuardianForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.record_guardian(
                volunteer_id=pk,
                guardian=form.guardian(),
                paper_number=form.cleaned_data["paper_number"],
                by=me(request),
                at=now(),
            )
            messages.success(request, "已记下监护人的同意。请打印回执，交给监护人。")
            return redirect("people:desk_receipt", pk)
    context = {"form": form, "volunteer": volunteer}
    status = 422 if form.errors else 200
    return render(request, "people/desk_guardian.html", context, status=status)


def _registered_here(request: HttpRequest, pk: int) -> Volunteer:
    """Return a volunteer of my area; a minor only right after I entered them, or when opened."""
    people = Volunteer.objects.select_related("region", "recruited_by", "registered_by")
    volunteer = cast(
        "Volunteer",
        access.fetch(me(request), Permission.VOLUNTEER_REGISTER, people, at=now(), pk=pk),
    )
    if volunteer.registered_by_id != me(request).pk and is_closed(request, volunteer, now()):
        raise NotAllowed("这是未成年人的档案，请先在档案页面写明查看原因，再打印。")
    return volunteer
