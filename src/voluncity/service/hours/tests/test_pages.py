"""What people see of hours, read by words."""

from __future__ import annotations

import pytest
from django.urls import reverse

from voluncity.city.journal.models import Entry
from voluncity.service.hours import actions, queries
from voluncity.service.hours.models import Correction, ServiceRecord
from voluncity.service.hours.tests.steps import Cast, words
from voluncity.testing.make_hours import (
    EVENING,
    MINUTE,
    NINE,
    TICK,
    make_past_shift,
    make_place,
    make_posted,
    make_record,
)
from voluncity.testing.make_people import make_volunteer, user_of
from voluncity.testing.pages import as_


def test_volunteer_sees_a_computed_record_at_once_as_waiting(people: Cast) -> None:
    record = make_record(make_past_shift(people.team))
    page = words(as_(user_of(record.volunteer)).get(reverse("hours:mine")))
    assert "周一文明引导" in page
    assert "待确认" in page
    assert "另有 2 小时 正在办理" in page


def test_volunteer_sees_totals_apart_and_months(people: Cast) -> None:
    volunteer = make_volunteer("王芳")
    make_posted(make_past_shift(people.team), volunteer)
    month = make_past_shift(
        people.team,
        starts_at=NINE.replace(month=10, day=12),
        ends_at=NINE.replace(month=10, day=12, hour=2),
    )
    make_posted(month, volunteer)
    page = words(as_(user_of(volunteer)).get(reverse("hours:mine")))
    assert "信用时长 3 小时" in page
    assert "荣誉时长 0 分钟" in page
    assert "2026年10月" in page


@pytest.mark.django_db
def test_empty_page_tells_the_way_to_hours() -> None:
    page = words(as_(user_of(make_volunteer())).get(reverse("hours:mine")))
    assert "还没有时长记录" in page


def test_receipt_tells_plan_actual_rule_result_and_masked_names(people: Cast) -> None:
    shift = make_past_shift(people.team)
    record = make_record(shift, make_volunteer("王芳"), in_at=NINE + 2 * MINUTE)
    actions.confirm(record_ids=[record.pk], by=people.leader, at=EVENING)
    page = words(as_(user_of(record.volunteer)).get(reverse("hours:receipt", args=[record.pk])))
    assert "本次计入信用时长 1 小时 58 分" in page
    assert "11月16日 周一 09:00–11:00" in page
    assert "扫活动现场码" in page
    assert "按实际在岗与计划时段重合的时间计" in page
    assert "李*" in page
    assert "李强" not in page
    assert "申请更正" in page


def test_receipt_of_somebody_else_is_not_found(people: Cast) -> None:
    record = make_record(make_past_shift(people.team))
    stranger = as_(user_of(make_volunteer("李静")))
    for name in ("receipt", "correct"):
        assert stranger.get(reverse(f"hours:{name}", args=[record.pk])).status_code == 404


def test_volunteer_asks_for_a_correction_from_the_receipt(people: Cast) -> None:
    record = make_posted(make_past_shift(people.team))
    client = as_(user_of(record.volunteer))
    url = reverse("hours:correct", args=[record.pk])
    answer = client.post(url, {"text": "实际服务到 11:30"}, follow=True)
    assert "更正申请已提交" in words(answer)
    assert list(Correction.objects.values_list("record_id", "text", "state")) == [
        (record.pk, "实际服务到 11:30", "asked")
    ]
    again = client.post(url, {"text": "再问一次"})
    assert again.status_code == 422
    assert "正在处理" in words(again)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "请写明哪里不对"),
        (" \u200b\u3000", "请写明哪里不对"),
        ("长" * 501, "最多 500 个字"),
    ],
)
def test_bad_words_of_a_correction_are_refused_at_the_field(
    people: Cast, text: str, sentence: str
) -> None:
    record = make_record(make_past_shift(people.team))
    answer = as_(user_of(record.volunteer)).post(
        reverse("hours:correct", args=[record.pk]), {"text": text}
    )
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert not Correction.objects.exists()


def test_leader_confirms_a_whole_activity(people: Cast) -> None:
    shift = make_past_shift(people.team)
    records = [make_record(shift, make_volunteer(name)) for name in ("王芳", "李静", "张伟")]
    client = as_(people.leader)
    listed = words(client.get(reverse("hours:desk_list")))
    assert "周一文明引导：3 条待确认" in listed
    answer = client.post(
        reverse("hours:desk_confirm", args=[shift.activity_id]),
        {"records": [one.pk for one in records]},
        follow=True,
    )
    assert "办好 3 条：3 条已入账。" in words(answer)
    assert [queries.minutes_of(one.volunteer_id).proven for one in records] == [120, 120, 120]


def test_bulk_says_who_could_not_be_confirmed(people: Cast) -> None:
    shift = make_past_shift(people.team)
    mine = make_record(shift, make_volunteer("李强", user=people.leader))
    other = make_record(shift, make_volunteer("王芳"))
    answer = as_(people.leader).post(
        reverse("hours:desk_confirm", args=[shift.activity_id]),
        {"records": [mine.pk, other.pk]},
        follow=True,
    )
    page = words(answer)
    assert "办好 1 条：1 条已入账。" in page
    assert "李强：这是您本人的时长" in page


def test_second_look_follows_on_the_desk(people: Cast) -> None:
    shift = make_past_shift(people.team)
    record = make_record(shift, in_method=TICK, by=people.leader)
    as_(people.leader).post(
        reverse("hours:desk_confirm", args=[shift.activity_id]), {"records": [record.pk]}
    )
    own = words(as_(people.leader).get(reverse("hours:desk_activity", args=[shift.activity_id])))
    assert "有的记录须由另一位负责人、上级组织或文明办复核" in own
    client = as_(people.admin)
    assert "1 条待您复核" in words(client.get(reverse("hours:desk_list") + "?queue=approve"))
    answer = client.post(
        reverse("hours:desk_approve", args=[shift.activity_id]),
        {"records": [record.pk], "back": "record"},
        follow=True,
    )
    assert "办好 1 条：1 条公示中。" in words(answer)


def test_desk_pages_of_another_organization_are_not_found_and_journaled(people: Cast) -> None:
    record = make_posted(make_past_shift())
    activity = record.signup.shift.activity_id
    client = as_(people.admin)
    for name, pk in (("desk_record", record.pk), ("desk_activity", activity)):
        assert client.get(reverse(f"hours:{name}", args=[pk])).status_code == 404
    for name, pk in (
        ("desk_confirm", activity),
        ("desk_approve", activity),
        ("desk_enter", activity),
        ("desk_adjust", record.pk),
        ("desk_reverse", record.pk),
    ):
        sent = {"records": [record.pk], "reason": "试试", "minutes": "1"}
        assert client.post(reverse(f"hours:{name}", args=[pk]), sent).status_code == 404
    assert Entry.objects.filter(verb="access.denied", actor=people.admin).count() == 7


def test_record_of_another_activity_cannot_be_smuggled_in(people: Cast) -> None:
    shift = make_past_shift(people.team)
    make_record(shift)
    foreign = make_record(make_past_shift())
    answer = as_(people.leader).post(
        reverse("hours:desk_confirm", args=[shift.activity_id]), {"records": [foreign.pk]}
    )
    assert answer.status_code == 404
    foreign.refresh_from_db()
    assert foreign.state == "computed"


@pytest.mark.parametrize("chosen", [[], ["x"], ["１２"], ["-1"], ["9" * 30]])
def test_nonsense_instead_of_records_is_refused(people: Cast, chosen: list[str]) -> None:
    shift = make_past_shift(people.team)
    answer = as_(people.leader).post(
        reverse("hours:desk_confirm", args=[shift.activity_id]), {"records": chosen}
    )
    assert answer.status_code == 422


def test_refusing_needs_a_reason_and_keeps_the_page(people: Cast) -> None:
    shift = make_past_shift(people.team)
    record = make_record(shift)
    client = as_(people.leader)
    url = reverse("hours:desk_refuse", args=[shift.activity_id])
    empty = client.post(url, {"records": [record.pk], "reason": " "})
    assert empty.status_code == 422
    assert "请写明原因" in words(empty)
    done = client.post(
        url, {"records": [record.pk], "reason": "没有到岗", "back": "record"}, follow=True
    )
    assert "1 条不予计时" in words(done)
    assert "没有到岗" in words(done)


@pytest.mark.parametrize(
    ("minutes", "status", "sentence"),
    [
        ("９０", 302, ""),
        ("", 422, "请填写分钟数"),
        ("很多", 422, "请填写整数分钟"),
        ("1.5", 422, "请填写整数分钟"),
        ("-5", 422, "不能小于 0"),
        ("121", 422, "依据最多支持 120 分钟"),
        ("9" * 40, 422, "最多 1440 分钟"),
    ],
)
def test_leader_shortens_a_record_on_its_page(
    people: Cast, minutes: str, status: int, sentence: str
) -> None:
    record = make_record(make_past_shift(people.team))
    answer = as_(people.leader).post(
        reverse("hours:desk_adjust", args=[record.pk]), {"minutes": minutes, "reason": "提前离开"}
    )
    assert answer.status_code == status
    assert sentence in words(answer)
    record.refresh_from_db()
    assert record.minutes == (90 if status == 302 else 120)


def test_leader_enters_somebody_who_could_not_scan(people: Cast) -> None:
    shift = make_past_shift(people.team)
    signup = make_place(shift, make_volunteer("王芳"))
    client = as_(people.leader)
    url = reverse("hours:desk_enter", args=[shift.activity_id])
    assert "王芳" in words(client.get(url, {"signup": signup.pk}))
    good = {
        "signup": signup.pk,
        "starts_at": "2026-11-16T09:00",
        "ends_at": "2026-11-16T10:30",
        "reason": "现场码打不开",
    }
    for name, value, sentence in (
        ("signup", "999999", "请从名单里选择"),
        ("starts_at", "昨天", "请按"),
        ("ends_at", "0001-01-01T00:00", "请按"),
        ("ends_at", "9999-12-31T23:59", "请按"),
        ("ends_at", "2026-11-16T08:00", "结束时间应晚于开始时间"),
        ("ends_at", "2026-11-16T11:01", "应在班次计划之内"),
        ("reason", "", "请写明原因"),
        ("reason", "长" * 121, "最多 120 个字"),
    ):
        answer = client.post(url, good | {name: value})
        assert (answer.status_code, sentence in words(answer)) == (422, True), (name, value)
    done = client.post(url, good, follow=True)
    assert "已补记，待本组织另一位负责人复核" in words(done)
    record = ServiceRecord.objects.get()
    assert (record.minutes, record.trust, record.state) == (90, "entered", "confirmed")


def test_admin_reverses_and_rewrites_a_record(people: Cast) -> None:
    record = make_posted(make_past_shift(people.team))
    client = as_(people.admin)
    url = reverse("hours:desk_reverse", args=[record.pk])
    assert "已入账 2 小时" in words(client.get(url))
    half = client.post(url, {"reason": "写错", "starts_at": "2026-11-16T09:00"})
    assert half.status_code == 422
    assert "请一起填写" in words(half)
    done = client.post(
        url,
        {"reason": "写错", "starts_at": "2026-11-16T09:00", "ends_at": "2026-11-16T10:00"},
        follow=True,
    )
    assert "已冲销并重新记录" in words(done)
    record.refresh_from_db()
    assert (record.state, record.replaced_by.minutes, record.replaced_by.trust) == (
        "reversed",
        60,
        "proven",
    )


def test_admin_answers_a_correction(people: Cast) -> None:
    record = make_posted(make_past_shift(people.team))
    correction = actions.ask_correction(
        record_id=record.pk,
        volunteer=record.volunteer,
        text="我 10 点就走了",
        by=user_of(record.volunteer),
        at=EVENING,
    )
    client = as_(people.admin)
    assert "我 10 点就走了" in words(client.get(reverse("hours:desk_list") + "?queue=corrections"))
    url = reverse("hours:desk_answer", args=[correction.pk])
    assert "我 10 点就走了" in words(client.get(url))
    for sent, sentence in (
        ({}, "请选择处理结果"),
        ({"decision": "correct", "answer": "好"}, "请按"),
        ({"decision": "decline"}, "请写明答复"),
        ({"decision": "delete", "answer": "好"}, "请从两项中选择"),
    ):
        answer = client.post(url, sent)
        assert (answer.status_code, sentence in words(answer)) == (422, True), sent
    client.post(url, {"decision": "decline", "answer": "两次扫码时间无误"})
    page = words(as_(user_of(record.volunteer)).get(reverse("hours:receipt", args=[record.pk])))
    assert "维持原记录" in page
    assert "两次扫码时间无误" in page
