"""Lists of hours at the desk: what they hold, and how often they ask the database."""

from __future__ import annotations

import pytest
from django.urls import reverse

from voluncity.city.people.models import User
from voluncity.service.hours import actions, queries
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.hours.queries import desk
from voluncity.service.hours.rules import Span
from voluncity.service.hours.tests.steps import Cast, words
from voluncity.testing.counting import queries_for
from voluncity.testing.make_hours import (
    EVENING,
    MINUTE,
    NINE,
    TICK,
    make_leader,
    make_past_shift,
    make_posted,
    make_presence,
    make_record,
)
from voluncity.testing.make_people import make_volunteer, user_of
from voluncity.testing.pages import as_


def test_filters_live_in_the_address_and_bad_ones_are_named(people: Cast) -> None:
    record = make_posted(make_past_shift(people.team))
    client = as_(people.admin)
    url = reverse("hours:desk_list")
    found = words(client.get(url, {"queue": "all", "words": "文明引导", "state": "posted"}))
    assert "共 1 条" in found
    nothing = words(client.get(url, {"queue": "all", "since": "2026-11-17"}))
    assert "没有符合条件的记录" in nothing
    by_number = words(client.get(url, {"queue": "all", "words": record.volunteer.number}))
    assert "共 1 条" in by_number
    for sent, sentence in (
        ({"since": "昨天"}, "请按“2026-11-28”的样子"),
        ({"since": "2026-11-17", "until": "2026-11-16"}, "结束日期不能早于开始日期"),
        ({"state": "vanished"}, ""),
        ({"words": "长" * 61}, "最多 60 个字"),
    ):
        answer = client.get(url, {"queue": "all"} | sent)
        assert (answer.status_code, sentence in words(answer)) == (422, True), sent


@pytest.mark.parametrize("seldom", [2_000, 0])
def test_words_find_what_and_whom_they_name_however_much_that_is(
    people: Cast, monkeypatch: pytest.MonkeyPatch, seldom: int
) -> None:
    """What is named seldom or often is looked up in two ways; both must find the same."""
    monkeypatch.setattr(desk, "SELDOM", seldom)
    here = make_posted(make_past_shift(people.team, name="河边清洁"), make_volunteer("王芳"))
    there = make_posted(make_past_shift(people.federation), make_volunteer("河边清"))

    def found(words: str) -> set[int]:
        return {one.pk for one in queries.found(people.parent, queries.Filters(words=words))}

    assert [found(words) for words in ("河边清", "桥东", "联合会", there.volunteer.number)] == [
        {here.pk, there.pk},
        {here.pk},
        {there.pk},
        {there.pk},
    ]
    assert found("没有这个") == set()
    assert found("王") == set()  # a person is found by the whole name only


def test_supervisor_sees_masked_names_and_no_buttons(people: Cast) -> None:
    from voluncity.city.access.permissions import Role
    from voluncity.testing.make_orgs import give
    from voluncity.testing.make_people import make_user

    record = make_record(make_past_shift(people.team), make_volunteer("张无忌"))
    supervisor = make_user("郑督查")
    give(supervisor, Role.SUPERVISOR, people.team.region)
    page = words(
        as_(supervisor).get(reverse("hours:desk_activity", args=[record.signup.shift.activity_id]))
    )
    assert "张*忌" in page
    assert "张无忌" not in page
    assert "确认所选" not in page
    assert (
        as_(supervisor)
        .post(
            reverse("hours:desk_confirm", args=[record.signup.shift.activity_id]),
            {"records": [record.pk]},
        )
        .status_code
        == 403
    )


@pytest.mark.parametrize("page", ["confirm", "all", "activity", "mine"])
def test_lists_ask_the_database_as_often_for_thirty_rows_as_for_one(
    people: Cast, page: str
) -> None:
    volunteer = make_volunteer("王芳")
    shift = make_past_shift(people.team)
    make_record(shift, volunteer)
    client = as_(user_of(volunteer) if page == "mine" else people.leader)
    url = {
        "confirm": reverse("hours:desk_list") + "?queue=confirm",
        "all": reverse("hours:desk_list") + "?queue=all",
        "activity": reverse("hours:desk_activity", args=[shift.activity_id]),
        "mine": reverse("hours:mine"),
    }[page]
    once = queries_for(client, url)
    for day in range(1, 30):
        at = NINE.replace(month=10, day=day)
        past = (
            shift
            if page == "activity"
            else make_past_shift(people.team, starts_at=at, ends_at=at + 120 * MINUTE)
        )
        make_presence(past, volunteer if page == "mine" else make_volunteer())
    actions.compute_due(at=EVENING)
    assert ServiceRecord.objects.count() == 30
    assert queries_for(client, url) == once


def test_corrections_queue_asks_as_often_for_thirty(people: Cast) -> None:
    shift = make_past_shift(people.team)
    client = as_(people.admin)
    url = reverse("hours:desk_list") + "?queue=corrections"

    def ask(number: int) -> None:
        for _ in range(number):
            record = make_record(shift)
            actions.ask_correction(
                record_id=record.pk,
                volunteer=record.volunteer,
                text="少了半小时",
                by=user_of(record.volunteer),
                at=EVENING,
            )

    ask(1)
    once = queries_for(client, url)
    ask(29)
    assert queries_for(client, url) == once


def test_pages_of_the_desk_need_the_permission(people: Cast) -> None:
    record = make_posted(make_past_shift(people.team))
    leader = as_(make_leader(people.team, "钱二"))
    assert leader.post(reverse("hours:desk_reverse", args=[record.pk])).status_code == 403
    volunteer = as_(user_of(record.volunteer))
    assert volunteer.get(reverse("hours:desk_list")).status_code == 403
    assert (
        volunteer.post(
            reverse("hours:desk_confirm", args=[record.signup.shift.activity_id]),
            {"records": [record.pk]},
        ).status_code
        == 403
    )


def test_record_page_offers_each_person_their_own_steps(people: Cast) -> None:
    shift = make_past_shift(people.team)
    record = make_record(shift, in_method=TICK)
    url = reverse("hours:desk_record", args=[record.pk])
    offers = ("确认 1 小时", "确认 2 小时", "核定分钟数", "复核通过", "不予计时", "冲销或更正")

    def offered(user: User) -> set[str]:
        page = words(as_(user).get(url))
        return {one for one in offers if one in page}

    decide = {"确认 2 小时", "核定分钟数", "不予计时"}
    assert [offered(people.leader), offered(people.admin), offered(people.officer)] == [
        decide,
        decide,
        set(),
    ]
    actions.confirm(record_ids=[record.pk], by=people.leader, at=EVENING)
    assert [offered(people.leader), offered(people.admin)] == [set(), {"复核通过", "不予计时"}]
    posted = make_posted(make_past_shift(people.team), make_volunteer("赵敏", user=people.admin))
    url = reverse("hours:desk_record", args=[posted.pk])
    assert [offered(people.leader), offered(people.admin), offered(people.officer)] == [
        set(),
        set(),
        {"冲销或更正"},
    ]


def test_overdue_records_are_listed_for_the_office(people: Cast) -> None:
    old = NINE.replace(year=2025)
    record = make_record(
        make_past_shift(people.team, starts_at=old, ends_at=old + 60 * MINUTE, name="去年的活动")
    )
    page = words(as_(people.officer).get(reverse("hours:desk_list") + "?queue=overdue"))
    assert "已超期" in page
    assert "去年的活动：1 条未办结" in page
    assert "已超期" in words(
        as_(people.officer).get(reverse("hours:desk_record", args=[record.pk]))
    )
    assert "已超期" in words(as_(user_of(record.volunteer)).get(reverse("hours:mine")))


def test_filters_by_trust_and_last_day(people: Cast) -> None:
    make_posted(make_past_shift(people.team))
    make_record(make_past_shift(people.team), in_method=TICK)
    client, url = as_(people.admin), reverse("hours:desk_list")
    assert "共 1 条" in words(client.get(url, {"queue": "all", "trust": "entered"}))
    assert "共 2 条" in words(client.get(url, {"queue": "all", "until": "2026-11-16"}))


def test_many_that_could_not_be_confirmed_are_counted(people: Cast) -> None:
    shift = make_past_shift(people.team)
    good = make_record(shift)
    done = [make_posted(shift) for _ in range(7)]
    answer = as_(people.leader).post(
        reverse("hours:desk_confirm", args=[shift.activity_id]),
        {"records": [good.pk, *(one.pk for one in done)]},
        follow=True,
    )
    assert "还有 2 条没有办理" in words(answer)


@pytest.mark.parametrize(
    ("waits", "text"),
    [(0, "不到 1 小时"), (59, "不到 1 小时"), (60, "1 小时"), (1439, "23 小时"), (1440, "1 天")],
)
def test_waiting_is_told_in_hours_and_days(waits: int, text: str) -> None:
    assert queries.waited_text(EVENING - waits * MINUTE, at=EVENING) == text


def test_own_and_newer_records_are_linked_on_the_receipt(people: Cast) -> None:
    record = make_posted(make_past_shift(people.team))
    actions.reverse(
        record_id=record.pk,
        reason="写错",
        by=people.admin,
        at=EVENING,
        times=Span(NINE, NINE + 30 * MINUTE),
    )
    client = as_(user_of(record.volunteer))
    old = words(client.get(reverse("hours:receipt", args=[record.pk])))
    assert "这条记录已由 更正后的新记录 代替" in old
    assert "申请更正" not in old
    new = ServiceRecord.objects.get(replaces=record)
    assert "这是更正后的记录" in words(client.get(reverse("hours:receipt", args=[new.pk])))
