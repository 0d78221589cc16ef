"""Courses, projects, activities and shifts for tests; all in the morning of 5 March 2030."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from voluncity.city.catalog.models import Category, Skill
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions.models import Region
from voluncity.service.projects import rules
from voluncity.service.projects.models import Activity, Line, Project, Shift
from voluncity.service.projects.states import ActivityState, ProjectState
from voluncity.service.training.models import Course, TrainingRecord
from voluncity.testing.make_orgs import make_organization
from voluncity.testing.make_people import NOON, make_user

# A Tuesday, 09:00 in the city: after NOON and after the real clock, so that pages show it too.
MORNING = datetime(2030, 3, 5, 1, 0, tzinfo=UTC)
TWO_HOURS = timedelta(hours=2)

_count = itertools.count(1)


def make_category(
    key: str = "civility", name: str = "文明引导", icon: str = "traffic-cone"
) -> Category:
    """Return the category with this key."""
    category, _ = Category.objects.get_or_create(key=key, defaults={"name": name, "icon": icon})
    return category


def make_skill(key: str = "first-aid", name: str = "急救", group: str = "医疗健康") -> Skill:
    """Return the skill with this key."""
    skill, _ = Skill.objects.get_or_create(key=key, defaults={"name": name, "group": group})
    return skill


def make_line(number: int = 1, name: str = "党员志愿服务项目") -> Line:
    """Return the line with this number."""
    line, _ = Line.objects.get_or_create(number=number, defaults={"name": name})
    return line


def make_course(key: str = "first-aid", name: str = "应急救护", *, valid_months: int = 0) -> Course:
    """Return the course with this key."""
    course, _ = Course.objects.get_or_create(
        key=key,
        defaults={"name": name, "content": "心肺复苏和止血包扎", "valid_months": valid_months},
    )
    return course


def make_training(
    volunteer: Volunteer,
    course: Course | None = None,
    *,
    organization: Organization | None = None,
    passed_on: date = date(2026, 11, 1),
) -> TrainingRecord:
    """Return the record that a volunteer has passed a course."""
    return TrainingRecord.objects.create(
        course=course or make_course(),
        volunteer=volunteer,
        organization=organization or make_organization(),
        passed_on=passed_on,
        minutes=120,
        recorded_at=NOON,
    )


def make_project(
    name: str = "汾河公园文明引导",
    *,
    organization: Organization | None = None,
    state: str = ProjectState.RUNNING,
    category: Category | None = None,
    skills: Iterable[Skill] = (),
    created_by: User | None = None,
    **fields: Any,
) -> Project:
    """Return a project, running unless another state is named; further fields as in the model."""
    plan: dict[str, Any] = {
        "served_group": "游园市民",
        "session_minutes": 120,
        "volunteers_wanted": 20,
        "funding": "本单位工作经费",
        "sessions_planned": 12,
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2030, 12, 31),
        "risk_notice": "户外活动，注意防暑和路滑。",
    }
    project = Project.objects.create(
        name=name,
        organization=organization or make_organization(),
        category=category or make_category(),
        state=state,
        created_at=NOON,
        created_by=created_by or make_user("赵敏"),
        **(plan | fields),
    )
    project.skills.set(skills)
    return project


def make_activity(
    name: str = "周二文明引导",
    *,
    project: Project | None = None,
    state: str = ActivityState.OPEN,
    leader: User | None = None,
    region: Region | None = None,
    starts_at: datetime = MORNING,
    ends_at: datetime | None = None,
    shifts: int = 0,
    **fields: Any,
) -> Activity:
    """Return an open activity; with `shifts=n` it has n shifts over its whole time."""
    project = project or make_project()
    activity = Activity.objects.create(
        project=project,
        name=name,
        region=region or project.organization.region,
        leader=leader or make_user("李强"),
        starts_at=starts_at,
        ends_at=ends_at or starts_at + TWO_HOURS,
        state=state,
        created_at=NOON,
        created_by=project.created_by,
        **({"address": "汾河公园东门"} | fields),
    )
    activity.search_text = rules.search_text(activity)
    activity.save(update_fields=["search_text"])
    for _ in range(shifts):
        make_shift(activity=activity)
    return activity


def make_shift(
    *,
    activity: Activity | None = None,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    capacity: int = 10,
    taken: int = 0,
    name: str = "",
    **activity_fields: Any,
) -> Shift:
    """Return a shift; without an activity it gets one of its own, at its own time."""
    if activity is None:
        start = starts_at or MORNING
        activity = make_activity(
            starts_at=start, ends_at=ends_at or start + TWO_HOURS, **activity_fields
        )
    return Shift.objects.create(
        activity=activity,
        name=name or f"引导岗 {next(_count)}",
        starts_at=starts_at or activity.starts_at,
        ends_at=ends_at or (starts_at + TWO_HOURS if starts_at else activity.ends_at),
        capacity=capacity,
        taken=taken,
    )
