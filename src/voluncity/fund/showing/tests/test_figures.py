"""Every figure is the sum of its list: also what was restricted, given back, returned, undone."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from hashlib import sha256
from io import StringIO

import pytest
from django.test import Client

from voluncity.fund.books import actions as books
from voluncity.fund.books import queries as in_books
from voluncity.fund.books.actions.writing import undo
from voluncity.fund.donations import actions as donations
from voluncity.fund.governance.models import Fund
from voluncity.fund.showing.queries import figures
from voluncity.fund.showing.rules import Asked, Row
from voluncity.kernel.clock import local_date
from voluncity.testing.make_donations import licensed_fund, look_at, make_appeal, make_booked
from voluncity.testing.make_fund import give_money, make_posting, make_purpose
from voluncity.testing.make_grants import make_funding
from voluncity.testing.make_payouts import make_paid, make_ready
from voluncity.testing.make_people import NOON, make_user
from voluncity.testing.taking import body_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_own_files")]
LATER = NOON + timedelta(days=40)


@pytest.fixture(name="fund")
def _fund() -> Fund:
    """Return a fund to which everything happened: restricted, refunded, returned, undone."""
    fund = licensed_fund(at=NOON - timedelta(days=400))
    elders = make_purpose(fund, "关爱老人")
    give_money(fund, 5_000_000, at=NOON - timedelta(days=380))
    give_money(fund, 3_000_000, elders)
    appeal = make_appeal(fund)
    gift = make_booked(appeal, "300", shows_name=True)
    refund = donations.ask_refund(
        gift=gift, amount="120", reason="多捐了", by=make_user("申请人"), at=NOON
    )
    donations.approve_refund(refund=refund, by=make_user("审批人"), at=LATER)
    batch = look_at(appeal, ("SX20260001", "12.50", "2026-03-01 10:00:00", "小雨点", "", ""),
                    ("SX20260002", "7.50", "2026-03-01 11:00:00", "=1+1", "", ""))  # fmt: skip
    donations.take_batch(batch=batch, by=batch.by, at=NOON)
    donations.book_batch(batch=batch, by=make_user("第二人"), at=NOON)
    funding = make_ready(fund=fund, purpose=elders)
    make_paid(funding)
    books.take_back(
        fund=fund, purpose=elders, serves=elders, award=funding.award, amount_fen=30_000,
        key="back:1", source="back", reason="退回", at=LATER, by=None,
    )  # fmt: skip
    make_funding(fund=fund, state="agreeing")
    posting = make_posting(fund, reason="印刷费，联系 13812345678")
    entry = books.book(posting=posting, by=make_user("复核"), at=NOON).entry
    assert entry is not None
    undo(entry=entry, reason="记错了", on=local_date(LATER), at=LATER, by=None)
    return fund


def added_up(rows: list[Row]) -> int:
    """Return the sum of records, one by one."""
    return sum(int(row.values["fen"] or 0) for row in rows)


@pytest.mark.parametrize("key", figures.SHEETS)
def test_each_figure_is_the_sum_of_the_records_of_its_list(fund: Fund, key: str) -> None:
    one, sums = figures.SHEETS[key], figures.sums(fund, [key])[key]
    rows = list(figures.every_row(one, fund, Asked()))
    assert figures.total(one, fund, Asked()) == (added_up(rows), len(rows))
    assert figures.total(one, fund, Asked()) == sums.total()
    for year, purpose_id in sums.parts:
        asked = Asked(year=year, purpose_id=purpose_id, has_no_purpose=purpose_id is None)
        part = list(figures.every_row(one, fund, asked))
        assert sums.parts[year, purpose_id] == (added_up(part), len(part))
    assert {column.key for column in one.columns} == {
        key for row in rows for key in row.values
    } or (not rows)


def test_figures_are_those_of_the_books(fund: Fund) -> None:
    total = {key: sums.total()[0] for key, sums in figures.sums(fund).items()}
    purses = in_books.purses(fund)
    assert total["balance"] == sum(purse.total for purse in purses)
    assert total["reserved"] == sum(purse.reserved for purse in purses)
    assert total["balance"] == (
        total["raised"] + total["interest"] - total["paid"] - total["costs"]
    )


def test_a_file_of_a_platform_opens_into_its_gifts(fund: Fund) -> None:
    [row] = [row for row in figures.every_row(figures.SHEETS["raised"], fund, Asked()) if row.url]
    page = Client().get(row.url)
    assert (page.status_code, row.values["fen"]) == (200, 2_000)
    batch_id = int(row.url.rpartition("=")[2])
    assert figures.total(figures.SHEETS["gifts"], fund, Asked(batch_id=batch_id)) == (2_000, 2)


@pytest.mark.parametrize("key", figures.SHEETS)
def test_page_csv_and_json_say_the_same(fund: Fund, key: str) -> None:
    fen, count = figures.total(figures.SHEETS[key], fund, Asked())
    base = f"/fund/showing/{fund.pk}/{key}"
    page = Client().get(f"{base}/")
    assert (page.status_code, page.context["fen"], page.context["count"]) == (200, fen, count)
    raw = b"".join(Client().get(f"{base}.csv")).decode()
    lines = list(csv.reader(StringIO(raw.removeprefix("\ufeff"))))
    assert (raw[0], len(lines) - 1) == ("\ufeff", count)
    assert sum(round(float(line[-1]) * 100) for line in lines[1:]) == fen
    told = json.loads(b"".join(Client().get(f"{base}.json")))
    assert (told["count"], told["sum_fen"], len(told["rows"])) == (count, fen, count)
    assert [set(row) for row in told["rows"]] == [{one["key"] for one in told["fields"]}] * count


def test_a_program_that_has_a_list_is_told_that_it_is_the_same(fund: Fund) -> None:
    url = f"/fund/showing/{fund.pk}/raised.json"
    first = Client().get(url)
    tag, whole = first["ETag"], b"".join(first)
    same = Client().get(url, headers={"if-none-match": tag})
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", tag)
    assert (first["Last-Modified"][-3:], first["X-Content-SHA256"]) == (
        "GMT", sha256(whole).hexdigest(),
    )  # fmt: skip
    give_money(fund, 100)
    other = Client().get(url, headers={"if-none-match": tag})
    assert (other.status_code, b"".join(other) == whole) == (200, False)


def test_nothing_personal_and_no_formula_is_in_open_data(fund: Fund) -> None:
    whole = "".join(
        b"".join(Client().get(f"/fund/showing/{fund.pk}/{key}.{kind}")).decode()
        for key in figures.SHEETS
        for kind in ("csv", "json")
    )
    assert "13812345678" not in whole
    assert "内容不公开" in whole
    assert ",=1" not in whole
    assert "14050110234500000123" not in whole


def test_givers_are_named_by_their_own_word_only(fund: Fund) -> None:
    appeal = make_appeal(fund)
    make_booked(appeal, "10", donor="赵国强", shows_name=False)
    make_booked(appeal, "20", donor="钱小明", shows_name=True)
    text = Client().get(f"/fund/showing/{fund.pk}/raised/").content.decode()
    assert ("赵国强" in text, "赵*强" in text, "钱小明" in text) == (False, True, True)


@pytest.mark.parametrize("key", [key for key in figures.SHEETS if key != "gifts"])
def test_a_file_of_gifts_says_nothing_to_other_lists(fund: Fund, key: str) -> None:
    base = f"/fund/showing/{fund.pk}/{key}"
    whole, asked = (Client().get(f"{base}/{query}") for query in ("", "?batch=1"))
    assert (asked.status_code, asked.context["fen"]) == (200, whole.context["fen"])
    for kind in ("csv", "json"):
        whole, asked = (Client().get(f"{base}.{kind}{query}") for query in ("", "?batch=1"))
        assert (asked.status_code, body_of(asked) == body_of(whole)) == (200, True)


@pytest.mark.parametrize("address", ["9999/", "{fund}/nothing/", "{fund}/raised.xml",
                                     "{fund}/raised/?for=99999", "{fund}/raised/?project=JJ1",
                                     "projects/JJ2019-0001/", "pictures/9/"])  # fmt: skip
def test_what_is_not_there_is_said_in_a_sentence(fund: Fund, address: str) -> None:
    answer = Client().get(f"/fund/showing/{address.format(fund=fund.pk)}")
    assert (answer.status_code, "没有" in answer.content.decode() or "CSV" in
            answer.content.decode()) == (404, True)  # fmt: skip
