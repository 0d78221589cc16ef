"""Many ways in, one register: a number never makes two records, whoever is first (K5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from threading import Barrier

import pytest
from django.db import IntegrityError

from voluncity.city.access import personal
from voluncity.city.access.permissions import Role
from voluncity.city.people import actions, rules
from voluncity.city.people.models import Volunteer
from voluncity.city.people.states import CodePurpose
from voluncity.city.people.tests.conftest import code_for
from voluncity.city.people.tests.importing import bring_in
from voluncity.city.regions.models import Region
from voluncity.kernel.refusals import Refusal
from voluncity.testing.at_once import together
from voluncity.testing.make_lists import make_answers, make_list
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import (
    NOON,
    make_id_number,
    make_region,
    make_user,
    make_volunteer,
)
from voluncity.testing.rivals import rival_before

SIXTEEN, GUARDIAN_PHONE = date(2010, 5, 1), "13887654321"
Ways = dict[str, Callable[[], object]]


def ways(number: str, folder: Path) -> Ways:
    """Return each way of registering one child of sixteen, ready to be tried."""
    home = make_region(code="140106001001")
    desk = make_user("周姐")
    give(desk, Role.CITY_OFFICE, Region.objects.get(code="140100000000"))
    father = make_user("王建国", GUARDIAN_PHONE)
    phone = make_user("新朋友", "13912345678")
    code = code_for(GUARDIAN_PHONE, purpose=CodePurpose.GUARDIAN)
    applicant = rules.Applicant(
        name="王小满",
        id_type="resident",
        id_number=number,
        region_id=home.pk,
        consents=frozenset({"terms"}),
        guardian=rules.GuardianAnswer("王建国", "父亲", GUARDIAN_PHONE, code),
    )
    guardian = {
        "guardian_name": "王建国", "guardian_relation": "父亲", "guardian_phone": GUARDIAN_PHONE,
    }  # fmt: skip
    row = make_answers("王小满", id_number=number, phone="", **guardian)
    listed = make_list(folder / "名单.csv", [row])
    register = actions.register_volunteer
    return {
        "phone": lambda: register(applicant=applicant, user=phone, by=phone, at=NOON),
        "desk": lambda: register(applicant=applicant, user=None, by=desk, at=NOON),
        "family": lambda: actions.register_child(applicant=applicant, by=father, at=NOON),
        "list": lambda: bring_in(listed, desk),
    }


@pytest.mark.django_db
@pytest.mark.parametrize("rival", ["phone", "desk", "family", "list"])
@pytest.mark.parametrize("slower", ["phone", "desk", "family"])
def test_whoever_is_slower_is_told_that_the_number_is_registered(
    slower: str, rival: str, tmp_path: Path
) -> None:
    tries = ways(make_id_number(SIXTEEN), tmp_path)
    code = "people.registered" if slower == rival == "phone" else "people.id_taken"
    # Everything about the number was asked by then; the region is asked for right before writing.
    with (
        pytest.raises(Refusal) as refusal,
        rival_before('SELECT "regions_region"', tries[rival]),
    ):
        tries[slower]()
    assert refusal.value.code == code


@pytest.mark.django_db
@pytest.mark.parametrize("first", ["phone", "desk", "family"])
def test_a_list_leaves_alone_who_came_before(first: str, tmp_path: Path) -> None:
    tries = ways(make_id_number(SIXTEEN), tmp_path)
    tries[first]()
    kept = Volunteer.objects.values().get()
    tries["list"]()
    assert Volunteer.objects.values().get() == kept


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_all_ways_at_once_make_one_record(tmp_path: Path) -> None:
    tries = ways(make_id_number(SIXTEEN), tmp_path)
    answers = together(*tries.values())
    # The list says in its report that the number is known; the others are refused.
    assert set(answers) == {"done", "people.id_taken"}
    assert Volunteer.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_asking_first_would_let_all_of_them_in_but_for_the_unique_index() -> None:
    """The saboteur asks whether the number is free, and only then writes."""
    number, region, all_asked = make_id_number(), make_region(), Barrier(4)
    index = personal.index(f"resident:{number}", purpose="id")
    stopped: list[bool] = []

    def saboteur() -> None:
        is_free = not Volunteer.objects.filter(id_index=index).exists()
        all_asked.wait(timeout=20)
        assert is_free, "nobody has written yet"
        try:
            make_volunteer("王芳", id_number=number, region=region)
        except IntegrityError:
            stopped.append(True)

    assert together(*[saboteur] * 4) == {"done": 4}
    assert (len(stopped), Volunteer.objects.count()) == (3, 1)
