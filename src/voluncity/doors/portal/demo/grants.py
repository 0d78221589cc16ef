"""What the demo city's fund supports by resolution: projects in every stage of their work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile

from voluncity.city.files.rules import Checked, check_document
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.city.stations.models import Station
from voluncity.fund.books import actions as books
from voluncity.fund.governance import actions as governance
from voluncity.fund.governance import queries as in_governance
from voluncity.fund.governance.actions import ItemPlan, MeetingPlan
from voluncity.fund.governance.models import Fund, Resolution
from voluncity.fund.governance.states import Choice, Presence
from voluncity.fund.grants import actions, queries
from voluncity.fund.grants.models import Funding
from voluncity.fund.grants.rules.changes import Line, Version
from voluncity.fund.grants.rules.plans import LinePlan, MilestonePlan, SupportPlan
from voluncity.fund.grants.states import FundingKind
from voluncity.kernel.clock import local_date

if TYPE_CHECKING:
    from voluncity.doors.portal.demo.cast import Cast

DAY = timedelta(days=1)
K = FundingKind
Lines = tuple[tuple[str, str, int], ...]


@dataclass(frozen=True)
class Work:
    """One support: for whom, what for, lines in yuan, milestones with the day they are due."""

    kind: FundingKind
    team: str
    title: str
    lines: Lines
    milestones: tuple[tuple[str, str, int], ...]
    days_ago: int

    @property
    def fen(self) -> int:
        """Return the sum."""
        return sum(yuan for *_, yuan in self.lines) * 100


RUNNING = Work(
    K.TEAM, "qiaodong", "暖冬送餐到家",
    (("物资", "保温箱和餐盒", 6000), ("志愿者补贴和保险", "交通和意外险", 3000),
     ("培训和宣传", "食品安全培训", 1000)),
    (("培训送餐志愿者 20 人", "签到表和照片", 30), ("送餐 500 份", "送餐记录", 90),
     ("送餐 1500 份", "送餐记录和回访", 170)), 45,
)  # fmt: skip
TO_SIGN = Work(
    K.TEAM, "qiaodong", "社区应急小屋",
    (("场地和设备", "应急柜和急救箱", 8000), ("培训和宣传", "心肺复苏课", 2000)),
    (("小屋布置完成", "照片和物资清单", 60), ("培训居民 100 人", "签到表", 150)), 20,
)  # fmt: skip
SUSPENDED = Work(
    K.TEAM, "fenhe", "河道救援绳抛投训练",
    (("物资", "救援绳和浮具", 5000), ("志愿者补贴和保险", "意外险", 1500)),
    (("完成两次训练", "训练记录", 50), ("建立救援小组", "名册和值班表", 120)), 70,
)  # fmt: skip
STATION = Work(
    K.STATION, "", "服务站便民角更新",
    (("场地和设备", "血压计、饮水机和座椅", 4000), ("物资", "便民药箱", 800)),
    (("便民角开放", "照片", 40), ("服务居民 300 人次", "站点服务记录", 150)), 30,
)  # fmt: skip


def fund_projects(cast: Cast, *, at: datetime) -> None:
    """Support three teams and a station: one runs, one is to sign, one stands still."""
    office = cast.staff["demo-fund-office"]
    fund = Fund.objects.order_by("pk")[0]
    works = (RUNNING, TO_SIGN, SUSPENDED, STATION)
    start = at - 75 * DAY
    books.receive(
        fund=fund, purpose=None, amount_fen=sum(one.fen for one in works), key="gift:demo-supports",
        source="gift:demo-supports", reason="爱心企业捐赠", at=start - DAY, by=None,
    )  # fmt: skip
    resolution = _resolve(fund, office, at=start)
    run = _Run(fund, resolution, office, cast.staff["demo-org-admin"])
    running, party = run.sign(RUNNING, cast.teams["qiaodong"], at=at)
    first = running.milestones.order_by("number")[0]
    actions.accept_milestone(milestone=first, by=office, at=at - 12 * DAY)
    _ask_change(queries.detailed().get(pk=running.pk), party, at=at - 3 * DAY)
    run.issue(TO_SIGN, cast.teams["qiaodong"], at=at)
    stopped, _ = run.sign(SUSPENDED, cast.teams["fenhe"], at=at)
    actions.suspend(
        funding=stopped, words="原负责人调离，训练场地需要重新确认，暂停拨付。",
        seen=stopped.edition, by=office, at=at - 9 * DAY,
    )  # fmt: skip
    station = Station.objects.filter(closed_at=None).select_related("organization").order_by("pk")
    run.sign(STATION, station[0].organization, at=at, station=station[0])


def _resolve(fund: Fund, office: User, *, at: datetime) -> Resolution:
    """Let the leading group resolve on the supports of the season."""
    meeting = governance.plan_meeting(
        fund=fund, plan=MeetingPlan("专项基金支持事项会议", at, "三楼会议室"),
        handle="demo-meeting-supports", by=office, at=at,
    )  # fmt: skip
    item = ItemPlan("支持三支队伍和一个服务站", "同意从非限定资金中支持三支队伍和一个服务站。")
    point = governance.add_item(meeting=meeting, plan=item, by=office, at=at)
    seats = in_governance.seats_on(fund, local_date(at))
    governance.hold_meeting(
        meeting=meeting, presences={seat.pk: Presence.PRESENT for seat in seats}, by=office, at=at
    )
    governance.record_votes(
        item=point, by=office, at=at,
        choices={seat.pk: Choice.FOR for seat in in_governance.voters(meeting)},
    )  # fmt: skip
    [made] = governance.close_meeting(
        meeting=meeting, minutes="全体同意支持事项。", by=office, at=at + timedelta(hours=2)
    )
    return made


@dataclass(frozen=True)
class _Run:
    """Who opens supports, and by which resolution."""

    fund: Fund
    resolution: Resolution
    office: User
    admin: User  # acts for teams that have no administrator of their own in the demo

    def issue(
        self, work: Work, team: Organization, *, at: datetime, station: Station | None = None
    ) -> tuple[Funding, User]:
        """Bring a support to where its agreement is to be signed."""
        opened = at - work.days_ago * DAY
        starts = local_date(opened)
        funding = actions.open_support(
            fund=self.fund, handle=f"demo-support-{work.title}"[:36], by=self.office, at=opened,
            plan=SupportPlan(
                kind=work.kind, title=work.title, resolution_id=self.resolution.pk,
                starts_on=starts, ends_on=starts + 180 * DAY,
                lines=tuple(LinePlan(kind, what, yuan * 100) for kind, what, yuan in work.lines),
                sources=((None, work.fen),), station_id=station.pk if station else None,
                organization_id=None if station else team.pk,
            ),
        )  # fmt: skip
        staff = User.objects.filter(pk__in=queries.staff_of(funding)).order_by("pk")
        party = staff.first() or self.admin
        actions.save_plan(
            funding=funding, lead="王建平", milestones=_milestones(work, funding),
            seen=funding.edition, by=party, at=opened + DAY,
        )  # fmt: skip
        actions.hand_in_plan(funding=funding, seen=funding.edition, by=party, at=opened + DAY)
        actions.agree_plan(
            funding=funding, seen=funding.edition, by=self.office, at=opened + 3 * DAY
        )
        return funding, party

    def sign(
        self, work: Work, team: Organization, *, at: datetime, station: Station | None = None
    ) -> tuple[Funding, User]:
        """Bring a support to where it runs."""
        funding, party = self.issue(work, team, at=at, station=station)
        signed = at - (work.days_ago - 6) * DAY
        actions.upload_scan(
            funding=funding, checked=_paper(work.title), seen=funding.edition,
            by=party, at=signed,
        )  # fmt: skip
        actions.sign_agreement(
            funding=funding, party_signed_on=local_date(signed), fund_signed_on=local_date(signed),
            seen=funding.edition, by=self.office, at=signed + DAY,
        )  # fmt: skip
        return funding, party


def _paper(title: str) -> Checked:
    """Return a signed paper; every project has another one."""
    raw = f"%PDF-1.4\n% {title}\n1 0 obj<</Type/Catalog>>endobj\ntrailer<<>>\n%%EOF\n".encode()
    return check_document(
        SimpleUploadedFile("签字盖章的协议.pdf", raw, content_type="application/pdf")
    )


def _milestones(work: Work, funding: Funding) -> Sequence[MilestonePlan]:
    return [
        MilestonePlan(title, proof, funding.starts_on + day * DAY)
        for title, proof, day in work.milestones
    ]


def _ask_change(funding: Funding, party: User, *, at: datetime) -> None:
    """Let the organization ask for some money from one line to another."""
    now = queries.version_of(funding)
    first, second, *rest = now.lines
    lines = (
        Line(first.place, first.kind, first.what, first.fen - 50_000),
        Line(second.place, second.kind, second.what, second.fen + 50_000), *rest,
    )  # fmt: skip
    actions.ask_change(
        funding=funding, after=Version(now.lead, now.starts_on, now.ends_on, lines, now.milestones),
        reason="新增两名送餐志愿者，保险和交通费需要多一些，餐盒由企业捐赠了一部分。",
        seen=funding.edition, handle="demo-change-1", by=party, at=at,
    )  # fmt: skip
