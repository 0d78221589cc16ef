"""The tree of organizations: as it is, and as it was on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import CharField, Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat

from voluncity.city.access.scopes import Scope
from voluncity.city.orgs.models import Membership, Organization, OrgChange
from voluncity.city.orgs.states import STANDING

CHILDREN_SHOWN = 300


@dataclass(frozen=True)
class Node:
    """One organization in the tree with what hangs right below it."""

    organization: Organization
    children: int
    members: int
    below: tuple[Node, ...] = ()


def above(organization: Organization) -> list[Organization]:
    """Return the organizations above one, from the root down."""
    ids = [int(part) for part in organization.path.split("/") if part]
    found = Organization.objects.filter(pk__in=ids).exclude(pk=organization.pk)
    return sorted(found, key=lambda upper: len(upper.path))


def below(organization: Organization) -> QuerySet[Organization]:
    """Return the organizations right below one that stand, by name."""
    return Organization.objects.filter(parent=organization, state__in=STANDING).order_by(
        "name", "pk"
    )


def roots(scope: Scope) -> QuerySet[Organization]:
    """Return the highest organizations within reach, by name."""
    reach = Organization.objects.in_scope(scope).filter(state__in=STANDING)
    within = Organization.objects.in_scope(scope).filter(pk=OuterRef("parent"))
    return reach.exclude(parent__in=within.values("pk")).order_by("name", "pk")


def nodes(found: QuerySet[Organization], *, depth: int = 0) -> list[Node]:
    """Return organizations as nodes, with so many levels below them; one statement a level."""
    rows = list(_counted(found)[:CHILDREN_SHOWN])
    if not depth:
        return [_node(row) for row in rows]
    lower = Organization.objects.filter(
        parent__in=[row.pk for row in rows], state__in=STANDING
    ).order_by("name", "pk")
    inner: dict[int, list[Node]] = {}
    for node in nodes(lower, depth=depth - 1):
        inner.setdefault(node.organization.parent_id or 0, []).append(node)
    return [_node(row, tuple(inner.get(row.pk, ()))) for row in rows]


def _counted(found: QuerySet[Organization]) -> QuerySet[Organization]:
    children = (
        Organization.objects.filter(parent=OuterRef("pk"), state__in=STANDING)
        .order_by()
        .values("parent")
        .annotate(number=Count("pk"))
    )
    members = (
        Membership.objects.filter(organization=OuterRef("pk"), left_at=None)
        .order_by()
        .values("organization")
        .annotate(number=Count("pk"))
    )
    return found.select_related("region").annotate(
        children_number=Coalesce(Subquery(children.values("number")), 0),
        members_number=Coalesce(Subquery(members.values("number")), 0),
    )


def _node(row: Organization, below: tuple[Node, ...] = ()) -> Node:
    return Node(row, row.children_number, row.members_number, below)  # type: ignore[attr-defined]


def past_places(organization: Organization) -> QuerySet[OrgChange]:
    """Return where an organization stood before, the newest first."""
    return organization.past_places.select_related("parent").order_by("-until", "-pk")


def below_on(organization: Organization, day: date) -> QuerySet[Organization]:
    """Return an organization with all that stood below it on a day, ended ones too.

    Whatever moved since is counted where it was then, so past figures do not change.
    """
    here = f"/{organization.pk}/"
    then = OrgChange.objects.filter(since__lte=day, until__gt=day)
    stayed = Q(path__contains=here) & ~Q(pk__in=then.values("organization_id"))
    stood = Q(pk__in=then.filter(path__contains=here).values("organization_id"))
    return Organization.objects.filter(stayed | stood)


def tree_faults(*, limit: int = 20) -> list[str]:
    """Name, in at most `limit` sentences, organizations whose path is not that of their parent."""
    parent = Coalesce(F("parent__path"), Value("/"))
    right = Concat(parent, Cast("pk", CharField()), Value("/"))
    wrong = Organization.objects.annotate(right=right).exclude(path=F("right"))
    return [
        f"组织 {pk} 的路径 {path} 与它的上级不一致"
        for pk, path in wrong.order_by("pk").values_list("pk", "path")[:limit]
    ]
