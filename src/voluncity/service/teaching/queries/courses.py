"""What a course asks for on a day."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from voluncity.city.policy import queries as policy
from voluncity.service.teaching.models import CourseRule, Question


def rule_of(course_id: int, *, on: date) -> CourseRule:
    """Return the rule of a course on a day; without one of its own, the city's share, no test."""
    own = CourseRule.objects.filter(course=course_id, valid_from__lte=on).first()
    share = policy.number("teaching.share_percent", on=on)
    return own or CourseRule(course_id=course_id, valid_from=on, share_percent=share)


def questions_of(course_id: int) -> QuerySet[Question]:
    """Return the questions that a test of the course asks now."""
    return Question.objects.filter(course=course_id, retired_at=None)
