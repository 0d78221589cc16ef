"""Accounts of staff, as the security administrator sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from django.db.models import Exists, Model, OuterRef, Prefetch, Q, QuerySet

from voluncity.city.access.models import Grant
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import Person, scope_of
from voluncity.city.access.scopes import Scope
from voluncity.city.people.models import SecondFactor, User


@dataclass(frozen=True)
class AccountFilters:
    """What the security administrator looks for; an empty part asks nothing."""

    words: str = ""  # of the name, or the account's name
    state: str = ""  # "open", "stopped", "plain" (no second factor), "left" (no role any more)


class AccountQuerySet(QuerySet[User]):
    """Accounts lie where somebody gave them a role, even one that was taken back."""

    def in_scope(self, scope: Scope) -> Self:
        """Keep the accounts with a role within reach."""
        return self.filter(pk__in=Grant.objects.in_scope(scope).values("user"))


def accounts() -> AccountQuerySet:
    """Return the accounts of staff with what a list shows of them."""
    live = Grant.objects.filter(revoked_at=None).select_related("region", "organization")
    confirmed = SecondFactor.objects.filter(user=OuterRef("pk"), confirmed_at__isnull=False)
    with_roles = Prefetch("grants", queryset=live.order_by("pk"), to_attr="live_grants")
    return (
        AccountQuerySet(User)
        .annotate(has_second_factor=Exists(confirmed))
        .prefetch_related(with_roles)
    )


def staff_accounts(viewer: Person, filters: AccountFilters) -> QuerySet[User]:
    """Return the accounts of staff within the viewer's reach, by name."""
    found = accounts().in_scope(scope_of(viewer, Permission.ACCOUNT_MANAGE))
    if filters.words:
        named = Q(display_name__contains=filters.words) | Q(handle=filters.words.lower())
        found = found.filter(named)
    has_role = Exists(Grant.objects.filter(user=OuterRef("pk"), revoked_at=None))
    narrow = {
        "open": Q(is_active=True),
        "stopped": Q(is_active=False),
        "plain": Q(is_active=True, has_second_factor=False),
        "left": Q(is_active=True) & ~Q(has_role),
    }
    if filters.state in narrow:
        found = found.filter(narrow[filters.state])
    return found.order_by("display_name", "pk")


def regions_for(viewer: Person) -> QuerySet[Model]:
    """Return the regions for which the viewer may let somebody work."""
    return _of(viewer, "region", "path").filter(valid_to=None).order_by("path")


def organizations_for(viewer: Person) -> QuerySet[Model]:
    """Return the active organizations for which the viewer may let somebody work."""
    return _of(viewer, "organization", "region__path").filter(state="active").order_by("path")


def _of(viewer: Person, field: str, path: str) -> QuerySet[Model]:
    # Organizations lie above people: they are known here as what a role may be given for.
    model: Any = Grant._meta.get_field(field).related_model  # noqa: SLF001 -- Django's documented API
    reach = Q(pk__in=[])
    for region in scope_of(viewer, Permission.ACCOUNT_MANAGE).regions:
        reach |= Q(**{f"{path}__startswith": region})
    found: QuerySet[Model] = model.objects.filter(reach)
    return found
