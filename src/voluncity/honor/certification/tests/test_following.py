"""After it is certified: hours taken back, records merged and parted, what people take along."""

from __future__ import annotations

from datetime import timedelta

import pytest

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.journal.actions import catch_up, record
from voluncity.city.journal.models import Entry
from voluncity.city.people.models import User
from voluncity.city.regions.models import Region
from voluncity.honor.certification import actions, queries
from voluncity.honor.certification.merging import PART
from voluncity.honor.certification.models import Honor
from voluncity.honor.certification.own_data import sections
from voluncity.honor.certification.readers import follow_minutes
from voluncity.honor.certification.states import Doubt
from voluncity.honor.recognition.models import Total
from voluncity.kernel.merging import Pair
from voluncity.kernel.refusals import WrongState
from voluncity.testing.make_certification import (
    make_batch,
    make_certified,
    make_honor,
    make_hours,
    make_ladder,
    make_veteran,
)
from voluncity.testing.make_people import NOON

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=40)


@pytest.fixture(autouse=True)
def _ladder(city: Region) -> None:
    make_ladder()


def reverse(honor: Honor, minutes: int) -> None:
    """Take so many minutes of September back, as the books tell it."""
    for month in ("2026-09", ""):
        total = Total.objects.get(volunteer=honor.volunteer, month=month)
        total.proven_minutes -= minutes
        total.minutes -= minutes
        total.save()
    record(
        "hours.reverse", ("servicerecord", 1), by=None, at=LATER, volunteer=honor.volunteer_id,
        minutes=minutes, trust="proven", served_on="2026-09-05", record=1, organization=1,
    )  # fmt: skip
    follow_minutes(list(Entry.objects.filter(verb="hours.reverse")))


def doubts(office: User) -> list[str]:
    found = queries.desk_honors(scope_of(office, Permission.CERTIFICATION_EDIT), doubt=True)
    return [one.volunteer.name for one in found]


def test_hours_taken_back_afterwards_put_the_honor_before_the_office(
    city: Region, office: User
) -> None:
    honor = make_honor(make_veteran("王芳", 250), region=city, by=office)
    reverse(honor, 5)
    assert actions.recheck(at=LATER) == 0  # 245 minutes still make three stars
    assert (doubts(office), Honor.objects.get().doubt) == ([], Doubt.NONE)
    reverse(honor, 30)
    assert actions.recheck(at=LATER) == 1
    assert doubts(office) == ["王芳"]
    actions.keep(honor_id=honor.pk, reason="补录的证明正在办理。", by=office, at=LATER)
    assert doubts(office) == []
    with pytest.raises(WrongState):
        actions.keep(honor_id=honor.pk, reason="再保留一次。", by=office, at=LATER)
    reverse(honor, 1)
    actions.recheck(at=LATER)
    actions.revoke(honor_id=honor.pk, reason="时长不实。", by=office, at=LATER)
    assert doubts(office) == []


def test_hours_taken_back_before_it_is_certified_put_it_before_the_office_too(
    city: Region, office: User
) -> None:
    volunteer = make_veteran("王芳", 250)
    make_veteran("李强", 250)
    batch = make_batch(city, by=office)
    Total.objects.filter(volunteer=volunteer).update(minutes=30, proven_minutes=30)
    make_certified(batch, by=office)
    assert actions.recheck(at=LATER) == 1
    assert doubts(office) == ["王芳"]


def test_hours_served_since_carry_the_honor(city: Region, office: User) -> None:
    honor = make_honor(make_veteran("王芳", 240), region=city, by=office)
    make_hours(honor.volunteer, 60, month="2026-11")
    reverse(honor, 30)
    assert actions.recheck(at=LATER) == 0


def test_a_revoked_star_can_be_certified_again(city: Region, office: User) -> None:
    honor = make_honor(make_veteran("王芳", 240), region=city, by=office)
    actions.revoke(honor_id=honor.pk, reason="材料不实。", by=office, at=LATER)
    again = make_batch(city, by=office, at=LATER)
    make_certified(again, by=office, at=LATER)
    assert list(Honor.objects.order_by("pk").values_list("grade", "revoked_at")) == [
        (3, LATER), (3, None),
    ]  # fmt: skip


def test_honors_go_along_when_records_are_merged_and_come_back(city: Region, office: User) -> None:
    loser, winner = make_veteran("王芳", 480), make_veteran("王芳", 240)
    make_certified(make_batch(city, by=office), by=office)
    same = make_veteran("王芳", 240)
    make_certified(make_batch(city, by=office, at=LATER), by=office, at=LATER)
    pair = Pair(loser.pk, winner.pk, office.pk, LATER)
    assert PART.preview(pair) == ["1 项认定荣誉移到保留的登记，同样的只保留一项。"]
    kept = PART.move(pair)
    held = Honor.objects.filter(volunteer=winner).order_by("grade")
    assert list(held.values_list("grade", flat=True)) == [3, 4]
    # Who has the same star keeps it where it is: each once, also of one person.
    other = PART.move(Pair(same.pk, winner.pk, office.pk, LATER))
    assert other == {"honors": [], "candidates": []}
    assert PART.restore(pair, kept) == []
    assert list(held.values_list("grade", flat=True)) == [3]


def test_the_copy_of_ones_data_holds_honors_and_results(city: Region, office: User) -> None:
    honor = make_honor(make_veteran("王芳", 240), region=city, by=office)
    honors, told = sections(honor.volunteer)
    assert honors.rows[0][:3] == ("三星级志愿者", "第一批星级志愿者认定", honor.serial)
    assert told.rows == (("第一批星级志愿者认定", "三星级", "已认定", 240, "", ""),)


def test_the_books_are_clean_and_a_lost_honor_is_named(city: Region, office: User) -> None:
    honor = make_honor(make_veteran("王芳", 240), region=city, by=office)
    catch_up(at=LATER)
    assert queries.faults() == []
    batch, whose = honor.batch_id, honor.volunteer_id
    honor.delete()
    assert queries.faults() == [
        f"certification: batch {batch} certified somebody without an honor",
        f"certification: the level of volunteer {whose} does not say what is certified",
    ]
