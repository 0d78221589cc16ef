"""Build the reference city into an empty database, in one transaction and one step after it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Max

from voluncity.city.catalog.models import Category, Skill
from voluncity.city.journal.actions import catch_up
from voluncity.city.journal.models import Cursor, Entry, Head
from voluncity.city.ledger import actions as ledger
from voluncity.city.ledger.models import Account, Transfer, Unit
from voluncity.city.orgs.actions import load_lead_units
from voluncity.city.orgs.models import Membership
from voluncity.city.people.actions import create_account
from voluncity.city.people.models import Consent, FreeTime, IdentityCheck, User, Volunteer
from voluncity.city.policy import queries as policy
from voluncity.city.publicity import queries as publicity
from voluncity.city.regions.models import Level, Region
from voluncity.doors.portal import actions
from voluncity.doors.portal.demo import city
from voluncity.doors.portal.demo.story import moment
from voluncity.doors.portal.scale import derive, indexes, people, service, sink, teams
from voluncity.doors.portal.scale.shape import DAYS, Facts, Home, Shape
from voluncity.honor.leaderboards import actions as leaderboards
from voluncity.honor.recognition.models import StarAward, Total
from voluncity.honor.recognition.queries import ladder_on
from voluncity.kernel.bulk import settle_sequence
from voluncity.kernel.clock import local_date
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.hours.rules import issue_key
from voluncity.service.hours.states import Trust
from voluncity.service.projects.actions import load_lines
from voluncity.service.projects.models import Activity, Shift
from voluncity.service.signups.models import Agenda, Attendance, Signup

Say = Callable[[str], None]

# Filled without their indexes and foreign keys, which are made in one go afterwards.
LARGE: tuple[type[models.Model], ...] = (
    User, Volunteer, Volunteer.skills.through, Volunteer.intentions.through, FreeTime, Consent,
    IdentityCheck, Membership, Agenda, Activity, Shift, Signup, Attendance, ServiceRecord,
    Account, Transfer, Entry, Total, StarAward,
)  # fmt: skip
NOW_AND_THEN = 500_000  # rows
APART = 20_000  # from so many volunteers on, rows are made by processes of their own


class Steps:
    """Says how far the building is, with counts and seconds."""

    def __init__(self, say: Say) -> None:
        self.say = say

    @contextmanager
    def step(self, label: str) -> Iterator[list[int]]:
        """Time one step; append to what it yields what should be counted."""
        started, counts = time.monotonic(), list[int]()
        yield counts
        rows = f" {sum(counts):,} 行" if counts else ""
        self.say(f"{label}{rows}（{time.monotonic() - started:.1f} 秒）")


def build(*, factor: float, at: datetime, say: Say) -> None:
    """Build the city of this factor; a killed build leaves an empty database, or goes on.

    All rows come in one transaction. Indexes and foreign keys are put back after it: a build that
    was killed there is `finish`ed by the same command.
    """
    steps = Steps(say)
    with sink.swift():
        with transaction.atomic():
            _fill(Shape.of(factor), at=at, steps=steps)
        finish(at=at, say=say)


def finish(*, at: datetime, say: Say) -> None:
    """Put back the indexes and foreign keys, count figures, and make the leaderboards."""
    with Steps(say).step("索引和外键"):
        indexes.restore(lambda table: say(f"索引和外键：{table}"))
    with Steps(say).step("统计数字"):
        actions.keep_figures(at=at)
    with Steps(say).step("排行榜"):
        leaderboards.build(clock=lambda: at)
        leaderboards.count_due(at=at)


def _fill(shape: Shape, *, at: datetime, steps: Steps) -> None:
    """Write every row: first by the city's own actions, then in bulk."""
    first_day = local_date(at) - timedelta(days=DAYS)
    opened = moment(first_day - timedelta(days=1100), "09:00")
    load_lead_units()
    load_lines()
    staff = city.make_staff(at=opened)
    create_account(handle="demo-newcomer", display_name="新朋友", at=at, phone="19903519099")
    catch_up(at=opened)
    office, user0 = staff["demo-city-office"], _highest(User) + 1
    plan = teams.plan_teams(shape, office=office, user0=user0, first_day=first_day, at=opened)
    facts = _facts(shape, plan.homes, user0=user0, at=at, first_day=first_day)
    indexes.take_off([_meta(model).db_table for model in LARGE])
    derive.stage_all(facts)
    _generate(facts, plan, office, steps)
    _derive(facts, office, steps)
    derive.drop_stages()
    for model in apps.get_models(include_auto_created=True):
        if isinstance(_meta(model).pk, models.AutoField):
            settle_sequence(model)
    teams.appoint(plan.homes, user0=user0, office=office, at=opened)
    city.appoint_staff_of_organizations(staff, at=opened)
    catch_up(at=at)


def _generate(facts: Facts, plan: teams.Teams, office: User, steps: Steps) -> None:
    apart = facts.shape.volunteers >= APART
    _load("账号和志愿者", steps, sink.stream(people.written, facts, office.pk, apart=apart))
    with steps.step("组织和项目") as counts:
        plan.write()
        counts += [len(plan.organizations), len(plan.projects)]
    _load("活动、班次和操作日志", steps, sink.stream(service.told, facts, apart=apart))


def _derive(facts: Facts, office: User, steps: Steps) -> None:
    accounts = _open_accounts()
    account0 = _highest(Account) + 1
    _give_words()
    derive.know_stages()
    for step in derive.of_people(facts, office=office.pk):
        with steps.step(step.label) as counts:
            counts.append(derive.run(step))
    for step in derive.of_service(facts, accounts, account0):
        with steps.step(step.label) as counts:
            counts.append(derive.run(step))


def _meta(model: type[models.Model]) -> Any:
    return model._meta  # noqa: SLF001 -- Django's documented API


def _load(label: str, steps: Steps, blocks: Iterable[sink.Ready]) -> None:
    """Write all blocks, and say so now and then: the largest step takes minutes."""
    with steps.step(label) as counts:
        for block in blocks:
            if block[0] == "head":
                _set_head(*block[3][0])
                continue
            before = sum(counts) // NOW_AND_THEN
            counts[:] = [sum(counts) + sink.load(block)]
            if counts[0] // NOW_AND_THEN > before:
                steps.say(f"{label}……{counts[0]:,} 行")


def _set_head(sequence: int, digest: str) -> None:
    Head.objects.update_or_create(pk=1, defaults={"sequence": sequence, "hash": digest})
    for reader in settings.VOLUNCITY_READERS:
        Cursor.objects.update_or_create(reader=reader, defaults={"position": sequence})


def _open_accounts() -> dict[str, int]:
    return {
        str(trust): ledger.open_account(
            key=issue_key(trust), unit=Unit.MINUTES, holder="city", keeps_balance=False
        ).pk
        for trust in Trust
    }


def _give_words() -> None:
    skills = list(Skill.objects.order_by("pk").values_list("pk", flat=True))
    categories = list(Category.objects.order_by("pk").values_list("pk", flat=True))
    rows = [
        (n, skills[n] if n < len(skills) else None, categories[n] if n < len(categories) else None)
        for n in range(max(len(skills), len(categories)))
    ]
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO scale_word VALUES (%s, %s, %s)", rows)


def _highest(model: type[models.Model]) -> int:
    highest: int | None = model._base_manager.aggregate(highest=Max("pk"))["highest"]  # noqa: SLF001 -- Django's documented API
    return highest or 0


def _facts(
    shape: Shape, homes: Sequence[Home], *, user0: int, at: datetime, first_day: date
) -> Facts:
    today = local_date(at)
    head = Head.objects.get(pk=1)
    calendar = publicity.calendar()
    workdays = policy.number("hours.record_workdays", on=today)
    days = [first_day + timedelta(days=n) for n in range(DAYS)]
    communities = Region.objects.filter(level=Level.COMMUNITY, valid_to=None).order_by("code")
    return Facts(
        shape=shape,
        homes=tuple(homes),
        now=at.replace(microsecond=0),
        today=today,
        first_day=first_day,
        user0=user0,
        volunteer0=_highest(Volunteer) + 1,
        activity0=_highest(Activity) + 1,
        shift0=_highest(Shift) + 1,
        signup0=_highest(Signup) + 1,
        record0=_highest(ServiceRecord) + 1,
        transfer0=_highest(Transfer) + 1,
        award0=_highest(StarAward) + 1,
        entry0=_highest(Entry) + 1,
        sequence0=head.sequence,
        hash0=head.hash,
        communities=tuple(communities.values_list("pk", flat=True)),
        rungs=tuple((rung.stars, rung.minutes) for rung in ladder_on(today)),
        due={day: calendar.add_workdays(day, workdays) for day in days},
        share_percent=policy.number("hours.least_share_percent", on=today),
        city_code=settings.VOLUNCITY_CITY_CODE,
        data_keys=tuple(settings.VOLUNCITY_DATA_KEYS),
        index_key=settings.VOLUNCITY_INDEX_KEY,
    )
