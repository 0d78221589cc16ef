"""Expenses: within their line of the budget, each proven once.

Whoever writes one takes the row of its project's reporting first, so that of two which together
exceed a line only one is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Sum

from voluncity.city.files.rules import Checked
from voluncity.city.people.lists.source import Source
from voluncity.city.people.models import User
from voluncity.fund.grants.models import Funding, FundingLine
from voluncity.fund.reports.actions.papers import prove, used_before
from voluncity.fund.reports.actions.steps import hold_money, noted, take
from voluncity.fund.reports.models import Expense, Report, Voucher
from voluncity.fund.reports.rules import (
    EXPENSES_MOST,
    VOUCHERS_MOST,
    ExpensePlan,
    checked_expense,
    over_line,
)
from voluncity.fund.reports.rules.table import FAULTS_SHOWN, read_expenses
from voluncity.fund.reports.states import ExpenseState
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotFound, Refusal, WrongState

E = ExpenseState


@transaction.atomic
def add_expense(
    *, report: Report, plan: ExpensePlan, vouchers: Sequence[Checked], handle: str, by: User,
    at: datetime,
) -> Expense:  # fmt: skip
    """Write an expense down; a form that is sent twice writes one.

    :raises BadInput: when words are missing, its day is outside the project, its line has not
        enough left, or its number or voucher was used before.
    :raises WrongState: when the report is not open for writing.
    """
    known: Expense | None = Expense.objects.filter(handle=handle, report=report).first()
    if known is not None:
        return known
    checked = _checked(report, plan, at=at)
    take(report, by=by, at=at)
    hold_money(report.funding_id)
    made = _write(report, checked, handle=handle, by=by, at=at)
    for paper in vouchers[:VOUCHERS_MOST]:
        prove(made, paper, by=by, at=at)
    noted(report, "add_expense", by=by, at=at, expense=made.pk, fen=made.fen, line=made.line_id)
    return made


@transaction.atomic
def change_expense(
    *, expense: Expense, plan: ExpensePlan, seen: int, by: User, at: datetime
) -> Expense:
    """Say otherwise what was spent; one that was disallowed is claimed anew by that.

    :raises BadInput: as `add_expense`.
    :raises WrongState: when the report is not open for writing, or somebody changed the expense
        since edition `seen`.
    """
    report = expense.report
    checked = _checked(report, plan, at=at)
    take(report, by=by, at=at)
    hold_money(report.funding_id)
    line = _line(report.funding_id, checked.line_id)
    _refuse_over(line, checked.fen, but=expense.pk)
    _refuse_used(report, checked.invoice_no, but=expense.pk, expense=expense)
    same = Expense.objects.filter(pk=expense.pk, edition=seen).exclude(state=E.REMOVED)
    if not same.update(
        line=line, on=checked.on, payee=checked.payee, what=checked.what, fen=checked.fen,
        invoice_no=checked.invoice_no, state=E.CLAIMED, edition=F("edition") + 1,
        changed_at=at, changed_by=by,
    ):  # fmt: skip
        raise WrongState(
            "同事刚刚改过或移除了这笔支出，请看过最新的内容再改。", code="reports.was_faster"
        )
    expense.refresh_from_db()
    noted(report, "change_expense", by=by, at=at, expense=expense.pk, fen=expense.fen)
    return expense


@transaction.atomic
def remove_expense(*, expense: Expense, by: User, at: datetime) -> None:
    """Take an expense out of a report; its vouchers may prove another.

    :raises NotFound: when it was removed before.
    :raises WrongState: when it was disallowed, or the report is not open for writing.
    """
    take(expense.report, by=by, at=at)
    hold_money(expense.report.funding_id)
    now = Expense.objects.exclude(state=E.REMOVED).filter(pk=expense.pk).first()
    if now is None:
        raise NotFound("这笔支出已经移除，请刷新页面。")
    if now.is_disallowed:
        raise WrongState(
            "不予认可的支出会留在报告里，不计入合计。内容有误的可以修改后重新填报。",
            code="reports.disallowed",
        )
    Expense.objects.filter(pk=expense.pk).update(
        state=E.REMOVED, edition=F("edition") + 1, changed_at=at, changed_by=by
    )
    Voucher.objects.filter(expense=expense, removed_at=None).update(removed_at=at)
    noted(expense.report, "remove_expense", by=by, at=at, expense=expense.pk)


@transaction.atomic
def import_expenses(*, report: Report, source: Source, handle: str, by: User, at: datetime) -> int:
    """Write the expenses of a table down, all or none; their vouchers follow one by one.

    :raises BadInput: with every line that is wrong; then nothing is written.
    :raises WrongState: when the report is not open for writing.
    """
    if Expense.objects.filter(handle=f"{handle}:1", report=report).exists():
        return 0  # the same form once more
    funding = Funding.objects.get(pk=report.funding_id)
    lines = {one.pk: (one.kind, one.what) for one in funding.lines.all() if one.fen}
    read = read_expenses(
        source, lines=lines, starts_on=funding.starts_on, ends_on=funding.ends_on,
        today=local_date(at),
    )  # fmt: skip
    _refuse_faults(read.faults)
    take(report, by=by, at=at)
    hold_money(report.funding_id)
    faults: list[tuple[int, str]] = []
    for number, (row, plan) in enumerate(read.rows, start=1):
        try:
            _write(report, plan, handle=f"{handle}:{number}", by=by, at=at)
        except Refusal as refusal:
            faults.append((row, refusal.sentence))
    _refuse_faults(faults)
    noted(report, "import_expenses", by=by, at=at, count=len(read.rows))
    return len(read.rows)


def _refuse_faults(faults: list[tuple[int, str]]) -> None:
    if not faults:
        return
    said = [f"第 {row} 行：{sentence}" for row, sentence in faults[:FAULTS_SHOWN]]
    if len(faults) > FAULTS_SHOWN:
        said.append(f"另外还有 {len(faults) - FAULTS_SHOWN} 行有问题。")
    raise BadInput(
        "表格里有问题，一笔也没有导入，请改好以后重新上传。\n" + "\n".join(said),
        code="reports.bad_table",
        field="file",
    )


def _checked(report: Report, plan: ExpensePlan, *, at: datetime) -> ExpensePlan:
    funding = Funding.objects.get(pk=report.funding_id)
    return checked_expense(
        plan, starts_on=funding.starts_on, ends_on=funding.ends_on, today=local_date(at)
    )


def _write(report: Report, plan: ExpensePlan, *, handle: str, by: User, at: datetime) -> Expense:
    """Write one expense within a change that holds its report and its project's money."""
    if report.expenses.exclude(state=E.REMOVED).count() >= EXPENSES_MOST:
        raise BadInput(f"一份报告最多 {EXPENSES_MOST} 笔支出，请另写一份补充报告。", field="sum")
    line = _line(report.funding_id, plan.line_id)
    _refuse_over(line, plan.fen)
    made = Expense(
        report=report, fund_id=report.funding.fund_id, line=line, handle=handle, on=plan.on,
        payee=plan.payee, what=plan.what, fen=plan.fen, invoice_no=plan.invoice_no, added_at=at,
        added_by=by, changed_at=at, changed_by=by,
    )  # fmt: skip
    _refuse_used(report, plan.invoice_no, expense=made)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise used_before(made, None, what="这个发票号码", field="invoice_no") from error
    return made


def _line(funding_id: int, line_id: int) -> FundingLine:
    line: FundingLine | None = FundingLine.objects.filter(pk=line_id, funding=funding_id).first()
    if line is None:
        raise BadInput("请选择这个项目的预算科目。", field="line")
    return line


def _refuse_over(line: FundingLine, fen: int, *, but: int = 0) -> None:
    """Let no line be claimed beyond its budget; the project's money is held.

    :raises BadInput: when too little is left.
    """
    live = Expense.objects.filter(line=line, state=E.CLAIMED).exclude(pk=but)
    asked = live.aggregate(fen=Sum("fen", default=0))["fen"]
    refusal = over_line(label=str(line), line_fen=line.fen, claimed_fen=asked, fen=fen)
    if refusal is not None:
        raise refusal


def _refuse_used(report: Report, number: str, *, expense: Expense, but: int = 0) -> None:
    if not number:
        return
    others = Expense.objects.exclude(state=E.REMOVED).exclude(pk=but)
    found = others.filter(fund=report.funding.fund_id, invoice_no=number)
    other = found.select_related("report__funding").first()
    if other is not None:
        raise used_before(expense, other, what="这个发票号码", field="invoice_no")
