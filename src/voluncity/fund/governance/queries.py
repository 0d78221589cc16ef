"""Read funds, their charter of a day, who sits where, meetings and resolutions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet
from django.utils.module_loading import import_string

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import people_with
from voluncity.city.access.scopes import Scope
from voluncity.city.people.models import User
from voluncity.fund.governance import rules
from voluncity.fund.governance.models import (
    Charter,
    Document,
    Fund,
    Item,
    Meeting,
    Purpose,
    Resolution,
    Seat,
)
from voluncity.fund.governance.rules import FOUNDING, Shares
from voluncity.fund.governance.states import (
    Body,
    CharterState,
    Choice,
    Duty,
    MeetingState,
    Outcome,
    Presence,
)
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound

Warned = tuple[str, str]


def funds(scope: Scope) -> QuerySet[Fund]:
    """Return the funds within reach, with how many meetings are under way."""
    found: QuerySet[Fund] = Fund.objects.in_scope(scope)
    going_on = Q(meetings__state__in=[MeetingState.PLANNED, MeetingState.HELD])
    return (
        found.select_related("region")
        .annotate(going_on=Count("meetings", filter=going_on))
        .order_by(F("ended_on").asc(nulls_first=True), "founded_on", "pk")
    )


def public_funds() -> QuerySet[Fund]:
    """Return the funds that everybody may look at, running ones first."""
    found: QuerySet[Fund] = Fund.objects.select_related("region")
    return found.order_by(F("ended_on").asc(nulls_first=True), "founded_on", "pk")


def public_fund(pk: int) -> Fund:
    """Return one fund.

    :raises NotFound: when there is none.
    """
    found: Fund | None = Fund.objects.select_related("region").filter(pk=pk).first()
    if found is None:
        raise NotFound("没有找到这个专项基金，请从基金列表重新查找。")
    return found


def open_work(fund: Fund, *, at: datetime) -> list[str]:
    """Return what must be finished before a fund ends (settings.VOLUNCITY_FUND_WORK)."""
    going_on = fund.meetings.filter(state__in=[MeetingState.PLANNED, MeetingState.HELD]).count()
    found = [f"{going_on} 次会议没有结束"] if going_on else []
    for name in settings.VOLUNCITY_FUND_WORK:
        found += import_string(name)(fund=fund, at=at)
    return found


def purposes(fund: Fund) -> QuerySet[Purpose]:
    """Return what a fund serves now."""
    found: QuerySet[Purpose] = Purpose.objects.filter(fund=fund, ended_at=None)
    return found


def resolutions(fund: Fund) -> QuerySet[Resolution]:
    """Return the resolutions of a fund that hold, the newest first: what other steps refer to."""
    found: QuerySet[Resolution] = Resolution.objects.filter(fund=fund, repealed_by=None)
    return found


def later_resolutions(one: Resolution) -> QuerySet[Resolution]:
    """Return the resolutions that hold and have a later number: one of them may repeal this one."""
    later = Q(year__gt=one.year) | Q(year=one.year, turn__gt=one.turn)
    return resolutions(one.fund).filter(later)


def all_resolutions(fund: Fund) -> QuerySet[Resolution]:
    """Return every resolution of a fund, also the repealed ones."""
    found: QuerySet[Resolution] = Resolution.objects.filter(fund=fund)
    return found.select_related("repealed_by", "item__meeting")


def public_resolutions(fund: Fund) -> QuerySet[Resolution]:
    """Return what was resolved and may be read by everybody."""
    found: QuerySet[Resolution] = Resolution.objects.filter(fund=fund, is_public=True)
    return found.select_related("repealed_by", "item")


def charter_on(fund: Fund, day: date) -> Charter | None:
    """Return the version of the charter that holds on a day."""
    found: Charter | None = (
        Charter.objects.filter(fund=fund, state=CharterState.ADOPTED, valid_from__lte=day)
        .select_related("resolution", "paper")
        .order_by("-valid_from")
        .first()
    )
    return found


def shares_on(fund: Fund, day: date) -> tuple[Shares, Charter | None]:
    """Return how many must come and agree on a day, and which charter says so."""
    charter = charter_on(fund, day)
    if charter is None:
        return FOUNDING, None
    return Shares(charter.quorum, charter.majority, charter.important_majority), charter


def accounts(fund: Fund) -> QuerySet[User]:
    """Return the accounts that may look at a fund: one of them may be whose seat it is."""
    holders = people_with(Permission.FUND_SEE, organization_path="", region_path=fund.region.path)
    found: QuerySet[User] = User.objects.filter(pk__in={one.user_id for one in holders})
    return found.order_by("pk")


def seats_on(fund: Fund, day: date) -> list[Seat]:
    """Return who is in office on a day: the leading group first, heads first."""
    held = Q(ended_on=None, until_on__gte=day) | Q(ended_on__gt=day)  # on that day they are gone
    found = Seat.objects.filter(held, fund=fund, from_on__lte=day)
    return sorted(
        found, key=lambda seat: (list(Body).index(Body(seat.body)), rules.duty_order(seat.duty))
    )


def headed_beside(seat: Seat) -> QuerySet[Seat]:
    """Return where who shall take a seat heads another running fund during its term.

    An account is one person. Without it a namesake is, unless both units are named and differ.
    """
    same = Q(person=seat.person)
    if seat.unit:
        same &= Q(unit__in=["", seat.unit])
    if seat.user_id:
        same = Q(user_id=seat.user_id) | same & Q(user_id=None)
    found: QuerySet[Seat] = Seat.objects.filter(
        same, body=Body.LEADING, duty=Duty.HEAD, ended_on=None, fund__ended_on=None,
        from_on__lte=seat.until_on, until_on__gte=seat.from_on,
    )  # fmt: skip
    return found.exclude(fund=seat.fund_id)


def past_seats(fund: Fund, day: date) -> list[Seat]:
    """Return who was in office before a day, the last ones first."""
    over = Q(until_on__lt=day) | Q(ended_on__lte=day)
    return list(Seat.objects.filter(over, fund=fund).order_by("-until_on", "pk"))


def voters(meeting: Meeting) -> list[Seat]:
    """Return who of the leading group is present."""
    present = Seat.objects.filter(
        body=Body.LEADING,
        pk__in=meeting.attendance.filter(presence=Presence.PRESENT).values("seat_id"),
    )
    return sorted(present, key=lambda seat: rules.duty_order(seat.duty))


def meetings(fund: Fund) -> QuerySet[Meeting]:
    """Return the meetings of a fund, the newest first."""
    found: QuerySet[Meeting] = Meeting.objects.filter(fund=fund)
    return found.annotate(points=Count("items")).order_by("-starts_at", "-pk")


def agenda(meeting: Meeting) -> list[Item]:
    """Return the points of a meeting with their votes."""
    found = Item.objects.filter(meeting=meeting).select_related("resolution")
    return list(found.prefetch_related("votes__seat"))


def documents(fund: Fund, *, public_only: bool = False) -> QuerySet[Document]:
    """Return the papers of a fund that are not withdrawn."""
    found: QuerySet[Document] = Document.objects.filter(fund=fund, withdrawn_at=None)
    found = found.select_related("file", "meeting", "added_by")
    return found.filter(is_public=True) if public_only else found


def warnings(fund: Fund, *, today: date) -> list[Warned]:
    """Say what is missing or ends soon, with the tone of the sentence."""
    said: list[Warned] = []
    if charter_on(fund, today) is None:
        said.append(("还没有施行的章程，会议按《基金会管理条例》的一般规定表决。", "warn"))
    seats = seats_on(fund, today)
    filled = {seat.body for seat in seats}
    said += [(f"{body.label}没有在任的人员。", "warn") for body in Body if body not in filled]
    said += [
        (f"{seat}的任期到 {seat.until_on:%Y-%m-%d}，请安排换届。", "warn")
        for seat in seats
        if seat.ended_on is None and rules.ends_soon(seat.until_on, today=today)
    ]
    if fund.license_until and fund.license_until < today:
        said.append(("公开募捐资格证书已过期，不能再开展公开募捐。", "bad"))
    elif rules.ends_soon(fund.license_until, today=today):
        said.append((f"公开募捐资格证书有效期到 {fund.license_until:%Y-%m-%d}。", "warn"))
    return said


def may_raise(fund: Fund, *, on: date) -> bool:
    """Return whether a fund may raise from the public on a day (慈善法第二十二条)."""
    return bool(fund.license_number) and fund.license_until is not None and fund.license_until >= on


def faults(*, limit: int = 20) -> list[str]:
    """Name what is wrong with meetings and resolutions: `check-books` asks."""
    return list(islice(_faults(), limit))


def _faults() -> Iterator[str]:
    for one in Resolution.objects.select_related("item__meeting").order_by("pk"):
        meeting = one.item.meeting
        if one.item.outcome != Outcome.PASSED or meeting.state != MeetingState.CLOSED:
            yield f"基金决议 {one.pk} 没有表决通过的议题"
        elif one.fund_id != meeting.fund_id or one.decided_on != local_date(meeting.starts_at):
            yield f"基金决议 {one.pk} 与会议不符"
    voted = Item.objects.filter(outcome__in=[Outcome.PASSED, Outcome.REJECTED])
    for item in voted.prefetch_related("votes").order_by("pk"):
        counted = [vote.choice for vote in item.votes.all()]
        said = (item.in_favor, item.against, item.abstained, item.recused)
        if said != tuple(counted.count(one) for one in Choice):
            yield f"基金会议议题 {item.pk} 的票数与表决记录不符"
