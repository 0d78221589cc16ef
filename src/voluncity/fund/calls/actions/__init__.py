"""What is done with calls and applications."""

from voluncity.fund.calls.actions.calls import (
    change_call,
    extend,
    postpone_end,
    publish_call,
    write_call,
)
from voluncity.fund.calls.actions.checking import (
    accept,
    decline,
    refuse_own,
    refuse_unread,
    send_back,
)
from voluncity.fund.calls.actions.deciding import award, refuse
from voluncity.fund.calls.actions.filling import (
    Clash,
    Saved,
    Typed,
    add_line,
    discard,
    leave_theirs,
    remove_line,
    restore_line,
    save_answers,
    start_application,
)
from voluncity.fund.calls.actions.forms import (
    begin_form,
    drop_form,
    move_up,
    publish_form,
    put_question,
    put_section,
    take_out,
)
from voluncity.fund.calls.actions.handing_in import recall, submit, withdraw
from voluncity.fund.calls.actions.papers import add_file, remove_file
from voluncity.fund.calls.actions.terms import end_of_organization, keep_terms

__all__ = [
    "Clash",
    "Saved",
    "Typed",
    "accept",
    "add_file",
    "add_line",
    "award",
    "begin_form",
    "change_call",
    "decline",
    "discard",
    "drop_form",
    "end_of_organization",
    "extend",
    "keep_terms",
    "leave_theirs",
    "move_up",
    "postpone_end",
    "publish_call",
    "publish_form",
    "put_question",
    "put_section",
    "recall",
    "refuse",
    "refuse_own",
    "refuse_unread",
    "remove_file",
    "remove_line",
    "restore_line",
    "save_answers",
    "send_back",
    "start_application",
    "submit",
    "take_out",
    "withdraw",
    "write_call",
]
