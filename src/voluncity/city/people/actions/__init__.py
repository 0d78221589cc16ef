"""What people do about themselves, and what the desk does for them."""

from voluncity.city.people.actions.accounts import (
    bind_phone,
    change_phone,
    create_account,
    set_password,
)
from voluncity.city.people.actions.batches import (
    MOST_BYTES as MOST_LIST_BYTES,
)
from voluncity.city.people.actions.batches import (
    Choices,
    discard_import,
    forget_lists,
    note_report_read,
    resume_import,
    start_import,
    stop_import,
    upload_list,
)
from voluncity.city.people.actions.codes import send_code, send_login_code
from voluncity.city.people.actions.consents import (
    give_consent,
    record_guardian,
    withdraw_consent,
    withdraw_guardian,
)
from voluncity.city.people.actions.family import link_ward, register_child
from voluncity.city.people.actions.identity import (
    correct_identity,
    decide_identity,
    reopen_identity,
    submit_identity,
)
from voluncity.city.people.actions.identity_batches import MOST_BYTES as MOST_ANSWER_BYTES
from voluncity.city.people.actions.identity_batches import decide_batch, export_checks
from voluncity.city.people.actions.importing import (
    import_all_or_nobody,
    import_volunteers,
    named_sheet,
    try_volunteers,
)
from voluncity.city.people.actions.limits import forget_tries
from voluncity.city.people.actions.login import (
    begin_session,
    check_password,
    log_in_to_demo,
    log_in_with_code,
    log_in_with_password,
    log_in_with_second,
    log_in_with_set_up,
    log_out,
)
from voluncity.city.people.actions.posters import end_poster, make_poster
from voluncity.city.people.actions.profile import set_profile
from voluncity.city.people.actions.protected import Numbers, open_minor, reveal_numbers
from voluncity.city.people.actions.reading import Counts, Tell, counts_of
from voluncity.city.people.actions.registration import register_volunteer
from voluncity.city.people.actions.running import run_import
from voluncity.city.people.actions.second_factor import (
    confirm_second_factor,
    end_second_factor,
    renew_recovery_codes,
    start_second_factor,
)
from voluncity.city.people.actions.sessions import end_session, end_sessions
from voluncity.city.people.actions.staff import (
    NewAccount,
    create_staff,
    end_second_factor_of,
    end_sessions_of,
    give_start_link,
    reopen_account,
    set_first_password,
    stop_account,
)
from voluncity.city.people.actions.telling import Letter, tell_person
from voluncity.city.people.lists.reports import HEADER as REPORT_HEADER
from voluncity.city.people.lists.source import in_memory
from voluncity.city.people.lists.writing import template_rows, write_template, write_workbook

__all__ = [
    "MOST_ANSWER_BYTES",
    "MOST_LIST_BYTES",
    "REPORT_HEADER",
    "Choices",
    "Counts",
    "Letter",
    "NewAccount",
    "Numbers",
    "Tell",
    "begin_session",
    "bind_phone",
    "change_phone",
    "check_password",
    "confirm_second_factor",
    "correct_identity",
    "counts_of",
    "create_account",
    "create_staff",
    "decide_batch",
    "decide_identity",
    "discard_import",
    "end_poster",
    "end_second_factor",
    "end_second_factor_of",
    "end_session",
    "end_sessions",
    "end_sessions_of",
    "export_checks",
    "forget_lists",
    "forget_tries",
    "give_consent",
    "give_start_link",
    "import_all_or_nobody",
    "import_volunteers",
    "in_memory",
    "link_ward",
    "log_in_to_demo",
    "log_in_with_code",
    "log_in_with_password",
    "log_in_with_second",
    "log_in_with_set_up",
    "log_out",
    "make_poster",
    "named_sheet",
    "note_report_read",
    "open_minor",
    "record_guardian",
    "register_child",
    "register_volunteer",
    "renew_recovery_codes",
    "reopen_account",
    "reopen_identity",
    "resume_import",
    "reveal_numbers",
    "run_import",
    "send_code",
    "send_login_code",
    "set_first_password",
    "set_password",
    "set_profile",
    "start_import",
    "start_second_factor",
    "stop_account",
    "stop_import",
    "submit_identity",
    "tell_person",
    "template_rows",
    "try_volunteers",
    "upload_list",
    "withdraw_consent",
    "withdraw_guardian",
    "write_template",
    "write_workbook",
]
