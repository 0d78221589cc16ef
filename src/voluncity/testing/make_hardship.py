"""Cases of hardship and gifts for tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from voluncity.care.hardship import actions
from voluncity.care.hardship.models import Gift, Hardship
from voluncity.care.hardship.rules import CasePlan, GiftPlan
from voluncity.care.hardship.states import Need, Occasion
from voluncity.city.people.models import User, Volunteer
from voluncity.testing.make_people import NOON, make_user, make_volunteer

ILL = CasePlan(
    need=Need.ILLNESS,
    since=date(2026, 9, 1),
    reason="做了心脏手术，家里只有老伴照顾，每周要去医院复查。",
)
RICE = GiftPlan(
    what="大米、食用油各一份",
    value="168.50",
    given_on=date(2026, 9, 25),
    occasion=Occasion.MID_AUTUMN,
    given_by="桥东街道办事处",
    signed_by="李建国",
)


def make_case(
    volunteer: Volunteer | None = None,
    *,
    by: User | None = None,
    at: datetime = NOON,
    **said: object,
) -> Hardship:
    """Return an open case of a volunteer in need."""
    return actions.open_case(
        volunteer=volunteer or make_volunteer("李建国"),
        plan=replace(ILL, **said),  # type: ignore[arg-type]
        by=by or make_user("周明"),
        at=at,
    )


def make_gift(
    case: Hardship, *, by: User | None = None, at: datetime = NOON, **said: object
) -> Gift:
    """Return a gift in this case."""
    plan = replace(RICE, **said)  # type: ignore[arg-type]
    return actions.give(case=case, plan=plan, by=by or make_user("周明"), at=at)
