"""What this slice keeps about one person: to take along, and what is unfinished."""

from __future__ import annotations

from django.urls import reverse

from voluncity.city.people.models import User, Volunteer
from voluncity.honor.rewards import queries
from voluncity.kernel.own_data import Hindrance, Section


def sections(volunteer: Volunteer) -> list[Section]:
    """Return what the person took, and where it was handed over."""
    rows = tuple(
        (
            one.number, one.version.title, one.merchant.name, str(one.points),
            one.taken_on.isoformat(), one.use_until.isoformat(), one.get_state_display(),
            "、".join(used.shop.name for used in one.live_redemptions),  # type: ignore[attr-defined]
        )
        for one in queries.vouchers_of(volunteer)
    )  # fmt: skip
    columns = ("编号", "兑换项目", "商家", "积分", "兑换日期", "有效期至", "状态", "使用门店")
    return [Section("vouchers", "兑换券", columns, rows)]


def hindrances(_user: User | None, volunteer: Volunteer | None) -> list[Hindrance]:
    """Name the vouchers that are not used or given back yet."""
    if volunteer is None:
        return []
    number = queries.live_of(volunteer).count()
    if not number:
        return []
    sentence = f"您有 {number} 张兑换券还没有使用，请先使用或退还。"
    return [Hindrance(sentence, reverse("rewards:mine"))]
