"""Reviews of the demo city's fund: one that experts are in the midst of, one with its decisions.

Of the decided call one award is in force, one application got nothing, one is being shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from voluncity.city.people.models import User
from voluncity.city.publicity import actions as publicity
from voluncity.doors.portal.demo.calls import Idea, hand_in, publish
from voluncity.fund.calls import actions as calls
from voluncity.fund.calls import queries as in_calls
from voluncity.fund.calls.models import Application, Call
from voluncity.fund.governance import actions as governance
from voluncity.fund.governance import queries as in_governance
from voluncity.fund.governance.actions import ItemPlan, MeetingPlan
from voluncity.fund.governance.models import Fund, Resolution
from voluncity.fund.governance.states import Choice, Presence
from voluncity.fund.review import actions, queries
from voluncity.fund.review.actions import Scores
from voluncity.fund.review.models import Decision, Place, Review
from voluncity.fund.review.rules import DecisionPlan, LinePlan, ReviewPlan, SourcePlan
from voluncity.fund.review.rules.criteria import USUAL
from voluncity.fund.review.states import Outcome
from voluncity.kernel.clock import local_date

if TYPE_CHECKING:
    from voluncity.doors.portal.demo.cast import Cast

DAY = timedelta(days=1)
EXPERTS = ("demo-expert", "award-expert-1", "award-expert-2")
DECIDED = (
    Idea(
        "qiaodong", "老楼里的互助小组", "每个楼门选两位邻居，照看高龄老人，代办跑腿。",
        "桥东街社区高龄老人，约 120 人", "2400",
        (("物资", "急救包和联络卡", "60 套 × 90 元", 5400),
         ("志愿者补贴和保险", "意外险", "40 人 × 30 元", 1200)),
    ),
    Idea(
        "yingze-patrol", "旧衣改造工作坊", "把旧衣改成布包送给路人。",
        "辖区居民，约 200 人", "200",
        (("物资", "缝纫机", "4 台 × 1200 元", 4800),),
    ),
    Idea(
        "fenhe", "河边垃圾随手记", "志愿者巡河时拍照登记，按月公布清理情况。",
        "沿河居民，约 5000 人", "600",
        (("物资", "夹子和手套", "80 套 × 35 元", 2800), ("宣传", "展板", "2 块 × 150 元", 300)),
    ),
)  # fmt: skip
READ_NOW = (
    Idea(
        "pingyang", "一老一小应急课", "教老人和孩子在火灾、地震时怎么做，发家庭应急卡。",
        "四个社区的老人和小学生，约 800 人", "800",
        (("物资", "家庭应急卡和哨子", "800 份 × 6 元", 4800),
         ("培训和专家", "消防讲课", "4 次 × 500 元", 2000)),
    ),
    Idea(
        "yingze-patrol", "楼道堆物清零", "每月一次楼道清理，给独居老人送收纳箱。",
        "老旧小区居民，约 1500 人", "1500",
        (("物资", "收纳箱和工具", "100 套 × 75 元", 7500),),
    ),
    Idea(
        "qiaodong", "暴雨提醒一条街", "给低洼处商户和住户装水位标尺，建立互助群。",
        "桥东街低洼处 90 户", "90",
        (("物资", "水位标尺和沙袋", "90 户 × 60 元", 5400),),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class People:
    """Who reviews: the office, who checks what it entered, and three experts."""

    office: User
    checker: User
    experts: tuple[User, User, User]


def review_applications(cast: Cast, *, at: datetime) -> None:
    """Let the fund review two calls: one is decided, in one the experts are half done."""
    first, second, third = (User.objects.get(handle=handle) for handle in EXPERTS)
    people = People(
        cast.staff["demo-fund-office"], cast.staff["demo-fund-checker"], (first, second, third)
    )
    fund = Fund.objects.order_by("pk")[0]
    year = local_date(at).year
    _decide(cast, fund, people, f"{year} 年度社区志愿服务项目申报（春季）", at=at)
    _half_done(cast, fund, people, f"{year} 年度应急志愿服务专项申报", at=at)


def _receive(
    cast: Cast, call: Call, ideas: tuple[Idea, ...], office: User, *, at: datetime
) -> list[Application]:
    """Hand in what teams wish for, and take it when the window is over."""
    made = [
        hand_in(call, cast.teams[idea.team], idea, at=call.opens_at + timedelta(days=3, hours=10))
        for idea in ideas
    ]
    for one in made:
        calls.accept(application=one, submission_id=one.current_id or 0, by=office, at=at)
    return [_now(one) for one in made]


def _now(application: Application) -> Application:
    found: Application = in_calls.detailed().get(pk=application.pk)
    return found


def _open(call: Call, people: People, *, at: datetime, due_at: datetime) -> Review:
    criteria = tuple((one.title, one.hint, one.weight) for one in USUAL)
    plan = ReviewPlan(criteria, 2, due_at)
    return actions.open_review(call=call, plan=plan, by=people.office, at=at)


def _assign(
    review: Review, application: Application, expert: User, people: People, *, at: datetime
) -> Place:
    made = actions.assign(
        review=review, application=application, expert=expert, despite="同姓不是亲属，已核实。",
        by=people.office, at=at,
    )  # fmt: skip
    return queries.own_place(expert, made.pk)


def _score(place: Place, points: int, words: str, *, at: datetime, is_draft: bool = False) -> None:
    expert = place.expert
    actions.declare_none(place=place, by=expert, at=at)
    mine = queries.own_place(expert, place.pk)
    given = {one.key: points - 3 * number for number, one in enumerate(USUAL)}
    scores = Scores(place.application.current_id or 0, given, {"c3": "单价请再核实。"}, words)
    write = actions.save_opinion if is_draft else actions.submit_opinion
    write(place=mine, scores=scores, seen=0, by=expert, at=at)


def _decide(cast: Cast, fund: Fund, people: People, title: str, *, at: datetime) -> None:
    call = publish(fund, people.office, title=title, days=25, at=at - 100 * DAY)
    made = _receive(cast, call, DECIDED, people.office, at=at - 70 * DAY)
    review = _open(call, people, at=at - 68 * DAY, due_at=at - 55 * DAY)
    for application, points in zip(made, (95, 62, 84), strict=True):
        for number, expert in enumerate(people.experts[1:]):
            place = _assign(review, application, expert, people, at=at - 67 * DAY)
            _score(place, points - 4 * number, "按申报材料评审，见各项评语。", at=at - 60 * DAY)
    again: Review = queries.detailed_reviews().get(pk=review.pk)
    actions.close_review(
        review=again, words="", seen=again.edition, by=people.office, at=at - 55 * DAY
    )
    first, second, third = (_now(one) for one in made)
    resolved = _meet(fund, people.office, "研究春季项目资助", at=at - 50 * DAY)
    early = [
        _enter(first, resolved, people, at=at - 49 * DAY),
        _enter(second, resolved, people, refused="设备采购占比过高，受益面不够清楚。",
               at=at - 49 * DAY),
    ]  # fmt: skip
    for decision in early:
        actions.show_decision(decision=decision, by=people.checker, at=at - 48 * DAY)
    publicity.finish_due(today=local_date(at - 30 * DAY), at=at - 30 * DAY)
    for decision in early:
        actions.pass_publicity(decision_id=decision.pk, at=at - 30 * DAY)
    later = _meet(fund, people.office, "补充研究一项春季项目", at=at - 4 * DAY)
    shown = _enter(third, later, people, fen=280_000, at=at - 3 * DAY)
    actions.show_decision(decision=shown, by=people.checker, at=at - 2 * DAY)


def _meet(fund: Fund, office: User, title: str, *, at: datetime) -> Resolution:
    """Let the leading group resolve something with all voices."""
    meeting = governance.plan_meeting(
        fund=fund, plan=MeetingPlan(f"领导小组会议：{title}", at, "市文明办三楼会议室"),
        handle=f"demo-review-{local_date(at)}", by=office, at=at,
    )  # fmt: skip
    governance.add_item(
        meeting=meeting, plan=ItemPlan(title, "按专家评分和现场讨论结果办理。"), by=office, at=at
    )
    seats = in_governance.seats_on(fund, local_date(at))
    presences: dict[int, str] = {seat.pk: Presence.PRESENT for seat in seats}
    governance.hold_meeting(meeting=meeting, presences=presences, by=office, at=at)
    choices: dict[int, str] = {seat.pk: Choice.FOR for seat in in_governance.voters(meeting)}
    for item in meeting.items.all():
        governance.record_votes(item=item, choices=choices, by=office, at=at)
    [made] = governance.close_meeting(
        meeting=meeting, minutes="逐项讨论，出席成员一致同意。", by=office, at=at
    )
    return made


def _enter(
    application: Application, resolution: Resolution, people: People, *, at: datetime,
    refused: str = "", fen: int = 0,
) -> Decision:  # fmt: skip
    """Enter what the meeting decided: what was asked, or `fen` of it for the first line alone."""
    plan = DecisionPlan(Outcome.REFUSED, refused) if refused else _award(application, fen)
    made = actions.enter_decision(
        application=application, submission_id=application.current_id or 0,
        resolution=resolution, plan=plan, handle=f"demo-decision-{application.pk}",
        by=people.office, at=at,
    )  # fmt: skip
    found: Decision = queries.detailed().get(pk=made.pk)
    return found


def _award(application: Application, fen: int) -> DecisionPlan:
    current = application.current
    assert current is not None  # noqa: S101 -- it was handed in
    asked = list(current.lines.select_related("kind").order_by("place"))
    lines = tuple(LinePlan(one.kind.name, one.what, one.fen) for one in asked)
    sum_of = fen or current.asked_fen
    if fen:
        lines = (LinePlan(asked[0].kind.name, asked[0].what, fen),)
    return DecisionPlan(
        Outcome.AWARDED, "需求真实，做法具体，居民参与面广。", sum_of,
        sources=(SourcePlan(None, sum_of),), lines=lines,
        terms="专款专用，每半年报告一次进展，宣传时注明专项基金支持。",
    )  # fmt: skip


def _half_done(cast: Cast, fund: Fund, people: People, title: str, *, at: datetime) -> None:
    call = publish(fund, people.office, title=title, days=25, at=at - 40 * DAY)
    first, second, third = _receive(cast, call, READ_NOW, people.office, at=at - 11 * DAY)
    due_at = (at + 5 * DAY).replace(minute=0, second=0, microsecond=0)
    review = _open(call, people, at=at - 9 * DAY, due_at=due_at)
    tried_out, one, other = people.experts
    given = at - 8 * DAY
    _score(_assign(review, first, one, people, at=given), 93, "内容实用，覆盖面广。",
           at=at - 5 * DAY)  # fmt: skip
    _score(_assign(review, first, other, people, at=given), 88, "方案可行，预算清楚。",
           at=at - 4 * DAY)  # fmt: skip
    _score(_assign(review, second, one, people, at=given), 80, "建议写明收纳箱发放办法。",
           at=at - 3 * DAY)  # fmt: skip
    _score(_assign(review, second, tried_out, people, at=given), 76, "还要再看预算。",
           at=at - 2 * DAY, is_draft=True)  # fmt: skip
    _assign(review, third, tried_out, people, at=given)
    gone = _assign(review, third, other, people, at=given)
    actions.declare_conflict(
        place=gone, words="去年给这个社区做过顾问。", by=other, at=at - 6 * DAY
    )
