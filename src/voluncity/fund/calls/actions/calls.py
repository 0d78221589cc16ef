"""Write a call, publish it with its form, give more time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from voluncity.city.journal.actions import record
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.city.regions.models import Region
from voluncity.fund.calls import queries
from voluncity.fund.calls.actions.steps import said
from voluncity.fund.calls.actions.terms import revive
from voluncity.fund.calls.models import Call, Extension, FormVersion, LineKind
from voluncity.fund.calls.rules.calls import CallPlan, near_instant
from voluncity.fund.calls.states import CallState, FormState
from voluncity.fund.governance import actions as governance
from voluncity.fund.governance.models import Fund, Purpose
from voluncity.fund.governance.queries import resolutions
from voluncity.kernel.refusals import BadInput, WrongState

_PLAIN = (
    "title", "intro", "contact", "least_years", "least_stars", "least_fen", "most_fen", "most_each",
)  # fmt: skip
_PUBLISH, _GIVE_TIME = "发布申报通知", "延长申报时间"


@transaction.atomic
def write_call(*, fund: Fund, plan: CallPlan, by: User, at: datetime) -> Call:
    """Begin a call of a fund, with an empty form.

    :raises BadInput: at the field that is wrong.
    :raises WrongState: when the fund has ended.
    """
    governance.hold_running(fund, what=_PUBLISH)
    fine = plan.checked()
    call = Call(fund=fund, written_at=at, written_by=by, changed_at=at, changed_by=by)
    _fill(call, fine)
    call.save(force_insert=True)
    _write_parts(call, fine)
    FormVersion.objects.create(call=call, number=1, changed_at=at, changed_by=by)
    _record("write_call", call, by=by, at=at)
    return call


@transaction.atomic
def change_call(*, call: Call, plan: CallPlan, seen: int, by: User, at: datetime) -> Call:
    """Change a call that is not out, if nobody has since edition `seen`.

    :raises BadInput: at the field that is wrong.
    :raises WrongState: when it is out, or somebody was faster.
    """
    if call.state != CallState.DRAFT:
        raise WrongState("通知已经发布，不能修改。需要更多时间可以推迟截止时间。")
    fine = plan.checked()
    _take(call, seen, by=by, at=at)
    _fill(call, fine)
    call.save(update_fields=[*_PLAIN, "kinds", "opens_at", "ends_at", "purpose", "resolution"])
    call.line_kinds.all().delete()
    _write_parts(call, fine)
    _record("change_call", call, by=by, at=at)
    return call


def _take(call: Call, seen: int, *, by: User, at: datetime) -> None:
    """Claim the next edition of a call.

    :raises WrongState: when somebody was faster.
    """
    same = Call.objects.filter(pk=call.pk, state=call.state, edition=seen)
    if not same.update(edition=F("edition") + 1, changed_at=at, changed_by=by):
        now = queries.detailed_calls().get(pk=call.pk)
        raise WrongState(
            f"{now.changed_by} 刚刚改过这份通知，请刷新页面，看过最新的内容再修改。",
            code="calls.was_faster",
        )
    call.refresh_from_db(fields=["edition", "changed_at", "changed_by"])


def _fill(call: Call, plan: CallPlan) -> None:
    for name in _PLAIN:
        setattr(call, name, getattr(plan, name))
    call.opens_at, call.ends_at = plan.window
    call.kinds = list(plan.kinds)
    purposes = Purpose.objects.filter(fund=call.fund_id, ended_at=None)
    call.purpose = purposes.filter(pk=plan.purpose_id or 0).first()
    if plan.purpose_id and call.purpose is None:
        raise BadInput("没有这个资助方向，请重新选择。", field="purpose")
    call.resolution = resolutions(call.fund).filter(pk=plan.resolution_id or 0).first()
    if plan.resolution_id and call.resolution is None:
        raise BadInput("没有这项决议，请重新选择。", field="resolution")


def _write_parts(call: Call, plan: CallPlan) -> None:
    near = Region.objects.filter(path__startswith=call.fund.region.path, pk__in=plan.region_ids)
    if near.count() != len(set(plan.region_ids)):
        raise BadInput("请选择基金范围内的区县。", field="regions")
    call.regions.set(near)
    LineKind.objects.bulk_create(
        LineKind(
            call=call, place=place, name=one.name, hint=one.hint,
            most_percent=one.most_percent, is_management=one.is_management,
        )
        for place, one in enumerate(plan.line_kinds)
    )  # fmt: skip


@transaction.atomic
def publish_call(*, call: Call, seen: int, by: User, at: datetime) -> Call:
    """Let everybody read a call; its first form is frozen with it.

    :raises WrongState: when it is out, its window is over, its fund has ended, or somebody was
        faster.
    :raises BadInput: when its form asks nothing.
    """
    if call.state != CallState.DRAFT:
        raise WrongState("这份通知已经发布，请刷新页面。")
    governance.hold_running(call.fund, what=_PUBLISH)
    if call.ends_at <= at:
        raise WrongState("截止时间已经过了，请先修改截止日期再发布。", code="calls.window_over")
    _take(call, seen, by=by, at=at)
    form = publish_form_of(call, at=at)
    Call.objects.filter(pk=call.pk).update(
        state=CallState.OPEN, form=form, published_at=at, published_by=by
    )
    call.refresh_from_db()
    _record("publish_call", call, by=by, at=at)
    return call


def publish_form_of(call: Call, *, at: datetime) -> FormVersion:
    """Freeze the form that is being built.

    :raises BadInput: when a section asks nothing.
    :raises WrongState: when none is being built.
    """
    form = queries.form_being_built(call)
    if form is None:
        raise WrongState("没有正在编制的申报表，请刷新页面。")
    empty = next((one.title for one in form.spec.sections if not one.questions), "")
    if empty:
        raise BadInput(f"“{empty}”一栏还没有题目，请添加题目或者删除这一栏。")
    same = FormVersion.objects.filter(pk=form.pk, state=FormState.DRAFT, edition=form.edition)
    if not same.update(state=FormState.PUBLISHED, published_at=at, edition=F("edition") + 1):
        raise WrongState("申报表刚刚被别人改过，请看过最新的内容再启用。", code="calls.was_faster")
    form.refresh_from_db()
    return form


@transaction.atomic
def postpone_end(*, call: Call, ends_at: datetime, reason: str, by: User, at: datetime) -> Call:
    """Move the end of a call to a later minute, for everybody; what lapsed goes on.

    :raises BadInput: without a reason, or when it is not later.
    :raises WrongState: when it is not out, or its fund has ended.
    """
    governance.hold_running(call.fund, what=_GIVE_TIME)
    words = said(reason, "原因", field="reason")
    near_instant(ends_at, at=max(at, call.ends_at), field="closes_on")
    later = Call.objects.filter(pk=call.pk, state=CallState.OPEN, ends_at__lt=ends_at)
    if ends_at <= at or not later.update(
        ends_at=ends_at, end_reason=words, edition=F("edition") + 1, changed_at=at, changed_by=by
    ):
        raise BadInput("新的截止时间应晚于原来的截止时间，请核对。", field="closes_on")
    call.refresh_from_db()
    _record("postpone_end", call, by=by, at=at)
    revive(call, at=at)
    return call


@transaction.atomic
def extend(
    *, call: Call, organization: Organization, ends_at: datetime, reason: str, by: User,
    at: datetime,
) -> Extension:  # fmt: skip
    """Give one organization more time; what lapsed meanwhile goes on.

    :raises BadInput: without a reason, or when it is no more time.
    :raises WrongState: when the call is not out, or its fund has ended.
    """
    governance.hold_running(call.fund, what=_GIVE_TIME)
    if call.state != CallState.OPEN:
        raise WrongState("通知还没有发布，不能延期。")
    words = said(reason, "原因", field="reason")
    if ends_at <= max(at, queries.end_for(call, organization.pk)):
        raise BadInput("延期应晚于现在的截止时间，请核对。", field="closes_on")
    near_instant(ends_at, at=max(at, call.ends_at), field="closes_on")
    given = Extension.objects.create(
        call=call, organization=organization, ends_at=ends_at, reason=words, given_at=at,
        given_by=by,
    )  # fmt: skip
    _record("extend", call, by=by, at=at, organization=organization.pk, extension=given.pk)
    revive(call, at=at, organization_id=organization.pk)
    return given


def _record(verb: str, call: Call, *, by: User, at: datetime, **data: int) -> None:
    facts: dict[str, Any] = {"fund": call.fund_id, **data}
    record(f"calls.{verb}", ("fund_call", call.pk), by=by, at=at, **facts)
