"""What fills the places of an agreement, from the records."""

from __future__ import annotations

from collections.abc import Sequence

from voluncity.fund.grants.models import Funding, FundingLine, Milestone
from voluncity.kernel.clock import date_text
from voluncity.kernel.money import capitals, yuan_text


def facts_of(
    funding: Funding, lines: Sequence[FundingLine], milestones: Sequence[Milestone]
) -> dict[str, str]:
    """Return place → words (`rules.agreement.PLACES`)."""
    return {
        "甲方": funding.fund.full_name,
        "乙方": funding.recipient,
        "项目名称": funding.title,
        "编号": funding.number,
        "资助方向": funding.serves.name if funding.serves else "不限定",
        "资助金额": yuan_text(funding.awarded_fen),
        "金额大写": capitals(funding.awarded_fen),
        "开始日期": date_text(funding.starts_on),
        "结束日期": date_text(funding.ends_on),
        "负责人": funding.lead,
        "预算": "\n".join(f"{one.place}. {one}：{one.text}" for one in lines),
        "里程碑": "\n".join(
            f"{one.number}. {one.title}（{date_text(one.due_on)}前；验收方式：{one.proof}）"
            for one in milestones
        ),
        "资助条件": funding.terms or "没有附加条件。",
        "决议": funding.resolution.number,
    }
