"""Read scores: an expert their own, the office only what was handed in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from voluncity.city.people.models import User
from voluncity.city.policy import queries as policy
from voluncity.fund.calls.models import Application
from voluncity.fund.calls.states import DECIDED, AppState
from voluncity.fund.review.models import Decision, Opinion, Place, Review
from voluncity.fund.review.rules import Ranked, ranking
from voluncity.fund.review.states import SEATED, DecisionState, PlaceState, ReviewState
from voluncity.kernel.refusals import NotFound

REVIEWED = (AppState.ACCEPTED, *DECIDED)


def counted() -> QuerySet[Opinion]:
    """Return the scores that count: handed in, of the submission that counts, still in place."""
    found: QuerySet[Opinion] = Opinion.objects.filter(
        submitted_at__isnull=False,
        place__state=PlaceState.READING,
        submission=F("place__application__current"),
    )
    return found


def reviewed(review: Review) -> QuerySet[Application]:
    """Return the applications of a call that are reviewed, or were."""
    found: QuerySet[Application] = Application.objects.filter(call=review.call_id)
    was_given = Exists(Place.objects.filter(application=OuterRef("pk")))
    kept = found.filter(Q(state__in=REVIEWED) | Q(was_given), number__isnull=False)
    return kept.select_related("organization__region", "current", "call__fund").order_by("number")


@dataclass(frozen=True)
class Seat:
    """One expert of an application, with the score that counts once it was handed in."""

    place: Place
    opinion: Opinion | None
    is_void: bool  # what they handed in was of an older submission
    is_outlier: bool = False


@dataclass(frozen=True)
class Standing:
    """How far one application is: its experts, its scores, its place, its decision."""

    application: Application
    seats: tuple[Seat, ...]
    left: tuple[Place, ...]  # stepped back, or was replaced
    ranked: Ranked
    decision: Decision | None
    wanted: int

    @property
    def is_in_review(self) -> bool:
        """Return whether it is still reviewed: taken, and nobody has decided about it."""
        return self.application.state == AppState.ACCEPTED and self.decision is None

    @property
    def done(self) -> int:
        """Return how many scores count."""
        return len(self.ranked.totals)

    @property
    def missing(self) -> int:
        """Return how many experts are still to be found."""
        return max(self.wanted - len(self.seats), 0)

    @property
    def lacks(self) -> int:
        """Return how many scores are still missing."""
        return max(self.wanted - self.done, 0)


def standings(review: Review, *, on: date, only: Sequence[int] | None = None) -> list[Standing]:
    """Return every application of a review by its place, the best first.

    Nothing of a draft is in it: until it is handed in, a score is its author's alone.
    """
    applications = list(reviewed(review))
    scores = _scores(review)
    places = _places(review)
    decisions = {
        one.application_id: one
        for one in standing_decisions().filter(application__call=review.call_id)
    }
    limit = policy.number("review.outlier_points", on=on) * 100
    by_pk = {one.pk: one for one in applications}
    ranked = ranking(
        [(pk, [one.total or 0 for one in scores[pk].values()]) for pk in by_pk], limit=limit
    )
    return [
        _standing(review, by_pk[one.application_id], one, places, scores, decisions)
        for one in ranked
        if only is None or one.application_id in only
    ]


def _standing(
    review: Review,
    application: Application,
    ranked: Ranked,
    places: dict[int, list[Place]],
    scores: dict[int, dict[int, Opinion]],
    decisions: dict[int, Decision],
) -> Standing:
    mine = scores[application.pk]
    far = dict(zip(mine, ranked.outliers, strict=True))
    seats = tuple(
        Seat(one, mine.get(one.pk), _is_void(one, application), far.get(one.pk, False))
        for one in places[application.pk]
        if one.state in SEATED
    )
    left = tuple(one for one in places[application.pk] if one.state not in SEATED)
    return Standing(
        application, seats, left, ranked, decisions.get(application.pk), review.experts_each
    )


def _is_void(place: Place, application: Application) -> bool:
    handed_in = [one for one in place.opinions.all() if one.submitted_at is not None]
    return bool(handed_in) and all(one.submission_id != application.current_id for one in handed_in)


def _scores(review: Review) -> dict[int, dict[int, Opinion]]:
    found: dict[int, dict[int, Opinion]] = defaultdict(dict)
    rows = counted().filter(place__review=review).select_related("place", "criteria")
    for one in rows.prefetch_related("marks").order_by("place_id"):
        found[one.place.application_id][one.place_id] = one
    return found


def _places(review: Review) -> dict[int, list[Place]]:
    found: dict[int, list[Place]] = defaultdict(list)
    handed_in = Opinion.objects.filter(submitted_at__isnull=False)
    rows = review.places.select_related("expert").prefetch_related(
        Prefetch("opinions", queryset=handed_in)
    )
    for one in rows.order_by("pk"):
        found[one.application_id].append(one)
    return found


def standing_decisions() -> QuerySet[Decision]:
    """Return the decisions that did not fall."""
    found: QuerySet[Decision] = Decision.objects.exclude(state=DecisionState.OVERTURNED)
    return found


def is_decided(application_id: int) -> bool:
    """Return whether a decision about an application stands."""
    return standing_decisions().filter(application=application_id).exists()


def undecided(review: Review) -> QuerySet[Application]:
    """Return the applications of a review about which nobody has decided yet."""
    return (
        reviewed(review)
        .filter(state=AppState.ACCEPTED)
        .exclude(pk__in=standing_decisions().values("application_id"))
    )


def is_expert_of(application: Application, user: User) -> bool:
    """Return whether somebody reads an application, scored it, or stepped back from it."""
    mine = Place.objects.filter(application=application, expert=user)
    return mine.exclude(state=PlaceState.RELEASED).exists()


# -- An expert's own -------------------------------------------------------------------------------


def own_places(user: User) -> QuerySet[Place]:
    """Return what one expert reads or has to declare about, what ends soonest first.

    `is_decided` says whether a decision stands: then nothing is scored any more.
    """
    found: QuerySet[Place] = Place.objects.filter(expert=user).exclude(state=PlaceState.RELEASED)
    standing = standing_decisions().filter(application=OuterRef("application"))
    return (
        found.annotate(is_decided=Exists(standing))
        .select_related("review__call__fund", "application__organization", "application__current")
        .order_by("review__due_at", "pk")
    )


def own_place(user: User, pk: int) -> Place:
    """Return one of them; what was given to somebody else is not there.

    :raises NotFound: when it is not theirs.
    """
    found = own_places(user).select_related(
        "review__criteria", "application__call", "application__form"
    )
    place = found.filter(pk=pk).first()
    if place is None:
        raise NotFound("没有找到分给您的这份材料，请从评审任务里重新打开。")
    return place


def opinion_of(place: Place) -> Opinion | None:
    """Return what its expert has written about the submission that counts now."""
    found: Opinion | None = (
        place.opinions.filter(submission=place.application.current_id)
        .select_related("criteria")
        .prefetch_related("marks")
        .first()
    )
    return found


def void_opinions(place: Place) -> QuerySet[Opinion]:
    """Return what its expert handed in about older submissions."""
    older: QuerySet[Opinion] = place.opinions.exclude(submission=place.application.current_id)
    return older.filter(submitted_at__isnull=False)


@dataclass(frozen=True)
class Task:
    """One line of an expert's list."""

    place: Place
    opinion: Opinion | None
    is_open: bool

    @property
    def label(self) -> str:
        """Return what is to be done, or was."""
        if self.place.state == PlaceState.CONFLICTED:
            return "已回避"
        if self.opinion is not None and self.opinion.submitted_at is not None:
            return "已提交"
        if not self.is_open:
            return "已截止"
        if self.place.state == PlaceState.ASSIGNED:
            return "请先声明"
        return "草稿" if self.opinion is not None else "待评分"

    @property
    def tone(self) -> str:
        """Return how it looks."""
        return {"已提交": "good", "已回避": "neutral", "已截止": "neutral"}.get(self.label, "warn")


def tasks(user: User, *, at: datetime) -> list[Task]:
    """Return everything that was given to an expert, what is to be done first."""
    places = list(own_places(user))
    opinions = {
        (one.place_id, one.submission_id): one
        for one in Opinion.objects.filter(place__in=places).only(
            "place_id", "submission_id", "submitted_at"
        )
    }
    rows = [
        Task(one, opinions.get((one.pk, one.application.current_id or 0)), is_open(one, at=at))
        for one in places
    ]
    return sorted(rows, key=lambda one: (one.tone != "warn", one.place.review.due_at))


def is_open(place: Place, *, at: datetime) -> bool:
    """Return whether the expert of a place of `own_places` may still write."""
    return (
        place.review.state == ReviewState.OPEN
        and at < place.review.due_at
        and place.application.state == AppState.ACCEPTED
        and not getattr(place, "is_decided", False)
    )


def owed(*, at: datetime) -> QuerySet[Place]:
    """Return the places of open reviews whose score is still to come."""
    done = counted().values("place_id")
    decided = standing_decisions().values("application_id")
    found: QuerySet[Place] = (
        Place.objects.filter(
            review__state=ReviewState.OPEN,
            review__due_at__gt=at,
            state__in=SEATED,
            application__state=AppState.ACCEPTED,
        )
        .exclude(pk__in=done)
        .exclude(application__in=decided)
    )
    return found.select_related("review__call", "expert").order_by("review_id", "expert_id", "pk")
