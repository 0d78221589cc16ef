"""Where a funded project stands, for how long, whose turn it is, and what is late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from voluncity.fund.grants.models import Funding
from voluncity.fund.grants.states import AgreeStep, FundingState, Waits

S, W = FundingState, Waits
POLICIES = (
    "grants.sign_days", "grants.office_days", "grants.party_days", "grants.pause_days",
    "grants.remind_days", "grants.repeat_days", "grants.escalate_days",
)  # fmt: skip


class Stage(NamedTuple):
    """The stage in words, who has to act ("" when it is over), for how many days."""

    label: str
    waiting_for: str
    days: int

    @property
    def sentence(self) -> str:
        """Return the age as pages show it: 等待基金办公室已 3 天."""
        if not self.waiting_for:
            return ""
        return f"等待{Waits(self.waiting_for).label}已 {self.days} 天"


def stage(funding: Funding, at: datetime) -> Stage:
    """Return where a funded project stands."""
    return Stage(label(funding), funding.waiting_for, funding.days(at))


def label(funding: Funding) -> str:
    """Return the name of the stage; before the signing the step belongs to it."""
    name = str(S(funding.state).label)
    if funding.state == S.AGREEING:
        return f"{name}：{AgreeStep(funding.step).label}"
    return name


@dataclass(frozen=True)
class Delay:
    """Something that takes longer than it should: since which day, and how many days late."""

    since: date  # the first day that is too late
    days: int


def limit_days(funding: Funding, numbers: Mapping[str, int]) -> int | None:
    """Return how many days a stage may take before somebody is reminded; None: no such number.

    A running project is held by the days of its milestones, not by one number.
    """
    if funding.state in (S.AGREEING, S.CLOSING):
        if funding.waits_for == W.OFFICE:
            return numbers["grants.office_days"]
        is_signing = funding.step == AgreeStep.ISSUED and funding.state == S.AGREEING
        return numbers["grants.sign_days" if is_signing else "grants.party_days"]
    if funding.state == S.SUSPENDED:
        return numbers["grants.pause_days"]
    return None


def delay(since: date, limit: int, today: date) -> Delay | None:
    """Return by how much something that began on a day is late."""
    first = since + timedelta(days=limit + 1)
    return Delay(first, (today - first).days + 1) if today >= first else None


def late_milestone(milestone: Any, today: date) -> Delay | None:
    """Return by how much a planned milestone is late."""
    if milestone.is_accepted or today <= milestone.due_on:
        return None
    return Delay(milestone.due_on + timedelta(days=1), (today - milestone.due_on).days)


def turn(late: Delay, repeat_days: int) -> int:
    """Return the how-manieth reminder is due: the first at once, then every so many days."""
    return (late.days - 1) // repeat_days + 1
