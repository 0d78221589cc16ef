"""Insurance by the API: what covers me today."""

from __future__ import annotations

import pytest

from voluncity.city.people.models import Volunteer
from voluncity.city.regions.models import Region
from voluncity.testing.api import program_of
from voluncity.testing.clock import stopped_at
from voluncity.testing.make_insurance import make_covered, make_enrollment
from voluncity.testing.make_people import NOON, make_volunteer, user_of


@pytest.mark.row("D6")
@pytest.mark.django_db
def test_one_reads_what_covers_oneself_today(county: Region, volunteer: Volunteer) -> None:
    enrollment = make_covered(make_enrollment(county, volunteer))
    with stopped_at(NOON):
        other = program_of(user_of(make_volunteer("吴刚", region=volunteer.region)))
        mine = program_of(user_of(volunteer))
        found = mine.get("me/insurance").body
        assert (found["is_covered"], len(found["covers"])) == (True, 1)
        [cover] = found["covers"]
        assert (cover["policy"], cover["why"]) == (
            enrollment.policy.name, "年度投保名单（4 星志愿者）",
        )  # fmt: skip
        assert other.get("me/insurance").body["covers"] == []
