"""How the fourteen projects of 2019 were carried out: agreement, payment, report, closing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from voluncity.city.people.models import User
from voluncity.doors.portal.demo.fund_2019 import Won
from voluncity.doors.portal.demo.fund_story import People, on, paper
from voluncity.doors.portal.demo.teams import picture
from voluncity.fund.closings import actions as closings
from voluncity.fund.closings import queries as in_closings
from voluncity.fund.closings.actions import Found, VisitPlan
from voluncity.fund.closings.models import Closing
from voluncity.fund.closings.states import Verdict
from voluncity.fund.governance.models import Fund
from voluncity.fund.grants import actions as grants
from voluncity.fund.grants import queries as in_grants
from voluncity.fund.grants.models import Funding
from voluncity.fund.grants.rules.plans import MilestonePlan
from voluncity.fund.payouts import actions as payouts
from voluncity.fund.payouts.models import Disbursement, Payee
from voluncity.fund.payouts.rules import PayeePlan, PlanLine
from voluncity.fund.reports import actions as reports
from voluncity.fund.reports.actions import Typed
from voluncity.fund.reports.models import Report
from voluncity.fund.reports.rules.writing import ExpensePlan, digest_of
from voluncity.fund.reports.states import ReportKind
from voluncity.fund.review.models import Decision
from voluncity.kernel.clock import local_date
from voluncity.service.archives.states import Faces

DAY = timedelta(days=1)
PAID_ON = date(2019, 6, 3)
WITH_PICTURE = 4  # so many projects show one


def carry_out(
    fund: Fund, decided: Sequence[tuple[Won, Decision]], people: People
) -> list[tuple[Won, Funding]]:
    """Sign the agreements, pay the first installments, and let every project report and close."""
    made = [(won, _sign(decision, people)) for won, decision in decided]
    _pay(fund, made, people)
    for number, (won, project) in enumerate(made):
        _report(won, fresh(project), people, number)
    for number, (won, project) in enumerate(made):
        _close(won, fresh(project), people, number)
    return made


def fresh(project: Funding) -> Funding:
    """Return a project as it is now."""
    found: Funding = in_grants.detailed().get(pk=project.pk)
    return found


def _party(project: Funding) -> User:
    """Return who acts for the organization of a project."""
    by = project.organization.applied_by if project.organization else None
    assert by is not None  # noqa: S101 -- every team of the story was applied for
    return by


# -- Agreement -------------------------------------------------------------------------------------


def _sign(decision: Decision, people: People) -> Funding:
    project = fresh(grants.open_funding(decision=decision, at=on(2019, 5, 6, 10)))
    party = _party(project)
    milestone = MilestonePlan(
        "完成主要活动", "活动记录、照片和支出凭证", project.ends_on - 20 * DAY
    )
    grants.save_plan(
        funding=project, lead=party.display_name, milestones=[milestone], seen=project.edition,
        by=party, at=on(2019, 5, 8),
    )  # fmt: skip
    grants.hand_in_plan(funding=project, seen=project.edition, by=party, at=on(2019, 5, 9))
    grants.agree_plan(funding=project, seen=project.edition, by=people.office, at=on(2019, 5, 13))
    project = fresh(project)
    grants.upload_scan(
        funding=project, checked=paper(f"协议 {project.number}"), seen=project.edition, by=party,
        at=on(2019, 5, 16),
    )  # fmt: skip
    project = fresh(project)
    return grants.sign_agreement(
        funding=project, party_signed_on=date(2019, 5, 15), fund_signed_on=date(2019, 5, 17),
        seen=project.edition, by=people.office, at=on(2019, 5, 17),
    )  # fmt: skip


# -- Payment ---------------------------------------------------------------------------------------


def _pay(fund: Fund, made: Sequence[tuple[Won, Funding]], people: People) -> None:
    """Pay what was paid in 2019 by one list; the rest of each award stays open."""
    payments = [
        _ask(won, fresh(project), people, number) for number, (won, project) in enumerate(made)
    ]
    listed = payouts.make_list(
        fund=fund, payment_ids=[one.pk for one in payments], handle="demo-2019-list",
        by=people.finance, at=on(2019, 5, 31),
    )  # fmt: skip
    payouts.export_list(payment_list=listed, kind="csv", by=people.finance, at=on(2019, 5, 31, 15))
    for number, one in enumerate(payments, start=1):
        now = Disbursement.objects.select_related("list").get(pk=one.pk)
        payouts.confirm_payment(
            payment=now, bank_ref=f"BZ20190603{number:06d}", on=PAID_ON, by=people.finance,
            at=on(2019, 6, 4),
        )  # fmt: skip


def _ask(won: Won, project: Funding, people: People, number: int) -> Disbursement:
    _account(project, people, number)
    milestone = project.milestones.get()
    lines = [
        PlanLine(won.paid, None, date(2019, 6, 1)),
        PlanLine(won.asked - won.paid, milestone, project.ends_on),
    ]
    plan = payouts.propose_plan(
        funding=project, lines=lines, reason="", handle=f"demo-2019-plan-{number}",
        by=people.office, at=on(2019, 5, 22),
    )  # fmt: skip
    payouts.agree_plan(plan=plan, by=people.finance, at=on(2019, 5, 23))
    payment = payouts.ask_payment(
        installment=project.installments.get(number=1, state="open"),
        handle=f"demo-2019-pay-{number}", by=people.office, at=on(2019, 5, 27 - number % 4),
    )  # fmt: skip
    return payouts.approve_payment(payment=payment, by=people.finance, at=on(2019, 5, 29))


def _account(project: Funding, people: People, number: int) -> None:
    """Let one enter the account of the recipient and another verify it, once for each team."""
    if Payee.objects.filter(fund=project.fund, organization=project.organization).exists():
        return
    plan = PayeePlan(
        holder=project.recipient, why_other="", bank="并州银行新建路支行（演示）",
        number=f"6200001900{number:06d}",
    )  # fmt: skip
    payee = payouts.enter_payee(
        funding=project, plan=plan, proof=paper(f"开户证明 {project.number}"),
        handle=f"demo-2019-payee-{number}", by=people.office, at=on(2019, 5, 20),
    )  # fmt: skip
    payouts.verify_payee(payee=payee, words="", by=people.finance, at=on(2019, 5, 21))


# -- Report ----------------------------------------------------------------------------------------


def _report(won: Won, project: Funding, people: People, number: int) -> None:
    """Hand in the report of the milestone with what was spent; some come a few days late."""
    party = _party(project)
    reports.lay_schedule(funding=project, at=on(2019, 5, 18))
    report = Report.objects.get(funding=project, kind=ReportKind.MILESTONE)
    assert report.due_on is not None  # noqa: S101 -- owed
    day = report.due_on + DAY * (number % 5 - 3)  # the fifth comes a day late
    at = on(day.year, day.month, day.day)
    said = {"done": won.done, "results": won.results, "served_more": str(won.served or "")}
    sent = {key: Typed(raw, digest_of("")) for key, raw in said.items() if raw}
    reports.save_words(report=report, sent=sent, by=party, at=at)
    shows = number < WITH_PICTURE
    reports.add_evidence(
        report=_again(report), checked=picture(won.title, project.recipient) if shows
        else paper(f"活动记录 {project.number}"), caption="活动现场" if shows else "活动签到和记录",
        faces=Faces.NONE if shows else "", consent_note="", by=party, at=at,
    )  # fmt: skip
    line = project.lines.order_by("place").first()
    assert line is not None  # noqa: S101 -- the approved budget
    plan = ExpensePlan(
        line.pk, project.ends_on - 25 * DAY, "活动物资供应商", "活动物资、场地和培训",
        won.paid, f"2019{number:08d}",
    )  # fmt: skip
    reports.add_expense(
        report=_again(report), plan=plan, vouchers=[paper(f"发票 {project.number}")],
        handle=f"demo-2019-spent-{number}", by=party, at=at,
    )  # fmt: skip
    now = _again(report)
    reports.submit(report=now, seen=now.edition, by=party, at=at + timedelta(hours=2))
    now = _again(report)
    reports.accept(report=now, seen=now.edition, by=people.office, at=at + 4 * DAY)


def _again(report: Report) -> Report:
    found: Report = Report.objects.select_related("funding__fund", "milestone").get(pk=report.pk)
    return found


# -- Closing ---------------------------------------------------------------------------------------


def _close(won: Won, project: Funding, people: People, number: int) -> None:
    """Let the project hand in its closing report, be visited, evaluated and closed."""
    party, day = _party(project), project.ends_on + DAY * (10 + number % 9)
    at = on(day.year, day.month, day.day)
    closing = closings.begin(funding=project, by=party, at=at)
    asked = in_closings.facts(project, at=at).asked
    said = {one.key: won.results for one in asked} | {"summary": won.done}
    closing = closings.save_report(
        closing=closing, said=said, seen=closing.edition, by=party, at=at
    )
    closings.submit(closing=_read(closing), seen=_read(closing).edition, by=party, at=at)
    closing = _read(closing)
    closings.accept(
        closing=closing, submission_id=closing.current_id or 0, by=people.office, at=at + 3 * DAY
    )
    _visit(_read(closing), party, people, number, at=at + 5 * DAY)
    _evaluate(_read(closing), people, number, at=at + 8 * DAY)
    closings.take_result(closing=_read(closing), by=party, at=at + 12 * DAY)
    now = _read(closing)
    closings.close(closing=now, words="", seen=now.edition, by=people.finance, at=at + 14 * DAY)


def _read(closing: Closing) -> Closing:
    found: Closing = Closing.objects.select_related(
        "funding__fund", "funding__organization", "current", "result"
    ).get(pk=closing.pk)
    return found


def _visit(closing: Closing, party: User, people: People, number: int, *, at: datetime) -> None:
    first, second = people.experts
    plan = VisitPlan(local_date(at), "项目现场", (first.pk, second.pk))
    visit = closings.plan_visit(
        closing=closing, plan=plan, handle=f"demo-2019-visit-{number}", by=people.office, at=at
    )
    answers = {one.pk: Found(Verdict.YES, "") for one in visit.standard.items.all()}
    visit = closings.record_visit(
        visit=visit, answers=answers, findings="与报告一致，服务对象满意。", photos=(), by=first,
        at=at + timedelta(hours=6),
    )  # fmt: skip
    closings.answer_visit(visit=visit, agrees=True, words="", by=party, at=at + DAY)


def _evaluate(closing: Closing, people: People, number: int, *, at: datetime) -> None:
    for expert in people.experts:
        closings.appoint(closing=_read(closing), user_id=expert.pk, by=people.office, at=at)
    for place, expert in enumerate(people.experts):
        now = _read(closing)
        [scorer] = now.scorers.filter(user=expert)
        points = {item.pk: 94 - number - place for item in scorer.standard.items.all()}
        closings.score(closing=now, points=points, words="完成了目标。", by=expert, at=at + DAY)
    now = _read(closing)
    closings.publish(
        closing=now, words="目标完成，票据齐全，群众满意。", seen=now.edition, by=people.office,
        at=at + 2 * DAY,
    )  # fmt: skip
