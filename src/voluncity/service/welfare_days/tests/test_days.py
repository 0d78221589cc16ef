"""When days are held, which activities belong to them, and what they add up to."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils.timezone import now
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from voluncity.city.access.permissions import Role
from voluncity.city.access.scopes import Scope
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.city.publicity.models import CalendarDay
from voluncity.city.regions import queries as regions
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotFound, WrongState
from voluncity.kernel.workdays import Calendar
from voluncity.service.archives.queries import OutcomeTotal, Served
from voluncity.service.projects.models import Activity
from voluncity.service.projects.states import ActivityState
from voluncity.service.welfare_days import actions, queries, rules
from voluncity.service.welfare_days.models import Attachment, WelfareDay
from voluncity.testing.counting import queries_for
from voluncity.testing.make_archives import make_archive, make_public_archive
from voluncity.testing.make_files import make_upload
from voluncity.testing.make_hours import make_officer, make_org_admin, make_past_shift, make_posted
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import make_region, make_user, make_volunteer
from voluncity.testing.make_projects import make_activity, make_project, make_shift
from voluncity.testing.make_welfare_days import PLANNED, make_day, make_days
from voluncity.testing.pages import as_, markup

pytestmark = pytest.mark.django_db
# October's day is Saturday the 31st; its Monday before is no part of it.
HELD = datetime(2026, 10, 31, 1, 0, tzinfo=UTC)
TWO = timedelta(hours=2)


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


@pytest.fixture
def team() -> Organization:
    return make_organization("桥东街义诊队", region=make_region("青年路社区"))


@pytest.fixture
def office(team: Organization) -> User:
    user = make_user("市文明办")
    give(user, Role.CITY_OFFICE, regions.city())
    return user


@pytest.fixture
def leader(team: Organization) -> User:
    return make_org_admin(team, "马组长")


def held_activity(team: Organization, *, name: str = "公益日义诊", people: int = 1) -> Activity:
    shift = make_past_shift(team, starts_at=HELD, ends_at=HELD + TWO, name=name)
    for _ in range(people):
        make_posted(shift)
    return shift.activity


def test_the_last_saturdays_of_2026_are_proposed_and_stay_when_proposed_again() -> None:
    days = [one.held_on.isoformat() for one in make_days()]
    assert (days[0], days[4], days[10]) == ("2026-01-31", "2026-05-30", "2026-11-28")
    assert actions.generate_year(year=2026, by=None, at=PLANNED) == 0


@given(st.integers(2017, 2100), st.integers(1, 12))
def test_the_last_saturday_is_a_saturday_of_the_month_and_no_later_one_is(
    year: int, month: int
) -> None:
    day = rules.last_saturday(year, month)
    assert (day.weekday(), day.month, (day + timedelta(days=7)).month != month) == (5, month, True)


@pytest.mark.parametrize(
    ("on", "off", "held"),
    [
        ((), (), date(2026, 9, 26)),
        ((date(2026, 9, 26),), (), date(2026, 9, 27)),
        ((date(2026, 9, 26), date(2026, 9, 27)), (), date(2026, 9, 20)),
        ((date(2026, 9, 26), date(2026, 9, 27)), (date(2026, 9, 25),), date(2026, 9, 25)),
    ],
)
def test_a_working_saturday_gives_way_to_the_nearest_free_day(
    on: tuple[date, ...], off: tuple[date, ...], held: date
) -> None:
    calendar = Calendar(on=frozenset(on), off=frozenset(off))
    found, hint = rules.suggested(date(2026, 9, 26), calendar)
    assert (found, "调休上班日" in hint) == (held, bool(on))


def test_what_is_only_proposed_follows_the_calendar_and_what_is_confirmed_stays(
    office: User,
) -> None:
    may, june = make_days()[4:6]
    actions.confirm_day(day=june, by=office, at=PLANNED)
    for day in (may.base_on, june.base_on):
        CalendarDay.objects.create(day=day, is_workday=True)
    assert actions.generate_year(year=2026, by=office, at=PLANNED) == 1
    may.refresh_from_db()
    june.refresh_from_db()
    assert (may.held_on, june.held_on) == (date(2026, 5, 31), date(2026, 6, 27))
    assert may.hint == "5月30日（周六）是调休上班日，建议改到5月31日（周日）。"


def test_a_day_is_moved_within_its_month_with_a_reason(office: User) -> None:
    day = make_days()[10]
    for held, reason, said in (
        (date(2026, 12, 1), "台风", "同一个月"), (date(2026, 11, 29), " ", "请填写改期原因"),
    ):  # fmt: skip
        with pytest.raises(BadInput, match=said):
            actions.move_day(day=day, held_on=held, reason=reason, by=office, at=PLANNED)
    with pytest.raises(BadInput, match="不能早于今天"):
        actions.move_day(
            day=day, held_on=date(2026, 11, 1), reason="台风", by=office,
            at=datetime(2026, 11, 2, 4, tzinfo=UTC),
        )  # fmt: skip
    stale = WelfareDay.objects.get(pk=day.pk)
    actions.move_day(day=day, held_on=date(2026, 11, 29), reason="大风", by=office, at=PLANNED)
    assert (day.state, day.held_on, day.is_moved) == ("confirmed", date(2026, 11, 29), True)
    with pytest.raises(WrongState, match="刚刚有人改过"):
        actions.confirm_day(day=stale, by=office, at=PLANNED)
    with pytest.raises(WrongState, match="已经过去"):
        actions.move_day(
            day=day, held_on=date(2026, 11, 30), reason="x", by=office,
            at=datetime(2026, 11, 30, 4, tzinfo=UTC),
        )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():  # the database wants a reason, too
        WelfareDay.objects.filter(pk=day.pk).update(reason="")


def test_only_an_open_activity_near_the_day_belongs_to_it_and_to_one_day_only(
    team: Organization, leader: User
) -> None:
    day = make_day(10)
    activity = make_activity(
        project=make_project(organization=team), starts_at=HELD, ends_at=HELD + TWO
    )
    other = make_activity(project=activity.project, starts_at=HELD - timedelta(days=3))
    with pytest.raises(BadInput, match="10月30日 到 11月1日"):
        actions.attach(day=day, activity=other, by=leader, at=PLANNED)
    actions.attach(day=day, activity=activity, by=leader, at=PLANNED)
    with pytest.raises(WrongState, match="已经加入"):
        actions.attach(day=day, activity=activity, by=leader, at=PLANNED)
    actions.detach(activity=activity, by=leader, at=PLANNED)
    with pytest.raises(NotFound):
        actions.detach(activity=activity, by=leader, at=PLANNED)
    activity.state = ActivityState.DRAFT
    with pytest.raises(WrongState, match="先开放报名"):
        actions.attach(day=day, activity=activity, by=leader, at=PLANNED)
    assert not Attachment.objects.exists()


def test_figures_come_from_records_and_accepted_archives(team: Organization, leader: User) -> None:
    day, activity = make_day(10), held_activity(team, people=2)
    actions.attach(day=day, activity=activity, by=leader, at=PLANNED)
    make_public_archive(make_archive(activity, by=leader, at=HELD + TWO), at=HELD + TWO)
    figures = queries.figures_of(queries.activities_of(day))
    treated = OutcomeTotal("treatment", "义诊", "人次", 120)
    assert figures == queries.Figures(1, 1, Served(2, 240, 240), (treated,))
    months = queries.months_of(2026)
    assert (months[9].figures, queries.total_of(months)) == (figures, figures)
    page = markup(Client().get(f"/welfare-days/{day.pk}/"))
    for part in ("送健康", "这一天做了什么", "义诊", f'href="/archives/{activity.pk}/"'):
        assert part in page
    assert "120" in markup(Client().get("/welfare-days/years/2026/"))


def test_pages_ask_as_often_for_thirty_activities_as_for_one(
    team: Organization, leader: User, office: User
) -> None:
    day, project = make_day(10), make_project(organization=team)
    browser = as_(office)
    pages = [f"/welfare-days/{day.pk}/", f"/welfare-days/desk/{day.pk}/", "/welfare-days/desk/",
             "/welfare-days/years/2026/", "/welfare-days/"]  # fmt: skip

    def attach_one() -> None:
        activity = make_shift(starts_at=HELD, ends_at=HELD + TWO, project=project).activity
        Attachment.objects.create(
            day=day, activity=activity, attached_at=PLANNED, attached_by=leader
        )

    attach_one()
    few = [queries_for(browser, page) for page in pages]
    for _ in range(29):
        attach_one()
    assert [queries_for(browser, page) for page in pages] == few


def test_the_city_arranges_a_county_may_not_and_a_team_attaches_its_own(
    team: Organization, leader: User, office: User
) -> None:
    day = make_day(10)
    activity = held_activity(team)
    county = as_(make_officer(team))
    for page, said in (
        ("move/", {"held_on": "2026-10-30", "reason": "x"}), ("theme/", {"theme": "x"}),
        ("confirm/", {}),
    ):  # fmt: skip
        assert county.post(f"/welfare-days/desk/{day.pk}/{page}", said).status_code == 403
    assert county.get(f"/welfare-days/desk/{day.pk}/summary.xlsx").status_code == 200
    browser = as_(leader)
    assert "公益日义诊" in markup(browser.get(f"/welfare-days/desk/{day.pk}/"))
    browser.post(f"/welfare-days/desk/{day.pk}/attach/{activity.pk}/")
    assert Attachment.objects.get().activity == activity
    stranger = as_(make_org_admin(make_organization("别的队", region=make_region("远方社区"))))
    assert stranger.post(f"/welfare-days/desk/detach/{activity.pk}/").status_code == 404
    page = markup(as_(office).get(f"/welfare-days/desk/{day.pk}/"))
    assert ("还没有交归档" in page, "桥东街义诊队" in page) == (True, True)


@pytest.mark.parametrize(
    ("page", "said", "sentence"),
    [
        ("move/", {"held_on": "31号", "reason": "x"}, "日期不对，请重新选择"),
        ("move/", {"held_on": "", "reason": ""}, "请填写改期原因"),
        ("theme/", {"theme": "\u200b\u200b"}, "请填写主题"),
        ("theme/", {"theme": "长" * 41}, "41"),
    ],
)
def test_bad_input_is_a_sentence_at_its_field(
    office: User, page: str, said: dict[str, str], sentence: str
) -> None:
    day = make_day(12)
    answer = as_(office).post(f"/welfare-days/desk/{day.pk}/{page}", said)
    assert (answer.status_code, sentence in markup(answer)) == (422, True)


def test_a_picture_that_is_none_is_refused_and_a_true_one_is_public(office: User) -> None:
    day, browser = make_day(12), as_(office)
    page = f"/welfare-days/desk/{day.pk}/theme/"
    wrong = {"theme": "送健康", "picture": make_upload(b"MZ" + bytes(99), "海报.jpg")}
    assert browser.post(page, wrong).status_code == 422
    assert browser.post(page, {"theme": "送健康", "picture": make_upload()}).status_code == 302
    day.refresh_from_db()
    assert day.picture is not None
    assert day.picture.is_public


@pytest.mark.parametrize("year", ["", "abc", "1999", "２０２７年", "99999999999"])
def test_a_year_that_cannot_be_is_refused(office: User, year: str) -> None:
    answer = as_(office).post("/welfare-days/desk/generate/", {"year": year})
    assert (answer.status_code, WelfareDay.objects.exists()) == (422, False)


def test_the_office_generates_a_year(office: User) -> None:
    answer = as_(office).post("/welfare-days/desk/generate/", {"year": "2027"}, follow=True)
    assert "2027 年的公益日已生成" in markup(answer)
    assert WelfareDay.objects.count() == 12


def test_the_year_is_opened_in_which_one_looks() -> None:
    this = local_date(now()).year
    make_days(this)
    make_days(this + 1)
    page = markup(Client().get("/welfare-days/"))
    assert (f"/years/{this}/" in page, f"/years/{this + 1}/" in page) == (True, False)
    assert queries.year_to_open([2019, 2018], today=date(2026, 11, 1)) == 2019


def test_one_sees_what_is_near_and_has_places_first(team: Organization) -> None:
    day = make_day(10)
    far = make_region("北边社区", parent=None)
    home = make_region("青年路社区")
    project = make_project(organization=team)
    rows = []
    for name, region, taken in (("满了", home, 10), ("远的", far, 0), ("近的", home, 0)):
        activity = make_activity(
            name, project=project, region=region, starts_at=HELD, ends_at=HELD + TWO
        )
        make_shift(activity=activity, taken=taken)
        Attachment.objects.create(
            day=day, activity=activity, attached_at=PLANNED, attached_by=project.created_by
        )
        rows.append(activity)
    me = make_volunteer("王芳", region=home)
    found = queries.nearest_first(queries.activities_of(day), me)
    assert [one.name for one in found][0::2] == ["近的", "满了"]


def test_the_home_page_shows_a_confirmed_day_within_a_week(office: User) -> None:
    day = make_day(11)
    at = datetime(2026, 11, 21, 4, tzinfo=UTC)
    assert queries.coming(at=at) == day
    assert queries.coming(at=at - timedelta(days=1)) is None
    assert queries.coming(at=at + timedelta(days=8)) is None
    proposed = make_days()[11]
    assert queries.coming(at=datetime(2026, 12, 24, 4, tzinfo=UTC)) is None
    assert proposed.state == "proposed"


def test_a_scope_of_nothing_attaches_nothing() -> None:
    assert list(queries.candidates(make_day(10), Scope())) == []
