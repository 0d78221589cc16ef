"""Read needs and pledges: for everybody, for takers, for organizers and offices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.urls import reverse

from voluncity.city.access import personal
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import may, people_with, scope_of
from voluncity.city.access.scopes import Scope
from voluncity.city.orgs import queries as orgs
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.rules import OpenWork
from voluncity.city.people import queries as people
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions.models import Region
from voluncity.kernel.clock import day_bounds
from voluncity.kernel.text import clean, number_in
from voluncity.service.pledges.models import Adoption, Need, Pledge, amount_text
from voluncity.service.pledges.states import (
    LIVE,
    RECEIVED,
    AdoptionState,
    NeedKind,
    NeedState,
    PledgeState,
)
from voluncity.service.projects import queries as projects
from voluncity.service.projects.models import Project
from voluncity.service.projects.states import PUBLIC_STATES, RECRUITING_STATES

WORDS_MOST = 60
P = Permission
S = PledgeState


# -- Everybody ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for among the open needs; empty means everything."""

    kind: str = ""
    region: Region | None = None
    line_id: int | None = None
    project_id: int | None = None
    words: str = ""


def open_needs(wanted: Wanted, *, today: date) -> QuerySet[Need]:
    """Return the needs of which a part may be taken on today, the soonest first."""
    found = Need.objects.filter(
        state=NeedState.OPEN, due_on__gte=today, taken__lt=F("wanted"),
        project__state__in=RECRUITING_STATES,
    )  # fmt: skip
    if wanted.kind in NeedKind.values:
        found = found.filter(kind=wanted.kind)
    if wanted.region is not None:
        found = found.filter(project__organization__region__path__startswith=wanted.region.path)
    if wanted.line_id is not None:
        found = found.filter(project__line=wanted.line_id)
    if wanted.project_id is not None:
        found = found.filter(project=wanted.project_id)
    for word in clean(wanted.words)[:WORDS_MOST].split():
        found = found.filter(Q(name__icontains=word) | Q(project__name__icontains=word))
    return found.select_related("project__organization__region").order_by("due_on", "pk")


def public_needs() -> QuerySet[Need]:
    """Return the needs that have a page for everybody, also when nothing is left to take on."""
    found = Need.objects.filter(project__state__in=PUBLIC_STATES)
    return found.select_related("project__organization__region", "skill")


def needs_of(project: Project) -> QuerySet[Need]:
    """Return what a project says that it lacks or lacked."""
    return Need.objects.filter(project=project).order_by("state", "due_on")


def wall(*, project_id: int | None = None) -> QuerySet[Pledge]:
    """Return what has come, newest first; the page shows names only with consent."""
    found = Pledge.objects.filter(state__in=RECEIVED, need__project__state__in=PUBLIC_STATES)
    if project_id is not None:
        found = found.filter(need__project=project_id)
    return found.select_related(*_SEEN).order_by("-delivered_on", "-pk")


def sponsors_of(project_id: int) -> QuerySet[Adoption]:
    """Return the units that stand behind a whole project."""
    found = Adoption.objects.filter(project=project_id, state=AdoptionState.ACTIVE)
    return found.select_related("unit").order_by("decided_at", "pk")


_SEEN = ("need__project__organization", "volunteer", "unit")


# -- Takers ------------------------------------------------------------------------------------


def units_of(user: User) -> list[Organization]:
    """Return the units in whose name somebody may promise: those that they administer."""
    return orgs.working_for(user, P.PROJECT_EDIT)


def mine(user: User) -> QuerySet[Pledge]:
    """Return what somebody promised, themself or for their units, newest first."""
    reach = Q(pledged_by=user) | Q(unit__in=[one.pk for one in units_of(user)])
    volunteer: Volunteer | None = user.volunteer_or_none
    if volunteer is not None:
        reach |= Q(volunteer__in=people.records_of(volunteer))
    return Pledge.objects.filter(reach).select_related(*_SEEN).order_by("-pk")


def adoptions_of(user: User) -> QuerySet[Adoption]:
    """Return the claims of whole projects by somebody or their units, newest first."""
    units = [one.pk for one in units_of(user)]
    found = Adoption.objects.filter(Q(unit__in=units) | Q(asked_by=user))
    return found.select_related("project__organization", "unit").order_by("-pk")


def pledges_of(volunteer: Volunteer) -> QuerySet[Pledge]:
    """Return what a person promised in their own name, also in records merged into theirs."""
    found = Pledge.objects.filter(volunteer__in=people.records_of(volunteer))
    return found.select_related(*_SEEN).order_by("pk")


def phone_of(pledge: Pledge) -> str:
    """Return the number that the taker left; empty when it is forgotten."""
    return personal.unseal(pledge.contact_phone_cipher, bound_to=f"pledge:{pledge.key}")


# -- The desk ----------------------------------------------------------------------------------

TASKS = (("new", "待确认"), ("late", "过期未交"), ("thanks", "待致谢"), ("money", "资金待登记"))


@dataclass(frozen=True)
class Filters:
    """What the list of pledges is narrowed to; empty means everything."""

    words: str = ""
    kind: str = ""
    state: str = ""
    task: str = ""
    line_id: int | None = None
    region: Region | None = None
    need_id: int | None = None


def desk_pledges(scope: Scope, filters: Filters, *, today: date) -> Any:
    """Return the pledges within reach, the open ones that wait longest first."""
    found = Pledge.objects.in_scope(scope).select_related(*_SEEN, "need__project__line")
    if filters.kind in NeedKind.values:
        found = found.filter(kind=filters.kind)
    if filters.state in PledgeState.values:
        found = found.filter(state=filters.state)
    if filters.task in dict(TASKS):
        found = found.filter(_task(filters.task, today))
    if filters.line_id is not None:
        found = found.filter(need__project__line=filters.line_id)
    if filters.region is not None:
        path = filters.region.path
        found = found.filter(need__project__organization__region__path__startswith=path)
    if filters.need_id is not None:
        found = found.filter(need=filters.need_id)
    for word in clean(filters.words)[:WORDS_MOST].split():
        found = found.filter(_named(word))
    return found.annotate(is_over=Q(ended_at__isnull=False)).order_by("is_over", "pledged_at", "pk")


def _named(word: str) -> Q:
    said = (
        Q(need__name__icontains=word)
        | Q(need__project__name__icontains=word)
        | Q(unit__name__icontains=word)
    )
    number = number_in(word.upper().removeprefix("RL"))
    return said if number is None else said | Q(pk=number)


def _task(task: str, today: date) -> Q:
    return {
        "new": Q(state=S.PLEDGED),
        "late": Q(state__in=LIVE, promised_on__lt=today),
        "thanks": Q(state=S.DELIVERED),
        "money": Q(state=S.ACCEPTED, kind=NeedKind.MONEY),
    }[task]


def counts(scope: Scope, *, today: date) -> list[tuple[str, str, int]]:
    """Return for each thing to do how many pledges within reach wait for it."""
    asked = {key: Count("pk", filter=_task(key, today)) for key, _ in TASKS}
    found = Pledge.objects.in_scope(scope).order_by().aggregate(**asked)
    return [(key, label, found[key]) for key, label in TASKS]


def desk_needs(scope: Scope) -> QuerySet[Need]:
    """Return the needs within reach, the open ones first."""
    found: QuerySet[Need] = Need.objects.in_scope(scope)
    return found.select_related("project").order_by("-state", "due_on", "pk")


def possible_projects(scope: Scope) -> QuerySet[Project]:
    """Return the projects within reach that may say what they lack."""
    found: QuerySet[Project] = Project.objects.in_scope(scope)
    return found.filter(state__in=RECRUITING_STATES).order_by("name", "pk")


def detailed() -> Any:
    """Return pledges with everything that a page about one shows."""
    return Pledge.objects.select_related(*_SEEN, "paper")


def asked_adoptions(scope: Scope) -> QuerySet[Adoption]:
    """Return the claims of whole projects that run or wait for an answer, the waiting first."""
    found: QuerySet[Adoption] = Adoption.objects.in_scope(scope)
    live = found.filter(state__in=[AdoptionState.ASKED, AdoptionState.ACTIVE])
    return live.select_related("project", "unit").order_by("-state", "asked_at", "pk")


def may_organize(user: User, need: Need) -> bool:
    """Return whether somebody plans the project that lacks it."""
    return may(user, P.PROJECT_EDIT, Need.objects.all(), pk=need.pk)


def may_note_money(user: User, need: Need) -> bool:
    """Return whether somebody is of the office that notes what the foundation received."""
    offices = Scope(regions=scope_of(user, P.PROJECT_REVIEW).regions)
    return bool(Need.objects.in_scope(offices).filter(pk=need.pk).exists())


def money_awaited(scope: Scope) -> QuerySet[Pledge]:
    """Return the intents that an office has to follow until the foundation's receipt is here."""
    found: QuerySet[Pledge] = Pledge.objects.in_scope(Scope(regions=scope.regions))
    return found.filter(_task("money", date.max))


# -- Who is told -------------------------------------------------------------------------------


def organizers(organization: Organization) -> list[int]:
    """Return who plans projects for an organization: those whose own scope lies nearest."""
    held = list(
        people_with(
            P.PROJECT_EDIT, organization_path=organization.path, region_path=""
        ).select_related("organization")
    )
    nearest = max((len(one.organization.path) for one in held if one.organization), default=0)
    return sorted(
        {g.user_id for g in held if g.organization and len(g.organization.path) == nearest}
    )


def offices(region: Region) -> list[int]:
    """Return the offices of county and city that look after projects of a region."""
    held = people_with(P.PROJECT_REVIEW, organization_path="", region_path=region.path)
    return sorted({grant.user_id for grant in held})


# -- Figures -----------------------------------------------------------------------------------


@dataclass
class Figures:
    """What one line (or the whole) lacked of one kind, what was promised and what came."""

    line_id: int | None
    line: str
    kind: str
    needs: int = 0
    wanted: int = 0
    taken: int = 0
    delivered: int = 0

    @property
    def kind_label(self) -> str:
        """Return the kind in words."""
        return str(NeedKind(self.kind).label)

    def text(self, amount: int) -> str:
        """Return an amount in words; goods of many units are counted in pieces."""
        units = {NeedKind.PEOPLE: "人", NeedKind.GOODS: "件", NeedKind.SERVICE: "次"}
        return amount_text(self.kind, amount, units.get(NeedKind(self.kind), ""))

    @property
    def texts(self) -> tuple[str, str, str]:
        """Return what was wanted, taken on, and came, in words."""
        return self.text(self.wanted), self.text(self.taken), self.text(self.delivered)


def statistics(scope: Scope, *, since: date) -> tuple[list[Figures], list[Figures]]:
    """Return the figures of needs published since a day: by kind, and by line and kind."""
    rows = (
        Need.objects.in_scope(scope)
        .filter(made_at__gte=day_bounds(since)[0])
        .order_by()
        .values("project__line", "project__line__name", "project__line__number", "kind")
        .annotate(n=Count("pk"), w=Sum("wanted"), t=Sum("taken"), d=Sum("delivered"))
    )
    kinds = {kind: Figures(None, "", kind) for kind in NeedKind.values}
    lines: list[tuple[int, Figures]] = []
    for row in rows:
        one = Figures(
            row["project__line"], row["project__line__name"] or "未归类别", row["kind"],
            row["n"], row["w"], row["t"], row["d"],
        )  # fmt: skip
        lines.append((row["project__line__number"] or 0, one))
        _add(kinds[one.kind], one)
    order = NeedKind.values
    lines.sort(key=lambda pair: (pair[0], order.index(pair[1].kind)))
    return [one for one in kinds.values() if one.needs], [one for _, one in lines]


def _add(total: Figures, one: Figures) -> None:
    total.needs += one.needs
    total.wanted += one.wanted
    total.taken += one.taken
    total.delivered += one.delivered


# -- What is unfinished ------------------------------------------------------------------------


def open_work(*, organization_id: int, at: datetime) -> list[OpenWork]:
    """Return which promises an organization must settle before it ends."""
    awaited = Pledge.objects.filter(
        need__project__organization=organization_id, state__in=[*LIVE, S.DELIVERED]
    ).count()
    own = Pledge.objects.filter(unit=organization_id, state__in=LIVE).count()
    claims = Adoption.objects.filter(
        Q(project__organization=organization_id) | Q(unit=organization_id),
        state__in=[AdoptionState.ASKED, AdoptionState.ACTIVE],
    ).count()
    found = []
    if awaited:
        found.append(OpenWork(f"{awaited} 项收到的认领没有办完", reverse("pledges:desk_list")))
    if own:
        found.append(OpenWork(f"{own} 项本单位的认领没有交付或撤回", reverse("pledges:mine")))
    if claims:
        found.append(OpenWork(f"{claims} 项整个项目的认领没有结束", reverse("pledges:desk_needs")))
    return found


def faults(*, limit: int = 20) -> list[str]:
    """Return where a need's books are not the sum of its pledges; at most so many sentences."""
    held = Sum("pledges__amount", filter=Q(pledges__state__in=LIVE), default=0)
    here = Sum("pledges__delivered_amount", filter=Q(pledges__state__in=RECEIVED), default=0)
    rows = Need.objects.annotate(held=held, here=here).filter(
        ~Q(taken=F("held") + F("here")) | ~Q(delivered=F("here"))
    )
    return [
        f"需求 {need.pk} 的认领数 {need.taken}、收到数 {need.delivered} 与各项认领的合计不符"
        for need in rows.order_by("pk")[:limit]
    ]


def lines_to_choose() -> Sequence[tuple[int, str]]:
    """Return the lines by which needs are found."""
    return [(line.pk, line.name) for line in projects.lines()]
