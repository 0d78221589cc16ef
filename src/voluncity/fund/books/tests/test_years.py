"""Postings by two people, budgets by resolutions, a year beside its plan and the law."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from voluncity.fund.books import actions, queries, rules
from voluncity.fund.books.actions import BudgetPlan
from voluncity.fund.books.models import Budget, Posting
from voluncity.fund.books.queries import StatementRow
from voluncity.fund.books.rules import Limits, Year
from voluncity.fund.books.states import BudgetState, PostingState
from voluncity.fund.governance.models import Fund
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal, WrongState
from voluncity.testing.make_fund import (
    award,
    give_money,
    make_budget,
    make_fund,
    make_posting,
    make_purpose,
    make_resolution,
    posting_plan,
)
from voluncity.testing.make_people import NOON, TODAY, make_user
from voluncity.testing.rivals import rival_before

pytestmark = pytest.mark.django_db
LIMITS = Limits(70, 10, 20_000_000)


# -- Postings ------------------------------------------------------------------------------------


def test_nobody_books_or_rejects_what_they_wrote_themselves(fund: Fund) -> None:
    give_money(fund, 10_000)
    writer = make_user("经办人")
    posting = make_posting(fund, by=writer)
    for act in (actions.book, lambda **said: actions.reject(remark="不对", **said)):
        with pytest.raises(NotAllowed, match="不能是同一个人"):
            act(posting=posting, by=writer, at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():  # where an action forgot to ask
        Posting.objects.filter(pk=posting.pk).update(
            state=PostingState.REJECTED, checked_by=writer, checked_at=NOON, remark="x"
        )
    booked = actions.book(posting=posting, by=make_user("会计"), at=NOON)
    assert (booked.state, queries.available(fund, None)) == (PostingState.BOOKED, 5_000)


def test_two_checkers_book_once(fund: Fund) -> None:
    give_money(fund, 10_000)
    posting, faster, slower = make_posting(fund), make_user("会计甲"), make_user("会计乙")

    def other() -> None:
        actions.book(posting=Posting.objects.get(pk=posting.pk), by=faster, at=NOON)

    with (
        rival_before('UPDATE "books_posting"', other),
        pytest.raises(WrongState, match="刚刚有人办理了"),
    ):
        actions.book(posting=posting, by=slower, at=NOON)


def test_a_cost_that_nobody_can_pay_stays_unbooked(fund: Fund) -> None:
    posting = make_posting(fund)
    with pytest.raises(Refusal, match="可用资金不足，不能支出 50 元"):
        actions.book(posting=posting, by=make_user("会计"), at=NOON)
    posting.refresh_from_db()
    assert posting.state == PostingState.PROPOSED


def test_what_was_booked_by_mistake_is_undone_by_another_entry(fund: Fund) -> None:
    give_money(fund, 10_000)
    checker = make_user("会计")
    wrong = actions.book(posting=make_posting(fund), by=checker, at=NOON)
    said: dict[str, Any] = {
        "posting": wrong, "reason": "重复登记", "on": TODAY, "by": checker, "at": NOON,
    }  # fmt: skip
    back = actions.propose_undoing(**said, handle="undo-1")
    with pytest.raises(Refusal, match="刚刚已经登记过"):
        actions.propose_undoing(**said, handle="undo-2")
    actions.book(posting=back, by=make_user("另一位会计"), at=NOON)
    assert queries.available(fund, None) == 10_000
    assert queries.actual(queries.of_year(fund, 2026), "management") == 0
    assert queries.faults() == []
    with pytest.raises(WrongState, match="只有已经入账的"):
        actions.propose_undoing(**(said | {"posting": back}), handle="undo-3")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"kind": "gift"}, "kind"), ({"amount_fen": 0}, "amount"),
        ({"on": TODAY + timedelta(days=1)}, "on"), ({"on": TODAY.replace(year=2017)}, "on"),
        ({"reason": ""}, "reason"), ({"reason": "长" * 121}, "reason"),
    ],
)  # fmt: skip
def test_a_posting_that_cannot_be_is_refused_at_its_field(
    fund: Fund, said: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        make_posting(fund, **said)
    assert (refused.value.field, Posting.objects.count()) == (field, 0)


def test_running_costs_are_not_borne_by_restricted_gifts(fund: Fund) -> None:
    purpose = make_purpose(fund)
    for kind in ("management", "bank_fee", "fundraising", "interest"):
        with pytest.raises(BadInput, match="只能记在非限定资金"):
            make_posting(fund, kind=kind, purpose=purpose)
    give_money(fund, 9_000, purpose)
    insured = make_posting(fund, kind="charity", purpose=purpose, reason="志愿者保险")
    actions.book(posting=insured, by=make_user("会计"), at=NOON)
    assert queries.available(fund, purpose) == 4_000


def test_a_form_sent_twice_is_one_posting_and_is_taken_back_by_its_writer(fund: Fund) -> None:
    writer = make_user("经办人")
    made = [
        actions.propose(fund=fund, plan=posting_plan(), proof=None, handle="h", by=writer, at=NOON)
        for _ in range(2)
    ]
    assert made[0] == made[1]
    with pytest.raises(NotAllowed, match="只有登记人"):
        actions.withdraw(posting=made[0], by=make_user("会计"), at=NOON)
    actions.withdraw(posting=made[0], by=writer, at=NOON)
    with pytest.raises(WrongState):
        actions.book(posting=made[0], by=make_user("会计"), at=NOON)


# -- Budgets -------------------------------------------------------------------------------------


def _approve(budget: Budget, **said: Any) -> Budget:
    usual: dict[str, Any] = {"seen": budget.edition, "by": make_user("批准登记人"), "at": NOON}
    if "resolution" not in said:
        usual["resolution"] = make_resolution(budget.fund)
    return actions.approve_budget(budget=budget, **(usual | said))


def test_a_budget_holds_by_a_resolution_and_is_amended_by_another(fund: Fund) -> None:
    first = _approve(make_budget(fund))
    purpose = make_purpose(fund)
    second = make_budget(fund, [("payment", purpose, 500), ("management", None, 90)])
    assert (second.number, queries.holding(fund, 2026)) == (2, first)
    _approve(second)
    first.refresh_from_db()
    assert (first.state, queries.holding(fund, 2026)) == (BudgetState.FORMER, second)
    with pytest.raises(WrongState, match="不能修改预算"):
        actions.save_budget(
            budget=first, plan=BudgetPlan("", (("gift", None, 1),)), seen=1, by=fund.made_by,
            at=NOON,
        )  # fmt: skip


def test_who_wrote_a_budget_does_not_approve_it(fund: Fund) -> None:
    writer, changer = make_user("编制人"), make_user("修改人")
    budget = make_budget(fund, by=writer)
    actions.save_budget(
        budget=budget, plan=BudgetPlan("", (("gift", None, 1),)), seen=1, by=changer, at=NOON
    )
    for who in (writer, changer):
        with pytest.raises(NotAllowed, match="不能是同一个人"):
            _approve(budget, by=who)
    with pytest.raises(WrongState, match="刚刚有人改过"):
        _approve(budget, seen=1)
    with pytest.raises(BadInput, match="本基金有效的决议"):
        _approve(budget, resolution=make_resolution(make_fund()))


def test_a_year_has_one_draft_at_a_time(fund: Fund) -> None:
    draft = make_budget(fund)
    with pytest.raises(Refusal, match="已经有一份编制中的预算"):
        make_budget(fund)
    actions.discard_budget(budget=draft, by=fund.made_by, at=NOON)
    assert make_budget(fund).number == 2


@pytest.mark.parametrize(
    "lines",
    [
        [("gift", None, 1), ("gift", None, 2)], [("nothing", None, 1)], [("gift", None, 0)],
        [("gift", None, 10**13)],
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_is_refused(fund: Fund, lines: list[Any]) -> None:
    with pytest.raises(BadInput):
        make_budget(fund, lines)
    assert Budget.objects.count() == 0


def test_an_empty_budget_and_a_purpose_where_there_is_none_are_refused(fund: Fund) -> None:
    with pytest.raises(BadInput, match="至少填写一项"):
        actions.draft_budget(
            fund=fund, year=2026, plan=BudgetPlan("", ()), by=fund.made_by, at=NOON
        )
    with pytest.raises(BadInput, match="不能分到这个资助方向"):
        make_budget(fund, [("management", make_purpose(fund), 1)])


# -- The year ------------------------------------------------------------------------------------


def _a_year(fund: Fund) -> None:
    """Give 10,000 freely and 4,000 for elders; pay 5,000 and return 500; spend 300 on running."""
    elders = make_purpose(fund)
    give_money(fund, 1_000_000)
    give_money(fund, 400_000, elders)
    for purpose, fen in ((None, 200_000), (elders, 300_000)):
        name = f"application:{fen}"
        award(fund, fen, purpose, serves=elders, name=name)
        part: dict[str, Any] = {
            "fund": fund, "purpose": purpose, "serves": elders, "award": name, "at": NOON,
            "by": None, "reason": "拨付", "source": name,
        }  # fmt: skip
        actions.pay(**part, amount_fen=fen, key=f"pay:{fen}")
    actions.take_back(**part, amount_fen=50_000, key="back")
    posting = make_posting(fund, fen=30_000, amount_fen=30_000)
    actions.book(posting=posting, by=make_user("会计"), at=NOON)


def test_what_moved_stands_beside_what_was_planned(fund: Fund) -> None:
    _a_year(fund)
    elders = fund.purposes.get()
    budget = _approve(
        make_budget(fund, [("payment", elders, 400_000), ("management", None, 50_000)])
    )
    rows = queries.compared(budget, fund, queries.of_year(fund, 2026))
    assert [(one.label, one.purpose, one.planned, one.actual, one.is_over) for one in rows] == [
        ("捐赠收入", "", 0, 1_000_000, False),
        ("捐赠收入", "关爱老人", 0, 400_000, False),
        ("项目资助", "关爱老人", 400_000, 450_000, True),
        ("管理费用", "", 50_000, 30_000, False),
    ]


def test_the_accounts_of_a_year_go_on_in_the_next(fund: Fund) -> None:
    _a_year(fund)
    assert queries.statement(fund, 2026) == [
        StatementRow("非限定", 0, 1_000_000, 230_000, 770_000, "free"),
        StatementRow("关爱老人", 0, 400_000, 250_000, 150_000, str(fund.purposes.get().pk)),
        StatementRow("合计", 0, 1_400_000, 480_000, 920_000),
    ]
    assert queries.statement(fund, 2027)[-1] == StatementRow("合计", 920_000, 0, 0, 920_000)
    assert sum(one.total for one in queries.purses(fund)) == 920_000
    assert queries.by_year(fund) == [(2026, Year(1_400_000, 450_000, 30_000, 0))]


@pytest.mark.parametrize(
    ("management", "charity", "tone"),
    [
        (0, 0, "info"), (10, 90, "good"), (11, 89, "warn"),
        (2_000_000_000, 18_000_000_000, "good"), (20_000_000, 100_000_000, "bad"),
        (19_999_999, 100_000_000, "warn"),
    ],
)  # fmt: skip
def test_running_costs_are_measured_by_the_law(management: int, charity: int, tone: str) -> None:
    year = Year(0, charity, management, 0)
    assert rules.management_ratio(year, LIMITS).tone == tone


def test_a_year_in_which_more_was_undone_than_spent_has_no_false_share() -> None:
    assert [rules.percent(part, 1_000) for part in (-5, -1_234, 0)] == ["-0.5%", "-123.4%", "0.0%"]
    ratio = rules.management_ratio(Year(0, 10, -20, 0), LIMITS)
    assert (ratio.value, ratio.tone) == ("—", "info")


@pytest.mark.parametrize(
    ("charity", "before", "value", "tone"),
    [
        (70, [100], "70.0%", "good"), (69, [100], "69.0%", "warn"),
        # Either the last year or the mean of three is enough.
        (70, [200, 50, 50], "70.0%", "good"), (70, [100, 200, 200], "70.0%", "good"),
        (6999, [10_000], "69.9%", "warn"), (70, [], "—", "info"), (70, [0, 0], "—", "info"),
    ],
)  # fmt: skip
def test_charity_is_measured_by_the_income_of_before(
    charity: int, before: list[int], value: str, tone: str
) -> None:
    years = [Year(income, 0, 0, 0) for income in before]
    ratio = rules.spending_ratio(Year(0, charity, 0, 0), years, LIMITS)
    assert (ratio.value, ratio.tone) == (value, tone)
