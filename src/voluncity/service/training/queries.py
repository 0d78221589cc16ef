"""Who has passed what."""

from __future__ import annotations

import secrets
from calendar import monthrange
from datetime import date, timedelta

from django.conf import settings
from django.db.models import QuerySet

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.people import queries as people
from voluncity.city.people.models import User, Volunteer
from voluncity.kernel.refusals import NotFound
from voluncity.kernel.text import half_width_digits
from voluncity.service.training.models import Course, TrainingRecord
from voluncity.service.training.rules import check_code


def has_passed(volunteer_id: int, course_id: int, on: date) -> bool:
    """Return whether the volunteer has passed the course and it still counts on that day."""
    passed = TrainingRecord.objects.filter(
        volunteer__in=people.records_of(volunteer_id),
        course_id=course_id,
        passed_on__lte=on,
        revoked_at=None,
    ).order_by("-passed_on")
    newest = passed.select_related("course").first()
    if newest is None:
        return False
    last = valid_until(newest.passed_on, newest.course.valid_months)
    return last is None or on <= last


def valid_until(passed_on: date, valid_months: int) -> date | None:
    """Return the last day on which a training counts; None means for ever.

    It is the same day some months later, or the last day of a shorter month.
    """
    if not valid_months:
        return None
    years, month = divmod(passed_on.month - 1 + valid_months, 12)
    year = passed_on.year + years
    return date(year, month + 1, min(passed_on.day, monthrange(year, month + 1)[1]))


def records_of(volunteer: Volunteer) -> QuerySet[TrainingRecord]:
    """Return a person's certificates, also those of merged records, newest first."""
    found = TrainingRecord.objects.filter(volunteer__in=people.records_of(volunteer))
    return found.select_related("course", "organization", "volunteer").order_by("-passed_on", "-pk")


def find_record(*, serial: str, code: str) -> TrainingRecord:
    """Return the certificate that somebody wants to check.

    :raises NotFound: when number or code is wrong; which of them is not told.
    """
    found = TrainingRecord.objects.select_related("course", "organization", "volunteer")
    record: TrainingRecord | None = found.filter(serial=serial.strip().upper()[:20]).first()
    given = half_width_digits(code).strip()
    if record is None or not secrets.compare_digest(
        check_code(record, key=settings.VOLUNCITY_INDEX_KEY).encode(), given.encode()
    ):
        raise NotFound("没有查到这份培训证书，请核对编号和校验码。", code="training.no_certificate")
    return record


def expiring(*, on: date, within_days: int) -> list[TrainingRecord]:
    """Return the certificates that end from a day on within so many days and are not renewed."""
    last = on + timedelta(days=within_days)
    found: list[TrainingRecord] = []
    for course in Course.objects.exclude(valid_months=0):
        months = course.valid_months * 31  # at least as many days: the exact end is asked below
        rows = course.records.filter(
            revoked_at=None, passed_on__gte=on - timedelta(days=months), passed_on__lte=on
        ).select_related("course", "volunteer__user")
        found += [
            one
            for one in rows.order_by("pk")
            if on <= (valid_until(one.passed_on, course.valid_months) or date.max) <= last
        ]
    return [one for one in found if not _is_renewed(one)]


def _is_renewed(record: TrainingRecord) -> bool:
    family = people.records_of(record.volunteer_id)
    newer = TrainingRecord.objects.filter(volunteer__in=family, course=record.course_id)
    return newer.filter(revoked_at=None, passed_on__gt=record.passed_on).exists()


def courses() -> QuerySet[Course]:
    """Return all courses, in the order in which they were made."""
    return Course.objects.order_by("pk")


def records_for_desk(user: User, *, course_id: int | None = None) -> QuerySet[TrainingRecord]:
    """Return the records of the organizations for which the person keeps them, newest first."""
    found = TrainingRecord.objects.in_scope(scope_of(user, Permission.TRAINING_RECORD))
    if course_id:
        found = found.filter(course_id=course_id)
    return found.select_related("course", "volunteer", "organization", "recorded_by").order_by(
        "-passed_on", "-pk"
    )
