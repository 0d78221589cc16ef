"""Which organizations can be units, and who may report."""

from __future__ import annotations

from datetime import date

from voluncity.city.orgs.states import Kind
from voluncity.city.people.models import Volunteer
from voluncity.city.people.states import IdentityState
from voluncity.kernel.refusals import BadInput, Refusal
from voluncity.kernel.text import clean

# Organizations that have employees, and so Party members of their own.
UNIT_KINDS = (Kind.UNIT, Kind.MODEL_UNIT, Kind.LEAD_UNIT, Kind.OFFICE, Kind.FEDERATION)
REASON_MOST = 200


def require_member(volunteer: Volunteer) -> None:
    """Refuse who has not said to be a Party member, or is not known by the real name.

    :raises Refusal: with what to do.
    """
    if volunteer.closed_at is not None or not volunteer.is_party_member:
        raise Refusal(
            "党员才需要报到。您是党员的，请先到“我的资料”里勾选。", code="party.not_member"
        )
    if volunteer.identity_state != IdentityState.VERIFIED:
        raise Refusal("报到前要先完成实名认证，请到“我的”里提交。", code="party.not_verified")


def checked_reason(words: str) -> str:
    """Return why a report is sent back; the member will read it.

    :raises BadInput: when it is missing or too long.
    """
    said = clean(words, max_length=REASON_MOST, field="reason", label="原因")
    if not said:
        raise BadInput("请写明退回的原因，本人会看到。", field="reason")
    return said


def checked_days(starts_on: date, *, today: date) -> date:
    """Return the day from which a pairing holds.

    :raises BadInput: when it lies in the future.
    """
    if starts_on > today:
        raise BadInput("结对日期还没有到，请填写已经签订的日期。", field="starts_on")
    return starts_on


def since(text: str, *, today: date) -> date:
    """Return from which day on service is counted: as asked, else since 1 January."""
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        return date(today.year, 1, 1)
    return min(asked, today)
