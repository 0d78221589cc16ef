"""Reports, what stands in them, and what the office said about them."""

from voluncity.fund.reports.models.evidence import Evidence, Linked
from voluncity.fund.reports.models.reports import (
    Move,
    OfReport,
    Remark,
    Report,
    Submission,
    Tracking,
)
from voluncity.fund.reports.models.spending import Expense, Voucher

__all__ = [
    "Evidence",
    "Expense",
    "Linked",
    "Move",
    "OfReport",
    "Remark",
    "Report",
    "Submission",
    "Tracking",
    "Voucher",
]
