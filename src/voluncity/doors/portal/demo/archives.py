"""What was done in the demo city: archives in every state, and the public-welfare days."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from voluncity.city.access.scopes import Scope
from voluncity.city.files.rules import CheckedPhoto, check_image, check_photo
from voluncity.city.policy import actions as policy
from voluncity.city.regions import queries as regions
from voluncity.kernel.clock import local_date
from voluncity.service.archives import actions
from voluncity.service.archives.models import Archive
from voluncity.service.archives.states import Faces
from voluncity.service.projects.models import Activity
from voluncity.service.projects.states import ActivityState
from voluncity.service.signups.models import Attendance
from voluncity.service.welfare_days import actions as welfare_days
from voluncity.service.welfare_days import queries as days
from voluncity.service.welfare_days.models import WelfareDay

if TYPE_CHECKING:
    from voluncity.doors.portal.demo.cast import Cast

ASKED_SINCE = timedelta(days=14)
TEAM, TEAM_KEY = "demo-leader", "qiaodong"
SKIES = ("#bcd9ec", "#f3d6b8", "#cfe3c8", "#d9d2e9", "#f6e3b4")
# How far an archive is, its words, people served, goods handed out.
DONE: tuple[tuple[str, str, dict[str, int], tuple[str, int, str, int] | None], ...] = (
    (
        "public",
        "两人一组走进十八户独居老人家，陪老人说话，量血压，教三位老人用手机挂号。",
        {"visit": 18, "treatment": 18},
        ("米面油", 18, "份", 216_000),
    ),
    (
        "public",
        "帮老人缴水电费、换灯泡、修水龙头，把防诈骗的单页讲给老人听。",
        {"consultation": 26, "leaflet": 60, "repair": 7},
        ("防诈骗单页", 60, "份", 3_000),
    ),
    ("submitted", "走访独居老人，量血压、换灯泡、陪着说说话。", {"visit": 12}, None),
    ("sent_back", "今天来了不少人。", {"consultation": 30}, None),
    ("draft", "", {}, None),
)
THEME = "邻里守望 情暖社区"
WORDS = "走访独居老人，清理楼道和河岸，义诊、理发、维修送到家门口。欢迎带上家人一起来。"


def keep_what_was_done(cast: Cast, *, at: datetime) -> None:
    """Archive the last activities of the team whose leader can be tried; plan welfare days."""
    _begin_to_ask(cast, at=at - ASKED_SINCE)
    for activity, done in zip(_held(at), DONE, strict=False):
        archive_one(activity, *done, cast, at=at)
    _welfare_days(cast, at=at)


def _begin_to_ask(cast: Cast, *, at: datetime) -> None:
    """Let archives be asked for from a day on: what the city did before it is not late."""
    policy.set_number(
        key="archives.submit_days", value=7, valid_from=local_date(at), today=local_date(at),
        basis="活动归档从这一天起执行", by=cast.office, at=at,
    )  # fmt: skip


def _held(at: datetime) -> list[Activity]:
    """Return the team's activities that took place, the newest first."""
    there = Attendance.objects.values("signup__shift__activity")
    found = Activity.objects.filter(
        pk__in=there, ends_at__lt=at - timedelta(days=1), state=ActivityState.OPEN,
        project__organization__key=TEAM_KEY,
    )  # fmt: skip
    return list(found.select_related("project__organization").order_by("-starts_at", "pk")[:5])


def archive_one(
    activity: Activity,
    state: str,
    words: str,
    numbers: dict[str, int],
    goods: tuple[str, int, str, int] | None,
    cast: Cast,
    *,
    at: datetime,
) -> Archive:
    """Keep what was done at one activity, as far as `state` says."""
    by = cast.staff[TEAM]
    archive = actions.begin(activity=activity, by=by, at=at)
    actions.add_photos(
        archive=archive, photos=[_photo(activity.pk + turn) for turn in range(3)],
        faces=Faces.NONE, consent_note="", by=by, at=at,
    )  # fmt: skip
    actions.save_summary(archive=archive, summary=words, by=by, at=at)
    actions.save_outcomes(archive=archive, numbers=numbers, by=by, at=at)
    if goods is not None:
        name, amount, unit, fen = goods
        actions.add_material(
            archive=archive, name=name, amount=amount, unit=unit, value_fen=fen, by=by, at=at
        )
    archive.refresh_from_db()
    if state == "draft":
        return archive
    actions.submit(archive=archive, by=by, at=at)
    if state == "public":
        actions.accept(archive=archive, is_public=True, by=cast.office, at=at)
    elif state == "sent_back":
        actions.send_back(
            archive=archive,
            reason="小结太短，请写明做了什么、服务了哪些人。",
            by=cast.office,
            at=at,
        )
    return archive


def _welfare_days(cast: Cast, *, at: datetime) -> None:
    """Propose the year, confirm what is near, attach what was held and what is to come."""
    today, everywhere = local_date(at), Scope(regions=(regions.city().path,))
    for year in {today.year, (today + timedelta(days=40)).year}:
        welfare_days.generate_year(year=year, by=cast.office, at=at)
    near = WelfareDay.objects.filter(
        held_on__gte=today - timedelta(days=75), held_on__lte=today + timedelta(days=45)
    )
    for day in near:
        welfare_days.confirm_day(day=day, by=cast.office, at=at)
        welfare_days.describe_day(
            day=day, theme=THEME, words=WORDS, picture=check_image(_drawing(day.month.month)),
            by=cast.office, at=at,
        )  # fmt: skip
        for activity in days.candidates(day, everywhere)[:6]:
            welfare_days.attach(day=day, activity=activity, by=cast.staff[TEAM], at=at)


def _photo(number: int) -> CheckedPhoto:
    return check_photo(_drawing(number))


def _drawing(number: int) -> SimpleUploadedFile:
    """Draw people in red vests before houses."""
    picture = Image.new("RGB", (960, 720), SKIES[number % len(SKIES)])
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 520, 960, 720), fill="#9aa58f")
    for left in range(40, 900, 190):
        top = 180 + (left * (number + 3)) % 120
        draw.rectangle((left, top, left + 150, 520), fill="#d8b59a")
        for row in range(top + 25, 490, 70):
            draw.rectangle((left + 25, row, left + 60, row + 40), fill="#6f8796")
            draw.rectangle((left + 90, row, left + 125, row + 40), fill="#6f8796")
    for person in range(3 + number % 4):
        x = 110 + person * 150 + (number * 29) % 60
        draw.ellipse((x, 430, x + 50, 480), fill="#e8c9a8")
        draw.rectangle((x - 8, 480, x + 58, 590), fill="#c8281c")
        draw.rectangle((x + 2, 590, x + 48, 660), fill="#3b4754")
    out = BytesIO()
    picture.save(out, "JPEG", quality=88)
    return SimpleUploadedFile("活动.jpg", out.getvalue(), "image/jpeg")
