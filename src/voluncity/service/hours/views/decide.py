"""Decisions at the desk: confirm, approve, refuse, adjust, enter, reverse, answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods, require_POST

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User
from voluncity.kernel.clock import span_text
from voluncity.kernel.refusals import BadInput, NotFound
from voluncity.service.hours import actions, queries
from voluncity.service.hours.forms import (
    AdjustForm,
    AnswerForm,
    EnterForm,
    ReasonForm,
    ReverseForm,
)
from voluncity.service.hours.models import Correction, ServiceRecord
from voluncity.service.hours.states import Approver, CorrectionState, RecordState
from voluncity.service.hours.views.desk import activity_context, fetch_record, render_record
from voluncity.service.projects.models import Activity
from voluncity.service.signups.models import Signup
from voluncity.web.forms import refusals_in

Decide = Callable[[list[int], User], actions.Outcome]
SHOWN_REFUSALS = 5
ID_DIGITS = 18


@needs(Permission.HOURS_CONFIRM)
@require_POST
def desk_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm the chosen records of an activity."""
    return _bulk(request, pk, lambda ids, user: actions.confirm(record_ids=ids, by=user, at=now()))


@needs(Permission.HOURS_APPROVE)
@require_POST
def desk_approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the second look at the chosen records of an activity."""
    return _bulk(request, pk, lambda ids, user: actions.approve(record_ids=ids, by=user, at=now()))


@needs(Permission.HOURS_CONFIRM, Permission.HOURS_APPROVE)
@require_POST
def desk_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the chosen records of an activity count for nothing, with a reason."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        activity = _activity(request, pk)
        context = activity_context(user_of(request), activity) | {"form": form}
        return render(request, "hours/desk_activity.html", context, status=422)
    reason = form.cleaned_data["reason"]
    return _bulk(
        request,
        pk,
        lambda ids, user: actions.refuse(record_ids=ids, reason=reason, by=user, at=now()),
    )


def _bulk(request: HttpRequest, pk: int, decide: Decide) -> HttpResponse:
    activity = _activity(request, pk)
    outcome = decide(_chosen(request, activity), user_of(request))
    _tell(request, outcome)
    if request.POST.get("back") == "record" and outcome.done:
        return redirect("hours:desk_record", outcome.done[0].pk)
    return redirect("hours:desk_activity", activity.pk)


def _activity(request: HttpRequest, pk: int) -> Activity:
    found: Activity = access.fetch(
        user_of(request),
        Permission.HOURS_SEE,
        Activity.objects.select_related("project__organization"),
        at=now(),
        pk=pk,
    )
    return found


def _chosen(request: HttpRequest, activity: Activity) -> list[int]:
    """Return the ids that were ticked, all of them of this activity.

    :raises NotFound: when one is not.
    """
    given = request.POST.getlist("records")
    if not all(one.isascii() and one.isdigit() and len(one) <= ID_DIGITS for one in given):
        raise BadInput("选择的记录看不懂，请刷新页面后重新选择。", field="records")
    ids = {int(one) for one in given}
    if len(ids) > actions.MOST_AT_ONCE:
        raise BadInput(f"一次最多处理 {actions.MOST_AT_ONCE} 条，请分批办理。", field="records")
    here = ServiceRecord.objects.filter(pk__in=ids, signup__shift__activity=activity).count()
    if here != len(ids):
        raise NotFound("有的记录不属于这个活动，没有办理。请刷新页面后重新选择。")
    return sorted(ids)


def _tell(request: HttpRequest, outcome: actions.Outcome) -> None:
    """Say what became of how many records, and why others were left."""
    states = Counter(
        (one.state, one.approver if one.state == RecordState.CONFIRMED else "")
        for one in outcome.done
    )
    parts = [_part(state, approver, number) for (state, approver), number in states.items()]
    messages.success(request, f"办好 {len(outcome.done)} 条：" + "，".join(parts) + "。")
    names = dict(
        ServiceRecord.objects.filter(pk__in=list(outcome.refused)[:SHOWN_REFUSALS]).values_list(
            "pk", "volunteer__name"
        )
    )
    for pk, refusal in list(outcome.refused.items())[:SHOWN_REFUSALS]:
        messages.warning(request, f"{names.get(pk, '')}：{refusal.sentence}")
    more = len(outcome.refused) - SHOWN_REFUSALS
    if more > 0:
        messages.warning(request, f"还有 {more} 条没有办理，请逐条打开查看原因。")


def _part(state: str, approver: str, number: int) -> str:
    if approver:
        return f"{number} 条待{Approver(approver).label}复核"
    return f"{number} 条{RecordState(state).label}"


@needs(Permission.HOURS_CONFIRM)
@require_POST
def desk_adjust(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the minutes that the leader stands for."""
    record = fetch_record(request, Permission.HOURS_CONFIRM, pk)
    form = AdjustForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            actions.adjust(
                record_id=record.pk,
                minutes=form.cleaned_data["minutes"],
                reason=form.cleaned_data["reason"],
                by=user_of(request),
                at=now(),
            )
    if form.errors:
        return render_record(request, record, form=form)
    messages.success(request, "分钟数已核定，确认后生效。")
    return redirect("hours:desk_record", record.pk)


@needs(Permission.HOURS_CONFIRM)
@require_http_methods(["GET", "POST"])
def desk_enter(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter the times of somebody who was there without any scan."""
    user, at = user_of(request), now()
    activity: Activity = access.fetch(
        user, Permission.HOURS_CONFIRM, Activity.objects, at=at, pk=pk
    )
    absent = list(queries.unrecorded(activity, at=at))
    choices = [(one.pk, _place(one)) for one in absent]
    chosen = request.GET.get("signup", "")
    initial: dict[str, Any] = {"signup": chosen}
    if absent:
        first = next((one for one in absent if str(one.pk) == chosen), absent[0])
        initial |= {"starts_at": first.shift.starts_at, "ends_at": first.shift.ends_at}
    form = EnterForm(
        request.POST if request.method == "POST" else None, choices=choices, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            record = actions.enter(
                signup_id=form.cleaned_data["signup"],
                starts_at=form.span.start,
                ends_at=form.span.end,
                reason=form.cleaned_data["reason"],
                by=user,
                at=at,
            )
        if not form.errors:
            messages.success(
                request, f"已补记，待{Approver(record.approver).label}复核，之后公示入账。"
            )
            return redirect("hours:desk_activity", activity.pk)
    context = {"activity": activity, "form": form, "has_choices": bool(absent)}
    status = 422 if request.method == "POST" else 200
    return render(request, "hours/desk_enter.html", context, status=status)


def _place(signup: Signup) -> str:
    shift = signup.shift
    return f"{signup.volunteer.name} · {shift.name} {span_text(shift.starts_at, shift.ends_at)}"


@needs(Permission.HOURS_CORRECT)
@require_http_methods(["GET", "POST"])
def desk_reverse(request: HttpRequest, pk: int) -> HttpResponse:
    """Take posted hours back, and write the right times in their place."""
    record = fetch_record(request, Permission.HOURS_CORRECT, pk)
    form = ReverseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            newer = actions.reverse(
                record_id=record.pk,
                reason=form.cleaned_data["reason"],
                by=user_of(request),
                at=now(),
                times=form.span,
            )
        if not form.errors:
            words = "已冲销。" if form.span is None else "已冲销并重新记录，请另一位负责人复核。"
            messages.success(request, words)
            return redirect("hours:desk_record", newer.pk)
    status = 422 if request.method == "POST" else 200
    context = {"record": record, "activity": record.signup.shift.activity, "form": form}
    return render(request, "hours/desk_reverse.html", context, status=status)


@needs(Permission.HOURS_CORRECT)
@require_http_methods(["GET", "POST"])
def desk_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a volunteer's request to correct a record."""
    user = user_of(request)
    correction: Correction = access.fetch(
        user, Permission.HOURS_CORRECT, Correction.objects, at=now(), pk=pk
    )
    record = fetch_record(request, Permission.HOURS_CORRECT, correction.record_id)
    initial = {"starts_at": record.actual_from, "ends_at": record.actual_to}
    form = AnswerForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.answer_correction(
                correction_id=correction.pk,
                answer=form.cleaned_data["answer"],
                by=user,
                at=now(),
                times=form.span,
            )
        if not form.errors:
            messages.success(request, "已答复，志愿者会收到消息。")
            return redirect("hours:desk_record", record.pk)
    context = {
        "correction": correction,
        "record": record,
        "activity": record.signup.shift.activity,
        "form": form,
        "is_open": correction.state == CorrectionState.ASKED,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "hours/desk_answer.html", context, status=status)
