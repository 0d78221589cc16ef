"""What everybody sees of a fund: figures that open, projects, and the summary at the desk."""

from __future__ import annotations

import json
import re
import zipfile
from datetime import timedelta
from io import BytesIO

import docx
import pytest
from django.test import Client

from voluncity.city.access.permissions import Role
from voluncity.fund.governance.models import Fund
from voluncity.fund.showing import paper, summary
from voluncity.fund.showing.queries import figures
from voluncity.fund.showing.rules import Asked, Span, Timing
from voluncity.kernel.clock import local_date
from voluncity.testing.counting import queries_for
from voluncity.testing.make_donations import licensed_fund
from voluncity.testing.make_fund import give_money, make_purpose
from voluncity.testing.make_grants import make_funding
from voluncity.testing.make_orgs import give
from voluncity.testing.make_payouts import make_paid, make_ready
from voluncity.testing.make_people import NOON, make_county, make_user
from voluncity.testing.make_review import make_decision_in_force
from voluncity.testing.pages import as_

pytestmark = pytest.mark.django_db
LINK = re.compile(r'href="(/fund/showing/\d+/[a-z]+/[^"]*)"')


@pytest.fixture(name="fund")
def _fund() -> Fund:
    fund = licensed_fund(make_county())
    elders = make_purpose(fund, "关爱老人")
    make_purpose(fund, "关爱儿童")
    give_money(fund, 4_000_000, elders)
    make_paid(make_ready(fund=fund, purpose=elders, title="邻里探巢计划"))
    make_decision_in_force(fund=fund)
    return fund


def test_every_link_of_the_page_opens_a_list_with_the_same_figure(fund: Fund) -> None:
    page = Client().get(f"/fund/showing/{fund.pk}/")
    text = page.content.decode()
    links = {one.replace("&amp;", "&") for one in LINK.findall(text)}
    assert len(links) >= 10
    shown = {one["url"]: one["fen"] for one in [*page.context["stats"], *page.context["cells"]]}
    for part in page.context["purposes"]:
        shown |= {row["url"]: row["fen"] for row in part["rows"]}
    for url, fen in shown.items():
        assert Client().get(url).context["fen"] == fen, url
    for url in links:
        assert Client().get(url).status_code == 200, url


def test_a_fund_without_anything_says_so() -> None:
    fund = licensed_fund()
    text = Client().get(f"/fund/showing/{fund.pk}/").content.decode()
    assert "还没有资助项目" in text
    assert Client().get("/fund/showing/").status_code == 302
    assert "没有记录" in Client().get(f"/fund/showing/{fund.pk}/paid/").content.decode()


def test_one_fund_opens_at_once_several_are_listed(fund: Fund) -> None:
    assert Client().get("/fund/showing/").headers["Location"] == f"/fund/showing/{fund.pk}/"
    licensed_fund()
    assert Client().get("/fund/showing/").content.decode().count(fund.name) >= 2


def test_a_project_tells_its_number_money_and_milestones_but_no_account(fund: Fund) -> None:
    project = fund.fundings.get(title="邻里探巢计划")
    text = Client().get(f"/fund/showing/projects/{project.number}/").content.decode()
    for words in (project.number, project.recipient, "执行中", "已拨付 10,000 元", "里程碑"):
        assert words in text
    assert "14050110234500000123" not in text
    assert str(project.lead) not in text


def test_what_was_called_off_is_in_no_figure_and_has_its_page(fund: Fund) -> None:
    gone = make_funding("cancelled", fund=fund, title="取消的项目")
    rows = figures.every_row(figures.SHEETS["awarded"], fund, Asked())
    assert gone.number not in {row.values["id"] for row in rows}
    page = Client().get(f"/fund/showing/projects/{gone.number}/")
    assert (page.status_code, "已取消" in page.content.decode()) == (200, True)


def test_who_gets_nothing_is_not_named(fund: Fund) -> None:
    decision = make_decision_in_force(fund=fund, outcome="refused", title="没有获批的项目")
    text = Client().get(f"/fund/showing/{fund.pk}/applications/").content.decode()
    assert ("没有获批的项目" in text, decision.application.organization.name in text) == (
        False, False,
    )  # fmt: skip
    assert (decision.application.number or "") in text


@pytest.mark.parametrize("page", ["", "awarded/", "paid/", "raised/"])
def test_the_number_of_queries_does_not_follow_the_number_of_rows(fund: Fund, page: str) -> None:
    url = f"/fund/showing/{fund.pk}/{page}"
    few = queries_for(Client(), url)
    for number in range(6):
        make_paid(make_ready(fund=fund, title=f"项目 {number}"))
    assert queries_for(Client(), url) == few


def test_the_summary_names_for_each_figure_its_list_and_digest(fund: Fund) -> None:
    year = local_date(NOON).year
    drafted = summary.drafted(fund, year, today=local_date(NOON))
    for one in drafted.figures:
        told = Client().get(one.url.replace("/?", ".csv?"))
        b"".join(told)
        assert (told["X-Content-SHA256"], one.fen) == (one.digest, one.fen), one.label
        assert Client().get(one.url).context["fen"] == one.fen
    numbers = summary.numbers_of(drafted)
    assert [one["fen"] for one in numbers["figures"]] == [one.fen for one in drafted.figures]
    assert json.dumps(numbers)


def test_the_summary_is_a_text_document_with_every_project(fund: Fund) -> None:
    year = local_date(NOON).year
    content = paper.document(summary.drafted(fund, year, today=local_date(NOON)))
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert archive.testzip() is None
    read = docx.Document(BytesIO(content))
    words = "\n".join(one.text for one in read.paragraphs)
    assert "邻里探巢计划" in words
    assert "附录 每个数字的出处" in words
    assert paper.document(summary.drafted(fund, year, today=local_date(NOON))) == content


def test_the_office_fetches_the_summary_others_do_not(fund: Fund) -> None:
    office, stranger, browser = make_user("办公室"), make_user("路人"), Client()
    give(office, Role.FUND_OFFICE, fund.region)
    browser.force_login(office)
    page = browser.get(f"/fund/showing/desk/{fund.pk}/")
    assert (page.status_code, "办理时效" in page.content.decode()) == (200, True)
    year = local_date(NOON).year
    answer = browser.get(f"/fund/showing/desk/{fund.pk}/{year}/summary.docx")
    assert b"".join(answer)[:2] == b"PK"
    assert browser.get(f"/fund/showing/desk/{fund.pk}/{year}/summary.json").json()["year"] == year
    assert browser.get(f"/fund/showing/desk/{fund.pk}/2098/summary.docx").status_code == 404
    other = as_(stranger)
    for name in ("", f"{year}/summary.docx", f"{year}/summary.json"):
        assert other.get(f"/fund/showing/desk/{fund.pk}/{name}").status_code in {403, 404}


def test_median_and_longest_count_under_their_year() -> None:
    spans = (*(Span(2019, f"JJ{days}", days) for days in (3, 9, 4)), Span(2020, "x", 90))
    timed = Timing("decision", "", "", spans).of(2019)
    assert (timed.count, timed.median, timed.longest) == (3, 4, 9)
    late = Timing("report", "", "", (Span(2019, "a", -5), Span(2019, "b", 2)), has_due_day=True)
    assert late.of(2019).in_time == 1
    assert [one.number for one in late.slowest(2019)] == ["b"]


def test_a_later_payment_changes_figures_and_the_digest(fund: Fund) -> None:
    year = local_date(NOON).year
    before = summary.drafted(fund, year, today=local_date(NOON)).figure("raised")
    give_money(fund, 700, at=NOON + timedelta(hours=1))
    after = summary.drafted(fund, year, today=local_date(NOON)).figure("raised")
    assert (after.fen - before.fen, after.digest == before.digest) == (700, False)
