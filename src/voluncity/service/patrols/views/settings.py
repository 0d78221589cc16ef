"""The desk: which unit answers for which problems, and which kinds there are."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods, require_POST

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.people.asking import user_of
from voluncity.city.regions.forms import half_filled
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotFound
from voluncity.service.patrols import actions, queries
from voluncity.service.patrols.forms import KindForm, RuleForm
from voluncity.service.patrols.models import DispatchRule, ProblemKind
from voluncity.web.forms import refusals_in

P = Permission


@needs(P.PATROL_SOLVE)
@require_http_methods(["GET", "POST"])
def desk_rules(request: HttpRequest) -> HttpResponse:
    """List the rules of one's regions; set one."""
    scope, today = scope_of(request.user, P.PATROL_SOLVE), local_date(now())
    units = queries.possible_units(scope)
    is_half = "next_level" in request.POST
    sent = request.POST if request.method == "POST" and not is_half else None
    initial = half_filled(RuleForm, request.POST) if is_half else {}
    form = RuleForm(sent, units=units, today=today, initial=initial)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            said = form.cleaned_data
            if not any(said["region"].path.startswith(path) for path in scope.regions):
                raise BadInput("只能设定您管理范围内的区划。", field="region")
            actions.set_rule(**said, by=user_of(request), at=now())
        if not form.errors:
            messages.success(request, "规则已生效，新反映的问题会直接转给责任单位。")
            return redirect("patrols:desk_rules")
    rules = DispatchRule.objects.in_scope(scope).select_related("kind", "region", "unit")
    context = {
        "form": form,
        "rules": rules.order_by("region__path", "kind__position"),
        "may_set": bool(scope.regions),
    }
    status = 422 if form.errors else 200
    return render(request, "patrols/desk_rules.html", context, status=status)


@needs(P.PATROL_SOLVE)
@require_POST
def end_rule(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a rule."""
    rule = access.fetch(request.user, P.PATROL_SOLVE, DispatchRule.objects.all(), at=now(), pk=pk)
    actions.end_rule(rule=rule, by=user_of(request), at=now())
    messages.success(request, "规则已取消，这类问题由工作人员分派。")
    return redirect("patrols:desk_rules")


@needs(P.POLICY_EDIT)
@require_http_methods(["GET", "POST"])
def desk_kinds(request: HttpRequest) -> HttpResponse:
    """List the kinds of problems; add one."""
    form = KindForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.add_kind(name=form.cleaned_data["name"], by=user_of(request), at=now())
        if not form.errors:
            messages.success(request, "类型已添加，居民现在就能选。")
            return redirect("patrols:desk_kinds")
    context = {"form": form, "kinds": ProblemKind.objects.all()}
    status = 422 if form.errors else 200
    return render(request, "patrols/desk_kinds.html", context, status=status)


@needs(P.POLICY_EDIT)
@require_POST
def turn_kind(request: HttpRequest, key: str, verb: str) -> HttpResponse:
    """Stop or reopen a kind."""
    act = {"end": actions.end_kind, "reopen": actions.reopen_kind}.get(verb)
    if act is None or not ProblemKind.objects.filter(pk=key).exists():
        raise NotFound("没有这个类型，请回到类型列表。")
    act(key=key, by=user_of(request), at=now())
    messages.success(request, "已更新。")
    return redirect("patrols:desk_kinds")
