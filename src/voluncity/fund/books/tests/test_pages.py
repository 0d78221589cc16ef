"""Pages of the books: read by their words, written by two people."""

from __future__ import annotations

import csv
import re
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.utils.timezone import now

from voluncity.city.journal.actions import catch_up
from voluncity.city.journal.models import Entry as Sealed
from voluncity.city.people.models import User
from voluncity.fund.books import actions, queries
from voluncity.fund.books.actions import undo
from voluncity.fund.books.models import Budget, Entry, Posting
from voluncity.fund.governance.models import Fund
from voluncity.kernel.clock import local_date
from voluncity.testing.counting import queries_for
from voluncity.testing.make_files import make_paper
from voluncity.testing.make_fund import (
    award,
    give_money,
    make_budget,
    make_fund,
    make_posting,
    make_purpose,
    make_resolution,
)
from voluncity.testing.make_people import make_county
from voluncity.testing.pages import as_
from voluncity.testing.sheets import sheet_of

pytestmark = pytest.mark.django_db
DESK = "/fund/books/desk/"


def _posting(**said: object) -> dict[str, Any]:
    return {
        "kind": "bank_fee", "amount": "１２.50", "on": local_date(now()).isoformat(),
        "reason": "转账手续费", "handle": "h", "purpose": "", **said,
    }  # fmt: skip


def test_a_fee_is_written_by_one_and_booked_by_another(
    fund: Fund, office: User, finance: User
) -> None:
    give_money(fund, 10_000, at=now())
    writer, checker = as_(office), as_(finance)
    sent = writer.post(
        f"{DESK}{fund.pk}/postings/new/", _posting(proof=make_paper()), follow=True
    ).content.decode()
    assert "另一位同事复核" in sent
    posting = Posting.objects.get()
    assert posting.amount_fen == 1_250
    assert writer.post(f"{DESK}postings/{posting.pk}/book/").status_code == 403
    assert "复核入账" in checker.get(f"{DESK}postings/{posting.pk}/").content.decode()
    assert b"".join(checker.get(f"{DESK}evidence/{posting.pk}/")).startswith(b"%PDF")
    done = checker.post(f"{DESK}postings/{posting.pk}/book/", follow=True).content.decode()
    assert "已复核入账。" in done
    assert "87.50" in checker.get(f"{DESK}{fund.pk}/").content.decode()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"amount": "很多"}, "金额请填写数字"), ({"amount": "0"}, "金额应大于 0"),
        ({"amount": ""}, "请填写金额"), ({"kind": "gift"}, "请从列表中选择"),
        ({"on": "明天"}, "日期写法不对"), ({"on": "2099-01-01"}, "不能晚于今天"),
        ({"reason": "🎉"}, "不能使用表情符号"), ({"purpose": "999999"}, "请从列表中选择"),
    ],
)  # fmt: skip
def test_wrong_input_is_answered_at_its_field(
    fund: Fund, office: User, said: dict[str, Any], words: str
) -> None:
    sent = as_(office).post(f"{DESK}{fund.pk}/postings/new/", _posting(**said))
    assert (sent.status_code, words in sent.content.decode()) == (422, True)
    assert Posting.objects.count() == 0


def test_a_budget_is_drafted_and_approved_by_two(fund: Fund, office: User, finance: User) -> None:
    purpose, resolution = make_purpose(fund), make_resolution(fund, at=now())
    year = local_date(now()).year
    sent = as_(office).post(f"{DESK}{fund.pk}/budgets/new/", {
        "year": year, "remark": "", "gift_0": "10,000", f"payment_{purpose.pk}": "8000元",
    })  # fmt: skip
    assert sent.status_code == 302
    budget = Budget.objects.get()
    assert list(budget.lines.values_list("kind", "purpose", "amount_fen")) == [
        ("gift", None, 1_000_000), ("payment", purpose.pk, 800_000),
    ]  # fmt: skip
    page = f"{DESK}budgets/{budget.pk}/"
    assert "由另一位同事核对决议后登记" in as_(office).get(page).content.decode()
    for seen in ({}, {"seen": ""}, {"seen": "0"}, {"seen": "2"}):  # not what was read
        late = as_(finance).post(f"{page}approve/", {"resolution": resolution.pk} | seen)
        assert (late.status_code, "刚刚有人改过" in late.content.decode()) == (422, True), seen
        change = {"gift_0": "1"} | seen
        assert as_(office).post(f"{page}change/", change).status_code == 422, seen
    done = as_(finance).post(f"{page}approve/", {"resolution": resolution.pk, "seen": 1})
    assert done.status_code == 302
    shown = as_(finance).get(f"{DESK}{fund.pk}/").content.decode()
    for words in ("决议〔", "项目资助", "8,000.00", "公益支出比例", "管理费用比例"):
        assert words in shown


def test_the_auditor_gets_every_movement_with_its_seal(fund: Fund, supervisor: User) -> None:
    give_money(fund, 12_345, make_purpose(fund, "=1+1"), at=now())
    give_money(fund, 100, at=now())
    catch_up(at=now())
    year, desk = local_date(now()).year, as_(supervisor)
    first = Entry.objects.order_by("pk")[0]
    seal = Sealed.objects.get(subject_type="books_entry", subject_id=first.pk)
    handed = desk.get(f"{DESK}{fund.pk}/entries/{year}.csv")
    rows = list(csv.reader(StringIO(handed.content.decode("utf-8-sig"))))
    assert [len(row) for row in rows] == [19, 19, 19]
    assert (rows[1][5], rows[1][9], rows[1][10]) == ("'=1+1", "123.45", "12345")
    assert rows[1][-2:] == [str(seal.sequence), seal.hash]
    book = desk.get(f"{DESK}{fund.pk}/entries/{year}.xlsx")
    assert len(sheet_of(book.content)) == 3
    assert Sealed.objects.filter(verb="books.export", actor=supervisor).count() == 2
    assert desk.get(f"{DESK}{fund.pk}/entries/1999.csv").status_code == 404
    assert desk.get(f"{DESK}{fund.pk}/entries/99999999.csv").status_code == 404


def test_a_supervisor_reads_all_and_writes_nothing(fund: Fund, supervisor: User) -> None:
    posting, budget = make_posting(fund, at=now()), make_budget(fund, at=now())
    desk = as_(supervisor)
    for path in (
        "", f"{fund.pk}/", f"{fund.pk}/entries/", f"{fund.pk}/statement/",
        f"postings/{posting.pk}/", f"budgets/{budget.pk}/",
    ):  # fmt: skip
        page = desk.get(f"{DESK}{path}")
        assert (page.status_code, 'method="post"' in _main(page.content.decode())) == (200, False)
    for path in (
        f"{fund.pk}/postings/new/", f"postings/{posting.pk}/book/", f"budgets/{budget.pk}/approve/",
    ):  # fmt: skip
        assert desk.post(f"{DESK}{path}").status_code == 403


def _main(page: str) -> str:
    return page.partition("<main")[2].partition("</main>")[0]


def test_another_areas_books_are_closed(office: User) -> None:
    other = make_fund(make_county(), name="邻县专项基金")
    give_money(other, 100, at=now())
    desk = as_(office)
    for path in ("", "entries/", "statement/", f"entries/{local_date(now()).year}.csv"):
        assert desk.get(f"{DESK}{other.pk}/{path}").status_code == 404
    assert other.full_name not in desk.get(DESK).content.decode()


def test_movements_are_filtered_and_nonsense_filters_nothing(fund: Fund, finance: User) -> None:
    elders = make_purpose(fund)
    give_money(fund, 111, at=now())
    give_money(fund, 222, elders, at=now())
    desk, page = as_(finance), f"{DESK}{fund.pk}/entries/"
    free = desk.get(page, {"purpose": "free"}).content.decode()
    bound = desk.get(page, {"purpose": str(elders.pk), "kind": "gift"}).content.decode()
    assert ("1.11" in free, "2.22" in free) == (True, False)
    assert ("1.11" in bound, "2.22" in bound) == (False, True)
    every = desk.get(page, {"purpose": "９" * 40, "kind": "x", "year": "０"}).content.decode()
    assert ("1.11" in every, "2.22" in every) == (True, True)


def test_what_is_undone_carries_a_minus_and_old_postings_have_a_page(
    fund: Fund, finance: User
) -> None:
    undo(entry=give_money(fund, 7_700, at=now()), reason="重复", on=local_date(now()), at=now(),
         by=None)  # fmt: skip
    first = make_posting(fund, at=now(), reason="最早的一笔")
    for _ in range(30):
        make_posting(fund, at=now())
    desk = as_(finance)
    assert ">-77.00<" in desk.get(f"{DESK}{fund.pk}/entries/").content.decode()
    pages = [desk.get(f"{DESK}{fund.pk}/", {"page": page}).content.decode() for page in "12"]
    assert [first.reason in page for page in pages] == [False, True]


def test_lists_ask_the_same_for_one_and_for_many(fund: Fund, finance: User) -> None:
    desk = as_(finance)
    purpose = make_purpose(fund)
    give_money(fund, 100, purpose, at=now())
    make_posting(fund, at=now())
    pages = (DESK, f"{DESK}{fund.pk}/", f"{DESK}{fund.pk}/entries/")
    few = [queries_for(desk, page) for page in pages]
    for number in range(29):
        give_money(fund, 100 + number, purpose, at=now())
        make_posting(fund, at=now())
    for name in "一二三":
        make_fund(fund.region, name=f"志愿{name}专项基金")
    assert [queries_for(desk, page) for page in pages] == few
    assert queries.faults() == []


def _figures(page: str) -> list[tuple[str, str]]:
    """Return (address, figure) of every figure of a page that opens the movements."""
    stats = re.findall(
        r'<a href="([^"]*/entries/[^"]*)"><span class="sr">[^<]*</span>(.*?)</a>', page
    )
    cells = re.findall(r'<a href="([^"]*/entries/[^"]*)">(-?[\d,]+\.\d\d)</a>', page)
    return [(url.replace("&amp;", "&"), _digits(shown)) for url, shown in [*stats, *cells]]


def _digits(shown: str) -> str:
    """Return a sum as a number with two decimals, however it is written."""
    words = re.sub(r"<[^>]*>|[\s,元]", "", shown)
    factor = 10_000 if "万" in words else 1
    return f"{Decimal(words.replace('万', '')) * factor:.2f}"


def test_every_figure_opens_the_movements_that_make_it(
    fund: Fund, office: User, finance: User
) -> None:
    elders = make_purpose(fund, "老人")
    last_year = now() - timedelta(days=366)
    give_money(fund, 500_000, at=last_year)
    give_money(fund, 200_010, elders, at=now())
    award(fund, 90_000, elders, at=now())
    award(fund, 60_000, None, name="application:2", serves=elders, at=now())
    pay: dict[str, Any] = {
        "fund": fund,
        "purpose": elders,
        "serves": elders,
        "award": "application:1",
        "by": None,
    }
    actions.pay(amount_fen=70_000, key="p1", source="payout:1", reason="拨付", at=now(), **pay)
    actions.take_back(amount_fen=1_000, key="r1", source="payout:1", reason="退回", at=now(), **pay)
    actions.release(amount_fen=20_000, key="l1", reason="结余", at=now(), **pay)
    for kind, purpose in (("interest", None), ("charity", elders), ("bank_fee", None)):
        posting = make_posting(fund, by=office, at=now(), kind=kind, purpose=purpose, fen=777)
        actions.book(posting=posting, by=finance, at=now())
    client, year, seen = as_(office), local_date(now()).year, 0
    for page in (f"{fund.pk}/", f"{fund.pk}/statement/", f"{fund.pk}/?year={year - 1}"):
        for url, figure in _figures(client.get(f"{DESK}{page}").content.decode()):
            listed = client.get(url).context
            assert f"{Decimal(listed['total_fen']) / 100:.2f}" == figure, url
            seen += 1
    assert seen > 40
