"""What a session must be, who may enroll, and when attendance is enough; plain values."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from voluncity.kernel.clock import span_text
from voluncity.kernel.refusals import BadInput, Refusal
from voluncity.kernel.text import clean, has_emoji
from voluncity.service.teaching.states import Audience

MAX_MEETINGS = 30
MAX_PLACES = 2_000
LONGEST_URL = 300
OPTIONS = (2, 4)


@dataclass(frozen=True)
class Meeting:
    """One time at which a session meets; `shift_id` names one that exists."""

    starts_at: datetime
    ends_at: datetime
    shift_id: int | None = None


@dataclass(frozen=True)
class SessionPlan:
    """What the organizer says about a session."""

    course_id: int
    title: str
    trainers: str
    address: str
    leader_id: int
    capacity: int
    meetings: Sequence[Meeting]
    enroll_from: datetime
    enroll_until: datetime
    audience: str = Audience.ALL
    online_url: str = ""
    material: str = ""


def checked(plan: SessionPlan) -> SessionPlan:
    """Return the plan as it is stored; its meetings in their order.

    :raises BadInput: at the first field that breaks a rule.
    """
    if plan.audience not in Audience.values:
        raise BadInput("请选择培训对象。", field="audience")
    if not 1 <= plan.capacity <= MAX_PLACES:
        raise BadInput(f"名额应为 1 到 {MAX_PLACES:,} 之间的整数，请修改。", field="capacity")
    meetings = sorted(plan.meetings, key=lambda one: one.starts_at)
    _check_meetings(meetings)
    if plan.enroll_until <= plan.enroll_from:
        raise BadInput("报名截止要晚于报名开始，请修改。", field="closes_on")
    if plan.enroll_until > meetings[0].starts_at:
        raise BadInput("报名最晚到第一次上课时截止，请改早一些。", field="closes_on")
    return replace(
        plan,
        title=_line(plan.title, "title", "培训班名称", 60),
        trainers=_line(plan.trainers, "trainers", "讲师", 120),
        address=_line(plan.address, "address", "地点", 120),
        online_url=_address(plan.online_url),
        material=clean(
            plan.material, max_length=4000, field="material", label="学习资料", multiline=True
        ),
        meetings=tuple(meetings),
    )


def _line(value: str, field: str, label: str, longest: int) -> str:
    text = clean(value, max_length=longest, field=field, label=label)
    if not text:
        raise BadInput(f"请填写{label}。", field=field)
    if has_emoji(text):
        raise BadInput(f"{label}不能使用表情符号，请改用文字。", field=field)
    return text


def _address(value: str) -> str:
    text = clean(value, max_length=LONGEST_URL, field="online_url", label="线上地址")
    if not text:
        return ""
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme != "https" or not parts.hostname or " " in text:
        raise BadInput("线上地址要以 https:// 开头，请核对后再填。", field="online_url")
    return text


def _check_meetings(meetings: Sequence[Meeting]) -> None:
    if not meetings:
        raise BadInput("请至少安排一次上课时间。", field="meetings")
    if len(meetings) > MAX_MEETINGS:
        raise BadInput(f"一个培训班最多 {MAX_MEETINGS} 次课，请分班举办。", field="meetings")
    for before, after in itertools.pairwise(meetings):
        if after.starts_at < before.ends_at:
            raise BadInput(
                f"{span_text(after.starts_at, after.ends_at)} 与前一次课时间重叠，请修改。",
                field="meetings",
            )


@dataclass(frozen=True)
class Learner:
    """What decides whether somebody is one of those for whom a session is."""

    is_member: bool = False
    is_newcomer: bool = False
    has_certificate: bool = False


def require_addressed(audience: str, learner: Learner, *, organization: str, course: str) -> None:
    """Refuse who is not among those for whom a session is held.

    :raises Refusal: with what to do instead.
    """
    if audience == Audience.MEMBERS and not learner.is_member:
        raise Refusal(
            f"这个培训班只面向“{organization}”的成员，请先申请加入。", code="teaching.members"
        )
    if audience == Audience.NEWCOMERS and not learner.is_newcomer:
        raise Refusal("这个培训班面向新注册志愿者，请看看其他培训班。", code="teaching.newcomers")
    if audience == Audience.WITHOUT and learner.has_certificate:
        raise Refusal(
            f"您已有“{course}”的有效证书，不用再参加，请把名额留给需要的人。",
            code="teaching.has_certificate",
        )


def require_enrollment_open(*, opens_at: datetime, closes_at: datetime, at: datetime) -> None:
    """Refuse to enroll outside the window.

    :raises Refusal: with the window.
    """
    if at < opens_at:
        raise Refusal(
            f"还没有开始报名，请在 {span_text(opens_at, closes_at)} 报名。", code="teaching.early"
        )
    if at >= closes_at:
        raise Refusal("报名已经截止，请看看其他培训班。", code="teaching.late")


def is_enough(minutes: int, *, planned: int, share_percent: int) -> bool:
    """Return whether somebody attended enough of a session."""
    return minutes > 0 and minutes * 100 >= planned * share_percent


def filled_options(
    options: Sequence[str], *, most: int = OPTIONS[1]
) -> tuple[list[str], list[str]]:
    """Return the options of a question as they were sent, cleaned, and those that are filled in.

    :raises BadInput: with fewer than two, with too many, or when two are the same.
    """
    kept = [clean(one, max_length=120, field="options", label="选项") for one in options]
    filled = [one for one in kept if one]
    if not OPTIONS[0] <= len(filled) <= most:
        raise BadInput(f"请填写 {OPTIONS[0]} 到 {most} 个选项。", field="options")
    if len(set(filled)) < len(filled):
        raise BadInput("有两个选项相同，请修改。", field="options")
    return kept, filled


def checked_question(text: str, options: Sequence[str], right: int) -> tuple[str, list[str], int]:
    """Return a question as it is stored.

    :raises BadInput: without a text, with fewer than two answers, or two that are the same.
    """
    kept, filled = filled_options(options)
    if not 0 <= right < len(kept) or not kept[right]:
        raise BadInput("请选择哪一个选项是正确答案。", field="right")
    return (
        _line(text, "text", "题目", 300), filled, filled.index(kept[right]),
    )  # fmt: skip
