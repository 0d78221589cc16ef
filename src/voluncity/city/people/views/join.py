"""Join as a volunteer: a phone, who you are, what you like to do."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from voluncity.city.access.marks import public, volunteer_only
from voluncity.city.inbox import queries as texts
from voluncity.city.people import actions, queries, rules
from voluncity.city.people.forms import CodeForm, JoinForm, OffersForm, profile_of
from voluncity.city.people.states import CodePurpose
from voluncity.city.people.views import ways
from voluncity.city.people.views.login import send
from voluncity.city.people.views.requests import me, my_record, safe_next
from voluncity.city.people.views.ways import organization_of, poster_of, way_of
from voluncity.kernel.clock import local_date
from voluncity.web.forms import refusals_in


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("id_number", "guardian_code")
def register(request: HttpRequest) -> HttpResponse:
    """Ask a newcomer for the phone, then who they are."""
    if not request.user.is_authenticated:
        return _phone_page(request)
    if me(request).volunteer_or_none is not None:
        return redirect(ways.on_from(poster_of(request)))
    if request.method != "POST":
        return _page(request, JoinForm(today=local_date(now())))
    is_draft = "next_level" in request.POST or request.POST.get("do") == "guardian_code"
    form = JoinForm(request.POST, today=local_date(now()), is_draft=is_draft)
    if is_draft:
        return _draft(request, form)
    return _register(request, form)


def _phone_page(request: HttpRequest) -> HttpResponse:
    context = {
        "form": CodeForm(),
        "can_text": texts.can_text(),
        "next": request.get_full_path(),
        "poster": poster_of(request),
    }
    return render(request, "people/join_phone.html", context)


def _draft(request: HttpRequest, form: JoinForm) -> HttpResponse:
    """Draw the page again for somebody without JavaScript."""
    sent: dict[str, str] = {}
    if request.POST.get("do") == "guardian_code":
        with refusals_in(form):
            sent = send(request, CodePurpose.GUARDIAN, field="guardian_phone")
    return _page(request, form, sent=sent)


def _register(request: HttpRequest, form: JoinForm) -> HttpResponse:
    way = way_of(request)
    if form.is_valid():
        with refusals_in(form):
            actions.register_volunteer(
                applicant=form.applicant(
                    channel=way.channel,
                    organization_id=way.organization_id,
                    poster_id=way.poster_id,
                ),
                user=me(request),
                by=me(request),
                at=now(),
            )
    if form.errors:
        return _page(request, form)
    kept = {"org": way.organization_id, "next": safe_next(request)}
    query = urlencode({name: value for name, value in kept.items() if value})
    answer = redirect(reverse("people:join_offers") + (f"?{query}" if query else ""))
    answer.delete_cookie(ways.COOKIE)
    return answer


def _page(request: HttpRequest, form: JoinForm, **more: dict[str, str]) -> HttpResponse:
    is_taken = bool(form.errors and form.identity and queries.registered_with(form.identity))
    context: dict[str, Any] = {
        "form": form, "poster": poster_of(request), "is_taken": is_taken, **more,
    }  # fmt: skip
    return render(request, "people/join.html", context, status=422 if form.errors else 200)


@volunteer_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join_offers(request: HttpRequest) -> HttpResponse:
    """Ask what the new volunteer can and likes to do; it may be left out."""
    volunteer = my_record(request)
    form = OffersForm(request.POST or None, initial=profile_of(volunteer))
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            profile = rules.Profile(region_id=volunteer.region_id, **form.offers())
            actions.set_profile(
                volunteer_id=volunteer.pk, profile=profile, by=me(request), at=now()
            )
    if request.method == "POST" and not form.errors:
        messages.success(request, "登记完成，欢迎您！")
        return redirect(_next_step(request))
    context = {"form": form, "skip_to": _next_step(request)}
    return render(request, "people/join_offers.html", context, status=422 if form.errors else 200)


def _next_step(request: HttpRequest) -> str:
    """Return where the newcomer wanted to go: a page, the organization of the poster, or home."""
    return safe_next(request) or ways.join_page(organization_of(request)) or reverse("people:me")
