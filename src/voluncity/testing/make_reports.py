"""Progress reports for tests: of a project from 2 October 2026 on, in whatever state is needed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from itertools import count
from typing import Any

from django.utils.timezone import now
from PIL import Image

from voluncity.city.files.rules import Checked, check_paper
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.city.regions.models import Region
from voluncity.fund.grants.models import Funding
from voluncity.fund.reports import actions, queries
from voluncity.fund.reports.actions import Typed
from voluncity.fund.reports.models import Evidence, Expense, Report
from voluncity.fund.reports.rules import ExpensePlan
from voluncity.fund.reports.rules.writing import SERVED, digest_of
from voluncity.fund.reports.states import ReportKind
from voluncity.service.archives.states import Faces
from voluncity.testing.make_calls import make_admin, make_officer
from voluncity.testing.make_files import make_upload
from voluncity.testing.make_fund import make_fund
from voluncity.testing.make_grants import make_funding
from voluncity.testing.make_orgs import make_organization
from voluncity.testing.make_people import make_county, make_user

_numbers = count(1)
# Noon in the city: the project was agreed on; its reports are written; a day later they are read.
AGREED = datetime(2026, 10, 1, 4, 0, tzinfo=UTC)
WRITTEN = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
READ = WRITTEN + timedelta(days=1)
DONE = "培训了 32 名志愿者，每周三上门修脚，已经服务 3 个社区。"
RESULTS = "老人们说走路轻松了，家属也放心。"


def make_reporting(
    organization: Organization | None = None, *, admin: User | None = None, at: datetime = AGREED,
    **said: Any,
) -> Funding:  # fmt: skip
    """Return a project that runs, with the reports that it owes."""
    team = organization or make_organization(region=make_county())
    funding = make_funding(
        fund=said.pop("fund", None) or make_fund(region=make_county()), organization=team,
        admin=admin, at=at, **said,
    )  # fmt: skip
    actions.lay_schedule(funding=funding, at=at)
    return funding


def first_report(funding: Funding, kind: str = ReportKind.MILESTONE) -> Report:
    """Return the first report of a kind that a project owes."""
    found: Report = queries.detailed().filter(funding=funding, kind=kind).order_by("due_on")[0]
    return found


def make_report(organization: Organization | None = None, **said: Any) -> Report:
    """Return a report that nobody has begun."""
    return first_report(make_reporting(organization, **said))


def picture(number: int | None = None) -> Checked:
    """Return a picture that no other test has."""
    shade = next(_numbers) if number is None else number
    out = BytesIO()
    # Of another size: two shades of one size might be written as the same picture.
    Image.new("RGB", (96 + shade % 50, 72 + shade // 50), "#2b6c78").save(out, "PNG")
    return check_paper(make_upload(out.getvalue(), f"凭证{shade}.png", "image/png"))


def writer_of(report: Report) -> User:
    """Return somebody who may write for the report's organization."""
    staff = queries.staff_of(report.funding)
    if staff:
        return User.objects.get(pk=staff[0])
    assert report.funding.organization is not None
    return make_admin(report.funding.organization)


def officer_of(report: Report) -> User:
    """Return somebody of the office that follows a report."""
    office = queries.offices_of(report.funding)
    if office:
        return User.objects.get(pk=office[0])
    return make_officer(report.funding.fund.region)


def write(
    report: Report, *, by: User | None = None, at: datetime = WRITTEN, **words: str
) -> actions.Saved:
    """Write words as somebody who sees what stands there now."""
    now_stands = fresh(report)
    sent = {
        key: Typed(raw, digest_of(str(getattr(now_stands, key) or "")))
        for key, raw in words.items()
    }
    return actions.save_words(report=now_stands, sent=sent, by=by or writer_of(report), at=at)


def make_evidence(
    report: Report, *, by: User | None = None, at: datetime = WRITTEN,
    caption: str = "上岗培训现场", faces: str = Faces.NONE,
) -> Evidence:  # fmt: skip
    """Put a picture to a report."""
    return actions.add_evidence(
        report=fresh(report), checked=picture(), caption=caption, faces=faces,
        consent_note="拍照前当面说明并同意" if faces == Faces.CONSENT else "",
        by=by or writer_of(report), at=at,
    )  # fmt: skip


def plan(report: Report, fen: int = 100_000, *, place: int = 1, **said: Any) -> ExpensePlan:
    """Return an expense of a line, on the second day of the project."""
    line = report.funding.lines.get(place=place)
    usual: dict[str, Any] = {
        "on": report.funding.starts_on + timedelta(days=1), "payee": "太原市某某医疗器械店",
        "what": "修脚刀和消毒盒", "invoice_no": "",
    }  # fmt: skip
    return ExpensePlan(line_id=line.pk, fen=fen, **(usual | said))


def make_expense(
    report: Report, fen: int = 100_000, *, by: User | None = None, at: datetime = WRITTEN,
    vouchers: int = 1, **said: Any,
) -> Expense:  # fmt: skip
    """Write an expense down, with a voucher."""
    return actions.add_expense(
        report=fresh(report), plan=plan(report, fen, **said),
        vouchers=[picture() for _ in range(vouchers)], handle=f"expense-{next(_numbers):08d}",
        by=by or writer_of(report), at=at,
    )  # fmt: skip


def fill(report: Report, *, by: User | None = None, at: datetime = WRITTEN) -> Report:
    """Fill a report wholly: words, a picture, an expense of 1,000 元."""
    writer = by or writer_of(report)
    write(report, by=writer, at=at, done=DONE, results=RESULTS, **{SERVED: "15"})
    make_evidence(report, by=writer, at=at)
    make_expense(report, by=writer, at=at)
    return fresh(report)


def submit(report: Report, *, by: User | None = None, at: datetime = WRITTEN) -> Report:
    """Hand a report in."""
    now_stands = fresh(report)
    actions.submit(report=now_stands, seen=now_stands.edition, by=by or writer_of(report), at=at)
    return fresh(report)


def make_submitted(report: Report | None = None, *, at: datetime = WRITTEN, **said: Any) -> Report:
    """Return a report that waits for the office."""
    found = report or make_report(**said)
    return submit(fill(found, at=at), at=at)


def accept(report: Report, *, by: User | None = None, at: datetime = READ) -> Report:
    """Let the office take a report."""
    now_stands = fresh(report)
    actions.accept(report=now_stands, seen=now_stands.edition, by=by or officer_of(report), at=at)
    return fresh(report)


def send_back(
    report: Report, *, by: User | None = None, at: datetime = READ, again_on: date | None = None,
    words: str = "请补充签到表。", **remarks: Any,
) -> Report:  # fmt: skip
    """Let the office send a report back."""
    now_stands = fresh(report)
    actions.send_back(
        report=now_stands, seen=now_stands.edition, words=words, remarks=remarks,
        again_on=again_on or date(2026, 12, 1), by=by or officer_of(report), at=at,
    )  # fmt: skip
    return fresh(report)


def fresh(report: Report) -> Report:
    """Return a report as it is now."""
    found: Report = queries.detailed().get(pk=report.pk)
    return found


def make_world_reports(county: Region, organization: Organization) -> dict[str, Any]:
    """Make one of everything for a half of the world."""
    at = now().astimezone(UTC)
    began = at - timedelta(days=30)
    officer, admin = make_user("韩梅"), make_user("李桂芳")
    funding = make_funding(
        fund=make_fund(region=county, at=began), organization=organization, admin=admin,
        officer=officer, at=began,
    )  # fmt: skip
    actions.lay_schedule(funding=funding, at=began)
    written, sent, back, *_ = queries.detailed().filter(funding=funding).order_by("due_on")
    fill(written, by=admin, at=at)
    for one in (sent, back):
        submit(fill(one, by=admin, at=at), by=admin, at=at)
    send_back(back, by=officer, at=at, again_on=at.date() + timedelta(days=9))
    expense = written.expenses.get()
    return {
        "report_funding": funding.pk,
        "report_written": written.pk,
        "report_sent": sent.pk,
        "report_expense": expense.pk,
        "report_voucher": expense.vouchers.get().pk,
        "report_sent_expense": sent.expenses.get().pk,
        "report_evidence": written.evidence.get().pk,
    }
