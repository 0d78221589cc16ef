"""What a fund may be called, who may sit where, what is warned of."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from voluncity.city.people.models import User
from voluncity.fund.governance import actions, queries
from voluncity.fund.governance.models import Fund, Seat
from voluncity.fund.governance.states import Body, Duty
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, Refusal, WrongState
from voluncity.testing.make_calls import make_open_call
from voluncity.testing.make_donations import make_appeal
from voluncity.testing.make_fund import (
    fund_plan,
    give_money,
    make_charter,
    make_fund,
    make_leaders,
    make_meeting,
    make_purpose,
    make_resolution,
    scanned,
    seat_plan,
)
from voluncity.testing.make_grants import make_funding
from voluncity.testing.make_people import NOON, TODAY, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": "中国志愿专项基金"}, "name"),
        ({"name": "志愿A专项基金"}, "name"),
        ({"name": "志愿２号专项基金"}, "name"),
        ({"name": "志愿项目"}, "name"),
        ({"name": ""}, "name"),
        ({"name": "爱" * 39 + "基金"}, "name"),
        ({"name": "志愿❤️基金🎉"}, "name"),
        ({"foundation_name": ""}, "foundation_name"),
        ({"foundation_code": "91140100MA0K1234X5"}, "foundation_code"),
        ({"license_number": "募证1号"}, "license_until"),
        ({"license_until": date(2027, 1, 1)}, "license_number"),
        ({"phone": "找小王"}, "phone"),
        ({"aim": ""}, "aim"),
        ({"founded_on": date(1, 1, 1)}, "founded_on"),
        ({"region_id": 0}, "region"),
    ],
)
def test_what_a_fund_may_not_say_is_refused_at_its_field(said: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        make_fund(None, **said)
    assert refused.value.field == field
    assert Fund.objects.count() == 0


def test_the_full_name_begins_with_the_foundation() -> None:
    assert str(make_fund()) == "晋阳公益基金会志愿家园专项基金"


def test_a_foundation_has_one_fund_of_a_name(fund: Fund) -> None:
    with pytest.raises(Refusal, match="已经有同名的专项基金"):
        make_fund(None, foundation_code=fund.foundation_code)
    other = make_fund(None, foundation_code=fund.foundation_code, name="爱心专项基金")
    plan = fund_plan(None, foundation_code=fund.foundation_code)
    with pytest.raises(Refusal, match="已经有同名的专项基金"):
        actions.change_fund(fund=other, plan=plan, by=fund.made_by, at=NOON)


@pytest.mark.parametrize(
    "said",
    [
        {"duty": Duty.SUPERVISOR},
        {"until_on": TODAY - timedelta(days=366)},
        {"until_on": TODAY + timedelta(days=365 * 5)},
        {"person": "😀"},
        {"body": "nobody"},
    ],
)
def test_a_seat_that_cannot_be_is_refused(fund: Fund, said: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        actions.appoint(fund=fund, plan=seat_plan(**said), by=fund.made_by, at=NOON)


def test_nobody_leads_and_supervises_and_there_is_one_head(fund: Fund) -> None:
    head = make_leaders(fund)[0]
    supervising = seat_plan(head.person, body=Body.SUPERVISORS, duty=Duty.SUPERVISOR)
    with pytest.raises(Refusal, match="不能互相兼任"):
        actions.appoint(fund=fund, plan=supervising, by=fund.made_by, at=NOON)
    with pytest.raises(Refusal, match="已有组长"):
        actions.appoint(
            fund=fund, plan=seat_plan("新人甲", duty=Duty.HEAD), by=fund.made_by, at=NOON
        )
    actions.end_seat(seat=head, on=TODAY, reason="退休", by=fund.made_by, at=NOON)
    with pytest.raises(WrongState):
        actions.end_seat(seat=head, on=TODAY, reason="退休", by=fund.made_by, at=NOON)
    actions.appoint(fund=fund, plan=seat_plan("新人甲", duty=Duty.HEAD), by=fund.made_by, at=NOON)


def test_a_namesake_without_a_unit_is_taken_for_the_same_person(fund: Fund) -> None:
    head = make_leaders(fund)[0]
    for unit in ("", "市民政局"):
        plan = seat_plan(head.person, body=Body.SUPERVISORS, duty=Duty.SUPERVISOR, unit=unit)
        Seat.objects.filter(pk=head.pk).update(unit="" if unit else "市文明办")
        with pytest.raises(Refusal, match="不能互相兼任") as refused:
            actions.appoint(fund=fund, plan=plan, by=fund.made_by, at=NOON)
        assert refused.value.field == "unit"
    Seat.objects.filter(pk=head.pk).update(unit="市文明办")
    actions.appoint(fund=fund, plan=plan, by=fund.made_by, at=NOON)


def test_the_last_day_of_a_term_is_a_day_in_office(fund: Fund) -> None:
    head = make_leaders(fund)[0]
    begins = head.until_on + timedelta(days=1)
    again = seat_plan(
        head.person, duty=Duty.HEAD, from_on=begins, until_on=begins + timedelta(days=365),
        unit=head.unit,
    )  # fmt: skip
    renewed = actions.appoint(fund=fund, plan=again, by=fund.made_by, at=NOON)
    assert queries.seats_on(fund, head.until_on)[0] == head
    assert queries.seats_on(fund, begins) == [renewed]


def test_one_account_sits_once(fund: Fund) -> None:
    user = make_user("何静")
    actions.appoint(fund=fund, plan=seat_plan("何静"), user=user, by=fund.made_by, at=NOON)
    with pytest.raises(Refusal, match="不能互相兼任"):
        actions.appoint(fund=fund, plan=seat_plan("何婧"), user=user, by=fund.made_by, at=NOON)


def test_a_term_that_is_over_is_closed_by_the_next_one(fund: Fund) -> None:
    head = make_leaders(fund)[0]
    again = seat_plan(
        head.person, duty=Duty.HEAD, from_on=head.until_on,
        until_on=head.until_on + timedelta(days=365),
    )  # fmt: skip
    renewed = actions.appoint(fund=fund, plan=again, by=fund.made_by, at=NOON)
    head.refresh_from_db()
    assert (head.ended_on, head.ended_reason) == (head.until_on, "任期届满")
    assert Seat.objects.filter(ended_on=None, duty=Duty.HEAD).get() == renewed


def test_what_is_missing_or_ends_is_said(fund: Fund) -> None:
    assert [words for words, _ in queries.warnings(fund, today=TODAY)] == [
        "还没有施行的章程，会议按《基金会管理条例》的一般规定表决。",
        "领导小组没有在任的人员。", "监督小组没有在任的人员。",
    ]  # fmt: skip
    fund.license_number, fund.license_until = "募证第1号", TODAY - timedelta(days=1)
    make_charter(fund)
    assert queries.warnings(fund, today=TODAY) == [
        ("公开募捐资格证书已过期，不能再开展公开募捐。", "bad")
    ]
    assert not queries.may_raise(fund, on=TODAY)
    assert queries.may_raise(fund, on=TODAY - timedelta(days=1))
    assert len(queries.warnings(fund, today=TODAY + timedelta(days=700))) == 5


def test_a_purpose_ends_once_and_is_named_once(fund: Fund) -> None:
    purpose = make_purpose(fund)
    with pytest.raises(Refusal, match="已经有这个资助方向"):
        make_purpose(fund)
    actions.end_purpose(purpose=purpose, by=fund.made_by, at=NOON)
    assert list(queries.purposes(fund)) == []
    with pytest.raises(WrongState):
        actions.end_purpose(purpose=purpose, by=fund.made_by, at=NOON)


def test_a_withdrawn_document_is_public_no_more(fund: Fund) -> None:
    document = actions.add_document(
        fund=fund, title="年报", paper=scanned(), is_public=True, by=fund.made_by, at=NOON
    )
    assert list(queries.documents(fund, public_only=True)) == [document]
    actions.withdraw_document(document=document, by=fund.made_by, at=NOON)
    assert list(queries.documents(fund)) == []


# -- The end -------------------------------------------------------------------------------------


def _end(fund: Fund, **said: Any) -> Fund:
    resolution = make_resolution(fund, "终止基金")
    usual: dict[str, Any] = {"resolution": resolution, "on": TODAY, "at": NOON}
    return actions.end_fund(fund=fund, by=make_user(), **(usual | said))


def test_a_fund_ends_by_a_resolution_when_nothing_is_left(fund: Fund) -> None:
    ended = _end(fund)
    assert (ended.ended_on, str(ended.ended_by)[-4:]) == (TODAY, "终止基金")
    with pytest.raises(WrongState, match="已经终止"):
        _end(fund)
    with pytest.raises(Refusal, match="已经终止"):
        give_money(ended, 100)


def test_money_that_is_left_keeps_a_fund_from_ending(fund: Fund) -> None:
    give_money(fund, 1_234_567)
    with pytest.raises(Refusal, match=r"账上还有 12,345\.67 元"):
        _end(fund)
    fund.refresh_from_db()
    assert fund.ended_on is None


@pytest.mark.parametrize("days", [-1, 1])
def test_a_fund_ends_neither_before_its_resolution_nor_ahead(fund: Fund, days: int) -> None:
    with pytest.raises(BadInput) as refused:
        _end(fund, on=TODAY + timedelta(days=days))
    assert refused.value.field == "on"


def test_another_funds_resolution_ends_nothing(fund: Fund) -> None:
    other = make_resolution(make_fund(None, name="另一项专项基金"), "终止基金")
    with pytest.raises(BadInput, match="现行有效"):
        _end(fund, resolution=other)


def test_what_is_under_way_is_said_before_a_fund_ends() -> None:
    fund = make_appeal().fund
    make_meeting(fund)
    make_open_call(fund)
    make_funding(fund=fund)
    left = queries.open_work(fund, at=NOON)
    assert left[0] == "1 次会议没有结束"
    assert left[-3:] == ["1 个募捐没有结束", "1 个申报通知没有截止", "1 个资助项目没有结项"]


def test_the_desk_says_what_is_left_and_then_ends_the_fund(fund: Fund, office: User) -> None:
    client, page = Client(), f"/fund/governance/desk/{fund.pk}/end/"
    client.force_login(office)
    meeting = make_meeting(fund, at=now())
    assert "1 次会议没有结束" in client.get(page).content.decode()
    actions.cancel_meeting(meeting=meeting, reason="改期", by=office, at=now())
    wrong = client.post(page, {"resolution": "", "on": "明天"})
    assert (wrong.status_code, "请选择依据的决议" in wrong.content.decode()) == (422, True)
    resolution = make_resolution(fund, "终止基金", at=now())
    today = local_date(now()).isoformat()
    done = client.post(page, {"resolution": resolution.pk, "on": today}, follow=True)
    assert "基金已终止" in done.content.decode()
    assert f"{today} 终止" in client.get(f"/fund/governance/desk/{fund.pk}/").content.decode()
