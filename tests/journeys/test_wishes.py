"""Row F1: a resident wishes, the office values, one volunteer claims, the wisher confirms."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils.timezone import now
from pytest_django.fixtures import Settings

from voluncity.care.wishes.models import Wish
from voluncity.city.access.permissions import Role
from voluncity.city.journal.actions import catch_up
from voluncity.city.people import queries as people
from voluncity.city.people.queries import Minutes
from voluncity.city.privacy import actions as privacy
from voluncity.city.privacy.queries import Subject
from voluncity.city.regions.models import Region
from voluncity.honor.recognition.models import Total
from voluncity.kernel.clock import local_date
from voluncity.testing.hearing import last_title
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import make_region, make_user, make_volunteer, user_of
from voluncity.testing.make_wishes import make_open_wish, make_wish_claim, make_wish_kinds
from voluncity.testing.pages import as_, markup, posted

pytestmark = pytest.mark.django_db
ADDRESS, PHONE = "幸福里小区 3 号楼", "13800001234"


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


def _days(number: int) -> str:
    return (local_date(now()) + timedelta(days=number)).isoformat()


@pytest.mark.row("F1")
def test_a_small_wish_comes_true_and_counts_once(client: Client) -> None:  # noqa: PLR0915 -- one story
    make_wish_kinds()
    home = make_region("青年路社区")
    li, desk_user = make_user("李桂香"), make_user("社区马丽")
    give(desk_user, Role.COMMUNITY_WORKER, home)
    zhao, other = make_volunteer("赵志强", region=home), make_volunteer("孙丽", region=home)
    wisher, desk, helper = as_(li), as_(desk_user), as_(user_of(zhao))

    # A resident, who is no volunteer, posts in one screen; what must not be public is refused.
    chain = [one.pk for one in Region.objects.filter(code__in=home.path.split("/"))]
    said = {
        "handle": "wish-of-li", "title": "想请人陪我去理发", "kind": "company", "region": chain,
        "for_whom": "self", "name": "李桂香", "phone": PHONE, "address": ADDRESS,
        "wanted_on": _days(9), "agrees": "on",
    }  # fmt: skip
    assert "请不要在这里写电话" in posted(wisher, "/wishes/new/", **said, text=f"打{PHONE}")
    assert "心愿已提交" in posted(wisher, "/wishes/new/", **said)
    wish = Wish.objects.get()
    assert last_title(desk_user) == "有新的微心愿要审核"
    assert "微心愿审核" in markup(desk.get("/desk/"))

    # The office values it; the wall shows it, without address or name.
    page = f"/wishes/desk/{wish.pk}/"
    assert "已公开" in posted(
        desk, f"{page}approve/", title=wish.title, kind="company", worth_minutes="60"
    )
    wall = markup(client.get("/wishes/")) + markup(client.get(f"/wishes/{wish.pk}/"))
    assert ("想请人陪我去理发" in wall, "李*香" in wall) == (True, True)
    assert [one for one in ("李桂香", PHONE, ADDRESS) if one in wall] == []

    # One volunteer claims and calls; the other one is too late and never sees the phone.
    assert "认领成功" in posted(
        helper, f"/wishes/{wish.pk}/claim/", promised_on=_days(5), is_named="on"
    )
    late = as_(user_of(other))
    assert "刚刚被别人认领了" in posted(late, f"/wishes/{wish.pk}/claim/", promised_on=_days(5))
    assert late.get(f"/wishes/claims/{wish.pk}/").status_code == 404
    assert PHONE in markup(helper.post(f"/wishes/claims/{wish.pk}/contact/"))
    assert last_title(li) == "有志愿者认领了您的心愿"

    # Done, not quite, done; the wisher confirms and the minutes are there, entered ones, once.
    posted(helper, f"/wishes/claims/{wish.pk}/finish/", words="约好了时间")
    assert "已请志愿者再看看" in posted(wisher, f"/wishes/mine/{wish.pk}/deny/", words="还没去呢")
    assert last_title(user_of(zhao)) == "许愿人说还没有实现"
    posted(helper, f"/wishes/claims/{wish.pk}/finish/", words="陪着理好了")
    assert "道声谢谢" in posted(wisher, f"/wishes/mine/{wish.pk}/complete/")
    assert wisher.post(f"/wishes/mine/{wish.pk}/complete/").status_code == 409
    assert people.minutes_of(zhao.pk) == Minutes(proven=0, entered=60)
    catch_up(at=now())
    assert Total.objects.get(volunteer=zhao, month="").entered_minutes == 60

    # Thanks, in public because both agreed; the contact is closed again.
    posted(wisher, f"/wishes/mine/{wish.pk}/thank/", words="小赵真耐心", is_public="on")
    shown = markup(client.get("/wishes/?state=completed"))
    assert ("小赵真耐心" in shown, "赵*强" in shown) == (True, True)
    assert "认领期间才能看到" in markup(helper.post(f"/wishes/claims/{wish.pk}/contact/"))


@pytest.mark.row("F1")
def test_who_closes_the_account_leaves_no_wish_and_no_claim_behind() -> None:
    wang = make_volunteer("王芳", born_on=date(1990, 5, 1))
    user = user_of(wang)
    own, held = make_open_wish(user, at=now()), make_open_wish(at=now())
    make_wish_claim(held, wang, at=now())
    subject = Subject(user=user, volunteer=wang)
    closing = privacy.ask_to_close(subject=subject, by=user, at=now())
    privacy.close_account(closing_id=closing.pk, at=now() + timedelta(days=15))
    catch_up(at=now())
    states = [Wish.objects.get(pk=one.pk).state for one in (own, held)]
    assert (states, Wish.objects.get(pk=own.pk).phone_cipher) == (["withdrawn", "open"], "")
