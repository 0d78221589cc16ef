"""Notices for tests."""

from __future__ import annotations

from datetime import datetime

from voluncity.city.people.models import User
from voluncity.city.publicity import actions
from voluncity.city.publicity.models import Notice
from voluncity.city.regions.models import Region
from voluncity.testing.make_people import NOON, make_region, make_user


def make_notice(
    title: str = "拟认定“汾河护河队”",
    *,
    workdays: int = 3,
    at: datetime = NOON,
    by: User | None = None,
    region: Region | None = None,
) -> Notice:
    """Show something (a person, for want of anything simpler) to the public."""
    return actions.show(
        kind="orgs",
        title=title,
        body="经审核，符合条件。",
        subject=make_user(),
        region=region or make_region(),
        workdays=workdays,
        at=at,
        by=by,
    )
