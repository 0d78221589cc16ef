from datetime import date, timedelta
from typing import Any

import pytest
from django import forms
from django.http import QueryDict
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from voluncity.city.regions import actions, queries
from voluncity.city.regions.forms import RegionField, half_filled
from voluncity.city.regions.models import Level, Region
from voluncity.kernel.refusals import NotFound
from voluncity.testing.make_people import TODAY, make_county, make_region

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
ROW: dict[str, Any] = {
    "code": "140000000000", "name": "山西省", "level": "PROVINCE", "parent": None,
    "valid_from": "1980-01-01", "valid_to": None, "lat": 37.8, "lng": 112.5, "outside_gb": False,
}  # fmt: skip


# -- Load and read -----------------------------------------------------------------------------


def test_the_tree_is_loaded_once_and_whole() -> None:
    first, second = actions.load_regions(), actions.load_regions()
    assert first == second == Region.objects.count()
    city = queries.city()
    assert (city.name, city.path) == ("太原市", "/140000000000/140100000000/")
    assert [county.name for county in queries.counties(on=TODAY)][:3] == [
        "小店区",
        "迎泽区",
        "杏花岭区",
    ]
    assert queries.counties(on=TODAY).count() == 10
    assert all(
        region.path == f"{region.parent.path if region.parent else '/'}{region.code}/"
        for region in Region.objects.select_related("parent")
    )


def test_functional_zones_are_marked() -> None:
    actions.load_regions()
    names = Region.objects.filter(is_outside_gb=True).values_list("name", flat=True)
    assert sorted(names) == ["河南濮阳工业园区", "濮阳经济技术开发区"]


def test_loading_again_takes_a_new_name_and_an_end_and_keeps_a_moved_point() -> None:
    actions.load_regions([ROW])
    Region.objects.update(lat=1.0)
    actions.load_regions([ROW | {"name": "新名", "valid_to": "2030-01-01"}])
    region = Region.objects.get()
    assert (region.name, region.valid_to, region.lat) == ("新名", date(2030, 1, 1), 1.0)


def test_loading_again_moves_a_region_with_its_path() -> None:
    city = ROW | {"code": "140100000000", "level": "CITY", "parent": "140000000000"}
    other = ROW | {"code": "410000000000", "name": "河南省"}
    actions.load_regions([ROW, other, city])
    actions.load_regions([ROW, other, city | {"parent": "410000000000"}])
    moved = Region.objects.get(code="140100000000")
    assert (moved.parent, moved.path) == (
        Region.objects.get(code="410000000000"),
        "/410000000000/140100000000/",
    )


def test_a_city_without_data_says_what_to_do(settings: Settings) -> None:
    settings.VOLUNCITY_CITY_CODE = "999999000000"
    with pytest.raises(NotFound, match="请系统管理员先装入基础数据"):
        queries.city()


def test_a_region_is_offered_only_while_it_is_valid() -> None:
    county = make_county()
    assert county.parent_id is not None
    Region.objects.filter(pk=county.pk).update(valid_from=TODAY, valid_to=TODAY + DAY)

    def offered(day: date) -> bool:
        assert county.parent_id is not None
        return queries.children(county.parent_id, on=day).filter(pk=county.pk).exists()

    assert [offered(TODAY - DAY), offered(TODAY), offered(TODAY + DAY)] == [False, True, False]


def test_a_subtree_is_everything_below() -> None:
    community = make_region()
    town, other = community.parent, make_county()
    assert town is not None
    assert list(queries.in_tree(town.path)) == [town, community]
    assert list(queries.in_tree(other.path)) == [other]


def test_a_name_in_an_address_has_no_province() -> None:
    assert queries.full_name(make_region()) == "太原市迎泽区桥东街道并州路社区"


# -- Choose ------------------------------------------------------------------------------------


class _Form(forms.Form):
    region = RegionField(label="社区")

    def __init__(self, *args: Any, least: Level = Level.COMMUNITY, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["region"]
        assert isinstance(field, RegionField)
        field.least = least
        field.on(TODAY)


def _form(*ids: object, least: Level = Level.COMMUNITY) -> _Form:
    sent = QueryDict(mutable=True)
    sent.setlist("region", [str(pk) for pk in ids])
    return _Form(sent, least=least)


def _chain() -> tuple[Region, Region, Region]:
    community = make_region()
    town = community.parent
    assert town is not None
    assert town.parent is not None
    return town.parent, town, community


def test_the_deepest_choice_counts() -> None:
    county, town, community = _chain()
    form = _form(county.pk, town.pk, community.pk)
    assert form.is_valid()
    assert form.cleaned_data["region"] == community


def test_a_change_above_drops_what_was_chosen_below() -> None:
    _, town, community = _chain()
    other = make_county()
    form = _form(other.pk, town.pk, community.pk, least=Level.COUNTY)
    assert form.is_valid()
    assert form.cleaned_data["region"] == other


def test_a_higher_level_is_asked_to_go_on() -> None:
    county, town, _ = _chain()
    assert _form(county.pk).errors == {"region": ["请继续选择街道（乡镇）。"]}
    assert _form(county.pk, town.pk).errors == {"region": ["请继续选择社区（村）。"]}
    assert _form(county.pk, least=Level.COUNTY).is_valid()


def test_where_nothing_lies_below_the_choice_is_complete() -> None:
    assert _form(make_county().pk).is_valid()


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ((), "请选择所在区划。"),
        (("",), "请选择所在区划。"),
        (("x", "🎉", "-1", "１"), "请选择所在区划。"),
        (("9" * 40,), "请选择所在区划。"),
        ((987654321,), "这个区划不在本市或已经停用，请重新选择。"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(sent: tuple[object, ...], sentence: str) -> None:
    _chain()
    assert _form(*sent).errors == {"region": [sentence]}


def test_another_citys_region_is_refused() -> None:
    _chain()
    actions.load_regions()
    elsewhere = Region.objects.get(code="410902000000")
    assert "不在本市" in str(_form(elsewhere.pk).errors)


def test_a_region_that_has_ended_is_refused() -> None:
    county, _, _ = _chain()
    Region.objects.filter(pk=county.pk).update(valid_to=TODAY)
    assert "已经停用" in str(_form(county.pk, least=Level.COUNTY).errors)


def test_an_empty_choice_is_no_region_where_none_is_needed() -> None:
    _chain()
    form = _form()
    form.fields["region"].required = False
    assert form.is_valid()
    assert form.cleaned_data["region"] is None


def test_the_selects_show_what_is_chosen_and_what_comes_next() -> None:
    county, town, community = _chain()
    drawn = str(_form(county.pk)["region"])
    assert drawn.count("<select") == 2
    assert f'<option value="{county.pk}" selected>迎泽区</option>' in drawn
    assert town.name in drawn
    assert community.name not in drawn
    assert 'id="id_region"' in drawn
    filled = str(_Form(initial={"region": community})["region"])
    assert filled.count(" selected>") == 3


def test_a_half_filled_form_keeps_what_was_typed() -> None:
    sent = QueryDict("region=3&region=17&next_level=1")
    assert half_filled(_Form, sent) == {"region": [3, 17]}


def test_the_fragment_answers_with_the_next_level(client: Client) -> None:
    county, town, _ = _chain()
    page = client.get(f"/regions/children/?name=region&region={county.pk}")
    assert page.status_code == 200
    assert town.name in page.content.decode()
    assert "<html" not in page.content.decode()


@pytest.mark.parametrize("query", ["", "name=%22%3E%3Cscript%3E", "region=x&region=🎉", "name=%00"])
def test_nonsense_gets_the_first_level_and_nothing_of_itself(client: Client, query: str) -> None:
    _chain()
    page = client.get(f"/regions/children/?{query}").content.decode()
    assert page.count("<select") == 1
    assert 'name="region"' in page
    assert "script" not in page.replace("noscript", "")


def test_many_regions_cost_no_more_queries(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    county, _, _ = _chain()
    for _ in range(2):
        with django_assert_num_queries(5):
            client.get(f"/regions/children/?name=region&region={county.pk}")
        for _ in range(29):
            make_region()
