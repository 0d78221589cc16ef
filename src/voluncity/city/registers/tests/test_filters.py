from __future__ import annotations

import re

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, transaction
from pytest_django.fixtures import Settings

from voluncity.city.access.permissions import Role
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions.models import Region
from voluncity.city.registers import actions, queries, rules
from voluncity.city.registers.models import SavedFilter
from voluncity.city.registers.tests.conftest import make_staff
from voluncity.kernel.refusals import BadInput, NotFound, Refusal
from voluncity.testing.counting import queries_for
from voluncity.testing.pages import as_

pytestmark = pytest.mark.django_db
PAGE = "/registers/volunteers/filters/"


def save(by: User, name: str = "纸质登记", query: str = "channel=paper") -> SavedFilter:
    return actions.save_filter(
        list_key="volunteers", name=name, query=rules.filters_in(query), by=by
    )


def test_a_filter_is_kept_with_its_columns_and_used_by_one_click(
    county: User, people: list[Volunteer]
) -> None:
    browser = as_(county)
    kept = f"{PAGE}?channel=paper&col=name&col=number&page=3"
    assert "表格登记" in browser.get(kept).content.decode()
    answer = browser.post(kept, {"name": "  纸质登记 "})
    assert answer["Location"] == "/desk/volunteers/?channel=paper&col=name&col=number"
    page = browser.get("/desk/volunteers/").content.decode()
    assert 'href="/desk/volunteers/?channel=paper&amp;col=name&amp;col=number"' in page
    used = browser.get(answer["Location"]).content.decode()
    assert re.findall(r'<a href="/desk/volunteers/\d+/">([^<]+)', used) == ["李强"]
    assert '<th scope="col">手机号' not in used


def test_the_same_name_replaces_the_filter(county: User) -> None:
    first, second = save(county), save(county, query="state=verified")
    assert (first.pk, second.query) == (second.pk, "state=verified")


def test_twenty_are_enough(county: User) -> None:
    for number in range(20):
        save(county, f"筛选{number}")
    with pytest.raises(Refusal, match="最多保存 20 个"):
        save(county, "第二十一个")
    assert save(county, "筛选3", "state=pending").query == "state=pending"


def test_saboteur_more_than_twenty_are_stopped_by_the_database(county: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedFilter.objects.create(
            owner=county, list_key="volunteers", name="多", query="q=1", place=21
        )


@pytest.mark.parametrize(
    ("name", "query", "sentence"),
    [
        ("", "channel=paper", "请给这个筛选起一个名称"),
        ("\u200b\x00 ", "channel=paper", "请给这个筛选起一个名称"),
        ("名" * 21, "channel=paper", "名称最多 20 个字"),
        ("全部", "", "现在没有筛选条件"),
        ("全部", "page=4&q=", "现在没有筛选条件"),
        ("很长", "q=" + "王" * 400, "筛选条件太长"),
    ],
)
def test_a_filter_that_cannot_be_kept_is_named(
    county: User, name: str, query: str, sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence):
        save(county, name, query)
    assert not SavedFilter.objects.exists()


def test_the_page_puts_the_sentence_at_the_field(county: User, people: list[Volunteer]) -> None:
    answer = as_(county).post(f"{PAGE}?channel=paper", {"name": ""})
    assert (answer.status_code, "请给这个筛选起一个名称" in answer.content.decode()) == (422, True)


def test_a_filter_belongs_to_who_made_it(county: User, home: Region) -> None:
    kept = save(county)
    other = make_staff(Role.COUNTY_OFFICE, home)
    browser = as_(other)
    assert "纸质登记" not in browser.get("/desk/volunteers/").content.decode()
    assert browser.post(PAGE, {"forget": str(kept.pk)}).status_code == 404
    with pytest.raises(NotFound):
        actions.delete_filter(filter_id=kept.pk, by=other)
    assert SavedFilter.objects.filter(pk=kept.pk).exists()


def test_one_s_own_filter_is_deleted(county: User) -> None:
    kept = save(county)
    answer = as_(county).post(f"{PAGE}?channel=paper", {"forget": str(kept.pk)})
    assert (answer.status_code, SavedFilter.objects.exists()) == (302, False)


@pytest.mark.parametrize("asked", ["", "x", "-1", "１", "9" * 30, "\x00"])
def test_a_filter_that_is_none_is_not_deleted(county: User, asked: str) -> None:
    save(county)
    assert as_(county).post(PAGE, {"forget": asked}).status_code in {404, 422}
    assert SavedFilter.objects.exists()


def test_kept_filters_cost_one_question(county: User, people: list[Volunteer]) -> None:
    save(county)
    asked = queries_for(as_(county), "/desk/volunteers/")
    for number in range(10):
        save(county, f"筛选{number}")
    assert queries_for(as_(county), "/desk/volunteers/") == asked


@pytest.mark.parametrize(
    ("text", "is_whole"),
    [("2027-06-11", True), ("199****0045", True), ("RL000001", True), ("12月10日", False),
     ("10 to 12", False), (7, False), (None, False)],
)  # fmt: skip
def test_no_line_breaks_within_a_number_a_day_or_a_phone(text: object, *, is_whole: bool) -> None:
    assert queries.Drawn(text).is_whole is is_whole


def test_two_lists_of_one_key_are_refused(settings: Settings) -> None:
    settings.VOLUNCITY_REGISTERS = [*settings.VOLUNCITY_REGISTERS, settings.VOLUNCITY_REGISTERS[0]]
    with pytest.raises(ImproperlyConfigured, match="share a key"):
        queries.registers.__wrapped__()
