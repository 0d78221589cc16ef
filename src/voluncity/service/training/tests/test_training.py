"""Courses, who has passed them, and how long that counts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils.timezone import now

from voluncity.city.access.permissions import Role
from voluncity.city.journal.models import Entry
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput
from voluncity.service.training import actions, queries
from voluncity.service.training.models import Course, TrainingRecord
from voluncity.testing.counting import queries_at_first
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import NOON, TODAY, make_county, make_user, make_volunteer
from voluncity.testing.make_projects import make_course, make_training
from voluncity.testing.pages import as_, words

pytestmark = pytest.mark.django_db
LIST, RECORD = "/training/desk/", "/training/desk/record/"


@pytest.fixture
def team() -> Organization:
    return make_organization("汾河志愿服务队")


@pytest.fixture
def leader(team: Organization) -> User:
    user = make_user("李强")
    give(user, Role.TEAM_LEADER, team)
    return user


@pytest.fixture
def desk(leader: User) -> Client:
    return as_(leader)


def test_loading_the_courses_twice_gives_seven_with_words() -> None:
    assert (actions.load_courses(), actions.load_courses()) == (7, 7)
    assert Course.objects.count() == 7
    first_aid = Course.objects.get(key="first-aid")
    assert (first_aid.name, first_aid.valid_months) == ("应急救护", 24)
    assert all(len(course.content) <= 300 for course in Course.objects.all())


@pytest.mark.parametrize(
    ("passed_on", "months", "last"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2026, 11, 24), 24, date(2028, 11, 24)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
        (date(2026, 11, 24), 0, None),
    ],
)
def test_months_end_on_the_same_day_or_the_last_of_a_short_month(
    passed_on: date, months: int, last: date | None
) -> None:
    assert queries.valid_until(passed_on, months) == last


def test_a_training_counts_from_its_day_until_it_runs_out() -> None:
    volunteer, course = make_volunteer(), make_course(valid_months=12)
    make_training(volunteer, course, passed_on=date(2026, 3, 5))

    def passed(on: date) -> bool:
        return queries.has_passed(volunteer.pk, course.pk, on)

    assert [passed(date(2026, 3, 4)), passed(date(2026, 3, 5))] == [False, True]
    assert [passed(date(2027, 3, 5)), passed(date(2027, 3, 6))] == [True, False]
    make_training(volunteer, course, passed_on=date(2027, 6, 1))
    assert [passed(date(2027, 5, 31)), passed(date(2027, 6, 1))] == [False, True]
    assert not queries.has_passed(make_volunteer().pk, course.pk, date(2026, 4, 1))
    assert not queries.has_passed(volunteer.pk, make_course("other").pk, date(2026, 4, 1))


def _record(leader: User, team: Organization, **changes: Any) -> list[TrainingRecord]:
    values: dict[str, Any] = {
        "course_id": make_course().pk,
        "organization_id": team.pk,
        "numbers": [make_volunteer().number],
        "passed_on": TODAY,
        "minutes": 120,
        "by": leader,
        "at": NOON,
    }
    return actions.record_training(**(values | changes))


def test_several_people_are_recorded_and_journaled(leader: User, team: Organization) -> None:
    first, second = make_volunteer("王芳"), make_volunteer("张伟")
    records = _record(leader, team, numbers=[first.number, second.number, first.number])
    assert [record.volunteer for record in records] == [first, second]
    entries = Entry.objects.filter(verb="training.record").order_by("pk")
    assert [entry.data["volunteer"] for entry in entries] == [first.pk, second.pk]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"numbers": []}, "numbers"),
        ({"numbers": ["999999999999"]}, "numbers"),
        ({"numbers": ["1"] * 1 + [str(n) for n in range(300)]}, "numbers"),
        ({"passed_on": TODAY + timedelta(days=1)}, "passed_on"),
        ({"passed_on": date(2010, 1, 1)}, "passed_on"),
        ({"minutes": 0}, "minutes"),
        ({"minutes": -5}, "minutes"),
        ({"minutes": 1441}, "minutes"),
        ({"course_id": 10**30}, "course"),
        ({"organization_id": 10**30}, "organization"),
    ],
)
def test_each_wrong_field_is_named_and_nobody_is_recorded(
    leader: User, team: Organization, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadInput) as caught:
        _record(leader, team, **changes)
    assert (caught.value.field, TrainingRecord.objects.count()) == (field, 0)


def test_one_unknown_number_among_many_records_nobody(leader: User, team: Organization) -> None:
    with pytest.raises(BadInput, match="000000000000"):
        _record(leader, team, numbers=[make_volunteer().number, "000000000000"])
    assert TrainingRecord.objects.count() == 0


def test_the_same_training_of_a_day_is_recorded_once(leader: User, team: Organization) -> None:
    volunteer = make_volunteer()
    _record(leader, team, numbers=[volunteer.number])
    with pytest.raises(BadInput, match="已经登记过"):
        _record(leader, team, numbers=[volunteer.number])
    with pytest.raises(IntegrityError), transaction.atomic():
        make_training(volunteer, make_course(), passed_on=TODAY)


def test_the_page_takes_numbers_in_any_dress(desk: Client, team: Organization) -> None:
    first, second = make_volunteer(), make_volunteer()
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in second.number)
    answer = desk.post(
        RECORD,
        {
            "course": make_course().pk,
            "organization": team.pk,
            "passed_on": local_date(now()),
            "minutes": "９０",
            "numbers": f" {first.number}，\n{wide}、",
        },
    )
    assert answer["Location"] == LIST
    assert sorted(record.volunteer_id for record in TrainingRecord.objects.all()) == [
        first.pk,
        second.pk,
    ]
    assert "已登记 2 人完成“应急救护”。" in words(desk.get(LIST))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"course": ""}, "请选择培训。"),
        ({"course": "x"}, "请从列表中选择。"),
        ({"organization": "404"}, "没有找到名称里有“404”的组织"),
        ({"passed_on": "昨天"}, "日期写法不对"),
        ({"passed_on": "2999-01-01"}, "培训日期不能晚于今天"),
        ({"minutes": "-1"}, "学习时长应为 1 到 1440"),
        ({"minutes": "两小时"}, "学习时长应为 1 到 1440"),
        ({"numbers": ""}, "请填写至少一个志愿者编号。"),
        ({"numbers": "🙂\x00"}, "请填写至少一个志愿者编号。"),
        ({"numbers": "9" * 6000}, "编号太多"),
        ({"numbers": "123"}, "没有找到志愿者编号 123"),
    ],
)
def test_each_wrong_field_answers_with_its_sentence(
    desk: Client, team: Organization, changes: dict[str, Any], sentence: str
) -> None:
    data = {
        "course": make_course().pk, "organization": team.pk, "passed_on": "2026-11-01",
        "minutes": "60", "numbers": make_volunteer().number,
    }  # fmt: skip
    answer = desk.post(RECORD, data | changes)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert TrainingRecord.objects.count() == 0


def test_another_organization_is_neither_chosen_nor_listed(desk: Client) -> None:
    other = make_organization("别人的队", region=make_county())
    make_training(make_volunteer(), organization=other)
    assert "还没有培训记录" in words(desk.get(LIST))
    data = {
        "course": make_course().pk, "organization": other.pk, "passed_on": "2026-11-01",
        "minutes": "60", "numbers": make_volunteer().number,
    }  # fmt: skip
    assert desk.post(RECORD, data).status_code == 422
    assert TrainingRecord.objects.count() == 1


def test_the_list_masks_names_and_says_what_ran_out(desk: Client, team: Organization) -> None:
    make_training(
        make_volunteer("张三丰"),
        make_course(valid_months=12),
        organization=team,
        passed_on=date(2020, 1, 1),
    )
    make_training(make_volunteer("李四"), make_course("basics", "通识"), organization=team)
    said = words(desk.get(LIST))
    assert "张三丰" not in said
    assert "已过期" in said
    assert "长期" in said
    assert "通识" not in words(desk.get(LIST, {"course": "first-aid"})).split("登记人")[1]


def test_only_who_records_trainings_comes_in(desk: Client) -> None:
    stranger = as_(make_user("孙丽"))
    assert [stranger.get(LIST).status_code, stranger.get(RECORD).status_code] == [403, 403]
    assert Client().get(LIST).status_code == 302


def test_thirty_records_cost_as_many_queries_as_one(desk: Client, team: Organization) -> None:
    make_training(make_volunteer(), organization=team)
    cost = queries_at_first(desk, LIST)
    assert cost <= 10
    for _ in range(29):
        make_training(make_volunteer(), organization=team)
    assert queries_at_first(desk, LIST) == cost
