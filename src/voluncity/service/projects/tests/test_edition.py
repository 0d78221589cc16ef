"""The catalogue in memory is never older than the database: whatever it shows makes an edition."""

from __future__ import annotations

from datetime import date, timedelta
from importlib import import_module

import pytest
from django.db import connection, transaction
from django.db.models import F

from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import OrgState
from voluncity.service.projects.models import Edition, Project, Shift
from voluncity.service.projects.queries import Filters, catalogue, catalogue_now, find
from voluncity.service.projects.queries.live import newest_edition
from voluncity.testing.make_people import NOON, make_region
from voluncity.testing.make_projects import (
    make_category,
    make_course,
    make_project,
    make_shift,
    make_skill,
)

pytestmark = pytest.mark.django_db
WATCHED = import_module("voluncity.service.projects.migrations.0003_edition").WATCHED
COLUMNS = [(table, column) for table, (_, columns) in WATCHED.items() for column in columns.split()]


def _names() -> list[str]:
    return [card.activity.name for card in find(Filters(), viewer=None, at=NOON).cards]


@pytest.fixture
def shift() -> Shift:
    """Let there be a row in each table that is watched."""
    return make_shift(project=make_project(skills=[make_skill()], course=make_course()))


@pytest.mark.parametrize(("table", "column"), COLUMNS)
@pytest.mark.usefixtures("shift")
def test_each_column_that_is_shown_makes_a_new_edition(table: str, column: str) -> None:
    before = newest_edition()
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = {column}")  # noqa: S608
        assert cursor.rowcount > 0
    assert newest_edition() != before


def test_rows_that_come_and_go_make_new_editions(shift: Shift) -> None:
    editions = [newest_edition()]
    for change in (
        lambda: make_shift(activity=shift.activity),
        shift.delete,
        shift.activity.project.skills.clear,
        lambda: make_category("health", "医疗健康"),
        lambda: make_skill("driving", "驾驶"),
        lambda: make_region("坞城社区"),
    ):
        change()
        editions.append(newest_edition())
    assert len(set(editions)) == len(editions)


def test_a_taken_place_is_seen_at_once_without_a_new_edition(shift: Shift) -> None:
    catalogue = catalogue_now(at=NOON)
    Shift.objects.filter(pk=shift.pk).update(taken=F("taken") + 1)
    (card,) = find(Filters(), viewer=None, at=NOON).cards
    assert (card.free, catalogue_now(at=NOON) is catalogue) == (9, True)


def test_another_slices_change_is_seen_at_once(shift: Shift) -> None:
    assert _names() == ["周二文明引导"]
    Organization.objects.update(state=OrgState.SUSPENDED)
    assert _names() == []


def test_what_was_rolled_back_was_never_found(shift: Shift) -> None:
    with transaction.atomic():
        Project.objects.update(state="closed")
        assert _names() == []
        transaction.set_rollback(True)
    assert _names() == ["周二文明引导"]


def test_an_earlier_question_is_answered_too(shift: Shift) -> None:
    later = shift.starts_at + timedelta(hours=1)
    assert find(Filters(), viewer=None, at=later).cards == []
    assert _names() == ["周二文明引导"]


def test_without_its_trigger_a_change_would_not_be_seen(shift: Shift) -> None:
    # The saboteur: what a migration on SQLite does that rebuilds the table and forgets `watch`.
    assert _names() == ["周二文明引导"]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER orgs_organization_edition_update")
        else:
            cursor.execute("DROP TRIGGER orgs_organization_edition ON orgs_organization")
    Organization.objects.update(state=OrgState.SUSPENDED)
    assert _names() == ["周二文明引导"]


def test_a_new_skill_can_be_filtered_by_at_once() -> None:
    make_region()
    for name in ("急救", "驾驶"):
        make_skill(name, name)
        offered = catalogue_now(at=NOON).options(date(2026, 11, 24)).skills
        assert offered[-1].name == name


@pytest.mark.usefixtures("shift")
def test_no_more_answers_are_remembered_than_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "REMEMBERED", 3)
    for number in range(10):
        assert len(find(Filters(q=f"引导 {number % 7}"), viewer=None, at=NOON)) == 0
        assert len(catalogue_now(at=NOON).memo) <= 3
    assert _names() == ["周二文明引导"]


def test_old_editions_are_swept_by_the_way(shift: Shift) -> None:
    for _ in range(70):
        Shift.objects.filter(pk=shift.pk).update(capacity=F("capacity") + 1)
    assert Edition.objects.count() <= 51
