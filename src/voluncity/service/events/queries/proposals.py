"""A proposal of who works where, made of what everybody said and of what they can do."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import prefetch_related_objects

from voluncity.city.people.models import Volunteer
from voluncity.service.events.models import Application, Assignment, Event, Post, PostDay
from voluncity.service.events.rules.proposing import Person, Seat, propose
from voluncity.service.events.states import ApplicationState
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import SignupState
from voluncity.service.training import queries as training
from voluncity.service.training.models import TrainingRecord

# By volunteer and course.
Passed = dict[tuple[int, int | None], list[TrainingRecord]]


@dataclass(frozen=True)
class Line:
    """One place that is proposed for somebody."""

    application: Application
    post_day: PostDay
    is_liked: bool


@dataclass(frozen=True)
class Left:
    """Somebody who can come on a day and got no place, with the reason."""

    application: Application
    day: date
    why: str


@dataclass(frozen=True)
class Shown:
    """A proposal as the page shows it; the digest names it."""

    lines: tuple[Line, ...]
    left: tuple[Left, ...]
    short: tuple[tuple[PostDay, int], ...]  # posts that still want people, and how many
    digest: str


def missing_for(volunteer: Volunteer, post: Post, *, on: date) -> str:
    """Return what a post asks for that somebody has not, in words; empty when they have all."""
    skills = list(post.skills.all())
    if skills and not volunteer.skills.filter(pk__in=[skill.pk for skill in skills]).exists():
        return "专长（" + "、".join(skill.name for skill in skills) + "之一）"
    if post.course_id is not None and not training.has_passed(
        volunteer_id=volunteer.pk, course_id=post.course_id, on=on
    ):
        assert post.course is not None, "its id is there"  # noqa: S101
        return f"完成培训“{post.course.name}”"
    return ""


def fitting(row: PostDay, people: list[Application]) -> list[Application]:
    """Return who has what a post asks for; a fixed number of questions for all.

    The people come with their skills (`prefetch_related("volunteer__skills")`).
    """
    prefetch_related_objects([row.post], "skills", "course")
    passed = _passed([row], people)
    return [one for one in people if _fits(row, _skills(one), _trained(passed, one, row))]


def _skills(application: Application) -> set[int]:
    return {skill.pk for skill in application.volunteer.skills.all()}


def _trained(passed: Passed, application: Application, row: PostDay) -> list[TrainingRecord]:
    return passed.get((application.volunteer_id, row.post.course_id), [])


def proposal(event: Event, *, at: datetime) -> Shown:
    """Return who would get which place now; a fixed number of questions."""
    rows = _rows(event, at=at)
    people = _people(event)
    found = propose(*_problem(event, rows, people))
    days = {row.pk: row for row in rows}
    by_id = {one.pk: one for one in people}
    used: dict[int, int] = defaultdict(int)
    lines = []
    for person, seat in found.seats:
        used[seat] += 1
        liked = {one.group_id for one in by_id[person].likings.all()}
        lines.append(Line(by_id[person], days[seat], days[seat].post.group_id in liked))
    short = [(row, _free(row) - used[row.pk]) for row in rows if _free(row) > used[row.pk]]
    left = [Left(by_id[person], day, why) for person, day, why in found.left]
    text = ",".join(f"{person}:{seat}" for person, seat in found.seats)
    digest = hashlib.sha256(text.encode()).hexdigest()[:20]
    return Shown(tuple(lines), tuple(left), tuple(short), digest)


def _rows(event: Event, *, at: datetime) -> list[PostDay]:
    found = PostDay.objects.filter(post__group__event=event, shift__starts_at__gt=at)
    return list(
        found.select_related("shift", "post__group", "post__course")
        .prefetch_related("post__skills")
        .order_by("day", "post__group", "post", "pk")
    )


def _free(row: PostDay) -> int:
    assert row.shift is not None, "asked for in the query"  # noqa: S101
    return row.shift.capacity - row.shift.taken


def _people(event: Event) -> list[Application]:
    found = event.applications.filter(state=ApplicationState.CONFIRMED, volunteer__closed_at=None)
    return list(
        found.select_related("volunteer")
        .prefetch_related("days", "likings", "volunteer__skills")
        .order_by("applied_at", "pk")
    )


def _problem(
    event: Event, rows: list[PostDay], people: list[Application]
) -> tuple[list[Person], list[Seat]]:
    seats = [Seat(row.pk, row.post_id, row.post.group_id, row.day, _free(row)) for row in rows]
    placed = _placed_days(event)
    busy = _busy(rows, people)
    passed = _passed(rows, people)
    found = []
    for one in people:
        skills = _skills(one)
        fits = {
            row.pk
            for row in rows
            if _fits(row, skills, _trained(passed, one, row))
            and not _overlaps(row, busy[one.volunteer_id])
        }
        found.append(
            Person(
                one.pk,
                frozenset(day.day for day in one.days.all()) - placed[one.pk],
                tuple(liking.group_id for liking in one.likings.all()),
                frozenset(fits),
                one.score or 0,
            )
        )
    return found, seats


def _fits(row: PostDay, skills: set[int], passed: list[TrainingRecord]) -> bool:
    asked = {skill.pk for skill in row.post.skills.all()}
    if asked and not asked & skills:
        return False
    course = row.post.course
    if course is None:
        return True
    ends = [training.valid_until(one.passed_on, course.valid_months) for one in passed]
    return any(end is None or end >= row.day for end in ends)


def _placed_days(event: Event) -> dict[int, set[date]]:
    found: dict[int, set[date]] = defaultdict(set)
    held = Assignment.objects.filter(
        application__event=event, signup__state=SignupState.PLACED
    ).values_list("application_id", "post_day__day")
    for application_id, day in held:
        found[application_id].add(day)
    return found


def _busy(
    rows: list[PostDay], people: list[Application]
) -> dict[int, list[tuple[datetime, datetime]]]:
    found: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    spans = [row.shift for row in rows if row.shift is not None]
    if not spans:
        return found
    held = Signup.objects.filter(
        volunteer__in=[one.volunteer_id for one in people],
        state=SignupState.PLACED,
        shift__starts_at__lt=max(shift.ends_at for shift in spans),
        shift__ends_at__gt=min(shift.starts_at for shift in spans),
    )
    for volunteer_id, starts_at, ends_at in held.values_list(
        "volunteer_id", "shift__starts_at", "shift__ends_at"
    ):
        found[volunteer_id].append((starts_at, ends_at))
    return found


def _overlaps(row: PostDay, spans: list[tuple[datetime, datetime]]) -> bool:
    shift = row.shift
    assert shift is not None, "asked for in the query"  # noqa: S101
    return any(begin < shift.ends_at and shift.starts_at < end for begin, end in spans)


def _passed(rows: list[PostDay], people: list[Application]) -> Passed:
    courses = {row.post.course_id for row in rows} - {None}
    found: Passed = defaultdict(list)
    if courses:
        records = TrainingRecord.objects.filter(
            course__in=courses,
            volunteer__in=[one.volunteer_id for one in people],
            revoked_at=None,
        )
        for one in records:
            found[one.volunteer_id, one.course_id].append(one)
    return found
