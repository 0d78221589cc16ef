"""Many at once, over connections of their own; `test_codes` and others show wrong versions fail."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from voluncity.city.people import actions, rules
from voluncity.city.people.models import Volunteer
from voluncity.city.people.tests.conftest import code_for
from voluncity.testing.at_once import together
from voluncity.testing.make_people import NOON, make_id_number, make_region, make_user

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_eight_uses_of_one_code_let_one_in() -> None:
    code = code_for("13900000001")

    def log_in() -> object:
        return actions.log_in_with_code(phone="13900000001", code=code, at=NOON, address="10.0.0.1")

    assert together(*[log_in] * 8) == {"done": 1, "people.code_dead": 7}


def test_eight_registrations_with_one_number_make_one_volunteer() -> None:
    applicant = rules.Applicant(
        name="王芳",
        id_type="resident",
        id_number=make_id_number(),
        region_id=make_region().pk,
        consents=frozenset({"terms"}),
    )
    users = [make_user("新朋友", f"1390000000{number}") for number in range(8)]

    def register(number: int) -> Callable[[], object]:
        user = users[number]
        return lambda: actions.register_volunteer(applicant=applicant, user=user, by=user, at=NOON)

    answers = together(*(register(number) for number in range(8)))
    assert answers == {"done": 1, "people.id_taken": 7}
    assert Volunteer.objects.count() == 1


def test_eight_registrations_of_one_account_make_one_volunteer() -> None:
    user, region = make_user("新朋友", "13900000001"), make_region()

    def register() -> object:
        applicant = rules.Applicant(
            name="王芳",
            id_type="resident",
            id_number=make_id_number(),
            region_id=region.pk,
            consents=frozenset({"terms"}),
        )
        return actions.register_volunteer(applicant=applicant, user=user, by=user, at=NOON)

    assert together(*[register] * 8) == {"done": 1, "people.registered": 7}
    assert Volunteer.objects.count() == 1
