"""What a policy and a claim must say, and when a claim is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from voluncity.city.files.rules import Checked
from voluncity.honor.insurance.models import Policy
from voluncity.honor.insurance.states import Covers, PolicyKind
from voluncity.kernel.clock import local_date
from voluncity.kernel.money import parse_yuan
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import words

MOST_YUAN = 100_000_000
MOST_YEARS = 5
MOST_AGE = 120
STORY_MOST, REASON_MOST, LABEL_MOST = 1_000, 200, 40
FILES_MOST = 30
OLDEST_CLAIM = timedelta(days=2 * 365)  # 保险法第二十六条: two years, life insurance aside
DANGER = (
    "这场活动可能有人身危险，开放报名前必须先有保险（志愿服务条例第十七条）。"
    "请打开活动的“保险”，选择保单；还没有保单的，请把保单交文明办登记。"
)


@dataclass(frozen=True)
class PolicyPlan:
    """What is known about a policy; sums are typed in yuan, empty for none."""

    insurer: str
    name: str
    number: str
    kind: str
    covers: str
    region_id: int
    organization_id: int | None
    accident: str
    medical: str
    liability: str
    least_age: int | None
    most_age: int | None
    from_on: date
    until_on: date
    report_hours: int
    papers_days: int
    phone: str
    note: str
    paper: Checked | None = None


def policy_columns(plan: PolicyPlan) -> dict[str, Any]:
    """Return the columns of a policy.

    :raises BadInput: at the field that is wrong.
    """
    if plan.kind not in PolicyKind.values or plan.covers not in Covers.values:
        raise BadInput("请选择险种和保障对象。", field="kind")
    if plan.covers == Covers.MEMBERS and plan.organization_id is None:
        raise BadInput("保障组织成员的，请选择投保的组织。", field="organization")
    if plan.until_on < plan.from_on:
        raise BadInput("终止日期不能早于起始日期。", field="until_on")
    if plan.until_on > plan.from_on + timedelta(days=MOST_YEARS * 366):
        raise BadInput(f"保险期间最多 {MOST_YEARS} 年，请核对日期。", field="until_on")
    if plan.least_age and plan.most_age and plan.most_age < plan.least_age:
        raise BadInput("最高年龄不能低于最低年龄。", field="most_age")
    sums = {
        f"{name}_fen": parse_yuan(raw, field=name, most_yuan=MOST_YUAN) if raw.strip() else 0
        for name, raw in (
            ("accident", plan.accident), ("medical", plan.medical), ("liability", plan.liability),
        )
    }  # fmt: skip
    if not any(sums.values()):
        raise BadInput("请至少填写一项保险金额，单位是元。", field="accident")
    return sums | {
        "insurer": words(plan.insurer, "insurer", "保险公司", 60),
        "name": words(plan.name, "name", "保险名称", 60),
        "number": words(plan.number, "number", "保单号", 40, wanted=False),
        "kind": plan.kind,
        "covers": plan.covers,
        "region_id": plan.region_id,
        "organization_id": plan.organization_id,
        "least_age": plan.least_age,
        "most_age": plan.most_age,
        "from_on": plan.from_on,
        "until_on": plan.until_on,
        "report_hours": plan.report_hours,
        "papers_days": plan.papers_days,
        "phone": words(plan.phone, "phone", "报案电话", 30, wanted=False),
        "note": words(plan.note, "note", "说明", 300, wanted=False),
    }


@dataclass(frozen=True)
class Report:
    """What somebody tells of an accident."""

    happened_at: datetime
    place: str
    story: str
    activity_id: int | None = None


def checked_report(said: Report, *, at: datetime) -> Report:
    """Return a report as it is kept.

    :raises BadInput: at the field that is wrong.
    """
    if said.happened_at > at:
        raise BadInput("发生时间不能晚于现在。", field="happened_on")
    if said.happened_at < at - OLDEST_CLAIM:
        raise BadInput("事故发生超过两年，已过索赔时效，请直接咨询保险公司。", field="happened_on")
    return Report(
        said.happened_at,
        words(said.place, "place", "地点", 120),
        words(said.story, "story", "经过", STORY_MOST, long=True),
        said.activity_id,
    )


def deadlines(policy: Policy | None, happened_at: datetime) -> dict[str, Any]:
    """Return until when the insurer wants to hear of it, and to have the papers."""
    if policy is None:
        return {"report_until": None, "papers_until": None}
    return {
        "report_until": happened_at + timedelta(hours=policy.report_hours),
        "papers_until": local_date(happened_at) + timedelta(days=policy.papers_days),
    }
