"""Who gives in the demo city: three appeals, a morning on the square, a platform's list."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

from voluncity.city.people.lists.source import in_memory
from voluncity.city.people.models import User
from voluncity.fund.donations import actions, fakes, gateway
from voluncity.fund.donations.fakes.server import MCHID
from voluncity.fund.donations.models import Appeal, GivingEvent
from voluncity.fund.donations.rules import (
    AppealPlan,
    DisclosurePlan,
    EventPlan,
    GiftPlan,
    OrderPlan,
)
from voluncity.fund.donations.states import Channel, DisclosureKind, DonorKind, Mode
from voluncity.fund.governance.models import Fund
from voluncity.kernel import workbook
from voluncity.kernel.clock import local_date

if TYPE_CHECKING:
    from voluncity.doors.portal.demo.cast import Cast

PLATFORM = "善行互联网募捐平台（演示）"
# Name, yuan, a word, and whether the name may be shown.
ON_THE_SQUARE = (
    ("晋阳机械厂", 50_000, "照亮回家的路", True), ("陈桂兰", 200, "都是老姐妹，出一份力", False),
    ("迎泽门社区党支部", 3_600, "", True), ("李建国", 500, "", False), ("", 1_000, "", False),
    ("汾河小学三（2）班", 862, "攒下的零花钱", True), ("赵敏", 300, "愿每个夜晚都安稳", False),
    ("老味面馆", 2_000, "一碗面的心意", True), ("孙立新", 100, "", False),
    ("并州药房", 5_000, "", True), ("王秀英", 66, "图个顺", False), ("", 20, "", False),
)  # fmt: skip
UNITS = ("厂", "支部", "班", "馆", "房")
ON_THE_PLATFORM = (
    ("爱心网友", "12.50", ""), ("小雨点", "50", "加油"), ("刘晓东", "200", ""),
    ("张丽娟", "100", "希望老人平安"), ("匿名", "1000", ""), ("高鹏飞", "30", ""),
)  # fmt: skip


def raise_money(cast: Cast, *, at: datetime) -> None:
    """Publish appeals, take gifts in every way, and leave some for the desk."""
    office, finance = cast.staff["demo-fund-office"], cast.staff["demo-fund-finance"]
    fund = Fund.objects.order_by("pk")[0]
    lamps = _lamps(fund, office, finance, at=at - timedelta(days=40))
    meals = _meals(fund, office, finance, at=at - timedelta(days=200))
    _give_on_the_square(lamps, office, finance, at=at)
    _import_list(meals, office, finance, at=at - timedelta(days=3))
    _transfer(meals, office, finance, at=at - timedelta(days=20))
    _pay_here(cast, lamps, at=at - timedelta(hours=3))
    _draft(fund, office, at=at - timedelta(days=1))


def _plan(at: datetime, **said: Any) -> AppealPlan:
    today = local_date(at)
    usual = AppealPlan(
        title="", summary="", story="", mode=Mode.LINK, goal="", from_on=today,
        until_on=today + timedelta(days=170), area="太原市", filing_no="",
        filed_on=today - timedelta(days=16), leader_name="冯秀兰",
        office_address="新建路 69 号", contact_phone="0351-4567890",
        beneficiaries="", spending_plan="", cost_plan="不从募捐款中列支，由基金会承担。",
        surplus_rule="用于同类志愿服务项目，并向社会公开。", platform_name=PLATFORM,
        platform_url="https://give.example.org/", bank_name="并州银行新建路支行（演示）",
        bank_account="0000111122223333",
    )  # fmt: skip
    return replace(usual, **said)


def _published(
    fund: Fund, plan: AppealPlan, office: User, finance: User, *, at: datetime
) -> Appeal:
    appeal = actions.write_appeal(fund=fund, plan=plan, by=office, at=at)
    actions.submit_appeal(appeal=appeal, declares=True, by=office, at=at)
    return actions.publish_appeal(appeal=appeal, merchant_no=MCHID, by=finance, at=at)


def _lamps(fund: Fund, office: User, finance: User, *, at: datetime) -> Appeal:
    purpose = fund.purposes.filter(name="关爱老人").first()
    plan = _plan(
        at, title="为独居老人装一盏夜灯", summary="一盏感应灯，照亮老人夜里起身的几步路。",
        story=(
            "<p>独居老人夜里起身，最怕看不清脚下。志愿者入户走访了三个街道，十位老人里有四位"
            "在夜里摔过跤。</p><h2>我们想做的</h2><p>为 500 户独居老人在床边、走廊和卫生间装上"
            "感应夜灯，由志愿者上门安装，每季度回访一次。</p><ul><li>每户三盏灯，200 元</li>"
            "<li>安装和回访由志愿者完成，不收费</li></ul>"
        ),
        mode=Mode.OWN, merchant_no=MCHID, goal="100000", filing_no="53140000MJ0000018600001",
        purpose_id=purpose.pk if purpose else None,
        beneficiaries="迎泽、杏花岭、万柏林三区约 500 户独居老人，由社区核实、志愿者入户确认。",
        spending_plan="采购感应夜灯 1,500 盏，8 万元；安装耗材和保险 1.5 万元；回访 0.5 万元。",
    )  # fmt: skip
    return _published(fund, plan, office, finance, at=at)


def _meals(fund: Fund, office: User, finance: User, *, at: datetime) -> Appeal:
    plan = _plan(
        at, title="温暖一餐：社区助老食堂", summary="让走不动的老人也吃上热饭。",
        story=(
            "<p>社区食堂开起来了，可腿脚不便的老人下不了楼。志愿者把热饭送到床前，"
            "缺的是保温箱和一点补贴。</p>"
        ),
        goal="300000", filing_no="53140000MJ0000018600002",
        until_on=local_date(at) + timedelta(days=300),
        beneficiaries="参加助老食堂的 12 个社区里，行动不便的 70 岁以上老人，约 800 人。",
        spending_plan="保温箱 60 个，6 万元；用餐补贴每餐 3 元，24 万元。",
    )  # fmt: skip
    appeal = _published(fund, plan, office, finance, at=at)
    told = DisclosurePlan(
        DisclosureKind.PROGRESS, "第一批保温箱送到社区",
        "<p>前两个月募集的款项用于采购 20 个保温箱，已送到 4 个社区，每天送餐 120 份。</p>",
    )  # fmt: skip
    actions.tell(appeal=appeal, plan=told, corrects=None, by=office, at=at + timedelta(days=60))
    return appeal


def _give_on_the_square(appeal: Appeal, office: User, finance: User, *, at: datetime) -> None:
    plan = EventPlan("五一广场现场募捐", "五一广场", local_date(at), "一盏灯，一座城")
    event = actions.hold_event(appeal=appeal, plan=plan, by=office, at=at - timedelta(hours=5))
    for number, (name, yuan, words, shows) in enumerate(ON_THE_SQUARE):
        _give(event, name, yuan, words, shows=shows, number=number, by=(office, finance), at=at)


def _give(  # noqa: PLR0913 -- a gift has that many facts
    event: GivingEvent, name: str, yuan: int, words: str, *, shows: bool, number: int,
    by: tuple[User, User], at: datetime,
) -> None:  # fmt: skip
    given_at = at - timedelta(minutes=240 - number * 15)
    plan = GiftPlan(
        channel=Channel.EVENT, amount=str(yuan), donor=name, message=words, shows_name=shows,
        donor_kind=DonorKind.UNIT if name.endswith(UNITS) else DonorKind.PERSON,
        is_anonymous=not name,
    )  # fmt: skip
    gift = actions.record_gift(
        appeal=event.appeal, plan=plan, given_at=given_at, event=event, handle="", by=by[0],
        at=given_at,
    )  # fmt: skip
    if number < len(ON_THE_SQUARE) - 2:  # the last ones wait for the second person
        actions.book_gift(gift=gift, by=by[1], at=given_at + timedelta(minutes=2))


def _import_list(appeal: Appeal, office: User, finance: User, *, at: datetime) -> None:
    out, day = BytesIO(), local_date(at)
    columns = [(name, 16) for name in ("交易流水号", "捐赠金额（元）", "捐赠时间", "昵称", "留言")]
    rows = [
        (f"SX{day:%Y%m%d}{number:06d}", sum_, f"{day} 10:{number:02d}:00", name, words)
        for number, (name, sum_, words) in enumerate(ON_THE_PLATFORM)
    ]
    workbook.write_sheet(out, name="明细", columns=columns, rows=rows)
    source = in_memory("善行平台捐赠明细.xlsx", out.getvalue())
    later = at + timedelta(days=1)
    batch = actions.look_at_file(appeal=appeal, source=source, by=office, at=later)
    actions.take_batch(batch=batch, by=office, at=later)
    actions.book_batch(batch=batch, by=finance, at=later)


def _transfer(appeal: Appeal, office: User, finance: User, *, at: datetime) -> None:
    plan = GiftPlan(
        channel=Channel.TRANSFER, amount="120000", donor="晋源置业有限公司", shows_name=True,
        donor_kind=DonorKind.UNIT, receipt_no="BZ20260000088", wants_receipt=True,
    )  # fmt: skip
    gift = actions.record_gift(
        appeal=appeal, plan=plan, given_at=at, event=None, handle="", by=office, at=at
    )
    actions.book_gift(gift=gift, by=finance, at=at)
    actions.ask_refund(
        gift=gift, amount="20000", reason="捐赠人多转了一笔，来函申请退还", by=office, at=at
    )


def _pay_here(cast: Cast, appeal: Appeal, *, at: datetime) -> None:
    """Let the known volunteer have paid once by phone, where the demo plays payments."""
    giver = cast.volunteers[0].user
    if giver is None or not gateway.is_fake():
        return
    order = actions.start_order(
        appeal=appeal, plan=OrderPlan("88.88", donor=cast.volunteers[0].name, message="平安"),
        handle=f"demo-{giver.pk}", openid="oDemo", monthly=None, by=giver, at=at,
    )  # fmt: skip
    fakes.server().pay(order.trade_no, at=at)
    headers, body = fakes.server().notice(order.trade_no, at=at)
    actions.take_notice(headers=headers, body=body, at=at)
    actions.start_plan(appeal=appeal, amount="20", by=giver, at=at)


def _draft(fund: Fund, office: User, *, at: datetime) -> None:
    plan = _plan(
        at, title="山区孩子的冬衣", summary="一件棉衣，一个暖冬。", goal="80000",
        story="<p>阳曲、娄烦的山里冬天来得早。请为孩子们添一件棉衣。</p>", mode=Mode.LEDGER,
        filing_no="53140000MJ0000018600003", beneficiaries="两县 6 所寄宿小学的学生，约 400 人。",
        spending_plan="棉衣每件 180 元，由学校按名册发放并公开。", platform_name="",
        platform_url="",
    )  # fmt: skip
    appeal = actions.write_appeal(fund=fund, plan=plan, by=office, at=at)
    actions.submit_appeal(appeal=appeal, declares=True, by=office, at=at)
