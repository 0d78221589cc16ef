"""Row G8: every yuan of 2019 opens into its records, and the summary is made of them."""

from __future__ import annotations

import csv
import re
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path

import docx
import pytest
from django.core.management import call_command
from django.test import Client
from django.utils.timezone import now
from pytest_django.fixtures import Settings

from voluncity.city.access import actions as access
from voluncity.city.access.permissions import Role
from voluncity.city.journal.actions import catch_up
from voluncity.city.orgs.actions import load_lead_units
from voluncity.city.people.models import User
from voluncity.city.regions.models import Region
from voluncity.doors.portal.demo import building, city, fund
from voluncity.doors.portal.demo.cast import Cast
from voluncity.fund.governance.models import Fund
from voluncity.fund.showing import summary
from voluncity.fund.showing.queries import figures
from voluncity.fund.showing.rules import Asked
from voluncity.kernel.clock import local_date
from voluncity.testing.make_donations import licensed_fund
from voluncity.testing.make_fund import give_money
from voluncity.testing.make_news import make_draft, make_public_article
from voluncity.testing.make_payouts import make_paid, make_ready
from voluncity.testing.make_people import NOON, make_county, make_user
from voluncity.testing.pages import as_
from voluncity.voice.news import actions as news

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_own_files")]
# What the published summary of 2019 says (seed 000), in yuan.
SAID = {
    "raised": "6500200.00", "asked": "2773229.00", "awarded": "2773229.00", "paid": "1377184.90",
}  # fmt: skip
COUNTS = {"applications": 60, "asked": 14, "awarded": 14, "paid": 14}
BY_PURPOSE = {"关爱老人": ("96766.00", 4), "关爱儿童": ("113746.00", 5)}


@pytest.fixture(name="_own_files")
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


@pytest.fixture(name="cast")
def _cast() -> Cast:
    """Return the demo city as far as its fund needs it, with the fund's years."""
    call_command("load_reference", verbosity=0)
    at = now()
    cast, today = Cast(), local_date(at)
    load_lead_units()
    cast.staff = city.make_staff(at=at)
    building._register_all(cast, 34, today=today, at=at)
    whole = Region.objects.get(code="140100000000")
    for handle in fund.EXPERTS:
        expert = make_user("评审专家", handle=handle)
        access.give_role(user=expert, role=Role.EXPERT, region=whole, by=None, at=at)
    fund.run_the_fund(cast, at=at)
    catch_up(at=at)
    return cast


def added_up(url: str) -> tuple[str, int]:
    """Return the sum of a downloaded list in yuan and its lines, as anybody can add them up."""
    raw = b"".join(Client().get(url)).decode().removeprefix("\ufeff")
    lines = list(csv.reader(StringIO(raw)))[1:]
    fen = sum(round(float(line[-1]) * 100) for line in lines)
    return f"{fen // 100}.{fen % 100:02d}", len(lines)


@pytest.mark.row("G8")
def test_2019_opens_from_the_home_page_down_to_a_project_and_adds_up(cast: Cast) -> None:
    visitor, found = Client(), Fund.objects.get()
    assert 'href="/fund/showing/"' in visitor.get("/").content.decode()
    page = visitor.get("/fund/showing/", follow=True)
    assert page.status_code == 200
    year = visitor.get(f"/fund/showing/{found.pk}/?year=2019").content.decode()
    for words in ("6,500,200", "2,773,229", "1,377,184.90", "96,766 元", "113,746 元"):
        assert words in year, words
    for key, said in SAID.items():
        assert added_up(f"/fund/showing/{found.pk}/{key}.csv?year=2019")[0] == said, key
    for key, count in COUNTS.items():
        assert added_up(f"/fund/showing/{found.pk}/{key}.csv?year=2019")[1] == count, key
    awarded = visitor.get(f"/fund/showing/{found.pk}/awarded/?year=2019").content.decode()
    project = re.search(r"/fund/showing/projects/JJ2019[-0-9]+/", awarded)
    assert project is not None
    shown = visitor.get(project[0]).content.decode()
    assert ("已结项" in shown, "拨付记录" in shown, "结项评价" in shown) == (True, True, True)

    drafted = summary.drafted(found, 2019, today=date(2020, 1, 17))
    for name, (paid, projects) in BY_PURPOSE.items():
        one = drafted.figure("paid", name)
        assert (f"{one.fen // 100}.{one.fen % 100:02d}", one.count) == (paid, projects)
        assert drafted.figure("awarded", name).count == projects
    assert sum(one.is_closed for one in drafted.projects) == 3
    assert figures.total(figures.SHEETS["reserved"], found, Asked())[0] == 0
    call_command("check_books", verbosity=0)

    office = as_(User.objects.get(handle="demo-fund-office"))
    answer = office.get(f"/fund/showing/desk/{found.pk}/2019/summary.docx")
    read = docx.Document(BytesIO(b"".join(answer)))
    words = "\n".join(one.text for one in read.paragraphs)
    for said in (
        "共募集资金 6,500,200 元", "申报 60 项", "批准支持 14 项", "共计申请 2,773,229 元",
        "当年拨付 1,377,184.90 元", "关爱老人：4 个项目，当年拨付 96,766 元",
        "关爱儿童：5 个项目，当年拨付 113,746 元", "3 个项目已经结项",
    ):  # fmt: skip
        assert said in words, said


@pytest.mark.row("G8")
def test_articles_that_name_a_project_are_counted_with_their_readers() -> None:
    fund = licensed_fund(make_county())
    give_money(fund, 4_000_000)
    make_paid(make_ready(fund=fund, title="邻里探巢计划"))
    year = local_date(NOON).year
    drafted = summary.drafted(fund, year, today=local_date(NOON))
    assert dict(drafted.promotion)["提到这些项目的文章"] == "0 篇，阅读 0 次，报道了 0 个项目"
    lack = f"有 {len(drafted.projects)} 个项目当年没有文章报道，推广不够。"
    assert lack in drafted.lacks
    article = make_public_article(title="一群人的约定", body="<p>“邻里探巢计划”走进社区。</p>")
    make_public_article(title="另一件事", body="<p>与基金无关的活动。</p>")
    make_draft(title="邻里探巢计划还没有发布")
    for _ in range(3):
        news.count_reading(article=article, at=NOON)
    drafted = summary.drafted(fund, year, today=local_date(NOON))
    told = dict(drafted.promotion)
    assert told["提到这些项目的文章"] == "1 篇，阅读 3 次，报道了 1 个项目"
    assert lack not in drafted.lacks
    before = dict(summary.drafted(fund, year - 1, today=local_date(NOON)).promotion)
    assert before["提到这些项目的文章"].startswith("0 篇")
