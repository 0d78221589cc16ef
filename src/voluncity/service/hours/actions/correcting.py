"""Correct by reversal: a wrong record stays in the books, a new one takes its place (第十三条)."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.claims import actions as claims
from voluncity.city.journal.actions import record
from voluncity.city.ledger import actions as ledger
from voluncity.city.people import queries as people
from voluncity.city.people.models import User, Volunteer
from voluncity.city.policy import queries as policy
from voluncity.city.publicity import queries as publicity
from voluncity.kernel.clock import local_date, span_text
from voluncity.kernel.refusals import BadInput, NotFound, Refusal, WrongState
from voluncity.kernel.text import clean
from voluncity.service.hours.actions.computing import save_by_hand
from voluncity.service.hours.actions.loading import locked, reason_text, refuse_own
from voluncity.service.hours.actions.posting import posting_data, refuse_records
from voluncity.service.hours.actions.presences import due_after
from voluncity.service.hours.actions.suspending import require_right
from voluncity.service.hours.models import Correction, ServiceRecord
from voluncity.service.hours.rules import (
    Span,
    account_key,
    entered_span,
    transfer_key,
    trust_of,
)
from voluncity.service.hours.states import (
    CORRECTION_FLOW,
    RECORD_FLOW,
    CorrectionState,
    RecordState,
    Right,
    Trust,
)

TEXT_MAX = 500


@transaction.atomic
def reverse(
    *, record_id: int, reason: str, by: User, at: datetime, times: Span | None = None
) -> ServiceRecord:
    """Take posted minutes back by the opposite transfer; with `times` a new record replaces it.

    Return the new record, or the reversed one. The new one needs a second person again.
    :raises NotFound: when the record is out of reach.
    :raises Refusal: when it is not posted, is the person's own, or the new times do not fit.
    """
    why = reason_text(reason)
    [one] = locked([record_id], by=by, permission=Permission.HOURS_CORRECT)
    RECORD_FLOW.after("reverse", one.state)
    refuse_own(one, by=by)
    reverse_posted(one, reason=why, by=by, at=at)
    return one if times is None else _replace(one, times=times, reason=why, by=by, at=at)


def reverse_posted(one: ServiceRecord, *, reason: str, by: User, at: datetime) -> None:
    """Move the minutes of a posted record back; the volunteer's turn must have been taken.

    :raises WrongState: when it is not posted any more.
    """
    changed = ServiceRecord.objects.filter(pk=one.pk, state=RecordState.POSTED).update(
        state=RecordState.REVERSED, state_reason=reason
    )
    if not changed or one.transfer_id is None:
        raise WrongState("这条记录刚刚被别人办理过，请刷新后再试。", code="wrong_state.reverse")
    needed = {account_key(one.volunteer_id, one.trust): one.minutes}
    claims.bring_back(
        volunteer_id=one.volunteer_id, needed=needed, key=transfer_key(one.pk), by=by, at=at
    )
    ledger.reverse(transfer_id=one.transfer_id, reason="志愿服务时长冲销", at=at, by=by)
    one.state, one.state_reason = RecordState.REVERSED, reason
    record("hours.reverse", one, by=by, at=at, **posting_data(one))


def _replace(
    old: ServiceRecord, *, times: Span, reason: str, by: User, at: datetime
) -> ServiceRecord:
    planned = Span(old.planned_from, old.planned_to)
    proven = _proven_stay(old)
    if proven is not None and proven.holds(times) and times.start < times.end:
        trust, span = Trust.PROVEN, times
    else:
        span = entered_span(start=times.start, end=times.end, planned=planned)
        trust = Trust.ENTERED
        require_right(Right.ENTER, by=by, organization_id=old.organization_id, at=at)
    basis = "在扫码签到签退的时间之内" if trust == Trust.PROVEN else "没有完整的扫码依据，须公示"
    new = ServiceRecord(
        signup=old.signup,
        volunteer=old.volunteer,
        organization=old.organization,
        planned_from=planned.start,
        planned_to=planned.end,
        rule=f"更正后：{span_text(span.start, span.end)}，共 {span.minutes} 分钟；{basis}；"
        "须经第二人复核。",
        due_on=due_after(local_date(at)),
        state_reason=reason,
        replaces=old,
    )
    return save_by_hand(new, actual=span, trust=trust, verb="hours.replace", by=by, at=at)


def _proven_stay(old: ServiceRecord) -> Span | None:
    attendance = getattr(old.signup, "attendance", None)
    if attendance is None or attendance.out_at is None:
        return None
    if attendance.pauses.exists():  # which part of the new times was away, nobody can scan now
        return None
    if trust_of(attendance.in_method, attendance.out_method) != Trust.PROVEN:
        return None
    return Span(attendance.in_at, attendance.out_at)


@transaction.atomic
def ask_correction(
    *, record_id: int, volunteer: Volunteer, text: str, by: User, at: datetime
) -> Correction:
    """Ask the recording organization to correct a record; one request at a time.

    :raises NotFound: when the record is not the volunteer's.
    :raises BadInput: when the text is missing or too long.
    :raises Refusal: when a request is open, or a newer record has taken its place.
    """
    said = clean(text, max_length=TEXT_MAX, field="text", multiline=True, label="说明")
    if not said:
        raise BadInput("请写明哪里不对、应该是多少。", code="hours.no_text", field="text")
    own = ServiceRecord.objects.filter(volunteer__in=people.records_of(volunteer))
    one = own.filter(pk=record_id).first()
    if one is None:
        raise NotFound("没有找到这条时长记录。")
    if ServiceRecord.objects.filter(replaces=one).exists() or one.state == RecordState.REVERSED:
        raise WrongState(
            "这条记录已经冲销，不再计入。如对新的记录有疑问，请对新记录提出。",
            code="hours.replaced",
        )
    today = local_date(at)
    correction = Correction(
        record=one,
        text=said,
        asked_at=at,
        due_on=publicity.due_on(today, policy.number("hours.correction_workdays", on=today)),
    )
    try:
        with transaction.atomic():
            correction.save(force_insert=True)
    except IntegrityError as open_one:
        raise Refusal(
            "您对这条记录的更正申请正在处理，请等候答复。", code="hours.correction_open"
        ) from open_one
    on_behalf_of = volunteer if volunteer.user_id != by.pk else None
    record(
        "hours.ask_correction",
        one,
        by=by,
        at=at,
        on_behalf_of=on_behalf_of,
        correction=correction.pk,
    )
    return correction


@transaction.atomic
def answer_correction(
    *, correction_id: int, answer: str, by: User, at: datetime, times: Span | None = None
) -> Correction:
    """Answer a volunteer's request: with `times` the record is replaced, without it stays.

    :raises NotFound: when the request is out of reach.
    :raises Refusal: when it was answered already, is the person's own, or the times do not fit.
    """
    said = reason_text(answer, field="answer")
    reach = Correction.objects.in_scope(scope_of(by, Permission.HOURS_CORRECT))
    correction: Correction | None = reach.filter(pk=correction_id).first()
    if correction is None:
        raise NotFound("没有找到这项更正申请，或者它不在您的管理范围内。")
    [one] = locked([correction.record_id], by=by, permission=Permission.HOURS_CORRECT)
    refuse_own(one, by=by)
    verb = "decline" if times is None else "correct"
    state = CORRECTION_FLOW.after(verb, correction.state)
    changed = Correction.objects.filter(pk=correction.pk, state=CorrectionState.ASKED).update(
        state=state, answer=said, answered_at=at, answered_by=by
    )
    if not changed:
        raise WrongState("这项申请刚刚被别人答复过，请刷新页面。", code="wrong_state.answer")
    if times is not None:
        _take_back(one, reason=said, by=by, at=at)
        _replace(one, times=times, reason=said, by=by, at=at)
    record(f"hours.{verb}", one, by=by, at=at, volunteer=one.volunteer_id, correction=correction.pk)
    correction.refresh_from_db()
    return correction


def _take_back(one: ServiceRecord, *, reason: str, by: User, at: datetime) -> None:
    """Make room for the corrected record, whatever became of the old one so far."""
    if one.state == RecordState.POSTED:
        reverse_posted(one, reason=reason, by=by, at=at)
    elif one.state != RecordState.REFUSED:
        refuse_records([one], reason=reason, by=by, at=at)
