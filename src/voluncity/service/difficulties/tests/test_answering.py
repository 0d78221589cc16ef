"""Up to who has to answer, down with an answer; working days count, and what is late goes up."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from voluncity.city.access.scopes import Scope
from voluncity.city.inbox.models import Message
from voluncity.city.journal.actions import catch_up
from voluncity.city.journal.models import Entry
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.city.policy import actions as policy
from voluncity.city.publicity import actions as publicity
from voluncity.city.publicity import queries as calendar
from voluncity.city.regions.models import Region
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, WrongState
from voluncity.service.difficulties import actions, queries, rules
from voluncity.service.difficulties.actions import answering
from voluncity.service.difficulties.models import Difficulty, Kind
from voluncity.service.difficulties.queries import Holder
from voluncity.service.difficulties.rules import Answer
from voluncity.service.difficulties.states import DIFFICULTY_FLOW, DifficultyState
from voluncity.service.projects.models import Project
from voluncity.testing.make_difficulties import make_answered, make_difficulty, make_leader
from voluncity.testing.make_orgs import make_organization
from voluncity.testing.make_people import NOON, make_user
from voluncity.testing.rivals import rival_before

pytestmark = pytest.mark.django_db
S = DifficultyState
TODAY = local_date(NOON)


def day(workdays: int) -> date:
    return calendar.due_on(TODAY, workdays)


def at(when: date) -> datetime:
    return NOON + (when - TODAY)


def test_it_goes_to_the_lead_unit_of_the_line(sent: Difficulty, lead_unit: Organization) -> None:
    assert (sent.unit, sent.office, sent.due_on) == (lead_unit, None, day(5))
    verbs = [(one.verb, one.told) for one in sent.moves.all()]
    assert verbs == [("report", ""), ("route", "市环保局")]
    told = Entry.objects.filter(verb__startswith="difficulties.")
    assert sorted(told.values_list("verb", flat=True)) == [
        "difficulties.report", "difficulties.route",
    ]  # fmt: skip


def test_without_a_line_it_goes_to_the_unit_above_that_answers_or_to_the_county(
    team: Organization, leader: User, lead_unit: Organization, answerer: User
) -> None:
    assert answerer.pk
    below = make_organization("河东小队", parent=lead_unit)
    assert make_difficulty(below).unit == lead_unit
    alone = make_difficulty(team, by=leader)
    assert (alone.unit, alone.office and alone.office.name) == (None, "迎泽区")
    # A lead unit that reports is never asked itself.
    own = make_difficulty(lead_unit, by=answerer)
    assert (own.unit, own.answering) == (None, "迎泽区文明办")


def test_urgent_ones_and_kinds_have_days_of_their_own(
    team: Organization, leader: User, city_office: User
) -> None:
    make_difficulty(team, by=leader)
    assert make_difficulty(team, by=leader, is_urgent=True).due_on == day(2)
    actions.set_workdays(key="funds", workdays=9, by=city_office, at=NOON)
    assert make_difficulty(team, by=leader).due_on == day(9)
    for bad in (0, 31):
        with pytest.raises(BadInput, match="1 到 30 个工作日"):
            actions.set_workdays(key="funds", workdays=bad, by=city_office, at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Kind.objects.filter(pk="funds").update(workdays=31)


def test_the_same_form_sent_twice_is_one_difficulty(team: Organization, leader: User) -> None:
    first = make_difficulty(team, by=leader, key="form-of-today")
    assert make_difficulty(team, by=leader, key="form-of-today") == first
    assert Difficulty.objects.count() == 1


def test_an_answer_is_confirmed_by_who_reported(
    sent: Difficulty, answerer: User, leader: User
) -> None:
    actions.accept_difficulty(difficulty=sent, by=answerer, at=NOON)
    make_answered(sent, by=answerer, at=at(day(2)))
    turn = sent.turns.get()
    assert (turn.outcome, turn.workdays, turn.ended_on) == ("answered", 2, day(2))
    with pytest.raises(NotAllowed, match="请由上报的组织办理"):
        actions.confirm_difficulty(difficulty=sent, by=answerer, at=NOON)
    actions.confirm_difficulty(difficulty=sent, by=leader, at=NOON)
    assert (sent.state, sent.is_confirmed) == (S.SOLVED, True)
    catch_up(at=NOON)
    titles = list(Message.objects.order_by("pk").values_list("user", "title"))
    assert titles == [
        (answerer.pk, "有新的困难事项要答复"),
        (leader.pk, "您上报的困难已受理"),
        (leader.pk, "您上报的困难有了答复"),
    ]


def test_nobody_answers_what_their_own_organization_reported(
    sent: Difficulty, team: Organization, answerer: User
) -> None:
    colleague = make_leader(team, "同队的人")
    for by in (colleague, sent.reported_by):
        assert not queries.may_answer(by, sent)
        with pytest.raises(NotAllowed, match="请由上级答复"):
            make_answered(sent, by=by)
    assert queries.may_answer(answerer, sent)


def test_the_clock_stands_while_the_reporter_is_asked(
    sent: Difficulty, answerer: User, leader: User
) -> None:
    actions.ask_for_facts(difficulty=sent, words="要多少钱？", by=answerer, at=at(day(1)))
    assert (sent.state, sent.asked_on) == (S.ASKING, day(1))
    actions.keep_terms(today=day(8), at=at(day(8)))
    sent.refresh_from_db()
    assert sent.overdue_at is None
    actions.supply_facts(difficulty=sent, words="三千元", by=leader, at=at(day(4)))
    assert (sent.state, sent.due_on) == (S.ACCEPTED, day(8))
    make_answered(sent, by=answerer, at=at(day(6)))
    assert sent.turns.get().workdays == 3  # six, of which three stood


def test_passing_on_does_not_start_the_clock_anew(
    sent: Difficulty, answerer: User, home: Region
) -> None:
    other = make_organization("市财政局", region=home)
    actions.pass_difficulty(
        difficulty=sent, holder=Holder(unit=other), words="要由财政解决", by=answerer, at=at(day(2))
    )
    assert (sent.unit, sent.due_on, sent.state) == (other, day(5), S.REPORTED)
    turns = list(sent.turns.values_list("unit__name", "outcome", "due_on"))
    assert turns == [("市环保局", "passed", day(5)), ("市财政局", "", day(5))]
    assert not queries.may_answer(answerer, sent)
    with pytest.raises(BadInput, match="已经在这个单位"):
        actions.pass_difficulty(
            difficulty=sent, holder=Holder(unit=other), words="再转", by=make_user(), at=NOON
        )
    with pytest.raises(BadInput, match="上报的组织自己"):
        actions.pass_difficulty(
            difficulty=sent, holder=Holder(unit=sent.organization), words="退回", by=make_user(),
            at=NOON,
        )  # fmt: skip


def test_what_is_not_solved_goes_one_level_up_with_a_new_time(
    sent: Difficulty, answerer: User, leader: User, county_office: User, city_office: User
) -> None:
    for by, name in ((answerer, "迎泽区文明办"), (county_office, "太原市文明办")):
        make_answered(sent, by=by, at=at(day(1)))
        actions.reject_difficulty(difficulty=sent, words="钱没有到", by=leader, at=at(day(3)))
        assert (sent.state, sent.answering, sent.due_on) == (S.REPORTED, name, day(8))
        assert (sent.measures, sent.answered_at) == ("", None)
    assert (queries.may_answer(county_office, sent), queries.may_answer(city_office, sent)) == (
        False, True,
    )  # fmt: skip
    make_answered(sent, by=city_office, at=at(day(4)))
    actions.reject_difficulty(difficulty=sent, words="还是没有", by=leader, at=at(day(5)))
    assert sent.answering == "太原市文明办"


def test_time_reminds_marks_red_and_hands_up(
    sent: Difficulty, answerer: User, county_office: User, city_office: User
) -> None:
    for number in (3, 4, 6, 7, 9):
        for _ in range(2):
            actions.keep_terms(today=day(number), at=at(day(number)))
        catch_up(at=at(day(number)))
    sent.refresh_from_db()
    verbs = list(sent.moves.values_list("verb", flat=True))
    assert verbs == ["report", "route", "remind", "overdue", "escalate"]
    assert (sent.answering, sent.due_on, sent.overdue_at) == ("迎泽区文明办", day(14), None)
    told = set(Message.objects.filter(title="困难事项超过期限").values_list("user", flat=True))
    assert told == {answerer.pk, city_office.pk}
    assert Message.objects.filter(user=county_office, title__contains="超期上交").count() == 1


def test_above_the_city_nobody_is_and_it_stays_red(
    team: Organization, leader: User, city_office: User
) -> None:
    one = make_difficulty(team, by=leader)
    city = Region.objects.get(name="太原市")
    holder = Holder(office=city)
    actions.pass_difficulty(
        difficulty=one, holder=holder, words="全市的事", by=city_office, at=NOON
    )
    for number in (6, 12, 20):
        actions.keep_terms(today=day(number), at=at(day(number)))
    one.refresh_from_db()
    assert (one.answering, one.is_overdue(day(20))) == ("太原市文明办", True)
    assert one.moves.filter(verb="overdue").count() == 1


def test_the_editable_calendar_counts(team: Organization, leader: User, city_office: User) -> None:
    before = day(5)
    publicity.set_day(day=day(1), is_workday=False, name="调休", by=city_office, at=NOON)
    assert make_difficulty(team, by=leader).due_on == calendar.due_on(TODAY, 5) > before


def test_silence_after_an_answer_closes_it(sent: Difficulty, answerer: User) -> None:
    make_answered(sent, by=answerer)
    actions.keep_terms(today=day(10), at=at(day(10)))
    sent.refresh_from_db()
    assert sent.state == S.ANSWERED
    actions.keep_terms(today=day(11), at=at(day(11)))
    sent.refresh_from_db()
    assert (sent.state, sent.is_confirmed) == (S.SOLVED, False)


def test_what_the_reporter_leaves_unanswered_ends_after_a_reminder(
    sent: Difficulty, answerer: User, leader: User, home: Region
) -> None:
    actions.ask_for_facts(difficulty=sent, words="要多少钱？", by=answerer, at=at(day(1)))
    assert queries.supply_until(sent, on=day(1)) == day(11)
    for number in (9, 10, 11, 12):
        for _ in range(2):
            actions.keep_terms(today=day(number), at=at(day(number)))
        sent.refresh_from_db()
        assert sent.state == (S.WITHDRAWN if number == 12 else S.ASKING)
    verbs = list(sent.moves.values_list("verb", flat=True))
    assert verbs == ["report", "route", "ask", "remind_ask", "drop"]
    assert (sent.asked_on, sent.closed_at) == (None, at(day(12)))
    assert sent.turns.get().outcome == "withdrawn"
    catch_up(at=at(day(12)))
    told = Message.objects.filter(user=leader).order_by("pk").values_list("title", flat=True)
    assert list(told)[-2:] == ["请尽快补充困难的情况", "您上报的困难按撤回办结"]
    total, _ = queries.board(Scope(regions=(home.path,)), since=TODAY, today=day(12))
    assert total.all == 0


def test_the_time_to_add_facts_is_a_number_of_the_city(
    sent: Difficulty, answerer: User, leader: User, city_office: User
) -> None:
    policy.set_number(
        key="difficulties.supply_workdays", value=2, valid_from=TODAY, today=TODAY,
        basis="提速", by=city_office, at=NOON,
    )  # fmt: skip
    actions.ask_for_facts(difficulty=sent, words="要多少钱？", by=answerer, at=at(day(1)))
    actions.keep_terms(today=day(3), at=at(day(3)))
    actions.supply_facts(difficulty=sent, words="三千元", by=leader, at=at(day(3)))
    actions.keep_terms(today=day(4), at=at(day(4)))
    sent.refresh_from_db()
    assert sent.state == S.ACCEPTED


def test_nothing_ends_without_a_notice_a_working_day_before(
    sent: Difficulty, answerer: User, city_office: User
) -> None:
    actions.ask_for_facts(difficulty=sent, words="要多少钱？", by=answerer, at=at(day(1)))
    policy.set_number(
        key="difficulties.supply_workdays", value=2, valid_from=day(5), today=TODAY,
        basis="提速", by=city_office, at=NOON,
    )  # fmt: skip
    for number, state in ((4, S.ASKING), (5, S.ASKING), (6, S.ASKING), (7, S.WITHDRAWN)):
        actions.keep_terms(today=day(number), at=at(day(number)))
        sent.refresh_from_db()
        assert sent.state == state
        if number in {5, 6}:
            assert queries.supply_until(sent, on=day(number)) == day(6)
    verbs = list(sent.moves.values_list("verb", flat=True))
    assert verbs == ["report", "route", "ask", "remind_ask", "drop"]


def test_withdrawn_is_counted_for_nobody(sent: Difficulty, leader: User, home: Region) -> None:
    actions.withdraw_difficulty(difficulty=sent, by=leader, at=NOON)
    total, each = queries.board(Scope(regions=(home.path,)), since=TODAY, today=TODAY)
    assert (total.all, each, sent.state) == (0, [], S.WITHDRAWN)


def test_the_board_counts_in_time_late_and_handed_up(
    sent: Difficulty, team: Organization, leader: User, answerer: User, home: Region,
    project: Project,
) -> None:  # fmt: skip
    make_answered(sent, by=answerer, at=at(day(2)))
    late = make_difficulty(team, by=leader, project=project)
    make_answered(late, by=answerer, at=at(day(7)))
    make_difficulty(team, by=leader, project=project)
    total, (unit,) = queries.board(Scope(regions=(home.path,)), since=TODAY, today=day(6))
    assert (unit.name, unit.all, unit.open, unit.overdue) == ("市环保局", 3, 1, 1)
    assert (unit.answered, unit.in_time_percent, unit.mean_days) == (2, "33%", "4.5")
    assert total.in_time == 1


def test_two_answers_are_one(sent: Difficulty, answerer: User) -> None:
    again = Difficulty.objects.get(pk=sent.pk)
    with (
        rival_before('UPDATE "difficulties_difficulty"', lambda: make_answered(again, by=answerer)),
        pytest.raises(WrongState, match="刚刚有人办理过"),
    ):
        make_answered(sent, by=answerer)


def test_a_saboteur_without_the_condition_would_answer_twice(
    sent: Difficulty, answerer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def careless(difficulty: Difficulty, verb: str, *, words: str, **more: Any) -> Difficulty:
        state = DIFFICULTY_FLOW.after(verb, difficulty.state)
        changes = {key: more[key] for key in ("measures", "responsible", "promised_on")}
        changes |= {"answered_at": more["answered_at"], "answered_by": more["answered_by"]}
        Difficulty.objects.filter(pk=difficulty.pk).update(state=state, **changes)
        return difficulty

    monkeypatch.setattr(answering, "step", careless)
    again = Difficulty.objects.get(pk=sent.pk)
    make_answered(again, by=answerer)
    make_answered(sent, by=answerer)  # nobody stops it


def test_the_database_wants_one_holder_and_a_whole_answer(sent: Difficulty, home: Region) -> None:
    rows = Difficulty.objects.filter(pk=sent.pk)
    for changes in (
        {"office": home}, {"unit": None}, {"state": S.ANSWERED}, {"state": S.ASKING},
        {"state": S.SOLVED},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**changes)


def test_an_answer_is_whole_and_its_day_is_not_over(sent: Difficulty, answerer: User) -> None:
    late = TODAY - timedelta(days=1)
    for answer, field in (
        (Answer("", "张主任", TODAY), "measures"),
        (Answer("投保", " ", TODAY), "responsible"),
        (Answer("投保", "张主任", late), "promised_on"),
        (Answer("长" * 501, "张主任", TODAY), "measures"),
    ):
        with pytest.raises(BadInput) as said:
            actions.answer_difficulty(difficulty=sent, answer=answer, by=answerer, at=NOON)
        assert said.value.field == field
    sent.refresh_from_db()
    assert sent.state == S.REPORTED


def test_a_common_answer_names_nobody(sent: Difficulty, answerer: User) -> None:
    make_answered(sent, by=answerer)
    for question, answer, field in (
        ("护河队没有保险", "统一投保", "question"),
        ("没有保险", "找张主任", "answer"),
        ("没有保险", "打 13900000000", "answer"),
        ("", "统一投保", "question"),
    ):
        with pytest.raises(BadInput) as said:
            actions.publish_answer(
                difficulty=sent, question=question, answer=answer, by=answerer, at=NOON
            )
        assert said.value.field == field
    found = actions.publish_answer(
        difficulty=sent, question="没有保险费", answer="由市级经费统一投保", by=answerer, at=NOON
    )
    assert list(queries.common_answers("funds")) == [found]
    with pytest.raises(WrongState, match="已经收入"):
        actions.publish_answer(
            difficulty=sent, question="没有保险费", answer="投保", by=answerer, at=NOON
        )
    actions.end_answer(answer=found, by=answerer, at=NOON)
    assert list(queries.common_answers()) == []


def test_a_unit_with_open_difficulties_does_not_end(
    sent: Difficulty, team: Organization, lead_unit: Organization
) -> None:
    (given,) = queries.open_work(organization_id=lead_unit.pk, at=NOON)
    (own,) = queries.open_work(organization_id=team.pk, at=NOON)
    assert (given.sentence, own.sentence) == (
        "1 件困难事项没有答复或转交", "1 件上报的困难没有办结或撤回",
    )  # fmt: skip


def test_means_are_rounded_half_up() -> None:
    assert [rules.tenths_text(rules.mean_tenths(one)) for one in ([], [2], [1, 2], [1, 1, 2])] == [
        "—", "2.0", "1.5", "1.3",
    ]  # fmt: skip
