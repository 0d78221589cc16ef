"""Take one step of the table: the update decides, the history and the journal say so."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.fund.closings import queries
from voluncity.fund.closings.models import Closing, Move
from voluncity.fund.closings.rules import REASON_MOST
from voluncity.fund.closings.states import CLOSING_FLOW, LABELS, WRITABLE
from voluncity.fund.grants import actions as grants
from voluncity.fund.grants.models import Funding
from voluncity.fund.reports.models import Tracking
from voluncity.kernel.clock import CITY_TZ
from voluncity.kernel.refusals import NotAllowed, WrongState
from voluncity.kernel.text import words as clean_words


def step(
    closing: Closing, verb: str, *, by: User | None, at: datetime, words: str = "", **changes: Any
) -> Closing:
    """Take one step, if nobody has changed the closing since it was read.

    :raises WrongState: when the table has no such step, or somebody was faster.
    """
    changes["state"] = CLOSING_FLOW.after(verb, closing.state)
    return write(closing, verb, by=by, at=at, words=words, **changes)


def write(
    closing: Closing, verb: str, *, by: User | None, at: datetime, words: str = "", **changes: Any
) -> Closing:
    """Change a closing without a step, if nobody has changed it since it was read.

    :raises WrongState: when somebody was faster.
    """
    if by is not None:
        changes |= {"changed_by": by, "changed_at": at}
    same = Closing.objects.filter(pk=closing.pk, state=closing.state, edition=closing.edition)
    if not same.update(edition=F("edition") + 1, **changes):
        raise was_faster(closing.pk)
    closing.refresh_from_db(fields=["edition", *changes])
    note(closing, verb, by=by, at=at, words=words)
    return closing


def hold(closing: Closing, seen: int) -> None:
    """Take the closing's row, if it is still as it was read.

    :raises WrongState: when it is not.
    """
    same = Closing.objects.filter(pk=closing.pk, state=closing.state, edition=seen)
    if closing.edition != seen or not same.update(edition=F("edition")):
        raise was_faster(closing.pk)


def take(closing: Closing, *states: str) -> None:
    """Take the row of a closing that stands in one of these states, whatever its edition.

    So what hangs on it changes only while it stands there.
    :raises WrongState: when it stands elsewhere.
    """
    open_ones = Closing.objects.filter(pk=closing.pk, state__in=states or WRITABLE)
    if not open_ones.update(edition=F("edition") + 1):
        raise was_faster(closing.pk)
    closing.refresh_from_db(fields=["edition", "state", "content", "result", "taken_at"])


def hold_project(funding: Funding) -> Funding:
    """Take the rows of a project and of its reports: nobody moves its money meanwhile."""
    kept, _ = Tracking.objects.get_or_create(funding=funding)
    Tracking.objects.filter(pk=kept.pk).update(edition=F("edition") + 1)
    Funding.objects.filter(pk=funding.pk).update(edition=F("edition"))
    found: Funding = Funding.objects.select_related(
        "fund__region", "organization", "serves", "region"
    ).get(pk=funding.pk)
    return found


def was_faster(pk: int) -> WrongState:
    """Return the refusal that names who changed the closing, and when."""
    now = Closing.objects.select_related("changed_by").get(pk=pk)
    when = now.changed_at.astimezone(CITY_TZ)
    who = f"{now.changed_by} " if now.changed_by else ""
    return WrongState(
        f"{who}在 {when:%m月%d日 %H:%M} 办理过这份结项，现在是“{now.get_state_display()}”。"
        "请看过最新的内容再办理。",
        code="closings.was_faster",
    )


def note(
    closing: Closing, verb: str, *, by: User | None, at: datetime, words: str = "", **ids: int
) -> None:
    """Write down what happened: with its words for the page, with ids for the journal."""
    if verb in LABELS:  # saving a draft is no move
        Move.objects.create(closing=closing, verb=verb, at=at, by=by, words=words[:REASON_MOST])
    record(
        f"closings.{verb}", ("funding_closing", closing.pk), by=by, at=at,
        **{"funding": closing.funding_id, **ids},  # type: ignore[arg-type]
    )  # fmt: skip


def refuse_own(funding: Funding, by: User) -> None:
    """Let nobody decide about a project of an organization to which they belong.

    :raises NotAllowed: when they do.
    """
    handed_in = set(
        Closing.objects.filter(funding=funding).values_list("submissions__made_by", flat=True)
    )
    if by.pk in queries.involved(funding) | handed_in:
        raise NotAllowed(
            "您是受资助方的人员，或者为它提交过报告，请由基金办公室的另一位同事办理。",
            code="closings.own",
        )


def turn(closing: Closing, who: str, *, at: datetime) -> None:
    """Say in the funded project who has to act next."""
    funding = Funding.objects.get(pk=closing.funding_id)
    if funding.is_live:
        grants.wait_for(funding=funding, who=who, at=at)


def said(text: str, label: str, *, most: int = REASON_MOST, field: str = "words") -> str:
    """Return words that must be there.

    :raises BadInput: when they are missing or too long.
    """
    return clean_words(text, field, label, most, long=True)
