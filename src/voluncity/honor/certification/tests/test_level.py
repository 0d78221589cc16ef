"""One level of stars for one person: by hours or certified, whichever are more (decision 0049)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from voluncity.city.inbox.models import Message
from voluncity.city.journal.actions import catch_up, record
from voluncity.city.journal.models import Entry
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions.models import Region
from voluncity.honor.certification import actions, queries
from voluncity.honor.certification.merging import PART
from voluncity.honor.certification.models import Honor
from voluncity.honor.certification.readers import follow_minutes
from voluncity.honor.insurance.queries import candidates
from voluncity.honor.recognition import actions as recognition
from voluncity.honor.recognition import queries as stars
from voluncity.honor.recognition.models import StarAward, StarTier
from voluncity.kernel.merging import Pair
from voluncity.testing.make_certification import (
    make_batch,
    make_certified,
    make_honor,
    make_ladder,
    make_veteran,
)
from voluncity.testing.make_people import NOON, user_of
from voluncity.testing.taking import body_of

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=40)
THREE = 240  # minutes that make three certified stars


@pytest.fixture(autouse=True)
def _ladder(city: Region) -> None:
    make_ladder()


def award(volunteer: Volunteer, count: int) -> StarAward:
    """Give stars by hours."""
    return StarAward.objects.create(
        volunteer=volunteer, stars=count, needed_minutes=60, minutes=60, awarded_at=NOON
    )


def test_a_certified_star_is_the_persons_level_everywhere(office: User, city: Region) -> None:
    volunteer = make_veteran(minutes=THREE)
    honor = make_honor(volunteer, region=city, by=office)
    assert stars.stars_of(volunteer.pk) == honor.grade == 3
    assert candidates(city, stars_least=3) == {volunteer.pk: 3}  # who is insured
    assert queries.faults() == []


def test_more_stars_by_hours_are_the_level_above_what_was_certified(
    office: User, city: Region
) -> None:
    volunteer = make_veteran(minutes=THREE)
    make_honor(volunteer, region=city, by=office)
    award(volunteer, 4)
    assert stars.stars_of(volunteer.pk) == 4


def test_a_revoked_star_no_longer_counts_but_hours_do(office: User, city: Region) -> None:
    volunteer = make_veteran(minutes=THREE)
    honor = make_honor(volunteer, region=city, by=office)
    award(volunteer, 1)
    actions.revoke(honor_id=honor.pk, reason="时长有误，已经核实。", by=office, at=LATER)
    assert stars.stars_of(volunteer.pk) == 1
    assert queries.faults() == []


def test_a_level_that_says_something_else_is_found_and_mended_once(
    office: User, city: Region
) -> None:
    volunteer = make_veteran(minutes=THREE)
    make_honor(volunteer, region=city, by=office)
    StarAward.objects.filter(volunteer=volunteer).update(stars=2)  # as if it were an older one
    assert queries.faults() == [
        f"certification: the level of volunteer {volunteer.pk} does not say what is certified"
    ]
    assert actions.carry_all_stars(at=LATER) == 1
    assert stars.stars_of(volunteer.pk) == 3
    live = StarAward.objects.filter(volunteer=volunteer, withdrawn_at=None)
    assert live.count() == 1
    assert actions.carry_all_stars(at=LATER) == 0  # again: nothing


def test_settling_hours_never_takes_a_certified_star(office: User, city: Region) -> None:
    StarTier.objects.create(valid_from="2012-10-23", stars=1, minutes=6_000)
    volunteer = make_veteran(minutes=THREE)
    make_honor(volunteer, region=city, by=office)
    recognition.settle_stars(volunteer_id=volunteer.pk, at=LATER)
    assert recognition.settle_all_stars(at=LATER) == 0
    assert stars.stars_of(volunteer.pk) == 3


def test_a_lower_star_by_hours_is_no_news_to_whom_more_are_certified(
    office: User, city: Region
) -> None:
    volunteer = make_veteran(minutes=THREE)
    make_honor(volunteer, region=city, by=office)
    record("recognition.award_star", award(volunteer, 2), by=None, at=LATER,
           volunteer=volunteer.pk, stars=2)  # fmt: skip
    record("recognition.award_star", award(volunteer, 4), by=None, at=LATER,
           volunteer=volunteer.pk, stars=4)  # fmt: skip
    catch_up(at=LATER)
    titles = Message.objects.filter(user=volunteer.user).values_list("title", flat=True)
    assert [one for one in titles if one.startswith("恭喜您成为")] == ["恭喜您成为四星级志愿者"]


def test_the_level_goes_along_when_records_are_merged_and_comes_back(
    office: User, city: Region
) -> None:
    first, second = make_veteran("王芳", THREE), make_veteran("王方", 60)
    make_certified(make_batch(city, by=office), by=office)
    Honor.objects.filter(volunteer=second).delete()
    actions.carry_stars(volunteer_ids=[second.pk], at=LATER)
    pair = Pair(first.pk, second.pk, by_id=office.pk, at=LATER)
    kept = PART.move(pair)
    _follow("claims.merge", pair)
    assert (stars.stars_of(first.pk), stars.stars_of(second.pk)) == (0, 3)
    PART.restore(pair, kept)
    _follow("claims.undo", pair)
    assert (stars.stars_of(first.pk), stars.stars_of(second.pk)) == (3, 0)


def test_an_honor_that_stays_with_the_merged_record_still_counts_for_the_person(
    office: User, city: Region
) -> None:
    first, second = make_veteran("王芳", THREE), make_veteran("王方", THREE)
    honors = {
        one.volunteer_id: one for one in make_certified(make_batch(city, by=office), by=office)
    }
    pair = Pair(first.pk, second.pk, by_id=office.pk, at=LATER)
    assert PART.move(pair)["honors"] == []  # the other record has the same
    Volunteer.objects.filter(pk=first.pk).update(merged_into=second, closed_at=LATER, user=None)
    _follow("claims.merge", pair)
    assert (stars.stars_of(first.pk), stars.stars_of(second.pk)) == (0, 3)
    actions.revoke(
        honor_id=honors[second.pk].pk, reason="重复认定，撤销一份。", by=office, at=LATER
    )
    assert stars.stars_of(second.pk) == 3  # the page of honors shows the other one
    actions.revoke(honor_id=honors[first.pk].pk, reason="时长有误，已经核实。", by=office, at=LATER)
    assert stars.stars_of(second.pk) == 0
    assert queries.faults() == []


def _follow(verb: str, pair: Pair) -> None:
    record(verb, ("merge", 1), by=None, at=LATER, loser=pair.loser_id, winner=pair.winner_id,
           records=[])  # fmt: skip
    follow_minutes(list(Entry.objects.filter(verb=verb)))


def test_the_page_of_stars_shows_the_certified_level_and_the_way_from_there(
    client: Client, office: User, city: Region
) -> None:
    for count, least in enumerate((6_000, 7_000, 8_000, 9_000, 10_000), start=1):
        StarTier.objects.create(valid_from="2012-10-23", stars=count, minutes=least)
    volunteer = make_veteran(minutes=THREE)
    make_honor(volunteer, region=city, by=office)
    client.force_login(user_of(volunteer))
    page = body_of(client.get("/honor/stars/")).decode()
    assert 'aria-label="3 星"' in page
    assert "3 星由文明办在" in page
    assert page.count("已认定") == 3
    assert "成为 4 星级志愿者" in page
