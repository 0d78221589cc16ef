"""A decision is shown, met with objections, and takes effect or falls."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction
from django.test import Client
from django.utils.timezone import now

from voluncity.city.inbox.models import Message
from voluncity.city.journal.actions import record
from voluncity.city.journal.models import Entry
from voluncity.city.journal.tasks import catch_up
from voluncity.city.people.models import User
from voluncity.city.publicity import actions, queries, tasks
from voluncity.city.publicity.models import Notice, Objection
from voluncity.city.publicity.queries import Tally
from voluncity.city.publicity.states import NOTICE_FLOW, NoticeState, ObjectionState
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal, WrongState
from voluncity.testing.make_people import NOON, TODAY, make_region, make_user
from voluncity.testing.make_publicity import make_notice
from voluncity.testing.rivals import rival_before

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
WORDS = "这支队伍的队长不是登记的那个人。"


def _object(notice: Notice, by: User | None = None, at: datetime = NOON) -> Objection:
    return actions.object_to(notice_id=notice.pk, text=WORDS, by=by or make_user("李强"), at=at)


def _answer(objection: Objection, *, is_upheld: bool, by: User | None = None) -> Objection:
    return actions.answer(
        objection_id=objection.pk,
        is_upheld=is_upheld,
        text="经核实，已作说明。",
        by=by or make_user("赵敏"),
        at=NOON,
    )


def _finish(day: date) -> int:
    return actions.finish_due(today=day, at=NOON + (day - TODAY))


def _verbs(notice: Notice) -> list[str]:
    found = Entry.objects.filter(subject_type="notice", subject_id=notice.pk).order_by("pk")
    return [entry.verb for entry in found]


def test_a_notice_is_shown_for_working_days_after_the_day_it_came() -> None:
    actions.load_calendar()
    notice = make_notice(workdays=3)  # on Tuesday
    assert (notice.shown_from, notice.shown_until) == (TODAY, date(2026, 11, 27))
    assert notice.state == NoticeState.SHOWN
    assert _verbs(notice) == ["publicity.show"]


def test_a_holiday_makes_the_time_longer() -> None:
    actions.load_calendar()
    eve = datetime(2026, 9, 30, 4, tzinfo=NOON.tzinfo)
    assert make_notice(workdays=2, at=eve).shown_until == date(2026, 10, 9)


def test_a_late_evening_counts_as_its_own_day_in_the_city() -> None:
    late = datetime(2026, 11, 24, 15, 59, tzinfo=NOON.tzinfo)  # 23:59 in the city
    assert make_notice(workdays=0, at=late).shown_from == TODAY
    assert make_notice(workdays=0, at=late + timedelta(minutes=1)).shown_from == TODAY + DAY


def test_zero_working_days_take_effect_at_once_and_are_still_listed() -> None:
    by = make_user()
    notice = make_notice(workdays=0, by=by)
    assert (notice.state, notice.decided_at) == (NoticeState.EFFECTIVE, NOON)
    assert _verbs(notice) == ["publicity.show", "publicity.take_effect"]
    assert list(queries.notices()) == [notice]
    assert Entry.objects.get(verb="publicity.take_effect").data == {
        "kind": "orgs",
        "subject_type": "user",
        "subject_id": notice.subject_id,
    }


def test_the_same_thing_is_not_shown_twice_at_a_time() -> None:
    subject = make_user()
    shown: dict[str, Any] = {
        "kind": "orgs", "title": "拟认定", "body": "", "subject": subject,
        "region": make_region(), "workdays": 3, "at": NOON, "by": None,
    }  # fmt: skip
    actions.show(**shown)
    with pytest.raises(Refusal, match="正在公示") as refused:
        actions.show(**shown)
    assert refused.value.code == "publicity.twice"
    assert Notice.objects.count() == 1


def test_a_notice_takes_effect_on_the_day_after_its_last() -> None:
    notice = make_notice(workdays=3)
    assert [_finish(notice.shown_until), _finish(notice.shown_until + DAY)] == [0, 1]
    notice.refresh_from_db()
    assert (notice.state, notice.decided_at) == (NoticeState.EFFECTIVE, NOON + 4 * DAY)


def test_finishing_again_does_nothing_again() -> None:
    notice = make_notice()
    assert [_finish(TODAY + 9 * DAY) for _ in range(3)] == [1, 0, 0]
    assert _verbs(notice) == ["publicity.show", "publicity.take_effect"]


def _end_check_then_save(
    candidates: models.QuerySet[Notice],
    notice: Notice,
    verb: str,
    *,
    by: models.Model | None,
    at: datetime,
) -> bool:
    """Look, then write: the saboteur."""
    found = candidates.filter(state=NoticeState.SHOWN).first()
    if found is None:
        return False
    found.state, found.decided_at = NOTICE_FLOW.after(verb, found.state), at
    found.save(update_fields=["state", "decided_at"])
    record(f"publicity.{verb}", notice, by=by, at=at)
    return True


def _two_finish_at_once() -> None:
    notice = make_notice()
    with rival_before('UPDATE "publicity_notice" SET "state"', lambda: _finish(TODAY + 9 * DAY)):
        _finish(TODAY + 9 * DAY)
    assert _verbs(notice) == ["publicity.show", "publicity.take_effect"]


def test_two_workers_let_a_notice_take_effect_once() -> None:
    _two_finish_at_once()


def test_looking_before_writing_lets_it_take_effect_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "_end", _end_check_then_save)
    with pytest.raises(AssertionError):
        _two_finish_at_once()


def test_an_open_objection_holds_the_decision_until_it_is_answered() -> None:
    notice = make_notice()
    objection = _object(notice)
    assert _finish(TODAY + 9 * DAY) == 0
    _answer(objection, is_upheld=False)
    assert _finish(TODAY + 9 * DAY) == 1


def test_an_objection_at_the_last_moment_is_seen() -> None:
    notice = make_notice()
    last = NOON + 3 * DAY
    with rival_before('UPDATE "publicity_notice"', lambda: _object(notice, at=last)):
        assert _finish(TODAY + 9 * DAY) == 0
    notice.refresh_from_db()
    assert notice.state == NoticeState.SHOWN


def test_an_upheld_objection_overturns_the_decision_at_once() -> None:
    notice = make_notice()
    answered = _answer(_object(notice), is_upheld=True)
    notice.refresh_from_db()
    assert (answered.state, answered.answer) == (ObjectionState.UPHELD, "经核实，已作说明。")
    assert (notice.state, notice.decided_at) == (NoticeState.OVERTURNED, NOON)
    assert _verbs(notice) == ["publicity.show", "publicity.overturn"]
    assert _finish(TODAY + 9 * DAY) == 0


def test_a_second_upheld_objection_overturns_nothing_more() -> None:
    notice = make_notice()
    first, second = _object(notice), _object(notice, make_user("孙丽"))
    _answer(first, is_upheld=True)
    _answer(second, is_upheld=True)
    assert _verbs(notice) == ["publicity.show", "publicity.overturn"]
    assert queries.tally(notice) == Tally(open=0, upheld=2, dismissed=0)


def test_a_person_has_one_open_objection_and_may_object_again_after_the_answer() -> None:
    notice, person = make_notice(), make_user("李强")
    first = _object(notice, person)
    with pytest.raises(Refusal, match="还在办理") as refused:
        _object(notice, person)
    assert refused.value.code == "publicity.objection_open"
    _answer(first, is_upheld=False)
    second = _object(notice, person)
    assert list(queries.my_objections(notice, person.pk)) == [second, first]
    assert queries.tally(notice).total == 2


def test_nobody_objects_after_the_time_is_over() -> None:
    notice = make_notice(workdays=3)
    _object(notice, at=NOON + 3 * DAY)
    with pytest.raises(Refusal, match="公示已经结束") as refused:
        _object(notice, make_user("孙丽"), at=NOON + 4 * DAY)
    assert refused.value.code == "publicity.over"


def test_nobody_objects_to_what_never_was() -> None:
    with pytest.raises(Refusal, match="公示已经结束"):
        actions.object_to(notice_id=0, text=WORDS, by=make_user(), at=NOON)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "至少 5 个字"),
        ("  不对  ", "至少 5 个字"),
        ("\u200b" * 50, "至少 5 个字"),
        ("字" * 1001, "最多 1000 个字，现在有 1001 个字"),
    ],
)
def test_an_objection_says_something_and_not_too_much(text: str, sentence: str) -> None:
    notice = make_notice()
    with pytest.raises(BadInput, match=sentence) as refused:
        actions.object_to(notice_id=notice.pk, text=text, by=make_user(), at=NOON)
    assert refused.value.field == "text"
    assert Objection.objects.count() == 0


def test_control_characters_are_taken_out_and_lines_kept() -> None:
    objection = actions.object_to(
        notice_id=make_notice().pk, text="第一行\x00\u202e\r\n第２行😀", by=make_user(), at=NOON
    )
    assert objection.text == "第一行\n第2行😀"


def test_nobody_answers_their_own_objection() -> None:
    person = make_user("李强")
    objection = _object(make_notice(), person)
    with pytest.raises(NotAllowed, match="自己提出的异议"):
        _answer(objection, is_upheld=True, by=person)
    objection.refresh_from_db()
    assert objection.state == ObjectionState.OPEN


def test_nobody_answers_an_objection_against_their_own_decision() -> None:
    decider = make_user("赵敏")
    objection = _object(make_notice(by=decider))
    with pytest.raises(NotAllowed, match="这项决定是您作出的"):
        _answer(objection, is_upheld=False, by=decider)


def test_an_answer_has_words() -> None:
    objection = _object(make_notice())
    with pytest.raises(BadInput, match="请写明答复内容") as refused:
        actions.answer(
            objection_id=objection.pk, is_upheld=True, text=" \t\n", by=make_user(), at=NOON
        )
    assert refused.value.field == "answer"


def test_an_objection_is_answered_once() -> None:
    objection = _object(make_notice())
    _answer(objection, is_upheld=False)
    with pytest.raises(WrongState, match="异议不成立"):
        _answer(objection, is_upheld=True)


def test_of_two_answers_at_once_the_first_counts() -> None:
    objection = _object(make_notice())
    with (
        pytest.raises(WrongState, match="现在是“异议不成立”状态"),
        rival_before('UPDATE "publicity_objection"', lambda: _answer(objection, is_upheld=False)),
    ):
        _answer(objection, is_upheld=True)


def test_the_journal_holds_no_words_of_the_people() -> None:
    _answer(_object(make_notice()), is_upheld=True)
    assert WORDS not in str(list(Entry.objects.values_list("data", flat=True)))


def test_who_objected_is_told_once() -> None:
    person = make_user("李强")
    notice = make_notice()
    _answer(_object(notice, person), is_upheld=True)
    catch_up()
    catch_up()
    message = Message.objects.get()
    assert (message.user, message.title) == (person, "您提出的异议有了答复")
    assert message.body == "关于“拟认定“汾河护河队””：异议成立。请打开查看答复内容。"
    assert message.url == f"/publicity/{notice.pk}/"


def test_running_notices_stand_first_then_the_newest_decided() -> None:
    old = make_notice("甲", workdays=0, at=NOON - DAY)
    new = make_notice("乙", workdays=0)
    later, soon = make_notice("丙", workdays=9), make_notice("丁", workdays=1)
    assert list(queries.notices()) == [soon, later, new, old]
    assert list(queries.notices(state="effective")) == [new, old]
    assert list(queries.notices(state="nonsense", kind="hours")) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "effective"},
        {"decided_at": NOON},
        {"shown_until": local_date(NOON) - DAY},
    ],
)
def test_the_database_refuses_half_a_decision(wrong: dict[str, Any]) -> None:
    notice = make_notice()
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(**wrong)


def test_the_recurring_work_lets_take_effect_what_is_over_by_now() -> None:
    over, running = make_notice(at=now() - 30 * DAY), make_notice(at=now())
    assert (tasks.finish_due(), tasks.finish_due()) == (1, 0)
    over.refresh_from_db()
    running.refresh_from_db()
    assert (over.state, running.state) == (NoticeState.EFFECTIVE, NoticeState.SHOWN)


# -- Lists ---------------------------------------------------------------------------------------


def test_an_upheld_objection_to_one_of_a_list_takes_only_that_one_out() -> None:
    notice = make_notice(workdays=3)
    actions.list_parts(notice, [(71, "王*"), (72, "李*")])
    citizen, officer = make_user("居民"), make_user("文明办")
    objection = actions.object_to(
        notice_id=notice.pk, text="这个人没有参加过服务。", number=2, by=citizen, at=NOON
    )
    actions.answer(objection_id=objection.pk, is_upheld=True, text="属实。", by=officer, at=NOON)
    assert list(queries.parts(notice).values_list("key", "taken_out_at")) == [
        (71, None), (72, NOON),
    ]  # fmt: skip
    page = Client().get(f"/publicity/{notice.pk}/").content.decode()
    assert ("王*" in page, "李*" in page, "已移出名单" in page) == (True, False, True)
    out = Entry.objects.get(verb="publicity.take_out")
    assert (out.subject_id, out.data["subject_id"], out.data["key"]) == (
        notice.pk, notice.subject_id, 72,
    )  # fmt: skip
    assert actions.finish_due(today=notice.shown_until + timedelta(days=1), at=NOON) == 1


def test_a_list_of_which_nothing_is_left_falls() -> None:
    notice = make_notice(workdays=3)
    actions.list_parts(notice, [(71, "王*")])
    assert actions.take_part_out(notice_id=notice.pk, key=71, by=None, at=NOON)
    notice.refresh_from_db()
    assert notice.state == NoticeState.OVERTURNED
    assert not actions.take_part_out(notice_id=notice.pk, key=71, by=None, at=NOON)


def test_a_number_that_the_list_has_not_is_refused_at_the_field() -> None:
    notice = make_notice(workdays=3)
    actions.list_parts(notice, [(71, "王*")])
    with pytest.raises(BadInput, match="没有这个序号") as refused:
        actions.object_to(
            notice_id=notice.pk, text="这个人没有参加过服务。", number=9, by=make_user(), at=NOON
        )
    assert refused.value.field == "number"
