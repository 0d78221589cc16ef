"""Row E1: points follow from hours and deeds, are spent, given and lost; the star stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from voluncity.city.journal.actions import catch_up
from voluncity.city.ledger import queries as books
from voluncity.honor.points import actions, queries
from voluncity.honor.points.states import Ground
from voluncity.honor.recognition import queries as recognition
from voluncity.honor.recognition.models import StarTier
from voluncity.service.hours import actions as hours
from voluncity.testing.make_hours import NINE, make_org_admin, make_past_shift, make_posted
from voluncity.testing.make_people import make_volunteer, user_of
from voluncity.testing.make_points import make_rules


@pytest.mark.row("E1")
@pytest.mark.django_db
def test_hours_bring_points_that_are_spent_and_the_star_stays() -> None:
    make_rules(deeds={Ground.FIRST: 20, Ground.STAR: 50})
    StarTier.objects.create(valid_from="2012-10-23", stars=1, minutes=240)
    li, wang, at = make_volunteer("李强"), make_volunteer("王芳"), now()
    records = []
    for days in range(3):
        start = NINE + timedelta(days=days)
        shift = make_past_shift(starts_at=start, ends_at=start + timedelta(hours=2))
        records.append(make_posted(shift, li))
    catch_up(at=at)
    assert queries.balance(li.pk) == 3 * 20 + 20 + 50
    assert recognition.stars_of(li.pk) == 1

    actions.spend(
        volunteer_id=li.pk, amount=100, key="redemption:1", source="reward:1", reason="体检",
        by=user_of(li), at=at,
    )  # fmt: skip
    actions.give(giver=li, receiver_id=wang.pk, amount=25, key="1", by=user_of(li), at=at)
    actions.deliver_gifts(at=at + timedelta(days=1))
    catch_up(at=at)
    assert (queries.balance(li.pk), queries.balance(wang.pk)) == (5, 25)
    assert (recognition.stars_of(li.pk), recognition.total_minutes(li.pk)) == (1, 360)

    admin = make_org_admin(records[2].organization)
    hours.reverse(record_id=records[2].pk, reason="当天并未到场", by=admin, at=at)
    catch_up(at=at)
    assert (queries.balance(li.pk), queries.owed(li.pk), queries.earned(li.pk)) == (0, 15, 110)
    assert recognition.stars_of(li.pk) == 1
    actions.give_back(key="redemption:1", at=at, by=None, reason="商家停业")
    assert (queries.balance(li.pk), queries.owed(li.pk)) == (85, 0)
    assert actions.expire_points(at=at + timedelta(days=731)) == 2
    assert (queries.balance(li.pk), queries.balance(wang.pk)) == (0, 0)
    assert (queries.faults(), books.book_faults()) == ([], [])
