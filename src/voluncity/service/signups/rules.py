"""Who may sign up, cancel, and pass the door: pure rules with the sentence for each no."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from voluncity.kernel.clock import CITY_TZ, span_text
from voluncity.kernel.refusals import BadInput, Refusal
from voluncity.service.signups.states import LIVE, Direction, SignupState

# Stable codes of the reasons why not, in the order in which a person is told.
ALREADY_IN = "signups.already_in"
CLOSED = "signups.closed"
NOT_VERIFIED = "signups.not_verified"
NO_GUARDIAN = "signups.no_guardian"
TOO_YOUNG = "signups.too_young"
TOO_OLD = "signups.too_old"
MEMBERS_ONLY = "signups.members_only"
TRAINING_MISSING = "signups.training_missing"
SKILL_MISSING = "signups.skill_missing"
CLASH = "signups.clash"
FULL = "signups.full"

# Farther than the first is strange. Kilometers: a class, so that no place can be told from it.
FAR_CLASSES = (1, 2, 5, 10, 50)
# Nobody has to answer at night (hours of the city's day).
MORNING_HOUR, NIGHT_HOUR = 8, 22
# Somebody who scans twice within this time has pressed twice and does not want to leave.
JUST_IN = timedelta(minutes=1)


class AlreadyIn(Refusal):
    """The volunteer has a place, or waits for one; a page may show it as a success."""

    default_code = ALREADY_IN


@dataclass(frozen=True)
class Reason:
    """Why somebody may not have a place."""

    code: str
    sentence: str

    def refusal(self) -> Refusal:
        """Return the reason as an answer."""
        kind = AlreadyIn if self.code == ALREADY_IN else Refusal
        return kind(self.sentence, code=self.code)


@dataclass(frozen=True)
class Offer:
    """What a shift has and asks for (志愿服务条例第十五、十六条: age, skill, training)."""

    starts_at: datetime
    ends_at: datetime
    capacity: int
    taken: int
    is_open: bool
    is_cancelled: bool
    organization: str
    is_listed: bool = False
    min_age: int = 0
    max_age: int | None = None
    members_only: bool = False
    course: str = ""
    skills: tuple[str, ...] = ()


@dataclass(frozen=True)
class Applicant:
    """What is known about somebody with regard to one shift; the age is that on its day."""

    age: int
    own_state: str = ""
    has_left: bool = False
    is_verified: bool = True
    has_guardian: bool = True
    is_member: bool = False
    has_passed: bool = False
    has_skill: bool = False
    clash: str = ""


def reasons(
    offer: Offer, applicant: Applicant, *, at: datetime, is_desk: bool = False
) -> tuple[Reason, ...]:
    """Return every reason why not, the one to be told first; empty when nothing is in the way.

    The desk may add somebody who has come until the shift ends: insurance and hours need the
    record of the sign-up (RULES.md §1.5, §1.6).
    """
    if applicant.own_state in LIVE:
        return (_already_in(applicant.own_state),)
    closed = _closed(offer, at=at, is_desk=is_desk)
    if closed:
        return (Reason(CLOSED, closed),)
    found = (
        *_about_the_person(applicant),
        *_about_the_age(offer, applicant),
        *_about_the_conditions(offer, applicant),
        *_about_the_time(offer, applicant),
    )
    return told_of(found, "这位志愿者") if is_desk else found


def told_of(found: Iterable[Reason], who: str) -> tuple[Reason, ...]:
    """Return the reasons as they are told to somebody else: the desk, or a guardian."""
    return tuple(Reason(one.code, one.sentence.replace("您", who)) for one in found)


def _already_in(state: str) -> Reason:
    if state == SignupState.WAITING:
        return Reason(ALREADY_IN, "您正在候补这个班次，轮到您时会发消息告诉您。")
    if state == SignupState.OFFERED:
        return Reason(ALREADY_IN, "这个班次有一个名额正为您留着，请到“我的报名”里接受。")
    return Reason(ALREADY_IN, "您已经报名了这个班次，请按时到场。")


def _closed(offer: Offer, *, at: datetime, is_desk: bool) -> str:
    if offer.is_cancelled:
        return "这个活动已经取消，请看看别的活动。"
    if offer.is_listed:
        return "这个活动的人员由组织者统一选拔和安排，不能自行报名，请看看别的活动。"
    if not offer.is_open:
        return "这个活动还没有开放报名，请过些时候再来看。"
    if at >= offer.ends_at:
        return "这个班次已经结束，请看看别的活动。"
    if at >= offer.starts_at and not is_desk:
        return "这个班次已经开始，不能再报名。人已到现场的，请找领队登记。"
    return ""


def _about_the_person(applicant: Applicant) -> Iterable[Reason]:
    if applicant.has_left:
        yield Reason(NOT_VERIFIED, "这位志愿者已经注销，不能报名，请核对编号。")
    elif not applicant.is_verified:
        yield Reason(NOT_VERIFIED, "报名前要先完成实名认证，请到“我的”里提交。")
    if not applicant.has_guardian:
        yield Reason(
            NO_GUARDIAN,
            "未成年人参加活动需要监护人同意，请监护人登录后，在“我的 · 家庭”里为孩子登记。",
        )


def _about_the_age(offer: Offer, applicant: Applicant) -> Iterable[Reason]:
    if applicant.age < offer.min_age:
        yield Reason(
            TOO_YOUNG,
            f"参加者须满 {offer.min_age} 周岁，活动当天您 {applicant.age} 周岁，请看看别的活动。",
        )
    if offer.max_age is not None and applicant.age > offer.max_age:
        yield Reason(
            TOO_OLD,
            f"参加者不超过 {offer.max_age} 周岁，活动当天您 {applicant.age} 周岁，请看看别的活动。",
        )


def _about_the_conditions(offer: Offer, applicant: Applicant) -> Iterable[Reason]:
    if offer.members_only and not applicant.is_member:
        yield Reason(MEMBERS_ONLY, f"只面向“{offer.organization}”的成员，请先申请加入。")
    if offer.course and not applicant.has_passed:
        yield Reason(
            TRAINING_MISSING, f"参加前要先完成培训“{offer.course}”，请向活动组织者报名培训。"
        )
    if offer.skills and not applicant.has_skill:
        names = "、".join(offer.skills)
        yield Reason(
            SKILL_MISSING, f"需要有这些专长之一：{names}。您若有，请先到“我的资料”里补填。"
        )


def _about_the_time(offer: Offer, applicant: Applicant) -> Iterable[Reason]:
    if applicant.clash:
        yield Reason(CLASH, f"时间与您已报名的{applicant.clash}重叠，请先取消其中一个。")
    if offer.taken >= offer.capacity:
        yield Reason(FULL, "名额已满，可以先候补；有人取消时，按先后顺序轮到您。")


def refuse_for(found: Iterable[Reason], *, except_for: frozenset[str] = frozenset()) -> None:
    """Refuse with the first reason.

    :raises Refusal: when there is one whose code is not in `except_for`.
    """
    for reason in found:
        if reason.code not in except_for:
            raise reason.refusal()


def require_risks_read(*, risks_read: bool) -> None:
    """Refuse a sign-up of somebody who has not been told the risks (志愿服务条例第十二条).

    :raises BadInput: when the box was not ticked.
    """
    if not risks_read:
        raise BadInput(
            "请先读完风险告知，再勾选“我已知悉”。", code="signups.risks_unread", field="risks_read"
        )


def require_cancellable(
    *, state: str, starts_at: datetime, at: datetime, minutes: int, organization: str
) -> None:
    """Refuse to cancel a place when it is too late to find somebody else.

    `minutes`: how long before the start one may still cancel. Who waits may leave at any time.

    :raises Refusal: after that.
    """
    if state != SignupState.PLACED or at <= starts_at - timedelta(minutes=minutes):
        return
    if at >= starts_at:
        raise Refusal(
            f"班次已经开始，不能再取消。来不了的话，请打电话告诉“{organization}”。",
            code="signups.too_late",
        )
    raise Refusal(
        f"离开始不到 {_span(minutes)}，不能自行取消。请马上打电话告诉“{organization}”，"
        "由领队为您取消，好另找人接替。",
        code="signups.too_late",
    )


def _span(minutes: int) -> str:
    return f"{minutes // 60} 小时" if minutes % 60 == 0 and minutes else f"{minutes} 分钟"


def offer_until(*, at: datetime, minutes: int, starts_at: datetime) -> datetime:
    """Return until when somebody has time to answer: so many minutes by day, before the start.

    From ten in the evening to eight in the morning the clock stands still.
    """
    left, begins = timedelta(minutes=minutes), at
    while begins < starts_at:
        local = begins.astimezone(CITY_TZ)
        if local.hour >= NIGHT_HOUR:
            local += timedelta(days=1)
        if local.hour >= NIGHT_HOUR or local.hour < MORNING_HOUR:
            begins = local.replace(hour=MORNING_HOUR, minute=0, second=0, microsecond=0)
        evening = begins.astimezone(CITY_TZ).replace(
            hour=NIGHT_HOUR, minute=0, second=0, microsecond=0
        )
        if begins + left <= evening:
            return min((begins + left).astimezone(UTC), starts_at)
        left, begins = left - (evening - begins), evening
    return starts_at


def require_answerable(*, until: datetime | None, starts_at: datetime, at: datetime) -> None:
    """Refuse an answer that comes too late.

    :raises Refusal: when the time is over, or the shift has begun.
    """
    if until is None or at >= min(until, starts_at):
        raise Refusal(
            "答复的时限已过，名额给了下一位。还想参加的，请重新报名或候补。",
            code="signups.offer_over",
        )


@dataclass(frozen=True)
class Door:
    """What decides whether somebody may pass: the shift's time, the windows, what was before."""

    starts_at: datetime
    ends_at: datetime
    early_minutes: int
    late_minutes: int
    in_at: datetime | None
    out_at: datetime | None
    who: str = "您"
    back_at: datetime | None = None  # came back last, after leaving within the shift

    @property
    def came_at(self) -> datetime | None:
        """Return when the volunteer last came through the door."""
        return self.back_at or self.in_at


def direction_for(door: Door, wanted: str, *, at: datetime) -> Direction:
    """Return which way somebody goes: as wanted, else first in, then out."""
    if wanted:
        return Direction(wanted)
    if door.came_at is None or at < door.came_at + JUST_IN:
        return Direction.IN
    return Direction.OUT


def may_return(door: Door, *, at: datetime) -> bool:
    """Return whether somebody who has left may come back: within the shift, not at once."""
    return door.out_at is not None and door.out_at + JUST_IN <= at < door.ends_at


def require_door_open(door: Door, direction: Direction, *, at: datetime) -> None:
    """Refuse who passes at the wrong time, or twice.

    :raises Refusal: with the sentence that says when, or what was recorded already.
    """
    if direction == Direction.IN:
        _require_way_in(door, at=at)
    else:
        _require_way_out(door, at=at)


def _require_way_in(door: Door, *, at: datetime) -> None:
    opens_at = door.starts_at - timedelta(minutes=door.early_minutes)
    if door.came_at is not None and (door.out_at is None or at < door.out_at):
        raise Refusal(
            f"{door.who}已经在 {clock(door.came_at)} 签到，不用再签。结束时请签退。",
            code="signups.in_twice",
        )
    if door.out_at is not None and at < door.out_at + JUST_IN:
        raise Refusal(
            f"{door.who}刚刚签退。回来继续服务的，请过一分钟再签到。", code="signups.just_out"
        )
    if at < opens_at:
        raise Refusal(
            f"还没到签到时间，{span_text(opens_at, door.ends_at)} 可以签到，请到时再扫。",
            code="signups.too_early",
        )
    if at >= door.ends_at:
        raise Refusal(
            "这个班次已经结束，不能再签到。确实参加了的，请找领队补登记。",
            code="signups.too_late_in",
        )


def _require_way_out(door: Door, *, at: datetime) -> None:
    if door.came_at is None:
        raise Refusal(f"{door.who}还没有签到，请先签到。", code="signups.not_in")
    if door.out_at is not None:
        raise Refusal(
            f"{door.who}已经在 {clock(door.out_at)} 签退。时间不对的话，收到时长后可以申请更正。",
            code="signups.out_twice",
        )
    if at < door.came_at:
        raise Refusal(
            f"{door.who}在 {clock(door.came_at)} 才签到，不能在这之前签退，请核对时间。",
            code="signups.out_before_in",
        )
    if at > door.ends_at + timedelta(minutes=door.late_minutes):
        raise Refusal(
            "签退时间已过，请联系领队核对，时长由组织补登记。", code="signups.too_late_out"
        )


def clock(instant: datetime) -> str:
    """Return the city's time of day: 09:02."""
    return f"{instant.astimezone(CITY_TZ):%H:%M}"


def moment(instant: datetime) -> str:
    """Return a moment of the city: 3月5日 09:02."""
    local = instant.astimezone(CITY_TZ)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def distance_class(meters: int) -> int:
    """Return the greatest class (kilometers) that a distance reaches; 0 when it is near."""
    return max((km for km in FAR_CLASSES if meters >= km * 1000), default=0)
