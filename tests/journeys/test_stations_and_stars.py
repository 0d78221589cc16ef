"""Rows B2 and B4: a station from its opening to the model sign; a team that gets stars."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import localdate, now
from pytest_django.fixtures import Settings

from voluncity.city.access.permissions import Role
from voluncity.city.journal.actions import catch_up
from voluncity.city.publicity import actions as publicity
from voluncity.city.publicity.models import Notice
from voluncity.city.regions import queries as regions
from voluncity.city.stations.models import Finding, Inspection, Station
from voluncity.honor.ratings import actions as ratings
from voluncity.honor.ratings.models import Proposal
from voluncity.testing.make_files import make_upload
from voluncity.testing.make_orgs import give, make_member, make_organization
from voluncity.testing.make_people import make_user, make_volunteer
from voluncity.testing.make_stations import make_reference
from voluncity.testing.pages import as_, markup

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


def _let_publicity_end(kind: str) -> None:
    notice = Notice.objects.get(kind=kind, state="shown")
    at = now() + timedelta(days=40)
    publicity.finish_due(today=notice.shown_until + timedelta(days=1), at=at)
    catch_up(at=at)


def _fill_in(visitor: Client, visit: Inspection) -> None:
    """Answer every item, one of them with a fault, and submit."""
    assert "还有 17 项没有完成" in markup(
        visitor.post(f"/stations/desk/inspections/{visit.pk}/submit/")
    )
    for answer in visit.answers.select_related("item"):
        form: dict[str, Any] = {"verdict": "passed", "note": ""}
        if answer.item.key == "umbrella":
            form = {"verdict": "failed", "note": "没有老花镜"}
        elif answer.item.needs_photo:
            form["photo"] = make_upload()
        visitor.post(f"/stations/desk/inspections/{visit.pk}/{answer.pk}/", form)
    page = markup(
        visitor.post(f"/stations/desk/inspections/{visit.pk}/submit/", {"note": ""}, follow=True)
    )
    assert ("没有老花镜" in page, "合格。" in page) == (True, True)


@pytest.mark.row("B2")
def test_a_station_opens_is_inspected_mends_and_becomes_a_model(  # noqa: PLR0915 -- one story
    client: Client,
) -> None:
    make_reference()
    team = make_organization("桥东街社区志愿服务队")
    admin, office, inspector = make_user("队长"), make_user("文明办"), make_user("督查员")
    give(admin, Role.ORG_ADMIN, team)
    give(office, Role.CITY_OFFICE, regions.city())
    give(inspector, Role.SUPERVISOR, regions.city())
    desk, visitor = as_(office), as_(inspector)

    # The office opens it with hours, services and equipment; residents find it on list and map.
    sent = {
        "name": "桥东街社区志愿服务站", "kind": "community", "organization": team.pk,
        "region": [step.pk for step in regions.trail(team.region)], "address": "桥东街 26 号",
        "lat": "37.8645", "lng": "112.577", "phone": "0351-4223181", "services": ["water"],
        "has_umbrellas": "12", **{f"day_{day}": "全天" for day in range(7)},
    }  # fmt: skip
    assert "服务站已设立" in markup(desk.post("/stations/desk/new/", sent, follow=True))
    station = Station.objects.get()
    page = markup(client.get("/stations/?open=1&service=water"))
    assert ("共 1 个服务站" in page, "citymap__one" in page, "现在开放" in page) == (True,) * 3
    page = markup(client.get(f"/stations/{station.pk}/"))
    assert ("12 把" in page, "饮水" in page, "每天" in page) == (True, True, True)
    url = f"/stations/desk/{station.pk}/"
    assert desk.get(f"{url}poster.pdf?size=a5").content.startswith(b"%PDF-")

    # A closed day, said beforehand.
    tomorrow = localdate() + timedelta(days=1)
    desk.post(f"{url}days/", {"day": tomorrow.isoformat(), "hours": "", "reason": "消防演练"})
    assert "消防演练" in markup(client.get(f"/stations/{station.pk}/"))

    # Its own people cannot visit it; the inspector does, and one thing fails.
    assert as_(admin).post(f"{url}visit/").status_code == 403
    page = markup(visitor.post(f"{url}visit/", follow=True))
    assert "还差 17 项" in page
    _fill_in(visitor, Inspection.objects.get())

    # Not a model while something is to mend; mended with proof, looked at again.
    propose = {"reason": "天天有人在岗"}
    assert "没完成的整改" in markup(as_(admin).post(f"{url}propose/", propose))
    finding = Finding.objects.get()
    assert "有待整改 1" in markup(desk.get("/stations/desk/?task=findings"))
    fix = f"/stations/desk/findings/{finding.pk}/"
    as_(admin).post(f"{fix}fix/", {"note": "已配三副", "photo": make_upload()})
    assert "复查意见已登记" in markup(
        visitor.post(f"{fix}check/", {"verdict": "accept", "note": ""}, follow=True)
    )

    # Proposed, shown, named; the sign stands on the list.
    assert "已申报" in markup(as_(admin).post(f"{url}propose/", propose, follow=True))
    row = station.demonstrations.get()
    desk.post(f"/stations/desk/models/{row.pk}/show/")
    assert "拟命名“桥东街社区志愿服务站”为示范站" in markup(client.get("/publicity/"))
    assert "示范站</span>" not in markup(client.get(f"/stations/{station.pk}/"))
    _let_publicity_end("stations")
    assert "桥东街社区" in markup(client.get("/stations/?model=1"))
    withdraw = f"/stations/desk/models/{row.pk}/withdraw/"
    assert "称号已撤销" in markup(desk.post(withdraw, {"reason": "长期无人"}, follow=True))
    assert "没有找到这样的服务站" in markup(client.get("/stations/?model=1"))


@pytest.mark.row("B4")
def test_a_team_is_rated_by_its_numbers_and_certified_after_publicity(client: Client) -> None:
    team = make_organization("汾河公园环保志愿服务队")
    for _ in range(10):
        make_member(make_volunteer(), team)
    office = make_user("文明办")
    give(office, Role.CITY_OFFICE, regions.city())
    ratings.load_standards()
    desk = as_(office)
    year = localdate().year
    sent = {"year": year, "region": regions.city().pk, "kinds": ["filed"]}
    page = markup(desk.post("/ratings/desk/new/", sent, follow=True))
    assert "已启动，正在按标准统计" in page  # in a test the job runs at once
    assert ("汾河公园环保志愿服务队" in page, "未评星 1" in page) == (True, True)
    proposal = Proposal.objects.get()
    url = f"/ratings/desk/proposals/{proposal.pk}/"
    page = markup(desk.get(url))
    assert ("10 人" in page, "需要 6 场" in page, "已入账的服务记录" in page) == (True, True, True)
    desk.post(url, {"stars": "2", "reason": "纸质台账补录前的活动，已核实"})
    assert "没有找到" not in markup(
        desk.post(f"/ratings/desk/{proposal.batch_id}/show/", follow=True)
    )
    assert "二星级（1 个）：汾河公园环保志愿服务队" in Notice.objects.get().body
    assert "年度认定" not in markup(client.get(f"/orgs/{team.pk}/"))
    _let_publicity_end("ratings")
    page = markup(client.get(f"/orgs/{team.pk}/"))
    assert f"{year}年度认定" in page
    assert "汾河公园环保志愿服务队" in markup(client.get("/ratings/?stars=2"))
    assert f"{year}年度" in markup(client.get(f"/ratings/organizations/{team.pk}/"))
