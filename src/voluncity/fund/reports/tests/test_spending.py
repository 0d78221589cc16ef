"""Expenses: within their line, in the project's time, each proven once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from voluncity.city.people.lists.source import Source, in_memory
from voluncity.city.people.models import User
from voluncity.fund.grants import queries as grants
from voluncity.fund.grants.models import Funding, FundingLine
from voluncity.fund.reports import actions, queries
from voluncity.fund.reports.actions import checking, handing_in, spending
from voluncity.fund.reports.models import Expense, Report, Voucher
from voluncity.fund.reports.rules.table import read_expenses
from voluncity.fund.reports.rules.writing import invoice_number, over_line
from voluncity.fund.reports.states import ExpenseState, ReportKind, ReportState
from voluncity.kernel import workbook
from voluncity.kernel.refusals import BadInput, WrongState
from voluncity.testing.at_once import at_once
from voluncity.testing.make_grants import fresh as fresh_funding
from voluncity.testing.make_orgs import make_organization
from voluncity.testing.make_reports import (
    READ,
    WRITTEN,
    accept,
    first_report,
    fresh,
    make_expense,
    make_reporting,
    make_submitted,
    picture,
    plan,
    submit,
    writer_of,
)

# The speed of a machine is no fault of a property.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
# The first line of a project of the tests: 12,000 元.
LINE_FEN = 1_200_000
HEAD = "日期,预算科目,收款方,用途,金额,发票号码\n"


# -- The line --------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_line_is_filled_to_its_last_fen_and_not_beyond(report: Report) -> None:
    make_expense(report, LINE_FEN - 100)
    with pytest.raises(BadInput) as refused:
        make_expense(report, 101)
    assert (refused.value.code, refused.value.field) == ("reports.over_line", "sum")
    assert "还可以填报 1 元" in refused.value.sentence
    assert "变更申请" in refused.value.sentence
    make_expense(report, 100)
    assert queries.claimed(report.funding) == {report.funding.lines.get(place=1).pk: LINE_FEN}


@pytest.mark.django_db
def test_a_change_of_an_expense_does_not_count_it_twice(report: Report, admin: User) -> None:
    one = make_expense(report, LINE_FEN)
    changed = actions.change_expense(
        expense=one, plan=plan(report, LINE_FEN, what="消毒盒"), seen=one.edition, by=admin,
        at=WRITTEN,
    )  # fmt: skip
    assert (changed.what, changed.edition) == ("消毒盒", 2)
    with pytest.raises(WrongState, match="同事刚刚"):
        actions.change_expense(expense=changed, plan=plan(report, 1), seen=1, by=admin, at=WRITTEN)


@pytest.mark.django_db
def test_what_was_removed_frees_its_line_number_and_voucher(report: Report, admin: User) -> None:
    paper = picture()
    one = actions.add_expense(
        report=report, plan=plan(report, LINE_FEN, invoice_no="2414 2000-0000 1234"),
        vouchers=[paper], handle="first-0000001", by=admin, at=WRITTEN,
    )  # fmt: skip
    actions.remove_expense(expense=one, by=admin, at=WRITTEN)
    again = actions.add_expense(
        report=fresh(report), plan=plan(report, LINE_FEN, invoice_no="2414200000001234"),
        vouchers=[paper], handle="second-000001", by=admin, at=WRITTEN,
    )  # fmt: skip
    assert again.vouchers.count() == 1


@pytest.mark.django_db
def test_a_change_of_the_budget_does_not_go_below_what_is_claimed(report: Report) -> None:
    one = make_expense(report, 250_000)
    assert grants.floors(report.funding) == {one.line_id: 250_000}


@pytest.mark.django_db
def test_a_line_that_was_lowered_stops_handing_in_and_accepting(report: Report) -> None:
    waits = make_submitted(report)
    FundingLine.objects.filter(funding=waits.funding, place=1).update(fen=99_999)
    with pytest.raises(BadInput, match="超出预算"):
        accept(waits)
    assert (fresh(waits).state, queries.spent(waits.funding)) == (ReportState.SUBMITTED, {})
    actions.recall(report=fresh(waits), seen=fresh(waits).edition, by=writer_of(waits), at=READ)
    with pytest.raises(BadInput, match="没有填好"):
        submit(waits)


@UNHURRIED
@given(line=st.integers(0, 10**9), claimed=st.integers(0, 10**9), fen=st.integers(1, 10**9))
def test_a_line_is_over_exactly_when_the_sum_is(line: int, claimed: int, fen: int) -> None:
    refusal = over_line(label="物资", line_fen=line, claimed_fen=claimed, fen=fen)
    assert (refusal is None) == (claimed + fen <= line)


@pytest.mark.django_db
def test_an_expense_is_of_the_projects_own_lines(report: Report) -> None:
    other = make_reporting(make_organization("另一支队伍"))
    foreign = plan(first_report(other))
    with pytest.raises(BadInput, match="这个项目的预算科目"):
        actions.add_expense(
            report=report, plan=foreign, vouchers=[], handle="foreign-0001", by=writer_of(report),
            at=WRITTEN,
        )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("days", [-1, 400, 60])
def test_an_expense_lies_in_the_projects_time_and_not_ahead(report: Report, days: int) -> None:
    with pytest.raises(BadInput) as refused:
        make_expense(report, on=report.funding.starts_on + timedelta(days=days))
    assert refused.value.field == "on"


# -- Proven once -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_number_is_used_once_in_a_fund_however_it_is_written(
    report: Report, funding: Funding
) -> None:
    make_expense(report, invoice_no="发票号码：2414 2000 0000 1234 5678")
    with pytest.raises(BadInput, match="第 1 份报告的“修脚刀和消毒盒”") as refused:
        make_expense(report, invoice_no="２４１４２０００００００１２３４５６７８")
    assert refused.value.field == "invoice_no"
    other = first_report(make_reporting(make_organization("另一支队伍"), fund=funding.fund))
    with pytest.raises(BadInput, match="本基金的另一笔支出"):
        make_expense(other, invoice_no="24142000000012345678")
    elsewhere = first_report(make_reporting(make_organization("第三支队伍")))
    make_expense(elsewhere, invoice_no="24142000000012345678")


@pytest.mark.django_db
def test_a_voucher_is_used_once_in_a_fund(report: Report, admin: User, funding: Funding) -> None:
    paper = picture()
    one, two = make_expense(report), make_expense(report, what="毛巾")
    actions.add_voucher(expense=one, checked=paper, by=admin, at=WRITTEN)
    with pytest.raises(BadInput, match="一份凭证只能报一次") as refused:
        actions.add_voucher(expense=two, checked=paper, by=admin, at=WRITTEN)
    assert refused.value.code == "reports.used_before"
    other = first_report(make_reporting(make_organization("另一支队伍"), fund=funding.fund))
    theirs = make_expense(other)
    with pytest.raises(BadInput) as hidden:
        actions.add_voucher(expense=theirs, checked=paper, by=writer_of(other), at=WRITTEN)
    assert "本基金的另一笔支出" in hidden.value.sentence
    assert str(report) not in hidden.value.sentence


@pytest.mark.django_db
def test_the_database_itself_keeps_numbers_and_vouchers_once(report: Report) -> None:
    one = make_expense(report, invoice_no="24142000000012345678")
    two = make_expense(report, what="毛巾")
    paper = one.vouchers.get()
    acts: tuple[Callable[[], int], ...] = (
        lambda: Expense.objects.filter(pk=two.pk).update(invoice_no=one.invoice_no),
        lambda: Voucher.objects.filter(expense=two).update(digest=paper.digest),
        lambda: Expense.objects.filter(pk=two.pk).update(fen=0),
        lambda: Expense.objects.filter(pk=two.pk).update(state=ExpenseState.DISALLOWED),
    )
    for act in acts:
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


@pytest.mark.django_db
def test_a_form_that_is_sent_twice_writes_one_expense(report: Report, admin: User) -> None:
    said: dict[str, Any] = {
        "report": report, "plan": plan(report), "vouchers": [picture()], "handle": "once-000001",
        "by": admin, "at": WRITTEN,
    }  # fmt: skip
    assert actions.add_expense(**said).pk == actions.add_expense(**said).pk
    assert Expense.objects.count() == 1


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("", ""), ("No. 0123 4567", "01234567"), ("№ 012-34567", "01234567"),
        ("24142000000012345678", "24142000000012345678"), ("ab1234", "AB1234"),
    ],
)  # fmt: skip
def test_numbers_of_invoices_are_compared_in_one_way(raw: str, kept: str) -> None:
    assert invoice_number(raw) == kept


@pytest.mark.parametrize("raw", ["12", "发票", "1" * 31, "a';drop"])
def test_what_is_no_number_of_an_invoice_is_refused(raw: str) -> None:
    with pytest.raises(BadInput, match="4 到 30 位"):
        invoice_number(raw)


# -- Tables ----------------------------------------------------------------------------------------


def table(text: str, name: str = "支出.csv") -> Source:
    return in_memory(name, text.encode("utf-8-sig"))


def take(report: Report, text: str, *, handle: str = "table-000001") -> int:
    return actions.import_expenses(
        report=fresh(report), source=table(text), handle=handle, by=writer_of(report), at=WRITTEN
    )


@pytest.mark.django_db
def test_a_table_is_taken_over_once(report: Report) -> None:
    text = (
        "某某社工队支出明细,,,,,\n" + HEAD
        + "2026年10月8日,修脚工具和消毒用品,器械店,修脚刀,\"1,234.50\",24142000000012345678\n"
        + "2026-10-9,培训和宣传 · 上岗培训,李老师,讲课费,￥300元,\n"
        + ",,,,,\n合计,,,,1534.50,\n"
    )  # fmt: skip
    text = text.replace("合计,,,,1534.50,\n", ",合计,,,1534.50,\n")
    assert (take(report, text), take(report, text)) == (2, 0)
    rows = Expense.objects.order_by("pk").values_list("on", "line__place", "what", "fen")
    assert list(rows) == [
        (date(2026, 10, 8), 1, "修脚刀", 123_450), (date(2026, 10, 9), 3, "讲课费", 30_000),
    ]  # fmt: skip


@pytest.mark.django_db
def test_one_wrong_line_of_a_table_takes_nothing_over(report: Report) -> None:
    good = "2026-10-08,物资,器械店,修脚刀,12000,\n"
    wrong = [
        ("昨天,物资,器械店,修脚刀,10,\n", "日期看不懂"),
        ("2026-10-08,餐费,饭店,聚餐,10,\n", "预算里没有“餐费”"),
        ("2026-10-08,物资,器械店,修脚刀,-10,\n", "金额请填写数字"),
        ("2026-10-08,物资,器械店,修脚刀,0.01,\n", "超出预算"),
        ("2025-10-08,物资,器械店,修脚刀,10,\n", "项目时间内"),
        ("2026-10-08,物资,,修脚刀,10,\n", "请填写收款方"),
    ]
    for number, (row, said) in enumerate(wrong):
        with pytest.raises(BadInput) as refused:
            take(report, HEAD + good + row, handle=f"table-{number:06d}")
        assert "第 3 行" in refused.value.sentence
        assert said in refused.value.sentence
    assert Expense.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\xff" * 50, b"PK\x03\x04nonsense", "日期,金额\n2026-10-08,5\n".encode()],
)
def test_what_is_no_such_table_is_refused_in_words(report: Report, content: bytes) -> None:
    with pytest.raises(BadInput) as refused:
        actions.import_expenses(
            report=report, source=in_memory("支出.xlsx", content), handle="table-000001",
            by=writer_of(report), at=WRITTEN,
        )  # fmt: skip
    assert refused.value.sentence
    assert Expense.objects.count() == 0


@UNHURRIED
@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    lines = {1: ("物资", "工具")}
    try:
        read = read_expenses(
            table(HEAD + text), lines=lines, starts_on=date(2026, 10, 2),
            ends_on=date(2027, 6, 1), today=date(2026, 11, 20),
        )  # fmt: skip
    except BadInput:
        return
    assert read.rows or read.faults


@pytest.mark.django_db
def test_a_table_has_an_end(report: Report) -> None:
    row = "2026-10-08,物资,器械店,修脚刀,1,\n"
    with pytest.raises(BadInput, match="最多 200 笔"):
        take(report, HEAD + row * 201)
    assert workbook.harmless("=1") == "'=1"


# -- At the same moment ----------------------------------------------------------------------------


def race_for_a_line(funding: Funding) -> tuple[dict[str, int], int]:
    """Let two write expenses which together exceed a line, in two reports of one project."""
    halves = [first_report(funding), first_report(funding, ReportKind.PERIOD)]
    people = [writer_of(halves[0])] * 2
    plans = [plan(one, LINE_FEN * 2 // 3) for one in halves]

    def act(number: int) -> None:
        actions.add_expense(
            report=halves[number], plan=plans[number], vouchers=[],
            handle=f"race-{number:08d}", by=people[number], at=WRITTEN,
        )  # fmt: skip

    counted = at_once(act, 2)
    return dict(counted), queries.claimed(fresh_funding(funding))[funding.lines.get(place=1).pk]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_expenses_that_exceed_a_line_together_one_is_written(funding: Funding) -> None:
    counted, fen = race_for_a_line(funding)
    assert (counted, fen) == ({"done": 1, "reports.over_line": 1}, LINE_FEN * 2 // 3)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_saboteur_who_does_not_hold_the_money_exceeds_the_line(
    funding: Funding, monkeypatch: pytest.MonkeyPatch
) -> None:
    from threading import Barrier

    meeting = Barrier(2, timeout=20)
    asked = spending._refuse_over

    def ask_and_wait(line: FundingLine, fen: int, *, but: int = 0) -> None:
        asked(line, fen, but=but)
        meeting.wait()  # both have asked before either writes

    monkeypatch.setattr(spending, "hold_money", lambda funding_id: None)
    monkeypatch.setattr(spending, "_refuse_over", ask_and_wait)
    counted, fen = race_for_a_line(funding)
    assert (counted, fen > LINE_FEN) == ({"done": 2}, True)


def race_to_decide(waits: Report, officer: User, admin: User) -> dict[str, int]:
    """Let the office accept what the organization takes back at the same moment."""
    read = [fresh(waits), fresh(waits)]

    def act(number: int) -> None:
        if number:
            actions.recall(report=read[1], seen=waits.edition, by=admin, at=READ)
        else:
            actions.accept(report=read[0], seen=waits.edition, by=officer, at=READ)

    return dict(at_once(act, 2))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_accepting_and_taking_back_at_once_one_is_done(
    report: Report, officer: User, admin: User
) -> None:
    waits = make_submitted(report)
    assert race_to_decide(waits, officer, admin) == {"done": 1, "reports.was_faster": 1}
    assert fresh(waits).state in (ReportState.ACCEPTED, ReportState.DRAFT)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_saboteur_who_does_not_name_the_edition_does_both(
    report: Report, officer: User, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = make_submitted(report)

    def blind(report: Report, verb: str, **said: object) -> Report:
        del said
        Report.objects.filter(pk=report.pk).update(
            state={"accept": "accepted", "recall": "draft"}[verb],
            accepted_at=READ if verb == "accept" else None,
            accepted_by=officer if verb == "accept" else None,
        )
        return report

    for module in (checking, handing_in):
        monkeypatch.setattr(module, "step", blind)
    assert race_to_decide(waits, officer, admin) == {"done": 2}
