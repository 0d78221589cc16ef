"""The demo city: complete, true to its own records, and the same for the same day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Sum
from pytest_django import Settings

from voluncity.city.access.models import Grant
from voluncity.city.access.permissions import Role
from voluncity.city.claims import queries as claims
from voluncity.city.claims.models import Suspected
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User, Volunteer
from voluncity.city.privacy import queries as privacy
from voluncity.doors.portal.demo import service
from voluncity.doors.portal.demo.building import build
from voluncity.doors.portal.demo.cast import residents
from voluncity.doors.portal.demo.present import refresh
from voluncity.honor.certification.models import Honor
from voluncity.honor.certification.states import HonorKind
from voluncity.honor.recognition.models import StarAward
from voluncity.honor.recognition.queries import stars_of, total_minutes
from voluncity.kernel.identity import parse_resident_id
from voluncity.kernel.merging import Pair
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.hours.states import RecordState
from voluncity.service.projects.models import Activity, Line
from voluncity.service.signups.models import Attendance
from voluncity.testing.make_people import make_user

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # a Friday, 10:00 in the city
TODAY = date(2026, 11, 20)


def test_the_residents_are_the_same_for_the_same_day_and_their_papers_are_right() -> None:
    first, again = residents(60, today=TODAY), residents(60, today=TODAY)
    assert first == again
    most = residents(2000, today=TODAY)  # as many as the command takes
    numbers = [parse_resident_id(one.id_number, today=TODAY) for one in most]
    assert [(n.born_on, n.sex) for n in numbers] == [(one.born_on, one.sex) for one in most]
    assert len({one.id_number for one in most} | {one.phone for one in most}) == 4000


def test_the_city_is_complete_and_its_books_are_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "PAST", timedelta(days=45))  # half the story costs half the time
    call_command("load_reference", stdout=StringIO())
    said: list[str] = []
    build(at=AT, say=said.append, people=30)
    _everybody_is_there()
    _figures_follow_from_records()
    _nothing_hinders_what_can_be_tried()
    _it_can_be_refreshed_only_when_needed()
    out = StringIO()
    call_command("check_books", stdout=out)
    assert "登记志愿者" in said


def _everybody_is_there() -> None:
    assert Line.objects.count() == 26
    assert {grant.role for grant in Grant.objects.filter(user__handle__startswith="demo-")} == set(
        Role
    )
    assert Organization.objects.filter(kind="lead_unit").count() == 31
    newcomer = User.objects.get(handle="demo-newcomer")
    assert newcomer.volunteer_or_none is None
    waiting = Organization.objects.filter(state="applied").count()
    assert waiting == 1


def _figures_follow_from_records() -> None:
    wang_fang = Volunteer.objects.get(user__handle="demo-volunteer")
    posted = ServiceRecord.objects.filter(state=RecordState.POSTED)
    mine = posted.filter(volunteer=wang_fang).aggregate(total=Sum("minutes"))["total"]
    assert (mine, total_minutes(wang_fang.pk)) == (5880, 5880)
    elder = Volunteer.objects.get(user__handle="demo-elder")
    by_hours = StarAward.objects.filter(volunteer=elder, certified_as="")
    assert list(by_hours.values_list("stars", flat=True)) == [1, 2, 3, 4, 5]
    assert _two_levels() == []
    # The same day gives the same city, on whichever database.
    assert (Activity.objects.count(), posted.count()) == (183, 205)


def _two_levels() -> list[int]:
    """Return who has a certificate of more stars than the level that the pages show."""
    honors = Honor.objects.filter(kind=HonorKind.STARS, revoked_at=None)
    levels = {one.volunteer_id: stars_of(one.volunteer_id) for one in honors}
    return [one.pk for one in honors if one.grade > levels[one.volunteer_id]]


def _nothing_hinders_what_can_be_tried() -> None:
    """On whichever day and at whichever hour the city is built."""
    elder = Volunteer.objects.get(user__handle="demo-elder")
    assert privacy.hindrances(elder.user, elder) == []
    suspects = list(Suspected.objects.filter(first__closed_at=None, second__closed_at=None))
    assert suspects != []
    for pair in suspects:
        ids = (pair.first_id, pair.second_id)
        for one, other in (ids, ids[::-1]):
            assert claims.hindrances(Pair(one, other, by_id=1, at=AT)) == []


def _it_can_be_refreshed_only_when_needed() -> None:
    before = Activity.objects.count()
    refresh(at=AT + timedelta(minutes=30))
    assert Activity.objects.count() == before
    refresh(at=AT + timedelta(days=1))
    assert Activity.objects.count() == before + 5
    assert Attendance.objects.filter(out_at=None).count() >= 1


def test_the_demo_is_refused_outside_demo_mode(settings: Settings) -> None:
    settings.VOLUNCITY_DEMO = False
    with pytest.raises(CommandError, match="演示模式"):
        call_command("demo")


def test_the_demo_is_refused_where_people_are_already() -> None:
    make_user("王芳")
    with pytest.raises(CommandError, match="只能装入空的数据库"):
        call_command("demo")
    call_command("demo", "--once")  # without a demo's project there is nothing to refresh
    assert User.objects.count() == 1


@pytest.mark.parametrize("people", ["0", "5000"])
def test_a_number_of_people_that_makes_no_city_is_refused(people: str) -> None:
    with pytest.raises(CommandError, match="30 到 2000"):
        call_command("demo", "--people", people)
