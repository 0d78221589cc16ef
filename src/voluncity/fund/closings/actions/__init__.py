"""What is done with closings."""

from voluncity.fund.closings.actions.archiving import (
    LEASE,
    ask_again,
    make_archive,
    note_taken,
    silent_archives,
)
from voluncity.fund.closings.actions.checking import (
    accept,
    reopen,
    send_back,
)
from voluncity.fund.closings.actions.ending import (
    add_addendum,
    close,
    pending,
    settle,
)
from voluncity.fund.closings.actions.objecting import (
    answer_objection,
    object_to,
    take_result,
)
from voluncity.fund.closings.actions.scoring import (
    appoint,
    dismiss,
    publish,
    recuse,
    score,
    unready,
)
from voluncity.fund.closings.actions.standards import (
    write_standard,
)
from voluncity.fund.closings.actions.terms import (
    follow_dates,
    keep_terms,
)
from voluncity.fund.closings.actions.visiting import (
    Found,
    VisitPlan,
    answer_visit,
    cancel_visit,
    plan_visit,
    record_visit,
)
from voluncity.fund.closings.actions.writing import (
    add_file,
    begin,
    recall,
    remove_file,
    save_report,
    submit,
)

__all__ = [
    "LEASE",
    "Found",
    "VisitPlan",
    "accept",
    "add_addendum",
    "add_file",
    "answer_objection",
    "answer_visit",
    "appoint",
    "ask_again",
    "begin",
    "cancel_visit",
    "close",
    "dismiss",
    "follow_dates",
    "keep_terms",
    "make_archive",
    "note_taken",
    "object_to",
    "pending",
    "plan_visit",
    "publish",
    "recall",
    "record_visit",
    "recuse",
    "remove_file",
    "reopen",
    "save_report",
    "score",
    "send_back",
    "settle",
    "silent_archives",
    "submit",
    "take_result",
    "unready",
    "write_standard",
]
