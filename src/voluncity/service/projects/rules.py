"""What a project, an activity and a shift must be; plain values in, plain values out."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta

from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import bigrams, words
from voluncity.service.projects.models import Activity, Project

MAX_PROJECT_DAYS = 5 * 366
MAX_SESSION_MINUTES = 24 * 60
MAX_VOLUNTEERS = 100_000
MAX_SESSIONS = 10_000
MAX_AGE = 100
MAX_CAPACITY = 10_000
MAX_SHIFTS = 60
MAX_COPIES = 30  # of one activity at once
MAX_STANDING = 12 * 31  # shifts that a roster makes for one post and month
MAX_SHIFT = timedelta(hours=24)
MAX_ACTIVITY = timedelta(days=366)
EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)

# What submit asks for beyond a draft, with the words for it (seed T18; 志愿服务条例第十二条).
WANTED_FIELDS = {"served_group": "服务对象", "funding": "项目资金保障", "risk_notice": "风险告知"}
# After approval these may still change: they put nobody who signed up into a worse position.
HARMLESS_FIELDS = ("intro", "funding", "volunteers_wanted", "sessions_planned", "ends_on")


@dataclass(frozen=True)
class ProjectPlan:
    """The seven fields of the Taiyuan notice, dates, risks and conditions (seed T18)."""

    name: str
    category_id: int
    starts_on: date
    ends_on: date
    served_group: str = ""
    session_minutes: int = 120
    volunteers_wanted: int = 10
    funding: str = ""
    sessions_planned: int = 1
    risk_notice: str = ""
    line_id: int | None = None
    intro: str = ""
    min_age: int = 14
    max_age: int | None = None
    skill_ids: tuple[int, ...] = ()
    course_id: int | None = None
    members_only: bool = False


def plan_of(project: Project) -> ProjectPlan:
    """Return what a project says now."""
    names = [field.name for field in fields(ProjectPlan) if field.name != "skill_ids"]
    skills = project.skills.values_list("pk", flat=True)
    return ProjectPlan(**{name: getattr(project, name) for name in names}, skill_ids=tuple(skills))


def edition_of(plan: ProjectPlan) -> str:
    """Return a word for what a plan says: whoever wrote it over gives it another one."""
    said = [getattr(plan, field.name) for field in fields(plan) if field.name != "skill_ids"]
    told = repr((said, sorted(plan.skill_ids)))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class ActivityPlan:
    """What an activity says about itself; its times lie in its shifts."""

    name: str
    region_id: int
    address: str
    leader_id: int
    description: str = ""
    lat: float | None = None
    lng: float | None = None


@dataclass(frozen=True)
class ShiftPlan:
    """One slot: a job, a time and a number of places; with `shift_id` it changes that shift."""

    name: str
    starts_at: datetime
    ends_at: datetime
    capacity: int
    shift_id: int | None = None


def whole_number(value: int, field: str, label: str, least: int, most: int) -> int:
    """Return the number.

    :raises BadInput: when it is outside `least` to `most`.
    """
    if not least <= value <= most:
        raise BadInput(f"{label}应为 {least} 到 {most:,} 之间的整数，请修改。", field=field)
    return value


def checked_project(plan: ProjectPlan) -> ProjectPlan:
    """Return the plan as it is stored; it may still be an unfinished draft.

    :raises BadInput: at the first field that breaks a rule.
    """
    whole_number(
        plan.session_minutes, "session_minutes", "每次服务时长（分钟）", 1, MAX_SESSION_MINUTES
    )
    whole_number(plan.volunteers_wanted, "volunteers_wanted", "志愿者人数", 1, MAX_VOLUNTEERS)
    whole_number(plan.sessions_planned, "sessions_planned", "开展次数", 1, MAX_SESSIONS)
    _check_ages(plan)
    check_days(plan.starts_on, plan.ends_on)
    return replace(
        plan,
        name=words(plan.name, "name", "项目名称", 60),
        served_group=words(plan.served_group, "served_group", "服务对象", 120, wanted=False),
        funding=words(plan.funding, "funding", "项目资金保障", 300, wanted=False),
        intro=words(plan.intro, "intro", "项目介绍", 2000, wanted=False, long=True),
        risk_notice=words(
            plan.risk_notice, "risk_notice", "风险告知", 1000, wanted=False, long=True
        ),
    )


def _check_ages(plan: ProjectPlan) -> None:
    whole_number(plan.min_age, "min_age", "最低年龄", 0, MAX_AGE)
    if plan.max_age is None:
        return
    whole_number(plan.max_age, "max_age", "最高年龄", 0, MAX_AGE)
    if plan.max_age < plan.min_age:
        raise BadInput("最高年龄不能小于最低年龄，请修改。", field="max_age")


def check_days(starts_on: date, ends_on: date) -> None:
    """Check the first and last day of a project.

    :raises BadInput: when they are out of order, too far apart or in another century.
    """
    for field, day in (("starts_on", starts_on), ("ends_on", ends_on)):
        if not EARLIEST <= day <= LATEST:
            raise BadInput("年份应在 2000 到 2099 之间，请修改。", field=field)
    if ends_on < starts_on:
        raise BadInput("结束日期不能早于开始日期，请修改。", field="ends_on")
    if (ends_on - starts_on).days > MAX_PROJECT_DAYS:
        raise BadInput("一个项目最长五年，请缩短日期，或分成几个项目。", field="ends_on")


def checked_activity(plan: ActivityPlan) -> ActivityPlan:
    """Return the plan as it is stored.

    :raises BadInput: at the first field that breaks a rule.
    """
    if (plan.lat is None) != (plan.lng is None):
        raise BadInput(
            "经度和纬度要么都填，要么都不填。", field="lat" if plan.lat is None else "lng"
        )
    if plan.lat is not None and not -90 <= plan.lat <= 90:  # noqa: PLR2004 -- degrees
        raise BadInput("纬度应在 -90 到 90 之间，请修改。", field="lat")
    if plan.lng is not None and not -180 <= plan.lng <= 180:  # noqa: PLR2004 -- degrees
        raise BadInput("经度应在 -180 到 180 之间，请修改。", field="lng")
    return replace(
        plan,
        name=words(plan.name, "name", "活动名称", 60),
        address=words(plan.address, "address", "地点", 120),
        description=words(
            plan.description, "description", "活动内容", 2000, wanted=False, long=True
        ),
    )


def checked_shifts(
    shifts: Sequence[ShiftPlan], *, starts_on: date, ends_on: date, most: int = MAX_SHIFTS
) -> list[ShiftPlan]:
    """Return the shifts as they are stored, in the order given; the days are the project's.

    :raises BadInput: when there is none, too many, or one breaks a rule; the field names its
        place in the list ("shifts.2.ends_at").
    """
    if not shifts:
        raise BadInput("请至少安排一个班次。", field="shifts")
    if len(shifts) > most:
        raise BadInput(f"一场活动最多 {most} 个班次，请分成几场活动。", field="shifts")
    checked = [_checked_shift(shift, f"shifts.{place}") for place, shift in enumerate(shifts)]
    for place, shift in enumerate(checked):
        _check_days(shift, f"shifts.{place}", starts_on, ends_on)
    if max(s.ends_at for s in checked) - min(s.starts_at for s in checked) > MAX_ACTIVITY:
        raise BadInput("一场活动最长一年，请分成几场活动。", field="shifts")
    return checked


def _checked_shift(shift: ShiftPlan, place: str) -> ShiftPlan:
    whole_number(shift.capacity, f"{place}.capacity", "名额", 1, MAX_CAPACITY)
    if shift.ends_at <= shift.starts_at:
        raise BadInput("结束时间必须晚于开始时间，请修改。", field=f"{place}.ends_at")
    if shift.ends_at - shift.starts_at > MAX_SHIFT:
        raise BadInput("一个班次最长 24 小时，请分成几个班次。", field=f"{place}.ends_at")
    return replace(shift, name=words(shift.name, f"{place}.name", "岗位", 40))


def _check_days(shift: ShiftPlan, place: str, starts_on: date, ends_on: date) -> None:
    last = local_date(shift.ends_at - timedelta(microseconds=1))
    if local_date(shift.starts_at) < starts_on or last > ends_on:
        raise BadInput(
            f"班次要在项目日期（{starts_on:%Y-%m-%d} 至 {ends_on:%Y-%m-%d}）之内，请修改。",
            field=f"{place}.starts_at",
        )


def search_text(activity: Activity) -> str:
    """Return the bigrams by which an activity is found (kernel/text.py)."""
    project = activity.project
    return bigrams(
        " / ".join(
            (
                activity.name,
                activity.description,
                activity.address,
                activity.region.name,
                project.name,
                project.organization.name,
                project.category.name,
            )
        )
    )
