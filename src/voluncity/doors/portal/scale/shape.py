"""How large the city of a factor is, and who belongs where; plain numbers without Django."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

# Puyang: the volunteers, teams and projects of its yearly report; what it did not count is
# chosen so that finding and confirming are as they would be there.
PUYANG = {
    "volunteers": 750_000,
    "teams": 2_022,
    "projects": 3_532,
    "records": 3_000_000,
    "coming": 2_500,
}
DAYS = 3 * 365
COMING_DAYS = 21
LEAST_TEAMS, LEAST_COMING = 3, 6
MOST_FACTOR, LEAST_FACTOR = 1.0, 0.001
# Positions in a team's neighborhood: two leaders, then those who come most often.
LEADERS = 2
BORN_IN = 0.6  # this share was registered before the first day, the others came year by year
VERIFIED = 0.96  # the last of a neighborhood wait for the real-name check, or failed it
MEMBERS = 0.6  # this share belongs to the team itself

_MASK = (1 << 64) - 1


@dataclass(frozen=True)
class Shape:
    """The sizes of one city."""

    volunteers: int
    teams: int
    projects: int
    records: int
    coming: int

    @classmethod
    def of(cls, factor: float) -> Shape:
        """Return the sizes of a city that is so many times Puyang."""
        sizes = {name: round(count * factor) for name, count in PUYANG.items()}
        teams = max(LEAST_TEAMS, sizes["teams"])
        return cls(
            volunteers=sizes["volunteers"],
            teams=teams,
            projects=max(teams, sizes["projects"]),
            records=sizes["records"],
            coming=max(LEAST_COMING, sizes["coming"]),
        )


class Face(NamedTuple):
    """What an activity looks like, with the text by which it is found."""

    name: str
    description: str
    address: str
    search_text: str


class Running(NamedTuple):
    """A project of a team, until when it ran, and how its activities look."""

    id: int
    until: int  # day of the city's story
    faces: tuple[Face, ...]


@dataclass(frozen=True)
class Home:
    """A team and the neighborhood it draws from: volunteers number `first` to `first + size - 1`.

    Everybody has one home, and a home is never at two places at once: so nobody's hours overlap.
    """

    number: int
    first: int
    size: int
    organization: int
    projects: tuple[Running, ...]  # the first one runs on, others may be closed
    region: int
    lat: float
    lng: float

    @property
    def members(self) -> int:
        """Return how many of the neighborhood belong to the team."""
        return max(LEADERS + 1, int(self.size * MEMBERS))


@dataclass(frozen=True)
class Facts:
    """Everything that generating needs to know of the database; can be sent to a process."""

    shape: Shape
    homes: tuple[Home, ...]
    now: datetime
    today: date
    first_day: date
    # Ids that this build may use from here on.
    user0: int
    volunteer0: int
    activity0: int
    shift0: int
    signup0: int
    record0: int
    transfer0: int
    award0: int
    entry0: int
    sequence0: int
    hash0: str
    # Reference rows of this city.
    communities: tuple[int, ...]
    rungs: tuple[tuple[int, int], ...]  # (stars, minutes)
    due: dict[date, date]  # served on → must be complete on
    share_percent: int
    city_code: str
    data_keys: tuple[bytes, ...]
    index_key: bytes

    def leader(self, home: Home, which: int = 0) -> int:
        """Return the account of a team's first or second leader."""
        return self.user0 + home.first + which

    def accounts(self) -> bytearray:
        """Return for each volunteer whether they have an account; leaders always have."""
        flags = bytearray(has_account(position) for position in range(self.shape.volunteers))
        for home in self.homes:
            flags[home.first : home.first + LEADERS] = b"\1" * LEADERS
        return flags


def mix(number: int, salt: int = 305) -> int:
    """Return 64 bits that look random and are the same each time."""
    bits = (number * 0x9E3779B97F4A7C15 + salt * 0xD1B54A32D192ED03) & _MASK
    bits = ((bits ^ (bits >> 31)) * 0xBF58476D1CE4E5B9) & _MASK
    return bits ^ (bits >> 29)


def has_account(position: int) -> bool:
    """Return whether a volunteer signs in themself; the others were entered at a desk."""
    return mix(position, 7) % 10 < 7  # noqa: PLR2004 -- seven of ten


def shares(weights: Sequence[float], total: int, least: int) -> list[int]:
    """Share out a total by weight, each at least so much; the last takes what rounding left."""
    spare = total - least * len(weights)
    whole = sum(weights)
    parts = [least + int(spare * weight / whole) for weight in weights]
    parts[-1] += total - sum(parts)
    return parts
