"""A call of the demo city's fund: a draft, applications that wait, came back, are taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.fund.calls import actions, queries
from voluncity.fund.calls.actions import Typed
from voluncity.fund.calls.models import Application, Call
from voluncity.fund.calls.rules import Question, Section
from voluncity.fund.calls.rules.calls import CallPlan, KindPlan
from voluncity.fund.calls.rules.checking import NO_TIES
from voluncity.fund.calls.states import QuestionKind
from voluncity.fund.governance.models import Fund
from voluncity.kernel.clock import day_bounds, local_date

if TYPE_CHECKING:
    from voluncity.doors.portal.demo.cast import Cast

K = QuestionKind
INTRO = (
    "支持社区志愿服务组织开展为老、助残、儿童和应急项目。\n"
    "不支持：购买大件固定资产、营利活动、已经由其他经费全额保障的内容。\n"
    "办公室在截止后五个工作日内完成材料检查，专家评审后在本网站公示。"
)
KINDS = (
    KindPlan("物资", "工具、教具、慰问品"), KindPlan("志愿者补贴和保险", "交通、误餐、保险", 40),
    KindPlan("培训和专家", "讲课费不超过本市标准"), KindPlan("宣传", "展板、印刷", 10),
    KindPlan("管理费", "办公、通讯", 10, is_management=True),
)  # fmt: skip
QUESTIONS = (
    Question("", K.TEXT, "怎么知道有这个需求", "写走访、统计或群众反映的情况。", most=800),
    Question("", K.TEXT, "具体怎么做", "分几步、多久一次、谁来做。", most=1500),
    Question("", K.NUMBER, "计划服务多少人次"),
    Question(
        "", K.SEVERAL, "服务对象", options=("老人", "儿童青少年", "残疾人", "困难家庭", "其他")
    ),
    Question("", K.YES_NO, "是否有固定场地"),
    Question("", K.FILE, "证明材料", "场地证明、合作协议等。", is_required=False, most=3),
)


@dataclass(frozen=True)
class Idea:
    """What a team asks for: the key of the team, words, lines of (kind, what, basis, yuan)."""

    team: str
    title: str
    summary: str
    served: str
    number: str
    lines: tuple[tuple[str, str, str, int], ...]

    @property
    def asked(self) -> int:
        """Return the sum in yuan."""
        return sum(yuan for *_, yuan in self.lines)


IDEAS = (
    Idea(
        "yingze-patrol", "夜巡路口应急包", "给夜间巡逻的志愿者配应急包，学会止血和心肺复苏。",
        "迎泽区夜间出行的居民，约 3000 人", "3000",
        (("物资", "应急包", "30 个 × 180 元", 5400),
         ("培训和专家", "急救培训", "2 次 × 1500 元", 3000),
         ("志愿者补贴和保险", "意外险", "60 人 × 30 元", 1800)),
    ),
    Idea(
        "fenhe", "汾河水质小小监测员", "带小学生每月取样、记录、画图，给管理处提建议。",
        "沿河三所小学四五年级学生，约 120 人", "960",
        (("物资", "水质检测盒", "40 套 × 120 元", 4800), ("宣传", "展板", "5 块 × 150 元", 750),
         ("培训和专家", "水务专家讲课", "4 次 × 800 元", 3200)),
    ),
    Idea(
        "pingyang", "独居老人防跌倒改造", "入户查看，装扶手、夜灯和防滑垫，三个月后回访。",
        "辖区 80 岁以上独居老人，约 50 户", "50",
        (("物资", "扶手、夜灯、防滑垫", "50 户 × 260 元", 13000),
         ("志愿者补贴和保险", "交通和误餐", "40 人次 × 50 元", 2000)),
    ),
)  # fmt: skip


def call_for_projects(cast: Cast, *, at: datetime) -> None:
    """Publish a call, and let teams answer it."""
    office = cast.staff["demo-fund-office"]
    opened = at - timedelta(days=9)
    fund = Fund.objects.order_by("pk")[0]
    title = f"{local_date(opened).year + 1} 年度社区志愿服务项目申报"
    call = publish(fund, office, title=title, days=40, at=opened)
    made = [
        hand_in(call, cast.teams[idea.team], idea, at=opened + timedelta(days=day))
        for day, idea in enumerate(IDEAS, start=2)
    ]
    _decide(made, office, at=at - timedelta(days=2))
    _begin(call, cast.teams["qiaodong"], cast.staff["demo-org-admin"], at=at - timedelta(hours=20))


def publish(fund: Fund, office: User, *, title: str, days: int, at: datetime) -> Call:
    """Publish a call that is open for so many days."""
    today = local_date(at)
    plan = CallPlan(
        title=title, intro=INTRO, opens_on=today, closes_on=today + timedelta(days=days),
        least_fen=200_000, most_fen=5_000_000, contact="专项基金办公室 0351-4567890",
        most_each=2, line_kinds=KINDS,
    )  # fmt: skip
    call = actions.write_call(fund=fund, plan=plan, by=office, at=at)
    form = queries.form_being_built(call)
    assert form is not None  # noqa: S101 -- it begins with the call
    form = actions.put_section(
        form=form, section=Section("", "需求和做法"), seen=form.edition, by=office, at=at
    )
    for question in QUESTIONS:
        form = actions.put_question(
            form=form, section="s1", question=question, seen=form.edition, by=office, at=at
        )
    return actions.publish_call(call=call, seen=call.edition, by=office, at=at)


def _start(call: Call, team: Organization, by: User, *, at: datetime) -> Application:
    begun = actions.start_application(
        call=call, organization=team, handle=f"demo-call-{call.pk}-{team.pk}", by=by, at=at
    )
    found: Application = queries.detailed().get(pk=begun.pk)
    return found


def _write(application: Application, by: User, said: dict[str, str], *, at: datetime) -> None:
    stands = {one.key: one for one in application.answers.all()}
    sent = {key: Typed(raw, queries.mark_of(stands.get(key))) for key, raw in said.items()}
    actions.save_answers(application=application, sent=sent, by=by, at=at)


def hand_in(call: Call, team: Organization, idea: Idea, *, at: datetime) -> Application:
    """Let a team write and hand in what it asks for."""
    by = team.applied_by
    assert by is not None  # noqa: S101 -- every team of the story was applied for
    application = _start(call, team, by, at=at)
    year = local_date(at).year + 1
    said = {
        "title": idea.title, "summary": idea.summary, "served": idea.served,
        "starts_on": f"{year}-03-01", "ends_on": f"{year}-11-30", "asked": str(idea.asked),
        "ties": NO_TIES, "q2": "社区走访和居民反映，去年有 20 多件。",
        "q3": "每月两次，由队里的骨干带新人，做完当天登记。", "q4": idea.number,
        "q5": "老人\n困难家庭", "q6": "yes",
    }  # fmt: skip
    for line in idea.lines:
        number = actions.add_line(application=application, by=by, at=at).number
        parts = zip(("kind", "what", "basis", "fen"), line, strict=True)
        said |= {f"b{number}_{part}": str(one) for part, one in parts}
    _write(application, by, said, at=at)
    full: Application = queries.detailed().get(pk=application.pk)
    actions.submit(application=full, seen=full.edition, by=by, at=at + timedelta(hours=3))
    handed_in: Application = queries.detailed().get(pk=application.pk)
    return handed_in


def _decide(made: list[Application], office: User, *, at: datetime) -> None:
    """Take the first, send the second back, let the third wait."""
    first, second, _ = made
    actions.accept(application=first, submission_id=first.current_id or 0, by=office, at=at)
    actions.send_back(
        application=second, submission_id=second.current_id or 0, by=office, at=at,
        remarks={"served": "请写明是哪三所小学。", "budget": "讲课费请按本市标准重新计算。"},
        words="材料基本齐全，请补充两处。",
        due_at=day_bounds(local_date(at) + timedelta(days=6))[1],
    )  # fmt: skip


def _begin(call: Call, team: Organization, by: User, *, at: datetime) -> None:
    application = _start(call, team, by, at=at)
    said = {
        "title": "空巢老人一周一访", "summary": "两人一组每周上门，帮着买菜、缴费、修小家电。",
        "served": "桥东街社区空巢老人 46 户", "asked": "8000",
    }  # fmt: skip
    _write(application, by, said, at=at)
