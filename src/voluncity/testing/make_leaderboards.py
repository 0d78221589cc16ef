"""Boards and volunteers of the month for tests."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.timezone import localdate, now

from voluncity.city.files import actions as files
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions.models import Region
from voluncity.honor.leaderboards.models import Candidate, Figure, Score, StarMonth
from voluncity.honor.leaderboards.queries.truth import homes_of
from voluncity.honor.leaderboards.rules import month_of
from voluncity.honor.leaderboards.states import CandidateState, MonthState
from voluncity.testing.make_files import make_upload
from voluncity.testing.make_people import make_user

MINUTES = 720


def make_star_month(
    region: Region,
    month: str = "",
    *,
    state: MonthState = MonthState.OPEN,
    by: User | None = None,
    at: datetime | None = None,
) -> StarMonth:
    """Return a month of a region; each call without a name makes another one."""
    count = StarMonth.objects.count()
    at = at or now()
    return StarMonth.objects.create(
        month=month or f"{2012 + count // 12}-{count % 12 + 1:02d}", region=region, state=state,
        least_minutes=600, least_services=3, months_off=6, per_county=2, counted_at=at,
        started_at=at, started_by=by or make_user("评星人"),
        named_at=at if state == MonthState.NAMED else None,
    )  # fmt: skip


def make_candidate(
    month: StarMonth,
    volunteer: Volunteer,
    county: Region,
    *,
    state: CandidateState = CandidateState.CANDIDATE,
    by: User | None = None,
    at: datetime | None = None,
) -> Candidate:
    """Return a candidate of a county; picked by somebody of the office where it is past that."""
    at = at or now()
    is_picked = state != CandidateState.CANDIDATE
    has_answered = state not in {CandidateState.CANDIDATE, CandidateState.ASKED}
    return Candidate.objects.create(
        month=month, volunteer=volunteer, county=county, proven_minutes=MINUTES, services=4,
        state=state, reason="四次清理河岸，带动邻居参加" if is_picked else "",
        picked_at=at if is_picked else None,
        picked_by=(by or make_user("选人者")) if is_picked else None,
        answered_at=at if has_answered else None,
    )  # fmt: skip


def make_world_leaderboards(
    community: Region, volunteer: Volunteer, organization: Organization
) -> dict[str, Any]:
    """Return one of everything for a half: a month, who is asked, who is named; and board rows."""
    county = community
    while county.level != "COUNTY" and county.parent is not None:
        county = county.parent
    home = dict(
        zip(("county_id", "town_id", "community_id"), homes_of([community.pk])[community.pk],
            strict=True)
    )  # fmt: skip
    for period in (month_of(localdate()), ""):
        Score.objects.create(
            volunteer=volunteer, period=period, proven=MINUTES, minutes=MINUTES, **home
        )
        Figure.objects.create(
            organization=organization, period=period, proven=MINUTES, minutes=MINUTES
        )
    month = make_star_month(county)
    named = make_star_month(county, state=MonthState.NAMED)
    star = make_candidate(named, volunteer, county, state=CandidateState.NAMED)
    star.photo = files.store_image(
        make_upload(), subject=f"star:{star.pk}", by=make_user("送照片的人"), at=now(),
        is_public=False,
    )  # fmt: skip
    star.is_photo_agreed = True
    star.save(update_fields=["photo", "is_photo_agreed"])
    asked = make_candidate(month, volunteer, county, state=CandidateState.ASKED)
    return {
        "star_month": month.pk, "named_month": named.month, "star": star.pk, "asked": asked.pk,
    }  # fmt: skip
