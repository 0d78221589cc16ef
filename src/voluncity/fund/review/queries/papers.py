"""The papers of a review: the pack for the meeting, the letter that answers an applicant.

Both say only what is kept; made twice they say the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, prefetch_related_objects
from django.urls import reverse

from voluncity.fund.calls.models import SubmittedLine
from voluncity.fund.review.models import Decision, Review
from voluncity.fund.review.queries.scoring import Standing
from voluncity.fund.review.rules import criteria_of, points_text
from voluncity.fund.review.states import Outcome
from voluncity.kernel.clock import date_text, local_date
from voluncity.kernel.document import Document
from voluncity.kernel.masks import mask_name
from voluncity.kernel.money import capitals, yuan_text
from voluncity.web import printing

_DATA = Path(__file__).parent.parent / "data"
RANKS = ("名次", "项目和编号", "申报组织", "申请金额", "平均分", "分差", "份数")
RANK_SHARES = (6, 26, 22, 13, 9, 9, 7)
LINES = ("科目", "用途", "计算依据", "金额")
LINE_SHARES = (18, 32, 32, 18)


def place_text(one: Standing) -> str:
    """Return a place as it is read: 2（并列）; a dash without scores."""
    if one.ranked.place is None:
        return "—"
    return f"{one.ranked.place}（并列）" if one.ranked.is_tied else str(one.ranked.place)


def _rank_row(one: Standing) -> tuple[str, ...]:
    application, ranked = one.application, one.ranked
    asked = application.current.asked_text if application.current else ""
    far = "（有偏离）" if ranked.has_outlier else ""
    return (
        place_text(one), f"{application.title}\n{application.number}",
        application.organization.name, asked, ranked.average_text, f"{ranked.spread_text}{far}",
        f"{one.done}/{one.wanted}",
    )  # fmt: skip


def _criteria_text(review: Review) -> str:
    found = criteria_of(review.criteria.content if review.criteria else [])
    return "；".join(f"{one.title} {one.weight}%" for one in found)


def _remarks(one: Standing, review: Review) -> Iterator[tuple[str, list[str]]]:
    """Return what each expert said, without a name: 专家一, 专家二 …"""
    titles = (
        {c.key: c.title for c in criteria_of(review.criteria.content)} if review.criteria else {}
    )
    for number, seat in enumerate((seat for seat in one.seats if seat.opinion), start=1):
        opinion = seat.opinion
        if opinion is None:
            continue
        far = "，与其他专家相差较大" if seat.is_outlier else ""
        head = f"专家 {number}：{points_text(opinion.total)} 分{far}"
        said = [opinion.words] if opinion.words else []
        said += [
            f"{titles.get(mark.key, '')} {mark.points} 分"
            + (f"：{mark.remark}" if mark.remark else "")
            for mark in opinion.marks.all()
        ]
        yield head, said


def read_lines(standings: Sequence[Standing]) -> None:
    """Read the lines of all budgets by one look, before they are written down one by one."""
    submissions = [one.application.current for one in standings if one.application.current]
    lines = SubmittedLine.objects.select_related("kind")
    prefetch_related_objects(submissions, Prefetch("lines", queryset=lines))


def pack(review: Review, standings: Sequence[Standing]) -> dict[str, Any]:
    """Return what the meeting reads: agenda, ranking, then each application by its place."""
    kept = [one for one in standings if one.is_in_review or one.decision is not None]
    asked = sum(one.application.current.asked_fen for one in kept if one.application.current)
    return {
        "title": f"{review.call}评审会议材料",
        "fund": review.call.fund.full_name,
        "criteria": _criteria_text(review),
        "sums": f"提请会议研究 {len(kept)} 项，申请金额合计 {yuan_text(asked)}，"
        f"通知规定每项最高 {yuan_text(review.call.most_fen)}。",
        "heads": RANKS,
        "ranks": [_rank_row(one) for one in kept],
        "line_heads": LINES,
        "items": [_item(one, review) for one in kept],
    }


def _item(one: Standing, review: Review) -> dict[str, Any]:
    application, current = one.application, one.application.current
    lines = current.lines.all() if current else []
    answers = current.content["answers"] if current else {}
    return {
        "title": f"{place_text(one)}　{application.title}（{application.number}）",
        "facts": [
            ("申报组织", application.organization.name),
            ("申请金额", current.asked_text if current else ""),
            ("项目时间", f"{current.starts_on} 至 {current.ends_on}" if current else ""),
            ("项目简介", answers.get("summary", "")),
            ("受益人群", answers.get("served", "")),
            ("评分", (f"平均 {one.ranked.average_text}，分差 {one.ranked.spread_text}，"
                     f"{one.done} 份评分")),
            ("回避", f"{sum(p.state == 'conflicted' for p in one.left)} 位专家"),
        ],
        "lines": [(line.kind.name, line.what, line.basis, line.text) for line in lines],
        "remarks": list(_remarks(one, review)),
    }  # fmt: skip


def pack_docx(review: Review, standings: Sequence[Standing]) -> bytes:
    """Return the pack as a text document that the office may go on writing."""
    said = pack(review, standings)
    paper = Document(said["title"])
    paper.cover(said["title"], said["fund"])
    paper.heading("一、议程")
    paper.text("听取专家评审情况，逐项研究资助与否、金额、资金来源和条件，形成决议。")
    paper.text(said["sums"])
    paper.text(f"评分标准和权重：{said['criteria']}。平均分精确到百分之一分，分数相同的并列。")
    paper.heading("二、评分排序")
    paper.table(said["heads"], said["ranks"], shares=RANK_SHARES, numbers=(3, 4, 5))
    paper.heading("三、逐项材料")
    for item in said["items"]:
        paper.heading(item["title"], 2)
        paper.table(("事项", "内容"), item["facts"], shares=(18, 82))
        paper.table(said["line_heads"], item["lines"], shares=LINE_SHARES, numbers=(3,))
        for head, words in item["remarks"]:
            paper.heading(head, 3)
            for line in words:
                paper.text(line)
    return paper.content()


def pack_pdf(review: Review, standings: Sequence[Standing]) -> bytes:
    """Return the pack as it is printed for the meeting."""
    page = f"{settings.VOLUNCITY_PUBLIC_URL}{reverse('review:desk_review', args=[review.pk])}"
    return printing.pdf(_DATA / "pack.typ", pack(review, standings), qr=page)


def _day(at: datetime | None) -> str:
    return date_text(local_date(at)) if at else ""


def letter_facts(decision: Decision) -> dict[str, Any]:
    """Return what the letter says: the office's words and the facts; no name in full."""
    application = decision.application
    fund = application.call.fund
    organization = application.organization
    is_award = decision.outcome == Outcome.AWARDED
    return {
        "fund": fund.full_name,
        "number": application.number,
        "title": "资助决定通知书" if is_award else "申报结果答复函",
        "organization": organization.name,
        "contact": mask_name(organization.contact_name) if organization.contact_name else "",
        "project": decision.submission.title,
        "asked": decision.submission.asked_text,
        "is_award": is_award,
        "awarded": decision.awarded_text if is_award else "",
        "capitals": capitals(decision.awarded_fen) if is_award else "",
        "serves": str(decision.serves) if decision.serves else "",
        "lines": [(one.kind, one.what, one.text) for one in decision.lines.all()],
        "terms": decision.terms,
        "reason": decision.reason,
        "words": decision.letter,
        "resolution": decision.resolution.number,
        "day": _day(decision.effective_at),
        "phone": fund.phone,
        "address": fund.address,
    }


def letter_pdf(decision: Decision) -> bytes:
    """Return the answer to an applicant, of a decision in force."""
    page = f"{settings.VOLUNCITY_PUBLIC_URL}{reverse('review:decision', args=[decision.pk])}"
    return printing.pdf(_DATA / "letter.typ", letter_facts(decision), qr=page)
