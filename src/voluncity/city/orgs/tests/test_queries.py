from datetime import timedelta

import pytest

from voluncity.city.access.permissions import Permission, Role
from voluncity.city.access.queries import scope_of
from voluncity.city.inbox.models import Message
from voluncity.city.journal.tasks import catch_up
from voluncity.city.orgs import actions, queries
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.queries import Belonging, Figures, Filters
from voluncity.city.orgs.states import Kind, OrgState
from voluncity.city.regions import actions as regions
from voluncity.testing.make_orgs import give, make_member, make_organization, make_plan
from voluncity.testing.make_people import (
    NOON,
    make_county,
    make_region,
    make_user,
    make_volunteer,
    user_of,
)
from voluncity.testing.make_stations import make_station

pytestmark = pytest.mark.django_db


def test_the_organizations_of_the_notices_are_loaded_once() -> None:
    regions.load_regions()
    first, second = actions.load_lead_units(), actions.load_lead_units()
    assert first == second == Organization.objects.count() == 33
    office = Organization.objects.get(key="city-office")
    assert (office.name, office.kind, office.path) == (
        "太原市文明办",
        Kind.OFFICE,
        f"/{office.pk}/",
    )
    units = Organization.objects.filter(kind=Kind.LEAD_UNIT)
    assert units.count() == 31
    assert all(unit.path == f"{office.path}{unit.pk}/" for unit in units)
    assert {unit.state for unit in units} == {OrgState.ACTIVE}
    assert Organization.objects.get(key="federation").name == "太原市志愿服务联合会"


def test_loading_keeps_a_name_that_the_office_changed() -> None:
    regions.load_regions()
    actions.load_lead_units()
    Organization.objects.filter(key="environment-bureau").update(name="市生态环境局")
    actions.load_lead_units()
    assert Organization.objects.get(key="environment-bureau").name == "市生态环境局"


def test_the_public_list_shows_active_organizations_teams_first() -> None:
    team = make_organization("甲队")
    unit = make_organization("乙局", kind=Kind.LEAD_UNIT)
    for state in set(OrgState) - {OrgState.ACTIVE}:
        make_organization(state=state)
    assert list(queries.public_list(Filters())) == [team, unit]


def test_filters_narrow_together_and_nonsense_is_no_filter() -> None:
    county = make_county()
    here = make_organization("汾河护河队", region=county)
    make_organization("汾河护河二队")
    make_organization("汾河商户", region=county, kind=Kind.MERCHANT)
    filters = Filters(kind="filed", region=county, words="护河　汾")
    assert list(queries.public_list(filters)) == [here]
    assert queries.public_list(Filters(kind="nonsense", state="x")).count() == 3
    assert queries.public_list(Filters(words="%")).count() == 0
    assert queries.public_list(Filters(words="_")).count() == 0
    assert queries.public_list(Filters(words="'; DROP TABLE")).count() == 0


def test_the_desk_sees_its_own_area_with_what_waits_on_top() -> None:
    unit = make_organization("局", kind=Kind.LEAD_UNIT)
    team = make_organization("队", parent=unit)
    waiting = make_organization("新队", parent=unit, state=OrgState.APPLIED)
    make_organization("别处")
    staff = make_user()
    give(staff, Role.LEAD_UNIT, unit)
    scope = scope_of(staff, Permission.ORG_SEE)
    assert list(queries.desk_list(scope, Filters())) == [waiting, unit, team]
    assert list(queries.desk_list(scope, Filters(state="applied"))) == [waiting]


def test_figures_count_everything_below_and_each_person_once() -> None:
    corps = make_organization("总队")
    squad = make_organization("分队", parent=corps)
    make_organization("停用", parent=corps, state=OrgState.SUSPENDED)
    both, one = make_volunteer("王芳"), make_volunteer("李强")
    make_member(both, corps)
    make_member(both, squad)
    make_member(one, squad)
    left = make_member(make_volunteer("孙丽"), squad)
    actions.leave(organization_id=squad.pk, by=user_of(left.volunteer), at=NOON)
    for name, closed in (("总站", None), ("旧站", NOON)):
        make_station(name, organization=squad, closed_at=closed)
    assert queries.figures(corps) == Figures(members=2, organizations=1, stations=1)


def test_how_a_volunteer_stands_to_an_organization() -> None:
    team, member, asker = make_organization(), make_volunteer("王芳"), make_volunteer("李强")
    membership = make_member(member, team)
    asked = actions.ask_to_join(
        organization_id=team.pk, volunteer=asker, message="", by=user_of(asker), at=NOON
    )
    assert queries.belonging(team, member) == Belonging(membership=membership)
    assert queries.belonging(team, asker) == Belonging(request=asked)
    assert queries.belonging(team, None) == Belonging()
    assert list(queries.memberships_of(member)) == [membership]
    assert list(queries.requests_of(asker)) == [asked]


def test_any_active_organization_may_be_asked_for_as_parent() -> None:
    unit, team = make_organization(kind=Kind.UNIT), make_organization()
    asleep = make_organization(state=OrgState.SUSPENDED)
    assert list(queries.possible_parents()) == [unit]
    assert list(queries.possible_parents(team.pk)) == [unit, team]
    assert list(queries.possible_parents(asleep.pk)) == [unit]


def test_the_applicant_sees_the_steps_and_staff_see_who_took_them() -> None:
    unit, reviewer = make_organization(kind=Kind.LEAD_UNIT), make_user("赵敏")
    applicant = user_of(make_volunteer("王芳"))
    team = actions.apply_organization(plan=make_plan(unit), paper=None, by=applicant, at=NOON)
    actions.reveal_phone(organization_id=team.pk, by=reviewer, at=NOON)
    actions.send_back(
        organization_id=team.pk, reason="缺材料。", by=reviewer, at=NOON + timedelta(hours=1)
    )
    own = [(event.label, event.actor) for event in queries.events(team, for_staff=False)]
    assert own == [("退回修改", ""), ("提交申请", "")]
    desk = [(event.label, event.actor) for event in queries.events(team, for_staff=True)]
    assert desk == [("退回修改", "赵敏"), ("查看联系电话", "赵敏"), ("提交申请", "王芳")]


def test_the_applicant_is_told_every_decision_once() -> None:
    unit, reviewer = make_organization(kind=Kind.LEAD_UNIT), make_user("赵敏")
    applicant = user_of(make_volunteer("王芳"))
    plan = make_plan(unit, name="护河队")
    team = actions.apply_organization(plan=plan, paper=None, by=applicant, at=NOON)
    actions.send_back(organization_id=team.pk, reason="缺材料。", by=reviewer, at=NOON)
    catch_up()
    actions.resubmit_organization(
        organization_id=team.pk, plan=plan, paper=None, by=applicant, at=NOON
    )
    actions.approve(organization_id=team.pk, by=reviewer, at=NOON)
    for _ in range(3):
        catch_up()
    told = [(m.user, m.title, m.body) for m in Message.objects.order_by("pk")]
    assert told == [
        (applicant, "组织申请被退回修改", "“护河队”的申请需要修改：缺材料。"),
        (applicant, "组织申请已审核通过", "“护河队”已通过审核，按规定公示后生效。"),
        (
            applicant,
            "组织已正式成立",
            "“护河队”已生效，您是管理员，可以进入工作台发布项目。",
        ),
    ]


def test_organizations_above_come_from_the_root_down() -> None:
    office = make_organization(kind=Kind.OFFICE, region=make_region())
    unit = make_organization(kind=Kind.LEAD_UNIT, parent=office)
    team = make_organization(parent=unit)
    assert queries.above(team) == [office, unit]
    assert queries.above(office) == []
    assert list(queries.below(unit)) == [team]
