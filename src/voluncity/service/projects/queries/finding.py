"""Find something to do: a bounded number of candidates, ordered for the person who looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain, islice
from threading import Lock

from voluncity.city.people import queries as people
from voluncity.city.people.models import Volunteer
from voluncity.kernel.clock import local_date
from voluncity.service.projects.queries import choosing, live
from voluncity.service.projects.queries.catalogue import Catalogue, Entry, Slot, make_catalogue
from voluncity.service.projects.queries.ranking import (
    Candidate,
    Card,
    Viewer,
    candidate_of,
    in_order,
    reasons_of,
)
from voluncity.service.projects.queries.shifts import Filters

# So many activities are weighed for one person; the soonest ones, or the nearest when asked so.
CANDIDATES = 200
SHIFTS = 2_000


Order = Sequence[tuple[Candidate, Slot]]


@dataclass(frozen=True)
class Found:
    """What was found, best first, and whether more than the candidates would fit."""

    order: Order
    taken: dict[str, int]
    is_cut: bool
    viewer: Viewer
    today: date

    def __len__(self) -> int:
        return len(self.order)

    @property
    def cards(self) -> list[Card]:
        """Return all cards."""
        return self[:]

    def __getitem__(self, part: slice) -> list[Card]:
        """Return some of the cards; only these are put into words."""
        return [self._card(candidate, slot) for candidate, slot in self.order[part]]

    def _card(self, candidate: Candidate, slot: Slot) -> Card:
        entry, meters = candidate.entry, candidate.meters
        reasons = reasons_of(entry, slot, meters, self.viewer, today=self.today)
        others = len(candidate.slots) - 1
        return Card(
            entry, slot, others, meters, reasons, self.taken.get(str(slot.pk), slot.capacity)
        )


@dataclass(frozen=True, eq=False)
class Choice:
    """The candidates of one search, weighed but for the free places."""

    candidates: list[Candidate]
    is_cut: bool
    capacities: list[tuple[str, int, int]]  # of each shift, whose number is there twice
    shift_ids: str
    orders: dict[frozenset[int], Order] = field(default_factory=dict)

    def order(self, full: frozenset[int], sort: str) -> Order:
        """Return the candidates in order; the same as before until another shift fills up."""
        found = self.orders.get(full)
        if found is None:
            self.orders.clear()
            found = self.orders[full] = in_order(self.candidates, full, sort)
        return found


class _Shelf:
    """Holds this process's newest catalogue."""

    def __init__(self) -> None:
        self.catalogue: Catalogue | None = None
        self.lock = Lock()

    def fits(self, edition: int, at: datetime) -> Catalogue | None:
        """Return the catalogue if it is of this edition and does not begin after `at`."""
        held = self.catalogue
        is_good = held is not None and held.edition == edition and held.made_at <= at
        return held if is_good else None


_shelf = _Shelf()


def catalogue_now(*, at: datetime) -> Catalogue:
    """Return everything that can be found, as it is now; made anew only when it has changed."""
    edition = live.newest_edition()
    held = _shelf.fits(edition, at)
    if held is None:
        with _shelf.lock:  # the other threads wait for the one that makes it
            held = _shelf.fits(edition, at) or make_catalogue(at=at)
            _shelf.catalogue = held
    return held


def find(
    filters: Filters, *, viewer: Volunteer | None, at: datetime, among: Catalogue | None = None
) -> Found:
    """Return the open activities that fit, in the order that suits the person."""
    catalogue = among or catalogue_now(at=at)
    full = live.full_shifts(at=at) if filters.free_only else frozenset()
    known = _viewer(viewer, filters, catalogue, at=at)
    choice = _choice(catalogue, filters, known, full, at=at)
    taken = live.places_taken(choice.shift_ids)
    return _found(choice, taken, known, filters, today=local_date(at))


def _found(
    choice: Choice, taken: dict[str, int], viewer: Viewer, filters: Filters, *, today: date
) -> Found:
    # A shift that is gone since the catalogue was made has no free place.
    full = frozenset(
        [pk for key, pk, places in choice.capacities if taken.get(key, places) >= places]
    )
    order = choice.order(full, filters.sort)
    if filters.free_only:  # some may have filled up since they were chosen
        order = [(candidate, slot) for candidate, slot in order if slot.pk not in full]
    return Found(order, taken, choice.is_cut, viewer, today)


def _viewer(
    volunteer: Volunteer | None, filters: Filters, catalogue: Catalogue, *, at: datetime
) -> Viewer:
    """Return what is known about the person: place, age, free times, skills, intentions."""
    point = None
    if filters.lat is not None and filters.lng is not None:
        point = (filters.lat, filters.lng)
    if volunteer is None:
        return Viewer(point=point, is_exact=point is not None)
    wishes = live.wishes_of(volunteer.pk)
    return Viewer(
        point=point or catalogue.middles.get(volunteer.region_id),
        is_exact=point is not None,
        age=people.age(volunteer, local_date(at)),
        free_times=wishes.free_times,
        skill_ids=wishes.skill_ids,
        category_ids=wishes.category_ids,
    )


def _choice(
    catalogue: Catalogue, filters: Filters, viewer: Viewer, full: frozenset[int], *, at: datetime
) -> Choice:
    """Return the weighed candidates; the same ones for the same question until a shift begins."""
    begun, today = catalogue.begun(at), local_date(at)
    key = (filters, viewer, full, begun, today, CANDIDATES)
    found: Choice | None = catalogue.memo.get(key)
    if found is None:
        fits = choosing.fits_of(filters, catalogue, point=viewer.point, today=today, full=full)
        to_come = islice(catalogue.slots, begun, None)
        if filters.sort == "near" and viewer.point:
            entries, is_cut = choosing.nearest(to_come, fits, CANDIDATES, viewer.point)
        else:
            entries, is_cut = choosing.soonest(to_come, fits, CANDIDATES)
        groups = {
            entry: [s for s in catalogue.slots_of[entry] if s.starts_at > at and fits.slot(s)]
            for entry in entries
        }
        found = _weighed(_bounded(groups), filters, viewer, today=today, is_cut=is_cut)
        catalogue.remember(key, found)
    return found


def _bounded(groups: dict[Entry, list[Slot]]) -> dict[Entry, list[Slot]]:
    """Leave out the last shifts where there are too many of them."""
    if sum(map(len, groups.values())) <= SHIFTS:
        return groups
    kept = sorted(chain.from_iterable(groups.values()), key=lambda slot: slot.starts_at)[:SHIFTS]
    bounded: dict[Entry, list[Slot]] = {}
    for slot in kept:
        bounded.setdefault(slot.entry, []).append(slot)
    return bounded


def _weighed(
    groups: dict[Entry, list[Slot]], filters: Filters, viewer: Viewer, *, today: date, is_cut: bool
) -> Choice:
    weighed = [candidate_of(*group, viewer, today=today) for group in groups.items()]
    if filters.within_km and viewer.point:
        reach = filters.within_km * 1000
        weighed = [one for one in weighed if one.meters is not None and one.meters <= reach]
    slots = [slot for one in weighed for slot, _ in one.slots]
    capacities = [(str(slot.pk), slot.pk, slot.capacity) for slot in slots]
    return Choice(weighed, is_cut, capacities, live.packed(slot.pk for slot in slots))
