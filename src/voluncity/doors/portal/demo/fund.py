"""The special fund of the demo city: its people and meetings, 2019 as its summary tells it, today.

The foundation and the people are fictional. What happened in 2019 stands in `fund_2019`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from voluncity.city.inbox import actions as inbox
from voluncity.city.journal.actions import catch_up
from voluncity.city.people.models import User
from voluncity.city.regions.models import Region
from voluncity.doors.portal.demo import fund_story, fund_work
from voluncity.doors.portal.demo.fund_2019 import CHILDREN, CITY, CULTURE, ELDERS, HEALTH
from voluncity.doors.portal.demo.fund_story import People
from voluncity.fund.books import actions as books
from voluncity.fund.books.actions import BudgetPlan, PostingPlan
from voluncity.fund.books.states import EntryKind
from voluncity.fund.governance import actions, queries
from voluncity.fund.governance.actions import CharterPlan, ItemPlan, MeetingPlan
from voluncity.fund.governance.models import Fund, Purpose, Resolution
from voluncity.fund.governance.rules import FOUNDING, FundPlan, SeatPlan
from voluncity.fund.governance.states import Body, Choice, Duty, Presence
from voluncity.kernel.clock import CITY_TZ, local_date

if TYPE_CHECKING:
    from voluncity.doors.portal.demo.cast import Cast

NAME = "志愿太原专项基金"
FOUNDATION, FOUNDATION_CODE = "晋阳志愿服务基金会", "53140000MJ00000186"
FOUNDED, AGAIN = date(2018, 3, 5), date(2023, 3, 5)
EXPERTS = ("award-expert-1", "award-expert-2")
PURPOSES = (
    (ELDERS, "陪伴空巢、失独老人，义务修脚、助餐、心理关怀。"),
    (CHILDREN, "陪伴自闭症和留守儿童，安全与自然教育。"),
    (CULTURE, "非物质文化遗产的展示和传习。"),
    (HEALTH, "疾病预防宣传，应急救护培训。"),
    (CITY, "文明交通，志愿服务平台建设。"),
)
PEOPLE = (
    ("宋文礼", Body.LEADING, Duty.HEAD, "市文明办"),
    ("冯秀兰", Body.LEADING, Duty.DEPUTY, "晋阳志愿服务基金会"),
    ("韩志刚", Body.LEADING, Duty.MEMBER, "市民政局"),
    ("于海燕", Body.LEADING, Duty.MEMBER, "市慈善总会"),
    ("董建华", Body.LEADING, Duty.SECRETARY, "专项基金办公室"),
    ("袁国强", Body.SUPERVISORS, Duty.HEAD, "会计师事务所"),
    ("邓淑华", Body.SUPERVISORS, Duty.SUPERVISOR, "志愿者代表"),
)


def run_the_fund(cast: Cast, *, at: datetime) -> None:
    """Found the fund, let it live through 2019, and leave this year's work on the desk."""
    office, finance = cast.staff["demo-fund-office"], cast.staff["demo-fund-finance"]
    fund = _found(office)
    purposes = {
        name: actions.add_purpose(fund=fund, name=name, what=what, by=office, at=_on(FOUNDED))
        for name, what in PURPOSES
    }
    _seat(fund, office)
    _adopt_charter(fund, office)
    _live_through_2019(cast, fund, purposes, at=at)
    _work_on(fund, purposes, office, finance, at=at)


def _on(day: date, hour: int = 9) -> datetime:
    return datetime.combine(day, time(hour), CITY_TZ).astimezone(UTC)


def _found(office: User) -> Fund:
    plan = FundPlan(
        name=NAME, foundation_name=FOUNDATION, foundation_code=FOUNDATION_CODE,
        license_number="晋募证〔2018〕第000号（演示）", license_until=date(2030, 3, 4),
        region_id=Region.objects.get(code="140100000000").pk,
        aim="支持志愿服务组织和项目，帮扶老人、儿童和有困难的群众，让志愿服务可持续。",
        address="新建路 69 号", phone="0351-4567890", founded_on=FOUNDED,
    )  # fmt: skip
    return actions.found_fund(plan=plan, by=office, at=_on(FOUNDED))


def _seat(fund: Fund, office: User) -> None:
    """Appoint everybody for five years, and once more."""
    for first, last in ((FOUNDED, AGAIN), (AGAIN, date(2028, 3, 5))):
        for person, body, duty, unit in PEOPLE:
            plan = SeatPlan(body, duty, person, unit, first, last)
            actions.appoint(fund=fund, plan=plan, by=office, at=_on(first))


def _resolve(fund: Fund, day: date, title: str, *items: ItemPlan) -> list[Resolution]:
    """Hold a meeting to which all but one came and agreed."""
    at, by = _on(day), fund.made_by
    meeting = actions.plan_meeting(
        fund=fund, plan=MeetingPlan(title, at, "市文明办三楼会议室"), handle=f"demo-fund-{day}",
        by=by, at=at,
    )  # fmt: skip
    for item in items:
        actions.add_item(meeting=meeting, plan=item, by=by, at=at)
    presences: dict[int, str] = {seat.pk: Presence.PRESENT for seat in queries.seats_on(fund, day)}
    presences[list(presences)[3]] = Presence.EXCUSED
    actions.hold_meeting(meeting=meeting, presences=presences, by=by, at=at)
    choices: dict[int, str] = {seat.pk: Choice.FOR for seat in queries.voters(meeting)}
    for item in meeting.items.filter(is_vote=True):
        actions.record_votes(item=item, choices=choices, by=by, at=at)
    minutes = "会议由组长主持，逐项讨论并表决，监督小组列席。出席成员一致同意。"
    return actions.close_meeting(meeting=meeting, minutes=minutes, by=by, at=at)


CHARTER = """<h2>第一章 总则</h2><p>本基金设在晋阳志愿服务基金会，不是法人，没有独立账户，
全部捐赠由基金会接收，全部支出由基金会支付。</p><h2>第二章 用途</h2><p>资助志愿服务项目，
尊重捐赠人的意愿，限定用途的捐赠只用于指定的方向。</p><h2>第三章 决定</h2><p>领导小组会议须有
三分之二以上成员出席。一般事项由出席成员过半数通过；章程、人员任免、重大募捐和资助由出席成员
三分之二以上通过。与议题有利害关系的成员应当回避。</p><h2>第四章 公开</h2>
<p>收入、支出、资助项目和决议向社会公开，接受监督小组和社会的监督。</p>"""


def _adopt_charter(fund: Fund, office: User) -> None:
    [resolution] = _resolve(
        fund, date(2018, 3, 20), "领导小组第一次会议",
        ItemPlan("基金章程", "通过基金章程，自 2018 年 4 月 1 日起施行。", is_important=True),
    )  # fmt: skip
    plan = CharterPlan(
        CHARTER.replace("\n", ""), "", FOUNDING.quorum, FOUNDING.majority,
        FOUNDING.important_majority,
    )  # fmt: skip
    at = _on(date(2018, 3, 21))
    charter = actions.draft_charter(fund=fund, plan=plan, by=office, at=at)
    actions.adopt_charter(
        charter=charter, resolution=resolution, valid_from=date(2018, 4, 1),
        seen=charter.edition, by=office, at=at,
    )  # fmt: skip


def _live_through_2019(
    cast: Cast, fund: Fund, purposes: dict[str, Purpose], *, at: datetime
) -> None:
    """Let 2019 happen once more: gifts, sixty applications, fourteen projects to their closing."""
    experts = User.objects.filter(handle__in=EXPERTS).order_by("handle")
    people = People(
        fund.made_by, cast.staff["demo-fund-checker"], cast.staff["demo-fund-finance"],
        (experts[0], experts[1]),
    )  # fmt: skip
    fund_story.raise_money(fund, purposes, people)
    call = fund_story.call_for_projects(fund, people)
    winning, others = fund_story.apply_for_projects(call, fund_story.found_teams(cast))
    taken = fund_story.check_papers(winning, others, people)
    fund_story.score(call, [one for _, one in [*winning, *taken]], people)
    asked = sum(won.asked for won, _ in winning) // 100
    _, resolution = _resolve(
        fund, date(2019, 4, 10), "领导小组 2019 年第一次会议",
        ItemPlan("2018 年工作汇报", is_vote=False),
        ItemPlan("2019 年度工作计划", "通过 2019 年度工作计划。"),
        ItemPlan(
            "2019 年度资助项目", f"资助志愿服务项目 14 个，共 {asked:,} 元。", is_important=True
        ),
    )  # fmt: skip
    decided = fund_story.decide(winning, taken, purposes, resolution, people)
    fund_work.carry_out(fund, decided, people)
    _read_old_letters(cast, people, at=at)


def _read_old_letters(cast: Cast, people: People, *, at: datetime) -> None:
    """Let nobody find letters of 2019 unread today."""
    catch_up(at=at)
    supervisor = cast.staff["demo-fund-supervisor"]
    for one in (people.office, people.finance, supervisor, *people.experts):
        inbox.read_all(by=one, at=_on(date(2020, 7, 1)))


def _work_on(
    fund: Fund, purposes: dict[str, Purpose], office: User, finance: User, *, at: datetime
) -> None:
    """Plan this year, book what runs, and leave a posting and a meeting for the desk."""
    today = local_date(at)
    last = today.replace(year=today.year - 1, month=6, day=15)
    books.receive(
        fund=fund, purpose=None, amount_fen=32_000_000, key="history:last-year:1",
        source="history:last-year", reason="上年募集", at=_on(last), by=office,
    )  # fmt: skip
    _plan_the_year(fund, purposes, office, finance, today)
    first = min(date(today.year, 1, 20), today)
    for kind, yuan, reason, purpose in (
        (EntryKind.INTEREST, 8_640, "上季度存款利息", None),
        (EntryKind.MANAGEMENT, 6_200, "审计费", None),
        (EntryKind.BANK_FEE, 120, "银行手续费", None),
        (EntryKind.CHARITY, 46_000, "志愿者保险", purposes[ELDERS]),
    ):
        plan = PostingPlan(kind, purpose, yuan * 100, first, reason)
        posting = books.propose(
            fund=fund, plan=plan, proof=None, handle=f"demo-{kind}", by=office, at=_on(first)
        )
        books.book(posting=posting, by=finance, at=_on(first, 15))
    asked = at - timedelta(hours=5)
    waiting = PostingPlan(EntryKind.MANAGEMENT, None, 185_000, local_date(asked), "宣传折页印刷")
    books.propose(fund=fund, plan=waiting, proof=None, handle="demo-waiting", by=office, at=asked)
    soon = _on(today + timedelta(days=6), 14)
    meeting = actions.plan_meeting(
        fund=fund, plan=MeetingPlan("领导小组季度会议", soon, "市文明办三楼会议室"),
        handle="demo-fund-soon", by=office, at=at,
    )  # fmt: skip
    for item in (
        ItemPlan("本季度收支情况", is_vote=False),
        ItemPlan("冬季关爱老人项目征集", "面向社会组织征集冬季关爱老人项目。"),
    ):
        actions.add_item(meeting=meeting, plan=item, by=office, at=at)


def _plan_the_year(
    fund: Fund, purposes: dict[str, Purpose], office: User, finance: User, today: date
) -> None:
    day = min(date(today.year, 1, 15), today)
    [resolution] = _resolve(
        fund, day, f"领导小组 {today.year} 年第一次会议",
        ItemPlan(f"{today.year} 年度预算", f"通过 {today.year} 年度预算。", is_important=True),
    )  # fmt: skip
    lines = (
        (EntryKind.GIFT, None, 60_000_000), (EntryKind.INTEREST, None, 3_000_000),
        (EntryKind.PAYMENT, purposes[ELDERS], 24_000_000),
        (EntryKind.PAYMENT, purposes[CHILDREN], 18_000_000),
        (EntryKind.PAYMENT, purposes[CULTURE], 6_000_000),
        (EntryKind.CHARITY, purposes[ELDERS], 5_000_000),
        (EntryKind.MANAGEMENT, None, 4_000_000), (EntryKind.FUNDRAISING, None, 800_000),
    )  # fmt: skip
    budget = books.draft_budget(
        fund=fund, year=today.year, plan=BudgetPlan("按上年执行情况编制。", lines), by=office,
        at=_on(day, 10),
    )  # fmt: skip
    books.approve_budget(
        budget=budget, resolution=resolution, seen=budget.edition, by=finance, at=_on(day, 16)
    )
