"""A server dies in a burst of notifications: no gift that it acknowledged is lost."""

from __future__ import annotations

import pytest

from voluncity.fund.books import queries as books
from voluncity.fund.donations import actions, queries
from voluncity.fund.donations.actions import gifts, paying
from voluncity.fund.donations.models import Appeal, Gift
from voluncity.testing.make_donations import make_order, pay
from voluncity.testing.make_people import NOON, make_user

GIFTS, ACKNOWLEDGED = 8, 4


@pytest.mark.django_db
def test_what_was_acknowledged_before_the_end_is_there_and_the_rest_comes_again(
    paid_here: Appeal, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = [pay(make_order(paid_here, make_user(), str(10 + number))) for number in range(GIFTS)]
    left = iter(range(ACKNOWLEDGED))

    def dies(*given: object, **named: object) -> None:
        gifts.put_into_books(*given, **named)  # type: ignore[arg-type]
        if next(left, None) is None:
            raise SystemExit  # after everything was written, before it was committed

    monkeypatch.setattr(paying, "put_into_books", dies)
    with pytest.raises(SystemExit):
        _tell(told)
    monkeypatch.undo()
    assert (Gift.objects.count(), queries.faults()) == (ACKNOWLEDGED, [])
    _tell(told)  # the payment service tells everything again
    wanted = sum((10 + number) * 100 for number in range(GIFTS))
    assert (Gift.objects.count(), books.available(paid_here.fund, None)) == (GIFTS, wanted)
    assert queries.faults() == []


def _tell(told: list[tuple[dict[str, str], bytes]]) -> None:
    for headers, body in told:
        actions.take_notice(headers=headers, body=body, at=NOON)
