"""Scores say what the records say, of exactly those who agreed to be ranked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from voluncity.city.claims import actions as claims
from voluncity.city.journal.tasks import catch_up
from voluncity.city.orgs.models import Organization
from voluncity.city.people import actions as people
from voluncity.city.people.models import Volunteer
from voluncity.city.people.states import Purpose
from voluncity.honor.leaderboards import actions, queries
from voluncity.honor.leaderboards.models import Building, Score, Standing, TeamScore
from voluncity.honor.recognition import queries as recognition
from voluncity.service.hours import actions as hours
from voluncity.service.hours.models import ServiceRecord
from voluncity.testing.make_claims import make_merge
from voluncity.testing.make_hours import (
    EVENING,
    NINE,
    make_org_admin,
    make_past_shift,
    make_posted,
)
from voluncity.testing.make_orgs import make_organization
from voluncity.testing.make_people import (
    make_county,
    make_region,
    make_user,
    make_volunteer,
    user_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _built() -> None:
    Building.objects.update(finished_at=EVENING)


def agree(volunteer: Volunteer) -> None:
    people.give_consent(
        volunteer_id=volunteer.pk, purpose=Purpose.RANKING, by=user_of(volunteer), at=EVENING
    )


def refuse(volunteer: Volunteer) -> None:
    people.withdraw_consent(
        volunteer_id=volunteer.pk, purpose=Purpose.RANKING, by=user_of(volunteer), at=EVENING
    )


def serve(
    volunteer: Volunteer, minutes: int, organization: Organization | None = None, *, days: int = 0
) -> ServiceRecord:
    """Let somebody serve so many minutes, some days before 16 November 2026."""
    start = NINE - timedelta(days=days)
    shift = make_past_shift(
        organization, starts_at=start, ends_at=start + timedelta(minutes=minutes)
    )
    return make_posted(shift, volunteer)


def kept() -> dict[tuple[str, str], tuple[int, int]]:
    rows = Score.objects.values_list("volunteer__name", "period", "proven", "minutes")
    return {(name, period): (proven, minutes) for name, period, proven, minutes in rows}


def standings() -> dict[tuple[str, bool], dict[int, int]]:
    found: dict[tuple[str, bool], dict[int, int]] = {}
    for one in Standing.objects.filter(people__gt=0):
        found.setdefault((one.period, one.is_proven), {})[one.minutes] = one.people
    return found


def test_hours_of_who_agreed_stand_in_month_year_and_all_time() -> None:
    volunteer = make_volunteer("王建国")
    agree(volunteer)
    serve(volunteer, 60)
    serve(volunteer, 30, days=40)
    catch_up()
    assert kept() == {
        ("王建国", "2026-11"): (60, 60),
        ("王建国", "2026-10"): (30, 30),
        ("王建国", "2026"): (90, 90),
        ("王建国", ""): (90, 90),
    }
    assert standings()["", True] == {90: 1}
    assert queries.faults() == []


def test_who_did_not_agree_has_no_row_at_all() -> None:
    serve(make_volunteer("李秀英"), 60)
    catch_up()
    assert (kept(), TeamScore.objects.count(), standings()) == ({}, 0, {})


def test_agreeing_later_brings_everything_and_withdrawing_takes_it_away() -> None:
    volunteer = make_volunteer("王建国")
    serve(volunteer, 60)
    catch_up()
    agree(volunteer)
    catch_up()
    assert kept()["王建国", ""] == (60, 60)
    refuse(volunteer)
    catch_up()
    assert (kept(), TeamScore.objects.count(), standings()) == ({}, 0, {})
    assert queries.faults() == []


def test_a_child_is_never_ranked_whoever_agreed() -> None:
    child = make_volunteer("小明", born_on=EVENING.date().replace(year=2012))
    agree(child)
    serve(child, 60)
    catch_up()
    assert kept() == {}


def test_a_reversed_record_leaves_the_boards() -> None:
    volunteer = make_volunteer("王建国")
    agree(volunteer)
    serve(volunteer, 60, days=1)
    record = serve(volunteer, 120)
    catch_up()
    hours.reverse(
        record_id=record.pk, reason="签到有误", by=make_org_admin(record.organization), at=EVENING
    )
    catch_up()
    assert kept()["王建国", "2026-11"] == (60, 60)
    assert standings()["2026-11", True] == {60: 1}
    assert queries.faults() == []


def test_somebody_who_moves_takes_all_hours_along() -> None:
    volunteer = make_volunteer("王建国")
    agree(volunteer)
    serve(volunteer, 60)
    catch_up()
    other = make_region("新社区", parent=make_county())
    Volunteer.objects.filter(pk=volunteer.pk).update(region=other)
    assert queries.faults() != []
    actions.settle_people([volunteer.pk], on=EVENING.date())
    assert {one.community_id for one in Score.objects.all()} == {other.pk}
    assert queries.faults() == []


def test_settling_twice_changes_nothing() -> None:
    volunteer = make_volunteer("王建国")
    agree(volunteer)
    serve(volunteer, 60)
    catch_up()
    before = list(Score.objects.order_by("pk").values())
    actions.settle_people([volunteer.pk], on=EVENING.date())
    assert list(Score.objects.order_by("pk").values()) == before
    assert standings()["", False] == {60: 1}


def test_building_makes_the_same_and_goes_on_where_it_stopped() -> None:
    crowd = [make_volunteer(name) for name in ("王建国", "李秀英", "孙宁")]
    for number, one in enumerate(crowd, start=1):
        agree(one)
        serve(one, 60 * number)
    catch_up()
    before = (kept(), standings())
    Score.objects.all().delete()
    TeamScore.objects.all().delete()
    Standing.objects.all().delete()
    actions.start_building(at=EVENING)
    assert queries.faults() == []  # nothing is claimed while it is being made
    asked = iter([True, False])
    assert actions.build(clock=lambda: EVENING, is_wanted=lambda: next(asked)) is False
    assert actions.build(clock=lambda: EVENING) is True
    assert (kept(), standings()) == before
    assert queries.faults() == []


def test_a_team_counts_what_it_recorded_itself() -> None:
    first, second = make_organization("一队"), make_organization("二队")
    volunteer = make_volunteer("王建国")
    agree(volunteer)
    serve(volunteer, 60, first)
    serve(volunteer, 90, second, days=1)
    catch_up()
    rows = TeamScore.objects.filter(period="").values_list("organization__name", "minutes")
    assert set(rows) == {("一队", 60), ("二队", 90)}


def test_whatever_is_changed_by_hand_is_named() -> None:
    volunteer = make_volunteer("王建国")
    agree(volunteer)
    serve(volunteer, 60)
    catch_up()
    Score.objects.filter(period="").update(minutes=600)
    TeamScore.objects.filter(period="2026-11").update(minutes=30, proven=30)
    named = queries.faults()
    who = f"volunteer {volunteer.pk}"
    assert [who in one or "people stand" in one for one in named] == [True] * len(named)
    assert len(named) == 5
    assert recognition.faults() == []


def test_merged_records_are_one_person_on_every_board() -> None:
    winner, loser = make_volunteer("王建国"), make_volunteer("王建国")
    agree(winner)
    serve(winner, 60)
    serve(loser, 90, days=1)
    catch_up()
    merged = make_merge(loser, winner, at=EVENING)
    catch_up()
    assert kept()["王建国", ""] == (150, 150)
    assert Score.objects.filter(volunteer=loser).count() == 0
    assert queries.faults() == []
    claims.undo(merge_id=merged.pk, by=make_user("周正"), at=EVENING)
    catch_up()
    assert kept()["王建国", ""] == (60, 60)  # the other one agrees again when asked
