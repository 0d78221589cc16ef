"""The desk: what is missing and late, requests to hide photos, kinds of people served."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, may, scope_of
from voluncity.city.people.asking import user_of
from voluncity.city.registers.listing import listed, query_in
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.service.archives import actions, queries
from voluncity.service.archives.forms import AnswerForm, KindForm
from voluncity.service.archives.models import HideRequest, OutcomeKind
from voluncity.service.archives.registers import ARCHIVES, filters_of
from voluncity.service.projects.models import Line
from voluncity.web.forms import refusals_in
from voluncity.web.paging import LongPaginator

P = Permission
ON_A_PAGE = 30


@needs(P.PROJECT_SEE)
@require_GET
def desk_list(request: HttpRequest) -> HttpResponse:
    """List what took place within reach: without an archive, late, handed in, archived."""
    at, user = now(), user_of(request)
    scope = scope_of(user, P.PROJECT_SEE)
    filters = filters_of(query_in(request))
    found = queries.activities(scope, filters, at=at)
    numbers = queries.counts(scope, at=at)
    context = {
        **listed(request, ARCHIVES, found),
        "filters": filters,
        "tasks": [(key, label, numbers.get(key)) for key, label in queries.TASKS],
        "mine": queries.waiting_for(user)[:5] if has(user, P.PROJECT_REVIEW) else [],
        "lines": Line.objects.all(),
        "requests": queries.open_requests(user),
        "may_take": has(user, P.SIGNUP_SEE),
        "may_kind": has(user, P.POLICY_EDIT),
    }
    return render(request, "archives/desk_list.html", context)


@needs(P.ACTIVITY_EDIT, P.PROJECT_REVIEW)
@require_GET
def requests(request: HttpRequest) -> HttpResponse:
    """List the requests to hide photos, those that wait first."""
    return _requests(request)


@needs(P.ACTIVITY_EDIT, P.PROJECT_REVIEW)
@require_POST
def answer(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Hide the photo, or say why it stays."""
    if verb not in {"hide", "decline"}:
        raise NotFound("没有这一步，请回到列表。")
    asked = HideRequest.objects.select_related("photo__archive")
    one = access.fetch(request.user, _permission(request, pk), asked, at=now(), pk=pk)
    form = AnswerForm(request.POST, auto_id=f"answer{pk}_%s")
    if form.is_valid():
        with refusals_in(form):
            said, by = form.cleaned_data["answer"], user_of(request)
            actions.answer_request(request=one, verb=verb, answer=said, by=by, at=now())
    if form.errors:
        return _requests(request, bound={pk: form})
    messages.success(request, "已答复，提出的人会收到消息。")
    return redirect("archives:requests")


def _requests(request: HttpRequest, bound: dict[int, AnswerForm] | None = None) -> HttpResponse:
    found = queries.requests(user_of(request))
    page = LongPaginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    forms_sent = bound or {}
    rows = [
        (one, forms_sent.get(one.pk) or AnswerForm(auto_id=f"answer{one.pk}_%s")) for one in page
    ]
    context = {"page": page, "rows": rows, "today": local_date(now())}
    return render(request, "archives/requests.html", context, status=422 if bound else 200)


def _permission(request: HttpRequest, pk: int) -> Permission:
    """Return by which right somebody answers a request: as organizer, or as the office above."""
    is_own = may(request.user, P.ACTIVITY_EDIT, HideRequest.objects.all(), pk=pk)
    return P.ACTIVITY_EDIT if is_own else P.PROJECT_REVIEW


@needs(P.POLICY_EDIT)
@require_http_methods(["GET", "POST"])
def kinds(request: HttpRequest) -> HttpResponse:
    """List the kinds of people served; add one."""
    form = KindForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.add_kind(**form.cleaned_data, by=user_of(request), at=now())
        if not form.errors:
            messages.success(request, "类型已添加，归档时可以填写。")
            return redirect("archives:kinds")
    context = {"form": form, "kinds": OutcomeKind.objects.all()}
    status = 422 if form.errors else 200
    return render(request, "archives/kinds.html", context, status=status)


@needs(P.POLICY_EDIT)
@require_POST
def turn_kind(request: HttpRequest, key: str, verb: str) -> HttpResponse:
    """End a kind, or offer it again."""
    act = {"end": actions.end_kind, "reopen": actions.reopen_kind}.get(verb)
    if act is None or not OutcomeKind.objects.filter(pk=key).exists():
        raise NotFound("没有这个类型，请回到列表。")
    act(key=key, by=user_of(request), at=now())
    messages.success(request, "已保存。")
    return redirect("archives:kinds")
