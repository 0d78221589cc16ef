"""Lists too long to be counted."""

from __future__ import annotations

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.template import engines
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from voluncity.web import paging
from voluncity.web.paging import LongPaginator

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "MOST", 6)


def _rows(number: int) -> LongPaginator:
    """Return pages of so many rows of a table that is there anyway."""
    rows = [ContentType(app_label="lists", model=f"row{n:03d}") for n in range(number)]
    ContentType.objects.bulk_create(rows)
    return LongPaginator(ContentType.objects.filter(app_label="lists").order_by("-model"), 4)


def _drawn(pages: LongPaginator) -> str:
    source = "{% load ui %}{% pager page %}"
    request = RequestFactory().get("/list/")
    return engines["django"].from_string(source).render({"page": pages.page(1)}, request)


@pytest.mark.parametrize(
    ("number", "count", "is_cut"), [(0, 0, False), (6, 6, False), (7, 6, True)]
)
def test_a_long_list_is_counted_up_to_its_limit(number: int, count: int, is_cut: bool) -> None:
    pages = _rows(number)
    assert (pages.count, pages.is_cut) == (count, is_cut)


def test_the_last_page_ends_at_the_limit_and_a_further_one_is_the_last() -> None:
    pages = _rows(9)
    names = [row.model for row in pages.get_page(99)]
    assert (pages.num_pages, names) == (2, ["row004", "row003"])


def test_counting_is_one_bounded_statement() -> None:
    pages = _rows(9)
    with CaptureQueriesContext(connection) as asked:
        assert (pages.count, pages.is_cut) == (6, True)
    assert [("LIMIT 7" in one["sql"], "ORDER BY" in one["sql"]) for one in asked] == [(True, False)]


def test_the_pager_says_that_there_are_more() -> None:
    assert "超过 6 条" in _drawn(_rows(9))


def test_the_pager_says_how_many_there_are() -> None:
    assert "共 6 条" in _drawn(_rows(6))
