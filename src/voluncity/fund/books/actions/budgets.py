"""Plan a year: draft, approve by a resolution, amend by another one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Max

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.fund.books import rules
from voluncity.fund.books.models import Budget, BudgetLine
from voluncity.fund.books.states import BUDGET_FLOW, WITH_PURPOSE, BudgetKind, BudgetState
from voluncity.fund.governance.models import Fund, Purpose, Resolution
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal, WrongState
from voluncity.kernel.text import words

S = BudgetState
TOO_SLOW = "这份预算刚刚有人改过，请刷新页面，核对后再保存。"
Line = tuple[str, Purpose | None, int]


@dataclass(frozen=True)
class BudgetPlan:
    """The lines of a year: kind, purpose or none, fen."""

    remark: str
    lines: tuple[Line, ...]


@transaction.atomic
def draft_budget(*, fund: Fund, year: int, plan: BudgetPlan, by: User, at: datetime) -> Budget:
    """Begin the budget of a year, or an amendment of the one that holds.

    :raises BadInput: at the field that is wrong.
    :raises Refusal: when a draft waits for this year.
    """
    rules.year(year, founded=fund.founded_on.year)
    said = _checked(fund, plan)
    last = Budget.objects.filter(fund=fund, year=year).aggregate(last=Max("number"))["last"] or 0
    budget = Budget(
        fund=fund, year=year, number=last + 1, remark=said.remark, made_at=at, made_by=by,
        changed_by=by,
    )  # fmt: skip
    try:
        with transaction.atomic():
            budget.save(force_insert=True)
    except IntegrityError as error:
        raise Refusal(
            f"{year} 年度已经有一份编制中的预算，请先办完它。", code="books.draft_waits",
            field="year",
        ) from error  # fmt: skip
    _write_lines(budget, said)
    record("books.draft_budget", budget, by=by, at=at, fund=fund.pk, year=year)
    return budget


def _checked(fund: Fund, plan: BudgetPlan) -> BudgetPlan:
    seen: set[tuple[str, int | None]] = set()
    for kind, purpose, fen in plan.lines:
        place = (kind, purpose.pk if purpose else None)
        if kind not in BudgetKind.values or place in seen:
            raise BadInput("预算科目重复或不存在，请刷新页面再填。", field="remark")
        if purpose is not None and (purpose.fund_id != fund.pk or kind not in WITH_PURPOSE):
            raise BadInput("这个科目不能分到这个资助方向。", field="remark")
        rules.amount(fen)
        seen.add(place)
    if not plan.lines:
        raise BadInput("请至少填写一项金额。", field="remark")
    remark = words(plan.remark, "remark", "说明", rules.REMARK_MOST, wanted=False, long=True)
    return BudgetPlan(remark, plan.lines)


def _write_lines(budget: Budget, plan: BudgetPlan) -> None:
    BudgetLine.objects.filter(budget=budget).delete()
    BudgetLine.objects.bulk_create(
        BudgetLine(budget=budget, kind=kind, purpose=purpose, amount_fen=fen)
        for kind, purpose, fen in plan.lines
    )


@transaction.atomic
def save_budget(*, budget: Budget, plan: BudgetPlan, seen: int, by: User, at: datetime) -> Budget:
    """Change a draft, if it is still the one that was read.

    :raises BadInput: at the field that is wrong.
    :raises WrongState: when somebody was faster, or it is no draft any more.
    """
    BUDGET_FLOW.after("save", budget.state)
    said = _checked(budget.fund, plan)
    same = Budget.objects.filter(pk=budget.pk, state=S.DRAFT, edition=seen)
    if not same.update(edition=F("edition") + 1, remark=said.remark, changed_by=by):
        raise WrongState(TOO_SLOW, code="books.was_faster")
    _write_lines(budget, said)
    budget.refresh_from_db()
    record("books.save_budget", budget, by=by, at=at, fund=budget.fund_id, year=budget.year)
    return budget


@transaction.atomic
def approve_budget(
    *, budget: Budget, resolution: Resolution, seen: int, by: User, at: datetime
) -> Budget:
    """Let a budget hold as the meeting resolved; the one before it stays readable.

    :raises BadInput: when the resolution is another fund's or repealed.
    :raises NotAllowed: when one has written the budget oneself.
    :raises WrongState: when somebody changed it meanwhile.
    """
    BUDGET_FLOW.after("approve", budget.state)
    if by.pk in {budget.made_by_id, budget.changed_by_id}:
        raise NotAllowed(
            "编制和批准登记不能是同一个人，请另一位同事核对决议后登记。", code="books.own_budget"
        )
    if resolution.fund_id != budget.fund_id or resolution.repealed_by_id is not None:
        raise BadInput("请选择本基金有效的决议。", field="resolution")
    former = Budget.objects.filter(fund=budget.fund_id, year=budget.year, state=S.APPROVED)
    former.update(state=BUDGET_FLOW.after("supersede", S.APPROVED))
    same = Budget.objects.filter(pk=budget.pk, state=S.DRAFT, edition=seen)
    if not same.update(state=S.APPROVED, resolution=resolution, approved_by=by, approved_at=at):
        raise WrongState(TOO_SLOW, code="books.was_faster")
    budget.refresh_from_db()
    record(
        "books.approve_budget", budget, by=by, at=at, fund=budget.fund_id, year=budget.year,
        resolution=resolution.pk,
    )  # fmt: skip
    return budget


@transaction.atomic
def discard_budget(*, budget: Budget, by: User, at: datetime) -> Budget:
    """Give a draft up.

    :raises WrongState: when it is no draft any more.
    """
    target = BUDGET_FLOW.after("discard", budget.state)
    if not Budget.objects.filter(pk=budget.pk, state=S.DRAFT).update(state=target):
        raise WrongState(TOO_SLOW, code="books.was_faster")
    budget.refresh_from_db()
    record("books.discard_budget", budget, by=by, at=at, fund=budget.fund_id, year=budget.year)
    return budget
