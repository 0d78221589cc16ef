"""Look at protected data: with a reason, and with a trace (RULES.md §3.4)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from voluncity.city.journal.actions import record
from voluncity.city.people import queries
from voluncity.city.people.models import User, Volunteer
from voluncity.city.people.states import RevealReason
from voluncity.kernel.refusals import BadInput


@dataclass(frozen=True)
class Numbers:
    """The whole numbers of one volunteer; they stay out of logs."""

    id_number: str = field(repr=False)
    phone: str = field(repr=False)


@transaction.atomic
def reveal_numbers(*, volunteer: Volunteer, reason: str, by: User, at: datetime) -> Numbers:
    """Return the whole numbers and write down who read them and why.

    :raises BadInput: without a reason from the list.
    """
    _refuse_no_reason(reason)
    record("people.reveal", volunteer, by=by, at=at, reason=reason)
    return Numbers(queries.id_number_of(volunteer), queries.phone_of(volunteer))


@transaction.atomic
def open_minor(*, volunteer: Volunteer, reason: str, by: User, at: datetime) -> None:
    """Write down who opened the file of a minor and why (minors' network rules, art. 36).

    :raises BadInput: without a reason from the list.
    """
    _refuse_no_reason(reason)
    record("people.open_minor", volunteer, by=by, at=at, reason=reason)


def _refuse_no_reason(reason: str) -> None:
    if reason not in RevealReason.values:
        raise BadInput("请选择查看的原因，它会和您的名字一起记入操作记录。", field="reason")
