"""A draft saves itself and loses nothing; an activity is arranged again as it was; the preview."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from voluncity.kernel.refusals import BadInput, WrongState
from voluncity.service.projects import actions, queries
from voluncity.service.projects.models import Activity, Project
from voluncity.service.projects.rules import edition_of, plan_of
from voluncity.service.projects.tests.cast import Cast, activity_plan, project_plan, shift_plan
from voluncity.testing.make_people import NOON
from voluncity.testing.make_projects import MORNING, make_category
from voluncity.testing.pages import as_

pytestmark = [pytest.mark.django_db, pytest.mark.row("C1")]


def _draft(cast: Cast) -> Project:
    return actions.create_project(
        organization_id=cast.team.pk, plan=project_plan(), by=cast.admin, at=NOON
    )


def _sent(**changes: Any) -> dict[str, Any]:
    plan = {
        "name": "汾河公园文明引导", "category": make_category().pk, "session_minutes": "120",
        "volunteers_wanted": "10", "sessions_planned": "1", "starts_on": "2026-12-01",
        "ends_on": "2030-12-31", "min_age": "14", "autosave": "1",
    }  # fmt: skip
    return plan | changes


def test_a_new_draft_keeps_itself_and_goes_on_at_its_own_address(cast: Cast) -> None:
    told = as_(cast.admin).post("/desk/projects/new/", _sent(organization=cast.team.name)).json()
    project = Project.objects.get()
    assert (told["url"], project.state) == (f"/desk/projects/{project.pk}/edit/", "draft")
    again = as_(cast.admin).post(told["url"], _sent(seen=told["seen"], name="新名称")).json()
    project.refresh_from_db()
    assert (project.name, again["seen"]) == ("新名称", edition_of(plan_of(project)))


def test_what_is_not_filled_in_yet_is_not_kept_and_not_lost(cast: Cast) -> None:
    project = _draft(cast)
    answer = as_(cast.admin).post(f"/desk/projects/{project.pk}/edit/", _sent(name=" "))
    assert (answer.status_code, answer.json()["said"]) == (
        422, "还有没填好的地方，填好后会自动保存。",
    )  # fmt: skip
    assert Project.objects.get().name == "汾河公园文明引导"


def test_what_somebody_else_wrote_meanwhile_is_not_written_over(cast: Cast) -> None:
    project = _draft(cast)
    seen = edition_of(plan_of(project))
    actions.change_project(
        project_id=project.pk, plan=project_plan(name="李强的名称"), by=cast.leader, at=NOON
    )
    page = f"/desk/projects/{project.pk}/edit/"
    answer = as_(cast.admin).post(page, _sent(seen=seen, name="赵敏的名称"))
    assert (answer.status_code, Project.objects.get().name) == (409, "李强的名称")
    assert "别人修改过这个项目" in answer.json()["said"]


def test_who_saves_again_after_the_warning_means_it(cast: Cast) -> None:
    project = _draft(cast)
    seen = edition_of(plan_of(project))
    actions.change_project(
        project_id=project.pk, plan=project_plan(name="李强的名称"), by=cast.leader, at=NOON
    )
    page, sent = f"/desk/projects/{project.pk}/edit/", _sent(seen=seen, name="赵敏的名称")
    del sent["autosave"]
    words = as_(cast.admin).post(page, sent).content.decode()
    newest = edition_of(plan_of(Project.objects.get()))
    assert ("别人修改过这个项目" in words, f'value="{newest}"' in words) == (True, True)
    as_(cast.admin).post(page, sent | {"seen": newest})
    assert Project.objects.get().name == "赵敏的名称"


def test_the_edition_is_asked_for_in_the_statement_that_writes(cast: Cast) -> None:
    """The saboteur's way: without `seen` the last one wins, as the API may want it."""
    project = _draft(cast)
    for name in ("甲", "乙"):
        actions.change_project(
            project_id=project.pk, plan=project_plan(name=name), by=cast.admin, at=NOON
        )
    with pytest.raises(WrongState):
        actions.change_project(
            project_id=project.pk, plan=project_plan(name="丙"), by=cast.admin, at=NOON,
            seen="0123456789abcdef",
        )  # fmt: skip
    assert Project.objects.get().name == "乙"


def test_changes_in_a_row_are_told_once(cast: Cast) -> None:
    project = _draft(cast)
    for name in ("甲", "乙", "丙"):
        actions.change_project(
            project_id=project.pk, plan=project_plan(name=name), by=cast.admin, at=NOON
        )
    told = [happening.label for happening in queries.timeline(Project.objects.get())]
    assert told == ["创建项目", "修改内容"]


# -- Again as it was ---------------------------------------------------------------------------


def _activity(cast: Cast) -> Activity:
    return actions.create_activity(
        project_id=_draft(cast).pk, plan=activity_plan(cast), shifts=[shift_plan()],
        by=cast.leader, at=NOON,
    )  # fmt: skip


def test_an_activity_is_arranged_again_some_times(cast: Cast) -> None:
    old = _activity(cast)
    made = actions.copy_series(
        activity_id=old.pk, first_on=date(2030, 3, 12), every_days=7, times=3,
        by=cast.leader, at=NOON,
    )  # fmt: skip
    assert [one.starts_at - MORNING for one in made] == [timedelta(days=n) for n in (7, 14, 21)]
    assert {one.state for one in made} == {"draft"}


@pytest.mark.parametrize(
    ("first_on", "times", "words"),
    [
        (date(2030, 12, 30), 2, "最后一次会在 2031-01-06"),
        (date(2026, 11, 1), 1, "日期已经过去"),
        (date(2030, 3, 12), 31, "共几次应为 1 到 30"),
    ],
)
def test_a_wrong_series_makes_nothing(cast: Cast, first_on: date, times: int, words: str) -> None:
    old = _activity(cast)
    with pytest.raises(BadInput, match=words):
        actions.copy_series(
            activity_id=old.pk, first_on=first_on, every_days=7, times=times, by=cast.leader,
            at=NOON,
        )  # fmt: skip
    assert Activity.objects.count() == 1


def test_a_series_is_asked_for_at_the_desk(cast: Cast) -> None:
    old = _activity(cast)
    page, leader = f"/desk/projects/activities/{old.pk}/copy/", as_(cast.leader)
    wrong = leader.post(page, {"first_on": "下周", "every_days": "0", "times": ""})
    assert (wrong.status_code, Activity.objects.count()) == (422, 1)
    leader.post(page, {"first_on": "2030-03-12", "every_days": "７", "times": "2"})
    assert Activity.objects.count() == 3


def test_a_draft_is_previewed_by_its_own_people_only(cast: Cast) -> None:
    page = f"/desk/projects/{_draft(cast).pk}/preview/"
    assert "这是预览，居民现在还看不到。" in as_(cast.admin).get(page).content.decode()
    assert as_(cast.stranger).get(page).status_code == 404
