"""A table that a phone cannot hold: each row a card, and a table again where there is room."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

import voluncity.web
from voluncity.testing import browser as browsers
from voluncity.testing import live
from voluncity.testing.browser import faults

pytestmark = pytest.mark.browser
Look = Callable[..., Page]

SIZES = pytest.mark.parametrize("elder", [False, True], ids=["390", "elder"])
WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
# What sticks out of a table's box: the names of columns that are only spoken take no room.
SIDEWAYS = """() => [...document.querySelectorAll('.tablebox')]
  .filter(box => box.scrollWidth > box.clientWidth).map(box => box.innerText.slice(0, 60))"""
# Each card as its title and what is read before and in each other cell.
CARDS = """table => [...table.querySelectorAll('tbody tr')].map(row => [...row.cells].map(cell => {
  const label = getComputedStyle(cell, '::before').content;
  return [cell.dataset.part, label === 'none' ? '' : JSON.parse(label), cell.innerText.trim()];
}))"""
SCRIPT = Path(voluncity.web.__file__).parent / "static/voluncity/js/app.js"


def heads(page: Page) -> list[str]:
    """Return the words of the first table's head, column by column."""
    return [
        words.strip() for words in page.locator("table").first.locator("thead th").all_inner_texts()
    ]


def cards(page: Page) -> list[list[tuple[str, str, str]]]:
    """Return part, shown label and words of each cell of each card of the first table."""
    rows: list[list[list[str]]] = page.locator(".table--cards").first.evaluate(CARDS)
    return [[(part, label, words) for part, label, words in row] for row in rows]


@SIZES
@pytest.mark.row("A4")
def test_a_register_is_a_stack_of_cards_on_a_phone(look: Look, *, elder: bool) -> None:
    phone = look(account="demo-city-office", elder=elder)
    phone.goto("/desk/volunteers/")
    expect(phone.locator(".table--cards")).to_be_visible()
    columns = heads(phone)
    for card in cards(phone):
        assert [label for _, label, _ in card] == ["", *columns[1:]]
        assert card[0][0] == "title"
    assert phone.evaluate(SIDEWAYS) == []
    assert faults(phone) == []
    name = phone.locator("tbody [data-part=title] a").first
    tall = name.bounding_box()
    assert tall is not None
    assert tall["height"] >= 44
    name.click()
    expect(phone).to_have_url(re.compile(r"/desk/volunteers/\d+/"))


@SIZES
@pytest.mark.row("G9")
def test_money_stands_in_line_on_a_phone(look: Look, *, elder: bool) -> None:
    phone = look(account="demo-fund-finance", elder=elder)
    phone.goto("/fund/books/desk/1/")
    table = phone.locator(".table--cards").first
    expect(table).to_be_visible()
    ends = table.evaluate(
        """table => [...table.querySelectorAll('[data-part=value].num > *')]
          .map(sum => Math.round(sum.getBoundingClientRect().right))"""
    )
    assert len(ends) > 3
    assert len(set(ends)) == 1
    phone.goto("/fund/books/desk/1/statement/")
    expect(phone.locator(".table--cards").first).to_be_visible()
    assert phone.evaluate(SIDEWAYS) == []
    assert faults(phone) == []


@SIZES
@pytest.mark.row("D3")
def test_people_are_chosen_and_decided_on_from_cards(look: Look, *, elder: bool) -> None:
    phone = look(account="demo-city-office", elder=elder)
    phone.goto("/certification/desk/")
    phone.get_by_role("link", name="第二批星级志愿者认定").click()
    expect(phone.locator(".table--cards")).to_be_visible()
    assert phone.evaluate(SIDEWAYS) == []
    boxes = phone.locator("[name=candidate]")
    phone.get_by_text("全选本页").click()
    expect(phone.locator("[name=candidate]:checked")).to_have_count(boxes.count())
    phone.get_by_text("全选本页").click()
    card = phone.get_by_role("row").filter(has=boxes, has_not_text="不予认定").first
    name = card.locator("[data-part=title] a").inner_text()
    card.get_by_role("checkbox").check()
    assert faults(phone) == []
    phone.get_by_label("审核意见").fill("社区核实后不符合。")
    phone.get_by_role("button", name="不予认定").click()
    expect(phone.get_by_text("已审核 1 人")).to_be_visible()
    expect(phone.get_by_role("row").filter(has_text=name)).to_contain_text("不予认定")


@SIZES
def test_a_table_for_residents_is_cards_as_well(look: Look, *, elder: bool) -> None:
    phone = look(elder=elder)
    phone.goto("/ratings/standards/")
    expect(phone.locator(".table--cards")).to_be_visible()
    labels = [label for _, label, _ in cards(phone)[0]]
    assert labels == ["", *heads(phone)[1:]]
    assert phone.evaluate(SIDEWAYS) == []
    assert faults(phone) == []


def test_cards_are_still_a_table_to_those_who_hear_it(look: Look) -> None:
    phone = look(account="demo-city-office")
    phone.goto("/desk/volunteers/")
    table = phone.get_by_role("table", name="志愿者名册")
    expect(table).to_have_class(re.compile("table--cards"))
    spoken = [words.strip() for words in table.get_by_role("columnheader").all_inner_texts()]
    assert spoken == heads(phone)
    shown = phone.locator("tbody tr").count()
    assert table.get_by_role("row").count() == shown + 1
    assert table.get_by_role("cell").count() == shown * len(spoken)


def test_a_wide_screen_gets_the_table_back(look: Look) -> None:
    page = look(account="demo-city-office")
    page.goto("/desk/volunteers/")
    expect(page.locator(".table--cards")).to_have_count(1)
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    expect(page.locator(".table--cards")).to_have_count(0)
    expect(page.locator("table [role]")).to_have_count(0)
    display = "row => getComputedStyle(row).display"
    assert page.locator("tbody tr").first.evaluate(display) == "table-row"
    expect(page.get_by_role("columnheader", name="姓名")).to_be_visible()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    expect(page.locator(".table--cards")).to_have_count(1)


def test_paper_gets_the_table_whatever_the_screen(look: Look) -> None:
    phone = look(account="demo-city-office")
    phone.goto("/desk/volunteers/")
    expect(phone.locator(".table--cards")).to_have_count(1)
    phone.emulate_media(media="print")
    display = "row => getComputedStyle(row).display"
    assert phone.locator("tbody tr").first.evaluate(display) == "table-row"
    expect(phone.get_by_role("columnheader", name="姓名")).to_be_visible()


def test_without_script_the_table_scrolls_in_its_box(browser: Browser, city: live.Live) -> None:
    context = browser.new_context(base_url=city.url, viewport=PHONE, java_script_enabled=False)  # type: ignore[arg-type]
    page = context.new_page()
    browsers.sign_in(page, "demo-city-office")
    page.goto("/desk/volunteers/")
    names = page.get_by_role("columnheader")
    last = names.last.bounding_box()
    assert last is not None
    assert last["x"] > PHONE["width"]
    names.last.scroll_into_view_if_needed()
    last = names.last.bounding_box()
    assert last is not None
    assert last["x"] < PHONE["width"]
    context.close()


def test_saboteur_without_the_look_at_tables_they_stick_out(look: Look) -> None:
    script = SCRIPT.read_text(encoding="utf-8")
    assert "if (phone.matches &&" in script
    blind = script.replace("if (phone.matches &&", "if (false &&")

    def give(route: Route) -> None:
        route.fulfill(body=blind, content_type="text/javascript")

    phone = look(account="demo-city-office")
    phone.context.route("**/app*.js", give)
    phone.goto("/desk/volunteers/")
    expect(phone.locator(".tablebox[tabindex='0']")).to_be_visible()
    assert len(phone.evaluate(SIDEWAYS)) == 1
