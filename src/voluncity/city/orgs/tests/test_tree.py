"""An organization moves in the tree, becomes part of another one, or ends."""

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.db.models import Exists
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from voluncity.city.access.models import Grant
from voluncity.city.access.permissions import Permission, Role
from voluncity.city.access.queries import may, scope_of
from voluncity.city.inbox.models import Message
from voluncity.city.journal.models import Entry
from voluncity.city.journal.tasks import catch_up
from voluncity.city.orgs import actions, queries
from voluncity.city.orgs.actions import moves
from voluncity.city.orgs.models import (
    Invitation,
    JoinRequest,
    Membership,
    Organization,
    OrgChange,
)
from voluncity.city.orgs.rules import OpenWork
from voluncity.city.orgs.states import JoinState, Kind, OrgState
from voluncity.city.people.models import User
from voluncity.city.regions.models import Region
from voluncity.city.stations.models import Station
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal, WrongState
from voluncity.testing.make_orgs import give, make_member, make_organization, make_plan
from voluncity.testing.make_people import (
    NOON,
    TODAY,
    make_poster,
    make_region,
    make_user,
    make_volunteer,
)
from voluncity.testing.make_stations import make_station
from voluncity.testing.rivals import rival_before

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
WHY = "区划调整"


class City:
    """An office above two units, each with a team; a squad below the first team."""

    def __init__(self) -> None:
        self.region: Region = make_region()
        self.root = make_organization("市文明办", kind=Kind.OFFICE, region=self.region)
        self.first = make_organization("市园林局", kind=Kind.LEAD_UNIT, parent=self.root)
        self.second = make_organization("市水务局", kind=Kind.LEAD_UNIT, parent=self.root)
        self.team = make_organization("护河队", parent=self.first)
        self.squad = make_organization("护河队一分队", parent=self.team)
        self.office = make_user("赵敏")
        give(self.office, Role.CITY_OFFICE, self.region)

    def move(self, what: Organization, parent: Organization, by: User | None = None) -> None:
        actions.move(
            organization_id=what.pk, parent_id=parent.pk, reason=WHY, by=by or self.office, at=NOON
        )


@pytest.fixture
def city() -> City:
    return City()


def _path(organization: Organization) -> str:
    return Organization.objects.values_list("path", flat=True).get(pk=organization.pk)


def _verbs(organization: Organization) -> list[str]:
    found = Entry.objects.filter(subject_type="organization", subject_id=organization.pk)
    return [entry.verb for entry in found.order_by("pk")]


# -- Move --------------------------------------------------------------------------------------


def test_a_whole_subtree_moves_and_is_kept_where_it_was_until_today(city: City) -> None:
    was = {city.team.pk: city.team.path, city.squad.pk: city.squad.path}
    city.move(city.team, city.second)
    assert _path(city.team) == f"{city.second.path}{city.team.pk}/"
    assert _path(city.squad) == f"{city.second.path}{city.team.pk}/{city.squad.pk}/"
    kept = OrgChange.objects.order_by("pk").values_list(
        "organization", "path", "since", "until", "reason"
    )
    founded = date(2025, 1, 6)
    assert list(kept) == [(pk, path, founded, TODAY, WHY) for pk, path in was.items()]
    assert _verbs(city.team) == ["orgs.move"]
    assert queries.tree_faults() == []


def test_past_days_find_what_moved_where_it_was_then(city: City) -> None:
    city.move(city.team, city.second)
    moved = {city.team, city.squad}
    yesterday = TODAY - DAY
    assert set(queries.below_on(city.first, yesterday)) == {city.first} | moved
    assert set(queries.below_on(city.second, yesterday)) == {city.second}
    assert set(queries.below_on(city.first, TODAY)) == {city.first}
    assert set(queries.below_on(city.second, TODAY)) == {city.second} | moved
    assert set(queries.below_on(city.team, yesterday)) == moved


def test_a_second_move_keeps_a_second_place(city: City) -> None:
    city.move(city.team, city.second)
    later = NOON + 3 * DAY
    actions.move(
        organization_id=city.team.pk, parent_id=city.root.pk, reason=WHY, by=city.office, at=later
    )
    kept = OrgChange.objects.filter(organization=city.team).order_by("pk")
    assert [(row.parent, row.since, row.until) for row in kept] == [
        (city.first, date(2025, 1, 6), TODAY),
        (city.second, TODAY, TODAY + 3 * DAY),
    ]
    assert set(queries.below_on(city.second, TODAY + DAY)) >= {city.team, city.squad}


def test_what_was_granted_for_the_new_parent_reaches_what_moved(city: City) -> None:
    head = make_user("水务局联络员")
    give(head, Role.LEAD_UNIT, city.second)
    squads = Organization.objects.filter(pk=city.squad.pk)
    assert not may(head, Permission.ORG_SEE, squads)
    city.move(city.team, city.second)
    assert may(User.objects.get(pk=head.pk), Permission.ORG_SEE, squads)


def test_nothing_moves_below_itself(city: City) -> None:
    for target in (city.team, city.squad):
        with pytest.raises(BadInput, match="不能移到它自己或它的下级组织下面") as refused:
            city.move(city.team, target)
        assert refused.value.field == "parent"
    assert OrgChange.objects.count() == 0


def test_a_move_to_where_it_is_already_is_refused(city: City) -> None:
    with pytest.raises(BadInput, match="它现在就在这个组织下面"):
        city.move(city.team, city.first)


def test_the_root_of_the_tree_stays(city: City) -> None:
    with pytest.raises(Refusal, match="组织树的最上级"):
        city.move(city.root, city.first)


def test_only_what_stands_is_moved_and_only_below_what_is_active(city: City) -> None:
    asked = make_organization(parent=city.first, state=OrgState.APPLIED)
    with pytest.raises(WrongState, match="只有正常或暂停的组织"):
        city.move(asked, city.second)
    closed = make_organization(parent=city.root, state=OrgState.SUSPENDED)
    with pytest.raises(BadInput, match="请选择您管理范围内、状态正常的组织"):
        city.move(city.team, closed)


def test_nobody_moves_to_where_they_have_no_say_nor_their_own(city: City) -> None:
    head = make_user("园林局联络员")
    give(head, Role.LEAD_UNIT, city.first)
    with pytest.raises(BadInput, match="您管理范围内"):
        city.move(city.team, city.second, by=head)
    give(city.office, Role.ORG_ADMIN, city.team)
    with pytest.raises(NotAllowed, match="您是这个组织的工作人员"):
        city.move(city.team, city.second)


@pytest.mark.parametrize("reason", ["", " 　 ", "理" * 301])
def test_a_move_needs_a_reason_of_sensible_length(city: City, reason: str) -> None:
    with pytest.raises(BadInput) as refused:
        actions.move(
            organization_id=city.team.pk, parent_id=city.second.pk, reason=reason,
            by=city.office, at=NOON,
        )  # fmt: skip
    assert refused.value.field == "reason"
    assert _path(city.team) == city.team.path


def _pass_each_other(city: City) -> None:
    """While the first unit moves below the second, the second moves below the first."""

    def rival() -> None:
        Organization.objects.filter(pk=city.second.pk).update(
            path=f"{city.first.path}{city.second.pk}/", parent=city.first
        )

    with rival_before('INSERT INTO "orgs_orgchange"', rival):
        city.move(city.first, city.second)


def test_two_moves_that_pass_each_other_close_no_circle(city: City) -> None:
    with pytest.raises(Refusal, match="刚刚变化，请刷新页面"):
        _pass_each_other(city)


def test_saboteur_who_does_not_ask_again_closes_a_circle(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:

    monkeypatch.setattr(moves, "Exists", lambda _rows: Exists(Organization.objects.all()))
    _pass_each_other(city)
    assert queries.tree_faults() != []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_who_move_at_the_same_time_each_below_the_other_one_comes_second() -> None:
    city = City()
    start = Barrier(2)
    refused: list[str] = []

    def run(what: Organization, parent: Organization) -> None:
        start.wait(timeout=10)
        try:
            city.move(what, parent)
        except Refusal as refusal:
            refused.append(refusal.sentence)
        finally:
            connection.close()

    pairs = [(city.first, city.second), (city.second, city.first)]
    threads = [Thread(target=run, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(refused) == 1
    assert queries.tree_faults() == []


# -- Dissolve and merge ------------------------------------------------------------------------


@pytest.fixture
def station(city: City) -> Station:
    return make_station("护河队服务站", organization=city.team)


def _dissolve(city: City, what: Organization) -> Organization:
    return actions.dissolve(organization_id=what.pk, reason="队员都搬走了", by=city.office, at=NOON)


def _merge(city: City, what: Organization, into: Organization) -> Organization:
    return actions.merge(
        organization_id=what.pk, into_id=into.pk, reason="两队合一", by=city.office, at=NOON
    )


def _people(city: City) -> tuple[Membership, User]:
    member = make_member(make_volunteer("王芳"), city.team)
    leader = make_user("李强")
    give(leader, Role.TEAM_LEADER, city.team)
    asking = make_volunteer("周明")
    JoinRequest.objects.create(organization=city.team, volunteer=asking, asked_at=NOON)
    actions.invite(
        organization_id=city.team.pk, most=5, days=7, note="", by=city.office, at=NOON - DAY
    )
    return member, leader


def test_who_belonged_leaves_when_a_team_is_dissolved_and_its_history_stays(
    city: City, station: Station
) -> None:
    member, _ = _people(city)
    city.move(city.squad, city.second)
    poster = make_poster(city.team)
    _dissolve(city, city.team)
    poster.refresh_from_db()
    assert poster.ended_at == NOON
    member.refresh_from_db()
    station.refresh_from_db()
    city.team.refresh_from_db()
    assert (city.team.state, city.team.state_reason) == (OrgState.DISSOLVED, "队员都搬走了")
    assert (member.left_at, member.left_reason) == (NOON, "“护河队”已注销")
    assert (station.closed_at, station.closed_reason) == (NOON, "所属组织已注销")
    assert Entry.objects.filter(verb="stations.close", subject_id=station.pk).count() == 1
    assert Grant.objects.filter(organization=city.team, revoked_at=None).count() == 0
    assert Invitation.objects.get().ended_at == NOON
    asked = JoinRequest.objects.get()
    assert (asked.state, asked.reason) == (JoinState.DECLINED, "组织已注销。")
    catch_up()
    assert Message.objects.filter(user=member.volunteer.user).values_list(
        "title", "body"
    ).get() == (
        "您的组织有变化",
        "“护河队”：“护河队”已注销。已经记录的时长不受影响。",
    )


def test_the_name_and_code_of_a_dissolved_team_are_free_again(city: City) -> None:
    city.move(city.squad, city.second)
    _dissolve(city, city.team)
    again = make_organization("护河队", parent=city.first)
    assert again.region == city.team.region


def test_what_has_something_below_is_not_dissolved(city: City) -> None:
    make_organization(parent=city.team, state=OrgState.APPLIED)
    with pytest.raises(Refusal, match="还有 2 个下级组织"):
        _dissolve(city, city.team)
    city.team.refresh_from_db()
    assert (city.team.state, _verbs(city.team)) == (OrgState.ACTIVE, [])


def _still_busy(*, organization_id: int, at: object) -> list[OpenWork]:
    return [OpenWork(f"{organization_id} 有 2 个项目没有结项")]


def test_open_work_must_be_finished_first(city: City, settings: Settings) -> None:
    settings.VOLUNCITY_OPEN_WORK = [f"{__name__}._still_busy"]
    with pytest.raises(Refusal, match=r"2 个项目没有结项.*请先办完再办理"):
        _dissolve(city, city.squad)
    with pytest.raises(Refusal, match=r"2 个项目没有结项.*请先办完再办理"):
        _merge(city, city.squad, city.first)
    assert Organization.objects.filter(state=OrgState.DISSOLVED).count() == 0


def test_what_became_part_of_another_one_goes_on_there(city: City, station: Station) -> None:
    member, leader = _people(city)
    both = make_volunteer("孙丽")
    make_member(both, city.team)
    make_member(both, city.second)
    actions.set_buildings(
        organization_id=city.team.pk, text="1 号楼\n2 号楼", by=city.office, at=NOON
    )
    actions.set_buildings(organization_id=city.second.pk, text="2 号楼", by=city.office, at=NOON)
    poster = make_poster(city.team)
    _merge(city, city.team, city.second)
    page = Client().get(f"/j/{poster.code}/").content.decode()
    assert "“护河队”已经并入“市水务局”，不再招募。" in page
    assert f'href="/orgs/{city.second.pk}/"' in page
    live = Membership.objects.filter(left_at=None).order_by("volunteer__name")
    assert [(row.volunteer.name, row.organization) for row in live] == [
        ("孙丽", city.second),
        ("王芳", city.second),
    ]
    member.refresh_from_db()
    assert (member.left_at, member.left_reason) == (NOON, "随组织并入“市水务局”")
    station.refresh_from_db()
    assert (station.organization, station.closed_at) == (city.second, None)
    assert _path(city.squad) == f"{city.second.path}{city.squad.pk}/"
    assert sorted(str(one) for one in queries.buildings(city.second)) == ["1 号楼", "2 号楼"]
    assert not may(leader, Permission.PROJECT_SEE, Organization.objects.all())
    merged = queries.merged_into(city.team)
    assert merged is not None
    assert (merged.into, merged.merged_at, merged.merged_by) == (city.second, NOON, city.office)
    assert (_verbs(city.team)[-1], _verbs(city.second)[-1]) == ("orgs.merge", "orgs.take_in")
    assert queries.tree_faults() == []


def test_nothing_becomes_part_of_itself_of_what_is_below_it_or_of_an_office(city: City) -> None:
    for target, words in (
        (city.team, "不能并入它自己"),
        (city.squad, "不能并入它自己或它的下级组织"),
        (city.root, "文明办不招收成员"),
    ):
        with pytest.raises(BadInput, match=words) as refused:
            _merge(city, city.team, target)
        assert refused.value.field == "into"


def test_what_ended_does_not_end_again(city: City) -> None:
    _dissolve(city, city.squad)
    with pytest.raises(WrongState, match="已注销"):
        _dissolve(city, city.squad)
    with pytest.raises(WrongState, match="已注销"):
        _merge(city, city.squad, city.first)


def test_nobody_ends_what_they_work_for(city: City) -> None:
    give(city.office, Role.ORG_ADMIN, city.squad)
    with pytest.raises(NotAllowed, match="您是这个组织的工作人员"):
        _dissolve(city, city.squad)


def test_who_joins_in_the_moment_of_the_end_is_refused(city: City) -> None:
    asked = JoinRequest.objects.create(
        organization=city.squad, volunteer=make_volunteer("周明"), asked_at=NOON
    )
    Organization.objects.filter(pk=city.squad.pk).update(state=OrgState.SUSPENDED)
    with pytest.raises(Refusal, match="现在不能招收成员"):
        actions.decide_join(request_id=asked.pk, is_accepted=True, by=city.office, at=NOON)
    assert Membership.objects.count() == 0


def test_the_consequences_say_what_an_ending_touches(city: City, station: Station) -> None:
    _people(city)
    follows = queries.consequences(city.team, at=NOON)
    assert (
        follows.below, follows.all_below, follows.members, follows.stations, follows.roles,
        follows.requests, follows.invitations, follows.open_work,
    ) == (1, 1, 1, 1, 1, 1, 1, ())  # fmt: skip


def test_who_applies_below_a_moving_parent_stands_in_its_new_subtree(city: City) -> None:
    city.move(city.team, city.second)
    applicant = make_volunteer("吴刚").user
    assert applicant is not None
    new = actions.apply_organization(plan=make_plan(city.team), paper=None, by=applicant, at=NOON)
    assert new.path == f"{_path(city.team)}{new.pk}/"


def test_the_tree_is_read_in_one_statement_for_each_level(
    city: City, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(30):
        make_organization(parent=city.team)
    give(city.office, Role.LEAD_UNIT, city.first)

    scope = scope_of(city.office, Permission.ORG_SEE)
    with django_assert_num_queries(2):
        [root] = queries.nodes(queries.roots(scope), depth=1)
    assert (root.organization, [node.organization for node in root.below]) == (
        city.root,
        [city.first, city.second]
        if city.first.name < city.second.name
        else [city.second, city.first],
    )
