"""What a review found: children, people without account, breaks, nights and stable findings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from voluncity.city.inbox.models import Message
from voluncity.city.journal.actions import catch_up
from voluncity.city.policy.models import PolicyNumber
from voluncity.kernel.clock import CITY_TZ
from voluncity.kernel.refusals import Refusal
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.hours.queries.times import Taken
from voluncity.service.hours.rules import Span, busiest_day
from voluncity.service.integrity import actions
from voluncity.service.integrity.models import TrustFigures
from voluncity.service.integrity.queries.limits import Limits
from voluncity.service.integrity.queries.looking import Period, night_service, outside
from voluncity.service.integrity.states import AbsenceState, CaseState
from voluncity.service.integrity.tests.conftest import Cast
from voluncity.service.projects.models import Project
from voluncity.testing.make_hours import (
    EVENING,
    make_past_shift,
    make_place,
    make_posted,
    make_record,
)
from voluncity.testing.make_integrity import make_absence, make_case, make_finding
from voluncity.testing.make_people import make_child, make_user, make_volunteer, user_of

pytestmark = pytest.mark.django_db
PERIOD = Period(date(2026, 9, 1), date(2026, 11, 30))


def _at(hour: int, *, day: int = 0) -> datetime:
    return datetime(2026, 11, 16 + day, hour, tzinfo=CITY_TZ)


def test_breaks_of_other_records_of_the_day_do_not_count_as_served() -> None:
    """Saboteur: where nobody was away the same day is an hour fuller."""
    other = Taken(_at(8), _at(11), away=60)
    assert busiest_day(Span(_at(14), _at(16)), [other]) == 240
    assert busiest_day(Span(_at(14), _at(16)), [replace(other, away=0)]) == 300


def test_the_guardian_of_a_child_hears_of_the_case_and_answers(cast: Cast, client: Client) -> None:
    mother = make_user("王建国")
    child = make_child(guardian=mother)
    case = make_case(make_finding(cast.team, volunteer=child), by=cast.officer)
    catch_up(at=EVENING)
    assert Message.objects.filter(user=mother).latest("pk").title == "请您说明一些时长的情况"
    client.force_login(mother)
    assert f"/integrity/mine/{case.pk}/" in client.get("/integrity/mine/").content.decode()
    actions.answer(case_id=case.pk, text="孩子当天在场。", by=mother, at=EVENING)
    case.refresh_from_db()
    assert case.state == CaseState.ANSWERED
    with pytest.raises(Refusal):
        actions.answer(case_id=case.pk, text="不是我的孩子", by=make_user("路人"), at=EVENING)


def test_the_absence_of_a_child_is_told_to_the_guardian_who_can_appeal(
    cast: Cast, client: Client
) -> None:
    mother = make_user("王建国")
    child = make_child(guardian=mother)
    one = make_absence(make_place(make_past_shift(cast.team), child))
    actions.confirm_absence(absence_id=one.pk, reason="电话没有接", by=cast.leader, at=EVENING)
    catch_up(at=EVENING)
    assert Message.objects.filter(user=mother).latest("pk").title.startswith("一次报名记为")
    client.force_login(mother)
    page = f"/integrity/absences/{one.pk}/"
    assert client.get(page).status_code == 200
    actions.appeal_absence(
        absence_id=one.pk, text="孩子发烧", volunteer=child, by=mother, at=EVENING
    )
    one.refresh_from_db()
    assert one.state == AbsenceState.APPEALED
    client.force_login(make_user("路人"))
    assert client.get(page).status_code == 404


def test_an_officer_writes_down_what_somebody_without_account_says(
    cast: Cast, client: Client
) -> None:
    old = make_volunteer("赵德福", user=False)
    case = make_case(make_finding(cast.team, volunteer=old), by=cast.officer)
    client.force_login(cast.officer)
    assert "代为记录" in client.get(f"/integrity/desk/cases/{case.pk}/").content.decode()
    page = f"/integrity/desk/cases/{case.pk}/speak-for/"
    assert client.post(page, {"text": " "}).status_code == 422
    assert client.post(page, {"text": "电话里说当天在场。"}).status_code == 302
    case.refresh_from_db()
    assert case.state == CaseState.ANSWERED
    young = make_volunteer("林小雨")
    own = make_case(make_finding(cast.team, volunteer=young), by=cast.officer)
    with pytest.raises(Refusal) as refused:
        actions.speak_for(case_id=own.pk, text="替他说", by=cast.officer, at=EVENING)
    assert refused.value.code == "integrity.has_account"
    assert user_of(young).pk


def test_a_whole_night_is_seen_though_it_begins_and_ends_outside(cast: Cast) -> None:
    """Saboteur: the hours 22 and 6 are no night hours themselves."""
    shift = make_past_shift(cast.team, starts_at=_at(20), ends_at=_at(21))
    record = make_record(shift)
    ServiceRecord.objects.filter(pk=record.pk).update(
        counted_from=_at(22), counted_to=_at(6, day=1), actual_from=_at(22),
        actual_to=_at(6, day=1),
    )  # fmt: skip
    found = list(night_service(PERIOD, Limits.on(date(2026, 11, 20))))
    assert [one.numbers["minutes"] for one in found] == [360]


def test_what_lies_outside_a_project_keeps_its_finding_while_the_window_moves(
    cast: Cast,
) -> None:
    record = make_record(make_past_shift(cast.team))
    Project.objects.update(starts_on=date(2020, 1, 1), ends_on=date(2020, 12, 31))
    limits = Limits.on(date(2026, 11, 20))
    later = Period(PERIOD.since + timedelta(days=40), PERIOD.until + timedelta(days=40))
    found, again = (list(outside(period, limits)) for period in (PERIOD, later))
    assert [one.happened_on for one in found] == [record.served_on.replace(day=1)]
    assert found == again


def test_a_city_that_publishes_no_organizations_shows_no_line_of_cases(
    cast: Cast, client: Client
) -> None:
    make_posted(make_past_shift(cast.team))
    TrustFigures.objects.filter(pk=cast.team.pk).delete()
    actions.count_figures(at=EVENING)
    page = f"/integrity/organizations/{cast.team.pk}/"
    assert "认定有问题的核查" in client.get(page).content.decode()
    PolicyNumber.objects.create(
        key="integrity.publish_organizations", value=0, valid_from=date(2026, 1, 1)
    )
    assert "认定有问题的核查" not in client.get(page).content.decode()
