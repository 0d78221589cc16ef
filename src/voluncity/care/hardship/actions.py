"""Enter volunteers in need and what they were given; correct by voiding and reversing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from secrets import token_hex

from django.db import IntegrityError, transaction

from voluncity.care.hardship import queries, rules
from voluncity.care.hardship.models import Gift, Hardship
from voluncity.care.hardship.rules import CasePlan, GiftPlan
from voluncity.care.hardship.states import CASE_FLOW, CaseState, EndReason
from voluncity.city.access import personal
from voluncity.city.journal.actions import record
from voluncity.city.people.models import User, Volunteer
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotAllowed, Refusal, WrongState


@dataclass(frozen=True)
class Reading:
    """The sealed words of one case; they stay out of logs."""

    reason: str = field(repr=False)
    gifts: list[tuple[Gift, str]] = field(repr=False)


@transaction.atomic
def open_case(*, volunteer: Volunteer, plan: CasePlan, by: User, at: datetime) -> Hardship:
    """Enter a volunteer in need.

    :raises BadInput: at the field that is wrong.
    :raises NotAllowed: for oneself.
    :raises Refusal: when the record is closed, or an open case exists.
    """
    _refuse_own(volunteer, by)
    if volunteer.closed_at is not None:
        raise Refusal(
            "这份登记已经注销或并入另一份登记，请用现在的志愿者编号。",
            code="hardship.closed",
            field="number",
        )
    said, key = rules.checked_case(plan, today=local_date(at)), token_hex(8)
    case = Hardship(
        key=key,
        volunteer=volunteer,
        need=said.need,
        reason_cipher=personal.seal(said.reason, bound_to=f"hardship:{key}"),
        since=said.since,
        until=said.until,
        entered_at=at,
        entered_by=by,
    )
    try:
        with transaction.atomic():
            case.save(force_insert=True)
    except IntegrityError as error:
        raise Refusal(
            "这位志愿者已有正在帮扶的登记，请打开那份登记，直接登记慰问。",
            code="hardship.open_already",
            field="number",
        ) from error
    record("hardship.open", case, by=by, at=at, volunteer=volunteer.pk)
    return case


@transaction.atomic
def read_case(*, case: Hardship, by: User, at: datetime) -> Reading:
    """Return the sealed words of a case and write down who read them (RULES.md §3.4)."""
    record("hardship.read", case.volunteer, by=by, at=at, case=case.pk)
    given = [(gift, queries.note_of(gift)) for gift in queries.gifts_of(case)]
    return Reading(queries.reason_of(case), given)


@transaction.atomic
def extend_case(*, case: Hardship, until: date | None, by: User, at: datetime) -> None:
    """Move the day until which help is expected to be needed; None is without an end.

    :raises BadInput: when it lies before the beginning.
    :raises WrongState: when the case is not open.
    """
    _refuse_own(case.volunteer, by)
    rules.checked_until(until, since=case.since)
    if not Hardship.objects.filter(pk=case.pk, state=CaseState.OPEN).update(until=until):
        raise WrongState("这份登记已经结束，请刷新页面。", code="hardship.ended")
    record("hardship.extend", case, by=by, at=at, until=str(until) if until else None)


@transaction.atomic
def end_case(*, case: Hardship, reason: str, by: User, at: datetime) -> None:
    """End a case, or void it when the reason says that it never was so.

    :raises BadInput: without a reason from the list.
    :raises Refusal: when a case with gifts that count would be voided.
    :raises WrongState: when it is not open.
    """
    _refuse_own(case.volunteer, by)
    verb = rules.checked_end(reason)
    target = CASE_FLOW.after(verb, case.state)
    done = {"state": target, "ended_at": at, "ended_by": by, "end_reason": reason}
    if not Hardship.objects.filter(pk=case.pk, state=case.state).update(**done):
        raise WrongState("这份登记刚刚已经结束，请刷新页面。", code="hardship.ended")
    # Asked after the case was taken, so that no gift comes in between.
    if verb == "void" and queries.gifts_of(case).filter(reversed_at=None).exists():
        raise Refusal(
            "这份登记下还有慰问记录，请先逐条冲正，再作废登记。",
            code="hardship.has_gifts",
            field="reason",
        )
    record(f"hardship.{verb}", case, by=by, at=at, reason=reason)


@transaction.atomic
def give(*, case: Hardship, plan: GiftPlan, by: User, at: datetime) -> Gift:
    """Enter what somebody in need was given.

    :raises BadInput: at the field that is wrong.
    :raises NotAllowed: for oneself.
    :raises Refusal: when the same gift of that day is on record.
    :raises WrongState: when the case was voided.
    """
    _refuse_own(case.volunteer, by)
    said = rules.checked_gift(plan, since=case.since, today=local_date(at))
    if not _hold(case):
        raise WrongState("这份登记已经作废，不能再登记慰问。", code="hardship.void")
    key = token_hex(8)
    gift = Gift(
        key=key,
        hardship=case,
        what=said.what,
        value_fen=said.value_fen,
        given_on=said.given_on,
        occasion=said.occasion,
        given_by=said.given_by,
        signed_by=said.signed_by,
        note_cipher=personal.seal(said.note, bound_to=f"gift:{key}"),
        entered_at=at,
        entered_by=by,
    )
    try:
        with transaction.atomic():
            gift.save(force_insert=True)
    except IntegrityError as error:
        raise Refusal(
            "同一天已经登记过同样的慰问，请核对；确实是两份的，请在内容里写明。",
            code="hardship.same_gift",
            field="what",
        ) from error
    record("hardship.give", gift, by=by, at=at, case=case.pk, value_fen=gift.value_fen)
    return gift


def _hold(case: Hardship) -> bool:
    """Return whether gifts may still be entered; whoever is voiding it now waits, or was first."""
    live = Hardship.objects.filter(pk=case.pk).exclude(state=CaseState.VOID)
    return bool(live.update(key=case.key))


@transaction.atomic
def reverse_gift(*, gift: Gift, reason: str, by: User, at: datetime) -> None:
    """Let a gift count no more; it stays on record with the reason.

    :raises BadInput: without a reason from the list.
    :raises WrongState: when it was reversed already.
    """
    _refuse_own(gift.hardship.volunteer, by)
    why = rules.checked_reversal(reason)
    done = {"reversed_at": at, "reversed_by": by, "reversal_reason": why}
    if not Gift.objects.filter(pk=gift.pk, reversed_at=None).update(**done):
        raise WrongState("这条慰问已经冲正，请刷新页面。", code="hardship.reversed")
    record("hardship.reverse", gift, by=by, at=at, case=gift.hardship_id, reason=why)


@transaction.atomic
def forget_person(*, volunteer_ids: Iterable[int], by: User | None, at: datetime) -> None:
    """Remove the sealed words about somebody who closed the account; sums and days stay.

    An open case ends (PIPL art. 47).
    """
    cases = Hardship.objects.filter(volunteer__in=list(volunteer_ids))
    for case in cases.filter(state=CaseState.OPEN).select_related("entered_by"):
        done = {"ended_at": at, "ended_by": by or case.entered_by, "end_reason": EndReason.CLOSED}
        cases.filter(pk=case.pk).update(state=CaseState.ENDED, **done)
        record("hardship.end", case, by=by, at=at, reason=EndReason.CLOSED)
    Gift.objects.filter(hardship__in=cases).update(note_cipher="", signed_by="")
    cases.update(reason_cipher="")


def _refuse_own(volunteer: Volunteer, by: User) -> None:
    if volunteer.user_id == by.pk:
        raise NotAllowed("不能办理自己的困难登记和慰问，请由同事办理。", code="hardship.own")
