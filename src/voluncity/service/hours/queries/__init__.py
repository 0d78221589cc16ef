"""What can be asked about service hours."""

from __future__ import annotations

from voluncity.service.hours.queries.checks import faults
from voluncity.service.hours.queries.desk import (
    Counts,
    Filters,
    by_activity,
    counts,
    decidable,
    found,
    may_enter,
    open_corrections,
    overdue,
    records_of_activity,
    unrecorded,
    waited_text,
    waiting,
)
from voluncity.service.hours.queries.endings import open_work
from voluncity.service.hours.queries.mine import (
    Certified,
    CertifiedActivity,
    Minutes,
    Month,
    may_ask_correction,
    minutes_of,
    months_of,
    pending_minutes,
    receipt,
    records_for_certificate,
    records_of,
    wish_minutes,
    workdays_left,
)
from voluncity.service.hours.queries.reach import may_approve, sees_names, to_approve, to_confirm
from voluncity.service.hours.queries.timeline import Event, timeline

__all__ = [
    "Certified",
    "CertifiedActivity",
    "Counts",
    "Event",
    "Filters",
    "Minutes",
    "Month",
    "by_activity",
    "counts",
    "decidable",
    "faults",
    "found",
    "may_approve",
    "may_ask_correction",
    "may_enter",
    "minutes_of",
    "months_of",
    "open_corrections",
    "open_work",
    "overdue",
    "pending_minutes",
    "receipt",
    "records_for_certificate",
    "records_of",
    "records_of_activity",
    "sees_names",
    "timeline",
    "to_approve",
    "to_confirm",
    "unrecorded",
    "waited_text",
    "waiting",
    "wish_minutes",
    "workdays_left",
]
