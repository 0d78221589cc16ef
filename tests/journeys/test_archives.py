"""Rows C8 and C11: what was done is kept, looked at, shown, and counted on its day."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from voluncity.city.access.permissions import Role
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions import queries as regions
from voluncity.service.archives import actions as archives
from voluncity.service.archives.models import Archive, HideRequest, Photo
from voluncity.service.welfare_days.models import WelfareDay
from voluncity.testing.hearing import last_title
from voluncity.testing.make_archives import first_photo
from voluncity.testing.make_files import make_paper, make_upload, with_place
from voluncity.testing.make_hours import make_org_admin, make_past_shift, make_posted
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import make_region, make_user, make_volunteer, user_of
from voluncity.testing.pages import as_, markup, posted

pytestmark = pytest.mark.django_db
# The last Saturday of October 2026 in the city, 09:00.
SATURDAY = datetime(2026, 10, 31, 1, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


@pytest.mark.row("C8")
@pytest.mark.row("C11")
def test_a_day_is_held_archived_shown_and_counted(client: Client) -> None:  # noqa: PLR0915 -- one story
    archives.load_kinds()
    team = make_organization("桥东街义诊队", region=make_region("青年路社区"))
    office, leader = make_user("市文明办"), make_org_admin(team, "马组长")
    give(office, Role.CITY_OFFICE, regions.city())
    shift = make_past_shift(
        team, starts_at=SATURDAY, ends_at=SATURDAY + timedelta(hours=2), name="广场义诊"
    )
    make_posted(shift, make_volunteer("王芳"))
    city, desk = as_(office), as_(leader)
    # The office plans the year and gives October's day a theme; the team attaches what it does.
    posted(city, "/welfare-days/desk/generate/", year="2026")
    day = WelfareDay.objects.get(held_on="2026-10-31")
    posted(city, f"/welfare-days/desk/{day.pk}/confirm/")
    posted(city, f"/welfare-days/desk/{day.pk}/theme/", theme="健康送到家")
    activity = shift.activity
    assert "已加入公益日" in posted(desk, f"/welfare-days/desk/{day.pk}/attach/{activity.pk}/")
    assert "还没有交归档" in markup(city.get(f"/welfare-days/desk/{day.pk}/"))
    # The team hands in what was done, with originals and a voucher.
    page = f"/archives/desk/{activity.pk}/"
    posted(desk, f"{page}add/photos/", photos=[make_upload(with_place())], faces="none")
    posted(desk, f"{page}add/summary/", summary="为居民量血压、测血糖。")
    posted(desk, f"{page}add/outcomes/", kind_treatment="86", kind_blood="5")
    posted(
        desk, f"{page}add/spendings/", item="试纸", sum="320", source="fund", voucher=make_paper()
    )
    assert "等上一级审核" in posted(desk, f"{page}step/submit/")
    # Sent back once with a reason, then accepted by the office and shown.
    posted(city, f"{page}step/send_back/", reason="请写明用了多少试纸")
    assert last_title(leader) == "活动归档被退回"
    assert "请写明用了多少试纸" in markup(desk.get(page))
    posted(desk, f"{page}add/materials/", name="血糖试纸", amount="100", unit="条", value="320")
    posted(desk, f"{page}step/submit/")
    posted(city, f"{page}step/accept/", is_public="on")
    assert last_title(leader) == "活动归档已通过审核"
    # Everybody reads it: people and hours from records, no voucher, no place in the photo.
    seen = markup(client.get(f"/archives/{activity.pk}/"))
    for part in ("广场义诊", "参加志愿者", "86", "血糖试纸", "量血压"):
        assert part in seen, part
    assert ("320" in seen, "试纸</dt>" in seen) == (False, True)
    photo = first_photo(Archive.objects.get())
    shown = b"".join(client.get(f"/archives/photos/{photo.pk}/shown.webp"))
    assert b"GPS" not in shown
    # The day adds it up.
    done = markup(client.get(f"/welfare-days/{day.pk}/"))
    for part in ("健康送到家", "义诊", "86", "献血", f'href="/archives/{activity.pk}/"'):
        assert part in done, part
    assert "健康送到家" in markup(client.get("/welfare-days/years/2026/"))
    assert "还没有交归档" not in markup(city.get(f"/welfare-days/desk/{day.pk}/"))
    assert city.get(f"/welfare-days/desk/{day.pk}/summary.xlsx").status_code == 200
    _is_taken_out(city, office)
    _is_hidden_for(make_volunteer("李娜"), photo, desk, leader, client)


def _is_taken_out(city: Client, office: User) -> None:
    """Let the office take everything out together."""
    posted(
        city, "/archives/desk/packages/", since="2026-10-01", until="2026-10-31",
        words="报送省文明办",
    )  # fmt: skip
    package = office.archive_packages.get()
    book = zipfile.ZipFile(
        io.BytesIO(b"".join(city.get(f"/archives/desk/packages/{package.pk}/package.zip")))
    )
    assert [name.rsplit("/", 1)[-1] for name in book.namelist()] == [
        "01.jpg", "01.pdf", "index.html", "index.csv",
    ]  # fmt: skip


def _is_hidden_for(me: Volunteer, photo: Photo, desk: Client, leader: User, client: Client) -> None:
    """Let somebody in the photo ask; it is gone."""
    posted(as_(user_of(me)), f"/archives/photos/{photo.pk}/hide/", words="中间是我")
    assert last_title(leader) == "有人请求下架照片"
    asked = HideRequest.objects.get()
    posted(desk, f"/archives/desk/requests/{asked.pk}/hide/", answer="已经下架，抱歉。")
    assert last_title(user_of(me)) == "您请求下架的照片已经下架"
    assert client.get(f"/archives/photos/{photo.pk}/shown.webp").status_code == 404
