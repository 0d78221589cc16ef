"""Boards: opt-in, masked, with one's own place, in the city, an area and an organization."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils.timezone import localdate
from pytest_django import DjangoAssertNumQueries

from voluncity.city.people import actions as people
from voluncity.city.people.models import Volunteer
from voluncity.city.people.states import Purpose
from voluncity.city.regions.models import Region
from voluncity.honor.leaderboards import actions, queries
from voluncity.honor.leaderboards.models import Figure, Score, Standing
from voluncity.honor.leaderboards.queries import Asked, MyPlace, Place, boards
from voluncity.honor.leaderboards.queries.truth import homes_of
from voluncity.honor.leaderboards.rules import periods_of
from voluncity.honor.recognition import actions as recognition
from voluncity.testing.make_hours import EVENING
from voluncity.testing.make_orgs import make_organization
from voluncity.testing.make_people import NOON, make_county, make_region, make_volunteer, user_of

pytestmark = pytest.mark.django_db
TODAY = localdate()
MONTH = f"{TODAY:%Y-%m}"
THIS = Asked(MONTH, TODAY)
PAGE = "/leaderboards/"


def _with_minutes(
    name: str, minutes: int, *, shown: bool = True, region: Region | None = None, entered: int = 0
) -> Volunteer:
    """Return somebody with minutes of this month, as reader and totals would keep them."""
    volunteer = make_volunteer(name, region=region)
    recognition.add_minutes({(volunteer.pk, MONTH, "proven"): minutes})
    if entered:
        recognition.add_minutes({(volunteer.pk, MONTH, "entered"): entered})
    if shown:
        _agree(volunteer)
        home = homes_of([volunteer.region_id])[volunteer.region_id]
        for period in periods_of(TODAY):
            Score.objects.create(
                volunteer=volunteer, period=period, proven=minutes, minutes=minutes + entered,
                county_id=home[0], town_id=home[1], community_id=home[2],
            )  # fmt: skip
            for is_proven, amount in ((True, minutes), (False, minutes + entered)):
                row, _ = Standing.objects.get_or_create(
                    period=period, is_proven=is_proven, minutes=amount
                )
                Standing.objects.filter(pk=row.pk).update(people=row.people + 1)
    return volunteer


def _agree(volunteer: Volunteer) -> None:
    people.give_consent(
        volunteer_id=volunteer.pk, purpose=Purpose.RANKING, by=user_of(volunteer), at=NOON
    )


def _refuse(volunteer: Volunteer) -> None:
    people.withdraw_consent(
        volunteer_id=volunteer.pk, purpose=Purpose.RANKING, by=user_of(volunteer), at=NOON
    )


def _names(asked: Asked) -> list[tuple[int, str]]:
    return [(one.rank, one.name) for one in queries.leaderboard(asked, viewer=None)]


def test_names_are_masked_and_equal_minutes_share_a_place() -> None:
    _with_minutes("王建国", 300)
    _with_minutes("李秀英", 300)
    me = _with_minutes("欧阳娜娜", 120)
    places = queries.leaderboard(THIS, viewer=me)
    assert [(p.rank, p.name, p.minutes, p.is_me) for p in places] == [
        (1, "王*国", 300, False),
        (1, "李*英", 300, False),
        (3, "欧**娜", 120, True),
    ]
    assert places[2] == Place(3, "欧**娜", me.region.name, 120, 0, is_me=True)


def test_who_did_not_agree_is_not_shown_but_sees_the_own_place() -> None:
    _with_minutes("王建国", 300)
    shy = _with_minutes("李秀英", 200, shown=False)
    assert [p.name for p in queries.leaderboard(THIS, viewer=shy)] == ["王*国"]
    assert queries.my_place(shy, THIS) == MyPlace(rank=2, minutes=200, is_shown=False)
    assert queries.around(shy, THIS) is None


def test_withdrawing_the_consent_takes_a_name_off_at_once() -> None:
    volunteer = _with_minutes("王建国", 300)
    queries.board(THIS, viewer=None, at=NOON)
    _refuse(volunteer)
    assert queries.leaderboard(THIS, viewer=None) == []
    assert queries.board(THIS, viewer=None, at=NOON)[0].places == ()


def test_a_board_that_does_not_ask_again_would_show_a_withdrawn_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The saboteur."""
    volunteer = _with_minutes("王建国", 300)
    queries.board(THIS, viewer=None, at=NOON)
    _refuse(volunteer)
    monkeypatch.setattr(boards, "_holds", lambda _kept: True)
    assert [p.name for p in queries.board(THIS, viewer=None, at=NOON)[0].places] == ["王*国"]


def test_proven_minutes_rank_unless_all_are_asked_for() -> None:
    _with_minutes("王建国", 300)
    _with_minutes("李秀英", 120, entered=600)
    assert _names(THIS) == [(1, "王*国"), (2, "李*英")]
    assert _names(Asked(MONTH, TODAY, is_proven=False)) == [(1, "李*英"), (2, "王*国")]


def test_an_area_ranks_who_lives_there() -> None:
    home = make_region("桥东社区")
    other = make_region("新社区", parent=make_county())
    first = _with_minutes("王建国", 300, region=home)
    second = _with_minutes("李秀英", 500, region=other)
    for asked, names in (
        (Asked(MONTH, TODAY, region=home), ["王*国"]),
        (Asked(MONTH, TODAY, region=home.parent), ["王*国"]),
        (Asked(MONTH, TODAY, region=other), ["李*英"]),
        (Asked(MONTH, TODAY, region=other.parent), ["李*英"]),
        (THIS, ["李*英", "王*国"]),
    ):
        assert [name for _, name in _names(asked)] == names
    assert queries.my_place(first, Asked(MONTH, TODAY, region=home)) == MyPlace(
        rank=1, minutes=300, is_shown=True
    )
    assert queries.my_place(second, Asked(MONTH, TODAY, region=home)) is None


def test_five_above_and_five_below_with_their_true_places() -> None:
    for number in range(20):
        _with_minutes("李秀英", 100 + 10 * number)
    me = _with_minutes("王建国", 200)
    near = queries.around(me, THIS)
    assert near is not None
    assert (near.me.rank, near.me.name, near.ties) == (10, "王*国", 1)
    assert [(one.rank, one.minutes) for one in near.above] == [
        (5, 250), (6, 240), (7, 230), (8, 220), (9, 210),
    ]  # fmt: skip
    assert [(one.rank, one.minutes) for one in near.below] == [
        (12, 190), (13, 180), (14, 170), (15, 160), (16, 150),
    ]  # fmt: skip


def test_a_tie_at_the_edge_of_the_five_has_its_true_place() -> None:
    for _ in range(8):
        _with_minutes("李秀英", 300)
    me = _with_minutes("王建国", 200)
    near = queries.around(me, Asked(MONTH, TODAY, region=me.region.parent))
    assert near is not None
    assert [(one.rank, one.minutes) for one in near.above] == [(1, 300)] * 5
    assert near.me.rank == 9


def test_the_top_and_the_only_one_have_nobody_around() -> None:
    me = _with_minutes("王建国", 200)
    near = queries.around(me, THIS)
    assert near is not None
    assert (near.above, near.me.rank, near.ties, near.below) == ((), 1, 0, ())


def test_own_minutes_are_never_old() -> None:
    me, _ = _with_minutes("王建国", 60), _with_minutes("李秀英", 90)
    queries.board(THIS, viewer=None, at=NOON)
    recognition.add_minutes({(me.pk, MONTH, "proven"): 600})
    kept, mine = queries.board(THIS, viewer=me, at=NOON + timedelta(seconds=1))
    assert [(p.name, p.minutes, p.is_me) for p in kept.places] == [
        ("王*国", 660, True),
        ("李*英", 90, False),
    ]
    assert mine == MyPlace(rank=1, minutes=660, is_shown=True)


def test_who_agreed_a_moment_ago_is_on_the_board_before_the_reader_came() -> None:
    _with_minutes("李秀英", 90)
    me = _with_minutes("王建国", 60, shown=False)
    _agree(me)
    kept, _ = queries.board(THIS, viewer=me, at=NOON)
    assert [p.name for p in kept.places] == ["李*英", "王*国"]


def test_a_child_who_agreed_sees_itself_but_is_put_before_nobody() -> None:
    child = _with_minutes("小明", 600, shown=False)
    Volunteer.objects.filter(pk=child.pk).update(born_on=TODAY - timedelta(days=365 * 12))
    child.refresh_from_db()
    _agree(child)
    kept, mine = queries.board(THIS, viewer=child, at=NOON)
    assert kept.places == ()
    assert mine == MyPlace(rank=1, minutes=600, is_shown=False)


def test_an_account_that_was_closed_is_off_a_kept_board() -> None:
    volunteer = _with_minutes("王建国", 60)
    queries.board(THIS, viewer=None, at=NOON)
    Volunteer.objects.filter(pk=volunteer.pk).update(closed_at=NOON)
    assert queries.board(THIS, viewer=None, at=NOON)[0].places == ()


# -- Pages ---------------------------------------------------------------------------------------


def test_the_page_shows_month_year_and_all_time(client: Client) -> None:
    _with_minutes("王建国", 300)
    for query in ("", f"?period={TODAY:%Y}", "?period=all"):
        assert "5 小时" in client.get(PAGE + query).content.decode()
    assert "榜单还空着" in client.get(PAGE + "?period=2020-01").content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "?period=%00nonsense", "?period=9999-99", "?period=2026-13", "?region=x", "?region=-1",
        "?organization=99999999999999999999", "?of=nothing", "?hours=%F0%9F%98%80", "?view=x",
        "?region=２", "?organization=0", "?period=１２３４", "?of=areas&by=nonsense",
    ],
)  # fmt: skip
def test_what_an_address_says_wrongly_is_left_out(client: Client, query: str) -> None:
    make_region()
    assert client.get(PAGE + query).status_code == 200


def test_the_page_never_holds_a_full_name(client: Client) -> None:
    _with_minutes("王建国", 300)
    assert "王建国" not in client.get(PAGE).content.decode()


def test_the_board_asks_as_often_for_thirty_people_as_for_one(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    _with_minutes("王建国", 300)
    with django_assert_num_queries(5):
        client.get(PAGE)
    for number in range(29):
        _with_minutes("李秀英", 100 + number)
    cache.clear()
    with django_assert_num_queries(5):
        client.get(PAGE)
    with django_assert_num_queries(1):  # kept for ten seconds: only the consents are asked
        client.get(PAGE)


def test_one_question_finds_ones_place_among_how_many_ever(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    me = _with_minutes("王建国", 300)
    with django_assert_num_queries(1):
        assert queries.my_place(me, THIS) == MyPlace(1, 300, is_shown=True)


def test_somebody_sees_five_above_and_below_on_the_page(client: Client) -> None:
    _with_minutes("李秀英", 300)
    me = _with_minutes("王建国", 200)
    client.force_login(user_of(me))
    page = client.get(PAGE + "?view=me").content.decode()
    assert "我的前后" in page
    assert "李*英" in page
    assert "王*国（我）" in page


def test_a_kept_page_marks_me_for_me_only(client: Client) -> None:
    both = [_with_minutes("王建国", 300), _with_minutes("李秀英", 200)]
    pages = []
    for viewer in (*both, None):
        client.logout()
        if viewer:
            client.force_login(user_of(viewer))
        pages.append(client.get(PAGE).content.decode())
    assert ["王*国（我）" in page for page in pages] == [True, False, False]
    assert ["李*英（我）" in page for page in pages] == [False, True, False]


def test_the_page_says_to_the_second_when_it_was_counted(client: Client) -> None:
    _with_minutes("王建国", 300)
    page = client.get(PAGE).content.decode()
    assert re.search(r"统计于 \d+月\d+日 \d\d:\d\d:\d\d，", page)


def test_someone_without_hours_and_someone_who_lives_elsewhere_are_told_so(client: Client) -> None:
    client.force_login(user_of(make_volunteer("孙宁")))
    assert "还没有已入账的服务时长" in client.get(PAGE).content.decode()
    county = make_county()
    page = client.get(f"{PAGE}?region={county.pk}").content.decode()
    assert "您没有登记在杏花岭区" in page


def test_the_old_address_leads_to_the_boards(client: Client) -> None:
    assert client.get("/honor/").headers["Location"] == PAGE
    assert client.get("/honor/?span=all").headers["Location"] == f"{PAGE}?period=all"


def test_organizations_are_found_by_name_and_areas_step_by_step(client: Client) -> None:
    team = make_organization("桥东护河队")
    page = client.get("/leaderboards/scopes/?q=护河").content.decode()
    assert f"?organization={team.pk}" in page
    assert "没有找到这个组织" in client.get("/leaderboards/scopes/?q=不存在").content.decode()
    county = make_county()
    assert county.name in client.get("/leaderboards/scopes/").content.decode()
    page = client.get(f"/leaderboards/scopes/?region={county.pk}&period=all").content.decode()
    assert f"看{county.name}的榜单" in page
    assert "period=all" in page


# -- Boards of organizations and areas -------------------------------------------------------------


def test_areas_are_ranked_by_hours_and_by_share(client: Client) -> None:
    home, other = make_region("桥东社区"), make_region("新社区", parent=make_county())
    for number in range(4):
        _with_minutes("王建国", 120 if number == 0 else 0, region=home, shown=number == 0)
    _with_minutes("李秀英", 60, region=other, shown=False)
    assert actions.count_due(at=EVENING) == 3
    asked = Asked("", TODAY)
    lines = queries.areas(asked, by_share=False)
    assert [(one.rank, one.name, one.minutes, one.share_text) for one in lines] == [
        (1, "迎泽区", 120, "25%"),
        (2, "杏花岭区", 60, "100%"),
    ]
    assert [one.name for one in queries.areas(asked, by_share=True)] == ["杏花岭区", "迎泽区"]
    page = client.get(PAGE + "?of=areas&by=share&period=all").content.decode()
    assert "1 人服务过，登记 4 人" in page


def test_a_dissolved_organization_is_on_no_board(client: Client) -> None:
    team = make_organization("桥东护河队")
    Figure.objects.create(organization=team, period="", proven=60, minutes=90)
    page = client.get(PAGE + "?of=teams&period=all&hours=all").content.decode()
    assert "桥东护河队" in page
    assert "1 小时 30 分" in page
    team.state = "dissolved"
    team.save()
    assert "桥东护河队" not in client.get(PAGE + "?of=teams&period=all").content.decode()
