"""The city's office says which categories are dangerous; others only read it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from voluncity.city.access.permissions import Role
from voluncity.city.people.models import User
from voluncity.city.regions.models import Level, Region
from voluncity.honor.insurance.models import RiskyCategory
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import make_user
from voluncity.testing.make_projects import make_category

pytestmark = pytest.mark.django_db


def test_only_the_city_adds_and_ends_a_dangerous_category(
    client: Client, office: User, county: Region
) -> None:
    category = make_category("climbing", "登高清洗")
    page, adding = reverse("insurance:desk_risks"), reverse("insurance:desk_set_risk")
    sent = {"category": category.pk, "basis": "高空作业"}
    client.force_login(office)
    assert "由市文明办统一设定" in client.get(page).content.decode()
    assert client.post(adding, sent).status_code == 403
    city = make_user("市文明办")
    give(city, Role.CITY_OFFICE, Region.objects.get(level=Level.CITY))
    client.force_login(city)
    assert client.post(adding, sent | {"basis": " "}).status_code == 422
    assert client.post(adding, sent).status_code == 302
    assert client.post(adding, sent).status_code == 422
    risk = RiskyCategory.objects.get()
    assert (risk.category, risk.basis, risk.set_by) == (category, "高空作业", city)
    ending = reverse("insurance:desk_end_risk", args=[risk.pk])
    assert client.post(ending).status_code == 302
    assert client.post(ending).status_code == 409
