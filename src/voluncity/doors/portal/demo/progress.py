"""What grows out of the projects of the demo city: aims, partners, a summary, an article, plans."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from voluncity.city.catalog.models import Category
from voluncity.city.orgs.models import Organization
from voluncity.doors.portal.demo import archives, service
from voluncity.doors.portal.demo.cast import SEED
from voluncity.doors.portal.demo.story import Story, days_between, moment
from voluncity.kernel.clock import local_date
from voluncity.service.progress import actions
from voluncity.service.progress.rules import SummaryText, YearAims
from voluncity.service.progress.states import UnitRole
from voluncity.service.projects import actions as projects
from voluncity.service.projects.models import Leading, Project
from voluncity.service.projects.rules import ProjectPlan
from voluncity.service.projects.states import RECRUITING_STATES

if TYPE_CHECKING:
    from voluncity.doors.portal.demo.cast import Cast

TEAM, LEAD = "qiaodong", "civil-affairs-bureau"
DAY = timedelta(days=1)
TEXT = SummaryText(
    done="入冬前走访辖区独居老人，查电线和暖气，教用手机视频通话。",
    effect="每户都有了固定联系的志愿者，老人遇到急事能找到人。",
    problems="农忙时人手紧，有两户只去了一次。",
    experience="先打电话约时间，两人一组，一人陪老人说话，一人做事。",
)
YEAR_WORDS = "一季度敲门行动，二季度助老课堂，三季度防暑关怀，四季度重阳敬老。"
INTRO = "入冬前走访独居老人，查电线和暖气，教用手机视频通话。"
# On Tuesday afternoons nobody of the demo city is busy elsewhere.
KNOCKING: dict[str, Any] = {
    "intro": INTRO,
    "activities": {
        "name": "敲门走访", "region": "140106005001", "lat": 37.8645, "lng": 112.577,
        "address": "桥东街社区服务中心一层集合",
        "shifts": [["入户走访", "15:00", "17:00", 8]],
    },
}  # fmt: skip
TUESDAY, VISITORS, KNOWN = 1, 6, 2
VISITED = (
    ("两人一组走访十二户独居老人，查电线、查暖气，换了三只灯泡。", {"visit": 12, "repair": 3}),
    ("回访上次没见到的老人，教五位老人用手机和儿女视频。", {"visit": 14, "consultation": 5}),
)
TITLE = "敲门之前，先打一个电话"
BODY = (
    "走访独居老人，最怕吃闭门羹，也怕惊着老人。我们的办法很简单：去之前先打电话。\n\n"
    "电话由老人熟悉的志愿者打，说清楚谁来、几点来、做什么。两人一组上门，一人陪着说话，"
    "一人查电线、查暖气、记下老人想要什么。\n\n"
    "回来当天把老人的心愿登记在册，三天内给答复。几个星期下来，再没有一户敲不开门。"
)


def measure_projects(cast: Cast, *, at: datetime) -> None:
    """Set aims, invite partners, finish one project and go on with it, plan the year; count."""
    by = cast.staff["demo-org-admin"]
    team = cast.teams[TEAM]
    running = Project.objects.filter(organization=team, state__in=RECRUITING_STATES).order_by("pk")
    first = running[0]
    actions.set_aim(
        project_id=first.pk, people_served=600, funding_fen=500_000, by=by, at=at - 20 * DAY
    )
    _cooperate(cast, first, team, at=at)
    _finish(cast, team, at=at)
    _plan_the_year(cast, at=at)
    actions.count_progress(at=at)


def _cooperate(cast: Cast, first: Project, team: Organization, *, at: datetime) -> None:
    others = [one for key, one in sorted(cast.teams.items()) if key != TEAM]
    by = cast.staff["demo-org-admin"]
    partner = actions.invite_unit(
        project_id=first.pk, organization_id=others[0].pk, role=UnitRole.ASSIST,
        task="提供义诊和健康讲座", may_arrange=True, by=by, at=at - 15 * DAY,
    )  # fmt: skip
    ally = others[0].applied_by or cast.office
    actions.answer_invitation(cooperation_id=partner.pk, verb="accept", by=ally, at=at - 14 * DAY)
    theirs = Project.objects.filter(organization=others[1], state__in=RECRUITING_STATES).first()
    if theirs is not None:
        actions.invite_unit(
            project_id=theirs.pk, organization_id=team.pk, role=UnitRole.UNDERTAKE,
            task="组织社区居民参加", may_arrange=True, by=theirs.created_by, at=at - 2 * DAY,
        )  # fmt: skip


def _finish(cast: Cast, team: Organization, *, at: datetime) -> None:
    by, office = cast.staff["demo-org-admin"], cast.office
    began = at - 80 * DAY
    line = Leading.objects.filter(organization__key=LEAD, until=None).order_by("pk").first()
    plan = ProjectPlan(
        name="敲门行动",
        category_id=Category.objects.order_by("position")[0].pk,
        line_id=line.line_id if line else None,
        starts_on=local_date(began),
        ends_on=local_date(at - 45 * DAY),
        served_group="辖区独居老人",
        session_minutes=120,
        volunteers_wanted=8,
        funding="社区服务经费",
        sessions_planned=4,
        risk_notice="冬季路滑，两人一组；不单独进入老人家中。",
        intro=INTRO,
    )
    made = projects.create_project(organization_id=team.pk, plan=plan, by=by, at=began)
    projects.submit(project_id=made.pk, by=by, at=began)
    projects.approve(project_id=made.pk, by=office, at=began)
    projects.publish(project_id=made.pk, by=by, at=began)
    projects.start(project_id=made.pk, by=by, at=began)
    over = at - 40 * DAY
    _knock_at_doors(cast, Project.objects.get(pk=made.pk), team, over=over)
    actions.write_summary(project_id=made.pk, text=TEXT, by=by, at=over)
    actions.submit_summary(project_id=made.pk, by=by, at=over)
    actions.accept_summary(project_id=made.pk, by=office, at=over + DAY)
    actions.plan_next_stage(project_id=made.pk, by=by, at=at - 5 * DAY)
    article = actions.write_article(
        project_id=made.pk, title=TITLE, body=BODY, by=by, at=at - 30 * DAY
    )
    actions.submit_article(article_id=article.pk, by=by, at=at - 30 * DAY)
    actions.publish_article(article_id=article.pk, by=office, at=at - 28 * DAY)


def _knock_at_doors(cast: Cast, project: Project, team: Organization, *, over: datetime) -> None:
    """Hold the four sessions of the finished project, with people who came and hours that count."""
    people = [
        one
        for one in cast.volunteers[KNOWN:]
        if one.memberships.filter(organization=team, left_at=None).exists()
    ][:VISITORS]
    story = Story()
    player = service.Player(
        project, cast.staff["demo-leader"], cast.office, [], {**KNOCKING, "name": project.name},
        dict.fromkeys(people, project.sessions_planned),
    )  # fmt: skip
    days = days_between(project.starts_on + 4 * DAY, project.ends_on)
    for day in [one for one in days if one.weekday() == TUESDAY][: project.sessions_planned]:
        random = Random(f"{SEED}{project.name}{day}")  # noqa: S311 -- a story
        opens = moment(day - 4 * DAY, "10:00")
        story.plan(opens, service.opening(story, player, day, random, is_recent=False))
    story.tell(until=over, progress=lambda _done, _all: None)
    held = project.activities.select_related("project__organization").order_by("starts_at")
    for activity, (words, numbers) in zip(held, VISITED, strict=False):
        archives.archive_one(activity, "public", words, numbers, None, cast, at=over)


def _plan_the_year(cast: Cast, *, at: datetime) -> None:
    today = local_date(at)
    actions.open_call(
        year=today.year, due_on=today + 20 * DAY, words="请写明重点项目和每季度的安排。",
        by=cast.office, at=at - 10 * DAY,
    )  # fmt: skip
    leadings = Leading.objects.filter(organization__key=LEAD, until=None).order_by("pk")
    for leading in leadings[:1]:
        by = cast.staff["demo-lead-unit"]
        plan = actions.write_year_plan(
            line_id=leading.line_id, unit_id=leading.organization_id, year=today.year,
            aims=YearAims(6, 120, YEAR_WORDS),
            by=by, at=at - 9 * DAY,
        )  # fmt: skip
        actions.submit_year_plan(plan_id=plan.pk, by=by, at=at - 9 * DAY)
        actions.review_year_plan(
            plan_id=plan.pk, verb="accept", remarks="", by=cast.office, at=at - 7 * DAY
        )
