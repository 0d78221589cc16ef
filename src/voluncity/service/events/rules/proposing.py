"""Propose who works where: as many places as possible, dear groups first, the same post again.

Each day is a matching of people to posts. Whoever comes may make somebody else move to another
post that suits them (augmenting paths, Kuhn 1955), so no proposal fills more places of a day.
Nobody who was placed loses the place by it. Better interviews choose first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Seat:
    """A post on a day with its free places."""

    key: int
    post: int
    group: int
    day: date
    free: int


@dataclass(frozen=True)
class Person:
    """Somebody who has confirmed; `fits` names the seats that nothing speaks against."""

    key: int
    days: frozenset[date]
    likes: tuple[int, ...] = ()
    fits: frozenset[int] = frozenset()
    score: int = 0


NO_FIT = "这一天没有适合的岗位：专长、培训或时间不合。"
ALL_FULL = "适合的岗位这一天都满了。"


@dataclass
class Proposal:
    """Who goes where, and why some do not."""

    seats: list[tuple[int, int]] = field(default_factory=list)  # (person, seat)
    left: list[tuple[int, date, str]] = field(default_factory=list)


def propose(people: Sequence[Person], seats: Sequence[Seat]) -> Proposal:
    """Return a proposal for every day that has seats."""
    proposal, last = Proposal(), dict[int, int]()
    for day in sorted({seat.day for seat in seats}):
        coming = sorted(
            (one for one in people if day in one.days), key=lambda one: (-one.score, one.key)
        )
        _day(coming, [seat for seat in seats if seat.day == day], day, last, proposal)
    return proposal


def _day(
    people: Sequence[Person],
    seats: Sequence[Seat],
    day: date,
    last: dict[int, int],
    proposal: Proposal,
) -> None:
    table = _Table(people, seats, last)
    for person in people:
        if not table.place(person.key, set()):
            proposal.left.append((person.key, day, _why(table, person)))
    for seat in seats:
        for key in table.taken[seat.key]:
            proposal.seats.append((key, seat.key))
            last[key] = seat.post


def _why(table: _Table, person: Person) -> str:
    return ALL_FULL if table.wishes[person.key] else NO_FIT


class _Table:
    """The seats of one day while they are given."""

    def __init__(
        self, people: Sequence[Person], seats: Sequence[Seat], last: dict[int, int]
    ) -> None:
        self.free = {seat.key: seat.free for seat in seats}
        self.taken: dict[int, list[int]] = defaultdict(list)
        self.wishes = {one.key: _wishes(one, seats, last.get(one.key)) for one in people}

    def place(self, person: int, tried: set[int]) -> bool:
        """Give somebody a seat, if need be by moving others; each seat is tried once."""
        for seat in self.wishes[person]:
            if seat in tried:
                continue
            tried.add(seat)
            if len(self.taken[seat]) < self.free[seat]:
                self.taken[seat].append(person)
                return True
            for at, other in enumerate(self.taken[seat]):
                if self.place(other, tried):
                    self.taken[seat][at] = person
                    return True
        return False


def _wishes(person: Person, seats: Sequence[Seat], last: int | None) -> list[int]:
    """Return the seats that fit, the dearest first."""
    rank = {group: place for place, group in enumerate(person.likes)}
    fitting = [seat for seat in seats if seat.key in person.fits and seat.free > 0]
    fitting.sort(
        key=lambda seat: (seat.post != last, rank.get(seat.group, len(rank)), -seat.free, seat.key)
    )
    return [seat.key for seat in fitting]
