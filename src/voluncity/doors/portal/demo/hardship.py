"""Volunteers in need and what they were given: three cases, one of them eased."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from voluncity.care.hardship import actions
from voluncity.care.hardship.rules import CasePlan, GiftPlan
from voluncity.care.hardship.states import EndReason, Need, Occasion
from voluncity.city.people.models import Volunteer
from voluncity.kernel.clock import local_date

if TYPE_CHECKING:
    from voluncity.doors.portal.demo.cast import Cast

COUNTY = "/140106000000/"  # 迎泽区, where most of the story plays
# Kind, since how many days, until in how many days, why; what was given, worth, when, by whom.
CASES = (
    (
        Need.ILLNESS, 75, 60, "做了心脏搭桥手术，家里只有老伴照顾，每两周要去医院复查。",
        (("慰问金", "1000", 60, Occasion.ILLNESS, "区文明办"),
         ("大米、食用油各一份", "168.50", 40, Occasion.VISIT, "社区居委会")),
    ),
    (
        Need.DISASTER, 50, -5, "家中厨房失火，部分家具被烧，正在修缮。",
        (("棉被两床、电暖器一台", "420", 46, Occasion.EMERGENCY, "区志愿者协会"),),
    ),
    (
        Need.POVERTY, 140, None, "下岗后靠打零工，孩子今年考上大学。",
        (("助学慰问金", "3000", 100, Occasion.OTHER, "爱心企业"),),
    ),
)  # fmt: skip


def know_who_is_in_need(cast: Cast, *, at: datetime) -> None:
    """Enter the cases as the county's office does, and end the last one."""
    office, today = cast.staff["demo-county-office"], local_date(at)
    for volunteer, (need, ago, until, reason, gifts) in zip(_people(cast), CASES, strict=False):
        case = actions.open_case(
            volunteer=volunteer,
            plan=CasePlan(
                need=need,
                since=today - timedelta(days=ago),
                until=None if until is None else today + timedelta(days=until),
                reason=reason,
            ),
            by=office,
            at=at - timedelta(days=ago - 1),
        )
        for what, value, given, occasion, giver in gifts:
            plan = GiftPlan(
                what=what,
                value=value,
                given_on=today - timedelta(days=given),
                occasion=occasion,
                given_by=giver,
                signed_by=volunteer.name,
            )
            actions.give(case=case, plan=plan, by=office, at=at - timedelta(days=given - 1))
    actions.end_case(case=case, reason=EndReason.EASED, by=office, at=at - timedelta(days=3))


def _people(cast: Cast) -> list[Volunteer]:
    """Return residents of the county whom no login of the demo shows."""
    return [one for one in cast.volunteers[10:60] if COUNTY in one.region.path]
