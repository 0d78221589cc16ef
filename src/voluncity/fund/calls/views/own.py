"""An organization's own applications: begin, what is to be done, hand in, receipt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User
from voluncity.fund.calls import actions, queries
from voluncity.fund.calls.forms import NothingForm, StartForm, WordsForm
from voluncity.fund.calls.models import Application, Call, Extension
from voluncity.fund.calls.rules.checking import check
from voluncity.fund.calls.states import (
    APP_FLOW,
    GONE,
    LABELS,
    WRITABLE,
    AppState,
    CallState,
)
from voluncity.fund.calls.views.common import ON_A_PAGE, UNPROCESSABLE, fetch_own
from voluncity.kernel.clock import minute_text
from voluncity.kernel.refusals import NotFound
from voluncity.web.forms import refusals_in
from voluncity.web.paging import LongPaginator
from voluncity.web.sent import handle_in, new_handle, seen_in

P, A = Permission, AppState


@needs(P.GRANT_APPLY)
@never_cache
@require_GET
def own_list(request: HttpRequest) -> HttpResponse:
    """List what one's organizations applied for, and the calls that are open."""
    return draw_own_list(request)


def draw_own_list(request: HttpRequest) -> HttpResponse:
    """Draw the list of one's organizations."""
    found = queries.own(scope_of(request.user, P.GRANT_APPLY))
    context = {
        "page": LongPaginator(found, ON_A_PAGE).get_page(request.GET.get("page")),
        "calls": queries.calls_for(request.user, at=now()),
    }
    return render(request, "calls/own_list.html", context)


@needs(P.GRANT_APPLY)
@never_cache
@require_http_methods(["GET", "POST"])
def own_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin an application to a call, for one of one's organizations that fit."""
    at = now()
    call = _open_call(pk)
    organizations = queries.organizations_of(request.user)
    form = StartForm(
        *((request.POST,) if request.method == "POST" else ()),
        organizations=organizations, initial={"organization": organizations.first()},
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            begun = actions.start_application(
                call=call, organization=form.cleaned_data["organization"],
                handle=handle_in(request), by=user_of(request), at=at,
            )  # fmt: skip
            return redirect("calls:own_tasks", begun.pk)
    regions = queries.regions_of(call)
    context = {
        "call": call,
        "form": form,
        "handle": request.POST.get("handle") or new_handle(),
        "fits": [
            (one, queries.conditions_for(call, one, at=at, regions=regions))
            for one in organizations[:ON_A_PAGE]
        ],
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "calls/own_start.html", context, status=status)


def _open_call(pk: int) -> Call:
    call = queries.detailed_calls().filter(pk=pk, state=CallState.OPEN).first()
    if call is None:
        raise NotFound("没有找到这份申报通知，可能还没有发布。")
    return call


@dataclass(frozen=True)
class Step:
    """Something that the organization may do with its application."""

    verb: str
    label: str
    form: Callable[..., forms.Form]
    act: Callable[[Application, forms.Form, User, datetime], object]
    done: str
    tone: str = ""


STEPS_OF_OWN = {
    one.verb: one
    for one in (
        Step(
            "recall", "取回修改", NothingForm,
            lambda app, _form, by, at: actions.recall(application=app, by=by, at=at),
            "已取回，可以继续修改。修改后请在截止前重新提交。",
        ),
        Step(
            "withdraw", "撤回申报",
            lambda *sent: WordsForm(
                *sent, label="撤回的原因", hint="撤回以后不再评审，也不能恢复。"
            ),
            lambda app, form, by, at: actions.withdraw(
                application=app, words=form.cleaned_data["words"], by=by, at=at
            ),
            "已撤回。", "danger",
        ),
        Step(
            "discard", "删除草稿", NothingForm,
            lambda app, _form, by, at: actions.discard(application=app, by=by, at=at),
            "草稿已删除。", "danger",
        ),
    )
}  # fmt: skip


def _possible(application: Application, at: datetime) -> list[Step]:
    """Return what may be done now, beside writing and handing in."""
    verbs = {one.verb for one in APP_FLOW.verbs(application.state)}
    has_number = application.number is not None
    is_late = application.due_at is not None or at >= queries.deadline(application)
    left_out = {"discard" if has_number else "withdraw", "recall" if is_late else ""}
    return [one for one in STEPS_OF_OWN.values() if one.verb in verbs - left_out]


@needs(P.GRANT_APPLY)
@never_cache
@require_GET
def own_tasks(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what is to be done, or where the application stands."""
    return _tasks(request, fetch_own(request, pk))


def _tasks(
    request: HttpRequest, application: Application, *, bound: dict[str, forms.Form] | None = None
) -> HttpResponse:
    at, sent = now(), bound or {}
    is_open = application.state in WRITABLE
    context: dict[str, Any] = {
        "application": application,
        "is_open": is_open,
        "deadline": minute_text(queries.deadline(application)),
        "is_late": at >= queries.deadline(application),
        "extension": Extension.objects.filter(
            call=application.call_id, organization=application.organization_id
        ).first(),
        "steps": [(one, sent.get(one.verb) or one.form()) for one in _possible(application, at)],
        "returned": _newest_return(application),
        "moves": [(LABELS[one.verb], one) for one in application.moves.select_related("by")],
        "stages": queries.stages(application, at=at),
        "waiting": queries.waiting_text(application, at=at),
    }
    if is_open:
        now_written = queries.written(application)
        remarks = queries.open_remarks(application)
        tasks = queries.tasks(now_written, check(now_written.draft), remarks)
        context |= {"tasks": tasks, "done": sum(one.is_done for one in tasks)}
    else:
        context |= _handed_in(application)
    status = UNPROCESSABLE if bound else 200
    return render(request, "calls/own_tasks.html", context, status=status)


def _newest_return(application: Application) -> Any:
    if application.state not in WRITABLE or application.current is None:
        return None
    return getattr(application.current, "returned", None)


def _handed_in(application: Application) -> dict[str, Any]:
    """Return what was handed in, as the page shows it."""
    if application.current is None:
        return {"sections": [], "lines": []}
    sections = queries.as_submitted(application.current, application.form.spec.sections, {})
    return {
        "sections": sections,
        "lines": application.current.lines.select_related("kind"),
        "submission": application.current,
    }


@needs(P.GRANT_APPLY)
@never_cache
@require_http_methods(["GET", "POST"])
def own_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Check all answers on one page, and hand in what was read."""
    application = fetch_own(request, pk)
    if application.state not in WRITABLE:
        return redirect("calls:own_tasks", pk)
    form = NothingForm(*((request.POST,) if request.method == "POST" else ()))
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            actions.submit(
                application=application, seen=seen_in(request), by=user_of(request), at=now()
            )
            return redirect("calls:own_receipt", pk)
        application = fetch_own(request, pk)
    now_written = queries.written(application)
    done = check(now_written.draft)
    context = {
        "application": application,
        "form": form,
        "sections": queries.as_written(now_written, done, queries.open_remarks(application)),
        "lines": done.lines,
        "checkup": done,
        "budget_problems": list(done.problems["budget"].values()),
        "missing": sum(len(found) for found in done.problems.values()),
        "deadline": minute_text(queries.deadline(application)),
        "is_late": now() >= queries.deadline(application),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "calls/own_check.html", context, status=status)


@needs(P.GRANT_APPLY)
@never_cache
@require_GET
def own_receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the receipt: the number, what was handed in, and what happens when."""
    application = fetch_own(request, pk)
    if application.number is None:
        return redirect("calls:own_tasks", pk)
    context = {
        "application": application,
        "next_steps": queries.next_steps(application, at=now()),
        "is_over": application.state in (*GONE, A.AWARDED),
        **_handed_in(application),
    }
    return render(request, "calls/own_receipt.html", context)


@needs(P.GRANT_APPLY)
@never_cache
@require_POST
def own_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Take back, withdraw or throw away."""
    one = STEPS_OF_OWN.get(verb)
    if one is None:
        raise NotFound("没有这一步，请回到申报页面。")
    application = fetch_own(request, pk)
    form = one.form(request.POST)
    if form.is_valid():
        with refusals_in(form):
            one.act(application, form, user_of(request), now())
    if form.errors:
        return _tasks(request, fetch_own(request, pk), bound={verb: form})
    messages.success(request, one.done)
    if verb == "discard":
        return redirect("calls:own_list")
    return redirect("calls:own_tasks", pk)
