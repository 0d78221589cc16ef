"""Make the rows that follow from others inside the database, one statement for each table.

The same statements run on both databases: whatever they would have to compute with dates or
words lies ready in the slots (`slots.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django.db import connection, models

from voluncity.city.ledger.models import Account, Transfer, Unit
from voluncity.city.orgs.models import Membership
from voluncity.city.people.models import Consent, FreeTime, IdentityCheck, Volunteer
from voluncity.city.people.rules import CONSENTS
from voluncity.city.people.states import Purpose
from voluncity.doors.portal.scale.shape import Facts
from voluncity.doors.portal.scale.slots import PLAN_COLUMNS, SLOT_COLUMNS
from voluncity.honor.recognition.models import Total
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.signups.models import Agenda, Attendance, Signup

_TYPES = {
    "id": "integer PRIMARY KEY", "signup_id": "integer PRIMARY KEY", "kind": "varchar(10)",
    "cancel_reason": "varchar(40)", "in_method": "varchar(12)", "out_method": "varchar(12)",
    "month": "varchar(7)", "rule": "varchar(200)", "trust": "varchar(8)", "approver": "varchar(8)",
    "minutes": "integer", "served_on": "date", "due_on": "date",
}  # fmt: skip
# Six of ten agree to be ranked.
_AGREES = "{person} * 7919 %% 10 < 6"
_PLANNED = "scale_plan p JOIN scale_slot s ON s.id = p.slot_id"


class Step(NamedTuple):
    """Rows of one table: what each column is selected as, and from where."""

    label: str
    model: type[models.Model]
    columns: dict[str, str]
    source: str


def stage(name: str, columns: Sequence[str]) -> None:
    """Make a staging table of this session; an instant is any column that ends in at/from/to."""
    typed = ", ".join(f"{column} {_type(column)}" for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE {name} ({typed})")


def _type(column: str) -> str:
    if column in _TYPES:
        return _TYPES[column]
    is_instant = column.endswith(("_at", "_from", "_to"))
    if not is_instant:
        return "bigint"
    return "timestamptz" if connection.vendor == "postgresql" else "datetime"


def stage_all(facts: Facts) -> None:
    """Make the staging tables, and fill those that are small."""
    stage("scale_slot", SLOT_COLUMNS)
    stage("scale_plan", PLAN_COLUMNS)
    stage("scale_home", ("organization_id", "first_id", "end_id"))
    stage("scale_word", ("number", "skill_id", "category_id"))
    first = facts.volunteer0
    homes = [
        (home.organization, first + home.first, first + home.first + home.members)
        for home in facts.homes
    ]
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO scale_home VALUES (%s, %s, %s)", homes)


def know_stages() -> None:
    """Let the database count the staging tables, which nobody else analyzes."""
    with connection.cursor() as cursor:
        for name in ("scale_slot", "scale_plan", "people_volunteer"):
            cursor.execute(f"ANALYZE {name}")


def drop_stages() -> None:
    """Drop the staging tables."""
    with connection.cursor() as cursor:
        for name in ("scale_slot", "scale_plan", "scale_home", "scale_word"):
            cursor.execute(f"DROP TABLE {name}")


def run(step: Step) -> int:
    """Insert the rows of a step; columns that it does not name get the model's default."""
    meta = step.model._meta  # noqa: SLF001 -- Django's documented API
    given: dict[str, str] = dict(step.columns)
    params: list[Any] = []
    for field in meta.concrete_fields:
        column = str(field.column)
        if column in given or field.primary_key:
            continue
        default = field.get_db_prep_save(field.get_default(), connection=connection)
        given[column] = "NULL" if default is None else "%s"
        if default is not None:
            params.append(default)
    columns, values = ", ".join(given), ", ".join(given.values())
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {meta.db_table} ({columns}) SELECT {values} FROM {step.source}",  # noqa: S608 -- names of our own tables
            params,
        )
        return int(cursor.rowcount)


def of_people(facts: Facts, *, office: int) -> Iterator[Step]:
    """Return what follows from the volunteers."""
    terms, ranking = CONSENTS[Purpose.TERMS].version, CONSENTS[Purpose.RANKING].version
    given = "v.registered_at"
    giver = "COALESCE(v.user_id, v.registered_by_id)"
    for purpose, version, which in (
        (Purpose.TERMS, terms, "people_volunteer v"),
        (Purpose.RANKING, ranking, f"people_volunteer v WHERE {_AGREES.format(person='v.id')}"),
    ):
        yield Step(
            "同意", Consent,
            {"volunteer_id": "v.id", "purpose": f"'{purpose.value}'",
             "text_version": f"'{version}'", "given_at": given, "given_by_id": giver},
            which,
        )  # fmt: skip
    check = {"volunteer_id": "v.id", "submitted_at": given, "source": "'staff'"}
    yield Step("实名审核", IdentityCheck, check,
               "people_volunteer v WHERE v.identity_state = 'pending'")  # fmt: skip
    decided = {"decided_at": given, "decided_by_id": str(office), "is_match": "FALSE"}
    yield Step("实名审核", IdentityCheck, {**check, **decided, "reason": "v.identity_reason"},
               "people_volunteer v WHERE v.identity_state = 'rejected'")  # fmt: skip
    yield Step("入队", Membership,
               {"organization_id": "h.organization_id", "volunteer_id": "v.id",
                "joined_at": given},
               "scale_home h JOIN people_volunteer v"
               " ON v.id >= h.first_id AND v.id < h.end_id")  # fmt: skip
    yield Step("日程", Agenda, {"volunteer_id": "v.id", "version": "1"}, "people_volunteer v")
    yield from _offers()


def _offers() -> Iterator[Step]:
    """Return what a share of the volunteers can do, wants to do, and when."""
    for turn, share in ((0, 4), (1, 9)):
        for label, model, column in (
            ("专长", Volunteer.skills.through, "skill_id"),
            ("意向", Volunteer.intentions.through, "category_id"),
        ):
            words = f"(SELECT COUNT({column}) FROM scale_word)"  # noqa: S608 -- our own columns
            number = f"(v.id * 31 + v.id / 7 + {turn * 5}) %% {words}"
            yield Step(
                label, model, {"volunteer_id": "v.id", column: f"w.{column}"},
                f"people_volunteer v JOIN scale_word w ON w.number = {number}"
                f" WHERE v.id %% {share} = 1",
            )  # fmt: skip
    for turn, part in enumerate(("morning", "afternoon", "evening")):
        yield Step(
            "空闲时间", FreeTime,
            {"volunteer_id": "v.id", "weekday": f"(v.id / 4 + {turn * 3}) %% 7",
             "part": f"'{part}'"},
            "people_volunteer v WHERE v.id %% 4 = 1",
        )  # fmt: skip


def of_service(facts: Facts, issued: dict[str, int], account0: int) -> Iterator[Step]:
    """Return what follows from who took which slot; ids of accounts follow from volunteers."""
    yield Step("报名", Signup, {
        "id": "p.signup_id", "shift_id": "s.shift_id", "volunteer_id": "p.volunteer_id",
        "state": "CASE s.kind WHEN 'cancelled' THEN 'cancelled' ELSE 'placed' END",
        "signed_up_at": "s.signed_up_at", "signed_up_by_id": "p.user_id",
        "risks_read_at": "s.signed_up_at", "cancelled_at": "s.cancelled_at",
        "cancel_reason": "s.cancel_reason",
    }, _PLANNED)  # fmt: skip
    came = f"{_PLANNED} WHERE p.record_id IS NOT NULL"
    yield Step("签到签退", Attendance, {
        "id": "p.record_id", "signup_id": "p.signup_id",
        "in_at": "s.in_at", "in_method": "s.in_method", "in_by_id": "COALESCE(s.in_by, p.user_id)",
        "out_at": "s.out_at", "out_method": "s.out_method",
        "out_by_id": "COALESCE(s.out_by, p.user_id)",
    }, came)  # fmt: skip
    posted = f"{_PLANNED} WHERE s.kind = 'posted'"
    shift = facts.transfer0 - facts.record0
    yield from _totals(posted)
    yield from _accounts(facts, account0)
    debit = " ".join(f"WHEN '{trust}' THEN {account}" for trust, account in issued.items())
    yield Step("台账", Transfer, {
        "id": f"p.record_id + {shift}", "unit": f"'{Unit.MINUTES.value}'",
        "debit_id": f"CASE s.trust {debit} END",
        "credit_id": _account("p.volunteer_id", facts, account0),
        "amount": "s.minutes", "key": "'record:' || p.record_id",
        "source": "'record:' || p.record_id", "reason": "'志愿服务时长入账'",
        "at": "s.posted_at", "by_id": "s.confirmed_by",
    }, posted)  # fmt: skip
    yield Step("服务记录", ServiceRecord, {
        "id": "p.record_id", "signup_id": "p.signup_id", "volunteer_id": "p.volunteer_id",
        **{name: f"s.{name}" for name in (
            "organization_id", "served_on", "planned_from", "planned_to", "counted_from",
            "counted_to", "minutes", "rule", "trust", "approver", "due_on", "computed_at",
            "confirmed_at", "approved_at", "posted_at",
        )},
        "actual_from": "s.in_at", "actual_to": "s.out_at",
        "confirmed_by_id": "s.confirmed_by", "approved_by_id": "s.approved_by",
        "state": "CASE s.kind WHEN 'posted' THEN 'posted' ELSE 'computed' END",
        "transfer_id": f"CASE s.kind WHEN 'posted' THEN p.record_id + {shift} END",
    }, came)  # fmt: skip


def _account(volunteer: str, facts: Facts, account0: int) -> str:
    base = f"{account0} + ({volunteer} - {facts.volunteer0}) * 2"
    return f"{base} + CASE s.trust WHEN 'proven' THEN 0 ELSE 1 END"


def _totals(posted: str) -> Iterator[Step]:
    sums = {
        f"{trust}_minutes": f"SUM(CASE s.trust WHEN '{trust}' THEN s.minutes ELSE 0 END)"
        for trust in ("proven", "entered")
    }
    yield Step(
        "月度合计", Total,
        {"volunteer_id": "p.volunteer_id", "month": "s.month", **sums, "minutes": "SUM(s.minutes)"},
        f"{posted} GROUP BY p.volunteer_id, s.month",
    )  # fmt: skip
    columns = ("proven_minutes", "entered_minutes", "minutes")
    yield Step(
        "全部合计", Total,
        {"volunteer_id": "t.volunteer_id", "month": "''", **{c: f"SUM(t.{c})" for c in columns}},
        "recognition_total t GROUP BY t.volunteer_id",
    )  # fmt: skip


def _accounts(facts: Facts, account0: int) -> Iterator[Step]:
    for number, trust in enumerate(("proven", "entered")):
        yield Step(
            "账户", Account,
            {"id": f"{account0 + number} + (t.volunteer_id - {facts.volunteer0}) * 2",
             "key": f"'minutes:volunteer:' || t.volunteer_id || ':{trust}'",
             "unit": f"'{Unit.MINUTES.value}'", "holder": "'volunteer:' || t.volunteer_id",
             "balance": f"t.{trust}_minutes"},
            f"recognition_total t WHERE t.month = '' AND t.{trust}_minutes > 0",
        )  # fmt: skip
