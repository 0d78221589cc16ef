"""What must be said about a case of hardship and about a gift."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from voluncity.care.hardship.states import SAID, VOIDING, Need, Occasion, ReversalReason
from voluncity.kernel import text
from voluncity.kernel.money import parse_yuan
from voluncity.kernel.refusals import BadInput

REASON_MOST, NOTE_MOST, WHAT_MOST, GIVER_MOST, SIGNER_MOST = 500, 300, 100, 60, 40
MOST_YUAN = 1_000_000
EARLIEST = date(1990, 1, 1)


@dataclass(frozen=True, kw_only=True)
class CasePlan:
    """What somebody says about a volunteer in need; the reason stays out of logs."""

    need: str
    since: date
    until: date | None = None
    reason: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class GiftPlan:
    """What somebody says about a gift; `value` is in yuan as typed, or empty."""

    what: str
    given_on: date
    occasion: str
    given_by: str
    value: str = ""
    signed_by: str = ""
    note: str = field(default="", repr=False)

    @property
    def value_fen(self) -> int | None:
        """Return the worth in fen, where one was given.

        :raises BadInput: when it is no sum.
        """
        if not text.clean(self.value):
            return None
        return parse_yuan(self.value, field="value", most_yuan=MOST_YUAN)


def checked_case(plan: CasePlan, *, today: date) -> CasePlan:
    """Return what is said about a case as it is stored.

    :raises BadInput: at the field that is wrong.
    """
    if plan.need not in Need.values:
        raise BadInput("请选择困难类型。", field="need")
    checked_day(plan.since, today=today, field_name="since", label="困难起始日期")
    checked_until(plan.until, since=plan.since)
    reason = text.clean(
        plan.reason, max_length=REASON_MOST, field="reason", multiline=True, label="困难情况"
    )
    if not reason:
        raise BadInput("请写明困难情况，方便接手的同事了解。", field="reason")
    return replace(plan, reason=reason)


def checked_until(until: date | None, *, since: date) -> None:
    """Refuse an end before the beginning.

    :raises BadInput: at `until`.
    """
    if until is not None and until < since:
        raise BadInput("预计结束的日期早于起始日期，请核对。", field="until")


def checked_day(day: date, *, today: date, field_name: str, label: str) -> None:
    """Refuse a day that is still to come, or too long ago to be right.

    :raises BadInput: at the field.
    """
    if day > today:
        raise BadInput(f"{label}还没有到，请核对。", field=field_name)
    if day < EARLIEST:
        raise BadInput(f"{label}早于 1990 年，请核对。", field=field_name)


def checked_gift(plan: GiftPlan, *, since: date, today: date) -> GiftPlan:
    """Return what is said about a gift as it is stored.

    :raises BadInput: at the field that is wrong.
    """
    if plan.occasion not in Occasion.values:
        raise BadInput("请选择慰问时机。", field="occasion")
    checked_day(plan.given_on, today=today, field_name="given_on", label="慰问日期")
    if plan.given_on < since:
        raise BadInput("慰问日期早于困难起始日期，请核对。", field="given_on")
    return replace(
        plan,
        what=_words(plan.what, WHAT_MOST, "what", "慰问内容"),
        given_by=_words(plan.given_by, GIVER_MOST, "given_by", "慰问单位或个人"),
        signed_by=text.clean(
            plan.signed_by, max_length=SIGNER_MOST, field="signed_by", label="签收人"
        ),
        note=text.clean(
            plan.note, max_length=NOTE_MOST, field="note", multiline=True, label="备注"
        ),
    )


def _words(value: str, most: int, field_name: str, label: str) -> str:
    words = text.clean(value, max_length=most, field=field_name, label=label)
    if not words:
        raise BadInput(f"请填写{label}。", field=field_name)
    return words


def checked_end(reason: str) -> str:
    """Return the verb that belongs to a reason: "end", or "void" when it never was so.

    :raises BadInput: at `reason`.
    """
    if reason not in SAID:
        raise BadInput("请选择原因，它会记入操作记录。", field="reason")
    return "void" if reason in VOIDING else "end"


def checked_reversal(reason: str) -> str:
    """Return the reason for which a gift is reversed.

    :raises BadInput: at `reason`.
    """
    if reason not in ReversalReason.values:
        raise BadInput("请选择冲正的原因，它会记入操作记录。", field="reason")
    return reason
