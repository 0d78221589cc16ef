"""Findings, cases, spot checks and absences for tests."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User, Volunteer
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.integrity import actions
from voluncity.service.integrity.models import Absence, Case, Draw, Finding, SpotCheck
from voluncity.service.integrity.rules import Found, digest_of, key_of
from voluncity.service.integrity.states import About, AbsenceKind, AbsenceState, CaseState, Rule
from voluncity.service.signups.models import Signup
from voluncity.testing.make_hours import EVENING

MONDAY = date(2026, 11, 16)


def make_finding(
    organization: Organization,
    *,
    organizer: User | None = None,
    volunteer: Volunteer | None = None,
    records: tuple[ServiceRecord, ...] = (),
    day: date = MONDAY,
    at: datetime = EVENING,
) -> Finding:
    """Return an open finding about an organization, or the organizer or volunteer named."""
    about = About.ORGANIZATION
    if organizer is not None or volunteer is not None:
        about = About.ORGANIZER if organizer else About.VOLUNTEER
    found = Found(
        Rule.BULK,
        about,
        organization.pk,
        day,
        {"records": 30, "people": 28, "absent": 30, "limit": 20},
        [one.pk for one in records],
        organizer_id=organizer.pk if organizer else None,
        volunteer_id=volunteer.pk if volunteer else None,
    )
    actions.keep([found], at=at)
    return Finding.objects.get(key=key_of(found))


def make_case(finding: Finding, *, by: User, at: datetime = EVENING, asked: bool = True) -> Case:
    """Return a case from a finding, in which the accused were asked."""
    case = actions.open_case(finding_id=finding.pk, by=by, at=at)
    if asked:
        actions.ask(case_id=case.pk, question="请说明这 30 条补记的由来。", by=by, at=at)
    case.refresh_from_db()
    return case


def make_founded(finding: Finding, *, by: User, at: datetime = EVENING) -> Case:
    """Return a case that was founded after the accused let their time pass."""
    case = make_case(finding, by=by, at=at)
    actions.decide(
        case_id=case.pk, is_founded=True, reason="没有签到表，也没有照片。", kinds=["warning"],
        by=by, at=at + timedelta(days=20),
    )  # fmt: skip
    case.refresh_from_db()
    assert case.state == CaseState.FOUNDED
    return case


def make_spot(record: ServiceRecord, *, week: date = MONDAY) -> SpotCheck:
    """Return a record that was drawn and waits for its check."""
    draw, _ = Draw.objects.get_or_create(
        week=week,
        defaults={
            "seed": "s", "seed_digest": digest_of("s"), "share_permille": 5,
            "announced_at": EVENING, "drawn_at": EVENING, "population": 1,
        },
    )  # fmt: skip
    return SpotCheck.objects.create(draw=draw, record=record)


def make_absence(
    signup: Signup, *, state: AbsenceState = AbsenceState.RAISED, by: User | None = None,
    at: datetime = EVENING,
) -> Absence:  # fmt: skip
    """Return that somebody did not come, raised, or confirmed and perhaps appealed against."""
    one = Absence.objects.create(signup=signup, kind=AbsenceKind.NO_SHOW, raised_at=at)
    if state != AbsenceState.RAISED:
        one.state, one.reason, one.decided_at, one.decided_by = state, "电话没有接", at, by
        one.appeal_due_on = at.date() + timedelta(days=7)
        if state == AbsenceState.APPEALED:
            one.appeal, one.appealed_at = "我到场了，没扫上码", at
        one.save()
    return one
