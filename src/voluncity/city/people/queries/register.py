"""The registers of the desk: volunteers of one's own area, checks that wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from voluncity.city.access import personal
from voluncity.city.access.models import Grant
from voluncity.city.access.permissions import Permission, Role
from voluncity.city.access.queries import Person, scope_of
from voluncity.city.people.models import IdentityCheck, User, Volunteer
from voluncity.city.people.states import IdType
from voluncity.kernel.clock import day_bounds

DEMO_HANDLES = "demo-"


@dataclass(frozen=True)
class Filters:
    """What the desk looks for; an empty part asks nothing."""

    words: str = ""  # a name or a volunteer number
    state: str = ""
    region_path: str = ""
    channel: str = ""
    since: date | None = None
    until: date | None = None


def register(viewer: Person, filters: Filters) -> QuerySet[Volunteer]:
    """Return the volunteers within the viewer's reach, newest first."""
    found = Volunteer.objects.in_scope(scope_of(viewer, Permission.VOLUNTEER_SEE))
    if filters.words:
        found = found.filter(_named(filters.words))
    if filters.state:
        found = found.filter(identity_state=filters.state)
    if filters.region_path:
        found = found.filter(region__path__startswith=filters.region_path)
    if filters.channel:
        found = found.filter(channel=filters.channel)
    if filters.since:
        found = found.filter(registered_at__gte=day_bounds(filters.since)[0])
    if filters.until:
        found = found.filter(registered_at__lt=day_bounds(filters.until)[1])
    return found.select_related("region").order_by("-registered_at", "-pk")


def _named(words: str) -> Q:
    return Q(name__startswith=words) | Q(number=words.replace(" ", ""))


def by_number(viewer: Person, digits: str) -> QuerySet[Volunteer]:
    """Return who within the viewer's reach has this whole phone or identity number.

    Families share phones, so there may be several. Such a number is never put into an address.
    """
    papers = [personal.index(f"{kind}:{digits}", purpose="id") for kind in IdType.values]
    found = Q(phone_index=personal.index(digits, purpose="phone")) | Q(id_index__in=papers)
    reach = Volunteer.objects.in_scope(scope_of(viewer, Permission.VOLUNTEER_SEE))
    return reach.filter(found).select_related("region").order_by("-registered_at", "-pk")


def identity_queue(viewer: Person) -> QuerySet[IdentityCheck]:
    """Return the real-name checks within the viewer's reach that wait, oldest first."""
    reach = Volunteer.objects.in_scope(scope_of(viewer, Permission.IDENTITY_REVIEW))
    return (
        # Asked for each open check: as a list, SQLite would first make one of all volunteers.
        IdentityCheck.objects.filter(
            Exists(reach.filter(pk=OuterRef("volunteer"))), decided_at=None
        )
        .select_related("volunteer__region")
        .order_by("submitted_at", "pk")
    )


def demo_accounts() -> list[tuple[User, str]]:
    """Return the accounts of the demo city, each with what it is, residents first."""
    grants: dict[int, list[str]] = {}
    live = Grant.objects.filter(user__handle__startswith=DEMO_HANDLES, revoked_at=None)
    for user_id, role in live.order_by("pk").values_list("user_id", "role"):
        grants.setdefault(user_id, []).append(str(Role(role).label))
    users = (
        User.objects.filter(handle__startswith=DEMO_HANDLES, is_active=True)
        .annotate(is_volunteer=Exists(Volunteer.objects.filter(user=OuterRef("pk"))))
        .order_by("pk")
    )
    named = [(user, "、".join(grants.get(user.pk, [])) or _kind(user)) for user in users]
    return sorted(named, key=lambda pair: pair[0].pk in grants)


def _kind(user: User) -> str:
    return "志愿者" if getattr(user, "is_volunteer", False) else "居民"
