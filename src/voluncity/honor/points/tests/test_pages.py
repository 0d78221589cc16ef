"""The pages of points: one's own, giving, the office's, and what bad input gets."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import localdate, now

from voluncity.city.access.permissions import Role
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions import queries as regions
from voluncity.honor.points import actions, queries
from voluncity.honor.points.models import Adjustment, Gift, RuleSet
from voluncity.honor.points.queries.happenings import Happening
from voluncity.honor.points.states import DEEDS, Ground
from voluncity.testing.counting import queries_for
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import (
    make_child,
    make_county,
    make_region,
    make_user,
    make_volunteer,
    user_of,
)
from voluncity.testing.make_points import give_points, make_rules
from voluncity.testing.make_projects import make_category
from voluncity.testing.pages import as_

pytestmark = pytest.mark.django_db
LATE = date(2099, 12, 31)


@pytest.fixture
def li() -> Volunteer:
    return make_volunteer("李强")


@pytest.fixture
def phone(li: Volunteer) -> Client:
    return as_(user_of(li))


@pytest.fixture
def office() -> User:
    user = make_user("干部甲")
    make_county()
    give(user, Role.CITY_OFFICE, regions.city())
    return user


def words(answer: Any) -> str:
    return " ".join(str(answer.content.decode()).split())


def earn(volunteer: Volunteer, number: int) -> None:
    one = Happening(f"record:{number}", Ground.HOURS, volunteer.pk, localdate(), minutes=60)
    actions.settle({one.source: one}, at=now())


def test_one_sees_balance_and_where_each_point_came_from(li: Volunteer, phone: Client) -> None:
    make_rules()
    earn(li, 7)
    actions.spend(
        volunteer_id=li.pk, amount=4, key="1", source="reward:9", reason="兑换 毛巾", by=None,
        at=now(),
    )  # fmt: skip
    page = words(phone.get("/points/"))
    assert "服务时长 60 分钟" in page
    assert 'href="/hours/7/"' in page
    assert "兑换 毛巾" in page
    assert 'href="/rewards/offers/9/"' in page
    assert "余 6 分" in words(phone.get("/points/?show=in"))
    assert "服务时长 10 分" in words(phone.get("/points/?show=held"))
    table = phone.get("/points/statement.csv").content.decode()
    assert table.startswith("\ufeff时间,得到,用出,事由,说明")
    assert len(table.splitlines()) == 3


def test_empty_statements_say_what_to_do(phone: Client) -> None:
    assert "积分还没有启用" in words(phone.get("/points/"))
    make_rules()
    assert "还没有积分记录" in words(phone.get("/points/"))


def test_statements_ask_as_many_queries_at_1_as_at_30(li: Volunteer, phone: Client) -> None:
    make_rules()
    counts = []
    for numbers in (range(1), range(1, 30)):
        for number in numbers:
            earn(li, number)
        counts.append([queries_for(phone, f"/points/?show={show}") for show in ("", "in", "held")])
    assert counts[0] == counts[1]


def test_points_are_given_in_one_screen_and_taken_back(li: Volunteer, phone: Client) -> None:
    give_points(li, 100, expires_on=LATE)
    wang = make_volunteer("王芳")
    sent = {"to": "person", "number": wang.number, "name": "王芳", "amount": "３０", "key": "k"}
    for _ in range(2):
        assert phone.post("/points/give/", sent).status_code == 302
    gift = Gift.objects.get()
    assert (gift.receiver, gift.amount, queries.balance(li.pk)) == (wang, 30, 70)
    assert wang.number in words(phone.get("/points/"))
    assert phone.post(f"/points/gifts/{gift.pk}/revoke/").status_code == 302
    assert queries.balance(li.pk) == 100


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"amount": "0"}, "送多少应为 1 到 1,000,000 之间的整数"),
        ({"amount": "一百"}, "之间的整数"),
        ({"amount": "1" * 12}, "应为 1 到 1,000,000 之间的整数"),
        ({"amount": "\x00"}, "之间的整数"),
        ({"amount": "101"}, "积分不够"),
        ({"to": "person", "amount": "5"}, "请填写对方的志愿者编号。"),
        ({"to": "person", "number": "1😀", "name": "王芳", "amount": "5"}, "没有找到编号和姓名"),
        ({"to": "bank", "amount": "5"}, "请选择送给谁。"),
    ],
)
def test_a_wrong_gift_is_answered_at_its_field(
    li: Volunteer, phone: Client, sent: dict[str, str], sentence: str
) -> None:
    give_points(li, 100)
    answer = phone.post("/points/give/", {"to": "pool", "key": "k"} | sent)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert (Gift.objects.count(), queries.balance(li.pk)) == (0, 100)


def test_who_guesses_people_is_slowed_down(li: Volunteer, phone: Client) -> None:
    give_points(li, 100)
    sent = {"to": "person", "number": "1", "name": "王芳", "amount": "5", "key": "k"}
    answers = [words(phone.post("/points/give/", sent)) for _ in range(11)]
    assert "没有找到" in answers[9]
    assert "填错的次数太多" in answers[10]


def test_rules_and_pool_are_public() -> None:
    assert "积分规则还没有公布" in words(Client().get("/points/rules/"))
    make_rules(deeds={Ground.WISH: 15}, hours={make_category("elder", "敬老助残").pk: 12})
    page = words(Client().get("/points/rules/"))
    assert "每小时 10 分" in page
    assert "<dt>敬老助残</dt><dd>每小时 12 分</dd>" in page
    assert "<dt>实现微心愿</dt><dd>15 分</dd>" in page


# -- The office -----------------------------------------------------------------------------------


def rules_sent(**more: str) -> dict[str, str]:
    sent = {
        "valid_from": f"{localdate() + timedelta(days=1)}", "hour_points": "10",
        "entered_percent": "0", "day_most": "80", "month_most": "0", "expiry_years": "1",
    }  # fmt: skip
    return sent | {f"deed_{deed}": "0" for deed in DEEDS} | more


def test_rules_are_tried_before_they_are_kept(office: User) -> None:
    browser, category = as_(office), make_category("elder", "敬老助残")
    sent = rules_sent(**{f"hours_{category.pk}": "12"})
    page = words(browser.post("/points/desk/rules/new/", sent | {"preview": "1"}))
    assert '<td>敬老助残</td><td class="num">12</td><td class="num">18</td>' in page
    assert '<td class="num">80</td>' in page
    assert not RuleSet.objects.exists()
    assert browser.post("/points/desk/rules/new/", sent).status_code == 302
    assert "将要执行" in words(browser.get("/points/desk/rules/"))


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"valid_from": "2026-01-01"}, "最早从明天开始执行"),
        ({"valid_from": "明天"}, "请选择正确的日期。"),
        ({"hour_points": "１０.5"}, "之间的整数"),
        ({"hour_points": "99999"}, "应为 0 到 1,000 之间的整数"),
        ({"entered_percent": "101"}, "应为 0 到 100 之间的整数"),
        ({"expiry_years": "7"}, "请从列表中选择。"),
        ({"basis": "文" * 201}, "最多 200 个字。"),
    ],
)
def test_wrong_rules_are_answered_at_their_field(
    office: User, sent: dict[str, str], sentence: str
) -> None:
    answer = as_(office).post("/points/desk/rules/new/", rules_sent(**sent))
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert not RuleSet.objects.exists()


def test_two_officers_correct_what_one_of_them_found(office: User, li: Volunteer) -> None:
    other = make_user("干部乙")
    give(other, Role.CITY_OFFICE, regions.city())
    first, second = as_(office), as_(other)
    person = f"/points/desk/people/{li.pk}/"
    sent = {"kind": "raise", "amount": "20", "reason": "漏记一次"}
    assert first.post(f"{person}adjust/", sent | {"reason": " "}).status_code == 422
    assert first.post(f"{person}adjust/", sent).status_code == 302
    page = f"/points/desk/adjustments/{Adjustment.objects.get().pk}/"
    assert "漏记一次" in words(second.get("/points/desk/"))
    assert first.post(f"{page}decide/", {"verb": "approve"}).status_code == 422
    assert second.post(f"{page}decide/", {"verb": "refuse"}).status_code == 422
    assert second.post(f"{page}decide/", {"verb": "approve"}).status_code == 302
    assert "更正补发" in words(first.get(person))
    assert queries.balance(li.pk) == 20


def test_a_county_sees_its_own_people_only() -> None:
    mine, other = make_county(), make_county("万柏林区", code="140109000000")
    here = make_volunteer("李强", region=make_region(parent=mine))
    there = make_volunteer("李刚", region=make_region("西铭社区", parent=other))
    user = make_user("县文明办")
    give(user, Role.COUNTY_OFFICE, mine)
    browser = as_(user)
    for volunteer in (here, there):
        give_points(volunteer, 50, at=now())
    page = words(browser.get("/points/desk/?q=李"))
    assert here.number in page
    assert there.number not in page
    assert browser.get(f"/points/desk/people/{there.pk}/").status_code == 404
    assert browser.post(f"/points/desk/people/{here.pk}/adjust/").status_code == 403
    raised = words(browser.get("/points/desk/figures/raised/"))
    assert here.number in raised
    assert there.number not in raised


def test_every_figure_opens_its_records(office: User, li: Volunteer) -> None:
    make_rules()
    earn(li, 1)
    actions.spend(
        volunteer_id=li.pk, amount=4, key="1", source="reward:9", reason="兑换", by=None, at=now()
    )
    browser = as_(office)
    page = words(browser.get("/points/desk/figures/"))
    for key, points in (("issued", 10), ("spent", 4), ("held", 6), ("expired", 0)):
        link = f"/points/desk/figures/{key}/?month={localdate():%Y-%m}"
        assert f'<a href="{link}">{points}</a>' in page
        assert (li.number in words(browser.get(link))) == (points > 0)
    assert browser.get("/points/desk/figures/nothing/").status_code == 404
    assert browser.get("/points/desk/figures/?month=2026-99").status_code == 200


def test_the_lists_of_the_office_ask_as_many_queries_at_1_as_at_30(
    office: User, li: Volunteer
) -> None:
    make_rules()
    pages = [
        "/points/desk/", f"/points/desk/people/{li.pk}/", "/points/desk/figures/issued/",
        "/points/desk/figures/held/", "/points/desk/?q=李",
    ]  # fmt: skip
    browser, counts = as_(office), []
    for numbers in (range(1), range(1, 30)):
        for number in numbers:
            earn(li, number)
            Adjustment.objects.create(
                kind="raise", volunteer=make_volunteer("李强"), amount=1, reason="漏记",
                asked_by=make_user("干部乙"), asked_at=now(),
            )  # fmt: skip
        counts.append([queries_for(browser, page) for page in pages])
    assert counts[0] == counts[1]


def test_a_guardian_sees_the_wards_points_and_gives_none_away() -> None:
    father = make_user("王建国")
    child = make_child(guardian=father)
    give_points(child, 30)
    page = words(as_(father).get(f"/points/of/{child.pk}/"))
    assert ("王小满的积分" in page, "更正补发" in page) == (True, True)
    assert ("/points/give/" in page, "statement.csv" in page) == (False, False)
    assert "全部" in words(as_(father).get(f"/points/of/{child.pk}/?show=held"))
    stranger = as_(user_of(make_volunteer("路人")))
    assert stranger.get(f"/points/of/{child.pk}/").status_code == 404
