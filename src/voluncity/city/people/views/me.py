"""My own pages: overview, card, real name, consents, profile."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from voluncity.city.access.marks import signed_in, volunteer_only
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has
from voluncity.city.inbox import queries as inbox
from voluncity.city.people import actions, identity_gateway, queries, rules
from voluncity.city.people.forms import CodeForm, IdentityForm, ProfileForm, profile_of
from voluncity.city.people.models import Volunteer
from voluncity.city.people.states import CodePurpose, IdentityState, Purpose, RejectReason
from voluncity.city.people.views.login import send
from voluncity.city.people.views.requests import me, my_record
from voluncity.kernel.clock import local_date
from voluncity.kernel.masks import mask_phone
from voluncity.web.forms import refusals_in

CORRECTABLE = (IdentityState.UNVERIFIED, IdentityState.REJECTED)


@signed_in
@never_cache
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show everything that is mine on one page."""
    user = me(request)
    volunteer = user.volunteer_or_none
    context: dict[str, Any] = {
        "volunteer": volunteer,
        "unread": inbox.unread(user),
        "has_desk": has(user, Permission.DESK_SEE),
    }
    if volunteer is not None:
        context["minutes"] = queries.minutes_of(volunteer.pk)
    return render(request, "people/me.html", context)


@volunteer_only
@never_cache
@require_safe
def card(request: HttpRequest) -> HttpResponse:
    """Show my volunteer card; its code changes every minute."""
    volunteer = my_record(request)
    context = {
        "volunteer": volunteer,
        "minutes": queries.minutes_of(volunteer.pk),
        "code": queries.card_code(volunteer.pk, at=now()),
    }
    template = "people/card.html#code" if request.GET.get("part") == "code" else "people/card.html"
    return render(request, template, context)


@volunteer_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("id_number")
def identity(request: HttpRequest) -> HttpResponse:
    """Show where my real-name check stands; correct my papers and submit them again."""
    volunteer = my_record(request)
    if request.method != "POST":
        form = IdentityForm(initial={"name": volunteer.name}, today=local_date(now()))
        return _identity_page(request, volunteer, form)
    form = IdentityForm(request.POST, today=local_date(now()))
    if form.is_valid() and form.identity is not None:
        with refusals_in(form):
            actions.correct_identity(
                volunteer_id=volunteer.pk,
                name=form.cleaned_data["name"],
                identity=form.identity,
                by=me(request),
                at=now(),
            )
    if form.errors:
        return _identity_page(request, volunteer, form)
    messages.success(request, "已重新提交，结果会发到您的消息里。")
    return redirect("people:identity")


def _identity_page(request: HttpRequest, volunteer: Volunteer, form: IdentityForm) -> HttpResponse:
    reason = volunteer.identity_reason
    context = {
        "volunteer": volunteer,
        "form": form if volunteer.identity_state in CORRECTABLE else None,
        "check": queries.last_check(volunteer),
        "advice": rules.ADVICE[RejectReason(reason)] if reason else "",
        "is_quick": identity_gateway.exists(),
    }
    template = "people/identity.html"
    if request.GET.get("part") == "state":
        template += "#state"
    return render(request, template, context, status=422 if form.errors else 200)


@volunteer_only
@never_cache
@require_safe
def consents(request: HttpRequest) -> HttpResponse:
    """Show to what I agreed, since when, and a switch for each."""
    volunteer = my_record(request)
    live = queries.live_consents(volunteer)
    rows = [(purpose, rules.CONSENTS[purpose], live.get(purpose)) for purpose in Purpose]
    context = {"rows": rows, "history": queries.consent_history(volunteer), "terms": Purpose.TERMS}
    return render(request, "people/consents.html", context)


@volunteer_only
@require_POST
def consent(request: HttpRequest, purpose: str) -> HttpResponse:
    """Give one consent, or take it back: one press each."""
    change = actions.give_consent if request.POST.get("on") else actions.withdraw_consent
    change(volunteer_id=my_record(request).pk, purpose=purpose, by=me(request), at=now())
    return redirect("people:consents")


@volunteer_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Change region, skills, intentions and free times."""
    volunteer = my_record(request)
    is_draft = "next_level" in request.POST
    form = ProfileForm(
        request.POST if request.method == "POST" else None,
        initial=profile_of(volunteer),
        today=local_date(now()),
        is_draft=is_draft,
    )
    if request.method == "POST" and not is_draft and form.is_valid():
        with refusals_in(form):
            actions.set_profile(
                volunteer_id=volunteer.pk, profile=form.profile(), by=me(request), at=now()
            )
    if request.method == "POST" and not is_draft and not form.errors:
        messages.success(request, "资料已保存。")
        return redirect("people:profile")
    context = {"form": form, "volunteer": volunteer, "phone": _masked_phone(volunteer)}
    return render(request, "people/profile.html", context, status=422 if form.errors else 200)


def _masked_phone(volunteer: Volunteer) -> str:
    return mask_phone(queries.phone_of(volunteer))


@volunteer_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("code")
def phone(request: HttpRequest) -> HttpResponse:
    """Log in with another phone from now on."""
    is_draft = request.POST.get("do") == "code"
    form = CodeForm(request.POST if request.method == "POST" else None, is_draft=is_draft)
    sent: dict[str, str] = {}
    if is_draft:
        with refusals_in(form):
            sent = send(request, CodePurpose.PHONE, field="phone")
    elif request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.change_phone(user=me(request), at=now(), **form.cleaned_data)
    if request.method == "POST" and not is_draft and not form.errors:
        messages.success(request, "手机号已更换，下次请用新手机号登录。")
        return redirect("people:profile")
    now_phone = _masked_phone(my_record(request))
    context = {"form": form, "phone": now_phone, "sent": sent}
    return render(request, "people/phone.html", context, status=422 if form.errors else 200)
