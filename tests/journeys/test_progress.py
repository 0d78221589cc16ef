"""Row C1, the rest of a project's life: measured, shared, summed up, gone on with, told about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils.timezone import now
from pytest_django.fixtures import Settings

from voluncity.city.access.permissions import Role
from voluncity.city.people.models import User
from voluncity.kernel.clock import local_date
from voluncity.service.progress import actions
from voluncity.service.progress.models import Article, Cooperation
from voluncity.service.projects.models import Leading, Line, Project
from voluncity.testing.hearing import last_title
from voluncity.testing.make_hours import make_posted
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import make_region, make_user, make_volunteer
from voluncity.testing.make_projects import make_activity, make_line, make_project, make_shift
from voluncity.testing.pages import as_, markup, posted

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


def _held(project: Project, days_ago: int) -> None:
    starts = now() - days_ago * DAY
    activity = make_activity(project=project, starts_at=starts, ends_at=starts + timedelta(hours=2))
    make_posted(
        make_shift(activity=activity, starts_at=starts, ends_at=activity.ends_at), make_volunteer()
    )


@dataclass(frozen=True)
class Cast:
    """A project in a line, and those who run it, help, lead the line and look after the city."""

    project: Project
    line: Line
    people: list[User]


def _cast() -> Cast:
    home = make_region("青年路社区")
    bureau, team = make_organization("市民政局"), make_organization("青年路志愿队", region=home)
    library = make_organization("市图书馆志愿队", region=home)
    line = make_line(6, "邻里守望社区志愿服务项目")
    Leading.objects.create(line=line, organization=bureau, since=date(2018, 6, 25))
    people = [make_user(name) for name in ("赵敏", "陈静", "周敏", "赵文清")]
    admin_user, ally_user, lead_user, office_user = people
    give(admin_user, Role.ORG_ADMIN, team)
    give(ally_user, Role.ORG_ADMIN, library)
    give(lead_user, Role.LEAD_UNIT, bureau)
    give(office_user, Role.CITY_OFFICE, home.parent.parent.parent)  # type: ignore[union-attr,arg-type]
    today = local_date(now())
    project = make_project(
        "敲门行动", organization=team, line=line, sessions_planned=4, created_by=admin_user,
        starts_on=today - 90 * DAY, ends_on=today + 10 * DAY,
    )  # fmt: skip
    return Cast(project, line, people)


@pytest.mark.row("C1")
def test_a_project_is_measured_shared_summed_up_and_gone_on_with(  # noqa: PLR0915 -- one story
    client: Client,
) -> None:
    cast = _cast()
    admin, ally, lead, office = (as_(user) for user in cast.people)
    admin_user, ally_user = cast.people[:2]
    project, line = cast.project, cast.line
    page = f"/progress/desk/{project.pk}/"

    # One of four sessions after nine tenths of the time: behind, and the organizer is told.
    _held(project, 30)
    actions.count_progress(at=now())
    actions.remind(at=now())
    assert last_title(admin_user) == "项目进度滞后"
    assert "敲门行动" in markup(lead.get("/progress/desk/?standing=behind"))
    assert "1 / 4" in markup(admin.get(page))

    # A partner is invited, accepts, and reads what is shared; the public sees who helps.
    posted(admin, f"{page}units/invite/", organization="市图书馆志愿队", role="assist", task="场地")
    assert last_title(ally_user) == "收到项目合作邀请"
    assert ally.get(page).status_code == 404
    posted(ally, f"/progress/desk/joint/{Cooperation.objects.get().pk}/accept/")
    assert "1 / 4" in markup(ally.get(page))
    assert "市图书馆志愿队" in markup(client.get(f"/progress/of/{project.pk}/"))

    # The rest is held; the summary goes up with its numbers, comes back once, and is accepted.
    for days_ago in (20, 10, 3):
        _held(project, days_ago)
    parts = {"done": "走访 40 户。", "effect": "老人有人说话。", "experience": "先打电话。"}
    assert "总结已提交" in posted(admin, f"{page}summary/write/", submit="1", **parts)
    assert "敲门行动" in markup(office.get("/progress/desk/?task=review"))
    posted(office, f"{page}summary/send-back/", remarks="请写明户数")
    assert last_title(admin_user) == "项目总结被退回"
    posted(admin, f"{page}summary/write/", submit="1", **parts)
    assert "总结已通过，项目结项" in posted(office, f"{page}summary/accept/")

    # The next stage is one press away, and the chain stands on both.
    edit = admin.post(f"{page}next/")["Location"]
    second = Project.objects.exclude(pk=project.pk).get()
    assert edit == f"/desk/projects/{second.pk}/edit/"
    assert (second.funding, second.state) == (project.funding, "draft")
    for one in (project, second):
        chain = markup(admin.get(f"/progress/desk/{one.pk}/"))
        assert ("第 1 期" in chain, "第 2 期" in chain, "累计" in chain) == (True, True, True)

    # What was learned is written down, reviewed by who leads the line, and read by everybody.
    posted(admin, f"{page}articles/new/", title="敲门之前先打电话", body="先打电话。\n\n两人一组。")
    article = Article.objects.get()
    posted(admin, f"/progress/desk/articles/{article.pk}/submit/")
    assert "文章已发布" in posted(lead, f"/progress/desk/articles/{article.pk}/publish/")
    assert "敲门之前先打电话" in markup(client.get("/progress/experience/?line=6"))
    assert "<p>两人一组。</p>" in markup(client.get(f"/progress/experience/{article.pk}/"))
    assert lead.get("/progress/desk/plans.pdf?line=" + str(line.pk)).content.startswith(b"%PDF-")
