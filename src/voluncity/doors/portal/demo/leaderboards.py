"""The boards of the demo city, and its volunteers of the month: the last named, this one open."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from voluncity.city.files.rules import Checked, check_image
from voluncity.city.journal.actions import catch_up
from voluncity.city.publicity import actions as publicity
from voluncity.city.regions import queries as regions
from voluncity.honor.leaderboards import actions, queries
from voluncity.honor.leaderboards.actions import Answer
from voluncity.honor.leaderboards.models import Candidate, StarMonth
from voluncity.honor.leaderboards.rules import month_before, month_of
from voluncity.kernel.clock import local_date

if TYPE_CHECKING:
    from voluncity.doors.portal.demo.cast import Cast

REASONS = (
    "连续四周在路口引导，遇到老人主动搀扶过街。",
    "带着邻居一起清理河岸，每次都最后一个离开。",
    "陪三位独居老人买菜看病，从没有爽约。",
)
STORIES = (
    ("路口的那顶小红帽",
     "早上七点，她已经站在路口。\n\n绿灯不够老人走，她就陪着走。四周下来，路口的老人都认得她了。"),
    ("河边的垃圾少了",
     "第一次去只有他一个人，捡了四袋。\n\n第二周，楼里的邻居跟着来了；到月底，步道干净得能歇脚。"),
    ("有她在，就不慌",
     "三位老人的电话都存着她的号码。\n\n买药、缴费、换灯泡，事不大，老人一个人做起来却难。"),
)  # fmt: skip
WORDS = "谢谢大家，下个月还一起来。"


def rank_and_choose(cast: Cast, *, at: datetime) -> None:
    """Make all scores and figures; name the stars of last month, and begin this month's."""
    actions.build(clock=lambda: at)
    actions.count_due(at=at)
    this = month_of(local_date(at))
    _name_last(cast, month_before(this, 1), at=at)
    if _has_deeds(this, at=at):
        actions.start_month(month=this, by=cast.office, at=at)


def _has_deeds(month: str, *, at: datetime) -> bool:
    rule = queries.star_rule(local_date(at))
    found = queries.deeds(month, rule, city=regions.city())
    return any(one.services >= rule.least_services for one in found)


def _name_last(cast: Cast, month: str, *, at: datetime) -> None:
    if not _has_deeds(month, at=at):
        return
    began = at - timedelta(days=14)
    started = actions.start_month(month=month, by=cast.office, at=began)
    chosen = _most_of_each_county(started)
    for number, one in enumerate(chosen):
        _agree(cast, one, number, at=began + timedelta(days=1))
    if not chosen:
        return
    shown = began + timedelta(days=2)
    actions.show_month(month_id=started.pk, by=cast.staff["demo-county-office"], at=shown)
    publicity.finish_due(today=local_date(at), at=at)
    catch_up(at=at)


def _most_of_each_county(month: StarMonth) -> list[Candidate]:
    found: dict[int, Candidate] = {}
    asked = month.candidates.filter(volunteer__user__handle__startswith="resident-")
    for one in asked.select_related("volunteer__user").order_by("-proven_minutes", "pk"):
        found.setdefault(one.county_id, one)
    return list(found.values())[: len(STORIES)]


def _agree(cast: Cast, one: Candidate, number: int, *, at: datetime) -> None:
    actions.pick(candidate_id=one.pk, reason=REASONS[number], by=cast.office, at=at)
    title, story = STORIES[number]
    actions.tell_story(candidate_id=one.pk, title=title, story=story, by=cast.office, at=at)
    user = one.volunteer.user
    assert user is not None  # noqa: S101 -- chosen by the account
    said = Answer(
        is_agreed=True, words=WORDS if number == 0 else "", is_photo_agreed=number < 2,  # noqa: PLR2004 -- the third one wants no photo
        photo=_drawing(number),
    )  # fmt: skip
    actions.answer(candidate_id=one.pk, said=said, by=user, at=at + timedelta(hours=3))


def _drawing(number: int) -> Checked:
    """Draw somebody with a red cap before a hill, in place of a photo."""
    sky = ((214, 232, 242), (250, 232, 214))[number % 2]
    picture = Image.new("RGB", (800, 600), sky)
    draw = ImageDraw.Draw(picture)
    draw.ellipse((-200, 380, 700, 1000), fill=(122, 168, 116))
    draw.ellipse((300, 420, 1100, 1000), fill=(96, 146, 104))
    draw.ellipse((330, 190, 470, 350), fill=(240, 204, 176))
    draw.pieslice((322, 150, 478, 310), 180, 360, fill=(200, 38, 38))
    draw.rectangle((300, 226, 480, 240), fill=(200, 38, 38))
    draw.rounded_rectangle((280, 350, 520, 640), 70, fill=(214, 60, 50))
    out = BytesIO()
    picture.save(out, "JPEG", quality=88)
    return check_image(SimpleUploadedFile("star.jpg", out.getvalue(), "image/jpeg"))
