"""Projects on the desk: who sees what, what is refused, and that nothing is half written."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from voluncity.city.access.permissions import Role
from voluncity.city.journal.models import Entry
from voluncity.city.people.models import User
from voluncity.service.projects.models import Leading, Project
from voluncity.service.projects.states import ProjectState
from voluncity.service.projects.tests.cast import Cast
from voluncity.testing.counting import queries_at_first
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import NOON, make_region, make_user
from voluncity.testing.make_projects import (
    make_activity,
    make_category,
    make_line,
    make_project,
    make_skill,
)
from voluncity.testing.pages import as_, words

LIST = "/desk/projects/"


def _form(cast: Cast, **changes: Any) -> dict[str, Any]:
    return {
        "organization": cast.team.pk,
        "name": "汾河公园文明引导",
        "category": make_category().pk,
        "served_group": "游园市民",
        "session_minutes": "120",
        "volunteers_wanted": "20",
        "funding": "本单位工作经费",
        "sessions_planned": "12",
        "starts_on": "2026-12-01",
        "ends_on": "2030-12-31",
        "risk_notice": "注意路滑。",
        "min_age": "14",
    } | changes


def _step(user: User, project: Project, verb: str, **data: Any) -> Any:
    return as_(user).post(reverse("projects:desk_step", args=[project.pk, verb]), data)


def test_a_draft_may_be_half_written(cast: Cast) -> None:
    data = _form(cast, served_group="", funding="", risk_notice="", draft="1")
    answer = as_(cast.admin).post(reverse("projects:desk_new"), data)
    project = Project.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/desk/projects/{project.pk}/")
    assert (project.state, project.risk_notice, project.created_by) == ("draft", "", cast.admin)


def test_saving_and_submitting_is_one_press(cast: Cast) -> None:
    skill, line = make_skill(), make_line()
    data = _form(cast, submit="1", skills=[skill.pk], line=line.pk)
    as_(cast.admin).post(reverse("projects:desk_new"), data)
    project = Project.objects.get()
    assert (project.state, project.line, list(project.skills.all())) == ("submitted", line, [skill])


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "请填写项目名称。"),
        ("name", "\u200b\x07", "请填写项目名称。"),
        ("name", "长" * 61, "项目名称最多 60 个字，现在有 61 个字"),
        ("name", "志愿🎉", "项目名称不能使用表情符号"),
        ("served_group", "", "请填写服务对象。"),
        ("funding", "", "请填写项目资金保障。"),
        ("risk_notice", "  ", "请填写风险告知。"),
        ("risk_notice", "长" * 1001, "风险告知最多 1000 个字"),
        ("category", "", "请选择服务类型。"),
        ("category", "404", "请从列表中选择。"),
        ("category", "abc", "请从列表中选择。"),
        ("line", "404", "请从列表中选择。"),
        ("course", "x", "请从列表中选择。"),
        ("skills", ["404"], "请从列表中选择。"),
        ("skills", ["abc"], "请从列表中选择。"),
        ("session_minutes", "-1", "每次服务时长（分钟）应为 1 到 1,440 之间的整数"),
        ("session_minutes", "1.5", "每次服务时长（分钟）应为 1 到 1,440 之间的整数"),
        ("volunteers_wanted", "很多", "志愿者人数应为 1 到 100,000 之间的整数"),
        ("volunteers_wanted", "9" * 40, "志愿者人数应为 1 到 100,000 之间的整数"),
        ("sessions_planned", "0", "开展次数应为 1 到 10,000 之间的整数"),
        ("starts_on", "2026-02-30", "日期写法不对"),
        ("starts_on", "1900-01-01", "年份应在 2000 到 2099 之间"),
        ("ends_on", "2026-11-30", "结束日期不能早于开始日期"),
        ("ends_on", "2040-01-01", "一个项目最长五年"),
        ("min_age", "200", "最低年龄应为 0 到 100 之间的整数"),
        ("max_age", "3", "最高年龄不能小于最低年龄"),
    ],
)
def test_each_wrong_field_answers_with_its_sentence(
    cast: Cast, field: str, value: Any, sentence: str
) -> None:
    answer = as_(cast.admin).post(
        reverse("projects:desk_new"), _form(cast, submit="1", **{field: value})
    )
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert (Project.objects.count(), Entry.objects.filter(verb="projects.create").count()) == (0, 0)


def test_full_width_digits_are_understood(cast: Cast) -> None:
    data = _form(cast, volunteers_wanted="２０", starts_on="２０２６-１２-０１", draft="1")
    as_(cast.admin).post(reverse("projects:desk_new"), data)
    project = Project.objects.get()
    assert (project.volunteers_wanted, str(project.starts_on)) == (20, "2026-12-01")


def test_another_organization_cannot_be_chosen(cast: Cast) -> None:
    foreign = make_organization("别人的队", region=make_region())
    answer = as_(cast.admin).post(
        reverse("projects:desk_new"), _form(cast, organization=foreign.pk, draft="1")
    )
    assert (answer.status_code, Project.objects.count()) == (422, 0)


def test_submitting_what_is_refused_writes_neither_step(cast: Cast) -> None:
    data = _form(cast, starts_on="2026-01-01", ends_on="2026-01-31", submit="1")
    answer = as_(cast.admin).post(reverse("projects:desk_new"), data)
    assert answer.status_code == 422
    assert "结束日期已经过去" in words(answer)
    assert Project.objects.count() == 0


def test_what_was_written_stays_in_the_form(cast: Cast) -> None:
    answer = as_(cast.admin).post(
        reverse("projects:desk_new"), _form(cast, name="", intro="很长的介绍", draft="1")
    )
    assert "很长的介绍" in words(answer)


def test_changing_after_approval_offers_only_the_harmless_fields(cast: Cast) -> None:
    project = make_project(organization=cast.team)
    url = reverse("projects:desk_edit", args=[project.pk])
    said = words(as_(cast.admin).get(url))
    assert "只能修改下面这些内容" in said
    assert "最低年龄" not in said
    data = {
        "intro": "新介绍", "funding": "企业赞助", "volunteers_wanted": "9",
        "sessions_planned": "3", "ends_on": "2030-12-30", "name": "偷改名称",
    }  # fmt: skip
    assert as_(cast.admin).post(url, data).status_code == 302
    project.refresh_from_db()
    assert (project.name, project.funding, project.volunteers_wanted) == (
        "汾河公园文明引导",
        "企业赞助",
        9,
    )


def test_the_reviewer_sends_back_and_the_team_mends(cast: Cast) -> None:
    project = make_project(
        organization=cast.team, state=ProjectState.SUBMITTED, created_by=cast.admin
    )
    assert "等您审核" in words(as_(cast.reviewer).get(LIST))
    _step(cast.reviewer, project, "send_back", reason="请写明经费来源。")
    said = words(as_(cast.admin).get(reverse("projects:desk_edit", args=[project.pk])))
    assert "请写明经费来源。" in said
    _step(cast.admin, project, "submit")
    _step(cast.reviewer, project, "approve")
    project.refresh_from_db()
    assert project.state == ProjectState.APPROVED
    assert "等您审核" not in words(as_(cast.reviewer).get(LIST))


def test_a_reason_is_asked_for_at_its_field(cast: Cast) -> None:
    project = make_project(organization=cast.team, state=ProjectState.SUBMITTED)
    answer = _step(cast.reviewer, project, "send_back", reason=" ")
    assert answer.status_code == 422
    assert "请填写原因。" in words(answer)
    project.refresh_from_db()
    assert project.state == ProjectState.SUBMITTED


def test_a_step_that_came_too_late_is_a_plain_sentence(cast: Cast) -> None:
    project = make_project(organization=cast.team, state=ProjectState.APPROVED)
    answer = _step(cast.reviewer, project, "approve")
    assert answer.status_code == 409
    assert "现在是“已通过”状态，不能审核通过。" in words(answer)


def test_a_step_nobody_knows_is_not_found(cast: Cast) -> None:
    project = make_project(organization=cast.team)
    assert _step(cast.admin, project, "delete").status_code == 404


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("desk_detail", "get"),
        ("desk_edit", "get"),
        ("desk_edit", "post"),
        ("desk_activity_new", "get"),
    ],
)
def test_a_foreign_project_looks_like_none_and_the_try_is_journaled(
    cast: Cast, name: str, method: str
) -> None:
    project = make_project(organization=cast.team)
    url = reverse(f"projects:{name}", args=[project.pk])
    assert getattr(as_(cast.stranger), method)(url).status_code == 404
    entry = Entry.objects.get(verb="access.denied")
    assert (entry.actor, entry.subject_type, entry.subject_id) == (
        cast.stranger,
        "project",
        project.pk,
    )


@pytest.mark.parametrize("verb", ["submit", "approve", "publish", "cancel"])
def test_a_stranger_takes_no_step(cast: Cast, verb: str) -> None:
    project = make_project(organization=cast.team, state=ProjectState.SUBMITTED)
    answer = _step(cast.stranger, project, verb, reason="不办了")
    assert answer.status_code in {403, 404}
    project.refresh_from_db()
    assert project.state == ProjectState.SUBMITTED


def test_somebody_without_permission_is_told_so(cast: Cast) -> None:
    nobody = make_user("孙丽")
    assert as_(nobody).get(LIST).status_code == 403
    assert as_(cast.leader).get(reverse("projects:desk_new")).status_code == 403
    assert Client().get(LIST).status_code == 302


def test_the_list_is_narrowed_by_its_address(cast: Cast) -> None:
    line = make_line()
    make_project("路口劝导", organization=cast.team, line=line)
    make_project("草稿项目", organization=cast.team, state=ProjectState.DRAFT)
    make_project("上级的项目", organization=cast.parent)
    make_project("别人的项目")
    client = as_(cast.reviewer)

    def names(**query: Any) -> list[str]:
        said = words(client.get(LIST, query))
        known = ("路口劝导", "草稿项目", "上级的项目", "别人的项目")
        table = said[said.find("项目列表") :]
        return [name for name in known if name in table]

    assert names() == ["路口劝导", "草稿项目", "上级的项目"]
    assert names(state="draft") == ["草稿项目"]
    assert names(line=line.pk) == ["路口劝导"]
    assert names(organization=cast.parent.pk) == ["上级的项目"]
    assert names(q="上级") == ["上级的项目"]
    assert names(q="%") == []
    assert client.get(LIST, {"state": "nonsense"}).status_code == 422
    assert client.get(LIST, {"organization": "404404404404"}).status_code == 422


def test_what_waits_says_since_when(cast: Cast) -> None:
    for days in (0, 3):
        make_project(
            organization=cast.team,
            state=ProjectState.SUBMITTED,
            submitted_at=now() - timedelta(days=days),
            submitted_by=cast.admin,
        )
    said = words(as_(cast.office).get(LIST))
    assert "等您审核 2 3 天 审核项目：汾河公园文明引导" in said
    assert "今天 审核项目：汾河公园文明引导" in said


def test_states_are_counted(cast: Cast) -> None:
    for state in ("draft", "running", "running"):
        make_project(organization=cast.team, state=state)
    assert "全部 3 草稿 1 进行中 2" in words(as_(cast.admin).get(LIST))


def test_thirty_projects_cost_as_many_queries_as_one(cast: Cast) -> None:
    client = as_(cast.reviewer)
    make_project(organization=cast.team, state=ProjectState.SUBMITTED, submitted_at=NOON,
                 submitted_by=cast.admin)  # fmt: skip
    cost = queries_at_first(client, LIST)
    assert cost <= 15
    for _ in range(29):
        make_project(organization=cast.team, state=ProjectState.SUBMITTED, submitted_at=NOON,
                     submitted_by=cast.admin)  # fmt: skip
    assert queries_at_first(client, LIST) == cost


def test_thirty_activities_on_a_project_cost_as_many_queries_as_one(cast: Cast) -> None:
    client, project = as_(cast.admin), make_project(organization=cast.team)
    url = reverse("projects:desk_detail", args=[project.pk])
    make_activity(project=project, shifts=1)
    cost = queries_at_first(client, url)
    assert cost <= 15
    for _ in range(29):
        make_activity(project=project, shifts=2)
    assert queries_at_first(client, url) == cost


def test_the_next_stage_is_one_press_away(cast: Cast) -> None:
    project = make_project(organization=cast.team, state=ProjectState.CLOSED)
    client = as_(cast.admin)
    said = words(client.get(reverse("projects:desk_detail", args=[project.pk])))
    assert "编制下一期" in said
    answer = client.post(f"/progress/desk/{project.pk}/next/")
    new = Project.objects.exclude(pk=project.pk).get()
    assert (answer["Location"], new.state) == (f"/desk/projects/{new.pk}/edit/", "draft")


def test_a_supervisor_reads_and_changes_nothing(cast: Cast) -> None:
    watcher = make_user("钱进")
    give(watcher, Role.SUPERVISOR, cast.team.region)
    project = make_project(organization=cast.team, state=ProjectState.SUBMITTED)
    said = words(as_(watcher).get(reverse("projects:desk_detail", args=[project.pk])))
    assert "现在没有需要您办理的步骤。" in said
    assert _step(watcher, project, "approve").status_code == 403


def test_who_leads_one_line_finds_it_chosen(cast: Cast) -> None:
    page, parent = reverse("projects:desk_new"), cast.team.parent
    assert parent is not None
    leading: dict[str, Any] = {"organization": parent, "since": date(2018, 6, 25)}
    one, other = make_line(), make_line(2, "邻里守望社区志愿服务项目")
    Leading.objects.create(line=one, **leading)
    chosen = f'<option value="{one.pk}" selected>'
    assert chosen in as_(cast.reviewer).get(page).content.decode()
    assert chosen not in as_(cast.admin).get(page).content.decode()
    Leading.objects.create(line=other, **leading)
    assert chosen not in as_(cast.reviewer).get(page).content.decode()
