"""Move a fund's money."""

from voluncity.fund.books.actions.moving import (
    give_back,
    pay,
    receive,
    release,
    reserve,
    take_back,
)

__all__ = ["give_back", "pay", "receive", "release", "reserve", "take_back"]
