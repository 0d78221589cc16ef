"""Go and look: a visit is planned, written down, and answered by the organization."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from voluncity.city.files import actions as files
from voluncity.city.files.rules import Checked
from voluncity.city.people.models import User
from voluncity.fund.closings import queries
from voluncity.fund.closings.actions.standards import standard_for
from voluncity.fund.closings.actions.steps import note, refuse_own, said, take
from voluncity.fund.closings.models import Closing, Finding, Visit, Visitor, VisitPhoto
from voluncity.fund.closings.rules import (
    LATEST,
    LEAST_VISITORS,
    LONG_MOST,
    MOST_VISITORS,
    NOTE_MOST,
    PHOTOS_MOST,
    REASON_MOST,
    WHERE_MOST,
)
from voluncity.fund.closings.states import VISIT_FLOW, VISITED_IN, StandardKind, Verdict
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, WrongState
from voluncity.kernel.text import words as clean_words


@dataclass(frozen=True)
class VisitPlan:
    """When somebody goes where."""

    on: date
    where: str
    visitor_ids: Collection[int]


@dataclass(frozen=True)
class Found:
    """What was found at one item."""

    verdict: str
    note: str


@transaction.atomic
def plan_visit(*, closing: Closing, plan: VisitPlan, handle: str, by: User, at: datetime) -> Visit:
    """Plan a visit; the same mark again returns the first.

    :raises BadInput: when the day is over or far away, too few go, or one of the organization.
    :raises NotAllowed: when it is one's own organization's.
    :raises WrongState: when no report was handed in, or another visit is open.
    """
    first: Visit | None = Visit.objects.filter(handle=handle).first()
    if first is not None:
        return first
    refuse_own(closing.funding, by)
    where = clean_words(plan.where, "where", "地点", WHERE_MOST)
    if plan.on < local_date(at):
        raise BadInput("评估日期不能早于今天。", field="on")
    if plan.on > local_date(at) + LATEST:
        raise BadInput("评估日期应在一年以内，请核对。", field="on")
    _refuse_visitors(closing, plan.visitor_ids)
    take(closing, *VISITED_IN)
    standard = standard_for(closing.funding.fund, StandardKind.VISIT, by=None, at=at)
    try:
        with transaction.atomic():
            made = Visit.objects.create(
                handle=handle, closing=closing, standard=standard, on=plan.on, where=where,
                planned_at=at, planned_by=by,
            )  # fmt: skip
    except IntegrityError as error:
        raise WrongState(
            "已经有一次现场评估没有办完，请先登记结果或取消。", code="closings.visit_open"
        ) from error
    Visitor.objects.bulk_create(
        Visitor(visit=made, user_id=pk) for pk in sorted(set(plan.visitor_ids))
    )
    note(closing, "plan_visit", by=by, at=at, words=f"{plan.on:%Y-%m-%d}，{where}", visit=made.pk)
    return made


def _refuse_visitors(closing: Closing, ids: Collection[int]) -> None:
    if not LEAST_VISITORS <= len(set(ids)) <= MOST_VISITORS:
        raise BadInput(
            f"现场评估应由 {LEAST_VISITORS} 到 {MOST_VISITORS} 人一起去，请选择。", field="visitors"
        )
    fit = set(queries.may_visit(closing.funding).values_list("pk", flat=True))
    if not set(ids) <= fit:
        raise BadInput(
            "评估人员里有受资助方的人员，或者不是基金的工作人员和专家，请另选。", field="visitors"
        )


@transaction.atomic
def cancel_visit(*, visit: Visit, words: str, by: User, at: datetime) -> Visit:
    """Call a visit off.

    :raises BadInput: without a reason.
    :raises WrongState: when it was recorded.
    """
    refuse_own(visit.closing.funding, by)
    reason = said(words, "取消的原因")
    _step(visit, "cancel")
    note(visit.closing, "cancel_visit", by=by, at=at, words=reason, visit=visit.pk)
    return visit


@transaction.atomic
def record_visit(
    *,
    visit: Visit,
    answers: Mapping[int, Found],
    findings: str,
    photos: Sequence[Checked],
    by: User,
    at: datetime,
) -> Visit:
    """Write down what was found, by one of those who went.

    :raises BadInput: when an item has no answer, a shortcoming no words, or nothing is said.
    :raises NotAllowed: when one was not there.
    :raises WrongState: before the day, or when it was written down.
    """
    refuse_own(visit.closing.funding, by)
    if not visit.visitors.filter(user=by).exists():
        raise WrongState("只有参加评估的人员可以登记评估情况。", code="closings.was_not_there")
    if visit.on > local_date(at):
        raise WrongState("还没有到评估日期，到了当天再登记。", code="closings.too_early")
    text = said(findings, "总体情况", most=LONG_MOST, field="findings")
    found = _findings(visit, answers)
    if len(photos) > PHOTOS_MOST:
        raise BadInput(f"最多 {PHOTOS_MOST} 张照片。", field="photos")
    take(visit.closing, *VISITED_IN)
    _step(visit, "record", findings=text, recorded_at=at, recorded_by=by)
    Finding.objects.bulk_create(found)
    for checked in photos:
        stored = files.store(checked, subject=f"funding:{visit.closing.funding_id}", by=by, at=at)
        VisitPhoto.objects.create(visit=visit, file=stored)
    note(visit.closing, "record_visit", by=by, at=at, visit=visit.pk)
    return visit


def _findings(visit: Visit, answers: Mapping[int, Found]) -> list[Finding]:
    made = []
    for item in visit.standard.items.all():
        said_here = answers.get(item.pk)
        if said_here is None or said_here.verdict not in Verdict.values:
            raise BadInput(f"“{item.text}”还没有选择结果。", field=f"verdict{item.pk}")
        needs_words = said_here.verdict in {Verdict.NO, Verdict.PARTLY}
        words = clean_words(
            said_here.note, f"note{item.pk}", f"“{item.text}”的说明", NOTE_MOST, long=True,
            wanted=needs_words,
        )  # fmt: skip
        made.append(Finding(visit=visit, item=item, verdict=said_here.verdict, note=words))
    return made


@transaction.atomic
def answer_visit(*, visit: Visit, agrees: bool, words: str, by: User, at: datetime) -> Visit:
    """Say for the organization that the record is right, or what is not.

    :raises BadInput: when an objection says nothing.
    :raises WrongState: when it was answered, or the result is out.
    """
    label = "您的意见"
    text = clean_words(words, "words", label, REASON_MOST, long=True, wanted=not agrees)
    take(visit.closing, *VISITED_IN)
    verb = "agree" if agrees else "object"
    _step(visit, verb, answer=text, answered_at=at, answered_by=by)
    note(visit.closing, f"{verb}_visit", by=by, at=at, words=text, visit=visit.pk)
    return visit


def _step(visit: Visit, verb: str, **changes: object) -> None:
    changes["state"] = VISIT_FLOW.after(verb, visit.state)
    if not Visit.objects.filter(pk=visit.pk, state=visit.state).update(**changes):
        raise WrongState("刚刚有人办理过，请刷新页面查看最新情况。", code="closings.was_faster")
    visit.refresh_from_db()
