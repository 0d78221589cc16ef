"""Log in and out; codes for a phone."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout as end_session
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from voluncity.city.access.marks import public, signed_in
from voluncity.city.inbox import queries as texts
from voluncity.city.people import actions, queries
from voluncity.city.people.forms import CodeForm, PasswordForm
from voluncity.city.people.sessions import LEFT_ALONE
from voluncity.city.people.states import CodePurpose
from voluncity.city.people.views.entering import enter, first_page, open_door
from voluncity.city.people.views.requests import address_of, me, safe_next
from voluncity.kernel.masks import mask_phone
from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound
from voluncity.web.forms import refusals_in


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password", "code")
def login(request: HttpRequest) -> HttpResponse:
    """Log in by phone and code, or by name and password."""
    if request.user.is_authenticated and request.method != "POST":
        return redirect(safe_next(request) or first_page(me(request)))
    by_password = request.POST.get("way", request.GET.get("way")) == "password"
    if request.method != "POST":
        way = by_password or not texts.can_text()
        return _page(request, PasswordForm() if way else CodeForm())
    if request.POST.get("do") == "code":
        return _send_and_draw(request)
    return _by_password(request) if by_password else _by_code(request)


def _by_code(request: HttpRequest) -> HttpResponse:
    form = CodeForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            user = actions.log_in_with_code(
                phone=form.cleaned_data["phone"],
                code=form.cleaned_data["code"],
                at=now(),
                address=address_of(request),
            )
    return _page(request, form) if form.errors else enter(request, user, way="code")


def _by_password(request: HttpRequest) -> HttpResponse:
    form = PasswordForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            user = actions.log_in_with_password(
                name=form.cleaned_data["name"],
                password=form.cleaned_data["password"],
                at=now(),
                address=address_of(request),
            )
    return _page(request, form) if form.errors else enter(request, user, way="password")


def _send_and_draw(request: HttpRequest) -> HttpResponse:
    """Send a code without JavaScript: the same page again, with the phone kept."""
    form = CodeForm(request.POST, is_draft=True)
    sent: dict[str, str] = {}
    with refusals_in(form):
        sent = send(request, CodePurpose.LOGIN, field="phone")
    return _page(request, form, sent=sent)


def _page(
    request: HttpRequest, form: CodeForm | PasswordForm, **more: dict[str, str]
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "way": "password" if isinstance(form, PasswordForm) else "code",
        "next": safe_next(request),
        "can_text": texts.can_text(),
        "was_left_alone": request.session.pop(LEFT_ALONE, False),
        "accounts": queries.demo_accounts() if settings.VOLUNCITY_DEMO else [],
        **more,
    }
    return render(request, "people/login.html", context, status=422 if form.errors else 200)


def send(request: HttpRequest, purpose: CodePurpose, *, field: str) -> dict[str, str]:
    """Send a code to the phone in `field`; return what the page shows about it."""
    phone = request.POST.get(field, "")[:40]
    key = actions.send_code(
        phone=phone, purpose=purpose, at=now(), address=address_of(request), field=field
    )
    return {"masked_phone": mask_phone(phone.strip()), "shown": texts.shown_text(key)}


@public
@never_cache
@require_POST
def code(request: HttpRequest) -> HttpResponse:
    """Send a code and say so, as a fragment."""
    asked = request.POST.get("purpose", "")
    if asked not in CodePurpose.values:
        raise BadInput("没有这种验证码，请刷新页面后重试。")
    purpose = CodePurpose(asked)
    if purpose != CodePurpose.LOGIN and not request.user.is_authenticated:
        raise NotAllowed("登录已过期，请重新登录后再试。", code="not_signed_in")
    field = "guardian_phone" if purpose == CodePurpose.GUARDIAN else "phone"
    return render(request, "people/code_sent.html", {"sent": send(request, purpose, field=field)})


@public
@never_cache
@require_POST
def demo_login(request: HttpRequest) -> HttpResponse:
    """Log in to one of the demo city's accounts with one tap."""
    if not settings.VOLUNCITY_DEMO:
        raise NotFound("这里不是演示城市，请用手机验证码或密码登录。")
    user = actions.log_in_to_demo(handle=request.POST.get("handle", "")[:40], at=now())
    return open_door(request, user, way="demo", target=safe_next(request))


@signed_in
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End the session."""
    actions.log_out(user=me(request), at=now())
    end_session(request)
    messages.success(request, "已退出登录。")
    return redirect("/")
