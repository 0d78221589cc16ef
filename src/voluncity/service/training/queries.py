"""Who has passed what."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from django.db.models import QuerySet

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.people import queries as people
from voluncity.city.people.models import User
from voluncity.service.training.models import Course, TrainingRecord


def has_passed(volunteer_id: int, course_id: int, on: date) -> bool:
    """Return whether the volunteer has passed the course and it still counts on that day."""
    passed = TrainingRecord.objects.filter(
        volunteer__in=people.records_of(volunteer_id), course_id=course_id, passed_on__lte=on
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
