"""The second look: who it must be, what it lets through, and tries to get around it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from voluncity.city.access.permissions import Role
from voluncity.city.ledger.models import Transfer
from voluncity.city.people.models import User
from voluncity.city.policy.models import PolicyNumber
from voluncity.city.publicity import actions as publicity
from voluncity.city.publicity.models import Notice
from voluncity.kernel.refusals import NotAllowed, NotFound, Refusal, WrongState
from voluncity.service.hours import actions, queries
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.hours.states import RecordState
from voluncity.service.hours.tests.steps import Cast, approve, confirm, enter, state_of
from voluncity.testing.make_hours import (
    ELEVEN,
    EVENING,
    NINE,
    TICK,
    make_leader,
    make_org_admin,
    make_past_shift,
    make_posted,
    make_record,
)
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import make_user, make_volunteer

HOUR = timedelta(hours=1)


def test_entered_hours_are_shown_before_they_count(people: Cast) -> None:
    record = enter(people)
    approve(record, people.admin)
    assert (state_of(record), Transfer.objects.count()) == ("shown", 0)
    notice = Notice.objects.get()
    assert (notice.kind, notice.subject_type, notice.subject_id, notice.workdays) == (
        "hours",
        "servicerecord",
        record.pk,
        3,
    )
    assert notice.title == "补记时长公示：王* 2 小时"
    assert record.volunteer.name not in notice.title + notice.body


def test_publicity_without_objection_posts_and_with_one_refuses(people: Cast) -> None:
    from voluncity.city.journal.tasks import catch_up

    quiet, disputed = enter(people), enter(people)
    for record in (quiet, disputed):
        approve(record, people.admin)
    notice = Notice.objects.get(subject_id=disputed.pk)
    protest = publicity.object_to(
        notice_id=notice.pk, text="这个人当天没有来过", by=make_user("孙平"), at=EVENING
    )
    publicity.answer(
        objection_id=protest.pk, is_upheld=True, text="查实", by=people.officer, at=EVENING
    )
    later = EVENING + timedelta(days=7)
    publicity.finish_due(today=later.date(), at=later)
    catch_up()
    catch_up()
    assert (state_of(quiet), state_of(disputed)) == ("posted", "refused")
    assert queries.minutes_of(quiet.volunteer_id) == queries.Minutes(proven=0, entered=120)
    assert queries.minutes_of(disputed.volunteer_id) == queries.Minutes()


def test_city_without_publicity_posts_entered_hours_at_once(people: Cast) -> None:
    from voluncity.city.journal.tasks import catch_up

    PolicyNumber.objects.create(
        key="hours.entered_publicity_workdays", value=0, valid_from=NINE.date()
    )
    record = enter(people)
    approve(record, people.admin)
    catch_up()
    assert state_of(record) == "posted"


def test_who_entered_or_confirmed_does_not_approve(people: Cast) -> None:
    entered = enter(people, by=people.admin)
    ticked = make_record(make_past_shift(people.team), in_method=TICK)
    confirm(ticked, people.admin)
    for record in (entered, ticked):
        with pytest.raises(NotAllowed) as refused:
            approve(record, people.admin)
        assert refused.value.code == "hours.same_person"
        assert state_of(record) == "confirmed"


def test_who_ticked_the_list_does_not_approve(people: Cast) -> None:
    record = make_record(make_past_shift(people.team), in_method=TICK, by=people.admin)
    confirm(record, people.leader)
    with pytest.raises(NotAllowed, match="由您签到或签退"):
        approve(record, people.admin)
    approve(record, people.parent)
    assert state_of(record) == "shown"


def test_nobody_approves_their_own_hours(people: Cast) -> None:
    record = make_record(
        make_past_shift(people.team), make_volunteer("赵敏", user=people.admin), in_method=TICK
    )
    confirm(record, people.leader)
    with pytest.raises(NotAllowed, match="本人"):
        approve(record, people.admin)


def test_leader_without_the_permission_finds_nothing_to_approve(people: Cast) -> None:
    record = enter(people, by=people.admin)
    with pytest.raises(NotFound):
        approve(record, people.leader)


def test_more_hours_need_people_higher_up(people: Cast) -> None:
    """8 to 12 hours: an organization above; more: the office (RULES.md §1.5)."""
    ten = make_past_shift(people.team, ends_at=NINE + 10 * HOUR)
    thirteen = make_past_shift(people.team, ends_at=NINE + 13 * HOUR)
    long, longer = make_record(ten), make_record(thirteen)
    for record in (long, longer):
        confirm(record, people.leader)
    with pytest.raises(NotAllowed, match="须由上级组织复核"):
        approve(long, people.admin)
    for person in (people.admin, people.parent):
        with pytest.raises(NotAllowed, match="须由文明办复核"):
            approve(longer, person)
    approve(long, people.parent)
    approve(longer, people.officer)
    assert (state_of(long), state_of(longer)) == ("posted", "posted")


def test_office_of_another_county_finds_nothing(people: Cast) -> None:
    from voluncity.testing.make_people import make_county

    stranger = make_user("外县")
    give(stranger, Role.COUNTY_OFFICE, make_county())
    with pytest.raises(NotFound):
        approve(enter(people), stranger)


def would_approve(record: ServiceRecord, person: User) -> bool:
    """Try it, and take it back."""
    before = transaction.savepoint()
    try:
        approve(record, person)
    except Refusal:
        return False
    finally:
        transaction.savepoint_rollback(before)
    return True


def test_queue_holds_exactly_what_a_person_may_approve(people: Cast) -> None:
    second = enter(people)
    third = enter(people, by=people.admin)
    parent = make_record(make_past_shift(people.team, ends_at=NINE + 10 * HOUR))
    office = make_record(make_past_shift(people.team, ends_at=NINE + 13 * HOUR))
    ticked = make_record(make_past_shift(people.team), in_method=TICK, by=people.parent)
    own = make_record(
        make_past_shift(people.team), make_volunteer("赵敏", user=people.admin), in_method=TICK
    )
    foreign = make_record(make_past_shift(), in_method=TICK)
    confirm(foreign, make_leader(foreign.organization))
    for record in (parent, office, ticked, own):
        confirm(record, people.leader)
    everything = [second, third, parent, office, ticked, own, foreign]
    for person in (people.leader, people.admin, people.parent, people.officer):
        queue = {one.pk for one in queries.to_approve(person)}
        assert queue == {one.pk for one in everything if would_approve(one, person)}
    assert {one.pk for one in queries.to_approve(people.admin)} == {second.pk, ticked.pk}


def test_approver_refuses_with_a_reason_and_the_confirmer_cannot(people: Cast) -> None:
    record = enter(people, by=people.admin)
    with pytest.raises(NotAllowed):
        actions.refuse(record_ids=[record.pk], reason="算了", by=people.admin, at=EVENING)
    actions.refuse(record_ids=[record.pk], reason="查无此事", by=people.parent, at=EVENING)
    record.refresh_from_db()
    assert (record.state, record.state_reason) == ("refused", "查无此事")


def test_posted_and_shown_records_are_not_simply_refused(people: Cast) -> None:
    posted = make_posted(make_past_shift(people.team))
    shown = enter(people)
    approve(shown, people.admin)
    for record in (posted, shown):
        with pytest.raises(WrongState):
            actions.refuse(record_ids=[record.pk], reason="反悔", by=people.officer, at=EVENING)


def test_office_leaves_unconfirmed_records_to_the_organization(people: Cast) -> None:
    record = make_record(make_past_shift(people.team))
    with pytest.raises(NotAllowed, match="还没有确认"):
        actions.refuse(record_ids=[record.pk], reason="不认", by=people.officer, at=EVENING)
    assert state_of(record) == "computed"


def test_second_admin_is_another_person_of_the_same_team(people: Cast) -> None:
    record = enter(people, by=people.admin)
    approve(record, make_org_admin(people.team, "吴敏"))
    assert state_of(record) == "shown"


def test_time_away_fills_no_day_when_two_records_are_confirmed_at_once(people: Cast) -> None:
    """Five hours with one away, and four more: eight, which need no second look."""
    sunrise, noon = NINE - timedelta(hours=3), NINE + timedelta(hours=3)
    morning = make_record(make_past_shift(people.team, starts_at=sunrise, ends_at=ELEVEN))
    ServiceRecord.objects.filter(pk=morning.pk).update(minutes=240, break_minutes=60)
    later = make_past_shift(people.team, starts_at=noon, ends_at=noon + timedelta(hours=4))
    afternoon = make_record(later, morning.volunteer)
    both = [morning.pk, afternoon.pk]
    actions.confirm(record_ids=both, by=people.leader, at=EVENING + timedelta(hours=3))
    found = ServiceRecord.objects.filter(pk__in=both).values_list("state", flat=True)
    assert list(found) == [RecordState.POSTED, RecordState.POSTED]
