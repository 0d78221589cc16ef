"""Four micro-classes of the demo city with drawn covers, tests, learners, and a correction."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from voluncity.city.files.rules import Checked, check_image
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.service.training.models import Course
from voluncity.voice.classes import actions, queries
from voluncity.voice.classes.models import Question, Revision
from voluncity.voice.classes.rules import ClassPlan, PagePlan, QuestionPlan

if TYPE_CHECKING:
    from voluncity.doors.portal.demo.cast import Cast

DATA = Path(__file__).parent.parent / "data" / "lessons.json"


def teach_in_minutes(cast: Cast, *, at: datetime) -> None:
    """Publish the classes, let volunteers learn, and leave a correction for review."""
    author, office = cast.staff["demo-county-office"], cast.office
    organization = Organization.objects.get(key="civil-affairs-bureau")
    lessons = json.loads(DATA.read_text(encoding="utf-8"))["lessons"]
    revisions = [
        _published(lesson, organization, author, office, number, at=at - timedelta(days=40))
        for number, lesson in enumerate(lessons)
    ]
    learners = [one.user for one in cast.volunteers if one.user is not None]
    for number, learner in enumerate(learners[:14]):
        revision = revisions[number % len(revisions)]
        _learn(revision, learner, number, at=at - timedelta(days=20 - number, hours=3))
    _corrected(revisions[1], author, at=at - timedelta(days=1))


def _published(
    lesson: dict[str, Any], organization: Organization, author: User, office: User, number: int,
    *, at: datetime,
) -> Revision:  # fmt: skip
    course = Course.objects.filter(key=lesson["course"]).first()
    plan = ClassPlan(
        title=lesson["title"], theme=lesson["theme"], intro=lesson["intro"], pass_percent=60,
        course_id=course.pk if course else None, draws=min(3, len(lesson["questions"])),
    )  # fmt: skip
    revision = actions.start_class(organization=organization, plan=plan, by=author, at=at)
    for chapter in lesson["chapters"]:
        actions.add_page(
            revision=revision, plan=PagePlan(**chapter, least_seconds=20), seen=revision.edition,
            by=author, at=at,
        )  # fmt: skip
    actions.load_questions(revision, [QuestionPlan(**one) for one in lesson["questions"]])
    actions.set_cover(
        revision=revision, title=f"“{plan.title}”的封面：一本打开的书",
        checked=_cover(lesson["color"], number), seen=revision.edition, by=author, at=at,
    )  # fmt: skip
    actions.submit(revision=revision, by=author, at=at)
    return actions.publish(revision=revision, by=office, at=at + timedelta(days=1))


def _cover(color: str, number: int) -> Checked:
    """Draw an open book below a sun, on paper of the theme's color."""
    picture = Image.new("RGB", (800, 450), color)
    draw = ImageDraw.Draw(picture)
    for ring in range(5):
        edge = 60 + ring * 70
        draw.ellipse((640 - edge, 90 - edge, 640 + edge, 90 + edge), outline="#ffffff", width=3)
    draw.ellipse((600, 50, 680, 130), fill="#ffe9b0")
    draw.polygon([(120, 180), (390, 220), (390, 400), (120, 360)], fill="#fffaf0")
    draw.polygon([(660, 180), (390, 220), (390, 400), (660, 360)], fill="#f3e8d3")
    for line in range(4):
        top = 235 + line * 30
        draw.line((160, top - 12, 350, top + 16), fill=color, width=6)
        if line <= number:
            draw.line((430, top + 16, 620, top - 12), fill=color, width=6)
    out = BytesIO()
    picture.save(out, "PNG")
    return check_image(SimpleUploadedFile("cover.png", out.getvalue(), "image/png"))


def _learn(revision: Revision, learner: User, number: int, *, at: datetime) -> None:
    """Read some chapters or all of them, then take the test."""
    pages = queries.pages_of(revision)
    for page in pages if number % 3 else pages[:1]:
        actions.beat(page=page, position=10, by=learner, at=at)
        at += timedelta(seconds=50)
        actions.finish_chapter(page=page, by=learner, at=at)
    if number % 3 == 0 or queries.why_not(learner, revision, at=at) is not None:
        return
    attempt = actions.start_test(revision=revision, by=learner, at=at)
    found = Question.objects.in_bulk(attempt.drawn)
    is_right = number % 5 != 0
    answers = {pk: one.right if is_right else [0] for pk, one in found.items()}
    actions.hand_in(attempt=attempt, answers=answers, by=learner, at=at + timedelta(minutes=2))


def _corrected(revision: Revision, author: User, *, at: datetime) -> None:
    """Hand in a correction that waits for a second person."""
    made = actions.begin_correction(micro_class=revision.micro_class, by=author, at=at)
    plan = ClassPlan(
        title=made.title, theme=made.theme, intro=made.intro, course_id=made.course_id,
        draws=made.draws, pass_percent=made.pass_percent, tries=made.tries,
        correction="补充了保险的说明",
    )  # fmt: skip
    actions.change_class(revision=made, plan=plan, seen=made.edition, by=author, at=at)
    page = queries.pages_of(made)[0]
    body = page.body.replace("保险和物资", "与活动风险相适应的保险，以及物资")
    actions.change_page(
        page=page, plan=PagePlan(page.title, body, page.minutes, page.least_seconds),
        seen=made.edition, by=author, at=at,
    )  # fmt: skip
    made.refresh_from_db()
    actions.submit(revision=made, by=author, at=at)
