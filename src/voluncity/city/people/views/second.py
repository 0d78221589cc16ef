"""The second step of a login, and setting it up."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from voluncity.city.access.marks import public, signed_in
from voluncity.city.people import actions, queries
from voluncity.city.people.forms import SecondForm, SetUpForm
from voluncity.city.people.models import User
from voluncity.city.people.states import SecondStep
from voluncity.city.people.views.entering import Half, first_page, half_of, open_door, start
from voluncity.city.people.views.requests import me
from voluncity.kernel import totp
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import Refusal
from voluncity.web.forms import refusals_in

FEW_CODES = 3


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("code")
def second_step(request: HttpRequest) -> HttpResponse:
    """Ask whoever is half let in for the second proof, or let them set it up."""
    half = half_of(request, at=now())
    if half is None and request.user.is_authenticated:
        return redirect(first_page(me(request)))
    if half is None:
        messages.warning(request, "这一步等得太久，请重新登录。")
        return redirect("people:login")
    return _set_up(request, half) if half.step == SecondStep.SET_UP else _ask(request, half)


def _ask(request: HttpRequest, half: Half) -> HttpResponse:
    form = SecondForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            second = actions.log_in_with_second(
                user=half.user, code=form.cleaned_data["code"], way=half.way, at=now()
            )
    if not form.is_bound or form.errors:
        status = 422 if form.errors else 200
        return render(request, "people/second_step.html", {"form": form}, status=status)
    response = open_door(request, half.user, way=half.way, target=half.target)
    if second == "recovery":
        left = queries.codes_left(half.user)
        messages.warning(
            request,
            f"您用掉了一个备用码，还剩 {left} 个。手机丢了的，请在“账号安全”里换绑手机。",
        )
    return response


def _set_up(request: HttpRequest, half: Half) -> HttpResponse:
    form = SetUpForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            codes = actions.log_in_with_set_up(
                user=half.user, code=form.cleaned_data["code"], way=half.way, at=now()
            )
    if not form.is_bound or form.errors:
        return _set_up_page(request, half.user, form, is_login=True)
    start(request, half.user, way=half.way)
    return _codes_page(request, codes, go_on=half.target or first_page(half.user))


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("code")
def set_up(request: HttpRequest) -> HttpResponse:
    """Set up the second factor of one's own account."""
    user = me(request)
    _refuse_residents(user)
    form = SetUpForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            codes = actions.confirm_second_factor(
                user=user, code=form.cleaned_data["code"], at=now()
            )
    if not form.is_bound or form.errors:
        return _set_up_page(request, user, form, is_login=False)
    return _codes_page(request, codes, go_on="")


def _refuse_residents(user: User) -> None:
    if not (queries.is_staff(user) or queries.has_second_factor(user)):
        raise Refusal(
            "动态口令供工作人员使用。您用手机验证码登录就很安全，请保管好手机。",
            code="people.second_for_staff",
        )


def _set_up_page(
    request: HttpRequest, user: User, form: SetUpForm, *, is_login: bool
) -> HttpResponse:
    secret = actions.start_second_factor(user=user, at=now())
    issuer = f"志愿之城 {settings.VOLUNCITY_CITY_NAME}"
    context = {
        "form": form,
        "uri": totp.uri(secret, account=user.handle, issuer=issuer),
        "key": totp.in_groups(secret),
        "is_login": is_login,
    }
    status = 422 if form.errors else 200
    return render(request, "people/second_set_up.html", context, status=status)


def _codes_page(request: HttpRequest, codes: list[str], *, go_on: str) -> HttpResponse:
    context = {
        "codes": codes,
        "go_on": go_on,
        "made_at": now(),
        "city": settings.VOLUNCITY_CITY_NAME,
    }
    return render(request, "people/second_codes.html", context)


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("code")
def change_second(request: HttpRequest) -> HttpResponse:
    """Renew the printed codes, take another phone, or stop; a code proves that it is oneself."""
    user, at = me(request), now()
    if not queries.has_second_factor(user):
        return redirect("people:second_set_up")
    form = SecondForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            return _changed(request, user, form.cleaned_data["code"])
    context = {
        "form": form,
        "left": queries.codes_left(user),
        "is_few": queries.codes_left(user) <= FEW_CODES,
        "must": queries.must_have_second_factor(user, on=local_date(at)),
    }
    status = 422 if form.errors else 200
    return render(request, "people/second_change.html", context, status=status)


def _changed(request: HttpRequest, user: User, code: str) -> HttpResponse:
    wanted = request.POST.get("do")
    if wanted == "renew":
        return _codes_page(
            request, actions.renew_recovery_codes(user=user, code=code, at=now()), go_on=""
        )
    is_replaced = wanted == "replace"
    actions.end_second_factor(user=user, code=code, at=now(), to_replace=is_replaced)
    if is_replaced:
        messages.info(request, "原来的手机已经解绑，请用新手机扫下面的码。")
        return redirect("people:second_set_up")
    messages.success(request, "动态口令已关闭，下次登录不再询问。")
    return redirect("people:security")
