"""What this slice keeps about one person, for the person to take along."""

from __future__ import annotations

from voluncity.city.people.models import Volunteer
from voluncity.fund.donations import queries
from voluncity.fund.donations.models import MonthlyPlan, Order
from voluncity.kernel.own_data import Section


def sections(volunteer: Volunteer) -> list[Section]:
    """Return what the person gave, wanted to give, and plans to give each month (sums in fen)."""
    user = volunteer.user
    given = tuple(
        (
            one.number, one.appeal.title, one.amount_fen, one.refunded_fen,
            one.given_at.isoformat(), str(one.get_channel_display()), queries.donor(one),
            one.message, one.is_anonymous, one.shows_name, str(one.get_state_display()),
        )
        for one in (queries.gifts_of(user).order_by("pk") if user else ())
    )  # fmt: skip
    orders = tuple(
        (one.trade_no, one.appeal.title, one.amount_fen, one.made_at.isoformat(),
         str(one.get_state_display()))
        for one in Order.objects.filter(user=user).select_related("appeal").order_by("pk")
    ) if user else ()  # fmt: skip
    plans = tuple(
        (one.appeal.title, one.amount_fen, one.next_on.isoformat(), str(one.get_state_display()))
        for one in MonthlyPlan.objects.filter(user=user).select_related("appeal")
    ) if user else ()  # fmt: skip
    return [
        Section(
            "gifts", "捐赠",
            ("编号", "募捐", "金额（分）", "已退还（分）", "时间", "渠道", "捐赠人", "寄语", "匿名",
             "公开姓名", "状态"), given,
        ),
        Section(
            "gift_orders", "捐赠订单", ("单号", "募捐", "金额（分）", "时间", "状态"), orders
        ),
        Section("gift_plans", "月捐", ("募捐", "每月金额（分）", "下次提醒", "状态"), plans),
    ]  # fmt: skip
