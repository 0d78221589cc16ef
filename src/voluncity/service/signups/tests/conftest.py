"""What the city rules while these tests run."""

from __future__ import annotations

from datetime import date

import pytest

from voluncity.city.policy.models import PolicyNumber


@pytest.fixture(autouse=True)
def _nobody_is_asked(request: pytest.FixtureRequest) -> None:
    """Let who waits move up by itself, as a city may rule; test_offers.py is about the others."""
    if "offer" in request.node.nodeid:
        return
    if "db" in request.fixturenames or request.node.get_closest_marker("django_db"):
        request.getfixturevalue("transactional_db" if _is_race(request) else "db")
        PolicyNumber.objects.create(
            key="signups.offer_minutes", value=0, valid_from=date(2020, 1, 1)
        )


def _is_race(request: pytest.FixtureRequest) -> bool:
    mark = request.node.get_closest_marker("django_db")
    return mark is not None and bool(mark.kwargs.get("transaction"))
