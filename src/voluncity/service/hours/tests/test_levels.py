"""Another level looks at what nobody scanned; days are capped; rights can be lost."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from voluncity.city.access.permissions import Role
from voluncity.city.policy.models import PolicyNumber
from voluncity.kernel.refusals import NotAllowed, Refusal
from voluncity.service.hours import actions, queries
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.hours.states import Right
from voluncity.service.hours.tests.steps import Cast, approve, confirm, enter, state_of
from voluncity.testing.make_hours import (
    ELEVEN,
    EVENING,
    NINE,
    TICK,
    make_org_admin,
    make_past_shift,
    make_place,
    make_posted,
    make_record,
)
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import make_volunteer

HOUR = timedelta(hours=1)
NEXT_YEAR = date(2027, 11, 16)


@pytest.fixture
def levels(people: Cast) -> Cast:
    """The city's rule as it begins: another level."""
    PolicyNumber.objects.filter(key="hours.entered_look").delete()
    return people


def test_colleague_does_not_approve_what_nobody_scanned(levels: Cast) -> None:
    record = enter(levels)
    assert record.approver == "parent"
    colleague = make_org_admin(levels.team, "吴敏")
    with pytest.raises(NotAllowed, match="须由上级组织复核"):
        approve(record, colleague)
    approve(record, levels.parent)
    assert state_of(record) == "shown"


def test_office_approves_where_no_organization_is_above(levels: Cast) -> None:
    record = make_record(make_past_shift(levels.federation), in_method=TICK)
    confirm(record, make_org_admin(levels.federation, "何静"))
    with pytest.raises(NotAllowed):
        approve(record, levels.parent)
    approve(record, levels.officer)
    assert state_of(record) == "shown"


def test_somebody_of_both_levels_is_a_colleague(levels: Cast) -> None:
    """Who leads a team and sits in the federation, too, is no second level."""
    give(levels.parent, Role.TEAM_LEADER, levels.team)
    record = enter(levels)
    with pytest.raises(NotAllowed):
        approve(record, levels.parent)
    assert list(queries.to_approve(levels.parent)) == []
    assert [one.pk for one in queries.to_approve(levels.officer)] == [record.pk]


def test_proven_hours_need_no_other_level(levels: Cast) -> None:
    record = make_record(make_past_shift(levels.team))
    confirm(record, levels.leader)
    assert (state_of(record), record.trust) == ("posted", "proven")


def test_rule_is_dated(levels: Cast) -> None:
    """Hours of a day before the rule are looked at as it was then."""
    PolicyNumber.objects.create(key="hours.entered_look", value=0, valid_from=date(2026, 1, 1))
    PolicyNumber.objects.create(key="hours.entered_look", value=1, valid_from=date(2026, 11, 17))
    assert enter(levels).approver == "second"


def test_day_of_more_than_sixteen_hours_is_refused(levels: Cast) -> None:
    volunteer = make_volunteer()
    first = make_past_shift(levels.team, starts_at=NINE - 8 * HOUR, ends_at=NINE)
    make_posted(first, volunteer)
    long = make_record(
        make_past_shift(levels.team, starts_at=NINE, ends_at=NINE + 8 * HOUR + HOUR / 60), volunteer
    )
    with pytest.raises(Refusal, match="当天共 16 小时 1 分，超过本市一天最多 16 小时") as full:
        confirm(long, levels.leader)
    assert (full.value.code, state_of(long)) == ("hours.day_full", "computed")


def test_sixteen_hours_to_the_minute_are_allowed(levels: Cast) -> None:
    volunteer = make_volunteer()
    make_posted(make_past_shift(levels.team, starts_at=NINE - 8 * HOUR, ends_at=NINE), volunteer)
    long = make_record(make_past_shift(levels.team, ends_at=NINE + 8 * HOUR), volunteer)
    confirm(long, levels.leader)
    assert state_of(long) == "confirmed"


def test_entered_hours_of_a_day_have_a_lower_cap(levels: Cast) -> None:
    PolicyNumber.objects.create(
        key="hours.day_entered_minutes", value=119, valid_from=date(2026, 1, 1)
    )
    with pytest.raises(Refusal, match="没有扫码依据的时长共 2 小时") as full:
        enter(levels)
    assert full.value.code == "hours.entered_day_full"
    assert ServiceRecord.objects.count() == 0


def _enter(levels: Cast) -> ServiceRecord:
    return actions.enter(
        signup_id=make_place(make_past_shift(levels.team)).pk, starts_at=NINE, ends_at=ELEVEN,
        reason="现场码打不开", by=levels.leader, at=EVENING,
    )  # fmt: skip


def test_person_without_the_right_enters_nothing_until_it_is_given_back(levels: Cast) -> None:
    lost = actions.suspend(
        right=Right.ENTER, until=NEXT_YEAR, reason="认定虚报", user=levels.leader,
        by=levels.officer, at=EVENING,
    )  # fmt: skip
    with pytest.raises(NotAllowed, match="您在 2027年11月16日之前不能补记时长") as refused:
        _enter(levels)
    assert refused.value.code == "hours.suspended_enter"
    record = make_record(make_past_shift(levels.team))
    confirm(record, levels.leader)  # another right
    actions.lift_suspension(suspension_id=lost.pk, by=levels.officer, at=EVENING)
    assert _enter(levels).state == "confirmed"


def test_organization_without_the_right_has_nothing_entered_by_anybody(levels: Cast) -> None:
    actions.suspend(
        right=Right.ENTER, until=NEXT_YEAR, reason="认定虚报", organization=levels.team,
        by=levels.officer, at=EVENING,
    )  # fmt: skip
    for person in (levels.leader, levels.parent):
        with pytest.raises(NotAllowed, match="这个组织在"):
            enter(levels, by=person)
    scanned = make_record(make_past_shift(levels.team))
    confirm(scanned, levels.leader)
    assert (state_of(scanned), ServiceRecord.objects.count()) == ("posted", 1)


def test_right_comes_back_after_its_last_day(levels: Cast) -> None:
    actions.suspend(
        right=Right.CONFIRM, until=EVENING.date(), reason="认定虚报", user=levels.leader,
        by=levels.officer, at=EVENING,
    )  # fmt: skip
    record = make_record(make_past_shift(levels.team))
    with pytest.raises(NotAllowed, match="不能确认时长，请由另一位负责人确认"):
        confirm(record, levels.leader)
    actions.confirm(record_ids=[record.pk], by=levels.leader, at=EVENING + timedelta(days=1))
    assert state_of(record) == "posted"
