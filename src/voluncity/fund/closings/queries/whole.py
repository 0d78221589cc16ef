"""Everything that is known about a funded project, as the one PDF of its archive tells it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from voluncity.city.people.models import User
from voluncity.fund.calls import queries as calls
from voluncity.fund.closings.models import Closing, Move
from voluncity.fund.closings.queries import desk
from voluncity.fund.closings.queries.papers import Paper
from voluncity.fund.closings.queries.people import involved
from voluncity.fund.closings.rules.money import Row
from voluncity.fund.closings.states import LABELS, ScorerState, Side
from voluncity.fund.grants import queries as grants
from voluncity.fund.grants.models import Change, Funding
from voluncity.fund.grants.rules import changes as changing
from voluncity.fund.payouts.models import Disbursement, Return
from voluncity.fund.payouts.states import PayState, ReturnState
from voluncity.fund.reports import queries as reports
from voluncity.fund.reports.models import Report
from voluncity.fund.reports.rules.writing import WORDS
from voluncity.fund.reports.states import ReportState
from voluncity.kernel.clock import stamp_text
from voluncity.kernel.masks import mask_name
from voluncity.kernel.money import yuan_text

_NUMBERS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三")
Name = Callable[[User | None], str]
Digested = Sequence[tuple[Paper, str, str]]  # paper, path, SHA-256 ("" when its bytes are lost)


@dataclass(frozen=True)
class Part:
    """Rows of label and text, words, a table: any of them may be empty."""

    title: str = ""
    rows: Sequence[tuple[str, str]] = ()
    words: Sequence[str] = ()
    head: Sequence[str] = ()
    widths: Sequence[int] = ()
    body: Sequence[Sequence[str]] = ()


@dataclass(frozen=True)
class Chapter:
    """One chapter of the PDF."""

    title: str
    parts: list[Part] = field(default_factory=list)


def chapters(closing: Closing, side: str, papers: Digested) -> list[Chapter]:
    """Return the chapters for one side; what the organization gets names nobody else whole."""
    funding = closing.funding
    name = namer(funding, side)
    found = [
        _about(funding), _applied(funding), _decided(funding), _agreed(funding, name),
        *_reported(funding, name), _paid(funding), _report(closing, name),
        _visited(closing, name), _evaluated(closing, name, side), _settled(funding, name),
        _added(closing, name), _moves(closing, name), _listed(papers),
    ]  # fmt: skip
    written = [one for one in found if one.parts]
    return [
        Chapter(f"{number}、{one.title}", one.parts)
        for number, one in zip(_NUMBERS, written, strict=False)
    ]


def namer(funding: Funding, side: str) -> Name:
    """Return how people are named: for the organization, those who are not of it are masked."""
    own = involved(funding) if side == Side.OWN else set()

    def name(user: User | None) -> str:
        if user is None:
            return "系统"
        return str(user) if side == Side.OFFICE or user.pk in own else mask_name(str(user))

    return name


def moves(closing: Closing, side: str) -> list[tuple[str, Move, str]]:
    """Return what was done with a closing, the newest first: label, move, by whom."""
    name = namer(closing.funding, side)
    return [
        (LABELS.get(one.verb, one.verb), one, name(one.by))
        for one in closing.moves.select_related("by")
    ]


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _about(funding: Funding) -> Chapter:
    rows = [
        ("项目名称", funding.title), ("编号", funding.number), ("基金", funding.fund.full_name),
        ("受资助方", funding.recipient), ("资助方向", str(funding.serves or "不限定")),
        ("资助金额", funding.awarded_text),
        ("项目时间", f"{funding.starts_on:%Y-%m-%d} 至 {funding.ends_on:%Y-%m-%d}"),
        ("依据的决议", funding.resolution.number), ("资助条件", funding.terms or "无"),
    ]  # fmt: skip
    money = Part(
        "资金来源", head=("资金", "金额"), widths=(3, 1),
        body=[
            (one.purpose.name if one.purpose else "非限定", one.text)
            for one in funding.sources.select_related("purpose")
        ],
    )  # fmt: skip
    budget = Part(
        "批准的预算", head=("科目", "用途", "金额"), widths=(2, 4, 2),
        body=[(one.kind, one.what, one.text) for one in funding.lines.all() if one.fen],
    )  # fmt: skip
    stones = Part(
        "里程碑",
        head=("里程碑", "验收方式", "计划完成", "验收"),
        widths=(3, 4, 2, 2),
        body=[
            (
                str(one),
                one.proof,
                f"{one.due_on:%Y-%m-%d}",
                stamp_text(one.accepted_at)[:10] or "未验收",
            )
            for one in funding.milestones.all()
        ],
    )
    return Chapter("项目概况", [Part(rows=rows), money, budget, stones])


def _applied(funding: Funding) -> Chapter:
    chapter = Chapter("申报书（提交稿）")
    if funding.decision is None:
        return chapter
    submission = funding.decision.submission
    spec = funding.decision.application.form.spec
    for section in calls.as_submitted(submission, spec.sections, {}):
        rows = [
            (
                row.label,
                row.text or "、".join(one.file.original_name for one in row.files) or "未填",
            )
            for row in section.rows
        ]
        chapter.parts.append(Part(section.title, rows))
    chapter.parts.append(
        Part(
            "预算明细", head=("科目", "用途", "计算依据", "金额"), widths=(2, 3, 3, 2),
            body=[
                (one.kind.name, one.what, one.basis, yuan_text(one.fen))
                for one in submission.lines.select_related("kind")
            ],
        )
    )  # fmt: skip
    return chapter


def _decided(funding: Funding) -> Chapter:
    decision = funding.decision
    if decision is None:
        return Chapter("立项决定", [Part(rows=[("依据的决议", funding.resolution.number)])])
    rows = [
        ("结果", decision.get_outcome_display()), ("批准金额", yuan_text(decision.awarded_fen)),
        ("理由", decision.reason), ("资助条件", decision.terms or "无"),
        ("决议编号", decision.resolution.number), ("登记", stamp_text(decision.entered_at)),
        ("公示", stamp_text(decision.shown_at)), ("生效", stamp_text(decision.effective_at)),
    ]  # fmt: skip
    return Chapter("立项决定", [Part(rows=rows, words=_lines(decision.letter))])


def _agreed(funding: Funding, name: Name) -> Chapter:
    agreement = grants.agreement_of(funding)
    chapter = Chapter("资助协议和变更")
    if agreement is not None:
        signed = f"{funding.agreed_on:%Y-%m-%d}" if funding.agreed_on else "未签署"
        chapter.parts.append(Part(rows=[("签署日期", signed)], words=_lines(agreement.text)))
    changes = Change.objects.filter(funding=funding).select_related("asked_by", "decided_by")
    chapter.parts.extend(_change(one, name) for one in changes.order_by("number"))
    return chapter


def _change(change: Change, name: Name) -> Part:
    rows = [
        ("理由", change.reason), ("申请", f"{stamp_text(change.asked_at)} {name(change.asked_by)}"),
        ("办理", f"{stamp_text(change.decided_at)} {name(change.decided_by)}"),
        ("办理意见", change.remark or "无"),
    ]  # fmt: skip
    body = [
        (one.label, one.before, one.after)
        for one in changing.differences(changing.read(change.before), changing.read(change.after))
    ]
    return Part(
        f"{change}（{change.get_state_display()}）", rows, head=("内容", "原来", "申请改为"),
        widths=(2, 4, 4), body=body,
    )  # fmt: skip


def _reported(funding: Funding, name: Name) -> Iterable[Chapter]:
    chapter = Chapter("进展报告")
    accepted = Report.objects.filter(funding=funding, state=ReportState.ACCEPTED)
    for report in accepted.select_related("milestone", "accepted_by").order_by("number"):
        rows = [
            ("截止日期", f"{report.due_on:%Y-%m-%d}" if report.due_on else "无"),
            ("提交", stamp_text(report.first_submitted_at)),
            ("通过", f"{stamp_text(report.accepted_at)} {name(report.accepted_by)}"),
            *((spec[0], getattr(report, key) or "无") for key, spec in WORDS.items()),
        ]
        chapter.parts.append(Part(f"{report}：{report.label}", rows))
        chapter.parts.append(_activities(report))
        chapter.parts.append(_expenses(report))
    yield chapter


def _activities(report: Report) -> Part:
    linked = list(report.linked.select_related("activity"))
    figures = reports.figures_of(linked, at=report.accepted_at or report.changed_at)
    body = [
        (
            one.activity.name, str(now.volunteers), str(now.minutes), str(now.served),
            now.outcomes_text or "无",
        )
        for one in linked
        for now in (figures[one.activity_id],)
    ]  # fmt: skip
    return Part(
        "服务活动（来自服务记录）",
        head=("活动", "志愿者", "时长（分钟）", "服务人次", "成效"),
        widths=(4, 1, 2, 2, 3), body=body,
    )  # fmt: skip


def _expenses(report: Report) -> Part:
    body = [
        (
            str(one.line), f"{one.on:%Y-%m-%d}", one.payee, one.what, one.text,
            "不认可：" + one.reason if one.is_disallowed else "认可",
        )
        for one in reports.expenses_of(report)
    ]  # fmt: skip
    return Part(
        "支出明细", head=("预算科目", "日期", "收款方", "用途", "金额", "审阅"),
        widths=(3, 2, 3, 3, 2, 2), body=body,
    )  # fmt: skip


def _paid(funding: Funding) -> Chapter:
    paid = Disbursement.objects.filter(funding=funding, state=PayState.PAID)
    payments = Part(
        "拨付", head=("编号", "期次", "金额", "付款日期", "银行流水号"), widths=(2, 1, 2, 2, 3),
        body=[
            (
                one.number, f"第 {one.installment.number} 期", one.text,
                f"{one.paid_on:%Y-%m-%d}" if one.paid_on else "", one.bank_ref or "",
            )
            for one in paid.select_related("installment").order_by("paid_on", "pk")
        ],
    )  # fmt: skip
    back = Return.objects.filter(funding=funding, state=ReturnState.CONFIRMED).order_by("on", "pk")
    returns = Part(
        "退回", head=("编号", "类别", "金额", "到账日期", "原因"), widths=(2, 2, 2, 2, 4),
        body=[
            (str(one), one.get_kind_display(), one.text, f"{one.on:%Y-%m-%d}", one.reason)
            for one in back
        ],
    )  # fmt: skip
    return Chapter("拨付和退回", [payments, returns])


def _report(closing: Closing, name: Name) -> Chapter:
    made = closing.current
    if made is None:
        return Chapter("结项报告")
    rows = [
        ("提交", f"{stamp_text(made.made_at)} {name(made.made_by)}，第 {made.number} 次"),
        ("服务人次", str(made.served)), ("服务时长", f"{made.minutes} 分钟"),
        ("已拨付", made.paid_text), ("认可支出", made.spent_text),
    ]  # fmt: skip
    answers = [
        Part(one["label"], words=_lines(one["words"]) or ["未填"])
        for one in made.content["answers"]
    ]
    table = Part(
        "决算与预算", head=("科目", "用途", "预算", "认可支出", "偏差"), widths=(2, 3, 2, 2, 3),
        body=[
            (one.kind, one.what, one.budget_text, one.spent_text, one.difference_text)
            for one in (Row(**row) for row in made.content["rows"])
        ],
    )  # fmt: skip
    return Chapter("结项报告", [Part(rows=rows), *answers, table])


def _visited(closing: Closing, name: Name) -> Chapter:
    chapter = Chapter("现场评估")
    for visit in desk.visits(closing).order_by("pk"):
        went = "、".join(name(one.user) for one in visit.visitors.all())
        rows = [
            ("日期", f"{visit.on:%Y-%m-%d}"), ("地点", visit.where), ("评估人员", went),
            ("结果", visit.get_state_display()), ("总体情况", visit.findings or "无"),
            ("组织的意见", visit.answer or "无"),
        ]  # fmt: skip
        body = [
            (one.item.text, one.get_verdict_display(), one.note or "无")
            for one in visit.answers.all()
        ]
        chapter.parts.append(
            Part(
                str(visit), rows, head=("清单（" + str(visit.standard) + "）", "结果", "说明"),
                widths=(4, 2, 4), body=body,
            )
        )  # fmt: skip
    return chapter


def _evaluated(closing: Closing, name: Name, side: str) -> Chapter:
    chapter = Chapter("评估")
    for place, one in enumerate(desk.scorers(closing), start=1):
        who = name(one.user) if side == Side.OFFICE else f"评估人 {place}"
        if one.state != ScorerState.SCORED:
            chapter.parts.append(Part(who, [("办理", one.get_state_display())]))
            continue
        chapter.parts.append(
            Part(
                who, [("得分", one.score_text), ("评语", one.words)],
                head=("标准", "权重", "得分"), widths=(5, 1, 1),
                body=[(m.item.text, f"{m.item.weight}%", str(m.points)) for m in one.marks.all()],
            )
        )  # fmt: skip
    for result in closing.results.select_related("made_by").order_by("number"):
        rows = [
            ("等级", result.get_level_display()), ("得分", result.score_text),
            ("理由", result.words),
            ("公布", f"{stamp_text(result.made_at)} {name(result.made_by)}"),
        ]  # fmt: skip
        chapter.parts.append(Part("评估结果" if result.number == 1 else "更改后的结果", rows))
    objection = getattr(closing, "objection", None)
    if objection is not None:
        rows = [
            ("异议", objection.words), ("提出", stamp_text(objection.made_at)),
            ("答复", objection.answer), ("答复人", name(objection.answered_by)),
        ]  # fmt: skip
        chapter.parts.append(Part("组织的异议", rows))
    return chapter


def _settled(funding: Funding, name: Name) -> Chapter:
    done = desk.settlement_of(funding)
    if done is None:
        return Chapter("资金结清")
    rows = [
        ("已拨付", done.paid_text), ("由资助承担的支出", done.spent_text),
        ("自筹支出", done.own_text), ("已退回", done.returned_text), ("余款", done.remainder_text),
        ("释放预留", done.released_text),
        ("余款依据", done.resolution.number if done.resolution else "无"),
        ("说明", done.words or "无"), ("结清", f"{stamp_text(done.made_at)} {name(done.made_by)}"),
    ]  # fmt: skip
    return Chapter("资金结清", [Part(rows=rows)])


def _added(closing: Closing, name: Name) -> Chapter:
    parts = [
        Part(
            f"{one}",
            [("登记", f"{stamp_text(one.made_at)} {name(one.made_by)}")],
            _lines(one.words),
        )
        for one in desk.addenda(closing)
    ]
    return Chapter("补充说明", parts)


def _moves(closing: Closing, name: Name) -> Chapter:
    moves = closing.moves.select_related("by").order_by("pk")
    body = [
        (stamp_text(one.at), LABELS.get(one.verb, one.verb), name(one.by), one.words)
        for one in moves
    ]
    table = Part(head=("时间", "办理", "办理人", "说明"), widths=(3, 3, 2, 5), body=body)
    return Chapter("结项经过", [table])


def _in_two(digest: str) -> str:
    """Return a digest on two lines: on one it is wider than its column."""
    half = len(digest) // 2
    return f"{digest[:half]}\n{digest[half:]}" if digest else ""


def _listed(papers: Digested) -> Chapter:
    body = [(path, _in_two(digest) or "文件取不到，没有收入") for _, path, digest in papers]
    table = Part(head=("文件", "校验码（SHA-256）"), widths=(4, 6), body=body)
    return Chapter("附件和校验码", [table])
