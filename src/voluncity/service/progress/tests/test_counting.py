"""What the records say about a project, and what that means against its plan."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from voluncity.city.inbox.models import Message
from voluncity.city.journal.actions import catch_up
from voluncity.service.progress import actions, queries
from voluncity.service.progress.models import Progress
from voluncity.service.progress.rules import Figures, Limits, elapsed_percent, standing
from voluncity.service.progress.states import Standing
from voluncity.service.progress.tests.conftest import Cast
from voluncity.service.projects import actions as projects
from voluncity.service.projects.models import Project
from voluncity.service.projects.states import ActivityState, ProjectState
from voluncity.testing.make_hours import ELEVEN, NINE, make_past_shift, make_posted, make_presence
from voluncity.testing.make_people import make_volunteer
from voluncity.testing.make_progress import make_planned
from voluncity.testing.make_projects import make_activity, make_shift

pytestmark = [pytest.mark.django_db, pytest.mark.row("C1")]
LATER = NINE + timedelta(days=2)
LIMITS = Limits(behind_points=20, grace_percent=10, summary_days=30, remind_days=14)


def _stands(sessions: int, today: date, state: str = ProjectState.RUNNING) -> Standing:
    return standing(
        state=state, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31), planned=10,
        sessions=sessions, today=today, limits=LIMITS,
    )  # fmt: skip


def _held(project: Project, *days: int) -> None:
    for day in days:
        begins = NINE + timedelta(days=day)
        activity = make_activity(
            project=project, starts_at=begins, ends_at=begins + timedelta(hours=2)
        )
        make_presence(
            make_shift(activity=activity, starts_at=begins, ends_at=activity.ends_at),
            make_volunteer(),
        )


@pytest.mark.parametrize(
    ("sessions", "today", "expected"),
    [
        (0, date(2025, 12, 31), Standing.NOT_STARTED),
        (0, date(2026, 2, 1), Standing.NOT_STARTED),  # within the grace
        (0, date(2026, 4, 1), Standing.BEHIND),  # 24 points behind
        (1, date(2026, 4, 1), Standing.ON_COURSE),
        (4, date(2026, 8, 9), Standing.ON_COURSE),  # exactly 20 points behind
        (4, date(2026, 8, 12), Standing.BEHIND),
        (10, date(2026, 12, 31), Standing.ON_COURSE),
        (3, date(2027, 1, 1), Standing.OVER),
    ],
)
def test_a_project_stands_where_sessions_and_days_put_it(
    sessions: int, today: date, expected: Standing
) -> None:
    assert _stands(sessions, today) == expected


def test_a_closed_project_is_over_before_its_last_day() -> None:
    assert _stands(1, date(2026, 2, 1), ProjectState.CLOSED) == Standing.OVER


def test_today_is_not_over_yet() -> None:
    first, last = date(2026, 1, 1), date(2026, 1, 10)
    found = [elapsed_percent(first, last, date(2026, 1, day)) for day in (1, 6, 10, 11)]
    assert found == [0, 50, 90, 100]


def test_figures_come_from_who_was_there() -> None:
    project = make_planned()
    wang = make_volunteer("王芳")
    for day in (0, 1):
        starts, ends = NINE - timedelta(days=day), ELEVEN - timedelta(days=day)
        activity = make_activity(project=project, starts_at=starts, ends_at=ends)
        make_posted(make_shift(activity=activity, starts_at=starts, ends_at=ends), wang)
    assert queries.figures_of([project.pk], at=LATER)[project.pk] == Figures(
        sessions=2, volunteers=1, visits=2, proven_minutes=240
    )


def test_two_shifts_of_a_day_are_one_session_and_an_empty_one_is_none() -> None:
    project = make_planned()
    activity = make_activity(project=project, starts_at=NINE, ends_at=ELEVEN)
    for _ in range(2):
        shift = make_shift(activity=activity, starts_at=NINE, ends_at=ELEVEN)
        make_presence(shift, make_volunteer())
    make_activity(project=project, starts_at=NINE - timedelta(days=1), ends_at=NINE, shifts=1)
    assert queries.figures_of([project.pk], at=LATER)[project.pk].sessions == 1


def test_what_is_to_come_or_cancelled_is_no_session() -> None:
    project = make_planned()
    _held(project, 0, 1)
    project.activities.filter(starts_at__gt=NINE).update(state=ActivityState.CANCELLED)
    assert queries.figures_of([project.pk], at=LATER)[project.pk].sessions == 1
    assert queries.figures_of([project.pk], at=NINE)[project.pk].sessions == 0


def test_others_records_do_not_count() -> None:
    project = make_planned()
    make_posted(make_past_shift(), make_volunteer())
    assert queries.figures_of([project.pk], at=LATER)[project.pk] == Figures()


def test_counting_many_asks_as_often_as_counting_one() -> None:
    few = [make_planned().pk]
    many = [make_planned().pk for _ in range(30)]
    with CaptureQueriesContext(connection) as one:
        queries.figures_of(few, at=LATER)
    with CaptureQueriesContext(connection) as thirty:
        queries.figures_of(many, at=LATER)
    assert len(one) == len(thirty)


def test_a_change_of_a_record_gives_another_edition() -> None:
    project = make_planned()
    activity = make_activity(project=project, starts_at=NINE, ends_at=ELEVEN)
    record = make_posted(
        make_shift(activity=activity, starts_at=NINE, ends_at=ELEVEN), make_volunteer()
    )
    before = queries.edition_of(project.pk)
    assert queries.edition_of(project.pk) == before
    record.minutes -= 1
    record.save(update_fields=["minutes"])
    assert queries.edition_of(project.pk) != before


# -- Kept figures ------------------------------------------------------------------------------


def test_what_is_behind_is_kept_with_its_first_day_until_it_catches_up() -> None:
    project = make_planned(planned=2)
    actions.count_progress(at=NINE)
    kept = Progress.objects.get(project=project)
    assert (kept.standing, kept.behind_since) == (Standing.BEHIND, NINE)
    actions.count_progress(at=LATER)
    kept.refresh_from_db()
    assert kept.behind_since == NINE
    _held(project, 0, 1)
    actions.count_progress(at=LATER)
    kept.refresh_from_db()
    after = (str(kept.standing), kept.sessions, Progress.objects.get().behind_since)
    assert after == ("on_course", 2, None)


def test_drafts_are_not_counted() -> None:
    make_planned(state=ProjectState.DRAFT)
    assert (actions.count_progress(at=NINE), Progress.objects.count()) == (0, 0)


def test_a_summary_is_late_after_its_days() -> None:
    project = make_planned(ends_on=date(2026, 10, 17))
    in_time = datetime.fromisoformat("2026-11-16T23:59:00+08:00")
    actions.count_progress(at=in_time)
    assert not Progress.objects.get(project=project).is_summary_late
    actions.count_progress(at=in_time + timedelta(minutes=1))
    assert Progress.objects.get(project=project).is_summary_late


def test_organizers_are_reminded_once_in_two_weeks(cast: Cast) -> None:
    make_planned(cast.team)
    actions.count_progress(at=NINE)
    told = [actions.remind(at=NINE + timedelta(days=day)) for day in (0, 1, 13, 14)]
    catch_up(at=LATER)
    titles = list(Message.objects.filter(user=cast.admin).values_list("title", flat=True))
    assert (told, titles) == ([1, 0, 0, 1], ["项目进度滞后", "项目进度滞后"])


def test_nobody_is_reminded_of_what_is_on_course(cast: Cast) -> None:
    project = make_planned(cast.team, planned=1)
    _held(project, 0)
    actions.count_progress(at=LATER)
    assert actions.remind(at=LATER) == 0


def test_nobody_is_reminded_of_what_was_cancelled_since(cast: Cast) -> None:
    project = make_planned(cast.team)
    actions.count_progress(at=NINE)
    projects.cancel(project_id=project.pk, reason="不办了", by=cast.admin, at=NINE)
    assert actions.remind(at=LATER) == 0
