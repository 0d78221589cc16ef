"""What the desk's pages show: plans, the board of a day, people, holes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet, Sum

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.people.models import User
from voluncity.city.stations.rules.mapping import Place
from voluncity.kernel.clock import local_date
from voluncity.service.rosters.models import (
    Assignment,
    Hole,
    LeftOut,
    Offer,
    Plan,
    Run,
    Slot,
    Turn,
    Wish,
)
from voluncity.service.rosters.rules import pointing
from voluncity.service.rosters.rules.recurrence import monday_of
from voluncity.service.rosters.states import OPEN_RUNS, WORKING_RUNS, OfferState
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import SignupState

MOST_TARGETS = 400


def plans_for(user: User) -> QuerySet[Plan]:
    """Return the plans for which the person plans activities, the used ones first."""
    found = Plan.objects.in_scope(scope_of(user, Permission.ACTIVITY_EDIT))
    plans: QuerySet[Plan] = found.select_related("project__organization").annotate(
        post_count=Count("posts", filter=Q(posts__retired_at=None), distinct=True),
        people_count=Count("wishes", filter=Q(wishes__left_at=None), distinct=True),
    )
    return plans.order_by("state", "-pk")


def open_run(plan: Plan) -> Run | None:
    """Return the draft that is not yet published or discarded."""
    return plan.runs.filter(state__in=OPEN_RUNS).order_by("-pk").first()


def post_map(plan: Plan, *, own: int = 0) -> pointing.Sheet | None:
    """Return the map of the posts that have a point; that with the id `own` stands out."""
    posts = plan.posts.filter(retired_at=None, lat__isnull=False).order_by("pk")
    places = [Place(pk, name, lat, lng) for pk, name, lat, lng in posts.values_list(
        "pk", "name", "lat", "lng"
    )]  # fmt: skip
    region = plan.region
    middle = (
        Place(0, region.name, region.lat, region.lng)
        if region.lat is not None and region.lng is not None
        else None
    )
    return pointing.sheet(places, middle=middle, own=own)


def last_runs(plan: Plan) -> list[Run]:
    """Return the newest drafts."""
    return list(plan.runs.select_related("made_by").order_by("-pk")[:5])


@dataclass(frozen=True)
class Coverage:
    """How the coming weeks stand."""

    turns: int
    places: int
    taken: int
    last: date | None

    @property
    def places_text(self) -> str:
        """Return the places as text."""
        return f"{self.places:,}"


def coverage(plan: Plan, *, at: datetime) -> Coverage:
    """Return how many turns are to come, and how many of their places are given."""
    coming = Turn.objects.filter(post__plan=plan, shift__starts_at__gt=at)
    sums = coming.aggregate(
        turns=Count("pk"), places=Sum("shift__capacity"), taken=Sum("shift__taken")
    )
    last = coming.order_by("-day").values_list("day", flat=True).first()
    return Coverage(sums["turns"], sums["places"] or 0, sums["taken"] or 0, last)


@dataclass
class Cell:
    """One turn on the board."""

    turn: Turn
    placed: list[Signup] = field(default_factory=list)
    drafted: list[Assignment] = field(default_factory=list)
    hole: Hole | None = None
    offers: dict[int, Offer] = field(default_factory=dict)

    @property
    def holders(self) -> list[tuple[Signup, Offer | None]]:
        """Return who has a place, with the search for a substitute where there is one."""
        return [(one, self.offers.get(one.pk)) for one in self.placed]

    @property
    def free(self) -> int:
        """Return how many places nobody has, in the draft either."""
        shift = self.turn.shift
        if shift is None:
            return 0
        taken = max(shift.taken, len(self.placed))  # some are kept for those who waited
        return max(0, shift.capacity - taken - len(self.drafted))


@dataclass(frozen=True)
class Row:
    """One post on the board, with a cell or None for each time."""

    post: Any
    cells: list[Cell | None]


@dataclass(frozen=True)
class Board:
    """One day: the times across, the posts down."""

    day: date
    slots: list[Slot]
    rows: list[Row]


def days_with_turns(plan: Plan, *, at: datetime) -> list[date]:
    """Return the days of this and the coming weeks that have turns."""
    first = monday_of(local_date(at))
    found = Turn.objects.filter(
        post__plan=plan, shift__isnull=False, day__range=(first, first + timedelta(weeks=9))
    )
    return list(found.order_by("day").values_list("day", flat=True).distinct())


def board(plan: Plan, day: date, run: Run | None) -> Board:
    """Return who stands where on a day: the places that are given, and those of a draft."""
    turns = list(
        Turn.objects.filter(post__plan=plan, day=day, shift__isnull=False)
        .select_related("post", "slot", "shift")
        .order_by("post_id", "slot__begins", "pk")
    )
    cells = {turn.pk: Cell(turn) for turn in turns}
    by_shift = {turn.shift_id: cells[turn.pk] for turn in turns}
    placed = Signup.objects.filter(shift__in=list(by_shift), state=SignupState.PLACED)
    for signup in placed.select_related("volunteer").order_by("pk"):
        by_shift[signup.shift_id].placed.append(signup)
    _add_offers(by_shift)
    _add_draft(cells, run)
    slots = sorted({turn.slot for turn in turns}, key=lambda slot: (slot.begins, slot.pk))
    rows: dict[int, Row] = {}
    place = {slot.pk: number for number, slot in enumerate(slots)}
    for turn in turns:
        row = rows.setdefault(turn.post_id, Row(turn.post, [None] * len(slots)))
        row.cells[place[turn.slot_id]] = cells[turn.pk]
    return Board(day, slots, list(rows.values()))


def _add_offers(by_shift: dict[int | None, Cell]) -> None:
    """Note for the leader who looks for a substitute, and why."""
    held = {one.pk: one for cell in by_shift.values() for one in cell.placed}
    offers = Offer.objects.filter(
        signup__in=list(held), state=OfferState.OPEN, signup__signed_up_at__lte=F("offered_at")
    )
    for offer in offers:
        by_shift[held[offer.signup_id].shift_id].offers[offer.signup_id] = offer


def _add_draft(cells: dict[int, Cell], run: Run | None) -> None:
    if run is None:
        return
    drafted = run.assignments.filter(turn__in=list(cells), signup=None)
    for one in drafted.select_related("volunteer").order_by("pk"):
        cells[one.turn_id].drafted.append(one)
    for hole in run.holes.filter(turn__in=list(cells)):
        cells[hole.turn_id].hole = hole


@dataclass(frozen=True)
class Result:
    """What a draft came to, all its weeks together."""

    wanted: int
    gap_percent: str
    seconds: str
    weeks_done: int
    is_proven: bool


def result(run: Run) -> Result:
    """Return places and proof of a draft: by how much a better one could be better at most."""
    weeks = list(run.weeks_done.all())
    value, bound = sum(w.value for w in weeks), sum(w.bound for w in weeks)
    gap = (value - bound) / max(1, abs(bound))
    return Result(
        wanted=sum(w.wanted for w in weeks),
        gap_percent=f"{gap * 100:.4f}".rstrip("0").rstrip(".") or "0",
        seconds=f"{sum(w.milliseconds for w in weeks) / 1000:.1f}",
        weeks_done=len(weeks),
        is_proven=value == bound,
    )


def left_out(run: Run) -> QuerySet[LeftOut]:
    """Return who has no turn, and why."""
    return run.left_out.select_related("volunteer").order_by("sentence", "pk")


def holes(run: Run) -> QuerySet[Hole]:
    """Return the places that stay empty, and why."""
    found = run.holes.select_related("turn__post", "turn__slot", "turn__shift")
    return found.order_by("turn__day", "turn__slot__begins", "pk")


def not_told(run: Run) -> QuerySet[Assignment]:
    """Return the first turn of each person whom no message could reach: they want a call."""
    found = run.assignments.filter(is_told=False).exclude(signup=None)
    first = found.values("volunteer").annotate(first=Min("pk")).values("first")
    return run.assignments.filter(pk__in=first).select_related("volunteer").order_by("pk")


def problems(run: Run) -> QuerySet[Assignment]:
    """Return the assignments that could not be published, and why."""
    found = run.assignments.exclude(problem="").select_related("volunteer", "turn__post")
    return found.order_by("turn__day", "pk")


@dataclass(frozen=True)
class Target:
    """A turn to which somebody could be moved."""

    turn: Turn
    free: int


def targets(run: Run, day: date) -> list[Target]:
    """Return the turns of a day with places left in the draft."""
    counted = run.assignments.filter(turn__day=day, signup=None).values_list("turn_id")
    drafted = Counter(dict(counted.annotate(n=Count("pk"))))
    turns = Turn.objects.filter(
        post__plan=run.plan_id, day=day, shift__isnull=False, shift__taken__lt=F("shift__capacity")
    ).select_related("post", "slot", "shift")
    return [
        Target(turn, turn.shift.capacity - turn.shift.taken - drafted[turn.pk])
        for turn in turns.order_by("slot__begins", "post_id")[:MOST_TARGETS]
        if turn.shift.capacity - turn.shift.taken > drafted[turn.pk]
    ]


def people_of(plan: Plan) -> QuerySet[Wish]:
    """Return who takes part, with how many times they can come."""
    found = plan.wishes.filter(left_at=None, volunteer__closed_at=None)
    wishes: QuerySet[Wish] = found.select_related("volunteer", "near").annotate(
        times=Count("free_slots", distinct=True)
    )
    return wishes.order_by("pk")


def turns_of_people(plan: Plan, volunteer_ids: list[int], *, at: datetime) -> dict[int, int]:
    """Return how many turns to come people have."""
    held = Signup.objects.filter(
        volunteer__in=volunteer_ids, state=SignupState.PLACED, shift__starts_at__gt=at,
        shift__roster_turn__post__plan=plan,
    )  # fmt: skip
    return dict(held.values_list("volunteer").annotate(n=Count("pk")).order_by())


def is_working(run: Run | None) -> bool:
    """Return whether a worker is at it."""
    return run is not None and run.state in WORKING_RUNS
