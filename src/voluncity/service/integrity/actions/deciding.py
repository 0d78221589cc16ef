"""Decide a case, and say what follows."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.city.policy import queries as policy
from voluncity.city.publicity import queries as publicity
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, Refusal
from voluncity.service.hours import actions as hours
from voluncity.service.hours.models import LIVE, ServiceRecord
from voluncity.service.hours.states import Right
from voluncity.service.integrity.actions.cases import step_case
from voluncity.service.integrity.actions.guards import case_within, require_assigned, words
from voluncity.service.integrity.models import Case, Sanction
from voluncity.service.integrity.states import CASE_FLOW, About, CaseState, SanctionKind

RIGHTS = {SanctionKind.STOP_ENTRY: Right.ENTER, SanctionKind.STOP_CONFIRM: Right.CONFIRM}
# Which sanctions fit whom: a volunteer neither enters nor confirms, and what an organization's
# volunteers scanned must always find somebody who confirms it.
FITTING: dict[str, tuple[SanctionKind, ...]] = {
    About.ORGANIZATION: (SanctionKind.WARNING, SanctionKind.CANCEL, SanctionKind.STOP_ENTRY),
    About.ORGANIZER: tuple(SanctionKind),
    About.VOLUNTEER: (SanctionKind.WARNING, SanctionKind.CANCEL),
}


@transaction.atomic
def decide(
    *, case_id: int, is_founded: bool, reason: str, by: User, at: datetime,
    kinds: Collection[str] = (),
) -> Case:  # fmt: skip
    """Decide a case. Rights are lost at once; hours are cancelled when the case is closed.

    The accused must have answered, or let the deadline pass, before anything is founded.
    :raises BadInput: without a reason, or with sanctions that do not fit.
    :raises NotAllowed: for everybody but the person to whom it was assigned.
    """
    said = words(reason, field="reason", label="认定理由")
    case = case_within(case_id, by=by)
    require_assigned(case, by=by)
    target = CASE_FLOW.after("find" if is_founded else "clear", case.state)
    today = local_date(at)
    changes: dict[str, Any] = {
        "state": target, "decision": said, "decided_at": at, "decided_by": by,
    }  # fmt: skip
    if is_founded:
        chosen = _fitting(case, kinds)
        _require_hearing(case, today=today)
        workdays = policy.number("integrity.appeal_workdays", on=today)
        changes |= {"appeal_due_on": publicity.due_on(today, workdays)}
    else:
        changes |= {"closed_at": at, "closed_by": by}
    step_case(case, (case.state,), **changes)
    if is_founded:
        _impose(case, chosen, by=by, at=at)
    verb = "integrity.find" if is_founded else "integrity.clear"
    record(verb, case, by=by, at=at, sanctions=sorted(str(kind) for kind in kinds))
    return case


def _require_hearing(case: Case, *, today: date) -> None:
    due = case.answer_due_on
    if case.state == CaseState.ASKED and due is not None and today <= due:
        raise Refusal(
            f"对方可以说明到 {due.month}月{due.day}日，请等对方说明或期满后再认定。",
            code="integrity.not_heard",
        )


def _fitting(case: Case, kinds: Collection[str]) -> list[SanctionKind]:
    chosen = [kind for kind in SanctionKind if kind in set(kinds)]
    if not chosen:
        raise BadInput("请至少选择一项处理措施；没有问题的，请选“查无问题”。", field="kinds")
    wrong = [kind.label for kind in chosen if kind not in FITTING[case.about]]
    if wrong:
        raise BadInput(
            f"“{'、'.join(wrong)}”不适用于{case.get_about_display()}，请重新选择。", field="kinds"
        )
    return chosen


def _impose(case: Case, kinds: Collection[SanctionKind], *, by: User, at: datetime) -> None:
    today = local_date(at)
    until = _months_later(today, policy.number("integrity.stop_months", on=today))
    for kind in kinds:
        sanction = Sanction(case=case, kind=kind)
        if kind in RIGHTS:
            sanction.until = until
            sanction.suspension = hours.suspend(
                right=RIGHTS[kind], until=until, reason=f"时长核查第 {case.pk} 号", by=by, at=at,
                organization=case.organization if case.about == About.ORGANIZATION else None,
                user=case.organizer,
            )  # fmt: skip
            sanction.done_at = at
        sanction.save(force_insert=True)
        if kind == SanctionKind.CANCEL:
            sanction.records.set(
                ServiceRecord.objects.in_scope(scope_of(by, Permission.ANOMALY_DECIDE))
                .filter(evidence_of__finding__case=case, state__in=LIVE)
                .distinct()
            )


def _months_later(day: date, months: int) -> date:
    """Return the same day so many months later, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")
