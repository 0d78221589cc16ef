"""What a project's progress means, and what texts about it must be; plain values in and out."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from voluncity.kernel.clock import day_bounds
from voluncity.kernel.text import clean, words
from voluncity.service.progress.states import Standing
from voluncity.service.projects.rules import whole_number
from voluncity.service.projects.states import OVER_STATES, RECRUITING_STATES

MOST_PEOPLE = 10_000_000
MOST_YUAN = 100_000_000
MOST_PROJECTS = 10_000
MOST_SESSIONS = 1_000_000
MOST_PHOTOS = 12
MOST_PAPERS = 5
FIRST_YEAR, LAST_YEAR = 2018, 2099
LIMITS = {
    "behind_points": "progress.behind_points",
    "grace_percent": "progress.grace_percent",
    "summary_days": "progress.summary_days",
    "remind_days": "progress.remind_days",
}
WHOLE = 100


@dataclass(frozen=True)
class Limits:
    """The city's numbers by which a project is on course or behind."""

    behind_points: int
    grace_percent: int
    summary_days: int
    remind_days: int


@dataclass(frozen=True)
class Figures:
    """What the records say about a project at one moment."""

    sessions: int = 0
    people_served: int = 0
    volunteers: int = 0  # different people
    visits: int = 0  # times that somebody came
    proven_minutes: int = 0
    entered_minutes: int = 0
    open_records: int = 0  # not in the books yet
    spent_fen: int = 0

    @property
    def minutes(self) -> int:
        """Return all minutes that are in the books."""
        return self.proven_minutes + self.entered_minutes

    @property
    def each_time(self) -> int:
        """Return how many volunteers came to a session on average, rounded half up."""
        return (2 * self.visits + self.sessions) // (2 * self.sessions) if self.sessions else 0

    def __add__(self, other: Figures) -> Figures:
        mine, theirs = asdict(self), asdict(other)
        return Figures(**{name: mine[name] + theirs[name] for name in mine})

    def kept(self) -> dict[str, int]:
        """Return the figures as they are stored in a summary."""
        return asdict(self)


def figures_from(kept: dict[str, Any] | None) -> Figures | None:
    """Return figures that were stored."""
    return Figures(**{name: int(value) for name, value in kept.items()}) if kept else None


def elapsed_percent(starts_on: date, ends_on: date, today: date) -> int:
    """Return how much of a project's days is over, counting today as not over."""
    days = (ends_on - starts_on).days + 1
    gone = min(max((today - starts_on).days, 0), days)
    return gone * WHOLE // days


def done_percent(sessions: int, planned: int) -> int:
    """Return how much of the planned sessions was held."""
    return min(sessions * WHOLE // planned, WHOLE) if planned else 0


def standing(
    *, state: str, starts_on: date, ends_on: date, planned: int, sessions: int, today: date,
    limits: Limits,
) -> Standing:  # fmt: skip
    """Return where a project stands against its plan.

    It is behind when the share of its sessions that was held lies more than `behind_points`
    below the share of its days that is over; not in its first `grace_percent`.
    """
    if state in OVER_STATES or today > ends_on:
        return Standing.OVER
    elapsed = elapsed_percent(starts_on, ends_on, today)
    done = done_percent(sessions, planned)
    if elapsed > limits.grace_percent and elapsed - done > limits.behind_points:
        return Standing.BEHIND
    return Standing.ON_COURSE if sessions else Standing.NOT_STARTED


def summary_due_at(ends_on: date, limits: Limits) -> datetime:
    """Return the instant after the last day on which a summary is in time."""
    return day_bounds(ends_on + timedelta(days=limits.summary_days))[1]


def owes_summary(state: str) -> bool:
    """Return whether a project in this state still has to hand in its summary."""
    return state in RECRUITING_STATES


@dataclass(frozen=True)
class SummaryText:
    """The four parts of a summary."""

    done: str = ""
    effect: str = ""
    problems: str = ""
    experience: str = ""


SUMMARY_PARTS = (
    ("done", "做了什么", 2000),
    ("effect", "服务成效", 1500),
    ("problems", "存在问题", 1500),
    ("experience", "经验做法", 2000),
)
WANTED_PARTS = {"done": "做了什么", "effect": "服务成效"}


def checked_summary(text: SummaryText) -> SummaryText:
    """Return the parts as they are stored; a draft may be half written.

    :raises BadInput: when one is too long.
    """
    cleaned = {
        name: words(getattr(text, name), name, label, most, wanted=False, long=True)
        for name, label, most in SUMMARY_PARTS
    }
    return replace(text, **cleaned)


def in_short(text: SummaryText) -> str:
    """Return the summary as one text, as the project's page shows it."""
    return f"{text.done}\n\n服务成效：{text.effect}"


def checked_article(title: str, body: str) -> tuple[str, str]:
    """Return title and body as they are stored: plain paragraphs.

    :raises BadInput: when one is empty or too long.
    """
    return words(title, "title", "标题", 60), words(body, "body", "正文", 8000, long=True)


def paragraphs(body: str) -> list[str]:
    """Return the paragraphs of a text."""
    return [line for line in body.split("\n") if line]


@dataclass(frozen=True)
class YearAims:
    """What a lead unit plans for a line and a year."""

    projects_wanted: int
    sessions_wanted: int
    words: str


def checked_year(aims: YearAims) -> YearAims:
    """Return the plan as it is stored.

    :raises BadInput: at the first field that breaks a rule.
    """
    whole_number(aims.projects_wanted, "projects_wanted", "计划项目数", 1, MOST_PROJECTS)
    whole_number(aims.sessions_wanted, "sessions_wanted", "计划开展次数", 1, MOST_SESSIONS)
    return replace(aims, words=words(aims.words, "words", "工作方案", 2000, long=True))


def checked_year_number(year: int) -> int:
    """Return a year for which one can plan.

    :raises BadInput: when it lies in another century.
    """
    return whole_number(year, "year", "年度", FIRST_YEAR, LAST_YEAR)


def reason(value: str, *, field: str = "reason", label: str = "原因", most: int = 300) -> str:
    """Return a reason as it is stored.

    :raises BadInput: when it is missing or too long.
    """
    return words(value, field, label, most)


def mark(submitted_at: datetime | None) -> str:
    """Return by what a page knows which handing in it shows; empty before the first."""
    return submitted_at.isoformat() if submitted_at is not None else ""


def aim_number(value: int | None, field: str, label: str, most: int) -> int | None:
    """Return a number that is aimed at, or none.

    :raises BadInput: when it is out of bounds.
    """
    return None if value is None else whole_number(value, field, label, 1, most)


def note(value: str, field: str, label: str, most: int) -> str:
    """Return a short text that may be empty.

    :raises BadInput: when it is too long.
    """
    return clean(value, max_length=most, field=field, label=label)
