"""Members have duties, some of which carry a role; people join by a link."""

from datetime import timedelta

import pytest
from django.conf import settings as city_settings
from django.db import IntegrityError, transaction
from django.db.models import F

from voluncity.city.access.models import Grant
from voluncity.city.access.permissions import Role
from voluncity.city.inbox.models import Message
from voluncity.city.journal.models import Entry
from voluncity.city.journal.tasks import catch_up
from voluncity.city.orgs import actions, queries, rules
from voluncity.city.orgs.models import (
    BrandProject,
    Duty,
    Invitation,
    JoinRequest,
    MemberDuty,
    Membership,
    Organization,
)
from voluncity.city.orgs.states import JoinState, Kind, OrgState
from voluncity.city.people.models import User, Volunteer
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal
from voluncity.testing.make_orgs import give, make_member, make_organization
from voluncity.testing.make_people import NOON, make_user, make_volunteer, user_of
from voluncity.testing.rivals import rival_before

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _duties() -> None:
    actions.load_duties()


@pytest.fixture
def team() -> Organization:
    return make_organization("护河队")


@pytest.fixture
def admin(team: Organization) -> User:
    user = make_user("队长")
    give(user, Role.ORG_ADMIN, team)
    return user


@pytest.fixture
def office(team: Organization) -> User:
    user = make_user("赵敏")
    give(user, Role.CITY_OFFICE, team.region)
    return user


def _duty(key: str) -> int:
    return Duty.objects.get(key=key).pk


def _give(member: Membership, key: str, by: User) -> MemberDuty:
    return actions.give_duty(membership_id=member.pk, duty_id=_duty(key), by=by, at=NOON)


def _grant(held: MemberDuty) -> Grant:
    held.refresh_from_db()
    assert held.grant is not None
    held.grant.refresh_from_db()
    return held.grant


# -- Duties ------------------------------------------------------------------------------------


def test_duties_are_loaded_once_however_often() -> None:
    assert (actions.load_duties(), Duty.objects.count()) == (9, 9)
    assert list(Duty.objects.exclude(role="").values_list("name", "role")) == [
        ("队长", "team_leader"),
        ("副队长", "team_leader"),
        ("领队", "team_leader"),
        ("管理员", "org_admin"),
    ]


def test_a_treasurer_gets_no_role_and_a_captain_leads(team: Organization, admin: User) -> None:
    member = make_member(make_volunteer("王芳"), team)
    assert _give(member, "treasurer", admin).grant is None
    held = _give(member, "captain", admin)
    assert held.grant is not None
    assert (held.grant.user, held.grant.role, held.grant.organization) == (
        member.volunteer.user,
        Role.TEAM_LEADER,
        team,
    )
    [row] = queries.members(team)
    assert [one.duty.name for one in row.live_duties] == ["队长", "财务"]  # type: ignore[attr-defined]
    catch_up()
    titles = Message.objects.filter(user=member.volunteer.user).order_by("pk")
    assert [one.title for one in titles] == ["您担任了财务", "您担任了队长"]


def test_the_role_goes_with_the_duty(team: Organization, admin: User) -> None:
    held = _give(make_member(make_volunteer("王芳"), team), "captain", admin)
    actions.take_duty(held_id=held.pk, by=admin, at=NOON + DAY)
    held.refresh_from_db()
    assert (held.ended_at, held.ended_by) == (NOON + DAY, admin)
    assert _grant(held).revoked_at == NOON + DAY
    with pytest.raises(Refusal, match="已经卸任"):
        actions.take_duty(held_id=held.pk, by=admin, at=NOON + DAY)


def test_administrators_are_named_from_above_only(
    team: Organization, admin: User, office: User
) -> None:
    member = make_member(make_volunteer("王芳"), team)
    with pytest.raises(NotAllowed, match="由上级单位或文明办任免"):
        _give(member, "administrator", admin)
    held = _give(member, "administrator", office)
    with pytest.raises(NotAllowed, match="由上级单位或文明办任免"):
        actions.take_duty(held_id=held.pk, by=admin, at=NOON)
    assert Grant.objects.filter(role=Role.ORG_ADMIN, revoked_at=None).count() == 2


def test_a_duty_is_given_once(team: Organization, admin: User) -> None:
    member = make_member(make_volunteer("王芳"), team)
    _give(member, "liaison", admin)
    with pytest.raises(Refusal, match="王芳已经是联络员"):
        _give(member, "liaison", admin)
    with pytest.raises(BadInput, match="请选择职务"):
        actions.give_duty(membership_id=member.pk, duty_id=0, by=admin, at=NOON)


def test_who_cannot_log_in_or_is_not_verified_leads_nobody(team: Organization, admin: User) -> None:
    unverified = make_member(make_volunteer("李强", verified=False), team)
    with pytest.raises(Refusal, match="李强还没有实名认证"):
        _give(unverified, "captain", admin)
    silent = make_volunteer("周明")
    Volunteer.objects.filter(pk=silent.pk).update(user=None)
    with pytest.raises(Refusal, match="周明没有可以登录的账号"):
        _give(make_member(silent, team), "captain", admin)
    assert _give(unverified, "liaison", admin).grant is None


def test_who_leaves_leads_no_more(team: Organization, admin: User) -> None:
    volunteer = make_volunteer("王芳")
    held = _give(make_member(volunteer, team), "captain", admin)
    actions.leave(organization_id=team.pk, by=user_of(volunteer), at=NOON + DAY)
    held.refresh_from_db()
    grant = _grant(held)
    assert (held.ended_at, grant.revoked_at, grant.revoked_by) == (
        NOON + DAY,
        NOON + DAY,
        volunteer.user,
    )


def test_who_left_or_whose_team_is_suspended_gets_no_duty(team: Organization, admin: User) -> None:
    member = make_member(make_volunteer("王芳"), team)
    Organization.objects.filter(pk=team.pk).update(state=OrgState.SUSPENDED)
    with pytest.raises(Refusal, match="不是正常状态"):
        _give(member, "liaison", admin)
    actions.remove_member(membership_id=member.pk, reason="搬走了", by=admin, at=NOON)
    with pytest.raises(Refusal, match="已经离开"):
        _give(member, "liaison", admin)


def test_members_are_listed_by_duty_and_found_by_name(team: Organization, admin: User) -> None:
    first = make_member(make_volunteer("王芳"), team, joined_at=NOON - DAY)
    second = make_member(make_volunteer("李强"), team)
    _give(second, "captain", admin)
    assert list(queries.members(team)) == [second, first]
    assert list(queries.members(team, words=" 王 芳 ")) == [first]
    assert list(queries.members(team, duty_id=_duty("captain"))) == [second]
    assert queries.public_duties(team) == [("队长", 1)]


# -- Invitations -------------------------------------------------------------------------------


def _invite(team: Organization, by: User, *, most: int = 2, days: int = 7) -> Invitation:
    return actions.invite(
        organization_id=team.pk, most=most, days=days, note="重阳节", by=by, at=NOON
    )


def _token(invitation: Invitation) -> str:
    return rules.invitation_token(invitation.pk, key=city_settings.SECRET_KEY.encode())


def _accept(invitation: Invitation, volunteer: Volunteer) -> Membership:
    return actions.accept_invitation(
        token=_token(invitation), volunteer=volunteer, by=user_of(volunteer), at=NOON + DAY
    )


def test_who_opens_the_link_in_time_belongs(team: Organization, admin: User) -> None:
    invitation, volunteer = _invite(team, admin), make_volunteer("王芳")
    asked = JoinRequest.objects.create(organization=team, volunteer=volunteer, asked_at=NOON)
    membership = _accept(invitation, volunteer)
    assert (membership.organization, membership.joined_at) == (team, NOON + DAY)
    invitation.refresh_from_db()
    asked.refresh_from_db()
    assert (invitation.used, asked.state, asked.decided_by) == (1, JoinState.ACCEPTED, admin)
    entry = Entry.objects.get(verb="orgs.join_by_invitation")
    assert entry.data == {"organization": team.pk, "invitation": invitation.pk}


def test_a_link_ends_with_its_uses_its_time_and_by_hand(team: Organization, admin: User) -> None:
    used = _invite(team, admin, most=1)
    _accept(used, make_volunteer("王芳"))
    late = _invite(team, admin, days=1)
    ended = _invite(team, admin)
    actions.end_invitation(invitation_id=ended.pk, by=admin, at=NOON)
    for invitation in (used, late, ended):
        with pytest.raises(Refusal, match="已经用完或过期"):
            _accept(invitation, make_volunteer())
    with pytest.raises(Refusal, match="已经停用"):
        actions.end_invitation(invitation_id=ended.pk, by=admin, at=NOON)
    assert list(queries.invitations(team, at=NOON + DAY)) == []


def test_who_belongs_already_uses_nothing_up(team: Organization, admin: User) -> None:
    invitation, volunteer = _invite(team, admin), make_volunteer("王芳")
    make_member(volunteer, team)
    with pytest.raises(Refusal, match="已经是成员"):
        _accept(invitation, volunteer)
    invitation.refresh_from_db()
    assert invitation.used == 0


def test_the_last_use_is_given_once(team: Organization, admin: User) -> None:
    invitation = _invite(team, admin, most=1)
    rest = Invitation.objects.filter(pk=invitation.pk)
    with (
        rival_before('UPDATE "orgs_invitation"', lambda: rest.update(used=1)),
        pytest.raises(Refusal, match="已经用完"),
    ):
        _accept(invitation, make_volunteer("王芳"))
    assert Membership.objects.count() == 0


def test_saboteur_who_counts_without_looking_is_stopped_by_the_database(
    team: Organization, admin: User
) -> None:
    invitation = _invite(team, admin, most=1)
    rest = Invitation.objects.filter(pk=invitation.pk)
    rest.update(used=F("used") + 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        rest.update(used=F("used") + 1)


@pytest.mark.parametrize("token", ["", "1", "1.AAAAAAAAAAAAAAAAAAAAAA", "🎉", "９.x", "a" * 5000])
def test_a_made_up_link_opens_nothing(team: Organization, token: str) -> None:
    volunteer = make_volunteer("王芳")
    with pytest.raises(BadInput, match="无效或不完整"):
        actions.accept_invitation(token=token, volunteer=volunteer, by=user_of(volunteer), at=NOON)


@pytest.mark.parametrize(
    ("most", "days", "field"), [(0, 7, "most"), (1001, 7, "most"), (5, 0, "days"), (5, 91, "days")]
)
def test_a_link_has_sensible_limits(
    team: Organization, admin: User, most: int, days: int, field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        _invite(team, admin, most=most, days=days)
    assert (refused.value.field, Invitation.objects.count()) == (field, 0)


@pytest.mark.parametrize(
    ("kind", "state"), [(Kind.OFFICE, OrgState.ACTIVE), (Kind.FILED, OrgState.SUSPENDED)]
)
def test_who_takes_nobody_in_invites_nobody(admin: User, kind: Kind, state: OrgState) -> None:
    closed = make_organization(kind=kind, state=state)
    with pytest.raises(Refusal, match="不能招收成员"):
        _invite(closed, admin)


def test_nobody_joins_what_was_suspended_meanwhile(team: Organization, admin: User) -> None:
    invitation = _invite(team, admin)
    Organization.objects.filter(pk=team.pk).update(state=OrgState.SUSPENDED)
    with pytest.raises(Refusal, match="不能招收成员"):
        _accept(invitation, make_volunteer("王芳"))


def test_closing_an_account_ends_what_it_did_in_its_teams(team: Organization, admin: User) -> None:
    volunteer = make_volunteer("王芳")
    member = make_member(volunteer, team)
    held = _give(member, "captain", admin)
    actions.leave_all(volunteer_id=volunteer.pk, by=user_of(volunteer), at=NOON + DAY)
    member.refresh_from_db()
    held.refresh_from_db()
    assert (member.left_at, held.ended_at) == (NOON + DAY, NOON + DAY)
    assert _grant(held).revoked_at == NOON + DAY


# -- Brand projects and buildings --------------------------------------------------------------


def _brand(team: Organization, by: User, name: str = "爱周六", **said: object) -> BrandProject:
    words = {"name": name, "what": "每周六清理河岸", "since": 2017, "photo": None, **said}
    return actions.add_brand(organization_id=team.pk, **words, by=by, at=NOON)  # type: ignore[arg-type]


def test_brand_projects_stand_in_their_own_order(team: Organization, admin: User) -> None:
    first, second = _brand(team, admin), _brand(team, admin, "随手公益")
    actions.raise_brand(brand_id=second.pk, by=admin, at=NOON)
    assert list(queries.brands(team)) == [second, first]
    with pytest.raises(Refusal, match="已经在最前面"):
        actions.raise_brand(brand_id=second.pk, by=admin, at=NOON)
    actions.end_brand(brand_id=second.pk, by=admin, at=NOON)
    assert list(queries.brands(team)) == [first]
    assert _brand(team, admin, "随手公益").name == "随手公益"


@pytest.mark.parametrize(
    ("said", "field", "sentence"),
    [
        ({"name": ""}, "name", "请填写名称"),
        ({"name": "爱周六🎉"}, "name", "不能有表情符号"),
        ({"name": "名" * 41}, "name", "最多 40 个字"),
        ({"what": " 　"}, "what", "请填写做什么"),
        ({"what": "字" * 301}, "what", "最多 300 个字"),
        ({"since": 1948}, "since", "1949 到 2026"),
        ({"since": 2027}, "since", "1949 到 2026"),
    ],
)
def test_a_bad_brand_project_is_refused_at_its_field(
    team: Organization, admin: User, said: dict[str, object], field: str, sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence) as refused:
        _brand(team, admin, **said)  # type: ignore[arg-type]
    assert (refused.value.field, BrandProject.objects.count()) == (field, 0)


def test_two_brand_projects_of_one_name_are_one_too_many(team: Organization, admin: User) -> None:
    _brand(team, admin)
    with pytest.raises(Refusal, match="已经有同名的品牌项目"):
        _brand(team, admin)


def test_54_squads_over_258_buildings_are_found_by_building(
    team: Organization, admin: User
) -> None:
    rest = 258
    for number in range(54):
        squad = make_organization(f"{number + 1}分队", parent=team)
        mine = 5 if rest - 5 >= (53 - number) * 4 and number < 42 else 4
        names = [f"滨河小区 {number + 1}-{one + 1} 号楼" for one in range(mine)]
        actions.set_buildings(organization_id=squad.pk, text="\n".join(names), by=admin, at=NOON)
        rest -= mine
    covering = queries.covering(team)
    assert (covering.teams, covering.buildings, rest) == (54, 258, 0)
    [found] = queries.teams_of_building(team, "小区 7-2 号")
    assert found.organization.name == "7分队"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("楼" * 41, "最多 40 个字"), ("\n".join(map(str, range(201))), "最多填写 200 栋")],
)
def test_too_many_or_too_long_buildings_are_refused(
    team: Organization, admin: User, text: str, sentence: str
) -> None:
    actions.set_buildings(organization_id=team.pk, text="１ 号楼\n\n１ 号楼 ", by=admin, at=NOON)
    with pytest.raises(BadInput, match=sentence):
        actions.set_buildings(organization_id=team.pk, text=text, by=admin, at=NOON)
    assert [str(one) for one in queries.buildings(team)] == ["1 号楼"]
