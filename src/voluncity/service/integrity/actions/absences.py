"""Raise who did not come, let the leader say whether it counts, and hear the appeal."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import DurationField, Exists, ExpressionWrapper, F, OuterRef, Value

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.journal.actions import record, record_many
from voluncity.city.journal.models import Entry
from voluncity.city.people import queries as people
from voluncity.city.people.models import User, Volunteer
from voluncity.city.policy import queries as policy
from voluncity.city.publicity import queries as publicity
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotAllowed, NotFound, Refusal, WrongState
from voluncity.service.hours.models import LIVE, ServiceRecord
from voluncity.service.integrity.actions.guards import words
from voluncity.service.integrity.models import Absence
from voluncity.service.integrity.states import ABSENCE_FLOW, AbsenceKind, AbsenceState
from voluncity.service.projects.states import ActivityState, ProjectState
from voluncity.service.signups.models import Attendance, Signup
from voluncity.service.signups.states import SignupState

RECENT = timedelta(days=14)
SETTLED = timedelta(hours=24)  # forgotten check-ins are entered by then
REASON_MAX, APPEAL_MAX = 200, 500
BY_RECORD = "有服务时长记录，实际到场。"


def raise_absences(*, at: datetime) -> int:
    """Raise the absences of the last days for the leaders; return how many.

    A shift where nobody was seen at all did not use check-in, and says nothing about anybody.
    Absences of people whose hours were recorded since are excused by themselves.
    """
    _excuse_recorded(at=at)
    return _raise(_no_shows(at=at), AbsenceKind.NO_SHOW, at=at) + _raise(
        _late_cancels(at=at), AbsenceKind.LATE_CANCEL, at=at
    )


def _no_shows(*, at: datetime) -> list[int]:
    somebody = Attendance.objects.filter(signup__shift=OuterRef("shift"))
    served = ServiceRecord.objects.filter(signup=OuterRef("pk"))
    absent = Signup.objects.filter(
        Exists(somebody),
        ~Exists(served),
        state=SignupState.PLACED,
        attendance=None,
        absence=None,
        shift__ends_at__range=(at - RECENT, at - SETTLED),
    ).exclude(shift__activity__state=ActivityState.CANCELLED)
    # Who came to a training may stand on a list from paper alone.
    absent = absent.exclude(shift__activity__project__state=ProjectState.TEACHING)
    return list(absent.order_by("pk").values_list("pk", flat=True))


def _late_cancels(*, at: datetime) -> list[int]:
    minutes = policy.number("integrity.late_cancel_minutes", on=local_date(at))
    late = ExpressionWrapper(
        F("shift__starts_at") - Value(timedelta(minutes=minutes)), output_field=DurationField()
    )
    gone = Signup.objects.filter(
        state=SignupState.CANCELLED, absence=None, cancelled_at__gte=late,
        shift__starts_at__range=(at - RECENT, at),
    ).exclude(shift__activity__state=ActivityState.CANCELLED)  # fmt: skip
    gone = gone.exclude(shift__activity__project__state=ProjectState.TEACHING)
    ids = list(gone.order_by("pk").values_list("pk", flat=True))
    # Only who held a place until then kept somebody else out of it. What nobody cancelled (the
    # account was closed, a guardian agrees no more) is nobody's fault.
    told = Entry.objects.filter(
        verb="signups.cancel", subject_type="signup", subject_id__in=ids, data__was_placed=True,
        actor__isnull=False,
    )  # fmt: skip
    held = set(told.values_list("subject_id", "at"))
    when = dict(gone.values_list("pk", "cancelled_at"))
    return [number for number in ids if (number, when[number]) in held]


@transaction.atomic
def _raise(signup_ids: list[int], kind: AbsenceKind, *, at: datetime) -> int:
    Absence.objects.bulk_create(
        [Absence(signup_id=number, kind=kind, raised_at=at) for number in signup_ids],
        ignore_conflicts=True,
        batch_size=500,
    )
    raised = Absence.objects.filter(signup__in=signup_ids, raised_at=at, kind=kind)
    rows = list(raised.select_related("signup"))
    data = [(one, {"signup": one.signup_id, "kind": str(kind)}) for one in rows]
    record_many("integrity.raise_absence", data, by=None, at=at)
    return len(rows)


@transaction.atomic
def _excuse_recorded(*, at: datetime) -> None:
    served = ServiceRecord.objects.filter(signup=OuterRef("signup"), state__in=LIVE)
    there = Absence.objects.filter(Exists(served), state=AbsenceState.RAISED)
    rows = list(there)
    there.filter(pk__in=[one.pk for one in rows]).update(
        state=AbsenceState.EXCUSED, reason=BY_RECORD, decided_at=at
    )
    record_many("integrity.excuse_absence", [(one, {}) for one in rows], by=None, at=at)


@transaction.atomic
def confirm_absence(*, absence_id: int, reason: str, by: User, at: datetime) -> Absence:
    """Say that somebody did not come, and why it counts; the person is told and can appeal.

    :raises NotFound: when it is out of reach.
    :raises NotAllowed: for the person's own absence.
    """
    today = local_date(at)
    due = publicity.due_on(today, policy.number("integrity.absence_appeal_workdays", on=today))
    return _decide(absence_id, "confirm", reason, by=by, at=at, appeal_due_on=due)


@transaction.atomic
def excuse_absence(*, absence_id: int, reason: str, by: User, at: datetime) -> Absence:
    """Say why an absence does not count."""
    return _decide(absence_id, "excuse", reason, by=by, at=at)


def _decide(
    absence_id: int, verb: str, reason: str, *, by: User, at: datetime, **more: Any
) -> Absence:
    said = words(reason, field="reason", label="核实情况", most=REASON_MAX)
    one = _within(absence_id, Permission.HOURS_CONFIRM, by=by)
    target = ABSENCE_FLOW.after(verb, one.state)
    _step(one, state=target, reason=said, decided_at=at, decided_by=by, **more)
    record(f"integrity.{verb}_absence", one, by=by, at=at, volunteer=one.signup.volunteer_id)
    return one


@transaction.atomic
def appeal_absence(
    *, absence_id: int, text: str, volunteer: Volunteer, by: User, at: datetime
) -> Absence:
    """Say why an absence is wrong, or could not be helped.

    :raises NotFound: for everybody but the volunteer.
    :raises Refusal: when the time is over.
    """
    said = words(text, field="text", label="申诉理由", most=APPEAL_MAX)
    mine = Absence.objects.filter(signup__volunteer__in=people.records_of(volunteer))
    one: Absence | None = mine.filter(pk=absence_id).select_related("signup__volunteer").first()
    if one is None:
        raise NotFound("没有找到这条缺席记录。")
    target = ABSENCE_FLOW.after("appeal", one.state)
    due = one.appeal_due_on
    if due is not None and local_date(at) > due:
        raise Refusal(
            f"申诉期限到 {due.month}月{due.day}日为止，已经过了。如有误，请联系组织负责人。",
            code="integrity.appeal_over",
        )
    _step(one, state=target, appeal=said, appealed_at=at)
    record("integrity.appeal_absence", one, by=by, at=at, volunteer=one.signup.volunteer_id)
    return one


@transaction.atomic
def answer_absence(
    *, absence_id: int, is_lifted: bool, answer: str, by: User, at: datetime
) -> Absence:
    """Hear the appeal as another person than who confirmed the absence.

    :raises NotAllowed: for who confirmed it.
    """
    said = words(answer, field="reason", label="答复", most=APPEAL_MAX)
    one = _within(absence_id, Permission.HOURS_APPROVE, by=by)
    verb = "lift" if is_lifted else "uphold"
    target = ABSENCE_FLOW.after(verb, one.state)
    if one.decided_by_id == by.pk:
        raise NotAllowed(
            "这次缺席是您确认的，申诉须由另一位负责人办理。", code="integrity.same_person"
        )
    _step(one, state=target, answer=said, answered_at=at, answered_by=by)
    record(f"integrity.{verb}_absence", one, by=by, at=at, volunteer=one.signup.volunteer_id)
    return one


def _within(absence_id: int, permission: Permission, *, by: User) -> Absence:
    reach = Absence.objects.in_scope(scope_of(by, permission)).filter(pk=absence_id)
    one: Absence | None = reach.select_related("signup__volunteer").first()
    if one is None:
        raise NotFound("没有找到这条缺席记录，或者它不在您的管理范围内。")
    if people.holder_of(one.signup.volunteer) == by.pk:
        raise NotAllowed("这是您本人的缺席，请由另一位负责人办理。", code="integrity.own_case")
    return one


def _step(one: Absence, **changes: Any) -> None:
    if not Absence.objects.filter(pk=one.pk, state=one.state).update(**changes):
        raise WrongState("这条记录刚刚被别人办理过，请刷新页面。", code="wrong_state.absence")
    one.refresh_from_db()
