"""Projects that are measured, shared and written about, for tests."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from voluncity.city.files.rules import check_image
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.service.progress import actions
from voluncity.service.progress.models import Article, Cooperation, JointActivity, Summary, YearPlan
from voluncity.service.progress.rules import SummaryText, YearAims
from voluncity.service.progress.states import ArticleState, CooperationState, UnitRole
from voluncity.service.projects.models import Leading, Line, Project
from voluncity.service.projects.states import ActivityState, ProjectState
from voluncity.testing.make_files import make_upload
from voluncity.testing.make_hours import NINE
from voluncity.testing.make_orgs import make_organization
from voluncity.testing.make_people import make_user
from voluncity.testing.make_projects import make_activity, make_line, make_project

TEXT = SummaryText(
    "走访了 40 户老人。", "老人有人说话了。", "冬天人手不够。", "两人一组，先打电话。"
)
BODY = "先打电话约好时间。\n\n两人一组上门，一人记录。"


def make_planned(
    organization: Organization | None = None, *, planned: int = 10, **fields: Any
) -> Project:
    """Return a running project of 2026 with so many planned sessions."""
    days = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}
    return make_project(
        "邻里守望", organization=organization or make_organization(), sessions_planned=planned,
        **(days | fields),
    )  # fmt: skip


def make_summary(project: Project, *, by: User | None = None, at: datetime = NINE) -> Summary:
    """Return a summary that was handed in."""
    author = by or make_user("赵敏")
    actions.write_summary(project_id=project.pk, text=TEXT, by=author, at=at)
    return actions.submit_summary(project_id=project.pk, by=author, at=at)


def make_cooperation(
    project: Project, organization: Organization | None = None, *, accepted: bool = True,
    may_arrange: bool = False,
) -> Cooperation:  # fmt: skip
    """Return a unit's part in a project."""
    made = actions.invite_unit(
        project_id=project.pk, organization_id=(organization or make_organization()).pk,
        role=UnitRole.ASSIST, task="提供场地", may_arrange=may_arrange, by=make_user("赵敏"),
        at=NINE,
    )  # fmt: skip
    if accepted:
        actions.answer_invitation(
            cooperation_id=made.pk, verb="accept", by=make_user("合作人"), at=NINE
        )
        made.refresh_from_db()
        assert made.state == CooperationState.ACCEPTED
    return made


def make_article(project: Project | None = None, *, by: User | None = None) -> Article:
    """Return the draft of an article about a closed project."""
    told = project or make_planned(state=ProjectState.CLOSED)
    return actions.write_article(
        project_id=told.pk, title="敲门之前先打电话", body=BODY, by=by or make_user("赵敏"), at=NINE
    )


def make_year_plan(
    unit: Organization | None = None, line: Line | None = None, *, year: int = 2026
) -> YearPlan:
    """Return the draft of a lead unit's plan of a year."""
    led, leader = line or make_line(), unit or make_organization("市民政局")
    Leading.objects.get_or_create(
        line=led, organization=leader, until=None, defaults={"since": date(2018, 6, 25)}
    )
    return actions.write_year_plan(
        line_id=led.pk, unit_id=leader.pk, year=year, by=make_user("民政局编制人"), at=NINE,
        aims=YearAims(3, 30, "每季度一个重点。"),
    )  # fmt: skip


def make_shared(project: Project, organization: Organization, *, at: datetime) -> dict[str, Any]:
    """Return what grows out of a project and what its organization takes part in elsewhere."""
    by = make_user("进展经办")
    actions.write_summary(project_id=project.pk, text=TEXT, by=by, at=at)
    paper = actions.add_paper(
        project_id=project.pk, paper=check_image(make_upload()), caption="活动通知", by=by, at=at
    )
    near = make_organization(region=organization.region)
    mine = make_cooperation(make_planned(near), organization, may_arrange=True)
    activity = make_activity(project=mine.project, state=ActivityState.DRAFT, shifts=1)
    JointActivity.objects.create(
        activity=activity, cooperation=mine, arranged_at=at, arranged_by=by
    )
    closed = make_planned(organization, state=ProjectState.CLOSED)
    article = make_article(closed, by=by)
    actions.submit_article(article_id=article.pk, by=by, at=at)
    version = article.versions.get()
    Article.objects.filter(pk=article.pk).update(
        published=version, published_at=at, state=ArticleState.DRAFT
    )
    line = make_line(100 + organization.pk, f"第 {organization.pk} 类项目")
    return {
        "summary_paper": paper.pk, "own_part": mine.pk, "joint_activity": activity.pk,
        "article": article.pk, "their_part": make_cooperation(project, near).pk,
        "year_plan": make_year_plan(organization, line, year=at.year).pk,
    }  # fmt: skip
