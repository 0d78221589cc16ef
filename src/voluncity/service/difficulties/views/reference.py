"""Kinds with their days, and the answers that help others."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has, scope_of
from voluncity.city.people.asking import user_of
from voluncity.city.policy import queries as policy
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.service.difficulties import actions, queries
from voluncity.service.difficulties.forms import DaysForm, KindForm
from voluncity.service.difficulties.models import Kind
from voluncity.web.forms import refusals_in

SHOWN = 200
UNPROCESSABLE = 422
P = Permission


@needs(P.DIFFICULTY_SEE, P.ACTIVITY_EDIT, P.PROJECT_EDIT)
@require_GET
def answers(request: HttpRequest) -> HttpResponse:
    """Show the answers that help others, by kind."""
    mine = queries.own_answers(scope_of(request.user, P.DIFFICULTY_ANSWER))
    ids = set(mine.values_list("pk", flat=True))
    context = {
        "answers": [(one, one.pk in ids) for one in queries.common_answers()[:SHOWN]],
        "may_report": has(request.user, P.ACTIVITY_EDIT),
    }
    return render(request, "difficulties/answers.html", context)


@needs(P.DIFFICULTY_ANSWER)
@require_POST
def end_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a common answer no more."""
    found = queries.own_answers(scope_of(request.user, P.DIFFICULTY_ANSWER)).filter(pk=pk).first()
    if found is None:
        raise NotFound("没有找到这条解答，或者它不在您的管理范围内。")
    actions.end_answer(answer=found, by=user_of(request), at=now())
    messages.success(request, "已撤下。")
    return redirect("difficulties:answers")


@needs(P.POLICY_EDIT)
@require_http_methods(["GET", "POST"])
def kinds(request: HttpRequest) -> HttpResponse:
    """List the kinds with their days; add one."""
    form = KindForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.add_kind(name=form.cleaned_data["name"], by=user_of(request), at=now())
        if not form.errors:
            messages.success(request, "类型已添加。")
            return redirect("difficulties:kinds")
    context = {
        "kinds": Kind.objects.all(),
        "form": form,
        "usual": policy.number("difficulties.answer_workdays", on=local_date(now())),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "difficulties/kinds.html", context, status=status)


@needs(P.POLICY_EDIT)
@require_POST
def turn_kind(request: HttpRequest, key: str, verb: str) -> HttpResponse:
    """Set the days of a kind, end it, or offer it again."""
    if not Kind.objects.filter(pk=key).exists():
        raise NotFound("没有这个类型，请刷新页面。")
    by, at = user_of(request), now()
    if verb == "end":
        actions.end_kind(key=key, by=by, at=at)
    elif verb == "reopen":
        actions.reopen_kind(key=key, by=by, at=at)
    elif verb == "days":
        form = DaysForm(request.POST)
        if form.is_valid():
            with refusals_in(form):
                actions.set_workdays(key=key, workdays=form.cleaned_data["workdays"], by=by, at=at)
        if form.errors:
            messages.error(request, str(next(iter(form.errors.values()))[0]))
            return redirect("difficulties:kinds")
    else:
        raise NotFound("没有这一步，请刷新页面。")
    messages.success(request, "已修改。")
    return redirect("difficulties:kinds")
