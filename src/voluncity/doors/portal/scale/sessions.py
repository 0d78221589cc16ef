"""When which team serves: three years of sessions and the weeks to come, the same each time."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from voluncity.doors.portal.scale.shape import (
    COMING_DAYS,
    DAYS,
    LEADERS,
    VERIFIED,
    Home,
    Shape,
    mix,
)

SEED = 305  # 5 March, the day of Lei Feng
# Of ten teams one patrols every few days with a handful of people, three meet weekly, six monthly.
# Sessions in three years (fewest, most, usual), and people who come (fewest, most).
BUSY = ((120, 620, 200), (8, 16))
WEEKLY = ((45, 120, 60), (15, 35))
MONTHLY = ((10, 36, 18), (25, 90))
STARTS = (480, 510, 510, 540, 840, 870, 1140)  # local minutes of the day
LENGTHS = (90, 120, 120, 150, 180, 210)
AFTERNOON, NOON = 870, 720
TWO_SHIFTS = 0.15
# Not everybody who signs up comes, and what is not yet confirmed is no hour yet.
SPARE = 1.035
CROWDED = 0.55  # at most this share of a neighborhood comes to one shift


class Session(NamedTuple):
    """One day of one team: one shift, or one before and one after noon."""

    day: int  # 0 is the first day of the story, DAYS is today
    start: int
    length: int
    home: int  # position in the list of homes
    crowds: tuple[int, ...]  # how many people sign up for each shift


def cadence(number: int) -> tuple[tuple[int, int, int], tuple[int, int]]:
    """Return how often a team serves, and with how many."""
    if number % 10 == 0:
        return BUSY
    return WEEKLY if number % 10 <= 3 else MONTHLY  # noqa: PLR2004 -- three of ten


def home_weight(number: int) -> float:
    """Return how large a team's neighborhood is beside the others."""
    base = {BUSY: 250, WEEKLY: 350, MONTHLY: 400}[cadence(number)]
    return base * (0.6 + (mix(number, 11) % 1000) / 1250)


def past(homes: tuple[Home, ...], shape: Shape) -> list[Session]:
    """Return everything that was done, oldest first; it makes at least `shape.records` records."""
    drafts = [draft for place, home in enumerate(homes) for draft in _of_home(place, home)]
    drafts.sort(key=lambda draft: draft[:2])
    wanted = int(shape.records * SPARE) + len(homes)
    whole = sum(sum(draft.crowds) for draft in drafts)
    return _fitted(drafts, homes, wanted / whole, wanted)


def _of_home(place: int, home: Home) -> list[Session]:
    random = Random(f"{SEED}sessions{home.number}")  # noqa: S311 -- a story, not a secret
    (fewest, most, usual), (low, high) = cadence(home.number)
    count = int(random.triangular(fewest, most, usual))
    days = sorted({int((n + random.random()) * DAYS / count) for n in range(count)})
    start, length = random.choice(STARTS), random.choice(LENGTHS)
    found = []
    for day in days:
        crowds = [random.randint(low, high)]
        if start < NOON and random.random() < TWO_SHIFTS:
            crowds.append(random.randint(low, high))
        found.append(Session(day, start, length, place, tuple(crowds)))
    return found


def _fitted(
    drafts: list[Session], homes: tuple[Home, ...], scale: float, wanted: int
) -> list[Session]:
    """Make the crowds larger or smaller until they make as many sign-ups as wanted."""
    fitted, carried = [], 0.0
    for draft in drafts:
        most = max(1, int((homes[draft.home].size * VERIFIED - LEADERS) * CROWDED))
        crowds = []
        for crowd in draft.crowds:
            exact = crowd * scale + carried
            fit = min(most, max(1, round(exact)))
            carried = exact - fit
            crowds.append(fit)
        fitted.append(draft._replace(crowds=tuple(crowds)))
    made = sum(sum(one.crowds) for one in fitted)
    if made < wanted:
        raise ValueError(f"{len(homes)} neighborhoods are too small for {wanted} sign-ups.")
    return fitted


def coming(homes: tuple[Home, ...], shape: Shape) -> list[Session]:
    """Return what people can sign up for in the next three weeks, the soonest first."""
    found = []
    for number in range(shape.coming):
        random = Random(f"{SEED}coming{number}")  # noqa: S311 -- a story, not a secret
        place, round_ = number % len(homes), number // len(homes)
        day = DAYS + 1 + (mix(place, 13) + 5 * round_) % COMING_DAYS
        start, length = random.choice(STARTS[:4]), random.choice(LENGTHS)
        shifts = 2 if random.random() < 0.6 else 1  # noqa: PLR2004 -- 4,000 shifts of 2,500
        crowds = tuple(random.randint(2, 14) for _ in range(shifts))
        found.append(Session(day, start, length, place, crowds))
    return sorted(found)


def shift_times(session: Session) -> list[tuple[int, int]]:
    """Return the local minutes of the day at which each shift starts and ends."""
    times = [(session.start, session.start + session.length)]
    if len(session.crowds) > 1:
        times.append((AFTERNOON, AFTERNOON + session.length))
    return times
