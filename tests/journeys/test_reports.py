"""Row G5: a funded project tells of its work, with activities, pictures and vouchers."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.timezone import now
from PIL import Image
from pytest_django.fixtures import Settings

from voluncity.city.inbox.models import Message
from voluncity.city.journal.actions import catch_up
from voluncity.city.people.models import User
from voluncity.fund.grants.states import FundingState
from voluncity.fund.reports import queries
from voluncity.fund.reports.models import Expense, Report
from voluncity.testing.make_archives import make_held_activity
from voluncity.testing.make_calls import make_admin, make_officer
from voluncity.testing.make_fund import make_fund
from voluncity.testing.make_grants import make_funding
from voluncity.testing.make_orgs import make_organization
from voluncity.testing.make_people import make_county
from voluncity.testing.pages import as_

pytestmark = pytest.mark.django_db
SEEN = re.compile(r'name="(seen-[a-z_]+|seen)" value="([^"]*)"')
BEGAN = datetime(2026, 10, 1, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


def seen(client: Client, page: str) -> dict[str, str]:
    return dict(SEEN.findall(client.get(page).content.decode()))


def picture(shade: int) -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (64, 48), (shade, 90, 120)).save(out, "PNG")
    return SimpleUploadedFile("照片.png", out.getvalue(), content_type="image/png")


def titles(user: User) -> set[str]:
    catch_up(at=now())
    return set(Message.objects.filter(user=user).values_list("title", flat=True))


def spend(client: Client, base: str, line: int, yuan: str, number: str, shade: int) -> int:
    """Write an expense of the second day down, with its voucher."""
    page = client.get(f"{base}/spending/new/").content.decode()
    handle = re.findall(r'name="handle" value="([^"]+)"', page)[0]
    said = {
        "line": str(line), "on": "2026-10-03", "sum": yuan, "payee": "器械店", "what": "修脚刀",
        "invoice_no": number, "handle": handle, "file": picture(shade),
    }  # fmt: skip
    return client.post(f"{base}/spending/new/", said).status_code


def tell(own: Client, base: str, line: int, activity: int) -> None:
    """Tell what is new, let what is known be read, and prove what was spent."""
    own.post(f"{base}/activities/", {"activity": str(activity)})
    assert "2 小时" in own.get(f"{base}/activities/").content.decode()
    marks = seen(own, f"{base}/words/")
    own.post(f"{base}/words/", marks | {"done": "培训了 32 人。", "results": "都能上岗。"})
    assert spend(own, base, line, "1200", "24142000000012345678", 10) == 302
    assert spend(own, base, line, "99", "24142000000012345678", 20) == 422  # the same number
    assert spend(own, base, line, "99", "", 10) == 422  # the same voucher
    assert spend(own, base, line, "20000", "", 30) == 422  # beyond the line
    assert Expense.objects.count() == 1


def mend(own: Client, office: Client, base: str, desk: str) -> None:
    """Send back with a remark at a field; the answer goes in again."""
    words = {"words": "", "remark-done": "请写明培训日期。"}
    day = {"again_on": str((now() + timedelta(days=6)).date())}
    office.post(f"{desk}send-back/", seen(office, desk) | words | day)
    assert "请写明培训日期。" in own.get(f"{base}/words/").content.decode()
    said = {"done": "10 月 8 日培训了 32 人。", "results": "都能上岗。"}
    own.post(f"{base}/words/", seen(own, f"{base}/words/") | said)
    own.post(f"{base}/check/", seen(own, f"{base}/check/"))


@pytest.mark.row("G5")
def test_a_project_reports_is_sent_back_mends_and_reaches_its_milestone() -> None:
    county = make_county()
    team = make_organization(region=county)
    admin, officer = make_admin(team), make_officer(county)
    funding = make_funding(
        FundingState.RUNNING, fund=make_fund(county, at=BEGAN), organization=team, admin=admin,
        officer=officer, at=BEGAN,
    )  # fmt: skip
    catch_up(at=now())
    report = Report.objects.filter(funding=funding, milestone__number=1).get()
    own, office, line = as_(admin), as_(officer), funding.lines.get(place=1).pk
    base, desk = f"/fund/reports/own/{report.pk}", f"/fund/reports/desk/{report.pk}/"
    tell(own, base, line, make_held_activity(team, is_posted=True).pk)
    own.post(f"{base}/check/", seen(own, f"{base}/check/"))
    assert Report.objects.get(pk=report.pk).state == "submitted"
    assert "收到一份进展报告" in titles(officer)
    mend(own, office, base, desk)
    assert office.post(f"{desk}accept/", seen(office, desk)).status_code == 302
    report.refresh_from_db()
    assert (report.state, funding.milestones.get(number=1).is_accepted) == ("accepted", True)
    assert queries.spent(funding) == {line: 120_000}
    assert "已认可 1,200 元" in own.get(f"/fund/grants/own/{funding.pk}/").content.decode()
    assert "进展报告已通过" in titles(admin)
    paper = office.get(f"/fund/reports/papers/{report.pk}.pdf")
    assert b"".join(paper).startswith(b"%PDF")
