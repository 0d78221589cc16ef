"""Row C9: what a project lacks is taken on, arrives, and is thanked for; money is never taken."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils.timezone import now
from pytest_django.fixtures import Settings

from voluncity.city.access.permissions import Role
from voluncity.city.regions.models import Region
from voluncity.kernel.clock import local_date
from voluncity.service.pledges import actions
from voluncity.service.pledges.models import Need, Pledge
from voluncity.testing.hearing import last_title
from voluncity.testing.make_files import make_upload
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import make_region, make_user, make_volunteer, user_of
from voluncity.testing.make_projects import make_project
from voluncity.testing.pages import as_, markup

pytestmark = [pytest.mark.django_db, pytest.mark.row("C9")]


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


def test_goods_are_promised_in_parts_come_and_are_thanked_for(  # noqa: PLR0915 -- one story
    client: Client,
) -> None:
    home, today = make_region("青年路社区"), local_date(now())
    team, firm = (make_organization(name, region=home) for name in ("护河队", "晋阳饮品公司"))
    organizer, manager, liu = make_user("赵敏"), make_user("王经理"), make_volunteer("刘建国")
    give(organizer, Role.ORG_ADMIN, team)
    give(manager, Role.ORG_ADMIN, firm)
    project = make_project("汾河护岸", organization=team)
    desk, unit, person = as_(organizer), as_(manager), as_(user_of(liu))

    # The organizer says what is lacking; everybody finds it from the home page.
    form = {
        "project": project.pk, "kind": "goods", "name": "矿泉水", "wanted": "20", "unit": "箱",
        "place": "汾河公园东门", "due_on": (today + timedelta(days=30)).isoformat(),
    }  # fmt: skip
    desk.post("/pledges/desk/needs/new/", form)
    need = Need.objects.get()
    assert 'href="/pledges/"' in markup(client.get("/"))
    assert "还差 20 箱" in markup(client.get("/pledges/"))

    # A firm takes on 15, a person the rest; more than that is refused.
    take = f"/pledges/needs/{need.pk}/take/"
    said = {
        "promised_on": today.isoformat(), "contact_name": "王芳", "contact_phone": "13900000000",
    }  # fmt: skip
    unit.post(take, said | {"taker": firm.pk, "amount": "15", "shows_name": "on"})
    assert last_title(organizer) == "有新的认领要确认"
    assert "现在只差 5 箱" in markup(person.post(take, said | {"taker": "me", "amount": "6"}))
    person.post(take, said | {"taker": "me", "amount": "5"})
    assert "已认领完" in markup(client.get(f"/pledges/needs/{need.pk}/"))

    # Of 15 only 12 come: three are open again. The firm stands on the wall and has a letter.
    pledge = Pledge.objects.get(unit=firm)
    page = f"/pledges/desk/{pledge.pk}/"
    desk.post(f"{page}accept/")
    came = {"amount": "12", "received_on": today.isoformat(), "paper": make_upload()}
    desk.post(f"{page}deliver/", came)
    desk.post(f"{page}thank/", {"words": "谢谢您的水"})
    assert last_title(manager) == "收到一封感谢状"
    assert "还差 3 箱" in markup(client.get("/pledges/"))
    assert "晋阳饮品公司" in markup(client.get("/pledges/wall/"))
    assert "下载感谢状" in markup(unit.get(f"/pledges/mine/{pledge.pk}/"))

    # The person does not come: reminded, then released; the office sees it.
    late = now() + timedelta(days=8)
    actions.keep_terms(today=local_date(late), at=late)
    assert last_title(user_of(liu)) == "认领已到期释放"
    office = make_user("市文明办")
    give(office, Role.CITY_OFFICE, Region.objects.get(name="太原市"))
    assert "到期释放" in markup(as_(office).get("/pledges/desk/?state=lapsed"))
    assert "还差 8 箱" in markup(client.get("/pledges/"))
