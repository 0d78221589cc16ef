"""Which public lists and projects of the two halves stand at each address."""

from __future__ import annotations

from django.utils.timezone import now

from voluncity.kernel.clock import local_date
from voluncity.testing.samples import Sample, pk_of
from voluncity.testing.world import Half


def _of_this_year(half: Half) -> dict[str, int]:
    return {"pk": half.ids["shown_fund"], "year": local_date(now()).year}


SHOWING: dict[str, Sample] = {
    "showing:fund": pk_of("shown_fund"),
    "showing:about": pk_of("shown_fund"),
    "showing:sheet": pk_of("shown_fund", key="awarded"),
    "showing:sheet_file": pk_of("shown_fund", key="awarded", kind="csv"),
    "showing:project": lambda half: {"number": half.ids["shown_number"]},
    "showing:picture": pk_of("shown_picture"),
    "showing:desk_fund": pk_of("shown_fund"),
    "showing:desk_summary": _of_this_year,
    "showing:desk_numbers": _of_this_year,
}
