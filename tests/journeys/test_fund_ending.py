"""Row G1: while a fund ends, nothing begins in it; what begins first keeps it from ending."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from threading import Event
from typing import Any

import pytest

from voluncity.fund.calls import actions as calls
from voluncity.fund.calls.models import Call, Extension
from voluncity.fund.calls.states import CallState
from voluncity.fund.donations import actions as donations
from voluncity.fund.donations.fakes.server import MCHID
from voluncity.fund.donations.models import Appeal
from voluncity.fund.donations.states import AppealState
from voluncity.fund.governance import actions, queries
from voluncity.fund.governance.models import Fund, Resolution
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import Refusal, WrongState
from voluncity.testing.at_once import at_once
from voluncity.testing.make_calls import make_draft_call, make_open_call
from voluncity.testing.make_donations import licensed_fund, make_draft
from voluncity.testing.make_fund import make_resolution
from voluncity.testing.make_orgs import make_organization
from voluncity.testing.make_people import NOON, make_county, make_user

pytestmark = pytest.mark.row("G1")
LONG_AGO = NOON - timedelta(days=100)
AHEAD = NOON + timedelta(days=30)
A_WHILE = 0.4  # seconds: long enough for the other one to run through, were it let


@dataclass
class Beginning:
    """Something that begins in a fund."""

    fund: Fund
    begin: Callable[[], object]


def publish() -> Beginning:
    call = make_draft_call(licensed_fund(make_county()))
    by = make_user("韩梅")
    return Beginning(
        call.fund, lambda: calls.publish_call(call=call, seen=call.edition, by=by, at=NOON)
    )


def over() -> Call:
    """Return a call whose time is over."""
    return make_open_call(licensed_fund(make_county(), at=LONG_AGO), at=LONG_AGO)


def postpone() -> Beginning:
    call, by = over(), make_user("韩梅")
    return Beginning(
        call.fund,
        lambda: calls.postpone_end(call=call, ends_at=AHEAD, reason="申报太少", by=by, at=NOON),
    )


def extend() -> Beginning:
    call, by, team = over(), make_user("韩梅"), make_organization(region=make_county())
    return Beginning(
        call.fund,
        lambda: calls.extend(
            call=call, organization=team, ends_at=AHEAD, reason="停电", by=by, at=NOON
        ),
    )


def submit_appeal() -> Beginning:
    appeal = make_draft(licensed_fund(make_county()))
    return Beginning(
        appeal.fund,
        lambda: donations.submit_appeal(appeal=appeal, declares=True, by=appeal.made_by, at=NOON),
    )


def under_way(fund: Fund) -> bool:
    """Tell whether something of the fund goes on."""
    return (
        Call.objects.filter(fund=fund, state=CallState.OPEN, ends_at__gt=NOON).exists()
        or Extension.objects.filter(call__fund=fund, ends_at__gt=NOON).exists()
        or Appeal.objects.filter(
            fund=fund, state__in=[AppealState.WAITING, AppealState.OPEN]
        ).exists()
    )


def end(fund: Fund, resolution: Resolution) -> Fund:
    by = make_user("主任")
    return actions.end_fund(fund=fund, resolution=resolution, on=local_date(NOON), by=by, at=NOON)


BEGINNINGS = pytest.mark.parametrize("made", [publish, postpone, extend, submit_appeal])


@BEGINNINGS
@pytest.mark.django_db
def test_nothing_begins_in_a_fund_that_has_ended(made: Callable[[], Beginning]) -> None:
    one = made()
    end(one.fund, make_resolution(one.fund, "终止基金"))
    with pytest.raises(WrongState, match="这个基金已经终止，不能再"):
        one.begin()
    assert not under_way(one.fund)


@pytest.mark.django_db
def test_an_appeal_that_waits_is_not_published_in_a_fund_that_has_ended() -> None:
    """Nobody can end such a fund; as if it were older data."""
    appeal = make_draft(licensed_fund(make_county()))
    donations.submit_appeal(appeal=appeal, declares=True, by=appeal.made_by, at=NOON)
    resolution = make_resolution(appeal.fund, "终止基金")
    Fund.objects.filter(pk=appeal.fund_id).update(ended_on=local_date(NOON), ended_by=resolution)
    with pytest.raises(WrongState, match="不能再发起募捐"):
        donations.publish_appeal(appeal=appeal, merchant_no=MCHID, by=make_user("发布人"), at=NOON)


@BEGINNINGS
@pytest.mark.django_db
def test_what_has_begun_keeps_a_fund_from_ending(made: Callable[[], Beginning]) -> None:
    one = made()
    resolution = make_resolution(one.fund, "终止基金")
    one.begin()
    with pytest.raises(Refusal, match="还不能终止"):
        end(one.fund, resolution)


# -- At the same moment ----------------------------------------------------------------------------


def _race(
    one: Beginning, monkeypatch: pytest.MonkeyPatch, *, hold: Callable[..., None]
) -> Counter[str]:
    """Let the fund end exactly between what a beginning looks at and what it writes."""
    resolution = make_resolution(one.fund, "终止基金")
    has_looked = Event()

    def slow(fund: Fund, *, what: str) -> None:
        hold(fund, what=what)
        has_looked.set()
        time.sleep(A_WHILE)

    monkeypatch.setattr(actions, "hold_running", slow)

    def act(number: int) -> None:
        if number:
            assert has_looked.wait(10)
            end(one.fund, resolution)
        else:
            one.begin()

    return at_once(act, 2)


def _look_only(fund: Fund, *, what: str) -> None:
    """The saboteur: nobody holds the fund."""
    if Fund.objects.filter(pk=fund.pk).exclude(ended_on=None).exists():
        raise WrongState(f"这个基金已经终止，不能再{what}。")


@BEGINNINGS
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_fund_waits_for_what_begins_and_then_does_not_end(
    made: Callable[[], Beginning], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = made()
    got = _race(one, monkeypatch, hold=actions.hold_running)
    assert got == {"done": 1, "governance.open_work": 1}
    one.fund.refresh_from_db()
    assert (one.fund.ended_on, under_way(one.fund)) == (None, True)


@BEGINNINGS
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_without_the_hold_something_goes_on_in_a_fund_that_has_ended(
    made: Callable[[], Beginning], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = made()
    assert _race(one, monkeypatch, hold=_look_only) == {"done": 2}
    one.fund.refresh_from_db()
    assert (one.fund.ended_on, under_way(one.fund)) == (local_date(NOON), True)


@BEGINNINGS
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_what_begins_waits_for_the_end_of_its_fund(
    made: Callable[[], Beginning], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = made()
    resolution = make_resolution(one.fund, "终止基金")
    is_ending, left = Event(), queries.open_work

    def slow(fund: Fund, *, at: Any) -> list[str]:
        is_ending.set()
        time.sleep(A_WHILE)
        return left(fund, at=at)

    monkeypatch.setattr(queries, "open_work", slow)

    def act(number: int) -> None:
        if number:
            assert is_ending.wait(10)
            one.begin()
        else:
            end(one.fund, resolution)

    assert at_once(act, 2) == {"done": 1, "governance.fund_ended": 1}
    one.fund.refresh_from_db()
    assert (one.fund.ended_on, under_way(one.fund)) == (local_date(NOON), False)
