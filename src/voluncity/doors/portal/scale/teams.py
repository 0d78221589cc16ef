"""The teams of the reference city with their leaders' roles, and their projects."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Max

from voluncity.city.access.models import Grant
from voluncity.city.access.permissions import Role
from voluncity.city.catalog.models import Category
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import Kind, OrgState
from voluncity.city.people.models import User
from voluncity.city.regions.models import Level, Region
from voluncity.doors.portal.scale.sessions import home_weight
from voluncity.doors.portal.scale.shape import (
    DAYS,
    LEADERS,
    Face,
    Home,
    Running,
    Shape,
    mix,
    shares,
)
from voluncity.service.projects.models import Activity, Line, Project
from voluncity.service.projects.rules import search_text
from voluncity.service.projects.states import ProjectState

BATCH = 1_000
LEAST_HOME = 40
FIRST_TEAM_KEY, FIRST_TEAM_REGION = "qiaodong", "140106005001"  # as in the small demo city
KINDS = (Kind.FILED, Kind.FILED, Kind.REGISTERED, Kind.INTERNAL, Kind.COMMUNITY)


class Theme(NamedTuple):
    """What a team does: a key of a category, words for its projects and their activities."""

    category: str
    team: str
    served: str
    activities: tuple[str, str, str]


THEMES = (
    Theme("safety", "平安巡防", "社区居民", ("清晨巡防", "晚间巡逻", "楼院安全检查")),
    Theme("neighbors", "邻里守望", "空巢老人、困难家庭", ("入户探访", "代购代办", "家电小修")),
    Theme("traffic", "文明交通", "过往行人和车辆", ("早高峰路口引导", "晚高峰路口引导", "护学岗")),
    Theme("environment", "清洁家园", "社区居民", ("汾河岸线清理", "楼道清洁日", "垃圾分类指导")),
    Theme("elderly-disabled", "敬老助残", "老人和残疾人", ("陪老人聊天", "助浴助洁", "出行陪伴")),
    Theme("culture", "书香文化", "读者和儿童", ("图书整理", "故事会", "展览讲解")),
    Theme("science", "科普宣传", "中小学生和居民", ("科普进社区", "防诈骗宣传", "节水宣传")),
    Theme("health", "健康义诊", "社区居民", ("量血压测血糖", "用药咨询", "急救知识课")),
    Theme("events", "赛会服务", "参赛者和观众", ("赛道补给", "现场引导", "物资发放")),
    Theme("education", "助学支教", "困难家庭儿童", ("四点半课堂", "周末辅导", "阅读陪伴")),
    Theme("tourism", "文明旅游", "游客", ("景区引导", "文物讲解", "文明劝导")),
    Theme("convenience", "便民服务", "社区居民", ("磨刀理发", "缝补衣物", "手机教学")),
)
RISKS = "请穿防滑的鞋，听从领队安排；户外活动请注意防晒、防雨和交通安全。"
PLACES = ("社区广场", "党群服务中心", "社区文化活动室", "便民服务大厅")


class Teams(NamedTuple):
    """Teams and projects before they are written, and the homes they make."""

    homes: list[Home]
    organizations: list[Organization]
    projects: list[Project]

    def write(self) -> None:
        """Write them, once their leaders' accounts are there."""
        Organization.objects.bulk_create(self.organizations, batch_size=BATCH)
        Project.objects.bulk_create(self.projects, batch_size=BATCH)


def plan_teams(shape: Shape, *, office: User, user0: int, first_day: date, at: datetime) -> Teams:
    """Return the teams with their projects, and which volunteers are near each."""
    regions = list(Region.objects.filter(level=Level.COMMUNITY, valid_to=None).order_by("code"))
    parents = list(Organization.objects.filter(kind=Kind.LEAD_UNIT).order_by("pk"))
    sizes = shares([home_weight(n) for n in range(shape.teams)], shape.volunteers, LEAST_HOME)
    first_org = _next(Organization)
    counts = shares([1.0] * shape.teams, shape.projects, 1)
    teams, projects, homes, first = [], [], [], 0
    author = _Projects(office, first_day, at)
    for number, size in enumerate(sizes):
        region = regions[mix(number, 17) % len(regions)]
        if number == 0:
            region = next((r for r in regions if r.code == FIRST_TEAM_REGION), region)
        theme, parent = THEMES[number % len(THEMES)], parents[number % len(parents)]
        leader = user0 + first
        team = _team(number, first_org + number, theme, region, parent)
        team.applied_by_id, team.decided_by, team.applied_at, team.decided_at = (
            leader,
            office,
            at,
            at,
        )
        count = counts[number] + (number % 3 == 0) - (number % 3 == 1 and counts[number] > 1)
        made, running = author.of_team(number, team, theme, leader, max(1, count))
        teams.append(team)
        projects += made
        homes.append(Home(
            number=number, first=first, size=size, organization=team.pk, projects=running,
            region=region.pk, lat=(region.lat or 37.87) + (mix(number, 19) % 100 - 50) / 9000,
            lng=(region.lng or 112.55) + (mix(number, 23) % 100 - 50) / 9000,
        ))  # fmt: skip
        first += size
    return Teams(homes, teams, projects)


def _next(model: type[Organization] | type[Project]) -> int:
    highest: int | None = model.objects.aggregate(highest=Max("pk"))["highest"]
    return (highest or 0) + 1


def _team(number: int, pk: int, theme: Theme, region: Region, parent: Organization) -> Organization:
    name = f"{region.name}{theme.team}志愿服务队"
    return Organization(
        pk=pk,
        key=FIRST_TEAM_KEY if number == 0 else None,
        kind=KINDS[number % len(KINDS)],
        name=name if number < len(THEMES) else f"{name}{number}队",
        parent=parent,
        path=f"{parent.path}{pk}/",
        region=region,
        intro=f"我们在{region.name}开展{theme.team}服务，欢迎附近的居民参加。",
        address=f"{region.name}{PLACES[number % len(PLACES)]}",
        state=OrgState.ACTIVE,
    )


class _Projects:
    """Writes the projects of one team after the other."""

    def __init__(self, office: User, first_day: date, at: datetime) -> None:
        self.office, self.first_day, self.at = office, first_day, at
        self.categories = {one.key: one for one in Category.objects.all()}
        self.lines = list(Line.objects.order_by("number").values_list("pk", flat=True))
        self.next = _next(Project)

    def of_team(
        self, number: int, team: Organization, theme: Theme, leader: int, count: int
    ) -> tuple[list[Project], tuple[Running, ...]]:
        """Return the projects of a team: the first goes on, some others are closed."""
        made, running = [], []
        for place in range(count):
            is_closed = place > 0 and mix(number * 10 + place, 29) % 3 == 0
            until = DAYS * 2 // 3 + mix(number, 31) % 300 if is_closed else DAYS + 366
            project = self._project(number, place, team, theme, leader, until)
            if is_closed:
                project.state, project.summary = ProjectState.CLOSED, "按计划完成，居民满意。"
            made.append(project)
            running.append(Running(project.pk, until, _faces(project, team, theme)))
        return made, tuple(running)

    def _project(
        self, number: int, place: int, team: Organization, theme: Theme, leader: int, until: int
    ) -> Project:
        project = Project(
            pk=self.next,
            organization=team,
            line_id=self.lines[(number + place) % len(self.lines)],
            name=f"{theme.team}·{theme.activities[place % 3]}行动",
            served_group=theme.served,
            category=self.categories[theme.category],
            session_minutes=120,
            volunteers_wanted=20 + number % 60,
            funding="由所属单位保障",
            sessions_planned=30,
            intro=f"{theme.team}是{team.region.name}的长期志愿服务项目，服务{theme.served}。",
            starts_on=self.first_day - timedelta(days=30),
            ends_on=self.first_day + timedelta(days=until),
            risk_notice=RISKS,
            min_age=18 if number % 5 == 0 else 14,
            members_only=number % 37 == 1 and place > 0,
            state=ProjectState.RUNNING,
            created_at=self.at,
            created_by_id=leader,
            submitted_at=self.at,
            submitted_by_id=leader,
            reviewed_at=self.at,
            reviewed_by=self.office,
        )
        self.next += 1
        return project


def _faces(project: Project, team: Organization, theme: Theme) -> tuple[Face, ...]:
    faces = []
    for name in theme.activities:
        described = f"{name}，由{team.name}组织，到场后找领队签到。"
        activity = Activity(
            project=project, name=f"{team.region.name}{name}", description=described,
            address=team.address, region=team.region,
        )  # fmt: skip
        words = search_text(activity)
        faces.append(Face(activity.name, described, team.address, words))
    return tuple(faces)


def appoint(homes: list[Home], *, user0: int, office: User, at: datetime) -> int:
    """Give both leaders of each team their roles; return how many roles that made."""
    roles = (Role.TEAM_LEADER, Role.ORG_ADMIN)
    grants = [
        Grant(
            user_id=user0 + home.first + which,
            role=roles[which],
            organization_id=home.organization,
            given_at=at,
            given_by=office,
        )
        for home in homes
        for which in range(LEADERS)
    ]
    return len(Grant.objects.bulk_create(grants, batch_size=BATCH))
