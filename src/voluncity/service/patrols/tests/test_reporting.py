"""What a patrol sends: once, with a place, within limits, in sentences when it is wrong."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from voluncity.city.files import queries as files
from voluncity.city.inbox.models import Message
from voluncity.city.journal.actions import catch_up
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User, Volunteer
from voluncity.city.policy.models import PolicyNumber
from voluncity.city.regions.models import Level, Region
from voluncity.kernel.refusals import BadInput, TooMany
from voluncity.service.patrols import actions, queries
from voluncity.service.patrols.models import Move, Problem
from voluncity.service.patrols.states import ProblemState
from voluncity.service.patrols.tests.helping import sent_form, set_rule
from voluncity.testing.make_files import make_picture, make_upload
from voluncity.testing.make_orgs import make_organization
from voluncity.testing.make_patrols import (
    make_kinds,
    make_problem,
    make_report,
)
from voluncity.testing.make_people import (
    NOON,
    TODAY,
    make_county,
    make_region,
    make_user,
    user_of,
)
from voluncity.testing.make_stations import make_station
from voluncity.testing.pages import as_, markup
from voluncity.testing.rivals import rival_before

pytestmark = pytest.mark.django_db
S = ProblemState
UPDATE = 'UPDATE "patrols_problem"'


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
    set_rule(county, make_organization("区城管局", region=county), desk)
    set_rule(patrol.region, unit, desk)
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
        ({"nonce": "short"}, "请刷新后再拍一次"),
        ({"nonce": "not a mark of ours!"}, "请刷新后再拍一次"),
    ],
)
def test_bad_input_is_said_in_a_sentence_and_nothing_is_written(
    patrol: Volunteer, said: dict[str, Any], sentence: str
) -> None:
    make_kinds()
    browser = as_(user_of(patrol))
    response = browser.post("/patrols/", sent_form(**said))
    assert (response.status_code, sentence in markup(response)) == (422, True)
    form = sent_form(**said)
    if hasattr(form["photo"], "seek"):
        form["photo"].seek(0)
    answer = browser.post("/patrols/", form, headers={"accept": "application/json"})
    assert (answer.status_code, sentence in answer.json()["sentence"]) == (422, True)
    assert (Problem.objects.count(), Move.objects.count()) == (0, 0)


def test_what_a_phone_adds_by_itself_is_left_out_when_it_is_no_good(patrol: Volunteer) -> None:
    make_kinds()
    form = sent_form(lat="nan", lng="１１２", seen_at="yesterday", note="  门口　很脏\x07 ")
    assert as_(user_of(patrol)).post("/patrols/", form).status_code == 302
    problem = Problem.objects.get()
    assert (problem.lat, problem.lng, problem.note) == (None, None, "门口 很脏")


def test_a_photo_keeps_nothing_of_where_it_was_taken(patrol: Volunteer) -> None:
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (37.0, 51.0, 0.0)}
    raw = make_picture(exif=exif.tobytes())
    make_kinds()
    photo = make_upload(raw)
    as_(user_of(patrol)).post("/patrols/", sent_form(photo=photo))
    with files.opened(Problem.objects.get().photo) as stored:
        written = BytesIO(stored.read())
    with Image.open(written) as kept:
        assert (dict(kept.getexif()), kept.format) == ({}, "WEBP")
