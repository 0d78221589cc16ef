"""Read selections: for everybody, for the desk, and what waits there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Min, Q, QuerySet

from voluncity.city.access.permissions import Permission, Role
from voluncity.city.access.queries import grants_of, scope_of
from voluncity.city.access.scopes import Scope
from voluncity.city.people import queries as people
from voluncity.city.people.models import User
from voluncity.honor.awards.models import Category, Nomination, Selection
from voluncity.honor.awards.rules import WAITS_FOR
from voluncity.honor.awards.states import (
    PUBLIC,
    RUNNING,
    NominationState,
    Phase,
    SelectionState,
)
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.kernel.text import clean

WORDS_MOST = 60
_ONE = (
    "category__selection__region", "volunteer", "nominee_organization", "project__organization",
    "community", "home", "organization", "region", "photo",
)  # fmt: skip


def listed(scope: Scope) -> QuerySet[Selection]:
    """Return the selections within reach, the newest first, with how many were put forward."""
    found: QuerySet[Selection] = Selection.objects.in_scope(scope)
    handed_in = ~Q(categories__nominations__state=NominationState.DRAFT)
    return (
        found.select_related("region")
        .annotate(
            nominees=Count("categories__nominations", filter=handed_in, distinct=True),
            waiting=Count(
                "categories__nominations",
                filter=Q(categories__nominations__state=NominationState.CHECKING),
                distinct=True,
            ),
        )
        .order_by("-year", "-pk")
    )


def public_selections() -> QuerySet[Selection]:
    """Return what runs now and everybody may follow, that which ends first at the top."""
    found: QuerySet[Selection] = Selection.objects.filter(state__in=RUNNING)
    return found.select_related("region").order_by("vote_until", "pk")


def public_selection(pk: int) -> Selection:
    """Return one selection that everybody may see.

    :raises NotFound: for a draft, a cancelled one, or none.
    """
    found = Selection.objects.filter(pk=pk, state__in=PUBLIC).select_related("region").first()
    if found is None:
        raise NotFound("没有找到这项评选，请回到评选列表看看。")
    return found  # type: ignore[no-any-return]  # the scoped manager is untyped


def categories_of(selection: Selection) -> list[Category]:
    """Return the categories in their order; each knows its selection."""
    found = list(selection.categories.all())
    for one in found:
        one.selection = selection
    return found


def shows_nominees(selection: Selection, *, on: date) -> bool:
    """Return whether everybody may read who takes part: from the end of nominations on."""
    if selection.state not in PUBLIC:
        return False
    is_early = selection.phase(on) in {Phase.COMING, Phase.NOMINATING}
    return selection.state != SelectionState.PUBLISHED or not is_early


def detailed() -> Any:
    """Return nominations with everything that a page about one shows."""
    return Nomination.objects.select_related(*_ONE, "made_by", "decided_by", "consented_by")


def open_nominees(selection: Selection) -> dict[int, list[Nomination]]:
    """Return category → who takes part, by number; nobody whose consent was taken back."""
    rows = Nomination.objects.filter(
        category__selection=selection, state=NominationState.ADMITTED, hidden_at=None
    ).select_related(*_ONE)
    found: dict[int, list[Nomination]] = {}
    for one in rows.order_by("number"):
        found.setdefault(one.category_id, []).append(one)
    return found


def mine(user: User, *, on: date) -> list[Nomination]:
    """Return what concerns somebody: themself, their children, what they speak for."""
    theirs = Q(volunteer__in=people.records_for(user, on=on))
    for grant in grants_of(user):
        if grant.role == Role.ORG_ADMIN and grant.organization is not None:
            theirs |= Q(nominee_organization__path__startswith=grant.organization.path)
            theirs |= Q(project__organization__path__startswith=grant.organization.path)
        if grant.role == Role.COMMUNITY_WORKER and grant.region is not None:
            theirs |= Q(community__path__startswith=grant.region.path)
    found = detailed().filter(
        (theirs & ~Q(state=NominationState.DRAFT)) | Q(is_self=True, made_by=user)
    )
    return list(found.select_related("award").order_by("-pk").distinct())


def waiting(scope: Scope) -> QuerySet[Nomination]:
    """Return what waits for the office to be checked (`waits_since`)."""
    found: QuerySet[Nomination] = Nomination.objects.in_scope(scope)
    return found.filter(
        state=NominationState.CHECKING,
        category__selection__state=SelectionState.PUBLISHED,
    )


@dataclass(frozen=True)
class Filters:
    """What the nominations of a desk are narrowed to."""

    category: int | None = None
    state: str = ""
    words: str = ""


def desk_nominations(user: User, selection: Selection, filters: Filters) -> QuerySet[Nomination]:
    """Return the nominations of a selection that a desk sees: the office all that were handed in,
    others what was put forward from within their own reach."""
    found = detailed().filter(category__selection=selection)
    office = Nomination.objects.in_scope(scope_of(user, Permission.AWARD_EDIT))
    own = Nomination.objects.put_forward_in(scope_of(user, Permission.AWARD_NOMINATE))
    found = found.filter(
        Q(pk__in=office.exclude(state=NominationState.DRAFT).values("pk"))
        | Q(pk__in=own.values("pk"))
    )
    if filters.category is not None:
        found = found.filter(category=filters.category)
    if filters.state in NominationState.values:
        found = found.filter(state=filters.state)
    for word in clean(filters.words)[:WORDS_MOST].split():
        found = found.filter(
            Q(volunteer__name__icontains=word)
            | Q(nominee_organization__name__icontains=word)
            | Q(project__name__icontains=word)
            | Q(community__name__icontains=word)
            | Q(headline__icontains=word)
        )
    ordered: QuerySet[Nomination] = found.order_by("category__position", "number", "pk")
    return ordered


@dataclass(frozen=True)
class Pile:
    """What waits in a selection, for whom, since when."""

    label: str
    whom: str
    number: int
    days: int
    query: str


def board(selection: Selection, *, at: datetime) -> list[Pile]:
    """Return what waits in a running selection, the longest first."""
    rows = (
        Nomination.objects.filter(category__selection=selection, state__in=list(WAITS_FOR))
        .exclude(state=NominationState.DRAFT)
        .values_list("state")
        .annotate(number=Count("pk"), since=Min("waits_since"))
        .order_by("since")
    )
    return [
        Pile(
            label=NominationState(state).label, whom=WAITS_FOR[NominationState(state)],
            number=number, days=(local_date(at) - local_date(since)).days,
            query=f"?state={state}",
        )
        for state, number, since in rows
    ]  # fmt: skip


def phase_steps(selection: Selection, today: date) -> tuple[Sequence[str], int]:
    """Return the way of a selection in words, and at which of them it is now (from 1)."""
    names = ("推荐", "审核", "投票", "评定", "公示", "表彰")
    places: dict[str, int] = {
        Phase.COMING: 1, Phase.NOMINATING: 1, Phase.REVIEWING: 2, Phase.VOTING: 3,
        Phase.CLOSING: 4, Phase.DECIDING: 4,
    }  # fmt: skip
    fixed: dict[str, int] = {
        SelectionState.DRAFT: 1, SelectionState.COUNTED: 4, SelectionState.DECIDED: 4,
        SelectionState.SHOWN: 5, SelectionState.AWARDED: 6,
    }  # fmt: skip
    return names, fixed.get(selection.state) or places[selection.phase(today)]
