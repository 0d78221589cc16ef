from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from voluncity.city.access.permissions import Role
from voluncity.city.journal.models import Entry
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import OrgState
from voluncity.city.people.models import User
from voluncity.city.regions import queries as regions
from voluncity.city.stations import actions
from voluncity.city.stations.models import Station
from voluncity.city.stations.rules import StationPlan
from voluncity.kernel.refusals import BadInput, NotFound, Refusal
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import NOON, TODAY, make_county, make_user
from voluncity.testing.make_stations import make_reference
from voluncity.testing.pages import markup
from voluncity.testing.rivals import rival_before

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _reference() -> None:
    make_reference()


@pytest.fixture
def team() -> Organization:
    return make_organization("迎泽志愿者协会")


@pytest.fixture
def office(team: Organization) -> User:
    """Return the city office, which may do everything here."""
    user = make_user("文明办")
    city = make_county().parent
    assert city is not None
    give(user, Role.CITY_OFFICE, city)
    return user


@pytest.fixture
def worker(team: Organization) -> User:
    user = make_user("社区工作人员")
    give(user, Role.COMMUNITY_WORKER, team.region)
    return user


def _plan(team: Organization, **said: Any) -> StationPlan:
    plan: dict[str, Any] = {
        "name": "五一广场志愿服务站",
        "kind": "public_place",
        "organization_id": team.pk,
        "region_id": team.region_id,
        "address": "五一路 1 号",
        "week": ("9:00-17:00", *["同上"] * 6),
        "offers": "饮水、急救箱、雨伞。",
        "lat": 37.8706,
        "lng": 112.5489,
    }
    return StationPlan(**plan | said)


def _open(team: Organization, by: User, **said: Any) -> Station:
    return actions.open_station(plan=_plan(team, **said), by=by, at=NOON)


# -- Keep up -----------------------------------------------------------------------------------


def test_a_station_is_opened_changed_closed_and_opened_again(
    team: Organization, office: User
) -> None:
    station = _open(team, office, name=" 五一广场　志愿服务站 ")
    assert str(station) == "五一广场 志愿服务站"
    actions.change_station(
        station_id=station.pk, plan=_plan(team, phone="0351 - 1234567"), by=office, at=NOON
    )
    station.refresh_from_db()
    assert (station.name, station.phone) == ("五一广场志愿服务站", "0351-1234567")
    actions.close_station(station_id=station.pk, reason="拆迁", by=office, at=NOON)
    with pytest.raises(Refusal, match="已经关闭"):
        actions.close_station(station_id=station.pk, reason="拆迁", by=office, at=NOON)
    actions.reopen_station(station_id=station.pk, by=office, at=NOON)
    with pytest.raises(Refusal, match="正在开放"):
        actions.reopen_station(station_id=station.pk, by=office, at=NOON)
    verbs = list(Entry.objects.filter(subject_type="station").values_list("verb", flat=True))
    assert verbs == ["stations.open", "stations.change", "stations.close", "stations.reopen"]


@pytest.mark.parametrize(
    ("said", "field", "sentence"),
    [
        ({"name": "\u200b"}, "name", "请填写名称。"),
        ({"name": "站" * 61}, "name", "名称最多 60 个字"),
        ({"kind": "🎉"}, "kind", "请选择服务站类型。"),
        ({"address": ""}, "address", "请填写地址。"),
        ({"week": [""] * 7}, "day_0", "请至少填写一天的开放时间。"),
        ({"week": ["9-17", "9点到"] + [""] * 5}, "day_1", "周二的时间看不明白"),
        ({"opening_hours": "字" * 81}, "opening_hours", "最多 80 个字"),
        ({"equipment": {"umbrellas": -1}}, "has_umbrellas", "数量应在 0 到 9999"),
        ({"phone": "请拨打"}, "phone", "电话请填写手机号"),
        ({"phone": "123456789012-12345678"}, "phone", "电话号码太长"),
        ({"offers": "字" * 501}, "offers", "最多 500 个字"),
        ({"lat": None}, "lat", "请一起填写"),
        ({"lng": None}, "lng", "请一起填写"),
        ({"lat": 112.5, "lng": 37.8}, "lat", "核对是否与经度填反"),
        ({"lng": 200.0}, "lng", "核对是否与纬度填反"),
        ({"lat": float("nan")}, "lat", "纬度应在"),
        ({"lng": float("inf")}, "lng", "经度应在"),
        ({"organization_id": 0}, "organization", "请重新选择运行单位"),
        ({"region_id": 0}, "region", "不在您的管理范围内"),
    ],
)
def test_a_bad_station_is_refused_at_its_field(
    team: Organization, office: User, said: dict[str, Any], field: str, sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence) as refused:
        _open(team, office, **said)
    assert (refused.value.field, Station.objects.count()) == (field, 0)


@pytest.mark.parametrize("phone", ["12345", "13900000000", "0351-1234567", "400-800-1234", ""])
def test_usual_numbers_are_taken(team: Organization, office: User, phone: str) -> None:
    assert _open(team, office, phone=phone).phone == phone


def test_two_stations_of_one_region_have_two_names(team: Organization, office: User) -> None:
    _open(team, office)
    with pytest.raises(Refusal, match="已有同名的服务站") as refused:
        _open(team, office)
    assert refused.value.field == "name"
    assert _open(team, office, region_id=make_county().pk)


def test_of_two_that_open_the_same_at_once_one_is_told(team: Organization, office: User) -> None:
    with (
        pytest.raises(Refusal, match="已有同名的服务站"),
        rival_before('INSERT INTO "stations_station"', lambda: _open(team, office)),
    ):
        _open(team, office)


def test_the_city_has_one_head_station(team: Organization, office: User) -> None:
    first = _open(team, office, is_main=True)
    with pytest.raises(Refusal, match="全市只有一个总站") as refused:
        _open(team, office, name="另一个", is_main=True)
    assert refused.value.field == "is_main"
    actions.close_station(station_id=first.pk, reason="搬家", by=office, at=NOON)
    _open(team, office, name="另一个", is_main=True)
    with pytest.raises(Refusal, match="全市只有一个总站"):
        actions.reopen_station(station_id=first.pk, by=office, at=NOON)


def test_a_community_cannot_name_the_head_station(team: Organization, worker: User) -> None:
    with pytest.raises(BadInput, match="总站由市文明办标记"):
        _open(team, worker, is_main=True)
    assert _open(team, worker)


def test_a_station_stays_within_ones_reach(team: Organization, worker: User) -> None:
    elsewhere = make_organization("别处", region=make_county())
    with pytest.raises(BadInput, match="区划不在您的管理范围内"):
        _open(team, worker, region_id=elsewhere.region_id)
    with pytest.raises(BadInput, match="应在您的管理范围内"):
        _open(team, worker, organization_id=elsewhere.pk)


def test_who_runs_a_station_may_stay_though_out_of_reach(
    team: Organization, office: User, worker: User
) -> None:
    unit = make_organization("市图书馆", region=make_county())
    station = _open(team, office, organization_id=unit.pk)
    changed = actions.change_station(
        station_id=station.pk,
        plan=_plan(team, organization_id=unit.pk, offers="读书"),
        by=worker,
        at=NOON,
    )
    assert (changed.organization, changed.offers) == (unit, "读书")


def test_a_suspended_organization_opens_nothing(office: User) -> None:
    asleep = make_organization(state=OrgState.SUSPENDED)
    with pytest.raises(BadInput, match="请重新选择运行单位"):
        _open(asleep, office)


def test_a_region_that_has_ended_gets_no_station(team: Organization, office: User) -> None:
    team.region.valid_to = TODAY
    team.region.save(update_fields=["valid_to"])
    with pytest.raises(BadInput, match="不在您的管理范围内"):
        _open(team, office)


def test_what_never_was_is_not_found(team: Organization, office: User) -> None:
    with pytest.raises(NotFound):
        actions.change_station(station_id=0, plan=_plan(team), by=office, at=NOON)


# -- Everybody ---------------------------------------------------------------------------------


def test_everybody_finds_a_station_by_words_kind_and_county(
    client: Client, team: Organization, office: User
) -> None:
    _open(team, office)
    _open(team, office, name="市民中心服务站", kind="service_window", region_id=make_county().pk)
    county = regions.trail(team.region)[2]

    def found(**query: Any) -> tuple[bool, bool]:
        page = markup(client.get("/stations/", query))
        return "五一广场" in page, "市民中心" in page

    assert found() == (True, True)
    assert found(q="市民") == (False, True)
    assert found(q="五一路") == (True, True)
    assert found(kind="public_place") == (True, False)
    assert found(region=county.pk) == (True, False)
    assert found(q="没有") == (False, False)


def test_with_a_point_the_nearest_come_first_and_say_how_far(
    client: Client, team: Organization, office: User
) -> None:
    _open(team, office, name="甲站", lat=37.90)
    _open(team, office, name="乙站", lat=37.8706)
    _open(team, office, name="丙站", lat=None, lng=None)
    page = markup(client.get("/stations/", {"lat": "37.8706", "lng": "112.5489"}))
    assert page.index("乙站") < page.index("甲站") < page.index("丙站")
    assert "离您近的在前" in page
    assert "3.3 公里" in page
    station = Station.objects.get(name="甲站")
    page = markup(client.get(f"/stations/{station.pk}/", {"lat": "37.8706", "lng": "112.5489"}))
    assert "离您 3.3 公里" in page


@pytest.mark.parametrize(
    "query",
    [
        {"lat": "x", "lng": "y"},
        {"lat": "nan", "lng": "112"},
        {"lat": "91", "lng": "181"},
        {"lat": "37.8"},
        {"lat": "1e999", "lng": "112"},
        {"page": "x", "kind": "🎉", "region": "abc", "q": "\x00"},
    ],
)
def test_nonsense_in_the_address_shows_the_plain_list(
    client: Client, team: Organization, office: User, query: dict[str, str]
) -> None:
    station = _open(team, office)
    response = client.get("/stations/", query)
    assert response.status_code == 200
    assert "离您近的在前" not in markup(response)
    assert client.get(f"/stations/{station.pk}/", query).status_code == 200


def test_a_closed_station_is_not_listed_and_says_so(
    client: Client, team: Organization, office: User
) -> None:
    station = _open(team, office)
    actions.close_station(station_id=station.pk, reason="拆迁", by=office, at=NOON)
    assert "五一广场" not in markup(client.get("/stations/"))
    assert "这个服务站已经关闭" in markup(client.get(f"/stations/{station.pk}/"))
    assert client.get("/stations/0/").status_code == 404


# -- The desk ----------------------------------------------------------------------------------


def _sent(team: Organization, **said: Any) -> dict[str, Any]:
    plan = _plan(team)
    names = ("name", "kind", "address", "offers", "lat", "lng")
    return {
        **{name: getattr(plan, name) for name in names},
        **{f"day_{number}": text for number, text in enumerate(plan.week)},
        "organization": team.pk,
        "region": [step.pk for step in regions.trail(team.region)],
        **said,
    }


def test_the_desk_opens_changes_and_closes_a_station(
    client: Client, team: Organization, worker: User
) -> None:
    client.force_login(worker)
    assert "may=station_edit&amp;state=active" in markup(client.get("/stations/desk/new/"))
    sent = _sent(team, lat="３７.８７", organization="迎泽志愿者")
    response = client.post("/stations/desk/new/", sent, follow=True)
    assert "服务站已设立" in markup(response)
    station = Station.objects.get()
    assert (station.region, station.lat) == (team.region, 37.87)
    url = f"/stations/desk/{station.pk}/"
    assert "饮水、急救箱" in markup(client.get(f"{url}edit/"))
    sent = _sent(team, phone="12345", services=["water"], has_umbrellas="６")
    assert "已保存" in markup(client.post(f"{url}edit/", sent, follow=True))
    assert "每天 9:00–17:00" in markup(client.get(url))
    assert "请写明原因" in markup(client.post(f"{url}close/"))
    assert "服务站已关闭" in markup(client.post(f"{url}close/", {"reason": "拆迁"}, follow=True))
    assert "重新开放" in markup(client.post(f"{url}reopen/", follow=True))


@pytest.mark.parametrize(
    ("said", "field", "sentence"),
    [
        ({"name": ""}, "name", "请填写名称。"),
        ({"name": "站" * 61}, "name", "60"),
        ({"kind": "x"}, "kind", "请选择服务站类型。"),
        ({"organization": "abc"}, "organization", "没有找到名称里有“abc”的组织"),
        ({"region": []}, "region", "请选择所在区划。"),
        ({"lat": "北纬"}, "lat", "请填写度数，如 37.8706。"),
        ({"lat": "112.5", "lng": "37.8"}, "lat", "核对是否与经度填反"),
        ({"lng": ""}, "lng", "请一起填写"),
        ({"lat": "nan"}, "lat", "请填写度数"),
        ({"phone": "🎉"}, "phone", "电话请填写手机号"),
        ({"is_main": "on"}, "is_main", "总站由市文明办标记"),
        ({"day_2": "25:00-26:00"}, "day_2", "周三有不存在的钟点"),
        ({"has_umbrellas": "几把"}, "has_umbrellas", "请填写整数。"),
        ({"services": ["x"]}, "services", "请从列表中选择服务项目。"),
    ],
)
def test_a_bad_form_is_refused_at_the_field(
    client: Client,
    team: Organization,
    worker: User,
    said: dict[str, Any],
    field: str,
    sentence: str,
) -> None:
    client.force_login(worker)
    response = client.post("/stations/desk/new/", _sent(team, **said))
    assert response.status_code == 422
    assert sentence in markup(response)
    assert f'id="id_{field}_error"' in markup(response)
    assert Station.objects.count() == 0


def test_the_next_level_of_regions_comes_without_javascript(
    client: Client, team: Organization, worker: User
) -> None:
    client.force_login(worker)
    _, _, county, town, _ = regions.trail(team.region)
    sent = {"name": "半张表", "region": [county.pk], "next_level": "1"}
    response = client.post("/stations/desk/new/", sent)
    assert response.status_code == 200
    assert ("半张表" in markup(response), town.name in markup(response)) == (True, True)


def test_station_of_another_county_is_not_found_and_it_is_journaled(
    client: Client, team: Organization, office: User
) -> None:
    station = _open(team, office)
    stranger = make_user("外县")
    give(stranger, Role.COUNTY_OFFICE, make_county())
    client.force_login(stranger)
    url = f"/stations/desk/{station.pk}/"
    answers = [
        client.get(url).status_code,
        client.post(f"{url}edit/", _sent(team)).status_code,
        client.post(f"{url}close/").status_code,
        client.post(f"{url}reopen/").status_code,
    ]
    assert answers == [404] * 4
    assert Entry.objects.filter(verb="access.denied", actor=stranger).count() == 4
    assert "五一广场" not in markup(client.get("/stations/desk/"))


@pytest.mark.parametrize("url", ["/stations/", "/stations/?lat=37.8&lng=112.5", "/stations/desk/"])
def test_a_long_list_asks_the_database_no_more_than_a_short_one(
    client: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    team: Organization,
    office: User,
    url: str,
) -> None:
    client.force_login(office)
    _open(team, office)
    counts = []
    for more in (29, 0):
        with django_assert_max_num_queries(40) as captured:
            assert client.get(url).status_code == 200
        counts.append(len(captured))
        for number in range(more):
            _open(team, office, name=f"第{number}站")
    assert counts[0] == counts[1]
