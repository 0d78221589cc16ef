"""What every action does: hold the project, take one step of a table, keep people apart."""

from __future__ import annotations

from typing import Any

from voluncity.city.people.models import User
from voluncity.fund.grants import queries as grants
from voluncity.fund.grants.models import Funding
from voluncity.kernel.flow import Flow
from voluncity.kernel.refusals import NotAllowed, WrongState

TOO_SLOW = "刚刚有人办理过，请刷新页面查看最新情况。"


def hold(funding_id: int) -> Funding:
    """Return the funded project as it is now; whoever else moves its money waits until we end.

    Every action that counts money begins here, so that two never count the same fen.
    """
    held = Funding.objects.select_for_update(of=("self",))
    found: Funding = held.select_related("fund", "serves", "organization").get(pk=funding_id)
    return found


def step(row: Any, flow: Flow, verb: str, **changes: Any) -> None:
    """Take one step, if the row still is in the state in which it was read.

    :raises WrongState: when the table has no such step, or somebody was faster.
    """
    changes["state"] = flow.after(verb, row.state)
    if not type(row).objects.filter(pk=row.pk, state=row.state).update(**changes):
        raise WrongState(TOO_SLOW, code="payouts.was_faster")
    row.refresh_from_db()


def refuse_own(author_id: int | None, by: User, sentence: str) -> None:
    """Refuse that somebody decides about what they did themself.

    :raises NotAllowed: when they did.
    """
    if author_id == by.pk:
        raise NotAllowed(sentence, code="payouts.own_case")


def refuse_recipient(funding: Funding, by: User) -> None:
    """Refuse that somebody of the organization that gets the money decides about it.

    :raises NotAllowed: when they do.
    """
    if by.pk in grants.staff_of(funding):
        raise NotAllowed(
            "您是受资助组织的管理员，请由其他工作人员办理。", code="payouts.own_organization"
        )
