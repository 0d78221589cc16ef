"""Funds with people, resolutions, money and budgets for tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from voluncity.city.files.rules import Checked, check_paper
from voluncity.city.people.models import User
from voluncity.city.regions.models import Region
from voluncity.fund.books import actions as books
from voluncity.fund.books.actions import BudgetPlan, PostingPlan
from voluncity.fund.books.models import Budget, Entry, Posting
from voluncity.fund.governance import actions, queries
from voluncity.fund.governance.actions import CharterPlan, ItemPlan, MeetingPlan
from voluncity.fund.governance.models import Charter, Fund, Meeting, Purpose, Resolution, Seat
from voluncity.fund.governance.rules import FundPlan, SeatPlan
from voluncity.fund.governance.states import Body, Choice, Duty, Presence, Share
from voluncity.kernel.clock import local_date
from voluncity.testing.make_files import make_paper
from voluncity.testing.make_orgs import make_code
from voluncity.testing.make_people import NOON, make_region, make_user

_numbers = count(1)
PLAN = FundPlan(
    name="志愿家园专项基金", foundation_name="晋阳公益基金会", foundation_code="",
    license_number="", license_until=None, region_id=0, aim="支持志愿服务项目，帮扶困难群众。",
    address="并州北路 1 号", phone="0351-4567890", founded_on=date(2018, 1, 8),
)  # fmt: skip
LEADERS = (("赵立新", Duty.HEAD), ("钱文清", Duty.DEPUTY), ("孙秀英", Duty.MEMBER))


def fund_plan(region: Region | None = None, **said: Any) -> FundPlan:
    """Return what is said about a fund; every foundation of the tests is another one."""
    region_id = region.pk if region else make_region("并州路社区", code="140106009001").pk
    usual: dict[str, Any] = {"region_id": region_id, "foundation_code": make_code()}
    return replace(PLAN, **(usual | said))


def make_fund(region: Region | None = None, *, at: datetime = NOON, **said: Any) -> Fund:
    """Return a fund under a foundation."""
    return actions.found_fund(plan=fund_plan(region, **said), by=make_user("登记人"), at=at)


def make_purpose(fund: Fund, name: str = "关爱老人", *, at: datetime = NOON) -> Purpose:
    """Return something that a fund serves."""
    return actions.add_purpose(fund=fund, name=name, what="", by=fund.made_by, at=at)


def seat_plan(person: str = "李建国", *, at: datetime = NOON, **said: Any) -> SeatPlan:
    """Return a term of three years, one of which is over."""
    today = local_date(at)
    usual: dict[str, Any] = {
        "body": Body.LEADING, "duty": Duty.MEMBER, "person": person, "unit": "",
        "from_on": today - timedelta(days=365), "until_on": today + timedelta(days=730),
    }  # fmt: skip
    return SeatPlan(**(usual | said))


def make_leaders(fund: Fund, *, at: datetime = NOON) -> list[Seat]:
    """Return a leading group of three with a supervisor beside it."""
    # Of another unit in each fund: nobody may head many of them.
    plans = [seat_plan(name, duty=duty, unit=f"{fund.pk} 号社区", at=at) for name, duty in LEADERS]
    plans.append(seat_plan("周明", body=Body.SUPERVISORS, duty=Duty.SUPERVISOR, at=at))
    return [actions.appoint(fund=fund, plan=plan, by=fund.made_by, at=at) for plan in plans]


def make_meeting(fund: Fund, *, at: datetime = NOON, items: Sequence[ItemPlan] = ()) -> Meeting:
    """Return a meeting of this hour with its agenda; the fund has its leading group."""
    if not fund.seats.exists():
        make_leaders(fund, at=at)
    plan = MeetingPlan("领导小组会议", at, "三楼会议室")
    meeting = actions.plan_meeting(
        fund=fund, plan=plan, handle=f"meeting-{next(_numbers)}", by=fund.made_by, at=at
    )
    for item in items or (ItemPlan("本年度预算", "同意本年度预算。"),):
        actions.add_item(meeting=meeting, plan=item, by=fund.made_by, at=at)
    return meeting


def hold(meeting: Meeting, *, at: datetime = NOON, presence: str = Presence.PRESENT) -> Meeting:
    """Hold a meeting to which everybody came, or was as `presence` says."""
    seats = queries.seats_on(meeting.fund, local_date(meeting.starts_at))
    return actions.hold_meeting(
        meeting=meeting, presences={seat.pk: presence for seat in seats},
        by=meeting.fund.made_by, at=at,
    )  # fmt: skip


def make_resolution(
    fund: Fund, title: str = "本年度预算", *, at: datetime = NOON, text: str = ""
) -> Resolution:
    """Return what a meeting resolved with all voices."""
    item = ItemPlan(title, text or f"同意{title}。")
    meeting = hold(make_meeting(fund, at=at, items=[item]), at=at)
    for point in meeting.items.all():
        choices = {seat.pk: Choice.FOR for seat in queries.voters(meeting)}
        actions.record_votes(item=point, choices=choices, by=fund.made_by, at=at)
    [made] = actions.close_meeting(meeting=meeting, minutes="全体同意。", by=fund.made_by, at=at)
    return made


def charter_plan(**said: Any) -> CharterPlan:
    """Return a charter of one sentence with the usual shares."""
    usual: dict[str, Any] = {
        "body": "<p>本基金支持志愿服务。</p>", "change": "", "quorum": Share.TWO_THIRDS,
        "majority": Share.HALF, "important_majority": Share.TWO_THIRDS,
    }  # fmt: skip
    return CharterPlan(**(usual | said))


def make_charter(fund: Fund, *, at: datetime = NOON, **said: Any) -> Charter:
    """Return a charter that holds from today on."""
    by = fund.made_by
    charter = actions.draft_charter(fund=fund, plan=charter_plan(**said), by=by, at=at)
    return actions.adopt_charter(
        charter=charter, resolution=make_resolution(fund, "基金章程", at=at),
        valid_from=local_date(at), seen=charter.edition, by=by, at=at,
    )  # fmt: skip


# -- Money ---------------------------------------------------------------------------------------


def give_money(
    fund: Fund, fen: int, purpose: Purpose | None = None, *, at: datetime = NOON
) -> Entry:
    """Book a gift."""
    number = next(_numbers)
    return books.receive(
        fund=fund, purpose=purpose, amount_fen=fen, key=f"gift:test-{number}",
        source=f"gift:test-{number}", reason="爱心捐赠", at=at, by=None,
    )  # fmt: skip


def award(
    fund: Fund, fen: int, purpose: Purpose | None = None, *, name: str = "application:1",
    serves: Purpose | None = None, at: datetime = NOON,
) -> Entry:  # fmt: skip
    """Reserve money for a project by a resolution."""
    return books.reserve(
        fund=fund, purpose=purpose, serves=serves or purpose, award=name, amount_fen=fen,
        key=f"award:test-{next(_numbers)}", resolution=make_resolution(fund, "资助项目", at=at),
        reason="立项资助", at=at, by=None,
    )  # fmt: skip


def posting_plan(kind: str = "management", fen: int = 5_000, **said: Any) -> PostingPlan:
    """Return what moved: office paper for fifty yuan."""
    usual: dict[str, Any] = {
        "kind": kind, "purpose": None, "amount_fen": fen, "on": local_date(NOON),
        "reason": "办公用品",
    }  # fmt: skip
    return PostingPlan(**(usual | said))


def make_posting(
    fund: Fund, *, by: User | None = None, at: datetime = NOON, proof: Checked | None = None,
    **said: Any,
) -> Posting:  # fmt: skip
    """Return a movement that waits for another one to book it."""
    return books.propose(
        fund=fund, plan=posting_plan(**({"on": local_date(at)} | said)), proof=proof,
        handle=f"posting-{next(_numbers)}", by=by or make_user("登记人"), at=at,
    )  # fmt: skip


def make_budget(
    fund: Fund, lines: Sequence[tuple[str, Purpose | None, int]] = (), *,
    by: User | None = None, at: datetime = NOON,
) -> Budget:  # fmt: skip
    """Return a draft of this year's budget."""
    plan = BudgetPlan("", tuple(lines) or (("gift", None, 1_000_000), ("payment", None, 800_000)))
    return books.draft_budget(
        fund=fund, year=local_date(at).year, plan=plan, by=by or make_user("编制人"), at=at
    )


def scanned() -> Checked:
    """Return a paper as a form hands it on."""
    upload: SimpleUploadedFile = make_paper()
    return check_paper(upload)


def make_world_fund(region: Region, *, at: datetime) -> dict[str, Any]:
    """Return one of everything of a fund for a half of the world."""
    fund = make_fund(region, at=at)
    purpose, by = make_purpose(fund, at=at), fund.made_by
    give_money(fund, 100_000, purpose, at=at)
    give_money(fund, 50_000, at=at)
    charter = make_charter(fund, at=at, paper=scanned())
    draft = actions.draft_charter(fund=fund, plan=charter_plan(paper=scanned()), by=by, at=at)
    planned = make_meeting(fund, at=at)
    document = actions.add_document(
        fund=fund, title="年度报告", paper=scanned(), is_public=True, by=by, at=at
    )
    return {
        "fund": fund.pk, "fund_purpose": purpose.pk, "charter": charter.pk,
        "charter_draft": draft.pk, "fund_document": document.pk,
        "seat": fund.seats.order_by("pk")[0].pk, "fund_meeting": planned.pk,
        "agenda_item": planned.items.get().pk,
        "resolution": fund.resolutions.order_by("pk")[0].pk,
        "fund_posting": make_posting(fund, at=at, proof=scanned()).pk,
        "fund_budget": make_budget(fund, at=at).pk,
    }  # fmt: skip
