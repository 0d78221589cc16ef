"""Totals and stars follow from the journal, once each."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError

from voluncity.city.inbox.models import Message
from voluncity.city.journal import actions as journal
from voluncity.city.journal.models import Cursor, Entry
from voluncity.city.journal.tasks import catch_up
from voluncity.city.people.models import Volunteer
from voluncity.honor.recognition import actions, queries
from voluncity.honor.recognition.models import StarAward, StarTier, Total
from voluncity.service.hours import actions as hours
from voluncity.service.hours.models import ServiceRecord
from voluncity.testing.make_hours import NINE, make_org_admin, make_past_shift, make_posted
from voluncity.testing.make_people import NOON, make_volunteer

pytestmark = pytest.mark.django_db


@pytest.fixture
def volunteer() -> Volunteer:
    return make_volunteer("陈晓红")


def _ladder(*minutes: int) -> None:
    for stars, needed in enumerate(minutes, start=1):
        StarTier.objects.create(valid_from="2012-10-23", stars=stars, minutes=needed)


def _posted(volunteer: Volunteer, *, days_later: int = 0) -> ServiceRecord:
    start = NINE + timedelta(days=days_later)
    shift = make_past_shift(starts_at=start, ends_at=start + timedelta(hours=2))
    return make_posted(shift, volunteer)


def _totals(volunteer: Volunteer) -> dict[str, tuple[int, int, int]]:
    return {
        total.month: (total.proven_minutes, total.entered_minutes, total.minutes)
        for total in Total.objects.filter(volunteer=volunteer)
    }


def _stars(volunteer: Volunteer) -> list[int]:
    live = StarAward.objects.filter(volunteer=volunteer, withdrawn_at=None)
    return sorted(live.values_list("stars", flat=True))


def test_posted_hours_count_in_their_month_and_for_all_time(volunteer: Volunteer) -> None:
    _posted(volunteer)
    _posted(volunteer, days_later=20)
    catch_up()
    assert _totals(volunteer) == {
        "": (240, 0, 240),
        "2026-11": (120, 0, 120),
        "2026-12": (120, 0, 120),
    }


def test_reading_again_counts_nothing_twice(volunteer: Volunteer) -> None:
    _posted(volunteer)
    catch_up()
    catch_up()
    assert _totals(volunteer)[""] == (120, 0, 120)


def test_a_reader_without_its_cursor_would_count_twice(volunteer: Volunteer) -> None:
    _posted(volunteer)
    catch_up()
    Cursor.objects.filter(reader="honor.totals").update(position=0)
    catch_up()
    assert _totals(volunteer)[""] == (240, 0, 240)  # the cursor is what guards
    assert queries.faults() != []


def test_reversed_hours_are_taken_out_of_the_totals(volunteer: Volunteer) -> None:
    record = _posted(volunteer)
    admin = make_org_admin(record.organization)
    hours.reverse(record_id=record.pk, reason="当天并未到场", by=admin, at=NOON)
    catch_up()
    assert _totals(volunteer) == {"": (0, 0, 0), "2026-11": (0, 0, 0)}


def test_a_star_is_awarded_at_its_threshold_once_and_told(volunteer: Volunteer) -> None:
    _ladder(120, 360)
    _posted(volunteer)
    catch_up()
    _posted(volunteer, days_later=1)
    catch_up()
    assert _stars(volunteer) == [1]
    told = Message.objects.filter(user=volunteer.user, title="恭喜您成为一星级志愿者")
    assert told.count() == 1
    assert Entry.objects.filter(verb="recognition.award_star").count() == 1


def test_one_minute_below_the_threshold_makes_no_star(volunteer: Volunteer) -> None:
    _ladder(121)
    _posted(volunteer)
    catch_up()
    assert _stars(volunteer) == []


def test_many_hours_at_once_award_every_star_they_reach(volunteer: Volunteer) -> None:
    _ladder(60, 90, 120, 600)
    _posted(volunteer)
    catch_up()
    assert _stars(volunteer) == [1, 2, 3]


def test_a_star_built_on_reversed_hours_is_withdrawn_and_can_come_again(
    volunteer: Volunteer,
) -> None:
    _ladder(120)
    record = _posted(volunteer)
    catch_up()
    admin = make_org_admin(record.organization)
    hours.reverse(record_id=record.pk, reason="当天并未到场", by=admin, at=NOON)
    catch_up()
    assert _stars(volunteer) == []
    assert Message.objects.filter(user=volunteer.user, title="一星级志愿者已撤回").count() == 1
    _posted(volunteer, days_later=1)
    catch_up()
    assert _stars(volunteer) == [1]


def test_the_database_refuses_the_same_star_twice(volunteer: Volunteer) -> None:
    award = {"volunteer": volunteer, "stars": 1, "needed_minutes": 60, "minutes": 60}
    StarAward.objects.create(**award, awarded_at=NOON)
    with pytest.raises(IntegrityError):
        StarAward.objects.create(**award, awarded_at=NOON)


def test_the_national_ladder_is_loaded_once_and_the_citys_own_numbers_stay() -> None:
    actions.load_star_tiers()
    StarTier.objects.filter(stars=1).update(minutes=3000)
    actions.load_star_tiers()
    minutes = list(StarTier.objects.order_by("stars").values_list("minutes", flat=True))
    assert minutes == [3000, 18_000, 36_000, 60_000, 90_000]


def test_a_volunteer_without_an_account_gets_the_star_and_no_message() -> None:
    elder = make_volunteer("王建国", user=False)
    _ladder(120)
    _posted(elder)
    catch_up()
    assert (_stars(elder), Message.objects.count()) == ([1], 0)


def test_totals_that_were_changed_by_hand_are_named(volunteer: Volunteer) -> None:
    _posted(volunteer)
    catch_up()
    assert queries.faults() == []
    Total.objects.filter(volunteer=volunteer, month="").update(proven_minutes=999, minutes=999)
    assert queries.faults() == [
        f"recognition: total of volunteer {volunteer.pk} says 999 minutes, the ledger says 120"
    ]


def test_other_entries_do_not_concern_totals_and_stars(volunteer: Volunteer) -> None:
    journal.record("projects.approve", ("project", 1), by=None, at=NOON)
    catch_up()
    assert Total.objects.count() == 0
