"""Which progress reports of the two halves stand at each address."""

from __future__ import annotations

from voluncity.testing.samples import Sample, pk_of

REPORTS: dict[str, Sample] = {
    "reports:own_extra": pk_of("report_funding"),
    "reports:own_report": pk_of("report_written"),
    "reports:own_words": pk_of("report_written"),
    "reports:own_activities": pk_of("report_written"),
    "reports:own_evidence": pk_of("report_written"),
    "reports:own_spending": pk_of("report_written"),
    "reports:own_expense_new": pk_of("report_written"),
    "reports:own_import": pk_of("report_written"),
    "reports:own_table": pk_of("report_written"),
    "reports:own_check": pk_of("report_written"),
    "reports:own_step": pk_of("report_sent", verb="recall"),
    "reports:own_evidence_step": pk_of("report_evidence", verb="up"),
    "reports:own_expense": pk_of("report_expense"),
    "reports:own_expense_remove": pk_of("report_expense"),
    "reports:own_voucher": pk_of("report_expense"),
    "reports:own_voucher_remove": pk_of("report_voucher"),
    "reports:evidence_file": pk_of("report_evidence", size="small"),
    "reports:voucher_file": pk_of("report_voucher", size="small"),
    "reports:paper": pk_of("report_sent"),
    "reports:desk_report": pk_of("report_sent"),
    "reports:desk_step": pk_of("report_sent", verb="accept"),
    "reports:desk_expense": pk_of("report_sent_expense", verb="disallow"),
}
