"""Row I4: a training from its opening to a certificate that opens the door to a project."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as city_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localtime, now
from pytest_django.fixtures import Settings

from voluncity.city.access.permissions import Role
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User, Volunteer
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.signups.models import Attendance, Signup
from voluncity.service.signups.states import Method
from voluncity.service.teaching import actions
from voluncity.service.teaching.models import CourseRule, Outcome, Session
from voluncity.service.training.models import TrainingRecord
from voluncity.service.training.rules import check_code
from voluncity.testing.make_files import make_paper
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import make_user, make_volunteer, user_of
from voluncity.testing.make_projects import make_category, make_course, make_training
from voluncity.testing.make_teaching import make_session
from voluncity.testing.pages import as_, markup

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


def _form(**said: Any) -> dict[str, Any]:
    """Return what the organizer sends: one evening in two days."""
    day = f"{localtime(now()) + timedelta(days=2):%Y-%m-%d}"
    rows = {
        "meetings-TOTAL_FORMS": "2", "meetings-INITIAL_FORMS": "0", "meetings-0-day": day,
        "meetings-0-begins": "19：00", "meetings-0-ends": "21:00",
    }  # fmt: skip
    return {
        "title": "新志愿者入门培训", "trainers": "李医生（市急救中心）", "audience": "all",
        "address": "区文化馆 201 室", "online_url": "", "capacity": "２０", "closes_on": day,
        "material": "请带笔记本。", **rows, **said,
    }  # fmt: skip


def _attend(session: Session) -> None:
    """Let everybody come and leave in time, and the evening be over."""
    earlier = timedelta(days=3)
    for shift in session.activity.shifts.all():
        shift.starts_at, shift.ends_at = shift.starts_at - earlier, shift.ends_at - earlier
        shift.save(update_fields=["starts_at", "ends_at"])
        for signup in Signup.objects.filter(shift=shift):
            Attendance.objects.create(
                signup=signup, in_at=shift.starts_at, in_method=Method.LEADER_SCAN,
                out_at=shift.ends_at, out_method=Method.LEADER_SCAN,
            )  # fmt: skip
    activity = session.activity
    activity.starts_at, activity.ends_at = activity.starts_at - earlier, activity.ends_at - earlier
    activity.save(update_fields=["starts_at", "ends_at"])


@dataclass
class Cast:
    """Who acts: the organizer, the city's office, one with a phone and one without."""

    team: Organization
    desk: Client
    city: Client
    admin: User
    phone: Client
    lin: Volunteer
    zhao: Volunteer


@pytest.fixture
def cast() -> Cast:
    make_category()
    team = make_organization("汾河志愿服务队")
    admin, office = make_user("陈老师"), make_user("市文明办刘洋")
    give(admin, Role.ORG_ADMIN, team)
    give(office, Role.CITY_OFFICE, team.region)
    lin, zhao = make_volunteer("林小雨"), make_volunteer("赵德福", user=False)
    return Cast(team, as_(admin), as_(office), admin, as_(user_of(lin)), lin, zhao)


def _opened(cast: Cast) -> Session:
    """Let the office ask for a test, and the organizer open an evening with a paper."""
    course = make_course(valid_months=12)
    page = f"/teaching/desk/courses/{course.pk}/"
    today = f"{localtime(now()):%Y-%m-%d}"
    rule = {"valid_from": today, "share_percent": "80", "pass_percent": "60", "tries": "3"}
    question = {"text": "先看环境是否安全？", "option_a": "对", "option_b": "错", "right": "0"}
    assert cast.city.post(page, {**rule, "share_percent": "120"}).status_code == 422
    cast.city.post(page, {**rule, "asks_test": "on"})
    assert "先看环境是否安全" in markup(cast.city.post(page, question, follow=True))
    new = f"/teaching/desk/new/?organization={cast.team.pk}"
    chosen = {"course": course.pk, "leader": cast.admin.pk}
    wrong = cast.desk.post(new, _form(**chosen, online_url="http://例子"))
    assert (wrong.status_code, "线上地址要以 https:// 开头" in markup(wrong)) == (422, True)
    assert cast.desk.post(new, _form(**chosen)).status_code == 302
    session = Session.objects.get()
    paper = {"title": "急救手册", "file": make_paper()}
    cast.desk.post(f"/teaching/desk/{session.pk}/materials/", paper)
    return session


@pytest.mark.row("I4")
def test_everybody_finds_a_training_and_who_takes_part_sees_its_papers(
    cast: Cast, client: Client
) -> None:
    session = _opened(cast)
    assert "新志愿者入门培训" in markup(client.get("/teaching/"))
    public = f"/teaching/{session.pk}/"
    assert "登录后报名" in markup(client.get(public))
    assert "急救手册" not in markup(cast.phone.get(public))
    assert "报名成功" in markup(cast.phone.post(f"{public}enroll/", follow=True))
    assert "急救手册" in markup(cast.phone.get(public))
    material = f"{public}materials/{session.materials.get().pk}.pdf"
    assert b"".join(cast.phone.get(material)).startswith(b"%PDF")
    assert as_(user_of(make_volunteer())).get(material).status_code == 404
    activity = session.activity_id
    sent_on = cast.phone.get(f"/activities/{activity}/").headers["Location"]
    assert sent_on == f"/teaching/activities/{activity}/"


def _learned(cast: Cast) -> Session:
    """Let the evening be over: one came by scan, one stands on the paper list."""
    session = _opened(cast)
    cast.phone.post(f"/teaching/{session.pk}/enroll/")
    _attend(session)
    CourseRule.objects.update(valid_from=session.activity.starts_at.date())
    at_desk = f"/teaching/desk/{session.pk}/"
    assert "已结业：新登记 1 人" in markup(cast.desk.post(f"{at_desk}settle/", follow=True))
    rows = f"志愿者编号,姓名\n{cast.zhao.number},赵德福\n123,查无此人\n"
    book = SimpleUploadedFile("签到表.csv", rows.encode("gb18030"))
    report = markup(cast.desk.post(f"{at_desk}list/", {"file": book}))
    assert ("没有这个编号的志愿者" in report, Outcome.objects.count()) == (True, 2)
    return session


@pytest.mark.row("I4")
def test_who_attended_takes_the_test_or_the_trainer_writes_its_result_down(cast: Cast) -> None:
    session = _learned(cast)
    assert "待测验" in markup(cast.phone.get("/teaching/mine/"))
    test = f"/teaching/mine/tests/{Outcome.objects.get(volunteer=cast.lin).pk}/"
    assert cast.phone.post(test, {}).status_code == 422
    asked = {f"q{session.course.questions.get().pk}": "0"}
    assert "测验通过，证书已发放" in markup(cast.phone.post(test, asked, follow=True))
    of_zhao = Outcome.objects.get(volunteer=cast.zhao)
    result = f"/teaching/desk/{session.pk}/results/{of_zhao.pk}/"
    assert cast.desk.post(result, {"percent": "101"}).status_code == 422
    assert "测验通过" in markup(cast.desk.post(result, {"percent": "90"}, follow=True))
    assert TrainingRecord.objects.count() == 2
    assert not ServiceRecord.objects.exists()
    figures = markup(cast.desk.get("/teaching/desk/figures/"))
    assert ("举办培训" in figures, "汾河志愿服务队" in figures) == (True, True)


@pytest.mark.row("I4")
def test_a_certificate_is_a_paper_that_everybody_can_check_until_it_is_revoked(
    cast: Cast, client: Client
) -> None:
    record = make_training(cast.lin, organization=cast.team)
    paper = cast.phone.get(f"/teaching/mine/{record.serial}.pdf")
    assert paper.content.startswith(b"%PDF")
    code = check_code(record, key=city_settings.VOLUNCITY_INDEX_KEY)
    check = f"/teaching/v/{record.serial}/"
    assert "证书有效" in markup(client.get(f"{check}?code={code}"))
    assert client.get(f"{check}?code=000000x").status_code == 404
    revoke = f"/training/desk/{record.pk}/revoke/"
    assert cast.desk.post(revoke, {"reason": ""}).status_code == 422
    cast.desk.post(revoke, {"reason": "由他人代签"})
    assert "证书已撤销" in markup(client.get(f"{check}?code={code}"))


@pytest.mark.row("I4")
def test_who_has_not_learned_yet_is_listed_until_they_have() -> None:
    office, lin = make_user("市文明办刘洋"), make_volunteer("林小雨", registered_at=now())
    give(office, Role.CITY_OFFICE, lin.region)
    desk, phone = as_(office), as_(user_of(lin))
    assert "已参加 0 次" in markup(phone.get("/teaching/mine/"))
    assert "林小雨" in markup(desk.get("/teaching/desk/duty/"))
    TrainingRecord.objects.create(
        course=make_course(), volunteer=lin, organization=make_organization(),
        passed_on=localtime(now()).date(), minutes=60, recorded_at=now(),
    )  # fmt: skip
    assert "林小雨" not in markup(desk.get("/teaching/desk/duty/"))
    assert "已完成" in markup(phone.get("/teaching/mine/"))


@pytest.mark.row("I4")
def test_a_called_off_session_tells_everybody_and_lists_ask_once_for_all_rows() -> None:
    team = make_organization()
    admin = make_user("陈老师")
    give(admin, Role.ORG_ADMIN, team)
    begun = now() - timedelta(minutes=1)
    session = make_session(team, by=admin, at=begun, enroll_from=begun)
    desk, lin = as_(admin), make_volunteer("林小雨")
    actions.enroll(session_id=session.pk, volunteer_id=lin.pk, by=user_of(lin), at=now())

    def asked(client: Client, page: str) -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(page).status_code == 200
        return len(caught)

    pages = ("/teaching/", "/teaching/desk/")
    before = [asked(desk, page) for page in pages]
    for number in range(12):
        make_session(team, by=admin, at=begun, enroll_from=begun, title=f"第 {number} 期")
    assert [asked(desk, page) for page in pages] == before
    cancel = f"/teaching/desk/{session.pk}/cancel/"
    assert desk.post(cancel, {"reason": " "}).status_code == 422
    assert "培训班已取消" in markup(desk.post(cancel, {"reason": "大雪停课"}, follow=True))
    assert "大雪停课" in markup(as_(user_of(lin)).get(f"/teaching/{session.pk}/"))
