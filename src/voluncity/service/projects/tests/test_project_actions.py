from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from voluncity.city.journal.models import Entry
from voluncity.city.orgs.states import OrgState
from voluncity.kernel.refusals import BadInput, NotFound, Refusal, WrongState
from voluncity.service.projects import actions, queries
from voluncity.service.projects.models import Line, Project
from voluncity.service.projects.states import PROJECT_FLOW, ActivityState, ProjectState
from voluncity.service.projects.tests.cast import Cast, project_plan
from voluncity.testing.make_orgs import make_organization
from voluncity.testing.make_people import NOON
from voluncity.testing.make_projects import (
    make_activity,
    make_course,
    make_line,
    make_project,
    make_skill,
)


def _create(cast: Cast, **changes: Any) -> Project:
    return actions.create_project(
        organization_id=cast.team.pk, plan=project_plan(**changes), by=cast.admin, at=NOON
    )


def _verbs(kind: str, pk: int) -> list[str]:
    entries = Entry.objects.filter(subject_type=kind, subject_id=pk).order_by("pk")
    return [entry.verb for entry in entries]


def test_a_project_goes_the_whole_road(cast: Cast) -> None:
    project = _create(cast)
    assert project.state == ProjectState.DRAFT
    for verb, who, words in (
        ("submit", cast.admin, {}),
        ("send_back", cast.reviewer, {"reason": "请写明经费来源。"}),
        ("submit", cast.admin, {}),
        ("approve", cast.reviewer, {}),
        ("publish", cast.admin, {}),
        ("start", cast.admin, {}),
        ("summarize", cast.admin, {"summary": "开展十二次，服务三千人次。"}),
        ("close", cast.office, {}),
    ):
        getattr(actions, verb)(project_id=project.pk, by=who, at=NOON, **words)
    project.refresh_from_db()
    assert (project.state, project.summary, project.submitted_by, project.reviewed_by) == (
        ProjectState.CLOSED,
        "开展十二次，服务三千人次。",
        cast.admin,
        cast.reviewer,
    )
    assert _verbs("project", project.pk) == [
        "projects.create",
        "projects.submit",
        "projects.send_back",
        "projects.submit",
        "projects.approve",
        "projects.publish",
        "projects.start",
        "projects.summarize",
        "projects.close",
    ]
    assert [step.label for step in queries.timeline(project)][:3] == [
        "创建项目",
        "提交审核",
        "退回修改",
    ]


def test_the_reason_of_sending_back_is_kept_until_it_is_submitted_again(cast: Cast) -> None:
    project = make_project(
        organization=cast.team, state=ProjectState.SUBMITTED, created_by=cast.admin
    )
    actions.send_back(project_id=project.pk, reason=" 请写明\u200b经费 ", by=cast.reviewer, at=NOON)
    project.refresh_from_db()
    assert project.state_reason == "请写明经费"
    actions.submit(project_id=project.pk, by=cast.admin, at=NOON)
    project.refresh_from_db()
    assert (project.state_reason, project.reviewed_at) == ("", None)


@pytest.mark.parametrize("reason", ["", "   ", "\u200b", "长" * 301, "不行🙅"])
def test_a_bad_reason_changes_nothing(cast: Cast, reason: str) -> None:
    project = make_project(
        organization=cast.team, state=ProjectState.SUBMITTED, created_by=cast.admin
    )
    with pytest.raises(BadInput) as caught:
        actions.send_back(project_id=project.pk, reason=reason, by=cast.reviewer, at=NOON)
    assert caught.value.field == "reason"
    project.refresh_from_db()
    assert (project.state, _verbs("project", project.pk)) == (ProjectState.SUBMITTED, [])


@pytest.mark.parametrize("verb", ["submit", "publish", "start"])
@pytest.mark.parametrize("state", ProjectState.values)
def test_a_step_is_possible_only_where_the_flow_says_so(cast: Cast, verb: str, state: str) -> None:
    project = make_project(organization=cast.team, state=state)
    if state in PROJECT_FLOW.sources(verb):
        getattr(actions, verb)(project_id=project.pk, by=cast.admin, at=NOON)
        return
    with pytest.raises(WrongState):
        getattr(actions, verb)(project_id=project.pk, by=cast.admin, at=NOON)


@pytest.mark.parametrize("field", ["served_group", "funding", "risk_notice"])
def test_a_draft_may_lack_what_submitting_asks_for(cast: Cast, field: str) -> None:
    project = _create(cast, **{field: ""})
    with pytest.raises(BadInput) as caught:
        actions.submit(project_id=project.pk, by=cast.admin, at=NOON)
    assert caught.value.field == field
    project.refresh_from_db()
    assert project.state == ProjectState.DRAFT


def test_a_project_that_ended_yesterday_is_not_submitted(cast: Cast) -> None:
    project = _create(cast, starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 23))
    with pytest.raises(BadInput) as caught:
        actions.submit(project_id=project.pk, by=cast.admin, at=NOON)
    assert caught.value.field == "ends_on"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "\u0007\u200b"),
        ("name", "长" * 61),
        ("name", "志愿🎉"),
        ("served_group", "长" * 121),
        ("funding", "长" * 301),
        ("intro", "长" * 2001),
        ("risk_notice", "长" * 1001),
        ("session_minutes", 0),
        ("session_minutes", -5),
        ("session_minutes", 1441),
        ("volunteers_wanted", 0),
        ("volunteers_wanted", 10**9),
        ("sessions_planned", 0),
        ("min_age", -1),
        ("min_age", 101),
        ("max_age", 3),
        ("ends_on", date(2026, 11, 30)),
        ("ends_on", date(2032, 1, 1)),
        ("starts_on", date(1999, 12, 31)),
        ("category", 10**30),
        ("line", 404),
        ("course", 404),
        ("skills", (404,)),
    ],
)
def test_each_wrong_field_is_named_and_nothing_is_written(
    cast: Cast, field: str, value: Any
) -> None:
    names = {"category": "category_id", "line": "line_id", "course": "course_id"}
    names["skills"] = "skill_ids"
    with pytest.raises(BadInput) as caught:
        _create(cast, **{names.get(field, field): value})
    assert caught.value.field == field
    assert (Project.objects.count(), Entry.objects.filter(verb="projects.create").count()) == (0, 0)


def test_text_is_kept_clean(cast: Cast) -> None:
    project = _create(cast, name="  汾河\u200b公园　２０２６ ", intro="第一行\r\n第二行 🎉")
    assert (project.name, project.intro) == ("汾河公园 2026", "第一行\n第二行 🎉")


def test_all_of_a_plan_is_kept(cast: Cast) -> None:
    skill, course, line = make_skill(), make_course(), make_line()
    project = _create(
        cast,
        line_id=line.pk,
        course_id=course.pk,
        skill_ids=(skill.pk,),
        min_age=18,
        max_age=65,
        members_only=True,
    )
    project.refresh_from_db()
    assert (project.line, project.course, list(project.skills.all())) == (line, course, [skill])
    assert (project.min_age, project.max_age, project.members_only) == (18, 65, True)


@pytest.mark.parametrize("state", [OrgState.APPLIED, OrgState.SUSPENDED, OrgState.DISSOLVED])
def test_an_organization_that_is_not_active_plans_nothing(cast: Cast, state: OrgState) -> None:
    cast.team.state = state
    cast.team.save(update_fields=["state"])
    with pytest.raises(Refusal, match="不是正常状态"):
        _create(cast)


def test_an_unknown_organization_or_project_is_not_found(cast: Cast) -> None:
    with pytest.raises(NotFound):
        actions.create_project(organization_id=404, plan=project_plan(), by=cast.admin, at=NOON)
    with pytest.raises(NotFound):
        actions.submit(project_id=404, by=cast.admin, at=NOON)


@pytest.mark.parametrize("state", [ProjectState.DRAFT, ProjectState.SENT_BACK])
def test_a_draft_may_be_changed_wholly(cast: Cast, state: str) -> None:
    project = make_project(organization=cast.team, state=state)
    skill = make_skill()
    actions.change_project(
        project_id=project.pk,
        plan=project_plan(name="新名称", skill_ids=(skill.pk,)),
        by=cast.admin,
        at=NOON,
    )
    project.refresh_from_db()
    assert (project.name, list(project.skills.all())) == ("新名称", [skill])


@pytest.mark.parametrize(
    "state", [ProjectState.APPROVED, ProjectState.PUBLISHED, ProjectState.RUNNING]
)
def test_after_approval_only_harmless_fields_change(cast: Cast, state: str) -> None:
    project = make_project(organization=cast.team, state=state)
    actions.change_project(
        project_id=project.pk,
        plan=project_plan(
            name="新名称", risk_notice="没有风险", min_age=60, skill_ids=(make_skill().pk,),
            funding="企业赞助", volunteers_wanted=50, intro="更多介绍",
        ),
        by=cast.admin,
        at=NOON,
    )  # fmt: skip
    project.refresh_from_db()
    assert (project.name, project.risk_notice, project.min_age, project.skills.count()) == (
        "汾河公园文明引导",
        "户外活动，注意防暑和路滑。",
        14,
        0,
    )
    assert (project.funding, project.volunteers_wanted, project.intro) == (
        "企业赞助",
        50,
        "更多介绍",
    )


def test_the_last_day_does_not_cut_off_an_activity(cast: Cast) -> None:
    project = make_project(organization=cast.team)
    make_activity(project=project)  # 5 March 2030
    with pytest.raises(BadInput) as caught:
        actions.change_project(
            project_id=project.pk,
            plan=project_plan(ends_on=date(2030, 3, 4)),
            by=cast.admin,
            at=NOON,
        )
    assert caught.value.field == "ends_on"


@pytest.mark.parametrize(
    "state", [ProjectState.SUBMITTED, ProjectState.SUMMARIZED, ProjectState.CANCELLED]
)
def test_what_is_under_review_or_over_is_not_changed(cast: Cast, state: str) -> None:
    project = make_project(organization=cast.team, state=state)
    with pytest.raises(WrongState):
        actions.change_project(
            project_id=project.pk, plan=project_plan(name="新名称"), by=cast.admin, at=NOON
        )


def test_changing_a_draft_project_keeps_its_activities_findable(cast: Cast) -> None:
    project = make_project(organization=cast.team, state=ProjectState.DRAFT)
    activity = make_activity(project=project, state=ActivityState.DRAFT)
    actions.change_project(
        project_id=project.pk, plan=project_plan(name="爱心义诊"), by=cast.admin, at=NOON
    )
    activity.refresh_from_db()
    assert "义诊" in activity.search_text.split()


def test_cancelling_a_project_cancels_what_is_not_over(cast: Cast) -> None:
    project = make_project(organization=cast.team)
    past = make_activity(
        project=project, starts_at=NOON.replace(year=2025), ends_at=NOON.replace(year=2025, hour=6)
    )
    opened = make_activity(project=project)
    draft = make_activity(project=project, state=ActivityState.DRAFT)
    actions.cancel(project_id=project.pk, reason="场地维修", by=cast.admin, at=NOON)
    for activity in (past, opened, draft):
        activity.refresh_from_db()
    assert (past.state, opened.state, draft.state) == (
        ActivityState.OPEN,
        ActivityState.CANCELLED,
        ActivityState.CANCELLED,
    )
    assert (opened.state_reason, _verbs("activity", opened.pk)) == (
        "场地维修",
        ["projects.cancel_activity"],
    )


def test_a_project_with_activities_to_come_is_not_summarized(cast: Cast) -> None:
    project = make_project(organization=cast.team)
    make_activity(project=project)
    with pytest.raises(Refusal, match="还有 1 场活动没有结束"):
        actions.summarize(project_id=project.pk, summary="做完了", by=cast.admin, at=NOON)


def test_the_next_stage_takes_as_long_and_begins_after_the_old_one(cast: Cast) -> None:
    skill = make_skill()
    old = make_project(
        organization=cast.team,
        state=ProjectState.CLOSED,
        starts_on=date(2027, 1, 1),
        ends_on=date(2027, 12, 31),
        skills=[skill],
        min_age=18,
    )
    new = actions.plan_next_stage(project_id=old.pk, by=cast.admin, at=NOON)
    assert (new.state, new.name, new.starts_on, new.ends_on, new.min_age) == (
        ProjectState.DRAFT,
        old.name,
        date(2028, 1, 1),
        date(2028, 12, 30),  # 2028 is a leap year: as many days
        18,
    )
    assert (list(new.skills.all()), new.created_by) == ([skill], cast.admin)


def test_a_stage_long_past_is_followed_by_one_from_today(cast: Cast) -> None:
    old = make_project(
        organization=cast.team,
        state=ProjectState.SUMMARIZED,
        starts_on=date(2025, 1, 1),
        ends_on=date(2025, 1, 31),
    )
    new = actions.plan_next_stage(project_id=old.pk, by=cast.admin, at=NOON)
    assert (new.starts_on, new.ends_on) == (date(2026, 11, 24), date(2026, 12, 24))


def test_there_is_no_next_stage_while_a_project_runs(cast: Cast) -> None:
    project = make_project(organization=cast.team)
    with pytest.raises(WrongState, match="请先提交总结"):
        actions.plan_next_stage(project_id=project.pk, by=cast.admin, at=NOON)


def test_a_summary_needs_words(cast: Cast) -> None:
    project = make_project(organization=cast.team)
    with pytest.raises(BadInput) as caught:
        actions.summarize(project_id=project.pk, summary=" \n ", by=cast.admin, at=NOON)
    assert caught.value.field == "summary"


@pytest.mark.django_db
def test_loading_the_lines_twice_gives_26_with_their_lead_units() -> None:
    unit = make_organization("市委组织部", key="organization-department")
    assert (actions.load_lines(), actions.load_lines()) == (26, 26)
    assert Line.objects.count() == 26
    assert [row.organization for row in Line.objects.get(number=1).leadings.all()] == [unit]
