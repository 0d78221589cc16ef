"""What can be read about pairings and reports; every list is narrowed to who looks."""

from voluncity.care.party.queries.members import (
    MemberFilters,
    MemberRow,
    community_members,
    member_rows,
    unit_members,
)
from voluncity.care.party.queries.own import (
    communities_for,
    live_report,
    may_be_reported_to,
    units_found,
)
from voluncity.care.party.queries.reach import (
    communities_within,
    community_in_reach,
    pairings_within,
    report_to_decide,
    unit_in_reach,
    units_to_pair,
    units_within,
)
from voluncity.care.party.queries.table import (
    Line,
    TableFilters,
    counted_at,
    lines,
    service_of_all,
    table,
)

__all__ = [
    "Line",
    "MemberFilters",
    "MemberRow",
    "TableFilters",
    "communities_for",
    "communities_within",
    "community_in_reach",
    "community_members",
    "counted_at",
    "lines",
    "live_report",
    "may_be_reported_to",
    "member_rows",
    "pairings_within",
    "report_to_decide",
    "service_of_all",
    "table",
    "unit_in_reach",
    "unit_members",
    "units_found",
    "units_to_pair",
    "units_within",
]
