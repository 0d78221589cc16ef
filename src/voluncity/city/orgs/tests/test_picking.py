"""An organization is chosen by typing a part of its name, within reach and by keyboard alone."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms

from voluncity.city.access.permissions import Role
from voluncity.city.orgs.models import Organization
from voluncity.city.regions.models import Region
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import make_county, make_region, make_user
from voluncity.testing.pages import as_
from voluncity.web.picking import PickField

pytestmark = pytest.mark.django_db


class Form(forms.Form):
    team = PickField(label="组织", thing="组织", required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["team"]
        field.choose_from(Organization.objects.all(), url="/pick/")


@pytest.fixture
def teams() -> list[Organization]:
    names = ("夕阳红一队", "夕阳红二队", "青年志愿者协会", "青年志愿者协会")
    return [make_organization(name) for name in names]


def sentence(form: Form) -> str:
    return "".join(str(one) for one in form.errors.get("team", []))


@pytest.mark.parametrize("typed", ["夕阳红一队", "一队", " 夕阳红 一 ", "夕阳红一队 #0"])
def test_a_name_or_the_only_fit_is_taken(teams: list[Organization], typed: str) -> None:
    form = Form({"team": typed.replace("#0", f"#{teams[0].pk}")})
    assert (form.is_valid(), form.cleaned_data["team"]) == (True, teams[0])


def test_an_id_is_taken_and_shown_as_a_name(teams: list[Organization]) -> None:
    form = Form({"team": str(teams[1].pk)})
    assert form.is_valid()
    assert 'value="夕阳红二队"' in str(form["team"])
    assert 'value="夕阳红二队"' in str(Form(initial={"team": teams[1].pk})["team"])


def test_several_fits_become_a_choice(teams: list[Organization]) -> None:
    form = Form({"team": "夕阳红"})
    assert sentence(form) == "有多个组织的名称里有“夕阳红”，请选择一个。"
    drawn = str(form["team"])
    assert ("<select" in drawn, f'value="{teams[1].pk}">夕阳红二队' in drawn) == (True, True)


def test_two_of_one_name_are_told_apart(teams: list[Organization]) -> None:
    assert "有多个组织" in sentence(Form({"team": "青年志愿者协会"}))
    form = Form({"team": f"青年志愿者协会 #{teams[3].pk}"})
    assert (form.is_valid(), form.cleaned_data["team"]) == (True, teams[3])


@pytest.mark.parametrize(
    "typed", ["没有这个队", "😀", "9" * 18, "9" * 40, "#", "x #", "%", "_", "队" * 300]
)
def test_what_fits_nothing_is_named(teams: list[Organization], typed: str) -> None:
    assert "没有找到名称里有" in sentence(Form({"team": typed}))


@pytest.mark.parametrize("typed", ["", "  ", "\x00", "\u200b"])
def test_nothing_typed_is_nothing(teams: list[Organization], typed: str) -> None:
    form = Form({"team": typed})
    assert (form.is_valid(), form.cleaned_data["team"]) == (True, None)


def test_suggestions_are_those_within_reach_of_the_permission() -> None:
    home = make_region("桥东街社区", parent=make_county("迎泽区", code="140106000000"))
    far = make_region("胜利街社区", parent=make_county())
    make_organization("夕阳红一队", region=home)
    make_organization("夕阳红二队", region=far)
    officer = make_user("张伟")
    give(officer, Role.COUNTY_OFFICE, Region.objects.get(code="140106000000"))
    browser = as_(officer)
    seen = {
        may: browser.get("/orgs/desk/pick/", {"may": may, "field": "t", "t": "夕阳"}).content
        for may in ("org_see", "nonsense", "grant_manage")
    }
    one = '<option value="夕阳红一队"></option>\n'.encode()
    assert seen == {"org_see": one, "nonsense": one, "grant_manage": b"\n"}


def test_namesakes_are_suggested_with_their_ids(teams: list[Organization]) -> None:
    officer = make_user("张伟")
    give(officer, Role.CITY_OFFICE, Region.objects.get(code="140100000000"))
    browser = as_(officer)
    words = browser.get("/orgs/desk/pick/", {"field": "t", "t": "青年"}).content.decode()
    assert words.count("青年志愿者协会 #") == 2
