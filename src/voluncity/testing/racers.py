"""Fill an empty city with volunteers who have API keys, and with shifts to race for.

Run as a program, because the city lies in another database than that of the tests.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "voluncity.config.settings")
django.setup()

# What follows needs Django to be set up.
from django.utils.timezone import now  # noqa: E402

from voluncity.city.people.models import Volunteer  # noqa: E402
from voluncity.city.tokens.actions import create_token  # noqa: E402
from voluncity.city.tokens.states import TokenScope  # noqa: E402
from voluncity.testing.make_people import make_region, make_volunteer  # noqa: E402
from voluncity.testing.make_projects import MORNING, make_activity, make_shift  # noqa: E402


def _secret_of(volunteer: Volunteer) -> str:
    assert volunteer.user
    _, secret = create_token(
        user=volunteer.user, name="赛跑", scopes=list(TokenScope), days=30,
        by=volunteer.user, at=now(),
    )  # fmt: skip
    return secret


def main(racers: int, rounds: int, places: int) -> None:
    """Make so many racers, one shift for each round, and print keys and shifts as JSON."""
    region, activity = make_region(), make_activity()
    secrets = [_secret_of(make_volunteer(region=region)) for _ in range(racers)]
    begins = [MORNING + timedelta(days=number) for number in range(rounds)]
    shifts = [
        make_shift(activity=activity, capacity=places, starts_at=begin).pk for begin in begins
    ]
    print(json.dumps({"secrets": secrets, "shifts": shifts}))  # noqa: T201 -- read by the test


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
