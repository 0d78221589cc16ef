"""Settle a session: who attended enough has passed, or may take the test."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F

from voluncity.city.journal.actions import record, record_many
from voluncity.city.people.models import User
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import Refusal, WrongState
from voluncity.service.hours.actions.presences import CityRules, computed
from voluncity.service.projects.models import Shift
from voluncity.service.projects.states import ActivityState
from voluncity.service.signups.models import Attendance
from voluncity.service.teaching import queries
from voluncity.service.teaching.models import CourseRule, Outcome, Session
from voluncity.service.teaching.rules import is_enough
from voluncity.service.teaching.states import OutcomeState, Source
from voluncity.service.training import actions as training
from voluncity.service.training.models import TrainingRecord


def settle_due(*, at: datetime) -> int:
    """Settle the sessions that are over; return how many."""
    due = queries.to_settle(at=at)
    for session_id in due:
        settle_session(session_id=session_id, by=None, at=at)
    return len(due)


@transaction.atomic
def settle_session(*, session_id: int, by: User | None, at: datetime) -> list[Outcome]:
    """Write down how everybody came through; again, it only adds what was not known before.

    :raises Refusal: while it is not over.
    :raises WrongState: when it was called off.
    """
    hold(session_id)
    session = queries.session_of(session_id)
    if session.activity.state != ActivityState.OPEN:
        raise WrongState("培训班已经取消，不能结业。", code="teaching.cancelled")
    if at < session.activity.ends_at:
        raise Refusal("培训还没有结束，请在最后一次课结束后再结业。", code="teaching.not_over")
    planned, known = planned_minutes(session), _known(session)
    changed = [
        _settled(session, volunteer_id, min(minutes, planned), planned, known.get(volunteer_id), at)
        for volunteer_id, minutes in sorted(_attended(session, at).items())
        if minutes and _is_news(known.get(volunteer_id), min(minutes, planned))
    ]
    Session.objects.filter(pk=session_id, settled_at=None).update(settled_at=at)
    record("teaching.settle_session", session, by=by, at=at, people=len(changed))
    tell(changed, by=by, at=at)
    return changed


def hold(session_id: int) -> None:
    """Let nobody else write outcomes of the session in this transaction."""
    Session.objects.filter(pk=session_id).update(settled_at=F("settled_at"))


def planned_minutes(session: Session) -> int:
    """Return how long all meetings of a session take."""
    shifts = Shift.objects.filter(activity=session.activity_id)
    return sum(int((one.ends_at - one.starts_at).total_seconds()) // 60 for one in shifts)


def _attended(session: Session, at: datetime) -> dict[int, int]:
    """Return the minutes within the meetings by volunteer, as hours of service are computed."""
    rows = (
        Attendance.objects.filter(signup__shift__activity=session.activity_id)
        .select_related("signup__shift__activity__project")
        .prefetch_related("pauses")
    )
    rules, found = CityRules(), defaultdict[int, int](int)
    for row in rows:
        found[row.signup.volunteer_id] += computed(row, rules, at=at).minutes
    return found


def _known(session: Session) -> dict[int, Outcome]:
    return {one.volunteer_id: one for one in session.outcomes.all()}


def _is_news(known: Outcome | None, minutes: int) -> bool:
    """Return whether scans say more than is known: a late upload may lift who missed too much."""
    return known is None or (known.state == OutcomeState.MISSED and minutes > known.minutes)


def _settled(
    session: Session,
    volunteer_id: int,
    minutes: int,
    planned: int,
    known: Outcome | None,
    at: datetime,
) -> Outcome:
    one = known or Outcome(session=session, volunteer_id=volunteer_id)
    one.source, one.minutes, one.planned_minutes = Source.SCAN, minutes, planned
    return write(one, by=None, at=at)


def write(one: Outcome, *, by: User | None, at: datetime) -> Outcome:
    """Decide by the course's rule of the day how somebody stands, and keep it."""
    rule = rule_for(one.session)
    one.settled_at = at
    if not is_enough(one.minutes, planned=one.planned_minutes, share_percent=rule.share_percent):
        one.state = OutcomeState.MISSED
    elif rule.asks_test:
        one.state = OutcomeState.TEST
    else:
        one.state, one.record = OutcomeState.PASSED, certificate(one, by=by, at=at)
    one.save()
    return one


def rule_for(session: Session) -> CourseRule:
    """Return what the course asked for when the session ended."""
    return queries.rule_of(session.course_id, on=local_date(session.activity.ends_at))


def certificate(one: Outcome, *, by: User | None, at: datetime) -> TrainingRecord:
    """Give a certificate for the day of the last meeting; one written down already is taken."""
    made: TrainingRecord = training.record_learned(
        course_id=one.session.course_id, volunteer_id=one.volunteer_id,
        organization_id=one.session.activity.project.organization_id,
        passed_on=local_date(one.session.activity.ends_at), minutes=one.minutes, by=by, at=at,
    )  # fmt: skip
    return made


def tell(outcomes: Iterable[Outcome], *, by: User | None, at: datetime) -> None:
    """Journal how people stand; the reader tells each of them."""
    rows = [
        (one, {"volunteer": one.volunteer_id, "session": one.session_id, "minutes": one.minutes})
        for one in outcomes
    ]
    record_many("teaching.outcome", rows, by=by, at=at)
