"""Posters, and the organizations that recruit by them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.apps import apps
from django.db.models import Count, Q, QuerySet

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import Person, scope_of
from voluncity.city.access.scopes import Scope, ScopedQuerySet
from voluncity.city.people.models import Poster, Volunteer
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import clean

if TYPE_CHECKING:  # its slice lies above this one
    from voluncity.city.orgs.models import Organization

_ACTIVE = "active"
OFFERED = 300  # names that a page suggests while one is typed


def active_organizations() -> ScopedQuerySet:
    """Return the organizations that exist now; their slice lies above this one."""
    table = apps.get_model("orgs", "Organization")
    return cast("ScopedQuerySet", table._default_manager.filter(state=_ACTIVE))  # noqa: SLF001 -- Django's documented API


def recruiter(organization_id: int | None) -> int | None:
    """Return the organization if people can be recruited by it; what a link says may be wrong."""
    if organization_id is None:
        return None
    found: int | None = (
        active_organizations().filter(pk=organization_id).values_list("pk", flat=True).first()
    )
    return found


def recruiters(scope: Scope) -> list[str]:
    """Return names of organizations within reach, for a page that suggests them."""
    near = active_organizations().in_scope(scope).order_by("name")
    return list(near.values_list("name", flat=True)[:OFFERED])


def recruiter_named(name: str, scope: Scope, *, field: str) -> Organization | None:
    """Return the one organization within reach that is called so; None for an empty name.

    :raises BadInput: when there is none, or several.
    """
    words = clean(name)[:60]
    if not words:
        return None
    found: list[Organization] = list(active_organizations().in_scope(scope).filter(name=words)[:2])
    if not found:
        raise BadInput(
            f"您的管理范围内没有叫“{words}”的组织，请从提示中选择全称，或留空。", field=field
        )
    if len(found) > 1:
        raise BadInput(f"有几个组织都叫“{words}”，请留空，登记后由组织办理加入。", field=field)
    return found[0]


def posters(viewer: Person, *, is_ended: bool = False) -> QuerySet[Poster]:
    """Return the posters that somebody looks after, newest first.

    An organization's belong to who edits it, a region's to who registers people there.
    """
    own = Poster.objects.exclude(organization=None)
    areas = Poster.objects.filter(organization=None)
    ids = Q(pk__in=own.in_scope(scope_of(viewer, Permission.ORG_EDIT)).values("pk"))
    ids |= Q(pk__in=areas.in_scope(scope_of(viewer, Permission.VOLUNTEER_REGISTER)).values("pk"))
    found: QuerySet[Poster] = Poster.objects.filter(ids, ended_at__isnull=not is_ended)
    return found.select_related("organization", "region").order_by("-made_at", "-pk")


def came_by(poster_ids: list[int]) -> dict[int, int]:
    """Return how many people registered by each of these posters."""
    rows = Volunteer.objects.filter(poster__in=poster_ids).values_list("poster")
    return dict(rows.annotate(Count("pk")).order_by())


def poster_with(code: str) -> Poster | None:
    """Return the poster with this code, however it was typed."""
    typed = clean(code)[:20].lower()
    found: QuerySet[Poster] = Poster.objects.select_related("organization", "region")
    return found.filter(code=typed).first()


def live_poster(code: str) -> Poster | None:
    """Return the poster with this code while it is in use."""
    poster = poster_with(code) if code else None
    return poster if poster and is_in_use(poster) else None


def is_in_use(poster: Poster) -> bool:
    """Return whether people may register by a poster: it rests while its organization does."""
    organization = poster.organization
    return poster.ended_at is None and (organization is None or organization.state == _ACTIVE)


def place_instead(organization: Organization) -> Organization | None:
    """Return where to go instead of an organization that takes nobody in now.

    Into what it was merged, else the nearest above it that is active.
    """
    active: QuerySet[Organization] = active_organizations()
    above = [int(part) for part in organization.path.split("/") if part][:-1]
    return (
        active.filter(taken_in__organization=organization.pk).first()
        or active.filter(pk__in=above).order_by("-path").first()
    )
