"""Service and deeds earn points by the rules of their day, once; what ends is taken back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from voluncity.city.claims import actions as claims
from voluncity.city.claims.states import MergeReason
from voluncity.city.journal.actions import feed_reader, seal_entries
from voluncity.city.journal.models import Cursor
from voluncity.city.journal.tasks import catch_up
from voluncity.city.people.models import Volunteer
from voluncity.honor.points import actions, queries, readers
from voluncity.honor.points.models import Debt, Earning, Lot, Movement
from voluncity.honor.points.states import Ground
from voluncity.service.hours import actions as hours
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.welfare_days.models import Attachment, WelfareDay
from voluncity.testing.make_hours import (
    NINE,
    TICK,
    make_leader,
    make_org_admin,
    make_past_shift,
    make_posted,
    make_record,
)
from voluncity.testing.make_people import NOON, make_user, make_volunteer
from voluncity.testing.make_points import make_rules
from voluncity.testing.make_projects import make_category

pytestmark = pytest.mark.django_db


@pytest.fixture
def li() -> Volunteer:
    return make_volunteer("李强")


def served(volunteer: Volunteer, *, days_later: int = 0, minutes: int = 120) -> ServiceRecord:
    start = NINE + timedelta(days=days_later)
    shift = make_past_shift(starts_at=start, ends_at=start + timedelta(minutes=minutes))
    return make_posted(shift, volunteer)


def reverse(record: ServiceRecord) -> None:
    admin = make_org_admin(record.organization)
    hours.reverse(record_id=record.pk, reason="当天并未到场", by=admin, at=NOON)
    catch_up()


def given() -> list[tuple[str, int]]:
    return list(Earning.objects.order_by("pk").values_list("ground", "points"))


def test_proven_hours_earn_by_the_hour_and_a_part_of_a_point_is_dropped(li: Volunteer) -> None:
    make_rules(hour_points=7)
    served(li, minutes=95)
    catch_up()
    assert given() == [("hours", 11)]
    assert (queries.balance(li.pk), queries.earned(li.pk)) == (11, 11)
    [lot] = Lot.objects.all()
    assert (lot.amount, lot.left, lot.expires_on) == (11, 11, date(2027, 12, 31))
    assert queries.faults() == []


def test_a_category_has_a_rate_of_its_own(li: Volunteer) -> None:
    record = make_record(make_past_shift(), li)
    category = record.signup.shift.activity.project.category
    make_rules(hours={category.pk: 30, make_category("other", "环保").pk: 99})
    hours.confirm(record_ids=[record.pk], by=make_leader(record.organization), at=NOON)
    catch_up()
    assert given() == [("hours", 60)]


def test_entered_hours_earn_what_the_rule_says_and_nothing_by_default(li: Volunteer) -> None:
    make_rules()
    record = make_record(make_past_shift(), li, in_method=TICK, out_method=TICK)
    assert record.trust == "entered"
    ServiceRecord.objects.filter(pk=record.pk).update(trust="entered")
    assert queries.books()[0].worth_of_hours(120, category=None, is_proven=False) == 0
    make_rules(valid_from=date(2026, 2, 1), entered_percent=50)
    assert queries.books()[0].worth_of_hours(120, category=None, is_proven=False) == 10


def test_before_the_first_rules_nothing_earns(li: Volunteer) -> None:
    make_rules(valid_from=date(2026, 11, 17))
    served(li)
    catch_up()
    assert given() == []
    served(li, days_later=1)
    catch_up()
    assert given() == [("hours", 20)]


def test_new_rules_leave_what_was_earned_alone(li: Volunteer) -> None:
    make_rules()
    served(li)
    catch_up()
    make_rules(valid_from=date(2026, 11, 17), hour_points=50)
    served(li, days_later=1)
    catch_up()
    assert given() == [("hours", 20), ("hours", 100)]


def test_reading_again_from_the_start_changes_nothing(li: Volunteer) -> None:
    make_rules(deeds={Ground.FIRST: 5})
    reverse(served(li))
    served(li, days_later=1)
    catch_up()
    before = (given(), queries.balance(li.pk), Lot.objects.count(), Movement.objects.count())
    Cursor.objects.filter(reader="points.earnings").update(position=0)
    catch_up()
    after = (given(), queries.balance(li.pk), Lot.objects.count(), Movement.objects.count())
    assert (after, queries.faults()) == (before, [])


def test_the_caps_of_day_and_month_hold_and_free_room_is_filled(li: Volunteer) -> None:
    make_rules(day_most=15, month_most=30)
    first = served(li)
    served(li, days_later=1)
    served(li, days_later=2)
    catch_up()
    assert given() == [("hours", 15), ("hours", 15), ("hours", 0)]
    reverse(first)
    assert given() == [("hours", 0), ("hours", 15), ("hours", 15)]
    assert (queries.balance(li.pk), queries.faults()) == (30, [])


def test_reversed_hours_take_their_own_points_back(li: Volunteer) -> None:
    make_rules()
    record = served(li)
    served(li, days_later=1)
    catch_up()
    reverse(record)
    assert list(Lot.objects.order_by("pk").values_list("left", flat=True)) == [0, 20]
    assert (queries.balance(li.pk), queries.earned(li.pk), queries.owed(li.pk)) == (20, 20, 0)
    assert queries.faults() == []


def test_what_was_spent_is_owed_and_later_earnings_pay_it(li: Volunteer) -> None:
    make_rules()
    record = served(li)
    catch_up()
    spend(li, 15)
    reverse(record)
    assert (queries.balance(li.pk), queries.owed(li.pk), queries.earned(li.pk)) == (0, 15, 0)
    served(li, days_later=1, minutes=60)
    catch_up()
    assert (queries.balance(li.pk), queries.owed(li.pk)) == (0, 5)
    served(li, days_later=2, minutes=60)
    catch_up()
    assert (queries.balance(li.pk), queries.owed(li.pk), queries.earned(li.pk)) == (5, 0, 20)
    assert [m.kind for m in Movement.objects.order_by("pk")] == [
        "spent", "taken_back", "repaid", "repaid",
    ]  # fmt: skip
    assert queries.faults() == []


def test_points_that_come_back_pay_the_debt_that_they_left(li: Volunteer) -> None:
    make_rules()
    record = served(li)
    catch_up()
    spend(li, 20)
    reverse(record)
    actions.give_back(key="redemption:1", at=NOON, by=None, reason="退回")
    assert (queries.balance(li.pk), queries.owed(li.pk)) == (0, 0)
    assert Debt.objects.get().left == 0
    assert queries.faults() == []


def test_what_had_expired_is_owed_by_nobody(li: Volunteer) -> None:
    make_rules(expiry_years=0)
    record = served(li)
    catch_up()
    actions.expire_points(at=NOON + timedelta(days=60))
    reverse(record)
    assert (queries.balance(li.pk), queries.owed(li.pk)) == (0, 0)
    assert queries.faults() == []


def test_the_first_service_counts_once_and_goes_with_the_last_record(li: Volunteer) -> None:
    make_rules(deeds={Ground.FIRST: 50})
    first, second = served(li), served(li, days_later=1)
    catch_up()
    assert given() == [("hours", 20), ("hours", 20), ("first", 50)]
    reverse(first)
    assert queries.balance(li.pk) == 70
    reverse(second)
    assert (queries.balance(li.pk), queries.faults()) == (0, [])


def test_one_person_keeps_the_first_service_once_after_two_records_became_one(
    li: Volunteer,
) -> None:
    """Parted again, each of them has a first service of its own."""
    make_rules(deeds={Ground.FIRST: 50})
    wang = make_volunteer("李强")
    served(li)
    served(wang, days_later=1)
    catch_up()
    assert (queries.balance(li.pk), queries.balance(wang.pk)) == (70, 70)
    merge = claims.merge(
        loser_id=wang.pk, winner_id=li.pk, reason=MergeReason.values[0], by=make_user("干部甲"),
        at=NOON,
    )  # fmt: skip
    catch_up()
    assert (queries.balance(li.pk), queries.balance(wang.pk)) == (90, 0)
    served(li, days_later=2)
    catch_up()
    assert (queries.balance(li.pk), queries.faults()) == (110, [])
    assert claims.undo(merge_id=merge.pk, by=make_user("干部乙"), at=NOON) == []
    catch_up()
    assert (queries.balance(li.pk), queries.balance(wang.pk)) == (90, 70)
    assert queries.faults() == []


def test_the_first_service_of_the_record_that_was_given_up_counts_for_the_one_that_stays(
    li: Volunteer,
) -> None:
    make_rules(deeds={Ground.FIRST: 50})
    wang = make_volunteer("李强")
    served(wang)
    catch_up()
    claims.merge(
        loser_id=wang.pk, winner_id=li.pk, reason=MergeReason.values[0], by=make_user("干部甲"),
        at=NOON,
    )  # fmt: skip
    served(li, days_later=2)
    catch_up()
    assert (queries.balance(li.pk), queries.faults()) == (90, [])


def test_a_day_of_public_welfare_counts_once(li: Volunteer) -> None:
    make_rules(deeds={Ground.WELFARE: 30})
    held_on = date(2026, 11, 16)
    day = WelfareDay.objects.create(month=date(2026, 11, 1), base_on=held_on, held_on=held_on)
    for hour in (0, 3):
        start = NINE + timedelta(hours=hour)
        shift = make_past_shift(starts_at=start, ends_at=start + timedelta(hours=1))
        Attachment.objects.create(
            day=day, activity=shift.activity, attached_at=NOON, attached_by=make_user("周正")
        )
        make_posted(shift, li)
    catch_up()
    assert given() == [("hours", 10), ("hours", 10), ("welfare", 30)]


def test_a_portion_of_the_journal_takes_as_many_statements_for_many_as_for_one() -> None:
    make_rules(day_most=15)
    counts = []
    for number in (1, 5):
        for _ in range(number):
            served(make_volunteer("王芳"))
        seal_entries()
        position = Cursor.objects.get_or_create(reader="points.earnings")[0].position
        with CaptureQueriesContext(connection) as asked:
            feed_reader("points.earnings", readers.earn_points)
        assert Cursor.objects.get(reader="points.earnings").position > position
        counts.append(len(asked))
    assert counts[1] <= counts[0]
    assert (len(given()), queries.faults()) == (6, [])


def spend(volunteer: Volunteer, amount: int) -> None:
    actions.spend(
        volunteer_id=volunteer.pk, amount=amount, key="redemption:1", source="redemption:1",
        reason="兑换毛巾", by=None, at=NOON,
    )  # fmt: skip
