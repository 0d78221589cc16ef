"""What is done with reports, their evidence and their expenses."""

from voluncity.fund.reports.actions.checking import accept, allow, disallow, send_back, waive
from voluncity.fund.reports.actions.handing_in import recall, submit
from voluncity.fund.reports.actions.linking import link_activities, unlink_activity
from voluncity.fund.reports.actions.papers import (
    add_evidence,
    add_voucher,
    change_evidence,
    move_evidence,
    remove_evidence,
    remove_voucher,
)
from voluncity.fund.reports.actions.schedule import is_owed, keep_terms, lay_schedule
from voluncity.fund.reports.actions.spending import (
    add_expense,
    change_expense,
    import_expenses,
    remove_expense,
)
from voluncity.fund.reports.actions.writing import (
    Saved,
    Typed,
    begin_extra,
    drop_extra,
    save_words,
)

__all__ = [
    "Saved",
    "Typed",
    "accept",
    "add_evidence",
    "add_expense",
    "add_voucher",
    "allow",
    "begin_extra",
    "change_evidence",
    "change_expense",
    "disallow",
    "drop_extra",
    "import_expenses",
    "is_owed",
    "keep_terms",
    "lay_schedule",
    "link_activities",
    "move_evidence",
    "recall",
    "remove_evidence",
    "remove_expense",
    "remove_voucher",
    "save_words",
    "send_back",
    "submit",
    "unlink_activity",
    "waive",
]
