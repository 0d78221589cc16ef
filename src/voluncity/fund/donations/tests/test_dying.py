"""A server is killed in a burst of notifications: no gift that it acknowledged is lost."""

from __future__ import annotations

import os
import signal
from typing import NoReturn

import pytest
from django.db import connections

from voluncity.fund.books import queries as books
from voluncity.fund.donations import actions, queries
from voluncity.fund.donations.actions import gifts, paying
from voluncity.fund.donations.models import Appeal, Gift
from voluncity.testing.make_donations import make_order, pay
from voluncity.testing.make_people import NOON, make_user

GIFTS, ACKNOWLEDGED = 12, 4
Told = tuple[dict[str, str], bytes]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_what_was_acknowledged_before_the_kill_is_there_and_the_rest_comes_again(
    paid_here: Appeal,
) -> None:
    told = [pay(make_order(paid_here, make_user(), str(10 + number))) for number in range(GIFTS)]
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        _serve(told, write)
    os.close(write)
    said = b""
    while not said.endswith(b"!"):
        said += os.read(read, 1)
    os.kill(child, signal.SIGKILL)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    os.close(read)
    # What was acknowledged is there; what was half written is not.
    assert (len(said) - 1, Gift.objects.count()) == (ACKNOWLEDGED, ACKNOWLEDGED)
    assert queries.faults() == []
    for headers, body in told:  # the payment service tells everything again
        actions.take_notice(headers=headers, body=body, at=NOON)
    wanted = sum((10 + number) * 100 for number in range(GIFTS))
    assert (Gift.objects.count(), books.available(paid_here.fund, None)) == (GIFTS, wanted)
    assert queries.faults() == []


def _serve(told: list[Told], write: int) -> NoReturn:
    """Be the server until it is killed: a connection of its own, a byte for each answer."""
    for connection in connections.all():
        connection.connection = None  # the parent's; closing it would close it there, too
    right, left = gifts.put_into_books, iter(range(ACKNOWLEDGED))

    def dies(*given: object, **named: object) -> None:
        right(*given, **named)  # type: ignore[arg-type]
        if next(left, None) is None:  # everything is written, nothing committed
            os.write(write, b"!")
            signal.pause()

    setattr(paying, "put_into_books", dies)  # noqa: B010 -- it is not the module's own
    for headers, body in told:
        actions.take_notice(headers=headers, body=body, at=NOON)
        os.write(write, b".")
    os._exit(1)
