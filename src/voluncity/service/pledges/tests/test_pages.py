"""Pages of residents, takers, organizers and offices; money that is never taken; bad input."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from voluncity.city.access.permissions import Permission, Role
from voluncity.city.access.queries import scope_of
from voluncity.city.inbox.models import Message
from voluncity.city.journal.actions import catch_up
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions.models import Region
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal, TooMany, WrongState
from voluncity.service.pledges import actions, own_data, paper, queries, rules
from voluncity.service.pledges.models import Adoption, Need, Pledge
from voluncity.service.pledges.rules import Delivery
from voluncity.service.pledges.states import NeedKind, PledgeState
from voluncity.service.projects.models import Project
from voluncity.testing.counting import queries_for
from voluncity.testing.make_files import make_upload
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import NOON, make_county, make_user, make_volunteer, user_of
from voluncity.testing.make_pledges import (
    make_adoption,
    make_need,
    make_pledge,
    make_thanked,
    need_plan,
)
from voluncity.testing.make_projects import make_line, make_project
from voluncity.testing.pages import as_, markup

pytestmark = pytest.mark.django_db
S = PledgeState


def taking(**more: Any) -> dict[str, Any]:
    return {
        "taker": "me", "amount": "5", "promised_on": "2030-06-01", "contact_name": "刘建国",
        "contact_phone": "13900000001", "note": "",
    } | more  # fmt: skip


def test_everybody_finds_what_is_lacking_and_takes_on_a_part(
    need: Need, giver: Volunteer, client: Client
) -> None:
    page = markup(client.get("/pledges/"))
    assert ("矿泉水" in page, "还差 20 箱" in page, "青年路社区" in page) == (True, True, True)
    assert "我要认领" in markup(client.get(f"/pledges/needs/{need.pk}/"))
    browser = as_(user_of(giver))
    done = markup(browser.post(f"/pledges/needs/{need.pk}/take/", taking(), follow=True))
    assert ("认领成功，谢谢您" in done, "等组织者联系您" in done) == (True, True)
    assert "还差 15 箱" in markup(client.get("/pledges/"))
    assert "矿泉水 5 箱" in markup(browser.get("/pledges/mine/"))


def test_it_is_found_by_kind_county_line_and_words(need: Need, client: Client) -> None:
    line = make_line(9, "关爱山川河流志愿服务项目")
    Project.objects.filter(pk=need.project_id).update(line=line)
    county = Region.objects.get(name="迎泽区")
    for query, is_found in (
        ("kind=goods", True), ("kind=people", False), ("kind=x", True),
        (f"region={county.pk}", True), (f"region={make_county().pk}", False), ("region=x", True),
        (f"line={line.pk}", True), ("line=99999", False), ("line=９", True),
        ("q=矿泉", True), ("q=护岸", True), ("q=棉衣", False),
    ):  # fmt: skip
        assert ("还差 20 箱" in markup(client.get(f"/pledges/?{query}"))) is is_found, query


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"amount": "21"}, "现在只差 20 箱"),
        ({"amount": "0"}, "数量请填写"),
        ({"amount": "-1"}, "数量请填写"),
        ({"amount": "2.5"}, "数量请填写"),
        ({"amount": "很多"}, "数量请填写"),
        ({"amount": "9" * 12}, "数量请填写"),
        ({"amount": ""}, "请填写认领多少"),
        ({"promised_on": "2031-01-01"}, "之间的日期"),
        ({"promised_on": "2020-01-01"}, "之间的日期"),
        ({"promised_on": "明天"}, "请选择正确的"),
        ({"contact_phone": "12345"}, "11 位"),
        ({"contact_name": "刘😀"}, "姓名"),
        ({"note": "请转到 6222 0212 3456 7890 123"}, "平台不经手钱款"),
        ({"note": "看 https://pay.example"}, "平台不经手钱款"),
        ({"note": "长" * 201}, "200"),
        ({"taker": "999"}, "请选择以谁的名义认领"),
        ({"taker": ""}, "请选择以谁的名义认领"),
    ],
)
def test_bad_input_is_a_sentence_and_nothing_is_written(
    need: Need, giver: Volunteer, more: dict[str, Any], sentence: str
) -> None:
    answer = as_(user_of(giver)).post(f"/pledges/needs/{need.pk}/take/", taking(**more))
    need.refresh_from_db()
    assert (answer.status_code, sentence in markup(answer)) == (422, True)
    assert (need.taken, Pledge.objects.count()) == (0, 0)


def test_full_width_digits_are_digits(need: Need, giver: Volunteer) -> None:
    form = taking(amount="１２", contact_phone="１３９００００００００")
    as_(user_of(giver)).post(f"/pledges/needs/{need.pk}/take/", form)
    assert Pledge.objects.get().amount == 12


def test_two_phones_are_no_card(need: Need) -> None:
    told = "电话 13900000000 13800000000，2026-11-22 送到"
    assert rules.words(told, label="留言", field="note") == told
    for bad in (
        "6222021234567890",
        "6222-0212-3456-7890-123",
        "支付宝转我",
        "WXP://x",
        "收款码见群",
        "买好寄到 shop．example．com",
    ):
        with pytest.raises(BadInput, match="平台不经手"):
            rules.words(bad, label="留言", field="note")


def test_who_may_not_take_is_told_why(
    need: Need, giver: Volunteer, team: Organization, firm: Organization
) -> None:
    with pytest.raises(NotAllowed, match="监护人"):
        make_pledge(need, make_volunteer("小雨", born_on=date(2015, 1, 1)))
    with pytest.raises(NotAllowed, match="本组织自己"):
        make_pledge(need, unit=team)
    Organization.objects.filter(pk=firm.pk).update(state="suspended")
    firm.refresh_from_db()
    with pytest.raises(NotAllowed, match="现在不能认领"):
        make_pledge(need, unit=firm)
    make_pledge(need, giver)
    with pytest.raises(WrongState, match="已经认领了这项需求"):
        make_pledge(need, giver)
    actions.close_need(need=need, by=make_user(), at=NOON)
    with pytest.raises(WrongState, match="已经停止认领"):
        make_pledge(need, make_volunteer())
    Project.objects.filter(pk=need.project_id).update(state="closed")
    with pytest.raises(WrongState, match="已经结束"):
        make_pledge(Need.objects.get(), make_volunteer())
    need.refresh_from_db()
    assert need.taken == 5


def test_nobody_holds_more_than_the_city_allows(project: Project, giver: Volunteer) -> None:
    for _ in range(20):
        make_pledge(make_need(project), giver)
    with pytest.raises(TooMany, match="20 项认领还没有办完"):
        make_pledge(make_need(project), giver)


def test_a_unit_promises_through_its_admin(need: Need, firm: Organization) -> None:
    admin = make_user("王经理")
    give(admin, Role.ORG_ADMIN, firm)
    browser, page = as_(admin), f"/pledges/needs/{need.pk}/take/"
    assert ("晋阳饮品公司" in markup(browser.get(page)), "我自己" in markup(browser.get(page))) == (
        True, False,
    )  # fmt: skip
    assert browser.post(page, taking(taker=str(firm.pk))).status_code == 302
    assert Pledge.objects.get().unit == firm
    assert "请先登记为志愿者" in markup(as_(make_user("路人")).get(page))


def test_organizer_accepts_notes_what_came_and_thanks(
    need: Need, giver: Volunteer, organizer: User, client: Client
) -> None:
    pledge = make_pledge(need, giver, shows_name=True, at=now())
    browser, page = as_(organizer), f"/pledges/desk/{pledge.pk}/"
    seen = markup(browser.get(page))
    assert ("13900000000" in seen, "刘建国" in seen, "婉拒的原因" in seen) == (True, True, True)
    assert browser.post(f"{page}decline/", {"words": " "}).status_code == 422
    browser.post(f"{page}accept/", {"words": "周六上午送到"})
    form = {"amount": "4", "received_on": local_date(now()).isoformat()}
    without = browser.post(f"{page}deliver/", form)
    assert (without.status_code, "照片" in markup(without)) == (422, True)
    late = browser.post(f"{page}deliver/", form | {"received_on": "2040-01-01"})
    assert (late.status_code, "收到日期" in markup(late)) == (422, True)
    browser.post(f"{page}deliver/", form | {"paper": make_upload()})
    pledge.refresh_from_db()
    need.refresh_from_db()
    assert (pledge.state, need.taken, need.delivered) == (S.DELIVERED, 4, 4)
    browser.post(f"{page}thank/", {"words": "谢谢您的水"})
    mine = as_(user_of(giver))
    assert "下载感谢状" in markup(mine.get(f"/pledges/mine/{pledge.pk}/"))
    catch_up(at=NOON)
    titles = Message.objects.filter(user=giver.user).order_by("pk").values_list("title", flat=True)
    assert list(titles) == ["您的认领被接受了", "您认领的已经收到", "收到一封感谢状"]
    assert Message.objects.filter(user=organizer, title="有新的认领要确认").count() == 1


def test_a_letter_can_be_checked_and_names_stand_on_the_wall_by_consent(
    need: Need, giver: Volunteer, client: Client
) -> None:
    pledge = make_thanked(make_pledge(need, giver, shows_name=True))
    mine = as_(user_of(giver))
    letter = mine.get(f"/pledges/mine/{pledge.pk}/letter.pdf")
    assert (letter["Content-Type"], letter.content[:5]) == ("application/pdf", b"%PDF-")
    assert "刘建国" in markup(client.get("/pledges/wall/"))
    mine.post(f"/pledges/mine/{pledge.pk}/show/", {"shows_name": "0"})
    wall = markup(client.get("/pledges/wall/"))
    assert ("刘建国" in wall, "爱心人士（匿名）" in wall, "5 箱" in wall) == (False, True, True)
    pledge.refresh_from_db()
    path = paper.check_url(pledge).partition("/pledges/")[2]
    seen = markup(client.get(f"/pledges/{path}"))
    assert ("这份感谢状是真的" in seen, "刘建国" in seen, "刘*国" in seen) == (True, False, True)
    assert client.get(f"/pledges/check/{pledge.pk}/0000/").status_code == 404


def test_money_is_an_intent_until_the_office_has_the_foundations_receipt(
    project: Project, giver: Volunteer, organizer: User, office: User, client: Client
) -> None:
    need = make_need(
        project, kind=NeedKind.MONEY, name="冬衣", wanted="1,200.50", unit="", details="买棉衣"
    )
    assert (need.wanted, need.wanted_text) == (120_050, "1,200.50 元")
    page = markup(client.get(f"/pledges/needs/{need.pk}/"))
    assert ("平台不经手钱款" in page, "登记捐资意向" in page) == (True, True)
    pledge = make_pledge(need, giver, amount="200元", at=now())
    desk = f"/pledges/desk/{pledge.pk}/"
    ours = as_(organizer)
    ours.post(f"{desk}accept/", {"words": "已联系"})
    form = {"amount": "200", "received_on": local_date(now()).isoformat()}
    assert ours.post(f"{desk}deliver/", form).status_code == 404
    theirs = as_(office)
    assert "基金会票据号" in markup(theirs.get(desk))
    for bad in ("", "  ", "号" * 41, "6222021234567890123"):
        answer = theirs.post(f"{desk}deliver/", form | {"receipt_number": bad})
        assert answer.status_code == 422, bad
    answer = theirs.post(f"{desk}deliver/", form | {"receipt_number": "jx 2026-001"})
    pledge.refresh_from_db()
    assert (answer.status_code, pledge.receipt_number) == (302, "JX2026-001")
    other = make_pledge(need, make_volunteer(), amount="100")
    actions.accept_pledge(pledge=other, words="", by=organizer, at=NOON)
    with pytest.raises(BadInput, match="已经登记过"):
        actions.deliver_pledge(
            pledge=other, said=Delivery("100", local_date(NOON), "JX2026-001"), paper=None,
            by=office, at=NOON,
        )  # fmt: skip
    catch_up(at=NOON)
    assert Message.objects.filter(user=office, title="有一项捐资意向要跟进").count() == 2


def test_nobody_decides_about_their_own_promise(need: Need, organizer: User) -> None:
    firm = make_organization("自家公司")
    pledge = make_pledge(need, unit=firm, by=organizer)
    for act in (actions.accept_pledge, actions.decline_pledge, actions.thank_pledge):
        with pytest.raises(NotAllowed, match="您自己的认领"):
            act(pledge=pledge, words="好", by=organizer, at=NOON)


def test_a_promise_is_taken_back_and_released_only_when_late(
    need: Need, giver: Volunteer, organizer: User
) -> None:
    pledge = make_pledge(need, giver)
    desk = f"/pledges/desk/{pledge.pk}/"
    assert as_(organizer).post(f"{desk}lapse/").status_code == 404
    with pytest.raises(WrongState, match="还没有过承诺的日期"):
        actions.release_pledge(pledge=pledge, by=organizer, at=NOON)
    page = markup(as_(user_of(giver)).post(f"/pledges/mine/{pledge.pk}/withdraw/", {}, follow=True))
    need.refresh_from_db()
    assert ("名额重新开放" in page, need.taken) == (True, 0)


def test_strangers_see_no_contact_and_no_page_of_others(
    need: Need, giver: Volunteer, office: User
) -> None:
    pledge = make_pledge(need, giver)
    stranger = as_(user_of(make_volunteer("陌生人")))
    for page in ("", "letter.pdf"):
        assert stranger.get(f"/pledges/mine/{pledge.pk}/{page}").status_code == 404
    assert stranger.get("/pledges/desk/").status_code == 403
    seen = markup(as_(office).get(f"/pledges/desk/{pledge.pk}/"))
    assert ("13900000000" in seen, "139****0000" in seen) == (False, True)
    supervisor = make_user("督查")
    give(supervisor, Role.SUPERVISOR, Region.objects.get(name="迎泽区"))
    seen = markup(as_(supervisor).get(f"/pledges/desk/{pledge.pk}/"))
    assert ("刘建国" in seen, "刘*国" in seen) == (False, True)


def test_needs_are_published_changed_and_closed(
    project: Project, organizer: User, giver: Volunteer
) -> None:
    browser = as_(organizer)
    form = {
        "project": project.pk, "kind": "goods", "name": "矿泉水", "wanted": "20", "unit": "箱",
        "details": "", "place": "东门", "due_on": "2030-06-30",
    }  # fmt: skip
    for bad, sentence in (
        ({"name": ""}, "请填写需要什么"), ({"wanted": "x"}, "数量请填写"), ({"unit": ""}, "单位"),
        ({"place": ""}, "请填写送到哪里"), ({"due_on": "2020-01-01"}, "已经过了"),
        ({"due_on": "2031-01-01"}, "不能晚于项目"), ({"kind": "gold"}, "请选择类别"),
        ({"details": "打到银行卡"}, "平台不经手"), ({"project": "0"}, "选择项目"),
    ):  # fmt: skip
        answer = browser.post("/pledges/desk/needs/new/", form | bad)
        assert (answer.status_code, sentence in markup(answer)) == (422, True), bad
    assert "需求已发布" in markup(browser.post("/pledges/desk/needs/new/", form, follow=True))
    need = Need.objects.get()
    make_pledge(need, giver, amount="6")
    page = f"/pledges/desk/needs/{need.pk}/"
    for less in ({"wanted": "5"}, {"unit": "瓶"}):
        assert browser.post(f"{page}change/", form | less).status_code == 422
    assert browser.post(f"{page}change/", form | {"wanted": "6"}).status_code == 302
    assert browser.post(f"{page}reopen/").status_code == 409
    assert browser.post(f"{page}close/").status_code == 302
    assert browser.post(f"{page}reopen/").status_code == 302
    assert browser.post(f"{page}nothing/").status_code == 404


def test_a_draft_lacks_nothing_yet(team: Organization) -> None:
    with pytest.raises(WrongState, match="请先发布项目"):
        make_need(make_project(organization=team, state="approved"))
    assert need_plan().kind == "goods"


def test_a_unit_claims_a_whole_project_and_is_shown(
    project: Project, firm: Organization, organizer: User, client: Client
) -> None:
    admin = make_user("王经理")
    give(admin, Role.ORG_ADMIN, firm)
    browser, page = as_(admin), f"/pledges/project/{project.pk}/adopt/"
    assert browser.post(page, {"unit": firm.pk, "words": ""}).status_code == 422
    assert browser.post(page, {"unit": "0", "words": "出车"}).status_code == 422
    assert browser.post(page, {"unit": firm.pk, "words": "每周派车"}).status_code == 302
    assert browser.post(page, {"unit": firm.pk, "words": "再来"}).status_code == 422
    adoption = Adoption.objects.get()
    assert "晋阳饮品公司" not in markup(client.get(f"/pledges/project/{project.pk}/"))
    desk = as_(organizer)
    assert desk.post(f"/pledges/desk/adoptions/{adoption.pk}/accept/").status_code == 302
    part = markup(client.get(f"/pledges/project/{project.pk}/", headers={"hx-request": "true"}))
    assert ("晋阳饮品公司" in part, "<html" in part) == (True, False)
    assert browser.post(f"/pledges/mine/adoptions/{adoption.pk}/withdraw/").status_code == 409
    ending = f"/pledges/mine/adoptions/{adoption.pk}/end/"
    assert browser.post(ending, {"words": ""}).status_code == 422
    assert browser.post(ending, {"words": "合作期满"}).status_code == 302
    with pytest.raises(NotAllowed, match="本组织自己的项目"):
        make_adoption(project, project.organization)


def test_list_figures_and_export_show_ones_area(
    need: Need, giver: Volunteer, office: User, organizer: User
) -> None:
    make_thanked(make_pledge(need, giver))
    make_need(make_project("别处", organization=make_organization(region=make_county())))
    for user in (office, organizer):
        browser = as_(user)
        page = markup(browser.get("/pledges/desk/?task=&kind=goods"))
        assert ("RL" in page, "刘*国" in page, "汾河护岸" in page) == (True, True, True)
        assert "没有符合条件" in markup(browser.get("/pledges/desk/?state=lapsed"))
        assert "需要" in markup(browser.get("/pledges/desk/figures/?days=365"))
    kinds, lines = queries.statistics(
        scope_of(organizer, Permission.PROJECT_SEE), since=date(2026, 1, 1)
    )
    assert [one.texts for one in kinds] == [("20 件", "5 件", "5 件")] == [
        one.texts for one in lines
    ]  # fmt: skip
    form = {"reason": "check", "words": "核对认领登记", "columns": ["number", "taker"]}
    assert as_(office).post("/registers/pledges/export/", form).status_code == 302


def test_what_is_open_stands_in_the_way_of_an_end(
    need: Need, giver: Volunteer, firm: Organization, team: Organization
) -> None:
    make_pledge(need, giver)
    make_pledge(need, unit=firm)
    make_adoption(need.project, firm)
    said = [one.sentence for one in queries.open_work(organization_id=team.pk, at=NOON)]
    assert said == ["2 项收到的认领没有办完", "1 项整个项目的认领没有结束"]
    said = [one.sentence for one in queries.open_work(organization_id=firm.pk, at=NOON)]
    assert said == ["1 项本单位的认领没有交付或撤回", "1 项整个项目的认领没有结束"]
    (hindrance,) = own_data.hindrances(giver.user, giver)
    assert "1 项认领还没有办完" in hindrance.sentence
    (section,) = own_data.sections(giver)
    assert section.rows[0][3:7] == ("5 箱", "2030-06-30", "王芳", "13900000000")
    with pytest.raises(Refusal):
        make_pledge(need, giver)


def test_lists_ask_the_same_at_1_and_20_rows(
    need: Need, giver: Volunteer, organizer: User, client: Client
) -> None:
    browser, mine = as_(organizer), as_(user_of(giver))

    def asked() -> list[int]:
        pages = ("/pledges/", "/pledges/wall/", f"/pledges/project/{need.project_id}/")
        return [
            *(queries_for(client, page) for page in pages),
            queries_for(mine, "/pledges/mine/"),
            *(queries_for(browser, f"/pledges/desk/{part}") for part in ("", "needs/")),
        ]

    make_pledge(need, giver)
    make_thanked(make_pledge(make_need(need.project), giver))
    few = asked()
    for _ in range(6):
        other = make_need(need.project)
        make_pledge(other, giver)
        make_thanked(make_pledge(other, make_volunteer()))
    assert asked() == few
