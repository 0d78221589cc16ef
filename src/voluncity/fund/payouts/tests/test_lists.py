"""The list for the bank: frozen, always the same, and answered line by line or by a file."""

from __future__ import annotations

import csv
import hashlib
import zipfile
from io import BytesIO, StringIO

import pytest

from voluncity.city.people.lists.source import in_memory
from voluncity.fund.books.models import Entry
from voluncity.fund.grants.models import Funding
from voluncity.fund.payouts import actions, queries, rules
from voluncity.fund.payouts.models import Disbursement, PaymentList
from voluncity.fund.payouts.rules import Answer, Row
from voluncity.fund.payouts.states import ListState, PayState
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal, WrongState
from voluncity.testing import make_payouts as make
from voluncity.testing.make_grants import make_funding
from voluncity.testing.make_people import NOON, make_user

pytestmark = pytest.mark.django_db
HEADING = "付款编号,处理结果,银行流水号,付款日期,失败原因,金额\n"


def listed(funding: Funding) -> tuple[PaymentList, list[Disbursement]]:
    """Return a list of two payments that the bank has got."""
    payments = [make.approve(make.ask(funding, number)) for number in (1, 2)]
    made = make.make_list(*payments)
    make.export(made)
    made.refresh_from_db()
    return made, list(made.lines.order_by("place"))


def take(made: PaymentList, text: str) -> tuple[int, int]:
    """Take a file of the bank over."""
    read = rules.read_answers(in_memory("结果.csv", (HEADING + text).encode()))
    answers, faults = queries.matched(made, read.lines)
    assert (read.faults, faults) == ([], [])
    return actions.take_answers(
        payment_list=made, answers=answers, by=make_user("出纳小吴"), at=NOON
    )


def test_a_list_exported_again_is_the_same_to_the_byte(funding: Funding) -> None:
    made, _ = listed(funding)
    make.make_account(funding, number="9988776655443322")  # later changes are not of this list
    first = make.export(made)
    assert (first, hashlib.sha256(first).hexdigest()) == (make.export(made), made.digest)
    assert make.export(made, "xlsx") == make.export(made, "xlsx")
    rows = list(csv.reader(StringIO(first.decode("utf-8-sig"))))
    number = make.NUMBER
    assert [row[3] for row in rows[1:3]] == [number, number]
    assert rows[-1] == ["合计", "2 笔", "", "", "", "20000.00", ""]
    sheet = zipfile.ZipFile(BytesIO(make.export(made, "xlsx"))).read("xl/worksheets/sheet1.xml")
    assert f">{number}</t>".encode() in sheet


def test_what_looks_like_a_formula_is_only_text() -> None:
    row = Row("BF00000001", "=HYPERLINK(1)", make.NUMBER, "@SUM(A1)", 100, "+1")
    cells = next(csv.reader(StringIO(rules.csv_bytes([row]).decode("utf-8-sig").split("\n")[1])))
    assert (cells[2], cells[4], cells[6]) == ("'=HYPERLINK(1)", "'@SUM(A1)", "'+1")
    sheet = zipfile.ZipFile(BytesIO(rules.xlsx_bytes([row]))).read("xl/worksheets/sheet1.xml")
    assert b">=HYPERLINK" not in sheet


def test_the_number_lies_sealed_in_the_list_too(funding: Funding) -> None:
    made, _ = listed(funding)
    assert make.NUMBER not in made.rows_cipher


def test_a_list_that_was_touched_is_not_handed_out(funding: Funding) -> None:
    made, _ = listed(funding)
    PaymentList.objects.filter(pk=made.pk).update(digest="0" * 64)
    with pytest.raises(Refusal, match="校验码不符"):
        make.export(made)


def test_a_cancelled_list_is_not_exported_and_an_exported_one_not_cancelled(
    funding: Funding,
) -> None:
    payment = make.approve(make.ask(funding))
    made = make.make_list(payment)
    stale = PaymentList.objects.get(pk=made.pk)
    actions.cancel_list(payment_list=made, by=make_user("出纳"), at=NOON)
    with pytest.raises(WrongState, match="已经取消"):
        make.export(stale)
    payment.refresh_from_db()
    again = make.make_list(payment)
    before = PaymentList.objects.get(pk=again.pk)
    make.export(again)
    with pytest.raises(WrongState):
        actions.cancel_list(payment_list=before, by=make_user("出纳"), at=NOON)


def test_a_payment_stands_on_one_list(funding: Funding) -> None:
    payment = make.approve(make.ask(funding))
    make.make_list(payment)
    with pytest.raises(WrongState):
        make.make_list(payment)


def test_a_list_is_of_one_fund(funding: Funding) -> None:
    other = make.make_ready(title="别的项目")
    theirs, ours = make.approve(make.ask(other)), make.approve(make.ask(funding))
    with pytest.raises(BadInput, match="这个基金"):
        make.make_list(ours, theirs)


def test_the_bank_answers_by_a_file(funding: Funding) -> None:
    made, (one, two) = listed(funding)
    day = f"{local_date(NOON):%Y/%m/%d}"
    text = f"{one.number},交易成功,JSB0001,{day},,10000.00\n{two.number},失败,,{day},户名不符,\n"
    assert take(made, text) == (1, 1)
    assert take(made, text) == (0, 0)
    one.refresh_from_db()
    two.refresh_from_db()
    made.refresh_from_db()
    assert (one.state, one.bank_ref, two.state, two.words, made.state) == (
        PayState.PAID, "JSB0001", PayState.FAILED, "户名不符", ListState.DONE,
    )  # fmt: skip
    assert queries.faults() == []


def test_a_file_is_taken_wholly_or_not_at_all(funding: Funding) -> None:
    made, (one, two) = listed(funding)
    answers = [
        Answer(one.pk, "JSB0001", local_date(NOON), ""),
        Answer(two.pk, "JSB0001", local_date(NOON), ""),
    ]
    with pytest.raises(BadInput, match=f"{two.number}：.*已经用于另一笔"):
        actions.take_answers(payment_list=made, answers=answers, by=make_user("出纳"), at=NOON)
    assert Entry.objects.filter(kind="payment").count() == 0
    assert {row.state for row in made.lines.all()} == {PayState.LISTED}


def test_whoever_asked_takes_no_answers_about_it(funding: Funding) -> None:
    made, (one, _) = listed(funding)
    answers = [Answer(one.pk, "JSB0001", local_date(NOON), "")]
    with pytest.raises(BadInput, match="另一位"):
        actions.take_answers(payment_list=made, answers=answers, by=one.asked_by, at=NOON)
    with pytest.raises(NotAllowed):
        make.confirm(one, by=one.asked_by)


def test_rows_of_a_file_that_fit_nothing_are_named(funding: Funding) -> None:
    made, (one, two) = listed(funding)
    day = f"{local_date(NOON):%Y-%m-%d}"
    text = (
        f"{one.number},成功,JSB0001,{day},,9999.99\n"
        f"BF99999999,成功,JSB0002,{day},,\n"
        f"{two.number},处理中,,{day},,\n"
        f"{two.number},成功,JSB0003,明天,,\n"
        "看不懂,成功,JSB0004,,,\n"
        f"{two.number},成功,,{day},,\n"
    )
    read = rules.read_answers(in_memory("结果.csv", (HEADING + text).encode()))
    _, faults = queries.matched(made, read.lines)
    assert [row for row, _ in faults] == [2, 3]
    assert "10,000 元" in faults[0][1]
    assert [row for row, _ in read.faults] == [4, 5, 6, 7]


@pytest.mark.parametrize("text", ["姓名,电话\n张三,1\n", "付款编号,处理结果,银行流水号,付款日期\n"])
def test_a_file_that_is_no_answer_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        rules.read_answers(in_memory("结果.csv", text.encode()))


def test_an_account_in_the_list_is_the_one_that_was_verified() -> None:
    funding = make_funding()
    make.make_account(funding)
    make.make_plan(funding)
    payment = make.approve(make.ask(funding))
    [row] = queries.rows_of(make.make_list(payment))
    assert (row.holder, row.account, row.fen) == (funding.recipient, make.NUMBER, payment.fen)
