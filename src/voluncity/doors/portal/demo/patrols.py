"""What the patrol of the demo city found: waiting, with a unit, solved, confirmed, joined."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from voluncity.city.files.rules import Checked, check_image
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import Volunteer
from voluncity.city.regions import queries as regions
from voluncity.service.patrols import actions
from voluncity.service.patrols.models import Problem, ProblemKind
from voluncity.service.patrols.rules import Report

if TYPE_CHECKING:
    from voluncity.doors.portal.demo.cast import Cast

ELDER = 1  # 陈桂兰, among those whom the login page offers
ANSWERING = {
    "parking": "traffic-police",
    "garbage": "environment-bureau",
    "damage": "gardens-bureau",
    "need": "civil-affairs-bureau",
}
# Kind, where, what was said, days ago, how far it is, and what the unit did.
FOUND = (
    ("garbage", "北门垃圾箱旁", "装修垃圾堆了两天", 24, "closed", "已清运，并和物业约定每天巡查。"),
    ("parking", "幼儿园门口", "挡住消防通道", 20, "closed", "已挪走车辆，补划了禁停线。"),
    ("damage", "街心花园", "座椅的木条断了", 15, "lapsed", "木条已换新。"),
    ("need", "3 号楼", "独居老人家的灯坏了", 4, "solved", "电工已上门，换了灯管。"),
    ("garbage", "汾河岸边", "", 3, "accepted", ""),
    ("need", "活动室", "想要一台血压计", 1, "sent", ""),
    ("posters", "公交站牌", "小广告贴满了", 1, "new", ""),
    ("damage", "人行道", "井盖松动", 13, "sent", ""),
)


def find_problems(cast: Cast, *, at: datetime) -> None:
    """Set who answers for what; let two patrols report, and the units do their part."""
    city = regions.city()
    for key, unit in ANSWERING.items():
        actions.set_rule(
            kind=ProblemKind.objects.get(pk=key), region=city, by=cast.office, at=at,
            unit=Organization.objects.get(key=unit),
        )  # fmt: skip
    for number, (kind, where, note, days, state, done) in enumerate(FOUND):
        patrol = cast.volunteers[number % (ELDER + 1)]
        began = at - timedelta(days=days)
        problem = _report(patrol, kind, where, note, number, at=began)
        _go_on(problem, state, done, cast, at=began)
    actions.keep_terms(at=at)


def _report(
    patrol: Volunteer, kind: str, where: str, note: str, number: int, *, at: datetime
) -> Problem:
    assert patrol.user is not None  # noqa: S101 -- those of the login page have accounts
    report = Report(
        kind_key=kind, place="", where=where, note=note, nonce=f"demo-{number:04d}",
        photo=_photo(is_clean=False, number=number),
    )  # fmt: skip
    return actions.report_problem(report=report, volunteer=patrol, by=patrol.user, at=at)


def _go_on(problem: Problem, state: str, done: str, cast: Cast, *, at: datetime) -> None:
    by = cast.staff["demo-lead-unit"]
    if state in {"accepted", "solved", "closed", "lapsed"}:
        actions.accept_problem(problem=problem, by=by, at=at + timedelta(hours=3))
    if not done:
        return
    photo, later = _photo(is_clean=True, number=problem.pk), at + timedelta(days=2)
    actions.solve_problem(problem=problem, words=done, photo=photo, by=by, at=later)
    patrol = problem.volunteer.user
    if state == "closed" and patrol is not None:
        actions.confirm_problem(problem=problem, by=patrol, at=later + timedelta(hours=5))


def _photo(*, is_clean: bool, number: int) -> Checked:
    """Draw a street: with rubbish on it, or without."""
    picture = Image.new("RGB", (640, 480), "#cfdfe8")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 300, 640, 480), fill="#8d9296")
    draw.rectangle((0, 270, 640, 300), fill="#c9c2b6")
    for left in range(40, 600, 150):
        draw.rectangle((left, 90, left + 110, 270), fill="#d8b59a")
        draw.rectangle((left + 20, 120, left + 50, 160), fill="#6f8796")
    if not is_clean:
        for spot in range(7):
            x = 120 + (number * 37 + spot * 59) % 380
            draw.ellipse((x, 330 + spot * 12, x + 70, 375 + spot * 12), fill="#4d4a3f")
    out = BytesIO()
    picture.save(out, "JPEG")
    return check_image(SimpleUploadedFile("巡防.jpg", out.getvalue(), "image/jpeg"))
