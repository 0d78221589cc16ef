"""A marathon of the coming weeks in the demo city: people in every state, badges, things."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from voluncity.city.catalog.models import Category, Skill
from voluncity.city.files.rules import Checked, check_image
from voluncity.city.people.models import User
from voluncity.doors.portal.demo.story import moment
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import Refusal
from voluncity.service.events.actions import (
    applying,
    badges,
    deciding,
    events,
    layout,
    placing,
    things,
)
from voluncity.service.events.actions.applying import Wish
from voluncity.service.events.actions.deciding import Decision
from voluncity.service.events.actions.things import ItemPlan
from voluncity.service.events.models import Application, Event, Group
from voluncity.service.events.queries import proposals
from voluncity.service.events.rules.plans import DayPlan, EventPlan, PostPlan
from voluncity.service.events.states import Size
from voluncity.service.projects import actions as projects
from voluncity.service.projects.models import Line, Project
from voluncity.service.projects.rules import ProjectPlan

if TYPE_CHECKING:
    from voluncity.doors.portal.demo.cast import Cast

PEOPLE = 40
AHEAD = timedelta(days=17)
# Group, what it does; its posts: name, place, tasks, zones, wanted on each day, skill.
GROUPS = (
    ("赛道组", "补给、引导、计时毯", (
        ("5 公里补给点", "滨河东路迎泽桥", "递水、收杯子", "赛道区", (6, 0), ""),
        ("终点引导", "体育中心南门", "引导冲线跑者、披毛毯", "终点区、赛道区", (5, 0), ""),
        ("物资搬运", "体育中心库房", "搬运饮水、布置围栏", "赛道区", (3, 4), ""),
    )),
    ("医疗组", "急救点值守、陪护", (
        ("急救点", "体育中心西侧", "陪护、登记、联系救护车", "医疗区、终点区", (3, 0), "first-aid"),
    )),
    ("媒体组", "接待记者、拍照", (
        ("媒体中心", "体育中心二层", "签到、引导采访", "媒体区", (2, 2), ""),
    )),
)  # fmt: skip
# What became of the people, in the order in which they applied.
FATES = (
    *["confirm"] * 22, *["select"] * 4, *["reserve"] * 4, *["reject"] * 3, *["invite"] * 2,
    *["screen"] * 2, *["apply"] * 2, "withdraw",
)  # fmt: skip


def run_marathon(cast: Cast, *, at: datetime) -> None:
    """Plan a marathon, let people apply, decide, place them, make badges and lay things ready."""
    leader = cast.staff["demo-org-admin"]
    event = _plan(cast, leader, at=at - timedelta(days=9))
    people = _applications(cast, event, at=at - timedelta(days=8))
    for application, fate in zip(people, FATES, strict=False):
        _go_on(application, fate, by=cast.office, at=at - timedelta(days=4))
    events.set_briefing(
        event_id=event.pk, briefing_at=moment(event.starts_on - timedelta(days=3), "14:30"),
        place="体育中心二层会议室", paper=None, by=leader, at=at - timedelta(days=3),
        text="比赛日 6:30 到岗签到，着志愿者服装、佩戴证件。\n天冷，请自带手套和保温杯。\n"
        "遇到跑者不适，先扶到路边，再打医疗组电话。",
    )  # fmt: skip
    shown = proposals.proposal(event, at=at - timedelta(days=2))
    placing.carry_out(event_id=event.pk, digest=shown.digest, by=leader, at=at - timedelta(days=2))
    badges.issue_badges(event_id=event.pk, by=leader, at=at - timedelta(days=1))
    for plan in _things(event):
        things.save_item(event_id=event.pk, plan=plan, by=leader, at=at - timedelta(days=1))


def _plan(cast: Cast, leader: User, *, at: datetime) -> Event:
    first = local_date(at + timedelta(days=9) + AHEAD)
    project = _project(cast, at=at)
    plan = EventPlan(
        name="汾河半程马拉松", region_id=project.organization.region_id, place="滨河东路沿线",
        starts_on=first, ends_on=first + timedelta(days=1),
        intro="从迎泽桥出发，沿汾河跑到体育中心。两天的赛事需要五十多人次的志愿者：补给、引导、医疗、"
        "媒体，结束后还要清理赛道。",
        conditions="身体健康，能久站；服从安排，参加赛前培训会。",
        risk_notice="冬季户外久站，注意保暖；赛道旁注意来往车辆和跑者。",
        apply_from=at, apply_until=moment(first - timedelta(days=6), "18:00"),
        leader_id=leader.pk, min_age=16, max_age=70,
    )  # fmt: skip
    event = events.create_event(project_id=project.pk, plan=plan, by=leader, at=at)
    for name, about, posts in GROUPS:
        group = layout.save_group(
            event_id=event.pk,
            name=name,
            about=about,
            leader_id=cast.staff["demo-leader"].pk,
            by=leader,
            at=at,
        )
        for post in posts:
            _post(event, group, post, by=leader, at=at)
    return events.open_event(event_id=event.pk, by=leader, at=at)


def _project(cast: Cast, *, at: datetime) -> Project:
    team, author = cast.teams["qiaodong"], cast.teams["qiaodong"].applied_by or cast.office
    today = local_date(at)
    plan = ProjectPlan(
        name="大型赛会志愿服务", category_id=Category.objects.get(key="events").pk,
        line_id=Line.objects.order_by("number").values_list("pk", flat=True)[0],
        starts_on=today, ends_on=today + timedelta(days=300), served_group="参赛者和观众",
        session_minutes=300, volunteers_wanted=60, funding="赛事组委会保障", sessions_planned=4,
        risk_notice="户外久站，注意保暖。", intro="为本市的大型赛事提供志愿服务。", min_age=16,
    )  # fmt: skip
    project = projects.create_project(organization_id=team.pk, plan=plan, by=author, at=at)
    projects.submit(project_id=project.pk, by=author, at=at)
    projects.approve(project_id=project.pk, by=cast.office, at=at)
    projects.publish(project_id=project.pk, by=author, at=at)
    return projects.start(project_id=project.pk, by=author, at=at)


def _post(
    event: Event,
    group: Group,
    said: tuple[str, str, str, str, tuple[int, ...], str],
    *,
    by: User,
    at: datetime,
) -> None:
    name, place, tasks, zones, wanted, skill = said
    skills = tuple(Skill.objects.filter(key=skill).values_list("pk", flat=True))
    post = layout.save_post(
        group_id=group.pk, plan=PostPlan(name, place, tasks, zones, skills), by=by, at=at
    )
    for day, number in zip(event.days, wanted, strict=True):
        if number:
            plan = DayPlan(day, time(7), time(13), number)
            layout.save_day(post_id=post.pk, plan=plan, by=by, at=at)


def _applications(cast: Cast, event: Event, *, at: datetime) -> list[Application]:
    groups = list(event.groups.order_by("pk"))
    made: list[Application] = []
    photo = _photo()
    for number, volunteer in enumerate(cast.volunteers):
        if len(made) == PEOPLE or volunteer.user is None:
            continue
        days = event.days if number % 3 else event.days[:1]
        wish = Wish(
            days=tuple(days), group_ids=(groups[number % 3].pk, groups[(number + 1) % 3].pk),
            size=Size.values[1 + number % 5], diet="清真" if number % 13 == 5 else "",  # noqa: PLR2004 -- now and then
            experience="去年做过补给点" if number % 4 == 0 else "",
            photo=photo if number % 6 == 1 else None,
        )  # fmt: skip
        try:
            made.append(
                applying.apply_for(
                    event_id=event.pk,
                    volunteer=volunteer,
                    wish=wish,
                    risks_read=True,
                    by=volunteer.user,
                    at=at + timedelta(minutes=number),
                )
            )
        except Refusal:
            continue  # too young, or too old
    return made


def _go_on(application: Application, fate: str, *, by: User, at: datetime) -> None:
    pk, owner = application.pk, application.volunteer.user
    if fate == "apply":
        return
    if fate == "withdraw":
        applying.withdraw(application_id=pk, reason="那几天要出差", by=owner, at=at)
        return
    deciding.decide(application_id=pk, decision=Decision("screen"), by=by, at=at)
    if fate == "screen":
        return
    if fate == "invite":
        talk = Decision(
            "invite", interview_at=at + timedelta(days=6), interview_place="市青年宫 201 室"
        )
        deciding.decide(application_id=pk, decision=talk, by=by, at=at)
        return
    verb = "select" if fate == "confirm" else fate
    reason = "这次名额有限，已把您记在下次赛会的名单里" if fate == "reject" else ""
    deciding.decide(application_id=pk, decision=Decision(verb, reason), by=by, at=at)
    if fate == "confirm" and owner is not None:
        deciding.answer(application_id=pk, accepts=True, by=owner, at=at + timedelta(hours=5))


def _things(event: Event) -> list[ItemPlan]:
    meals = [ItemPlan("meal", "午餐", day, pieces={"": 40}) for day in event.days]
    shirts = dict(zip(Size.values, (2, 6, 10, 12, 8, 4, 2), strict=True))
    return [
        *meals,
        ItemPlan("clothing", "志愿者马甲", pieces=shirts),
        ItemPlan("equipment", "对讲机", is_returned=True, pieces={"": 8}),
    ]


def _photo() -> Checked:
    """Draw somebody: head and shoulders before a blue ground."""
    picture = Image.new("RGB", (300, 400), "#7fa8c9")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((20, 260, 280, 520), fill="#b3241a")
    draw.rectangle((125, 220, 175, 290), fill="#e3bb98")
    draw.ellipse((90, 90, 210, 250), fill="#e9c6a6")
    draw.pieslice((82, 70, 218, 220), 180, 360, fill="#2f2722")
    out = BytesIO()
    picture.save(out, "JPEG")
    return check_image(SimpleUploadedFile("照片.jpg", out.getvalue(), "image/jpeg"))
