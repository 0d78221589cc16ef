"""The desk of the security administrator: accounts of staff."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.people import actions, queries
from voluncity.city.people.forms import AccountFilterForm, StaffForm, StopForm
from voluncity.city.people.models import User
from voluncity.city.people.queries import AccountFilters
from voluncity.city.people.views.requests import me
from voluncity.kernel.refusals import NotFound
from voluncity.web.forms import refusals_in

PAGE_SIZE = 30


@needs(Permission.ACCOUNT_MANAGE)
@require_safe
def account_list(request: HttpRequest) -> HttpResponse:
    """List the accounts of staff in my area; the filters stand in the address."""
    form = AccountFilterForm(request.GET or None)
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    filters = AccountFilters(asked.get("q", ""), asked.get("state", ""))
    page = Paginator(queries.staff_accounts(me(request), filters), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {"form": form, "page": page}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "people/desk_accounts.html", context, status=status)


@needs(Permission.ACCOUNT_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def new_account(request: HttpRequest) -> HttpResponse:
    """Make an account for a member of staff, with the first role."""
    by = me(request)
    form = StaffForm(
        request.POST if request.method == "POST" else None,
        regions=queries.regions_for(by),
        organizations=queries.organizations_for(by),
    )
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            wanted = actions.NewAccount(**form.cleaned_data)
            user = actions.create_staff(wanted=wanted, by=by, at=now())
    if not form.is_bound or form.errors:
        return render(
            request,
            "people/desk_account_new.html",
            {"form": form},
            status=422 if form.errors else 200,
        )
    messages.success(request, "账号已建立。请生成首次登录链接，交给本人设置密码。")
    return redirect("people:desk_account", user.pk)


@needs(Permission.ACCOUNT_MANAGE)
@never_cache
@require_safe
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one account and what can be done for it."""
    return _page(request, _fetched(request, pk))


def _page(request: HttpRequest, user: User, **more: Any) -> HttpResponse:
    context: dict[str, Any] = {
        "account": user,
        "is_own": user.pk == me(request).pk,
        "devices": queries.devices(user, current_key="", at=now()),
        "stop": StopForm(),
        **more,
    }
    status = 422 if context["stop"].errors else 200
    return render(request, "people/desk_account.html", context, status=status)


def _fetched(request: HttpRequest, pk: int) -> User:
    found = access.fetch(
        me(request), Permission.ACCOUNT_MANAGE, queries.accounts(), at=now(), pk=pk
    )
    return cast("User", found)


@needs(Permission.ACCOUNT_MANAGE)
@never_cache
@require_POST
def account_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Do one thing for an account."""
    user = _fetched(request, pk)
    step = _STEPS.get(verb)
    if step is None:
        raise NotFound("没有这项操作，请回到账号页面重新选择。")
    return step(request, user)


def _link(request: HttpRequest, user: User) -> HttpResponse:
    token = actions.give_start_link(user=user, by=me(request), at=now())
    path = reverse("people:start_password", args=[token])
    return _page(request, user, link=f"{settings.VOLUNCITY_PUBLIC_URL}{path}")


def _stop(request: HttpRequest, user: User) -> HttpResponse:
    form = StopForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            actions.stop_account(
                user=user, reason=form.cleaned_data["reason"], by=me(request), at=now()
            )
    if form.errors:
        return _page(request, user, stop=form)
    return _done(request, user, "账号已停用，登录着的设备都已退出。")


def _reopen(request: HttpRequest, user: User) -> HttpResponse:
    actions.reopen_account(user=user, by=me(request), at=now())
    return _done(request, user, "账号已恢复使用。")


def _end_second(request: HttpRequest, user: User) -> HttpResponse:
    actions.end_second_factor_of(user=user, by=me(request), at=now())
    return _done(request, user, "动态口令已解除，本人下次登录时重新设置。")


def _end_sessions(request: HttpRequest, user: User) -> HttpResponse:
    ended = actions.end_sessions_of(user=user, by=me(request), at=now())
    return _done(request, user, f"{ended} 台设备已退出登录。")


def _done(request: HttpRequest, user: User, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("people:desk_account", user.pk)


_STEPS: dict[str, Callable[[HttpRequest, User], HttpResponse]] = {
    "link": _link,
    "stop": _stop,
    "reopen": _reopen,
    "end-second": _end_second,
    "end-sessions": _end_sessions,
}
