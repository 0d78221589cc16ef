"""The desk: say what projects lack; answer units that claim a whole project."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, scope_of
from voluncity.city.people.asking import user_of
from voluncity.kernel.refusals import NotFound
from voluncity.kernel.text import number_in
from voluncity.service.pledges import actions, queries
from voluncity.service.pledges.forms import NeedForm
from voluncity.service.pledges.models import Adoption, Need
from voluncity.service.pledges.states import NeedState
from voluncity.service.projects.models import Project
from voluncity.web.forms import refusals_in
from voluncity.web.paging import LongPaginator

ON_A_PAGE, SHOWN = 30, 100
UNPROCESSABLE = 422
P = Permission


@needs(P.PROJECT_SEE)
@require_GET
def desk_needs(request: HttpRequest) -> HttpResponse:
    """List the needs within reach, and which units claim whole projects."""
    scope = scope_of(request.user, P.PROJECT_SEE)
    editing = scope_of(request.user, P.PROJECT_EDIT)
    page = LongPaginator(queries.desk_needs(scope), ON_A_PAGE).get_page(request.GET.get("page"))
    mine = set(queries.asked_adoptions(editing).values_list("pk", flat=True))
    context = {
        "page": page,
        "adoptions": [(one, one.pk in mine) for one in queries.asked_adoptions(scope)[:SHOWN]],
        "may_add": has(request.user, P.PROJECT_EDIT),
    }
    return render(request, "pledges/desk_needs.html", context)


@needs(P.PROJECT_EDIT)
@require_http_methods(["GET", "POST"])
def desk_new(request: HttpRequest) -> HttpResponse:
    """Say that a project lacks something."""
    projects = queries.possible_projects(scope_of(request.user, P.PROJECT_EDIT))
    form = NeedForm(
        request.POST if request.method == "POST" else None, projects=projects,
        initial={"project": number_in(request.GET.get("project", ""))},
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            need = actions.add_need(
                project=form.cleaned_data["project"],
                plan=form.plan(),
                by=user_of(request),
                at=now(),
            )
        if not form.errors:
            messages.success(request, "需求已发布，居民和单位可以认领了。")
            return redirect("pledges:desk_need", need.pk)
    context = {"form": form, "has_projects": projects.exists()}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "pledges/desk_new.html", context, status=status)


@needs(P.PROJECT_SEE)
@require_GET
def desk_need(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one need with its promises."""
    return _page(request, _fetch(request, P.PROJECT_SEE, pk))


@needs(P.PROJECT_EDIT)
@require_POST
def desk_turn(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Change a need, stop its claiming, or open it again."""
    need, by, at = _fetch(request, P.PROJECT_EDIT, pk), user_of(request), now()
    if verb == "change":
        return _changed(request, need)
    if verb == "close":
        actions.close_need(need=need, by=by, at=at)
        messages.success(request, "已停止认领，已经认领的照常交付。")
    elif verb == "reopen":
        actions.reopen_need(need=need, by=by, at=at)
        messages.success(request, "已重新开放认领。")
    else:
        raise NotFound("没有这一步，请回到需求页面。")
    return redirect("pledges:desk_need", pk)


def _changed(request: HttpRequest, need: Need) -> HttpResponse:
    form = _form(need, request.POST)
    if form.is_valid():
        with refusals_in(form):
            actions.change_need(need=need, plan=form.plan(), by=user_of(request), at=now())
    if form.errors:
        return _page(request, _fetch(request, P.PROJECT_EDIT, need.pk), form)
    messages.success(request, "需求已修改。")
    return redirect("pledges:desk_need", need.pk)


@needs(P.PROJECT_EDIT)
@require_POST
def desk_adoption(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Accept or decline the claim of a whole project, or let it end."""
    adoption: Adoption = access.fetch(
        request.user, P.PROJECT_EDIT, Adoption.objects.all(), at=now(), pk=pk
    )
    by, at, words = user_of(request), now(), request.POST.get("words", "")
    if verb == "accept":
        actions.accept_adoption(adoption=adoption, by=by, at=at)
        messages.success(request, "已接受，认领单位会显示在项目页面上。")
    elif verb == "decline":
        actions.decline_adoption(adoption=adoption, words=words, by=by, at=at)
        messages.success(request, "已婉拒。")
    elif verb == "end":
        actions.end_adoption(adoption=adoption, words=words, by=by, at=at)
        messages.success(request, "认领已结束。")
    else:
        raise NotFound("没有这一步，请回到需求列表。")
    return redirect("pledges:desk_needs")


def _page(request: HttpRequest, need: Need, form: NeedForm | None = None) -> HttpResponse:
    context = {
        "need": need,
        "pledges": need.pledges.select_related("volunteer", "unit", "need").order_by("-pk")[:SHOWN],
        "may_edit": queries.may_organize(user_of(request), need),
        "is_open": need.state == NeedState.OPEN,
        "form": form or _form(need),
        "is_wrong": form is not None,
    }
    status = UNPROCESSABLE if form is not None else 200
    return render(request, "pledges/desk_need.html", context, status=status)


def _form(need: Need, *sent: Any) -> NeedForm:
    wanted = f"{need.wanted / 100:.2f}".removesuffix(".00") if need.is_money else str(need.wanted)
    initial = {
        "name": need.name, "wanted": wanted, "unit": need.unit, "skill": need.skill_id,
        "details": need.details, "place": need.place, "due_on": need.due_on,
    }  # fmt: skip
    return NeedForm(*sent, projects=Project.objects.none(), need=need, initial=initial)


def _fetch(request: HttpRequest, permission: Permission, pk: int) -> Need:
    found: Need = access.fetch(
        request.user, permission, Need.objects.select_related("project__organization", "skill"),
        at=now(), pk=pk,
    )  # fmt: skip
    return found
