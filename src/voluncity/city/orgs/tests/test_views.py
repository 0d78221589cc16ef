from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from voluncity.city.access.permissions import Role
from voluncity.city.files.models import StoredFile
from voluncity.city.journal.models import Entry
from voluncity.city.orgs import actions
from voluncity.city.orgs.models import JoinRequest, Membership, Organization
from voluncity.city.orgs.states import Kind, OrgState
from voluncity.city.people.models import User
from voluncity.city.regions import queries as regions
from voluncity.testing.make_files import make_paper, make_upload
from voluncity.testing.make_orgs import give, make_member, make_organization, make_plan
from voluncity.testing.make_people import NOON, make_county, make_user, make_volunteer, user_of
from voluncity.testing.pages import as_, markup

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


@pytest.fixture
def unit() -> Organization:
    return make_organization("市园林局", kind=Kind.LEAD_UNIT)


def _office(organization: Organization, role: Role = Role.COUNTY_OFFICE) -> User:
    user = make_user("赵敏")
    give(user, role, organization.region)
    return user


def _admin(organization: Organization) -> User:
    user = make_user("队长")
    give(user, Role.ORG_ADMIN, organization)
    return user


def _sent(unit: Organization, **said: object) -> dict[str, Any]:
    return {
        "kind": "filed",
        "name": "汾河护河队",
        "code": "",
        "parent": unit.pk,
        "region": [step.pk for step in regions.trail(unit.region)],
        "address": "滨河路 1 号",
        "intro": "清理河岸。",
        "filing_number": "并志备〔2026〕12号",
        "responsible_name": "王芳",
        "contact_name": "王芳",
        "contact_phone": "１３９ ０００００００１",
        **said,
    }


def _applied(unit: Organization, by: User) -> Organization:
    return actions.apply_organization(
        plan=make_plan(unit, name="汾河护河队"), paper=None, by=by, at=NOON
    )


# -- Everybody ---------------------------------------------------------------------------------


def test_everybody_finds_an_organization_and_reads_about_it(client: Client) -> None:
    team = make_organization("汾河护河队")
    make_organization("晋祠讲解队")
    page = markup(client.get("/orgs/", {"q": "护河"}))
    assert ("汾河护河队" in page, "晋祠讲解队" in page) == (True, False)
    page = markup(client.get(f"/orgs/{team.pk}/"))
    assert "备案的志愿服务团队" in page
    assert "申请加入" in page


def test_the_public_page_names_no_contact_and_no_number(client: Client, unit: Organization) -> None:
    team = _applied(unit, user_of(make_volunteer("王芳")))
    Organization.objects.filter(pk=team.pk).update(state=OrgState.ACTIVE)
    page = markup(client.get(f"/orgs/{team.pk}/"))
    assert ("王芳" in page, "1390" in page) == (False, False)


@pytest.mark.parametrize("state", [OrgState.APPLIED, OrgState.SENT_BACK, OrgState.REFUSED])
def test_what_is_not_active_yet_is_not_found(client: Client, state: OrgState) -> None:
    team = make_organization(state=state)
    assert client.get(f"/orgs/{team.pk}/").status_code == 404


def test_a_suspended_organization_says_so_and_takes_nobody(client: Client) -> None:
    team = make_organization(state=OrgState.SUSPENDED)
    page = markup(client.get(f"/orgs/{team.pk}/"))
    assert "目前暂停活动" in page
    assert "申请加入" not in page


@pytest.mark.parametrize("query", ["?page=x", "?kind=🎉", "?region=abc", "?q=%00", "?page=-9"])
def test_nonsense_in_the_address_shows_a_list(client: Client, query: str) -> None:
    make_county()
    assert client.get(f"/orgs/{query}").status_code == 200


# -- Members -----------------------------------------------------------------------------------


def test_who_is_not_signed_in_or_registered_is_led_there(client: Client) -> None:
    team = make_organization()
    assert client.get(f"/orgs/{team.pk}/join/")["Location"].startswith("/login/")
    client.force_login(make_user("路人"))
    assert client.get(f"/orgs/{team.pk}/join/")["Location"].startswith("/join/")


def test_a_volunteer_joins_and_leaves(client: Client) -> None:
    team, volunteer = make_organization("护河队"), make_volunteer("李强")
    client.force_login(user_of(volunteer))
    response = client.post(f"/orgs/{team.pk}/join/", {"message": "周末有空"}, follow=True)
    assert "申请已提交" in markup(response)
    assert "撤回申请" in markup(response)
    admin = as_(_admin(team))
    page = markup(admin.get("/orgs/desk/requests/"))
    assert ("李强" in page, "周末有空" in page) == (True, True)
    asked = JoinRequest.objects.get()
    assert "已同意加入" in markup(
        admin.post(f"/orgs/desk/requests/{asked.pk}/accept/", follow=True)
    )
    assert "李强" in markup(admin.get(f"/orgs/desk/{team.pk}/members/"))
    assert "我的组织" in markup(client.get(f"/orgs/{team.pk}/"))
    assert "护河队" in markup(client.get("/orgs/mine/"))
    assert "确定退出" in markup(client.get(f"/orgs/{team.pk}/leave/"))
    assert "您已退出" in markup(client.post(f"/orgs/{team.pk}/leave/", follow=True))


def test_a_second_press_is_told_and_makes_no_second_request(client: Client) -> None:
    team = make_organization()
    client.force_login(user_of(make_volunteer("李强")))
    codes = [client.post(f"/orgs/{team.pk}/join/").status_code for _ in range(2)]
    assert codes == [302, 422]
    assert JoinRequest.objects.count() == 1


def test_too_long_a_message_is_refused_at_the_field(client: Client) -> None:
    team = make_organization()
    client.force_login(user_of(make_volunteer("李强")))
    response = client.post(f"/orgs/{team.pk}/join/", {"message": "字" * 201})
    assert response.status_code == 422
    assert 'id="id_message_error"' in markup(response)


def test_a_request_is_withdrawn_by_its_owner_only(client: Client) -> None:
    team, volunteer = make_organization(), make_volunteer("李强")
    asked = actions.ask_to_join(
        organization_id=team.pk, volunteer=volunteer, message="", by=user_of(volunteer), at=NOON
    )
    client.force_login(user_of(make_volunteer("王芳")))
    assert client.post(f"/orgs/requests/{asked.pk}/withdraw/").status_code == 404
    client.force_login(user_of(volunteer))
    response = client.post(f"/orgs/requests/{asked.pk}/withdraw/", follow=True)
    assert "已撤回入队申请" in markup(response)


def test_declining_without_a_reason_is_a_plain_sentence(client: Client) -> None:
    team, volunteer = make_organization(), make_volunteer("李强")
    asked = actions.ask_to_join(
        organization_id=team.pk, volunteer=volunteer, message="", by=user_of(volunteer), at=NOON
    )
    client.force_login(_admin(team))
    url = f"/orgs/desk/requests/{asked.pk}/decline/"
    response = client.post(url, {"reason": ""}, headers={"HX-Request": "true"})
    assert response.status_code == 422
    assert "请写明不同意的原因" in markup(response)
    response = client.post(url, {"reason": "已满员。"}, headers={"HX-Request": "true"})
    assert (response.status_code, markup(response)) == (200, "")


def test_another_organizations_people_are_not_found_and_it_is_journaled(client: Client) -> None:
    team, volunteer = make_organization(), make_volunteer("李强")
    asked = actions.ask_to_join(
        organization_id=team.pk, volunteer=volunteer, message="", by=user_of(volunteer), at=NOON
    )
    membership = make_member(make_volunteer("王芳"), team)
    stranger = _admin(make_organization("别队"))
    client.force_login(stranger)
    answers = [
        client.post(f"/orgs/desk/requests/{asked.pk}/accept/").status_code,
        client.get(f"/orgs/desk/{team.pk}/members/").status_code,
        client.get(f"/orgs/desk/members/{membership.pk}/remove/").status_code,
        client.post(f"/orgs/desk/members/{membership.pk}/remove/", {"reason": "走吧"}).status_code,
        client.get(f"/orgs/desk/{team.pk}/").status_code,
        client.get(f"/orgs/desk/{team.pk}/edit/").status_code,
        client.post(f"/orgs/desk/{team.pk}/phone/").status_code,
    ]
    assert answers == [404] * 7
    assert Entry.objects.filter(verb="access.denied", actor=stranger).count() == 7
    assert "李强" not in markup(client.get("/orgs/desk/requests/"))


def test_a_member_is_removed_with_a_reason(client: Client) -> None:
    team = make_organization()
    membership = make_member(make_volunteer("王芳"), team)
    client.force_login(_admin(team))
    url = f"/orgs/desk/members/{membership.pk}/remove/"
    assert "移出" in markup(client.get(url))
    assert client.post(url, {"reason": ""}).status_code == 422
    assert "已移出" in markup(client.post(url, {"reason": "已搬走。"}, follow=True))
    assert Membership.objects.filter(left_at=None).count() == 0


def test_the_office_sees_members_and_removes_none(client: Client) -> None:
    team = make_organization()
    membership = make_member(make_volunteer("王芳"), team)
    client.force_login(_office(team))
    page = markup(client.get(f"/orgs/desk/{team.pk}/members/"))
    assert ("王芳" in page, "移出" in page) == (True, False)
    assert client.get(f"/orgs/desk/members/{membership.pk}/remove/").status_code == 403


# -- Apply -------------------------------------------------------------------------------------


def test_an_application_goes_its_way_in_the_pages(client: Client, unit: Organization) -> None:
    volunteer = make_volunteer("王芳")
    client.force_login(user_of(volunteer))
    for page in ("above", "hosts"):
        offered = client.get(f"/orgs/apply/{page}/", {"field": "parent", "parent": "园林"})
        assert markup(offered) == '<option value="市园林局"></option>\n'
    response = client.post("/orgs/apply/", _sent(unit, paper=make_paper()), follow=True)
    assert "申请已提交，审核结果会通知您。" in markup(response)
    assert "登记证书.pdf" in markup(response)
    team = Organization.objects.get(name="汾河护河队")
    assert (team.region, team.parent) == (unit.region, unit)

    desk = as_(_office(unit))
    assert "汾河护河队" in markup(desk.get("/orgs/desk/", {"state": "applied"}))
    page = markup(desk.get(f"/orgs/desk/{team.pk}/"))
    assert ("139****0001" in page, "13900000001" in page) == (True, False)
    assert "13900000001" in markup(desk.post(f"/orgs/desk/{team.pk}/phone/"))
    decide = f"/orgs/desk/{team.pk}/decide"
    assert desk.post(f"{decide}/send_back/", {"reason": ""}).status_code == 422
    assert "已办理：退回修改。" in markup(
        desk.post(f"{decide}/send_back/", {"reason": "请写全称。"}, follow=True)
    )

    page = markup(client.get(f"/orgs/applied/{team.pk}/"))
    assert ("请写全称。" in page, "赵敏" in page) == (True, False)
    page = markup(client.get(f"/orgs/applied/{team.pk}/change/"))
    assert ("汾河护河队" in page, "13900000001" in page) == (True, True)
    response = client.post(
        f"/orgs/applied/{team.pk}/change/", _sent(unit, name="太原汾河护河队"), follow=True
    )
    assert "已重新提交" in markup(response)
    assert "已办理：审核通过。" in markup(desk.post(f"{decide}/approve/", follow=True))
    assert "公示中" in markup(client.get(f"/orgs/applied/{team.pk}/"))


def test_the_next_level_of_regions_comes_without_javascript(
    client: Client, unit: Organization
) -> None:
    client.force_login(user_of(make_volunteer("王芳")))
    _, _, county, town, _ = regions.trail(unit.region)
    sent = {"name": "半张表", "region": [county.pk], "next_level": "1"}
    response = client.post("/orgs/apply/", sent)
    page = markup(response)
    assert response.status_code == 200
    assert "半张表" in page
    assert town.name in page
    assert "请先改好下面" not in page


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"kind": "office"}, "请选择组织类型。"),
        ({"name": ""}, "请填写组织全称。"),
        ({"name": "队" * 61}, "60"),
        ({"name": "护河队🎉"}, "不能有表情符号"),
        ({"kind": "registered", "code": ""}, "请填写统一社会信用代码"),
        ({"code": "911"}, "应为 18 位"),
        ({"parent": ""}, "请选择主管（联络）单位。"),
        ({"parent": "0"}, "没有找到名称里有“0”的单位"),
        ({"parent": "abc"}, "没有找到名称里有“abc”的单位"),
        ({"region": []}, "请选择所在区划。"),
        ({"region": ["9" * 30]}, "请选择所在区划。"),
        ({"region": ["999999"]}, "这个区划不在本市或已经停用"),
        ({"region": ["x", "🎉"]}, "请选择所在区划。"),
        ({"contact_name": "12"}, "姓名只能是汉字"),
        ({"contact_phone": "123"}, "手机号应为 11 位数字"),
        ({"paper": make_upload(b"<svg/>", "证书.pdf", "application/pdf")}, "这不是能识别的图片"),
        ({"paper": make_upload(b"", "证书.pdf")}, "这个文件是空的"),
        ({"paper": make_paper(b"%PDF-1.7 cut")}, "不完整"),
    ],
)
def test_a_bad_application_is_refused_at_the_field(
    client: Client, unit: Organization, said: dict[str, Any], sentence: str
) -> None:
    client.force_login(user_of(make_volunteer("王芳")))
    response = client.post("/orgs/apply/", _sent(unit, **said))
    assert response.status_code == 422
    page = markup(response)
    assert sentence in page
    assert f'id="id_{list(said)[-1]}_error"' in page
    assert (Organization.objects.count(), StoredFile.objects.count()) == (1, 0)


def test_everything_that_is_wrong_is_said_at_once(client: Client, unit: Organization) -> None:
    client.force_login(user_of(make_volunteer("王芳")))
    wrong = {"name": "1", "code": "911", "contact_name": "12", "contact_phone": "1", "region": []}
    response = client.post("/orgs/apply/", _sent(unit, **wrong))
    page = markup(response)
    assert "请先改好下面 5 处" in page
    assert [f'id="id_{field}_error"' in page for field in wrong] == [True] * 5


def test_a_second_press_makes_no_second_application(client: Client, unit: Organization) -> None:
    client.force_login(user_of(make_volunteer("王芳")))
    codes = [client.post("/orgs/apply/", _sent(unit)).status_code for _ in range(2)]
    assert codes == [302, 422]
    assert Organization.objects.count() == 2


def test_who_is_not_verified_is_led_to_the_real_name_check(
    client: Client, unit: Organization
) -> None:
    client.force_login(user_of(make_volunteer("王芳", verified=False)))
    assert "请先完成实名认证" in markup(client.get("/orgs/apply/"))
    assert client.post("/orgs/apply/", _sent(unit)).status_code == 422
    assert Organization.objects.count() == 1


def test_a_squad_is_applied_for_below_its_team(client: Client) -> None:
    team = make_organization("总队")
    client.force_login(user_of(make_volunteer("王芳")))
    assert "总队" not in markup(client.get("/orgs/apply/"))
    assert "总队" in markup(client.get(f"/orgs/apply/?parent={team.pk}"))
    client.post(f"/orgs/apply/?parent={team.pk}", _sent(team, name="小分队"))
    assert Organization.objects.get(name="小分队").parent == team


@pytest.mark.parametrize("path", ["", "change/"])
def test_somebody_elses_application_is_not_found(
    client: Client, unit: Organization, path: str
) -> None:
    team = _applied(unit, user_of(make_volunteer("王芳")))
    client.force_login(user_of(make_volunteer("李强")))
    assert client.get(f"/orgs/applied/{team.pk}/{path}").status_code == 404


# -- The desk ----------------------------------------------------------------------------------


def test_who_applied_gets_no_buttons_and_no_way_round(client: Client, unit: Organization) -> None:
    applicant = user_of(make_volunteer("王芳"))
    give(applicant, Role.COUNTY_OFFICE, unit.region)
    team = _applied(unit, applicant)
    client.force_login(applicant)
    assert "这是您自己提交的申请" in markup(client.get(f"/orgs/desk/{team.pk}/"))
    assert client.post(f"/orgs/desk/{team.pk}/decide/approve/").status_code == 403
    team.refresh_from_db()
    assert team.state == OrgState.APPLIED


def test_another_county_may_not_decide(client: Client, unit: Organization) -> None:
    team = _applied(unit, user_of(make_volunteer("王芳")))
    stranger = make_user("外县")
    give(stranger, Role.COUNTY_OFFICE, make_county())
    client.force_login(stranger)
    assert client.post(f"/orgs/desk/{team.pk}/decide/approve/").status_code == 404
    assert Entry.objects.get(verb="access.denied").subject_id == team.pk


@pytest.mark.parametrize("verb", ["publish", "overturn", "resubmit", "nonsense"])
def test_only_the_desks_own_verbs_are_taken(client: Client, unit: Organization, verb: str) -> None:
    team = make_organization(parent=unit, state=OrgState.SHOWN)
    client.force_login(_office(unit))
    assert client.post(f"/orgs/desk/{team.pk}/decide/{verb}/").status_code == 404
    team.refresh_from_db()
    assert team.state == OrgState.SHOWN


def test_a_decision_on_an_old_page_says_how_it_stands(client: Client, unit: Organization) -> None:
    client.force_login(_office(unit))
    response = client.post(f"/orgs/desk/{unit.pk}/decide/resume/")
    assert response.status_code == 409
    assert "现在是“正常”状态，不能恢复" in markup(response)


def test_an_organization_is_suspended_and_resumed(client: Client, unit: Organization) -> None:
    client.force_login(_office(unit))
    url = f"/orgs/desk/{unit.pk}/decide"
    assert "整改中" in markup(client.post(f"{url}/suspend/", {"reason": "整改中"}, follow=True))
    assert "已办理：恢复。" in markup(client.post(f"{url}/resume/", follow=True))


def test_an_administrator_keeps_up_the_own_organization(client: Client) -> None:
    team = make_organization("护河队")
    client.force_login(_admin(team))
    page = markup(client.get(f"/orgs/desk/{team.pk}/"))
    assert ("修改资料" in page, "办理</h2>" in page) == (True, False)
    sent = {"intro": "新简介", "address": "", "contact_name": "李强", "contact_phone": ""}
    response = client.post(f"/orgs/desk/{team.pk}/edit/", sent, follow=True)
    assert "新简介" in markup(response)
    response = client.post(f"/orgs/desk/{team.pk}/edit/", sent | {"contact_phone": "12"})
    assert response.status_code == 422
    assert "手机号应为 11 位数字" in markup(response)


def test_a_supervisor_reads_and_decides_nothing(client: Client, unit: Organization) -> None:
    team = _applied(unit, user_of(make_volunteer("王芳")))
    client.force_login(_office(unit, Role.SUPERVISOR))
    page = markup(client.get(f"/orgs/desk/{team.pk}/"))
    assert ("139" in page, "联系人" in page, "审核通过" in page) == (False, False, False)
    answers = [
        client.post(f"/orgs/desk/{team.pk}/decide/approve/").status_code,
        client.post(f"/orgs/desk/{team.pk}/phone/").status_code,
        client.get(f"/orgs/desk/{team.pk}/edit/").status_code,
        client.get(f"/orgs/desk/{team.pk}/members/").status_code,
    ]
    assert answers == [403] * 4


@pytest.mark.parametrize(
    "url", ["/orgs/", "/orgs/desk/", "/orgs/desk/requests/", "/orgs/desk/{team}/members/"]
)
def test_a_long_list_asks_the_database_no_more_than_a_short_one(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries, url: str
) -> None:
    team = make_organization()
    admin = _admin(team)

    def add() -> None:
        make_organization(parent=team)
        make_member(make_volunteer("王芳"), team)
        asker = make_volunteer("李强")
        actions.ask_to_join(
            organization_id=team.pk, volunteer=asker, message="", by=user_of(asker), at=NOON
        )

    client.force_login(admin)
    add()
    counts = []
    for more in (29, 0):
        with django_assert_max_num_queries(40) as captured:
            assert client.get(url.format(team=team.pk)).status_code == 200
        counts.append(len(captured))
        for _ in range(more):
            add()
    assert counts[0] == counts[1]
