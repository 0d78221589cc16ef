"""The pages of an organization's life: tree, move, merger, end, duties, links, brand projects."""

from pathlib import Path

import pytest
from django.conf import settings as city_settings
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from voluncity.city.access.permissions import Role
from voluncity.city.orgs import actions, queries, rules
from voluncity.city.orgs.models import (
    Duty,
    Invitation,
    MemberDuty,
    Membership,
    Organization,
)
from voluncity.city.orgs.states import Kind, OrgState
from voluncity.city.people.models import User, Volunteer
from voluncity.testing.counting import queries_for
from voluncity.testing.make_files import make_upload
from voluncity.testing.make_orgs import give, make_member, make_organization
from voluncity.testing.make_people import NOON, make_user, make_volunteer, user_of
from voluncity.testing.pages import as_, markup

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


@pytest.fixture
def unit() -> Organization:
    return make_organization("市园林局", kind=Kind.LEAD_UNIT)


@pytest.fixture
def team(unit: Organization) -> Organization:
    return make_organization("护河队", parent=unit)


@pytest.fixture
def office(team: Organization) -> Client:
    return as_(_officer(team))


def _officer(team: Organization) -> User:
    user = make_user("赵敏")
    give(user, Role.CITY_OFFICE, team.region)
    return user


@pytest.fixture
def admin(team: Organization) -> Client:
    user = make_user("队长")
    give(user, Role.ORG_ADMIN, team)
    return as_(user)


def test_the_tree_opens_branch_by_branch(
    unit: Organization, team: Organization, office: Client
) -> None:
    squad = make_organization("护河队一分队", parent=team)
    page = markup(office.get("/orgs/desk/tree/"))
    assert ("市园林局" in page, "护河队" in page, "护河队一分队" in page) == (True, True, False)
    part = office.get(f"/orgs/desk/tree/{team.pk}/", headers={"HX-Request": "true"})
    assert (squad.name in markup(part), "<html" in markup(part)) == (True, False)
    whole = markup(office.get(f"/orgs/desk/tree/{team.pk}/"))
    assert (squad.name in whole, "护河队的下级组织" in whole) == (True, True)


def test_the_tree_asks_as_often_at_30_squads_as_at_one(team: Organization) -> None:
    office = _officer(team)
    make_organization(parent=team)
    client = as_(office)
    few = queries_for(client, "/orgs/desk/tree/")
    for _ in range(29):
        make_organization(parent=team)
    assert queries_for(client, "/orgs/desk/tree/") == few


def test_the_list_filters_by_state_kind_and_place_in_the_tree(
    unit: Organization, team: Organization, office: Client
) -> None:
    make_organization("晋祠讲解队", region=unit.region, state=OrgState.SUSPENDED)
    page = markup(office.get("/orgs/desk/", {"above": unit.pk}))
    assert ("护河队" in page, "晋祠讲解队" in page) == (True, False)
    page = markup(office.get("/orgs/desk/", {"state": "suspended"}))
    assert ("护河队" in page, "晋祠讲解队" in page, "全部 3" in page) == (False, True, True)
    for wrong in ("９９", "🎉", "-1", "9" * 30, "x"):
        answer = office.get("/orgs/desk/", {"above": wrong, "region": wrong, "kind": wrong})
        assert answer.status_code == 200


def test_the_office_moves_a_team_and_the_page_tells_it(
    unit: Organization, team: Organization, office: Client
) -> None:
    other = make_organization("市水务局", kind=Kind.LEAD_UNIT, region=unit.region)
    page = markup(office.get(f"/orgs/desk/{team.pk}/move/"))
    assert ("state=active" in page, "以前的统计仍算在原上级名下" in page) == (True, True)
    sent = {"target": "水务", "reason": "职能调整"}
    page = markup(office.post(f"/orgs/desk/{team.pk}/move/", sent, follow=True))
    assert ("隶属已变更" in page, "以前的隶属" in page, "职能调整" in page) == (True, True, True)
    team.refresh_from_db()
    assert team.parent == other


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"reason": "职能调整"}, "请选择一个组织"),
        ({"target": "9999", "reason": "职能调整"}, "没有找到名称里有“9999”的组织"),
        ({"target": "护河", "reason": "职能调整"}, "没有找到名称里有“护河”的组织"),
        ({"target": "x", "reason": ""}, "请写明原因"),
    ],
)
def test_a_move_that_says_too_little_is_refused_on_the_page(
    team: Organization, office: Client, sent: dict[str, str], sentence: str
) -> None:
    answer = office.post(f"/orgs/desk/{team.pk}/move/", sent)
    assert (answer.status_code, sentence in markup(answer)) == (422, True)


def test_who_looks_for_what_ended_is_told_where_it_went(
    unit: Organization, team: Organization, office: Client
) -> None:
    other = make_organization("清河队", parent=unit)
    sent = {"target": other.pk, "reason": "两队合一"}
    page = markup(office.post(f"/orgs/desk/{team.pk}/merge/", sent, follow=True))
    assert "已并入" in page
    public = markup(Client().get(f"/orgs/{team.pk}/"))
    assert ("已并入" in public, f"/orgs/{other.pk}/" in public, "申请加入" in public) == (
        True,
        True,
        False,
    )


def test_before_an_end_the_page_says_what_follows(
    unit: Organization, team: Organization, office: Client
) -> None:
    make_member(make_volunteer("王芳"), team)
    page = markup(office.get(f"/orgs/desk/{team.pk}/dissolve/"))
    assert ("1 名成员离开" in page, "历史保留" in page) == (True, True)
    page = markup(
        office.post(f"/orgs/desk/{team.pk}/dissolve/", {"reason": "都搬走了"}, follow=True)
    )
    assert ("已注销" in page, "都搬走了" in page) == (True, True)
    public = markup(Client().get(f"/orgs/{team.pk}/"))
    assert "这个组织已经注销" in public
    make_organization(parent=unit)
    answer = office.post(f"/orgs/desk/{unit.pk}/dissolve/", {"reason": "机构改革"})
    assert answer.status_code == 422


def test_a_member_becomes_captain_on_the_page_and_steps_down(
    team: Organization, admin: Client
) -> None:
    actions.load_duties()
    member = make_member(make_volunteer("王芳"), team)
    captain = Duty.objects.get(key="captain")
    page = markup(admin.post(f"/orgs/desk/members/{member.pk}/", {"duty": captain.pk}, follow=True))
    assert ("已任命" in page, "队长" in page, "领队" in page) == (True, True, True)
    page = markup(admin.get(f"/orgs/desk/{team.pk}/members/", {"duty": captain.pk}))
    assert "王芳" in page
    held = MemberDuty.objects.get()
    assert "已卸任" in markup(admin.post(f"/orgs/desk/duties/{held.pk}/end/", follow=True))
    answer = admin.post(f"/orgs/desk/members/{member.pk}/", {"duty": ""})
    assert (answer.status_code, "请选择职务" in markup(answer)) == (422, True)


def test_members_are_asked_for_in_as_many_statements_at_30_as_at_one(
    team: Organization, admin: Client
) -> None:
    actions.load_duties()
    duty = Duty.objects.get(key="liaison")

    def join() -> None:
        member = make_member(make_volunteer(), team)
        MemberDuty.objects.create(membership=member, duty=duty, given_at=NOON)

    join()
    page = f"/orgs/desk/{team.pk}/members/"
    few = queries_for(admin, page)
    for _ in range(29):
        join()
    assert queries_for(admin, page) == few


def test_a_link_is_made_at_the_desk_and_opened_on_a_phone(
    team: Organization, admin: Client
) -> None:
    sent = {"most": "５", "days": "7", "note": "重阳节"}
    page = markup(admin.post(f"/orgs/desk/{team.pk}/invitations/", sent, follow=True))
    assert ("扫码加入“护河队”" in page, "最多 5 人使用" in page) == (True, True)
    token = rules.invitation_token(
        Invitation.objects.get().pk, key=city_settings.SECRET_KEY.encode()
    )
    newcomer = make_volunteer("王芳")
    phone = as_(user_of(newcomer))
    assert "护河队" in markup(phone.get(f"/orgs/i/{token}/"))
    assert "欢迎加入“护河队”" in markup(phone.post(f"/orgs/i/{token}/", follow=True))
    assert Membership.objects.get().volunteer == newcomer
    assert "您已经是这个组织的成员" in markup(phone.get(f"/orgs/i/{token}/"))
    admin.post(f"/orgs/desk/invitations/{Invitation.objects.get().pk}/end/")
    late = as_(user_of(make_volunteer("李强")))
    assert "已经用完或过期" in markup(late.get(f"/orgs/i/{token}/"))
    assert late.post(f"/orgs/i/{token}/").status_code == 409


def test_who_is_no_volunteer_yet_registers_first_and_comes_back(team: Organization) -> None:
    token = rules.invitation_token(1, key=city_settings.SECRET_KEY.encode())
    answer = Client().get(f"/orgs/i/{token}/")
    assert (answer.status_code, f"next=/orgs/i/{token}/" in answer.headers["Location"]) == (
        302,
        True,
    )


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"most": "很多", "days": "7"}, "请填写整数"),
        ({"most": "0", "days": "7"}, "至少 1 次"),
        ({"most": "5", "days": "91"}, "最多 90 天"),
        ({"most": "5", "days": "7", "note": "长" * 41}, "40"),
    ],
)
def test_a_link_without_sense_is_refused_at_its_field(
    team: Organization, admin: Client, sent: dict[str, str], sentence: str
) -> None:
    answer = admin.post(f"/orgs/desk/{team.pk}/invitations/", sent)
    assert (answer.status_code, sentence in markup(answer)) == (422, True)
    assert Invitation.objects.count() == 0


def test_brand_projects_and_buildings_stand_on_the_public_page(
    team: Organization, admin: Client
) -> None:
    sent = {"name": "爱周六", "what": "每周六清理河岸", "since": "2017", "photo": make_upload()}
    page = markup(admin.post(f"/orgs/desk/{team.pk}/brands/", sent, follow=True))
    assert "已添加" in page
    [brand] = queries.brands(team)
    assert brand.photo is not None
    sent = {"name": "爱周六", "what": "每周六清理河岸和湿地", "since": ""}
    assert "已保存" in markup(admin.post(f"/orgs/desk/brands/{brand.pk}/", sent, follow=True))
    page = markup(
        admin.post(f"/orgs/desk/{team.pk}/buildings/", {"buildings": "1 号楼\n2 号楼"}, follow=True)
    )
    assert "共 2 栋楼宇" in page
    public = markup(Client().get(f"/orgs/{team.pk}/"))
    for words in ("爱周六", "每周六清理河岸和湿地", brand.photo.key, "1 号楼", "覆盖楼宇"):
        assert words in public
    assert "已撤下" in markup(admin.post(f"/orgs/desk/brands/{brand.pk}/end/", follow=True))
    answer = admin.post(f"/orgs/desk/{team.pk}/brands/", {"name": "🎉", "what": ""})
    assert (answer.status_code, "请填写做什么" in markup(answer)) == (422, True)


def test_a_resident_finds_the_squad_of_the_own_building(team: Organization, admin: Client) -> None:
    user = make_user("网格员")
    for number in (1, 2):
        squad = make_organization(f"{number}分队", parent=team)
        actions.set_buildings(
            organization_id=squad.pk, text=f"滨河小区 {number} 号楼", by=user, at=NOON
        )
    page = markup(Client().get(f"/orgs/{team.pk}/", {"building": "2 号楼"}))
    assert ("哪支队伍负责我家" in page, "滨河小区 2 号楼" in page, "滨河小区 1 号楼" in page) == (
        True,
        True,
        False,
    )
    page = markup(Client().get(f"/orgs/{team.pk}/", {"building": "<b>🎉"}))
    assert ("没有找到这栋楼" in page, "<b>🎉" in page) == (True, False)


def test_54_squads_are_seen_at_one_look(team: Organization) -> None:
    for number in range(54):
        make_organization(f"滨河社区楼宇志愿服务第{number + 1}小分队", parent=team)
    page = markup(Client().get(f"/orgs/{team.pk}/"))
    assert ("第54小分队" in page, "54 个" in page) == (True, True)


def test_the_public_page_names_no_member(team: Organization, admin: Client) -> None:
    actions.load_duties()
    member = make_member(make_volunteer("欧阳倩"), team)
    duty = Duty.objects.get(key="liaison")
    MemberDuty.objects.create(membership=member, duty=duty, given_at=NOON)
    page = markup(Client().get(f"/orgs/{team.pk}/"))
    assert ("联络员" in page, "欧阳倩" in page) == (True, False)
    assert isinstance(member.volunteer, Volunteer)


def test_the_list_does_not_name_what_lies_out_of_reach(team: Organization, admin: Client) -> None:
    secret = make_organization("外区的组织")
    for page in ("/orgs/desk/", reverse("registers:export", args=["orgs"])):
        answer = admin.get(page, {"above": secret.pk})
        assert (answer.status_code, "外区的组织" in markup(answer)) == (200, False)
