"""Points of the demo city: rules from its first day, gifts to the pool, a grant, work for two."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from voluncity.city.access import actions as access
from voluncity.city.access.permissions import Role
from voluncity.city.catalog.models import Category
from voluncity.city.people.actions import create_account
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions import queries as regions
from voluncity.honor.points import actions, queries
from voluncity.honor.points.rules import Book
from voluncity.honor.points.states import AdjustmentKind, Ground
from voluncity.kernel.clock import local_date

if TYPE_CHECKING:
    from voluncity.doors.portal.demo.cast import Cast

BETTER_PAID = {"elderly-disabled": 12, "rescue": 15}
DEEDS: dict[str, int] = {
    Ground.FIRST: 20,
    Ground.WISH: 15,
    Ground.TRAINING: 10,
    Ground.WELFARE: 10,
    Ground.STAR: 50,
}
GIVERS, GIFT = 6, 30


def write_rules(office: User, *, at: datetime) -> None:
    """Write the rules that hold from the city's first full day."""
    categories = dict(Category.objects.values_list("key", "pk"))
    book = Book(
        valid_from=local_date(at) + timedelta(days=1),
        hour_points=10,
        day_most=100,
        month_most=1_500,
        expiry_years=1,
        hours={categories[key]: points for key, points in BETTER_PAID.items()},
        deeds=DEEDS,
    )
    actions.set_rules(book=book, basis="志愿服务积分管理办法（演示）", by=office, at=at)


def give_and_grant(cast: Cast, *, at: datetime) -> None:
    """Let volunteers give to the pool, the office grant, and a colleague ask for a correction."""
    others = [one for one in cast.volunteers[2:] if one.user_id is not None]
    rich = [one for one in others if queries.balance(one.pk) >= GIFT][:GIVERS]
    for days, giver in enumerate(rich, start=2):
        _give(giver, at=at - timedelta(days=days))
    actions.deliver_gifts(at=at)
    if queries.pool_balance() < GIFT:
        return
    actions.ask_adjustment(
        kind=AdjustmentKind.GRANT, volunteer_id=others[-1].pk, amount=GIFT,
        reason="家中有病人，兑换体检一次", by=cast.office, at=at - timedelta(days=1),
    )  # fmt: skip
    colleague = create_account(
        handle="demo-city-colleague", display_name="田文静", at=at, phone="19903519077"
    )
    access.give_role(user=colleague, role=Role.CITY_OFFICE, region=regions.city(), by=None, at=at)
    for kind, amount, reason in (
        (AdjustmentKind.RAISE, 40, "两次服务漏记，时长已更正，补发积分"),
        (AdjustmentKind.LOWER, 10, "重复发放，予以扣减"),
    ):
        actions.ask_adjustment(
            kind=kind, volunteer_id=others[0].pk, amount=amount, reason=reason, by=colleague,
            at=at - timedelta(hours=5),
        )  # fmt: skip


def _give(giver: Volunteer, *, at: datetime) -> None:
    assert giver.user is not None  # noqa: S101 -- chosen so
    actions.give(giver=giver, receiver_id=None, amount=GIFT, key="demo", by=giver.user, at=at)
