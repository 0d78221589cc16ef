"""Appeal against a decision; another person hears it; then the case is carried out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from voluncity.city.files.rules import Checked
from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.city.policy import queries as policy
from voluncity.city.publicity import actions as publicity
from voluncity.city.publicity.states import NoticeKind
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotAllowed, Refusal
from voluncity.service.hours import actions as hours
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.integrity.actions.cases import own_case, state_it, step_case
from voluncity.service.integrity.actions.guards import case_within, words
from voluncity.service.integrity.models import Case, Sanction
from voluncity.service.integrity.states import CASE_FLOW, About, CaseState, SanctionKind


@transaction.atomic
def appeal(
    *, case_id: int, text: str, by: User, at: datetime, photos: Sequence[Checked] = ()
) -> Case:
    """Appeal until the end of the deadline.

    :raises NotFound: for everybody but the accused.
    :raises Refusal: when the time is over.
    """
    case = own_case(case_id, by=by, on=local_date(at))
    target = CASE_FLOW.after("appeal", case.state)
    due = case.appeal_due_on
    if due is not None and local_date(at) > due:
        raise Refusal(
            f"申诉期限到 {due.month}月{due.day}日为止，已经过了。如有新的证据，请联系文明办。",
            code="integrity.appeal_over",
        )
    step_case(case, (case.state,), state=target)
    state_it(case, text=text, photos=photos, is_appeal=True, by=by, at=at)
    record("integrity.appeal", case, by=by, at=at)
    return case


@transaction.atomic
def decide_appeal(*, case_id: int, is_lifted: bool, reason: str, by: User, at: datetime) -> Case:
    """Hear an appeal as another person than who decided: lift the decision, or carry it out.

    :raises NotAllowed: for who decided.
    """
    said = words(reason, field="reason", label="申诉结果的理由")
    case = case_within(case_id, by=by)
    target = CASE_FLOW.after("lift" if is_lifted else "confirm", case.state)
    if case.decided_by_id == by.pk:
        raise NotAllowed(
            "这件核查是您认定的，申诉须由另一位工作人员办理。", code="integrity.same_person"
        )
    step_case(
        case, (CaseState.APPEALED,), state=target, appeal_decision=said, closed_at=at, closed_by=by
    )
    if is_lifted:
        _lift(case, by=by, at=at)
    else:
        _carry_out(case, by=by, at=at)
    verb = "integrity.lift" if is_lifted else "integrity.confirm"
    record(verb, case, by=by, at=at)
    return case


def settle_due(*, at: datetime) -> int:
    """Carry out what nobody appealed against in time; return how many cases that were."""
    due = Case.objects.filter(state=CaseState.FOUNDED, appeal_due_on__lt=local_date(at))
    ids = list(due.order_by("pk").values_list("pk", flat=True))
    return sum(_settle(number, at=at) for number in ids)


@transaction.atomic
def _settle(case_id: int, *, at: datetime) -> bool:
    target = CASE_FLOW.after("settle", CaseState.FOUNDED)
    founded = Case.objects.filter(
        pk=case_id, state=CaseState.FOUNDED, appeal_due_on__lt=local_date(at)
    )
    if not founded.update(state=target, closed_at=at):
        return False
    case = Case.objects.select_related("organization__region", "decided_by").get(pk=case_id)
    assert case.decided_by is not None  # noqa: S101 -- a constraint says so
    _carry_out(case, by=case.decided_by, at=at)
    record("integrity.settle", case, by=None, at=at)
    return True


def _carry_out(case: Case, *, by: User, at: datetime) -> None:
    """Cancel the hours in the books, and publish what the city publishes."""
    cancelling = case.sanctions.filter(kind=SanctionKind.CANCEL, done_at=None).first()
    if cancelling is not None:
        hours.cancel(
            # Also what took their place since: else a correction would save a wrong record.
            record_ids=list(
                ServiceRecord.objects.filter(signup__service_records__sanctions=cancelling)
                .distinct()
                .values_list("pk", flat=True)
            ),
            reason=f"时长核查第 {case.pk} 号认定不实",
            by=by,
            at=at,
        )
    Sanction.objects.filter(case=case, done_at=None).update(done_at=at)
    today = local_date(at)
    if case.about != About.ORGANIZATION:
        return  # a person's name is not hung out (PIPL)
    if policy.number("integrity.publish_organizations", on=today):
        publicity.show(
            kind=NoticeKind.CASES,
            title=f"时长核查结果：{case.organization.name}"[:120],
            body=_said(case),
            subject=case,
            region=case.organization.region,
            workdays=0,
            at=at,
            by=by,
        )


def _said(case: Case) -> str:
    measures = "、".join(one.get_kind_display() for one in case.sanctions.all())
    return f"经核查认定：{case.decision}\n处理措施：{measures}。"


def _lift(case: Case, *, by: User, at: datetime) -> None:
    for sanction in case.sanctions.filter(lifted_at=None):
        if sanction.suspension_id is not None:
            hours.lift_suspension(suspension_id=sanction.suspension_id, by=by, at=at)
    case.sanctions.filter(lifted_at=None).update(lifted_at=at)
