"""Once a closing is closed, the database deletes nothing of it; a guard that is gone is named."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from voluncity.city.people.models import User
from voluncity.fund.closings import actions, queries
from voluncity.fund.closings import closed as triggers
from voluncity.fund.closings.models import Closing
from voluncity.fund.closings.states import ClosingState
from voluncity.fund.grants.models import Funding
from voluncity.testing.make_calls import make_officer
from voluncity.testing.make_closings import close, make_closing, paper, reread
from voluncity.testing.make_people import NOON

pytestmark = pytest.mark.django_db
C = ClosingState


def refused(statement: str, table: str) -> bool:
    """Return whether the table's guard says no; what was tried is undone in either case."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":  # TRUNCATE waits for no reference to be checked
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(statement)
            transaction.set_rollback(True)
    except DatabaseError as error:
        return f"{table} is closed" in str(error)
    return False


def take_off(name: str, table: str) -> None:
    """Drop a guard, as somebody at the database could."""
    on_table = "" if connection.vendor == "sqlite" else f" ON {table}"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}{on_table}")


@pytest.fixture
def evaluated(funding: Funding, admin: User) -> Closing:
    """Return a closing with a row in every table that hangs on it."""
    closing = make_closing(C.DRAFT, funding, admin=admin)
    actions.add_file(closing=closing, checked=paper("总结"), name="总结", by=admin, at=NOON)
    closing = make_closing(C.EVALUATED, funding, admin=admin)
    actions.object_to(closing=closing, words="评分偏低。", by=admin, at=NOON)
    actions.answer_objection(
        closing=reread(closing), is_right=False, points=None, words="评分无误。",
        by=make_officer(funding.fund.region, "王素梅"), at=NOON,
    )  # fmt: skip
    return reread(closing)


@pytest.fixture
def closed(evaluated: Closing) -> Closing:
    return close(evaluated, by=make_officer(evaluated.funding.fund.region, "方明"))


@pytest.mark.parametrize("table", [*triggers.TABLES])
def test_no_row_of_a_closed_closing_is_deleted(closed: Closing, table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 -- our own words
        [many] = cursor.fetchone()
    assert many > 0
    assert refused(f"DELETE FROM {table}", table)  # noqa: S608 -- our own words
    take_off(triggers.guards("sqlite", table)[-1].name, table)  # the saboteur
    assert not refused(f"DELETE FROM {table}", table)  # noqa: S608 -- our own words


@pytest.mark.parametrize("table", [*triggers.TABLES])
def test_before_it_is_closed_nothing_hinders(evaluated: Closing, table: str) -> None:
    assert not refused(f"DELETE FROM {table}", table)  # noqa: S608 -- our own words


@pytest.mark.parametrize("table", [*triggers.TABLES])
def test_there_is_no_back_door_to_deleting(closed: Closing, table: str) -> None:
    if connection.vendor == "sqlite":  # REPLACE deletes the row with the same id
        assert refused(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}", table)  # noqa: S608 -- our own words
    else:  # TRUNCATE asks no row
        assert refused(f"TRUNCATE {table} CASCADE", table)
        take_off(triggers.guards("postgresql", table)[-1].name, table)  # the saboteur
        assert not refused(f"TRUNCATE {table} CASCADE", table)


def test_a_guard_that_is_gone_is_named() -> None:
    assert queries.faults() == []
    for table in triggers.TABLES:
        for guard in triggers.guards(connection.vendor, table):
            take_off(guard.name, table)
            assert queries.faults() == [f"数据库缺少对 {table} 的保护：{guard.name}"]
            _put_back(guard)


def _put_back(guard: triggers.Guard) -> None:
    with connection.cursor() as cursor:
        cursor.execute(guard.installed(connection.vendor)[-1])
