"""The desk: posting for somebody, deciding, figures, kinds and themes."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now

from voluncity.care.wishes import actions, queries
from voluncity.care.wishes.models import Theme
from voluncity.care.wishes.states import WishState
from voluncity.care.wishes.tests.helping import fresh, sent
from voluncity.city.access.permissions import Role
from voluncity.city.access.scopes import Scope
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions.models import Region
from voluncity.kernel.clock import local_date
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import (
    NOON,
    make_county,
    make_region,
    make_user,
    user_of,
)
from voluncity.testing.make_wishes import (
    CONTACT,
    make_completed_wish,
    make_decision,
    make_desk_wish,
    make_done_wish,
    make_open_wish,
    make_posted_wish,
    make_wish_claim,
    make_wish_kinds,
)
from voluncity.testing.pages import as_, markup

pytestmark = pytest.mark.django_db
S = WishState


def test_the_desk_posts_for_somebody_of_its_own_area_only(desk: User, home: Region) -> None:
    make_wish_kinds()
    browser = as_(desk)
    page = markup(browser.post("/wishes/desk/new/", sent(home), follow=True))
    assert ("心愿已登记" in page, "代为登记" in page) == (True, True)
    far = make_region("别处社区", parent=make_county())
    answer = browser.post("/wishes/desk/new/", sent(far, handle="another-form"))
    assert (answer.status_code, "管理范围内" in markup(answer)) == (422, True)


def test_one_officer_alone_never_makes_minutes(
    desk: User, volunteer: Volunteer, home: Region
) -> None:
    wish = make_desk_wish(desk, region=home)
    actions.approve_wish(wish=wish, decision=make_decision(wish), by=desk, at=NOON)
    make_wish_claim(wish, volunteer)
    actions.finish_wish(wish=fresh(wish), words="好了", photo=None, by=user_of(volunteer), at=NOON)
    page = f"/wishes/desk/{wish.pk}/complete/"
    answer = as_(desk).post(page, {"words": "电话核实"})
    assert (answer.status_code, "不能都由同一个人" in markup(answer)) == (422, True)
    colleague = make_user("同事")
    give(colleague, Role.COMMUNITY_WORKER, home)
    assert as_(colleague).post(page, {"words": "电话核实"}).status_code == 302
    assert fresh(wish).state == S.COMPLETED


def test_the_desk_decides_by_its_pages(desk: User, home: Region, wisher: User) -> None:
    wish, browser = make_posted_wish(wisher, region=home, at=now()), as_(desk)
    page = f"/wishes/desk/{wish.pk}/"
    assert CONTACT.phone not in markup(browser.get(page))
    assert CONTACT.phone in markup(browser.post(f"{page}contact/"))
    said = {"title": "想请人陪同理发", "kind": "company", "worth_minutes": "９０"}
    wrong = browser.post(f"{page}approve/", {**said, "worth_minutes": "999"})
    assert (wrong.status_code, "最多 180 分钟" in markup(wrong)) == (422, True)
    assert "已公开" in markup(browser.post(f"{page}approve/", said, follow=True))
    assert "您的原话" in markup(as_(wisher).get(f"/wishes/mine/{wish.pk}/"))
    assert "谁看过" in markup(as_(wisher).get(f"/wishes/mine/{wish.pk}/"))
    assert browser.post(f"{page}nothing/").status_code == 404
    page_words = markup(browser.post(f"{page}remove/", {"words": "重复"}, follow=True))
    assert "已下架" in page_words
    foreign = make_user("别处的干部")
    give(foreign, Role.COMMUNITY_WORKER, make_region("别处社区", parent=make_county()))
    assert as_(foreign).get(page).status_code == 404


def test_a_rejected_wisher_reads_where_to_go(desk: User, home: Region, wisher: User) -> None:
    wish = make_posted_wish(wisher, region=home)
    as_(desk).post(f"/wishes/desk/{wish.pk}/reject/", {"reason": "money", "words": ""})
    page = markup(as_(wisher).get(f"/wishes/mine/{wish.pk}/"))
    assert ("涉及钱款" in page, "专项基金" in page) == (True, True)


def test_figures_open_the_records_that_they_count(
    desk: User, home: Region, volunteer: Volunteer
) -> None:
    make_completed_wish(volunteer, region=home, at=NOON)
    make_open_wish(region=home, at=NOON)
    total, tables = queries.statistics(
        Scope(regions=(home.path,)), since=local_date(NOON), today=local_date(NOON)
    )
    counted = (total.posted, total.open, total.completed, total.minutes, total.days)
    assert counted == (2, 1, 1, 90, "0.0")
    assert [(one.label, one.query) for one in tables["kind"]] == [("陪伴", "kind=company")]
    browser = as_(desk)
    page = markup(browser.get("/wishes/desk/figures/?days=365"))
    link = re.findall(r'href="(/wishes/desk/\?since=[^"]+state=completed)"', page)[0]
    assert "想请人陪我去理发" in markup(browser.get(link.replace("&amp;", "&")))


def test_a_wish_that_waits_for_its_wisher_is_counted_where_its_link_leads(
    desk: User, home: Region, volunteer: Volunteer
) -> None:
    make_done_wish(volunteer, region=home, at=NOON)
    page = markup(as_(desk).get("/wishes/desk/figures/?days=365"))
    counted = dict(re.findall(r'state=(claimed|done)">(\d+)</a>', page))
    assert counted == {"claimed": "0", "done": "1"}


def test_the_desk_withdraws_only_for_who_has_no_account(desk: User, home: Region) -> None:
    of_account, of_desk = make_posted_wish(region=home), make_desk_wish(desk, region=home)
    browser = as_(desk)
    refused = browser.post(f"/wishes/desk/{of_account.pk}/withdraw/", {"words": "不用了"})
    assert (refused.status_code, "请由许愿人自己撤回" in markup(refused)) == (422, True)
    browser.post(f"/wishes/desk/{of_desk.pk}/withdraw/", {"words": "老人说不用了"})
    assert (fresh(of_account).state, fresh(of_desk).state) == (S.POSTED, S.WITHDRAWN)


def test_kinds_and_themes_are_rows_that_the_office_keeps(client: Client) -> None:
    make_wish_kinds()
    office = make_user("文明办")
    make_region()
    give(office, Role.CITY_OFFICE, Region.objects.get(name="太原市"))
    browser = as_(office)
    kind = {"name": "读报", "worth": "30", "most": "60"}
    assert "类型已添加" in markup(browser.post("/wishes/desk/kinds/", kind, follow=True))
    for bad in ({**kind, "name": ""}, {**kind, "worth": "x"}, {**kind, "worth": "99"}):
        assert browser.post("/wishes/desk/kinds/", bad).status_code == 422
    value = "/wishes/desk/kinds/care/value/"
    assert browser.post(value, {"worth": "0", "most": "60"}).status_code == 422
    assert browser.post(value, {"worth": "45", "most": "60"}).status_code == 302
    assert browser.post("/wishes/desk/kinds/care/end/").status_code == 302
    assert browser.post("/wishes/desk/kinds/none/end/").status_code == 404
    today = local_date(now())
    theme = {
        "title": "春节送暖", "drawing": "lantern", "tone": "brand",
        "starts_on": today.isoformat(), "ends_on": (today + timedelta(days=9)).isoformat(),
    }  # fmt: skip
    assert "主题已添加" in markup(browser.post("/wishes/desk/themes/", theme, follow=True))
    assert browser.post("/wishes/desk/themes/", theme).status_code == 422
    wrong = {**theme, "title": "反了", "ends_on": "2020-01-01"}
    assert browser.post("/wishes/desk/themes/", wrong).status_code == 422
    page = f"/wishes/desk/themes/{Theme.objects.get().pk}/"
    assert browser.post(page, {**theme, "title": "春节送暖 2027"}).status_code == 302
    assert "春节送暖 2027" in markup(client.get("/wishes/"))
