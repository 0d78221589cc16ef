"""The desk: kinds of wishes with what they are worth, and themes of festivals."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods, require_POST

from voluncity.care.wishes import actions
from voluncity.care.wishes.forms import KindForm, ThemeForm, ValueForm
from voluncity.care.wishes.models import Theme, WishKind
from voluncity.care.wishes.views.common import UNPROCESSABLE
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.people.asking import user_of
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.web.forms import refusals_in

P = Permission


@needs(P.POLICY_EDIT)
@require_http_methods(["GET", "POST"])
def desk_kinds(request: HttpRequest) -> HttpResponse:
    """List the kinds of wishes; add one."""
    form = KindForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.add_kind(by=user_of(request), at=now(), **form.cleaned_data)
        if not form.errors:
            messages.success(request, "类型已添加，居民现在就能选。")
            return redirect("wishes:desk_kinds")
    context = {"form": form, "kinds": WishKind.objects.all()}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "wishes/desk_kinds.html", context, status=status)


@needs(P.POLICY_EDIT)
@require_POST
def turn_kind(request: HttpRequest, key: str, verb: str) -> HttpResponse:
    """Stop or reopen a kind, or say anew what it is worth."""
    act = {"end": actions.end_kind, "reopen": actions.reopen_kind}.get(verb)
    kind = WishKind.objects.filter(pk=key).first()
    if kind is None or (act is None and verb != "value"):
        raise NotFound("没有这个类型，请回到类型列表。")
    if act is not None:
        act(key=key, by=user_of(request), at=now())
    elif (refused := _value(request, key)) is not None:
        return refused
    messages.success(request, "已更新。")
    return redirect("wishes:desk_kinds")


def _value(request: HttpRequest, key: str) -> HttpResponse | None:
    form = ValueForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            actions.value_kind(key=key, by=user_of(request), at=now(), **form.cleaned_data)
    if not form.errors:
        return None
    context = {"form": KindForm(), "kinds": WishKind.objects.all(), "wrong": form, "wrong_key": key}
    return render(request, "wishes/desk_kinds.html", context, status=UNPROCESSABLE)


@needs(P.POLICY_EDIT)
@require_http_methods(["GET", "POST"])
def desk_themes(request: HttpRequest) -> HttpResponse:
    """List the themes; add one."""
    form = ThemeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.add_theme(plan=form.plan(), by=user_of(request), at=now())
        if not form.errors:
            messages.success(request, "主题已添加。")
            return redirect("wishes:desk_themes")
    context = {"form": form, "themes": Theme.objects.all(), "today": local_date(now())}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "wishes/desk_themes.html", context, status=status)


@needs(P.POLICY_EDIT)
@require_http_methods(["GET", "POST"])
def desk_theme(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a theme."""
    theme = Theme.objects.filter(pk=pk).first()
    if theme is None:
        raise NotFound("没有这个主题，请回到主题列表。")
    known = {name: getattr(theme, name) for name in ThemeForm.base_fields}
    form = ThemeForm(request.POST if request.method == "POST" else None, initial=known)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.change_theme(theme=theme, plan=form.plan(), by=user_of(request), at=now())
        if not form.errors:
            messages.success(request, "已更新。")
            return redirect("wishes:desk_themes")
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "wishes/desk_theme.html", {"form": form, "theme": theme}, status=status)
