"""Row C12: what a patrol finds is dispatched, solved, looked at again, and shown to everybody."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils.timezone import now
from pytest_django.fixtures import Settings

from voluncity.city.access.permissions import Role
from voluncity.kernel.clock import local_date
from voluncity.service.patrols import actions
from voluncity.service.patrols.models import Problem
from voluncity.testing.hearing import last_title
from voluncity.testing.make_files import make_upload
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_patrols import make_kinds
from voluncity.testing.make_people import make_region, make_user, make_volunteer, user_of
from voluncity.testing.pages import as_, markup, posted

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


@pytest.mark.row("C12")
def test_a_finding_goes_to_the_unit_and_comes_back_until_it_is_solved(  # noqa: PLR0915 -- one story
    client: Client,
) -> None:
    make_kinds()
    home = make_region("青年路社区")
    zhao = make_volunteer("赵德福", region=home, born_on=date(1957, 3, 5))
    streets, gardens = (make_organization(name, region=home) for name in ("市政所", "园林所"))
    desk_user, street_user, garden_user = (make_user(n) for n in ("社区马丽", "市政甲", "园林乙"))
    give(desk_user, Role.COMMUNITY_WORKER, home)
    give(street_user, Role.ORG_ADMIN, streets)
    give(garden_user, Role.ORG_ADMIN, gardens)
    patrol, desk = as_(user_of(zhao)), as_(desk_user)
    street, garden = as_(street_user), as_(garden_user)

    # Three taps. No rule names a unit, so the community hears of it and dispatches by hand.
    said = {"kind": "damage", "photo": make_upload(), "place": f"r{home.pk}", "nonce": "patrol-01"}
    assert "收到了，谢谢您！" in posted(patrol, "/patrols/", **said)
    assert last_title(desk_user) == "巡防问题待分派"
    page = f"/patrols/desk/{Problem.objects.get().pk}/"
    assert "已分派" in posted(desk, f"{page}dispatch/", unit="市政所", words="请尽快看看")
    assert last_title(street_user) == "有新的巡防问题要办理"

    # Not theirs: back with a reason, and on to the right unit, which mends it with a picture.
    assert "请填写退回原因" in markup(street.post(f"{page}return/", {"words": " "}))
    posted(street, f"{page}return/", words="这是园林的座椅")
    assert street.get(page).status_code == 404
    assert "这是园林的座椅" in markup(desk.get(page))
    posted(desk, f"{page}dispatch/", unit="园林所")
    posted(garden, f"{page}accept/")
    assert "请选择要上传的文件" in markup(garden.post(f"{page}solve/", {"words": "换好了"}))
    posted(garden, f"{page}solve/", words="换好了", photo=make_upload())
    assert last_title(user_of(zhao)) == "您反映的问题办好了"

    # The patrol looks: not yet. Then it is, and everybody sees it, without persons.
    mine = f"/patrols/mine/{Problem.objects.get().pk}/"
    assert "真的解决了吗？" in markup(patrol.get(mine))
    assert "园林所正在办理" in posted(patrol, f"{mine}reject/", words="还有一根木条断着")
    assert last_title(garden_user) == "巡防问题没有解决，请再办理"
    posted(garden, f"{page}solve/", words="全部换新", photo=make_upload())
    assert "这件事办结了" in posted(patrol, f"{mine}confirm/")
    board = markup(client.get("/patrols/board/"))
    assert ("设施损坏" in board, "园林所" in board, "赵" in board) == (True, True, False)


@pytest.mark.row("C12")
def test_what_waits_too_long_is_seen_by_the_office() -> None:
    make_kinds()
    home = make_region("青年路社区")
    zhao, office = make_volunteer("赵德福", region=home), make_user("区文明办")
    assert home.parent is not None
    assert home.parent.parent is not None
    give(office, Role.COUNTY_OFFICE, home.parent.parent)
    said = {"kind": "safety", "photo": make_upload(), "nonce": "patrol-02"}
    posted(as_(user_of(zhao)), "/patrols/", **said)
    Problem.objects.update(due_on=local_date(now()) - timedelta(days=3))
    actions.keep_terms(at=now())
    assert last_title(office) == "巡防问题超过期限"
    desk = as_(office)
    number = Problem.objects.get().number
    assert number in markup(desk.get("/patrols/desk/?task=overdue"))
    answers = {"reason": "check", "words": "核对登记信息", "columns": ["number", "kind", "due"]}
    assert desk.post("/registers/patrols/export/", answers).status_code == 302
