"""Ways that somebody goes who was not thought of first: ends, old pages, both sides in one."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import timedelta
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from django.db import OperationalError, transaction
from django.test import Client

from voluncity.city.access.models import Grant
from voluncity.city.access.permissions import Role
from voluncity.city.inbox.models import Message
from voluncity.city.journal.actions import catch_up
from voluncity.city.journal.models import Entry
from voluncity.city.people.models import User
from voluncity.fund.grants import actions as grants
from voluncity.fund.grants.models import Funding
from voluncity.fund.grants.queries import turns
from voluncity.fund.reports import actions, queries
from voluncity.fund.reports.actions import handing_in, spending, steps
from voluncity.fund.reports.models import Evidence, Report, Tracking
from voluncity.fund.reports.paper import report_pdf
from voluncity.fund.reports.states import ExpenseState, ReportKind, ReportState
from voluncity.kernel.refusals import NotAllowed, WrongState
from voluncity.service.archives.states import Faces
from voluncity.testing.at_once import at_once
from voluncity.testing.make_fund import make_resolution
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import make_county, make_user
from voluncity.testing.make_reports import (
    AGREED,
    READ,
    WRITTEN,
    accept,
    fill,
    first_report,
    fresh,
    make_evidence,
    make_submitted,
    plan,
    write,
    writer_of,
)
from voluncity.testing.pages import as_
from voluncity.web import printing

S = ReportState
DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


def funding_of(report: Report) -> Funding:
    return Funding.objects.get(pk=report.funding_id)


def terminate(report: Report, officer: User) -> None:
    funding = funding_of(report)
    grants.terminate(
        funding=funding, resolution=make_resolution(funding.fund, "终止资助", at=READ),
        words="不再实施。", seen=funding.edition, by=officer, at=READ,
    )  # fmt: skip


# -- The end of a project --------------------------------------------------------------------------


def test_what_was_spent_before_the_end_is_accepted_without_the_milestone(
    report: Report, officer: User
) -> None:
    waits = make_submitted(report)
    terminate(waits, officer)
    assert "里程碑不再验收" in as_(officer).get(f"/fund/reports/desk/{waits.pk}/").content.decode()
    done = accept(waits, by=officer)
    assert done.state == S.ACCEPTED
    assert sum(queries.spent(funding_of(done)).values()) == 100_000
    assert done.milestone is not None
    assert not done.milestone.is_accepted


def test_a_report_that_nobody_finishes_after_the_end_is_waived_by_the_office(
    report: Report, officer: User, admin: User
) -> None:
    begun = fill(report)
    page = f"/fund/reports/desk/{report.pk}/"
    client = as_(officer)
    assert "不再要求" not in client.get(page).content.decode()
    early = client.post(f"{page}waive/", {"seen": str(begun.edition), "reason": "项目停了。"})
    assert (early.status_code, "应交" in early.content.decode()) == (422, True)
    terminate(begun, officer)
    assert "不再要求这份报告" in client.get(page).content.decode()
    bare = client.post(f"{page}waive/", {"seen": str(begun.edition), "reason": " "})
    assert (bare.status_code, "请填写不再要求的原因" in bare.content.decode()) == (422, True)
    old = client.post(f"{page}waive/", {"seen": str(begun.edition - 1), "reason": "项目停了。"})
    assert (old.status_code, fresh(report).state) == (422, S.DRAFT)
    with pytest.raises(NotAllowed):
        actions.waive(report=begun, words="停了。", seen=begun.edition, by=admin, at=READ)
    said = {"seen": str(begun.edition), "reason": "项目停了。"}
    assert client.post(f"{page}waive/", said).status_code == 302
    assert fresh(report).state == S.CANCELLED
    assert list(report.expenses.values_list("state", flat=True)) == [ExpenseState.REMOVED]
    assert queries.claimed(funding_of(report)) == {}
    assert not queries.open_reports(funding_of(report)).filter(pk=report.pk).exists()
    catch_up(at=READ + DAY)
    told = Message.objects.get(user=admin, title="一份进展报告不用再交")
    assert as_(admin).get(told.url).status_code == 200


def test_a_project_that_is_being_closed_is_asked_for_no_more_reports(
    report: Report, officer: User
) -> None:
    write(report, done="做了一半。")
    grants.begin_closing(funding=funding_of(report), by=officer, at=READ)
    actions.keep_terms(at=READ)
    assert [one.pk for one in queries.open_reports(funding_of(report))] == [report.pk]
    begun = fresh(report)
    actions.waive(report=begun, words="写在结项报告里。", seen=begun.edition, by=officer, at=READ)
    assert not queries.open_reports(funding_of(report)).exists()


def test_whose_money_is_settled_owes_nothing_and_hears_nothing(
    report: Report, officer: User, admin: User
) -> None:
    write(report, done="做了一半。")
    terminate(report, officer)
    grants.settle(funding=funding_of(report), at=READ)
    actions.keep_terms(at=READ + 300 * DAY)
    assert not Message.objects.filter(title="进展报告逾期了").exists()
    page = as_(admin).get(f"/fund/reports/own/{report.pk}/").content.decode()
    assert ("核对并提交" in page, "逾期" in page) == (False, False)
    assert as_(admin).get(f"/fund/reports/own/{report.pk}/words/").status_code == 404


# -- Both sides in one person ----------------------------------------------------------------------


@pytest.mark.parametrize("deed", ["words", "evidence"])
def test_who_wrote_in_a_report_once_does_not_decide_about_it_later(
    report: Report, admin: User, colleague: User, officer: User, deed: str
) -> None:
    shown = make_evidence(report, by=colleague)
    if deed == "words":
        write(report, by=admin, problems="缺少场地。")
    else:
        actions.change_evidence(
            evidence=Evidence.objects.get(pk=shown.pk), caption="上岗培训", faces=Faces.NONE,
            consent_note="", by=admin, at=WRITTEN,
        )  # fmt: skip
    write(report, by=colleague, done="培训了 30 人。", results="都学会了。")
    waits = fresh(report)
    actions.submit(report=waits, seen=waits.edition, by=colleague, at=WRITTEN)
    Grant.objects.filter(user=admin).update(revoked_at=WRITTEN, revoked_by=officer)
    with pytest.raises(NotAllowed, match="填写过这份报告"):
        accept(report, by=admin)
    assert accept(report, by=officer).state == S.ACCEPTED


def test_what_a_picture_is_said_to_show_leaves_its_trace(report: Report, admin: User) -> None:
    shown = make_evidence(report, by=admin)
    actions.change_evidence(
        evidence=shown, caption="上岗培训", faces=Faces.MINORS, consent_note="", by=admin,
        at=WRITTEN,
    )  # fmt: skip
    entry = Entry.objects.get(verb="reports.change_evidence")
    assert (entry.actor, entry.data["evidence"]) == (admin, shown.pk)
    assert "上岗培训" not in str(entry.data)


# -- What is late ----------------------------------------------------------------------------------


def titles(user: User) -> list[str]:
    return list(Message.objects.filter(user=user).order_by("pk").values_list("title", flat=True))


def test_a_report_that_is_very_late_is_told_to_the_leaders(
    report: Report, officer: User, admin: User
) -> None:
    leader = make_user("周明")
    give(leader, Role.FUND_SUPERVISOR, make_county())
    assert report.due_on is not None
    due = AGREED + (report.due_on - AGREED.date())
    actions.keep_terms(at=due + 10 * DAY)
    assert ("一份进展报告逾期了" in titles(officer), titles(leader)) == (True, [])
    actions.keep_terms(at=due + 11 * DAY)
    actions.keep_terms(at=due + 11 * DAY)
    assert titles(leader) == ["一份进展报告逾期了"]


def test_a_report_that_the_office_does_not_read_is_told_to_it_and_then_to_the_leaders(
    report: Report, officer: User
) -> None:
    waits = make_submitted(report)
    late = "一份进展报告等待审阅太久"
    actions.keep_terms(at=WRITTEN + 10 * DAY)
    assert late not in titles(officer)
    actions.keep_terms(at=WRITTEN + 11 * DAY)
    actions.keep_terms(at=WRITTEN + 12 * DAY)
    assert titles(officer).count(late) == 1
    actions.keep_terms(at=WRITTEN + 18 * DAY)
    assert titles(officer).count(late) == 2
    body = Message.objects.filter(user=officer, title=late).latest("pk").body
    assert "提交已经 18 天" in body
    accept(waits, by=officer)
    actions.keep_terms(at=WRITTEN + 40 * DAY)
    assert titles(officer).count(late) == 2


def test_a_report_that_waits_is_whose_turn_it_is(report: Report) -> None:
    waits = make_submitted(report)
    [turn] = turns([report.funding_id])[report.funding_id]
    assert (turn.who, turn.since) == ("office", WRITTEN)
    accept(waits)
    assert turns([report.funding_id])[report.funding_id] == []


# -- Lists and pages -------------------------------------------------------------------------------


def test_what_is_to_be_done_stands_before_what_is_done(
    funding: Funding, report: Report, admin: User, officer: User
) -> None:
    accept(make_submitted(report))
    for user, page in ((admin, "own"), (officer, "desk")):
        shown = as_(user).get(f"/fund/reports/{page}/").content.decode()
        last = first_report(funding, ReportKind.PERIOD)
        assert shown.index(f"/{page}/{last.pk}/") < shown.index(f"/{page}/{report.pk}/")


def test_the_list_of_one_project_says_so_and_its_chips_stay_with_it(
    report: Report, officer: User
) -> None:
    page = as_(officer).get(f"/fund/reports/desk/?funding={report.funding_id}").content.decode()
    assert "只看" in page
    chips = re.findall(r'class="chip" href="([^"]*)"', page)
    assert len(chips) == 6
    assert all(f"funding={report.funding_id}" in one for one in chips)
    assert as_(officer).get("/fund/reports/desk/?funding=999999999").status_code == 200


def test_remarks_that_were_typed_stay_when_the_day_is_wrong(report: Report, officer: User) -> None:
    waits = make_submitted(report)
    expense = waits.expenses.get()
    sent = {
        "seen": str(waits.edition), "words": "", "again_on": "2026-01-01",
        f"remark-expense-{expense.pk}": "发票不清楚", "remark-evidence": "少签到表",
    }  # fmt: skip
    answer = as_(officer).post(f"/fund/reports/desk/{waits.pk}/send-back/", sent)
    page = answer.content.decode()
    assert (answer.status_code, "发票不清楚" in page, "少签到表" in page) == (422, True, True)


def test_who_sends_back_what_was_taken_back_reads_why_not(
    report: Report, officer: User, admin: User
) -> None:
    waits = make_submitted(report)
    expense, client = waits.expenses.get(), as_(officer)
    actions.recall(report=fresh(waits), seen=waits.edition, by=admin, at=READ)
    sent = {"seen": str(waits.edition), "words": "补充。", "again_on": "2030-01-01", "reason": "无"}
    for step in (f"{waits.pk}/send-back", f"{waits.pk}/accept", f"expenses/{expense.pk}/disallow"):
        answer = client.post(f"/fund/reports/desk/{step}/", sent)
        said = answer.content.decode()
        assert answer.status_code == 422
        assert "填写中" in said
        assert re.search("notice--bad|errors", said), step


# -- The paper -------------------------------------------------------------------------------------


def pictures_in(report: Report, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """Return what the paper is told about each piece of evidence; it is printed, too."""
    told: dict[str, Any] = {}
    printed = printing.pdf

    def keep(template: Any, facts: Any, *, qr: str) -> bytes:
        told.update(facts)
        return printed(template, facts, qr=qr)

    monkeypatch.setattr(printing, "pdf", keep)
    whole = queries.as_handed_in(report.submissions.get())
    assert report_pdf(report, whole, at=READ).read().startswith(b"%PDF")
    evidence: list[dict[str, str]] = told["evidence"]
    return evidence


def test_small_pictures_are_printed_but_no_face_of_a_child(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(report)
    make_evidence(report, caption="领队讲话", faces=Faces.CONSENT)
    make_evidence(report, caption="孩子们来看望", faces=Faces.MINORS)
    waits = fresh(report)
    actions.submit(report=waits, seen=waits.edition, by=writer_of(waits), at=WRITTEN)
    shown = pictures_in(fresh(report), monkeypatch)
    assert [bool(one["picture"]) for one in shown] == [True, True, False]
    assert [one["note"] for one in shown] == [
        "看不清人物正面", "有人物正面，已征得同意：拍照前当面说明并同意", "有未成年人正面，不印出",
    ]  # fmt: skip


def test_a_line_that_was_named_anew_keeps_its_sum_on_the_paper(report: Report) -> None:
    from voluncity.fund.reports.paper import _of_line

    waits = make_submitted(report)
    line = waits.expenses.get().line
    line.what = "改了名字"
    line.save(update_fields=["what"])
    whole = queries.as_handed_in(waits.submissions.get())
    assert _of_line(whole, line) == "1,000 元"


# -- Whatever somebody types -----------------------------------------------------------------------

ODD = (
    "", " ", "\x00", "a\x00b", "<script>alert(1)</script>", "9" * 40, "-1", "0", "１２３", "1e9",
    "2026-02-30", "0001-01-01", "9999-12-31", "😀", "字" * 9_000, "null", "../../etc", "'; --",
)  # fmt: skip
EXPENSE = ("line", "on", "sum", "payee", "what", "invoice_no", "handle", "seen", "file")


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_no_form_breaks_on_what_is_typed(
    funding: Funding, report: Report, admin: User, officer: User, odd: str
) -> None:
    own, desk = as_(admin), as_(officer)
    waits = make_submitted(first_report(funding, ReportKind.PERIOD))
    base, read = f"/fund/reports/own/{report.pk}", f"/fund/reports/desk/{waits.pk}"
    expense = waits.expenses.get()
    said: list[tuple[Client, str, tuple[str, ...]]] = [
        (own, f"{base}/activities/", ("activity", "remove")),
        (own, f"{base}/evidence/", ("caption", "faces", "consent_note", "file")),
        (own, f"{base}/spending/new/", EXPENSE),
        (own, f"{base}/spending/import/", ("file", "handle")),
        (own, f"{base}/check/", ("seen",)),
        (own, f"{base}/step/recall/", ("seen",)),
        (own, f"/fund/reports/own/extra/{funding.pk}/", ("first", "last", "handle")),
        (own, f"/fund/reports/own/expenses/{expense.pk}/", EXPENSE),
        (desk, f"{read}/send-back/", ("words", "again_on", "seen", "remark-done")),
        (desk, f"{read}/accept/", ("seen",)),
        (desk, f"{read}/waive/", ("reason", "seen")),
        (desk, f"/fund/reports/desk/expenses/{expense.pk}/disallow/", ("reason", "seen")),
    ]
    for client, page, fields in said:
        answer = client.post(page, dict.fromkeys(fields, odd))
        assert 400 <= answer.status_code < 500, page
        assert b"<script>alert(1)" not in answer.content
    assert fresh(waits).state == S.SUBMITTED
    fields = ("done", "results", "problems", "following", "served_more")
    words = dict.fromkeys([*fields, *(f"seen-{one}" for one in fields)], odd)
    answer = own.post(f"{base}/words/", words)
    assert answer.status_code < 500
    assert b"<script>alert(1)" not in own.get(f"{base}/words/").content
    query = {"q": odd, "state": odd, "page": odd, "task": odd, "funding": odd, "submission": odd}
    for page in ("/fund/reports/desk/", f"{read}/"):
        assert desk.get(page, query).status_code == 200
    assert own.get("/fund/reports/own/", {"funding": odd}).status_code in {200, 404}


# -- At the same moment ----------------------------------------------------------------------------


def hand_in_and_write(
    report: Report, writers: tuple[User, User], monkeypatch: pytest.MonkeyPatch, *, is_first: bool
) -> dict[str, int]:
    """Let one hand a report in while another writes an expense in it, each with a first lock.

    `is_first`: whoever hands in takes the project's money before the report, against the order.
    """
    ready, both = fill(report), Barrier(2)
    wanted = plan(ready, 5_000)

    def meet(pk: int = 0) -> Tracking | None:
        with suppress(BrokenBarrierError):  # the other waits for the row that this one holds
            both.wait(timeout=1.5)
        return steps.hold_money(pk) if pk else None

    monkeypatch.setattr(handing_in, "hold_money", meet)
    monkeypatch.setattr(spending, "hold_money", meet)

    def act(number: int) -> None:
        try:
            with transaction.atomic():
                if number and is_first:
                    steps.hold_money(ready.funding_id)
                    meet()
                if number:
                    actions.submit(
                        report=fresh(ready), seen=ready.edition, by=writers[0], at=WRITTEN
                    )
                else:
                    actions.add_expense(
                        report=fresh(ready), plan=wanted, vouchers=[], handle="deadlock-0001",
                        by=writers[1], at=WRITTEN,
                    )  # fmt: skip
        except OperationalError as error:  # a deadlock is no answer for anybody
            raise WrongState("deadlock", code="deadlock") from error

    return dict(at_once(act, 2))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_who_hands_in_and_who_writes_an_expense_do_not_wait_for_each_other_forever(
    report: Report, admin: User, colleague: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = hand_in_and_write(report, (admin, colleague), monkeypatch, is_first=False)
    assert "deadlock" not in counted
    assert counted["done"] >= 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_saboteur_who_takes_the_money_before_the_report_waits_forever(
    report: Report, admin: User, colleague: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = hand_in_and_write(report, (admin, colleague), monkeypatch, is_first=True)
    assert counted["deadlock"] == 1
