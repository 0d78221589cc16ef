"""Appeals, gifts, files, orders, refunds and bills for tests."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

from django.conf import settings

from voluncity.city.people.lists.source import in_memory
from voluncity.city.people.models import User
from voluncity.fund.donations import actions, fakes, rules
from voluncity.fund.donations.fakes.server import MCHID
from voluncity.fund.donations.models import (
    Appeal,
    Batch,
    Bill,
    Difference,
    Gift,
    GivingEvent,
    Order,
    Refund,
)
from voluncity.fund.donations.rules import AppealPlan, EventPlan, GiftPlan, OrderPlan
from voluncity.fund.donations.states import Channel, DifferenceKind, Mode
from voluncity.fund.governance.models import Fund
from voluncity.kernel import workbook
from voluncity.kernel.clock import local_date
from voluncity.testing.make_fund import make_fund
from voluncity.testing.make_people import NOON, make_user

_numbers = count(1)
HEADING = ("交易流水号", "捐赠金额", "捐赠时间", "捐赠人", "是否匿名", "留言")


def appeal_plan(*, at: datetime = NOON, **said: Any) -> AppealPlan:
    """Return what is filed for lamps of a hundred thousand yuan, handed over to a platform."""
    today = local_date(at)
    begins = said.get("from_on", today - timedelta(days=30))
    usual: dict[str, Any] = {
        "filed_on": min(begins - timedelta(days=20), today),
        "title": "为独居老人装一盏夜灯", "summary": "一盏灯，一夜安心。",
        "story": "<p>老人夜里起身容易跌倒，一盏感应夜灯就能照亮脚下。</p>", "mode": Mode.LINK,
        "goal": "100000", "from_on": today - timedelta(days=30),
        "until_on": today + timedelta(days=60), "area": "太原市",
        "filing_no": f"5314000000000A{next(_numbers):06d}", "leader_name": "周敏",
        "office_address": "并州北路 1 号", "contact_phone": "0351-4567890",
        "beneficiaries": "全市约 500 户独居老人，由社区入户核实后确定。",
        "spending_plan": "采购夜灯和安装，每户 200 元。", "cost_plan": "不从募捐款中列支。",
        "surplus_rule": "用于同类助老项目并向社会公开。", "platform_name": "善行募捐平台",
        "platform_url": "https://give.example.org/lamps",
    }  # fmt: skip
    return AppealPlan(**(usual | said))


def licensed_fund(region: Any = None, *, at: datetime = NOON) -> Fund:
    """Return a fund whose foundation may raise from the public."""
    until = local_date(at) + timedelta(days=900)
    return make_fund(region, at=at, license_number="GMZG-2024-0018", license_until=until)


def make_draft(fund: Fund | None = None, *, at: datetime = NOON, **said: Any) -> Appeal:
    """Return an appeal that nobody sees yet."""
    fund = fund or licensed_fund(at=at)
    return actions.write_appeal(
        fund=fund, plan=appeal_plan(at=at, **said), by=make_user("募捐专员"), at=at
    )


def make_appeal(fund: Fund | None = None, *, at: datetime = NOON, **said: Any) -> Appeal:
    """Return an appeal that everybody sees."""
    appeal = make_draft(fund, at=at, **said)
    actions.submit_appeal(appeal=appeal, declares=True, by=appeal.made_by, at=at)
    return actions.publish_appeal(appeal=appeal, merchant_no=MCHID, by=make_user("发布人"), at=at)


def own_site(fund: Fund | None = None, *, at: datetime = NOON, **said: Any) -> Appeal:
    """Return an appeal that is paid on our own page, with the fake service's merchant."""
    return make_appeal(fund, at=at, **({"mode": Mode.OWN, "merchant_no": MCHID} | said))


def gift_plan(amount: str = "200", **said: Any) -> GiftPlan:
    """Return what a desk writes down: two hundred yuan in cash from 李建国."""
    return GiftPlan(**({"channel": Channel.CASH, "amount": amount, "donor": "李建国"} | said))


def make_gift(
    appeal: Appeal, amount: str = "200", *, by: User | None = None, at: datetime = NOON,
    event: GivingEvent | None = None, handle: str = "", **said: Any,
) -> Gift:  # fmt: skip
    """Return a gift that waits for another person."""
    return actions.record_gift(
        appeal=appeal, plan=gift_plan(amount, **said), given_at=at, event=event, handle=handle,
        by=by or make_user("登记人"), at=at,
    )  # fmt: skip


def make_booked(appeal: Appeal, amount: str = "200", *, at: datetime = NOON, **said: Any) -> Gift:
    """Return a gift that is in the books."""
    gift = make_gift(appeal, amount, at=at, **said)
    return actions.book_gift(gift=gift, by=make_user("复核人"), at=at)


def make_event(appeal: Appeal, *, at: datetime = NOON) -> GivingEvent:
    """Return today's event of an appeal."""
    plan = EventPlan("学雷锋日现场募捐", "五一广场", local_date(at), "一盏灯，一座城")
    return actions.hold_event(appeal=appeal, plan=plan, by=make_user("现场"), at=at)


def list_of(*rows: tuple[str, ...], heading: tuple[str, ...] = HEADING) -> bytes:
    """Return the list of a platform as a workbook."""
    out = BytesIO()
    columns = [(name, 16) for name in heading]
    workbook.write_sheet(out, name="明细", columns=columns, rows=rows)
    return out.getvalue()


def look_at(
    appeal: Appeal, *rows: tuple[str, ...], by: User | None = None, at: datetime = NOON
) -> Batch:
    """Return a file that was looked at."""
    source = in_memory("明细.xlsx", list_of(*rows))
    return actions.look_at_file(appeal=appeal, source=source, by=by or make_user("导入人"), at=at)


def make_order(
    appeal: Appeal, user: User, amount: str = "100", *, at: datetime = NOON, handle: str = "",
    openid: str = "oFake", **said: Any,
) -> Order:  # fmt: skip
    """Return an order that waits to be paid."""
    plan = OrderPlan(**({"amount": amount, "donor": "王芳"} | said))
    return actions.start_order(
        appeal=appeal, plan=plan, handle=handle or f"press-{next(_numbers)}", openid=openid,
        monthly=None, by=user, at=at,
    )  # fmt: skip


def pay(
    order: Order, *, at: datetime = NOON, amount: int | None = None
) -> tuple[dict[str, str], bytes]:
    """Pay an order on the phone; return the notification about it."""
    fakes.server().pay(order.trade_no, at=at, amount=amount)
    return fakes.server().notice(order.trade_no, at=at)


def make_refund(gift: Gift, amount: str = "50", *, at: datetime = NOON) -> Refund:
    """Return a refund that waits for another person."""
    return actions.ask_refund(
        gift=gift, amount=amount, reason="捐赠人申请", by=make_user("申请人"), at=at
    )


def use_fake(changed: Any, folder: Path) -> None:
    """Let a test be paid by a fake service of its own."""
    changed.VOLUNCITY_DEMO, changed.VOLUNCITY_PAY = True, "fake"
    changed.VOLUNCITY_FILES = str(folder)


def make_world_donations(region: Any, user: User, *, at: datetime) -> dict[str, Any]:
    """Return one of everything for a half of the world; nobody pays: that needs no service."""
    fund = licensed_fund(region, at=at)
    draft = make_draft(fund, at=at)
    appeal = own_site(fund, at=at, filing_no=f"5314000000000B{next(_numbers):06d}")
    event = make_event(appeal, at=at)
    gift = make_booked(appeal, at=at)
    Gift.objects.filter(pk=gift.pk).update(user=user)
    order = Order.objects.create(
        appeal=appeal, user=user, trade_no=f"VC{next(_numbers):028d}", made_at=at,
        handle=f"world-{next(_numbers)}", merchant_no=MCHID, amount_fen=100,
        expires_at=at + timedelta(minutes=30),
    )  # fmt: skip
    merchant = f"19{fund.pk:08d}"[:10]
    Appeal.objects.filter(pk=appeal.pk).update(merchant_no=merchant)
    bill = Bill.objects.create(
        merchant_no=merchant, day=date(2026, 3, 5), rows=1, total_fen=100, refund_fen=0,
        own_rows=0, own_fen=0, own_refund_fen=0, at=at,
    )  # fmt: skip
    difference = Difference.objects.create(
        bill=bill, kind=DifferenceKind.EXTRA, trade_no="VC-unknown", bill_fen=100
    )
    plan = appeal.plans.create(
        user=user, amount_fen=1000, next_on=local_date(at) + timedelta(days=9), made_at=at
    )
    batch = look_at(
        appeal, (f"PT{next(_numbers):08d}", "88", f"{local_date(at)} 08:00", "赵敏", "", ""), at=at
    )
    return {
        "fund_appeal": appeal.pk, "fund_appeal_draft": draft.pk, "giving_event": event.pk,
        "fund_gift": make_gift(appeal, at=at).pk, "own_gift": gift.pk, "gift_order": order.pk,
        "gift_refund": make_refund(gift, at=at).pk, "gift_bill": bill.pk,
        "gift_difference": difference.pk, "gift_plan": plan.pk, "gift_batch": batch.pk,
        "gift_code": rules.certificate_code(gift, key=settings.SECRET_KEY.encode()),
    }  # fmt: skip
