"""What the page of a funded project shows of its payments."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from voluncity.city.people.models import User
from voluncity.fund.grants.models import Funding
from voluncity.fund.grants.rules.sections import Section, Side
from voluncity.fund.grants.states import OVER
from voluncity.fund.payouts import queries
from voluncity.kernel.clock import local_date


def sections(funding: Funding, side: Side, user: User, at: datetime) -> list[Section]:
    """Return the money of a project: what was paid, and what the next installment waits for."""
    del user
    money = queries.money_of([funding])[funding.pk]
    places = queries.places(funding, at=at, today=local_date(at))
    rows = [("已拨付", f"{money.paid_text}，未拨付 {money.rest_text}")]
    if money.on_its_way:
        rows.append(("办理中", money.on_its_way_text))
    if money.returned:
        rows.append(("已退回", money.returned_text))
    account = queries.account_of(funding)
    rows.append(("收款账户", str(account) if account else "还没有核对过的账户"))
    still_open = [] if funding.state in OVER else places
    following = next((one for one in still_open if one.installment.state == "open"), None)
    late = following is not None and following.is_late
    if following is not None:
        one = following.installment
        waits = following.waits_for[0] if following.waits_for else "可以申请拨付。"
        rows.append((f"下一期 {one.text}", f"计划 {one.due_on:%Y-%m-%d}。{waits}"))
    page = "payouts:desk_funding" if side == "desk" else "payouts:own_detail"
    return [
        Section(
            "资金拨付", reverse(page, args=[funding.pk]), rows,
            tone="warn" if late else "neutral", mark="晚于计划" if late else "",
            words="" if places else "还没有拨付计划。",
        )
    ]  # fmt: skip
