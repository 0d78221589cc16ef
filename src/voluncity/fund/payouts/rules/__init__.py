"""What an account, a plan, a payment and a return must be like."""

from voluncity.fund.payouts.rules.accounts import (
    PayeePlan,
    account_number,
    differences,
    is_same_name,
    luhn_warning,
    owner_name,
    owner_of,
    usable_from,
)
from voluncity.fund.payouts.rules.answers import Answer, Answers, Line, read_answers
from voluncity.fund.payouts.rules.bankfiles import Row, csv_bytes, digest_of, xlsx_bytes
from voluncity.fund.payouts.rules.money import (
    LEAST_YEAR,
    MOST_INSTALLMENTS,
    Part,
    PlanLine,
    ReturnPlan,
    bank_ref,
    checked_lines,
    paid_on,
    said,
    split,
    split_back,
)

__all__ = [
    "LEAST_YEAR",
    "MOST_INSTALLMENTS",
    "Answer",
    "Answers",
    "Line",
    "Part",
    "PayeePlan",
    "PlanLine",
    "ReturnPlan",
    "Row",
    "account_number",
    "bank_ref",
    "checked_lines",
    "csv_bytes",
    "differences",
    "digest_of",
    "is_same_name",
    "luhn_warning",
    "owner_name",
    "owner_of",
    "paid_on",
    "read_answers",
    "said",
    "split",
    "split_back",
    "usable_from",
    "xlsx_bytes",
]
