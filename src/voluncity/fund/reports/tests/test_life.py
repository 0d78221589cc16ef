"""What is owed, how it is written, handed in, sent back and accepted."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from voluncity.city.inbox.models import Message
from voluncity.city.journal.models import Entry
from voluncity.city.people.models import User
from voluncity.fund.grants import actions as grants
from voluncity.fund.grants.models import Funding
from voluncity.fund.grants.states import FundingState
from voluncity.fund.reports import actions, queries, readers
from voluncity.fund.reports.actions import Typed
from voluncity.fund.reports.models import Linked, Move, Report
from voluncity.fund.reports.rules import dues, overdue_text
from voluncity.fund.reports.rules.schedule import SHORT_DAYS, later, spans
from voluncity.fund.reports.rules.writing import digest_of
from voluncity.fund.reports.states import ReportKind, ReportState
from voluncity.kernel.refusals import BadInput, NotAllowed, WrongState
from voluncity.testing.make_archives import make_archive, make_held_activity
from voluncity.testing.make_grants import fresh as fresh_funding
from voluncity.testing.make_grants import make_funding
from voluncity.testing.make_orgs import make_organization
from voluncity.testing.make_reports import (
    AGREED,
    DONE,
    READ,
    WRITTEN,
    accept,
    fill,
    first_report,
    fresh,
    make_expense,
    make_submitted,
    send_back,
    submit,
    write,
    writer_of,
)

# The speed of a machine is no fault of a property.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
S = ReportState


# -- What is owed ----------------------------------------------------------------------------------


def test_a_project_owes_a_report_of_each_milestone_and_of_each_span() -> None:
    found = dues(
        starts_on=date(2026, 10, 2), ends_on=date(2027, 4, 20),
        milestones=[(7, date(2026, 12, 1))], months=3, days_after=15,
    )  # fmt: skip
    assert [(one.kind.value, one.due_on, one.starts_on, one.ends_on) for one in found] == [
        ("milestone", date(2026, 12, 16), date(2026, 10, 2), date(2026, 12, 1)),
        ("period", date(2027, 1, 16), date(2026, 10, 2), date(2027, 1, 1)),
        ("period", date(2027, 4, 16), date(2027, 1, 2), date(2027, 4, 1)),
        ("period", date(2027, 5, 5), date(2027, 4, 2), date(2027, 4, 20)),
    ]


@UNHURRIED
@given(
    start=st.dates(date(2020, 1, 1), date(2030, 12, 31)), days=st.integers(0, 1200),
    months=st.integers(1, 12),
)  # fmt: skip
def test_spans_follow_each_other_and_cover_the_project(start: date, days: int, months: int) -> None:
    end = start + timedelta(days=days)
    found = spans(start, end, months)
    assert (found[0][0], found[-1][1]) == (start, end)
    for (_, last), (first, _) in pairwise(found):
        assert first == last + timedelta(days=1)
    assert all(first <= last for first, last in found)
    assert len(found) == 1 or (found[-1][1] - found[-1][0]).days + 1 >= SHORT_DAYS


def test_months_that_are_too_short_end_a_span_on_their_last_day() -> None:
    assert later(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert spans(date(2026, 10, 1), date(2027, 1, 5), 3) == [(date(2026, 10, 1), date(2027, 1, 5))]
    assert spans(date(2026, 10, 1), date(2027, 1, 5), 0) == []


@pytest.mark.django_db
def test_laying_the_schedule_again_changes_nothing(funding: Funding) -> None:
    before = list(Report.objects.filter(funding=funding).values_list("number", "kind", "due_on"))
    assert [number for number, _, _ in sorted(before)] == [1, 2, 3, 4, 5, 6]
    assert actions.lay_schedule(funding=funding, at=WRITTEN) == 0
    after = list(Report.objects.filter(funding=funding).values_list("number", "kind", "due_on"))
    assert after == before


@pytest.mark.django_db
def test_a_milestone_that_moves_takes_its_report_along_unless_it_came(funding: Funding) -> None:
    first, second = funding.milestones.all()[:2]
    came = make_submitted(first_report(funding))
    assert came.milestone == first
    funding.milestones.update(due_on=date(2027, 3, 1))
    assert actions.lay_schedule(funding=fresh_funding(funding), at=READ) == 2
    moved = Report.objects.get(milestone=second)
    assert (moved.due_on, fresh(came).due_on) == (date(2027, 3, 16), came.due_on)
    assert Move.objects.filter(report=moved).get().verb == "move_due"


@pytest.mark.django_db
def test_a_terminated_project_owes_only_what_was_begun(funding: Funding, report: Report) -> None:
    write(report, done=DONE)
    Funding.objects.filter(pk=funding.pk).update(
        state=FundingState.TERMINATED, ended_at=READ, waits_for="nobody", reason="不再实施",
        end_resolution=funding.resolution,
    )  # fmt: skip
    actions.keep_terms(at=READ)
    left = Report.objects.filter(funding=funding).exclude(state=S.CANCELLED)
    assert [one.pk for one in left] == [report.pk]
    submit(fill(fresh(report)))


@pytest.mark.django_db
def test_a_county_without_an_organization_owes_no_reports() -> None:
    from voluncity.testing.make_grants import make_county_funding
    from voluncity.testing.make_people import make_county

    funding = make_county_funding(make_county(), at=AGREED)
    assert actions.lay_schedule(funding=funding, at=AGREED) == 0


@pytest.mark.django_db
def test_the_reader_lays_the_schedule_of_a_signed_project() -> None:
    funding = make_funding(at=AGREED)
    entries = list(Entry.objects.filter(verb="grants.sign", subject_id=funding.pk))
    assert entries
    readers.follow_projects(entries)
    readers.follow_projects(entries)
    assert Report.objects.filter(funding=funding).count() == 6


# -- Write -----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_who_comes_second_loses_nobodys_words(report: Report, admin: User, colleague: User) -> None:
    empty = digest_of("")
    sent = {"done": Typed("李桂芳写的", empty), "results": Typed("", empty)}
    assert actions.save_words(report=report, sent=sent, by=admin, at=WRITTEN).written == ["done"]
    late = {"done": Typed("孙杰写的", empty), "results": Typed("成效", empty)}
    saved = actions.save_words(report=report, sent=late, by=colleague, at=WRITTEN)
    assert (saved.written, saved.clashes) == (["results"], {"done": "李桂芳写的"})
    now = fresh(report)
    assert (now.done, now.results) == ("李桂芳写的", "成效")
    again = {"done": Typed("两人合写的", digest_of("李桂芳写的"))}
    assert actions.save_words(report=report, sent=again, by=colleague, at=WRITTEN).clashes == {}
    assert fresh(report).done == "两人合写的"


def save_blindly(*, report: Report, sent: dict[str, Typed]) -> None:
    """Save without asking what stood there."""
    Report.objects.filter(pk=report.pk).update(**{key: one.raw for key, one in sent.items()})


@pytest.mark.django_db
def test_saboteur_who_does_not_ask_what_stands_there_loses_words(report: Report) -> None:
    for raw in ("甲", "乙"):
        save_blindly(report=report, sent={"done": Typed(raw, digest_of(""))})
    assert fresh(report).done == "乙"


@pytest.mark.django_db
def test_words_that_nobody_changed_are_not_written(report: Report) -> None:
    assert write(report, done=DONE).written == ["done"]
    edition = fresh(report).edition
    assert write(report, done=DONE).written == []
    assert fresh(report).edition == edition


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("raw", "fits"), [("1,200", True), ("", True), ("-3", False), ("很多", False)]
)
def test_served_people_are_a_whole_number(report: Report, raw: str, fits: bool) -> None:
    if fits:
        write(report, served_more=raw)
        assert fresh(report).served_more == (1200 if raw else 0)
    else:
        with pytest.raises(BadInput, match="整数"):
            write(report, served_more=raw)


@pytest.mark.django_db
def test_nothing_is_handed_in_that_lacks_words_or_a_voucher(report: Report, admin: User) -> None:
    make_expense(report, vouchers=0)
    found = queries.problems(fresh(report), list(queries.expenses_of(report)))
    assert sorted(found) == ["done", "evidence", "results", "spending"]
    with pytest.raises(BadInput, match="还有 4 处没有填好"):
        submit(report, by=admin)
    assert fresh(report).state == S.DRAFT


@pytest.mark.django_db
def test_nothing_is_written_in_a_report_that_waits(report: Report) -> None:
    waits = make_submitted(report)
    with pytest.raises(WrongState, match="待审阅"):
        write(waits, done="改一下")
    with pytest.raises(WrongState, match="待审阅"):
        make_expense(waits)
    with pytest.raises(WrongState, match="待审阅"):
        actions.remove_evidence(evidence=waits.evidence.get(), by=writer_of(waits), at=READ)


@pytest.mark.django_db
def test_the_office_reads_what_was_handed_in_while_it_is_changed(report: Report) -> None:
    back = send_back(make_submitted(report))
    write(back, done="改过的话")
    submission = queries.newest_submission(back)
    assert submission is not None
    whole = queries.as_handed_in(submission)
    assert {key: text for key, _, text in whole.words}["done"] == DONE
    assert (whole.fen, len(whole.evidence), whole.served) == (100_000, 1, 15)


# -- Activities ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_figures_of_activities_are_read_and_frozen_when_accepted(
    report: Report, admin: User, officer: User
) -> None:
    activity = make_held_activity(report.funding.organization, is_posted=True)
    archive = make_archive(activity)
    assert list(queries.candidates(report, at=WRITTEN)) == [activity]
    actions.link_activities(report=report, activity_ids=[activity.pk], by=admin, at=WRITTEN)
    live = queries.as_it_stands(report, at=WRITTEN).total
    assert (live.activities, live.sessions, live.volunteers, live.minutes) == (1, 1, 1, 120)
    assert live.served == 0  # its archive was not accepted yet
    submit(fill(fresh(report)))
    archive.outcomes.all()
    type(archive).objects.filter(pk=archive.pk).update(
        state="accepted", submitted_at=WRITTEN, submitted_by=admin, reviewed_at=WRITTEN,
        reviewed_by=officer,
    )  # fmt: skip
    done = accept(report)
    kept = Linked.objects.get(report=done)
    assert (kept.served, kept.proven_minutes, kept.frozen_at) == (120, 120, READ)
    archive.outcomes.update(number=999)
    assert queries.as_it_stands(done, at=READ).total.served == 120
    assert queries.faults() == []


@pytest.mark.django_db
def test_an_activity_is_told_of_once_and_only_by_its_organization(
    funding: Funding, report: Report, admin: User
) -> None:
    activity = make_held_activity(funding.organization)
    foreign = make_held_activity(make_organization("另一支队伍"))
    actions.link_activities(report=report, activity_ids=[activity.pk], by=admin, at=WRITTEN)
    other = first_report(funding, ReportKind.PERIOD)
    with pytest.raises(WrongState, match="只计入一个资助项目"):
        actions.link_activities(report=other, activity_ids=[activity.pk], by=admin, at=WRITTEN)
    with pytest.raises(BadInput, match="本组织"):
        actions.link_activities(report=other, activity_ids=[foreign.pk], by=admin, at=WRITTEN)
    actions.unlink_activity(report=report, activity_id=activity.pk, by=admin, at=WRITTEN)
    actions.link_activities(report=other, activity_ids=[activity.pk], by=admin, at=WRITTEN)
    assert Linked.objects.get().report == other


# -- The office ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_accepted_report_reaches_its_milestone_and_counts_its_expenses(
    report: Report, officer: User
) -> None:
    assert (queries.spent(report.funding), queries.claimed(report.funding)) == ({}, {})
    waits = make_submitted(report)
    line = waits.expenses.get().line_id
    assert (queries.spent(waits.funding), queries.claimed(waits.funding)) == ({}, {line: 100_000})
    done = accept(waits)
    assert (done.state, done.accepted_by) == (S.ACCEPTED, officer)
    assert queries.spent(done.funding) == {line: 100_000}
    assert done.milestone is not None
    done.milestone.refresh_from_db()
    assert (done.milestone.is_accepted, done.milestone.accepted_by) == (True, officer)


@pytest.mark.django_db
def test_nobody_of_the_organization_decides_about_its_report(report: Report, admin: User) -> None:
    waits = make_submitted(report)
    from voluncity.city.access.permissions import Role
    from voluncity.testing.make_orgs import give

    give(admin, Role.FUND_OFFICE, waits.funding.fund.region)
    for act in (
        lambda: accept(waits, by=admin),
        lambda: send_back(waits, by=admin),
        lambda: actions.disallow(
            expense=waits.expenses.get(), seen=waits.edition, reason="无", by=admin, at=READ
        ),
    ):
        with pytest.raises(NotAllowed, match="另一位同事"):
            act()


@pytest.mark.django_db
def test_who_decides_names_what_was_read(report: Report, officer: User, admin: User) -> None:
    waits = make_submitted(report)
    read = waits.edition
    actions.recall(report=fresh(waits), seen=read, by=admin, at=READ)
    make_expense(waits, what="添了一笔")
    again = submit(waits, at=READ)
    with pytest.raises(WrongState, match="看过最新"):
        actions.accept(report=again, seen=read, by=officer, at=READ)
    assert fresh(waits).state == S.SUBMITTED


@pytest.mark.django_db
def test_remarks_stand_at_their_parts_until_the_report_comes_again(report: Report) -> None:
    waits = make_submitted(report)
    expense = waits.expenses.get()
    said: dict[str, Any] = {
        "done": "写具体些", f"expense-{expense.pk}": "换清楚的照片", "x": "没有",
    }  # fmt: skip
    back = send_back(waits, **said)
    assert queries.open_remarks(back) == {
        "done": "写具体些", f"expense-{expense.pk}": "换清楚的照片",
    }  # fmt: skip
    assert back.again_on == date(2026, 12, 1)
    again = submit(back, at=READ)
    assert (queries.open_remarks(again), again.again_on) == ({}, None)
    assert again.first_submitted_at == WRITTEN


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "again_on", "said"),
    [("", date(2026, 12, 1), "至少写一条"), ("改", date(2026, 11, 21), "晚于今天")],
)
def test_sending_back_says_what_and_until_when(
    report: Report, words: str, again_on: date, said: str
) -> None:
    waits = make_submitted(report)
    with pytest.raises(BadInput, match=said):
        send_back(waits, words=words, again_on=again_on)
    assert fresh(waits).state == S.SUBMITTED


@pytest.mark.django_db
def test_a_disallowed_expense_is_in_no_sum_and_may_be_mended(
    report: Report, officer: User, admin: User
) -> None:
    waits = make_submitted(report)
    expense = waits.expenses.get()
    actions.disallow(
        expense=expense, seen=waits.edition, reason="不在预算用途内。", by=officer, at=READ
    )
    assert queries.claimed(waits.funding) == {}
    expense.refresh_from_db()
    actions.allow(expense=expense, seen=fresh(waits).edition, by=officer, at=READ)
    assert queries.claimed(waits.funding) == {expense.line_id: 100_000}
    expense.refresh_from_db()
    actions.disallow(
        expense=expense, seen=fresh(waits).edition, reason="发票抬头不对。", by=officer, at=READ
    )
    back = send_back(fresh(waits))
    expense.refresh_from_db()
    with pytest.raises(WrongState, match="留在报告里"):
        actions.remove_expense(expense=expense, by=admin, at=READ)
    from voluncity.testing.make_reports import plan

    actions.change_expense(
        expense=expense, plan=plan(back, 90_000), seen=expense.edition, by=admin, at=READ
    )
    assert queries.claimed(waits.funding) == {expense.line_id: 90_000}


@pytest.mark.django_db
def test_a_milestone_is_not_reached_while_the_project_stands_still(
    report: Report, officer: User
) -> None:
    waits = make_submitted(report)
    grants.suspend(
        funding=fresh_funding(waits.funding), words="等待说明。",
        seen=fresh_funding(waits.funding).edition, by=officer, at=READ,
    )  # fmt: skip
    with pytest.raises(WrongState, match="不在执行中"):
        accept(fresh(waits))
    assert (fresh(waits).state, queries.spent(waits.funding)) == (S.SUBMITTED, {})


@pytest.mark.django_db
def test_extra_reports_are_few_and_may_be_given_up(funding: Funding, admin: User) -> None:
    said: dict[str, Any] = {
        "funding": funding,
        "first": funding.starts_on,
        "last": date(2026, 11, 1),
    }
    made = actions.begin_extra(**said, handle="extra-00000001", by=admin, at=WRITTEN)
    same = actions.begin_extra(**said, handle="extra-00000001", by=admin, at=WRITTEN)
    assert (made.pk, made.number) == (same.pk, 7)
    for number in (2, 3):
        actions.begin_extra(**said, handle=f"extra-0000000{number}", by=admin, at=WRITTEN)
    with pytest.raises(WrongState, match="先办完一份"):
        actions.begin_extra(**said, handle="extra-00000004", by=admin, at=WRITTEN)
    make_expense(made, invoice_no="24142000000012345678")
    actions.drop_extra(report=fresh(made), seen=fresh(made).edition, by=admin, at=WRITTEN)
    other = first_report(funding)
    make_expense(other, invoice_no="24142000000012345678")
    with pytest.raises(WrongState, match="按计划应交"):
        actions.drop_extra(report=other, seen=other.edition, by=admin, at=WRITTEN)


# -- Clocks ----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_letters_come_before_the_day_and_again_while_it_is_late(
    funding: Funding, report: Report, admin: User, officer: User
) -> None:
    assert report.due_on == date(2026, 12, 15)

    def letters(user: User) -> list[str]:
        return list(
            Message.objects.filter(user=user, title__contains="进展报告")
            .order_by("pk")
            .values_list("title", flat=True)
        )

    for days in (10, 7, 6):  # before the day; the letter comes once
        actions.keep_terms(at=AGREED.replace(month=12, day=15) - timedelta(days=days))
    assert (letters(admin), letters(officer)) == (["进展报告快到期了"], [])
    for days in (1, 3, 8):
        actions.keep_terms(at=AGREED.replace(month=12, day=15) + timedelta(days=days))
    assert letters(admin) == ["进展报告快到期了", *["进展报告逾期了"] * 2]
    assert letters(officer) == ["一份进展报告逾期了"] * 2
    late = Message.objects.filter(user=admin).order_by("-pk")[0]
    assert "进展报告已逾期 8 天" in late.body


def test_how_late_a_report_is_stands_in_words() -> None:
    assert (overdue_text(0), overdue_text(5)) == ("", "进展报告已逾期 5 天")


@pytest.mark.django_db
def test_timeliness_is_counted_by_the_year_of_the_day(funding: Funding) -> None:
    reports = list(queries.detailed().filter(funding=funding).order_by("due_on"))
    make_submitted(reports[0])  # due on 16 December, came in November
    Report.objects.filter(pk=reports[1].pk).update(due_on=date(2026, 11, 10))
    make_submitted(fresh(reports[1]))  # late
    Report.objects.filter(pk=reports[2].pk).update(due_on=date(2026, 11, 12))  # never came
    Report.objects.filter(pk=reports[3].pk).update(due_on=date(2026, 12, 30))
    kept = queries.timeliness(2026, today=date(2026, 11, 25), fund=funding.fund)
    assert (kept.in_time, kept.late, kept.missing, kept.ahead) == (1, 1, 1, 1)
    assert (kept.due, kept.percent) == (3, 33)
    assert queries.timeliness(2025, today=date(2026, 11, 25)).percent is None


@pytest.mark.django_db
def test_both_sides_hear_of_each_step(report: Report, admin: User, officer: User) -> None:
    waits = make_submitted(report)
    send_back(waits)
    submit(fresh(waits), at=READ)
    accept(waits)
    readers.tell_people(list(Entry.objects.filter(verb__startswith="reports.").order_by("pk")))
    titles = [
        set(Message.objects.filter(user=user).values_list("title", flat=True))
        for user in (admin, officer)
    ]
    assert titles[0] >= {"进展报告已提交", "进展报告退回修改", "进展报告已通过"}
    assert "收到一份进展报告" in titles[1]
    said = Entry.objects.filter(verb__startswith="reports.").values_list("data", flat=True)
    assert all(isinstance(value, int) for data in said for value in data.values())
