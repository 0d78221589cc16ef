"""Who may enroll whom: oneself, a child, somebody who stands at the desk, by a program."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from voluncity.city.access.permissions import Role
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.city.tokens.states import TokenScope
from voluncity.kernel.refusals import BadInput, Refusal
from voluncity.service.signups.states import SignupState
from voluncity.service.teaching import actions, queries
from voluncity.service.teaching.models import Session
from voluncity.service.teaching.states import Audience
from voluncity.testing.api import program_of
from voluncity.testing.clock import stopped_at
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import NOON, make_child, make_user, make_volunteer, user_of
from voluncity.testing.make_projects import MORNING
from voluncity.testing.make_teaching import WEEK, make_enrolled, make_session, make_teacher
from voluncity.testing.pages import as_

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(db: None) -> Organization:
    return make_organization()


@pytest.fixture
def teacher(team: Organization) -> User:
    return make_teacher("陈老师", team)


@pytest.fixture
def session(team: Organization, teacher: User) -> Session:
    held: Session = make_session(team, by=teacher)
    return held


def _states(session: Session) -> list[tuple[str, str]]:
    return [(one.name, state) for one, state in queries.enrolled(session)]


def test_guardian_enrolls_a_child_and_gives_the_place_back(session: Session) -> None:
    mother = make_user("王秀兰")
    child = make_child(guardian=mother)
    page, browser = f"/teaching/{session.pk}/", as_(mother)
    with stopped_at(NOON):
        assert "为孩子报名" in browser.get(page).content.decode()
        browser.post(f"{page}enroll/{child.pk}/")
        assert _states(session) == [("王小满", "已报名")]
        twice = browser.post(f"{page}enroll/{child.pk}/", follow=True).content.decode()
        assert "王小满已经报名了这个培训班。" in twice
        empty = browser.post(f"{page}leave/{child.pk}/", {"reason": ""})
        assert (empty.status_code, "请填写原因" in empty.content.decode()) == (422, True)
        browser.post(f"{page}leave/{child.pk}/", {"reason": "要补课"})
    assert _states(session) == []


def test_nobody_enrolls_the_child_of_others(session: Session) -> None:
    child = make_child(guardian=make_user("王秀兰"))
    with stopped_at(NOON):
        stranger = as_(make_user("路人"))
        for verb in ("enroll", "leave"):
            answer = stranger.post(
                f"/teaching/{session.pk}/{verb}/{child.pk}/", {"reason": "闹着玩"}
            )
            assert answer.status_code == 404
        assert "家里的孩子" not in stranger.get(f"/teaching/{session.pk}/").content.decode()
    assert _states(session) == []


def test_desk_enrolls_who_has_no_account_after_the_window_as_well(
    session: Session, teacher: User
) -> None:
    elder = make_volunteer(name="陈桂兰", user=False)
    between = MORNING + timedelta(days=1)  # the window closed with the first meeting
    with stopped_at(between):
        desk = as_(teacher)
        done = desk.post(
            f"/teaching/desk/{session.pk}/enroll/", {"number": elder.number}, follow=True
        )
        assert f"已为陈*兰（{elder.number}）报名。" in done.content.decode()
    assert _states(session) == [("陈桂兰", "已报名")]
    places = elder.signups.values_list("shift__starts_at", "state", "signed_up_by")
    assert list(places) == [(MORNING + WEEK, SignupState.PLACED, teacher.pk)]
    assert Session.objects.get(pk=session.pk).outcomes.count() == 0


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("", "请输入志愿者证上的编号。"),
        ("😀\u0000", "空字符|没有这个编号"),
        ("九" * 31, "编号太长"),
        ("123456789012", "没有这个编号的志愿者"),
    ],
)
def test_desk_hears_what_is_wrong_with_a_number(
    session: Session, teacher: User, number: str, sentence: str
) -> None:
    with stopped_at(NOON):
        answer = as_(teacher).post(f"/teaching/desk/{session.pk}/enroll/", {"number": number})
    assert answer.status_code == 422
    assert any(words in answer.content.decode() for words in sentence.split("|"))
    assert _states(session) == []


def test_desk_is_refused_in_words(session: Session, teacher: User, team: Organization) -> None:
    volunteer, foreign = make_volunteer(), make_teacher("别人", make_organization("别的队伍"))
    make_enrolled(session, volunteer)
    address = f"/teaching/desk/{session.pk}/enroll/"
    with stopped_at(NOON):
        twice = as_(teacher).post(address, {"number": volunteer.number})
        assert (twice.status_code, "已经报名了" in twice.content.decode()) == (422, True)
        assert as_(foreign).post(address, {"number": volunteer.number}).status_code == 404
    members = make_session(team, by=teacher, title="骨干班", audience=Audience.MEMBERS)
    with pytest.raises(Refusal, match="只面向"):
        actions.enroll_by_number(
            session_id=members.pk, number=volunteer.number, by=teacher, at=NOON
        )
    with pytest.raises(Refusal, match="所有课次都已经开始"):
        actions.enroll_by_number(
            session_id=session.pk, number=volunteer.number, by=teacher, at=MORNING + 2 * WEEK
        )
    with pytest.raises(BadInput):
        actions.enroll_by_number(session_id=session.pk, number="０", by=teacher, at=NOON)


def test_only_who_may_see_people_is_led_to_their_names(session: Session, teacher: User) -> None:
    office = make_user("赵文清")
    give(office, Role.COUNTY_OFFICE, session.activity.project.organization.region)
    told = {who: as_(who).get("/teaching/desk/figures/") for who in (teacher, office)}
    link = "/teaching/desk/duty/"
    assert [link in told[who].content.decode() for who in (teacher, office)] == [False, True]
    assert as_(office).get(link).status_code == 200


def test_program_sees_enrolls_and_leaves(session: Session) -> None:
    volunteer = make_volunteer()
    with stopped_at(NOON):
        program = program_of(user_of(volunteer))
        [seen] = program.get("trainings").body["items"]
        assert (seen["name"], seen["free"], seen["my_place"]) == ("急救入门班", 20, "none")
        assert [one["name"] for one in seen["meetings"]] == ["第 1 次课", "第 2 次课"]
        made = program.post(f"trainings/{session.pk}/enrollment")
        assert (made.status, made.body["my_place"], made.body["free"]) == (201, "placed", 19)
        [mine] = program.get("trainings").body["items"]
        assert mine["my_place"] == "placed"
        again = program.post(f"trainings/{session.pk}/enrollment")
        assert again.refusal == (409, "signups.already_in", "")
        assert program.post(f"trainings/{session.pk}/leave", {"reason": ""}).status == 422
        left = program.post(f"trainings/{session.pk}/leave", {"reason": "临时有事"})
        assert (left.status, left.body["my_place"], left.body["free"]) == (200, "none", 20)
        assert program.post("trainings/999999/enrollment").status == 404


def test_key_that_only_reads_enrolls_nobody(session: Session) -> None:
    with stopped_at(NOON):
        reader = program_of(user_of(make_volunteer()), TokenScope.VOLUNTEER_READ)
        assert reader.post(f"trainings/{session.pk}/enrollment").status == 403
    assert _states(session) == []


def test_list_of_the_api_asks_as_often_for_thirty_as_for_one(
    session: Session, team: Organization, teacher: User
) -> None:
    with stopped_at(NOON):
        program = program_of(user_of(make_volunteer()))
        asked = []
        for number in (0, 29):
            for _ in range(number):
                make_session(team, by=teacher)
            program.get("trainings", size=50)
            with CaptureQueriesContext(connection) as queried:
                assert len(program.get("trainings", size=50).body["items"]) == number + 1
            asked.append(len(queried))
    assert asked[0] == asked[1]
