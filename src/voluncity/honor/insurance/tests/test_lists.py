"""Lists of the desk cost the same for one row and for many."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions.models import Region
from voluncity.honor.insurance import actions
from voluncity.honor.insurance.models import Insured
from voluncity.testing.counting import queries_for
from voluncity.testing.make_insurance import (
    make_enrollment,
    make_insurance_claim,
    make_policy,
    make_risky_activity,
)
from voluncity.testing.make_people import NOON, make_volunteer, user_of

pytestmark = pytest.mark.django_db


def _same(client: Client, page: str, more: Callable[[], object]) -> None:
    more()
    one = queries_for(client, page)
    for _ in range(5):
        more()
    assert queries_for(client, page) == one


def test_policies(client: Client, office: User, county: Region) -> None:
    client.force_login(office)
    _same(client, reverse("insurance:desk_list"), lambda: make_policy(county))


def test_dangerous_activities(client: Client, office: User, team: Organization) -> None:
    client.force_login(office)
    _same(client, reverse("insurance:desk_activities"), lambda: make_risky_activity(team))


def test_claims(client: Client, office: User, volunteer: Volunteer) -> None:
    client.force_login(office)
    by = user_of(volunteer)
    _same(client, reverse("insurance:desk_claims"), lambda: make_insurance_claim(volunteer, by=by))


def test_people_of_a_list(
    client: Client, office: User, county: Region, volunteer: Volunteer
) -> None:
    enrollment = make_enrollment(county, volunteer)
    client.force_login(office)

    def more() -> Insured:
        one = make_volunteer(region=volunteer.region)
        return actions.add_person(
            enrollment_id=enrollment.pk, volunteer=one, reason="年度优秀", by=office, at=NOON
        )

    _same(client, reverse("insurance:desk_enrollment", args=[enrollment.pk]), more)
    _same(client, reverse("insurance:desk_people"), more)
    _same(client, reverse("insurance:desk_enrollments"), more)


def test_the_own_page(client: Client, county: Region, volunteer: Volunteer) -> None:
    client.force_login(user_of(volunteer))
    by = user_of(volunteer)
    _same(client, reverse("insurance:mine"), lambda: make_insurance_claim(volunteer, by=by))
