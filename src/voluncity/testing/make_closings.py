"""Closings for tests, in whatever state they are needed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from django.utils.timezone import now

from voluncity.city.files.rules import Checked, check_image, check_paper
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.city.regions.models import Region
from voluncity.fund.closings import actions, queries
from voluncity.fund.closings.actions import Found, VisitPlan
from voluncity.fund.closings.models import Closing, Result, Scorer, Visit
from voluncity.fund.closings.states import ClosingState, ScorerState, Verdict
from voluncity.fund.grants.models import Funding
from voluncity.fund.payouts import actions as payouts
from voluncity.fund.payouts import queries as in_payouts
from voluncity.fund.reports import actions as reports
from voluncity.fund.reports.actions import Typed
from voluncity.fund.reports.models import Report
from voluncity.fund.reports.rules import ExpensePlan
from voluncity.fund.reports.rules.writing import WORDS, digest_of
from voluncity.kernel.clock import local_date
from voluncity.testing.make_calls import make_admin, make_officer
from voluncity.testing.make_files import make_paper, make_picture, make_upload
from voluncity.testing.make_fund import make_fund
from voluncity.testing.make_grants import make_funding
from voluncity.testing.make_payouts import (
    enter_return,
    make_account,
    make_paid,
    make_plan,
)
from voluncity.testing.make_people import NOON, make_user

_numbers = count(1)
C = ClosingState
AGO = timedelta(days=120)
# What is spent of the three lines of `make_grants.LINES`, 20,000 元 in all; nothing deviates.
SPENT = (1_200_000, 500_000, 300_000)


def handle() -> str:
    """Return a mark as a page draws one."""
    return f"closing-{next(_numbers):08d}"


def paper(words: str) -> Checked:
    """Return a paper whose bytes are those of no other."""
    return check_paper(make_paper(f"%PDF-1.4\n% {words}\n%%EOF\n".encode()))


def picture(color: str = "#c8281c") -> Any:
    """Return a checked picture of a visit."""
    return check_image(make_upload(make_picture(color=color)))


def make_done(
    *, spent: tuple[int, ...] = SPENT, paid: tuple[int, ...] = (2_000_000,),
    organization: Organization | None = None, admin: User | None = None, at: datetime = NOON,
    **said: Any,
) -> Funding:  # fmt: skip
    """Return a project whose days are over: paid, with an accepted report about its spending."""
    then = at - AGO
    funding = make_funding(
        at=then, organization=organization, admin=admin,
        ends_on=said.pop("ends_on", local_date(at) - timedelta(days=1)), **said,
    )  # fmt: skip
    if in_payouts.account_of(funding) is None:
        make_account(funding, at=then)
    rest = funding.awarded_fen - sum(paid)
    make_plan(funding, *paid, *((rest,) if rest else ()), at=then)
    for number in range(1, len(paid) + 1):
        make_paid(funding, number, at=then + timedelta(days=1))
    make_report(funding, spent, admin=admin, at=at - timedelta(hours=2))
    return fresh(funding)


def fresh(funding: Funding) -> Funding:
    """Return a project as it is now."""
    found: Funding = Funding.objects.select_related(
        "fund__region", "organization", "region", "serves", "resolution"
    ).get(pk=funding.pk)
    return found


def begin_report(funding: Funding, *, by: User, at: datetime = NOON) -> Report:
    """Return a progress report that nobody asked for, with its words."""
    report = reports.begin_extra(
        funding=funding, first=funding.starts_on, last=min(funding.ends_on, local_date(at)),
        handle=handle(), by=by, at=at,
    )  # fmt: skip
    sent = {
        key: Typed(f"{label}：每周三上门修脚。", digest_of(""))
        for key, (label, *_) in WORDS.items()
    }
    reports.save_words(report=report, sent=sent, by=by, at=at)
    reports.add_evidence(
        report=report,
        checked=paper(f"evidence {next(_numbers)}"),
        caption="活动签到表",
        faces="",
        consent_note="",
        by=by,
        at=at,
    )
    return report


def spend(report: Report, spent: tuple[int, ...], *, by: User, at: datetime = NOON) -> None:
    """Write down what was spent of each line, with its voucher."""
    for line, fen in zip(report.funding.lines.all(), spent, strict=False):
        if not fen:
            continue
        number = next(_numbers)
        reports.add_expense(
            report=report, handle=handle(), by=by, at=at,
            plan=ExpensePlan(
                line.pk, report.funding.starts_on + timedelta(days=3), "晋阳商行", line.what, fen,
                f"2026{number:08d}",
            ),
            vouchers=[paper(f"voucher {number}")],
        )  # fmt: skip


def make_report(
    funding: Funding, spent: tuple[int, ...], *, admin: User | None = None, at: datetime = NOON
) -> Report:
    """Return an accepted report about what was spent."""
    by = admin or writer_of(funding)
    report = begin_report(funding, by=by, at=at)
    spend(report, spent, by=by, at=at)
    report = Report.objects.get(pk=report.pk)
    reports.submit(report=report, seen=report.edition, by=by, at=at)
    report = Report.objects.get(pk=report.pk)
    office = make_officer(funding.fund.region, "审阅员")
    return reports.accept(report=report, seen=report.edition, by=office, at=at)


def writer_of(funding: Funding) -> User:
    """Return somebody who writes for whoever is funded."""
    return make_admin(funding.organization) if funding.organization else make_user("区县经办人")


def make_closing(
    state: str = C.DRAFT,
    funding: Funding | None = None,
    *,
    admin: User | None = None,
    points: tuple[int, int] = (90, 86),
    at: datetime = NOON,
    **said: Any,
) -> Closing:
    """Return a closing in a state; `said` goes to the project."""
    project = funding or make_done(admin=admin, at=at, **said)
    by = admin or writer_of(project)
    closing = actions.begin(funding=project, by=by, at=at)
    if state == C.DRAFT:
        return reread(closing)
    closing = hand_in(closing, by=by, at=at)
    if state == C.SUBMITTED:
        return closing
    office = make_officer(project.fund.region, "韩梅")
    if state == C.RETURNED:
        send_back(closing, by=office, at=at)
        return reread(closing)
    actions.accept(closing=closing, submission_id=closing.current_id or 0, by=office, at=at)
    if state == C.ACCEPTED:
        return reread(closing)
    make_visit(closing, by=office, admin=by, at=at)
    evaluate(closing, points, by=office, at=at)
    publish(closing, by=office, at=at)
    if state == C.EVALUATED:
        return reread(closing)
    actions.take_result(closing=reread(closing), by=by, at=at)
    return close(closing, by=make_officer(project.fund.region, "方明"), at=at)


def fill(closing: Closing, *, by: User, at: datetime = NOON, **said: str) -> Closing:
    """Answer everything that is asked; `said` are answers that differ."""
    asked = queries.facts(closing.funding, at=at).asked
    words = {one.key: f"{one.label}：都按计划做完了，服务老人 600 人次。" for one in asked}
    closing = reread(closing)
    actions.save_report(closing=closing, said=words | said, seen=closing.edition, by=by, at=at)
    return reread(closing)


def hand_in(closing: Closing, *, by: User, at: datetime = NOON) -> Closing:
    """Fill the report and hand it in."""
    closing = fill(closing, by=by, at=at)
    actions.submit(closing=closing, seen=closing.edition, by=by, at=at)
    return reread(closing)


def send_back(closing: Closing, *, by: User, at: datetime = NOON) -> None:
    """Send a report back with a remark."""
    actions.send_back(
        closing=closing, submission_id=closing.current_id or 0,
        remarks={"summary": "请写明服务了多少户。"}, words="总体情况太简单。", by=by, at=at,
    )  # fmt: skip


def plan_visit(closing: Closing, *, by: User, at: datetime = NOON) -> tuple[Visit, User]:
    """Plan a visit of two for today; return it with one who goes."""
    region = closing.funding.fund.region
    first, second = make_officer(region, "白晓东"), make_officer(region, "贾亮")
    plan = VisitPlan(local_date(at), "并州路社区活动室", [first.pk, second.pk])
    visit = actions.plan_visit(closing=reread(closing), plan=plan, handle=handle(), by=by, at=at)
    return visit, first


def record_visit(visit: Visit, *, by: User, at: datetime = NOON) -> Visit:
    """Write down that everything was in order, with one picture."""
    answers = {item.pk: Found(Verdict.YES, "") for item in visit.standard.items.all()}
    return actions.record_visit(
        visit=visit, answers=answers, findings="场地和设备都在用，老人反映很好。",
        photos=[picture()], by=by, at=at,
    )  # fmt: skip


def make_visit(closing: Closing, *, by: User, admin: User, at: datetime = NOON) -> Visit:
    """Return a visit to whose record the organization agreed."""
    visit, went = plan_visit(closing, by=by, at=at)
    record_visit(visit, by=went, at=at)
    return actions.answer_visit(visit=visit, agrees=True, words="", by=admin, at=at)


def make_scorer(closing: Closing, name: str, *, by: User, at: datetime = NOON) -> Scorer:
    """Ask somebody of the office to evaluate."""
    scorer = make_officer(closing.funding.fund.region, name)
    return actions.appoint(closing=reread(closing), user_id=scorer.pk, by=by, at=at)


def give_points(place: Scorer, points: int, *, at: datetime = NOON) -> Scorer:
    """Give the same points for every criterion."""
    marks = {item.pk: points for item in place.standard.items.all()}
    return actions.score(
        closing=reread(place.closing), points=marks, words="完成得好，档案齐全。",
        by=place.user, at=at,
    )  # fmt: skip


def evaluate(
    closing: Closing, points: tuple[int, ...] = (90, 86), *, by: User, at: datetime = NOON
) -> None:
    """Let as many people as there are points evaluate."""
    for name, given in zip(("冯洁", "孔德明", "段丽"), points, strict=False):
        give_points(make_scorer(closing, name, by=by, at=at), given, at=at)
    assert closing.scorers.filter(state=ScorerState.SCORED).count() == len(points)


def publish(closing: Closing, *, by: User, at: datetime = NOON) -> Result:
    """Publish the result."""
    closing = reread(closing)
    return actions.publish(
        closing=closing, words="目标都完成了，支出合规。", seen=closing.edition, by=by, at=at
    )


def close(closing: Closing, *, by: User, at: datetime = NOON, **said: Any) -> Closing:
    """Settle and close."""
    closing = reread(closing)
    actions.close(closing=closing, seen=closing.edition, by=by, at=at, **said)
    return reread(closing)


def make_archives(closing: Closing, *, at: datetime = NOON) -> None:
    """Do at once what the worker does later."""
    for archive in closing.archives.filter(state="waiting"):
        actions.make_archive(archive_id=archive.pk, clock=lambda: at)


def give_back(funding: Funding, fen: int, *, at: datetime = NOON) -> None:
    """Return so much to the fund."""
    payouts.confirm_return(money=enter_return(funding, fen, at=at), by=make_user("复核小郑"), at=at)


def reread(closing: Closing) -> Closing:
    """Return a closing as it is now."""
    found: Closing = queries.detailed().get(pk=closing.pk)
    return found


def make_world_closings(county: Region, organization: Organization) -> dict[str, Any]:
    """Make one of everything for a half of the world."""
    at = now().astimezone(UTC)
    fund, party = make_fund(county, at=at - AGO), make_user("李桂芳")
    said: dict[str, Any] = {"fund": fund, "organization": organization, "admin": party}
    draft = actions.begin(funding=make_funding("running", at=at, **said), by=party, at=at)
    attached = actions.add_file(
        closing=draft, checked=paper("summary"), name="项目总结", by=party, at=at
    )
    open_one = make_closing(C.ACCEPTED, at=at, **said)
    office = make_officer(county, "韩梅")
    visit, _ = plan_visit(open_one, by=office, at=at)
    scorer = make_scorer(open_one, "冯洁", by=office, at=at)
    over = make_closing(C.CLOSED, at=at, **said)
    make_archives(over, at=at)
    photo = over.visits.get().photos.get()
    return {
        "closing_fund": fund.pk, "closing_draft": draft.funding_id, "closing_file": attached.pk,
        "closing": open_one.funding_id, "closing_visit": visit.pk, "closing_scorer": scorer.pk,
        "closing_photo": photo.pk, "closing_archive": over.archives.get(side="office").pk,
    }  # fmt: skip
