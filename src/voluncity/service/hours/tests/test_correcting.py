"""A wrong record is reversed and a new one takes its place; people are told."""

from __future__ import annotations

from datetime import date

import pytest

from voluncity.city.inbox.models import Message
from voluncity.city.journal.models import Entry
from voluncity.city.journal.tasks import catch_up
from voluncity.city.ledger.models import Transfer
from voluncity.city.people.models import User
from voluncity.city.policy.models import PolicyNumber
from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound, Refusal, WrongState
from voluncity.service.hours import actions, queries
from voluncity.service.hours.models import Correction, ServiceRecord
from voluncity.service.hours.rules import Span
from voluncity.service.hours.tests.steps import Cast
from voluncity.testing.make_hours import (
    ELEVEN,
    EVENING,
    MINUTE,
    NINE,
    TICK,
    make_leader,
    make_officer,
    make_past_shift,
    make_posted,
    make_record,
)
from voluncity.testing.make_people import make_volunteer, user_of

HALF = Span(NINE, NINE + 60 * MINUTE)


def ask(record: ServiceRecord, text: str = "少记了半小时", *, by: User | None = None) -> Correction:
    return actions.ask_correction(
        record_id=record.pk,
        volunteer=record.volunteer,
        text=text,
        by=by or user_of(record.volunteer),
        at=EVENING,
    )


def answer(correction: Correction, by: User, *, times: Span | None = None) -> Correction:
    return actions.answer_correction(
        correction_id=correction.pk, answer="已核实", by=by, at=EVENING, times=times
    )


def test_reversal_takes_the_minutes_back_by_the_opposite_transfer(people: Cast) -> None:
    record = make_posted(make_past_shift(people.team))
    actions.reverse(record_id=record.pk, reason="登记错人", by=people.admin, at=EVENING)
    record.refresh_from_db()
    first, back = Transfer.objects.order_by("pk")
    assert (record.state, record.state_reason, record.transfer) == ("reversed", "登记错人", first)
    assert (back.reverses, back.debit, back.credit, back.amount) == (
        first,
        first.credit,
        first.debit,
        120,
    )
    assert queries.minutes_of(record.volunteer_id) == queries.Minutes()
    posted, reversed_ = Entry.objects.filter(verb__in=["hours.post", "hours.reverse"]).order_by(
        "pk"
    )
    assert posted.data == reversed_.data
    assert queries.faults() == []


def test_reversal_happens_once(people: Cast) -> None:
    record = make_posted(make_past_shift(people.team))
    actions.reverse(record_id=record.pk, reason="登记错人", by=people.admin, at=EVENING)
    with pytest.raises(WrongState):
        actions.reverse(record_id=record.pk, reason="登记错人", by=people.admin, at=EVENING)
    assert Transfer.objects.count() == 2


def test_only_who_may_correct_and_not_oneself_reverses(people: Cast) -> None:
    record = make_posted(make_past_shift(people.team))
    own = make_posted(make_past_shift(people.team), make_volunteer("赵敏", user=people.admin))
    stranger = make_officer(make_past_shift().activity.project.organization)
    for one, by, refusal in (
        (record, people.leader, NotFound),
        (own, people.admin, NotAllowed),
    ):
        with pytest.raises(refusal):
            actions.reverse(record_id=one.pk, reason="改一下", by=by, at=EVENING)
    actions.reverse(record_id=record.pk, reason="抽查不实", by=stranger, at=EVENING)
    record.refresh_from_db()
    assert record.state == "reversed"


def test_new_times_within_two_scans_stay_proven_and_need_another(people: Cast) -> None:
    record = make_posted(make_past_shift(people.team))
    new = actions.reverse(
        record_id=record.pk, reason="中途离开", by=people.admin, at=EVENING, times=HALF
    )
    assert (new.replaces, new.minutes, new.trust, new.approver, new.state, new.confirmed_by) == (
        record,
        60,
        "proven",
        "second",
        "confirmed",
        people.admin,
    )
    with pytest.raises(NotAllowed):
        actions.approve(record_ids=[new.pk], by=people.admin, at=EVENING)
    actions.approve(record_ids=[new.pk], by=people.parent, at=EVENING)
    assert queries.minutes_of(record.volunteer_id) == queries.Minutes(proven=60)
    assert queries.faults() == []


def test_new_times_beyond_the_scans_are_entered_and_shown(people: Cast) -> None:
    record = make_posted(make_past_shift(people.team), out_at=NINE + 60 * MINUTE)
    new = actions.reverse(
        record_id=record.pk,
        reason="误点签退",
        by=people.admin,
        at=EVENING,
        times=Span(NINE, ELEVEN),
    )
    assert (new.minutes, new.trust) == (120, "entered")
    actions.approve(record_ids=[new.pk], by=people.parent, at=EVENING)
    new.refresh_from_db()
    assert new.state == "shown"


@pytest.mark.parametrize(
    "times",
    [
        Span(NINE - 60 * MINUTE, ELEVEN),
        Span(NINE, ELEVEN + 60 * MINUTE),
        Span(ELEVEN, NINE),
        Span(NINE, NINE),
    ],
)
def test_new_times_that_do_not_fit_change_nothing(people: Cast, times: Span) -> None:
    record = make_posted(make_past_shift(people.team))
    with pytest.raises(BadInput):
        actions.reverse(
            record_id=record.pk, reason="改一下", by=people.admin, at=EVENING, times=times
        )
    record.refresh_from_db()
    assert record.state == "posted"
    assert queries.minutes_of(record.volunteer_id) == queries.Minutes(proven=120)


def test_new_times_that_overlap_change_nothing(people: Cast) -> None:
    volunteer = make_volunteer()
    record = make_posted(make_past_shift(people.team), volunteer, out_at=NINE + 60 * MINUTE)
    late = make_past_shift(people.team, starts_at=NINE + 60 * MINUTE)
    make_posted(late, volunteer)
    with pytest.raises(Refusal, match="重叠"):
        actions.reverse(
            record_id=record.pk,
            reason="改一下",
            by=people.admin,
            at=EVENING,
            times=Span(NINE, ELEVEN),
        )
    record.refresh_from_db()
    assert record.state == "posted"


# -- The volunteer asks -----------------------------------------------------------------------


def test_volunteer_asks_once_at_a_time_and_gets_a_date(people: Cast) -> None:
    PolicyNumber.objects.create(
        key="hours.correction_workdays", value=5, valid_from=date(2026, 1, 1)
    )
    record = make_posted(make_past_shift(people.team))
    correction = ask(record)
    assert (correction.state, correction.due_on) == ("asked", date(2026, 11, 23))
    with pytest.raises(Refusal, match="正在处理"):
        ask(record)
    answer(correction, people.admin)
    ask(record, "还是不对")
    assert record.corrections.count() == 2


def test_desk_asks_on_behalf_and_both_names_are_kept(people: Cast) -> None:
    record = make_posted(make_past_shift(people.team))
    ask(record, by=people.officer)
    entry = Entry.objects.get(verb="hours.ask_correction")
    assert (entry.actor, entry.on_behalf_of) == (people.officer, record.volunteer)


def test_nobody_asks_about_somebody_elses_record(people: Cast) -> None:
    record = make_posted(make_past_shift(people.team))
    stranger = make_volunteer("李静")
    with pytest.raises(NotFound):
        actions.ask_correction(
            record_id=record.pk, volunteer=stranger, text="少了", by=user_of(stranger), at=EVENING
        )


def test_reversed_record_is_not_corrected_again(people: Cast) -> None:
    record = make_posted(make_past_shift(people.team))
    actions.reverse(record_id=record.pk, reason="写错", by=people.admin, at=EVENING, times=HALF)
    with pytest.raises(WrongState, match="已经冲销"):
        ask(record)


def test_declining_keeps_the_record(people: Cast) -> None:
    record = make_posted(make_past_shift(people.team))
    correction = answer(ask(record), people.admin)
    assert (correction.state, correction.answer, correction.answered_by) == (
        "declined",
        "已核实",
        people.admin,
    )
    record.refresh_from_db()
    assert record.state == "posted"


def test_correcting_a_posted_record_reverses_and_replaces(people: Cast) -> None:
    record = make_posted(make_past_shift(people.team))
    correction = answer(ask(record), people.admin, times=HALF)
    record.refresh_from_db()
    assert (correction.state, record.state, record.replaced_by.minutes) == (
        "corrected",
        "reversed",
        60,
    )


def test_correcting_what_is_not_posted_refuses_and_replaces(people: Cast) -> None:
    waiting = make_record(make_past_shift(people.team), in_method=TICK)
    refused = make_record(make_past_shift(people.team))
    actions.refuse(record_ids=[refused.pk], reason="没有到岗", by=people.leader, at=EVENING)
    shown = make_record(make_past_shift(people.team), in_method=TICK)
    actions.confirm(record_ids=[shown.pk], by=people.leader, at=EVENING)
    actions.approve(record_ids=[shown.pk], by=people.admin, at=EVENING)
    for record in (waiting, refused, shown):
        answer(ask(record), people.parent, times=HALF)
        record.refresh_from_db()
        assert (record.state, record.replaced_by.state) == ("refused", "confirmed")
    from voluncity.city.publicity import actions as publicity

    later = EVENING.replace(month=12)
    publicity.finish_due(today=later.date(), at=later)
    catch_up()
    shown.refresh_from_db()
    assert shown.state == "refused"
    assert Entry.objects.filter(verb="publicity.take_effect").count() == 1


def test_request_is_answered_once_by_the_right_person(people: Cast) -> None:
    record = make_posted(make_past_shift(people.team))
    correction = ask(record)
    for by in (people.leader, make_leader(make_past_shift().activity.project.organization)):
        with pytest.raises(NotFound):
            answer(correction, by)
    answer(correction, people.admin)
    with pytest.raises(WrongState):
        answer(correction, people.parent, times=HALF)
    own = make_posted(make_past_shift(people.team), make_volunteer("赵敏", user=people.admin))
    with pytest.raises(NotAllowed):
        answer(ask(own), people.admin)


# -- People are told --------------------------------------------------------------------------


def test_volunteer_is_told_once_about_each_decision(people: Cast) -> None:
    volunteer = make_volunteer("王芳")
    posted = make_posted(make_past_shift(people.team), volunteer)
    early = make_past_shift(people.team, starts_at=NINE - 180 * MINUTE, ends_at=NINE)
    refused = make_record(early, volunteer)
    actions.refuse(record_ids=[refused.pk], reason="没有到岗", by=people.leader, at=EVENING)
    answer(ask(refused), people.admin)
    answer(ask(posted), people.admin, times=HALF)
    catch_up()
    catch_up()
    told = list(
        Message.objects.filter(user=user_of(volunteer), url__startswith="/hours/")
        .order_by("pk")
        .values_list("title", "body", "url")
    )
    morning = "桥东志愿服务队“周一文明引导”（11月16日 周一 09:00–11:00）"
    dawn = "桥东志愿服务队“周一文明引导”（11月16日 周一 06:00–09:00）"
    assert told == [
        (
            "服务时长已入账",
            f"{morning}，计入信用时长 2 小时。感谢您的付出！",
            f"/hours/{posted.pk}/",
        ),
        (
            "有一条服务时长不予计时",
            f"{dawn}。原因：没有到岗\n如有异议，可在时长凭证页申请更正。",
            f"/hours/{refused.pk}/",
        ),
        ("您的更正申请已答复：维持原记录", f"{dawn}。答复：已核实", f"/hours/{refused.pk}/"),
        (
            "有一条服务时长已冲销",
            f"{morning}，冲销 2 小时。原因：已核实",
            f"/hours/{posted.pk}/",
        ),
        (
            "您的更正申请已办理",
            f"{morning}。答复：已核实\n新记录经第二人复核后入账。",
            f"/hours/{posted.pk}/",
        ),
    ]


def test_volunteer_without_account_stops_no_reader(people: Cast) -> None:
    make_posted(make_past_shift(people.team), make_volunteer("王芳", user=False))
    catch_up()
    assert not Message.objects.filter(url__startswith="/hours/").exists()


# -- What a certificate may say ---------------------------------------------------------------


def test_certificate_lists_posted_hours_by_recording_organization(people: Cast) -> None:
    volunteer = make_volunteer()
    make_posted(make_past_shift(people.team, name="文明引导"), volunteer)
    earlier = make_past_shift(
        people.federation, name="义诊", starts_at=NINE.replace(day=2), ends_at=ELEVEN.replace(day=2)
    )
    make_posted(earlier, volunteer)
    taken_back = make_past_shift(
        people.team, starts_at=NINE.replace(day=3), ends_at=ELEVEN.replace(day=3)
    )
    wrong = make_posted(taken_back, volunteer)
    actions.reverse(record_id=wrong.pk, reason="写错", by=people.admin, at=EVENING)
    make_record(make_past_shift(people.team, starts_at=ELEVEN, ends_at=EVENING), volunteer)
    two = queries.Minutes(proven=120)
    assert queries.records_for_certificate(volunteer.pk) == [
        queries.Certified(
            organization_id=people.federation.pk,
            organization="迎泽区志愿者联合会",
            minutes=two,
            activities=(
                queries.CertifiedActivity("义诊", date(2026, 11, 2), date(2026, 11, 2), two),
            ),
        ),
        queries.Certified(
            organization_id=people.team.pk,
            organization="桥东志愿服务队",
            minutes=two,
            activities=(
                queries.CertifiedActivity("文明引导", date(2026, 11, 16), date(2026, 11, 16), two),
            ),
        ),
    ]


def test_months_are_listed_newest_first(people: Cast) -> None:
    volunteer = make_volunteer()
    for month in (9, 11, 10):
        make_posted(
            make_past_shift(
                people.team,
                starts_at=NINE.replace(month=month),
                ends_at=ELEVEN.replace(month=month),
            ),
            volunteer,
        )
    found = [(one.year, one.month, one.minutes.total) for one in queries.months_of(volunteer.pk)]
    assert found == [(2026, 11, 120), (2026, 10, 120), (2026, 9, 120)]
    assert [one.month for one in queries.months_of(volunteer.pk, most=2)] == [11, 10]
