"""A case from asking to the appeal: who may, in which order, and what the books say."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from voluncity.city.access.models import Grant
from voluncity.city.access.permissions import Role
from voluncity.city.inbox.models import Message
from voluncity.city.journal.actions import catch_up
from voluncity.city.ledger import queries as ledger
from voluncity.city.people.models import User
from voluncity.city.publicity.models import Notice
from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound, Refusal, WrongState
from voluncity.service.hours import actions as hours
from voluncity.service.hours import queries as hour_queries
from voluncity.service.hours.models import ServiceRecord, Suspension
from voluncity.service.integrity import actions
from voluncity.service.integrity.models import Case, Finding
from voluncity.service.integrity.rules import Found
from voluncity.service.integrity.states import About, Rule
from voluncity.service.integrity.tests.conftest import Cast
from voluncity.testing.make_hours import (
    EVENING,
    make_officer,
    make_past_shift,
    make_posted,
    make_record,
)
from voluncity.testing.make_integrity import MONDAY, make_case, make_finding, make_founded
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import make_user, make_volunteer, user_of

LATER = EVENING + timedelta(days=20)
MUCH_LATER = EVENING + timedelta(days=60)


def decide(case: Case, by: User, *kinds: str, founded: bool = True) -> Case:
    return actions.decide(
        case_id=case.pk, is_founded=founded, reason="没有签到表", kinds=kinds, by=by, at=LATER
    )


def state_of(case: Case) -> str:
    return Case.objects.values_list("state", flat=True).get(pk=case.pk)


def test_findings_about_one_subject_become_one_case(cast: Cast) -> None:
    first = make_finding(cast.team, organizer=cast.leader)
    second = make_finding(cast.team, organizer=cast.leader, day=date(2026, 11, 9))
    other = make_finding(cast.team, organizer=cast.admin)
    case = actions.open_case(finding_id=first.pk, by=cast.officer, at=EVENING)
    states = dict(Finding.objects.values_list("pk", "state"))
    assert states == {first.pk: "in_case", second.pk: "in_case", other.pk: "open"}
    third = make_finding(cast.team, organizer=cast.leader, day=date(2026, 11, 2))
    assert actions.open_case(finding_id=third.pk, by=cast.other, at=EVENING) == case


def test_nothing_new_slips_into_a_case_that_was_answered(cast: Cast) -> None:
    case = make_case(make_finding(cast.team, organizer=cast.leader), by=cast.officer)
    actions.answer(case_id=case.pk, text="签到表在附件里。", by=cast.leader, at=EVENING)
    late = make_finding(cast.team, organizer=cast.leader, day=date(2026, 11, 2))
    with pytest.raises(Refusal, match="请等它办结"):
        actions.open_case(finding_id=late.pk, by=cast.officer, at=EVENING)
    late.refresh_from_db()
    assert (late.state, late.case) == ("open", None)


def test_what_was_set_aside_stays_so_when_records_drop_out(cast: Cast) -> None:
    records = [make_posted(make_past_shift(cast.team)) for _ in range(3)]
    finding = make_finding(cast.team, records=tuple(records[:2]))
    actions.set_aside(finding_id=finding.pk, reason="有照片为证", by=cast.officer, at=EVENING)
    for these, state in ((records[:1], "set_aside"), (records, "open")):
        again = Found(
            Rule.BULK, About.ORGANIZATION, cast.team.pk, MONDAY, {"records": len(these)},
            [one.pk for one in these],
        )  # fmt: skip
        assert actions.keep([again], at=LATER) == 0
        assert Finding.objects.get().state == state


def test_second_running_case_is_refused_by_the_database(cast: Cast) -> None:
    case = make_case(make_finding(cast.team), by=cast.officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.create(
            about="organization", organization=case.organization, opened_at=EVENING,
            opened_by=cast.other, assigned_to=cast.other,
        )  # fmt: skip


def test_accused_are_heard_before_anything_is_founded(cast: Cast) -> None:
    case = make_case(make_finding(cast.team), by=cast.officer, asked=False)
    with pytest.raises(WrongState):
        decide(case, cast.officer, "warning")
    actions.ask(case_id=case.pk, question="请说明。", by=cast.officer, at=EVENING)
    with pytest.raises(Refusal, match="对方可以说明到 11月23日") as early:
        actions.decide(
            case_id=case.pk, is_founded=True, reason="算了", kinds=["warning"], by=cast.officer,
            at=EVENING,
        )  # fmt: skip
    assert early.value.code == "integrity.not_heard"
    actions.answer(case_id=case.pk, text="当天停电。", by=cast.admin, at=EVENING)
    actions.decide(
        case_id=case.pk, is_founded=True, reason="停电记录不符", kinds=["warning"],
        by=cast.officer, at=EVENING,
    )  # fmt: skip
    assert state_of(case) == "founded"


def test_only_the_accused_answer(cast: Cast) -> None:
    about_leader = make_case(make_finding(cast.team, organizer=cast.leader), by=cast.officer)
    for stranger in (cast.admin, cast.officer, make_user("路人")):
        with pytest.raises(NotFound):
            actions.answer(case_id=about_leader.pk, text="我说", by=stranger, at=EVENING)
    volunteer = make_volunteer()
    about_volunteer = make_case(make_finding(cast.team, volunteer=volunteer), by=cast.officer)
    actions.answer(case_id=about_volunteer.pk, text="我在", by=user_of(volunteer), at=EVENING)
    assert state_of(about_volunteer) == "answered"


def refused(case: Finding, by: User) -> str:
    with pytest.raises(NotAllowed) as no:
        actions.open_case(finding_id=case.pk, by=by, at=EVENING)
    return no.value.code


def test_nobody_works_on_a_case_of_their_own(cast: Cast) -> None:
    assert refused(make_finding(cast.team, organizer=cast.officer), cast.officer) == (
        "integrity.own_case"
    )
    volunteer = make_volunteer("周正", user=cast.officer)
    assert refused(make_finding(cast.team, volunteer=volunteer), cast.officer) == (
        "integrity.own_case"
    )


def test_colleague_of_the_accused_organization_works_on_nothing(cast: Cast) -> None:
    give(cast.officer, Role.TEAM_LEADER, make_organization(parent=cast.team))
    assert refused(make_finding(cast.team), cast.officer) == "integrity.colleague"


def test_nobody_decides_of_who_gave_them_their_role(cast: Cast) -> None:
    Grant.objects.filter(user=cast.officer).update(given_by=cast.admin)
    assert refused(make_finding(cast.team), cast.officer) == "integrity.owes_role"
    assert refused(make_finding(cast.team, organizer=cast.admin), cast.officer) == (
        "integrity.owes_role"
    )


def test_who_approved_the_hours_does_not_judge_them(cast: Cast) -> None:
    record = make_posted(make_past_shift(cast.team))
    ServiceRecord.objects.filter(pk=record.pk).update(approved_by=cast.officer, approved_at=EVENING)
    finding = make_finding(cast.team, records=(record,))
    assert refused(finding, cast.officer) == "integrity.own_work"


def test_office_of_another_county_finds_no_case(cast: Cast) -> None:
    from voluncity.testing.make_people import make_county, make_region

    elsewhere = make_organization(region=make_region("外地社区", parent=make_county("外县")))
    with pytest.raises(NotFound):
        actions.open_case(
            finding_id=make_finding(cast.team).pk, by=make_officer(elsewhere), at=EVENING
        )


def test_organization_below_has_no_right_to_decide(cast: Cast) -> None:
    with pytest.raises(NotFound):
        actions.open_case(finding_id=make_finding(cast.team).pk, by=cast.admin, at=EVENING)


def test_case_is_its_officers_until_it_is_given_on(cast: Cast) -> None:
    case = make_case(make_finding(cast.team), by=cast.officer)
    with pytest.raises(NotAllowed, match="另一位工作人员承办"):
        decide(case, cast.other, founded=False)
    actions.assign(case_id=case.pk, user_id=cast.other.pk, by=cast.officer, at=EVENING)
    decide(case, cast.other, founded=False)
    assert state_of(case) == "unfounded"


def test_case_is_given_to_nobody_who_may_not_decide(cast: Cast) -> None:
    case = make_case(make_finding(cast.team), by=cast.officer)
    with pytest.raises(BadInput):
        actions.assign(case_id=case.pk, user_id=cast.admin.pk, by=cast.officer, at=EVENING)


def test_cancelled_hours_leave_the_books_when_the_case_is_closed_not_before(cast: Cast) -> None:
    posted = make_posted(make_past_shift(cast.team))
    waiting = make_record(make_past_shift(cast.team))
    before = hour_queries.minutes_of(posted.volunteer_id).total
    case = make_case(make_finding(cast.team, records=(posted, waiting)), by=cast.officer)
    decide(case, cast.officer, "cancel", "stop_entry")
    assert hour_queries.minutes_of(posted.volunteer_id).total == before == 120
    assert actions.settle_due(at=LATER) == 0
    assert (actions.settle_due(at=MUCH_LATER), actions.settle_due(at=MUCH_LATER)) == (1, 0)
    states = set(
        ServiceRecord.objects.filter(pk__in=[posted.pk, waiting.pk]).values_list(
            "state", "state_reason"
        )
    )
    reason = f"时长核查第 {case.pk} 号认定不实"
    assert states == {("reversed", reason), ("refused", reason)}
    assert hour_queries.minutes_of(posted.volunteer_id).total == 0
    assert (hour_queries.faults(), ledger.book_faults()) == ([], [])


def test_right_to_enter_is_lost_at_once_for_a_year_and_comes_back_by_appeal(cast: Cast) -> None:
    case = make_case(make_finding(cast.team, organizer=cast.leader), by=cast.officer)
    decide(case, cast.officer, "stop_entry", "stop_confirm")
    lost = Suspension.objects.order_by("right").values_list("user", "right", "until")
    until = date(2027, 12, 6)
    assert list(lost) == [(cast.leader.pk, "confirm", until), (cast.leader.pk, "enter", until)]
    record = make_record(make_past_shift(cast.team))
    with pytest.raises(NotAllowed):
        hours.confirm(record_ids=[record.pk], by=cast.leader, at=LATER)
    actions.appeal(case_id=case.pk, text="有签到表照片", by=cast.leader, at=LATER)
    actions.decide_appeal(
        case_id=case.pk, is_lifted=True, reason="照片属实", by=cast.other, at=LATER
    )
    assert (state_of(case), Suspension.objects.filter(lifted_at=None).count()) == ("lifted", 0)
    hours.confirm(record_ids=[record.pk], by=cast.leader, at=LATER)


def test_appeal_is_heard_by_another_person(cast: Cast) -> None:
    case = make_founded(make_finding(cast.team), by=cast.officer)
    actions.appeal(case_id=case.pk, text="不同意", by=cast.admin, at=LATER)
    with pytest.raises(NotAllowed) as same:
        actions.decide_appeal(
            case_id=case.pk, is_lifted=False, reason="维持", by=cast.officer, at=LATER
        )
    assert same.value.code == "integrity.same_person"
    actions.decide_appeal(case_id=case.pk, is_lifted=False, reason="维持", by=cast.other, at=LATER)
    assert state_of(case) == "confirmed"


def test_database_refuses_the_same_person_for_decision_and_appeal(cast: Cast) -> None:
    """The saboteur writes past the action."""
    case = make_founded(make_finding(cast.team), by=cast.officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(
            state="confirmed", closed_at=LATER, closed_by=cast.officer
        )


def test_appeal_ends_with_its_deadline(cast: Cast) -> None:
    case = make_founded(make_finding(cast.team), by=cast.officer)
    with pytest.raises(Refusal) as late:
        actions.appeal(case_id=case.pk, text="不同意", by=cast.admin, at=MUCH_LATER)
    assert late.value.code == "integrity.appeal_over"


@pytest.mark.parametrize("kinds", [(), ("stop_confirm",), ("banish",)])
def test_sanctions_that_do_not_fit_are_refused_and_nothing_is_written(
    cast: Cast, kinds: tuple[str, ...]
) -> None:
    case = make_case(make_finding(cast.team), by=cast.officer)
    with pytest.raises(BadInput) as wrong:
        decide(case, cast.officer, *kinds)
    assert (wrong.value.field, state_of(case), Suspension.objects.count()) == ("kinds", "asked", 0)


def test_organizations_are_published_and_people_are_not(cast: Cast) -> None:
    make_founded(make_finding(cast.team), by=cast.officer)
    make_founded(make_finding(cast.team, organizer=cast.leader), by=cast.officer)
    actions.settle_due(at=MUCH_LATER)
    assert [(one.kind, one.title, one.state) for one in Notice.objects.all()] == [
        ("cases", "时长核查结果：桥东志愿服务队", "effective")
    ]


def test_accused_are_told_at_each_step_but_not_while_nobody_asks(cast: Cast) -> None:
    make_case(make_finding(cast.team), by=cast.officer, asked=False)
    catch_up(at=EVENING)
    assert Message.objects.filter(user=cast.admin).count() == 0
    make_founded(make_finding(cast.team, organizer=cast.leader), by=cast.officer)
    catch_up(at=LATER)
    titles = Message.objects.filter(user=cast.leader).order_by("pk").values_list("title", flat=True)
    assert list(titles) == ["请您说明一些时长的情况", "时长核查有了认定"]
