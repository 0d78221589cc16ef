"""What of funded projects stands against the end of a fund."""

from __future__ import annotations

from datetime import datetime

from voluncity.fund.governance.models import Fund
from voluncity.fund.grants.models import Funding
from voluncity.fund.grants.states import LIVE


def work_of_fund(*, fund: Fund, at: datetime) -> list[str]:
    """Say how many funded projects are not over, before a fund ends."""
    del at
    live = Funding.objects.filter(fund=fund, state__in=LIVE).count()
    return [f"{live} 个资助项目没有结项"] if live else []
