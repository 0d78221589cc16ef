"""What somebody meets at the door: the shift, their sign-up, and which way they go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from voluncity.city.people.models import Volunteer
from voluncity.city.policy import queries as policy
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound, Refusal
from voluncity.service.projects.models import Shift
from voluncity.service.projects.states import HELD_STATES
from voluncity.service.signups import codes, rules
from voluncity.service.signups.models import Attendance, Signup
from voluncity.service.signups.states import Direction, SignupState

YOU, THEY = "您", "这位志愿者"


@dataclass(frozen=True)
class DoorLook:
    """A volunteer before the door; `problem` says why they may not pass."""

    shift_id: int | None = None
    signup: Signup | None = None
    direction: Direction | None = None
    problem: Refusal | None = None


def door(token: str, volunteer: Volunteer, *, at: datetime) -> DoorLook:
    """Return what the page of a venue code shows to a volunteer; changes nothing."""
    shift_id, signup = None, None
    try:
        shift_id = known_shift(codes.shift_of(token, volunteer_id=volunteer.pk, at=at))
        signup = signup_at_door(shift_id, volunteer, who=YOU)
        facts = door_facts(signup, who=YOU, at=at)
        comes_back = rules.may_return(facts, at=at)
        direction = rules.direction_for(facts, Direction.IN if comes_back else "", at=at)
        rules.require_door_open(facts, direction, at=at)
    except Refusal as problem:
        return DoorLook(shift_id, signup, problem=problem)
    return DoorLook(shift_id, signup, direction)


def known_shift(shift_id: int) -> int:
    """Return the id of a shift that exists.

    :raises NotFound: when it was deleted since, or there never was one.
    """
    if not Shift.objects.filter(pk=shift_id).exists():
        raise NotFound("没有找到这个班次，请重新扫码。")
    return shift_id


def signup_at_door(shift_id: int, volunteer: Volunteer, *, who: str) -> Signup:
    """Return the place of a volunteer in the shift whose door it is.

    :raises Refusal: when there is none; it says what to do instead.
    """
    near = Signup.objects.select_related("shift__activity", "attendance", "volunteer")
    signup: Signup | None = near.filter(shift_id=shift_id, volunteer=volunteer).first()
    if signup is None or signup.state != SignupState.PLACED:
        raise _no_place(shift_id, volunteer, signup, who)
    if signup.shift.activity.state not in HELD_STATES:
        raise Refusal("这个活动已经取消，不用签到。", code=rules.CLOSED)
    return signup


def _no_place(shift_id: int, volunteer: Volunteer, signup: Signup | None, who: str) -> Refusal:
    if signup is not None and signup.state == SignupState.DROPPED:
        return Refusal("这个活动已经取消，不用签到。", code=rules.CLOSED)
    if signup is not None and signup.state == SignupState.WAITING:
        return Refusal(
            f"{who}还在候补，没有名额。请找领队看看能否现场补上。", code="signups.still_waiting"
        )
    if signup is not None and signup.state == SignupState.OFFERED:
        return Refusal(
            f"这个名额正为{who}留着，还没有接受。请先到“我的报名”里接受，再签到。",
            code="signups.not_accepted",
        )
    shift = Shift.objects.select_related("activity").get(pk=shift_id)
    other = volunteer.signups.filter(
        state=SignupState.PLACED, shift__activity_id=shift.activity_id
    ).select_related("shift").order_by("shift__starts_at").first()  # fmt: skip
    if other is not None:
        return Refusal(
            f"这是“{shift.name}”{rules.clock(shift.starts_at)} 的签到码，{who}报的是"
            f"“{other.shift.name}”{rules.clock(other.shift.starts_at)}，请扫对应的码。",
            code="signups.other_shift",
        )
    return Refusal(
        f"{who}没有报名“{shift.activity.name}”的这个班次。人已到现场的，请找领队现场登记。",
        code="signups.not_signed_up",
    )


def door_facts(signup: Signup, *, who: str, at: datetime) -> rules.Door:
    """Return what decides whether the holder of a place may pass."""
    attendance: Attendance | None = getattr(signup, "attendance", None)
    back = attendance.pauses.last() if attendance else None
    today = local_date(at)
    return rules.Door(
        starts_at=signup.shift.starts_at,
        ends_at=signup.shift.ends_at,
        early_minutes=policy.number("signups.check_in_early_minutes", on=today),
        late_minutes=policy.number("signups.check_out_late_minutes", on=today),
        in_at=attendance.in_at if attendance else None,
        out_at=attendance.out_at if attendance else None,
        who=who,
        back_at=back.back_at if back else None,
    )


def shifts_at_door(volunteer: Volunteer, *, at: datetime) -> list[Signup]:
    """Return the volunteer's places at whose doors they may stand now, the nearest first."""
    today = local_date(at)
    early = timedelta(minutes=policy.number("signups.check_in_early_minutes", on=today))
    late = timedelta(minutes=policy.number("signups.check_out_late_minutes", on=today))
    return list(
        volunteer.signups.filter(
            state=SignupState.PLACED,
            shift__starts_at__lte=at + early,
            shift__ends_at__gte=at - late,
        )
        .select_related("shift__activity", "attendance")
        .order_by("shift__starts_at")
    )
