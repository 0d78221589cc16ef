"""What organizations and the office say about reports."""

from voluncity.fund.reports.forms.writing import (
    EvidenceForm,
    ExpenseForm,
    ExtraForm,
    NothingForm,
    ReasonForm,
    ReportForm,
    ReturnForm,
    TableForm,
    VoucherForm,
)

__all__ = [
    "EvidenceForm",
    "ExpenseForm",
    "ExtraForm",
    "NothingForm",
    "ReasonForm",
    "ReportForm",
    "ReturnForm",
    "TableForm",
    "VoucherForm",
]
