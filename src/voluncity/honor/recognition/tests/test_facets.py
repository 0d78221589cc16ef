"""The register of volunteers is filtered by stars, though stars lie above it."""

from __future__ import annotations

import pytest
from django.test import Client

from voluncity.city.access.permissions import Role
from voluncity.city.people.models import Volunteer
from voluncity.city.regions.models import Region
from voluncity.city.registers import queries as registers
from voluncity.honor.recognition.models import StarAward
from voluncity.testing.counting import queries_for
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import NOON, make_region, make_user, make_volunteer
from voluncity.testing.pages import as_

pytestmark = [pytest.mark.django_db, pytest.mark.row("A4")]
LIST = "/desk/volunteers/"


@pytest.fixture
def home() -> Region:
    return make_region(code="140106001001")


@pytest.fixture
def desk(home: Region) -> Client:
    staff = make_user("张伟")
    give(staff, Role.CITY_OFFICE, Region.objects.get(code="140100000000"))
    return as_(staff)


def make_starred(name: str, region: Region, *stars: int) -> Volunteer:
    person = make_volunteer(name, region=region)
    for number in stars:
        StarAward.objects.create(
            volunteer=person, stars=number, needed_minutes=6000, minutes=6000, awarded_at=NOON
        )
    return person


@pytest.mark.parametrize(
    ("value", "names"),
    [("0", {"赵敏", "陈静"}), ("1", {"周涛"}), ("2", set()), ("3", {"李强"}), ("", None)],
)
def test_the_highest_star_that_holds_counts(
    desk: Client, home: Region, value: str, names: set[str] | None
) -> None:
    make_starred("周涛", home, 1)
    make_starred("李强", home, 1, 2, 3)
    make_starred("赵敏", home)
    make_starred("陈静", home, 1).star_awards.update(withdrawn_at=NOON)
    page = desk.get(LIST, {"stars": value}).content.decode()
    everybody = {"周涛", "李强", "赵敏", "陈静"}
    assert {name for name in everybody if name in page} == (everybody if names is None else names)


def test_a_star_that_does_not_exist_is_named_at_its_field(desk: Client) -> None:
    answer = desk.get(LIST, {"stars": "9"})
    assert (answer.status_code, "没有这个选项" in answer.content.decode()) == (422, True)


def test_the_column_asks_one_question_for_all(desk: Client, home: Region) -> None:
    page = f"{LIST}?col=name&col=stars"
    make_starred("李强", home, 1, 2, 3)
    asked = queries_for(desk, page)
    for _ in range(29):
        make_starred("周涛", home, 1)
    assert queries_for(desk, page) == asked
    assert "<td>三星</td>" in desk.get(page).content.decode()


def test_stars_are_said_in_an_export(home: Region) -> None:
    columns = registers.register_of("volunteers").columns
    assert [one.label for one in columns if one.key == "stars"] == ["星级"]
