"""The privacy center: what is kept, who looked, take it along, close the account."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from voluncity.city.access.marks import signed_in
from voluncity.city.inbox import queries as texts
from voluncity.city.people import queries as people
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User
from voluncity.city.privacy import actions, queries, rules
from voluncity.city.privacy.forms import CloseForm, ProofForm
from voluncity.city.privacy.queries import Subject
from voluncity.kernel.clock import local_date
from voluncity.kernel.masks import mask_phone
from voluncity.kernel.refusals import NotFound, WrongState
from voluncity.web.addresses import address_of
from voluncity.web.forms import refusals_in

ON_A_PAGE = 20
PROVEN_FOR = timedelta(minutes=10)
_PROVEN = "privacy_proven_until"
_DIGITS = 18


def _whose(request: HttpRequest) -> Subject:
    """Return about whom the page is: oneself, or the child in `?ward=`."""
    asked = request.GET.get("ward", "")
    if asked and not (asked.isascii() and asked.isdigit() and len(asked) <= _DIGITS):
        raise NotFound("没有找到这位被监护人，请从“隐私中心”重新选择。")
    return queries.subject(user_of(request), ward_id=int(asked) if asked else None)


def _nothing_yet(request: HttpRequest) -> HttpResponse:
    messages.info(request, "您还没有登记为志愿者，这里没有可以查看的记录。")
    return redirect("privacy:center")


def _query(about: Subject) -> str:
    return f"?ward={about.volunteer.pk}" if about.is_ward and about.volunteer else ""


def _page(name: str, about: Subject) -> str:
    return reverse(name) + _query(about)


@signed_in
@never_cache
@require_safe
def center(request: HttpRequest) -> HttpResponse:
    """Show everything about one's data on one page."""
    about = _whose(request)
    context = {
        "about": about,
        "query": _query(about),
        "closing": queries.open_closing(about),
        "inventory": rules.INVENTORY,
        "wards": [] if about.is_ward else queries.wards(user_of(request)),
        "look_count": len(queries.looks_at(about.volunteer)) if about.volunteer else 0,
    }
    return render(request, "privacy/center.html", context)


@signed_in
@never_cache
@require_safe
def looks(request: HttpRequest) -> HttpResponse:
    """List who looked at the person's protected data, when and why."""
    about = _whose(request)
    if about.volunteer is None:
        return _nothing_yet(request)
    found = queries.looks_at(about.volunteer)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"about": about, "query": _query(about), "page": page}
    return render(request, "privacy/looks.html", context)


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("code", "password")
def take(request: HttpRequest) -> HttpResponse:
    """Ask for a code or the password; then offer the file."""
    about = _whose(request)
    if about.volunteer is None:
        return _nothing_yet(request)
    form, sent = _proof(request, ProofForm)
    if _is_sent(request) and form.is_valid():
        with refusals_in(form):
            _prove(request, form)
    if _is_sent(request) and not form.errors:
        request.session[_PROVEN] = (now() + PROVEN_FOR).timestamp()
        return redirect(_page("privacy:take", about))
    context = {
        "about": about, "query": _query(about), "form": form, "is_proven": _is_proven(request),
    } | sent  # fmt: skip
    return render(request, "privacy/take.html", context, status=422 if form.errors else 200)


def _is_proven(request: HttpRequest) -> bool:
    until = float(request.session.get(_PROVEN, 0))
    return now().timestamp() < until


@signed_in
@never_cache
@require_GET
def file(request: HttpRequest) -> HttpResponse:
    """Hand out the copy; it is made in this moment and kept nowhere."""
    about = _whose(request)
    if about.volunteer is None:
        return _nothing_yet(request)
    if not _is_proven(request):
        messages.info(request, "请先用验证码或密码确认是您本人，再下载。")
        return redirect(_page("privacy:take", about))
    copy = actions.take_along(volunteer=about.volunteer, by=user_of(request), at=now())
    response = HttpResponse(copy.content, content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{copy.file_name}"'
    return response


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("code", "password")
def close(request: HttpRequest) -> HttpResponse:
    """Say what closing means and what stands in its way; ask for it."""
    about = _whose(request)
    form, sent = _proof(request, CloseForm)
    if _is_sent(request) and form.is_valid():
        with refusals_in(form):
            _prove(request, form)
            actions.ask_to_close(subject=about, by=user_of(request), at=now())
    if _is_sent(request) and not form.errors:
        messages.success(request, "已收到注销申请。改变主意的话，随时可以在这里撤回。")
        return redirect(_page("privacy:close", about))
    context = {"about": about, "query": _query(about), "form": form} | _fate(about) | sent
    return render(request, "privacy/close.html", context, status=422 if form.errors else 200)


def _fate(about: Subject) -> dict[str, Any]:
    volunteer = about.volunteer
    return {
        "closing": queries.open_closing(about),
        "hindrances": queries.hindrances(about.user, volunteer),
        "minutes": people.minutes_of(volunteer.pk).total if volunteer else 0,
        "closes_on": local_date(now() + rules.CLOSING_WAIT),
        "wait_days": rules.CLOSING_WAIT.days,
    }


@signed_in
@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    """Keep the account after all."""
    about = _whose(request)
    closing = queries.open_closing(about)
    if closing is None:
        raise WrongState("没有正在等待的注销申请，您的账号一切照旧。", code="privacy.no_closing")
    actions.withdraw_closing(closing_id=closing.pk, by=user_of(request), at=now())
    messages.success(request, "已撤回注销申请，一切照旧。")
    return redirect(_page("privacy:center", about))


@signed_in
@never_cache
@require_POST
def code(request: HttpRequest) -> HttpResponse:
    """Send a code to one's own phone and say so, as a fragment."""
    return render(request, "people/code_sent.html", {"sent": _send(request)})


def _send(request: HttpRequest) -> dict[str, str]:
    user = user_of(request)
    key = actions.send_code(user=user, at=now(), address=address_of(request))
    return {"masked_phone": _own_phone(user), "shown": texts.shown_text(key)}


def _own_phone(user: User) -> str:
    return mask_phone(actions.phone_of(user)) if user.phone_index else ""


def _is_sent(request: HttpRequest) -> bool:
    return request.method == "POST" and request.POST.get("do") != "code"


def _proof(request: HttpRequest, kind: type[ProofForm]) -> tuple[ProofForm, dict[str, Any]]:
    """Return the form, and what the page says about the code; without JavaScript it sends one."""
    user = user_of(request)
    ways = {"can_text": actions.can_text(user), "has_password": user.has_usable_password()}
    context: dict[str, Any] = {"phone": _own_phone(user), "can_prove": any(ways.values())}
    if request.method != "POST":
        return kind(**ways), context
    form = kind(request.POST if _is_sent(request) else None, **ways)
    if not _is_sent(request):
        context["sent"] = _send(request)
    return form, context


def _prove(request: HttpRequest, form: ProofForm) -> None:
    actions.prove(
        user=user_of(request),
        code=form.cleaned_data.get("code", ""),
        password=form.cleaned_data.get("password", ""),
        at=now(),
    )
