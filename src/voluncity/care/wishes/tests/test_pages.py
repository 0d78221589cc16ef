"""Pages of wishers, volunteers and everybody."""

from __future__ import annotations

import re
from copy import copy
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now

from voluncity.care.wishes import actions
from voluncity.care.wishes.models import Claim, Wish, WishKind
from voluncity.care.wishes.states import ClaimState, WishState
from voluncity.care.wishes.tests.helping import fresh, sent
from voluncity.city.files.rules import check_image
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions.models import Region
from voluncity.kernel.clock import local_date
from voluncity.testing.counting import queries_for
from voluncity.testing.make_files import make_upload
from voluncity.testing.make_people import (
    NOON,
    make_county,
    make_region,
    make_user,
    make_volunteer,
    user_of,
)
from voluncity.testing.make_wishes import (
    CONTACT,
    make_completed_wish,
    make_decision,
    make_open_wish,
    make_posted_wish,
    make_theme,
    make_wish_claim,
    make_wish_kinds,
)
from voluncity.testing.pages import as_, markup, status_of

pytestmark = pytest.mark.django_db
S = WishState


def test_one_screen_posts_a_wish(wisher: User, home: Region) -> None:
    make_wish_kinds()
    browser = as_(wisher)
    page = markup(browser.get("/wishes/new/"))
    assert ("3 个工作日内答复" in page, "键盘上的话筒" in page, "会发到他们的服务器" in page) == (
        True, True, True,
    )  # fmt: skip
    page = markup(browser.post("/wishes/new/", sent(home, photo=make_upload()), follow=True))
    assert ("心愿已提交" in page, "待审核" in page) == (True, True)
    assert Wish.objects.get().user == wisher


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("kind", "no-kind", "没有这个选项"),
        ("for_whom", "cat", "没有这个选项"),
        ("wanted_on", "明天", "请写成 2026-11-24 这样"),
        ("name", "123", "姓名只能是汉字"),
        ("phone", "12345", "手机号应为 11 位数字"),
        ("address", "", "请填写见面或上门的地址"),
        ("address", "长" * 81, "最多 80 个字"),
        ("agrees", "", "请先阅读并同意"),
        ("handle", "", "请刷新后再填"),
        ("handle", "长" * 40, "请刷新后再填"),
        ("region", "99999999999999999999", "请选择所在区划"),
        ("title", "借500元", "不能写钱款"),
        ("theme", "7", ""),
    ],
)
def test_each_wrong_input_gets_its_sentence(
    wisher: User, home: Region, field: str, value: str, sentence: str
) -> None:
    make_wish_kinds()
    answer = as_(wisher).post("/wishes/new/", sent(home, **{field: value}))
    if not sentence:  # a field that is not offered is not read
        assert answer.status_code == 302
        return
    assert (answer.status_code, sentence in markup(answer), Wish.objects.count()) == (422, True, 0)


def test_a_file_that_is_no_picture_is_refused(wisher: User, home: Region) -> None:
    make_wish_kinds()
    from django.core.files.uploadedfile import SimpleUploadedFile

    fake = SimpleUploadedFile("a.jpg", b"<script>", "image/jpeg")
    answer = as_(wisher).post("/wishes/new/", sent(home, photo=fake))
    assert (answer.status_code, Wish.objects.count()) == (422, 0)


def test_the_wall_tells_nothing_about_who_and_where(volunteer: Volunteer, client: Client) -> None:
    wish, hidden = make_open_wish(), make_posted_wish(title="还没审核的心愿")
    done = make_completed_wish(volunteer, title="想要一副旧老花镜")
    pages = "".join(
        markup(client.get(f"/wishes/{more}"))
        for more in ("", "?state=completed", "?state=claimed", f"{wish.pk}/", f"{done.pk}/")
    )
    for private in (CONTACT.name, CONTACT.phone, CONTACT.address, "幸福里", "赵志强"):
        assert private not in pages
    assert ("李*香" in pages, wish.title in pages, done.title in pages) == (True, True, True)
    assert hidden.title not in pages
    assert client.get(f"/wishes/{hidden.pk}/").status_code == 404


def test_filters_of_the_address_narrow_the_wall(client: Client, home: Region) -> None:
    theme = make_theme(at=NOON)
    near = make_open_wish(region=home, title="想要青年路的陪伴", theme=theme)
    kind = WishKind.objects.get(pk="repair")
    far = make_open_wish(
        region=make_region("别处社区", parent=make_county()), title="想请人修一把椅子", kind=kind
    )

    def shown(query: str) -> tuple[bool, bool]:
        page = markup(client.get(f"/wishes/?{query}"))
        return near.title in page, far.title in page

    assert shown("") == (True, True)
    assert shown("kind=repair") == (False, True)
    assert shown(f"region={home.pk}") == (True, False)
    assert shown(f"theme={theme.pk}") == (True, False)
    assert shown("state=completed") == (False, False)
    odd = "kind=x&region=x&theme=９&state=x&box=1,2&lat=nan&lng=x&page=x"
    assert shown(odd) == (True, True)


def test_near_me_sorts_by_the_middle_of_the_community(client: Client, home: Region) -> None:
    other = make_region("河西社区")
    Region.objects.filter(pk=home.pk).update(lat=37.86, lng=112.56)
    Region.objects.filter(pk=other.pk).update(lat=37.90, lng=112.60)
    make_open_wish(region=other, title="河西的一个心愿")
    make_open_wish(region=home, title="青年路的一个心愿")
    page = markup(client.get("/wishes/?lat=37.861&lng=112.561"))
    listed = re.findall(r"(河西|青年路)的一个心愿</a></h2>", page)
    assert (listed, "约 140 米" in page, "心愿示意图" in page) == (["青年路", "河西"], True, True)
    boxed = markup(client.get("/wishes/?box=37.85,112.55,37.87,112.57"))
    assert ("青年路的一个心愿" in boxed, "河西的一个心愿" in boxed) == (True, False)


def test_wall_and_lists_ask_the_same_at_1_and_20_rows(
    client: Client, volunteer: Volunteer, desk: User, home: Region
) -> None:
    def counted() -> list[int]:
        return [
            queries_for(client, "/wishes/"), queries_for(client, "/wishes/?state=completed"),
            queries_for(as_(user_of(volunteer)), "/wishes/mine/"),
            queries_for(as_(desk), "/wishes/desk/"),
        ]  # fmt: skip

    make_completed_wish(volunteer, region=home)
    make_open_wish(region=home)
    few = counted()
    for _ in range(12):
        make_completed_wish(volunteer, region=home)
        make_open_wish(region=home)
    assert counted() == few


def test_claim_call_finish_by_pages(volunteer: Volunteer, wisher: User) -> None:
    wish = make_open_wish(wisher, at=now())
    browser = as_(user_of(volunteer))
    assert CONTACT.phone not in markup(browser.get(f"/wishes/{wish.pk}/"))
    day = (local_date(now()) + timedelta(days=3)).isoformat()
    assert browser.post(f"/wishes/{wish.pk}/claim/", {"promised_on": "x"}).status_code == 422
    page = markup(browser.post(f"/wishes/{wish.pk}/claim/", {"promised_on": day}, follow=True))
    assert ("认领成功" in page, CONTACT.phone in page) == (True, False)
    held = f"/wishes/claims/{wish.pk}/"
    assert CONTACT.phone in markup(browser.post(f"{held}contact/"))
    assert "赵志强" in markup(as_(wisher).post(f"/wishes/mine/{wish.pk}/contact/"))
    own = markup(as_(wisher).get(f"/wishes/mine/{wish.pk}/"))
    assert ("认领的志愿者 赵*强" in own, "赵志强" in own) == (True, False)
    assert browser.post(f"{held}finish/", {"words": " "}).status_code == 422
    assert browser.post(f"{held}nothing/").status_code == 404
    page = markup(browser.post(f"{held}release/", {"words": "出差"}, follow=True))
    assert "心愿已放回" in page
    assert browser.get(held).status_code == 404


def test_every_claim_is_reached_and_a_revoked_one_says_so(
    volunteer: Volunteer, home: Region
) -> None:
    wish, me = make_completed_wish(volunteer, region=home), user_of(volunteer)
    actions.ask_reversal(wish=wish, words="没有去过", by=make_user("甲"), at=NOON)
    actions.decide_reversal(wish=fresh(wish), is_granted=True, by=make_user("乙"), at=NOON)
    given_back = Claim(
        wish=make_open_wish(region=home), volunteer=volunteer, user=me, claimed_at=NOON,
        promised_on=local_date(NOON), state=ClaimState.RELEASED, ended_at=NOON,
    )  # fmt: skip
    Claim.objects.bulk_create([copy(given_back) for _ in range(20)])
    browser, held = as_(me), f"/wishes/claims/{wish.pk}/"
    page = markup(browser.get("/wishes/mine/"))
    assert (held in page, "?claims=2" in page) == (False, True)
    assert held in markup(browser.get("/wishes/mine/?claims=2"))
    assert "确认已撤销，时长已冲回" in markup(browser.get(held))


def test_the_day_that_is_filled_in_may_be_promised(volunteer: Volunteer) -> None:
    today = local_date(now())
    wish = make_open_wish(at=now(), wanted_on=today + timedelta(days=60))
    page = f"/wishes/{wish.pk}/"
    browser = as_(user_of(volunteer))
    filled = re.findall(r'name="promised_on" value="([^"]+)"', markup(browser.get(page)))
    assert filled == [(today + timedelta(days=14)).isoformat()]
    answer = browser.post(f"{page}claim/", {"promised_on": filled[0]})
    assert answer.status_code == 302


def test_who_may_not_claim_reads_why(wisher: User, volunteer: Volunteer) -> None:
    wish = make_open_wish(user_of(volunteer), at=now())
    assert "这是您的心愿" in markup(as_(user_of(volunteer)).get(f"/wishes/{wish.pk}/"))
    stranger = make_volunteer(verified=False)
    assert "先完成实名认证" in markup(as_(user_of(stranger)).get(f"/wishes/{wish.pk}/"))
    assert "登记为志愿者" in markup(as_(wisher).get(f"/wishes/{wish.pk}/"))
    assert "登录后认领" in markup(Client().get(f"/wishes/{wish.pk}/"))


def test_photos_are_seen_by_those_whom_they_concern(
    volunteer: Volunteer, wisher: User, desk: User, home: Region, client: Client
) -> None:
    photo = check_image(make_upload())
    wish = make_posted_wish(wisher, region=home, photo=photo)
    page = f"/wishes/{wish.pk}/wish.webp"
    seen = [status_of(one, page) for one in (client, as_(wisher), as_(desk))]
    assert seen == [404, 200, 200]
    actions.approve_wish(
        wish=wish, decision=make_decision(wish, is_photo_public=True), by=desk, at=NOON
    )
    assert status_of(client, page) == 200
    make_wish_claim(wish, volunteer)
    actions.finish_wish(wish=fresh(wish), words="好了", photo=photo, by=user_of(volunteer), at=NOON)
    done = f"/wishes/{wish.pk}/done.webp"
    assert [status_of(one, done) for one in (client, as_(wisher), as_(make_user()))] == [
        404, 200, 404,
    ]  # fmt: skip
