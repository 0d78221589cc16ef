"""The first batch of Puyang, made from records: 4 gold, 10 silver, 61 bronze; 99, 208, 596 stars.

About a thousand people with the hours that such numbers need, written in bulk as the reference
city is; then the office's own actions: counted by the rule, decided, shown, certified. The
thresholds are those of Zhangjiagang (RULES.md §1.4): Puyang's are not known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import models, transaction
from django.db.models import Max

from voluncity.city.access import personal
from voluncity.city.catalog.models import Category
from voluncity.city.journal.actions import catch_up, record_each, seal_entries
from voluncity.city.journal.models import Cursor, Head
from voluncity.city.ledger import actions as ledger
from voluncity.city.ledger.models import Account, Transfer, Unit
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import Kind, OrgState
from voluncity.city.people.models import Consent, User, Volunteer
from voluncity.city.people.states import Channel, IdentityState, IdType, Purpose
from voluncity.city.publicity import actions as publicity
from voluncity.city.publicity import queries as calendar
from voluncity.city.regions import queries as regions
from voluncity.city.regions.models import Level, Region
from voluncity.doors.portal.demo.cast import residents
from voluncity.honor.certification import actions as certification
from voluncity.honor.certification.actions import BatchPlan
from voluncity.honor.certification.models import Batch, Grade, Ladder
from voluncity.honor.certification.states import HonorKind
from voluncity.honor.leaderboards import actions as leaderboards
from voluncity.honor.recognition import actions as recognition
from voluncity.honor.recognition.models import StarTier, Total
from voluncity.kernel.bulk import copy_rows, settle_sequence
from voluncity.kernel.clock import CITY_TZ, local_date
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.hours.rules import account_key, holder_key, issue_key
from voluncity.service.hours.states import Approver, RecordState, Trust
from voluncity.service.projects.models import Activity, Project, Shift
from voluncity.service.projects.states import ActivityState, ProjectState
from voluncity.service.signups.models import Attendance, Signup
from voluncity.service.signups.states import Method, SignupState

Say = Callable[[str], None]
DAY = timedelta(days=1)
SESSION = 8 * 60  # minutes: as long as a day counts without a second look
# So many people with at least so many hours; the last ones come near, or are too new.
CROWD = (
    (4, 1500), (10, 1000), (61, 600), (24, 300), (208, 200), (596, 100), (35, 92), (20, 40),
)  # fmt: skip
TOO_NEW = 12  # with enough hours, registered too short a time ago
STARS = {3: 100, 4: 200, 5: 300}  # Puyang's first batch began with three stars
HOUR_STARS = {1: 30, 2: 60} | STARS
MEDALS = {1: 600, 2: 1000, 3: 1500}
BASIS = "演示：张家港市标准（三到五星 100/200/300 小时；600/1000/1500 小时授铜、银、金奖章）"


class Served(NamedTuple):
    """One person and how many sessions they came to, on the last so many days."""

    volunteer_id: int
    sessions: int


@dataclass(frozen=True)
class Ground:
    """What all records share."""

    organization: Organization
    leader: User
    shifts: dict[date, int]
    account0: int
    transfer0: int
    record0: int
    issued: int


@transaction.atomic
def build(*, office: User, at: datetime, say: Say, after: int = 0) -> list[Batch]:
    """Build the people, their records and the two batches; return the batches, certified.

    `after` so many residents of the demo, who are there already.
    """
    until = local_date(at) - timedelta(days=45)
    _set_ladders(until)
    most = max(-(-hours * 60 // SESSION) for _, hours in CROWD) + 3
    say("首批认定：登记志愿者")
    served = _register(office, after, at=at)
    say("首批认定：服务记录")
    ground = _ground(office, until, most)
    _write(ground, served, until)
    say("首批认定：核对、审核、公示")
    started = at - timedelta(days=40)
    batches = [_certify(kind, office, until, started) for kind in HonorKind.values]
    catch_up(at=at)
    recognition.settle_all_stars(at=at)
    leaderboards.mark_all_stale()
    leaderboards.settle_people([one.volunteer_id for one in served], on=local_date(at))
    catch_up(at=at)
    for batch in batches:
        batch.refresh_from_db()
    return batches


def _set_ladders(until: date) -> None:
    StarTier.objects.bulk_create(
        StarTier(valid_from=until - timedelta(days=365), stars=stars, minutes=least * 60)
        for stars, least in HOUR_STARS.items()
    )
    for kind, hours in ((HonorKind.STARS, STARS), (HonorKind.MEDALS, MEDALS)):
        ladder = Ladder.objects.create(
            kind=kind, valid_from=until - timedelta(days=365), basis=BASIS, publicity_workdays=5,
            clean_months=12, absences_most=2,
        )  # fmt: skip
        Grade.objects.bulk_create(
            Grade(ladder=ladder, grade=grade, level=Level.CITY, minutes=least * 60, months=6,
                  proven_percent=50)
            for grade, least in hours.items()
        )  # fmt: skip


# -- People ------------------------------------------------------------------------------------


def _register(office: User, after: int, *, at: datetime) -> list[Served]:
    """Register everybody at a desk, years ago; return how often each came."""
    sessions = [
        -(-hours * 60 // SESSION) + number % 3 * (hours >= STARS[3])
        for people, hours in CROWD
        for number in range(people)
    ]
    sessions += [-(-100 * 60 // SESSION)] * TOO_NEW
    homes = list(
        Region.objects.filter(level=Level.COMMUNITY, valid_to=None).values_list("pk", flat=True)
    )
    people = residents(after + len(sessions), today=local_date(at))[after:]
    first = _highest(Volunteer) + 1
    rows = [
        _volunteer(first + n, one, homes[n % len(homes)], office, at, is_new=n >= _OLD)
        for n, one in enumerate(people)
    ]
    copy_rows(Volunteer, VOLUNTEER, rows)
    agreed = [
        (first + n, purpose.value, "2026-11", at - timedelta(days=900))
        for n, one in enumerate(people)
        for purpose in ((Purpose.TERMS, Purpose.RANKING) if one.shows_rank else (Purpose.TERMS,))
    ]
    copy_rows(Consent, ("volunteer_id", "purpose", "text_version", "given_at"), agreed)
    settle_sequence(Volunteer)
    return [Served(first + n, number) for n, number in enumerate(sessions)]


_OLD = sum(people for people, _ in CROWD)
VOLUNTEER = (
    "id", "number", "name", "sex", "born_on", "id_type", "id_cipher", "id_index", "phone_cipher",
    "phone_index", "address_cipher", "region_id", "is_party_member", "identity_state",
    "identity_reason", "channel", "registered_at", "registered_by_id",
)  # fmt: skip


def _volunteer(
    pk: int, one: Any, home: int, office: User, at: datetime, *, is_new: bool
) -> tuple[Any, ...]:
    number = f"{settings.VOLUNCITY_CITY_CODE[:4]}7{pk:07d}"
    registered = at - timedelta(days=120 if is_new else 1000 + pk % 300)
    return (
        pk, number, one.name, one.sex, one.born_on, IdType.RESIDENT.value,
        personal.seal(one.id_number, bound_to=f"volunteer:{number}"),
        personal.index(f"{IdType.RESIDENT}:{one.id_number}", purpose="id"), "", "", "", home, False,
        IdentityState.VERIFIED.value, "", Channel.PAPER.value, registered, office.pk,
    )  # fmt: skip


def _highest(model: type[models.Model]) -> int:
    found: int | None = model._base_manager.aggregate(highest=Max("pk"))["highest"]  # noqa: SLF001 -- Django's documented API
    return found or 0


# -- Records -----------------------------------------------------------------------------------


def _ground(office: User, until: date, days: int) -> Ground:
    """Make the organization, its project and one activity of eight hours for each day."""
    city = regions.city()
    at = _instant(until - timedelta(days=days + 30), 9)
    team = Organization.objects.create(
        kind=Kind.FILED, name="濮阳先锋志愿服务总队", region=city, state=OrgState.ACTIVE,
        contact_name="赵文清", applied_at=at, intro="首批星级志愿者都来自这支队伍。",
    )  # fmt: skip
    Organization.objects.filter(pk=team.pk).update(path=f"/{team.pk}/")
    team.refresh_from_db()
    project = Project.objects.create(
        name="就近就便志愿服务", organization=team, category=Category.objects.all()[0],
        starts_on=local_date(at), ends_on=until + DAY, state=ProjectState.RUNNING,
        served_group="社区居民", session_minutes=SESSION, volunteers_wanted=1_000,
        sessions_planned=days, risk_notice="注意安全", funding="自筹",
        created_at=at, created_by=office,
    )  # fmt: skip
    shifts = {}
    for back in range(days):
        day = until - timedelta(days=back)
        starts, ends = _instant(day, 8), _instant(day, 16)
        activity = Activity.objects.create(
            project=project, name="就近就便志愿服务", region=city, address="各社区",
            leader=office, starts_at=starts, ends_at=ends, state=ActivityState.OPEN,
            created_at=at, created_by=office,
        )  # fmt: skip
        shift = Shift.objects.create(
            activity=activity, name="全天", starts_at=starts, ends_at=ends, capacity=2_000
        )
        shifts[day] = shift.pk
    issued = ledger.open_account(
        key=issue_key(Trust.PROVEN), unit=Unit.MINUTES, holder="city", keeps_balance=False
    )
    return Ground(
        team, office, shifts, _highest(Account) + 1, _highest(Transfer) + 1,
        max(_highest(ServiceRecord), _highest(Signup)) + 1, issued.pk,
    )  # fmt: skip


def _instant(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), CITY_TZ).astimezone(UTC)


def _write(ground: Ground, served: list[Served], until: date) -> None:
    """Write accounts, sign-ups, presence, transfers and records; the books add up."""
    due = {day: calendar.due_on(day, 10) for day in ground.shifts}
    rows = list(_rows(ground, served, until))
    copy_rows(
        Account, ("id", "key", "unit", "holder", "keeps_balance", "balance"),
        (
            (
                ground.account0 + n, account_key(one.volunteer_id, Trust.PROVEN),
                Unit.MINUTES.value,
                holder_key(one.volunteer_id), True, one.sessions * SESSION,
            )
            for n, one in enumerate(served)
        ),
    )  # fmt: skip
    copy_rows(Signup, SIGNUP, (_signup(row) for row in rows))
    copy_rows(Attendance, ATTENDANCE, (_attendance(row) for row in rows))
    copy_rows(Transfer, TRANSFER, (_transfer(ground, row) for row in rows))
    copy_rows(ServiceRecord, RECORD, (_record(ground, row, due[row.day]) for row in rows))
    taken: dict[int, int] = {}
    for row in rows:
        taken[row.shift_id] = taken.get(row.shift_id, 0) + 1
    for shift_id, number in taken.items():
        Shift.objects.filter(pk=shift_id).update(taken=number)
    _totals(served, until)
    for model in (Account, Signup, Attendance, Transfer, ServiceRecord):
        settle_sequence(model)
    _journal(ground, rows)


class Row(NamedTuple):
    """One person in one session; its number is that of sign-up, presence and record."""

    number: int
    volunteer_id: int
    account: int
    shift_id: int
    day: date
    starts: datetime
    ends: datetime


def _rows(ground: Ground, served: list[Served], until: date) -> Iterator[Row]:
    number = ground.record0
    for place, one in enumerate(served):
        for back in range(one.sessions):
            day = until - timedelta(days=back)
            yield Row(
                number, one.volunteer_id, ground.account0 + place, ground.shifts[day], day,
                _instant(day, 8), _instant(day, 16),
            )  # fmt: skip
            number += 1


SIGNUP = ("id", "shift_id", "volunteer_id", "state", "signed_up_at", "risks_read_at",
          "cancel_reason")  # fmt: skip
ATTENDANCE = ("signup_id", "in_at", "in_method", "out_at", "out_method")
TRANSFER = ("id", "unit", "debit_id", "credit_id", "amount", "key", "source", "reason", "at",
            "by_id")  # fmt: skip
RECORD = (
    "id", "signup_id", "volunteer_id", "organization_id", "served_on", "planned_from",
    "planned_to", "actual_from", "actual_to", "counted_from", "counted_to", "minutes", "rule",
    "trust", "approver", "state", "state_reason", "due_on", "computed_at", "confirmed_at",
    "confirmed_by_id", "transfer_id", "posted_at",
)  # fmt: skip


def _signup(row: Row) -> tuple[Any, ...]:
    at = row.starts - 3 * DAY
    return row.number, row.shift_id, row.volunteer_id, SignupState.PLACED.value, at, at, ""


def _attendance(row: Row) -> tuple[Any, ...]:
    scan = Method.VENUE_CODE.value
    return row.number, row.starts, scan, row.ends, scan


def _transfer(ground: Ground, row: Row) -> tuple[Any, ...]:
    source = f"record:{row.number}"
    pk = ground.transfer0 + row.number - ground.record0
    return (
        pk, Unit.MINUTES.value, ground.issued, row.account, SESSION, source, source,
        "志愿服务时长入账", row.ends + DAY, ground.leader.pk,
    )  # fmt: skip


def _record(ground: Ground, row: Row, due: date) -> tuple[Any, ...]:
    pk = ground.transfer0 + row.number - ground.record0
    after = row.ends + DAY
    return (
        row.number, row.number, row.volunteer_id, ground.organization.pk, row.day, row.starts,
        row.ends, row.starts, row.ends, row.starts, row.ends, SESSION,
        "签到到签退，计划时间内的整分钟", Trust.PROVEN.value, Approver.NOBODY.value,
        RecordState.POSTED.value, "",
        due, row.ends, after, ground.leader.pk, pk, after,
    )  # fmt: skip


def _totals(served: list[Served], until: date) -> None:
    columns = ("volunteer_id", "month", "proven_minutes", "entered_minutes", "minutes")
    copy_rows(Total, columns, _sums(served, until))


def _sums(served: list[Served], until: date) -> Iterator[tuple[Any, ...]]:
    for one in served:
        months: dict[str, int] = {"": one.sessions * SESSION}
        for back in range(one.sessions):
            month = f"{until - timedelta(days=back):%Y-%m}"
            months[month] = months.get(month, 0) + SESSION
        for month, minutes in months.items():
            yield one.volunteer_id, month, minutes, 0, minutes


def _journal(ground: Ground, rows: list[Row]) -> None:
    """Tell the journal what was posted, and let the readers begin after it: all is kept already.

    What they had not read before is read first.
    """
    catch_up(at=rows[-1].ends)
    told = (
        (
            ServiceRecord(pk=row.number),
            {
                "record": row.number, "volunteer": row.volunteer_id, "minutes": SESSION,
                "trust": Trust.PROVEN.value, "served_on": str(row.day),
                "organization": ground.organization.pk,
            },
            row.ends + DAY,
        )
        for row in rows
    )  # fmt: skip
    record_each("hours.post", told, by=ground.leader)
    while seal_entries():
        pass
    Cursor.objects.update(position=Head.objects.get(pk=1).sequence)


# -- The batches -------------------------------------------------------------------------------


def _certify(kind: str, office: User, until: date, at: datetime) -> Batch:
    title = "首批星级志愿者认定" if kind == HonorKind.STARS else "首批金银铜奖章认定"
    plan = BatchPlan(title, kind, regions.city().pk, until)
    batch = certification.start_batch(plan=plan, by=office, at=at)
    certification.count_batch(batch_id=batch.pk, clock=lambda: at)
    certification.accept_all(batch_id=batch.pk, grade=None, by=office, at=at)
    shown = certification.show_batch(batch_id=batch.pk, by=office, at=at)
    later = at + timedelta(days=20)
    publicity.finish_due(today=local_date(later), at=later)
    return shown
