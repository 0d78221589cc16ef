"""When reports are due, what may be written in them, how spending is kept within its lines."""

from voluncity.fund.reports.rules.schedule import (
    Due,
    dues,
    overdue_days,
    overdue_text,
    timeliness,
)
from voluncity.fund.reports.rules.writing import (
    EVIDENCE_MOST,
    EXPENSES_MOST,
    REASON_MOST,
    REMARK_KEYS,
    VOUCHERS_MOST,
    WORDS,
    ExpensePlan,
    checked_expense,
    checked_words,
    over_line,
)

__all__ = [
    "EVIDENCE_MOST",
    "EXPENSES_MOST",
    "REASON_MOST",
    "REMARK_KEYS",
    "VOUCHERS_MOST",
    "WORDS",
    "Due",
    "ExpensePlan",
    "checked_expense",
    "checked_words",
    "dues",
    "over_line",
    "overdue_days",
    "overdue_text",
    "timeliness",
]
