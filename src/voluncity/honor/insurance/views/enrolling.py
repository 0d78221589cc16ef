"""The desk: the yearly list of four stars and up, from the rule to the policy's number."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from voluncity.city.access import actions as access
from voluncity.city.access.marks import needs
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.people.asking import user_of
from voluncity.city.people.models import User, Volunteer
from voluncity.honor.insurance import actions, queries
from voluncity.honor.insurance.forms import (
    AddPersonForm,
    EnrollmentForm,
    NothingForm,
    NumberForm,
    ReasonForm,
)
from voluncity.honor.insurance.models import Enrollment, Insured
from voluncity.honor.insurance.states import ENROLLMENT_FLOW, Answer, EnrollmentState
from voluncity.honor.insurance.views.handling import Act, Handling
from voluncity.honor.insurance.views.policies import own_regions
from voluncity.kernel.refusals import NotFound
from voluncity.web.forms import refusals_in

P = Permission
PER_PAGE = 50
UNPROCESSABLE = 422


@needs(P.INSURANCE_EDIT)
@never_cache
@require_safe
def desk_enrollments(request: HttpRequest) -> HttpResponse:
    """List the yearly lists within reach."""
    found = queries.enrollments(scope_of(request.user, P.INSURANCE_EDIT))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "insurance/desk_enrollments.html", {"page": page})


@needs(P.INSURANCE_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def desk_enroll(request: HttpRequest) -> HttpResponse:
    """Draft the policy and its list by rule."""
    form = EnrollmentForm(
        request.POST if request.method == "POST" else None, regions=own_regions(user_of(request))
    )
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            made = actions.start_enrollment(
                plan=form.plan(),
                stars_least=form.cleaned_data["stars_least"],
                by=user_of(request),
                at=now(),
            )
        if not form.errors:
            messages.success(request, "名单已按星级生成，核对后请另一位同事复核。")
            return redirect("insurance:desk_enrollment", made.pk)
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "insurance/desk_enroll.html", {"form": form}, status=status)


def _bare(action: Any) -> Act:
    def act(enrollment: Enrollment, _form: Any, by: User, at: datetime) -> object:
        return action(enrollment_id=enrollment.pk, by=by, at=at)

    return act


def _reasoned(action: Any) -> Act:
    def act(enrollment: Enrollment, form: Any, by: User, at: datetime) -> object:
        reason = form.cleaned_data["reason"]
        return action(enrollment_id=enrollment.pk, reason=reason, by=by, at=at)

    return act


def _cover(enrollment: Enrollment, form: Any, by: User, at: datetime) -> object:
    number = form.cleaned_data["number"]
    return actions.cover_enrollment(enrollment_id=enrollment.pk, number=number, by=by, at=at)


HANDLINGS = {
    one.verb: one
    for one in (
        Handling(
            "confirm", "复核通过，请本人确认", NothingForm, _bare(actions.confirm_enrollment),
            "已复核，名单上的人会收到消息，请他们答复。",
        ),
        Handling(
            "reopen", "退回修改", ReasonForm, _reasoned(actions.reopen_enrollment), "已退回。"
        ),
        Handling(
            "send", "已报保险公司", NothingForm, _bare(actions.send_enrollment),
            "已记下。收到保单号后在这里登记。",
        ),
        Handling("cover", "登记保单号", NumberForm, _cover, "已承保，名单上的人会收到消息。"),
        Handling(
            "cancel", "取消名单", ReasonForm, _reasoned(actions.cancel_enrollment), "已取消。"
        ),
    )
}  # fmt: skip


def _fetch(request: HttpRequest, pk: int) -> Enrollment:
    found = access.fetch(
        request.user,
        P.INSURANCE_EDIT,
        Enrollment.objects.select_related("policy", "region", "started_by", "confirmed_by"),
        at=now(),
        pk=pk,
    )
    return cast(Enrollment, found)


@needs(P.INSURANCE_EDIT)
@never_cache
@require_safe
def desk_enrollment(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one list with its people and what may be done."""
    return _page(request, _fetch(request, pk))


@needs(P.INSURANCE_EDIT)
@require_POST
def desk_enrollment_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Take one step of a list; a form with errors is drawn again."""
    enrollment = _fetch(request, pk)
    handling = HANDLINGS.get(verb)
    if handling is None:
        raise NotFound("没有这一步，请回到名单页面。")
    form = handling.form(request.POST)
    if form.is_valid():
        with refusals_in(form):
            handling.act(enrollment, form, user_of(request), now())
    if form.errors:
        return _page(request, _fetch(request, pk), bound={verb: form})
    messages.success(request, handling.done)
    return redirect("insurance:desk_enrollment", pk)


@needs(P.INSURANCE_EDIT)
@require_POST
def desk_add_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Put somebody of one's area on the list by hand."""
    enrollment = _fetch(request, pk)
    form = AddPersonForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            actions.add_person(
                enrollment_id=pk,
                volunteer=volunteer_near(request, form.cleaned_data["number"]),
                reason=form.cleaned_data["reason"],
                by=user_of(request),
                at=now(),
            )
    if form.errors:
        return _page(request, enrollment, adding=form)
    messages.success(request, "已加入名单。")
    return redirect("insurance:desk_enrollment", pk)


def volunteer_near(request: HttpRequest, number: str) -> Volunteer:
    """Return the volunteer with this number in one's area.

    :raises NotFound: at the field, when there is none.
    """
    try:
        found = access.fetch(
            request.user, P.INSURANCE_EDIT, Volunteer.objects.all(), at=now(), number=number
        )
    except NotFound as refusal:
        raise NotFound("您的管理范围内没有这个编号，请到名册里核对。", field="number") from refusal
    return cast(Volunteer, found)


@needs(P.INSURANCE_EDIT)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def desk_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one person of a list: take off, put back, write down an answer given on paper."""
    rows = Insured.objects.filter(enrollment__isnull=False).select_related(
        "volunteer__region", "enrollment", "policy", "answered_by"
    )
    row: Insured = access.fetch(request.user, P.INSURANCE_EDIT, rows, at=now(), pk=pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    verb = request.POST.get("verb", "")
    if request.method == "POST":
        if verb in {"agree", "decline"}:
            actions.answer_enrollment(
                insured_id=pk, agrees=verb == "agree", by=user_of(request), at=now()
            )
            messages.success(request, "已登记书面答复。")
            return redirect("insurance:desk_enrollment", row.enrollment_id)
        if form.is_valid():
            turn = actions.put_back if row.is_left_out else actions.leave_out
            with refusals_in(form):
                turn(
                    insured_id=pk, reason=form.cleaned_data["reason"], by=user_of(request), at=now()
                )
            if not form.errors:
                messages.success(request, "名单已调整。")
                return redirect("insurance:desk_enrollment", row.enrollment_id)
    state = row.enrollment.state if row.enrollment else ""
    context = {
        "row": row,
        "form": form,
        "may_turn": state == EnrollmentState.OPEN,
        "may_answer": state == EnrollmentState.CONFIRMED and not row.is_left_out,
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "insurance/desk_person.html", context, status=status)


def _page(
    request: HttpRequest,
    enrollment: Enrollment,
    *,
    bound: dict[str, forms.Form] | None = None,
    adding: AddPersonForm | None = None,
) -> HttpResponse:
    found = enrollment.people.select_related("volunteer__region").order_by(
        "is_left_out", "-stars", "pk"
    )
    everybody = found.filter(is_left_out=False)
    possible = {step.verb for step in ENROLLMENT_FLOW.verbs(enrollment.state)}
    context = {
        "enrollment": enrollment,
        "policy": enrollment.policy,
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "numbers": {
            "all": everybody.count(),
            "agreed": everybody.filter(answer=Answer.AGREED).count(),
            "declined": everybody.filter(answer=Answer.DECLINED).count(),
            "asked": everybody.filter(answer=Answer.ASKED).count(),
        },
        "steps": [
            (one, (bound or {}).get(one.verb) or one.form())
            for one in HANDLINGS.values()
            if one.verb in possible
        ],
        "is_open": enrollment.state == EnrollmentState.OPEN,
        "adding": adding or AddPersonForm(),
    }
    status = UNPROCESSABLE if bound or adding else 200
    return render(request, "insurance/desk_enrollment.html", context, status=status)
