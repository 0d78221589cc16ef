"""Row I3: an office writes a class, somebody learns it, passes, and may then sign up."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils.timezone import now
from pytest_django.fixtures import Settings

from voluncity.city.access.permissions import Role
from voluncity.city.inbox.models import Message
from voluncity.city.journal.actions import catch_up
from voluncity.city.orgs.models import Organization
from voluncity.city.people import queries as people
from voluncity.city.people.models import User
from voluncity.kernel.clock import local_date
from voluncity.service.training import queries as training
from voluncity.testing.make_classes import answers_of, make_course
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import make_user, make_volunteer, user_of
from voluncity.testing.pages import as_, markup
from voluncity.voice.classes.models import Attempt, Chapter, MicroClass, Progress, Reading

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


def _written(organization: Organization, author: User, second: User, about: dict[str, str]) -> int:
    """Let one person write a class and another one publish it; return its id."""
    writer = as_(author)
    writer.post("/classes/desk/new/", about | {"organization": str(organization.pk)})
    pk: int = MicroClass.objects.get().pk
    page = {"title": "先听", "body": "坐下来，不抢话。", "minutes": "3", "least_seconds": "20"}
    writer.post(f"/classes/desk/{pk}/chapters/new/", page | {"seen": "0"})
    question = {"kind": "true_false", "text": "可以抢话吗？", "right": "错", "seen": "1"}
    writer.post(f"/classes/desk/{pk}/questions/", question | {"explanation": "听比说重要"})
    writer.post(f"/classes/desk/{pk}/submit/")
    as_(second).post(f"/classes/desk/{pk}/publish/")
    return pk


def _learned(learner: Client, pk: int) -> str:
    """Read the chapter, fail the test once and pass it; return the page of the result."""
    chapter, result = Chapter.objects.get().pk, ""
    learner.post(f"/classes/{pk}/{chapter}/clock/", {"position": "10"})
    Reading.objects.update(beat_at=now() - timedelta(seconds=30))
    assert "全部学完了" in markup(learner.post(f"/classes/{pk}/{chapter}/finish/", follow=True))
    for is_right in (False, True):
        learner.post(f"/classes/{pk}/test/start/")
        said = answers_of(Attempt.objects.latest("pk"), right=is_right)
        sent = {f"q{one}": chosen[0] for one, chosen in said.items()}
        result = markup(learner.post(f"/classes/{pk}/test/", sent, follow=True))
    return result


@pytest.mark.row("I3")
def test_a_class_is_written_reviewed_learned_passed_and_corrected() -> None:
    organization, course = make_organization("民政局"), make_course()
    author, second = make_user("李编辑"), make_user("王审核")
    for user in (author, second):
        give(user, Role.COUNTY_OFFICE, organization.region)
    about = {
        "title": "陪老人聊天", "theme": "skills", "draws": "1", "pass_percent": "100",
        "tries": "2", "course": str(course.pk),
    }  # fmt: skip
    pk = _written(organization, author, second, about)
    volunteer = make_volunteer("钱学员")
    learner = as_(user_of(volunteer))
    assert "陪老人聊天" in markup(learner.get("/classes/"))
    result = _learned(learner, pk)
    assert ("100 分，通过了" in result, "听比说重要" in result) == (True, True)
    catch_up(at=now())
    assert training.has_passed(volunteer.pk, course.pk, local_date(now()))
    assert people.minutes_of(volunteer.pk).total == 0
    told = Message.objects.filter(user=user_of(volunteer)).latest("pk")
    assert told.title == "测验通过，证书已发放"
    assert course.name in markup(learner.get("/teaching/mine/"))

    corrector = as_(second)
    corrector.post(f"/classes/desk/{pk}/correct/")
    changed = about | {"correction": "补充一句", "seen": "0"}
    corrector.post(f"/classes/desk/{pk}/change/", changed)
    corrector.post(f"/classes/desk/{pk}/submit/")
    as_(author).post(f"/classes/desk/{pk}/publish/")
    shown = markup(learner.get(f"/classes/{pk}/"))
    assert [one in shown for one in ("第 2 版", "补充一句", "您已经通过测验")] == [True] * 3
    assert Progress.objects.get().finished_at is not None
