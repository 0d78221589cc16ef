"""Prove selections: ballots, results and awards agree with the rows they rest on."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from django.db.models import Count, F, Q

from voluncity.honor.awards.models import Award, Ballot, Category, Choice, Result, Selection
from voluncity.honor.awards.queries.results import standings
from voluncity.honor.awards.queries.voting import tally
from voluncity.honor.awards.rules import Place, Weights, places
from voluncity.honor.awards.states import AwardState, SelectionState, SetAsideState

SETTLED = (
    SelectionState.COUNTED, SelectionState.DECIDED, SelectionState.SHOWN, SelectionState.AWARDED,
)  # fmt: skip


def faults(*, limit: int = 20) -> list[str]:
    """Name the ballots, results and awards that do not agree (at most `limit`)."""
    return list(islice((fault for check in CHECKS for fault in check()), limit))


def _wrong_ballots() -> Iterator[str]:
    """Find ballots that name nobody, too many, or somebody of another category."""
    counted = Ballot.objects.annotate(number=Count("choices"))
    wrong = counted.filter(Q(number=0) | Q(number__gt=F("category__choices_most")))
    for pk, number in wrong.order_by("pk").values_list("pk", "number"):
        yield f"awards: ballot {pk} names {number}"
    strays = Choice.objects.exclude(nomination__category=F("ballot__category"))
    for pk in strays.order_by("pk").values_list("pk", flat=True):
        yield f"awards: choice {pk} names a nominee of another category"
    undecided = Ballot.objects.exclude(set_aside=None).exclude(
        set_aside__state=SetAsideState.GRANTED
    )
    for pk in undecided.order_by("pk").values_list("pk", flat=True):
        yield f"awards: ballot {pk} was set aside without a second person"


def _wrong_results() -> Iterator[str]:
    """Compute every settled result anew from reviews and ballots."""
    settled = Selection.objects.filter(state__in=SETTLED).order_by("pk")
    for selection in settled:
        votes = tally(selection)
        for category in selection.categories.all():
            yield from _wrong_places(category, votes)


def _wrong_places(category: Category, votes: dict[int, int]) -> Iterator[str]:
    kept = {
        one.nomination_id: (one.expert_points, one.votes, one.total, one.place, one.by_rule)
        for one in Result.objects.filter(nomination__category=category)
    }
    # Whoever took back their consent since then stays in the result, so that places do not move.
    anew = places(
        [one for one in standings(category, votes, with_hidden=True) if one.nomination_id in kept],
        Weights.of(category.selection), quota=category.quota, county_most=category.county_most,
    )  # fmt: skip
    told = {one.standing.nomination_id: _told(one) for one in anew}
    for pk in sorted(kept):
        if kept[pk] != told.get(pk):
            yield f"awards: result of nomination {pk} is {kept[pk]}, the rows say {told.get(pk)}"


def _told(one: Place) -> tuple[int, int, int, int, bool]:
    return (one.standing.expert, one.standing.votes, one.total, one.place, one.by_rule)


def _wrong_awards() -> Iterator[str]:
    """Find awards that nobody chose, and chosen ones without an award."""
    unchosen = Award.objects.exclude(nomination__result__is_chosen=True)
    for serial in unchosen.order_by("pk").values_list("serial", flat=True):
        yield f"awards: {serial} was given to somebody who was not chosen"
    # Whoever took the consent back between the decision and its confirmation gets none.
    shown = Result.objects.filter(
        is_chosen=True, nomination__award=None, nomination__hidden_at=None,
        nomination__category__selection__state__in=[SelectionState.SHOWN, SelectionState.AWARDED],
    )  # fmt: skip
    for pk in shown.order_by("pk").values_list("nomination_id", flat=True):
        yield f"awards: nomination {pk} was chosen and got no award"
    open_ones = Award.objects.filter(
        state=AwardState.SHOWN, selection__state=SelectionState.AWARDED
    )
    for serial in open_ones.order_by("pk").values_list("serial", flat=True):
        yield f"awards: {serial} is still shown, its selection is over"


CHECKS = (_wrong_ballots, _wrong_results, _wrong_awards)
