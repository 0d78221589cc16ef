"""One person heads so many funds at a time as the city allows, and no more."""

from __future__ import annotations

import time
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db.models import QuerySet
from django.test import Client
from django.utils.timezone import now

from voluncity.city.access.permissions import Role
from voluncity.city.people.models import User
from voluncity.city.policy.models import PolicyNumber
from voluncity.fund.governance import actions
from voluncity.fund.governance.actions import seats
from voluncity.fund.governance.models import Fund, Seat
from voluncity.fund.governance.states import Body, Duty
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import Refusal
from voluncity.testing.at_once import at_once
from voluncity.testing.make_fund import make_fund, make_resolution, seat_plan
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import NOON, make_county, make_user

DAY = timedelta(days=1)
TODAY = local_date(NOON)


def head(fund: Fund, user: User | None = None, **said: Any) -> Seat:
    """Let somebody head a fund: 李建国, unless said otherwise."""
    plan = seat_plan(**({"duty": Duty.HEAD} | said))
    return actions.appoint(fund=fund, plan=plan, user=user, by=fund.made_by, at=NOON)


def headed(count: int = 5, user: User | None = None, **said: Any) -> list[Seat]:
    return [head(make_fund(make_county()), user, **said) for _ in range(count)]


@pytest.mark.django_db
def test_nobody_heads_a_sixth_fund() -> None:
    headed()
    with pytest.raises(Refusal, match="一个人最多担任 5 个") as refused:
        head(make_fund(make_county()))
    assert refused.value.field == "person"
    assert Seat.objects.count() == 5


@pytest.mark.django_db
def test_the_page_says_so_at_the_name() -> None:
    headed()
    fund, client = make_fund(make_county()), Client()
    office = make_user("基金办")
    give(office, Role.FUND_OFFICE, fund.region)
    client.force_login(office)
    said = {
        "place": "leading:head", "person": "李建国", "from_on": local_date(now()).isoformat(),
        "until_on": (local_date(now()) + 300 * DAY).isoformat(),
    }  # fmt: skip
    answer = client.post(f"/fund/governance/desk/{fund.pk}/seats/new/", said)
    assert (answer.status_code, "一个人最多担任 5 个" in answer.content.decode()) == (422, True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "said",
    [
        {"duty": Duty.DEPUTY}, {"body": Body.SUPERVISORS}, {"person": "王建国"},
        {"unit": "民政局副局长"}, {"from_on": TODAY + 731 * DAY, "until_on": TODAY + 900 * DAY},
    ],
)  # fmt: skip
def test_another_duty_another_person_or_another_time_is_free(said: dict[str, Any]) -> None:
    headed(unit="慈善总会会长")
    head(make_fund(make_county()), **said)


@pytest.mark.django_db
@pytest.mark.parametrize("unit", ["", "慈善总会会长"])
def test_a_namesake_of_whom_no_other_unit_is_said_is_the_same(unit: str) -> None:
    headed(unit="慈善总会会长")
    with pytest.raises(Refusal, match="最多担任"):
        head(make_fund(make_county()), unit=unit)


@pytest.mark.django_db
def test_an_account_is_one_person_under_any_unit() -> None:
    user = make_user("李建国")
    headed(user=user, unit="慈善总会会长")
    with pytest.raises(Refusal, match="最多担任"):
        head(make_fund(make_county()), user, unit="民政局副局长")
    head(make_fund(make_county()), make_user("李建国"), unit="慈善总会会长")  # another account


@pytest.mark.django_db
def test_who_leaves_and_a_fund_that_ends_make_room() -> None:
    first, second, *_ = headed()
    actions.end_seat(seat=first, on=TODAY, reason="换届", by=first.made_by, at=NOON)
    head(make_fund(make_county()))
    resolution = make_resolution(second.fund, "终止基金")
    actions.end_fund(fund=second.fund, resolution=resolution, on=TODAY, by=second.made_by, at=NOON)
    head(make_fund(make_county()))


@pytest.mark.django_db
def test_how_many_is_a_dated_number_of_the_city() -> None:
    PolicyNumber.objects.create(key="fund.headed_most", value=2, valid_from=TODAY)
    headed(2)
    with pytest.raises(Refusal, match="最多担任 2 个"):
        head(make_fund(make_county()))


# -- At the same moment ----------------------------------------------------------------------------


def _race(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Let two give the fifth fund at once: each has looked before the other one writes."""
    headed(4)
    funds, both = [make_fund(make_county()), make_fund(make_county())], Barrier(2)
    look = seats._refuse_who_cannot_be_told_apart

    def together(seat: Seat) -> None:
        look(seat)
        both.wait(10)

    monkeypatch.setattr(seats, "_refuse_who_cannot_be_told_apart", together)
    real = Seat.save

    def slow(self: Seat, **said: Any) -> None:
        time.sleep(0.3)
        real(self, **said)

    monkeypatch.setattr(Seat, "save", slow)
    return dict(at_once(lambda number: head(funds[number]), 2))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_who_give_the_last_fund_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _race(monkeypatch) == {"done": 1, "governance.heads_too_many": 1}
    assert Seat.objects.count() == 5


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_without_the_turn_somebody_heads_six(monkeypatch: pytest.MonkeyPatch) -> None:
    """The saboteur: the seats are counted, and nobody holds them."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_: self)
    assert _race(monkeypatch) == {"done": 2}
    assert Seat.objects.count() == 6
