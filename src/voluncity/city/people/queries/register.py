"""The registers of the desk: volunteers of one's own area, checks that wait."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from voluncity.city.access import personal
from voluncity.city.access.models import Grant
from voluncity.city.access.permissions import Permission, Role
from voluncity.city.access.queries import Person, scope_of
from voluncity.city.access.scopes import Scope, ScopedQuerySet
from voluncity.city.people.models import IdentityCheck, User, Volunteer
from voluncity.city.people.queries.posters import active_organizations
from voluncity.city.people.states import IdType, Order, Standing
from voluncity.kernel.clock import day_bounds
from voluncity.kernel.identity import latest_birthday

DEMO_HANDLES = "demo-"
LAST_CHARACTER = "\U0010ffff"  # no name holds it, and every other sorts before it


@dataclass(frozen=True)
class Filters:
    """What the desk looks for; an empty part asks nothing."""

    words: str = ""  # a name or a volunteer number
    state: str = ""
    region_path: str = ""
    channel: str = ""
    recruiter: int | None = None
    sex: str = ""
    youngest: int | None = None  # years
    oldest: int | None = None
    is_party_member: bool | None = None
    skill: int | None = None
    category: int | None = None
    has_phone: bool | None = None
    standing: str = Standing.LIVE
    since: date | None = None
    until: date | None = None
    order: str = ""
    also: tuple[Q, ...] = ()  # what facets of slices above ask


@dataclass(frozen=True)
class Search:
    """What somebody typed to find one person; numbers never stand in an address."""

    name: str = ""
    tail: str = field(default="", repr=False)  # the last four digits of a phone
    whole: str = field(default="", repr=False)  # a whole phone or identity number

    @property
    def is_open(self) -> bool:
        """Return whether this may stand in an address."""
        return bool(self.name) and not (self.tail or self.whole)


ORDERS = {
    Order.NEWEST: ("-registered_at", "-pk"),
    Order.OLDEST: ("registered_at", "pk"),
    Order.YOUNG: ("-born_on", "-pk"),
    Order.OLD: ("born_on", "pk"),
}


def register(scope: Scope, filters: Filters, *, today: date) -> ScopedQuerySet:
    """Return the volunteers within a scope that fit, in the order that is asked for."""
    found = Volunteer.objects.in_scope(scope).filter(_standing(filters.standing))
    for condition in _conditions(filters, today):
        found = found.filter(condition)
    order: tuple[str, ...] = ORDERS[Order(filters.order or Order.NEWEST)]
    if filters.standing == Standing.ALL and not filters.order:
        order = ("-pk",)  # the index of the newest holds the live ones only
    return found.select_related("region", "recruited_by").order_by(*order)


def _standing(standing: str) -> Q:
    return {
        Standing.LIVE: Q(closed_at=None),
        Standing.CLOSED: Q(closed_at__isnull=False, merged_into=None),
        Standing.MERGED: Q(merged_into__isnull=False),
        Standing.ALL: Q(),
    }[Standing(standing)]


def _conditions(filters: Filters, today: date) -> Iterator[Q]:
    """Yield what is asked for; each part narrows the list."""
    if filters.words:
        yield _named(filters.words)
    same = {
        "identity_state": filters.state,
        "channel": filters.channel,
        "recruited_by": filters.recruiter,
        "sex": filters.sex,
        "is_party_member": filters.is_party_member,
        "region__path__startswith": filters.region_path,
    }
    yield Q(**{name: value for name, value in same.items() if value not in ("", None)})
    yield from _offers(filters)
    yield from filters.also
    if filters.has_phone is not None:
        yield ~Q(phone_index="") if filters.has_phone else Q(phone_index="")
    yield from _days(filters, today)


def _offers(filters: Filters) -> Iterator[Q]:
    """Yield who has a skill and who wants to serve in a field; asked for each person."""
    skills, intentions = Volunteer.skills.through, Volunteer.intentions.through
    if filters.skill:
        yield Q(Exists(skills.objects.filter(volunteer=OuterRef("pk"), skill=filters.skill)))
    if filters.category:
        wanted = intentions.objects.filter(volunteer=OuterRef("pk"), category=filters.category)
        yield Q(Exists(wanted))


def _days(filters: Filters, today: date) -> Iterator[Q]:
    if filters.youngest is not None:
        yield Q(born_on__lte=latest_birthday(filters.youngest, today))
    if filters.oldest is not None:
        yield Q(born_on__gt=latest_birthday(filters.oldest + 1, today))
    if filters.since:
        yield Q(registered_at__gte=day_bounds(filters.since)[0])
    if filters.until:
        yield Q(registered_at__lt=day_bounds(filters.until)[1])


def _named(words: str) -> Q:
    number = words.replace(" ", "")
    # Digits are a number and words a name: one index answers, not two.
    return Q(number=number) if number.isdecimal() else _begins(words)


def _begins(words: str) -> Q:
    """Return who has a name that begins so, in a way that each database answers by its index.

    SQLite reads the whole index for LIKE; its order is by code point, so a range says the same.
    """
    begins = Q(name__startswith=words)
    if connection.vendor == "sqlite":
        begins &= Q(name__gte=words, name__lt=f"{words}{LAST_CHARACTER}")
    return begins


def look_up(scope: Scope, search: Search) -> ScopedQuerySet:
    """Return who within a scope has this phone, its last digits, or this identity number.

    Families share phones, so there may be several. Closed records are found, too.
    """
    found = Volunteer.objects.in_scope(scope)
    if search.whole:
        papers = [personal.index(f"{kind}:{search.whole}", purpose="id") for kind in IdType.values]
        phone = personal.index(search.whole, purpose="phone")
        found = found.filter(Q(phone_index=phone) | Q(id_index__in=papers) | Q(number=search.whole))
    if search.tail:
        found = found.filter(phone_tail_index=personal.tail_index(search.tail))
    if search.name:
        found = found.filter(_begins(search.name))
    return found.select_related("region", "recruited_by").order_by("-registered_at", "-pk")


def recruiting_organizations(scope: Scope) -> ScopedQuerySet:
    """Return the organizations within a scope that recruit."""
    return active_organizations().in_scope(scope)


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


def next_check(viewer: Person, *, after: IdentityCheck | None) -> IdentityCheck | None:
    """Return the next check that the viewer may decide; after the last one the first again."""
    mine = Q(volunteer__user=viewer.pk) | Q(volunteer__registered_by=viewer.pk)
    waiting = identity_queue(viewer).exclude(mine)
    if after is None:
        return waiting.first()
    waiting = waiting.exclude(pk=after.pk)
    later = Q(submitted_at__gt=after.submitted_at) | Q(
        submitted_at=after.submitted_at, pk__gt=after.pk
    )
    return waiting.filter(later).first() or waiting.first()


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
