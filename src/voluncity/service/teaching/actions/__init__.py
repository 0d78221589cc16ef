"""Everything that can be done about trainings."""

from voluncity.service.teaching.actions.courses import (
    add_course,
    add_question,
    retire_question,
    set_rule,
)
from voluncity.service.teaching.actions.enrolling import enroll, enroll_by_number, leave
from voluncity.service.teaching.actions.lists import Line, read_attendance, take_attendance
from voluncity.service.teaching.actions.materials import add_material, remove_material
from voluncity.service.teaching.actions.reminding import remind_expiring
from voluncity.service.teaching.actions.sessions import cancel_session, change_session, open_session
from voluncity.service.teaching.actions.settling import settle_due, settle_session
from voluncity.service.teaching.actions.testing import enter_result, take_test

__all__ = [
    "Line",
    "add_course",
    "add_material",
    "add_question",
    "cancel_session",
    "change_session",
    "enroll",
    "enroll_by_number",
    "enter_result",
    "leave",
    "open_session",
    "read_attendance",
    "remind_expiring",
    "remove_material",
    "retire_question",
    "set_rule",
    "settle_due",
    "settle_session",
    "take_attendance",
    "take_test",
]
