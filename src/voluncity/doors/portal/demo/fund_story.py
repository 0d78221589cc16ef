"""How the fund of the demo city lived through 2019: gifts, call, review, execution, closing.

Everything goes through the slices' own actions, with the instants at which it happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile

from voluncity.city.files.rules import Checked, check_document
from voluncity.city.orgs import actions as orgs
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.rules import OrgPlan
from voluncity.city.orgs.states import Kind
from voluncity.city.people.models import User
from voluncity.city.publicity import actions as publicity
from voluncity.city.regions.models import Region
from voluncity.doors.portal.demo.fund_2019 import GIFTS, PASSED_OVER, TEAMS, WON, Given, Other, Won
from voluncity.fund.calls import actions as calls
from voluncity.fund.calls import queries as in_calls
from voluncity.fund.calls.actions import Typed
from voluncity.fund.calls.models import Application, Call
from voluncity.fund.calls.rules.calls import CallPlan, KindPlan
from voluncity.fund.calls.rules.checking import NO_TIES
from voluncity.fund.donations import actions as donations
from voluncity.fund.donations.models import Appeal
from voluncity.fund.donations.rules import AppealPlan, DisclosurePlan, EventPlan, GiftPlan
from voluncity.fund.donations.states import Channel, DisclosureKind, DonorKind, Mode
from voluncity.fund.governance.models import Fund, Purpose, Resolution
from voluncity.fund.review import actions as review
from voluncity.fund.review import queries as in_review
from voluncity.fund.review.actions import Scores
from voluncity.fund.review.models import Decision, Review
from voluncity.fund.review.rules import DecisionPlan, LinePlan, ReviewPlan, SourcePlan
from voluncity.fund.review.rules.criteria import USUAL
from voluncity.fund.review.states import Outcome
from voluncity.kernel.clock import CITY_TZ

if TYPE_CHECKING:
    from voluncity.doors.portal.demo.cast import Cast

PARENT = "civil-affairs-bureau"
WORK, COST, TECH, RUNNING = "活动和物资", "培训和专家", "平台和技术", "管理费"
KINDS = (
    KindPlan(WORK, "活动、工具、教具、慰问品"), KindPlan(COST, "讲课费不超过本市标准"),
    KindPlan(TECH, "平台开发和运行"), KindPlan(RUNNING, "办公、通讯", 10, is_management=True),
)  # fmt: skip
OF_ALL = 10  # one tenth of a project is its management


@dataclass(frozen=True)
class People:
    """Who does what: the office, who checks what it entered, finance, two experts."""

    office: User
    checker: User
    finance: User
    experts: tuple[User, User]


def on(year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    """Return an instant of the city."""
    local = datetime.combine(date(year, month, day), time(hour, minute), CITY_TZ)
    return local.astimezone(UTC)


def paper(words: str) -> Checked:
    """Return a small PDF that is another one for other words."""
    raw = (
        b"%PDF-1.4\n% " + words.encode() + b"\n1 0 obj<</Type/Catalog>>endobj\ntrailer<<>>\n%%EOF\n"
    )
    upload = SimpleUploadedFile(f"{words[:20]}.pdf", raw, content_type="application/pdf")
    return check_document(upload)


def found_teams(cast: Cast) -> dict[str, Organization]:
    """Let the organizations of the story be founded in 2018, by their volunteers."""
    parent = Organization.objects.get(key=PARENT)
    made: dict[str, Organization] = {}
    # Not those whose parts can be tried: a role would stand in their way.
    people = [one.user for one in cast.volunteers if one.user is not None]
    founders = [one for one in people if not one.handle.startswith("demo-")]
    for number, team in enumerate(TEAMS, start=1):
        founder = founders[-10 - number]
        plan = OrgPlan(
            kind=Kind.FILED, name=team.name, parent_id=parent.pk, intro=team.intro,
            region_id=Region.objects.get(code=team.region).pk, code="",
            contact_name=founder.display_name, contact_phone="19903510351",
            filing_number=f"并志备〔2018〕{number}号", responsible_name=founder.display_name,
        )  # fmt: skip
        one = orgs.apply_organization(plan=plan, paper=None, by=founder, at=on(2018, 5, 10))
        orgs.approve(organization_id=one.pk, by=cast.office, at=on(2018, 5, 15))
        made[team.key] = one
    publicity.finish_due(today=date(2018, 6, 15), at=on(2018, 6, 15, 2))
    for key, one in made.items():
        orgs.publish(organization_id=one.pk, at=on(2018, 6, 15, 3))
        Organization.objects.filter(pk=one.pk).update(key=key)
        one.refresh_from_db()
    return made


# -- Gifts -----------------------------------------------------------------------------------------


def raise_money(fund: Fund, purposes: dict[str, Purpose], people: People) -> None:
    """Publish the appeal of 2019, and take and book every gift."""
    appeal = _appeal(fund, people)
    square = donations.hold_event(
        appeal=appeal, plan=EventPlan("学雷锋日现场募捐", "五一广场", date(2019, 3, 5), "志愿太原"),
        by=people.office, at=on(2019, 3, 1),
    )  # fmt: skip
    for number, given in enumerate(GIFTS, start=1):
        at = on(2019, given.month, given.day, 9, number * 4)
        gift = donations.record_gift(
            appeal=appeal, plan=_gift_plan(given, number, purposes), given_at=at,
            event=square if given.on_square else None, handle="", by=people.office, at=at,
        )  # fmt: skip
        donations.book_gift(gift=gift, by=people.finance, at=at + timedelta(hours=5))
    for kind, day, title, text in _TOLD:
        plan = DisclosurePlan(kind, title, f"<p>{text}</p>")
        donations.tell(appeal=appeal, plan=plan, corrects=None, by=people.office, at=on(*day))


# What was told of the appeal: every three months in time, the report in the end some days late.
_TOLD = (
    (DisclosureKind.PROGRESS, (2019, 4, 3), "第一季度进展",
     "学雷锋日现场和单位捐赠已经入账，申报通知已经发布。每一笔都可以在基金公开页面查看。"),
    (DisclosureKind.PROGRESS, (2019, 7, 4), "第二季度进展",
     "领导小组会议批准资助 14 个项目，公示没有异议，正在签订协议、分期拨付。"),
    (DisclosureKind.PROGRESS, (2019, 10, 8), "第三季度进展",
     "各项目按里程碑推进，拨付和支出可以在资助项目页面逐笔查看。"),
    (DisclosureKind.FINAL, (2020, 4, 3), "2019 年募捐总结",
     "全年共募集 6,500,200 元，收到申报 60 项，批准 14 项。余款结转下一年度。"),
)  # fmt: skip


def _gift_plan(given: Given, number: int, purposes: dict[str, Purpose]) -> GiftPlan:
    purpose = purposes.get(given.purpose)
    return GiftPlan(
        channel=Channel.EVENT if given.on_square else Channel.TRANSFER, amount=str(given.yuan),
        donor=given.donor, is_anonymous=not given.donor, shows_name=given.shows,
        donor_kind=DonorKind.UNIT if given.is_unit else DonorKind.PERSON,
        receipt_no="" if given.on_square else f"BZ2019{number:08d}",
        purpose_id=purpose.pk if purpose else None,
    )  # fmt: skip


def _appeal(fund: Fund, people: People) -> Appeal:
    plan = AppealPlan(
        title="志愿城市，有你更好", summary="为志愿服务组织和项目募集资金。", mode=Mode.LEDGER,
        story="<p>支持志愿服务组织和项目，帮扶老人、儿童和有困难的群众。</p>", goal="6000000",
        from_on=date(2019, 1, 8), until_on=date(2019, 12, 31), area="太原市",
        filing_no="53140000MJ0000018600000", filed_on=date(2018, 12, 24), leader_name="冯秀兰",
        office_address="新建路 69 号", contact_phone="0351-4567890",
        beneficiaries="太原市的志愿服务组织，以及它们服务的老人、儿童和有困难的群众。",
        spending_plan="按申报、评审、公示的程序资助志愿服务项目。",
        cost_plan="不从募捐款中列支，由基金会承担。",
        surplus_rule="结转下一年度，继续资助志愿服务项目，并向社会公开。", platform_name="",
        platform_url="", bank_name="并州银行新建路支行（演示）", bank_account="0000111122223333",
    )  # fmt: skip
    appeal = donations.write_appeal(fund=fund, plan=plan, by=people.office, at=on(2019, 1, 3))
    donations.submit_appeal(appeal=appeal, declares=True, by=people.office, at=on(2019, 1, 4))
    return donations.publish_appeal(
        appeal=appeal, merchant_no="", by=people.finance, at=on(2019, 1, 7)
    )


# -- Applications ----------------------------------------------------------------------------------


def call_for_projects(fund: Fund, people: People) -> Call:
    """Publish the call of 2019."""
    plan = CallPlan(
        title="2019 年度志愿服务项目申报", intro="支持为老、助残、儿童、文化、应急和文明创建项目。",
        opens_on=date(2019, 3, 1), closes_on=date(2019, 3, 31), least_fen=1_000_000,
        most_fen=100_000_000, contact="专项基金办公室 0351-4567890", most_each=20,
        line_kinds=KINDS,
    )  # fmt: skip
    call = calls.write_call(fund=fund, plan=plan, by=people.office, at=on(2019, 2, 24))
    return calls.publish_call(call=call, seen=call.edition, by=people.office, at=on(2019, 2, 26))


@dataclass(frozen=True)
class Wish:
    """What one application says."""

    team: str
    title: str
    summary: str
    served: str
    asked: int  # fen
    ends: str

    @property
    def lines(self) -> tuple[tuple[str, str, str, int], ...]:
        """Return the budget: what is done, and a tenth for managing it."""
        running = self.asked // OF_ALL
        main = TECH if "平台" in self.title else WORK
        return (
            (main, "开展项目活动", "按活动场次和参加人数测算", self.asked - running),
            (RUNNING, "办公和通讯", "按项目周期测算", running),
        )


def hand_in(call: Call, teams: dict[str, Organization], wish: Wish, number: int) -> Application:
    """Let a team fill in and hand in one application."""
    team, at = teams[wish.team], on(2019, 3, 2 + number % 28, 10, number % 60)
    by = team.applied_by
    assert by is not None  # noqa: S101 -- every team of the story was applied for
    begun = calls.start_application(
        call=call, organization=team, handle=f"demo-2019-{number}", by=by, at=at
    )
    said = {
        "title": wish.title, "summary": wish.summary, "served": wish.served,
        "starts_on": "2019-05-10", "ends_on": wish.ends, "asked": yuan(wish.asked),
        "ties": NO_TIES,
    }  # fmt: skip
    application: Application = in_calls.detailed().get(pk=begun.pk)
    for line in wish.lines:
        place = calls.add_line(application=application, by=by, at=at).number
        *words, fen = line
        parts = zip(("kind", "what", "basis", "fen"), (*words, yuan(fen)), strict=True)
        said |= {f"b{place}_{part}": one for part, one in parts}
    sent = {key: Typed(raw, in_calls.mark_of(None)) for key, raw in said.items()}
    calls.save_answers(application=application, sent=sent, by=by, at=at)
    application = in_calls.detailed().get(pk=begun.pk)
    calls.submit(
        application=application, seen=application.edition, by=by, at=at + timedelta(hours=2)
    )
    handed_in: Application = in_calls.detailed().get(pk=begun.pk)
    return handed_in


def yuan(fen: int) -> str:
    """Return a sum as somebody types it."""
    return f"{fen // 100}.{fen % 100:02d}"


def apply_for_projects(
    call: Call, teams: dict[str, Organization]
) -> tuple[list[tuple[Won, Application]], list[tuple[Other, Application]]]:
    """Let sixty applications be handed in; return those that win, and the others."""
    winning = [
        (one, hand_in(call, teams, Wish(
            one.team, one.title, one.summary, f"约 {max(one.served, 100)} 人次",
            one.asked, one.ends_on.isoformat(),
        ), number))
        for number, one in enumerate(WON)
    ]  # fmt: skip
    others = [
        (one, hand_in(call, teams, Wish(
            one.team, one.title, one.summary, "本区居民约 200 人次", one.asked, "2019-11-30",
        ), number))
        for number, one in enumerate(PASSED_OVER, start=len(WON))
    ]  # fmt: skip
    return winning, others


# -- Review ----------------------------------------------------------------------------------------


def check_papers(
    winning: Sequence[tuple[Won, Application]], others: Sequence[tuple[Other, Application]],
    people: People,
) -> list[tuple[Other, Application]]:  # fmt: skip
    """Take what is complete, decline the rest with its reason; return what is taken and loses."""
    at = on(2019, 4, 1)
    for _, one in winning:
        calls.accept(application=one, submission_id=one.current_id or 0, by=people.office, at=at)
    taken = []
    for other, one in others:
        read = one.current_id or 0
        if other.is_reviewed:
            calls.accept(application=one, submission_id=read, by=people.office, at=at)
            taken.append((other, one))
        else:
            calls.decline(
                application=one, submission_id=read, words=other.reason, by=people.office, at=at
            )
    return taken


def score(call: Call, taken: Sequence[Application], people: People) -> Review:
    """Let the experts score what was taken, and end the scoring."""
    plan = ReviewPlan(
        criteria=tuple((one.title, one.hint, one.weight) for one in USUAL), experts_each=1,
        due_at=on(2019, 4, 9),
    )  # fmt: skip
    opened = review.open_review(call=call, plan=plan, by=people.office, at=on(2019, 4, 1, 14))
    for number, application in enumerate(taken):
        _score_one(opened, application, people, number)
    now: Review = in_review.detailed_reviews().get(pk=opened.pk)
    return review.close_review(
        review=now, words="", seen=now.edition, by=people.office, at=on(2019, 4, 9, 17)
    )


def _score_one(opened: Review, application: Application, people: People, number: int) -> None:
    expert, at = people.experts[number % 2], on(2019, 4, 4, 9, number)
    now: Application = in_calls.detailed().get(pk=application.pk)
    place = review.assign(
        review=opened, application=now, expert=expert, despite="", by=people.office,
        at=on(2019, 4, 2),
    )  # fmt: skip
    place = review.declare_none(place=in_review.own_place(expert, place.pk), by=expert, at=at)
    points = {one.key: 92 - number - place_of * 2 for place_of, one in enumerate(USUAL)}
    scores = Scores(application.current_id or 0, points, {}, "按申报材料评审。")
    review.submit_opinion(
        place=in_review.own_place(expert, place.pk), scores=scores, seen=0, by=expert, at=at
    )


def decide(
    winning: Sequence[tuple[Won, Application]], losing: Sequence[tuple[Other, Application]],
    purposes: dict[str, Purpose], resolution: Resolution, people: People,
) -> list[tuple[Won, Decision]]:  # fmt: skip
    """Enter what the meeting decided, show it, and let it take effect."""
    made = [(won, _enter(one, _award(won, purposes), resolution, people)) for won, one in winning]
    refused = [
        _enter(one, DecisionPlan(Outcome.REFUSED, other.reason), resolution, people)
        for other, one in losing
    ]
    for decision in [*(one for _, one in made), *refused]:
        now = in_review.detailed().get(pk=decision.pk)
        review.show_decision(decision=now, by=people.checker, at=on(2019, 4, 12))
    at = on(2019, 5, 6)
    publicity.finish_due(today=date(2019, 5, 6), at=at)
    for decision in [*(one for _, one in made), *refused]:
        review.pass_publicity(decision_id=decision.pk, at=at)
    return [(won, in_review.detailed().get(pk=one.pk)) for won, one in made]


def _award(won: Won, purposes: dict[str, Purpose]) -> DecisionPlan:
    """Return what the meeting awarded: what was asked, out of restricted money where there is."""
    serves = purposes[won.serves]
    wish = Wish(won.team, won.title, "", "", won.asked, "")
    return DecisionPlan(
        outcome=Outcome.AWARDED, reason="需求真实，方案可行，预算合理。", awarded_fen=won.asked,
        serves_id=serves.pk,
        sources=(SourcePlan(serves.pk if won.is_restricted else None, won.asked),),
        lines=tuple(LinePlan(kind, what, fen) for kind, what, _, fen in wish.lines),
        terms="专款专用，按里程碑报告进展。",
    )  # fmt: skip


def _enter(
    application: Application, plan: DecisionPlan, resolution: Resolution, people: People
) -> Decision:
    now: Application = in_calls.detailed().get(pk=application.pk)
    return review.enter_decision(
        application=now, submission_id=now.current_id or 0, resolution=resolution, plan=plan,
        handle=f"demo-2019-{now.pk}", by=people.office, at=on(2019, 4, 11),
    )  # fmt: skip
