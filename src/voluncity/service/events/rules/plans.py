"""What somebody says about an event, a group, a post and one of its days."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time

from voluncity.kernel.clock import day_bounds
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import words
from voluncity.service.events.models import Event
from voluncity.service.projects.rules import whole_number

MOST_DAYS = 31
MOST_WANTED = 2000
MOST_AGE = 100
NAME_MOST, PLACE_MOST = 24, 120
REASON_MOST = 200


@dataclass(frozen=True)
class EventPlan:
    """What an event says about itself."""

    name: str
    region_id: int
    place: str
    starts_on: date
    ends_on: date
    intro: str
    risk_notice: str
    apply_from: datetime
    apply_until: datetime
    leader_id: int
    conditions: str = ""
    min_age: int = 16
    max_age: int | None = None
    reply_days: int = 3


@dataclass(frozen=True)
class PostPlan:
    """A post: where, what, and what people must bring along."""

    name: str
    place: str
    tasks: str = ""
    zones: str = ""
    skill_ids: tuple[int, ...] = ()
    course_id: int | None = None


@dataclass(frozen=True)
class DayPlan:
    """How many people a post wants on a day."""

    day: date
    begins: time
    ends: time
    wanted: int


def plan_of(event: Event) -> EventPlan:
    """Return what an event says now."""
    return EventPlan(**{one.name: getattr(event, one.name) for one in fields(EventPlan)})


def checked_event(plan: EventPlan) -> EventPlan:
    """Return the plan as it is stored.

    :raises BadInput: at the first field that breaks a rule.
    """
    _check_days(plan)
    whole_number(plan.min_age, "min_age", "最低年龄", 8, MOST_AGE)
    if plan.max_age is not None and not plan.min_age <= plan.max_age <= MOST_AGE:
        raise BadInput("最高年龄不能小于最低年龄，也不超过 100，请修改。", field="max_age")
    whole_number(plan.reply_days, "reply_days", "录用后几天内确认", 1, 30)
    return replace(
        plan,
        name=words(plan.name, "name", "名称", NAME_MOST),
        place=words(plan.place, "place", "地点", PLACE_MOST),
        intro=words(plan.intro, "intro", "介绍", 2000, long=True),
        conditions=words(plan.conditions, "conditions", "报名条件", 600, wanted=False, long=True),
        risk_notice=words(plan.risk_notice, "risk_notice", "风险告知", 1000, long=True),
    )


def _check_days(plan: EventPlan) -> None:
    if plan.ends_on < plan.starts_on:
        raise BadInput("最后一天不能早于第一天，请修改。", field="ends_on")
    if (plan.ends_on - plan.starts_on).days >= MOST_DAYS:
        raise BadInput(f"一次赛会最长 {MOST_DAYS} 天，请修改。", field="ends_on")
    if plan.apply_until <= plan.apply_from:
        raise BadInput("报名截止必须晚于报名开始，请修改。", field="apply_until")
    if plan.apply_until >= day_bounds(plan.starts_on)[0]:
        raise BadInput("报名要在第一天之前截止，好安排岗位，请修改。", field="apply_until")


def checked_post(plan: PostPlan) -> PostPlan:
    """Return a post as it is stored; its zones are separated by “、”.

    :raises BadInput: at the first field that breaks a rule.
    """
    zones = words(plan.zones, "zones", "可进入区域", 60, wanted=False)
    for mark in ("，", ",", ";", "；", " ", "/"):
        zones = zones.replace(mark, "、")
    return replace(
        plan,
        name=words(plan.name, "name", "岗位", 20),
        place=words(plan.place, "place", "位置", 60),
        tasks=words(plan.tasks, "tasks", "职责", 300, wanted=False),
        zones="、".join(zone for zone in zones.split("、") if zone),
    )


def checked_day(plan: DayPlan, event: Event) -> DayPlan:
    """Return one day of a post.

    :raises BadInput: when it is no day of the event, or its times are the wrong way round.
    """
    if not event.starts_on <= plan.day <= event.ends_on:
        raise BadInput(
            f"日期要在赛会期间（{event.starts_on:%Y-%m-%d} 至 {event.ends_on:%Y-%m-%d}），请修改。",
            field="day",
        )
    if plan.ends <= plan.begins:
        raise BadInput("结束时间必须晚于开始时间，请修改。", field="ends")
    whole_number(plan.wanted, "wanted", "人数", 1, MOST_WANTED)
    return plan


def said(text: str, field: str, label: str) -> str:
    """Return a reason that somebody reads.

    :raises BadInput: when it is missing or too long.
    """
    return words(text, field, label, REASON_MOST)
