"""A server dies in a burst of notifications: no gift that it acknowledged is lost."""

from __future__ import annotations

import signal
from collections.abc import Callable

import pytest

from voluncity.fund.books import queries as books
from voluncity.fund.donations import actions, queries
from voluncity.fund.donations.actions import gifts, paying
from voluncity.fund.donations.models import Appeal, Gift
from voluncity.testing.dying import killed
from voluncity.testing.make_donations import make_order, pay
from voluncity.testing.make_people import NOON, make_user

GIFTS, ACKNOWLEDGED = 8, 4
Told = list[tuple[dict[str, str], bytes]]


@pytest.mark.django_db
def test_what_was_acknowledged_before_the_end_is_there_and_the_rest_comes_again(
    paid_here: Appeal, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = _burst(paid_here)
    left = iter(range(ACKNOWLEDGED))

    def dies(*given: object, **named: object) -> None:
        gifts.put_into_books(*given, **named)  # type: ignore[arg-type]
        if next(left, None) is None:
            raise SystemExit  # after everything was written, before it was committed

    monkeypatch.setattr(paying, "put_into_books", dies)
    with pytest.raises(SystemExit):
        _tell(told)
    monkeypatch.undo()
    _all_comes_again(paid_here, told)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_server_that_is_killed_loses_nothing_that_it_acknowledged(paid_here: Appeal) -> None:
    told = _burst(paid_here)
    said = killed(lambda tell: _serve(told, tell), after=b"!")
    assert said == b"." * ACKNOWLEDGED + b"!"
    _all_comes_again(paid_here, told)


def _serve(told: Told, tell: Callable[[bytes], object]) -> None:
    """Be the server until it is killed: a byte for each answer."""
    right, left = gifts.put_into_books, iter(range(ACKNOWLEDGED))

    def waits(*given: object, **named: object) -> None:
        right(*given, **named)  # type: ignore[arg-type]
        if next(left, None) is None:  # everything is written, nothing committed
            tell(b"!")
            signal.pause()

    setattr(paying, "put_into_books", waits)  # noqa: B010 -- it is not the module's own
    for one in told:
        _tell([one])
        tell(b".")


def _burst(appeal: Appeal) -> Told:
    return [pay(make_order(appeal, make_user(), str(10 + number))) for number in range(GIFTS)]


def _tell(told: Told) -> None:
    for headers, body in told:
        actions.take_notice(headers=headers, body=body, at=NOON)


def _all_comes_again(appeal: Appeal, told: Told) -> None:
    """Compare: what was acknowledged is there, what was half written is not; then all is told."""
    assert (Gift.objects.count(), queries.faults()) == (ACKNOWLEDGED, [])
    assert books.available(appeal.fund, None) == _fen(ACKNOWLEDGED)
    _tell(told)
    assert (Gift.objects.count(), books.available(appeal.fund, None)) == (GIFTS, _fen(GIFTS))
    assert queries.faults() == []


def _fen(gifts: int) -> int:
    return sum((10 + number) * 100 for number in range(gifts))
