"""Row G7: a report beside the records, a visit, scores, the remainder, an archive."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from pathlib import Path

import pytest
from django.test import Client
from django.utils.timezone import now
from pytest_django.fixtures import Settings

from voluncity.city.people.models import User
from voluncity.fund.closings import queries
from voluncity.fund.closings.models import Closing, Scorer, Visit
from voluncity.fund.grants.models import Funding
from voluncity.kernel.clock import local_date
from voluncity.testing.hearing import titles
from voluncity.testing.make_calls import make_admin, make_officer
from voluncity.testing.make_closings import give_back, make_archives, make_done
from voluncity.testing.make_files import make_paper, make_picture, make_upload
from voluncity.testing.make_orgs import make_organization
from voluncity.testing.make_people import make_county
from voluncity.testing.pages import as_
from voluncity.testing.taking import body_of

pytestmark = [pytest.mark.django_db, pytest.mark.row("G7")]
SEEN = re.compile(r'name="(seen|submission)" value="(\d+)"')


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


def post(client: Client, page: str, form: str, /, **sent: object) -> int:
    """Send a form as a browser does that has just opened the page it stands on."""
    hidden = dict(SEEN.findall(client.get(page).content.decode()))
    return client.post(form, hidden | sent).status_code


def write_report(client: Client, base: str, funding: Funding) -> None:
    """Begin, fill every field that the page asks for, put a file to it, hand in."""
    client.post(f"{base}report/", {"begin": "1"})
    asked = queries.facts(funding, at=now()).asked
    words = {one.key: f"{one.label}：都做完了。" for one in asked}
    assert post(client, f"{base}report/", f"{base}report/", **words) == 302
    client.post(f"{base}files/", {"name": "项目总结", "file": make_paper()})
    assert post(client, f"{base}check/", f"{base}check/") == 302


def visit(office: Client, base: str, people: list[User], went: User) -> None:
    """Plan a visit for today and write down what was found."""
    form = {
        "on": str(local_date(now())), "where": "并州路社区", "handle": "journey-visit",
        "visitors": [one.pk for one in people],
    }  # fmt: skip
    assert office.post(f"{base}visit/", form).status_code == 302
    planned = Visit.objects.get()
    found: dict[str, object] = {
        "findings": "设备都在用，老人认得志愿者。", "photos": [make_upload(make_picture())],
    }  # fmt: skip
    for item in planned.standard.items.all():
        found |= {f"verdict{item.pk}": "yes", f"note{item.pk}": ""}
    page = f"/fund/closings/desk/visits/{planned.pk}/"
    assert as_(went).post(page, found).status_code == 302


def score(office: Client, base: str, judge: User, points: int) -> None:
    """Ask somebody and let them give points."""
    assert office.post(f"{base}appoint/", {"user": judge.pk}).status_code == 302
    place = Scorer.objects.get(user=judge)
    given = {f"points{item.pk}": str(points) for item in place.standard.items.all()}
    page = f"/fund/closings/mine/{place.pk}/"
    sent = given | {"do": "score", "words": "目标完成，票据齐全。"}
    assert as_(judge).post(page, sent).status_code == 302


def proves_its_digests(client: Client, pk: int) -> None:
    """Take an archive along, and count every digest of its list again."""
    answer = client.get(f"/fund/closings/archives/{pk}.zip")
    with zipfile.ZipFile(io.BytesIO(body_of(answer))) as book:
        lines = book.read("校验码.txt").decode().splitlines()
        assert all(
            hashlib.sha256(book.read(path)).hexdigest() == digest
            for digest, path in (line.split("  ", 1) for line in lines)
        )


def report_and_correct(office: Client, team: Client, base: str, own: str, funding: Funding) -> None:
    """Hand the report in, get it back with a remark, hand it in again, see it taken."""
    write_report(team, own, funding)
    assert post(office, base, f"{base}send-back/", **{"remark-summary": "写明户数"}) == 302
    assert "写明户数" in team.get(f"{own}report/").content.decode()
    assert post(team, f"{own}check/", f"{own}check/") == 302
    assert post(office, base, f"{base}accept/") == 302


def test_a_project_is_closed_from_its_report_to_its_archive() -> None:
    team = make_organization(region=make_county())
    admin = make_admin(team)
    funding = make_done(
        spent=(1_200_000, 470_000, 300_000), organization=team, admin=admin, at=now()
    )
    region = funding.fund.region
    names = ("韩梅", "方明", "白晓东", "贾亮", "冯洁", "孔德明")
    officer, closer, first, second, judge, other = (make_officer(region, name) for name in names)
    own, base = f"/fund/closings/own/{funding.pk}/", f"/fund/closings/desk/{funding.pk}/"
    team_page, office = as_(admin), as_(officer)

    report_and_correct(office, team_page, base, own, funding)
    assert "收到一份结项报告" in titles(officer)
    visit(office, base, [first, second], first)
    assert team_page.post(f"{own}agree-visit/").status_code == 302
    score(office, base, judge, 92)
    score(office, base, other, 87)
    assert post(office, base, f"{base}publish/", words="成效实在。") == 302
    assert "良好" in team_page.get(own).content.decode()
    assert team_page.post(f"{own}take/").status_code == 302

    # 300 元 of what was paid are left: they come back before the project is closed.
    assert post(as_(closer), base, f"{base}close/") == 422
    give_back(funding, 30_000, at=now())
    assert post(office, base, f"{base}close/") == 422  # who published does not close
    assert post(as_(closer), base, f"{base}close/") == 302
    closing = Closing.objects.get()
    make_archives(closing, at=now())
    assert closing.funding.settlement.remainder_fen == 0
    assert "项目已结项" in titles(admin)

    assert queries.faults() == []
    proves_its_digests(team_page, closing.archives.get(side="own").pk)
