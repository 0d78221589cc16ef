"""The safety of one's own account: devices and password."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from voluncity.city.access.marks import public, signed_in
from voluncity.city.inbox import queries as texts
from voluncity.city.people import actions, queries
from voluncity.city.people.forms import ChangePasswordForm, NewPasswordForm
from voluncity.city.people.models import User
from voluncity.city.people.views.entering import phone_is_proven
from voluncity.city.people.views.requests import me
from voluncity.web.forms import refusals_in


@signed_in
@never_cache
@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Show how the account is protected."""
    user = me(request)
    has_second = queries.has_second_factor(user)
    context = {
        "has_second": has_second,
        "is_staff": queries.is_staff(user),
        "left": queries.codes_left(user) if has_second else 0,
        "devices": len(queries.devices(user, current_key="", at=now())),
    }
    return render(request, "people/security.html", context)


@signed_in
@never_cache
@require_safe
def devices(request: HttpRequest) -> HttpResponse:
    """List where I am logged in."""
    found = queries.devices(me(request), current_key=_key(request), at=now())
    return render(request, "people/devices.html", {"devices": found})


@signed_in
@require_POST
def end_device(request: HttpRequest) -> HttpResponse:
    """Log one other device out."""
    actions.end_session(
        user=me(request),
        mark=request.POST.get("mark", "")[:40],
        current_key=_key(request),
        at=now(),
    )
    messages.success(request, "那台设备已经退出登录。")
    return redirect("people:devices")


@signed_in
@require_POST
def end_other_devices(request: HttpRequest) -> HttpResponse:
    """Log all other devices out."""
    user = me(request)
    ended = actions.end_sessions(user=user, by=user, at=now(), keep=_key(request))
    words = f"其他 {ended} 台设备已经退出登录。" if ended else "没有其他登录着的设备。"
    messages.success(request, words)
    return redirect("people:devices")


def _key(request: HttpRequest) -> str:
    return request.session.session_key or ""


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("old", "password", "again")
def password(request: HttpRequest) -> HttpResponse:
    """Choose a password; the old one proves that it is oneself, or the phone a moment ago."""
    user = me(request)
    must_prove = user.has_usable_password() and not phone_is_proven(request, at=now())
    form_class = ChangePasswordForm if must_prove else NewPasswordForm
    form = form_class(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            _set_password(request, user, form)
    if not form.is_bound or form.errors:
        context = {"form": form, "must_prove": must_prove, "can_text": texts.can_text()}
        return render(request, "people/password.html", context, status=422 if form.errors else 200)
    messages.success(request, "密码已换好，其他设备都已退出登录。")
    return redirect("people:security")


def _set_password(request: HttpRequest, user: User, form: NewPasswordForm) -> None:
    if "old" in form.fields:
        actions.check_password(user=user, password=form.cleaned_data["old"], at=now())
    actions.set_password(
        user=user,
        password=form.cleaned_data["password"],
        at=now(),
        by=user,
        keep_session=_key(request),
    )
    update_session_auth_hash(request, user)  # this session goes on, under a new key


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password", "again")
def start_password(request: HttpRequest, token: str) -> HttpResponse:
    """Set an own first password by the link that the security administrator gave."""
    user = queries.start_user(token, at=now())
    form = NewPasswordForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.set_first_password(
                token=token, password=form.cleaned_data["password"], at=now()
            )
    if not form.is_bound or form.errors:
        context = {"form": form, "owner": user}
        return render(
            request, "people/start_password.html", context, status=422 if form.errors else 200
        )
    messages.success(request, f"密码已设好，请用账号 {user.handle} 和新密码登录。")
    return redirect(f"{reverse('people:login')}?way=password")
