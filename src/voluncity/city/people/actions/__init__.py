"""What people do about themselves, and what the desk does for them."""

from voluncity.city.people.actions.accounts import (
    bind_phone,
    change_phone,
    create_account,
    log_in_to_demo,
    log_in_with_code,
    log_in_with_password,
    log_out,
    set_password,
)
from voluncity.city.people.actions.codes import send_code, send_login_code
from voluncity.city.people.actions.consents import (
    give_consent,
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
from voluncity.city.people.actions.importing import (
    Counts,
    Tell,
    counts_of,
    import_volunteers,
    try_volunteers,
    unknown_columns,
)
from voluncity.city.people.actions.limits import forget_tries
from voluncity.city.people.actions.posters import end_poster, make_poster
from voluncity.city.people.actions.profile import set_profile
from voluncity.city.people.actions.protected import Numbers, open_minor, reveal_numbers
from voluncity.city.people.actions.registration import register_volunteer
from voluncity.city.people.lists.writing import write_template

__all__ = [
    "Counts",
    "Numbers",
    "Tell",
    "bind_phone",
    "change_phone",
    "correct_identity",
    "counts_of",
    "create_account",
    "decide_identity",
    "end_poster",
    "forget_tries",
    "give_consent",
    "import_volunteers",
    "link_ward",
    "log_in_to_demo",
    "log_in_with_code",
    "log_in_with_password",
    "log_out",
    "make_poster",
    "open_minor",
    "register_child",
    "register_volunteer",
    "reopen_identity",
    "reveal_numbers",
    "send_code",
    "send_login_code",
    "set_password",
    "set_profile",
    "submit_identity",
    "try_volunteers",
    "unknown_columns",
    "withdraw_consent",
    "withdraw_guardian",
    "write_template",
]
