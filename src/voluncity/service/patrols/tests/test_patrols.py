"""Problems that patrols find: reported once, dispatched by rule, solved, looked at again."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from PIL import Image
from pytest_django.fixtures import Settings

from voluncity.city.access.permissions import Role
from voluncity.city.files import queries as files
from voluncity.city.inbox.models import Message
from voluncity.city.journal.actions import catch_up
from voluncity.city.journal.models import Entry
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User, Volunteer
from voluncity.city.policy.models import PolicyNumber
from voluncity.city.regions.models import Level, Region
from voluncity.kernel.refusals import BadInput, NotAllowed, TooMany, WrongState
from voluncity.service.patrols import actions, queries, rules
from voluncity.service.patrols.actions import handling, steps
from voluncity.service.patrols.models import DispatchRule, Move, Problem, ProblemKind
from voluncity.service.patrols.states import PROBLEM_FLOW, ProblemState
from voluncity.testing.counting import queries_for
from voluncity.testing.make_files import make_picture, make_upload
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_patrols import (
    make_kinds,
    make_photo,
    make_problem,
    make_report,
    make_solved,
)
from voluncity.testing.make_people import (
    NOON,
    TODAY,
    make_county,
    make_region,
    make_user,
    make_volunteer,
    user_of,
)
from voluncity.testing.make_stations import make_station
from voluncity.testing.rivals import rival_before

pytestmark = pytest.mark.django_db
S = ProblemState
UPDATE = 'UPDATE "patrols_problem"'


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


@pytest.fixture
def home() -> Region:
    return make_region("青年路社区")


@pytest.fixture
def patrol(home: Region) -> Volunteer:
    return make_volunteer("赵德福", region=home, born_on=date(1958, 3, 5))


@pytest.fixture
def unit(home: Region) -> Organization:
    return make_organization("环卫所", region=home)


@pytest.fixture
def worker(unit: Organization) -> User:
    user = make_user("环卫工")
    give(user, Role.ORG_ADMIN, unit)
    return user


@pytest.fixture
def desk(home: Region) -> User:
    user = make_user("社区干部")
    give(user, Role.COMMUNITY_WORKER, home)
    return user


@pytest.fixture
def sent(patrol: Volunteer, unit: Organization, desk: User) -> Problem:
    """Return a problem that a rule has sent to the unit."""
    make_kinds()
    _rule(patrol.region, unit, desk)
    return make_problem(patrol)


def _rule(region: Region, unit: Organization, by: User) -> DispatchRule:
    kind = ProblemKind.objects.get(pk="garbage")
    return actions.set_rule(kind=kind, region=region, unit=unit, by=by, at=NOON)


def _as(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _words(response: Any) -> str:
    words: str = response.content.decode()
    return words


def _status(browser: Client, page: str) -> int:
    """Return the status of a page that may send a file."""
    answer = browser.get(page)
    answer.close()
    return int(answer.status_code)


def _form(**said: Any) -> dict[str, Any]:
    return {"kind": "garbage", "nonce": "nonce-of-a-form", "photo": make_upload(), **said}


# -- Reporting ---------------------------------------------------------------------------------


def test_without_a_rule_a_problem_waits_for_the_nearest_desk(patrol: Volunteer, desk: User) -> None:
    problem = make_problem(patrol)
    catch_up(at=NOON)
    assert (problem.state, problem.unit, problem.due_on) == (S.NEW, None, date(2026, 11, 25))
    assert list(Message.objects.values_list("user_id", "title")) == [(desk.pk, "巡防问题待分派")]


def test_a_rule_sends_it_to_the_unit_with_a_term_of_working_days(
    sent: Problem, unit: Organization, worker: User
) -> None:
    catch_up(at=NOON)
    assert (sent.state, sent.unit, sent.due_on) == (S.SENT, unit, date(2026, 12, 1))
    assert list(sent.moves.values_list("verb", "by")) == [
        ("report", sent.volunteer.user_id), ("route", None),
    ]  # fmt: skip
    told = Message.objects.values_list("user_id", "title")
    assert list(told) == [(worker.pk, "有新的巡防问题要办理")]


def test_the_rule_of_the_deepest_region_decides(
    patrol: Volunteer, unit: Organization, desk: User
) -> None:
    make_kinds()
    county = Region.objects.get(name="迎泽区")
    _rule(county, make_organization("区城管局", region=county), desk)
    _rule(patrol.region, unit, desk)
    assert make_problem(patrol).unit == unit


def test_a_rule_for_a_unit_that_has_ended_is_no_rule(sent: Problem, patrol: Volunteer) -> None:
    Organization.objects.filter(pk=sent.unit_id or 0).update(state="suspended")
    assert make_problem(patrol).state == S.NEW


def test_what_is_sent_twice_is_one_problem(patrol: Volunteer) -> None:
    first = make_problem(patrol, nonce="kept-on-the-phone")
    again = make_problem(patrol, nonce="kept-on-the-phone", at=NOON + timedelta(hours=2))
    assert (again, Problem.objects.count(), Move.objects.count()) == (first, 1, 1)


def test_two_sendings_at_the_same_moment_are_one_problem(patrol: Volunteer) -> None:
    """The rival sends the same nonce after the first has looked for it: the constraint decides."""
    make_kinds()
    report = make_report(nonce="kept-on-the-phone")

    def rival() -> Problem:
        return actions.report_problem(report=report, volunteer=patrol, by=user_of(patrol), at=NOON)

    with rival_before('INSERT INTO "patrols_problem"', rival):
        problem = rival()
    assert (Problem.objects.count(), problem.moves.count()) == (1, 1)


def test_a_day_has_a_limit_that_the_city_sets(patrol: Volunteer) -> None:
    PolicyNumber.objects.create(
        key="patrols.day_most", value=2, valid_from=TODAY, set_at=NOON, set_by=make_user()
    )
    make_problem(patrol)
    make_problem(patrol)
    with pytest.raises(TooMany, match="今天已经反映了 2 件"):
        make_problem(patrol)
    assert make_problem(patrol, at=NOON + timedelta(days=1)).turn == 1


def test_a_phone_says_when_it_was_seen_but_not_long_ago_or_later(patrol: Volunteer) -> None:
    seen = NOON - timedelta(hours=5)
    assert make_problem(patrol, seen_at=seen).seen_at == seen
    assert make_problem(patrol, seen_at=NOON - timedelta(days=8)).seen_at == NOON
    assert make_problem(patrol, seen_at=NOON + timedelta(minutes=1)).seen_at == NOON


def test_the_place_of_the_phone_gives_the_region_of_the_nearest_station(
    patrol: Volunteer,
) -> None:
    other = make_region("并州路社区")
    make_station("并州路站", organization=make_organization(region=other), lat=37.86, lng=112.57)
    here = make_problem(patrol, place="here", lat=37.861, lng=112.571)
    far = make_problem(patrol, place="here", lat=37.7, lng=112.3)
    assert (here.region, far.region) == (other, patrol.region)
    with pytest.raises(BadInput, match="没有取得手机的位置"):
        make_problem(patrol, place="here")


def test_places_are_the_own_community_and_those_of_the_street(patrol: Volunteer) -> None:
    beside = make_region("桥东社区", parent=patrol.region.parent)
    make_region("别处社区", parent=make_region("别的街道", level=Level.TOWN, parent=make_county()))
    assert [one.label for one in queries.places(patrol, at=NOON)] == ["青年路社区", "桥东社区"]
    assert make_problem(patrol, place=f"r{beside.pk}").region == beside
    with pytest.raises(BadInput, match="从列表中点一个地点"):
        make_problem(patrol, place=f"r{make_county().pk}")


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"kind": "no-such-kind"}, "请点一个问题类型"),
        ({"kind": ""}, "请点一个问题类型"),
        ({"photo": ""}, "请拍一张照片"),
        ({"photo": make_upload(b"no picture at all")}, "这不是能识别的图片"),
        ({"place": "r99999999"}, "请从列表中点一个地点"),
        ({"place": "💥"}, "请从列表中点一个地点"),
        ({"note": "长" * 201}, "200"),
        ({"where": "长" * 61}, "60"),
        ({"nonce": ""}, "请刷新后再拍一次"),
        ({"nonce": "kurz"}, "请刷新后再拍一次"),
        ({"nonce": "ein falscher nonce!"}, "请刷新后再拍一次"),
    ],
)
def test_bad_input_is_said_in_a_sentence_and_nothing_is_written(
    patrol: Volunteer, said: dict[str, Any], sentence: str
) -> None:
    make_kinds()
    browser = _as(user_of(patrol))
    response = browser.post("/patrols/", _form(**said))
    assert (response.status_code, sentence in _words(response)) == (422, True)
    form = _form(**said)
    if hasattr(form["photo"], "seek"):
        form["photo"].seek(0)
    answer = browser.post("/patrols/", form, headers={"accept": "application/json"})
    assert (answer.status_code, sentence in answer.json()["sentence"]) == (422, True)
    assert (Problem.objects.count(), Move.objects.count()) == (0, 0)


def test_what_a_phone_adds_by_itself_is_left_out_when_it_is_no_good(patrol: Volunteer) -> None:
    make_kinds()
    form = _form(lat="nan", lng="１１２", seen_at="gestern", note="  门口　很脏\x07 ")
    assert _as(user_of(patrol)).post("/patrols/", form).status_code == 302
    problem = Problem.objects.get()
    assert (problem.lat, problem.lng, problem.note) == (None, None, "门口 很脏")


def test_a_photo_keeps_nothing_of_where_it_was_taken(patrol: Volunteer) -> None:
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (37.0, 51.0, 0.0)}
    raw = make_picture(exif=exif.tobytes())
    make_kinds()
    photo = make_upload(raw)
    _as(user_of(patrol)).post("/patrols/", _form(photo=photo))
    with files.opened(Problem.objects.get().photo) as stored:
        written = BytesIO(stored.read())
    with Image.open(written) as kept:
        assert (dict(kept.getexif()), kept.format) == ({}, "WEBP")


# -- The unit and the desk ---------------------------------------------------------------------


def test_a_problem_is_accepted_solved_and_confirmed(
    sent: Problem, worker: User, patrol: Volunteer
) -> None:
    make_solved(sent, by=worker)
    actions.confirm_problem(problem=sent, by=user_of(patrol), at=NOON)
    assert (sent.state, sent.is_confirmed) == (S.CLOSED, True)
    verbs = ["report", "route", "accept", "solve", "confirm"]
    assert list(sent.moves.values_list("verb", flat=True)) == verbs
    told = Entry.objects.filter(verb__startswith="patrols.").exclude(verb="patrols.set_rule")
    assert sorted(told.values_list("verb", flat=True)) == sorted(f"patrols.{one}" for one in verbs)


def test_what_is_not_solved_goes_back_with_a_new_term(
    sent: Problem, worker: User, patrol: Volunteer
) -> None:
    later = NOON + timedelta(days=7)
    make_solved(sent, by=worker)
    with pytest.raises(BadInput, match="哪里没有解决"):
        actions.reject_problem(problem=sent, words=" ", by=user_of(patrol), at=later)
    actions.reject_problem(problem=sent, words="还有一半", by=user_of(patrol), at=later)
    kept = (sent.state, sent.due_on, sent.solved_at, sent.solved_photo)
    assert kept == (S.ACCEPTED, date(2026, 12, 8), None, None)
    make_solved_again = actions.solve_problem(
        problem=sent, words="全部清完", photo=make_photo(), by=worker, at=later
    )
    assert make_solved_again.state == S.SOLVED


def test_nobody_solves_what_they_reported_or_confirms_what_they_solved(
    sent: Problem, patrol: Volunteer, worker: User
) -> None:
    actions.accept_problem(problem=sent, by=worker, at=NOON)
    with pytest.raises(NotAllowed, match="由同事登记办结"):
        actions.solve_problem(
            problem=sent, words="好了", photo=make_photo(), by=user_of(patrol), at=NOON
        )
    make_solved_by = actions.solve_problem(
        problem=sent, words="好了", photo=make_photo(), by=worker, at=NOON
    )
    with pytest.raises(NotAllowed, match="不能由您确认"):
        actions.confirm_problem(problem=make_solved_by, by=worker, at=NOON)


def test_a_unit_gives_back_what_is_not_its_own(
    sent: Problem, worker: User, desk: User, unit: Organization
) -> None:
    actions.return_problem(problem=sent, words="不归我们管", by=worker, at=NOON)
    catch_up(at=NOON)
    assert (sent.state, sent.unit, sent.due_on) == (S.NEW, None, date(2026, 11, 25))
    assert sent.moves.get(verb="return").unit == unit
    assert Message.objects.filter(user=desk, title__contains="重新分派").count() == 1


def test_the_unit_is_told_a_refusal_of_steps_that_do_not_follow(
    sent: Problem, worker: User
) -> None:
    for verb, act in (("solve", actions.confirm_problem), ("confirm", actions.confirm_problem)):
        with pytest.raises(WrongState):
            act(problem=sent, by=worker, at=NOON)
        assert verb
    assert {step.verb for step in PROBLEM_FLOW.verbs(S.CLOSED)} == set()


def test_a_unit_that_lost_a_problem_cannot_accept_it(
    sent: Problem, worker: User, desk: User
) -> None:
    """The desk gives it to another unit just before: the update looks at the unit, too."""
    other = make_organization("城管中队", region=sent.region)

    def rival() -> None:
        mine = Problem.objects.get(pk=sent.pk)
        actions.dispatch_problem(problem=mine, unit=other, words="", by=desk, at=NOON)

    with rival_before(UPDATE, rival), pytest.raises(WrongState, match="刚刚有人办理过"):
        actions.accept_problem(problem=sent, by=worker, at=NOON)


def test_a_saboteur_without_the_condition_would_let_it(
    sent: Problem, worker: User, desk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def careless(problem: Problem, verb: str, **more: Any) -> Problem:
        target = PROBLEM_FLOW.after(verb, problem.state)
        Problem.objects.filter(pk=problem.pk).update(state=target)
        return problem

    def rival() -> None:
        Problem.objects.filter(pk=sent.pk).update(unit=make_organization("城管中队"))

    monkeypatch.setattr(handling, "step", careless)
    with rival_before(UPDATE, rival):
        actions.accept_problem(problem=sent, by=worker, at=NOON)
    sent.refresh_from_db()
    assert (sent.state, sent.unit and sent.unit.name) == (S.ACCEPTED, "城管中队")
    assert steps.step is not careless


def test_the_desk_dispatches_by_hand_and_not_twice_to_the_same(
    sent: Problem, desk: User, unit: Organization
) -> None:
    with pytest.raises(BadInput, match="已经在这个单位办理"):
        actions.dispatch_problem(problem=sent, unit=unit, words="", by=desk, at=NOON)
    ended = make_organization("撤销的单位", region=sent.region)
    Organization.objects.filter(pk=ended.pk).update(state="dissolved")
    ended.refresh_from_db()
    with pytest.raises(BadInput, match="现在不能办理"):
        actions.dispatch_problem(problem=sent, unit=ended, words="", by=desk, at=NOON)


def test_a_refusal_is_told_with_its_reason(sent: Problem, desk: User, patrol: Volunteer) -> None:
    actions.refuse_problem(problem=sent, words="是施工围挡，手续齐全", by=desk, at=NOON)
    catch_up(at=NOON)
    assert Message.objects.filter(user=patrol.user, title__contains="没有受理").count() == 1
    page = _words(_as(user_of(patrol)).get(f"/patrols/mine/{sent.pk}/"))
    assert ("是施工围挡，手续齐全" in page, "没有受理" in page) == (True, True)


def test_two_reports_of_the_same_thing_become_one(
    sent: Problem, desk: User, worker: User, home: Region
) -> None:
    other = make_volunteer("刘芳", region=home)
    double = make_problem(other)
    assert list(queries.alike(sent, scope_of_everything(home))) == [double]
    actions.join_problem(problem=double, other=sent, by=desk, at=NOON)
    with pytest.raises(BadInput, match="反过来并案"):
        actions.join_problem(problem=sent, other=make_problem(other), by=desk, at=NOON)
    with pytest.raises(BadInput, match="不能并入这一件"):
        actions.join_problem(problem=make_problem(other), other=double, by=desk, at=NOON)
    with pytest.raises(BadInput, match="不能并入这一件"):
        actions.join_problem(problem=sent, other=sent, by=desk, at=NOON)
    make_solved(sent, by=worker)
    catch_up(at=NOON)
    assert Message.objects.filter(user=other.user, title="您反映的问题办好了").count() == 1


def test_two_are_never_joined_to_each_other(sent: Problem, desk: User, home: Region) -> None:
    """The rival joins the other way round first; the turn over both rows lets us see it."""
    double = make_problem(make_volunteer("刘芳", region=home))

    def rival() -> None:
        first, second = (Problem.objects.get(pk=one.pk) for one in (sent, double))
        actions.join_problem(problem=first, other=second, by=desk, at=NOON)

    with rival_before(UPDATE, rival), pytest.raises((BadInput, WrongState)):
        actions.join_problem(problem=double, other=sent, by=desk, at=NOON)


def scope_of_everything(region: Region) -> Any:
    from voluncity.city.access.scopes import Scope

    return Scope(regions=(region.path,))


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": S.NEW},
        {"unit": None},
        {"due_on": None},
        {"state": S.SOLVED},
        {"state": S.CLOSED},
        {"state": S.JOINED},
        {"is_confirmed": True},
        {"lat": 37.0},
        {"lat": 137.0, "lng": 112.0},
    ],
)
def test_the_database_refuses_what_cannot_be(sent: Problem, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Problem.objects.filter(pk=sent.pk).update(**wrong)


# -- Time --------------------------------------------------------------------------------------


def test_what_nobody_looked_at_closes_by_itself_and_says_so(
    sent: Problem, worker: User, patrol: Volunteer
) -> None:
    make_solved(sent, by=worker)
    actions.keep_terms(at=NOON + timedelta(days=6, hours=23))
    sent.refresh_from_db()
    assert sent.state == S.SOLVED
    actions.keep_terms(at=NOON + timedelta(days=7))
    sent.refresh_from_db()
    catch_up(at=NOON)
    assert (sent.state, sent.is_confirmed) == (S.CLOSED, False)
    assert Message.objects.filter(user=patrol.user, title="您反映的问题已办结").count() == 1


def test_what_is_overdue_is_told_to_the_offices_once(sent: Problem, worker: User) -> None:
    office = make_user("区文明办")
    give(office, Role.COUNTY_OFFICE, Region.objects.get(name="迎泽区"))
    actions.keep_terms(at=NOON + timedelta(days=7))  # the last day of the term
    assert Move.objects.filter(verb="escalate").count() == 0
    for _ in range(2):
        actions.keep_terms(at=NOON + timedelta(days=8))
    catch_up(at=NOON)
    late = Message.objects.filter(title="巡防问题超过期限").values_list("user_id", flat=True)
    assert sorted(late) == sorted([office.pk, worker.pk])
    page = _words(_as(office).get("/patrols/desk/"))
    assert (sent.number in page, "2026-12-02" in page) == (True, True)


# -- Pages -------------------------------------------------------------------------------------


def test_three_fields_are_enough_and_the_page_thanks(patrol: Volunteer) -> None:
    make_kinds()
    browser = _as(user_of(patrol))
    page = _words(browser.get("/patrols/"))
    assert ("乱停车" in page, "青年路社区" in page, 'capture="environment"' in page) == (
        True, True, True,
    )  # fmt: skip
    thanks = _words(browser.post("/patrols/", _form(place=f"r{patrol.region_id}"), follow=True))
    problem = Problem.objects.get()
    assert ("收到了，谢谢您！" in thanks, problem.number in thanks) == (True, True)
    assert "已收到，等工作人员转给责任单位" in _words(browser.get("/patrols/mine/"))


def test_a_program_gets_an_answer_that_it_can_read(patrol: Volunteer) -> None:
    make_kinds()
    answer = _as(user_of(patrol)).post("/patrols/", _form(), headers={"accept": "application/json"})
    problem = Problem.objects.get()
    assert (answer.status_code, answer.json()) == (
        201, {"url": f"/patrols/mine/{problem.pk}/?sent=1", "number": problem.number},
    )  # fmt: skip


def test_nobody_else_sees_a_problem_or_its_photos(sent: Problem, worker: User) -> None:
    stranger = _as(user_of(make_volunteer("陌生人")))
    foreign = make_user("别处的干部")
    give(foreign, Role.COMMUNITY_WORKER, make_region("别处社区", parent=make_county()))
    for browser, pages in (
        (stranger, ["mine/{}/", "mine/{}/before.webp", "board/{}/before.webp"]),
        (_as(foreign), ["desk/{}/", "desk/{}/before.webp"]),
    ):
        for page in pages:
            assert _status(browser, f"/patrols/{page.format(sent.pk)}") == 404, page
    assert _status(_as(worker), f"/patrols/desk/{sent.pk}/before.webp") == 200
    assert _status(_as(worker), f"/patrols/desk/{sent.pk}/after.webp") == 404


def test_the_unit_reads_no_person_and_steps_only_for_units(
    sent: Problem, worker: User, desk: User
) -> None:
    page = _words(_as(worker).get(f"/patrols/desk/{sent.pk}/"))
    assert ("赵" in page, "分派" in page, "签收" in page) == (False, False, True)
    page = _words(_as(desk).get(f"/patrols/desk/{sent.pk}/"))
    assert ("赵*福" in page, "责任单位" in page) == (True, True)
    for verb in ("dispatch", "refuse", "join", "hide", "nothing"):
        answer = _as(worker).post(f"/patrols/desk/{sent.pk}/{verb}/", {"words": "x"})
        assert answer.status_code == 404, verb


def test_the_board_shows_what_is_solved_without_persons_until_photos_are_hidden(
    sent: Problem, worker: User, desk: User, patrol: Volunteer, client: Client
) -> None:
    Problem.objects.filter(pk=sent.pk).update(place="赵德福家门口", note="请找赵德福")
    make_solved(sent, by=worker)
    assert "环卫所" not in _words(client.get("/patrols/board/"))
    actions.confirm_problem(problem=sent, by=user_of(patrol), at=NOON)
    page = _words(client.get("/patrols/board/"))
    assert ("环卫所" in page, "赵德福" in page) == (True, False)
    photo = f"/patrols/board/{sent.pk}/before.webp"
    assert _status(client, photo) == 200
    assert _as(desk).post(f"/patrols/desk/{sent.pk}/hide/").status_code == 302
    assert _status(client, photo) == 404
    assert photo not in _words(client.get("/patrols/board/"))
    assert _as(desk).post(f"/patrols/desk/{sent.pk}/hide/").status_code == 422


def test_the_list_asks_the_same_at_1_and_30_rows(sent: Problem, desk: User) -> None:
    browser = _as(desk)
    few = queries_for(browser, "/patrols/desk/")
    home = sent.region
    for _ in range(30):
        make_problem(make_volunteer(region=home))
    assert queries_for(browser, "/patrols/desk/") == few


def test_my_list_and_the_board_ask_the_same_at_1_and_20_rows(
    sent: Problem, worker: User, patrol: Volunteer
) -> None:
    browser = _as(user_of(patrol))
    close(sent, worker, patrol)
    few = queries_for(browser, "/patrols/mine/"), queries_for(browser, "/patrols/board/")
    for _ in range(15):
        close(make_problem(patrol), worker, patrol)
    many = queries_for(browser, "/patrols/mine/"), queries_for(browser, "/patrols/board/")
    assert many == few


def close(problem: Problem, worker: User, patrol: Volunteer) -> None:
    make_solved(problem, by=worker)
    actions.confirm_problem(problem=problem, by=user_of(patrol), at=NOON)


# -- Figures and reference data ----------------------------------------------------------------


def test_figures_count_what_was_joined_once_and_know_the_median(
    sent: Problem, worker: User, desk: User, home: Region
) -> None:
    other = make_volunteer("刘芳", region=home)
    double, open_one = make_problem(other), make_problem(other, kind_key="parking")
    actions.join_problem(problem=double, other=sent, by=desk, at=NOON)
    make_solved(sent, by=worker, at=NOON + timedelta(days=2, hours=12))
    total, tables = queries.statistics(
        scope_of_everything(home), since=NOON - timedelta(days=1), today=date(2026, 12, 3)
    )
    assert (total.all, total.solved, total.overdue, total.median) == (2, 1, 1, "2.5")
    assert [(one.label, one.all) for one in tables["unit"]] == [
        ("环卫所", 1), ("（没有责任单位）", 1),
    ]  # fmt: skip
    assert open_one.number
    page = _words(_as(desk).get("/patrols/desk/figures/?days=365"))
    assert ("环卫所" in page, "垃圾杂物" in page) == (True, True)


def test_a_median_of_nothing_is_none() -> None:
    day = timedelta(days=1)
    assert rules.median_tenths([]) is None
    assert rules.median_tenths([day, 3 * day]) == 20
    assert rules.median_tenths([day, 3 * day, 4 * day]) == 30


def test_kinds_are_rows_that_the_office_keeps(patrol: Volunteer) -> None:
    make_kinds()
    office = make_user("文明办")
    give(office, Role.CITY_OFFICE, Region.objects.get(name="太原市"))
    browser = _as(office)
    page = _words(browser.post("/patrols/desk/kinds/", {"name": "飞线充电"}, follow=True))
    assert ("飞线充电" in page, "类型已添加" in page) == (True, True)
    for bad in ("飞线充电", "", "长" * 13):
        assert browser.post("/patrols/desk/kinds/", {"name": bad}).status_code == 422
    assert browser.post("/patrols/desk/kinds/garbage/end/").status_code == 302
    assert browser.post("/patrols/desk/kinds/garbage/end/").status_code == 409
    assert browser.post("/patrols/desk/kinds/no-kind/end/").status_code == 404
    page = _words(_as(user_of(patrol)).get("/patrols/"))
    assert ("垃圾杂物" in page, "飞线充电" in page) == (False, True)
    with pytest.raises(BadInput, match="请点一个问题类型"):
        make_problem(patrol)
    ProblemKind.objects.exclude(pk="damage").update(ended_at=NOON)
    assert browser.post("/patrols/desk/kinds/damage/end/").status_code == 409
    assert browser.post("/patrols/desk/kinds/garbage/reopen/").status_code == 302


def test_rules_are_set_only_for_regions_within_reach(
    desk: User, unit: Organization, home: Region
) -> None:
    make_kinds()
    browser = _as(desk)
    chain = [one.pk for one in Region.objects.filter(code__in=home.path.split("/"))]
    form: dict[str, Any] = {"kind": "garbage", "region": chain, "unit": unit.name}
    page = _words(browser.post("/patrols/desk/rules/", form, follow=True))
    assert ("规则已生效" in page, "环卫所" in page) == (True, True)
    wider = form | {"region": [Region.objects.get(name="迎泽区").pk]}
    assert browser.post("/patrols/desk/rules/", wider).status_code == 422
    foreign = form | {"unit": make_organization("别处", region=make_county()).name}
    assert browser.post("/patrols/desk/rules/", foreign).status_code == 422
    assert browser.get("/patrols/desk/units/?field=unit&unit=环卫").status_code == 200
    rule = DispatchRule.objects.get()
    assert browser.post(f"/patrols/desk/rules/{rule.pk}/end/").status_code == 302
    assert DispatchRule.objects.count() == 0


def test_a_unit_with_open_problems_does_not_end(sent: Problem, unit: Organization) -> None:
    (work,) = queries.open_work(organization_id=unit.pk, at=NOON)
    assert work.sentence == "1 件巡防问题没有办结或退回"
    assert queries.open_work(organization_id=make_organization().pk, at=NOON) == []
