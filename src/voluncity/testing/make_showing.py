"""What a fund shows to everybody, for tests: a project whose report was accepted with a picture."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

from django.utils.timezone import now

from voluncity.city.orgs.models import Organization
from voluncity.city.regions.models import Region
from voluncity.fund.reports import actions as reports
from voluncity.testing.make_fund import make_fund
from voluncity.testing.make_grants import make_funding
from voluncity.testing.make_people import make_user
from voluncity.testing.make_reports import accept, fill, first_report, submit


def make_world_showing(county: Region, organization: Organization) -> dict[str, Any]:
    """Return a public project of a half of the world with its picture."""
    at = now().astimezone(UTC)
    began, officer, admin = at - timedelta(days=30), make_user("韩梅"), make_user("李桂芳")
    funding = make_funding(
        fund=make_fund(county, at=began), organization=organization, admin=admin,
        officer=officer, at=began,
    )  # fmt: skip
    reports.lay_schedule(funding=funding, at=began)
    report = submit(fill(first_report(funding), by=admin, at=at), by=admin, at=at)
    accept(report, by=officer, at=at)
    return {
        "shown_fund": funding.fund_id,
        "shown_number": funding.number,
        "shown_picture": report.evidence.get().pk,
    }
