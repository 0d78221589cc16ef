"""Sessions: who may come, what attendance is worth, the test, the list from paper."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from voluncity.city.inbox.models import Message
from voluncity.city.journal.actions import catch_up
from voluncity.city.ledger.models import Transfer
from voluncity.city.people.models import User
from voluncity.kernel.refusals import BadInput, Refusal, WrongState
from voluncity.service.hours import actions as hours
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.projects.models import Activity, Project
from voluncity.service.signups import actions as signups
from voluncity.service.signups.rules import AlreadyIn
from voluncity.service.signups.states import SignupState
from voluncity.service.teaching import actions, queries
from voluncity.service.teaching.actions.courses import RulePlan
from voluncity.service.teaching.models import Home, Outcome, Question, Session
from voluncity.service.teaching.rules import Meeting
from voluncity.service.teaching.states import Audience, OutcomeState
from voluncity.service.training import actions as training_actions
from voluncity.service.training import queries as training
from voluncity.service.training.models import TrainingRecord
from voluncity.testing.make_orgs import make_member, make_organization
from voluncity.testing.make_people import NOON, make_user, make_volunteer, user_of
from voluncity.testing.make_projects import (
    MORNING,
    TWO_HOURS,
    make_activity,
    make_course,
    make_project,
    make_shift,
    make_training,
)
from voluncity.testing.make_signups import make_attendance, make_signup
from voluncity.testing.make_teaching import (
    AFTER,
    WEEK,
    make_attended,
    make_enrolled,
    make_session,
    make_session_plan,
    make_teacher,
)

pytestmark = pytest.mark.django_db
LAST_DAY = date(2030, 3, 12)


def _code(call: Any) -> str:
    with pytest.raises(Refusal) as refused:
        call()
    return refused.value.code


def _ask_for_test(session: Session, by: User, *, tries: int = 2) -> list[Question]:
    plan = RulePlan(date(2026, 11, 24), 80, asks_test=True, pass_percent=60, tries=tries)
    actions.set_rule(course_id=session.course_id, plan=plan, by=by, at=NOON)
    return [
        actions.add_question(
            course_id=session.course_id,
            text=text,
            options=["对", "错"],
            right=right,
            by=by,
            at=NOON,
        )
        for text, right in (("先看环境是否安全", 0), ("可以随意搬动伤员", 1))
    ]


def test_sessions_of_one_organization_share_a_home_that_is_in_no_list_of_projects() -> None:
    team = make_organization()
    teacher = make_teacher("陈老师", team)
    first, second = (make_session(team, by=teacher) for _ in range(2))
    assert first.activity.project == second.activity.project == Home.objects.get().project
    assert [one.name for one in first.activity.shifts.order_by("pk")] == ["第 1 次课", "第 2 次课"]
    scope = queries.desk_sessions(teacher, "coming", at=NOON)
    assert list(scope) == [first, second]


def test_who_enrolls_takes_part_in_every_meeting_and_only_once() -> None:
    session, lin = make_session(), make_volunteer("林小雨")
    made = make_enrolled(session, lin)
    assert [one.state for one in made] == [SignupState.PLACED, SignupState.PLACED]
    with pytest.raises(AlreadyIn):
        make_enrolled(session, lin)


def test_a_full_session_lets_people_wait_and_a_place_given_back_is_passed_on() -> None:
    session = make_session(capacity=1)
    lin, zhou = make_volunteer("林小雨"), make_volunteer("周一鸣", user=False)
    make_enrolled(session, lin)
    waiting = actions.enroll(session_id=session.pk, volunteer_id=zhou.pk, by=user_of(lin), at=NOON)
    assert {one.state for one in waiting} == {SignupState.WAITING}
    assert queries.place_of(session, zhou).is_waiting
    left = actions.leave(
        session_id=session.pk, volunteer_id=lin.pk, reason="出差", by=user_of(lin), at=NOON
    )
    assert left == 2
    assert not queries.place_of(session, zhou).is_waiting


def test_a_clash_with_service_on_one_evening_refuses_the_whole_enrollment() -> None:
    session, lin = make_session(), make_volunteer("林小雨")
    make_signup(shift=make_shift(starts_at=MORNING + WEEK), volunteer=lin)
    assert _code(lambda: make_enrolled(session, lin)) == "signups.clash"
    assert not queries.place_of(session, lin).is_in


def test_the_window_and_the_addressed_are_kept() -> None:
    team, lin = make_organization(), make_volunteer("林小雨")
    session = make_session(team, audience=Audience.MEMBERS, enroll_from=NOON + TWO_HOURS)
    later = NOON + TWO_HOURS
    assert _code(lambda: make_enrolled(session, lin)) == "teaching.early"
    assert _code(lambda: make_enrolled(session, lin, at=MORNING)) == "teaching.late"
    assert _code(lambda: make_enrolled(session, lin, at=later)) == "teaching.members"
    make_member(lin, team)
    assert len(make_enrolled(session, lin, at=later)) == 2


def test_new_volunteers_and_those_without_a_certificate_are_told_from_the_others() -> None:
    old = make_volunteer("赵德福", registered_at=NOON - timedelta(days=800))
    new = make_volunteer("林小雨")
    for_new = make_session(audience=Audience.NEWCOMERS)
    assert _code(lambda: make_enrolled(for_new, old)) == "teaching.newcomers"
    assert len(make_enrolled(for_new, new)) == 2
    without = make_session(
        audience=Audience.WITHOUT, meetings=(Meeting(MORNING + TWO_HOURS, MORNING + 2 * TWO_HOURS),)
    )
    make_training(old, without.course)
    assert _code(lambda: make_enrolled(without, old)) == "teaching.has_certificate"
    assert len(make_enrolled(without, new)) == 1


def test_nobody_comes_to_a_training_by_the_way_of_service() -> None:
    session, lin = make_session(audience=Audience.MEMBERS), make_volunteer("林小雨")
    shift = session.activity.shifts.order_by("pk")[0]
    code = _code(
        lambda: signups.sign_up(
            shift_id=shift.pk, volunteer_id=lin.pk, by=user_of(lin), at=NOON, risks_read=True
        )
    )
    assert code == "signups.closed"


def test_learning_never_becomes_hours_of_service() -> None:
    """Saboteur: the same attendance in a project of service becomes a record."""
    session, lin = make_session(), make_volunteer("林小雨")
    make_attended(session, lin)
    hours.compute_due(at=AFTER)
    assert not ServiceRecord.objects.exists()
    assert not Transfer.objects.exists()
    assert queries.faults() == []
    Project.objects.filter(pk=session.activity.project_id).update(state="running")
    assert hours.compute_due(at=AFTER) == 2
    Project.objects.filter(pk=session.activity.project_id).update(state="teaching")
    assert len(queries.faults()) == 2


def test_hours_cannot_be_entered_by_hand_for_a_training() -> None:
    team = make_organization()
    teacher = make_teacher("陈老师", team)
    session, lin = make_session(team, by=teacher), make_volunteer("林小雨")
    one = make_enrolled(session, lin)[0]
    code = _code(
        lambda: hours.enter(
            signup_id=one.pk, starts_at=MORNING, ends_at=MORNING + TWO_HOURS, reason="没带手机",
            by=teacher, at=AFTER,
        )
    )  # fmt: skip
    assert code == "hours.learning"


def test_who_attended_enough_gets_a_certificate_and_who_missed_one_evening_does_not() -> None:
    session = make_session()
    lin, zhou = make_volunteer("林小雨"), make_volunteer("周一鸣")
    make_attended(session, lin)
    make_attended(session, zhou, meetings=1)
    assert queries.to_settle(at=MORNING + WEEK + TWO_HOURS) == []
    assert actions.settle_due(at=AFTER) == 1
    states = {one.volunteer.name: (one.minutes, one.state) for one in queries.outcomes(session)}
    assert states == {
        "林小雨": (240, OutcomeState.PASSED),
        "周一鸣": (120, OutcomeState.MISSED),
    }
    assert training.has_passed(lin.pk, session.course_id, LAST_DAY)
    assert not training.has_passed(zhou.pk, session.course_id, LAST_DAY)
    assert actions.settle_due(at=AFTER) == 0
    catch_up(at=AFTER)
    heard = Message.objects.filter(user=user_of(lin)).latest("pk").title
    assert heard == "培训通过，证书已发放"


def test_a_late_upload_lifts_who_seemed_to_have_missed_too_much() -> None:
    session, lin = make_session(), make_volunteer("林小雨")
    make_attended(session, lin, meetings=1)
    actions.settle_due(at=AFTER)
    second = lin.signups.order_by("-shift__starts_at")[0]
    make_attendance(second)
    actions.settle_session(session_id=session.pk, by=make_user("陈老师"), at=AFTER)
    assert Outcome.objects.get().state == OutcomeState.PASSED
    actions.settle_session(session_id=session.pk, by=None, at=AFTER)
    assert TrainingRecord.objects.count() == 1


def test_a_test_is_passed_within_its_tries_or_failed() -> None:
    session, teacher = make_session(), make_user("市文明办刘洋")
    first, second = _ask_for_test(session, teacher)
    lin, zhou = make_volunteer("林小雨"), make_volunteer("周一鸣")
    for one in (lin, zhou):
        make_attended(session, one)
    actions.settle_due(at=AFTER)
    of_lin, of_zhou = (Outcome.objects.get(volunteer=one) for one in (lin, zhou))
    assert of_lin.state == OutcomeState.TEST
    with pytest.raises(BadInput):
        actions.take_test(outcome_id=of_lin.pk, answers={first.pk: 0}, by=user_of(lin), at=AFTER)
    right = {first.pk: 0, second.pk: 1}
    assert actions.take_test(
        outcome_id=of_lin.pk, answers=right, by=user_of(lin), at=AFTER
    ).is_passed
    wrong = {first.pk: 1, second.pk: 0}
    for _ in range(2):
        actions.take_test(outcome_id=of_zhou.pk, answers=wrong, by=user_of(zhou), at=AFTER)
    assert Outcome.objects.get(pk=of_zhou.pk).state == OutcomeState.FAILED
    with pytest.raises(WrongState):
        actions.take_test(outcome_id=of_zhou.pk, answers=right, by=user_of(zhou), at=AFTER)
    assert TrainingRecord.objects.get().volunteer == lin


def test_the_trainer_enters_a_result_for_who_has_no_phone_but_never_the_own_one() -> None:
    session = make_session()
    teacher = make_volunteer("陈老师")
    _ask_for_test(session, user_of(teacher))
    zhao = make_volunteer("赵德福", user=False)
    actions.enroll(session_id=session.pk, volunteer_id=zhao.pk, by=user_of(teacher), at=NOON)
    make_attended(session, teacher)
    rows = [actions.lists.Row(2, zhao.number, "赵德福", "")]
    actions.settle_due(at=AFTER)
    actions.take_attendance(session_id=session.pk, rows=rows, by=user_of(teacher), at=AFTER)
    own, other = (Outcome.objects.get(volunteer=one) for one in (teacher, zhao))
    result: dict[str, Any] = {"by": user_of(teacher), "at": AFTER}
    own_code = _code(lambda: actions.enter_result(outcome_id=own.pk, percent=100, **result))
    assert own_code == "teaching.own_result"
    with pytest.raises(BadInput):
        actions.enter_result(outcome_id=other.pk, percent=101, **result)
    assert actions.enter_result(outcome_id=other.pk, percent=80, **result).is_passed


def test_the_test_ends_some_days_after_the_session() -> None:
    session, lin = make_session(), make_volunteer("林小雨")
    first, second = _ask_for_test(session, make_user("刘洋"))
    make_attended(session, lin)
    actions.settle_due(at=AFTER)
    answers = {first.pk: 0, second.pk: 1}
    late = AFTER + timedelta(days=15)
    code = _code(
        lambda: actions.take_test(
            outcome_id=Outcome.objects.get().pk, answers=answers, by=user_of(lin), at=late
        )
    )
    assert code == "teaching.test_over"


def test_a_rule_of_today_does_not_change_what_ended_before() -> None:
    session = make_session()
    plan = RulePlan(date(2030, 3, 20), 100, asks_test=True, pass_percent=60, tries=1)
    actions.set_rule(course_id=session.course_id, plan=plan, by=make_user("刘洋"), at=NOON)
    assert queries.rule_of(session.course_id, on=LAST_DAY).share_percent == 80
    assert queries.rule_of(session.course_id, on=date(2030, 3, 20)).asks_test


def test_a_certificate_counts_on_the_day_of_the_shift_until_it_ends() -> None:
    course = make_course(valid_months=12)
    lin = make_volunteer("林小雨")
    make_training(lin, course, passed_on=date(2029, 3, 5))
    project = make_project(course=course)
    on_last, after = (
        make_shift(activity=make_activity(project=project), starts_at=MORNING + timedelta(days=n))
        for n in (0, 1)
    )

    def sign_up(shift_id: int) -> None:
        signups.sign_up(
            shift_id=shift_id, volunteer_id=lin.pk, by=user_of(lin), at=NOON, risks_read=True
        )

    assert _code(lambda: sign_up(after.pk)) == "signups.training_missing"
    sign_up(on_last.pk)


def test_a_revoked_certificate_opens_no_door_and_can_be_earned_again_on_the_same_day() -> None:
    lin, office = make_volunteer("林小雨"), make_user("刘洋")
    one = make_training(lin, passed_on=date(2030, 3, 1))
    course = one.course_id
    revoke = training_actions.revoke_training
    with pytest.raises(BadInput):
        revoke(record_id=one.pk, reason="  ", by=office, at=NOON)
    own = _code(lambda: revoke(record_id=one.pk, reason="代签", by=user_of(lin), at=NOON))
    assert own == "training.own_record"
    revoke(record_id=one.pk, reason="由他人代签", by=office, at=NOON)
    assert not training.has_passed(lin.pk, course, date(2030, 3, 2))
    with pytest.raises(WrongState):
        revoke(record_id=one.pk, reason="由他人代签", by=office, at=NOON)
    make_training(lin, passed_on=date(2030, 3, 1))
    assert training.has_passed(lin.pk, course, date(2030, 3, 2))


def test_a_paper_list_counts_its_good_rows_and_says_why_the_others_do_not() -> None:
    session = make_session()
    teacher = make_volunteer("陈老师")
    lin, zhou = make_volunteer("林小雨"), make_volunteer("周一鸣")
    text = (
        "序号,志愿者编号,姓名,学习分钟\n"
        f"1,{lin.number},林小雨,\n"
        f"2,{zhou.number},周一明,240\n"
        f"3,{zhou.number},周一鸣,２０\n"
        "4,999,无名,10\n"
        f"5,{lin.number},林小雨,240\n"
        f"6,{teacher.number},陈老师,240\n"
        f"7,{zhou.number},周一鸣,很久\n"
    )
    rows = actions.read_attendance("签到表.csv", text.encode())
    lines = actions.take_attendance(session_id=session.pk, rows=rows, by=user_of(teacher), at=AFTER)
    assert [(one.number, one.problem[:12]) for one in lines] == [
        (2, ""), (3, "姓名与编号不是同一个人，"), (4, ""), (5, "没有这个编号的志愿者，请"),
        (6, "这个人已经登记过，没有重"), (7, "不能登记自己，请由同事登"),
        (8, "这个人已经登记过，没有重"),
    ]  # fmt: skip
    found = {one.volunteer.name: (one.minutes, one.state) for one in queries.outcomes(session)}
    assert found == {"林小雨": (240, OutcomeState.PASSED), "周一鸣": (20, OutcomeState.MISSED)}


@pytest.mark.parametrize("content", [b"", b"\x00\x01", "没有,这样的列\n1,2".encode()])
def test_what_is_no_attendance_list_is_refused(content: bytes) -> None:
    with pytest.raises(BadInput):
        actions.read_attendance("表.csv", content)


def test_before_its_end_nothing_of_a_session_can_be_settled_or_listed() -> None:
    session, during = make_session(), MORNING + TWO_HOURS
    row = actions.lists.Row(2, "1", "", "")
    settle: dict[str, Any] = {"session_id": session.pk, "by": make_user("陈老师"), "at": during}
    assert _code(lambda: actions.settle_session(**settle)) == "teaching.not_over"
    assert _code(lambda: actions.take_attendance(rows=[row], **settle)) == "teaching.not_over"


BAD_PLANS: list[tuple[str, dict[str, Any]]] = [
    ("title", {"title": " "}),
    ("title", {"title": "培训🎓"}),
    ("trainers", {"trainers": "师" * 121}),
    ("capacity", {"capacity": 0}),
    ("audience", {"audience": "friends"}),
    ("meetings", {"meetings": ()}),
    ("meetings", {"meetings": (Meeting(MORNING, MORNING + TWO_HOURS),) * 2}),
    ("online_url", {"online_url": "javascript:alert(1)"}),
    ("online_url", {"online_url": "https://[bad"}),
    ("closes_on", {"enroll_until": NOON}),
    ("closes_on", {"enroll_until": MORNING + TWO_HOURS}),
    ("course", {"course_id": 999_999}),
]


@pytest.mark.parametrize(("field", "said"), BAD_PLANS)
def test_a_wrong_plan_is_refused_at_its_field_and_leaves_nothing(
    field: str, said: dict[str, Any]
) -> None:
    team = make_organization()
    teacher = make_teacher("陈老师", team)
    plan = make_session_plan(teacher, **said)
    with pytest.raises(BadInput) as refused:
        actions.open_session(organization_id=team.pk, plan=plan, by=teacher, at=NOON)
    assert refused.value.field == field
    assert not Activity.objects.exists()


@pytest.mark.parametrize(
    ("options", "right"),
    [(["对"], 0), (["对", "对"], 0), (["对", "错"], 2), (["对", " ", "错"], 1)],
)
def test_a_question_needs_different_answers_and_one_right_one(
    options: list[str], right: int
) -> None:
    with pytest.raises(BadInput):
        actions.add_question(
            course_id=make_course().pk, text="题目", options=options, right=right,
            by=make_user("刘洋"), at=NOON,
        )  # fmt: skip


def test_who_holds_a_certificate_that_ends_soon_is_reminded_once() -> None:
    course = make_course(valid_months=12)
    lin, zhou, zhao = (make_volunteer(name) for name in ("林小雨", "周一鸣", "赵德福"))
    make_training(lin, course, passed_on=date(2029, 3, 20))
    make_training(zhou, course, passed_on=date(2029, 3, 20))
    make_training(zhou, course, passed_on=date(2029, 9, 1))
    make_training(zhao, course, passed_on=date(2029, 6, 1))
    at = datetime(2030, 3, 1, 4, tzinfo=NOON.tzinfo)
    assert [actions.remind_expiring(at=at) for _ in range(2)] == [1, 1]
    assert Message.objects.get().user_id == lin.user_id


def test_the_duty_of_new_volunteers_is_counted_from_what_they_attended() -> None:
    lin = make_volunteer("林小雨")
    old = make_volunteer("赵德福", registered_at=NOON - timedelta(days=400))
    before = queries.duty_of(lin, at=NOON)
    assert before is not None
    assert (before.done, before.is_done, before.due_on) == (0, False, date(2027, 11, 24))
    assert queries.duty_of(old, at=NOON) is None
    make_training(lin, passed_on=date(2026, 12, 1))
    after = queries.duty_of(lin, at=NOON)
    assert after is not None
    assert after.is_done
