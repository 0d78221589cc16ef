"""Minutes of a wish: posted with the confirmation, taken back by two people (decision 0027)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from voluncity.care.wishes import rules
from voluncity.care.wishes.models import Claim, Wish
from voluncity.city.claims import actions as claims
from voluncity.city.journal.actions import record
from voluncity.city.ledger import actions as ledger
from voluncity.city.ledger.models import Transfer, Unit
from voluncity.city.people.models import User
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import WrongState
from voluncity.service.hours.rules import account_key, holder_key


def credit(wish: Wish, claim: Claim, *, by: User, at: datetime) -> Transfer:
    """Move the minutes of a wish to who made it come true; repeated, it is the same movement.

    :raises WrongState: when it was not done, or has no value.
    """
    if claim.done_at is None or not wish.worth_minutes:
        raise WrongState("认领人还没有提交完成情况，不能确认。", code="wishes.not_done")
    issued = ledger.open_account(
        key=rules.ISSUE_KEY, unit=Unit.MINUTES, holder="city", keeps_balance=False
    )
    held = ledger.open_account(
        key=account_key(claim.volunteer_id, rules.TRUST),
        unit=Unit.MINUTES,
        holder=holder_key(claim.volunteer_id),
    )
    transfer = ledger.transfer(
        debit=issued, credit=held, amount=wish.worth_minutes, key=wish.source,
        source=wish.source, reason="微心愿时长入账", at=at, by=by,
    )  # fmt: skip
    _tell("wishes.credit", wish, claim, by=by, at=at)
    return transfer


def take_back(wish: Wish, claim: Claim, *, by: User, at: datetime) -> None:
    """Move the minutes of a wish back, also where the volunteer's record was merged since.

    :raises Refusal: when the volunteer has too little.
    """
    if wish.transfer is None:
        raise WrongState("这个心愿没有入账的时长。", code="wishes.not_credited")
    needed = {account_key(claim.volunteer_id, rules.TRUST): wish.transfer.amount}
    claims.bring_back(volunteer_id=claim.volunteer_id, needed=needed, key=wish.source, by=by, at=at)
    ledger.reverse(transfer_id=wish.transfer.pk, reason="微心愿时长冲销", at=at, by=by)
    _tell("wishes.take_back", wish, claim, by=by, at=at)


def _tell(verb: str, wish: Wish, claim: Claim, *, by: User, at: datetime) -> None:
    record(verb, ("volunteer", claim.volunteer_id), by=by, at=at, **posting_data(wish, claim))


def posting_data(wish: Wish, claim: Claim) -> dict[str, Any]:
    """Return what the journal says about minutes that come or go, as posted hours do."""
    assert claim.done_at is not None  # noqa: S101 -- `credit` has refused it
    return {
        "wish": wish.pk,
        "volunteer": claim.volunteer_id,
        "minutes": wish.worth_minutes,
        "trust": rules.TRUST,
        "served_on": str(local_date(claim.done_at)),
        "organization": claim.organization_id,
    }
