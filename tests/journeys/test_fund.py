"""Rows G1 and G9: from founding a fund to its accounts, by the pages people use."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils.timezone import now
from pytest_django.fixtures import Settings

from voluncity.city.access.permissions import Role
from voluncity.city.journal.actions import catch_up
from voluncity.fund.books import queries as books
from voluncity.fund.books.models import Budget, Posting
from voluncity.fund.governance import queries
from voluncity.fund.governance.models import Charter, Fund, Item, Meeting
from voluncity.kernel.clock import CITY_TZ, local_date
from voluncity.testing.make_fund import award, give_money
from voluncity.testing.make_orgs import give, make_code
from voluncity.testing.make_people import make_county, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.row("G1"), pytest.mark.row("G9")]


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


class Story:
    """The office of a county's fund, its accountant, and its supervisor."""

    def __init__(self) -> None:
        self.county = make_county()
        self.office = self._as(Role.FUND_OFFICE)
        self.finance = self._as(Role.FUND_FINANCE)
        self.supervisor = self._as(Role.FUND_SUPERVISOR)
        self.today = local_date(now())

    def _as(self, role: Role) -> Client:
        user, client = make_user(role.label), Client()
        give(user, role, self.county)
        client.force_login(user)
        return client

    def send(self, path: str, who: Client | None = None, **said: Any) -> str:
        """Send a form of governance, or of the books, and read the page that follows."""
        answer = (who or self.office).post(f"/fund/{path}", said, follow=True)
        assert answer.status_code == 200, answer.content.decode()
        page: str = answer.content.decode()
        return page

    def found(self) -> Fund:
        """The office enters the fund, what it serves, and who leads it."""
        self.send(
            "governance/desk/new/",
            name="志愿家园专项基金",
            foundation_name="晋阳公益基金会",
            foundation_code=make_code(),
            region=self.county.pk,
            aim="支持志愿服务。",
            founded_on="2018-01-08",
            address="并州北路 1 号",
            phone="0351-4567890",
        )
        fund = Fund.objects.get()
        self.send(f"governance/desk/{fund.pk}/purposes/", name="关爱老人")
        for person, place in (
            ("赵立新", "leading:head"), ("钱文清", "leading:member"), ("孙秀英", "leading:member"),
            ("周明", "supervisors:supervisor"),
        ):  # fmt: skip
            self.send(
                f"governance/desk/{fund.pk}/seats/new/",
                person=person,
                place=place,
                from_on=self.today - timedelta(days=30),
                until_on=self.today + timedelta(days=700),
            )
        return fund

    def resolve(self, fund: Fund, title: str) -> int:
        """A meeting is called, held and voted; returns what was resolved."""
        moment = (now() - timedelta(minutes=5)).astimezone(CITY_TZ)
        self.send(
            f"governance/desk/{fund.pk}/meetings/new/",
            title=f"讨论{title}",
            place="三楼",
            starts_at=f"{moment:%Y-%m-%dT%H:%M}",
            handle=title,
        )
        meeting = Meeting.objects.get(handle=title)
        page = f"governance/desk/meetings/{meeting.pk}/"
        self.send(f"{page}items/", title=title, text=f"同意{title}。", is_vote="on")
        seats = queries.seats_on(fund, local_date(meeting.starts_at))
        self.send(f"{page}hold/", None, **{f"seat_{seat.pk}": "present" for seat in seats})
        item = Item.objects.get(meeting=meeting)
        votes = {f"item{item.pk}-seat_{one.pk}": "for" for one in queries.voters(meeting)}
        assert "通过" in self.send(f"governance/desk/items/{item.pk}/votes/", None, **votes)
        assert "形成 1 项决议" in self.send(f"{page}close/", minutes="全体同意。")
        return queries.resolutions(fund)[0].pk

    def adopt(self, fund: Fund) -> None:
        """A charter is drafted and holds by the resolution."""
        self.send(
            f"governance/desk/{fund.pk}/charters/new/",
            body="本基金支持志愿服务。",
            quorum="two_thirds",
            majority="half",
            important_majority="two_thirds",
        )
        charter = Charter.objects.get()
        self.send(
            f"governance/desk/charters/{charter.pk}/adopt/",
            seen=1,
            valid_from=self.today,
            resolution=self.resolve(fund, "基金章程"),
        )

    def plan(self, fund: Fund) -> None:
        """The office drafts the year's budget; finance enters its approval."""
        purpose = fund.purposes.get()
        self.send(
            f"books/desk/{fund.pk}/budgets/new/",
            None,
            **{"year": self.today.year, "gift_0": "5000", f"payment_{purpose.pk}": "3000"},
        )
        budget = Budget.objects.get()
        said = {"resolution": self.resolve(fund, "年度预算"), "seen": 1}
        self.send(f"books/desk/budgets/{budget.pk}/approve/", self.finance, **said)


def test_a_fund_is_founded_decides_plans_and_accounts_for_every_fen() -> None:
    story = Story()
    fund = story.found()
    story.adopt(fund)
    story.plan(fund)
    public = Client().get(f"/fund/governance/{fund.pk}/").content.decode()
    for words in ("晋阳公益基金会志愿家园专项基金", "赵立新", "决议〔", "现行章程（第 1 版）"):
        assert words in public
    purpose = fund.purposes.get()
    give_money(fund, 500_000, purpose, at=now())
    give_money(fund, 10_000, at=now())
    award(fund, 300_000, purpose, at=now())
    story.send(
        f"books/desk/{fund.pk}/postings/new/",
        kind="management",
        amount="80",
        on=story.today,
        reason="审计费",
        handle="h",
    )
    posting = Posting.objects.get()
    story.send(f"books/desk/postings/{posting.pk}/book/", story.finance)
    books_page = story.supervisor.get(f"/fund/books/desk/{fund.pk}/").content.decode()
    for words in ("2,000.00", "3,000.00", "20.00", "5,000.00", "决议〔"):
        assert words in books_page
    statement = story.supervisor.get(f"/fund/books/desk/{fund.pk}/statement/").content.decode()
    assert "5,020.00" in statement
    catch_up(at=now())
    handed = story.supervisor.get(f"/fund/books/desk/{fund.pk}/entries/{story.today.year}.csv")
    rows = list(csv.reader(StringIO(handed.content.decode("utf-8-sig"))))
    assert [len(row[-1]) for row in rows[1:]] == [64] * 4
    assert sum(one.total for one in books.purses(fund)) == 502_000
    call_command("check_books")
