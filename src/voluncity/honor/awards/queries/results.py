"""Read what scores and votes come to, awards, and the page of honor."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Q, QuerySet

from voluncity.city.people import queries as people
from voluncity.city.people.models import Volunteer
from voluncity.honor.awards.models import (
    Award,
    Category,
    Nomination,
    Result,
    Review,
    Selection,
)
from voluncity.honor.awards.queries.voting import tally
from voluncity.honor.awards.rules import Standing, county_of, mean
from voluncity.honor.awards.states import AwardState, NominationState, ReviewState
from voluncity.kernel.refusals import NotFound
from voluncity.kernel.text import half_width_digits

_ONE = (
    "selection__region", "nomination__category", "nomination__volunteer", "nomination__photo",
    "nomination__home", "nomination__organization", "nomination__region",
)  # fmt: skip


def standings(
    category: Category, votes: dict[int, int] | None = None, *, with_hidden: bool = False
) -> list[Standing]:
    """Return what is known of everybody who takes part in a category, from the rows themselves.

    Scores of an older version of a story do not count.
    """
    counted = tally(category.selection) if votes is None else votes
    given = _scores(category)
    kept = dict(
        Result.objects.filter(nomination__category=category).values_list(
            "nomination_id", "office_points"
        )
    )
    nominees = Nomination.objects.filter(number__isnull=False, category=category)
    if not with_hidden:
        nominees = nominees.filter(state=NominationState.ADMITTED, hidden_at=None)
    return [
        Standing(
            nomination_id=one.pk, county=county_of(one.home.path), number=one.number or 0,
            expert=mean(given[one.pk]), reviews=len(given[one.pk]), votes=counted.get(one.pk, 0),
            office=kept.get(one.pk, 0),
        )
        for one in nominees.select_related("home").order_by("number")
    ]  # fmt: skip


def _scores(category: Category) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    rows = Review.objects.filter(
        nomination__category=category, state=ReviewState.SUBMITTED, judge__removed_at=None
    ).values_list("nomination_id", "points", "version", "nomination__version")
    for pk, points, version, current in rows:
        if version == current and points is not None:
            found[pk].append(points)
    return found


def results_of(selection: Selection) -> QuerySet[Result]:
    """Return the results, category by category, the best first."""
    return (
        Result.objects.filter(nomination__category__selection=selection)
        .select_related(
            "nomination__category", "nomination__volunteer", "nomination__nominee_organization",
            "nomination__project", "nomination__community", "nomination__home",
            "nomination__organization", "nomination__region",
        )
        .order_by("nomination__category__position", "place", "nomination__number")
    )  # fmt: skip


def awards_of_selection(selection: Selection) -> QuerySet[Award]:
    """Return what was given, in the order of the categories."""
    found: QuerySet[Award] = Award.objects.filter(selection=selection)
    return found.select_related(*_ONE).order_by(
        "nomination__category__position", "nomination__result__place", "nomination__number"
    )


def honor_years() -> list[int]:
    """Return the years in which somebody was awarded, the newest first."""
    found = Award.objects.filter(state=AwardState.EFFECTIVE).values_list("year", flat=True)
    return sorted(set(found), reverse=True)


def honored(year: int) -> QuerySet[Award]:
    """Return everybody who was awarded in a year and still is."""
    found: QuerySet[Award] = Award.objects.filter(state=AwardState.EFFECTIVE, year=year)
    return found.select_related(*_ONE).order_by(
        "selection", "nomination__category__position", "nomination__number"
    )


def awards_of(volunteer: Volunteer) -> QuerySet[Award]:
    """Return what a person was given, also in records merged into theirs."""
    found: QuerySet[Award] = Award.objects.filter(
        Q(nomination__volunteer__in=people.records_of(volunteer)),
        state__in=[AwardState.EFFECTIVE, AwardState.REVOKED],
    )
    return found.select_related(*_ONE).order_by("-year", "-pk")


def found_award(serial: str) -> Award:
    """Return the award that somebody wants to check by the number on its certificate.

    :raises NotFound: when there is none of this number, or it does not count yet.
    """
    wanted = half_width_digits(serial).strip().upper()[:20]
    award: Award | None = (
        Award.objects.filter(serial=wanted, state__in=[AwardState.EFFECTIVE, AwardState.REVOKED])
        .select_related(*_ONE)
        .first()
    )
    if award is None:
        raise NotFound("没有查到这份证书，请核对证书编号。", code="awards.no_certificate")
    return award
