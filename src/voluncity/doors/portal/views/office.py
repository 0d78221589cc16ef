"""The office's own pages: journal, rules, roles."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.models import Grant
from voluncity.city.access.permissions import Permission
from voluncity.city.policy import actions as policies
from voluncity.doors.portal.forms import GrantForm, JournalForm, PolicyForm
from voluncity.doors.portal.queries import office as queries
from voluncity.kernel.refusals import BadInput
from voluncity.web.forms import refusals_in
from voluncity.web.paging import LongPaginator

PER_PAGE = 50
UNPROCESSABLE = 422


@needs(Permission.JOURNAL_READ)
@require_safe
def journal(request: HttpRequest) -> HttpResponse:
    """Show who did what, newest first."""
    form = JournalForm(request.GET or None)
    filters = form.cleaned_data if form.is_valid() else {}
    page = LongPaginator(queries.entries(filters), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "portal/journal.html", {"form": form, "page": page})


@needs(Permission.POLICY_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def policy(request: HttpRequest) -> HttpResponse:
    """Show the city's numbers and let one of them change from a day on."""
    today = localdate()
    form = PolicyForm(request.POST or None, initial={"valid_from": today})
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            policies.set_number(**form.cleaned_data, by=request.user, at=now(), today=today)  # type: ignore[arg-type]
            messages.success(request, "已保存，从生效日期起执行。")
            return redirect("portal:policy")
    context = {"form": form, "rules": queries.rules(on=today)}
    return render(
        request, "portal/policy.html", context, status=UNPROCESSABLE if form.errors else 200
    )


@needs(Permission.GRANT_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def grants(request: HttpRequest) -> HttpResponse:
    """Show the roles given in the person's area and give another one."""
    form = GrantForm(request.POST or None, region_path=queries.region_reach(request.user))
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            _give(request, form)
            messages.success(request, "角色已分配，立即生效。")
            return redirect("portal:grants")
    page = Paginator(queries.live_grants(request.user), PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page}
    return render(
        request, "portal/grants.html", context, status=UNPROCESSABLE if form.errors else 200
    )


def _give(request: HttpRequest, form: GrantForm) -> None:
    user = queries.user_by_phone(form.cleaned_data["phone"])
    if user is None:
        raise BadInput("没有用这个手机号登录过的人，请先请他登录一次。", field="phone")
    access.give_role(
        user=user,
        role=form.cleaned_data["role"],
        region=form.cleaned_data["region"],
        organization=form.cleaned_data["organization"],
        by=request.user,  # type: ignore[arg-type]
        at=now(),
    )


@needs(Permission.GRANT_MANAGE)
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a role back."""
    grant = access.fetch(
        request.user, Permission.GRANT_MANAGE, Grant.objects.all(), at=now(), pk=pk
    )
    access.revoke_role(grant_id=grant.pk, by=request.user, at=now())  # type: ignore[arg-type]
    messages.success(request, "角色已收回。")
    return redirect("portal:grants")
