"""Selections of the demo city: last year's four excellents, and one that is voted for now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from voluncity.city.access import actions as access
from voluncity.city.access.permissions import Role
from voluncity.city.files.rules import Checked, check_image
from voluncity.city.people.actions import create_account
from voluncity.city.people.models import User, Volunteer
from voluncity.city.publicity import actions as publicity
from voluncity.city.regions import queries as regions
from voluncity.city.regions.models import Region
from voluncity.honor.awards import actions, queries
from voluncity.honor.awards.actions import Decision, Place, Scores
from voluncity.honor.awards.models import Category, Nomination, Result, Review, Selection
from voluncity.honor.awards.queries.voting import marks_of
from voluncity.honor.awards.rules import CategoryPlan, SelectionPlan, Story
from voluncity.honor.awards.states import NomineeKind
from voluncity.kernel.clock import local_date
from voluncity.service.projects.models import Project
from voluncity.service.projects.states import PUBLIC_STATES

if TYPE_CHECKING:
    from voluncity.doors.portal.demo.cast import Cast

K = NomineeKind
DAY = timedelta(days=1)
KNOWN = 2  # volunteers of the login page
VOTERS = 16  # enough for places and for one phone that many share
EXPERTS = ("钱学文", "余秀峰", "蒋明远")
INTRO = (
    "为传播身边的好人好事，评选一年来最美志愿者、最佳志愿服务组织、最佳志愿服务项目和最美志愿服务社区。"
    "经组织推荐、本人同意、资格审核、专家评审和公众投票，综合得分在前的拟表彰，公示没有异议后表彰。"
)
CATEGORIES = (
    CategoryPlan(K.VOLUNTEER, "最美志愿者", 3, 3, clean_years=2),
    CategoryPlan(K.ORGANIZATION, "最佳志愿服务组织", 2, 2, clean_years=2),
    CategoryPlan(K.PROJECT, "最佳志愿服务项目", 2, 2, clean_years=2),
    CategoryPlan(K.COMMUNITY, "最美志愿服务社区", 1, 1),
)
COMMUNITIES = ("140106005001", "140105004001", "140109001003")
PALETTES = (
    ("#f6e0cf", "#c9543f", "#7a3b2c"), ("#dcebf1", "#3f7fa8", "#234c68"),
    ("#e3eedb", "#5c8a4a", "#34552a"), ("#f5ecd0", "#c08a2d", "#6e4d14"),
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """What is told of a nominee."""

    headline: str
    summary: str
    story: str


PEOPLE = (
    Told(
        "骑着自行车巡逻的退休工人",
        "退休后每天骑车巡逻十里路，八年清理小广告两万多张。",
        "退休那年，社区墙上贴满小广告，他买了铲子和水桶，一面墙一面墙地清。后来邻居跟着他一起干，慢慢有了巡防队。"
        "下雨天他检查井盖，夏天提醒孩子不要下河。问他图什么，他说：看着街道干净，心里敞亮。",
    ),
    Told(
        "教老人用手机的大学生",
        "两年里每个周四教老人用手机，学会挂号的老人有三百多位。",
        "第一次来社区，一位奶奶请她帮忙给外地的儿子打视频电话，接通的时候奶奶哭了。"
        "从那以后，每个周四下午她都来，把常用的步骤画成大字卡片，老人忘了就翻一翻，如今卡片已经印了六版。",
    ),
    Told(
        "义诊台前的老大夫",
        "行医四十年，退休后每周义诊，建起九百多位老人的血压档案。",
        "她说，大病都是小病拖出来的。每周五一早，她把血压计摆在社区门口，一边量一边记，谁的血压高了就追着打电话。"
        "有位老人因为她的一通电话及时住院，家里人送来锦旗，她没有收，只请他们以后按时来量血压。",
    ),
    Told(
        "路口的暖心引导员",
        "三年早高峰没有缺过岗，扶过的老人叫得出名字。",
        "五一路口车多人急，他举着小旗站在路边，红灯时拦一拦，绿灯时扶一把。下雪天他提前半小时到，先把斑马线上的雪扫开。"
        "常过路口的老人都认得他，会给他带一杯热水。",
    ),
)
GROUPS = (
    Told(
        "把服务送到家门口", "全年开展活动两百多场，服务居民一万多人次。",
        "队伍从十几个人起步，如今有了固定的服务日、排班表和培训。每次活动前先问居民需要什么，活动后再回访一次，"
        "做得不好的地方写在墙上，下次改进。居民说，有事找他们，心里踏实。",
    ),
    Told(
        "坚持做好一件小事", "一件小事做了五年，成了街坊们的约定。",
        "每周同一天、同一个地方，风雨不误。志愿者轮流带班，新人由老队员手把手教，物资和记录都清清楚楚。"
        "参加的人从最初的六个，变成了今天的一百多个，很多人是被服务过以后加入进来的。",
    ),
    Told(
        "邻里守望，一家一样", "独居老人户户有人问，难事小事有人办。",
        "社区给每位独居老人配了两名志愿者，一周一次上门，一天一个电话。买菜、取药、修水管，能办的当天办，"
        "办不了的登记下来请单位帮忙。去年冬天停暖，志愿者连夜送去了电热毯。",
    ),
)  # fmt: skip


def choose_the_best(cast: Cast, *, at: datetime) -> None:
    """Let one selection be over and another one be in its vote."""
    officer = _account("award-office", "刘文君", at=at - 95 * DAY)
    access.give_role(
        user=officer, role=Role.CITY_OFFICE, region=regions.city(), by=None, at=at - 95 * DAY
    )
    handles = ("demo-expert", "award-expert-1", "award-expert-2")  # the first is tried out
    experts = [
        _account(handle, name, at=at - 95 * DAY)
        for handle, name in zip(handles, EXPERTS, strict=True)
    ]
    for expert in experts:
        access.give_role(
            user=expert, role=Role.EXPERT, region=regions.city(), by=None, at=at - 95 * DAY
        )
    today = local_date(at)
    past = _called(cast.office, today.year - 1, at=at - 92 * DAY)
    _run(past, cast, officer, experts, first=0, at=at - 92 * DAY)
    _awarded(past, cast.office, officer, at=at - 71 * DAY)
    now = _called(cast.office, today.year, at=at - 14 * DAY)
    _run(now, cast, officer, experts, first=4, at=at - 14 * DAY, until=at)
    actions.start_votes(at=at)


def _account(handle: str, name: str, *, at: datetime) -> User:
    return create_account(handle=handle, display_name=name, at=at)


def _called(office: User, year: int, *, at: datetime) -> Selection:
    """Publish a selection: ten days of nominations, then two to check, eight to vote."""
    first = local_date(at)
    plan = SelectionPlan(
        title=f"{year}年度“四个优秀”志愿服务典型评选", year=year, region_id=regions.city().pk,
        issuer="太原市文明办", intro=INTRO, nominate_from=first, nominate_until=first + 9 * DAY,
        review_until=first + 19 * DAY, vote_from=first + 12 * DAY, vote_until=first + 19 * DAY,
        expert_weight=60, vote_weight=40, office_weight=0, publicity_workdays=5,
        least_reviews=2, most_per_nominator=4, allows_self=True, is_live=True,
        categories=CATEGORIES,
    )  # fmt: skip
    selection = actions.make_selection(plan=plan, by=office, at=at)
    return actions.publish_selection(selection=selection, by=office, at=at)


def _run(
    selection: Selection,
    cast: Cast,
    officer: User,
    experts: Sequence[User],
    *,
    first: int,
    at: datetime,
    until: datetime | None = None,
) -> None:
    """Put forward, admit, review and vote."""
    nominees: list[Nomination] = []
    for category in queries.categories_of(selection):
        for number, nominee in enumerate(_nominees(cast, category.kind, first)):
            found = _admitted(category, nominee, number, cast.office, officer, at=at + DAY)
            if found is not None:
                nominees.append(found)
    for expert in experts:
        judge = actions.add_judge(selection=selection, user=expert, by=officer, at=at + 2 * DAY)
        for turn, review in enumerate(Review.objects.filter(judge=judge).order_by("pk")):
            if until is None or turn % 3:
                _scored(review, 78 + (turn * 7 + expert.pk) % 19, at=at + 11 * DAY)
    _voted(selection, cast, at=at + 13 * DAY)


def _nominees(cast: Cast, kind: str, first: int) -> Sequence[Any]:
    if kind == K.VOLUNTEER:
        people = [one for one in cast.volunteers[KNOWN + first :] if one.user_id is not None]
        return people[:4] if first == 0 else [cast.volunteers[1], *people[:3]]
    teams = list(cast.teams.values())
    if kind == K.ORGANIZATION:
        return teams[first : first + 3]
    if kind == K.PROJECT:
        found = Project.objects.filter(state__in=PUBLIC_STATES).order_by("pk")
        return list(found.select_related("organization__region")[first : first + 3])
    return list(Region.objects.filter(code__in=COMMUNITIES[:1]).order_by("code"))


def _admitted(
    category: Category, nominee: Any, number: int, office: User, officer: User, *, at: datetime
) -> Nomination | None:
    told = (PEOPLE if category.kind == K.VOLUNTEER else GROUPS)[
        number % (4 if category.kind == K.VOLUNTEER else 3)
    ]
    nomination = actions.nominate(
        category=category, nominee=nominee,
        said=Story(told.headline, told.summary, told.story),
        photo=_drawn((number + category.position) % len(PALETTES)) if number < 2 else None,  # noqa: PLR2004
        by=office, at=at,
    )  # fmt: skip
    speakers = queries.speakers(nomination, on=local_date(at))
    if not speakers:
        actions.withdraw_nomination(nomination=nomination, words="", by=office, at=at)
        return None
    actions.submit_nomination(nomination=nomination, by=office, at=at)
    if nomination.consented_at is None:
        actions.consent(
            nomination=nomination, version=nomination.version, is_named=True,
            by=User.objects.get(pk=speakers[0]), at=at,
        )  # fmt: skip
    return actions.admit_nomination(nomination=nomination, by=officer, at=at + timedelta(hours=5))


def _scored(review: Review, points: int, *, at: datetime) -> None:
    criteria = review.nomination.category.selection.criteria.all()
    given = {one.pk: min(points + place, 100) for place, one in enumerate(criteria)}
    said = Scores(
        version=review.nomination.version, points=given, comment="事迹实在，群众认可。",
        is_independent=True,
    )  # fmt: skip
    actions.score(review=review, said=said, by=review.judge.user, at=at)


def _voted(selection: Selection, cast: Cast, *, at: datetime) -> None:
    """Let the residents vote, but for the first of the login page; six of them from one phone."""
    nominees = queries.open_nominees(selection)
    verified = [one for one in cast.volunteers[1:] if one.identity_state == "verified"]
    voters = verified[:VOTERS]
    for category in queries.categories_of(selection):
        found = [one.pk for one in nominees.get(category.pk, [])]
        if not found:
            continue
        for number, voter in enumerate(voters):
            # The later in the list, the fewer: 0, 0, 1, 0, 1, 2, …
            first = number % (number % len(found) + 1)
            chosen = {found[first], found[(first + number % 3) % len(found)]}
            device = "4fa91c" + "0" * 26 if number < 6 and category.position == 0 else ""  # noqa: PLR2004
            _ballot(category, voter, sorted(chosen)[: category.choices_most], device,
                    at=at + timedelta(minutes=7 * number))  # fmt: skip


def _ballot(
    category: Category, voter: Volunteer, chosen: list[int], device: str, *, at: datetime
) -> None:
    address = marks_of(voter, 0).record
    actions.vote(category=category, chosen=chosen, voter=voter, place=Place(device, address), at=at)


def _awarded(selection: Selection, office: User, officer: User, *, at: datetime) -> None:
    """Compute, decide as the rule says, show, and award when the time is over."""
    actions.count_selection(selection=selection, by=office, at=at)
    by_rule = Result.objects.filter(nomination__category__selection=selection, by_rule=True)
    chosen = frozenset(by_rule.values_list("nomination_id", flat=True))
    actions.decide_selection(
        selection=selection, decision=Decision(chosen, {}), by=office, at=at + timedelta(hours=2)
    )
    actions.confirm_decision(selection=selection, by=officer, at=at + DAY)
    later = at + 15 * DAY
    publicity.finish_due(today=local_date(later), at=later)


@cache
def _drawn(mood: int) -> Checked:
    """Draw somebody before hills, in one of four moods."""
    sky, coat, hill = PALETTES[mood]
    picture = Image.new("RGB", (720, 480), sky)
    draw = ImageDraw.Draw(picture)
    draw.ellipse((540, 50, 640, 150), fill="#fff6e0")
    draw.polygon([(0, 380), (200, 230), (420, 360), (720, 250), (720, 480), (0, 480)], fill=hill)
    draw.rounded_rectangle((270, 270, 450, 480), 60, fill=coat)
    draw.ellipse((300, 130, 420, 260), fill="#e8bd98")
    draw.pieslice((295, 110, 425, 230), 180, 360, fill="#3b2f2a")
    draw.rectangle((270, 330, 450, 350), fill="#fff6e0")
    out = BytesIO()
    picture.save(out, "JPEG")
    return check_image(SimpleUploadedFile("工作照.jpg", out.getvalue(), "image/jpeg"))
