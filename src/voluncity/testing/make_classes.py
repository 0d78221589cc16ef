"""Micro-classes for tests, in whatever state they are needed."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import now

from voluncity.city.files.rules import check_image
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User, Volunteer
from voluncity.service.training.models import Course
from voluncity.testing.make_files import make_paper, make_upload, make_video
from voluncity.testing.make_orgs import make_organization
from voluncity.testing.make_people import NOON, make_user, make_volunteer, user_of
from voluncity.voice.classes import actions, queries
from voluncity.voice.classes.models import Attempt, Page, Question, Revision
from voluncity.voice.classes.rules import ClassPlan, PagePlan, QuestionPlan

_numbers = count(1)


def make_plan(**said: Any) -> ClassPlan:
    """Return what an author says about a class: two questions a test, half right is enough."""
    usual: dict[str, Any] = {
        "title": f"第一次做志愿者 {next(_numbers)}", "theme": "basics", "intro": "十分钟入门",
        "draws": 2, "pass_percent": 50,
    }  # fmt: skip
    return ClassPlan(**(usual | said))


def make_page_plan(title: str = "出发之前", **said: Any) -> PagePlan:
    """Return a chapter of three minutes that takes thirty seconds at least."""
    usual: dict[str, Any] = {
        "body": "<p>带好志愿者码和水杯。</p>", "minutes": 3, "least_seconds": 30,
    }  # fmt: skip
    return PagePlan(title=title, **(usual | said))


def make_question_plan(text: str = "要提前多久到？", **said: Any) -> QuestionPlan:
    """Return a question with one right answer, the second one."""
    usual: dict[str, Any] = {
        "kind": "single", "options": ["不用提前", "十五分钟"], "right": [1],
        "explanation": "提前十五分钟到，先签到再上岗。",
    }  # fmt: skip
    return QuestionPlan(text=text, **(usual | said))


def make_draft(
    organization: Organization | None = None,
    *,
    by: User | None = None,
    chapters: int = 2,
    questions: int = 2,
    at: datetime = NOON,
    **said: Any,
) -> Revision:
    """Return a draft with chapters and questions."""
    author = by or make_user("编写人")
    revision = actions.start_class(
        organization=organization or make_organization(), plan=make_plan(**said), by=author, at=at
    )
    for number in range(chapters):
        actions.add_page(
            revision=revision, plan=make_page_plan(f"第 {number + 1} 章"), seen=revision.edition,
            by=author, at=at,
        )  # fmt: skip
    for number in range(questions):
        actions.add_question(
            revision=revision, plan=make_question_plan(f"第 {number + 1} 题？"),
            seen=revision.edition, by=author, at=at,
        )  # fmt: skip
    return revision


def make_class(
    organization: Organization | None = None, *, at: datetime = NOON, **said: Any
) -> Revision:
    """Return a class that is public."""
    revision = make_draft(organization, at=at, **said)
    actions.submit(revision=revision, by=revision.written_by, at=at)
    return actions.publish(revision=revision, by=make_user("审核人"), at=at)


def make_read(revision: Revision, by: User, *, at: datetime = NOON, chapters: int = 99) -> datetime:
    """Let somebody read the chapters of a class, each long enough; return when they are done."""
    for page in queries.pages_of(revision)[:chapters]:
        actions.beat(page=page, position=0, by=by, at=at)
        at += timedelta(seconds=40)
        actions.finish_chapter(page=page, by=by, at=at)
    return at


def make_learner(revision: Revision, name: str = "李学员", *, at: datetime = NOON) -> Volunteer:
    """Return a volunteer who has read a whole class."""
    volunteer = make_volunteer(name)
    make_read(revision, user_of(volunteer), at=at)
    return volunteer


def answers_of(attempt: Attempt, *, right: bool = True) -> dict[int, list[int]]:
    """Return the right answers to a test, or wrong ones."""
    found = Question.objects.in_bulk(attempt.drawn)
    return {pk: list(one.right) if right else [0] for pk, one in found.items()}


def make_attempt(
    revision: Revision, by: User, *, right: bool = True, at: datetime = NOON + timedelta(hours=1)
) -> Attempt:
    """Let somebody take the test of a class."""
    attempt = actions.start_test(revision=revision, by=by, at=at)
    return actions.hand_in(attempt=attempt, answers=answers_of(attempt, right=right), by=by, at=at)


def make_world_classes(organization: Organization, volunteer: Volunteer) -> dict[str, int]:
    """Return a public class that a volunteer learns, and one that is being written."""
    at, user = now(), user_of(volunteer)
    revision = make_draft(organization, at=at)
    page = queries.pages_of(revision)[0]
    piece = actions.attach(
        page=page, title="签到流程", upload=make_paper(), seen=revision.edition,
        by=revision.written_by, at=at,
    )  # fmt: skip
    revision.refresh_from_db()
    video = actions.attach(
        page=page, title="签到演示", seen=revision.edition, by=revision.written_by, at=at,
        upload=SimpleUploadedFile("demo.mp4", make_video(), "video/mp4"),
    )  # fmt: skip
    revision.refresh_from_db()
    actions.set_cover(
        revision=revision, title="大家在签到", checked=check_image(make_upload()),
        seen=revision.edition, by=revision.written_by, at=at,
    )  # fmt: skip
    actions.submit(revision=revision, by=revision.written_by, at=at)
    actions.publish(revision=revision, by=make_user("审核人"), at=at)
    done_at = make_read(revision, user, at=at - timedelta(minutes=10))
    attempt = make_attempt(revision, user, right=False, at=done_at)
    draft = make_draft(organization, at=at)
    draft_page = queries.pages_of(draft)[0]
    draft_piece = actions.attach(
        page=draft_page, title="草稿资料", upload=make_paper(), seen=draft.edition,
        by=draft.written_by, at=at,
    )  # fmt: skip
    question = draft.questions.first()
    assert question is not None
    assert revision.cover_id is not None
    return {
        "class": revision.micro_class_id, "class_chapter": page.chapter_id,
        "class_attempt": attempt.pk, "class_paper": piece.pk, "class_video": video.pk,
        "class_picture": revision.cover_id,
        "draft_class": draft.micro_class_id, "draft_page": draft_page.pk,
        "draft_piece": draft_piece.pk, "draft_question": question.pk,
    }  # fmt: skip


def make_course(key: str = "first-steps", **said: Any) -> Course:
    """Return a course whose certificate a class may give."""
    usual = {"name": "志愿服务入门", "content": "签到、沟通、安全", "valid_months": 12}
    return Course.objects.create(key=key, **(usual | said))


def page_number(revision: Revision, number: int) -> Page:
    """Return one chapter of a revision, counted from 1."""
    return queries.pages_of(revision)[number - 1]
